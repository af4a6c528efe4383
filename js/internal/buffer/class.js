/**
 * The class Buffer: how one is made. Its methods are in `socket:internal/buffer/methods`.
 */
import { compareBytes, fill, kMaxLength } from 'socket:internal/buffer/search'
import { encodingOf, utf8 } from 'socket:internal/buffer/encoding'
import { ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_UNKNOWN_ENCODING } from 'socket:internal/errors'
import { validateArray, validateInteger, validateNumber } from 'socket:internal/validators'

export { kMaxLength }

/** What a Buffer is; `Buffer` itself is a function, because old code calls it without `new`. */
export class FastBuffer extends Uint8Array {}

/** @param {unknown} value @returns {value is ArrayBuffer} */
export function isAnyArrayBuffer (value) {
  return value instanceof ArrayBuffer || (typeof SharedArrayBuffer === 'function' && value instanceof SharedArrayBuffer) ||
    ['[object ArrayBuffer]', '[object SharedArrayBuffer]'].includes(Object.prototype.toString.call(value))
}

/**
 * @deprecated as in Node: use Buffer.from or Buffer.alloc
 * @param {any} arg
 * @param {any} [encodingOrOffset]
 * @param {number} [length]
 * @returns {any}
 */
export function Buffer (arg, encodingOrOffset, length) {
  if (typeof arg === 'number') {
    if (typeof encodingOrOffset === 'string') throw new ERR_INVALID_ARG_TYPE('string', 'string', arg)
    return Buffer.alloc(arg)
  }
  return Buffer.from(arg, encodingOrOffset, length)
}

Object.defineProperty(FastBuffer.prototype, 'constructor', { value: Buffer, writable: true, configurable: true, enumerable: false })
Buffer.prototype = FastBuffer.prototype
Object.setPrototypeOf(Buffer, Uint8Array)
Object.defineProperty(Buffer, Symbol.species, { configurable: true, enumerable: false, get: () => FastBuffer })

/** Kept for programs that set it; memory is not pooled here. */
Buffer.poolSize = 8 * 1024

/** @param {string} text @param {unknown} encoding */
function fromText (text, encoding) {
  const rules = typeof encoding !== 'string' || encoding.length === 0 ? utf8 : encodingOf(encoding)
  if (rules === undefined) throw new ERR_UNKNOWN_ENCODING(encoding)
  return wrap(rules.encode(text))
}

/** The same memory as a Buffer. @param {Uint8Array} bytes */
export function wrap (bytes) {
  return new FastBuffer(/** @type {ArrayBuffer} */ (bytes.buffer), bytes.byteOffset, bytes.byteLength)
}

/** @param {ArrayBuffer} memory @param {any} byteOffset @param {any} length */
function fromMemory (memory, byteOffset, length) {
  byteOffset = byteOffset === undefined ? 0 : Number(byteOffset) || 0
  const most = memory.byteLength - byteOffset
  if (most < 0) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset')
  if (length === undefined) {
    length = most
  } else {
    length = Number(length)
    if (!(length > 0)) length = 0
    else if (length > most) throw new ERR_BUFFER_OUT_OF_BOUNDS('length')
  }
  return new FastBuffer(memory, byteOffset, length)
}

/** @param {ArrayLike<any>} list */
function fromList (list) {
  const buffer = new FastBuffer(Math.max(0, Math.trunc(list.length) || 0))
  if (list instanceof Uint8Array) buffer.set(list)
  else for (let at = 0; at < buffer.length; at++) buffer[at] = list[at]
  return buffer
}

/**
 * @param {any} value
 * @param {any} [encodingOrOffset]
 * @param {any} [length]
 * @returns {any}
 */
Buffer.from = function from (value, encodingOrOffset, length) {
  if (typeof value === 'string') return fromText(value, encodingOrOffset)
  if (typeof value === 'object' && value !== null) {
    if (isAnyArrayBuffer(value)) return fromMemory(value, encodingOrOffset, length)
    const inner = value.valueOf?.()
    if (inner != null && inner !== value && (typeof inner === 'string' || typeof inner === 'object')) {
      return from(inner, encodingOrOffset, length)
    }
    if (value.length !== undefined || isAnyArrayBuffer(value.buffer)) {
      return typeof value.length === 'number' ? fromList(value) : new FastBuffer(0)
    }
    if (value.type === 'Buffer' && Array.isArray(value.data)) return fromList(value.data)
    if (typeof value[Symbol.toPrimitive] === 'function') {
      const primitive = value[Symbol.toPrimitive]('string')
      if (typeof primitive === 'string') return fromText(primitive, encodingOrOffset)
    }
  }
  throw new ERR_INVALID_ARG_TYPE('first argument', ['string', 'Buffer', 'ArrayBuffer', 'Array', 'Array-like Object'], value)
}

