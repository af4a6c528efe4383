/**
 * Between streams of Node and of the web, in both directions, with the pressure of the slower end.
 */
import { Buffer } from 'socket:buffer'
import { AbortError, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { validateBoolean, validateObject } from 'socket:internal/validators'

/** Of another realm, too. @param {any} value @param {string} name */
const isWeb = (value, name) => value !== null && typeof value === 'object' && Object.prototype.toString.call(value) === `[object ${name}]`

/** @param {any} options */
function checkShared (options) {
  const { highWaterMark, objectMode = false, signal } = options
  validateBoolean(objectMode, 'options.objectMode')
  return { highWaterMark, objectMode, signal }
}

/** Its own words and order, as Node has them. @param {any} encoding */
function checkEncoding (encoding) {
  if (encoding !== undefined && !Buffer.isEncoding(encoding)) throw new ERR_INVALID_ARG_VALUE(`${encoding}`, 'options.encoding')
}

/** @param {any} error */
const isPremature = (error) => error?.code === 'ERR_STREAM_PREMATURE_CLOSE'

/**
 * The methods of `stream` that need both kinds.
 *
 * @param {any} stream the module
 */
export function adapters ({ Readable, Writable, Duplex, finished, destroy, isDestroyed, isReadable, isWritable }) {
  /** @param {any} source @returns {{ read: () => void, cancel: (error: any) => Promise<void> }} */
  function reading (source, /** @type {() => any} */ target) {
    const reader = source.getReader()
    let closed = false
    reader.closed.then(() => { closed = true }, (/** @type {any} */ error) => {
      closed = true
      destroy(target(), error)
    })
    return {
      read () {
        reader.read().then(
          (/** @type {any} */ { value, done }) => target().push(done ? null : value),
          (/** @type {any} */ error) => destroy(target(), error))
      },
      async cancel (error) {
        if (!closed) await reader.cancel(error)
      }
    }
  }

  /** @param {any} sink @param {() => any} target */
  function writing (sink, target) {
    const writer = sink.getWriter()
    let closed = false
    writer.closed.then(() => {
      closed = true
      const stream = target()
      if (!stream.writableFinished && !stream.writableEnded) destroy(stream, Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }))
    }, (/** @type {any} */ error) => {
      closed = true
      destroy(target(), error)
    })
    const chunkOf = (/** @type {any} */ chunk, /** @type {string} */ encoding, /** @type {boolean} */ asText) =>
      typeof chunk === 'string' && !asText ? Buffer.from(chunk, /** @type {any} */ (encoding)) : chunk
    return {
      async write (/** @type {any} */ chunk, /** @type {string} */ encoding, asText = false) {
        await writer.ready
        await writer.write(chunkOf(chunk, encoding, asText))
      },
      async close () {
        if (!closed) await writer.close()
      },
      async end (/** @type {any} */ error) {
        if (closed) return
        if (error != null) await writer.abort(error)
        else await writer.close()
      }
    }
  }

  /** Tells a callback how a promise ended. @param {Promise<any>} promise @param {(error?: any) => void} callback @param {any} [error] */
  function told (promise, callback, error) {
    promise.then(() => queueMicrotask(() => callback(error)), (failed) => queueMicrotask(() => callback(failed)))
  }

  /** @param {any} readableStream @param {any} [options] @returns {any} */
  function readableFromWeb (readableStream, options = /** @type {any} */ ({})) {
    if (!isWeb(readableStream, 'ReadableStream')) throw new ERR_INVALID_ARG_TYPE('readableStream', 'ReadableStream', readableStream)
    validateObject(options, 'options')
    const { encoding } = /** @type {any} */ (options)
    checkEncoding(encoding)
    const { highWaterMark, objectMode, signal } = checkShared(options)
    /** @type {any} */ let readable // eslint-disable-line prefer-const -- the source tells it what came
    const source = reading(readableStream, () => readable)
    readable = new Readable({
      objectMode,
      highWaterMark,
      encoding,
      signal,
      read: () => source.read(),
      destroy: (/** @type {any} */ error, /** @type {any} */ callback) => told(source.cancel(error), callback, error)
    })
    return readable
  }

  /** @param {any} writableStream @param {any} [options] @returns {any} */
  function writableFromWeb (writableStream, options = /** @type {any} */ ({})) {
    if (!isWeb(writableStream, 'WritableStream')) throw new ERR_INVALID_ARG_TYPE('writableStream', 'WritableStream', writableStream)
    validateObject(options, 'options')
    const { decodeStrings = true } = /** @type {any} */ (options)
    const { highWaterMark, objectMode, signal } = checkShared(options)
    validateBoolean(decodeStrings, 'options.decodeStrings')
    /** @type {any} */ let writable // eslint-disable-line prefer-const -- the sink tells it how it ended
    const sink = writing(writableStream, () => writable)
    writable = new Writable({
      highWaterMark,
      objectMode,
      decodeStrings,
      signal,
      write: (/** @type {any} */ chunk, /** @type {string} */ encoding, /** @type {any} */ callback) => told(sink.write(chunk, encoding, objectMode || !decodeStrings), callback),
      final: (/** @type {any} */ callback) => told(sink.close(), callback),
      destroy: (/** @type {any} */ error, /** @type {any} */ callback) => told(sink.end(error), callback, error)
    })
    return writable
  }

  /** @param {any} streamReadable @param {any} [options] @returns {ReadableStream} */
  function readableToWeb (streamReadable, options = {}) {
    if (typeof streamReadable?._readableState !== 'object') throw new ERR_INVALID_ARG_TYPE('streamReadable', 'stream.Readable', streamReadable)
    if (isDestroyed(streamReadable) || !isReadable(streamReadable)) {
      const empty = new ReadableStream()
      empty.cancel()
      return empty
    }
    const { readableObjectMode: objectMode, readableHighWaterMark: highWaterMark } = streamReadable
    const strategy = options?.strategy || (objectMode ? new CountQueuingStrategy({ highWaterMark }) : { highWaterMark })
    /** @type {any} */ let controller
    streamReadable.pause()
    const stop = finished(streamReadable, (/** @type {any} */ error) => {
      if (isPremature(error)) error = new AbortError(undefined, { cause: error })
      stop()
      // What goes wrong from here on is nobody's.
      streamReadable.on('error', () => {})
      if (error) return controller.error(error)
      controller.close()
    })
    streamReadable.on('data', (/** @type {any} */ chunk) => {
      if (chunk instanceof Uint8Array && !objectMode) chunk = new Uint8Array(chunk)
      controller.enqueue(chunk)
      if (controller.desiredSize <= 0) streamReadable.pause()
    })
    return new ReadableStream({
      start (given) {
        controller = given
        // A listener for data makes it flow.
        streamReadable.pause()
      },
      pull () { streamReadable.resume() },
      cancel (reason) { destroy(streamReadable, reason) }
    }, strategy)
  }

  /** @param {any} streamWritable @returns {WritableStream} */
  function writableToWeb (streamWritable) {
    if (typeof streamWritable?._writableState !== 'object') throw new ERR_INVALID_ARG_TYPE('streamWritable', 'stream.Writable', streamWritable)
    if (isDestroyed(streamWritable) || !isWritable(streamWritable)) {
      const closed = new WritableStream()
      closed.close()
      return closed
    }
    const { writableObjectMode: objectMode, writableHighWaterMark: highWaterMark } = streamWritable
    const strategy = objectMode ? new CountQueuingStrategy({ highWaterMark }) : { highWaterMark }
    /** @type {any} */ let controller
    /** @type {any} */ let pressure
    /** @type {any} */ let ending
    const stop = finished(streamWritable, (/** @type {any} */ error) => {
      if (isPremature(error)) error = new AbortError(undefined, { cause: error })
      stop()
      streamWritable.on('error', () => {})
      if (error != null) {
        pressure?.reject(error)
        ending?.reject(error)
        ending = undefined
        controller.error(error)
        return
      }
      if (ending !== undefined) {
        ending.resolve()
        ending = undefined
        return
      }
      controller.error(new AbortError())
    })
    streamWritable.on('drain', () => pressure?.resolve())
    return new WritableStream({
      start (given) { controller = given },
      async write (chunk) {
        if (streamWritable.writableNeedDrain || !streamWritable.write(chunk)) {
          await new Promise((resolve, reject) => { pressure = { resolve, reject } }).finally(() => { pressure = undefined })
        }
      },
      abort (reason) { destroy(streamWritable, reason) },
      close () {
        if (ending === undefined && !streamWritable.writableEnded) streamWritable.end()
        return new Promise((resolve, reject) => { ending = { resolve: () => resolve(undefined), reject } })
      }
    }, strategy)
  }

  /** @param {any} [pair] @param {any} [options] @returns {any} */
  function duplexFromWeb (pair = /** @type {any} */ ({}), options = /** @type {any} */ ({})) {
    validateObject(pair, 'pair')
    const { readable: readableStream, writable: writableStream } = /** @type {any} */ (pair)
    if (!isWeb(readableStream, 'ReadableStream')) throw new ERR_INVALID_ARG_TYPE('pair.readable', 'ReadableStream', readableStream)
    if (!isWeb(writableStream, 'WritableStream')) throw new ERR_INVALID_ARG_TYPE('pair.writable', 'WritableStream', writableStream)
    validateObject(options, 'options')
    const { allowHalfOpen = false, decodeStrings = true, encoding } = /** @type {any} */ (options)
    const { highWaterMark, objectMode, signal } = checkShared(options)
    checkEncoding(encoding)
    /** @type {any} */ let duplex // eslint-disable-line prefer-const -- both halves tell it what came
    const source = reading(readableStream, () => duplex)
    const sink = writing(writableStream, () => duplex)
    duplex = new Duplex({
      allowHalfOpen,
      highWaterMark,
      objectMode,
      encoding,
      decodeStrings,
      signal,
      read: () => source.read(),
      write: (/** @type {any} */ chunk, /** @type {string} */ coding, /** @type {any} */ callback) => told(sink.write(chunk, coding, objectMode || !decodeStrings), callback),
      final: (/** @type {any} */ callback) => told(sink.close(), callback),
      destroy: (/** @type {any} */ error, /** @type {any} */ callback) => told(Promise.all([sink.end(error), source.cancel(error)]), callback, error)
    })
    return duplex
  }

  /** @param {any} duplex @returns {{ readable: ReadableStream, writable: WritableStream }} */
  function duplexToWeb (duplex) {
    if (typeof duplex?._writableState !== 'object' || typeof duplex?._readableState !== 'object') throw new ERR_INVALID_ARG_TYPE('duplex', 'stream.Duplex', duplex)
    return { readable: readableToWeb(duplex), writable: writableToWeb(duplex) }
  }

  return { readableFromWeb, readableToWeb, writableFromWeb, writableToWeb, duplexFromWeb, duplexToWeb }
}
