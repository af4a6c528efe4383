/** A request, as Node's `http.ClientRequest`, over a connection of `socket:net`. */
import { Buffer } from 'socket:buffer'
import { AbortError, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } from 'socket:internal/errors'
import { Agent, checkAgent } from 'socket:internal/http/agent'
import { aborted, ERR_INVALID_HTTP_TOKEN, ERR_INVALID_PROTOCOL, ERR_UNESCAPED_CHARACTERS, hangUp } from 'socket:internal/http/errors'
import { IncomingMessage } from 'socket:internal/http/incoming'
import { OutgoingMessage } from 'socket:internal/http/outgoing'
import { Parser } from 'socket:internal/http/parser'
import { isToken } from 'socket:internal/http/tokens'
import { validateAbortSignal, validateBoolean, validateFunction, validateInteger, validateNumber } from 'socket:internal/validators'
import { connect } from 'socket:net'

/** Methods whose requests have no body unless they say so. */
const BODILESS = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'])

/** @param {URL} url */
export function urlToHttpOptions (url) {
  const { protocol, hostname, hash, search, pathname, href, port, username, password } = url
  return {
    .../** @type {any} */ (url),
    protocol,
    hostname: hostname?.startsWith('[') ? hostname.slice(1, -1) : hostname,
    hash,
    search,
    pathname,
    path: `${pathname || ''}${search || ''}`,
    href,
    ...(port === '' ? {} : { port: Number(port) }),
    ...(username || password ? { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` } : {})
  }
}

/** The arguments of `request` as options and a callback. @param {any} input @param {any} options @param {any} callback @returns {[any, any]} */
export function requestArguments (input, options, callback) {
  if (typeof input === 'string') input = urlToHttpOptions(new URL(input))
  else if (input instanceof URL || (input?.href && input.protocol && input.auth === undefined && input.path === undefined)) input = urlToHttpOptions(input)
  else [callback, options, input] = [options, input, null]
  if (typeof options === 'function') [callback, options] = [options, input || {}]
  else options = Object.assign(input || {}, options)
  return [options, callback]
}

/** @param {any} host @param {string} name */
function validateHost (host, name) {
  if (host !== null && host !== undefined && typeof host !== 'string') throw new ERR_INVALID_ARG_TYPE(`options.${name}`, ['string', 'undefined', 'null'], host)
  return host
}

export const globalAgent = new Agent({ keepAlive: true, scheduling: 'lifo', timeout: 5000 })
/** What programs have put in its place. */
export const shared = { agent: globalAgent }

export class ClientRequest extends OutgoingMessage {
  #ended = false
  /** After how long without a word 'timeout' is told, in ms. @type {number | undefined} */
  #delay
  /** @type {Parser | null} */
  #parser = null
  /** @type {any} */
  #options
  /** @type {(() => void) | null} */
  #detach = null
  isRequest = true

  /** @param {any} input address or options @param {any} [given] options @param {any} [listener] of 'response' */
  constructor (input, given = undefined, listener = undefined) {
    const [options, callback] = requestArguments(input, given, listener)
    super({ highWaterMark: options.highWaterMark })
    checkAgent(options.agent)
    let { agent } = options
    const fallback = options._defaultAgent || shared.agent
    if (agent === false) agent = new fallback.constructor()
    else if (agent === null || agent === undefined) agent = typeof options.createConnection === 'function' ? undefined : fallback
    const protocol = options.protocol || fallback.protocol
    const expected = agent?.protocol ?? fallback.protocol
    if (options.path) {
      const path = String(options.path)
      if (/[^\x21-\xff]/.test(path)) throw new ERR_UNESCAPED_CHARACTERS('Request path')
    }
    if (protocol !== expected) throw new ERR_INVALID_PROTOCOL(protocol, expected)
    const defaultPort = options.defaultPort || agent?.defaultPort
    const port = options.port = options.port || defaultPort || 80
    const host = options.host = validateHost(options.hostname, 'hostname') || validateHost(options.host, 'host') || 'localhost'
    const setHost = options.setHost !== undefined ? Boolean(options.setHost) : options.setDefaultHeaders !== false
    if (options.timeout !== undefined) this.timeout = this.#delay = timeoutOf(options.timeout, 'timeout')
    if (options.signal) this.#obey(options.signal)
    const { method } = options
    if (method !== undefined && method !== null && typeof method !== 'string') throw new ERR_INVALID_ARG_TYPE('options.method', 'string', method)
    if (method && !isToken(method)) throw new ERR_INVALID_HTTP_TOKEN('Method', method)
    if (options.maxHeaderSize !== undefined) validateInteger(options.maxHeaderSize, 'maxHeaderSize', 0)
    if (options.insecureHTTPParser !== undefined) validateBoolean(options.insecureHTTPParser, 'options.insecureHTTPParser')
    if (options.joinDuplicateHeaders !== undefined) validateBoolean(options.joinDuplicateHeaders, 'options.joinDuplicateHeaders')
    this.agent = agent
    this.method = method ? method.toUpperCase() : 'GET'
    this.path = options.path || '/'
    this.host = host
    this.protocol = protocol
    this.maxHeaderSize = options.maxHeaderSize
    this.joinDuplicateHeaders = options.joinDuplicateHeaders
    this.socketPath = options.socketPath
    this.maxHeadersCount = /** @type {number | null} */ (null)
    this.reusedSocket = false
    this.aborted = false
    /** @type {any} */
    this.res = null
    this.upgradeOrConnect = false
    this.shouldKeepAlive = Boolean(agent?.keepAlive)
    this.useChunkedEncodingByDefault = !BODILESS.has(this.method)
    if (callback) {
      validateFunction(callback, 'listener')
      this.once('response', callback)
    }
    const { headers } = options
    const list = Array.isArray(headers)
    if (!list) {
      if (headers) for (const name of Object.keys(headers)) this.setHeader(name, headers[name])
      if (host && !this.getHeader('host') && setHost) {
        const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
        this.setHeader('Host', port && Number(port) !== defaultPort ? `${bracketed}:${port}` : bracketed)
      }
      if (options.auth && !this.getHeader('Authorization')) this.setHeader('Authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`)
    }
    if (list || this.getHeader('expect')) this._storeHeader(this.#firstLine(), list ? headers : undefined)
    this.#options = options
    this.#start(agent, options)
    if (this.getHeader('expect')) this.flushHeaders()
  }

  /** @param {any} agent @param {any} options */
  #start (agent, options) {
    if (agent) {
      // Its own copy: what a program changes later is not of this request.
      agent.addRequest(this, options)
      return
    }
    this._last = true
    this.shouldKeepAlive = false
    if (typeof options.createConnection === 'function') {
      let called = false
      const created = (/** @type {any} */ error, /** @type {any} */ socket) => {
        if (called) return
        called = true
        if (error) queueMicrotask(() => this._failed(error))
        else this.onSocket(socket)
      }
      try {
        const socket = options.createConnection(options, created)
        if (socket) created(null, socket)
      } catch (error) {
        created(error, null)
      }
    } else {
      this.onSocket(connect(options.socketPath ? { ...options, path: options.socketPath } : { ...options, path: undefined }))
    }
  }

  /** @param {AbortSignal} signal */
  #obey (signal) {
    validateAbortSignal(signal, 'signal')
    const abort = () => this.destroy(new AbortError(undefined, { cause: signal.reason }))
    if (signal.aborted) return queueMicrotask(abort)
    signal.addEventListener('abort', abort, { once: true })
    this.once('close', () => signal.removeEventListener('abort', abort))
  }

  #firstLine () {
    return `${this.method} ${this.path} HTTP/1.1\r\n`
  }

  _implicitHeader () {
    this._storeHeader(this.#firstLine())
  }

  /** There is no connection. @param {any} error */
  _failed (error) {
    if (this.destroyed && !error) return this.#close()
    super.destroy()
    if (error) this.emit('error', error)
    this.#close()
  }

  #close () {
    if (this._closed) return
    this._closed = true
    super.destroy()
    this.emit('close')
  }

  /** @param {any} socket */
  onSocket (socket) {
    queueMicrotask(() => {
      if (this.destroyed) {
        // It was given up while it waited.
        if (this.agent && !socket.destroyed && !socket.connecting) this.agent.emit('free', socket, this.#options)
        else socket.destroy()
        this._failed(this.#cause ?? hangUp())
        return
      }
      this.#use(socket)
    })
  }

  /** @param {any} socket */
  #use (socket) {
    const parser = this.#parser = new Parser('response', {
      headers: (info) => this.#onHeaders(info, socket),
      body: (chunk) => { if (this.res !== null && !this.res.push(chunk)) socket.pause() },
      complete: (trailers) => this.#onComplete(trailers, socket)
    }, this.maxHeaderSize)
    const data = (/** @type {Buffer} */ chunk) => {
      let read
      try {
        read = parser.execute(chunk)
      } catch (error) {
        this.#fail(socket, error)
        return
      }
      if (this.#upgraded !== null) this.#hand(socket, chunk.subarray(read))
      else if (read < chunk.length && !socket.destroyed) socket.destroy()
    }
    const end = () => {
      try {
        parser.finish()
      } catch {
        // Said below: the answer is not whole.
      }
      if (this.res === null && !this.#ended) this.#fail(socket, hangUp())
      else socket.destroy()
    }
    const error = (/** @type {any} */ problem) => this.#fail(socket, problem)
    const close = () => {
      const { res } = this
      if (res !== null && !res.complete) res.destroy(aborted())
      else if (res === null && !this.#ended && !this.#failed) this.#fail(socket, this.#cause ?? hangUp())
      if (res === null || !res.complete || res.closed || res.readableEnded) this.#close()
      else res.once('close', () => this.#close())
    }
    const timeout = () => this.emit('timeout')
    /** @type {[string, any][]} */
    const listeners = [['data', data], ['end', end], ['error', error], ['close', close], ['timeout', timeout]]
    for (const [name, listener] of listeners) socket.on(name, listener)
    this.#detach = () => { for (const [name, listener] of listeners) socket.off(name, listener) }
    if (this.#delay !== undefined) {
      // Connections may be slow to come about: the wait begins when there is one.
      if (socket.connecting) socket.once('connect', () => socket.setTimeout(this.#delay))
      else socket.setTimeout(this.#delay)
    }
    this._assign(socket)
    this.emit('socket', socket)
    socket.resume()
  }

  #failed = false
  /** @param {any} socket @param {any} error */
  #fail (socket, error) {
    if (this.#failed || this.#ended) return
    this.#failed = true
    super.destroy()
    this.emit('error', error)
    // Its end is told to who reads the answer.
    if (!socket.destroyed) socket.destroy()
  }

  /** @type {{ event: 'upgrade' | 'connect', res: any } | null} */
  #upgraded = null

  /** @param {import('socket:internal/http/parser').Info} info @param {any} socket */
  #onHeaders (info, socket) {
    const res = new IncomingMessage(socket)._begin(info)
    res.req = this
    res.joinDuplicateHeaders = Boolean(this.joinDuplicateHeaders)
    if (this.method === 'CONNECT' || info.upgrade) {
      res.upgrade = true
      this.#upgraded = { event: this.method === 'CONNECT' ? 'connect' : 'upgrade', res }
      if (this.#parser !== null) this.#parser.stopped = true
      return true
    }
    if (info.statusCode < 200) {
      if (info.statusCode === 100) this.emit('continue')
      const { statusCode, statusMessage } = info
      const { httpVersion, httpVersionMajor, httpVersionMinor, headers, rawHeaders } = res
      this.emit('information', { statusCode, statusMessage, httpVersion, httpVersionMajor, httpVersionMinor, headers, rawHeaders })
      return true
    }
    if (this.res !== null) {
      socket.destroy()
      return true
    }
    this.res = res
    if (!info.shouldKeepAlive) this.shouldKeepAlive = false
    const hint = /(?:^|,)\s*timeout=(\d+)/.exec(res.headers['keep-alive'] ?? '')
    // A little less than the server keeps it, so that no request meets its end.
    socket._keepAliveHint = hint ? Math.min(this.agent?.options.timeout || Infinity, Math.max(Number(hint[1]) * 1000 - 1000, 0)) || undefined : undefined
    if (!this.emit('response', res)) res.resume()
    return this.method === 'HEAD'
  }

  /** @param {any} socket @param {Buffer} rest */
  #hand (socket, rest) {
    const { event, res } = /** @type {any} */ (this.#upgraded)
    this.#detach?.()
    this.#ended = true
    this.upgradeOrConnect = true
    res.complete = true
    socket.emit('agentRemove')
    socket.pause()
    if (this.listenerCount(event) > 0) {
      this.emit(event, res, socket, rest)
      super.destroy()
      this.#close()
    } else {
      socket.destroy()
      super.destroy()
      this.#close()
    }
  }

  /** @param {string[]} trailers @param {any} socket */
  #onComplete (trailers, socket) {
    const { res } = this
    if (res === null || this.#upgraded !== null) return
    this.#ended = true
    if (this.#parser !== null) this.#parser.stopped = true
    res._complete(trailers)
    if (this.writableFinished) this.#release(socket)
    else {
      // The server answered before it had heard all.
      this.once('finish', () => this.#release(socket))
      if (!this.shouldKeepAlive) socket.destroySoon()
    }
  }

  /** Another request may have the connection. @param {any} socket */
  #release (socket) {
    const { res } = this
    this.#detach?.()
    this.#detach = null
    const over = () => {
      super.destroy()
      this.#close()
    }
    if (res.readableEnded || res.destroyed) queueMicrotask(over)
    else res.once('close', over)
    if (this.shouldKeepAlive && this.agent && !socket.destroyed) {
      socket._keepAlive = true
      if (this.#delay !== undefined) socket.setTimeout(0)
      const free = () => this.agent.emit('free', socket, this.#options)
      // What was paused because of a slow reader goes on, so that its end is noticed.
      queueMicrotask(() => {
        free()
        if (!socket.destroyed) socket.resume()
      })
    } else {
      socket.on('error', () => {})
      socket.destroySoon()
    }
  }

  abort () {
    if (this.aborted) return
    this.aborted = true
    queueMicrotask(() => this.emit('abort'))
    this.destroy()
  }

  #cause = /** @type {any} */ (undefined)
  /** @param {any} [error] */
  destroy (error = undefined) {
    if (this.destroyed) return this
    super.destroy()
    this.res?._readableState && !this.res.complete && this.res.resume()
    this.#cause = error
    const { socket } = this
    if (socket === null) {
      // One that waits for a connection hears of it when there is one; an agent may never give it one.
      queueMicrotask(() => {
        if (this.socket === null && !this._closed && !this.#failed) {
          this.#failed = true
          this.emit('error', error ?? hangUp())
          this.#close()
        }
      })
      return this
    }
    socket.destroy(error)
    return this
  }

  /** @param {any} _error @param {(error?: any) => void} callback */
  _destroy (_error, callback) {
    // Who hears of it is decided above.
    callback()
  }

  /** @param {any} ms @param {any} [callback] */
  setTimeout (ms, callback = undefined) {
    if (this.#ended) return this
    const delay = timeoutOf(ms, 'msecs')
    if (callback) {
      validateFunction(callback, 'callback')
      this.once('timeout', callback)
    }
    this.#delay = delay
    const { socket } = this
    if (socket !== null) {
      if (socket.connecting) socket.once('connect', () => socket.setTimeout(delay))
      else socket.setTimeout(delay)
    }
    return this
  }

  /** @param {any} [on] */
  setNoDelay (on = true) { this._whenSocket((socket) => socket.setNoDelay(on)) }
  /** @param {any} [on] @param {any} [delay] */
  setSocketKeepAlive (on = false, delay = 0) { this._whenSocket((socket) => socket.setKeepAlive(on, delay)) }
  clearTimeout (/** @type {any} */ callback) { this.setTimeout(0, callback) }
}

/** @param {any} ms @param {string} name */
function timeoutOf (ms, name) {
  validateNumber(ms, name)
  if (ms < 0 || !Number.isFinite(ms)) throw new ERR_OUT_OF_RANGE(name, 'a non-negative finite number', ms)
  return Math.min(ms, 2 ** 31 - 1)
}
