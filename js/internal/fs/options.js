/**
 * Options and arguments of `socket:fs`, checked as Node checks them.
 */
import { ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } from 'socket:internal/errors'
import { assertEncoding, validateAbortSignal, validateBoolean, validateInt32, validateInteger, validateObject, validateUint32 } from 'socket:internal/validators'

/**
 * @typedef {object} Options
 * @property {string | null} [encoding]
 * @property {AbortSignal} [signal]
 * @property {string | number} [flag]
 * @property {string | number} [mode]
 * @property {boolean} [flush]
 * @property {boolean} [bigint]
 * @property {boolean} [recursive]
 * @property {boolean} [withFileTypes]
 * @property {boolean} [force]
 * @property {number} [maxRetries]
 * @property {number} [retryDelay]
 * @property {boolean} [throwIfNoEntry]
 * @property {number} [bufferSize]
 */

/**
 * Options that may be the name of an encoding.
 *
 * @param {unknown} options
 * @param {Options} [defaults] stand in for missing options as a whole, not one by one
 * @returns {Options}
 */
export function getOptions (options, defaults = {}) {
  if (options === undefined || options === null || typeof options === 'function') return defaults
  if (typeof options === 'string') options = { ...defaults, encoding: options }
  else if (typeof options !== 'object') throw new ERR_INVALID_ARG_TYPE('options', ['string', 'Object'], options)
  const checked = /** @type {Options} */ (options)
  assertEncoding(checked.encoding)
  if (checked.signal !== undefined) validateAbortSignal(checked.signal, 'options.signal')
  return checked
}

/** @param {unknown} fd @returns {number} */
export function toFd (fd) {
  if (Object.is(fd, -0)) return 0
  validateInt32(fd, 'fd', 0)
  return fd
}

/** @param {unknown} value @returns {value is number} */
export function isFd (value) {
  return value === (/** @type {any} */ (value) | 0)
}

/** A descriptor whose whole content is meant: the system is asked about it, as it is by Node. @param {number} fd @param {string} syscall */
export function openFd (fd, syscall) {
  if (fd >= 0) return fd
  throw Object.assign(new Error(`EBADF: bad file descriptor, ${syscall}`), { errno: -9, code: 'EBADF', syscall })
}

/**
 * Seconds since 1970.
 *
 * @param {unknown} time
 * @param {string} [name]
 * @returns {number}
 */
export function toUnixTimestamp (time, name = 'time') {
  // eslint-disable-next-line eqeqeq
  if (typeof time === 'string' && +time == /** @type {any} */ (time)) return +time
  if (Number.isFinite(time)) return /** @type {number} */ (time) < 0 ? Date.now() / 1000 : /** @type {number} */ (time)
  if (time instanceof Date) return time.getTime() / 1000
  throw new ERR_INVALID_ARG_TYPE(name, ['Date', 'Time in seconds'], time)
}

const MIN_POSITION = -(2n ** 63n)
const MAX_POSITION = 2n ** 63n - 1n

/** @param {unknown} position @param {string} [name] @returns {asserts position is number | bigint} */
export function validatePosition (position, name = 'position') {
  if (typeof position === 'number') {
    validateInteger(position, name, -1)
  } else if (typeof position === 'bigint') {
    if (position < MIN_POSITION || position > MAX_POSITION) {
      throw new ERR_OUT_OF_RANGE(name, `>= ${MIN_POSITION} && <= ${MAX_POSITION}`, position)
    }
  } else {
    throw new ERR_INVALID_ARG_TYPE(name, ['integer', 'bigint'], position)
  }
}

/**
 * Where a read or write begins, as it crosses to native code.
 *
 * @param {number | bigint | null | undefined} position below zero: where the last one ended
 * @returns {number | string | null}
 */
export function wirePosition (position) {
  if (position === null || position === undefined || position < 0) return null
  return typeof position === 'bigint' && position > Number.MAX_SAFE_INTEGER ? String(position) : Number(position)
}

/** @param {number} offset @param {number} length @param {number} available */
export function validateReadRange (offset, length, available) {
  if (offset < 0) throw new ERR_OUT_OF_RANGE('offset', '>= 0', offset)
  if (length < 0) throw new ERR_OUT_OF_RANGE('length', '>= 0', length)
  if (offset + length > available) throw new ERR_OUT_OF_RANGE('length', `<= ${available - offset}`, length)
}

/** @param {number} offset @param {number} length @param {number} available */
export function validateWriteRange (offset, length, available) {
  if (offset > available) throw new ERR_OUT_OF_RANGE('offset', `<= ${available}`, offset)
  if (length > available - offset) throw new ERR_OUT_OF_RANGE('length', `<= ${available - offset}`, length)
  if (length < 0) throw new ERR_OUT_OF_RANGE('length', '>= 0', length)
  validateInt32(length, 'length', 0)
}

/** @param {unknown} buffers @returns {asserts buffers is ArrayBufferView[]} */
export function validateBuffers (buffers) {
  if (!Array.isArray(buffers) || !buffers.every((item) => ArrayBuffer.isView(item))) {
    throw new ERR_INVALID_ARG_TYPE('buffers', 'ArrayBufferView[]', buffers)
  }
}

/** @param {unknown} value @param {string} name @returns {asserts value is string} */
export function validateText (value, name) {
  if (typeof value !== 'string') throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], value)
}

/**
 * @param {unknown} options
 * @returns {Required<Pick<Options, 'recursive' | 'maxRetries' | 'retryDelay'>> & Options}
 */
export function rmdirOptions (options) {
  const defaults = { retryDelay: 100, maxRetries: 0, recursive: false }
  if (options === undefined) return defaults
  validateObject(options, 'options')
  const all = { ...defaults, ...options }
  validateBoolean(all.recursive, 'options.recursive')
  validateInt32(all.retryDelay, 'options.retryDelay', 0)
  validateUint32(all.maxRetries, 'options.maxRetries')
  return all
}
