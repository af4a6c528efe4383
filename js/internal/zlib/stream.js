/**
 * The streams of `zlib`: one class for each direction and format, as in Node.
 */
import { Buffer, kMaxLength } from 'socket:buffer'
import { isAnyArrayBuffer, view } from 'socket:internal/crypto/bytes'
import { define, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } from 'socket:internal/errors'
import { nextTick } from 'socket:internal/tick'
import { validateFunction, validateNumber } from 'socket:internal/validators'
import { constants } from 'socket:internal/zlib/constants'
import { Handle } from 'socket:internal/zlib/handle'
import { finished, Transform } from 'socket:stream'

/** @typedef {import('node:zlib').ZlibOptions} ZlibOptions */

const Base = /** @type {any} */ (Transform)
const {
  Z_NO_FLUSH, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH, Z_BLOCK, Z_DEFAULT_CHUNK, Z_MIN_CHUNK, DEFLATE, INFLATE, GZIP, GUNZIP, DEFLATERAW, INFLATERAW, UNZIP
} = constants

export const ERR_BUFFER_TOO_LARGE = define('ERR_BUFFER_TOO_LARGE', RangeError, (/** @type {number} */ length) => `Cannot create a Buffer larger than ${length} bytes`)

/** @param {any} value @param {string} name @param {number} lower @param {number} upper @param {number} fallback @returns {number} */
function ranged (value, name, lower, upper, fallback) {
  if (value === undefined || Number.isNaN(value)) return fallback
  if (!Number.isFinite(value)) {
    validateNumber(value, name)
    throw new ERR_OUT_OF_RANGE(name, 'a finite number', value)
  }
  if (value < lower || value > upper) throw new ERR_OUT_OF_RANGE(name, upper === Infinity ? `>= ${lower}` : `>= ${lower} and <= ${upper}`, value)
  return value
}

/** In the order of what each does. @type {number[]} */
const STRENGTH = [Z_NO_FLUSH, Z_BLOCK, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH]
const stronger = (/** @type {number} */ a, /** @type {number} */ b) => STRENGTH.indexOf(a) > STRENGTH.indexOf(b) ? a : b

const kFlush = Symbol('flush')
/** @type {WeakMap<object, Handle>} */
const handles = new WeakMap()

/**
 * @this {any}
 * @param {ZlibOptions | null | undefined} opts
 * @param {number} mode
 */
function Zlib (opts, mode) {
  /** @type {any} */
  let options = opts
  const chunkSize = ranged(options?.chunkSize, 'options.chunkSize', Z_MIN_CHUNK, Infinity, Z_DEFAULT_CHUNK)
  if (chunkSize > kMaxLength) throw new ERR_OUT_OF_RANGE('size', `>= 0 && <= ${kMaxLength}`, chunkSize)
  const flush = ranged(options?.flush, 'options.flush', Z_NO_FLUSH, Z_BLOCK, Z_NO_FLUSH)
  const finishFlush = ranged(options?.finishFlush, 'options.finishFlush', Z_NO_FLUSH, Z_BLOCK, Z_FINISH)
  const maxOutputLength = ranged(options?.maxOutputLength, 'options.maxOutputLength', 1, kMaxLength, kMaxLength)
  if (options?.encoding || options?.objectMode || options?.writableObjectMode) options = { ...options, encoding: null, objectMode: false, writableObjectMode: false }
  Base.call(this, { autoDestroy: true, ...options })
  const reads = mode === INFLATE || mode === GUNZIP || mode === UNZIP
  const windowBits = reads && (options?.windowBits === undefined || options?.windowBits === null || options?.windowBits === 0)
    ? 0
    : ranged(options?.windowBits, 'options.windowBits', mode === GZIP ? 9 : 8, 15, 15)
  const level = ranged(options?.level, 'options.level', -1, 9, -1)
  const memLevel = ranged(options?.memLevel, 'options.memLevel', 1, 9, 8)
  const strategy = ranged(options?.strategy, 'options.strategy', 0, 4, 0)
  let dictionary = options?.dictionary
  if (dictionary !== undefined) {
    if (!ArrayBuffer.isView(dictionary) && !isAnyArrayBuffer(dictionary)) {
      throw new ERR_INVALID_ARG_TYPE('options.dictionary', ['Buffer', 'TypedArray', 'DataView', 'ArrayBuffer'], dictionary)
    }
    dictionary = view(dictionary)
    if (dictionary.length === 0) dictionary = undefined
  }
  handles.set(this, new Handle(mode, { windowBits: Math.trunc(windowBits), level: Math.trunc(level), memLevel: Math.trunc(memLevel), strategy: Math.trunc(strategy), dictionary }))
  this.bytesWritten = 0
  this._chunkSize = chunkSize
  this._defaultFlushFlag = flush
  this._finishFlushFlag = finishFlush
  this._defaultFullFlushFlag = Z_FULL_FLUSH
  this._info = options?.info
  this._maxOutputLength = maxOutputLength
  this._level = level
  this._strategy = strategy
}

