/**
 * A connection to one other peer.
 */
import { EventEmitter } from 'socket:events'
import { ERR_INVALID_STATE } from 'socket:internal/errors'
import { call } from 'socket:internal/ipc'
import { bytesOf } from 'socket:internal/network/payload'

/** @typedef {{ address: string, port: number }} Endpoint */

/** How a bus tells its connections; used by these modules only. */
export const kTell = Symbol('tell')

/**
 * A connection to one other peer: directly, through NATs, or by way of a third who cannot read what it passes on. Emits
 * `data` with bytes and `{ reliable }`, `way` when it goes another way, `close` when it has ended.
 */
export class Connection extends EventEmitter {
  #id
  /** What came before somebody listened. @type {[Uint8Array, { reliable: boolean }][]} */
  #early = []
  #open = true
  /** Public key of the other. @type {string} */ peerId
  /** Its address; that of the one who passes the bytes on, if it is relayed. @type {Endpoint} */ address
  /** @type {boolean} */ relayed

  /** Made by `bus.connect()`. @param {number} id @param {{ peer: string, address: Endpoint, relayed: boolean }} made */
  constructor (id, { peer, address, relayed }) {
    super()
    this.#id = id
    this.peerId = peer
    this.address = address
    this.relayed = relayed
    this.on('newListener', (event) => {
      if (event === 'data' && this.#early.length > 0) queueMicrotask(() => this.#flush())
    })
  }

  #flush () {
    for (const [bytes, how] of this.#early.splice(0)) this.emit('data', bytes, how)
  }

  /** Whether it has not ended. */
  get open () { return this.#open }

  /** What the bus hears. @param {any} event */
  [kTell] (event) {
    if (event.event === 'disconnected') {
      this.#open = false
      this.emit('close')
    } else if (event.event === undefined) {
      const how = { reliable: event.reliable }
      if (this.listenerCount('data') > 0 && this.#early.length === 0) this.emit('data', event.body, how)
      else if (event.reliable) this.#early.push([event.body, how])
    } else {
      this.address = event.address
      this.relayed = event.relayed
      this.emit('way', { address: this.address, relayed: this.relayed })
    }
  }

  /**
   * Sends at most 64 KiB, which arrive whole, once and in order while the connection lasts. Waits while the other does not
   * read.
   *
   * @param {string | ArrayBuffer | ArrayBufferView} bytes text is sent as UTF-8
   */
  async write (bytes) {
    await this.#say(false, bytes)
  }

  /**
   * Sends at most 1024 bytes, at once, which may be lost, or overtaken by others: audio, video, positions.
   *
   * @param {string | ArrayBuffer | ArrayBufferView} bytes text is sent as UTF-8
   */
  async send (bytes) {
    await this.#say(true, bytes)
  }

  /** @param {boolean} lossy @param {string | ArrayBuffer | ArrayBufferView} bytes */
  async #say (lossy, bytes) {
    if (!this.#open) throw new ERR_INVALID_STATE('The connection has ended')
    await call('network.send', { id: this.#id, peer: this.peerId, lossy, body: payload(bytes) })
  }

  /** Ends it. */
  async close () {
    if (!this.#open) return
    await call('network.hangUp', { id: this.#id, peer: this.peerId })
  }
}

/** @param {unknown} bytes */
const payload = (bytes) => typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytesOf(bytes, 'bytes')
