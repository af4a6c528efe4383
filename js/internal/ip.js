/** IP addresses as text. */

const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const V4 = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}$`)

/** @param {unknown} text */
export function isIPv4 (text) {
  return V4.test(`${text}`)
}

/** Also with a zone: `fe80::1%eth0`. @param {unknown} text */
export function isIPv6 (text) {
  const [address, zone, ...more] = `${text}`.split('%')
  if (more.length > 0 || (zone !== undefined && !/^[0-9a-z.~_-]+$/i.test(zone))) return false
  const halves = address.split('::')
  if (halves.length > 2) return false
  const groups = halves.map((half) => half === '' ? [] : half.split(':'))
  // An IPv4 address may stand for the last two groups.
  const last = groups.at(-1)
  const tail = last?.at(-1)
  if (tail?.includes('.')) {
    if (!isIPv4(tail)) return false
    last?.splice(-1, 1, '0', '0')
  }
  const all = groups.flat()
  return all.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) && (halves.length === 2 ? all.length < 8 : all.length === 8)
}

/** @param {unknown} text @returns {0 | 4 | 6} */
export function isIP (text) {
  return isIPv4(text) ? 4 : isIPv6(text) ? 6 : 0
}
