/**
 * A machine as a user has it, below one folder: a home of its own, an empty cache, nothing that compiles, and a
 * registry that has our packages and hands out everybody else's.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { ask } from '../../../npm/steps.js'
import { npm } from '../../../npm/setup.js'

const here = fileURLToPath(new URL('..', import.meta.url))
const LIMIT = 300_000

/** What nobody needs who installs and builds. */
const COMPILERS = ['cargo', 'rustc', 'cc', 'c++', 'gcc', 'g++', 'clang', 'clang++', 'make', 'cmake', 'node-gyp']

/** Package managers beside npm: what each is run with, from the packages beside this check. */
const MANAGERS = { pnpm: 'pnpm/bin/pnpm.cjs', yarn: 'yarn/bin/yarn.js', berry: 'yarn-berry/bin/yarn.js' }

/**
 * @typedef {{ code: number | null, out: string, err: string }} Ended
 * @typedef {keyof typeof MANAGERS} Manager
 * @typedef {{ cwd?: string, env?: Record<string, string | undefined>, manager?: Manager, code?: number }} How
 *   `code` is the exit code that is right; `manager` is on the PATH beside npm
 */

/**
 * Ours come from here alone, everything else from where npm fetches on this machine.
 *
 * @param {string} storage
 * @param {string} uplink
 */
const configuration = (storage, uplink) => ({
  storage,
  uplinks: { upstream: { url: uplink, cache: true, maxage: '60m' } },
  packages: {
    ...Object.fromEntries(['@socketsupply/socket', '@socketsupply/socket-*', 'create-socket-app']
      .map((name) => [name, { access: '$all', publish: '$all', unpublish: '$all' }])),
    '**': { access: '$all', proxy: 'upstream' }
  },
  log: { type: 'stdout', format: 'json', level: 'error' }
})

export class Local {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #server

  constructor () {
    this.folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'socket-release-'))
    this.home = this.path('home')
    /** Where `npm install --global` puts things. */
    this.prefix = this.path('prefix')
    this.registry = ''
    /** Is made when something has tried to compile. */
    this.compiled = this.path('compiled')
    for (const name of COMPILERS) this.#tool('traps', name, `echo "$0 $*" >> '${this.compiled}'; exit 1`)
    for (const [name, file] of Object.entries(MANAGERS)) {
      this.#tool(name, name === 'berry' ? 'yarn' : name, `exec '${process.execPath}' '${path.join(here, 'node_modules', file)}' "$@"`)
    }
  }

  /** @param {string[]} parts */
  path (...parts) {
    return path.join(this.folder, ...parts)
  }

  /** @param {string} name  of a folder to be made @returns {string} */
  make (name) {
    fs.mkdirSync(this.path(name), { recursive: true })
    return this.path(name)
  }

  /** @param {string} group @param {string} name @param {string} text */
  #tool (group, name, text) {
    fs.writeFileSync(path.join(this.make(`tools/${group}`), name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  }

  async start () {
    const uplink = await ask(npm, ['config', 'get', 'registry'])
    if (!uplink) throw new Error('npm knows no registry')
    const file = this.path('registry.yaml')
    // JSON is YAML.
    fs.writeFileSync(file, JSON.stringify(configuration(this.path('storage'), uplink)))
    this.#server = spawn(process.execPath, [path.join(here, 'lib/registry.js'), file], { stdio: ['pipe', 'pipe', 'inherit'] })
    for await (const line of createInterface({ input: /** @type {import('node:stream').Readable} */ (this.#server.stdout) })) {
      if (!line.startsWith('http://')) continue
      this.registry = line
      break
    }
    if (this.registry === '') throw new Error('the registry did not start')
    this.#server.stdout?.resume()
    fs.writeFileSync(path.join(this.make('home'), '.npmrc'), [
      `registry=${this.registry}`,
      `prefix=${this.prefix}`,
      `cache=${this.path('cache')}`,
      `${this.registry.replace('http:', '')}:_authToken=anybody`,
      'audit=false',
      'update-notifier=false',
      ''
    ].join('\n'))
    fs.writeFileSync(path.join(this.home, '.yarnrc.yml'), JSON.stringify({
      npmRegistryServer: this.registry,
      unsafeHttpWhitelist: ['127.0.0.1'],
      enableTelemetry: false,
      // Ours are as young as can be.
      npmMinimalAgeGate: 0
    }))
  }

  /** As where the network has gone. */
  async stopRegistry () {
    if (this.#server === undefined || this.#server.exitCode !== null) return
    const end = once(this.#server, 'exit')
    this.#server.stdin?.end()
    await end
  }

  async remove () {
    await this.stopRegistry()
    fs.rmSync(this.folder, { recursive: true, force: true })
  }

  /** @param {Manager} [manager] @returns {Record<string, string | undefined>} */
  environment (manager) {
    const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|xdg_|yarn_|pnpm_|node_|cargo|rust|socket_|init_cwd|display$|ci$)/i.test(name))
    const tools = [...manager === undefined ? [] : [manager], 'traps'].map((name) => this.path('tools', name))
    return {
      ...Object.fromEntries(kept),
      HOME: this.home,
      PATH: [path.join(this.prefix, 'bin'), ...tools, path.dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(path.delimiter)
    }
  }

  /**
   * @param {string} line  as a user types it, for the shell
   * @param {How} [how]
   */
  spawn (line, { cwd = this.folder, env = {}, manager } = {}) {
    return spawn('/bin/sh', ['-c', line], {
      cwd,
      env: { ...this.environment(manager), ...env },
      // The leader of a group, so that everything ends with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe']
    })
  }

  /**
   * Runs a line to its end. Another exit code than the right one is an error that shows what was printed.
   *
   * @param {string} line
   * @param {How} [how]
   * @returns {Promise<Ended>}
   */
  async run (line, how = {}) {
    const child = this.spawn(line, how)
    const timer = setTimeout(() => end(child, 'SIGKILL'), LIMIT)
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text) => { out += text })
    child.stderr.setEncoding('utf8').on('data', (text) => { err += text })
    const [code, signal] = await once(child, 'close')
    clearTimeout(timer)
    if (code !== (how.code ?? 0)) throw new Error(`\`${line}\` in ${how.cwd ?? this.folder} ended with ${code ?? signal}\n${out}${err}`)
    return { code, out, err }
  }

  /**
   * Runs a line that does not end by itself until it prints what is wanted, and ends it.
   *
   * @param {string} line
   * @param {RegExp} wanted
   * @param {How} [how]
   */
  async until (line, wanted, how = {}) {
    const child = this.spawn(line, how)
    const timer = setTimeout(() => end(child, 'SIGKILL'), LIMIT)
    const ended = once(child, 'close')
    let said = ''
    /** @type {boolean} */
    const found = await new Promise((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          said += text
          if (stream === child.stdout && wanted.test(said)) resolve(true)
        })
      }
      ended.then(() => resolve(wanted.test(said)))
    })
    end(child, 'SIGTERM')
    await ended
    clearTimeout(timer)
    if (!found) throw new Error(`\`${line}\` did not print ${wanted} in ${how.cwd ?? this.folder}\n${said}`)
    return said
  }
}

/** @param {import('node:child_process').ChildProcess} child @param {NodeJS.Signals} signal */
function end (child, signal) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // It has ended by itself.
  }
}