/** @param {any} of */
const handleOf = (of) => /** @type {Handle} */ (handles.get(of))

Object.setPrototypeOf(Zlib, Transform)
Zlib.prototype = Object.create(Transform.prototype, { constructor: { value: Zlib, writable: true, configurable: true } })

/** @param {Function} Class @param {Record<string, any>} methods */
function methods (Class, methods) {
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(methods))) Object.defineProperty(Class.prototype, name, { ...descriptor, enumerable: false })
}

methods(Zlib, {
  /** @this {any} */
  get _closed () {
    return !handles.has(this)
  },

  /** The same as `bytesWritten`, in Node too. @this {any} */
  get bytesRead () {
    return this.bytesWritten
  },

  set bytesRead (value) {
    this.bytesWritten = value
  },

  /** Begins anew. @this {any} */
  reset () {
    handleOf(this).reset()
  },

  /** @this {any} @param {() => void} callback */
  _flush (callback) {
    this._transform(Buffer.alloc(0), '', callback)
  },

  /** @this {any} @param {() => void} callback */
  _final (callback) {
    callback()
  },

  /** Gives out what is waiting inside. @this {any} @param {any} [kind] @param {() => void} [callback] */
  flush (kind, callback) {
    if (typeof kind === 'function' || (kind === undefined && !callback)) [callback, kind] = [kind, this._defaultFullFlushFlag]
    if (this.writableFinished) {
      if (callback) nextTick(callback)
    } else if (this.writableEnded) {
      if (callback) this.once('end', callback)
    } else {
      if (!STRENGTH.includes(kind)) throw new ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'TypedArray', 'DataView'], undefined)
      this.write(Object.assign(Buffer.alloc(0), { [kFlush]: kind }), '', callback)
    }
  },

  /** @this {any} @param {() => void} [callback] */
  close (callback) {
    if (callback) {
      validateFunction(callback, 'callback')
      finished(this, callback)
    }
    this.destroy()
  },

  /** @this {any} @param {Error | null} error @param {(error: Error | null) => void} callback */
  _destroy (error, callback) {
    handles.delete(this)
    callback(error)
  },

  /** @this {any} @param {any} chunk @param {string} _encoding @param {(error?: unknown) => void} callback */
  _transform (chunk, _encoding, callback) {
    let flush = this._defaultFlushFlag
    if (typeof chunk[kFlush] === 'number') flush = chunk[kFlush]
    else if (this.writableEnded && this.writableLength === chunk.byteLength) flush = stronger(flush, this._finishFlushFlag)
    run(this, view(chunk), flush, callback)
  },

  /** Kept because packages call it. @this {any} @param {any} chunk @param {number} flush @param {(error?: unknown) => void} [callback] */
  _processChunk (chunk, flush, callback) {
    if (callback === undefined) return processSync(this, chunk, flush)
    run(this, view(chunk), flush, callback)
  }
})

