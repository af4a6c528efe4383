/** The two directions: events that come in, and calls that go out and are answered. */
const { Lines } = require('./lines.cjs')
const { format, parse, pack, unpack } = require('./wire.cjs')

/** How long the app may take to answer a heartbeat, in milliseconds. */
const HEARTBEAT = 10_000

/** @param {string} code @param {string} message */
const failure = (code, message) => Object.assign(new Error(message), { code })

/**
 * What a listener gets. Where an older backend uses it as the plain value, it behaves as that value's text or
 * number, and as the value itself in JSON.
 */
class Message {
  /** @param {unknown} data @param {number} window */
  constructor (data, window) {
    this.data = data
    this.window = window
  }

  toJSON () {
    return this.data
  }

  toString () {
    return typeof this.data === 'string' ? this.data : JSON.stringify(this.data) ?? ''
  }

  /** @param {string} hint */
  [Symbol.toPrimitive] (hint) {
    const primitive = this.data === null || !['object', 'function'].includes(typeof this.data)
    return hint === 'string' || !primitive ? this.toString() : this.data
  }
}

/** @typedef {{ callback: Function, once: boolean, plain: boolean }} Listener */

class Backend {
  /** @type {Map<string, Listener[]>} */
  #listeners = new Map()
  /** @type {Map<string, (result: Error | undefined) => void>} */
  #pending = new Map()
  #sequence = 0
  /** @type {Error | undefined} */
  #gone
  #reading = false
  /** Lines that have come and are not looked at yet. @type {string[]} */
  #queue = []
  #waiting = false

  /**
   * @param {object} streams
   * @param {NodeJS.ReadableStream} streams.input
   * @param {(text: string, done: (error?: Error | null) => void) => void} streams.write
   * @param {(error: Error) => void} streams.warn   told of lines that are wrong
   */
  constructor ({ input, write, warn }) {
    this.input = input
    this.write = write
    this.warn = warn
  }

