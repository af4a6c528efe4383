/**
 * A connection, as Node's `net.Socket`. Each piece that is read is asked for, so a page that does not read makes the
 * peer wait; a write is done when the system has taken its bytes.
 */
import { Buffer } from 'socket:buffer'
import { ERR_INVALID_ARG_VALUE, ERR_INVALID_FD_TYPE, ERR_OUT_OF_RANGE } from 'socket:internal/errors'
import { settle } from 'socket:internal/fs/run'
import { call } from 'socket:internal/ipc'
import { connectOptions, establish, normalizeArgs } from 'socket:internal/net/connect'
import { ERR_SOCKET_CLOSED, ERR_SOCKET_CLOSED_BEFORE_CONNECTION } from 'socket:internal/net/errors'
import { errnoException } from 'socket:internal/system-error'
import { validateAbortSignal, validateFunction, validateInt32, validateNumber } from 'socket:internal/validators'
import { Duplex } from 'socket:stream'
import { setTimeout } from 'socket:timers'

/** @typedef {{ address: string, port: number }} Endpoint */
/** @typedef {{ id: number, local: Endpoint | null, remote: Endpoint | null }} Handle */

const LONGEST_TIMEOUT = 2 ** 31 - 1

/** @param {Endpoint | null | undefined} end */
const familyOf = (end) => end ? (end.address.includes(':') ? 'IPv6' : 'IPv4') : undefined

/** @param {any} ms @param {string} name */
function duration (ms, name) {
  validateNumber(ms, name)
  if (ms < 0 || !Number.isFinite(ms)) throw new ERR_OUT_OF_RANGE(name, 'a non-negative finite number', ms)
  return Math.min(ms, LONGEST_TIMEOUT)
}

/** Said in full, because tsc cannot write down the options that the class itself takes. */
const Base = /** @type {new (options?: any) => import('node:stream').Duplex & { [name: string]: any }} */ (/** @type {unknown} */ (Duplex))

export class Socket extends Base {
  /** @type {Handle | null} */
  #handle = null
  #connecting = false
  /** Ends the attempt to connect. @type {AbortController | null} */
  #attempt = null
  /** @type {Endpoint | null} */
  #local = null
  /** @type {Endpoint | null} */
  #remote = null
  #reading = false
  #read = 0
  #written = 0
  /** @type {any} */
  #timer = null
  #reset = false
  #noDelay = false
  /** Seconds, -1: not. */
  #keepAlive = -1
  /** @type {{ buffer: any, callback: (length: number, buffer: any) => any } | undefined} */
  #onread

  /**
   * @param {any} [options] `allowHalfOpen`, `noDelay`, `keepAlive`, `keepAliveInitialDelay`, `signal`, `onread`, and those of a
   *   stream. Descriptors of a page are files, so `fd` is refused.
   */
  constructor (options = undefined) {
    if (typeof options === 'number') options = { fd: options }
    const given = { ...options }
    for (const name of ['objectMode', 'readableObjectMode', 'writableObjectMode']) {
      if (given[name]) throw new ERR_INVALID_ARG_VALUE(`options.${name}`, given[name], 'is not supported')
    }
    if (given.keepAliveInitialDelay !== undefined) validateNumber(given.keepAliveInitialDelay, 'options.keepAliveInitialDelay')
    if (given.signal) validateAbortSignal(given.signal, 'signal')
    if (given.fd !== undefined) {
      validateInt32(given.fd, 'fd', 0)
      throw new ERR_INVALID_FD_TYPE('FILE')
    }
    const { handle, onread, fd, noDelay, keepAlive, keepAliveInitialDelay, ...rest } = given
    super({ ...rest, allowHalfOpen: Boolean(given.allowHalfOpen), emitClose: false, autoDestroy: true, decodeStrings: true })
    this.server = null
    this._server = null
    this._host = null
    /** @type {number | undefined} */
    this.timeout = undefined
    /** @type {string[] | undefined} */
    this.autoSelectFamilyAttemptedAddresses = undefined
    this.#onread = onread !== null && typeof onread === 'object' && typeof onread.callback === 'function' ? onread : undefined
    this.#noDelay = Boolean(noDelay)
    if (keepAlive) this.#keepAlive = Math.trunc((keepAliveInitialDelay ?? 0) / 1000)
    if (handle) this.#adopt(handle)
    if (!this.allowHalfOpen) this.on('end', onEnd)
  }

