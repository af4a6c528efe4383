/**
 * What `npm test` checks, cheapest first. A check resolves with its counts, or throws, which counts as one
 * failure.
 */
import fs from 'node:fs'
import path from 'node:path'

import { buildAddon, buildModules, buildRuntime, check as checkPackages } from '../npm/build.js'
import { ask, exec, folder, StepError, targetFolder } from '../npm/steps.js'
import { missing } from './nat/lab.js'
import { node18, node20 } from './oracle.js'
import { runFolder, sum } from './tap.js'

/** @typedef {import('./tap.js').Count} Count */

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string} about          what it is, in a line
 * @property {string[]} [needs]      checks that must have passed before
 * @property {string[]} [groups]     names that stand for several checks
 * @property {() => Promise<Count>} run
 */

const ONE = { passed: 1, failed: 0, skipped: 0 }

/** @param {Promise<unknown>} work  counts as one check */
const one = async (work) => {
  await work
  return ONE
}

/**
 * A check that cannot be made here: says so, and is counted.
 *
 * @param {string} why
 * @returns {Count}
 */
const skip = (why) => {
  console.log(`    skipped: ${why}`)
  return { passed: 0, failed: 0, skipped: 1 }
}

const DEFAULT = ['policy', 'crypto', 'peer', 'p2p', 'p2p-sim', 'ipc', 'config', 'manifest', 'api', 'cli']
const DESKTOP = ['-p', 'socket-runtime', '-p', 'socket-addon']

async function format () {
  if (await ask('cargo', ['fmt', '--version']) === null) return skip('rustfmt is missing: rustup component add rustfmt')
  // By name: `cargo fmt` does not follow modules that a macro declares, as native/api does.
  const files = fs.readdirSync(path.join(folder, 'native'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.rs')).map((name) => path.join('native', name))
  return one(exec('rustfmt', ['--edition', '2024', '--check', ...files], { hint: 'run `rustfmt --edition 2024` on these files' }))
}

/** @param {string[]} packages */
async function clippy (packages) {
  if (await ask('cargo', ['clippy', '--version']) === null) return skip('clippy is missing: rustup component add clippy')
  return one(exec('cargo', ['clippy', '--locked', '--all-targets', ...packages, '--', '-D', 'warnings']))
}

/** @param {string[]} packages */
async function native (packages = []) {
  const { code, output } = await exec('cargo', ['test', '--locked', '--no-fail-fast', ...packages], {
    codes: [0, 101],
    // The same inputs everywhere: other ones are looked for by `fuzz`, and by hand.
    env: { PROPTEST_RNG_SEED: process.env.PROPTEST_RNG_SEED ?? '1' }
  })
  const count = { passed: 0, failed: 0, skipped: 0 }
  for (const [, passed, failed, ignored] of
    output.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/gm)) {
    count.passed += Number(passed)
    count.failed += Number(failed)
    count.skipped += Number(ignored)
  }
  if (code !== 0 && count.failed === 0) count.failed = 1
  return count.failed > 0 ? { ...count, output } : count
}

// The line of the architecture: routes are tested without a WebView, so they must not know of one.
const FORBIDDEN = { 'socket-api': ['wry', 'tao', 'gtk', 'webkit2gtk'], 'socket-cli': ['wry', 'tao', 'gtk', 'webkit2gtk'], 'socket-p2p': ['tokio', 'mio', 'socket2'] }

async function guards () {
  for (const [crate, banned] of Object.entries(FORBIDDEN)) {
    const { stdout } = await exec('cargo',
      ['tree', '--locked', '-p', crate, '-e', 'normal', '--prefix', 'none', '--format', '{p}'])
    const names = new Set(stdout.split('\n').map((line) => line.split(' ')[0]))
    const found = banned.filter((name) => names.has(name))
    if (found.length > 0) {
      throw new StepError(`${crate} depends on ${found.join(', ')}`, {
        hint: `see what brings it in: cargo tree -p ${crate} -i ${found[0]}`
      })
    }
  }
  return { ...ONE, passed: Object.keys(FORBIDDEN).length }
}

/** As users see the modules: declarations alone, strictly. */
async function typesProject () {
  await exec(process.execPath, ['npm/modules.js', '--types'])
  // Beside what is packed, not in it.
  const project = path.join('build', 'types-project')
  await exec(await node20(), ['--import', './test/register.js', 'test/types/generate.js', project])
  await exec(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], {
    hint: 'give these exports types in their JSDoc; test/types/generate.js names those that may be anything'
  })
}

