/**
 * What a value is, whatever it claims, as Node's `util/types`.
 */

/** @param {unknown} value */
const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1)

/** @param {unknown} value @returns {value is object} */
const isObject = (value) => typeof value === 'object' && value !== null

/** Whether a method that only works on the real thing works. @param {Function} method @param {any[]} args */
function check (method, ...args) {
  return (/** @type {any} */ value) => {
    if (!isObject(value)) return false
    try {
      method.apply(value, args)
      return true
    } catch {
      return false
    }
  }
}

/** @param {any} prototype @param {string} property @returns {(this: any) => any} */
const getter = (prototype, property) => /** @type {any} */ (Object.getOwnPropertyDescriptor(prototype, property)?.get)

const typedArrayName = getter(Object.getPrototypeOf(Uint8Array.prototype), /** @type {any} */ (Symbol.toStringTag))
/** @param {string} name */
const isTyped = (name) => (/** @type {unknown} */ value) => ArrayBuffer.isView(value) && typedArrayName.call(value) === name

export const isAnyArrayBuffer = (/** @type {unknown} */ value) => isArrayBuffer(value) || isSharedArrayBuffer(value)
export const isArrayBuffer = check(getter(ArrayBuffer.prototype, 'byteLength'))
export const isSharedArrayBuffer = typeof SharedArrayBuffer === 'function' ? check(getter(SharedArrayBuffer.prototype, 'byteLength')) : () => false
export const isArrayBufferView = ArrayBuffer.isView
export const isArgumentsObject = (/** @type {unknown} */ value) => isObject(value) && !(Symbol.toStringTag in value) && tagOf(value) === 'Arguments'
export const isAsyncFunction = (/** @type {unknown} */ value) => typeof value === 'function' && /^Async/.test(tagOf(value))
export const isBigInt64Array = isTyped('BigInt64Array')
export const isBigIntObject = check(BigInt.prototype.valueOf)
export const isBigUint64Array = isTyped('BigUint64Array')
export const isBooleanObject = check(Boolean.prototype.valueOf)
export const isBoxedPrimitive = (/** @type {unknown} */ value) => isNumberObject(value) || isStringObject(value) || isBooleanObject(value) || isBigIntObject(value) || isSymbolObject(value)
export const isCryptoKey = (/** @type {unknown} */ value) => typeof CryptoKey === 'function' && value instanceof CryptoKey
export const isDataView = (/** @type {unknown} */ value) => ArrayBuffer.isView(value) && typedArrayName.call(value) === undefined
export const isDate = check(Date.prototype.getTime)
/** Native pointers do not reach JavaScript here. */
export const isExternal = (/** @type {unknown} */ _value) => false
export const isFloat32Array = isTyped('Float32Array')
export const isFloat64Array = isTyped('Float64Array')
export const isGeneratorFunction = (/** @type {unknown} */ value) => typeof value === 'function' && /GeneratorFunction$/.test(tagOf(value))
export const isGeneratorObject = (/** @type {unknown} */ value) => isObject(value) && /^(?:Async)?Generator$/.test(tagOf(value))
export const isInt8Array = isTyped('Int8Array')
export const isInt16Array = isTyped('Int16Array')
export const isInt32Array = isTyped('Int32Array')
/** Node's key objects have no counterpart here. */
export const isKeyObject = (/** @type {unknown} */ _value) => false
export const isMap = check(getter(Map.prototype, 'size'))
export const isMapIterator = (/** @type {unknown} */ value) => isObject(value) && tagOf(value) === 'Map Iterator'
export const isModuleNamespaceObject = (/** @type {unknown} */ value) => isObject(value) && Object.getPrototypeOf(value) === null && tagOf(value) === 'Module'
export const isNativeError = (/** @type {any} */ value) => value instanceof Error ? !Object.hasOwn(value, Symbol.toStringTag) : isObject(value) && !(Symbol.toStringTag in value) && tagOf(value) === 'Error'
export const isNumberObject = check(Number.prototype.valueOf)
export const isPromise = (/** @type {unknown} */ value) => value instanceof Promise || (isObject(value) && tagOf(value) === 'Promise')
/** No engine tells a proxy from its target outside its debugger. */
export const isProxy = (/** @type {unknown} */ _value) => false
export const isRegExp = check(getter(RegExp.prototype, 'global'))
export const isSet = check(getter(Set.prototype, 'size'))
export const isSetIterator = (/** @type {unknown} */ value) => isObject(value) && tagOf(value) === 'Set Iterator'
export const isStringObject = check(String.prototype.valueOf)
export const isSymbolObject = check(Symbol.prototype.valueOf)
export const isTypedArray = (/** @type {unknown} */ value) => ArrayBuffer.isView(value) && typedArrayName.call(value) !== undefined
export const isUint8Array = isTyped('Uint8Array')
export const isUint8ClampedArray = isTyped('Uint8ClampedArray')
export const isUint16Array = isTyped('Uint16Array')
export const isUint32Array = isTyped('Uint32Array')
export const isWeakMap = check(WeakMap.prototype.has, {})
export const isWeakSet = check(WeakSet.prototype.has, {})

const types = {
  isAnyArrayBuffer,
  isArgumentsObject,
  isArrayBuffer,
  isArrayBufferView,
  isAsyncFunction,
  isBigInt64Array,
  isBigIntObject,
  isBigUint64Array,
  isBooleanObject,
  isBoxedPrimitive,
  isCryptoKey,
  isDataView,
  isDate,
  isExternal,
  isFloat32Array,
  isFloat64Array,
  isGeneratorFunction,
  isGeneratorObject,
  isInt16Array,
  isInt32Array,
  isInt8Array,
  isKeyObject,
  isMap,
  isMapIterator,
  isModuleNamespaceObject,
  isNativeError,
  isNumberObject,
  isPromise,
  isProxy,
  isRegExp,
  isSet,
  isSetIterator,
  isSharedArrayBuffer,
  isStringObject,
  isSymbolObject,
  isTypedArray,
  isUint16Array,
  isUint32Array,
  isUint8Array,
  isUint8ClampedArray,
  isWeakMap,
  isWeakSet
}
export default types
