/**
 * Operations on names: directories, links, and what is known about files. Each is a plan (see run.js).
 */
import { F_OK } from 'socket:fs/constants'
import { fromNames } from 'socket:fs/dir'
import { fromNative, fromNativeStatFs } from 'socket:fs/stats'
import { modeOutOfRange, modeOfWrongType, symlinkType } from 'socket:internal/fs/errors'
import { getOptions, rmdirOptions, toUnixTimestamp } from 'socket:internal/fs/options'
import { decode, fromFileURL, toPath, wire } from 'socket:internal/fs/path'
import { plan } from 'socket:internal/fs/run'
import { parseFileMode, validateBoolean, validateInteger } from 'socket:internal/validators'
import { resolve } from 'socket:path'

/** @typedef {import('socket:internal/fs/path').PathLike} PathLike */
/** @typedef {import('socket:internal/fs/options').Options} Options */
/** @typedef {import('socket:internal/routes.d.ts').fs.Found & { body?: Uint8Array }} Found */

const MAX_ID = 2 ** 32 - 1

/** @param {string | null | undefined} encoding @returns {(answer: Found) => any} */
const path = (encoding) => ({ body }) => decode(body, encoding ?? 'utf8')

/** Three bits, for `access` and `copyFile`. @param {unknown} mode @returns {number} */
function toMode (mode) {
  if (mode === undefined || mode === null) return 0
  if (typeof mode !== 'number') throw modeOfWrongType()
  if (!Number.isFinite(mode)) throw modeOutOfRange('')
  if (mode < 0 || mode > 7) throw modeOutOfRange(': >= 0 && <= 7')
  return Math.trunc(mode)
}

/** @param {PathLike} file @param {number} [mode] */
export function access (file, mode = F_OK) {
  const path = wire(toPath(file))
  return plan('fs.access', { path, mode: toMode(mode) })
}

/** @param {PathLike} file @returns {import('socket:internal/fs/run').Plan<boolean>} */
export function exists (file) {
  return plan('fs.exists', { path: wire(toPath(file)) }, (found) => found)
}

/** @param {PathLike} file @param {string | number} mode */
export function chmod (file, mode) {
  const path = wire(toPath(file))
  return plan('fs.chmod', { path, mode: parseFileMode(mode, 'mode') })
}

/** @param {PathLike} file @param {number} uid @param {number} gid */
function owner (file, uid, gid) {
  const path = wire(toPath(file))
  validateInteger(uid, 'uid', -1, MAX_ID)
  validateInteger(gid, 'gid', -1, MAX_ID)
  return { path, uid, gid }
}

/** @param {PathLike} file @param {number} uid @param {number} gid */
export function chown (file, uid, gid) {
  return plan('fs.chown', owner(file, uid, gid))
}

/** @param {PathLike} file @param {number} uid @param {number} gid */
export function lchown (file, uid, gid) {
  return plan('fs.lchown', owner(file, uid, gid))
}

/** @param {PathLike} file @param {string | number | Date} atime @param {string | number | Date} mtime */
function times (file, atime, mtime) {
  return { path: wire(toPath(file)), atime: toUnixTimestamp(atime), mtime: toUnixTimestamp(mtime) }
}

/** @param {PathLike} file @param {string | number | Date} atime @param {string | number | Date} mtime */
export function utimes (file, atime, mtime) {
  return plan('fs.utimes', times(file, atime, mtime))
}

/** @param {PathLike} file @param {string | number | Date} atime @param {string | number | Date} mtime */
export function lutimes (file, atime, mtime) {
  return plan('fs.lutimes', times(file, atime, mtime))
}

/** @param {PathLike} file @param {Options} [options] */
export function stat (file, options = {}) {
  return plan('fs.stat', { path: wire(toPath(file)) }, (answer) => fromNative(answer, options.bigint))
}

/** @param {PathLike} file @param {Options} [options] */
export function lstat (file, options = {}) {
  return plan('fs.lstat', { path: wire(toPath(file)) }, (answer) => fromNative(answer, options.bigint))
}

/** @param {PathLike} file @param {Options} [options] */
export function statfs (file, options = {}) {
  return plan('fs.statfs', { path: wire(toPath(file)) }, (answer) => fromNativeStatFs(answer, options.bigint))
}

/** @param {PathLike} src @param {PathLike} dest @param {number} [mode] */
export function copyFile (src, dest, mode = 0) {
  const path = wire(toPath(src, 'src'))
  const target = wire(toPath(dest, 'dest'))
  return plan('fs.copyFile', { path, dest: target, mode: toMode(mode) })
}

/** @param {PathLike} oldPath @param {PathLike} newPath */
export function rename (oldPath, newPath) {
  return plan('fs.rename', { path: wire(toPath(oldPath, 'oldPath')), dest: wire(toPath(newPath, 'newPath')) })
}

