/**
 * Datagrams, as Node's `dgram`. Sending and receiving are in `socket:internal/udp`; here is what a socket says and when.
 */
import { Buffer } from 'socket:buffer'
import { channel } from 'socket:diagnostics_channel'
import { EventEmitter } from 'socket:events'
import args from 'socket:internal/args'
import { ERR_SOCKET_ALREADY_BOUND, ERR_SOCKET_BAD_BUFFER_SIZE, ERR_SOCKET_BAD_TYPE, ERR_SOCKET_BUFFER_SIZE, ERR_SOCKET_DGRAM_IS_CONNECTED, ERR_SOCKET_DGRAM_NOT_CONNECTED, ERR_SOCKET_DGRAM_NOT_RUNNING, SocketError } from 'socket:internal/dgram-errors'
import { lookup as systemLookup } from 'socket:internal/dns/lookup'
import { ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE, ERR_INVALID_FD_TYPE, ERR_MISSING_ARGS, ERR_SOCKET_BAD_PORT } from 'socket:internal/errors'
import { settle } from 'socket:internal/fs/run'
import { isIPv4, isIPv6 } from 'socket:internal/ip'
import { call, callSync } from 'socket:internal/ipc'
import { errnoException, exceptionWithHostPort, reasonOf } from 'socket:internal/system-error'
import { Outbox, droppedBy, listen, unlisten } from 'socket:internal/udp'
import { validateAbortSignal, validateFunction, validateNumber, validatePort, validateString, validateUint32 } from 'socket:internal/validators'

export { ERR_SOCKET_ALREADY_BOUND, ERR_SOCKET_BAD_BUFFER_SIZE, ERR_SOCKET_BAD_PORT, ERR_SOCKET_BAD_TYPE, ERR_SOCKET_BUFFER_SIZE, ERR_SOCKET_DGRAM_IS_CONNECTED, ERR_SOCKET_DGRAM_NOT_CONNECTED, ERR_SOCKET_DGRAM_NOT_RUNNING, SocketError }

/** @typedef {import('socket:internal/udp').Endpoint} Endpoint */
/** @typedef {{ address: string, family: 'IPv4' | 'IPv6', port: number }} AddressInfo */
/** @typedef {string | NodeJS.ArrayBufferView} Data */
/**
 * @typedef {object} SocketOptions
 * @property {'udp4' | 'udp6'} type
 * @property {boolean} [reuseAddr]
 * @property {boolean} [ipv6Only]
 * @property {number} [recvBufferSize] bytes
 * @property {number} [sendBufferSize] bytes
 * @property {(hostname: string, family: any, callback: (error: any, address: string, family: number) => void) => void} [lookup]
 * @property {AbortSignal} [signal] closes the socket
 */

const created = channel('udp.socket')
const windows = args.platform === 'win32'
/** What a socket that is not bound says of its options. */
const UNBOUND = { code: 'EBADF', errno: windows ? -4083 : -9, message: 'EBADF: bad file descriptor' }
const INVALID = { code: 'EINVAL', errno: windows ? -4071 : -22 }

