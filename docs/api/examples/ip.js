import ip from 'socket:ip'

/** Whether a text is an IPv4 address. */
export function isIPv4 () {
  console.log(ip.isIPv4('127.0.0.1'), ip.isIPv4('::1')) // → true false
}

/** Four decimal numbers. */
export function normalizeIPv4 () {
  console.log(ip.normalizeIPv4('0x7f.1'), ip.normalizeIPv4('::ffff:10.0.0.1')) // → 127.0.0.1 10.0.0.1
}
