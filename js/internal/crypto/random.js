/**
 * Randomness, from the engine's `crypto.getRandomValues`.
 */
import { Buffer } from 'socket:buffer'
import { isAnyArrayBuffer, view } from 'socket:internal/crypto/bytes'
import { ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH } from 'socket:internal/crypto/errors'
import { same } from 'socket:internal/crypto/keys'
import { define, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } from 'socket:internal/errors'
import { nextTick } from 'socket:internal/tick'
import { validateBoolean, validateFunction, validateNumber, validateObject } from 'socket:internal/validators'

/** Bytes that engines give at once. */
export const RANDOM_BYTES_QUOTA = 64 * 1024
const MAX_LENGTH = 2 ** 31 - 1
const ERR_INVALID_BINARY = define('ERR_INVALID_ARG_TYPE', TypeError, (/** @type {string} */ name) => `The "${name}" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.`)

/** @param {Uint8Array<ArrayBuffer>} bytes */
function fill (bytes) {
  for (let at = 0; at < bytes.length; at += RANDOM_BYTES_QUOTA) crypto.getRandomValues(bytes.subarray(at, at + RANDOM_BYTES_QUOTA))
}

/** @param {number} size @param {(error: Error | null, bytes: Buffer) => void} [callback] @returns {any} a Buffer, if there is no callback */
export function randomBytes (size, callback = undefined) {
  validateNumber(size, 'size')
  if (Number.isNaN(size) || size > MAX_LENGTH || size < 0) throw new ERR_OUT_OF_RANGE('size', `>= 0 && <= ${MAX_LENGTH}`, size)
  if (callback !== undefined) validateFunction(callback, 'callback')
  const bytes = new Uint8Array(Math.trunc(size))
  fill(bytes)
  const result = Buffer.from(bytes.buffer)
  if (callback === undefined) return result
  nextTick(() => callback(null, result))
}

/**
 * The part of a buffer that is to be filled: offset and size count its elements.
 *
 * @param {any} buffer
 * @param {unknown} offset
 * @param {unknown} size
 */
function part (buffer, offset, size) {
  if (!isAnyArrayBuffer(buffer) && !ArrayBuffer.isView(buffer)) throw new ERR_INVALID_ARG_TYPE('buf', ['ArrayBuffer', 'ArrayBufferView'], buffer)
  const unit = /** @type {any} */ (buffer).BYTES_PER_ELEMENT ?? 1
  const start = check(offset, 'offset', unit, buffer.byteLength)
  let length = buffer.byteLength - start
  if (size !== undefined) {
    length = check(size, 'size', unit, MAX_LENGTH)
    if (start + length > buffer.byteLength) throw new ERR_OUT_OF_RANGE('size + offset', `<= ${buffer.byteLength}`, start + length)
  }
  return view(buffer).subarray(start, start + length)
}

/** @param {unknown} value @param {string} name @param {number} unit bytes @param {number} max */
function check (value, name, unit, max) {
  validateNumber(value, name)
  const bytes = value * unit
  const most = Math.min(max, MAX_LENGTH)
  if (Number.isNaN(bytes) || bytes > most || bytes < 0) throw new ERR_OUT_OF_RANGE(name, `>= 0 && <= ${most}`, bytes)
  return bytes >>> 0
}

/** @template {ArrayBuffer | NodeJS.ArrayBufferView} T @param {T} buf @param {number} [offset] @param {number} [size] @returns {T} */
export function randomFillSync (buf, offset = 0, size = undefined) {
  fill(part(buf, offset, size))
  return buf
}

/**
 * @param {any} buf
 * @param {any} offset
 * @param {any} [size]
 * @param {(error: Error | null, buf: any) => void} [callback]
 */
export function randomFill (buf, offset, size = undefined, callback = undefined) {
  if (!isAnyArrayBuffer(buf) && !ArrayBuffer.isView(buf)) throw new ERR_INVALID_ARG_TYPE('buf', ['ArrayBuffer', 'ArrayBufferView'], buf)
  if (typeof offset === 'function') [callback, offset, size] = [offset, 0, undefined]
  else if (typeof size === 'function') [callback, size] = [size, undefined]
  validateFunction(callback, 'callback')
  const done = callback
  fill(part(buf, offset, size))
  nextTick(() => done(null, buf))
}

const LARGEST = 2 ** 48 - 1

/**
 * @param {number} min
 * @param {any} [max]
 * @param {(error: Error | undefined, number: number) => void} [callback]
 * @returns {any} a number, if there is no callback
 */
export function randomInt (min, max = undefined, callback = undefined) {
  const one = max === undefined || typeof max === 'function'
  if (one) [min, max, callback] = [0, min, max]
  if (callback !== undefined) validateFunction(callback, 'callback')
  if (!Number.isSafeInteger(min)) throw new ERR_INVALID_ARG_TYPE('min', 'a safe integer', min)
  if (!Number.isSafeInteger(max)) throw new ERR_INVALID_ARG_TYPE('max', 'a safe integer', max)
  if (max <= min) throw new ERR_OUT_OF_RANGE('max', `greater than the value of "min" (${min})`, max)
  const range = max - min
  if (!(range <= LARGEST)) throw new ERR_OUT_OF_RANGE(one ? 'max' : 'max - min', `<= ${LARGEST}`, range)
  // Above the last whole multiple of the range the small numbers would come more often.
  const limit = 2 ** 48 - 2 ** 48 % range
  const bytes = new Uint8Array(6)
  let drawn
  do {
    fill(bytes)
    drawn = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  } while (drawn >= limit)
  const result = drawn % range + min
  if (callback === undefined) return result
  const done = callback
  nextTick(() => done(undefined, result))
}

/** @param {{ disableEntropyCache?: boolean }} [options] @returns {`${string}-${string}-${string}-${string}-${string}`} */
export function randomUUID (options = undefined) {
  if (options !== undefined) validateObject(options, 'options')
  if (options?.disableEntropyCache !== undefined) validateBoolean(options.disableEntropyCache, 'options.disableEntropyCache')
  // Of the page's own: `crypto.randomUUID` is for what an engine calls a secure context alone.
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = Buffer.from(bytes.buffer).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Whether two secrets are equal, in a time that does not tell where they differ. @param {any} buf1 @param {any} buf2 @returns {boolean} */
export function timingSafeEqual (buf1, buf2) {
  if (!isAnyArrayBuffer(buf1) && !ArrayBuffer.isView(buf1)) throw new ERR_INVALID_BINARY('buf1')
  if (!isAnyArrayBuffer(buf2) && !ArrayBuffer.isView(buf2)) throw new ERR_INVALID_BINARY('buf2')
  if (buf1.byteLength !== buf2.byteLength) throw new ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH()
  return same(view(buf1), view(buf2))
}
