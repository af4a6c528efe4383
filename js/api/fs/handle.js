/**
 * Open files and directories as objects, as Node's `FileHandle`.
 */
import { Buffer } from 'socket:buffer'
import { EventEmitter } from 'socket:events'
import { fds, note } from 'socket:fs/fds'
import { ReadStream, WriteStream } from 'socket:fs/stream'
import { ERR_INVALID_STATE } from 'socket:internal/errors'
import { placed, readTarget, textBytes, writeSource } from 'socket:internal/fs/callbacks'
import { isIterable, readAll, writeAll, writeEach } from 'socket:internal/fs/contents'
import { fileClosed } from 'socket:internal/fs/errors'
import * as files from 'socket:internal/fs/files'
import { lines } from 'socket:internal/fs/lines'
import { getOptions, validateBuffers, validateText } from 'socket:internal/fs/options'
import { toPath, wire } from 'socket:internal/fs/path'
import { plan, run } from 'socket:internal/fs/run'
import { validateBuffer, validateEncoding, validateObject, validateString } from 'socket:internal/validators'

/** @typedef {import('socket:internal/fs/options').Options} Options */

export const kOpening = Symbol('fs.FileHandle.opening')
export const kClosing = Symbol('fs.FileHandle.closing')
export const kClosed = Symbol('fs.FileHandle.closed')
export const kRef = Symbol('fs.FileHandle.ref')
export const kUnref = Symbol('fs.FileHandle.unref')

/** Symbol.asyncDispose where the engine has it, else the one that Node used before. */
const asyncDispose = Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose')

/** An open file. It closes with its document, but closing it when done is better. */
export class FileHandle extends EventEmitter {
  #fd
  /** What still uses it, and itself: it closes when nothing does. */
  #uses = 1
  /** @type {Promise<void> | undefined} */ #closing
  /** @type {{ resolve: () => void, reject: (error: unknown) => void } | undefined} */ #waiting
  #locked = false

  /** @param {number | { fd: number }} fd */
  constructor (fd) {
    super()
    this.#fd = typeof fd === 'number' ? fd : fd?.fd ?? -1
  }

  /** Its number; -1 when it is closed. */
  get fd () {
    return this.#fd
  }

  get [kClosing] () {
    return this.#closing !== undefined
  }

  get [kClosed] () {
    return this.#fd === -1
  }

  [kRef] () {
    this.#uses++
  }

