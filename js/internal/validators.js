/**
 * Checks of arguments, each throwing what Node throws for the same mistake.
 */
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, ERR_SOCKET_BAD_PORT, ERR_UNKNOWN_ENCODING } from 'socket:internal/errors'

/** @param {unknown} value @param {string} name @returns {asserts value is string} */
export function validateString (value, name) {
  if (typeof value !== 'string') throw new ERR_INVALID_ARG_TYPE(name, 'string', value)
}

/** @param {unknown} value @param {string} name @returns {asserts value is boolean} */
export function validateBoolean (value, name) {
  if (typeof value !== 'boolean') throw new ERR_INVALID_ARG_TYPE(name, 'boolean', value)
}

/** @param {unknown} value @param {string} name @returns {asserts value is Function} */
export function validateFunction (value, name) {
  if (typeof value !== 'function') throw new ERR_INVALID_ARG_TYPE(name, 'Function', value)
}

/**
 * @param {unknown} value
 * @param {string} name
 * @param {{ allowArray?: boolean, allowFunction?: boolean, nullable?: boolean }} [options]
 * @returns {asserts value is object}
 */
export function validateObject (value, name, { allowArray = false, allowFunction = false, nullable = false } = {}) {
  if ((!nullable && value === null) || (!allowArray && Array.isArray(value)) ||
    (typeof value !== 'object' && (!allowFunction || typeof value !== 'function'))) {
    throw new ERR_INVALID_ARG_TYPE(name, 'Object', value)
  }
}

/** @param {unknown} value @param {string} name @param {number} [minLength] @returns {asserts value is any[]} */
export function validateArray (value, name, minLength = 0) {
  if (!Array.isArray(value)) throw new ERR_INVALID_ARG_TYPE(name, 'Array', value)
  if (value.length < minLength) throw new ERR_INVALID_ARG_VALUE(name, value, `must be longer than ${minLength}`)
}

/** @param {unknown} value @param {string} name @param {number} [min] @param {number} [max] @returns {asserts value is number} */
export function validateNumber (value, name, min = undefined, max = undefined) {
  if (typeof value !== 'number') throw new ERR_INVALID_ARG_TYPE(name, 'number', value)
  if ((min != null && value < min) || (max != null && value > max) || ((min != null || max != null) && Number.isNaN(value))) {
    const bounds = [min != null ? `>= ${min}` : '', max != null ? `<= ${max}` : ''].filter(Boolean)
    throw new ERR_OUT_OF_RANGE(name, bounds.join(' && '), value)
  }
}

/** @param {unknown} value @param {string} name @param {number} [min] @param {number} [max] @returns {asserts value is number} */
export function validateInteger (value, name, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER) {
  if (typeof value !== 'number') throw new ERR_INVALID_ARG_TYPE(name, 'number', value)
  if (!Number.isInteger(value)) throw new ERR_OUT_OF_RANGE(name, 'an integer', value)
  if (value < min || value > max) throw new ERR_OUT_OF_RANGE(name, `>= ${min} && <= ${max}`, value)
}

/** @param {unknown} value @param {string} name @param {number} [min] @param {number} [max] @returns {asserts value is number} */
export function validateInt32 (value, name, min = -2147483648, max = 2147483647) {
  validateInteger(value, name, min, max)
}

/** @param {unknown} value @param {string} name @param {boolean} [positive] @returns {asserts value is number} */
export function validateUint32 (value, name, positive = false) {
  validateInteger(value, name, positive ? 1 : 0, 4294967295)
}

/**
 * @template T
 * @param {T} value
 * @param {string} name
 * @param {readonly T[]} allowed
 */
export function validateOneOf (value, name, allowed) {
  if (!allowed.includes(value)) {
    const text = allowed.map((item) => typeof item === 'string' ? `'${item}'` : String(item)).join(', ')
    throw new ERR_INVALID_ARG_VALUE(name, value, `must be one of: ${text}`)
  }
}

/** @param {unknown} signal @param {string} name @returns {asserts signal is AbortSignal | undefined} */
export function validateAbortSignal (signal, name) {
  if (signal !== undefined && (signal === null || typeof signal !== 'object' || !('aborted' in signal))) {
    throw new ERR_INVALID_ARG_TYPE(name, 'AbortSignal', signal)
  }
}

/** @param {unknown} value @param {string} [name] @returns {asserts value is ArrayBufferView} */
export function validateBuffer (value, name = 'buffer') {
  if (!ArrayBuffer.isView(value)) throw new ERR_INVALID_ARG_TYPE(name, ['Buffer', 'TypedArray', 'DataView'], value)
}

const ENCODINGS = new Set(['utf8', 'utf-8', 'ucs2', 'ucs-2', 'utf16le', 'utf-16le', 'latin1', 'binary', 'base64', 'base64url', 'hex', 'ascii'])

/** Hex text must come in pairs; whether the encoding exists is checked where it is used. @param {unknown} data @param {string} [encoding] */
export function validateEncoding (data, encoding) {
  const length = /** @type {string} */ (data).length
  if (typeof encoding === 'string' && encoding.toLowerCase() === 'hex' && length % 2 !== 0) {
    throw new ERR_INVALID_ARG_VALUE('encoding', encoding, `is invalid for data of length ${length}`)
  }
}

/** As fs options check it: `undefined`, `null` and `'buffer'` pass. @param {unknown} encoding @param {string} [name] */
export function assertEncoding (encoding, name = 'encoding') {
  if (encoding && encoding !== 'buffer' && !(typeof encoding === 'string' && ENCODINGS.has(encoding.toLowerCase()))) {
    throw new ERR_INVALID_ARG_VALUE(name, encoding, 'is invalid encoding')
  }
}

/** Throws for a name that no decoder knows. @param {unknown} encoding */
export function validateKnownEncoding (encoding) {
  if (typeof encoding !== 'string' || !ENCODINGS.has(encoding.toLowerCase())) throw new ERR_UNKNOWN_ENCODING(encoding)
}

const OCTAL = /^[0-7]+$/

/**
 * A file mode as a number; strings are octal.
 * @param {number | string | null | undefined} value
 * @param {string} name
 * @param {number} [fallback]
 * @returns {number}
 */
export function parseFileMode (value, name, fallback = undefined) {
  value ??= fallback
  if (typeof value === 'string') {
    if (!OCTAL.test(value)) {
      throw new ERR_INVALID_ARG_VALUE(name, value, 'must be a 32-bit unsigned integer or an octal string')
    }
    value = Number.parseInt(value, 8)
  }
  validateUint32(value, name)
  return value
}

/** @param {unknown} value @param {string} [name] @param {boolean} [allowZero] @returns {number} */
export function validatePort (value, name = 'Port', allowZero = true) {
  const valid = (typeof value === 'number' || (typeof value === 'string' && value.trim().length > 0)) &&
    Number(value) === (Number(value) >>> 0) && Number(value) <= 0xffff && (allowZero || value !== 0)
  if (!valid) throw new ERR_SOCKET_BAD_PORT(name, value, allowZero)
  return Number(value)
}
