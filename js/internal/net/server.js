/** A server, as Node's `net.Server`. Connections are accepted one by one; those that nobody takes wait in the system. */
import { EventEmitter } from 'socket:events'
import { lookup } from 'socket:internal/dns/lookup'
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_FD_TYPE } from 'socket:internal/errors'
import { settle } from 'socket:internal/fs/run'
import { call } from 'socket:internal/ipc'
import { normalizeArgs } from 'socket:internal/net/connect'
import { ERR_SERVER_ALREADY_LISTEN, ERR_SERVER_NOT_RUNNING } from 'socket:internal/net/errors'
import { Socket } from 'socket:internal/net/socket'
import { errnoException, reasonOf } from 'socket:internal/system-error'
import { validateAbortSignal, validateNumber, validatePort } from 'socket:internal/validators'

/** Node's own. */
const BACKLOG = 511
const asyncDispose = /** @type {any} */ (Symbol).asyncDispose ?? Symbol.for('nodejs.asyncDispose')

/** @param {any} error @param {string} address @param {number} port -1: of a file */
function listenError (error, address, port) {
  if (error.errno === undefined) return error
  const at = port > 0 ? ` ${address}:${port}` : ` ${address}`
  const made = Object.assign(new Error(`listen ${error.code}: ${reasonOf(error)}${at}`), { code: error.code, errno: error.errno, syscall: 'listen', address })
  return port === 0 ? made : Object.assign(made, { port })
}

const Emitter = /** @type {new () => import('node:events').EventEmitter} */ (/** @type {any} */ (EventEmitter))

export class Server extends Emitter {
  /** @type {{ id: number, local: { address: string, port: number } | null, path?: string } | null} */
  #handle = null
  /** Counts attempts to listen: one that was closed meanwhile is over. */
  #attempt = 0
  #listening = false
  /** @type {Set<any>} */
  #sockets = new Set()
  /** @type {(() => void) | null} */
  #unhear = null

  /** @param {any} [options] @param {any} [listener] of 'connection' */
  constructor (options = undefined, listener = undefined) {
    super()
    if (typeof options === 'function') [options, listener] = [{}, options]
    else if (options != null && typeof options !== 'object') throw new ERR_INVALID_ARG_TYPE('options', 'Object', options)
    const given = { ...options }
    if (given.keepAliveInitialDelay !== undefined) validateNumber(given.keepAliveInitialDelay, 'options.keepAliveInitialDelay')
    if (given.highWaterMark !== undefined) validateNumber(given.highWaterMark, 'options.highWaterMark')
    this.allowHalfOpen = given.allowHalfOpen || false
    this.pauseOnConnect = Boolean(given.pauseOnConnect)
    this.noDelay = Boolean(given.noDelay)
    this.keepAlive = Boolean(given.keepAlive)
    this.keepAliveInitialDelay = ~~(given.keepAliveInitialDelay / 1000)
    this.highWaterMark = given.highWaterMark
    /** @type {number | undefined} */
    this.maxConnections = undefined
    if (typeof listener === 'function') this.on('connection', listener)
  }

