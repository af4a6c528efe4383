/**
 * A peer in a cluster, as an emitter of what others say.
 */
import { EventEmitter } from 'socket:events'
import { Early } from 'socket:internal/early'
import { ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE } from 'socket:internal/errors'
import { call, on } from 'socket:internal/ipc'
import { Connection, kTell } from 'socket:internal/network/connection'
import { Groups } from 'socket:internal/network/group'
import { bytesOf, pack, secretOf, toHex, unpack } from 'socket:internal/network/payload'

/** @typedef {{ address: string, port: number }} Endpoint */
/** @typedef {{ publicKey: Uint8Array, privateKey: Uint8Array }} KeyPair */
/**
 * What comes with a value.
 *
 * @typedef {object} Info
 * @property {string} id of the message
 * @property {string} previous the message that its author knew last
 * @property {string} author public key of whoever wrote it: verified
 * @property {boolean} private whether it was for this peer alone
 * @property {Date} time by the author's clock
 * @property {number} hops how far it came
 */

const SUBCLUSTER_OF_ALL = '0'.repeat(64)

let last = 0
/** @type {Map<number, (event: any) => void>} */
const listeners = new Map()
/** @type {(() => void)[]} */
let stops = []

/** @param {(event: any) => void} listener */
function listen (listener) {
  listeners.set(++last, listener)
  if (stops.length === 0) {
    const hand = (/** @type {{ key: number }} */ event) => listeners.get(event.key)?.(event)
    stops = [on('network.message', hand), on('network.status', hand), on('network.stream', hand)]
  }
  return last
}

/** @param {number} key */
function unlisten (key) {
  listeners.delete(key)
  if (listeners.size > 0) return
  for (const stop of stops) stop()
  stops = []
}

/** How a bus speaks to its parts; used by this module only. */
const kHear = Symbol('hear')

/** A part of a cluster, whose members have a key in common. Emits what they say, with {@link Info}. */
export class Subcluster extends EventEmitter {
  #bus
  /** @type {string} */ id

  /** Made by `bus.subcluster()`. @param {Bus} bus @param {string} id */
  constructor (bus, id) {
    super()
    this.#bus = bus
    this.id = id
  }

  /** @param {string} event @param {any} value @param {Info} info */
  [kHear] (event, value, info) {
    super.emit(event, value, info)
  }

  /**
   * Says something to all members.
   *
   * @override
   * @param {any} event
   * @param {any} [value] JSON or bytes
   * @param {{ to?: string | Uint8Array, previous?: string }} [options] `to`: only this peer may read it
   * @returns {any} a promise of the id of the message
   */
  emit (event, value = undefined, options = {}) {
    return this.#bus.publish(this.id, event, value, options)
  }

  /** No longer takes part. */
  async leave () { await this.#bus.exit(this.id) }
}

/**
 * A peer in a cluster. Emits what members say, with {@link Info}; `#ready` when it is in the network, `#disconnected` when
 * it has lost it (it comes back by itself), `#nat` with what it learned about its NAT, `#spread` with the id of a
 * message that another peer has, `#connection` with a {@link Connection} that is there, whoever asked for it, and `#group`
 * with an identity group that was heard of.
 */
export class Bus extends EventEmitter {
  #id; #key; #cluster; #bootstrap
  #closed = false
  #online = false
  /** @type {Map<string, Subcluster>} */ #parts = new Map()
  /** @type {Map<string, Connection>} */ #connections = new Map()
  /** Public key of this peer. @type {string} */ peerId
  /** @type {string} */ clusterId

  /** @param {{ id: number, key: number, peer: string, cluster: string, address: Endpoint, bootstrap: Endpoint[] }} opened */
  constructor ({ id, key, peer, cluster, address, bootstrap }) {
    super()
    this.#id = id
    this.#key = key
    this.#cluster = cluster
    this.#bootstrap = bootstrap
    this.local = address
    this.peerId = peer
    this.clusterId = cluster
    /** Identity groups. */
    this.groups = new Groups(id, cluster)
  }

  /** @type {((event: string, ...values: any[]) => void) | undefined} */ #all

  /** Hears all that it emits besides: what other members say, and its own events. @param {(event: string, ...values: any[]) => void} listener */
  all (listener) { this.#all = listener }

  /** @param {string} event @param {any[]} values */
  #tell (event, ...values) {
    super.emit(event, ...values)
    this.#all?.(event, ...values)
  }

