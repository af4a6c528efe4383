/** The app's end of the pipes: starts a backend, reads what it says and answers it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const { format, parse, unpack } = require('../../js/node/lib/wire.cjs')
const { Lines } = require('../../js/node/lib/lines.cjs')

const library = fileURLToPath(new URL('../../js/node', import.meta.url))

/** @typedef {{ command: string, pairs: Record<string, string>, data: any }} Said */

/**
 * Runs `code` as a module that finds the helper as users do, by its name.
 *
 * @param {import('node:test').TestContext} t
 * @param {string} code
 * @param {{ env?: Record<string, string | undefined>, extension?: string, answer?: boolean }} [options]
 *   `answer`: acknowledge every call
 */
export function start (t, code, { env = { SOCKET_BACKEND: '1' }, extension = 'mjs', answer = true } = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socket-backend-'))
  fs.mkdirSync(path.join(folder, 'node_modules/@socketsupply'), { recursive: true })
  fs.symlinkSync(library, path.join(folder, 'node_modules/@socketsupply/socket-node'), 'junction')
  const file = path.join(folder, `backend.${extension}`)
  fs.writeFileSync(file, code)
  const child = spawn(process.execPath, [file], { env: { ...process.env, SOCKET_BACKEND: undefined, ...env }, stdio: 'pipe' })
  /** @type {Said[]} */
  const said = []
  /** @type {Set<() => void>} */
  const waiting = new Set()
  let errors = ''
  const wake = () => { for (const look of waiting) look() }
  const lines = new Lines((/** @type {string} */ line) => {
    const { command, pairs } = parse(line)
    said.push({ command, pairs, data: ['send', 'resolve'].includes(command) ? unpack(pairs, line) : undefined })
    if (answer && ['send', 'heartbeat'].includes(command)) tell('resolve', { seq: pairs.seq, state: 0 })
    wake()
  }, (/** @type {Error} */ error) => { throw error })
  child.stdout.on('data', (chunk) => lines.push(chunk))
  child.stderr.setEncoding('utf8').on('data', (text) => { errors += text; wake() })
  const ended = once(child, 'close')
  ended.then(wake)
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await ended
    fs.rmSync(folder, { recursive: true, force: true })
  })

  /** @param {string} command @param {Record<string, string | number | undefined>} pairs */
  function tell (command, pairs) {
    return child.stdin.write(format(command, pairs))
  }

  /**
   * Waits for something that the backend says.
   *
   * @param {(one: Said) => unknown} wanted
   * @returns {Promise<Said>}
   */
  const heard = (wanted) => new Promise((resolve, reject) => {
    const look = () => {
      const found = said.find(wanted)
      if (found !== undefined) resolve(found)
      else if (child.exitCode !== null) reject(new Error(`the backend ended with ${child.exitCode}: ${errors}`))
      else return
      waiting.delete(look)
    }
    waiting.add(look)
    look()
  })

  return {
    child,
    said,
    tell,
    heard,
    /** @param {string} event @param {unknown} [value] @param {Record<string, string | number>} [more] */
    event: (event, value = undefined, more = {}) => tell('process.write', { event, value: JSON.stringify(value), ...more }),
    errors: () => errors,
    /** @returns {Promise<number>} the exit code */
    ended: async () => (await ended)[0]
  }
}
