/** A message that goes: a request of a client, a response of a server. */
import { Buffer } from 'socket:buffer'
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { ERR_HTTP_BODY_NOT_ALLOWED, ERR_HTTP_CONTENT_LENGTH_MISMATCH, ERR_HTTP_HEADERS_SENT, ERR_HTTP_TRAILER_INVALID, ERR_INVALID_CHAR, ERR_STREAM_CANNOT_PIPE } from 'socket:internal/http/errors'
import { isBadValue, validateHeaderName, validateHeaderValue } from 'socket:internal/http/tokens'
import { validateString } from 'socket:internal/validators'
import { Writable } from 'socket:stream'

const Base = /** @type {new (options?: any) => import('node:stream').Writable & { [name: string]: any }} */ (/** @type {unknown} */ (Writable))
const END = Buffer.from('\r\n')

/** @param {any} value @returns {string[]} */
const texts = (value) => (Array.isArray(value) ? value : [value]).map(String)

export class OutgoingMessage extends Base {
  /** By name in lower case: the name as it was given, and the value. @type {Map<string, [string, any]>} */
  #headers = new Map()
  /** @type {string | null} */
  #trailer = null
  /** The block of headers, until it is sent. @type {Buffer | null} */
  #head = null
  /** What was written, without what HTTP adds. */
  #bodyLength = 0
  /** @type {number | null} */
  #promised = null
  /** Waits for the connection. @type {((socket: any) => void)[]} */
  #waiting = []

  /** @param {any} [options] */
  constructor (options = undefined) {
    super({ ...(options?.highWaterMark === undefined ? {} : { highWaterMark: options.highWaterMark }), decodeStrings: true, emitClose: false, autoDestroy: false })
    this.socket = /** @type {any} */ (null)
    this._header = /** @type {string | null} */ (null)
    this._hasBody = true
    this._last = false
    this._contentLength = /** @type {number | null} */ (null)
    this.chunkedEncoding = false
    this.shouldKeepAlive = true
    this.useChunkedEncodingByDefault = true
    this.sendDate = false
    this.strictContentLength = false
    this.maxRequestsOnConnectionReached = false
    this._defaultKeepAlive = true
    this._keepAliveTimeout = 0
    this._closed = false
    this._rejectBody = false
    /** @type {Set<string>} */
    this._removed = new Set()
  }

