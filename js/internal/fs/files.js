/**
 * Operations on open files and on whole contents. Each is a plan (see run.js).
 */
import { Buffer } from 'socket:buffer'
import { fds, note } from 'socket:fs/fds'
import { normalizeFlags } from 'socket:fs/flags'
import { fromNative } from 'socket:fs/stats'
import { getOptions, toFd, toUnixTimestamp, validateText, wirePosition } from 'socket:internal/fs/options'
import { toContent, toPath, wire } from 'socket:internal/fs/path'
import { plan } from 'socket:internal/fs/run'
import { parseFileMode, validateBoolean, validateInteger } from 'socket:internal/validators'

/** @typedef {import('socket:internal/fs/path').PathLike} PathLike */
/** @typedef {import('socket:internal/fs/options').Options} Options */

const MAX_ID = 2 ** 32 - 1

/** @param {PathLike} file @param {string | number | null} [flags] @param {string | number} [mode] @returns {import('socket:internal/fs/run').Plan<number>} */
export function open (file, flags = 'r', mode = undefined) {
  const path = wire(toPath(file))
  const request = { path, flags: normalizeFlags(flags), mode: parseFileMode(mode, 'mode', 0o666) }
  return plan('fs.open', request, (opened) => note(opened, 'file', file).fd)
}

/** @param {number} fd */
export function close (fd) {
  return plan('fs.close', { fd: toFd(fd) }, () => { fds.delete(fd) })
}

/** @param {ArrayBufferView} view @param {number} [offset] @param {number} [length] */
export function bytesOf (view, offset = 0, length = view.byteLength - offset) {
  return new Uint8Array(view.buffer, view.byteOffset + offset, length)
}

/**
 * Reads into a buffer, with one copy.
 *
 * @param {number} fd
 * @param {Uint8Array} target
 * @param {number | bigint | null} [position]
 * @returns {import('socket:internal/fs/run').Plan<number>} how many bytes
 */
export function read (fd, target, position = null) {
  const request = { fd, length: target.byteLength, position: wirePosition(position) }
  return plan('fs.read', request, ({ bytesRead, body }) => {
    if (body !== undefined) target.set(body)
    return bytesRead
  })
}

/** @param {number} fd @param {ArrayBufferView[]} buffers @param {number | null} [position] @returns {import('socket:internal/fs/run').Plan<number>} */
export function readv (fd, buffers, position = null) {
  const length = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0)
  return plan('fs.readv', { fd, length, position: wirePosition(position) }, ({ bytesRead, body }) => {
    let at = 0
    for (const buffer of buffers) {
      if (body === undefined || at >= body.byteLength) break
      const part = body.subarray(at, at + buffer.byteLength)
      bytesOf(buffer).set(part)
      at += part.byteLength
    }
    return bytesRead
  })
}

/** @param {number} fd @param {Uint8Array} body @param {number | bigint | null} [position] @returns {import('socket:internal/fs/run').Plan<number>} how many bytes */
export function write (fd, body, position = null) {
  return plan('fs.write', { fd, position: wirePosition(position), body }, ({ bytesWritten }) => bytesWritten)
}

/** @param {number} fd @param {ArrayBufferView[]} buffers @param {number | null} [position] @returns {import('socket:internal/fs/run').Plan<number>} */
export function writev (fd, buffers, position = null) {
  const body = Buffer.concat(buffers.map((buffer) => bytesOf(buffer)))
  return plan('fs.writev', { fd, position: wirePosition(position), body }, ({ bytesWritten }) => bytesWritten)
}

/** @param {number} fd @param {Options} [options] */
export function fstat (fd, options = {}) {
  return plan('fs.fstat', { fd: toFd(fd) }, (answer) => fromNative(answer, options.bigint))
}

/** @param {number} fd */
export function fsync (fd) {
  return plan('fs.fsync', { fd: toFd(fd) })
}

/** @param {number} fd */
export function fdatasync (fd) {
  return plan('fs.fdatasync', { fd: toFd(fd) })
}

/** @param {number} fd @param {number} [len] */
export function ftruncate (fd, len = 0) {
  validateInteger(len, 'len')
  return plan('fs.ftruncate', { fd: toFd(fd), length: Math.max(0, len) })
}

/** @param {PathLike} file @param {number} [len] */
export function truncate (file, len = 0) {
  validateInteger(len, 'len')
  return plan('fs.truncate', { path: wire(toPath(file)), length: Math.max(0, len) })
}

/** @param {number} fd @param {string | number} mode */
export function fchmod (fd, mode) {
  const request = { mode: parseFileMode(mode, 'mode'), fd: toFd(fd) }
  return plan('fs.fchmod', request)
}

/** @param {number} fd @param {number} uid @param {number} gid */
export function fchown (fd, uid, gid) {
  validateInteger(uid, 'uid', -1, MAX_ID)
  validateInteger(gid, 'gid', -1, MAX_ID)
  return plan('fs.fchown', { fd: toFd(fd), uid, gid })
}

/** @param {number} fd @param {string | number | Date} atime @param {string | number | Date} mtime */
export function futimes (fd, atime, mtime) {
  const request = { atime: toUnixTimestamp(atime, 'atime'), mtime: toUnixTimestamp(mtime, 'mtime') }
  return plan('fs.futimes', { fd: toFd(fd), ...request })
}

/** @param {PathLike} file @param {Options | string | null} [options] @param {string} [flagName] of the flag, for errors @returns {import('socket:internal/fs/run').Plan<any>} */
export function readFile (file, options = undefined, flagName = 'flags') {
  const { encoding, flag, signal } = getOptions(options, { flag: 'r' })
  const flags = normalizeFlags(flag, flagName)
  const reading = plan('fs.readFile', { path: wire(toPath(file)), flags }, ({ body }) => toContent(body, encoding), signal)
  // Large files are read while they are sent: what fails then can only end the answer early.
  return { ...reading, short: ({ size, body }) => (body?.byteLength ?? 0) < size }
}

/** Bytes to write. @param {unknown} data @param {string | null | undefined} encoding @returns {Uint8Array} */
export function toBytes (data, encoding) {
  if (ArrayBuffer.isView(data)) return bytesOf(data)
  validateText(data, 'data')
  return Buffer.from(data, /** @type {any} */ (encoding || 'utf8'))
}

/**
 * @param {Options | string | null | undefined} options
 * @param {string} flag
 * @returns {Options & { flush: boolean }}
 */
export function writeOptions (options, flag) {
  const given = getOptions(options, { encoding: 'utf8', mode: 0o666, flag, flush: false })
  const flush = given.flush ?? false
  validateBoolean(flush, 'options.flush')
  return { ...given, flag: given.flag || flag, flush }
}

/** @param {PathLike} file @param {Uint8Array} body @param {Options & { flush: boolean }} options */
function content (file, body, { flag, mode, flush }) {
  const path = wire(toPath(file))
  return { path, flags: normalizeFlags(flag), mode: parseFileMode(mode, 'mode', 0o666), flush, body }
}

/** @param {PathLike} file @param {unknown} data @param {Options | string | null} [options] */
export function writeFile (file, data, options = undefined) {
  const checked = writeOptions(options, 'w')
  const body = toBytes(data, checked.encoding)
  return plan('fs.writeFile', content(file, body, checked), undefined, checked.signal)
}

/** @param {PathLike} file @param {unknown} data @param {Options | string | null} [options] */
export function appendFile (file, data, options = undefined) {
  const checked = writeOptions(options, 'a')
  const body = toBytes(data, checked.encoding)
  return plan('fs.appendFile', content(file, body, checked), undefined, checked.signal)
}
