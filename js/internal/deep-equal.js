/**
 * Whether two values have the same type, contents and prototypes: Node's `util.isDeepStrictEqual`.
 */
import * as types from 'socket:util/types'

/** @typedef {Map<object, object>} Pairs objects being compared, by the object they are compared with */

/** @param {any} a @param {any} b @param {Pairs} pairs @returns {boolean} */
function equal (a, b, pairs) {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  if (Object.prototype.toString.call(a) !== Object.prototype.toString.call(b)) return false
  if (Array.isArray(a) !== Array.isArray(b) || (Array.isArray(a) && a.length !== b.length)) return false
  if (!sameContent(a, b)) return false
  // Comparing the same pair already: it is equal unless a difference turns up elsewhere.
  if (pairs.get(a) === b) return true
  const before = pairs.get(a)
  pairs.set(a, b)
  const result = sameProperties(a, b, pairs) && sameMembers(a, b, pairs)
  if (before === undefined) pairs.delete(a)
  else pairs.set(a, before)
  return result
}

/** What lies in internal slots. @param {any} a @param {any} b */
function sameContent (a, b) {
  for (const [is, same] of /** @type {[(value: any) => boolean, (a: any, b: any) => boolean][]} */ ([
    [types.isDate, () => Object.is(Date.prototype.getTime.call(a), Date.prototype.getTime.call(b))],
    [types.isRegExp, () => a.source === b.source && a.flags === b.flags && a.lastIndex === b.lastIndex],
    [types.isNativeError, () => a.message === b.message && a.name === b.name],
    [ArrayBuffer.isView, () => sameBytes(a, b)],
    [types.isAnyArrayBuffer, () => sameBytes(new Uint8Array(a), new Uint8Array(b))],
    [types.isSet, () => a.size === b.size],
    [types.isMap, () => a.size === b.size],
    [types.isNumberObject, () => Object.is(Number(a), Number(b))],
    [types.isStringObject, () => String(a) === String(b)],
    [types.isBooleanObject, () => Boolean.prototype.valueOf.call(a) === Boolean.prototype.valueOf.call(b)],
    [types.isBigIntObject, () => BigInt.prototype.valueOf.call(a) === BigInt.prototype.valueOf.call(b)],
    [types.isSymbolObject, () => Symbol.prototype.valueOf.call(a) === Symbol.prototype.valueOf.call(b)],
    [types.isWeakMap, () => false],
    [types.isWeakSet, () => false]
  ])) {
    if (is(a) !== is(b)) return false
    if (is(a)) return same(a, b)
  }
  return true
}

/** @param {ArrayBufferView} a @param {ArrayBufferView} b */
function sameBytes (a, b) {
  if (a.byteLength !== b.byteLength) return false
  if (types.isFloat32Array(a) || types.isFloat64Array(a)) {
    const [one, two] = /** @type {Float64Array[]} */ (/** @type {unknown} */ ([a, b]))
    return one.every((value, index) => Object.is(value, two[index]))
  }
  const one = new Uint8Array(a.buffer, a.byteOffset, a.byteLength)
  const two = new Uint8Array(b.buffer, b.byteOffset, b.byteLength)
  return one.every((byte, index) => byte === two[index])
}

/** Own enumerable keys, without the indexes that sameContent has compared. @param {any} value @returns {(string | symbol)[]} */
function keysOf (value) {
  const symbols = Object.getOwnPropertySymbols(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key))
  const names = ArrayBuffer.isView(value) ? Object.keys(value).filter((key) => !/^(?:0|[1-9]\d*)$/.test(key)) : Object.keys(value)
  return [...names, ...symbols]
}

/** @param {any} a @param {any} b @param {Pairs} pairs */
function sameProperties (a, b, pairs) {
  const keys = keysOf(a)
  if (keys.length !== keysOf(b).length) return false
  return keys.every((key) => Object.prototype.propertyIsEnumerable.call(b, key) && equal(a[key], b[key], pairs))
}

/** @param {any} a @param {any} b @param {Pairs} pairs */
function sameMembers (a, b, pairs) {
  if (types.isSet(a)) return matchAll([...a], [...b], (one, two) => equal(one, two, pairs))
  if (!types.isMap(a)) return true
  return matchAll([...a], [...b], ([keyA, valueA], [keyB, valueB]) => equal(keyA, keyB, pairs) && equal(valueA, valueB, pairs))
}

/**
 * Finds each one a partner, in any order.
 * @template T
 * @param {T[]} ones @param {T[]} others @param {(one: T, other: T) => boolean} match
 */
function matchAll (ones, others, match) {
  return ones.every((one) => {
    const at = others.findIndex((other) => match(one, other))
    if (at < 0) return false
    others.splice(at, 1)
    return true
  })
}

/** @param {unknown} a @param {unknown} b */
export function isDeepStrictEqual (a, b) {
  return equal(a, b, new Map())
}
