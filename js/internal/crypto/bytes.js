/**
 * Arguments of `crypto` as bytes.
 */
import { Buffer } from 'socket:buffer'
import { ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { validateEncoding } from 'socket:internal/validators'

/** @typedef {string | ArrayBuffer | SharedArrayBuffer | NodeJS.ArrayBufferView} BinaryLike */

/** @param {unknown} value @returns {value is ArrayBuffer | SharedArrayBuffer} */
export function isAnyArrayBuffer (value) {
  return value instanceof ArrayBuffer || (typeof SharedArrayBuffer === 'function' && value instanceof SharedArrayBuffer)
}

/** The same memory as a Uint8Array. @param {ArrayBuffer | SharedArrayBuffer | ArrayBufferView} value @returns {Uint8Array<ArrayBuffer>} */
export function view (value) {
  if (!ArrayBuffer.isView(value)) return new Uint8Array(/** @type {ArrayBuffer} */ (value))
  if (value.constructor === Uint8Array) return /** @type {Uint8Array<ArrayBuffer>} */ (value)
  return new Uint8Array(/** @type {ArrayBuffer} */ (value.buffer), value.byteOffset, value.byteLength)
}

const BINARY = ['string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView']

/**
 * A string or bytes.
 *
 * @param {unknown} value
 * @param {string} name
 * @param {string | null} [encoding]  of a string
 * @param {string[]} [expected]  what the error says
 */
export function bytesOf (value, name, encoding = undefined, expected = BINARY) {
  if (typeof value === 'string') {
    return view(Buffer.from(value, /** @type {BufferEncoding} */ (encoding === 'buffer' || !encoding ? 'utf8' : encoding)))
  }
  if (!isAnyArrayBuffer(value) && !ArrayBuffer.isView(value)) throw new ERR_INVALID_ARG_TYPE(name, expected, value)
  return view(value)
}

/** What `update` takes: an ArrayBuffer is not among it. @param {unknown} data @param {string | undefined | null} encoding @param {string} [name] */
export function dataOf (data, encoding, name = 'data') {
  if (typeof data === 'string') {
    validateEncoding(data, /** @type {string} */ (encoding ?? undefined))
    return view(Buffer.from(data, Buffer.isEncoding(/** @type {string} */ (encoding)) ? /** @type {BufferEncoding} */ (encoding) : 'utf8'))
  }
  if (!ArrayBuffer.isView(data)) throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], data)
  return view(data)
}

/** The same memory as a Buffer. @param {Uint8Array} bytes */
export const buffer = (bytes) => Buffer.from(/** @type {ArrayBuffer} */ (bytes.buffer), bytes.byteOffset, bytes.byteLength)

/**
 * A result as it was asked for: a string in an encoding, else a Buffer.
 *
 * @param {Uint8Array} bytes
 * @param {unknown} encoding
 * @returns {any}
 */
export function encoded (bytes, encoding) {
  const result = buffer(bytes)
  return typeof encoding === 'string' && Buffer.isEncoding(encoding) ? result.toString(encoding) : result
}
