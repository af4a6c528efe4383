/**
 * A peer of the network, under the names of earlier versions: `socket:network` has the same with a bus that is opened.
 *
 * ```js
 * const pair = await Peer.createKeys()
 * const clusterId = await Peer.createClusterId()
 * const peer = new Peer({ ...pair, clusterId, peers: ['203.0.113.5:4500'] })
 * await peer.join()
 * peer.on('foo', (data, { author }) => console.log(data, author))
 * await peer.write('foo', { value: true })
 * ```
 */
import { EventEmitter } from 'socket:events'
import { Encryption, network } from 'socket:network'
import { ERR_INVALID_STATE } from 'socket:internal/errors'
import { validateObject } from 'socket:internal/validators'

/** @typedef {import('socket:internal/network/bus').Bus} Bus */
/** @typedef {import('socket:internal/network/bus').Info} Info  what comes with a value */
/** @typedef {Omit<import('socket:internal/network/bus').NetworkOptions, 'signingKeys'> & { publicKey?: Uint8Array, privateKey?: Uint8Array }} PeerOptions  the keys are those of `Peer.createKeys()`; new ones when they are missing */

/**
 * A peer in a cluster. Emits what members say, with {@link Info}, once it has joined: `join()`, or the first `emit` or `write`.
 */
export class Peer extends EventEmitter {
  #options
  /** @type {Promise<Bus> | undefined} */ #joining
  #left = false

  /** A new identity. @param {string | Uint8Array} [seed] from which it follows @returns {Promise<import('socket:internal/network/bus').KeyPair>} */
  static createKeys (seed = undefined) {
    return Encryption.createKeyPair(seed)
  }

  /** What the members of a cluster have in common, by chance or from a name. @param {string | Uint8Array} [value] @returns {Promise<Uint8Array>} */
  static async createClusterId (value = undefined) {
    return Encryption.createClusterId(value)
  }

  /** @param {PeerOptions} options */
  constructor (options) {
    super()
    validateObject(options, 'options')
    const { publicKey, privateKey, ...others } = options
    this.#options = privateKey === undefined ? others : { ...others, signingKeys: { publicKey: publicKey ?? new Uint8Array(0), privateKey } }
  }

  /** Enters the network; more than once gives the same. @returns {Promise<Bus>} what `network()` gives */
  join () {
    if (this.#left) return Promise.reject(new ERR_INVALID_STATE('The peer is closed'))
    this.#joining ??= this.#enter()
    return this.#joining
  }

  async #enter () {
    try {
      const bus = await network(/** @type {any} */ (this.#options))
      bus.all((event, ...values) => super.emit(event, ...values))
      return bus
    } catch (error) {
      // Another try may find a free port, or the network.
      this.#joining = undefined
      throw error
    }
  }

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
    return this.join().then((bus) => bus.emit(event, value, options))
  }

  /**
   * The same as `emit`.
   *
   * @param {string} event
   * @param {any} [value]
   * @param {{ to?: string | Uint8Array, previous?: string }} [options]
   * @returns {Promise<string>} the id of the message
   */
  async write (event, value = undefined, options = {}) {
    return await this.emit(event, value, options)
  }

  /** Says goodbye and ends. @returns {Promise<Uint8Array>} what is worth keeping for `new Peer({ state })` */
  async disconnect () {
    this.#left = true
    const bus = await this.#joining?.catch(() => undefined)
    return bus === undefined ? new Uint8Array(0) : await bus.disconnect()
  }
}

export default Peer