/** @param {Data} data */
function toBytes (data) {
  return typeof data === 'string' ? Buffer.from(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

const DATA = ['Buffer', 'TypedArray', 'DataView', 'string']

/** @param {any} value @returns {value is Data} */
function isData (value) {
  return typeof value === 'string' || ArrayBuffer.isView(value)
}

/** @param {any} data @param {number} offset @param {number} length */
function slice (data, offset, length) {
  if (!isData(data)) throw new ERR_INVALID_ARG_TYPE('buffer', DATA, data)
  const bytes = toBytes(data)
  offset >>>= 0
  length >>>= 0
  if (offset > bytes.byteLength) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset')
  if (offset + length > bytes.byteLength) throw new ERR_BUFFER_OUT_OF_BOUNDS('length')
  return bytes.subarray(offset, offset + length)
}

/** @param {any} data one piece or a list @returns {Uint8Array[]} */
function pieces (data) {
  if (Array.isArray(data)) {
    if (!data.every(isData)) throw new ERR_INVALID_ARG_TYPE('buffer list arguments', DATA, data)
    return data.map(toBytes)
  }
  if (!isData(data)) throw new ERR_INVALID_ARG_TYPE('buffer', DATA, data)
  return [toBytes(data)]
}

export class Socket extends EventEmitter {
  /** @type {'udp4' | 'udp6'} */
  type
  /** @type {SocketOptions} */
  #options
  #lookup
  /** @type {'unbound' | 'binding' | 'bound'} */
  #bound = 'unbound'
  /** @type {'none' | 'connecting' | 'connected'} */
  #connected = 'none'
  #closed = false
  #key = -1
  #id = -1
  /** @type {Endpoint} */
  #local = { address: '', port: 0 }
  /** @type {Endpoint | null} */
  #remote = null
  /** What waits until the socket is bound. @type {(() => void)[] | null} */
  #queue = null
  /** Datagrams that came before the socket said that it listens. @type {[Buffer, Endpoint][]} */
  #early = []
  /** The call that binds, while it is on its way. @type {Promise<unknown> | null} */
  #opening = null
  #outbox = new Outbox(() => this.#id)

  /** @param {SocketOptions | 'udp4' | 'udp6'} options @param {(message: Buffer, from: AddressInfo & { size: number }) => void} [listener] of 'message' */
  constructor (options, listener = undefined) {
    super()
    const given = /** @type {SocketOptions} */ (options !== null && typeof options === 'object' ? options : { type: options })
    if (given.type !== 'udp4' && given.type !== 'udp6') throw new ERR_SOCKET_BAD_TYPE()
    for (const name of /** @type {const} */ (['recvBufferSize', 'sendBufferSize'])) {
      if (given[name]) validateUint32(given[name], `options.${name}`)
    }
    if (given.lookup !== undefined) validateFunction(given.lookup, 'lookup')
    if (given.signal !== undefined) validateAbortSignal(given.signal, 'options.signal')
    this.type = given.type
    this.#options = given
    this.#lookup = given.lookup ?? systemLookup
    if (typeof listener === 'function') this.on('message', listener)
    this.#obey(given.signal)
    if (created.hasSubscribers) created.publish({ socket: this })
  }

  /** @param {AbortSignal | undefined} signal */
  #obey (signal) {
    if (signal === undefined) return
    const abort = () => { if (!this.#closed) this.close() }
    if (signal.aborted) {
      queueMicrotask(abort)
      return
    }
    signal.addEventListener('abort', abort, { once: true })
    this.once('close', () => signal.removeEventListener('abort', abort))
  }

  #running () {
    if (this.#closed) throw new ERR_SOCKET_DGRAM_NOT_RUNNING()
  }

  /** @param {string | undefined} host @param {string} fallback @param {(error: any, address: string) => void} callback */
  #find (host, fallback, callback) {
    this.#lookup(host || fallback, this.type === 'udp4' ? 4 : 6, (error, address) => callback(error, address))
  }

  get #loopback () {
    return this.type === 'udp4' ? '127.0.0.1' : '::1'
  }

  /**
   * Listens. Without a port the system picks one, without an address the socket listens at all.
   *
   * @param {any} [port] or an object `{ port, address }`, or the callback
   * @param {any} [address] or the callback
   * @param {any} [_callback] hears 'listening' once
   */
  bind (port = undefined, address = undefined, _callback = undefined) {
    this.#running()
    if (this.#bound !== 'unbound') throw new ERR_SOCKET_ALREADY_BOUND()
    this.#bound = 'binding'
    const callback = arguments.length > 0 ? arguments[arguments.length - 1] : undefined
    if (typeof callback === 'function') this.#once(callback)
    if (port !== null && typeof port === 'object') {
      // Descriptors of a document are files.
      if (Number.isInteger(port.fd) && port.fd > 0) throw new ERR_INVALID_FD_TYPE('UNKNOWN')
      ;({ port, address } = port)
    } else if (typeof address === 'function') {
      address = ''
    }
    if (typeof port === 'function') port = 0
    this.#find(address, this.type === 'udp4' ? '0.0.0.0' : '::', (error, ip) => {
      if (this.#closed) return
      if (error) this.#unbind(error)
      else this.#open({ address: ip, port: (port | 0) & 0xffff })
    })
    return this
  }

  /** A callback of `bind` hears nothing when binding failed. @param {() => void} callback */
  #once (callback) {
    const forget = () => {
      this.removeListener('error', forget)
      this.removeListener('listening', heard)
    }
    const heard = () => {
      forget()
      Reflect.apply(callback, this, [])
    }
    this.on('error', forget)
    this.on('listening', heard)
  }

  /** @param {any} error */
  #unbind (error) {
    this.#bound = 'unbound'
    this.#queue = null
    this.emit('error', error)
  }

  /** @param {Endpoint} local */
  #open (local) {
    const key = this.#hear()
    const { reuseAddr = false, ipv6Only = false, recvBufferSize = 0, sendBufferSize = 0 } = this.#options
    const opening = call('dgram.bind', { family: this.type, local, reuseAddr: Boolean(reuseAddr), ipv6Only: Boolean(ipv6Only), recvBufferSize, sendBufferSize, key })
    this.#opening = opening
    settle(opening, (/** @type {any} */ error, /** @type {any} */ answer) => {
      this.#opening = null
      if (!error) {
        this.#id = answer.id
        if (!this.#closed) this.#listening(answer.local)
        return
      }
      unlisten(key)
      if (!this.#closed) this.#unbind(exceptionWithHostPort(error, 'bind', local.address, local.port))
    })
  }

  #hear () {
    this.#key = listen({
      message: (message, from) => {
        if (this.#bound === 'bound') this.#emit(message, from)
        else this.#early.push([message, from])
      },
      failed: (error) => this.emit('error', errnoException(error, 'recvmsg'))
    })
    return this.#key
  }

  /** @param {Buffer} message @param {Endpoint} from */
  #emit (message, { address, port }) {
    this.emit('message', message, { address, family: address.includes(':') ? 'IPv6' : 'IPv4', port, size: message.byteLength })
  }

  /** @param {Endpoint} local */
  #listening (local) {
    this.#local = local
    this.#bound = 'bound'
    const queue = this.#queue ?? []
    this.#queue = null
    this.emit('listening')
    for (const work of queue) work()
    for (const [message, from] of this.#early.splice(0)) {
      if (!this.#closed) this.#emit(message, from)
    }
  }

  /** Does it when the socket is bound, and binds it if nobody did. @param {() => void} work */
  #whenBound (work) {
    if (this.#bound === 'unbound') this.bind({ port: 0 })
    if (this.#bound === 'bound') work()
    else (this.#queue ??= []).push(work)
  }

  /** Options that others wait for at once: binds while they wait. */
  #bindNow () {
    this.#bound = 'binding'
    const local = { address: this.type === 'udp4' ? '0.0.0.0' : '::', port: 0 }
    const { reuseAddr = false, ipv6Only = false, recvBufferSize = 0, sendBufferSize = 0 } = this.#options
    const answer = callSync('dgram.bind', { family: this.type, local, reuseAddr: Boolean(reuseAddr), ipv6Only: Boolean(ipv6Only), recvBufferSize, sendBufferSize, key: this.#hear() })
    this.#id = answer.id
    queueMicrotask(() => { if (!this.#closed) this.#listening(answer.local) })
    this.#local = answer.local
  }

  /**
   * Sends to one peer alone and hears that one alone.
   *
   * @param {any} port
   * @param {any} [address] or the callback
   * @param {any} [callback] hears 'connect' once, or the error
   */
  connect (port, address = '', callback = undefined) {
    port = validatePort(port, 'Port', false)
    if (typeof address === 'function') [address, callback] = ['', address]
    validateString(address, 'address')
    this.#running()
    if (this.#connected !== 'none') throw new ERR_SOCKET_DGRAM_IS_CONNECTED()
    this.#connected = 'connecting'
    this.#whenBound(() => this.#connect(port, address, callback))
  }

  /** @param {number} port @param {string} address @param {any} callback */
  #connect (port, address, callback) {
    if (callback) this.once('connect', callback)
    const fail = (/** @type {any} */ error) => {
      this.#connected = 'none'
      if (!callback) return this.emit('error', error)
      this.removeListener('connect', callback)
      callback(error)
    }
    this.#find(address, this.#loopback, (error, ip) => {
      if (this.#closed) return
      if (error) return fail(error)
      const peer = { address: ip, port }
      settle(call('dgram.connect', { id: this.#id, peer }), (/** @type {any} */ error, /** @type {any} */ local) => {
        if (this.#closed) return
        if (error) return fail(exceptionWithHostPort(error, 'connect', ip, port))
        this.#local = local
        this.#remote = peer
        this.#connected = 'connected'
        this.emit('connect')
      })
    })
  }

  /** Undoes `connect`. */
  disconnect () {
    if (this.#connected !== 'connected') throw new ERR_SOCKET_DGRAM_NOT_CONNECTED()
    this.#running()
    this.#outbox.address(/** @type {Endpoint} */ (this.#remote))
    try {
      this.#local = callSync('dgram.disconnect', { id: this.#id })
    } catch (error) {
      throw errnoException(error, 'connect')
    }
    this.#connected = 'none'
    this.#remote = null
  }

  /**
   * Sends a datagram: `send(msg, [offset, length,] port[, address][, callback])`, or without port and address when
   * connected. A list of pieces is one datagram.
   *
   * @param {any} message
   * @param {any} [offset]
   * @param {any} [length]
   * @param {any} [port]
   * @param {any} [address]
   * @param {any} [callback] `(error, bytes)`
   */
  send (message, offset = undefined, length = undefined, port = undefined, address = undefined, callback = undefined) {
    const connected = this.#connected === 'connected'
    if (connected) {
      if (typeof length === 'number') {
        message = slice(message, offset, length)
        if (typeof port === 'function') [callback, port] = [port, null]
      } else {
        callback = offset
      }
      if (port || address) throw new ERR_SOCKET_DGRAM_IS_CONNECTED()
    } else if (address || (port && typeof port !== 'function')) {
      message = slice(message, offset, length)
    } else {
      [callback, port, address] = [port, offset, length]
    }
    const list = pieces(message)
    if (!connected) port = validatePort(port, 'Port', false)
    if (typeof address === 'function') [callback, address] = [address, undefined]
    else if (address != null) validateString(address, 'address')
    if (typeof callback !== 'function') callback = undefined
    this.#running()
    this.#whenBound(() => {
      if (connected) this.#post(list, null, callback)
      else this.#sendTo(list, address, port, callback)
    })
  }

  /** @param {Uint8Array[]} list @param {string | undefined} host @param {number} port @param {any} callback */
  #sendTo (list, host, port, callback) {
    const address = host || this.#loopback
    // Most are addresses already: they need not wait.
    const literal = this.#lookup === systemLookup && (this.type === 'udp4' ? isIPv4(address) : isIPv6(address))
    if (literal) return this.#post(list, { address, port }, callback)
    this.#find(address, address, (error, ip) => {
      if (this.#closed) return
      if (!error) this.#post(list, { address: ip, port }, callback)
      else if (callback) callback(error)
      else this.emit('error', error)
    })
  }

  /** @param {Uint8Array[]} list @param {Endpoint | null} peer @param {any} callback */
  #post (list, peer, callback) {
    const size = list.reduce((sum, { byteLength }) => sum + byteLength, 0)
    this.#outbox.push({
      list,
      size,
      peer,
      done: (error) => {
        if (!callback) return
        if (error) callback(exceptionWithHostPort(error, 'send', peer?.address, peer?.port))
        else callback(null, size)
      }
    })
  }

  /** Stops listening; nothing is received after this. @param {() => void} [callback] hears 'close' */
  close (callback = undefined) {
    if (typeof callback === 'function') this.on('close', callback)
    if (this.#queue !== null) {
      this.#queue.push(() => this.close())
      return this
    }
    this.#running()
    this.#closed = true
    if (this.#key !== -1) unlisten(this.#key)
    settle(this.#end(), () => this.emit('close'))
    return this
  }

  async #end () {
    await this.#opening?.catch(() => {})
    if (this.#id === -1) return
    // What was sent before has left the program, as far as it knows.
    await this.#outbox.empty()
    // A document that goes away has closed it already.
    await call('dgram.close', { id: this.#id }).catch(() => {})
  }

  /** Where the socket listens. @returns {AddressInfo} */
  address () {
    this.#running()
    if (this.#bound !== 'bound' && this.#id === -1) throw errnoException(UNBOUND, 'getsockname')
    return info(this.#local)
  }

  /** Whom the socket is connected to. @returns {AddressInfo} */
  remoteAddress () {
    this.#running()
    if (this.#connected !== 'connected') throw new ERR_SOCKET_DGRAM_NOT_CONNECTED()
    return info(/** @type {Endpoint} */ (this.#remote))
  }

  /**
   * @param {string} name
   * @param {(id: number) => any} work
   */
  #ask (name, work) {
    try {
      if (this.#id === -1) throw UNBOUND
      return work(this.#id)
    } catch (error) {
      throw errnoException(error, name)
    }
  }

  /** @param {string} name @param {'broadcast' | 'ttl' | 'multicastTtl' | 'multicastLoopback'} option @param {number} value */
  #set (name, option, value) {
    this.#running()
    // What is out of range is so whether the socket is bound or not.
    if (this.#id === -1 && (option === 'ttl' || option === 'multicastTtl') && (value < (option === 'ttl' ? 1 : 0) || value > 255)) throw errnoException(INVALID, name)
    this.#ask(name, (id) => callSync('dgram.setOption', { id, option, value }))
  }

  /** @param {boolean} flag datagrams may go to everyone in a network */
  setBroadcast (flag) {
    this.#set('setBroadcast', 'broadcast', flag ? 1 : 0)
  }

  /** @param {number} ttl how many routers a datagram may pass, 1 to 255 */
  setTTL (ttl) {
    validateNumber(ttl, 'ttl')
    this.#set('setTTL', 'ttl', ttl | 0)
    return ttl
  }

  /** @param {number} ttl how many routers a multicast datagram may pass, 0 to 255 */
  setMulticastTTL (ttl) {
    validateNumber(ttl, 'ttl')
    this.#set('setMulticastTTL', 'multicastTtl', ttl | 0)
    return ttl
  }

  /** @param {boolean} flag whether this machine hears its own multicast */
  setMulticastLoopback (flag) {
    this.#set('setMulticastLoopback', 'multicastLoopback', flag ? 1 : 0)
    return flag
  }

  /** @param {string} interfaceAddress */
  setMulticastInterface (interfaceAddress) {
    this.#running()
    validateString(interfaceAddress, 'interfaceAddress')
    if (this.#id === -1 && !isIPv4(interfaceAddress) && !isIPv6(interfaceAddress)) throw errnoException(INVALID, 'setMulticastInterface')
    this.#ask('setMulticastInterface', (id) => callSync('dgram.multicastInterface', { id, interface: interfaceAddress }))
  }

  /** @param {string} name @param {boolean} join @param {string} group @param {string} [interfaceAddress] @param {string | null} [source] */
  #member (name, join, group, interfaceAddress, source = null) {
    try {
      if (this.#bound === 'unbound') this.#bindNow()
    } catch (error) {
      throw errnoException(error, name)
    }
    const request = { join, group: { address: `${group}`, port: 0 }, source, interface: interfaceAddress ? `${interfaceAddress}` : null }
    this.#ask(name, (id) => callSync('dgram.membership', { id, ...request }))
  }

  /** @param {string} multicastAddress @param {string} [interfaceAddress] */
  addMembership (multicastAddress, interfaceAddress = undefined) {
    this.#running()
    if (!multicastAddress) throw new ERR_MISSING_ARGS('multicastAddress')
    this.#member('addMembership', true, multicastAddress, interfaceAddress)
  }

  /** @param {string} multicastAddress @param {string} [interfaceAddress] */
  dropMembership (multicastAddress, interfaceAddress = undefined) {
    this.#running()
    if (!multicastAddress) throw new ERR_MISSING_ARGS('multicastAddress')
    this.#member('dropMembership', false, multicastAddress, interfaceAddress)
  }

  /** @param {string} sourceAddress @param {string} groupAddress @param {string} [interfaceAddress] */
  addSourceSpecificMembership (sourceAddress, groupAddress, interfaceAddress = undefined) {
    this.#running()
    validateString(sourceAddress, 'sourceAddress')
    validateString(groupAddress, 'groupAddress')
    this.#member('addSourceSpecificMembership', true, groupAddress, interfaceAddress, sourceAddress)
  }

  /** @param {string} sourceAddress @param {string} groupAddress @param {string} [interfaceAddress] */
  dropSourceSpecificMembership (sourceAddress, groupAddress, interfaceAddress = undefined) {
    this.#running()
    validateString(sourceAddress, 'sourceAddress')
    validateString(groupAddress, 'groupAddress')
    this.#member('dropSourceSpecificMembership', false, groupAddress, interfaceAddress, sourceAddress)
  }

  /** @param {'recv' | 'send'} buffer @param {number} size */
  #bufferSize (buffer, size) {
    if (size >>> 0 !== size) throw new ERR_SOCKET_BAD_BUFFER_SIZE()
    try {
      if (this.#id === -1) throw UNBOUND
      return callSync('dgram.bufferSize', { id: this.#id, buffer, size })
    } catch (caught) {
      const error = /** @type {any} */ (caught)
      if (error.errno === undefined) throw error
      throw new ERR_SOCKET_BUFFER_SIZE({ errno: error.errno, code: error.code, message: reasonOf(error), syscall: `uv_${buffer}_buffer_size` })
    }
  }

  /** @param {number} size bytes */
  setRecvBufferSize (size) { this.#bufferSize('recv', size) }
  /** @param {number} size bytes */
  setSendBufferSize (size) { this.#bufferSize('send', size) }
  /** @returns {number} bytes */
  getRecvBufferSize () { return this.#bufferSize('recv', 0) }
  /** @returns {number} bytes */
  getSendBufferSize () { return this.#bufferSize('send', 0) }
  /** @returns {number} bytes that have not left yet */
  getSendQueueSize () { return this.#outbox.size }
  /** @returns {number} datagrams that have not left yet */
  getSendQueueCount () { return this.#outbox.count }

  /** Not in Node: datagrams that were dropped because the page did not take them. */
  get droppedCount () { return droppedBy(this.#key) }

  /** A page lives as long as its window, so there is nothing to hold. */
  ref () { return this }
  /** A page lives as long as its window, so there is nothing to let go of. */
  unref () { return this }
}

/** @param {Endpoint} end @returns {AddressInfo} */
function info ({ address, port }) {
  return { address, family: address.includes(':') ? 'IPv6' : 'IPv4', port }
}

const { asyncDispose } = /** @type {any} */ (Symbol)
if (asyncDispose !== undefined) {
  Object.defineProperty(Socket.prototype, asyncDispose, {
    /** @this {Socket} */
    value () { return new Promise((resolve) => this.close(() => resolve(undefined))) },
    writable: true,
    configurable: true
  })
}

/**
 * @param {SocketOptions | 'udp4' | 'udp6'} options
 * @param {(message: Buffer, from: AddressInfo & { size: number }) => void} [listener] of 'message'
 */
export function createSocket (options, listener = undefined) {
  return new Socket(options, listener)
}

export * as default from 'socket:dgram'
