/**
 * Finding, filling and comparing bytes.
 */
import { encodingOf, utf8 } from 'socket:internal/buffer/encoding'
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_UNKNOWN_ENCODING } from 'socket:internal/errors'
import { validateInteger } from 'socket:internal/validators'

/** As in Node: four gigabytes. */
export const kMaxLength = 2 ** 32

/** @param {Uint8Array} a @param {Uint8Array} b @returns {-1 | 0 | 1} */
export function compareBytes (a, b) {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    if (a[at] !== b[at]) return a[at] < b[at] ? -1 : 1
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1
}

/**
 * Where a search begins; -1 where it cannot.
 * @param {number} length @param {number} offset @param {number} needle @param {boolean} forward
 */
function startOf (length, offset, needle, forward) {
  if (offset < 0) {
    if (offset + length >= 0) return length + offset
    return forward || needle === 0 ? 0 : -1
  }
  if (offset + needle <= length) return offset
  if (needle === 0) return length
  return forward ? -1 : length - 1
}

/**
 * @param {Uint8Array} bytes @param {Uint8Array} needle @param {number} offset @param {boolean} forward
 * @param {number} step two for UTF-16, whose characters begin at even places
 */
function find (bytes, needle, offset, forward, step) {
  const start = startOf(bytes.length, offset, needle.length, forward)
  if (needle.length === 0) return start
  if (start < 0 || needle.length > bytes.length || (forward && start + needle.length > bytes.length)) return -1
  if (step === 2) {
    if (bytes.length < 2 || needle.length < 2) return -1
    // Half a unit can neither match nor be matched.
    bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length & ~1)
    needle = new Uint8Array(needle.buffer, needle.byteOffset, needle.length & ~1)
  }
  const last = bytes.length - needle.length
  const move = forward ? step : -step
  let at = Math.min(start, last)
  if (step === 2) at -= at % 2
  for (; at >= 0 && at <= last; at += move) {
    if (forward && step === 1) {
      at = Uint8Array.prototype.indexOf.call(bytes, needle[0], at)
      if (at < 0 || at > last) return -1
    }
    let equal = 0
    while (equal < needle.length && bytes[at + equal] === needle[equal]) equal++
    if (equal === needle.length) return at
  }
  return -1
}

/**
 * @param {Uint8Array} bytes
 * @param {unknown} value
 * @param {any} byteOffset
 * @param {any} encoding
 * @param {boolean} forward
 * @returns {number}
 */
export function indexOf (bytes, value, byteOffset, encoding, forward) {
  if (typeof byteOffset === 'string') {
    encoding = byteOffset
    byteOffset = undefined
  }
  let offset = Number(byteOffset)
  if (Number.isNaN(offset)) offset = forward ? 0 : bytes.length
  offset = Math.trunc(Math.max(-0x80000000, Math.min(0x7fffffff, offset)))
  if (typeof value === 'number') return find(bytes, Uint8Array.of(value), offset, forward, 1)
  const rules = encoding === undefined ? utf8 : encodingOf(encoding)
  if (typeof value === 'string') {
    if (rules === undefined) throw new ERR_UNKNOWN_ENCODING(encoding)
    return find(bytes, rules.encode(value), offset, forward, rules.name === 'utf16le' ? 2 : 1)
  }
  if (value instanceof Uint8Array) return find(bytes, value, offset, forward, rules?.name === 'utf16le' ? 2 : 1)
  throw new ERR_INVALID_ARG_TYPE('value', ['number', 'string', 'Buffer', 'Uint8Array'], value)
}

/**
 * @template {Uint8Array} T
 * @param {T} bytes
 * @param {any} value
 * @param {any} offset
 * @param {any} end
 * @param {any} encoding
 * @returns {T}
 */
export function fill (bytes, value, offset, end, encoding) {
  if (typeof value === 'string') {
    if (offset === undefined || typeof offset === 'string') {
      encoding = offset
      offset = undefined
    } else if (typeof end === 'string') {
      encoding = end
      end = undefined
    }
    if (encoding != null && typeof encoding !== 'string') throw new ERR_INVALID_ARG_TYPE('encoding', 'string', encoding)
    if (encoding && encodingOf(encoding) === undefined) throw new ERR_UNKNOWN_ENCODING(encoding)
  }
  if (offset === undefined) {
    offset = 0
    end = bytes.length
  } else {
    validateInteger(offset, 'offset', 0, kMaxLength)
    if (end === undefined) end = bytes.length
    else validateInteger(end, 'end', 0, bytes.length)
    if (offset >= end) return bytes
  }
  if (typeof value === 'string' || value instanceof Uint8Array) {
    const pattern = typeof value === 'string' ? (encodingOf(encoding || 'utf8') ?? utf8).encode(value) : value
    if (pattern.length === 0) {
      if (value.length > 0 || typeof value !== 'string') throw new ERR_INVALID_ARG_VALUE('value', value)
      Uint8Array.prototype.fill.call(bytes, 0, offset, end)
      return bytes
    }
    if (pattern.length > 1) {
      for (let at = offset; at < end; at++) bytes[at] = pattern[(at - offset) % pattern.length]
      return bytes
    }
    value = pattern[0]
  }
  Uint8Array.prototype.fill.call(bytes, Number(value) & 255, offset, end)
  return bytes
}
