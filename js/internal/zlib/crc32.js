/** The sum of gzip, PNG and Ethernet. */

const TABLE = new Uint32Array(256).map((_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1
  return byte
})

/** @param {Uint8Array} bytes @param {number} value @returns {number} */
export function crc32 (bytes, value) {
  let sum = ~value
  for (let at = 0; at < bytes.length; at++) sum = (sum >>> 8) ^ TABLE[(sum ^ bytes[at]) & 0xff]
  return ~sum >>> 0
}
