/**
 * The network library's own names: peers, packets and what a program needs that speaks with peers by itself. The protocol is
 * native code; `socket:network` opens peers.
 */
import { isIP } from 'socket:internal/ip'
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE } from 'socket:internal/errors'
import { Connection } from 'socket:internal/network/connection'
import { validateInteger, validatePort, validateString } from 'socket:internal/validators'

export { Cache, Encryption, NAT, Packet, sha256 } from 'socket:network'
export { Peer } from 'socket:peer'
export { Connection as RemotePeer }

/** Milliseconds that a peer waits for the first answer to a Ping; twice and four times as long for the next. */
export const PING_RETRY = 500
/** Milliseconds until a direct way to an introduced peer is given up. */
export const PROBE_WAIT = 2300
/** Milliseconds that NATs are taken to keep a way open, until a peer has learned better. */
export const DEFAULT_KEEP_ALIVE = 30_000
/** Packets that one link may bring in a second. */
export const DEFAULT_RATE_LIMIT_THRESHOLD = 2000

const FIRST_PORT = 1024
const PORTS = 65_536 - FIRST_PORT
/** Rates that are remembered. */
const MAX_RATES = 4096

/**
 * A port that is not in a set, by chance, and from now on is.
 *
 * @param {Set<number>} [ports] those that are taken
 * @param {number} [port] this one, if it is free
 * @returns {number} from 1024 to 65535
 */
export function getRandomPort (ports = new Set(), port = undefined) {
  if (!(ports instanceof Set)) throw new ERR_INVALID_ARG_TYPE('ports', 'Set', ports)
  if (port !== undefined) validatePort(port, 'port', false)
  let found = port
  if (found === undefined || ports.has(found)) {
    const free = PORTS - [...ports].filter((taken) => taken >= FIRST_PORT && taken < FIRST_PORT + PORTS).length
    if (free <= 0) throw new ERR_OUT_OF_RANGE('ports.size', `< ${PORTS}: no port is left`, ports.size)
    // At most 64512 looks: the n-th of those that are free.
    let left = Math.floor(crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32 * free)
    for (found = FIRST_PORT; ; found++) {
      if (!ports.has(found) && left-- === 0) break
    }
  }
  ports.add(found)
  return found
}

/** @param {string} address the part that one subscriber has: /24 of IPv4, /48 of IPv6 */
function subnet (address) {
  if (isIP(address) === 4) return address.split('.').slice(0, 3).join('.')
  const [head] = address.split('%')[0].split('::')
  const groups = head === '' ? [] : head.split(':')
  return [...groups, '0', '0', '0'].slice(0, 3).map((group) => parseInt(group, 16).toString(16)).join(':')
}

/** @typedef {{ count: number, since: number }} Rate */

/**
 * Counts a packet, and says whether it is one too many in this second. A subnet has one budget for each type, whatever its
 * ports are, and the map stays small, whoever floods it.
 *
 * @param {Map<string, Rate>} rates what was counted
 * @param {number} type of the packet
 * @param {number} port where it came from
 * @param {string} address where it came from
 * @param {number} [threshold] packets in a second
 * @returns {boolean} whether it is to be dropped
 */
export function rateLimit (rates, type, port, address, threshold = DEFAULT_RATE_LIMIT_THRESHOLD) {
  if (!(rates instanceof Map)) throw new ERR_INVALID_ARG_TYPE('rates', 'Map', rates)
  validateInteger(type, 'type', 0, 255)
  validatePort(port, 'port')
  validateString(address, 'address')
  if (isIP(address) === 0) throw new ERR_INVALID_ARG_VALUE('address', address, 'must be an IP address')
  validateInteger(threshold, 'threshold', 0)
  const key = `${type} ${subnet(address)}`
  const now = Date.now()
  const known = rates.get(key)
  const rate = known !== undefined && now - known.since < 1000 && now >= known.since ? known : { count: 0, since: now }
  rate.count++
  // The newest are the last ones.
  rates.delete(key)
  rates.set(key, rate)
  if (rates.size > MAX_RATES) rates.delete(/** @type {string} */ (rates.keys().next().value))
  return rate.count > threshold
}
