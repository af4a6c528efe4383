/**
 * Packets of an app's own, within bounds. The cache of the peers of this machine is native code's: `bus.query` asks it.
 */
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { Packet } from 'socket:internal/network/packet'
import { bytesOf } from 'socket:internal/network/payload'
import { validateFunction, validateInteger, validateString } from 'socket:internal/validators'

/** @typedef {Iterable<[string, Packet]>} CacheData  packets by their ids */
/** @typedef {(one: Packet, other: Packet) => number} SiblingResolver  which of two that follow the same one comes first */

/** What an entry costs besides its bytes. */
const ENTRY = 640
const MINUTE = 60_000
/** @type {SiblingResolver} */
const byClock = (one, other) => one.clock - other.clock || (one.packetId < other.packetId ? -1 : 1)

/** @param {unknown} packet */
function expectPacket (packet) {
  if (!(packet instanceof Packet)) throw new ERR_INVALID_ARG_TYPE('packet', 'Packet', packet)
}

/**
 * Packets by id. It never holds more than its bytes: when there is no room, the cluster that occupies most loses its oldest, and
 * the newest packet is never the one that goes.
 */
export class Cache {
  /** Bytes that a cache holds, unless it is told otherwise. */
  static MAX_BYTES = 16 * 1024 * 1024

  /** @type {Map<string, { packet: Packet, since: number, bytes: number }>} */ #entries = new Map()
  /** @type {Map<string, { bytes: number, ids: Set<string> }>} */ #clusters = new Map()
  /** @type {Map<string, Set<string>>} */ #following = new Map()
  #bytes = 0
  #maxBytes = Cache.MAX_BYTES
  #compare

  /**
   * @param {CacheData} [data] what it begins with
   * @param {SiblingResolver} [siblingResolver] by logical clock, if it is not given
   */
  constructor (data = [], siblingResolver = byClock) {
    validateFunction(siblingResolver, 'siblingResolver')
    if (typeof data?.[Symbol.iterator] !== 'function') throw new ERR_INVALID_ARG_TYPE('data', ['Cache', 'Map', 'Array'], data)
    this.#compare = siblingResolver
    for (const [id, packet] of data) this.insert(id, packet)
  }

