/**
 * Makes and runs small apps for the tests that need a window: the runtime executable, socket.ini and files in a
 * temporary folder, under a private Xvfb.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** How long an app may run, in milliseconds. */
const LIMIT = 100_000

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** The executable that every app carries. */
export function runtime () {
  const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target')
  const found = [process.env.SOCKET_RUNTIME, join(target, 'release/socket-runtime'), join(target, 'debug/socket-runtime')]
    .find(path => path !== undefined && existsSync(path))
  if (found === undefined) throw new Error('socket-runtime is not built: run `cargo build --release -p socket-runtime` first')
  return found
}

/**
 * An Xvfb of our own on a display that it picks itself.
 *
 * @returns {Promise<{ display: string, stop: () => Promise<void> }>}
 */
export async function startXvfb () {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const number = await new Promise((resolve, reject) => {
    child.once('error', error => reject(new Error(`Xvfb cannot be started (apt-get install xvfb): ${error.message}`)))
    child.once('exit', code => reject(new Error(`Xvfb ended with ${code}`)))
    child.stdio[3]?.once('data', data => resolve(String(data).trim()))
  })
  const ended = new Promise(resolve => child.once('exit', resolve))
  return { display: `:${number}`, stop: async () => { child.kill(); await ended } }
}

/** @type {string | undefined} */
let meeting

/** Where processes of one user meet, for all apps of these tests: what the desktop starts for the first serves the others. */
function runtimeFolder () {
  if (meeting === undefined) {
    const made = meeting = mkdtempSync(join(tmpdir(), 'socket-run-'))
    process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  }
  return meeting
}

/**
 * @typedef {object} Running
 * @property {import('node:child_process').ChildProcess} child
 * @property {() => string} stdout what it has printed so far
 * @property {() => string} stderr
 * @property {(pattern: RegExp) => Promise<RegExpMatchArray>} printed waits for a line of standard output
 * @property {(pattern: RegExp) => Promise<RegExpMatchArray>} complained the same for standard error
 * @property {Promise<{ code: number | null, signal: string | null, stdout: string, stderr: string }>} ended
 */

/** A page may do what a policy names: the pages of most tests may call everything, and restrict nothing else. */
const POLICY = '[webview]\nheaders[] = "Content-Security-Policy: connect-src ipc: * data: blob:"\n'

/**
 * `bare`: without a policy in socket.ini.
 *
 * @param {Record<string, string | Uint8Array>} files contents by path; directories of the repository are copied with `copy`
 * @param {{ ini?: string, name?: string, copy?: Record<string, string>, folder?: string, bare?: boolean, debug?: boolean }} [options]
 */
export function makeApp (files, { ini = '', name = 'test-app', copy = {}, folder = 'app', bare = false, debug = true } = {}) {
  const base = mkdtempSync(join(tmpdir(), 'socket-desktop-'))
  const app = join(base, folder)
  mkdirSync(app, { recursive: true })
  cpSync(runtime(), join(app, name))
  const config = `[build]\nname = ${name}\ndebug = ${debug}\n[meta]\nbundle_identifier = com.example.${name}\n${bare ? '' : POLICY}${ini}\n`
  writeFileSync(join(app, 'socket.ini'), config)
  for (const [from, to] of Object.entries(copy)) cpSync(join(root, from), join(app, to), { recursive: true })
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(app, path)), { recursive: true })
    writeFileSync(join(app, path), content)
  }
  return {
    path: app,
    executable: join(app, name),
    remove: () => rmSync(base, { recursive: true, force: true }),
    /**
     * @param {string[]} [args]
     * @param {Record<string, string>} [env]
     * @param {string} [input] of standard input; it has none when this is missing
     * @param {string[]} [through] a command, and arguments of it, that starts the app
     * @returns {Running}
     */
    run: (args = [], env = {}, input = undefined, through = []) => run(join(app, name), args, env, input, through)
  }
}

/**
 * @param {string} executable
 * @param {string[]} args
 * @param {Record<string, string>} env
 * @param {string | undefined} input
 * @param {string[]} through
 * @returns {Running}
 */
