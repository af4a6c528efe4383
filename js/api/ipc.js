/**
 * Calls into native code by name, for programs that were written to `socket:ipc`. Other code uses the modules,
 * whose calls are typed: `fs.stat(path)` is `ipc.request('fs.stat', { path })`. Nothing here rejects: what went wrong
 * is in the result.
 */
import { Buffer } from 'socket:buffer'
import args from 'socket:internal/args'
import { call, callSync } from 'socket:internal/ipc'
import { Headers, Message, Result, parseSeq } from 'socket:internal/ipc-message'

export { Headers, Message, Result, parseSeq }

export const OK = 0
export const ERROR = 1
/** Milliseconds that a call may take if its caller does not say otherwise and wants a limit at all. */
export const TIMEOUT = 32 * 1000

export const kDebugEnabled = Symbol.for('ipc.debug.enabled')

/** What is known without asking. */
export const primordials = Object.freeze({
  arch: args.arch,
  cwd: args.cwd,
  platform: args.platform,
  version: Object.freeze({ ...args.version }),
  'host-operating-system': args.platform
})

/**
 * Whether calls are written to the console.
 *
 * @param {boolean} [enable] changes it
 * @returns {boolean}
 */
export function debug (enable = undefined) {
  const state = /** @type {any} */ (debug)
  if (enable !== undefined) state[kDebugEnabled] = Boolean(enable)
  return state[kDebugEnabled]
}
// Not by assignment, which would become a declaration that no compiler reads.
Object.defineProperty(debug, kDebugEnabled, { value: false, writable: true, configurable: true, enumerable: true })

/** @typedef {{ bytes?: unknown, signal?: AbortSignal, timeout?: number, cache?: boolean }} Options */

/** @param {unknown} bytes @returns {Uint8Array | undefined} */
function toBytes (bytes) {
  if (bytes === undefined || bytes === null) return undefined
  if (ArrayBuffer.isView(bytes)) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Buffer.from(/** @type {any} */ (bytes))
}

/**
 * The request of a route from what its caller gave.
 *
 * @param {any} value an object of fields; anything else becomes the field `value`
 * @param {unknown} bytes
 */
function toRequest (value, bytes) {
  const body = toBytes(bytes)
  const plain = value !== null && typeof value === 'object' ? Object.fromEntries(value instanceof URLSearchParams ? value : Object.entries(value)) : value
  if (plain === undefined && body === undefined) return undefined
  const fields = plain === undefined || (plain !== null && typeof plain === 'object') ? plain : { value: plain }
  return body === undefined ? fields : { ...fields, body }
}

/** @param {string} command @param {any} request */
function trace (command, request) {
  if (debug()) console.debug('ipc:', command, request)
}

/** @param {any} answer */
function toData (answer) {
  if (answer?.body instanceof Uint8Array) {
    const { buffer, byteOffset, byteLength } = answer.body
    answer.body = Buffer.from(buffer, byteOffset, byteLength)
  }
  return answer
}

let count = 0

/**
 * @param {string} command
 * @param {any} value
 * @param {unknown} bytes
 * @param {Options} [options]
 */
async function perform (command, value, bytes, { signal, timeout } = {}) {
  const id = String(++count)
  try {
    const request = toRequest(value, bytes)
    trace(command, request)
    return new Result(id, null, toData(await call(/** @type {any} */ (command), request, { signal, timeout })), command)
  } catch (error) {
    return new Result(id, /** @type {Error} */ (error), null, command)
  }
}

/**
 * Calls a route.
 *
 * @param {string} command as in a page's Content-Security-Policy: `fs.stat`
 * @param {any} [value] its fields
 * @param {Options} [options]
 */
export async function send (command, value, options) {
  return perform(command, value, options?.bytes, options)
}

/** Calls a route for what it brings. @param {string} command @param {any} [value] @param {Options} [options] */
export async function request (command, value, options) {
  return perform(command, value, options?.bytes, options)
}

/** Calls a route with bytes. @param {string} command @param {any} value @param {any} buffer @param {Options} [options] */
export async function write (command, value, buffer, options) {
  return perform(command, value, buffer ?? options?.bytes ?? new Uint8Array(0), options)
}

/** Calls a route and waits for its answer. @param {string} command @param {any} [value] @param {Options} [options] */
export function sendSync (command, value, options) {
  const id = String(++count)
  try {
    const request = toRequest(value, options?.bytes)
    trace(command, request)
    return new Result(id, null, toData(callSync(/** @type {any} */ (command), request)), command)
  } catch (error) {
    return new Result(id, /** @type {Error} */ (error), null, command)
  }
}

/**
 * Carries out a message: `ipc://fs.stat?path=%2Ftmp`.
 *
 * @param {string | URL | Message} message
 * @param {unknown} [bytes]
 */
export async function postMessage (message, bytes) {
  const parsed = Message.from(message, bytes)
  return perform(parsed.command, parsed.params, parsed.bytes)
}

/** Calls can be made as soon as this module is there; for programs that wait for it. */
export async function ready () {}

/**
 * Tells listeners in this page.
 *
 * @param {string} name
 * @param {any} value
 * @param {EventTarget} [target]
 * @param {EventInit} [options]
 */
export async function emit (name, value, target = globalThis, options = {}) {
  let detail = value
  if (typeof value === 'string') {
    try { detail = JSON.parse(value) } catch { /* Text that is no JSON is meant as it is. */ }
  }
  target.dispatchEvent(new CustomEvent(name, { ...options, detail }))
}

/**
 * Tells who waits for the event `resolve-<window>-<seq>` in this page.
 *
 * @param {string | number} seq
 * @param {any} value
 */
export async function resolve (seq, value) {
  await emit(`resolve-${args.index}-${parseSeq(seq)}`, value)
}

/**
 * Routes as functions: `createBinding('fs').stat({ path })` sends `fs.stat`.
 *
 * @param {string} domain
 * @param {{ default?: string } & Record<string, any>} [context] `default`: which function of this module calls them
 * @returns {any}
 */
export function createBinding (domain, context = {}) {
  /** @type {Record<string, (command: string, ...args: any[]) => any>} */
  const methods = { send, sendSync, request, write, postMessage: (command, ...rest) => postMessage(`ipc://${command}`, ...rest) }
  const call = methods[context.default ?? 'send'] ?? send
  /** @param {string} name */
  const branch = (name) => new Proxy(function () {}, {
    get: (_, key) => typeof key === 'string' ? (name === domain && key in context ? context[key] : branch(`${name}.${key}`)) : undefined,
    apply: (_, __, given) => call(name, ...given)
  })
  return branch(domain)
}

export * as default from 'socket:ipc'
