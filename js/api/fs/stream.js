/**
 * Files as streams, as Node's `fs.ReadStream` and `fs.WriteStream`.
 */
import { Buffer } from 'socket:buffer'
import { FileHandle, kRef } from 'socket:fs/handle'
import { ERR_INVALID_ARG_TYPE, ERR_METHOD_NOT_IMPLEMENTED, ERR_OUT_OF_RANGE } from 'socket:internal/errors'
import * as callbacks from 'socket:internal/fs/callbacks'
import { writeFailed } from 'socket:internal/fs/errors'
import { operationsOf } from 'socket:internal/fs/handle-io'
import { getOptions, toFd } from 'socket:internal/fs/options'
import { fromFileURL, toPath } from 'socket:internal/fs/path'
import { Readable, Writable, finished } from 'socket:stream'
import { validateBoolean, validateFunction, validateInteger } from 'socket:internal/validators'

export const DEFAULT_STREAM_HIGH_WATER_MARK = 64 * 1024
/** What a stream asks a file of its own for at a time: a call costs more than the bytes. */
const AHEAD = 512 * 1024
/** How often a write that takes nothing is tried. */
const MAX_RETRIES = 5

const kIODone = Symbol('kIoDone')

/**
 * What a stream is about, from its arguments.
 *
 * @param {any} path
 * @param {any} given
 * @param {string} flags
 * @param {string[]} needed functions of `options.fs`
 */
function prepare (path, given, flags, needed) {
  const options = /** @type {any} */ ({ ...getOptions(given) })
  const source = { fd: /** @type {number | null} */ (null), path, flags, mode: 0o666, ops: /** @type {any} */ (options.fs || callbacks), handle: /** @type {any} */ (undefined) }
  if (options.fd === undefined || options.fd === null) {
    validateFunction(source.ops.open, 'options.fs.open')
    source.path = fromFileURL(path)
    source.flags = options.flags ?? flags
    source.mode = options.mode ?? 0o666
    toPath(source.path)
  } else if (typeof options.fd === 'number') {
    source.fd = toFd(options.fd)
  } else if (options.fd instanceof FileHandle) {
    if (options.fs) throw new ERR_METHOD_NOT_IMPLEMENTED('FileHandle with fs')
    source.handle = options.fd
    source.ops = operationsOf(options.fd)
    source.fd = toFd(options.fd.fd)
  } else {
    throw new ERR_INVALID_ARG_TYPE('options.fd', ['number', 'FileHandle'], options.fd)
  }
  options.autoDestroy = options.autoClose === undefined ? true : options.autoClose
  for (const name of needed) validateFunction(source.ops[name], `options.fs.${name}`)
  if (options.autoDestroy) validateFunction(source.ops.close, 'options.fs.close')
  if (options.start !== undefined) validateInteger(options.start, 'start', 0)
  // Not for the base class, which would take it for its own.
  const { fs: _, ...settings } = options
  return { settings, source }
}

/**
 * What both kinds of stream do in the same way.
 *
 * @param {any} stream
 * @param {ReturnType<typeof prepare>['source']} source
 */
function attach (stream, { fd, path, flags, mode, handle }) {
  stream.fd = fd
  if (fd === null) Object.assign(stream, { path, flags, mode })
  if (handle === undefined) return
  handle[kRef]()
  handle.on('close', stream.close.bind(stream))
}

/** @param {any} stream @param {any} ops @param {(error?: Error | null) => void} callback */
function construct (stream, ops, callback) {
  if (typeof stream.fd === 'number') return callback()
  ops.open(stream.path, stream.flags, stream.mode, (/** @type {Error | null} */ error, /** @type {number} */ fd) => {
    if (error) return callback(error)
    stream.fd = fd
    callback()
    stream.emit('open', fd)
    stream.emit('ready')
  })
}

/**
 * Closes the file when no read or write is under way.
 *
 * @param {any} stream
 * @param {any} ops
 * @param {boolean} busy
 * @param {Error | null} error
 * @param {(error?: Error | null) => void} callback
 */
