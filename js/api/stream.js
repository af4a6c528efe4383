/**
 * Streams, as Node's `stream`, from the code of Node itself (package readable-stream).
 */
// @ts-expect-error the package has no types: they are those of Node
import untyped from 'readable-stream/lib/stream.js'
import { adapters } from 'socket:internal/web-streams'

const stream = /** @type {typeof import('node:stream') & { compose: (...streams: any[]) => import('node:stream').Duplex, destroy: (stream: object, error?: Error) => object, isDisturbed: (stream: unknown) => boolean, isDestroyed: (stream: unknown) => boolean | null, isWritable: (stream: unknown) => boolean | null, _uint8ArrayToBuffer: Function, _isUint8Array: (value: unknown) => boolean }} */ (untyped)

export const {
  Readable, Writable, Duplex, Transform, PassThrough, Stream,
  addAbortSignal, compose, destroy, finished, pipeline, promises, getDefaultHighWaterMark, setDefaultHighWaterMark,
  isDestroyed, isDisturbed, isErrored, isReadable, isWritable, _uint8ArrayToBuffer, _isUint8Array
} = stream

// The package leaves these out.
const web = adapters(stream)
Object.assign(Readable, { fromWeb: web.readableFromWeb, toWeb: web.readableToWeb })
Object.assign(Writable, { fromWeb: web.writableFromWeb, toWeb: web.writableToWeb })
Object.assign(Duplex, { fromWeb: web.duplexFromWeb, toWeb: web.duplexToWeb })

/** One end of a pair: what is written here is read there. */
class Side extends Duplex {
  /** @type {Side} */
  // @ts-expect-error set as soon as both ends are there
  other
  /** Says that the other end has room again. @type {(() => void) | null} */
  ready = null

  _read () {
    const { ready } = this
    this.ready = null
    ready?.()
  }

  /** @param {any} chunk @param {BufferEncoding} _encoding @param {() => void} done */
  _write (chunk, _encoding, done) {
    if (chunk.length === 0) {
      queueMicrotask(done)
    } else {
      this.other.push(chunk)
      this.other.ready = done
    }
  }

  /** @param {() => void} done */
  _final (done) {
    this.other.on('end', done)
    this.other.push(null)
  }
}

/**
 * @param {import('node:stream').DuplexOptions} [options]
 * @returns {[import('node:stream').Duplex, import('node:stream').Duplex]}
 */
export function duplexPair (options) {
  const [one, two] = [new Side(options), new Side(options)]
  one.other = two
  two.other = one
  return [one, two]
}

export const _isArrayBufferView = ArrayBuffer.isView

// ---- Names that apps of earlier versions know ----

/** The state behind a stream. */
export const { ReadableState } = /** @type {{ ReadableState: new (options: object, stream: object, isDuplex: boolean) => object }} */ (/** @type {unknown} */ (Readable))
export const { WritableState } = /** @type {{ WritableState: new (options: object, stream: object, isDuplex: boolean) => object }} */ (/** @type {unknown} */ (Writable))

/** @param {unknown} stream @returns {boolean} */
export function isStream (stream) {
  return stream instanceof Stream
}

/** A stream that this module made. @param {any} stream @returns {boolean} */
export function isStreamx (stream) {
  return isStream(stream) && (stream._readableState instanceof ReadableState || stream._writableState instanceof WritableState)
}

/** One that can be read, made by this module. @param {any} stream @returns {boolean} */
export function isReadStreamx (stream) {
  return isStream(stream) && stream._readableState instanceof ReadableState && isReadable(stream) === true
}

/** `pipeline` as a promise. @param {...any} streams @returns {Promise<void>} */
export function pipelinePromise (...streams) {
  return /** @type {any} */ (promises).pipeline(...streams)
}

/** Carries what one stream gives to another, and says how it ended. */
export class Pipeline {
  /** @param {any} from @param {any} to @param {(error?: Error | null) => void} [callback] */
  constructor (from, to, callback = undefined) {
    this.from = from
    this.to = to
    this.error = /** @type {Error | null} */ (null)
    this.done = false
    pipeline(from, to, (/** @type {any} */ error) => {
      this.error = error ?? null
      this.done = true
      callback?.(error)
    })
  }
}

export { FastFIFO, FixedFIFO, TransformState } from 'socket:internal/stream-names'

export default Object.assign(stream, { duplexPair, _isArrayBufferView })
