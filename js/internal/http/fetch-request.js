/**
 * A request of `socket:https`: Node's shape over the engine's `fetch`, which has TLS, its certificates and HTTP/2. A body goes when
 * it is complete, the answer streams. What the engine keeps to itself is said in docs/dependencies.md.
 */
import { Buffer } from 'socket:buffer'
import { AbortError } from 'socket:internal/errors'
import { Agent, checkAgent } from 'socket:internal/http/agent'
import { requestArguments } from 'socket:internal/http/client'
import { aborted, ERR_INVALID_HTTP_TOKEN, ERR_INVALID_PROTOCOL, ERR_UNESCAPED_CHARACTERS, hangUp } from 'socket:internal/http/errors'
import { IncomingMessage } from 'socket:internal/http/incoming'
import { OutgoingMessage } from 'socket:internal/http/outgoing'
import { isToken } from 'socket:internal/http/tokens'
import { validateAbortSignal } from 'socket:internal/validators'

/** The engine sets these itself and lets nobody else. */
const ENGINE = new Set(['host', 'connection', 'content-length', 'transfer-encoding'])

/** What engines unpack: they ask for nothing else. */
const UNPACKED = /^\s*(?:x-gzip|gzip|deflate|br)\s*(?:,\s*(?:x-gzip|gzip|deflate|br)\s*)*$/i

/** Headers as they are true of the body that comes out: one that was unpacked is not packed, nor as long as it was. @param {Response} response @param {string} method */
function headersOf ({ headers, status }, method) {
  const unpacked = method !== 'HEAD' && status !== 204 && status !== 304 && UNPACKED.test(headers.get('content-encoding') ?? '')
  return [...headers].filter(([name]) => !(unpacked && (name === 'content-encoding' || name === 'content-length'))).flat()
}

/** Whom a connection trusts, as whom it appears, and how. */
const TLS = ['ca', 'cert', 'checkServerIdentity', 'ciphers', 'crl', 'dhparam', 'ecdhCurve', 'key', 'maxVersion', 'minVersion', 'pfx', 'pskCallback', 'secureContext', 'secureOptions', 'secureProtocol', 'sigalgs']
/** Where a connection leads. */
const WAYS = ['createConnection', 'localAddress', 'localPort', 'lookup', 'socketPath']

/**
 * What the engine cannot be told is refused: a program that trusts one authority alone, or goes through a proxy, must not
 * find out later that it did neither.
 *
 * @param {any} options of the request @param {any} agent @param {string} host
 */
function refuse (options, agent, host) {
  for (const [where, given] of /** @type {[string, any][]} */ ([['options', options], ['options.agent.options', agent?.options]])) {
    if (!given) continue
    const set = (/** @type {string} */ name) => given[name] !== undefined && given[name] !== null
    const tls = TLS.find(set) ??
      (given.rejectUnauthorized === false ? 'rejectUnauthorized' : undefined) ??
      (set('servername') && given.servername !== '' && given.servername !== host ? 'servername' : undefined)
    if (tls !== undefined) throw unavailable(`${where}.${tls}`, 'TLS is the engine\'s, which trusts the authorities that the system trusts: leave it out, and have the authority installed in the system')
    const way = WAYS.find(set)
    if (way !== undefined) throw unavailable(`${where}.${way}`, 'connections are the engine\'s: leave it out, or use `http`, whose connections are the program\'s')
  }
  if (agent && (agent.createConnection !== Agent.prototype.createConnection || agent.addRequest !== Agent.prototype.addRequest)) {
    throw unavailable('options.agent', 'connections are the engine\'s, and this agent makes its own, as those for proxies do: leave it out, and set the proxy in the system')
  }
}

