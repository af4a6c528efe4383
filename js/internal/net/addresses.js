/** Addresses as values, and lists of those that are not wanted: Node's `SocketAddress` and `BlockList`. */
import { ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { isIPv4, isIPv6 } from 'socket:internal/ip'
import { ERR_INVALID_ADDRESS } from 'socket:internal/net/errors'
import { validateInt32, validateObject, validatePort, validateString, validateUint32 } from 'socket:internal/validators'

/** @param {string} text @returns {bigint} */
function v4Number (text) {
  return text.split('.').reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
}

/** @param {string} text without a zone @returns {bigint} */
function v6Number (text) {
  const last = text.slice(text.lastIndexOf(':') + 1)
  if (last.includes('.')) {
    const number = v4Number(last)
    text = `${text.slice(0, -last.length)}${(number >> 16n).toString(16)}:${(number & 0xffffn).toString(16)}`
  }
  const [head, tail] = text.split('::').map((half) => half === '' ? [] : half.split(':'))
  const groups = tail === undefined ? head : [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail]
  return groups.reduce((sum, group) => sum * 0x10000n + BigInt(`0x${group}`), 0n)
}

/** Shortest form, as the system writes it. @param {bigint} number */
function v6Text (number) {
  const groups = Array.from({ length: 8 }, (_, at) => Number((number >> BigInt(112 - 16 * at)) & 0xffffn))
  const tail = groups.slice(0, 6).every((group, at) => group === (at === 5 ? 0xffff : 0))
  if (tail) return `::ffff:${v4Text(number & 0xffffffffn)}`
  let [best, length] = [-1, 1]
  for (let at = 0; at < 8; at++) {
    let end = at
    while (end < 8 && groups[end] === 0) end++
    if (end - at > length) [best, length] = [at, end - at]
  }
  const text = (/** @type {number[]} */ part) => part.map((group) => group.toString(16)).join(':')
  return best < 0 ? text(groups) : `${text(groups.slice(0, best))}::${text(groups.slice(best + length))}`
}

/** @param {bigint} number */
function v4Text (number) {
  return [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 0xffn).join('.')
}

export class SocketAddress {
  #address
  #family
  #port
  #flowlabel

  /** @param {any} value */
  static isSocketAddress (value) {
    return value !== null && typeof value === 'object' && #address in value
  }

  /** @param {any} [options] `address`, `family` ('ipv4' or 'ipv6'), `port`, `flowlabel` */
  constructor (options = {}) {
    validateObject(options, 'options')
    /** @type {any} */
    const given = options
    let { family = 'ipv4', address = family === 'ipv4' ? '127.0.0.1' : '::', port = 0, flowlabel = 0 } = given
    if (typeof family?.toLowerCase === 'function') family = family.toLowerCase()
    if (family !== 'ipv4' && family !== 'ipv6') throw new ERR_INVALID_ARG_VALUE('options.family', given.family)
    validateString(address, 'options.address')
    validatePort(port, 'options.port')
    validateUint32(flowlabel, 'options.flowlabel')
    if (!(family === 'ipv4' ? isIPv4(address) : isIPv6(address))) throw new ERR_INVALID_ADDRESS()
    this.#address = family === 'ipv4' ? address : v6Text(v6Number(address.split('%')[0]))
    this.#family = family
    this.#port = Number(port)
    this.#flowlabel = flowlabel
  }

  get address () { return this.#address }
  get family () { return this.#family }
  get port () { return this.#port }
  get flowlabel () { return this.#flowlabel }

  [Symbol.for('nodejs.util.inspect.custom')] (/** @type {number} */ depth, /** @type {any} */ options, /** @type {any} */ inspect) {
    return depth < 0 ? this : `SocketAddress ${inspect(this.toJSON(), { ...options, depth: options.depth === null ? null : options.depth - 1 })}`
  }

  toJSON () {
    return { address: this.#address, port: this.#port, family: this.#family, flowlabel: this.#flowlabel }
  }
}

/** @param {any} address @param {any} family @param {string} name @returns {SocketAddress} */
function toAddress (address, family, name) {
  if (SocketAddress.isSocketAddress(address)) return address
  validateString(address, name)
  validateString(family, 'family')
  return new SocketAddress({ address, family })
}

/** @param {SocketAddress} one */
const numberOf = (one) => one.family === 'ipv4' ? v4Number(one.address) : v6Number(one.address)

/** @typedef {{ family: string, first: bigint, last: bigint, text: string }} Rule */

export class BlockList {
  /** @type {Rule[]} */
  #rules = []

  /** @param {any} value */
  static isBlockList (value) {
    return value !== null && typeof value === 'object' && #rules in value
  }

  /** @param {any} address @param {any} [family] */
  addAddress (address, family = 'ipv4') {
    const one = toAddress(address, family, 'address')
    const number = numberOf(one)
    this.#rules.unshift({ family: one.family, first: number, last: number, text: `Address: ${name(one)} ${one.address}` })
  }

  /** @param {any} start @param {any} end @param {any} [family] */
  addRange (start, end, family = 'ipv4') {
    const [from, to] = [toAddress(start, family, 'start'), toAddress(end, family, 'end')]
    const [first, last] = [numberOf(from), numberOf(to)]
    if (first > last) throw new ERR_INVALID_ARG_VALUE('start', from, 'must come before end')
    this.#rules.unshift({ family: from.family, first, last, text: `Range: ${name(from)} ${from.address}-${to.address}` })
  }

  /** @param {any} network @param {any} prefix @param {any} [family] */
  addSubnet (network, prefix, family = 'ipv4') {
    const one = toAddress(network, family, 'network')
    const bits = one.family === 'ipv4' ? 32 : 128
    validateInt32(prefix, 'prefix', 0, bits)
    const rest = BigInt(bits - prefix)
    const first = (numberOf(one) >> rest) << rest
    this.#rules.unshift({ family: one.family, first, last: first + (1n << rest) - 1n, text: `Subnet: ${name(one)} ${one.address}/${prefix}` })
  }

  /** @param {any} address @param {any} [family] @returns {boolean} */
  check (address, family = 'ipv4') {
    let one
    if (SocketAddress.isSocketAddress(address)) one = address
    else {
      validateString(address, 'address')
      validateString(family, 'family')
      try {
        one = new SocketAddress({ address, family })
      } catch {
        // What is no address is on no list.
        return false
      }
    }
    const number = numberOf(one)
    // An IPv4 address may be written as IPv6.
    const mapped = one.family === 'ipv6' && number >> 32n === 0xffffn ? number & 0xffffffffn : null
    return this.#rules.some(({ family, first, last }) => (family === one.family && first <= number && number <= last) ||
      (mapped !== null && family === 'ipv4' && first <= mapped && mapped <= last))
  }

  get rules () {
    return this.#rules.map(({ text }) => text)
  }
}

/** @param {SocketAddress} one */
const name = (one) => one.family === 'ipv4' ? 'IPv4' : 'IPv6'
