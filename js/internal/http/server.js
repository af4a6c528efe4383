/** A server, as Node's `http.Server`, over one of `socket:net`. */
import { ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE } from 'socket:internal/errors'
import { aborted, ERR_HTTP_HEADERS_SENT, ERR_HTTP_INVALID_STATUS_CODE, ERR_HTTP_REQUEST_TIMEOUT, ERR_INVALID_CHAR } from 'socket:internal/http/errors'
import { IncomingMessage } from 'socket:internal/http/incoming'
import { OutgoingMessage } from 'socket:internal/http/outgoing'
import { Parser } from 'socket:internal/http/parser'
import { isBadValue, STATUS_CODES, validateHeaderName, validateHeaderValue } from 'socket:internal/http/tokens'
import { validateBoolean, validateFunction, validateInteger, validateObject } from 'socket:internal/validators'
import { Server as NetServer } from 'socket:net'
import { setInterval, setTimeout } from 'socket:timers'

/** An address in angle brackets, and what is said of it. */
const LINK = /^<[^>]*>(\s*;\s*[^\s;="]+(=([^\s;"]*|"[^\s;"]*"))?)*$/

/** @param {unknown} link one link or several, as the header has them @returns {string} */
function linkHeader (link) {
  const each = Array.isArray(link) ? link : [link]
  for (const one of each) {
    if (typeof one !== 'string' || !LINK.test(one)) throw new ERR_INVALID_ARG_VALUE('hints', one, 'must be an array or string of format "</styles.css>; rel=preload; as=style"')
  }
  return each.join(', ')
}

export class ServerResponse extends OutgoingMessage {
  /** @param {any} req @param {any} [options] */
  constructor (req, options = undefined) {
    super(options)
    this.req = req
    this.statusCode = 200
    this.statusMessage = /** @type {string | undefined} */ (undefined)
    this.sendDate = true
    this._sent100 = false
    if (req.method === 'HEAD') this._hasBody = false
    if (req.httpVersionMajor < 1 || req.httpVersionMinor < 1) {
      this.useChunkedEncodingByDefault = /chunk/i.test(req.headers.te ?? '')
      this.shouldKeepAlive = false
    }
  }

  _implicitHeader () {
    this.writeHead(this.statusCode)
  }

  /** @param {any} statusCode @param {any} [reason] @param {any} [headers] */
  writeHead (statusCode, reason = undefined, headers = undefined) {
    if (this.headersSent) throw new ERR_HTTP_HEADERS_SENT('write')
    const original = statusCode
    statusCode |= 0
    if (statusCode < 100 || statusCode > 999) throw new ERR_HTTP_INVALID_STATUS_CODE(original)
    if (typeof reason === 'string') this.statusMessage = reason
    else {
      this.statusMessage ||= STATUS_CODES[statusCode] || 'unknown'
      headers ??= reason
    }
    this.statusCode = statusCode
    let extra
    if (this.getHeaderNames().length > 0) {
      if (Array.isArray(headers)) {
        if (!Array.isArray(headers[0]) && headers.length % 2 !== 0) throw new ERR_INVALID_ARG_VALUE('headers', headers)
        const given = Array.isArray(headers[0]) ? headers : Array.from({ length: headers.length / 2 }, (_, at) => [headers[2 * at], headers[2 * at + 1]])
        for (const [name] of given) this.removeHeader(name)
        for (const [name, value] of given) this.appendHeader(name, value)
      } else if (headers) {
        for (const name of Object.keys(headers)) if (name) this.setHeader(name, headers[name])
      }
    } else extra = headers
    if (isBadValue(/** @type {string} */ (this.statusMessage))) throw new ERR_INVALID_CHAR('statusMessage')
    if (statusCode === 204 || statusCode === 304 || statusCode < 200) this._hasBody = false
    if (this._expectsContinue && !this._sent100) this.shouldKeepAlive = false
    this._storeHeader(`HTTP/1.1 ${statusCode} ${this.statusMessage}\r\n`, extra || undefined)
    return this
  }

  /** Another name of `writeHead`. @param {any} statusCode @param {any} [reason] @param {any} [headers] */
  writeHeader (statusCode, reason = undefined, headers = undefined) {
    return this.writeHead(statusCode, reason, headers)
  }

