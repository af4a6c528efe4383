/**
 * The transport of `socket:internal/ipc` in Node: the same routes, over the standard input and output of
 * `socket-headless` (native/api/src/bin/headless.rs). A worker thread holds the process, so that synchronous
 * calls can wait for it.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads'

import { decodeFrame, encodeFrame } from '../js/internal/frame.js'

export { decodeFrame }
export const realm = 'node'

const root = fileURLToPath(new URL('..', import.meta.url))

function executable () {
  const given = process.env.SOCKET_HEADLESS
  const target = process.env.CARGO_TARGET_DIR ?? `${root}target`
  const found = given ?? [`${target}/debug/socket-headless`, `${target}/release/socket-headless`].find(path => existsSync(path))
  if (found === undefined) throw new Error('socket-headless is not built: run `cargo build -p socket-api` first')
  return found
}

/** @type {Worker | undefined} */
let worker
/** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void, holds: boolean }>} */
const waiting = new Map()

function start () {
  if (worker !== undefined) return worker
  worker = new Worker(new URL('headless-worker.js', import.meta.url), { workerData: { executable: executable() } })
  worker.on('message', ({ number, kind, frame, error }) => {
    if (error !== undefined) {
      for (const call of waiting.values()) call.reject(new Error(error))
      waiting.clear()
      // A later call begins with a new process.
      worker?.unref()
      worker = undefined
      return
    }
    const call = waiting.get(number)
    waiting.delete(number)
    if (![...waiting.values()].some(call => call.holds)) worker?.unref()
    call?.resolve(answer(kind, frame))
  })
  worker.on('error', error => {
    for (const call of waiting.values()) call.reject(error)
    waiting.clear()
  })
  worker.unref()
  return worker
}

/**
 * @param {number} kind
 * @param {Uint8Array} frame
 */
function answer (kind, frame) {
  return { ok: kind === 1, ...decodeFrame(frame) }
}

/**
 * @param {string} route
 * @param {number} number
 * @param {string | undefined} head
 * @param {Uint8Array | undefined} body
 * @returns {Promise<{ ok: boolean, head: any, body?: Uint8Array }>}
 */
export function send (route, number, head, body) {
  const worker = start()
  return new Promise((resolve, reject) => {
    // A poll for events alone does not keep the process alive, as an idle page would not either.
    const holds = route !== 'ipc.events'
    waiting.set(number, { resolve, reject, holds })
    if (holds) worker.ref()
    worker.postMessage({ route, number, frame: encodeFrame(head, body) })
  })
}

/**
 * @param {string} route
 * @param {number} number
 * @param {string | undefined} head
 * @param {Uint8Array | undefined} body
 */
export function sendSync (route, number, head, body) {
  const { port1, port2 } = new MessageChannel()
  const signal = new Int32Array(new SharedArrayBuffer(4))
  start().postMessage({ route, number, frame: encodeFrame(head, body), signal, port: port2 }, [port2])
  Atomics.wait(signal, 0, 0)
  const { kind, frame, error } = /** @type {any} */ (receiveMessageOnPort(port1)).message
  port1.close()
  if (error !== undefined) throw new Error(error)
  return answer(kind, frame)
}