  /** What native code tells. @param {any} event */
  [kHear] ({ what, body = new Uint8Array(0), subcluster, cluster, key, time, ...info }) {
    if (this.#closed) return
    if (what === undefined && cluster === undefined) {
      this.#connections.get(info.peer)?.[kTell]({ reliable: info.reliable, body })
      return
    }
    if (what === undefined) {
      const said = cluster === this.#cluster ? unpack(body) : undefined
      if (said === undefined) return
      const all = { ...info, time: new Date(time) }
      if (subcluster === SUBCLUSTER_OF_ALL) this.#tell(said.event, said.value, all)
      else this.#parts.get(subcluster)?.[kHear](said.event, said.value, all)
      return
    }
    if (what.event === 'joined') {
      this.#online = true
      this.#tell('#ready')
    } else if (what.event === 'isolated') {
      this.#online = false
      this.#tell('#disconnected')
    } else if (what.event === 'spread') {
      this.#tell('#spread', what.id)
    } else if (what.event === 'connected') {
      this.#connected(what)
    } else if (what.event === 'way' || what.event === 'disconnected') {
      const connection = this.#connections.get(what.peer)
      if (what.event === 'disconnected') this.#connections.delete(what.peer)
      connection?.[kTell](what)
    } else if (what.event === 'group') {
      const { event, ...group } = what
      this.#tell('#group', group)
    } else {
      this.#tell('#nat', { kind: what.kind, address: what.address })
    }
  }

  /** The connection that is there, told of once. @param {{ peer: string, address: Endpoint, relayed: boolean }} made */
  #connected (made) {
    const known = this.#connections.get(made.peer)
    if (known) return known
    const connection = new Connection(this.#id, made)
    this.#connections.set(made.peer, connection)
    this.#tell('#connection', connection)
    return connection
  }

  /**
   * Connects to a peer: directly, through its NAT, or by way of another peer that cannot read what it passes on.
   *
   * @param {string | Uint8Array} peer its public key
   * @param {{ address?: Endpoint | string }} [options] `address`: where it was, if that is known; else others are asked
   * @returns {Promise<Connection>}
   */
  async connect (peer, { address } = {}) {
    const at = address === undefined ? undefined : endpoints([address])[0]
    return this.#connected(await call('network.connect', { id: this.#open(), peer: toHex(bytesOf(peer, 'peer')), address: at }))
  }

  /** What the peer has done, and what it refused and why: counters by name. */
  async metrics () {
    return await call('network.metrics', { id: this.#open() })
  }

  #open () {
    if (this.#closed) throw new ERR_INVALID_STATE('The peer is closed')
    return this.#id
  }

  /** Whether it is in the network. */
  get online () { return this.#online }

  /**
   * Says something to all members of the cluster.
   *
   * @override
   * @param {any} event
   * @param {any} [value] JSON or bytes
   * @param {{ to?: string | Uint8Array, previous?: string }} [options] `to`: only this peer may read it
   * @returns {any} a promise of the id of the message
   */
  emit (event, value = undefined, options = {}) {
    return this.publish(undefined, event, value, options)
  }

  /** @param {string | undefined} subcluster @param {string} event @param {any} value @param {{ to?: string | Uint8Array, previous?: string }} options */
  async publish (subcluster, event, value, { to, previous } = {}) {
    if (typeof event === 'string' && event.startsWith('#')) throw new ERR_INVALID_ARG_VALUE('event', event, 'must not begin with #: such events are the peer\'s own')
    const body = pack(event, value)
    const { message } = await call('network.publish', {
      id: this.#open(), cluster: this.#cluster, subcluster, to: to === undefined ? undefined : toHex(bytesOf(to, 'to')), previous, body
    })
    return message
  }

  /**
   * Takes part in a part of the cluster.
   *
   * @param {{ sharedKey: string | Uint8Array | KeyPair }} options what its members have in common
   * @returns {Promise<Subcluster>}
   */
  async subcluster ({ sharedKey }) {
    const key = /** @type {any} */ (sharedKey)?.privateKey ?? sharedKey
    const body = (await secretOf(key, 'sharedKey')).slice(0, 32)
    const { subcluster } = await call('network.enter', { id: this.#open(), cluster: this.#cluster, body })
    const part = this.#parts.get(subcluster) ?? new Subcluster(this, subcluster)
    this.#parts.set(subcluster, part)
    return part
  }

  /** @param {string} subcluster */
  async exit (subcluster) {
    this.#parts.delete(subcluster)
    await call('network.exit', { id: this.#open(), cluster: this.#cluster, subcluster })
  }

  /**
   * Asks the network for a message, for what came before it, or for what follows; it comes as any other.
   *
   * @param {string} message its id
   * @param {'this' | 'previous' | 'next'} [direction]
   */
  async query (message, direction = 'this') {
    await call('network.query', { id: this.#open(), cluster: this.#cluster, message, direction })
  }

  /** What is worth keeping until `network({ state })` opens the peer again. It holds its secret key. @returns {Promise<Uint8Array>} */
  async state () {
    const { body } = await call('network.save', { id: this.#open() })
    return body ?? new Uint8Array(0)
  }

  /** Where this peer listens on this machine. @returns {Endpoint} */
  address () { return { ...this.local } }

  /** Peers that there are links to. */
  async peers () {
    return await call('network.neighbours', { id: this.#open() })
  }

  /** Enters the network again. @param {(Endpoint | string)[]} [peers] that are known */
  async reconnect (peers = undefined) {
    const contacts = peers === undefined ? this.#bootstrap : endpoints(peers)
    await call('network.leave', { id: this.#open() })
    await call('network.join', { id: this.#open(), contacts })
  }

  /** Says goodbye and ends. @returns {Promise<Uint8Array>} what is worth keeping, as `state()` */
  async disconnect () {
    if (this.#closed) return new Uint8Array(0)
    const id = this.#open()
    this.#closed = true
    this.#online = false
    unlisten(this.#key)
    for (const connection of this.#connections.values()) connection[kTell]({ event: 'disconnected' })
    this.#connections.clear()
    const { body } = await call('network.close', { id })
    return body ?? new Uint8Array(0)
  }
}

/** @param {(Endpoint | string)[]} peers @returns {Endpoint[]} */
export function endpoints (peers) {
  return peers.map((peer) => {
    if (typeof peer === 'object' && peer !== null) return { address: peer.address, port: peer.port }
    const [, address, port] = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(String(peer)) ?? []
    if (address === undefined) throw new ERR_INVALID_ARG_VALUE('peers', peer, 'is not an address and a port, as "203.0.113.5:4500"')
    return { address, port: Number(port) }
  })
}

/**
 * @typedef {object} NetworkOptions
 * @property {string | Uint8Array} clusterId what all members of the cluster have in common; who knows it can read what is said
 * @property {KeyPair} [signingKeys] the identity of this peer, as `Encryption.createKeyPair()` makes it
 * @property {Uint8Array} [state] what `bus.state()` gave: the peer goes on where it was, with its identity
 * @property {(Endpoint | string)[]} [peers] peers that are known, as "203.0.113.5:4500"
 * @property {string} [address] where to listen; every address when it is missing
 * @property {number} [port] where to listen; the system picks one when it is missing
 */

/** @param {NetworkOptions} options @returns {Promise<Bus>} */
export async function open ({ clusterId, signingKeys, state, peers = [], address = '::', port = 0 }) {
  const cluster = await secretOf(clusterId, 'options.clusterId')
  const bootstrap = endpoints(peers)
  const seed = signingKeys === undefined ? crypto.getRandomValues(new Uint8Array(32)) : bytesOf(signingKeys.privateKey, 'options.signingKeys.privateKey')
  if (state === undefined && seed.byteLength !== 32 && seed.byteLength !== 64) throw new ERR_INVALID_ARG_VALUE('options.signingKeys', signingKeys, 'must hold a private key of 32 or 64 bytes')
  /** @type {Early<any>} */
  const early = new Early()
  const key = listen((event) => early.hear(event))
  let id
  try {
    const opened = await call('network.open', { bind: { address, port }, kept: state !== undefined, key, body: state ?? seed.slice(0, 32) })
    id = opened.id
    const { cluster: name } = await call('network.subscribe', { id, body: cluster })
    await call('network.join', { id, contacts: bootstrap })
    const bus = new Bus({ ...opened, key, cluster: name, bootstrap })
    early.give((event) => bus[kHear](event))
    return bus
  } catch (error) {
    unlisten(key)
    if (id !== undefined) await call('network.close', { id }).catch(() => {})
    throw error
  }
}
