/**
 * DNS messages, by the package dns-packet, and records in the shapes of Node's `dns`.
 */
import packet from 'dns-packet'
import { Buffer } from 'socket:buffer'
import { isIP } from 'socket:internal/ip'

/** @typedef {{ type: string, ttl: number, data: any }} Answer */

/** Kinds of records that can be asked for, with what a program gets of each. @type {Record<string, (answer: Answer) => any>} */
const SHAPES = {
  A: ({ data }) => data,
  AAAA: ({ data }) => data,
  CNAME: ({ data }) => data,
  NS: ({ data }) => data,
  PTR: ({ data }) => data,
  MX: ({ data: { exchange, preference } }) => ({ exchange, priority: preference }),
  TXT: ({ data }) => (Array.isArray(data) ? data : [data]).map((/** @type {any} */ piece) => typeof piece === 'string' ? piece : Buffer.from(piece).toString('latin1')),
  SRV: ({ data: { target, port, priority, weight } }) => ({ name: target, port, priority, weight }),
  NAPTR: ({ data: { flags, services, regexp, replacement, order, preference } }) => ({ flags, service: services, regexp, replacement, order, preference }),
  SOA: ({ data: { mname, rname, serial, refresh, retry, expire, minimum } }) => ({ nsname: mname, hostmaster: rname, serial, refresh, retry, expire, minttl: minimum }),
  CAA: ({ data: { flags, tag, value } }) => ({ critical: flags, [tag]: value })
}

/** In the order of the answers to a question for anything. */
const ANY_ORDER = ['A', 'CNAME', 'AAAA', 'MX', 'NS', 'TXT', 'SRV', 'PTR', 'NAPTR', 'SOA', 'CAA']

/** What servers answer when they have no answer. */
const RCODES = new Map([['FORMERR', 'EFORMERR'], ['SERVFAIL', 'ESERVFAIL'], ['NXDOMAIN', 'ENOTFOUND'], ['NOTIMP', 'ENOTIMP'], ['REFUSED', 'EREFUSED']])

/** Whether a name can be asked for: parts of 1 to 63 bytes, 255 in all. @param {string} name */
function isName (name) {
  if (name === '' || name === '.') return true
  const labels = (name.endsWith('.') ? name.slice(0, -1) : name).split('.')
  const lengths = labels.map((label) => new TextEncoder().encode(label).byteLength)
  return lengths.every((length) => length >= 1 && length <= 63) && lengths.reduce((sum, length) => sum + length + 1, 1) <= 255
}

/** @param {string} code */
function failure (code) {
  return Object.assign(new Error(code), { code })
}

/** @param {string} name @param {string} type @returns {Uint8Array} */
export function encodeQuestion (name, type) {
  if (!isName(name)) throw failure('EBADNAME')
  // Nobody may guess it.
  const [id] = crypto.getRandomValues(new Uint16Array(1))
  return packet.encode({ type: 'query', id, flags: packet.RECURSION_DESIRED, questions: [{ type: /** @type {any} */ (type), name: name.endsWith('.') ? name.slice(0, -1) : name }] })
}

/** @param {Answer} answer */
function anything (answer) {
  const { type, ttl } = answer
  const shape = SHAPES[type](answer)
  if (type === 'A' || type === 'AAAA') return { address: shape, ttl, type }
  if (type === 'TXT') return { entries: shape, type }
  return typeof shape === 'string' ? { value: shape, type } : { ...shape, type }
}

/**
 * What a message says of the question.
 *
 * @param {Uint8Array} message
 * @param {string} name
 * @param {string} type
 * @param {boolean} [ttl] addresses with how long they are valid, in seconds
 * @returns {any}
 */
export function decodeAnswer (message, name, type, ttl = false) {
  let decoded
  try {
    decoded = packet.decode(Buffer.from(message.buffer, message.byteOffset, message.byteLength))
  } catch {
    throw failure('EBADRESP')
  }
  const asked = decoded.questions?.[0]
  const plain = (/** @type {string} */ text) => text.replace(/\.$/, '').toLowerCase()
  // An answer to something else is none, whoever sent it.
  if (asked !== undefined && (asked.type !== type || plain(asked.name) !== plain(name))) throw failure('EBADRESP')
  const { rcode } = /** @type {any} */ (decoded)
  if (rcode !== 'NOERROR') throw failure(RCODES.get(rcode) ?? 'ESERVFAIL')
  const answers = /** @type {Answer[]} */ (decoded.answers ?? [])
  const found = type === 'ANY'
    ? ANY_ORDER.flatMap((kind) => answers.filter((answer) => answer.type === kind)).map(anything)
    : answers.filter((answer) => answer.type === type).map((answer) => ttl ? { address: SHAPES[type](answer), ttl: answer.ttl } : SHAPES[type](answer))
  if (found.length === 0) throw failure('ENODATA')
  return type === 'SOA' ? found[0] : found
}

/** The name under which the names of an address are kept; null: it is none. @param {string} address */
export function reverseName (address) {
  if (isIP(address) === 4) return `${address.split('.').reverse().join('.')}.in-addr.arpa`
  if (isIP(address) !== 6 || address.includes('%')) return null
  return `${Array.from(digits(address)).reverse().join('.')}.ip6.arpa`
}

/** The 32 hexadecimal digits of an IPv6 address. @param {string} address */
function digits (address) {
  const v4 = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const bytes = v4?.slice(1).map((byte) => Number(byte).toString(16).padStart(2, '0')) ?? []
  const text = v4 === null ? address : `${address.slice(0, v4.index)}${bytes[0]}${bytes[1]}:${bytes[2]}${bytes[3]}`
  const [head, tail] = text.split('::').map((half) => half.split(':').filter(Boolean).map((group) => group.padStart(4, '0')))
  if (tail === undefined) return head.join('')
  return [...head, ...Array(8 - head.length - tail.length).fill('0000'), ...tail].join('')
}
