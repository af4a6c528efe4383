/** A message that comes: a request at a server, a response at a client. */
import { Readable } from 'socket:stream'

/** Of these the first counts; others are lists. */
const SINGLE = new Set([
  'age', 'authorization', 'content-length', 'content-type', 'etag', 'expires', 'from', 'host', 'if-modified-since', 'if-unmodified-since', 'last-modified',
  'location', 'max-forwards', 'proxy-authorization', 'referer', 'retry-after', 'server', 'user-agent'
])

/** @param {string[]} raw @param {boolean} join @returns {Record<string, any>} */
function merged (raw, join) {
  /** @type {Record<string, any>} */
  const headers = {}
  for (let at = 0; at < raw.length; at += 2) {
    const [name, value] = [raw[at].toLowerCase(), raw[at + 1]]
    if (name === 'set-cookie') (Object.hasOwn(headers, name) ? headers[name] : define(headers, name, [])).push(value)
    else if (!Object.hasOwn(headers, name)) define(headers, name, value)
    else if (name === 'cookie') headers[name] += `; ${value}`
    else if (join || !SINGLE.has(name)) headers[name] += `, ${value}`
  }
  return headers
}

/** @param {string[]} raw @returns {Record<string, string[]>} */
function distinct (raw) {
  /** @type {Record<string, string[]>} */
  const headers = Object.create(null)
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at].toLowerCase()
    if (!Object.hasOwn(headers, name)) define(headers, name, [])
    headers[name].push(raw[at + 1])
  }
  return headers
}

/** A header may be named `__proto__`. @param {any} object @param {string} name @param {any} value */
function define (object, name, value) {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
  return value
}

const Base = /** @type {new (options?: any) => import('node:stream').Readable & { [name: string]: any }} */ (/** @type {unknown} */ (Readable))

export class IncomingMessage extends Base {
  /** @type {Record<string, any> | null} */
  #headers = null
  /** @type {Record<string, string[]> | null} */
  #distinct = null
  /** @type {Record<string, any> | null} */
  #trailers = null
  /** @type {Record<string, string[]> | null} */
  #trailersDistinct = null

  /** @param {any} socket */
  constructor (socket) {
    super({ autoDestroy: true, emitClose: true, ...(socket ? { highWaterMark: socket.readableHighWaterMark } : {}) })
    this.httpVersionMajor = /** @type {number | null} */ (null)
    this.httpVersionMinor = /** @type {number | null} */ (null)
    this.httpVersion = /** @type {string | null} */ (null)
    this.complete = false
    this.rawHeaders = /** @type {string[]} */ ([])
    this.rawTrailers = /** @type {string[]} */ ([])
    this.joinDuplicateHeaders = false
    this.aborted = false
    this.upgrade = /** @type {boolean | null} */ (null)
    this.url = ''
    this.method = /** @type {string | null} */ (null)
    this.statusCode = /** @type {number | null} */ (null)
    this.statusMessage = /** @type {string | null} */ (null)
    this.socket = socket
    this.client = socket
    /** @type {any} */
    this.req = undefined
  }

  get connection () { return this.socket }
  set connection (value) { this.socket = value }

  get headers () { return (this.#headers ??= merged(this.rawHeaders, this.joinDuplicateHeaders)) }
  set headers (value) { this.#headers = value }
  get headersDistinct () { return (this.#distinct ??= distinct(this.rawHeaders)) }
  set headersDistinct (value) { this.#distinct = value }
  get trailers () { return (this.#trailers ??= merged(this.rawTrailers, this.joinDuplicateHeaders)) }
  set trailers (value) { this.#trailers = value }
  get trailersDistinct () { return (this.#trailersDistinct ??= distinct(this.rawTrailers)) }
  set trailersDistinct (value) { this.#trailersDistinct = value }

  /** @param {import('socket:internal/http/parser').Info} info */
  _begin (info) {
    this.httpVersionMajor = info.versionMajor
    this.httpVersionMinor = info.versionMinor
    this.httpVersion = `${info.versionMajor}.${info.versionMinor}`
    this.rawHeaders = info.headers
    this.upgrade = info.upgrade
    if (info.method) {
      this.method = info.method
      this.url = info.url
    } else {
      this.statusCode = info.statusCode
      this.statusMessage = info.statusMessage
    }
    return this
  }

  /** @param {string[]} trailers */
  _complete (trailers) {
    this.rawTrailers = trailers
    this.complete = true
    this.push(null)
  }

  _read () {
    // The connection waits while nobody reads the message.
    if (this.socket?.readable && !this.socket.destroyed) this.socket.resume()
  }

  /** @param {any} error @param {(error?: any) => void} callback */
  _destroy (error, callback) {
    if (!this.readableEnded || !this.complete) {
      this.aborted = true
      this.emit('aborted')
    }
    if (this.socket && !this.socket.destroyed && this.aborted) this.socket.destroy(error)
    // Whoever does not listen for it is not ended by a connection that was.
    if (error && this.listenerCount('error') === 0) error = null
    queueMicrotask(() => callback(error))
  }

  /** @param {number} ms @param {() => void} [callback] */
  setTimeout (ms, callback = undefined) {
    if (callback) this.on('timeout', callback)
    this.socket.setTimeout(ms)
    return this
  }
}
