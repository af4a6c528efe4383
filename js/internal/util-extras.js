/**
 * The functions of `socket:util` that Node does not have.
 */
import { Buffer } from 'socket:buffer'
import * as types from 'socket:util/types'

/** @param {any} object @param {PropertyKey} property */
export function hasOwnProperty (object, property) {
  return Object.hasOwn(object, property)
}

/** @param {any} object */
export function isArrayLike (object) {
  return Array.isArray(object) || (typeof object === 'object' && object !== null && Number.isInteger(object.length) && object.length >= 0)
}

/** @param {any} object */
export function isEmptyObject (object) {
  return typeof object === 'object' && object !== null && Object.keys(object).length === 0
}

/** @param {any} object */
export function isPlainObject (object) {
  if (typeof object !== 'object' || object === null) return false
  const prototype = Object.getPrototypeOf(object)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** @param {any} object */
export function isBufferLike (object) {
  return types.isAnyArrayBuffer(object) || ArrayBuffer.isView(object)
}

/** @param {any} error */
export function isErrorLike (error) {
  return error instanceof Error || (typeof error === 'object' && error !== null && typeof error.name === 'string' && typeof error.message === 'string')
}

/** @param {any} value */
export function isClass (value) {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value))
}

/** @param {any} object */
export function isPromiseLike (object) {
  return typeof object?.then === 'function'
}

/** `[object Array]` and the like. @param {any} object */
export function toString (object) {
  return Object.prototype.toString.call(object)
}

/** @param {any} object @param {BufferEncoding} [encoding] */
export function toBuffer (object, encoding = undefined) {
  if (Buffer.isBuffer(object)) return object
  if (ArrayBuffer.isView(object)) return Buffer.from(object.buffer, object.byteOffset, object.byteLength)
  return Buffer.from(object, encoding)
}

/** "hello" → "Hello" @param {string} string */
export function toProperCase (string) {
  return string === '' ? '' : string[0].toUpperCase() + string.slice(1)
}

/** @template {Uint8Array} T @param {T} buffer @param {number} highWaterMark the length of a piece @returns {T[]} */
export function splitBuffer (buffer, highWaterMark) {
  /** @type {any[]} */
  const pieces = []
  const step = Math.max(1, Math.trunc(highWaterMark) || buffer.length)
  for (let at = 0; at < buffer.length; at += step) pieces.push(buffer.subarray(at, at + step))
  return pieces
}

/**
 * A promise that whoever holds it can settle.
 * @returns {Promise<any> & { resolve: (value?: any) => void, reject: (reason?: any) => void }}
 */
export function InvertedPromise () {
  const settle = /** @type {any} */ ({})
  const promise = new Promise((resolve, reject) => Object.assign(settle, { resolve, reject }))
  return Object.assign(promise, settle)
}

/** @param {number} value @param {number} min @param {number} max */
export function clamp (value, min, max) {
  return Number.isFinite(value) ? Math.min(max, Math.max(min, value)) : min
}

/** `null` for what is not JSON. @param {any} string */
export function parseJSON (string) {
  try {
    return JSON.parse(String(string))
  } catch {
    return null
  }
}

/** Lines of `name: value`, as pairs. @param {string | string[] | any} headers @returns {[string, string][]} */
export function parseHeaders (headers) {
  const lines = Array.isArray(headers) ? headers : String(headers).split(/\r?\n/)
  return lines.filter((line) => line.includes(':')).map((line) => {
    const at = line.indexOf(':')
    return [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()]
  })
}

export function noop () {}

/** What a class that only the library may instantiate extends. */
export class IllegalConstructor {
  constructor () {
    throw new TypeError('Illegal constructor')
  }
}

/** "50%" @param {any} input */
export function isValidPercentageValue (input) {
  const match = /^(\d+(?:\.\d+)?)%$/.exec(String(input))
  return match !== null && Number(match[1]) <= 100
}

/** @param {Uint8Array} a @param {Uint8Array} b */
export function compareBuffers (a, b) {
  return Buffer.compare(toBuffer(a), toBuffer(b))
}