  [kUnref] () {
    this.#uses--
    if (this.#uses > 0) return
    const fd = this.#fd
    this.#fd = -1
    run(files.close(fd)).then(() => this.#waiting?.resolve(), (error) => this.#waiting?.reject(error))
  }

  /**
   * Keeps it open for as long as an operation lasts.
   *
   * @template T
   * @param {string} name as errors name it
   * @param {(fd: number) => Promise<T>} operation
   * @returns {Promise<T>}
   */
  async #use (name, operation) {
    if (this.#fd === -1) throw fileClosed(name)
    this[kRef]()
    try {
      return await operation(this.#fd)
    } finally {
      this[kUnref]()
    }
  }

  /** @param {any} data @param {Options | string | null} [options] */
  appendFile (data, options) {
    return this.writeFile(data, options)
  }

  /** @param {number | string} mode */
  chmod (mode) {
    return this.#use('fchmod', async (fd) => run(files.fchmod(fd, mode)))
  }

  /** @param {number} uid @param {number} gid */
  chown (uid, gid) {
    return this.#use('fchown', async (fd) => run(files.fchown(fd, uid, gid)))
  }

  datasync () {
    return this.#use('fdatasync', (fd) => run(files.fdatasync(fd)))
  }

  sync () {
    return this.#use('fsync', (fd) => run(files.fsync(fd)))
  }

  /**
   * @param {any} [buffer] or options
   * @param {any} [offset] or options
   * @param {number | null} [length]
   * @param {number | bigint | null} [position]
   * @returns {Promise<{ bytesRead: number, buffer: any }>}
   */
  read (buffer, offset, length, position) {
    return this.#use('read', async (fd) => {
      /** @type {any} */ let options
      if (!ArrayBuffer.isView(buffer)) {
        options = buffer ?? {}
        if (buffer !== undefined) validateObject(buffer, 'options', { nullable: true })
        buffer = options.buffer === undefined ? Buffer.alloc(16384) : options.buffer
        validateBuffer(buffer)
      } else if (typeof offset === 'object' && offset !== null) {
        options = offset
      }
      if (options !== undefined) {
        ({ offset = 0, length = buffer.byteLength - offset, position = null } = options)
      }
      // Node reads on from where it is for all that is no place in a file.
      if (!Number.isSafeInteger(position) && typeof position !== 'bigint') position = null
      const target = readTarget(buffer, offset ?? 0, length ?? buffer.byteLength - (offset ?? 0), position)
      return { bytesRead: target === undefined ? 0 : await run(files.read(fd, target, position)), buffer }
    })
  }

  /** @param {ArrayBufferView[]} buffers @param {number | null} [position] */
  readv (buffers, position) {
    return this.#use('readv', async (fd) => {
      validateBuffers(buffers)
      return { bytesRead: await run(files.readv(fd, buffers, placed(position))), buffers }
    })
  }

  /** @param {Options | string | null} [options] @returns {Promise<any>} */
  readFile (options) {
    return this.#use('readFile', async (fd) => readAll(fd, getOptions(options, { flag: 'r' })))
  }

  /** Its lines, one at a time. @param {any} [options] as for createReadStream */
  readLines (options = undefined) {
    return lines(/** @type {any} */ (this.createReadStream(options)))
  }

  /** @param {Options} [options] */
  stat (options) {
    return this.#use('fstat', async (fd) => run(files.fstat(fd, options)))
  }

  /** @param {number} [len] */
  truncate (len = 0) {
    return this.#use('ftruncate', async (fd) => run(files.ftruncate(fd, len)))
  }

  /** @param {number | string | Date} atime @param {number | string | Date} mtime */
  utimes (atime, mtime) {
    return this.#use('futimes', async (fd) => run(files.futimes(fd, atime, mtime)))
  }

  /**
   * @param {any} buffer or text
   * @param {any} [offset] or options, or the position of text
   * @param {any} [length] or the encoding of text
   * @param {any} [position]
   * @returns {Promise<{ bytesWritten: number, buffer: any }>}
   */
  write (buffer, offset, length, position) {
    return this.#use('write', async (fd) => {
      if (buffer?.byteLength === 0) return { bytesWritten: 0, buffer }
      if (ArrayBuffer.isView(buffer)) {
        const source = writeSource(buffer, offset, length, position)
        return { bytesWritten: await run(files.write(fd, source.bytes, source.position)), buffer }
      }
      validateText(buffer, 'buffer')
      validateEncoding(buffer, length)
      const place = placed(offset)
      return { bytesWritten: await run(files.write(fd, textBytes(buffer, length), place)), buffer }
    })
  }

  /** @param {ArrayBufferView[]} buffers @param {number | null} [position] */
  writev (buffers, position) {
    return this.#use('writev', async (fd) => {
      validateBuffers(buffers)
      const place = placed(position)
      return { bytesWritten: buffers.length === 0 ? 0 : await run(files.writev(fd, buffers, place)), buffers }
    })
  }

  /** @param {any} data text, bytes or an iterable of them @param {Options | string | null} [options] */
  writeFile (data, options) {
    return this.#use('writeFile', async (fd) => {
      const checked = files.writeOptions(options, 'w')
      if (isIterable(data)) return writeEach(fd, data, checked)
      return writeAll(fd, files.toBytes(data, checked.encoding), checked)
    })
  }

  /** Closes it when nothing uses it any more. @returns {Promise<void>} */
  close = () => {
    if (this.#fd === -1) return Promise.resolve()
    if (this.#closing !== undefined) return this.#closing
    this.#closing = new Promise((resolve, reject) => { this.#waiting = { resolve, reject } })
    const ended = () => { this.#closing = undefined }
    this.#closing.then(ended, ended)
    this[kUnref]()
    this.emit('close')
    return this.#closing ?? Promise.resolve()
  }

  [asyncDispose] () {
    return this.close()
  }

  /** @param {{ type?: string }} [options] @returns {ReadableStream<Uint8Array>} */
  readableWebStream (options = {}) {
    if (this.#fd === -1) throw new ERR_INVALID_STATE('The FileHandle is closed')
    if (this.#closing !== undefined) throw new ERR_INVALID_STATE('The FileHandle is closing')
    if (this.#locked) throw new ERR_INVALID_STATE('The FileHandle is locked')
    if (options.type !== undefined) validateString(options.type, 'options.type')
    this.#locked = true
    this[kRef]()
    let used = true
    const done = () => {
      if (used) this[kUnref]()
      used = false
    }
    /** @type {ReadableStreamController<any>} */ let controller
    const source = {
      ...(options.type === 'bytes' && { type: 'bytes' }),
      start: (/** @type {any} */ given) => { controller = given },
      pull: async () => {
        const { bytesRead, buffer } = await this.read(Buffer.alloc(16384))
        if (bytesRead > 0) return controller.enqueue(new Uint8Array(buffer.buffer, buffer.byteOffset, bytesRead))
        done()
        controller.close()
      },
      cancel: done
    }
    this.once('close', () => {
      if (!used) return
      done()
      controller.close()
    })
    return new ReadableStream(/** @type {any} */ (source), { highWaterMark: 0 })
  }

  /** @param {any} [options] @returns {any} */
  createReadStream (options = undefined) {
    return new ReadStream(undefined, { ...options, fd: this })
  }

  /** @param {any} [options] */
  createWriteStream (options = undefined) {
    return new WriteStream(undefined, { ...options, fd: this })
  }
}

/** An open directory as `fs.Dir` holds it. */
export class DirectoryHandle extends EventEmitter {
  /** @param {{ fd: number, path?: any }} options */
  constructor ({ fd, path }) {
    super()
    this.fd = fd
    this.path = path
  }

  /** @param {any} path @returns {import('socket:internal/fs/run').Plan<DirectoryHandle>} */
  static plan (path) {
    const checked = toPath(path)
    return plan('fs.opendir', { path: wire(checked) }, (opened) => new DirectoryHandle({ fd: note(opened, 'directory', path).fd, path: checked }))
  }

  /** @param {any} path */
  static async open (path) {
    return run(DirectoryHandle.plan(path))
  }

  async close () {
    await run(plan('fs.dirClose', { fd: this.fd }))
    fds.delete(this.fd)
    this.emit('close')
  }
}

export default { FileHandle, DirectoryHandle, kOpening, kClosing, kClosed }
