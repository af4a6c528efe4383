/**
 * Packets that peers keep and pass on, as bytes: docs/p2p.md says what is where. The peers of this machine are native code and
 * use none of this; it is for programs that read or make such bytes themselves.
 */
import { createHash, sodium } from 'socket:crypto'
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE } from 'socket:internal/errors'
import { bytesOf, fromHex, toHex } from 'socket:internal/network/payload'
import { validateInteger, validateObject } from 'socket:internal/validators'

/** @typedef {{ publicKey: Uint8Array, privateKey: Uint8Array }} KeyPair */
/**
 * What a packet is made of. Ids and keys are 32 bytes, as such or in hexadecimal.
 *
 * @typedef {object} PacketOptions
 * @property {number} [type] `Packet.PUBLISH`, or `Packet.GROUP`
 * @property {number} [hops] how often it was passed on
 * @property {number} [postage] lives left
 * @property {number} [ttl] length of a life, in minutes
 * @property {number} [clock] the author's logical clock
 * @property {number} [index] 0: whole, or the first of several; from 1: a fragment
 * @property {string | Uint8Array} [clusterId] the key that it is signed with
 * @property {string | Uint8Array} [previousId] what the author knew last; in a fragment the first of them
 * @property {string | Uint8Array} [nextId] the next fragment
 * @property {string | Uint8Array} [to] the addressee, hidden; zeros: everybody in the cluster
 * @property {string | Uint8Array} [signature]
 * @property {string | Uint8Array} [message] the body: 1024 bytes at most, encrypted by its author
 */

const VERSION = 1
const HEADER = 142
const SIGNATURE = 64
const BODY = 1024
const CONTEXT = new TextEncoder().encode('socket:p2p:packet\0')
const ZERO = '0'.repeat(64)
const KINDS = ['', 'Ping', 'Pong', 'Intro', 'Join', 'Publish', 'Stream', 'Sync', 'Query', 'Answer', 'Announce', 'Group']
// Where they begin, and how many bytes they have.
/** @type {Record<string, [number, number]>} */
const NUMBERS = { hops: [2, 1], postage: [3, 1], ttl: [4, 2], clock: [6, 4], index: [10, 4] }
/** @type {Record<string, number>} */
const IDS = { clusterId: 14, previousId: 46, nextId: 78, to: 110 }

/** @param {unknown} value @param {string} name @param {number} length @returns {string} */
function hexOf (value, name, length) {
  const bytes = bytesOf(value, name)
  if (bytes.byteLength !== length) throw new ERR_INVALID_ARG_VALUE(name, value, `must be ${length} bytes, or as many in hexadecimal`)
  return toHex(bytes)
}

/** One packet. Its id follows from all of it but `hops`, `postage` and `signature`. */
export class Packet {
  /** Type of what members say. */
  static PUBLISH = 5
  /** Type of what identity groups say about themselves. */
  static GROUP = 11
  /** Bytes of all that comes before the body. */
  static FRAME_BYTES = HEADER + SIGNATURE
  /** Bytes of the longest body. */
  static MESSAGE_BYTES = BODY
  /** Bytes of the longest packet: with the headers of IPv6 and UDP it fits the smallest MTU. */
  static PACKET_BYTES = HEADER + SIGNATURE + BODY

  /** `Packet.PUBLISH` or `Packet.GROUP`. */ type = Packet.PUBLISH
  /** Of the protocol. */ version = VERSION
  /** How often it was passed on. */ hops = 0
  /** Lives left. */ postage = 8
  /** Length of a life, in minutes. */ ttl = 360
  /** The author's logical clock. */ clock = 0
  /** 0: whole, or the first of several; from 1: a fragment. */ index = 0
  /** The key that it is signed with. */ clusterId = ZERO
  /** What the author knew last; in a fragment the first of them. */ previousId = ZERO
  /** The next fragment. */ nextId = ZERO
  /** The addressee, hidden; zeros: everybody in the cluster. */ to = ZERO
  /** Hexadecimal; empty: not signed. */ signature = ''
  /** The body. */ message = new Uint8Array(0)

  /** @param {PacketOptions | Packet} [options] */
  constructor (options = {}) {
    validateObject(options, 'options')
    const given = /** @type {Record<string, any>} */ (options)
    const own = /** @type {Record<string, any>} */ (this)
    if (given.type !== undefined) {
      if (given.type !== Packet.PUBLISH && given.type !== Packet.GROUP) {
        throw new ERR_INVALID_ARG_VALUE('options.type', given.type, `must be Packet.PUBLISH (${Packet.PUBLISH}) or Packet.GROUP (${Packet.GROUP}): peers say nothing else to more than one`)
      }
      this.type = given.type
    }
    for (const [name, [, length]] of Object.entries(NUMBERS)) {
      if (given[name] === undefined) continue
      validateInteger(given[name], `options.${name}`, 0, 2 ** (8 * length) - 1)
      own[name] = given[name]
    }
    for (const name of Object.keys(IDS)) {
      if (given[name] !== undefined) own[name] = hexOf(given[name], `options.${name}`, 32)
    }
    if (given.signature !== undefined && given.signature !== '') this.signature = hexOf(given.signature, 'options.signature', SIGNATURE)
    if (given.message !== undefined) {
      const bytes = typeof given.message === 'string' ? new TextEncoder().encode(given.message) : bytesOf(given.message, 'options.message')
      if (bytes.byteLength > BODY) throw new ERR_OUT_OF_RANGE('options.message.byteLength', `<= ${BODY}: split it, and number the parts with index`, bytes.byteLength)
      this.message = bytes.slice()
    }
  }

