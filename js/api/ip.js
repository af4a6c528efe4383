/**
 * IP addresses as text.
 */
import { isIPv4 } from 'socket:internal/ip'
import { ERR_INVALID_IP_ADDRESS } from 'socket:internal/errors'

/** @param {string} part decimal, octal (`010`) or hexadecimal (`0x8`) */
function number (part) {
  const value = /^0[0-7]+$/.test(part) ? Number.parseInt(part, 8) : /^(\d+|0x[0-9a-f]+)$/i.test(part) ? Number(part) : NaN
  return value
}

/**
 * Four decimal numbers: also of one number, of the forms that `inet_aton` knows, and of an IPv4 address inside of IPv6.
 *
 * @param {string | number} address
 * @returns {string}
 */
export function normalizeIPv4 (address) {
  const parts = `${address}`.trim().replace(/^::ffff:/i, '').split('.').map(number)
  const last = parts.pop() ?? NaN
  const room = 256 ** (4 - parts.length)
  if (parts.length > 3 || !(last < room) || !parts.every((part) => part < 256)) throw new ERR_INVALID_IP_ADDRESS(`${address}`)
  const tail = Array.from({ length: 4 - parts.length }, (_, at) => Math.floor(last / 256 ** (3 - parts.length - at)) % 256)
  return [...parts, ...tail].join('.')
}

export { isIPv4 }

export default { normalizeIPv4, isIPv4 }
