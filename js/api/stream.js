/**
 * Streams, as Node's `stream`, from the code of Node itself (package readable-stream).
 */
import stream from 'readable-stream/lib/stream.js'

export const {
  Readable, Writable, Duplex, Transform, PassThrough, Stream,
  addAbortSignal, compose, destroy, finished, pipeline, promises,
  isDisturbed, isErrored, isReadable, _uint8ArrayToBuffer, _isUint8Array
} = stream
export default stream
