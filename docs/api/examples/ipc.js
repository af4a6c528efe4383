import ipc from 'socket:ipc'
import { O_CREAT, O_WRONLY } from 'socket:fs/constants'
import os from 'socket:os'

export const about = {
  OK: 'What a call that succeeded has as its state.',
  ERROR: 'What a call that failed has as its state.',
  kDebugEnabled: 'Where `debug` keeps what it was told.',
  Options: '`bytes` to send, a `signal` that ends the waiting, a `timeout` in milliseconds.'
}

/**
 * Calls a route by its name. Nothing is thrown: what went wrong is in the result.
 * @for send request
 */
export async function calls () {
  const { data } = await ipc.request('fs.stat', { path: os.tmpdir() })
  console.log(typeof data.size) // → number
  const { err } = await ipc.send('fs.stat', { path: '/no/such/file' })
  console.log(err?.code) // → ENOENT
}

/** Calls a route and waits. */
export function sendSync () {
  console.log(ipc.sendSync('os.availableParallelism').data >= 1) // → true
}

/** Calls a route with bytes. */
export async function write () {
  const { err } = await ipc.write('fs.writeFile', { path: `${os.tmpdir()}/notes.txt`, flags: O_WRONLY | O_CREAT, mode: 0o666, flush: false }, 'hello')
  console.log(err) // → null
}

/** Calls the route of an address. */
export async function postMessage () {
  const { err } = await ipc.postMessage('ipc://fs.stat?path=%2Fno%2Fsuch%2Ffile')
  console.log(err?.code) // → ENOENT
}

/** Routes as functions. */
export async function createBinding () {
  const fs = ipc.createBinding('fs')
  console.log((await fs.stat({ path: os.tmpdir() })).err) // → null
}

/** Whether calls are written to the console. */
export function debug () {
  console.log(ipc.debug()) // → false
}

/** Tells listeners in this page. */
export async function emit () {
  const target = new EventTarget()
  target.addEventListener('saved', (event) => console.log(/** @type {CustomEvent} */ (event).detail))
  await ipc.emit('saved', { file: 'notes.txt' }, target) // → { file: 'notes.txt' }
}

/**
 * Tells who waits for the event `resolve-<window>-<number>` in this page.
 * @app
 */
export async function resolve () {
  addEventListener('resolve-0-7', (event) => console.log(/** @type {CustomEvent} */ (event).detail), { once: true })
  await ipc.resolve(7, 'done') // → done
}

/** The number in a call's sequence. */
export function parseSeq () {
  console.log(ipc.parseSeq('R12')) // → 12
}

/** Resolves at once; for programs that wait for it. */
export async function ready () {
  console.log(await ipc.ready()) // → undefined
}
