/** `dns.lookup` in both its forms: what the system itself says of a name. */
import args from 'socket:internal/args'
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS } from 'socket:internal/errors'
import { settle } from 'socket:internal/fs/run'
import { isIP, isIPv4 } from 'socket:internal/ip'
import { call } from 'socket:internal/ipc'
import { errnoException } from 'socket:internal/system-error'
import { validateBoolean, validateFunction, validateNumber, validateOneOf, validatePort, validateString } from 'socket:internal/validators'

/** @typedef {{ address: string, family: 4 | 6 }} LookupAddress */
/** @typedef {'verbatim' | 'ipv4first' | 'ipv6first'} Order */
/** @typedef {{ family?: 0 | 4 | 6 | 'IPv4' | 'IPv6', hints?: number, all?: boolean, order?: Order, verbatim?: boolean }} LookupOptions */

// As each system numbers them.
export const [ADDRCONFIG, ALL, V4MAPPED] = args.platform === 'linux' || args.platform === 'android' ? [0x20, 0x10, 0x8] : [0x400, 0x100, 0x800]

const ORDERS = /** @type {const} */ (['verbatim', 'ipv4first', 'ipv6first'])
/** @type {Order} */
let defaultOrder = 'verbatim'

/** @param {Order} order */
export function setDefaultResultOrder (order) {
  validateOneOf(order, 'dnsOrder', ORDERS)
  defaultOrder = order
}

/** @returns {Order} */
export function getDefaultResultOrder () {
  return defaultOrder
}

/** @param {any} options */
function parse (options) {
  if (typeof options === 'number') {
    validateOneOf(options, 'family', [0, 4, 6])
    return { family: options, hints: 0, all: false, order: defaultOrder }
  }
  let [family, hints, all, order] = [0, 0, false, defaultOrder]
  if (options?.hints != null) {
    validateNumber(options.hints, 'options.hints')
    hints = options.hints >>> 0
    if ((hints & ~(ADDRCONFIG | ALL | V4MAPPED)) !== 0) throw new ERR_INVALID_ARG_VALUE('hints', hints)
  }
  if (options?.family != null) {
    family = options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : options.family
    validateOneOf(family, 'options.family', [0, 4, 6])
  }
  if (options?.all != null) {
    validateBoolean(options.all, 'options.all')
    all = options.all
  }
  if (options?.verbatim != null) {
    validateBoolean(options.verbatim, 'options.verbatim')
    order = options.verbatim ? 'verbatim' : 'ipv4first'
  }
  if (options?.order != null) {
    validateOneOf(options.order, 'options.order', ORDERS)
    order = options.order
  }
  return { family, hints, all, order }
}

/** Names in other scripts as servers know them. @param {string} hostname */
export function toASCII (hostname) {
  // eslint-disable-next-line no-control-regex
  if (/^[\x00-\x7f]*$/.test(hostname)) return hostname
  try {
    return new URL(`http://${hostname}/`).hostname
  } catch {
    return hostname
  }
}

/**
 * @param {string} hostname
 * @param {ReturnType<typeof parse>} options
 * @returns {Promise<LookupAddress[]>}
 */
async function find (hostname, { family, hints, order }) {
  const literal = isIP(hostname)
  if (literal !== 0) return [{ address: hostname, family: literal }]
  const request = { hostname: toASCII(hostname), family, addrconfig: (hints & ADDRCONFIG) !== 0, v4mapped: (hints & V4MAPPED) !== 0, all: (hints & ALL) !== 0 }
  const found = await call('dns.lookup', request).catch((error) => { throw Object.assign(error, error.hostname === undefined ? {} : { hostname }) })
  /** @type {LookupAddress[]} */
  const addresses = found.map((address) => ({ address, family: isIPv4(address) ? 4 : 6 }))
  if (order === 'verbatim') return addresses
  const first = order === 'ipv4first' ? 4 : 6
  return [...addresses.filter(({ family }) => family === first), ...addresses.filter(({ family }) => family !== first)]
}

/**
 * @param {string} hostname
 * @param {any} options a family, options, or the callback
 * @param {any} [callback]
 */
export function lookup (hostname, options, callback = undefined) {
  if (hostname) validateString(hostname, 'hostname')
  if (typeof options === 'function') [options, callback] = [undefined, options]
  else if (options !== undefined && typeof options !== 'object' && typeof options !== 'number') {
    validateFunction(arguments.length === 2 ? options : callback, 'callback')
    throw new ERR_INVALID_ARG_TYPE('options', ['integer', 'object'], options)
  }
  validateFunction(callback, 'callback')
  const parsed = parse(options)
  const { all, family } = parsed
  if (!hostname) {
    queueMicrotask(() => all ? callback(null, []) : callback(null, null, family === 6 ? 6 : 4))
    return {}
  }
  settle(find(hostname, parsed), callback, (found) => all ? [found] : [found[0].address, found[0].family])
  return {}
}

/**
 * @param {string} hostname
 * @param {any} [options]
 * @returns {Promise<any>} an address with its family; with `all` a list of them
 */
function lookupPromise (hostname, options = undefined) {
  if (hostname) validateString(hostname, 'hostname')
  if (options !== undefined && typeof options !== 'object' && typeof options !== 'number') throw new ERR_INVALID_ARG_TYPE('options', ['integer', 'object'], options)
  const parsed = parse(options)
  if (!hostname) return Promise.resolve(parsed.all ? [] : { address: null, family: parsed.family === 6 ? 6 : 4 })
  return find(hostname, parsed).then((found) => parsed.all ? found : found[0])
}
Object.defineProperty(lookupPromise, 'name', { value: 'lookup' })
export { lookupPromise }

/** @param {string} address @param {any} port */
function service (address, port) {
  if (isIP(address) === 0) throw new ERR_INVALID_ARG_VALUE('address', address)
  return call('dns.lookupService', { address, port: validatePort(port) })
}

/** @param {string} address @param {number} port @param {(error: any, hostname?: string, service?: string) => void} callback */
export function lookupService (address, port, callback) {
  if (arguments.length !== 3) throw new ERR_MISSING_ARGS('address', 'port', 'callback')
  if (isIP(address) === 0) throw new ERR_INVALID_ARG_VALUE('address', address)
  validatePort(port)
  validateFunction(callback, 'callback')
  settle(service(address, port), callback, ({ hostname, service }) => [hostname, service])
}

/** @param {string} address @param {number} port @returns {Promise<{ hostname: string, service: string }>} */
function lookupServicePromise (address, port) {
  if (arguments.length !== 2) throw new ERR_MISSING_ARGS('address', 'port')
  // This form of Node's does not say whom it asked about.
  return service(address, port).catch((error) => { throw errnoException(error, 'getnameinfo') })
}
Object.defineProperty(lookupServicePromise, 'name', { value: 'lookupService' })
export { lookupServicePromise }