function destroy (stream, ops, busy, error, callback) {
  const close = (/** @type {Error | null | undefined} */ before) => {
    const fd = stream.fd
    if (typeof fd !== 'number') return callback(before)
    stream.fd = null
    ops.close(fd, (/** @type {Error | null} */ after) => callback(after || before))
  }
  const end = (/** @type {Error | null | undefined} */ before) => {
    if (!stream.flush || typeof stream.fd !== 'number') return close(before)
    ops.fsync(stream.fd, (/** @type {Error | null} */ failed) => close(before || failed))
  }
  if (busy) stream.once(kIODone, (/** @type {Error | null} */ late) => end(error || late))
  else end(error)
}

export class ReadStream extends /** @type {any} */ (Readable) {
  /** @type {any} */ #ops
  #busy = false
  /** What `_read` waits for. */
  #wanted = 0
  /** Bytes that were read and not given yet. @type {Buffer[]} */
  #blocks = []
  #held = 0
  /** After the blocks: the end, or why there is no more. @type {{ error?: Error } | undefined} */
  #over
  /** Whether nobody else reads this file's descriptor, or counts calls. */
  #own
  /** Whether the last read gave all that was asked: then there is more to be had, and it is asked for before it is wanted. */
  #plenty = false

  /** @param {any} path @param {any} [options] */
  constructor (path, options = undefined) {
    const { settings, source } = prepare(path, options, 'r', ['read'])
    settings.highWaterMark ??= DEFAULT_STREAM_HIGH_WATER_MARK
    const { start, end = Infinity } = settings
    if (end !== Infinity) {
      validateInteger(end, 'end', 0)
      if (start !== undefined && start > end) throw new ERR_OUT_OF_RANGE('start', `<= "end" (here: ${end})`, start)
    }
    super(settings)
    this.#ops = source.ops
    this.#own = source.fd === null && source.ops === callbacks
    this.start = start
    this.end = end
    /** @type {number | undefined} */ this.pos = start
    this.bytesRead = 0
    attach(this, source)
  }

  /** Whether the file is not open yet. */
  get pending () {
    return this.fd === null
  }

  get autoClose () {
    return this._readableState.autoDestroy
  }

  set autoClose (value) {
    this._readableState.autoDestroy = value
  }

  /** @param {(error?: Error | null) => void} callback */
  _construct (callback) {
    construct(this, this.#ops, callback)
  }

  /** Bytes that are still to be read of the file. */
  get #left () {
    return this.end - (this.pos ?? this.bytesRead) + 1 - this.#held
  }

