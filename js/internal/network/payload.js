/**
 * What peers say to each other: the name of an event and its value, as JSON or as bytes.
 *
 * length of the name (u16, little endian) | name | kind (u8: 0 nothing, 1 JSON, 2 bytes) | value
 */
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** @param {string} event @param {unknown} value */
export function pack (event, value) {
  if (typeof event !== 'string') throw new ERR_INVALID_ARG_TYPE('event', 'string', event)
  const name = encoder.encode(event)
  if (name.byteLength === 0 || name.byteLength > 0xffff) throw new ERR_INVALID_ARG_VALUE('event', event, 'must be 1 to 65535 bytes long')
  let kind = 0
  let body = new Uint8Array(0)
  if (ArrayBuffer.isView(value)) {
    kind = 2
    body = new Uint8Array(/** @type {ArrayBuffer} */ (value.buffer), value.byteOffset, value.byteLength)
  } else if (value instanceof ArrayBuffer) {
    kind = 2
    body = new Uint8Array(value)
  } else if (value !== undefined) {
    const json = JSON.stringify(value)
    if (json === undefined) throw new ERR_INVALID_ARG_TYPE('value', ['Object', 'Buffer', 'TypedArray', 'ArrayBuffer'], value)
    kind = 1
    body = encoder.encode(json)
  }
  const payload = new Uint8Array(3 + name.byteLength + body.byteLength)
  new DataView(payload.buffer).setUint16(0, name.byteLength, true)
  payload.set(name, 2)
  payload[2 + name.byteLength] = kind
  payload.set(body, 3 + name.byteLength)
  return payload
}

/** Nothing for what no peer of ours has written. @param {Uint8Array} payload @returns {{ event: string, value: any } | undefined} */
export function unpack (payload) {
  if (payload.byteLength < 3) return
  const length = payload[0] | payload[1] << 8
  if (payload.byteLength < 3 + length) return
  try {
    const event = decoder.decode(payload.subarray(2, 2 + length))
    const body = payload.slice(3 + length)
    switch (payload[2 + length]) {
      case 0: return { event, value: undefined }
      case 1: return { event, value: JSON.parse(decoder.decode(body)) }
      case 2: return { event, value: body }
    }
  } catch {}
}

/** @param {Uint8Array} bytes */
export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** @param {string} text */
export const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (digits) => parseInt(digits, 16))

/**
 * Bytes of a key, an id or a secret: bytes, or text, hexadecimal or not.
 *
 * @param {unknown} value
 * @param {string} name as errors call it
 * @returns {Uint8Array}
 */
export function bytesOf (value, name) {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (typeof value === 'string') return /^([0-9a-f]{2})+$/i.test(value) ? fromHex(value) : encoder.encode(value)
  throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'ArrayBuffer'], value)
}

/** A secret of 32 bytes: such bytes themselves, or the hash of others. @param {unknown} value @param {string} name @returns {Promise<Uint8Array>} */
export async function secretOf (value, name) {
  const bytes = bytesOf(value, name)
  if (bytes.byteLength === 32) return bytes
  if (bytes.byteLength === 0) throw new ERR_INVALID_ARG_VALUE(name, value, 'must not be empty')
  return new Uint8Array(await crypto.subtle.digest('SHA-256', /** @type {any} */ (bytes)))
}
