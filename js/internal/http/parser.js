/**
 * HTTP/1 messages out of bytes, as they come. Strict, because both ends may be hostile: a message whose length can be
 * read in two ways is refused, and so is what no server or client sends by itself (folded headers, bare line ends).
 */
import { Buffer } from 'socket:buffer'
import { isBadValue, isToken, METHODS } from 'socket:internal/http/tokens'

/**
 * @typedef {object} Info
 * @property {number} versionMajor
 * @property {number} versionMinor
 * @property {string[]} headers names and values in turns
 * @property {string} method of a request
 * @property {string} url of a request
 * @property {number} statusCode of a response
 * @property {string} statusMessage of a response
 * @property {boolean} upgrade what follows is of another protocol
 * @property {boolean} shouldKeepAlive
 */
/**
 * @typedef {object} Handlers
 * @property {(info: Info) => boolean | void} headers true: there is no body, whatever the headers say
 * @property {(chunk: Buffer) => void} body
 * @property {(trailers: string[]) => void} complete
 */

const LF = 10
const CR = 13
const DEFAULT_MAX = 16 * 1024
const methods = new Set(METHODS)

/** @param {string} code @param {string} reason */
function fail (code, reason) {
  return Object.assign(new Error(`Parse Error: ${reason}`), { code: `HPE_${code}`, reason })
}

export class Parser {
  /** @type {'first' | 'headers' | 'sized' | 'raw' | 'size' | 'chunk' | 'after' | 'trailers' | 'done'} */
  #state = 'first'
  #request
  #handlers
  #max
  /** The beginning of a line whose end has not come. @type {Buffer[]} */
  #line = []
  #size = 0
  #left = 0
  /** @type {string[]} */
  #headers = []
  /** @type {string[]} */
  #trailers = []
  /** @type {Info} */
  #info = { versionMajor: 1, versionMinor: 1, headers: [], method: '', url: '', statusCode: 0, statusMessage: '', upgrade: false, shouldKeepAlive: true }
  /** No more messages are read for now: someone else has the connection. */
  stopped = false

  /** @param {'request' | 'response'} kind @param {Handlers} handlers @param {number} [maxHeaderSize] bytes */
  constructor (kind, handlers, maxHeaderSize = DEFAULT_MAX) {
    this.#request = kind === 'request'
    this.#handlers = handlers
    this.#max = maxHeaderSize || DEFAULT_MAX
  }