  /** How many packets there are. */
  get size () { return this.#entries.size }

  /** Bytes that they occupy, each with its tables. */
  get bytes () { return this.#bytes }

  /** Bytes that they may occupy. */
  get maxBytes () { return this.#maxBytes }

  set maxBytes (bytes) {
    validateInteger(bytes, 'maxBytes', Packet.PACKET_BYTES + ENTRY)
    this.#maxBytes = bytes
    this.#makeRoom()
  }

  /**
   * Keeps a packet. The same one again changes nothing.
   *
   * @param {string} id its `packetId`
   * @param {Packet} packet
   * @returns {boolean} whether it is new
   */
  insert (id, packet) {
    validateString(id, 'id')
    expectPacket(packet)
    if (this.#entries.has(id)) return false
    const own = packet.packetId
    if (id !== own) throw new ERR_INVALID_ARG_VALUE('id', id, `must be the packet's: ${own}`)
    // What is kept does not change under the cache.
    const kept = new Packet(packet)
    Object.freeze(kept)
    const bytes = Packet.FRAME_BYTES + kept.message.byteLength + ENTRY
    this.#entries.set(id, { packet: kept, since: Date.now(), bytes })
    const cluster = this.#clusters.get(kept.clusterId) ?? { bytes: 0, ids: new Set() }
    this.#clusters.set(kept.clusterId, cluster)
    cluster.ids.add(id)
    cluster.bytes += bytes
    this.#bytes += bytes
    const following = this.#following.get(kept.previousId) ?? new Set()
    this.#following.set(kept.previousId, following.add(id))
    this.#makeRoom()
    return true
  }

  #makeRoom () {
    while (this.#bytes > this.#maxBytes) {
      const [most] = [...this.#clusters.values()].sort((one, other) => other.bytes - one.bytes)
      const [oldest] = most.ids
      this.delete(oldest)
    }
  }

  /** @param {string} id @returns {Packet | undefined} */
  get (id) { return this.#entries.get(id)?.packet }

  /** @param {string} id @returns {boolean} */
  has (id) { return this.#entries.has(id) }

  /** Forgets a packet. @param {string} id @returns {boolean} whether it was there */
  delete (id) {
    const entry = this.#entries.get(id)
    if (entry === undefined) return false
    const { packet, bytes } = entry
    this.#entries.delete(id)
    this.#bytes -= bytes
    const cluster = /** @type {{ bytes: number, ids: Set<string> }} */ (this.#clusters.get(packet.clusterId))
    cluster.bytes -= bytes
    cluster.ids.delete(id)
    if (cluster.ids.size === 0) this.#clusters.delete(packet.clusterId)
    const following = /** @type {Set<string>} */ (this.#following.get(packet.previousId))
    following.delete(id)
    if (following.size === 0) this.#following.delete(packet.previousId)
    return true
  }

  /** Forgets all. */
  clear () {
    for (const id of [...this.#entries.keys()]) this.delete(id)
  }

  /** What a packet follows, if that is here. @param {string} id @returns {Packet | undefined} */
  previous (id) {
    const packet = this.get(id)
    return packet && this.get(packet.previousId)
  }

  /** What follows a packet, in the order of the resolver; it need not be here itself. @param {string} id @returns {Packet[]} */
  next (id) {
    const ids = [...this.#following.get(id) ?? []]
    return ids.map((one) => /** @type {Packet} */ (this.get(one))).sort(this.#compare)
  }

  /** Takes away what has lived its time to live. @param {number} [now] milliseconds since 1970 @returns {Packet[]} */
  expire (now = Date.now()) {
    const gone = [...this.#entries].filter(([, { packet, since }]) => since + packet.ttl * MINUTE <= now)
    for (const [id] of gone) this.delete(id)
    return gone.map(([, { packet }]) => packet)
  }

  /** The packets that a function answers with true for. @param {(packet: Packet, id: string) => boolean} predicate @returns {Packet[]} */
  filter (predicate) {
    validateFunction(predicate, 'predicate')
    return [...this].filter(([id, packet]) => predicate(packet, id)).map(([, packet]) => packet)
  }

  /** @param {(packet: Packet, id: string, cache: Cache) => void} callback @param {any} [self] */
  forEach (callback, self = undefined) {
    for (const [id, packet] of this) callback.call(self, packet, id, this)
  }

  /** Ids, the oldest first. */
  keys () { return this.#entries.keys() }

  /** Packets, the oldest first. @returns {IterableIterator<Packet>} */
  * values () {
    for (const { packet } of this.#entries.values()) yield packet
  }

  /** Ids and packets, the oldest first. @returns {IterableIterator<[string, Packet]>} */
  * entries () {
    for (const [id, { packet }] of this.#entries) yield [id, packet]
  }

  /** Ids and packets, the oldest first. */
  [Symbol.iterator] () { return this.entries() }

  /** All of it, to be kept in a file: time 8 · length 2 · the packet, one after the other. @returns {Uint8Array} */
  serialize () {
    const parts = [...this.#entries.values()].map(({ packet, since }) => ({ since, bytes: packet.encode() }))
    const all = new Uint8Array(parts.reduce((sum, { bytes }) => sum + 10 + bytes.byteLength, 0))
    const view = new DataView(all.buffer)
    let at = 0
    for (const { since, bytes } of parts) {
      view.setBigUint64(at, BigInt(since))
      view.setUint16(at + 8, bytes.byteLength)
      all.set(bytes, at + 10)
      at += 10 + bytes.byteLength
    }
    return all
  }

  /** What `serialize` made. Signatures are not looked at: `verify()` of each packet does. @param {Uint8Array | ArrayBuffer} bytes @param {SiblingResolver} [siblingResolver] @returns {Cache} */
  static deserialize (bytes, siblingResolver = byClock) {
    const all = bytesOf(bytes, 'bytes')
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength)
    const cache = new Cache([], siblingResolver)
    for (let at = 0; at < all.byteLength;) {
      const length = at + 10 <= all.byteLength ? view.getUint16(at + 8) : 0
      if (at + 10 + length > all.byteLength || length === 0) throw new ERR_INVALID_ARG_VALUE('bytes', all.subarray(at, at + 10), `must be what serialize() made: it ends within a packet, at byte ${at}`)
      const packet = Packet.decode(all.subarray(at + 10, at + 10 + length))
      const id = packet.packetId
      const since = Number(view.getBigUint64(at))
      cache.insert(id, packet)
      const entry = cache.#entries.get(id)
      // Nothing is younger than now.
      if (entry !== undefined) entry.since = Math.min(since, Date.now())
      at += 10 + length
    }
    return cache
  }
}
