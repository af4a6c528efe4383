/** An app without windows: its folder, its backend, and a page of it that is a script in Node. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const register = new URL('../register.js', import.meta.url).href
const root = fileURLToPath(new URL('../..', import.meta.url))

/** How long a page may run, in milliseconds. */
const LIMIT = 100_000

/** What every script begins with: the events of the page. */
const PAGE = `
import { backend } from 'socket:application'
// A page that only waits for an event is not over.
setInterval(() => {}, 1000)
const page = new EventTarget()
globalThis.dispatchEvent = event => page.dispatchEvent(event)
const heard = event => new Promise(resolve => page.addEventListener(event, event => resolve(event.detail), { once: true }))
const print = value => console.log('> ' + JSON.stringify(value))
`

/**
 * A folder with files, gone after the test.
 *
 * @param {import('node:test').TestContext} t
 * @param {Record<string, string>} [files]
 * @param {string} [name]
 */
export function folder (t, files = {}, name = 'app') {
  const base = mkdtempSync(join(tmpdir(), 'socket-backends-'))
  const path = join(base, name)
  mkdirSync(path)
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text)
  t.after(() => rmSync(base, { recursive: true, force: true }))
  return path
}

/**
 * Starts a script as the page of an app with this backend.
 *
 * @param {string | undefined} cmd
 * @param {string} script  a file, or the text of one
 * @param {{ directory: string, started?: (child: import('node:child_process').ChildProcess) => void, quiet?: boolean }} options
 * @returns {Promise<{ code: number | null, out: string, err: string, lines: any[] }>} `lines`: what it printed, as JSON
 */
export function page (cmd, script, { directory, started, quiet = false }) {
  let file = script
  if (!script.endsWith('.js')) {
    file = join(directory, '..', 'page.mjs')
    writeFileSync(file, `${PAGE}${script}\nprocess.exit()`)
  }
  const child = spawn(process.execPath, ['--import', register, file], {
    cwd: root,
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, SOCKET_HEADLESS_BACKEND: cmd ?? '', SOCKET_HEADLESS_DIRECTORY: directory },
    stdio: ['ignore', 'pipe', quiet ? 'ignore' : 'pipe']
  })
  const text = { out: '', err: '' }
  child.stdout?.setEncoding('utf8').on('data', data => { text.out += data })
  child.stderr?.setEncoding('utf8').on('data', data => { text.err += data })
  started?.(child)
  // One that hangs is ended, and the test sees what it had printed.
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => {
      clearTimeout(limit)
      const lines = text.out.split('\n').filter(line => line.startsWith('> ')).map(line => JSON.parse(line.slice(2)))
      resolve({ code, ...text, lines })
    })
  })
}

/**
 * Processes whose command line has this in it.
 *
 * @param {string} word
 */
export function processes (word) {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).filter(pid => {
    try {
      return pid !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(word)
    } catch {
      return false
    }
  })
}

/**
 * Waits for something that will be so in a moment.
 *
 * @param {() => boolean} look
 */
export async function until (look) {
  for (let left = 3000; !look(); left--) {
    if (left === 0) throw new Error(`this did not come true in a minute: ${look}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