/** @param {PathLike} existingPath @param {PathLike} newPath */
export function link (existingPath, newPath) {
  return plan('fs.link', { path: wire(toPath(existingPath, 'existingPath')), dest: wire(toPath(newPath, 'newPath')) })
}

/** @param {unknown} type @returns {'file' | 'dir' | 'junction' | undefined} */
function linkKind (type) {
  if (typeof type !== 'string') return undefined
  if (type !== 'file' && type !== 'dir' && type !== 'junction') throw symlinkType(type)
  return type
}

/** @param {PathLike} target @param {PathLike} file @param {string | null} [type] */
export function symlink (target, file, type = null) {
  const request = { target: wire(toPath(target, 'target')), path: wire(toPath(file)) }
  return plan('fs.symlink', { ...request, kind: linkKind(type) })
}

/** @param {PathLike} file */
export function unlink (file) {
  return plan('fs.unlink', { path: wire(toPath(file)) })
}

/** @param {PathLike} file @param {Options | string | null} [options] */
export function readlink (file, options = undefined) {
  const { encoding } = getOptions(options)
  return plan('fs.readlink', { path: wire(toPath(file, 'oldPath')) }, path(encoding))
}

/** @param {PathLike} file @param {Options | string | null} [options] */
export function realpath (file, options = undefined) {
  const { encoding } = getOptions(options)
  return plan('fs.realpath', { path: wire(toPath(file)), native: true }, path(encoding))
}

/** As `fs.realpath` fails: with the step of the path that cannot be followed. @param {PathLike} file @param {Options | string | null} [options] */
export function realpathByStep (file, options = undefined) {
  const { encoding } = getOptions(options)
  const given = fromFileURL(file)
  // Node turns everything into text here. Bytes that are no text stay what they are.
  const text = given instanceof Uint8Array ? decode(given, 'utf8') : given + ''
  const checked = toPath(given instanceof Uint8Array && text.includes('\ufffd') ? given : text)
  const full = typeof checked === 'string' ? resolve(checked) : checked
  return plan('fs.realpath', { path: wire(full), native: false }, path(encoding))
}

/** @param {PathLike} prefix @param {Options | string | null} [options] */
export function mkdtemp (prefix, options = undefined) {
  const { encoding } = getOptions(options)
  return plan('fs.mkdtemp', { path: wire(toPath(prefix, 'prefix')) }, path(encoding))
}

/**
 * @param {PathLike} file
 * @param {{ recursive?: boolean, mode?: string | number } | string | number | null} [options]
 * @returns {import('socket:internal/fs/run').Plan<string | undefined>}
 */
export function mkdir (file, options = undefined) {
  const { recursive = false, mode = 0o777 } = typeof options === 'string' || typeof options === 'number' ? { mode: options } : options ?? {}
  const checked = wire(toPath(file))
  validateBoolean(recursive, 'options.recursive')
  const request = { path: checked, mode: parseFileMode(mode, 'mode'), recursive }
  return plan('fs.mkdir', request, ({ body }) => body === undefined || !recursive ? undefined : decode(body, 'utf8'))
}

/** @param {PathLike} file @param {Options | string | null} [options] @param {boolean} [strict] whether `recursive` must be a boolean @returns {import('socket:internal/fs/run').Plan<any[]>} */
export function readdir (file, options = undefined, strict = true) {
  const { encoding, withFileTypes, recursive } = getOptions(options)
  const folder = toPath(file)
  if (strict && recursive !== undefined && recursive !== null) validateBoolean(recursive, 'options.recursive')
  const request = { path: wire(folder), recursive: Boolean(recursive), follow: !withFileTypes }
  return plan('fs.readdir', request, (answer) => fromNames(answer, folder, encoding ?? 'utf8', Boolean(withFileTypes)))
}

/** @param {PathLike} file @param {Options} [options] */
export function rmdir (file, options = undefined) {
  const checked = wire(toPath(file))
  const { recursive } = rmdirOptions(options)
  return plan('fs.rmdir', { path: checked, recursive })
}

/** @param {PathLike} file @param {Options} [options] */
export function rm (file, options = undefined) {
  const path = toPath(file)
  const { recursive, maxRetries, retryDelay, force } = { force: false, ...rmdirOptions(options) }
  validateBoolean(force, 'options.force')
  const request = { path: wire(path), recursive, force, maxRetries, retryDelay }
  return { ...plan('fs.rm', request), fail: (/** @type {any} */ error) => isDirectory(error, path) }
}

/** Node gives this one error the number of an errno, without the minus. @param {any} error @param {string | Uint8Array} path */
function isDirectory (error, path) {
  if (error.code !== 'ERR_FS_EISDIR') return error
  const info = { code: 'EISDIR', message: 'is a directory', path, syscall: 'rm', errno: 21 }
  return Object.assign(error, { info, errno: info.errno, path })
}