  /** @param {number} size */
  _read (size) {
    this.#wanted = Math.min(this.#left + this.#held, size)
    if (this.#wanted <= 0) {
      this.push(null)
      return
    }
    // Never while it is asked: what comes then is one chunk with what there was.
    if (this.#blocks.length > 0) queueMicrotask(() => this.#serve(size))
    else this.#serve(size)
  }

  /** @param {number} size of a chunk */
  #serve (size) {
    if (this.#wanted === 0 || this.destroyed) return
    const block = this.#blocks[0]
    if (block === undefined) {
      if (this.#over === undefined) this.#fetch(size)
      else if (this.#over.error) this.destroy(this.#over.error)
      else this.push(null)
      return
    }
    const length = Math.min(this.#wanted, block.length)
    if (length === block.length) this.#blocks.shift()
    else this.#blocks[0] = block.subarray(length)
    this.#wanted = 0
    this.#held -= length
    if (this.pos !== undefined) this.pos += length
    this.bytesRead += length
    if (this.#plenty && this.#held < AHEAD) this.#fetch(size)
    // A chunk that is kept must not hold what came with it.
    this.push(length === block.buffer.byteLength ? block : Buffer.from(block.subarray(0, length)))
  }

  /** @param {number} size of a chunk */
  #fetch (size) {
    if (this.#busy || this.#over !== undefined) return
    // Whole chunks, so that they have the size that they have without this.
    const most = this.#plenty ? Math.max(size, AHEAD - AHEAD % size) : this.#wanted
    const length = Math.min(this.#left, most)
    if (length <= 0) return
    this.#busy = true
    const buffer = Buffer.alloc(length)
    const position = this.pos === undefined ? undefined : this.pos + this.#held
    this.#ops.read(this.fd, buffer, 0, length, position, (/** @type {Error | null} */ error, /** @type {number} */ bytesRead) => {
      this.#busy = false
      if (this.destroyed) {
        this.emit(kIODone, error)
        return
      }
      this.#plenty = this.#own && bytesRead === length
      if (error) {
        this.#over = { error }
      } else if (bytesRead === 0) {
        this.#over = {}
      } else {
        this.#held += bytesRead
        this.#blocks.push(buffer.subarray(0, bytesRead))
      }
      this.#serve(size)
    })
  }

  /** @param {Error | null} error @param {(error?: Error | null) => void} callback */
  _destroy (error, callback) {
    destroy(this, this.#ops, this.#busy, error, callback)
  }

  /** @param {(error?: Error | null) => void} [callback] */
  close (callback) {
    if (typeof callback === 'function') finished(/** @type {any} */ (this), callback)
    this.destroy()
  }
}

export class WriteStream extends /** @type {any} */ (Writable) {
  /** @type {any} */ #ops
  #busy = false

  /** @param {any} path @param {any} [options] */
  constructor (path, options = undefined) {
    const { settings, source } = prepare(path, options, 'w', ['write'])
    if (settings.flush !== undefined && settings.flush !== null) {
      validateBoolean(settings.flush, 'options.flush')
      validateFunction(source.ops.fsync, 'options.fs.fsync')
    }
    super({ ...settings, decodeStrings: true })
    this.#ops = source.ops
    this.flush = settings.flush ?? false
    this.start = settings.start
    /** @type {number | undefined} */ this.pos = settings.start
    this.bytesWritten = 0
    attach(this, source)
    if (settings.encoding) this.setDefaultEncoding(settings.encoding)
  }

  /** Whether the file is not open yet. */
  get pending () {
    return this.fd === null
  }

  get autoClose () {
    return this._writableState.autoDestroy
  }

  set autoClose (value) {
    this._writableState.autoDestroy = value
  }

  /** @param {(error?: Error | null) => void} callback */
  _construct (callback) {
    construct(this, this.#ops, callback)
  }

  /**
   * Writes until all is written: a descriptor may take less than it is given.
   *
   * @param {Uint8Array} bytes
   * @param {(error?: Error | null) => void} callback
   * @param {number} [retries]
   */
  #writeAll (bytes, callback, retries = 0) {
    this.#ops.write(this.fd, bytes, 0, bytes.byteLength, this.pos, (/** @type {any} */ error, /** @type {number} */ count) => {
      if (error?.code === 'EAGAIN') [error, count] = [null, 0]
      if (error || this.destroyed) return callback(error ?? Object.assign(new Error('Cannot call write after a stream was destroyed'), { code: 'ERR_STREAM_DESTROYED' }))
      this.bytesWritten += count
      if (this.pos !== undefined) this.pos += count
      const again = count === 0 ? retries + 1 : 0
      if (count === bytes.byteLength) callback()
      else if (again > MAX_RETRIES) callback(writeFailed('write'))
      else this.#writeAll(bytes.subarray(count), callback, again)
    })
  }

  /** @param {Uint8Array} bytes @param {(error?: Error | null) => void} callback */
  #write (bytes, callback) {
    this.#busy = true
    this.#writeAll(bytes, (error) => {
      this.#busy = false
      callback(error)
      if (this.destroyed) this.emit(kIODone, error)
    })
  }

  /** @param {Uint8Array} chunk @param {string} _encoding @param {(error?: Error | null) => void} callback */
  _write (chunk, _encoding, callback) {
    this.#write(chunk, callback)
  }

  /** Chunks that waited go in one call. @param {{ chunk: Uint8Array }[]} chunks @param {(error?: Error | null) => void} callback */
  _writev (chunks, callback) {
    this.#write(Buffer.concat(chunks.map(({ chunk }) => chunk)), callback)
  }

  /** @param {Error | null} error @param {(error?: Error | null) => void} callback */
  _destroy (error, callback) {
    destroy(this, this.#ops, this.#busy, error, callback)
  }

  /** @param {(error?: Error | null) => void} [callback] */
  close (callback) {
    if (callback) {
      if (this.closed) {
        queueMicrotask(callback)
        return
      }
      this.on('close', callback)
    }
    // Without autoClose nobody else destroys it once all is written.
    if (!this.autoClose) this.on('finish', this.destroy)
    this.end()
  }

  destroySoon () {
    this.end()
  }
}

export { ReadStream as FileReadStream, WriteStream as FileWriteStream }
export default { ReadStream, WriteStream, FileReadStream: ReadStream, FileWriteStream: WriteStream, DEFAULT_STREAM_HIGH_WATER_MARK }
