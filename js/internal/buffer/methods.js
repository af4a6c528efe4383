/**
 * The methods of Buffer, added to its prototype.
 */
import { Buffer, copyIndex, FastBuffer, wrap } from 'socket:internal/buffer/class'
import { encodingOf, utf8, writeInto } from 'socket:internal/buffer/encoding'
import { compareBytes, fill, indexOf, kMaxLength } from 'socket:internal/buffer/search'
import { numbers } from 'socket:internal/buffer/numbers'
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_BUFFER_SIZE, ERR_UNKNOWN_ENCODING } from 'socket:internal/errors'
import { validateInteger } from 'socket:internal/validators'

/** How many bytes an inspected Buffer shows; `socket:buffer` exports it and programs may set it. */
export const shown = { bytes: 50 }

/** @param {unknown} value @param {string} name @returns {asserts value is Uint8Array} */
function validateBytes (value, name) {
  if (!(value instanceof Uint8Array)) throw new ERR_INVALID_ARG_TYPE(name, ['Buffer', 'Uint8Array'], value)
}

/** @param {unknown} name */
function knownEncoding (name) {
  const encoding = name === undefined ? utf8 : encodingOf(name)
  if (encoding === undefined) throw new ERR_UNKNOWN_ENCODING(name)
  return encoding
}

/** @param {Uint8Array} bytes @param {number} size */
function swap (bytes, size) {
  if (bytes.length % size !== 0) throw new ERR_INVALID_BUFFER_SIZE(`${size * 8}-bits`)
  for (let at = 0; at < bytes.length; at += size) Uint8Array.prototype.reverse.call(Uint8Array.prototype.subarray.call(bytes, at, at + size))
  return bytes
}