/** @param {string} what @param {string} why */
const unavailable = (what, why) => Object.assign(new TypeError(`${what} cannot be used with https here: ${why}`), { code: 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM' })

/** @param {any} options @param {string} protocol */
function addressOf (options, protocol) {
  const host = options.hostname || options.host || 'localhost'
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  return `${protocol}//${bracketed}${options.port ? `:${options.port}` : ''}${options.path || '/'}`
}

export class FetchRequest extends OutgoingMessage {
  /** @type {Uint8Array[]} */
  #parts = []
  #ending = new AbortController()
  /** @type {any} */
  #timer = null
  #failed = false
  #address

  /** @param {any} input @param {any} given @param {any} listener @param {string} [protocol] */
  constructor (input, given, listener, protocol = 'https:') {
    const [options, callback] = requestArguments(input, given, listener)
    super()
    const { path, method, headers, auth, timeout } = options
    /** @type {AbortSignal | undefined} */
    const signal = options.signal
    checkAgent(options.agent)
    if (path && /[^\x21-\xff]/.test(String(path))) throw new ERR_UNESCAPED_CHARACTERS('Request path')
    if (options.protocol && options.protocol !== protocol) throw new ERR_INVALID_PROTOCOL(options.protocol, protocol)
    if (method && !isToken(method)) throw new ERR_INVALID_HTTP_TOKEN('Method', method)
    if (signal) {
      validateAbortSignal(signal, 'signal')
      const source = /** @type {AbortSignal} */ (signal)
      const abort = () => this.destroy(new AbortError(undefined, { cause: source.reason }))
      if (source.aborted) queueMicrotask(abort)
      else source.addEventListener('abort', abort, { once: true })
    }
    this.method = method ? method.toUpperCase() : 'GET'
    this.path = path || '/'
    this.host = options.hostname || options.host || 'localhost'
    refuse(options, options.agent, this.host)
    this.protocol = protocol
    this.aborted = false
    this.reusedSocket = false
    /** @type {any} */
    this.res = null
    this.#address = addressOf(options, protocol)
    if (callback) this.once('response', callback)
    const pairs = Array.isArray(headers) ? Array.from({ length: headers.length / 2 }, (_, at) => [headers[2 * at], headers[2 * at + 1]]) : Object.entries(headers ?? {})
    for (const [name, value] of pairs) this.setHeader(name, value)
    if (auth && !this.hasHeader('authorization')) this.setHeader('Authorization', `Basic ${Buffer.from(auth).toString('base64')}`)
    if (timeout) this.setTimeout(timeout)
  }

  _implicitHeader () {
    this._header = `${this.method} ${this.path} HTTP/1.1\r\n`
  }

  /** The engine sends headers with the body. */
  flushHeaders () {
    if (this._header === null) this._implicitHeader()
  }

  /** @param {Uint8Array} chunk @param {string} _encoding @param {() => void} done */
  _write (chunk, _encoding, done) {
    this.#parts.push(chunk)
    done()
  }

  /** @param {{ chunk: Uint8Array }[]} chunks @param {() => void} done */
  _writev (chunks, done) {
    this.#parts.push(...chunks.map(({ chunk }) => chunk))
    done()
  }

  /** @param {() => void} done */
  _final (done) {
    done()
    this.#send()
  }

  async #send () {
    const headers = new Headers()
    for (const name of this.getHeaderNames()) {
      if (ENGINE.has(name)) continue
      for (const value of [this.getHeader(name)].flat()) headers.append(name, String(value))
    }
    const body = this.#parts.length > 0 ? Buffer.concat(this.#parts) : undefined
    try {
      const response = await fetch(this.#address, { method: this.method, headers, body, signal: this.#ending.signal, credentials: 'omit', cache: 'no-store' })
      if (!this.destroyed) this.#answer(response)
    } catch (cause) {
      if (this.#ending.signal.aborted) return
      const message = `the request to ${this.#address} failed: the server does not answer, its certificate is not trusted, the page's connect-src does not name it, or it allows no other origins (CORS)`
      this.#fail(Object.assign(new Error(message, { cause }), { code: 'ERR_HTTPS_REQUEST' }))
    }
  }

  /** @param {Response} response */
  #answer (response) {
    const res = this.res = new IncomingMessage(null)
    res._begin({ versionMajor: 1, versionMinor: 1, headers: headersOf(response, this.method), statusCode: response.status, statusMessage: response.statusText, method: '', url: '', upgrade: false, shouldKeepAlive: true })
    res.req = this
    res.url = response.url
    const reader = response.body?.getReader()
    res._read = async () => {
      try {
        /** @type {any} */
        const { value, done } = reader === undefined ? { value: undefined, done: true } : await reader.read()
        this.#refresh()
        if (done) res._complete([])
        else res.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength))
      } catch {
        res.destroy(aborted())
      }
    }
    res.once('close', () => {
      if (!res.complete) reader?.cancel().catch(() => {})
      this.#close()
    })
    if (!this.emit('response', res)) res.resume()
  }

  /** @param {any} error */
  #fail (error) {
    if (this.#failed) return
    this.#failed = true
    super.destroy()
    this.emit('error', error)
    this.#close()
  }

  #close () {
    clearTimeout(this.#timer)
    if (this._closed) return
    this._closed = true
    this.emit('close')
  }

  abort () {
    if (this.aborted) return
    this.aborted = true
    queueMicrotask(() => this.emit('abort'))
    this.destroy()
  }

  /** @param {any} [error] */
  destroy (error = undefined) {
    if (this.destroyed) return this
    super.destroy()
    this.#ending.abort()
    if (this.res === null) queueMicrotask(() => this.#fail(error ?? hangUp()))
    else if (!this.res.complete) this.res.destroy(error ?? aborted())
    return this
  }

  /** @param {any} _error @param {() => void} callback */
  _destroy (_error, callback) {
    callback()
  }

  #refresh () {
    clearTimeout(this.#timer)
    if (Number(this.timeout) > 0) this.#timer = setTimeout(() => this.emit('timeout'), this.timeout)
  }

  /** @param {number} ms @param {() => void} [callback] */
  setTimeout (ms, callback = undefined) {
    this.timeout = ms
    if (callback) this.once('timeout', callback)
    this.#refresh()
    return this
  }

  setNoDelay () {}
  setSocketKeepAlive () {}
}