function run (executable, args, env, input, through) {
  // What apps keep between runs is kept beside the app: apps of tests do not meet in the user's own folders.
  const base = join(dirname(executable), '..')
  const own = { XDG_DATA_HOME: join(base, 'data'), XDG_CACHE_HOME: join(base, 'cache'), XDG_RUNTIME_DIR: runtimeFolder() }
  const [command, ...words] = [...through, executable, ...args]
  const child = spawn(command, words, { env: { ...process.env, ...own, ...env }, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] })
  const { stdout, stderr } = /** @type {import('node:child_process').ChildProcessByStdio<any, import('node:stream').Readable, import('node:stream').Readable>} */ (child)
  child.stdin?.end(input)
  const text = { stdout: '', stderr: '' }
  /** @type {Set<() => void>} */
  const waiting = new Set()
  for (const stream of /** @type {const} */ (['stdout', 'stderr'])) {
    ({ stdout, stderr })[stream].setEncoding('utf8').on('data', data => {
      text[stream] += data
      for (const look of waiting) look()
    })
  }
  // An app that hangs is ended, and the test sees what it had printed.
  const limit = setTimeout(() => {
    text.stderr += `\n(ended by the test after ${LIMIT / 1000} s)\n`
    child.kill('SIGKILL')
  }, LIMIT)
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(limit)
      resolve({ code, signal, ...text })
      for (const look of waiting) look()
    })
  })
  /**
   * @param {'stdout' | 'stderr'} stream
   * @param {RegExp} pattern
   * @returns {Promise<RegExpMatchArray>}
   */
  const wait = (stream, pattern) => new Promise((resolve, reject) => {
    const look = () => {
      const match = text[stream].match(pattern)
      if (match !== null) resolve(match)
      else if (child.exitCode !== null || child.signalCode !== null) reject(new Error(`the app ended without printing ${pattern}:\n${text.stdout}\n${text.stderr}`))
      else return
      waiting.delete(look)
    }
    waiting.add(look)
    look()
  })
  return {
    child,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    printed: pattern => wait('stdout', pattern),
    complained: pattern => wait('stderr', pattern),
    ended: /** @type {any} */ (ended)
  }
}

/**
 * Makes an app, works with it on a display, and removes it whatever happens.
 *
 * @param {{ display: string }} xvfb
 * @param {Parameters<typeof makeApp>[0]} files
 * @param {Parameters<typeof makeApp>[1]} options
 * @param {(app: ReturnType<typeof makeApp>, env: Record<string, string>) => Promise<void>} work
 */
export async function withApp ({ display }, files, options, work) {
  const app = makeApp(files, options)
  try {
    await work(app, { DISPLAY: display, WAYLAND_DISPLAY: '' })
  } finally {
    app.remove()
  }
}

/** For the module of a page: waits until the test says `go`, when it has seen all that it waits for. */
export const untilGo = `
  const { existsSync } = await import('socket:fs')
  while (!existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 20))
`

/** @param {{ path: string }} app */
export const go = ({ path }) => writeFileSync(join(path, 'go'), '')

/** What a manifest has a hash for each of. */
const PIECE = 256 * 1024

const sha256 = (/** @type {Uint8Array} */ bytes) => createHash('sha256').update(bytes).digest('hex')

/**
 * The manifest of a build for users, written by docs/security.md alone.
 *
 * @param {string} folder
 * @param {string} executable
 */
export function manifest (folder, executable) {
  const line = (/** @type {string} */ kind, /** @type {Uint8Array} */ bytes, /** @type {string} */ path) => `${kind} ${sha256(bytes)} ${bytes.length} ${path}`
  const lines = ['socket-manifest 1', line('runtime', readFileSync(executable), relative(folder, executable))]
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => statSync(join(folder, path)).isFile() && path !== relative(folder, executable) && !path.startsWith('socket.manifest'))
    .map(path => Buffer.from(path)).sort(Buffer.compare).map(String)
  for (const path of paths) {
    const bytes = readFileSync(join(folder, path))
    lines.push(line('file', bytes, path))
    for (let at = 0; bytes.length > PIECE && at < bytes.length; at += PIECE) lines.push(`- ${sha256(bytes.subarray(at, at + PIECE))}`)
  }
  return lines.join('\n') + '\n'
}

/** Makes an app a build for users. */
export const seal = (/** @type {{ path: string, executable: string }} */ app) => writeFileSync(join(app.path, 'socket.manifest'), manifest(app.path, app.executable))
