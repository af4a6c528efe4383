/**
 * Whole buffers: at once, or with a callback. Of larger ones the engine's own compressor takes the work, which is ten times
 * as fast; what it cannot do (levels, dictionaries, and to say what is wrong) is done here.
 */
import { Buffer } from 'socket:buffer'
import { isAnyArrayBuffer, view } from 'socket:internal/crypto/bytes'
import { ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { nextTick } from 'socket:internal/tick'
import { validateFunction } from 'socket:internal/validators'
import { ERR_BUFFER_TOO_LARGE, processSync } from 'socket:internal/zlib/stream'

/** Below, starting the engine's costs more than the work. */
const LARGE = 32 << 10

/** @typedef {{ format: CompressionFormat, compress: boolean }} Engine */

/** What the engine does in the same way, by class. @type {Record<string, Engine>} */
const ENGINES = {
  Deflate: { format: 'deflate', compress: true },
  Inflate: { format: 'deflate', compress: false },
  Gzip: { format: 'gzip', compress: true },
  Gunzip: { format: 'gzip', compress: false },
  DeflateRaw: { format: 'deflate-raw', compress: true },
  InflateRaw: { format: 'deflate-raw', compress: false }
}

/** @param {unknown} buffer @returns {Uint8Array<ArrayBuffer>} */
function input (buffer) {
  if (typeof buffer === 'string') return view(Buffer.from(buffer))
  if (!ArrayBuffer.isView(buffer) && !isAnyArrayBuffer(buffer)) throw new ERR_INVALID_ARG_TYPE('buffer', ['string', 'Buffer', 'TypedArray', 'DataView', 'ArrayBuffer'], buffer)
  return view(buffer)
}

/** @param {any} stream @param {Uint8Array} bytes */
function whole (stream, bytes) {
  const buffer = processSync(stream, bytes, stream._finishFlushFlag)
  return stream._info ? { buffer, engine: stream } : buffer
}

/** @param {any} Class @returns {(buffer: any, options?: any) => any} */
export function sync (Class) {
  return (buffer, options) => {
    const stream = new Class(options)
    return whole(stream, input(buffer))
  }
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {Engine} engine
 * @param {number} limit  bytes of the result
 * @returns {Promise<Buffer>}
 */
async function engineOnce (bytes, { format, compress }, limit) {
  const stream = compress ? new CompressionStream(format) : new DecompressionStream(format)
  const writer = stream.writable.getWriter()
  // Its failure is that of the reader as well.
  writer.write(bytes).then(() => writer.close()).catch(() => {})
  /** @type {Uint8Array[]} */
  const pieces = []
  let length = 0
  const reader = stream.readable.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(pieces, length)
    pieces.push(value)
    length += value.length
    if (length > limit) {
      reader.cancel().catch(() => {})
      throw new ERR_BUFFER_TOO_LARGE(limit)
    }
  }
}

/** Options with which the engine's result is the same. @param {any} options */
const plain = (options) => ['flush', 'finishFlush', 'windowBits', 'level', 'memLevel', 'strategy', 'dictionary', 'info'].every((name) => options?.[name] === undefined)

/** @param {any} Class @param {string} name @returns {any} */
export function later (Class, name) {
  /** @param {any} buffer @param {any} options @param {((error: Error | null, result?: any) => void) | undefined} [callback] */
  return (buffer, options, callback) => {
    if (typeof options === 'function') [callback, options] = [options, {}]
    const stream = new Class(options)
    validateFunction(callback, 'callback')
    const done = callback
    const bytes = laterInput(buffer)
    const settle = () => {
      let result
      try {
        result = whole(stream, bytes)
      } catch (error) {
        return done(/** @type {Error} */ (error))
      }
      done(null, result)
    }
    const engine = ENGINES[name]
    const able = engine !== undefined && bytes.length >= LARGE && plain(options) && typeof CompressionStream === 'function'
    if (!able) {
      nextTick(settle)
      return
    }
    engineOnce(bytes, engine, stream._maxOutputLength).then(
      (result) => nextTick(() => done(null, result)),
      // Bytes behind the end, several files in a row, or broken ones: engines differ in what they make of them.
      () => nextTick(settle))
  }
}

/** As a stream takes it, which may end without any. @param {unknown} buffer */
function laterInput (buffer) {
  if (buffer === undefined || buffer === null || typeof buffer === 'function') return new Uint8Array(0)
  if (isAnyArrayBuffer(buffer) || typeof buffer === 'string' || ArrayBuffer.isView(buffer)) return input(buffer)
  throw new ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'TypedArray', 'DataView'], buffer)
}
