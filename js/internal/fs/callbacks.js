/**
 * The forms with a callback whose arguments may stand in several ways, as Node takes them. Streams are built on
 * these.
 */
import { Buffer } from 'socket:buffer'
import { ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import * as files from 'socket:internal/fs/files'
import { toFd, validateBuffers, validatePosition, validateReadRange, validateText, validateWriteRange } from 'socket:internal/fs/options'
import { calledBack, run, runSync, settle } from 'socket:internal/fs/run'
import { validateBuffer, validateEncoding, validateFunction, validateInteger, validateObject } from 'socket:internal/validators'

/** @typedef {(error: Error | null, ...results: any[]) => void} Callback */

/** `open(path, [flags, [mode]], callback)` */
export const open = calledBack(files.open, 1, { late: true, split: (args) => args.length < 3 ? [1, args[1]] : typeof args[2] === 'function' ? [2, args[2]] : [3, args[3]] })
export const fsync = calledBack(files.fsync, 1)

/** @param {number} fd @param {Callback} [callback] */
export function close (fd, callback) {
  if (callback !== undefined) validateFunction(callback, 'cb')
  const closing = run(files.close(fd))
  // Without a callback a failure must not go unseen.
  settle(closing, callback ?? ((error) => { if (error) throw error }))
}

/** @param {any} options */
function readOptions (options, /** @type {ArrayBufferView} */ buffer) {
  const { offset = 0, length = buffer?.byteLength - offset, position = null } = options ?? {}
  return { offset, length, position }
}

/**
 * The part of a buffer that a read fills; none: nothing is to be read.
 *
 * @param {ArrayBufferView} buffer
 * @param {any} offset
 * @param {any} length
 * @param {any} position
 */
export function readTarget (buffer, offset, length, position) {
  if (offset === undefined) offset = 0
  else validateInteger(offset, 'offset', 0)
  length |= 0
  if (length === 0) return undefined
  if (buffer.byteLength === 0) throw new ERR_INVALID_ARG_VALUE('buffer', buffer, 'is empty and cannot be written')
  validateReadRange(offset, length, buffer.byteLength)
  validatePosition(position ?? -1)
  return files.bytesOf(buffer, offset, length)
}

/** `read(fd, [buffer, [offset, length, position | options]], callback)` @param {number} fd @param {any[]} args */
export function read (fd, ...args) {
  fd = toFd(fd)
  let [buffer, offset, length, position, callback] = args
  if (args.length <= 3) {
    /** @type {any} */ let options
    if (args.length === 3) {
      [buffer, options, callback] = args
      validateObject(options, 'options', { nullable: true })
    } else if (args.length === 2) {
      [buffer, callback] = args
      if (!ArrayBuffer.isView(buffer)) {
        options = buffer
        buffer = options?.buffer === undefined ? Buffer.alloc(16384) : options.buffer
      }
    } else {
      [callback] = args
      buffer = Buffer.alloc(16384)
    }
    if (options !== undefined) validateObject(options, 'options', { nullable: true })
    ;({ offset, length, position } = readOptions(options, buffer))
  }
  validateBuffer(buffer)
  validateFunction(callback, 'cb')
  const target = readTarget(buffer, offset ?? 0, length, position)
  const reading = target === undefined ? Promise.resolve(0) : run(files.read(fd, target, position))
  settle(reading, (error, bytesRead = 0) => callback(error, bytesRead, buffer))
}

/**
 * @param {number} fd
 * @param {any} buffer
 * @param {any} [offset] or options
 * @param {any} [length]
 * @param {any} [position]
 * @returns {number}
 */
export function readSync (fd, buffer, offset, length, position) {
  fd = toFd(fd)
  validateBuffer(buffer)
  if (arguments.length <= 3 || typeof offset === 'object') {
    if (offset !== undefined) validateObject(offset, 'options', { nullable: true })
    ;({ offset, length, position } = readOptions(offset, buffer))
  }
  const target = readTarget(buffer, offset, length, position)
  return target === undefined ? 0 : runSync(files.read(fd, target, position))
}

/**
 * The bytes of a buffer that are to be written, and where to.
 *
 * @param {ArrayBufferView} buffer
 * @param {any} offset or options
 * @param {any} length
 * @param {any} position
 */
export function writeSource (buffer, offset, length, position) {
  if (typeof offset === 'object') {
    ({ offset = 0, length = buffer.byteLength - offset, position = null } = offset ?? {})
  }
  if (offset === undefined || offset === null) offset = 0
  else validateInteger(offset, 'offset', 0)
  if (typeof length !== 'number') length = buffer.byteLength - offset
  if (!Number.isSafeInteger(position) && typeof position !== 'bigint') position = null
  validateWriteRange(offset, length, buffer.byteLength)
  return { bytes: files.bytesOf(buffer, offset, length), position }
}

/** Text to write, as UTF-8 where no encoding has that name. @param {string} text @param {any} encoding */
export function textBytes (text, encoding) {
  return Buffer.from(text, Buffer.isEncoding(encoding) ? encoding : 'utf8')
}

/** `write(fd, buffer, [offset, [length, [position]]], callback)`, `write(fd, text, [position, [encoding]], callback)` @param {number} fd @param {any[]} args */
export function write (fd, ...args) {
  fd = toFd(fd)
  const [buffer, offset, length, place] = args
  if (ArrayBuffer.isView(buffer)) {
    const callback = args[4] || place || length || offset
    validateFunction(callback, 'cb')
    const { bytes, position } = writeSource(buffer, typeof offset === 'function' ? 0 : offset, length, place)
    settle(run(files.write(fd, bytes, position)), (error, written = 0) => callback(error, written, buffer))
    return
  }
  validateText(buffer, 'buffer')
  const callback = typeof place === 'function' ? place : typeof offset === 'function' ? offset : length
  const encoding = typeof place === 'function' ? length : 'utf8'
  validateEncoding(buffer, encoding)
  validateFunction(callback, 'cb')
  const position = placed(offset)
  const bytes = textBytes(buffer, encoding)
  settle(run(files.write(fd, bytes, position)), (error, written = 0) => callback(error, written, buffer))
}

/**
 * @param {number} fd
 * @param {any} buffer or text
 * @param {any} [offset] or options, or the position of text
 * @param {any} [length] or the encoding of text
 * @param {any} [place]
 * @returns {number}
 */
export function writeSync (fd, buffer, offset, length, place) {
  fd = toFd(fd)
  if (ArrayBuffer.isView(buffer)) {
    const { bytes, position } = writeSource(buffer, offset, length, place)
    return runSync(files.write(fd, bytes, position))
  }
  validateText(buffer, 'buffer')
  validateEncoding(buffer, length)
  return runSync(files.write(fd, textBytes(buffer, length), placed(offset)))
}

/** @param {unknown} position */
export const placed = (position) => Number.isSafeInteger(position) ? /** @type {number} */ (position) : null

/** @param {number} fd @param {any} buffers @param {any} position or callback @param {any} [callback] */
export function readv (fd, buffers, position, callback) {
  fd = toFd(fd)
  validateBuffers(buffers)
  callback ||= position
  validateFunction(callback, 'cb')
  settle(run(files.readv(fd, buffers, placed(position))), (error, count = 0) => callback(error, count, buffers))
}

/** @param {number} fd @param {any} buffers @param {any} [position] */
export function readvSync (fd, buffers, position) {
  fd = toFd(fd)
  validateBuffers(buffers)
  return runSync(files.readv(fd, buffers, placed(position)))
}

/** @param {number} fd @param {any} buffers @param {any} position or callback @param {any} [callback] */
export function writev (fd, buffers, position, callback) {
  fd = toFd(fd)
  validateBuffers(buffers)
  callback ||= position
  validateFunction(callback, 'cb')
  const writing = buffers.length === 0 ? Promise.resolve(0) : run(files.writev(fd, buffers, placed(position)))
  settle(writing, (error, count = 0) => callback(error, count, buffers))
}

/** @param {number} fd @param {any} buffers @param {any} [position] */
export function writevSync (fd, buffers, position) {
  fd = toFd(fd)
  validateBuffers(buffers)
  return buffers.length === 0 ? 0 : runSync(files.writev(fd, buffers, placed(position)))
}
