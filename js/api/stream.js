/**
 * Streams, as Node's `stream`, from the code of Node itself (package readable-stream).
 */
// @ts-expect-error the package has no types: they are those of Node
import untyped from 'readable-stream/lib/stream.js'

const stream = /** @type {typeof import('node:stream') & { compose: any, destroy: any, isDisturbed: any, isDestroyed: any, isWritable: any, _uint8ArrayToBuffer: Function, _isUint8Array: (value: unknown) => boolean }} */ (untyped)

export const {
  Readable, Writable, Duplex, Transform, PassThrough, Stream,
  addAbortSignal, compose, destroy, finished, pipeline, promises, getDefaultHighWaterMark, setDefaultHighWaterMark,
  isDestroyed, isDisturbed, isErrored, isReadable, isWritable, _uint8ArrayToBuffer, _isUint8Array
} = stream

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

export default Object.assign(stream, { duplexPair, _isArrayBufferView })
