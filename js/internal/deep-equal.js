/**
 * Whether two values have the same type, contents and prototypes: Node's `util.isDeepStrictEqual`; and the same
 * without prototypes and with `==` for primitives: Node's legacy `assert.deepEqual`.
 */
import * as types from 'socket:util/types'

/** @typedef {Map<object, object>} Pairs objects being compared, by the object they are compared with */

/** @param {any} value */
const isPrimitive = (value) => value === null || typeof value !== 'object'

/** @param {any} a @param {any} b @param {Pairs} pairs @param {boolean} loose @returns {boolean} */
function equal (a, b, pairs, loose) {
  if (Object.is(a, b)) return true
  if (isPrimitive(a) || isPrimitive(b)) {
    // eslint-disable-next-line eqeqeq -- what loose means
    return loose && isPrimitive(a) && isPrimitive(b) && (a == b || (Number.isNaN(a) && Number.isNaN(b)))
  }
  if (!loose && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  if (Object.prototype.toString.call(a) !== Object.prototype.toString.call(b)) return false
  if (Array.isArray(a) !== Array.isArray(b) || (Array.isArray(a) && a.length !== b.length)) return false
  if (!sameContent(a, b, loose)) return false
  // Comparing the same pair already: it is equal unless a difference turns up elsewhere.
  if (pairs.get(a) === b) return true
  const before = pairs.get(a)
  pairs.set(a, b)
  const result = sameProperties(a, b, pairs, loose) && sameMembers(a, b, pairs, loose)
  if (before === undefined) pairs.delete(a)
  else pairs.set(a, before)
  return result
}

/** What lies in internal slots. @param {any} a @param {any} b @param {boolean} loose */
function sameContent (a, b, loose) {
  for (const [is, same] of /** @type {[(value: any) => boolean, (a: any, b: any) => boolean][]} */ ([
    [types.isDate, () => Object.is(Date.prototype.getTime.call(a), Date.prototype.getTime.call(b))],
    [types.isRegExp, () => a.source === b.source && a.flags === b.flags && a.lastIndex === b.lastIndex],
    [types.isNativeError, () => a.message === b.message && a.name === b.name],
    [ArrayBuffer.isView, () => sameBytes(a, b, loose)],
    [types.isAnyArrayBuffer, () => sameBytes(new Uint8Array(a), new Uint8Array(b), loose)],
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

/** @param {ArrayBufferView} a @param {ArrayBufferView} b @param {boolean} loose */
function sameBytes (a, b, loose) {
  if (a.byteLength !== b.byteLength) return false
  if (types.isFloat32Array(a) || types.isFloat64Array(a)) {
    const [one, two] = /** @type {Float64Array[]} */ (/** @type {unknown} */ ([a, b]))
    return one.every((value, index) => loose ? value === two[index] : Object.is(value, two[index]))
  }
  const one = new Uint8Array(a.buffer, a.byteOffset, a.byteLength)
  const two = new Uint8Array(b.buffer, b.byteOffset, b.byteLength)
  return one.every((byte, index) => byte === two[index])
}

/** Own enumerable keys, without the indexes that sameContent has compared. @param {any} value @param {boolean} loose @returns {(string | symbol)[]} */
function keysOf (value, loose) {
  const symbols = loose ? [] : Object.getOwnPropertySymbols(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key))
  const names = ArrayBuffer.isView(value) ? Object.keys(value).filter((key) => !/^(?:0|[1-9]\d*)$/.test(key)) : Object.keys(value)
  return [...names, ...symbols]
}

/** @param {any} a @param {any} b @param {Pairs} pairs @param {boolean} loose */
function sameProperties (a, b, pairs, loose) {
  const keys = keysOf(a, loose)
  if (keys.length !== keysOf(b, loose).length) return false
  return keys.every((key) => Object.prototype.propertyIsEnumerable.call(b, key) && equal(a[key], b[key], pairs, loose))
}

/** @param {any} a @param {any} b @param {Pairs} pairs @param {boolean} loose */
function sameMembers (a, b, pairs, loose) {
  if (types.isSet(a)) return matchAll([...a], [...b], (one, two) => equal(one, two, pairs, loose))
  if (!types.isMap(a)) return true
  return matchAll([...a], [...b], ([keyA, valueA], [keyB, valueB]) => equal(keyA, keyB, pairs, loose) && equal(valueA, valueB, pairs, loose))
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
  return equal(a, b, new Map(), false)
}

/** @param {unknown} a @param {unknown} b */
export function isDeepEqual (a, b) {
  return equal(a, b, new Map(), true)
}
