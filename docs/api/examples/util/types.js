import types from 'socket:util/types'

/**
 * Whether a value is of a kind, wherever it comes from: other frames, subclasses, changed prototypes.
 * @for isAnyArrayBuffer isArrayBuffer isArrayBufferView isSharedArrayBuffer isDataView isTypedArray isUint8Array
 *   isUint8ClampedArray isUint16Array isUint32Array isInt8Array isInt16Array isInt32Array isFloat32Array isFloat64Array
 *   isBigInt64Array isBigUint64Array
 */
export function bytes () {
  const { buffer } = new Uint8Array(8)
  console.log(types.isAnyArrayBuffer(buffer), types.isArrayBuffer(buffer), types.isSharedArrayBuffer(buffer)) // → true true false
  console.log(types.isArrayBufferView(new DataView(buffer)), types.isDataView(new DataView(buffer))) // → true true
  console.log(types.isTypedArray(new Uint8Array(1)), types.isUint8Array(new Uint8Array(1))) // → true true
  console.log(types.isUint8ClampedArray(new Uint8ClampedArray(1)), types.isUint16Array(new Uint16Array(1))) // → true true
  console.log(types.isUint32Array(new Uint32Array(1)), types.isInt8Array(new Int8Array(1))) // → true true
  console.log(types.isInt16Array(new Int16Array(1)), types.isInt32Array(new Int32Array(1))) // → true true
  console.log(types.isFloat32Array(new Float32Array(1)), types.isFloat64Array(new Float64Array(1))) // → true true
  console.log(types.isBigInt64Array(new BigInt64Array(1)), types.isBigUint64Array(new BigUint64Array(1))) // → true true
}

/**
 * Whether a value is an object around a primitive.
 * @for isBoxedPrimitive isBooleanObject isNumberObject isStringObject isSymbolObject isBigIntObject
 */
export function boxed () {
  console.log(types.isBoxedPrimitive(Object(1)), types.isBoxedPrimitive(1)) // → true false
  console.log(types.isBooleanObject(Object(true)), types.isNumberObject(Object(1))) // → true true
  console.log(types.isStringObject(Object('a')), types.isSymbolObject(Object(Symbol('a')))) // → true true
  console.log(types.isBigIntObject(Object(1n))) // → true
}

/**
 * Whether a value is a collection, or walks over one.
 * @for isMap isMapIterator isSet isSetIterator isWeakMap isWeakSet
 */
export function collections () {
  console.log(types.isMap(new Map()), types.isMapIterator(new Map().keys())) // → true true
  console.log(types.isSet(new Set()), types.isSetIterator(new Set().values())) // → true true
  console.log(types.isWeakMap(new WeakMap()), types.isWeakSet(new WeakSet())) // → true true
}

/**
 * Whether a value is a function or a promise of a kind.
 * @for isAsyncFunction isGeneratorFunction isGeneratorObject isPromise
 */
export function functions () {
  const generator = function * () {}
  console.log(types.isAsyncFunction(async () => {}), types.isPromise(Promise.resolve())) // → true true
  console.log(types.isGeneratorFunction(generator), types.isGeneratorObject(generator())) // → true true
}

/**
 * Whether a value is one of the other objects that engines make.
 * @for isArgumentsObject isDate isNativeError isRegExp isCryptoKey isKeyObject isExternal isProxy isModuleNamespaceObject
 */
export async function others () {
  console.log(types.isArgumentsObject({}), types.isDate(new Date()), types.isRegExp(/a/)) // → false true true
  console.log(types.isNativeError(new RangeError('no')), types.isCryptoKey({}), types.isKeyObject({})) // → true false false
  console.log(types.isExternal({}), types.isProxy({}), types.isModuleNamespaceObject(await import('socket:path'))) // → false false true
}
