/**
 * Calls into native code and events out of it, typed by the generated contract.
 *
 * One call is one request of the transport: a JSON head and raw bytes each way. Which transport that is
 * (the WebView's custom scheme, or standard input and output in tests) is decided by `socket:internal/transport`.
 */
import * as transport from 'socket:internal/transport'
import { abortError, fromNative, timeoutError } from 'socket:internal/error'
import { reportViolation } from 'socket:internal/violation'

/** @typedef {import('./routes.d.ts').Routes} Routes */
/** @typedef {import('./routes.d.ts').Events} Events */
/**
 * @typedef {object} CallOptions
 * @property {AbortSignal} [signal]
 * @property {number} [timeout] milliseconds
 * @property {(answer: any) => void} [late] hears of an answer that comes although the call was ended: what it opened must be closed
 */

/** Names this realm (page, frame or worker) among those of its document. */
const realm = transport.realm
let number = 0

/**
 * @param {any} request
 * @returns {{ head: string | undefined, body: Uint8Array | undefined }}
 */
function encode (request) {
  if (request === undefined) return { head: undefined, body: undefined }
  if (request === null || typeof request !== 'object' || request.body === undefined) {
    return { head: JSON.stringify(request), body: undefined }
  }
  const { body, ...head } = request
  return { head: JSON.stringify(head), body }
}

/**
 * @param {string} route
 * @param {{ ok: boolean, head: any, body?: Uint8Array }} answer
 */
function decode (route, { ok, head, body }) {
  if (!ok) {
    if (head?.code === 'ERR_ACCESS_DENIED') reportViolation(route, head)
    throw fromNative(head, route)
  }
  if (body === undefined) return head
  if (head === null || typeof head !== 'object') return { body }
  head.body = body
  return head
}

/**
 * Calls a route.
 *
 * @template {keyof Routes} R
 * @param {R} route
 * @param {Routes[R]['request']} [request] what the route takes; `body` holds its bytes
 * @param {CallOptions} [options] an aborted signal or a timeout ends the call natively too
 * @returns {Promise<Routes[R]['response']>}
 */
export async function call (route, request, options) {
  const signal = options?.signal
  if (signal?.aborted) throw abortError(signal)
  const { head, body } = encode(request)
  const seq = ++number
  const timeout = options?.timeout
  const answer = transport.send(route, seq, head, body, timeout)
  if (signal === undefined && timeout === undefined) return decode(route, await answer)
  return await ending(route, seq, answer, options ?? {})
}

/**
 * @param {string} route
 * @param {number} seq
 * @param {Promise<{ ok: boolean, head: any, body?: Uint8Array }>} answer
 * @param {CallOptions} options
 */
async function ending (route, seq, answer, { signal, timeout, late }) {
  let timer
  let onabort = () => {}
  let over = false
  const ended = new Promise((resolve, reject) => {
    const end = (/** @type {Error} */ error) => {
      over = true
      reject(error)
      // Its own answer is of no interest: the call may just have ended by itself.
      call('ipc.cancel', { number: seq }).catch(() => {})
    }
    onabort = () => end(abortError(signal))
    signal?.addEventListener('abort', onabort, { once: true })
    if (timeout !== undefined) timer = setTimeout(() => end(timeoutError(route, timeout)), timeout)
  })
  answer.then((found) => { if (over && found.ok) late?.(decode(route, found)) }, () => {})
  try {
    return decode(route, await Promise.race([answer, ended]))
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onabort)
  }
}

/**
 * Calls a route and blocks until it has answered.
 *
 * @template {keyof Routes} R
 * @param {R} route
 * @param {Routes[R]['request']} [request]
 * @returns {Routes[R]['response']}
 */
export function callSync (route, request) {
  const { head, body } = encode(request)
  return decode(route, transport.sendSync(route, ++number, head, body))
}

/** @type {Map<string, Set<(data: any) => void>>} */
const listeners = new Map()
let polling = false

/**
 * Listens to an event of native code.
 *
 * @template {keyof Events} E
 * @param {E} event
 * @param {(data: Events[E]) => void} listener
 * @returns {() => void} stops listening
 */
export function on (event, listener) {
  const set = listeners.get(event) ?? new Set()
  listeners.set(event, set.add(listener))
  poll()
  return () => {
    set.delete(listener)
    if (set.size === 0 && listeners.get(event) === set) listeners.delete(event)
  }
}

/** Collects events for as long as somebody listens. */
async function poll () {
  if (polling) return
  polling = true
  try {
    /** @type {Promise<{ body: Uint8Array }> | undefined} */
    let next = call('ipc.events')
    while (next !== undefined) {
      const batch = await next
      // Native code gathers the next ones while these are heard.
      next = listeners.size > 0 ? call('ipc.events') : undefined
      dispatch(batch)
    }
  } catch (error) {
    // The document is going away, or policy refuses events: said once, where developers look.
    if (/** @type {any} */ (error).code !== 'ABORT_ERR') console.error('socket: events ended:', error)
  } finally {
    polling = false
  }
}

/** @param {{ body: Uint8Array }} batch */
function dispatch ({ body }) {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  for (let at = 0; at < body.byteLength;) {
    const length = view.getUint32(at, true)
    const { head, body: bytes } = transport.decodeFrame(body.subarray(at + 4, at + 4 + length))
    at += 4 + length
    const data = bytes === undefined ? head.data : { ...head.data, body: bytes }
    for (const listener of listeners.get(head.event) ?? []) {
      // One listener that throws must not keep the others from hearing.
      try { listener(data) } catch (error) { reportError(error) }
    }
  }
}

export { realm }
