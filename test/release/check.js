/**
 * The release as users get it: both packages published to a registry, installed from there by npm into an
 * empty folder with an empty cache, and used.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { packPlatform, packWrapper } from '../../npm/build.js'
import { atLeast, npm, npmPackages } from '../../npm/setup.js'
import { ask, exec, StepError } from '../../npm/steps.js'

const here = fileURLToPath(new URL('.', import.meta.url))
const REGISTRY_NODE = '20'
const APP_TIMEOUT = 60_000

/** Why the check cannot be made on this machine, or null. */
async function obstacle () {
  if (!atLeast(process.versions.node, REGISTRY_NODE)) return `verdaccio needs Node ${REGISTRY_NODE}`
  try {
    await npmPackages(here)
  } catch (error) {
    return `verdaccio cannot be installed: ${/** @type {Error} */ (error).message}`
  }
  return null
}

/**
 * Own scope without a proxy; everything else from where npm fetches here.
 *
 * @param {string} storage
 * @param {string} uplink
 */
const configuration = (storage, uplink) => ({
  storage,
  uplinks: { upstream: { url: uplink } },
  packages: {
    '@socketsupply/*': { access: '$all', publish: '$all', unpublish: '$all' },
    '**': { access: '$all', proxy: 'upstream' }
  },
  log: { type: 'stdout', format: 'json', level: 'error' }
})

/**
 * Runs a command; what it printed becomes part of the error, which a test shows.
 *
 * @param {Parameters<typeof exec>} args
 */
const command = (...args) => exec(...args).catch((error) => {
  throw error instanceof StepError ? new Error(`${error.message}\n${error.output ?? ''}`) : error
})

const reason = await obstacle()

test('the release, from a registry', { skip: reason ?? false }, async (t) => {
  /** @type {string} */
  let scratch
  /** @type {import('node:child_process').ChildProcess} */
  let server
  /** @type {string} */
  let registry
  /** @type {string} */
  let ssc

  t.before(async () => {
    scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'socket-release-'))
    const config = path.join(scratch, 'registry.yaml')
    const uplink = await ask(npm, ['config', 'get', 'registry'])
    assert.ok(uplink, 'npm knows a registry')
    // JSON is YAML.
    await fs.writeFile(config, JSON.stringify(configuration(path.join(scratch, 'storage'), uplink)))
    server = spawn(process.execPath, [path.join(here, 'lib/registry.js'), config], {
      stdio: ['pipe', 'pipe', 'inherit']
    })
    const lines = createInterface({ input: /** @type {any} */ (server.stdout) })
    for await (const line of lines) {
      if (!line.startsWith('http://')) continue
      registry = line
      break
    }
    assert.ok(registry, 'the registry listens')
  })

  t.after(async () => {
    if (server?.exitCode === null) {
      const end = once(server, 'exit')
      server.stdin?.end()
      await end
    }
    await fs.rm(scratch, { recursive: true, force: true })
  })

  /** @param {string[]} args */
  const run = (args) => command(npm, [...args, '--registry', registry, '--cache', path.join(scratch, 'cache'),
    `--${registry.replace('http:', '')}:_authToken=anybody`], { cwd: scratch })

  await t.test('both packages can be published', async () => {
    for (const file of [await packPlatform(), await packWrapper()]) {
      await run(['publish', '--access', 'public', file])
    }
  })

  await t.test('npm installs the wrapper with the package of this platform alone', async () => {
    const prefix = path.join(scratch, 'prefix')
    await run(['install', '--global', '--no-audit', '--no-fund', '--prefix', prefix, '@socketsupply/socket'])
    ssc = process.platform === 'win32' ? path.join(prefix, 'ssc.cmd') : path.join(prefix, 'bin', 'ssc')
    const { stdout } = await run(['ls', '--global', '--all', '--parseable', '--prefix', prefix])
    const names = stdout.split('\n').map((line) => path.basename(line)).filter((name) => name.startsWith('socket'))
    assert.deepEqual(names.sort(), ['socket', `socket-${process.platform}-${process.arch}`])
  })

  await t.test('ssc --version is the version of the packages', async () => {
    const manifest = JSON.parse(await fs.readFile(new URL('../../package.json', import.meta.url), 'utf8'))
    const { stdout } = await command(ssc, ['--version'], { cwd: scratch })
    assert.match(stdout, new RegExp(`^v?${manifest.version.replaceAll('.', '\\.')}`))
  })

  await t.test('an app from ssc init builds and runs', { timeout: APP_TIMEOUT }, async () => {
    const app = path.join(scratch, 'an app', 'hello')
    await fs.mkdir(app, { recursive: true })
    await command(ssc, ['init'], { cwd: app })
    const child = spawn(ssc, ['build', '-r', '--headless'], { cwd: app, stdio: ['ignore', 'pipe', 'pipe'] })
    const ended = once(child, 'exit')
    let errors = ''
    child.stderr.on('data', (chunk) => { errors += chunk })
    try {
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      const first = await lines.next()
      assert.equal(first.done, false, `the page prints something; stderr was: ${errors}`)
      assert.match(first.value, /\S/)
    } finally {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
    }
  })
})