  /** @param {Handle} handle */
  #adopt (handle) {
    this.#handle = handle
    this.#local = handle.local
    this.#remote = handle.remote
    if (this.#noDelay) this.#set('noDelay', 1)
    if (this.#keepAlive >= 0) this.#set('keepAlive', this.#keepAlive)
  }

  /** @param {'noDelay' | 'keepAlive'} option @param {number} value */
  #set (option, value) {
    // The system refuses it only when the connection has just ended, which the next read tells.
    if (this.#handle !== null) call('net.setOption', { id: this.#handle.id, option, value }).catch(() => {})
  }

  /** Takes what `Server` has accepted. @param {Handle} handle @param {any} server */
  _accepted (handle, server) {
    this.#adopt(handle)
    this.server = this._server = server
  }

  get connecting () { return this.#connecting }
  set connecting (_) {}
  get pending () { return this.#handle === null || this.#connecting }
  get _connecting () { return this.#connecting }
  get _handle () { return this.#handle }

  get readyState () {
    if (this.#connecting) return 'opening'
    if (this.readable && this.writable) return 'open'
    if (this.readable) return 'readOnly'
    return this.writable ? 'writeOnly' : 'closed'
  }

  get bytesRead () { return this.#read }
  get _bytesDispatched () { return this.#written }
  get bytesWritten () { return this.#written + (this.destroyed ? 0 : this.writableLength) }
  get bufferSize () { return this.#handle === null ? undefined : this.writableLength }
  get remoteAddress () { return this.#remote?.address }
  get remotePort () { return this.#remote?.port }
  get remoteFamily () { return familyOf(this.#remote) }
  get localAddress () { return this.#local?.address }
  get localPort () { return this.#local?.port }
  get localFamily () { return familyOf(this.#local) }

  /** @returns {{ address?: string, family?: string, port?: number }} */
  address () {
    if (this.#handle === null || this.#local === null) return {}
    return { address: this.#local.address, family: familyOf(this.#local), port: this.#local.port }
  }

  /**
   * `connect(port[, host][, listener])`, `connect(path[, listener])` or `connect(options[, listener])`.
   * @param {any[]} args
   */
  connect (...args) {
    const normal = args[0]?.normalized === true ? args[0] : normalizeArgs(args)
    const [options, listener] = normal
    const plan = connectOptions(options)
    if (this.destroyed) {
      this._undestroy()
      this.#handle = null
      this.#local = this.#remote = null
      this.#reading = this.#reset = false
    }
    if (Object.hasOwn(this, 'write')) delete (/** @type {any} */ (this)).write
    if (options.noDelay !== undefined) this.#noDelay = Boolean(options.noDelay)
    if (options.keepAlive) this.#keepAlive = Math.trunc((options.keepAliveInitialDelay ?? 0) / 1000)
    if (typeof listener === 'function') this.once('connect', listener)
    this._unrefTimer()
    this.#connecting = true
    this._host = options.path === undefined ? plan.host : null
    const attempt = this.#attempt = new AbortController()
    establish(this, plan, attempt.signal).then((handle) => {
      if (handle === null) return
      if (attempt.signal.aborted) return discard(handle)
      queueMicrotask(() => this.#connected(handle))
    }, (error) => queueMicrotask(() => {
      if (attempt.signal.aborted) return
      this.#connecting = false
      this.destroy(error)
    }))
    return this
  }

  /** @param {Handle} handle */
  #connected (handle) {
    if (this.destroyed) return discard(handle)
    this.#connecting = false
    this.#attempt = null
    this.#adopt(handle)
    this._unrefTimer()
    this.emit('connect')
    this.emit('ready')
    if (this.readable && !this.isPaused()) this.read(0)
  }

  _read () {
    if (this.#connecting) this.once('connect', () => this._read())
    else this.#pull()
  }

  #pull () {
    if (this.#reading || this.#handle === null) return
    this.#reading = true
    const handle = this.#handle
    settle(call('net.read', { id: handle.id }), (error, answer) => {
      this.#reading = false
      if (this.destroyed || this.#handle !== handle) return
      if (error) return this.destroy(errnoException(error, 'read'))
      const { body } = answer
      this._unrefTimer()
      if (body === undefined) return this.#ended()
      this.#read += body.byteLength
      if (this.#onread !== undefined) this.#fill(this.#onread, body)
      else if (this.push(Buffer.from(body.buffer, body.byteOffset, body.byteLength))) this.#pull()
    }, (answer) => [answer ?? {}])
  }

  #ended () {
    this.push(null)
    // Nobody reads: the end must be noticed all the same.
    if (this.readableLength === 0) this.read(0)
  }

  /** `onread`: into memory of the program's own. @param {any} onread @param {Uint8Array} bytes */
  #fill (onread, bytes) {
    for (let at = 0; at < bytes.byteLength;) {
      const buffer = typeof onread.buffer === 'function' ? onread.buffer() : onread.buffer
      const part = bytes.subarray(at, at + buffer.byteLength)
      buffer.set(part)
      at += part.byteLength
      if (onread.callback(part.byteLength, buffer) === false) {
        this.pause()
        // What came together is handed over all the same: it is here already.
      }
    }
    if (!this.isPaused()) this.#pull()
  }

  /** @param {Buffer} chunk @param {string} _encoding @param {(error?: any) => void} callback */
  _write (chunk, _encoding, callback) {
    this.#send(chunk, callback)
  }

  /** @param {{ chunk: Buffer }[]} chunks @param {(error?: any) => void} callback */
  _writev (chunks, callback) {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), callback)
  }

  /** @param {Buffer} body @param {(error?: any) => void} callback */
  #send (body, callback) {
    if (this.#connecting) {
      const closed = () => callback(new ERR_SOCKET_CLOSED_BEFORE_CONNECTION())
      this.once('connect', () => {
        this.off('close', closed)
        this.#send(body, callback)
      })
      this.once('close', closed)
      return
    }
    this._unrefTimer()
    if (this.#handle === null) return callback(new ERR_SOCKET_CLOSED())
    if (body.byteLength === 0) return queueMicrotask(callback)
    settle(call('net.write', { id: this.#handle.id, body }), (error) => {
      if (error) return callback(this.destroyed ? new ERR_SOCKET_CLOSED() : errnoException(error, 'write'))
      this.#written += body.byteLength
      this._unrefTimer()
      callback()
    })
  }

  /** @param {(error?: any) => void} callback */
  _final (callback) {
    if (this.#connecting) return this.once('connect', () => this._final(callback))
    if (this.#handle === null) return callback()
    settle(call('net.end', { id: this.#handle.id }), (error) => callback(error ? errnoException(error, 'shutdown') : undefined))
  }

  /** @param {any} error @param {(error?: any) => void} callback */
  _destroy (error, callback) {
    this.#connecting = false
    const attempted = this.#attempt !== null
    this.#attempt?.abort()
    this.#attempt = null
    this.#stopTimer()
    const handle = this.#handle
    this.#handle = null
    callback(error)
    const closed = () => {
      this.emit('close', Boolean(error))
      this._server?._forget(this)
      this._server = null
    }
    if (handle === null) attempted ? setTimeout(closed, 0) : queueMicrotask(() => queueMicrotask(() => this.emit('close')))
    // By then its port is free.
    else settle(call('net.close', { id: handle.id, reset: this.#reset }).catch(() => {}), closed)
  }

  /** Ends when all has been written, then closes. */
  destroySoon () {
    if (this.writable) this.end()
    if (this.writableFinished) this.destroy()
    else this.once('finish', this.destroy)
  }

  /** Closes so that the peer hears `ECONNRESET`. */
  resetAndDestroy () {
    if (this.#handle !== null) {
      this.#reset = true
      return this.destroy()
    }
    if (this.#connecting) {
      this.once('connect', () => this.resetAndDestroy())
      return this
    }
    return this.destroy(new ERR_SOCKET_CLOSED())
  }

  /** @param {any} data @param {any} [encoding] @param {any} [callback] */
  end (data = undefined, encoding = undefined, callback = undefined) {
    super.end(data, encoding, callback)
    return this
  }

  pause () {
    return super.pause()
  }

  resume () {
    if (this.#onread !== undefined && !this.#connecting) this.#pull()
    return super.resume()
  }

  /** @param {any} ms @param {any} [callback] */
  setTimeout (ms, callback = undefined) {
    if (this.destroyed) return this
    this.timeout = ms
    const delay = duration(ms, 'msecs')
    this.#stopTimer()
    if (delay === 0) {
      if (callback !== undefined) {
        validateFunction(callback, 'callback')
        this.removeListener('timeout', callback)
      }
      return this
    }
    this.#timer = setTimeout(() => this._onTimeout(), delay)
    this.#timer.unref()
    if (callback !== undefined) {
      validateFunction(callback, 'callback')
      this.once('timeout', callback)
    }
    return this
  }

  _onTimeout () {
    this.emit('timeout')
  }

  /** The connection is not idle. */
  _unrefTimer () {
    this.#timer?.refresh()
  }

  #stopTimer () {
    this.#timer?.close()
    this.#timer = null
  }

  /** @param {any} [enable] */
  setNoDelay (enable = undefined) {
    enable = Boolean(enable ?? true)
    if (enable !== this.#noDelay) {
      this.#noDelay = enable
      this.#set('noDelay', enable ? 1 : 0)
    }
    return this
  }

  /** @param {any} [enable] @param {any} [initialDelay] milliseconds */
  setKeepAlive (enable = false, initialDelay = 0) {
    const seconds = enable ? Math.trunc(initialDelay / 1000) : -1
    if (seconds !== this.#keepAlive) {
      this.#keepAlive = seconds
      this.#set('keepAlive', seconds)
    }
    return this
  }

  /** A page needs nothing to stay alive. */
  ref () { return this }
  unref () { return this }
}

/** @param {Handle} handle */
function discard (handle) {
  call('net.close', { id: handle.id, reset: false }).catch(() => {})
}

/** After the peer's end nothing more can be written, unless the program wants to. @this {any} */
function onEnd () {
  this.write = writeAfterEnd
}

/** @this {any} @param {any} chunk @param {any} encoding @param {any} [callback] */
function writeAfterEnd (chunk, encoding, callback) {
  if (!this.writableEnded) return Base.prototype.write.call(this, chunk, encoding, callback)
  if (typeof encoding === 'function') callback = encoding
  const error = Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' })
  if (typeof callback === 'function') queueMicrotask(() => callback(error))
  this.destroy(error)
  return false
}
