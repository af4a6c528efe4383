/**
 * Bytes, as Node's `buffer`.
 */
import { Buffer as Untyped, isAnyArrayBuffer, kMaxLength, SlowBuffer } from 'socket:internal/buffer/class'
import { shown } from 'socket:internal/buffer/methods'
import { encodingOf } from 'socket:internal/buffer/encoding'
import { ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { validateNumber } from 'socket:internal/validators'

/** With the types that editors know. */
const Buffer = /** @type {typeof import('node:buffer').Buffer} */ (/** @type {any} */ (Untyped))

/** As in Node; an engine may take longer strings. */
export const kStringMaxLength = 536870888
export const constants = Object.freeze({ MAX_LENGTH: kMaxLength, MAX_STRING_LENGTH: kStringMaxLength })
export const INSPECT_MAX_BYTES = shown.bytes
export const { atob, Blob, btoa, File } = globalThis

/** @param {unknown} input @returns {Uint8Array} */
function bytesOf (input) {
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
  if (isAnyArrayBuffer(input)) return new Uint8Array(input)
  throw new ERR_INVALID_ARG_TYPE('input', ['ArrayBuffer', 'Buffer', 'TypedArray'], input)
}

/** @param {ArrayBuffer | ArrayBufferView} input */
export function isUtf8 (input) {
  const bytes = bytesOf(input)
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** @param {ArrayBuffer | ArrayBufferView} input */
export function isAscii (input) {
  return bytesOf(input).every((byte) => byte < 0x80)
}

const TRANSCODED = ['utf8', 'utf16le', 'latin1', 'ascii']

/** @param {string} code @param {number} errno @returns {never} */
function failTranscoding (code, errno) {
  throw Object.assign(new Error(`Unable to transcode Buffer [${code}]`), { code, errno })
}

/**
 * The same text in another encoding, with "?" for what it cannot say.
 * @param {Uint8Array} source @param {string} fromEncoding @param {string} toEncoding
 * @returns {Buffer}
 */
export function transcode (source, fromEncoding, toEncoding) {
  if (!(source instanceof Uint8Array)) throw new ERR_INVALID_ARG_TYPE('source', ['Buffer', 'Uint8Array'], source)
  if (source.length === 0) return Buffer.alloc(0)
  const [from, to] = [fromEncoding, toEncoding].map((name) => name === undefined || name === null || name === '' ? encodingOf('utf8') : typeof name === 'string' ? encodingOf(name) : undefined)
  if (!from || !to || !TRANSCODED.includes(from.name) || !TRANSCODED.includes(to.name)) {
    return failTranscoding('U_ILLEGAL_ARGUMENT_ERROR', 1)
  }
  // ASCII has no way to say a byte above 127.
  const text = from.name === 'ascii' ? Array.from(source, (byte) => byte < 0x80 ? String.fromCharCode(byte) : '\ufffd').join('') : from.decode(source)
  const broken = (from.name === 'utf8' && to.name === 'utf16le' && !isUtf8(source)) ||
    (from.name === 'utf16le' && to.name === 'utf8' && /\p{Surrogate}/u.test(text))
  if (broken) return failTranscoding('U_INVALID_CHAR_FOUND', 10)
  const whole = text.toWellFormed()
  const limit = to.name === 'latin1' ? 0xff : to.name === 'ascii' ? 0x7f : Infinity
  return Buffer.from(limit === Infinity ? whole : Array.from(whole, (char) => Number(char.codePointAt(0)) > limit ? '?' : char).join(''), /** @type {BufferEncoding} */ (to.name))
}

export { Buffer, kMaxLength, SlowBuffer }

export default {
  Buffer,
  SlowBuffer,
  transcode,
  isUtf8,
  isAscii,
  kMaxLength,
  kStringMaxLength,
  btoa,
  atob,
  constants,
  Blob,
  File,
  get INSPECT_MAX_BYTES () { return shown.bytes },
  set INSPECT_MAX_BYTES (value) {
    validateNumber(value, 'INSPECT_MAX_BYTES', 0)
    shown.bytes = value
  }
}