// Two minutes on a quiet machine.
const RELEASE_TIMEOUT = 600_000

const node = (/** @type {string} */ where) => async () => {
  // The routes over stdio, which stand in for the app's executable.
  await exec('cargo', ['build', '--locked', '-p', 'socket-api', '--bins'])
  return runFolder(where, { node: await node20(), flags: ['--import', './test/register.js'] })
}

async function helper () {
  const counts = [await runFolder('test/node')]
  const oldest = await node18().catch((error) => error)
  if (oldest instanceof Error) counts.push(skip(`Node 18: ${oldest.message}`))
  else if (oldest !== process.execPath) counts.push(await runFolder('test/node', { node: oldest }))
  return sum(counts)
}

// A tool of its own, built once; `--debug`, because it runs for a second and compiles for a minute.
const DENY_ROOT = path.join(folder, 'target', 'tools')

async function denyTool () {
  if (await ask('cargo', ['deny', '--version']) !== null) return 'cargo-deny'
  const tool = path.join(DENY_ROOT, 'bin', process.platform === 'win32' ? 'cargo-deny.exe' : 'cargo-deny')
  if (!fs.existsSync(tool)) {
    await exec('cargo', ['install', '--locked', '--debug', '--no-default-features', '--root', DENY_ROOT, 'cargo-deny'], {
      // Beside the workspace's own files, whose profiles and lock it does not share.
      env: { CARGO_TARGET_DIR: path.join(targetFolder, 'deny'), CARGO_PROFILE_DEV_DEBUG: '0' }
    })
    fs.rmSync(path.join(targetFolder, 'deny'), { recursive: true, force: true })
  }
  return tool
}

async function deny () {
  const tool = await denyTool().catch((error) => {
    if (!(error instanceof StepError)) throw error
    return null
  })
  if (tool === null) return skip('cargo-deny cannot be installed here')
  const run = (/** @type {string[]} */ args) => exec(tool, args)
  await run(['--locked', 'check', 'licenses', 'bans', 'sources'])
  const count = { ...ONE, passed: 3 }
  if (await ask(tool, ['fetch', 'db']) === null) {
    skip('the advisory database cannot be fetched here, so advisories are not checked')
    return { ...count, skipped: 1 }
  }
  await run(['--locked', 'check', 'advisories'])
  return { ...count, passed: 4 }
}

async function security () {
  // With what the tests need to switch the WebView's own enforcement off: released runtimes do not have it.
  await exec('cargo', ['build', '--locked', '-p', 'socket-runtime'])
  return runFolder('test/security', { jobs: 2, again: true })
}

async function install () {
  // Here, because the time of a test file is for what it tests, and this one compiles for a minute.
  await exec('cargo', ['build', '--release', '--locked', '-p', 'socket-cli'])
  return runFolder('test/install')
}

async function nat () {
  const why = missing()
  if (why !== null) return skip(`the NAT lab: ${why}`)
  await exec('cargo', ['build', '--locked', '-p', 'socket-peer', '--example', 'socket-peer'])
  // One after the other: what is looked at is time, too.
  return runFolder('test/nat', { jobs: 1, again: true })
}

/** What a short run finds is found here; the same command with more seconds looks further. */
async function fuzz () {
  if (process.platform !== 'linux') return skip('fuzzing: run.sh is for Linux')
  if (await ask('c++', ['--version']) === null) return skip('fuzzing: a C++ compiler is missing, and libFuzzer is in C++')
  /** @param {string[]} targets @param {number} seconds */
  const run = (targets, seconds) =>
    Promise.all(targets.map((target) => exec('sh', ['native/fuzz/run.sh', target, `${seconds}`])))
  const network = ['decode', 'inputs']
  const readers = ['frame', 'csp', 'ini', 'path', 'manifest']
  await run(network, 60)
  // On two processors each gets about 16 of them.
  await run(readers, 40)
  return { ...ONE, passed: network.length + readers.length }
}