  /** Whether it is between two messages. */
  get idle () { return this.#state === 'first' && this.#size === 0 }
  /** Whether a message has begun whose headers are not complete. */
  get inHeaders () { return (this.#state === 'first' && this.#size > 0) || this.#state === 'headers' }

  /**
   * @param {Buffer} chunk
   * @returns {number} how many bytes belong to HTTP; the rest is of what the connection was upgraded to
   */
  execute (chunk) {
    let at = 0
    try {
      while (at < chunk.length && !this.stopped) at = this.#step(chunk, at)
    } catch (error) {
      this.stopped = true
      throw Object.assign(/** @type {object} */ (error), { bytesParsed: at, rawPacket: chunk })
    }
    return at
  }

  /** Says that nothing more comes. */
  finish () {
    if (this.stopped) return
    if (this.#state === 'raw') return this.#complete()
    if (!this.idle) throw Object.assign(fail('INVALID_EOF_STATE', 'Invalid EOF state'), { bytesParsed: 0 })
  }

  /** @param {Buffer} chunk @param {number} at */
  #step (chunk, at) {
    switch (this.#state) {
      case 'sized':
      case 'chunk': {
        const end = Math.min(chunk.length, at + this.#left)
        this.#left -= end - at
        const state = this.#state
        this.#handlers.body(chunk.subarray(at, end))
        if (this.#left === 0) {
          if (state === 'sized') this.#complete()
          else this.#state = 'after'
        }
        return end
      }
      case 'raw':
        this.#handlers.body(chunk.subarray(at))
        return chunk.length
      default: {
        const end = chunk.indexOf(LF, at)
        const stop = end < 0 ? chunk.length : end + 1
        this.#size += stop - at
        if (this.#size > this.#max) throw fail('HEADER_OVERFLOW', 'Header overflow')
        this.#line.push(chunk.subarray(at, stop))
        if (end < 0) return stop
        const line = this.#line.length === 1 ? this.#line[0] : Buffer.concat(this.#line)
        this.#line = []
        if (line.length < 2 || line[line.length - 2] !== CR) throw fail('CR_EXPECTED', 'Missing expected CR after header value')
        this.#onLine(line.toString('latin1', 0, line.length - 2))
        return stop
      }
    }
  }

  /** @param {string} line */
  #onLine (line) {
    switch (this.#state) {
      case 'first':
        // An empty line in front is of a body that was longer than it said; others let it pass, too.
        if (line === '') {
          this.#size = 0
          return
        }
        if (this.#request) this.#requestLine(line)
        else this.#statusLine(line)
        this.#headers = []
        this.#state = 'headers'
        return
      case 'headers':
        if (line === '') this.#headersComplete()
        else this.#header(line, this.#headers)
        return
      case 'size': {
        const [digits] = line.split(';', 1)
        const trimmed = digits.trimEnd()
        if (!/^[0-9a-f]{1,12}$/i.test(trimmed)) throw fail('INVALID_CHUNK_SIZE', 'Invalid character in chunk size')
        this.#left = Number.parseInt(trimmed, 16)
        this.#size = 0
        this.#state = this.#left === 0 ? 'trailers' : 'chunk'
        return
      }
      case 'after':
        if (line !== '') throw fail('STRICT', 'Expected LF after chunk data')
        this.#size = 0
        this.#state = 'size'
        return
      case 'trailers':
        if (line === '') this.#complete()
        else this.#header(line, this.#trailers)
    }
  }

  /** @param {string} line */
  #requestLine (line) {
    const match = /^([^ ]*) ([^ ]+) (.*)$/.exec(line)
    const method = match?.[1] ?? line.split(' ', 1)[0]
    if (!methods.has(method)) throw fail('INVALID_METHOD', 'Invalid method encountered')
    if (match === null || /[^\x21-\x7e\x80-\xff]/.test(match[2])) throw fail('INVALID_URL', 'Invalid characters in url')
    const version = /^HTTP\/(\d)\.(\d)$/.exec(match[3])
    if (version === null) throw fail('INVALID_CONSTANT', 'Expected HTTP/')
    this.#version(version)
    this.#info.method = method
    this.#info.url = match[2]
  }

  /** @param {string} line */
  #statusLine (line) {
    const match = /^HTTP\/(\d)\.(\d) (\d{3})(?: (.*))?$/.exec(line)
    if (match === null) {
      throw /^HTTP\/\d\.\d /.test(line) ? fail('INVALID_STATUS', 'Invalid response status') : fail('INVALID_CONSTANT', 'Expected HTTP/, RTSP/ or ICE/')
    }
    this.#version(match)
    this.#info.statusCode = Number(match[3])
    this.#info.statusMessage = match[4] ?? ''
  }

  /** @param {string[]} match */
  #version ([, major, minor]) {
    if (!['1.0', '1.1', '0.9', '2.0'].includes(`${major}.${minor}`)) throw fail('INVALID_VERSION', 'Invalid HTTP version')
    this.#info.versionMajor = Number(major)
    this.#info.versionMinor = Number(minor)
  }

  /** @param {string} line @param {string[]} into */
  #header (line, into) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0))
    if (!isToken(name)) throw fail('INVALID_HEADER_TOKEN', 'Invalid header token')
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')
    if (isBadValue(value)) throw value.includes('\r') ? fail('LF_EXPECTED', 'Missing expected LF after header value') : fail('INVALID_HEADER_TOKEN', 'Invalid header value char')
    into.push(name, value)
  }

  #headersComplete () {
    const info = this.#info
    info.headers = this.#headers
    /** @type {number | null} */
    let length = null
    /** @type {string[]} */
    const codings = []
    let connection = ''
    let upgrade = false
    for (let at = 0; at < this.#headers.length; at += 2) {
      const value = this.#headers[at + 1]
      switch (this.#headers[at].toLowerCase()) {
        case 'content-length':
          if (length !== null) throw fail('UNEXPECTED_CONTENT_LENGTH', 'Duplicate Content-Length')
          if (!/^\d{1,15}$/.test(value)) throw fail('INVALID_CONTENT_LENGTH', 'Invalid character in Content-Length')
          length = Number(value)
          break
        case 'transfer-encoding':
          codings.push(...value.toLowerCase().split(',').map((one) => one.trim()))
          break
        case 'connection':
          connection += `,${value.toLowerCase()}`
          break
        case 'upgrade':
          upgrade = true
      }
    }
    const words = new Set(connection.split(',').map((one) => one.trim()))
    const coded = codings.length > 0
    if (coded && length !== null) throw fail('INVALID_TRANSFER_ENCODING', "Transfer-Encoding can't be present with Content-Length")
    const chunked = codings.at(-1) === 'chunked'
    if (coded && codings.indexOf('chunked') !== (chunked ? codings.length - 1 : -1)) throw fail('INVALID_TRANSFER_ENCODING', 'Invalid `Transfer-Encoding` header value')
    if (this.#request && coded && !chunked) throw fail('INVALID_TRANSFER_ENCODING', 'Request has invalid `Transfer-Encoding`')
    const status = info.statusCode
    const bodiless = !this.#request && (status < 200 || status === 204 || status === 304)
    info.upgrade = this.#request ? info.method === 'CONNECT' || (upgrade && words.has('upgrade')) : status === 101
    const untilEnd = !this.#request && !bodiless && !chunked && length === null
    info.shouldKeepAlive = !untilEnd && (info.versionMajor === 1 && info.versionMinor === 1 ? !words.has('close') : words.has('keep-alive'))
    const skip = this.#handlers.headers({ ...info }) === true || bodiless
    if (this.stopped) return
    if (info.upgrade) {
      this.stopped = true
      this.#handlers.complete([])
    } else if (skip) this.#complete()
    else if (chunked) this.#enter('size')
    else if (untilEnd) this.#enter('raw')
    else if (length === null || length === 0) this.#complete()
    else {
      this.#left = length
      this.#enter('sized')
    }
  }

  /** @param {'size' | 'raw' | 'sized'} state */
  #enter (state) {
    this.#state = state
    this.#size = 0
  }

  #complete () {
    const trailers = this.#trailers
    this.#trailers = []
    this.#state = 'first'
    this.#size = 0
    this.#handlers.complete(trailers)
  }
}