  get listening () { return this.#listening }
  get _handle () { return this.#handle }
  get _connections () { return this.#sockets.size }

  /**
   * `listen([port[, host[, backlog]]][, callback])`, `listen(path[, backlog][, callback])` or `listen(options[, callback])`.
   * @param {any[]} args
   */
  listen (...args) {
    const [given, callback] = normalizeArgs(args)
    let options = given
    if (this.#handle !== null || this.#listening) throw new ERR_SERVER_ALREADY_LISTEN()
    if (callback !== null) this.once('listening', callback)
    const backlog = Number(args.length > 1 && typeof args[1] !== 'string' && typeof args[1] !== 'function' ? args[1] : args[2]) || options.backlog || BACKLOG
    if (options instanceof Server || options._handle) throw new ERR_INVALID_ARG_VALUE('options', options)
    if (options.signal !== undefined) this.#obey(options.signal)
    if (typeof options.fd === 'number' && options.fd >= 0) throw new ERR_INVALID_FD_TYPE('FILE')
    if (args.length === 0 || typeof args[0] === 'function' || (options.port === undefined && 'port' in options) || options.port === null) {
      options = { ...options, port: 0 }
    }
    if (typeof options.port === 'number' || typeof options.port === 'string') {
      const port = validatePort(options.port, 'options.port')
      this.#atPort(port, options, backlog)
    } else if (options.path && typeof options.path === 'string' && !(Number(options.path) >= 0)) {
      const { path, readableAll, writableAll } = options
      this.#open(call('net.listenPath', { path, backlog, everyone: Boolean(readableAll || writableAll) }), path, -1)
    } else if (!('port' in options || 'path' in options)) {
      throw new ERR_INVALID_ARG_VALUE('options', options, 'must have the property "port" or "path"')
    } else {
      throw new ERR_INVALID_ARG_VALUE('options', options)
    }
    return this
  }

  /** @param {AbortSignal} signal */
  #obey (signal) {
    validateAbortSignal(signal, 'options.signal')
    const abort = () => this.close()
    if (signal.aborted) {
      queueMicrotask(abort)
      return
    }
    signal.addEventListener('abort', abort, { once: true })
    this.once('close', () => signal.removeEventListener('abort', abort))
  }

  /** @param {number} port @param {any} options @param {number} backlog */
  #atPort (port, { host, ipv6Only = false }, backlog) {
    const at = (/** @type {string} */ address) => call('net.listen', { local: { address, port }, backlog, ipv6Only: Boolean(ipv6Only) })
    if (!host) {
      // Both families, or the one that the machine has.
      const both = at('::').catch((error) => {
        if (error.code === 'EINVAL' || error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL') return at('0.0.0.0')
        throw error
      })
      this.#open(both, '::', port)
      return
    }
    const attempt = ++this.#attempt
    lookup(host, {}, (/** @type {any} */ error, /** @type {string} */ address) => {
      if (attempt !== this.#attempt) return
      if (error) this.emit('error', error)
      else this.#open(at(address), address, port)
    })
  }

  /** @param {Promise<any>} opening @param {string} address @param {number} port */
  #open (opening, address, port) {
    const attempt = ++this.#attempt
    settle(opening, (/** @type {any} */ error, /** @type {any} */ handle) => {
      if (attempt !== this.#attempt) {
        if (!error) call('net.close', { id: handle.id, reset: false }).catch(() => {})
        return
      }
      if (error) return this.emit('error', listenError(error, address, port))
      this.#handle = port < 0 ? { ...handle, path: address } : handle
      this.#listening = true
      this.emit('listening')
      this.#accept(handle.id)
    })
  }

  /** @param {number} id */
  async #accept (id) {
    while (this.#handle?.id === id) {
      try {
        const handle = await call('net.accept', { id })
        // A listener that throws is reported, and the next connection is accepted all the same.
        queueMicrotask(() => this.#connection(handle))
      } catch (error) {
        if (this.#handle?.id !== id || /** @type {any} */ (error).code === 'ABORT_ERR') return
        queueMicrotask(() => this.emit('error', errnoException(error, 'accept')))
      }
    }
  }

  /** @param {import('socket:internal/net/socket').Handle} handle */
  #connection (handle) {
    if (this.maxConnections !== undefined && this.#sockets.size >= this.maxConnections) {
      call('net.close', { id: handle.id, reset: false }).catch(() => {})
      const family = (/** @type {any} */ end) => end && (end.address.includes(':') ? 'IPv6' : 'IPv4')
      const { local, remote } = handle
      this.emit('drop', local === null
        ? undefined
        : { localAddress: local.address, localPort: local.port, localFamily: family(local), remoteAddress: remote?.address, remotePort: remote?.port, remoteFamily: family(remote) })
      return
    }
    const { allowHalfOpen, noDelay, keepAlive, keepAliveInitialDelay, highWaterMark } = this
    const socket = new Socket({ allowHalfOpen, noDelay, keepAlive, keepAliveInitialDelay: keepAliveInitialDelay * 1000, highWaterMark, pauseOnCreate: this.pauseOnConnect })
    socket._accepted(handle, this)
    this.#sockets.add(socket)
    if (this.pauseOnConnect) socket.pause()
    this.emit('connection', socket)
    if (!this.pauseOnConnect && !socket.destroyed) socket.read(0)
  }

  /** The connections that are open. @returns {Iterable<any>} */
  _open () {
    return this.#sockets
  }

  /** @param {any} socket that has closed */
  _forget (socket) {
    this.#sockets.delete(socket)
    this.#emptied()
  }

  #emptied () {
    if (this.#handle !== null || this.#sockets.size > 0 || this.#unhear === null) return
    const tell = this.#unhear
    this.#unhear = null
    queueMicrotask(tell)
  }

  /** @returns {any} */
  address () {
    const handle = this.#handle
    if (handle === null) return null
    if (handle.local === null) return handle.path
    const { address, port } = handle.local
    return { address, family: address.includes(':') ? 'IPv6' : 'IPv4', port }
  }

  /** @param {any} callback `(error, count)` */
  getConnections (callback) {
    queueMicrotask(() => callback(null, this.#sockets.size))
    return this
  }

  /** Accepts no more; 'close' is heard when the last connection has closed. @param {any} [callback] */
  close (callback = undefined) {
    const handle = this.#handle
    if (typeof callback === 'function') {
      if (handle === null) this.once('close', () => callback(new ERR_SERVER_NOT_RUNNING()))
      else this.once('close', callback)
    }
    this.#attempt++
    this.#handle = null
    this.#listening = false
    this.#unhear = () => this.emit('close')
    if (handle === null) this.#emptied()
    else settle(call('net.close', { id: handle.id, reset: false }).catch(() => {}), () => this.#emptied())
    return this
  }

  async [asyncDispose] () {
    if (this.#handle === null) return
    await new Promise((resolve, reject) => this.close((/** @type {any} */ error) => error ? reject(error) : resolve(undefined)))
  }

  /** A page needs nothing to stay alive. */
  ref () { return this }
  unref () { return this }
}
