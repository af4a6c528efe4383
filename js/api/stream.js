/**
 * Streams, as Node's `stream`, from the code of Node itself (package readable-stream).
 */
// @ts-expect-error the package has no types: they are those of Node
import untyped from 'readable-stream/lib/stream.js'

const stream = /** @type {typeof import('node:stream') & { compose: any, destroy: any, isDisturbed: any, _uint8ArrayToBuffer: Function, _isUint8Array: (value: unknown) => boolean }} */ (untyped)

export const {
  Readable, Writable, Duplex, Transform, PassThrough, Stream,
  addAbortSignal, compose, destroy, finished, pipeline, promises,
  isDisturbed, isErrored, isReadable, _uint8ArrayToBuffer, _isUint8Array
} = stream
export default stream