/**
 * One chunk of a stream, for as long as readers want more.
 *
 * @param {any} stream
 * @param {Uint8Array} chunk
 * @param {number} flush
 * @param {(error?: unknown) => void} callback
 */
function run (stream, chunk, flush, callback) {
  const handle = handleOf(stream)
  if (handle === undefined) return nextTick(callback)
  let input = chunk
  const step = () => {
    if (stream.destroyed) return callback()
    const output = new Uint8Array(stream._chunkSize)
    let result
    try {
      result = handle.write(input, flush, output)
    } catch (error) {
      return stream.destroy(error)
    }
    const { left, room } = result
    stream.bytesWritten += input.length - Math.min(input.length, left)
    let full = false
    if (room < output.length) full = !stream.push(Buffer.from(output.buffer, 0, output.length - room))
    if (stream.destroyed) return callback()
    input = input.subarray(input.length - Math.min(input.length, left))
    if (room > 0) {
      // What follows the end of the format is of no interest to it.
      if (left > 0) stream.push(null)
      return callback()
    }
    if (!full) return step()
    // Goes on when there is a reader again.
    const read = stream._read
    stream._read = (/** @type {number} */ size) => {
      stream._read = read
      step()
      return read.call(stream, size)
    }
  }
  step()
}

/** @param {any} stream @param {unknown} chunk @param {number} flush @returns {Buffer} */
export function processSync (stream, chunk, flush) {
  const handle = handleOf(stream)
  let input = view(/** @type {any} */ (chunk))
  /** @type {Uint8Array[]} */
  const pieces = []
  let length = 0
  for (;;) {
    const output = new Uint8Array(stream._chunkSize)
    const { left, room } = handle.write(input, flush, output)
    stream.bytesWritten += input.length - Math.min(input.length, left)
    input = input.subarray(input.length - Math.min(input.length, left))
    if (room < output.length) {
      pieces.push(output.subarray(0, output.length - room))
      length += output.length - room
      if (length > stream._maxOutputLength) throw new ERR_BUFFER_TOO_LARGE(stream._maxOutputLength)
    }
    if (room > 0) break
  }
  return Buffer.concat(pieces, length)
}

/** @param {number} mode @param {string} name */
function kind (mode, name) {
  const Class = {
    /** @this {any} @param {ZlibOptions} [options] */
    [name]: function (options) {
      if (!(this instanceof Class)) return new /** @type {any} */ (Class)(options)
      if (mode === DEFLATERAW && options?.windowBits === 8) options = { ...options, windowBits: 9 }
      Zlib.call(this, options, mode)
    }
  }[name]
  Object.setPrototypeOf(Class, Zlib)
  Class.prototype = Object.create(Zlib.prototype, { constructor: { value: Class, writable: true, configurable: true } })
  if (mode === DEFLATE || mode === GZIP || mode === DEFLATERAW) methods(Class, { params })
  return Class
}

/** Another level and strategy for what comes. @this {any} @param {number} level @param {number} strategy @param {(error?: unknown) => void} callback */
function params (level, strategy, callback) {
  if (level !== undefined) level = ranged(level, 'level', -1, 9, this._level)
  if (strategy !== undefined) strategy = ranged(strategy, 'strategy', 0, 4, this._strategy)
  if (this._level === level && this._strategy === strategy) return nextTick(callback)
  this.flush(Z_SYNC_FLUSH, () => {
    if (!handles.has(this)) return
    handleOf(this).params(level, strategy)
    this._level = level
    this._strategy = strategy
    callback?.()
  })
}

export const Deflate = kind(DEFLATE, 'Deflate')
export const Inflate = kind(INFLATE, 'Inflate')
export const Gzip = kind(GZIP, 'Gzip')
export const Gunzip = kind(GUNZIP, 'Gunzip')
export const DeflateRaw = kind(DEFLATERAW, 'DeflateRaw')
export const InflateRaw = kind(INFLATERAW, 'InflateRaw')
export const Unzip = kind(UNZIP, 'Unzip')