/** @type {Record<string, any> & ThisType<any>} */
const methods = {
  /** @param {any} encoding @param {any} start @param {any} end */
  toString (encoding, start, end) {
    if (arguments.length === 0) return utf8.decode(this)
    const { length } = this
    start = start <= 0 ? 0 : start >= length ? length : start | 0
    end = end === undefined || end > length ? length : end | 0
    if (end <= start) return ''
    return knownEncoding(encoding).decode(start === 0 && end === length ? this : Uint8Array.prototype.subarray.call(this, start, end))
  },

  /** @param {any} other */
  equals (other) {
    validateBytes(other, 'otherBuffer')
    return this === other || (this.byteLength === other.byteLength && compareBytes(this, other) === 0)
  },

  /** @param {any} target @param {any} targetStart @param {any} targetEnd @param {any} sourceStart @param {any} sourceEnd */
  compare (target, targetStart, targetEnd, sourceStart, sourceEnd) {
    validateBytes(target, 'target')
    if (arguments.length === 1) return compareBytes(this, target)
    if (targetStart === undefined) targetStart = 0
    else validateInteger(targetStart, 'targetStart', 0, kMaxLength)
    if (targetEnd === undefined) targetEnd = target.length
    else validateInteger(targetEnd, 'targetEnd', 0, target.length)
    if (sourceStart === undefined) sourceStart = 0
    else validateInteger(sourceStart, 'sourceStart', 0, kMaxLength)
    if (sourceEnd === undefined) sourceEnd = this.length
    else validateInteger(sourceEnd, 'sourceEnd', 0, this.length)
    if (sourceStart >= sourceEnd) return targetStart >= targetEnd ? 0 : -1
    if (targetStart >= targetEnd) return 1
    return compareBytes(this.subarray(sourceStart, sourceEnd), target.subarray(targetStart, targetEnd))
  },

  /** @param {any} target @param {any} [targetStart] @param {any} [sourceStart] @param {any} [sourceEnd] */
  copy (target, targetStart, sourceStart, sourceEnd) {
    validateBytes(this, 'source')
    validateBytes(target, 'target')
    targetStart = copyIndex(targetStart, 'targetStart')
    sourceStart = copyIndex(sourceStart, 'sourceStart', this.length)
    sourceEnd = Math.min(sourceEnd === undefined ? this.length : copyIndex(sourceEnd, 'sourceEnd'), this.length)
    if (targetStart >= target.length || sourceStart >= sourceEnd) return 0
    const count = Math.min(sourceEnd - sourceStart, target.length - targetStart)
    Uint8Array.prototype.set.call(target, Uint8Array.prototype.subarray.call(this, sourceStart, sourceStart + count), targetStart)
    return count
  },

  /** @param {any} value @param {any} byteOffset @param {any} encoding */
  indexOf (value, byteOffset, encoding) {
    return indexOf(this, value, byteOffset, encoding, true)
  },

  /** @param {any} value @param {any} byteOffset @param {any} encoding */
  lastIndexOf (value, byteOffset, encoding) {
    return indexOf(this, value, byteOffset, encoding, false)
  },

  /** @param {any} value @param {any} byteOffset @param {any} encoding */
  includes (value, byteOffset, encoding) {
    return indexOf(this, value, byteOffset, encoding, true) !== -1
  },

  /** @param {any} value @param {any} offset @param {any} end @param {any} encoding */
  fill (value, offset, end, encoding) {
    return fill(this, value, offset, end, encoding)
  },

  /** @param {any} text @param {any} [offset] @param {any} [length] @param {any} [encoding] */
  write (text, offset, length, encoding) {
    if (typeof offset === 'string' && length === undefined) {
      encoding = offset
      offset = 0
      length = this.length
    } else if (offset === undefined) {
      offset = 0
      length = this.length
      encoding = undefined
    } else {
      validateInteger(offset, 'offset', 0, this.length)
      const rest = this.length - offset
      if (length === undefined) {
        length = rest
      } else if (typeof length === 'string') {
        encoding = length
        length = rest
      } else {
        validateInteger(length, 'length', 0, this.length)
        length = Math.min(length, rest)
      }
    }
    const rules = encoding ? encodingOf(encoding) : utf8
    if (rules === undefined) throw new ERR_UNKNOWN_ENCODING(encoding)
    if (typeof text !== 'string') throw Object.assign(new TypeError('argument must be a string'), { code: 'ERR_INVALID_ARG_TYPE' })
    return writeInto(rules, Uint8Array.prototype.subarray.call(this, offset, offset + length), text)
  },

  toJSON () {
    return { type: 'Buffer', data: this.length > 0 ? Array.from(this) : [] }
  },

  /** @param {any} [start] @param {any} [end] */
  subarray (start, end) {
    return wrap(Uint8Array.prototype.subarray.call(this, Math.trunc(start) || 0, end === undefined ? this.length : Math.trunc(end) || 0))
  },

  /** The same memory, unlike Uint8Array's. @param {any} [start] @param {any} [end] */
  slice (start, end) {
    return this.subarray(start, end)
  },

  swap16 () { return swap(this, 2) },
  swap32 () { return swap(this, 4) },
  swap64 () { return swap(this, 8) },

  /** @param {number} depth @param {any} options @param {(value: any, options: any) => string} inspect */
  [Symbol.for('nodejs.util.inspect.custom')] (depth, options, inspect) {
    const count = Math.min(shown.bytes, this.length)
    let text = Array.from(Uint8Array.prototype.subarray.call(this, 0, count), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const hidden = this.length - count
    if (hidden > 0) text += ` ... ${hidden} more byte${hidden > 1 ? 's' : ''}`
    if (options) {
      /** @type {Record<string, any>} */
      const extras = Object.create(null)
      for (const key of options.showHidden ? Reflect.ownKeys(this) : Object.keys(this)) {
        if (typeof key === 'string' && !/^\d+$/.test(key)) extras[key] = this[key]
      }
      if (Object.keys(extras).length > 0) {
        if (this.length > 0) text += ', '
        // Without the braces: `[Object: null prototype] { a: 1 }`.
        text += inspect(extras, { ...options, breakLength: Infinity, compact: true }).slice(27, -2)
      }
    }
    let name = 'Buffer'
    if (typeof this.constructor === 'function' && this.constructor.name) name = this.constructor.name
    return `<${name} ${text}>`
  }
}
methods.toLocaleString = methods.toString
const custom = /** @type {any} */ (Symbol.for('nodejs.util.inspect.custom'))
methods.inspect = methods[custom]

// The functions behind toString and write; packages that want no argument checks call them.
for (const name of ['ascii', 'base64', 'base64url', 'latin1', 'hex', 'ucs2', 'utf8']) {
  const encoding = /** @type {import('socket:internal/buffer/encoding').Encoding} */ (encodingOf(name))
  methods[`${name}Slice`] = /** @this {Uint8Array} */ function (/** @type {number} */ start = 0, /** @type {number | undefined} */ end = undefined) {
    return encoding.decode(Uint8Array.prototype.subarray.call(this, start, end ?? this.length))
  }
  methods[`${name}Write`] = /** @this {Uint8Array} */ function (/** @type {string} */ text, /** @type {number} */ offset = 0, /** @type {number | undefined} */ length = undefined) {
    return writeInto(encoding, Uint8Array.prototype.subarray.call(this, offset, length === undefined ? this.length : offset + length), text)
  }
}

for (const [name, value] of [...Object.entries(methods), ...Object.entries(numbers)]) {
  Object.defineProperty(FastBuffer.prototype, name, { value, writable: true, configurable: true, enumerable: true })
}
Object.defineProperty(FastBuffer.prototype, custom, { value: methods[custom], writable: true, configurable: true, enumerable: true })

Object.defineProperty(Buffer.prototype, 'parent', {
  enumerable: true,
  get: /** @this {Uint8Array} */ function () { return this instanceof Buffer ? this.buffer : undefined }
})
Object.defineProperty(Buffer.prototype, 'offset', {
  enumerable: true,
  get: /** @this {Uint8Array} */ function () { return this instanceof Buffer ? this.byteOffset : undefined }
})
