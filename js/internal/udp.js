/**
 * The native half of a datagram socket: datagrams that are sent together leave as one call, those that arrive
 * together come as one event. The wire is described in native/api/src/dgram/records.rs.
 */
import { Buffer } from 'socket:buffer'
import { call, on } from 'socket:internal/ipc'

/** @typedef {{ address: string, port: number }} Endpoint */
/**
 * @typedef {object} Outgoing
 * @property {Uint8Array[]} list pieces of one datagram
 * @property {number} size bytes
 * @property {Endpoint | null} peer null: the connected one
 * @property {(error: any) => void} done
 */
/**
 * @typedef {object} Receiver
 * @property {(message: Buffer, from: Endpoint) => void} message
 * @property {(error: any) => void} failed
 */

/** Index of the peer that a socket is connected to. */
const CONNECTED = 0xffffffff
/** What one call carries at most: so many fit into the buffers of a system, and other work has its turn. */
const MAX_BYTES = 256 * 1024
const MAX_COUNT = 512

/** @type {Map<number, Receiver>} */
const receivers = new Map()
let nextKey = 0
/** @type {(() => void)[]} */
let stop = []

/** Runs a listener; what it throws is nobody else's. @param {() => void} work */
function guarded (work) {
  try {
    work()
  } catch (error) {
    setTimeout(() => { throw error })
  }
}

/** @param {{ key: number, peers: Endpoint[], dropped: number, body: Uint8Array }} event */
function deliver ({ key, peers, dropped, body }) {
  const receiver = receivers.get(key)
  if (receiver === undefined) return
  if (dropped > 0) counts.set(key, (counts.get(key) ?? 0) + dropped)
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  for (let at = 0; at < body.byteLength;) {
    const peer = peers[view.getUint32(at, true)]
    const end = at + 8 + view.getUint32(at + 4, true)
    // Memory of its own: a message that is kept must not hold all that came with it.
    const bytes = body.slice(at + 8, end)
    at = end
    // A listener may close the socket.
    if (!receivers.has(key)) return
    guarded(() => receiver.message(Buffer.from(bytes.buffer), peer))
  }
}

/** How many datagrams were dropped because the page did not collect them. @type {Map<number, number>} */
const counts = new Map()

/** Begins to hear of a socket before it is bound, so that nothing is missed. @param {Receiver} receiver @returns {number} its key */
export function listen (receiver) {
  const key = nextKey++
  receivers.set(key, receiver)
  if (stop.length === 0) {
    stop = [
      on('dgram.messages', /** @type {any} */ (deliver)),
      on('dgram.failed', ({ key, error }) => {
        const receiver = receivers.get(key)
        if (receiver !== undefined) guarded(() => receiver.failed(error))
      })
    ]
  }
  return key
}

/** @param {number} key */
export function unlisten (key) {
  receivers.delete(key)
  counts.delete(key)
  if (receivers.size > 0) return
  for (const one of stop) one()
  stop = []
}

/** @param {number} key */
export function droppedBy (key) {
  return counts.get(key) ?? 0
}

/** @param {Outgoing[]} batch */
function encode (batch) {
  /** @type {Endpoint[]} */
  const peers = []
  /** @type {Map<string, number>} */
  const indexes = new Map()
  const body = new Uint8Array(batch.reduce((sum, { size }) => sum + 8 + size, 0))
  const view = new DataView(body.buffer)
  let at = 0
  for (const { list, size, peer } of batch) {
    let index = CONNECTED
    if (peer !== null) {
      const name = `${peer.address} ${peer.port}`
      index = indexes.get(name) ?? peers.push(peer) - 1
      indexes.set(name, index)
    }
    view.setUint32(at, index, true)
    view.setUint32(at + 4, size, true)
    at += 8
    for (const piece of list) {
      body.set(piece, at)
      at += piece.byteLength
    }
  }
  return { peers, body }
}

/** Datagrams of one socket on their way out, in order. */
export class Outbox {
  /** @type {Outgoing[]} */
  #waiting = []
  /** Of which these are with native code. */
  #away = 0
  #bytes = 0
  /** @type {Promise<void> | null} */
  #running = null
  /** @type {() => number} */
  #id

  /** @param {() => number} id number of the socket */
  constructor (id) {
    this.#id = id
  }

  /** Bytes that have not been sent yet. */
  get size () { return this.#bytes }
  /** Datagrams that have not been sent yet. */
  get count () { return this.#waiting.length + this.#away }

  /** @param {Outgoing} outgoing */
  push (outgoing) {
    this.#waiting.push(outgoing)
    this.#bytes += outgoing.size
    this.#running ??= this.#run()
  }

  /** Datagrams to the connected peer go there although the socket forgets it now. @param {Endpoint} peer */
  address (peer) {
    for (const outgoing of this.#waiting) outgoing.peer ??= peer
  }

  /** When all have been sent. */
  async empty () {
    await this.#running
  }

  async #run () {
    // All that the program sends before it waits goes together.
    await null
    try {
      while (this.#waiting.length > 0) await this.#send(this.#take())
    } finally {
      this.#running = null
    }
  }

  #take () {
    let [count, bytes] = [0, 0]
    while (count < this.#waiting.length && count < MAX_COUNT && (count === 0 || bytes + this.#waiting[count].size <= MAX_BYTES)) {
      bytes += this.#waiting[count++].size
    }
    return this.#waiting.splice(0, count)
  }

  /** @param {Outgoing[]} batch */
  async #send (batch) {
    this.#away = batch.length
    /** @type {Map<number, any>} */
    let refused
    try {
      const answer = await call('dgram.send', { id: this.#id(), ...encode(batch) })
      refused = new Map(answer.refused.map(({ index, error }) => [index, error]))
    } catch (error) {
      refused = new Map(batch.map((_, index) => [index, error]))
    }
    this.#away = 0
    batch.forEach(({ size, done }, index) => {
      this.#bytes -= size
      guarded(() => done(refused.get(index)))
    })
  }
}