/** @param {ArrayBufferView & ArrayLike<any>} view @param {number} [offset] @param {number} [length] */
Buffer.copyBytesFrom = function copyBytesFrom (view, offset, length) {
  if (!ArrayBuffer.isView(view) || view instanceof DataView) throw new ERR_INVALID_ARG_TYPE('view', ['TypedArray'], view)
  const count = view.length
  if (count === 0) return new FastBuffer(0)
  if (offset !== undefined || length !== undefined) {
    if (offset === undefined) offset = 0
    else validateInteger(offset, 'offset', 0)
    if (offset >= count) return new FastBuffer(0)
    if (length !== undefined) validateInteger(length, 'length', 0)
    view = /** @type {any} */ (view).slice(offset, length === undefined ? count : offset + length)
  }
  return fromList(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
}

/** @param {...number} items */
Buffer.of = function of (...items) {
  return fromList(items)
}

/** @param {unknown} size */
function create (size) {
  validateNumber(size, 'size', 0, kMaxLength)
  return new FastBuffer(size)
}

/** @param {number} size @param {any} [value] @param {any} [encoding] @returns {any} */
Buffer.alloc = function alloc (size, value, encoding) {
  const buffer = create(size)
  if (value === undefined || value === 0 || size <= 0) return buffer
  if (typeof value === 'string' && encoding != null && typeof encoding !== 'string') throw new ERR_INVALID_ARG_TYPE('encoding', 'string', encoding)
  return fill(buffer, value, 0, buffer.length, encoding ?? undefined)
}

/** JavaScript has no memory that is not zeroed. @param {number} size @returns {any} */
Buffer.allocUnsafe = function allocUnsafe (size) {
  return create(size)
}

/** @param {number} size @returns {any} */
Buffer.allocUnsafeSlow = function allocUnsafeSlow (size) {
  return create(size)
}

/** @param {unknown} value @returns {boolean} */
Buffer.isBuffer = function isBuffer (value) {
  return value instanceof Buffer
}

/** @param {any} a @param {any} b */
Buffer.compare = function compare (a, b) {
  if (!(a instanceof Uint8Array)) throw new ERR_INVALID_ARG_TYPE('buf1', ['Buffer', 'Uint8Array'], a)
  if (!(b instanceof Uint8Array)) throw new ERR_INVALID_ARG_TYPE('buf2', ['Buffer', 'Uint8Array'], b)
  return compareBytes(a, b)
}

/** @param {unknown} encoding @returns {boolean} */
Buffer.isEncoding = function isEncoding (encoding) {
  return typeof encoding === 'string' && encoding.length !== 0 && encodingOf(encoding) !== undefined
}

/** @param {any} list @param {number} [length] @returns {any} */
Buffer.concat = function concat (list, length) {
  validateArray(list, 'list')
  if (list.length === 0) return new FastBuffer(0)
  if (length === undefined) {
    length = 0
    for (const item of list) if (item.length) length += item.length
  } else {
    validateInteger(length, 'length', 0, kMaxLength)
  }
  const buffer = Buffer.alloc(/** @type {number} */ (length))
  let at = 0
  for (const [index, item] of list.entries()) {
    if (!(item instanceof Uint8Array)) throw new ERR_INVALID_ARG_TYPE(`list[${index}]`, ['Buffer', 'Uint8Array'], item)
    if (at < buffer.length) buffer.set(item.length > buffer.length - at ? item.subarray(0, buffer.length - at) : item, at)
    at += item.length
  }
  return buffer
}

/** @param {any} text @param {any} [encoding] @returns {number} */
Buffer.byteLength = function byteLength (text, encoding) {
  if (typeof text === 'string') return (encodingOf(encoding || 'utf8') ?? utf8).byteLength(text)
  if (ArrayBuffer.isView(text) || isAnyArrayBuffer(text)) return text.byteLength
  throw new ERR_INVALID_ARG_TYPE('string', ['string', 'Buffer', 'ArrayBuffer'], text)
}

/** @deprecated as in Node @param {number} size @returns {any} */
export function SlowBuffer (size) {
  return create(size)
}
Object.setPrototypeOf(SlowBuffer.prototype, Uint8Array.prototype)
Object.setPrototypeOf(SlowBuffer, Uint8Array)

/**
 * An index of Node's copy: rounded down, and zero where it is left out or no such number.
 * @param {any} value @param {string} name @param {number} [max]
 */
export function copyIndex (value, name, max = Infinity) {
  const number = Math.floor(Number(value))
  const index = Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : 0
  if (index < 0 || index > max) throw new ERR_OUT_OF_RANGE(name, max === Infinity ? '>= 0' : `>= 0 && <= ${max}`, index)
  return index
}