/** @type {Check[]} */
export const checks = [
  { name: 'format', groups: ['fast'], about: 'rustfmt', run: format },
  { name: 'packages', groups: ['fast'], about: 'the npm manifests are what the table says', run: () => one(checkPackages()) },
  { name: 'guards', groups: ['fast'], about: 'no crate knows of one above it', run: guards },
  { name: 'lint', groups: ['fast'], about: 'eslint', run: async () => one(exec(await node20(), ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings=0'])) },
  { name: 'types', groups: ['fast'], about: 'tsc over the JSDoc types and the examples', run: () => one(exec(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit'])) },
  { name: 'types-project', groups: ['fast'], about: 'a TypeScript program that uses every export through the declarations', run: () => one(typesProject()) },
  { name: 'tools', groups: ['fast'], about: 'the scripts of npm/ and what this command counts', run: () => runFolder('test/npm') },
  { name: 'clippy', groups: ['fast'], about: 'clippy, crates without a WebView', run: () => clippy(DEFAULT.flatMap((name) => ['-p', `socket-${name}`])) },
  { name: 'native', groups: ['fast'], about: 'cargo test', run: () => native() },
  { name: 'parity', groups: ['fast'], about: 'socket: modules against Node itself', run: node('test/parity') },
  { name: 'api', groups: ['fast'], about: 'socket: modules over the real routes, in Node', run: node('test/api') },
  { name: 'docs', groups: ['fast'], about: 'docs/api is current and complete, and its examples print what they say', run: node('test/docs') },
  { name: 'backend', groups: ['fast'], about: 'the backend helper for Node, over pipes, with the oldest Node, too', run: helper },
  { name: 'create', groups: ['fast'], about: 'what create-socket-app says and leaves behind', run: () => runFolder('test/create') },
  { name: 'fuzz', about: 'coverage-guided: the P2P core; frames, policies, settings, paths and manifests', run: fuzz },
  { name: 'nat', about: 'real peers behind every kind of NAT, in network namespaces', run: nat },
  { name: 'backends', about: 'backends in several languages, and what can go wrong with one', run: node('test/backends') },
  { name: 'modules', about: 'the JavaScript modules bundle', run: () => one(buildModules()) },
  { name: 'clippy-desktop', needs: ['modules'], about: 'clippy, runtime and addon', run: () => clippy(DESKTOP) },
  { name: 'native-desktop', needs: ['modules'], about: 'cargo test of the runtime', run: () => native(['-p', 'socket-runtime']) },
  { name: 'addon', about: 'release build of the addon', run: () => one(buildAddon()) },
  { name: 'runtime', needs: ['modules'], about: 'release build of the runtime', run: () => one(buildRuntime()) },
  { name: 'node', needs: ['addon'], about: 'ssc inside Node: exit codes, signals, what it says when parts are missing', run: () => runFolder('test/addon') },
  { name: 'cli', needs: ['addon', 'runtime'], about: 'every subcommand through bin/ssc.js', run: () => runFolder('test/cli') },
  { name: 'install', needs: ['runtime'], about: 'bin/install.sh, and ssc as an executable without Node', run: install },
  { name: 'desktop', needs: ['addon', 'runtime'], about: 'windows, each file under an Xvfb of its own', run: () => runFolder('test/desktop', { jobs: 1, again: true }) },
  { name: 'security', needs: ['runtime'], about: 'hostile pages, frames, workers, backends and addresses, also with the native gate alone', run: security },
  { name: 'release', needs: ['addon', 'runtime'], about: 'from a local registry: install, every template scaffolded, built and started, two tested', run: () => runFolder('test/release', { jobs: 1, timeout: RELEASE_TIMEOUT, again: true }) },
  { name: 'deny', about: 'licences, bans, sources and advisories', run: deny }
]
