/**
 * Messages to native code and from it, as earlier versions had them: `send` names a route, `receive` hears the answers and
 * events. It is the one transport of `socket:ipc`: no connection of its own, and the policy of the page holds for each route.
 */
import { ErrorEvent } from 'socket:events'
import { decodeFrame, encodeFrame } from 'socket:internal/frame'
import { define, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { call, on } from 'socket:internal/ipc'
import { validateFunction, validateObject, validateString } from 'socket:internal/validators'

const ERR_CONDUIT_CLOSED = define('ERR_CONDUIT_CLOSED', Error, () => 'The conduit is closed: call connect() or reconnect() first')
const ERR_CONDUIT_UNREACHABLE = define('ERR_CONDUIT_UNREACHABLE', Error, (/** @type {number} */ tries) => `Native code could not be reached in ${tries} tries`)

/** How often `reconnect` tries. The name is that of earlier versions. */
export const DEFALUT_MAX_RECONNECT_RETRIES = 32
/** The longest that `reconnect` waits between two tries, in milliseconds. */
export const DEFAULT_MAX_RECONNECT_TIMEOUT = 256

/** The conduits that are open, by their ids. @type {Map<string, Conduit>} */
export const pool = new Map()

/** @typedef {{ id?: string | number | bigint, events?: string[] }} ConduitOptions id: of what the events are of, such as a socket; events: those that are wanted */
/** @typedef {{ options: Record<string, any>, payload: Uint8Array }} ReceiveMessage */

let count = 0

/** What a program sends to native code, and hears from it. Events of it: `open`, `close`, `error`. */
export class Conduit extends EventTarget {
  /** @type {Set<(error: Error | null, message: ReceiveMessage | undefined) => void>} */
  #receivers = new Set()
  /** @type {(() => void)[]} */
  #stops = []
  /** @type {string[]} */
  #events
  #open = false
  /** Ends tries that go on. */
  #tries = new AbortController()

  /** The messages of which answers are waited for. */
  isActive = false

  /** @param {ConduitOptions} [options] */
  constructor (options = {}) {
    super()
    validateObject(options, 'options')
    const { id = `conduit-${++count}`, events = [] } = options
    if (typeof id !== 'string' && typeof id !== 'number' && typeof id !== 'bigint') throw new ERR_INVALID_ARG_TYPE('options.id', ['string', 'number', 'bigint'], id)
    if (!Array.isArray(events)) throw new ERR_INVALID_ARG_TYPE('options.events', 'Array', events)
    this.id = String(id)
    this.#events = events.map(String)
    this.connect()
  }

  /** How long answers are waited for, in milliseconds; without one as long as they need. @type {number | undefined} */
  timeout = undefined

  /** Opens it, which its constructor has done. @param {(error: Error | null) => void} [callback] @returns {this} */
  connect (callback = undefined) {
    if (callback !== undefined) validateFunction(callback, 'callback')
    if (!this.#open) {
      this.#open = this.isActive = true
      this.#tries = new AbortController()
      pool.set(this.id, this)
      this.#stops = this.#events.map((name) => on(/** @type {any} */ (name), (/** @type {any} */ data) => {
        // Of many sockets, that one.
        if (data?.id !== undefined && String(data.id) !== this.id) return
        const { body = new Uint8Array(), ...options } = Object(data)
        this.#tell(null, { options: { event: name, ...options }, payload: body })
      }))
      queueMicrotask(() => { if (this.#open) this.dispatchEvent(new Event('open')) })
    }
    if (callback) queueMicrotask(() => callback(null))
    return this
  }

  /**
   * Tries until native code answers; after each failure it waits twice as long.
   *
   * @param {{ retries?: number, timeout?: number }} [options] at most so many tries, and so many milliseconds between two
   * @returns {Promise<this>}
   */
  async reconnect ({ retries = DEFALUT_MAX_RECONNECT_RETRIES, timeout = DEFAULT_MAX_RECONNECT_TIMEOUT } = {}) {
    this.connect()
    const { signal } = this.#tries
    let wait = 1
    /** @type {any} */ let last
    for (let tries = 0; tries < Math.max(1, retries); tries++) {
      if (signal.aborted) throw new ERR_CONDUIT_CLOSED()
      try {
        await call('os.uptime')
        return this
      } catch (error) {
        last = error
        // What native code forbids shows that it is there; what the engine stops has a cause.
        if (/** @type {any} */ (error).code === 'ERR_ACCESS_DENIED' && last.cause === undefined) return this
      }
      const pause = Math.min(wait *= 2, timeout)
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, pause)
        signal.addEventListener('abort', () => { clearTimeout(timer); resolve(undefined) }, { once: true })
      })
    }
    throw Object.assign(new ERR_CONDUIT_UNREACHABLE(Math.max(1, retries)), { cause: last })
  }

  /** Hears all answers and events. @param {(error: Error | null, message: ReceiveMessage | undefined) => void} callback @returns {() => void} hears no more */
  receive (callback) {
    validateFunction(callback, 'callback')
    this.#receivers.add(callback)
    return () => { this.#receivers.delete(callback) }
  }

  /** @param {Error | null} error @param {ReceiveMessage} [message] */
  #tell (error, message = undefined) {
    for (const receiver of this.#receivers) {
      // One that throws must not keep the others from hearing.
      try { receiver(error, message) } catch (thrown) { reportError(thrown) }
    }
    if (error !== null) this.dispatchEvent(new ErrorEvent('error', { error, message: error.message }))
  }

  /**
   * Sends a message: `route` says to whom, all else are its fields.
   *
   * @param {Record<string, any> & { route: string }} options @param {string | BufferSource} [payload] its bytes
   * @returns {Promise<ReceiveMessage>} the answer, which `receive` hears as well
   */
  async send (options, payload = undefined) {
    validateObject(options, 'options')
    validateString(options.route, 'options.route')
    if (!this.#open) throw new ERR_CONDUIT_CLOSED()
    const { route, ...head } = options
    const body = payload === undefined ? undefined : bytesOf(payload)
    let answer
    try {
      answer = await call(/** @type {any} */ (route), /** @type {any} */ (body === undefined ? (Object.keys(head).length === 0 ? undefined : head) : { ...head, body }), { signal: this.#tries.signal, timeout: this.timeout })
    } catch (error) {
      const failed = /** @type {Error} */ (error)
      if (this.#open) this.#tell(failed)
      throw this.#open ? failed : Object.assign(new ERR_CONDUIT_CLOSED(), { cause: failed })
    }
    const isObject = typeof answer === 'object' && answer !== null && !Array.isArray(answer)
    const { body: bytes = new Uint8Array(), ...rest } = isObject ? /** @type {any} */ (answer) : { value: answer }
    const message = { options: { route, ...rest }, payload: bytes }
    this.#tell(null, message)
    return message
  }

  /** A message as bytes. @param {Record<string, any>} options @param {string | BufferSource} [payload] @returns {Uint8Array} */
  encodeMessage (options, payload = new Uint8Array()) {
    validateObject(options, 'options')
    return encodeFrame(JSON.stringify(options), bytesOf(payload))
  }

  /** A message from its bytes. @param {Uint8Array} data @returns {ReceiveMessage} */
  decodeMessage (data) {
    if (!(data instanceof Uint8Array)) throw new ERR_INVALID_ARG_TYPE('data', 'Uint8Array', data)
    try {
      const { head, body = new Uint8Array() } = decodeFrame(data)
      return { options: head ?? {}, payload: body }
    } catch (error) {
      throw Object.assign(new ERR_INVALID_ARG_VALUE('data', data, 'is no message of encodeMessage'), { cause: error })
    }
  }

  /** Who waits for an answer gets an error, and nothing is heard any more. */
  close () {
    if (!this.#open) return
    this.#open = this.isActive = false
    if (pool.get(this.id) === this) pool.delete(this.id)
    this.#tries.abort()
    for (const stop of this.#stops.splice(0)) stop()
    this.dispatchEvent(new Event('close'))
  }
}

/** @param {string | BufferSource} data */
function bytesOf (data) {
  if (typeof data === 'string') return new TextEncoder().encode(data)
  if (data instanceof Uint8Array) return data
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  if (/** @type {any} */ (data) instanceof ArrayBuffer) return new Uint8Array(data)
  throw new ERR_INVALID_ARG_TYPE('payload', ['string', 'ArrayBuffer', 'TypedArray', 'DataView'], data)
}

export default Conduit
