/**
 * The network: what this machine is connected to, and peers without servers between them.
 *
 * ```js
 * const bus = await network({ clusterId: 'cats of the neighbourhood', peers: ['203.0.113.5:4500'] })
 * bus.on('meow', (value, { author }) => console.log(author, value))
 * await bus.emit('meow', { food: true })
 * const secret = await bus.subcluster({ sharedKey: Encryption.createSharedKey('only we know') })
 * secret.on('meow', value => console.log(value))
 * ```
 */
import { EventEmitter } from 'socket:events'
import { createHash, sodium } from 'socket:crypto'
import { call, on } from 'socket:internal/ipc'
import { Bus, Subcluster, open } from 'socket:internal/network/bus'
import { Cache } from 'socket:internal/network/cache'
import { Connection } from 'socket:internal/network/connection'
import { Groups, IdentityGroup } from 'socket:internal/network/group'
import { Packet } from 'socket:internal/network/packet'
import { bytesOf } from 'socket:internal/network/payload'

/** @typedef {import('socket:internal/network/bus').NetworkOptions} NetworkOptions */
/** @typedef {import('socket:internal/network/bus').Info} Info */
/** @typedef {{ interface: string, address: string, prefix: number }} Address */
/** @typedef {{ online: boolean, addresses: Address[] }} State  `online`: there is a way out of this machine */

export { Bus, Cache, Connection, Groups, IdentityGroup, Packet, Subcluster }
/** Kinds of NATs, by number as peers tell them and by name as `#nat` has them, and what follows for two peers. */
export * as NAT from 'socket:internal/network/nat'

/**
 * Opens a peer in a cluster.
 *
 * @param {NetworkOptions} options
 * @returns {Promise<Bus>}
 */
export async function network (options) {
  return await open(options)
}

/** What this machine is connected to. @returns {Promise<State>} */
export async function state () {
  return await call('network.state')
}

/** Watches what this machine is connected to. Emits `change` with the new {@link State}, and `online` and `offline`. */
export class NetworkWatcher extends EventEmitter {
  #id
  #online
  #stop

  /** Made by {@link watch}. @param {number} id @param {boolean} online */
  constructor (id, online) {
    super()
    this.#id = id
    this.#online = online
    this.#stop = on('network.changed', (state) => {
      this.emit('change', state)
      if (state.online !== this.#online) this.emit(state.online ? 'online' : 'offline', state)
      this.#online = state.online
    })
  }

  /** Ends it. */
  async close () {
    this.#stop()
    await call('network.unwatch', { id: this.#id })
  }
}

/** Watches what this machine is connected to. @returns {Promise<NetworkWatcher>} */
export async function watch () {
  const { online } = await state()
  const { id } = await call('network.watch')
  return new NetworkWatcher(id, online)
}

/** The SHA-256 of text or bytes, in hexadecimal. @param {string | Uint8Array} value */
export async function sha256 (value) {
  return createHash('sha256').update(value).digest('hex')
}

/** Keys and ids of peers, clusters and their parts. */
export class Encryption {
  /** A new identity, or the one that follows from a seed. @param {string | Uint8Array} [seed] @returns {Promise<import('socket:internal/network/bus').KeyPair>} */
  static async createKeyPair (seed = undefined) {
    const bytes = seed === undefined ? crypto.getRandomValues(new Uint8Array(32)) : hash(seed)
    const { publicKey, privateKey } = await sodium.crypto_sign_seed_keypair(bytes)
    return { publicKey, privateKey }
  }

  /** What the members of a cluster have in common, by chance or from a name. @param {string | Uint8Array} [value] @returns {Uint8Array} */
  static createClusterId (value = undefined) {
    return value === undefined ? crypto.getRandomValues(new Uint8Array(32)) : hash(value)
  }

  /** What the members of a part of a cluster have in common, by chance or from a secret. @param {string | Uint8Array} [seed] @returns {Uint8Array} */
  static createSharedKey (seed = undefined) {
    return Encryption.createClusterId(seed)
  }

  /** An id of 32 bytes, by chance or from a value. @param {string | Uint8Array} [value] @returns {string} */
  static createId (value = undefined) {
    return Array.from(Encryption.createClusterId(value), (byte) => byte.toString(16).padStart(2, '0')).join('')
  }
}

/** @param {string | Uint8Array} value */
function hash (value) {
  const bytes = typeof value === 'string' ? value : bytesOf(value, 'value')
  return new Uint8Array(createHash('sha256').update(bytes).digest())
}

export default network