  /** Begins to read, once everything that registers listeners now has done so. */
  start () {
    if (this.#reading) return
    this.#reading = true
    const lines = new Lines((line) => { this.#queue.push(line) }, this.warn)
    const end = () => {
      lines.end()
      this.#drain(true)
      this.lost(failure('ERR_SOCKET_CLOSED', 'the app has ended'))
    }
    setImmediate(() => this.input.on('data', (chunk) => {
      lines.push(chunk)
      this.#drain()
    }).once('end', end).once('error', end))
  }

  /** The app cannot be reached any more. @param {Error} error */
  lost (error) {
    this.#gone ??= error
    for (const settle of this.#pending.values()) settle(error)
    this.#pending.clear()
  }

  /**
   * @param {{ window?: number, event: string, value?: unknown }} options
   * @returns {Promise<Error | undefined>}
   */
  async send (options) {
    const { window, event, value } = options ?? {}
    if (typeof event !== 'string' || event === '') throw new TypeError('send: `event` must be the name of an event')
    if (window !== undefined && (!Number.isInteger(window) || window < -1)) {
      throw new TypeError('send: `window` must be the index of a window, or left out for all of them')
    }
    // As the page sees it: -1 is nobody in particular.
    return this.#call('send', { index: window === -1 ? undefined : window, event, ...pack(value) })
  }

  /** @returns {Promise<Error | undefined>} */
  async heartbeat () {
    return this.#call('heartbeat', {}, HEARTBEAT)
  }

  /**
   * @param {string} command
   * @param {Record<string, string | number | undefined>} pairs
   * @param {number} [limit]
   * @returns {Promise<Error | undefined>}
   */
  #call (command, pairs, limit) {
    if (this.#gone) return Promise.resolve(this.#gone)
    this.start()
    const seq = `B${++this.#sequence}`
    return new Promise((resolve) => {
      const timer = limit && setTimeout(() => settle(failure('ERR_SOCKET_TIMEOUT', `the app did not answer in ${limit / 1000} s`)), limit)
      const settle = (/** @type {Error | undefined} */ result) => {
        clearTimeout(timer)
        this.#pending.delete(seq)
        resolve(result)
      }
      this.#pending.set(seq, settle)
      this.write(format(command, { seq, ...pairs }), (error) => { if (error) settle(error) })
    })
  }

  /** @param {string} event @param {Function} callback @param {{ once?: boolean, plain?: boolean }} [how] */
  add (event, callback, { once = false, plain = false } = {}) {
    if (typeof event !== 'string') throw new TypeError('the name of an event must be a string')
    if (typeof callback !== 'function') throw new TypeError(`the listener of ${event} must be a function`)
    const listeners = this.#listeners.get(event) ?? []
    this.#listeners.set(event, [...listeners, { callback, once, plain }])
    this.start()
  }

  /** Removes one, the last that was added. @param {string} event @param {Function} callback @param {boolean} [plain] */
  remove (event, callback, plain = false) {
    const listeners = this.#listeners.get(event) ?? []
    const at = listeners.map((one) => one.callback === callback && one.plain === plain).lastIndexOf(true)
    if (at !== -1) this.#listeners.set(event, listeners.filter((_, i) => i !== at))
  }

  /** @param {string} [event]  without one, those of all events */
  removeAll (event) {
    if (event === undefined) this.#listeners.clear()
    else this.#listeners.delete(event)
  }

  /**
   * Takes lines up to the next answer, and goes on when who awaited it has gone on: it may be about to listen to
   * the event that comes behind.
   *
   * @param {boolean} [all]
   */
  #drain (all = false) {
    if (this.#waiting && !all) return
    let at = 0
    while (at < this.#queue.length) {
      const answered = this.#receive(this.#queue[at++])
      if (!answered || all) continue
      this.#waiting = true
      setImmediate(() => {
        this.#waiting = false
        this.#drain()
      })
      break
    }
    this.#queue.splice(0, at)
  }

  /** @param {string} line @returns {boolean | void} whether a call has been answered */
  #receive (line) {
    try {
      const { command, pairs } = parse(line)
      if (command === 'resolve') return this.#settle(pairs)
      // Others are for later versions of the protocol.
      else if (command === 'process.write' || command === 'send') this.#dispatch(pairs, unpack(pairs, line))
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_SOCKET_MALFORMED') throw error
      this.warn(error)
    }
  }

  /** @param {Record<string, string>} pairs */
  #settle ({ seq = '', state = '0', value = '' }) {
    const settle = this.#pending.get(seq)
    if (settle === undefined) return false
    let said
    try {
      said = JSON.parse(value)
    } catch {
      said = { message: value }
    }
    settle(state === '0' ? undefined : failure(said?.code ?? 'ERR_SOCKET', said?.message ?? 'the app refused'))
    return true
  }

  /** @param {Record<string, string>} pairs @param {unknown} data */
  #dispatch ({ event = '', index = '', seq, reply }, data) {
    const window = /^\d+$/.test(index) ? Number(index) : -1
    const listeners = this.#listeners.get(event) ?? []
    const kept = listeners.filter((one) => !one.once)
    if (kept.length < listeners.length) this.#listeners.set(event, kept)
    const results = listeners.map(({ callback, plain }) => {
      try {
        return callback(plain ? data : new Message(data, window))
      } catch (error) {
        // One that fails keeps neither the others nor the next message from being heard.
        if (reply) return Promise.reject(error)
        process.nextTick(() => { throw error })
        return undefined
      }
    })
    if (reply) this.#reply(window, seq, results)
  }

  /**
   * Answers a request with what the first listener returns.
   *
   * @param {number} window @param {string | undefined} seq @param {unknown[]} results
   */
  async #reply (window, seq, results) {
    for (const result of results.slice(1)) Promise.resolve(result).catch(this.warn)
    let pairs
    try {
      if (results.length === 0) throw failure('ERR_SOCKET_NO_LISTENER', 'the backend does not listen to this event')
      pairs = { state: 0, ...pack(await results[0]) }
    } catch (error) {
      const { name = 'Error', message = String(error), code } = /** @type {NodeJS.ErrnoException} */ (error ?? {})
      pairs = { state: 1, value: JSON.stringify({ name, message, code }) }
    }
    this.write(format('resolve', { index: window === -1 ? undefined : window, seq, ...pairs }), () => {})
  }
}

module.exports = { Backend, Message, failure }
