/**
 * The app's backend: a process in any language, named by `cmd` in `[linux]`, `[mac]` or `[win]` of socket.ini.
 * What it sends arrives as events on the page's global object, with the value as `event.detail`; so do
 * `process-error` (text that it wrote to its standard error) and `backend-exit` (its exit code).
 */
import { call, on } from 'socket:internal/ipc'

/** @typedef {import('socket:internal/routes').backend.Opened} Opened */
/** @typedef {import('socket:internal/routes').backend.Format} Format */
/** @typedef {{ event: string, value?: unknown }} Message  `value` as JSON knows it, or bytes */

/** Longest JSON that travels in the head of a call, in characters. */
const SHORT = 1024

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * Starts the backend, unless it runs.
 *
 * @param {{ force?: boolean }} [options] `force`: end the one that runs, and start anew
 * @returns {Promise<Opened>} the command, its arguments, and the directory that it was started in
 */
export async function open ({ force = false } = {}) {
  // A page that may not listen may still open.
  await listen().catch(() => {})
  return await call('backend.open', { force: Boolean(force) })
}

/** Ends the backend: its standard input ends, then come SIGINT, SIGTERM and SIGKILL to its process group. */
export async function close () {
  await call('backend.close')
}

/**
 * Sends the backend an event. Resolves when it is written to its standard input: who awaits each one goes as fast as
 * the backend reads.
 *
 * @param {Message} message
 */
export async function send (message) {
  await call('backend.send', pack(message))
}

/**
 * Sends the backend an event and waits for its answer: what the first listener returns. Rejects with what the
 * listener threw, and with `ERR_BACKEND_EXITED` when the backend ends before it has answered.
 *
 * @param {Message & { signal?: AbortSignal, timeout?: number }} message `timeout` in milliseconds
 * @returns {Promise<any>}
 */
export async function request ({ signal, timeout, ...message }) {
  const options = signal === undefined && timeout === undefined ? undefined : { signal, timeout }
  const { format, body } = await call('backend.request', pack(message), options)
  return unpack(format, body)
}

/** @type {Promise<void> | undefined} */
let listening

/**
 * Hears the backend in this page or worker. A page of an app that has a backend does so by itself once it is loaded;
 * a worker does when it asks for it.
 */
export async function listen () {
  listening ??= call('backend.listen').then(() => {
    on('backend.event', ({ event, format, body }) => dispatch(event, unpack(format, body)))
    on('backend.error', ({ text }) => dispatch('process-error', text))
    on('backend.exit', ({ code }) => dispatch('backend-exit', code))
  })
  await listening
}

/**
 * @param {string} event
 * @param {unknown} detail
 */
function dispatch (event, detail) {
  globalThis.dispatchEvent?.(new CustomEvent(event, { detail }))
}

/**
 * @param {Message} message
 * @returns {any} a request; without bytes it has no body, which the contract cannot say
 */
function pack ({ event, value }) {
  if (typeof event !== 'string' || event === '') throw wrong('a message to the backend needs the name of an event')
  if (value === undefined) return { event }
  const bytes = bytesOf(value)
  if (bytes !== undefined) return { event, format: /** @type {Format} */ ('bytes'), body: bytes }
  const json = JSON.stringify(value)
  if (json === undefined) throw wrong(`a ${typeof value} cannot be sent to the backend: a value is JSON or bytes`)
  if (json.length <= SHORT) return { event, value: json }
  return { event, format: /** @type {Format} */ ('json'), body: encoder.encode(json) }
}

/** @param {unknown} value */
function bytesOf (value) {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  const shared = typeof SharedArrayBuffer === 'function' && value instanceof SharedArrayBuffer
  if (shared || value instanceof ArrayBuffer) return new Uint8Array(/** @type {ArrayBuffer} */ (value))
}

/**
 * @param {Format} format
 * @param {Uint8Array} [body]
 */
function unpack (format, body = new Uint8Array(0)) {
  if (format === 'bytes') return body
  return format === 'json' ? JSON.parse(decoder.decode(body)) : undefined
}

/** @param {string} message */
function wrong (message) {
  return Object.assign(new TypeError(message), { code: 'ERR_INVALID_ARG_TYPE' })
}

export * as default from 'socket:backend'