  get connection () { return this.socket }
  set connection (value) { this.socket = value }
  get headersSent () { return this._header !== null }
  get finished () { return this.writableEnded }
  get _headerSent () { return this._header !== null && this.#head === null }

  /** @param {string} name @param {any} value */
  setHeader (name, value) {
    if (this.headersSent) throw new ERR_HTTP_HEADERS_SENT('set')
    validateHeaderName(name)
    validateHeaderValue(name, value)
    this._put(name, value)
    return this
  }

  /** Without looking at it. @param {string} name @param {any} value */
  _put (name, value) {
    this.#headers.set(name.toLowerCase(), [name, value])
    this._removed.delete(name.toLowerCase())
  }

  /** @param {Headers | Map<string, any>} headers */
  setHeaders (headers) {
    if (this.headersSent) throw new ERR_HTTP_HEADERS_SENT('set')
    if (!headers || Array.isArray(headers) || typeof headers.keys !== 'function' || typeof headers.get !== 'function') throw new ERR_INVALID_ARG_TYPE('headers', ['Headers', 'Map'], headers)
    /** @type {string[]} */
    const cookies = []
    for (const [name, value] of headers) {
      if (name === 'set-cookie') cookies.push(...texts(value))
      else this.setHeader(name, value)
    }
    if (cookies.length > 0) this.setHeader('set-cookie', cookies)
    return this
  }

  /** @param {string} name @param {any} value */
  appendHeader (name, value) {
    if (this.headersSent) throw new ERR_HTTP_HEADERS_SENT('append')
    validateHeaderName(name)
    validateHeaderValue(name, value)
    const found = this.#headers.get(name.toLowerCase())
    if (found === undefined) this._put(name, value)
    else found[1] = [...(Array.isArray(found[1]) ? found[1] : [found[1]]), ...(Array.isArray(value) ? value : [value])]
    return this
  }

  /** @param {string} name */
  getHeader (name) {
    validateString(name, 'name')
    return this.#headers.get(name.toLowerCase())?.[1]
  }

  getHeaderNames () { return [...this.#headers.keys()] }
  getRawHeaderNames () { return [...this.#headers.values()].map(([name]) => name) }

  getHeaders () {
    /** @type {Record<string, any>} */
    const headers = Object.create(null)
    for (const [name, [, value]] of this.#headers) headers[name] = value
    return headers
  }

  /** @param {string} name */
  hasHeader (name) {
    validateString(name, 'name')
    return this.#headers.has(name.toLowerCase())
  }

  /** @param {string} name */
  removeHeader (name) {
    validateString(name, 'name')
    if (this.headersSent) throw new ERR_HTTP_HEADERS_SENT('remove')
    const key = name.toLowerCase()
    this.#headers.delete(key)
    this._removed.add(key)
    if (key === 'date') this.sendDate = false
  }

  /** @param {any} headers an object or pairs */
  addTrailers (headers) {
    this.#trailer = ''
    for (const [index, key] of Object.keys(headers).entries()) {
      const [name, value] = Array.isArray(headers) ? [headers[index][0], headers[index][1]] : [key, headers[key]]
      validateHeaderName(name, 'Trailer name')
      for (const one of texts(value)) {
        if (isBadValue(one)) throw new ERR_INVALID_CHAR('trailer content', name)
        this.#trailer += `${name}: ${one}\r\n`
      }
    }
  }

  /** How the headers begin; those who extend this say it. */
  _implicitHeader () {
    throw Object.assign(new Error('The _implicitHeader() method is not implemented'), { code: 'ERR_METHOD_NOT_IMPLEMENTED' })
  }

  /**
   * Makes the block of headers.
   * @param {string} first line
   * @param {any} [extra] headers that are not kept: an object, or pairs, or names and values in turns
   */
  _storeHeader (first, extra = undefined) {
    /** @type {[string, any][]} */
    const list = extra === undefined ? [...this.#headers.values()] : pairs(extra)
    const has = new Set()
    let text = first
    let connection = ''
    let te = ''
    let length = null
    for (const [name, value] of list) {
      const key = name.toLowerCase()
      if (extra !== undefined) {
        validateHeaderName(name)
      }
      has.add(key)
      const values = key === 'cookie' && Array.isArray(value) ? [value.join('; ')] : texts(value)
      for (const one of values) {
        if (extra !== undefined) validateHeaderValue(name, value === undefined ? undefined : one)
        text += `${name}: ${one}\r\n`
        if (key === 'connection') connection = one.toLowerCase()
        else if (key === 'transfer-encoding') te = one.toLowerCase()
        else if (key === 'content-length') length = Number(one)
      }
    }
    this.#promised = length
    if (te.includes('chunked')) this.chunkedEncoding = true
    if (this.sendDate && !has.has('date')) text += `Date: ${new Date().toUTCString()}\r\n`
    // What cannot have a body says nothing of its length.
    const { statusCode } = this
    if (this.chunkedEncoding && (statusCode === 204 || statusCode === 304)) {
      this.chunkedEncoding = false
      this.shouldKeepAlive = false
    }
    if (has.has('connection')) {
      if (/(^|[\s,])close([\s,]|$)/.test(connection)) {
        this._last = true
        if (this.isRequest) this.shouldKeepAlive = false
      } else if (/keep-alive/.test(connection)) this.shouldKeepAlive = true
    } else if (!this._removed.has('connection')) {
      const keep = this.shouldKeepAlive && (length !== null || this.useChunkedEncodingByDefault || this.agent)
      if (keep && this.maxRequestsOnConnectionReached) text += 'Connection: close\r\n'
      else if (keep) {
        text += 'Connection: keep-alive\r\n'
        if (this._keepAliveTimeout > 0 && this._defaultKeepAlive && !has.has('keep-alive')) {
          text += `Keep-Alive: timeout=${Math.floor(this._keepAliveTimeout / 1000)}${this._maxRequestsPerSocket > 0 ? `, max=${this._maxRequestsPerSocket}` : ''}\r\n`
        }
      } else {
        this._last = true
        text += 'Connection: close\r\n'
      }
    } else if (!this.shouldKeepAlive) this._last = true
    if (length === null && !has.has('transfer-encoding')) {
      if (!this._hasBody) this.chunkedEncoding = false
      else if (!this.useChunkedEncodingByDefault) this._last = true
      else if (this.#trailer === null && !has.has('trailer') && !this._removed.has('content-length') && this._contentLength !== null) {
        text += `Content-Length: ${this._contentLength}\r\n`
        this.#promised = this._contentLength
      } else if (!this._removed.has('transfer-encoding')) {
        text += 'Transfer-Encoding: chunked\r\n'
        this.chunkedEncoding = true
      } else this._last = true
    }
    if (!this.chunkedEncoding && has.has('trailer')) throw new ERR_HTTP_TRAILER_INVALID()
    this._header = `${text}\r\n`
    this.#head = Buffer.from(this._header, 'latin1')
  }

  /** Sends the headers without waiting for a body. */
  flushHeaders () {
    if (this._header === null) this._implicitHeader()
    this._whenSocket((socket) => {
      if (this.#head === null) return
      const head = this.#head
      this.#head = null
      socket.write(head)
    })
  }

  /** @param {(socket: any) => void} work */
  _whenSocket (work) {
    if (this.socket !== null && this._assigned) work(this.socket)
    else this.#waiting.push(work)
  }

  /** The connection is there, and nobody else writes to it. @param {any} socket */
  _assign (socket) {
    this.socket = socket
    this._assigned = true
    const waiting = this.#waiting
    this.#waiting = []
    for (const work of waiting) work(socket)
  }

  /** @param {any} chunk @param {any} [encoding] @param {any} [callback] */
  write (chunk, encoding = undefined, callback = undefined) {
    if (typeof encoding === 'function') [encoding, callback] = [undefined, encoding]
    // Node's messages take bytes and text alone, and any word for an encoding that is none.
    if (chunk !== null && !isChunk(chunk)) throw new ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'Uint8Array'], chunk)
    if (!Buffer.isEncoding(encoding)) encoding = undefined
    if (this._header === null && !this.writableEnded && isChunk(chunk)) this._implicitHeader()
    if (!this._hasBody && isChunk(chunk) && !this.writableEnded) {
      if (this._rejectBody) throw new ERR_HTTP_BODY_NOT_ALLOWED()
      if (typeof callback === 'function') queueMicrotask(callback)
      return true
    }
    if (isChunk(chunk)) this.#count(lengthOf(chunk, encoding))
    return super.write(chunk, encoding, callback)
  }

  /** @param {number} length */
  #count (length) {
    this.#bodyLength += length
    if (this.strictContentLength && this.#promised !== null && this.#bodyLength > this.#promised) throw new ERR_HTTP_CONTENT_LENGTH_MISMATCH(this.#bodyLength, this.#promised)
  }

  /** @param {any} [chunk] @param {any} [encoding] @param {any} [callback] */
  end (chunk = undefined, encoding = undefined, callback = undefined) {
    if (typeof chunk === 'function') [chunk, callback] = [undefined, chunk]
    else if (typeof encoding === 'function') [encoding, callback] = [undefined, encoding]
    if (this.writableEnded) {
      super.end(callback)
      return this
    }
    const given = Boolean(chunk)
    if (given && !isChunk(chunk)) throw new ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'Uint8Array'], chunk)
    if (this._header === null) {
      this._contentLength = given ? lengthOf(chunk, encoding) : 0
      this._implicitHeader()
    }
    if (given) this.write(chunk, encoding)
    if (this.strictContentLength && this._hasBody && this.#promised !== null && this.#bodyLength !== this.#promised) throw new ERR_HTTP_CONTENT_LENGTH_MISMATCH(this.#bodyLength, this.#promised)
    super.end(callback)
    return this
  }

  /** @param {Buffer} chunk @param {string} _encoding @param {(error?: any) => void} callback */
  _write (chunk, _encoding, callback) {
    this.#send([chunk], false, callback)
  }

  /** @param {{ chunk: Buffer }[]} chunks @param {(error?: any) => void} callback */
  _writev (chunks, callback) {
    this.#send(chunks.map(({ chunk }) => chunk), false, callback)
  }

  /** @param {(error?: any) => void} callback */
  _final (callback) {
    this.#send([], true, (error) => {
      callback(error)
      if (!error) queueMicrotask(() => this._finish())
    })
  }

  /** The message has gone. */
  _finish () {}

  /** @param {Buffer[]} chunks @param {boolean} last @param {(error?: any) => void} callback */
  #send (chunks, last, callback) {
    this._whenSocket((socket) => {
      if (socket.destroyed) return callback(this.destroyed || !last ? undefined : null)
      /** @type {Uint8Array[]} */
      const parts = []
      if (this.#head !== null) parts.push(this.#head)
      this.#head = null
      const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
      if (this.chunkedEncoding) {
        for (const chunk of chunks) if (chunk.length > 0) parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, END)
        if (last) parts.push(Buffer.from(`0\r\n${this.#trailer ?? ''}\r\n`, 'latin1'))
      } else if (length > 0) parts.push(...chunks)
      if (parts.length === 0) return callback()
      socket.write(parts.length === 1 ? parts[0] : Buffer.concat(parts), (/** @type {any} */ error) => callback(this.destroyed ? undefined : error))
    })
  }

  /** @param {number} ms @param {() => void} [callback] */
  setTimeout (ms, callback = undefined) {
    if (callback) this.on('timeout', callback)
    if (this.socket) this.socket.setTimeout(ms)
    else this.once('socket', (/** @type {any} */ socket) => socket.setTimeout(ms))
    return this
  }

  pipe () {
    this.emit('error', new ERR_STREAM_CANNOT_PIPE())
    return /** @type {any} */ (undefined)
  }
}

/** @param {any} chunk */
const isChunk = (chunk) => typeof chunk === 'string' || chunk instanceof Uint8Array

/** @param {string | Uint8Array} chunk @param {any} encoding */
const lengthOf = (chunk, encoding) => typeof chunk === 'string' ? Buffer.byteLength(chunk, Buffer.isEncoding(encoding) ? encoding : 'utf8') : chunk.byteLength

/** @param {any} headers @returns {[string, any][]} */
function pairs (headers) {
  if (!Array.isArray(headers)) return Object.entries(headers)
  if (Array.isArray(headers[0])) return headers
  if (headers.length % 2 !== 0) throw new ERR_INVALID_ARG_VALUE('headers', headers)
  return Array.from({ length: headers.length / 2 }, (_, at) => [headers[2 * at], headers[2 * at + 1]])
}
