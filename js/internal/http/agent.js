/** Connections that requests share, as Node's `http.Agent`. */
import { EventEmitter } from 'socket:events'
import { ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { validateNumber, validateOneOf } from 'socket:internal/validators'
import { connect } from 'socket:net'

const Emitter = /** @type {new () => import('node:events').EventEmitter & { [name: string]: any }} */ (/** @type {any} */ (EventEmitter))

/** @param {Record<string, any[]>} lists @param {string} name @param {any} item */
function add (lists, name, item) {
  (lists[name] ??= []).push(item)
}

/** @param {Record<string, any[]>} lists @param {string} name @param {any} item */
function remove (lists, name, item) {
  const list = lists[name]
  const at = list?.indexOf(item) ?? -1
  if (at < 0) return false
  list.splice(at, 1)
  if (list.length === 0) delete lists[name]
  return true
}

export class Agent extends Emitter {
  /** @param {any} [options] */
  constructor (options = undefined) {
    super()
    this.defaultPort = 80
    this.protocol = 'http:'
    this.options = { __proto__: null, ...options }
    if (this.options.noDelay === undefined) this.options.noDelay = true
    this.options.path = null
    /** @type {Record<string, any[]>} */
    this.requests = Object.create(null)
    /** @type {Record<string, any[]>} */
    this.sockets = Object.create(null)
    /** @type {Record<string, any[]>} */
    this.freeSockets = Object.create(null)
    this.keepAliveMsecs = this.options.keepAliveMsecs || 1000
    this.keepAlive = this.options.keepAlive || false
    this.maxSockets = this.options.maxSockets || Agent.defaultMaxSockets
    this.maxFreeSockets = this.options.maxFreeSockets || 256
    this.scheduling = this.options.scheduling || 'lifo'
    this.maxTotalSockets = this.options.maxTotalSockets
    this.totalSocketCount = 0
    validateOneOf(this.scheduling, 'scheduling', ['fifo', 'lifo'])
    if (this.maxTotalSockets !== undefined) {
      validateNumber(this.maxTotalSockets, 'maxTotalSockets', 1)
    } else this.maxTotalSockets = Infinity
    this.on('free', (socket, options) => this.#free(socket, options))
  }

  static defaultMaxSockets = Infinity

  /** @param {any[]} args */
  createConnection (...args) {
    return connect(...args)
  }

  /** What connections are told apart by. @param {any} [options] */
  getName (options = {}) {
    let name = `${options.host || 'localhost'}:${options.port || ''}:${options.localAddress || ''}`
    if (options.family === 4 || options.family === 6) name += `:${options.family}`
    if (options.socketPath) name += `:${options.socketPath}`
    return name
  }

  /** @param {any} request @param {any} options */
  addRequest (request, options) {
    if (typeof options === 'string') options = { host: options, port: arguments[2], localAddress: arguments[3] }
    options = { ...options, ...this.options }
    if (options.socketPath) options.path = options.socketPath
    const name = this.getName(options)
    const free = this.freeSockets[name]
    while (free?.length > 0) {
      const socket = this.scheduling === 'fifo' ? free.shift() : free.pop()
      if (free.length === 0) delete this.freeSockets[name]
      if (socket.destroyed || !socket.writable) continue
      add(this.sockets, name, socket)
      this.reuseSocket(socket, request)
      this.#give(request, socket, options, name)
      return
    }
    if (this.#room(name)) this.#open(request, options, name)
    else add(this.requests, name, [request, options])
  }

  /** @param {any} request @param {any} options @param {string} name */
  #open (request, options, name) {
    this.createSocket(request, options, (error, socket) => {
      if (error) request._failed(error)
      else this.#give(request, socket, options, name)
    })
  }

  /** @param {any} request @param {any} options @param {(error: any, socket?: any) => void} callback */
  createSocket (request, options, callback) {
    options = { ...options, ...this.options }
    if (options.socketPath) options.path = options.socketPath
    const name = this.getName(options)
    let called = false
    const created = (/** @type {any} */ error, /** @type {any} */ socket) => {
      if (called) return
      called = true
      if (error) return callback(error)
      add(this.sockets, name, socket)
      this.totalSocketCount++
      this.#install(socket, options, name)
      callback(null, socket)
    }
    if (this.keepAlive) options.keepAlive = this.keepAlive
    if (this.keepAlive && options.keepAliveInitialDelay === undefined) options.keepAliveInitialDelay = this.keepAliveMsecs
    const socket = this.createConnection({ ...options, host: options.host, servername: undefined }, created)
    if (socket) created(null, socket)
  }

  /** @param {any} socket @param {any} options @param {string} name */
  #install (socket, options, name) {
    if (options.timeout) socket.setTimeout(options.timeout)
    const gone = () => {
      const was = remove(this.sockets, name, socket)
      if (remove(this.freeSockets, name, socket) || was) {
        this.totalSocketCount--
        this.#next(name)
      }
    }
    socket.on('close', gone)
    socket.on('agentRemove', gone)
    socket.on('timeout', () => {
      // One that nobody uses is not kept longer than it was told.
      if (this.freeSockets[name]?.includes(socket)) socket.destroy()
    })
    socket.on('error', ignore)
  }

  /** A request that waits takes a new connection: one of the same server first, then, where only all together were too many, one of another. @param {string} name */
  #next (name) {
    for (const key of [name, ...Object.keys(this.requests)]) {
      for (let waiting; (waiting = this.requests[key]?.[0]) !== undefined && this.#room(key);) {
        remove(this.requests, key, waiting)
        if (waiting[0].destroyed) continue
        this.#open(waiting[0], waiting[1], key)
        return
      }
    }
  }

  /** Whether another connection may be opened. @param {string} name */
  #room (name) {
    return (this.sockets[name]?.length ?? 0) < this.maxSockets && this.totalSocketCount < this.maxTotalSockets
  }

  /** @param {any} request @param {any} socket @param {any} options @param {string} name */
  #give (request, socket, options, name) {
    if (request.destroyed) {
      request._failed(null)
      this.emit('free', socket, options)
      return
    }
    socket._httpName = name
    request.onSocket(socket)
  }

  /** @param {any} socket @param {any} options */
  #free (socket, options) {
    const name = this.getName(options)
    if (!socket.writable || socket.destroyed) {
      socket.destroy()
      return
    }
    const waiting = this.requests[name]
    while (waiting?.length > 0) {
      const [request, wanted] = waiting.shift()
      if (waiting.length === 0) delete this.requests[name]
      if (request.destroyed) continue
      // Not `reuseSocket`: as in Node, that is of connections that were kept while nobody waited.
      this.#give(request, socket, wanted, name)
      return
    }
    const count = (this.freeSockets[name]?.length ?? 0) + (this.sockets[name]?.length ?? 0)
    if (!this.keepAlive || !socket._keepAlive || count > this.maxSockets || (this.freeSockets[name]?.length ?? 0) >= this.maxFreeSockets || !this.keepSocketAlive(socket)) {
      socket.destroy()
      return
    }
    remove(this.sockets, name, socket)
    add(this.freeSockets, name, socket)
  }

  /** @param {any} socket */
  keepSocketAlive (socket) {
    socket.setKeepAlive(true, this.keepAliveMsecs)
    const timeout = socket._keepAliveHint ?? this.options.timeout
    if (timeout) socket.setTimeout(timeout)
    return true
  }

  /** @param {any} _socket @param {any} request */
  reuseSocket (_socket, request) {
    request.reusedSocket = true
  }

  /** @param {any} socket */
  removeSocket (socket) {
    socket.emit('agentRemove')
  }

  destroy () {
    for (const lists of [this.freeSockets, this.sockets]) {
      for (const list of Object.values(lists)) for (const socket of [...list]) socket.destroy()
    }
  }
}

function ignore () {}

/** What an `agent` of options may be. @param {any} agent */
export function checkAgent (agent) {
  if (agent !== undefined && agent !== null && agent !== false && typeof agent.addRequest !== 'function') throw new ERR_INVALID_ARG_TYPE('options.agent', ['Agent-like Object', 'undefined', 'false'], agent)
}