  /** Whether bytes could be a packet: by their length, type and version. @param {unknown} bytes @returns {boolean} */
  static isPacket (bytes) {
    if (!ArrayBuffer.isView(bytes) && !(bytes instanceof ArrayBuffer)) return false
    const view = bytesOf(bytes, 'bytes')
    return view.byteLength >= Packet.FRAME_BYTES && view.byteLength <= Packet.PACKET_BYTES &&
      (view[0] === Packet.PUBLISH || view[0] === Packet.GROUP) && view[1] === VERSION
  }

  /** Reads a packet. `verify()` tells whether it is genuine. @param {Uint8Array | ArrayBuffer} bytes @returns {Packet} */
  static decode (bytes) {
    if (!ArrayBuffer.isView(bytes) && !(bytes instanceof ArrayBuffer)) throw new ERR_INVALID_ARG_TYPE('bytes', ['Buffer', 'TypedArray', 'ArrayBuffer'], bytes)
    const all = bytesOf(bytes, 'bytes')
    if (!Packet.isPacket(all)) {
      const kind = KINDS[all[0]]
      let why = `must be ${Packet.FRAME_BYTES} to ${Packet.PACKET_BYTES} bytes, these are ${all.byteLength}`
      if (all.byteLength > 0 && all[0] !== Packet.PUBLISH && all[0] !== Packet.GROUP) {
        why = kind ? `must be a Publish or a Group packet: ${kind} is between two peers, and is not kept` : 'must begin with the type of a packet, 5 or 11'
      } else if (all.byteLength > 1 && all[1] !== VERSION) {
        why = `must be of version ${VERSION}, this is ${all[1]}`
      }
      throw new ERR_INVALID_ARG_VALUE('bytes', all.subarray(0, 16), why)
    }
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength)
    /** @type {Record<string, any>} */
    const options = { type: all[0], signature: all.subarray(HEADER, HEADER + SIGNATURE), message: all.subarray(HEADER + SIGNATURE) }
    for (const [name, [at, length]] of Object.entries(NUMBERS)) {
      options[name] = length === 1 ? view.getUint8(at) : length === 2 ? view.getUint16(at) : view.getUint32(at)
    }
    for (const [name, at] of Object.entries(IDS)) options[name] = all.subarray(at, at + 32)
    return new Packet(options)
  }

  /** A packet as bytes. @param {PacketOptions | Packet} packet @returns {Uint8Array} */
  static encode (packet) {
    return (packet instanceof Packet ? packet : new Packet(packet)).encode()
  }

  #header () {
    // Again, because fields may be set: what does not fit is told, not cut.
    const checked = /** @type {Record<string, any>} */ (new Packet(this))
    const header = new Uint8Array(HEADER)
    const view = new DataView(header.buffer)
    header[0] = checked.type
    header[1] = VERSION
    for (const [name, [at, length]] of Object.entries(NUMBERS)) {
      if (length === 1) view.setUint8(at, checked[name])
      else if (length === 2) view.setUint16(at, checked[name])
      else view.setUint32(at, checked[name])
    }
    for (const [name, at] of Object.entries(IDS)) header.set(fromHex(checked[name]), at)
    return header
  }

  /** The packet as bytes. One that is not signed has zeros for its signature. @returns {Uint8Array} */
  encode () {
    const bytes = new Uint8Array(HEADER + SIGNATURE + this.message.byteLength)
    bytes.set(this.#header())
    bytes.set(fromHex(this.signature), HEADER)
    bytes.set(this.message, HEADER + SIGNATURE)
    return bytes
  }

  /** Its id: SHA-256 over all that does not change on its way. It is never sent. @returns {string} */
  get packetId () {
    const header = this.#header()
    return createHash('sha256').update(header.subarray(0, 2)).update(header.subarray(4)).update(this.message).digest('hex')
  }

  #signed () {
    const bytes = new Uint8Array(CONTEXT.byteLength + 32)
    bytes.set(CONTEXT)
    bytes.set(fromHex(this.packetId), CONTEXT.byteLength)
    return bytes
  }

  /** Signs it; its cluster is the key's. @param {KeyPair} keys @returns {Promise<this>} */
  async sign ({ publicKey, privateKey }) {
    this.clusterId = hexOf(publicKey, 'keys.publicKey', 32)
    this.signature = toHex(await sodium.crypto_sign_detached(this.#signed(), bytesOf(privateKey, 'keys.privateKey')))
    return this
  }

  /** Whether its signature is the cluster's. @returns {Promise<boolean>} */
  async verify () {
    if (this.signature === '') return false
    return await sodium.crypto_sign_verify_detached(fromHex(this.signature), this.#signed(), fromHex(this.clusterId))
  }
}