  /** @param {string} text */
  #raw (text) {
    this._whenSocket((socket) => socket.write(text, 'latin1'))
  }

  /** @param {() => void} [callback] */
  writeContinue (callback = undefined) {
    this._sent100 = true
    this._whenSocket((socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1', callback))
  }

  writeProcessing () {
    this.#raw('HTTP/1.1 102 Processing\r\n\r\n')
  }

  /** @param {any} hints @param {() => void} [callback] */
  writeEarlyHints (hints, callback = undefined) {
    validateObject(hints, 'hints')
    let text = 'HTTP/1.1 103 Early Hints\r\n'
    const { link, ...others } = /** @type {any} */ (hints)
    if (link === null || link === undefined) return
    const links = linkHeader(link)
    if (links.length === 0) return
    validateHeaderValue('link', links)
    text += `Link: ${links}\r\n`
    for (const [name, value] of Object.entries(others)) {
      if (name === 'link') continue
      validateHeaderName(name)
      validateHeaderValue(name, value)
      text += `${name}: ${value}\r\n`
    }
    this._whenSocket((socket) => socket.write(`${text}\r\n`, 'latin1', callback))
  }

  /** @param {any} socket */
  assignSocket (socket) {
    this._assign(socket)
    this.emit('socket', socket)
  }

  /** @param {any} _socket */
  detachSocket (_socket) {
    this._assigned = false
    this.socket = null
  }

  /** @param {any} error @param {(error?: any) => void} callback */
  _destroy (error, callback) {
    const { socket } = this
    if (socket && !this._closed) socket.destroy(error ?? undefined)
    callback()
  }

  _finish () {
    this._onFinish?.()
  }
}

/** One connection and the requests that come over it, in turn. */
class Exchange {
  #server
  #socket
  /** Answers in the order of their requests. @type {any[]} */
  #queue = []
  /** @type {any} */
  #incoming = null
  #requests = 0
  /** @type {any} */
  #idle = null
  since = Date.now()
  /** When the headers of the present request, or all of it, must be there. */
  headersSince = Date.now()
  requestSince = 0
  #parser
  /** The event and the request. @type {[string, any] | null} */
  #upgrade = null

  /** @param {any} server @param {any} socket */
  constructor (server, socket) {
    this.#server = server
    this.#socket = socket
    this.#parser = new Parser('request', {
      headers: (info) => this.#onHeaders(info),
      body: (chunk) => { if (this.#incoming !== null && !this.#incoming.push(chunk)) socket.pause() },
      complete: (trailers) => {
        this.requestSince = 0
        this.headersSince = 0
        this.#incoming?._complete(trailers)
        this.#incoming = null
      }
    }, server.maxHeaderSize)
    socket._exchange = this
    this.data = this.data.bind(this)
    this.end = this.end.bind(this)
    this.close = this.close.bind(this)
    this.error = this.error.bind(this)
    this.timeout = this.timeout.bind(this)
    socket.on('data', this.data)
    socket.on('end', this.end)
    socket.on('close', this.close)
    socket.on('error', this.error)
    socket.on('timeout', this.timeout)
    if (server.timeout > 0) socket.setTimeout(server.timeout)
  }

  /** Whether it waits for a request. */
  get idle () { return this.#queue.length === 0 && this.#parser.idle }

  #detach () {
    const socket = this.#socket
    socket.off('data', this.data)
    socket.off('end', this.end)
    socket.off('close', this.close)
    socket.off('error', this.error)
    socket.off('timeout', this.timeout)
    this.#clear()
    this.#server._exchanges.delete(this)
  }

  #clear () {
    this.#idle?.close()
    this.#idle = null
  }

  /** @param {Buffer} chunk */
  data (chunk) {
    this.#clear()
    if (this.#parser.idle && this.headersSince === 0) this.headersSince = Date.now()
    let read
    try {
      read = this.#parser.execute(/** @type {any} */ (chunk))
    } catch (error) {
      this.#refuse(error)
      return
    }
    if (this.#upgrade !== null) {
      const [event, req] = this.#upgrade
      this.#detach()
      this.#socket.pause()
      this.#server.emit(event, req, this.#socket, chunk.subarray(read))
    }
    // Requests that nobody has answered yet are not followed by more without limit.
    if (this.#queue.length > 100) this.#socket.pause()
  }

  /** @param {any} error */
  #refuse (error) {
    const socket = this.#socket
    if (this.#server.emit('clientError', error, socket)) return
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
    if (socket.writable && !this.#queue[0]?.headersSent) socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`, 'latin1')
    socket.destroySoon()
  }

  end () {
    try {
      this.#parser.finish()
    } catch (error) {
      this.#refuse(error)
      return
    }
    if (!this.#server.httpAllowHalfOpen) {
      this.#abort()
      if (this.#queue.length === 0 || this.#queue.at(-1).writableEnded === false) this.#socket.end()
    } else if (this.#queue.length > 0) this.#queue.at(-1)._last = true
    else this.#socket.end()
  }

  #abort () {
    const req = this.#incoming
    this.#incoming = null
    if (req !== null && !req.complete) req.destroy(aborted())
  }

  close () {
    this.#detach()
    this.#abort()
    for (const res of this.#queue.splice(0)) {
      if (!res.req.complete || !res.writableFinished) {
        res.req.aborted = true
        if (!res.req.destroyed) res.req.destroy(aborted())
      }
      closed(res)
    }
  }

  /** @param {any} error */
  error (error) {
    // Nobody answers any more: those who want to know listen.
    if (!this.#server.emit('clientError', error, this.#socket)) this.#socket.destroy()
  }

  timeout () {
    const req = this.#incoming
    const res = this.#queue[0]
    const heard = [req && !req.complete && req.emit('timeout', this.#socket), res?.emit('timeout', this.#socket), this.#server.emit('timeout', this.#socket)]
    if (!heard.some(Boolean)) this.#socket.destroy()
  }

  /** A request took too long. */
  expire () {
    this.#refuse(new ERR_HTTP_REQUEST_TIMEOUT())
  }

  /** @param {import('socket:internal/http/parser').Info} info */
  #onHeaders (info) {
    const server = this.#server
    const socket = this.#socket
    const req = new server._Incoming(socket)._begin(info)
    req.joinDuplicateHeaders = Boolean(server.joinDuplicateHeaders)
    this.headersSince = 0
    if (info.upgrade) {
      const event = req.method === 'CONNECT' ? 'connect' : 'upgrade'
      if (event === 'connect' || server.listenerCount('upgrade') > 0) {
        if (server.listenerCount(event) === 0) {
          socket.destroy()
          this.#parser.stopped = true
          return true
        }
        req.upgrade = true
        this.#upgrade = [event, req]
        this.#parser.stopped = true
        return true
      }
      // Nobody upgrades: an ordinary request.
      info.upgrade = false
      req.upgrade = false
    }
    this.requestSince = Date.now()
    this.#incoming = req
    this.#requests++
    const res = new server._Response(req, { highWaterMark: socket.writableHighWaterMark })
    res._keepAliveTimeout = server.keepAliveTimeout
    res._maxRequestsPerSocket = server.maxRequestsPerSocket
    res.shouldKeepAlive = info.shouldKeepAlive
    res.maxRequestsOnConnectionReached = server.maxRequestsPerSocket > 0 && server.maxRequestsPerSocket <= this.#requests
    res._onFinish = () => this.#finished(req, res)
    this.#queue.push(res)
    if (this.#queue.length === 1) res.assignSocket(socket)
    const listening = this.#ask(req, res)
    if (!listening) req.resume()
    return false
  }

  /** @param {any} req @param {any} res */
  #ask (req, res) {
    const server = this.#server
    if (req.httpVersionMajor === 1 && req.httpVersionMinor === 1) {
      const hosts = req.rawHeaders.filter((/** @type {string} */ name, /** @type {number} */ at) => at % 2 === 0 && name.toLowerCase() === 'host').length
      if (hosts === 0 && server.requireHostHeader) {
        res.writeHead(400, ['Connection', 'close'])
        res.end()
        return true
      }
      if (server.maxRequestsPerSocket > 0 && this.#requests > server.maxRequestsPerSocket) {
        server.emit('dropRequest', req, this.#socket)
        res.writeHead(503)
        res.end()
        return true
      }
      const { expect } = req.headers
      if (expect !== undefined) {
        if (/(?:^|\W)100-continue(?:$|\W)/i.test(expect)) {
          res._expectsContinue = true
          if (server.listenerCount('checkContinue') > 0) return server.emit('checkContinue', req, res)
          res.writeContinue()
          return server.emit('request', req, res)
        }
        if (server.listenerCount('checkExpectation') > 0) return server.emit('checkExpectation', req, res)
        res.writeHead(417)
        res.end()
        return true
      }
    }
    return server.emit('request', req, res)
  }

  /** @param {any} req @param {any} res */
  #finished (req, res) {
    const socket = this.#socket
    this.#queue.shift()
    // What nobody reads of a request must not keep the next one out.
    if (!req.complete || !req.readableEnded) req.resume()
    res.detachSocket(socket)
    closed(res)
    if (res._last) {
      socket.destroySoon()
      return
    }
    const [next] = this.#queue
    if (next !== undefined) {
      next.assignSocket(socket)
      if (socket.isPaused() && this.#incoming === null) socket.resume()
      return
    }
    if (this.#server._closing) {
      socket.destroySoon()
      return
    }
    this.headersSince = 0
    const { keepAliveTimeout } = this.#server
    if (keepAliveTimeout > 0) {
      this.#clear()
      this.#idle = setTimeout(() => { if (this.idle) socket.destroy() }, keepAliveTimeout)
      this.#idle.unref()
    }
  }
}

/** @param {any} res */
function closed (res) {
  if (res._closed) return
  res._closed = true
  res.destroyed || res.destroy()
  res.emit('close')
}

export class Server extends NetServer {
  /** @type {Set<any>} */
  _exchanges = new Set()
  _closing = false
  /** @type {any} */
  #checks = null

  /** @param {any} [options] @param {any} [listener] of 'request' */
  constructor (options = undefined, listener = undefined) {
    if (typeof options === 'function') [options, listener] = [{}, options]
    else if (options == null) options = {}
    else validateObject(options, 'options')
    super({ allowHalfOpen: true, noDelay: options.noDelay ?? true, keepAlive: options.keepAlive, keepAliveInitialDelay: options.keepAliveInitialDelay, highWaterMark: options.highWaterMark })
    this._Incoming = options.IncomingMessage || IncomingMessage
    this._Response = options.ServerResponse || ServerResponse
    for (const name of ['requestTimeout', 'headersTimeout', 'keepAliveTimeout', 'connectionsCheckingInterval']) {
      if (options[name] !== undefined) validateInteger(options[name], name, 0)
    }
    if (options.maxHeaderSize !== undefined) validateInteger(options.maxHeaderSize, 'maxHeaderSize', 0)
    for (const name of ['insecureHTTPParser', 'requireHostHeader', 'joinDuplicateHeaders', 'rejectNonStandardBodyWrites']) {
      if (options[name] !== undefined) validateBoolean(options[name], `options.${name}`)
    }
    this.requestTimeout = options.requestTimeout ?? 300_000
    this.headersTimeout = options.headersTimeout ?? Math.min(60_000, this.requestTimeout)
    if (this.requestTimeout > 0 && this.headersTimeout > 0 && this.headersTimeout > this.requestTimeout) throw new ERR_OUT_OF_RANGE('headersTimeout', '<= requestTimeout', options.headersTimeout)
    this.keepAliveTimeout = options.keepAliveTimeout ?? 5000
    this.connectionsCheckingInterval = options.connectionsCheckingInterval ?? 30_000
    this.maxHeaderSize = options.maxHeaderSize
    this.requireHostHeader = options.requireHostHeader ?? true
    this.joinDuplicateHeaders = options.joinDuplicateHeaders
    this.httpAllowHalfOpen = false
    this.timeout = 0
    this.maxHeadersCount = /** @type {number | null} */ (null)
    this.maxRequestsPerSocket = 0
    if (listener) this.on('request', listener)
    this.on('connection', (/** @type {any} */ socket) => this._exchanges.add(new Exchange(this, socket)))
    this.on('listening', () => {
      this._closing = false
      this.#checks = setInterval(() => this.#expire(), this.connectionsCheckingInterval)
      this.#checks.unref()
    })
  }

  #expire () {
    const now = Date.now()
    for (const exchange of [...this._exchanges]) {
      const late = (/** @type {number} */ since, /** @type {number} */ limit) => since > 0 && limit > 0 && now - since > limit
      if (late(exchange.headersSince, this.headersTimeout) || late(exchange.requestSince, this.requestTimeout)) exchange.expire()
    }
  }

  /** @param {any} [callback] */
  close (callback = undefined) {
    this._closing = true
    this.#checks?.close()
    this.closeIdleConnections()
    return super.close(callback)
  }

  closeAllConnections () {
    for (const socket of this.#sockets()) socket.destroy()
  }

  closeIdleConnections () {
    for (const socket of this.#sockets()) if (socket._exchange?.idle) socket.destroy()
  }

  * #sockets () {
    for (const socket of [...this._open()]) yield socket
  }

  /** @param {any} ms @param {any} [callback] */
  setTimeout (ms, callback = undefined) {
    this.timeout = ms
    if (callback) {
      validateFunction(callback, 'callback')
      this.on('timeout', callback)
    }
    return this
  }
}
