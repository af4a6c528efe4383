/** What the language itself gives every realm, and which of it a value of any realm is. */

/** Names of what a global object has from the language. */
export const INTRINSICS = Object.freeze([
  'AggregateError', 'Array', 'ArrayBuffer', 'Atomics', 'BigInt', 'BigInt64Array', 'BigUint64Array', 'Boolean', 'DataView', 'Date', 'Error', 'EvalError',
  'FinalizationRegistry', 'Float32Array', 'Float64Array', 'Function', 'Infinity', 'Int16Array', 'Int32Array', 'Int8Array', 'Intl', 'Iterator', 'JSON', 'Map', 'Math',
  'NaN', 'Number', 'Object', 'Promise', 'Proxy', 'RangeError', 'ReferenceError', 'Reflect', 'RegExp', 'Set', 'SharedArrayBuffer', 'String', 'Symbol',
  'SyntaxError', 'TypeError', 'URIError', 'Uint16Array', 'Uint32Array', 'Uint8Array', 'Uint8ClampedArray', 'WeakMap', 'WeakRef', 'WeakSet', 'WebAssembly', 'console',
  'decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'eval', 'isFinite', 'isNaN', 'parseFloat', 'parseInt', 'undefined', 'unescape'
])

/** @type {Record<string, string>} */
const PRIMITIVES = { bigint: 'BigInt', boolean: 'Boolean', number: 'Number', string: 'String', symbol: 'Symbol' }

/** The name of the intrinsic class that a value of any realm is of. @param {any} value @returns {string | undefined} nothing for null and undefined */
export function intrinsicName (value) {
  if (value === null || value === undefined) return undefined
  const primitive = PRIMITIVES[typeof value]
  if (primitive !== undefined) return primitive
  for (let prototype = Object.getPrototypeOf(value); prototype !== null; prototype = Object.getPrototypeOf(prototype)) {
    const constructor = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
    if (typeof constructor !== 'function' || constructor.prototype !== prototype) continue
    // A class of a program may have such a name, but not such a text.
    if (INTRINSICS.includes(constructor.name) && /\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(constructor))) return constructor.name
  }
  return typeof value === 'function' ? 'Function' : 'Object'
}
