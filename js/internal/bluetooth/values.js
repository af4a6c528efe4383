/**
 * Values of characteristics and the data of advertisements: bytes, however a page gives them.
 */
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'

const encoder = new TextEncoder()

/**
 * Bytes of text, of a buffer, or of any other value as JSON.
 *
 * @param {unknown} value
 * @param {string} name as errors call it
 * @returns {Uint8Array}
 */
export function toBytes (value, name) {
  if (typeof value === 'string') return encoder.encode(value)
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  const json = typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined
  if (json === undefined) throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'ArrayBuffer', 'Object'], value)
  return encoder.encode(json)
}

/** @param {Uint8Array[]} parts */
export function join (parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.byteLength
  }
  return all
}

/**
 * A UUID written whole: `180d` and 0x180d are short for one.
 *
 * @param {unknown} value
 * @param {string} name as errors call it
 * @returns {string}
 */
export function toUUID (value, name) {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffffffff) {
    value = value.toString(16).padStart(value > 0xffff ? 8 : 4, '0')
  }
  if (typeof value !== 'string') throw new ERR_INVALID_ARG_TYPE(name, ['string', 'number'], value)
  const text = value.toLowerCase()
  const short = /^(?:0x)?([0-9a-f]{4}|[0-9a-f]{8})$/.exec(text)
  if (short !== null) return `${short[1].padStart(8, '0')}-0000-1000-8000-00805f9b34fb`
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return text
  throw new ERR_INVALID_ARG_VALUE(name, value, 'is not a UUID: write "180d", 0x180d or "0000180d-0000-1000-8000-00805f9b34fb"')
}
