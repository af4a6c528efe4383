/**
 * Files, as Node's `fs`: with callbacks and waiting. A function and its namesake in `socket:fs/promises` call the
 * same route, so `fs.stat` needs `ipc://fs.stat` in a page's Content-Security-Policy in each of its forms.
 */
import * as constants from 'socket:fs/constants'
import { Dir, Dirent } from 'socket:fs/dir'
import { DirectoryHandle, FileHandle } from 'socket:fs/handle'
import promises from 'socket:fs/promises'
import { Stats } from 'socket:fs/stats'
import { FileReadStream, FileWriteStream, ReadStream, WriteStream } from 'socket:fs/stream'
import { Watcher } from 'socket:fs/watcher'
import { ERR_METHOD_NOT_IMPLEMENTED } from 'socket:internal/errors'
import * as callbacks from 'socket:internal/fs/callbacks'
import { readAll, readAllSync, writeAll, writeAllSync } from 'socket:internal/fs/contents'
import { cpSync, startCopy } from 'socket:internal/fs/copy'
import * as entries from 'socket:internal/fs/entries'
import * as files from 'socket:internal/fs/files'
import { getOptions, isFd, openFd, toFd, toUnixTimestamp as _toUnixTimestamp } from 'socket:internal/fs/options'
import { calledBack, run, runSync, settle, synced } from 'socket:internal/fs/run'
import { unwatchFile, watch, watchFile } from 'socket:internal/fs/watch'
import { validateFunction, validateObject, validateString } from 'socket:internal/validators'

/** @typedef {import('socket:internal/fs/path').PathLike} PathLike */
/** @typedef {import('socket:internal/fs/options').Options} Options */
/** @typedef {(error: Error | null, ...results: any[]) => void} Callback */

export const { close, open, read, readSync, readv, readvSync, write, writeSync, writev, writevSync, fsync } = callbacks

export const access = calledBack(entries.access, 1, { most: 2, late: true })
export const chmod = calledBack(entries.chmod, 2, { late: true })
export const chown = calledBack(entries.chown, 3)
export const copyFile = calledBack(entries.copyFile, 2, { most: 3, late: true })
export const fchmod = calledBack(files.fchmod, 2, { late: true })
export const fchown = calledBack(files.fchown, 3, { late: true })
export const fdatasync = calledBack(files.fdatasync, 1)
export const fstat = calledBack(files.fstat, 1, { most: 2 })
export const ftruncate = calledBack(files.ftruncate, 1, { most: 2, late: true })
export const futimes = calledBack(files.futimes, 3, { late: true })
export const lchown = calledBack(entries.lchown, 3)
export const link = calledBack(entries.link, 2)
export const lstat = calledBack(entries.lstat, 1, { most: 2 })
export const lutimes = calledBack(entries.lutimes, 3)
export const mkdir = calledBack(entries.mkdir, 1, { most: 2 })
export const mkdtemp = calledBack(entries.mkdtemp, 1, { most: 2 })
export const readdir = calledBack(entries.readdir, 1, { most: 2 })
export const readlink = calledBack(entries.readlink, 1, { most: 2 })
export const rename = calledBack(entries.rename, 2)
export const rm = calledBack(entries.rm, 1, { most: 2, late: true })
export const rmdir = calledBack(entries.rmdir, 1, { most: 2 })
export const stat = calledBack(entries.stat, 1, { most: 2 })
export const statfs = calledBack(entries.statfs, 1, { most: 2 })
export const symlink = calledBack(entries.symlink, 2, { split: (args) => [Math.min(3, args.length - 1), args.at(-1)] })
export const unlink = calledBack(entries.unlink, 1)
export const utimes = calledBack(entries.utimes, 3)

export const accessSync = synced(entries.access)
export const chmodSync = synced(entries.chmod)
export const chownSync = synced(entries.chown)
export const closeSync = synced(files.close)
export const copyFileSync = synced(entries.copyFile)
export const fchmodSync = synced(files.fchmod)
export const fchownSync = synced(files.fchown)
export const fdatasyncSync = synced(files.fdatasync)
export const fstatSync = /** @type {typeof import('node:fs').fstatSync} */ (/** @type {unknown} */ (synced(files.fstat)))
export const fsyncSync = synced(files.fsync)
export const ftruncateSync = synced(files.ftruncate)
export const futimesSync = synced(files.futimes)
export const lchownSync = synced(entries.lchown)
export const linkSync = synced(entries.link)
export const lutimesSync = synced(entries.lutimes)
export const mkdirSync = synced(entries.mkdir)
export const mkdtempSync = /** @type {typeof import('node:fs').mkdtempSync} */ (/** @type {unknown} */ (synced(entries.mkdtemp)))
export const openSync = synced(files.open)
export const readdirSync = synced(entries.readdir)
export const readlinkSync = /** @type {typeof import('node:fs').readlinkSync} */ (/** @type {unknown} */ (synced(entries.readlink)))
export const renameSync = synced(entries.rename)
export const rmSync = synced(entries.rm)
export const rmdirSync = synced(entries.rmdir)
export const statfsSync = synced(entries.statfs)
export const symlinkSync = synced(entries.symlink)
export const unlinkSync = synced(entries.unlink)
export const utimesSync = synced(entries.utimes)

export const realpath = Object.assign(calledBack(entries.realpathByStep, 1, { most: 2 }), {
  native: calledBack(entries.realpath, 1, { most: 2 })
})
export const realpathSync = /** @type {typeof import('node:fs').realpathSync} */ (/** @type {unknown} */ (Object.assign(synced(entries.realpathByStep), { native: synced(entries.realpath) })))

/**
 * @param {typeof entries.stat} operation
 * @returns {(path: PathLike, options?: Options) => any}
 */
function statForm (operation) {
  return (path, options = {}) => {
    try {
      return runSync(operation(path, options))
    } catch (error) {
      if (options.throwIfNoEntry === false && /** @type {any} */ (error).code === 'ENOENT') return undefined
      throw error
    }
  }
}

export const statSync = /** @type {typeof import('node:fs').statSync} */ (/** @type {unknown} */ (statForm(entries.stat)))
export const lstatSync = /** @type {typeof import('node:fs').lstatSync} */ (/** @type {unknown} */ (statForm(entries.lstat)))

/** @param {PathLike} path @param {(exists: boolean) => void} tell */
export function exists (path, tell) {
  validateFunction(tell, 'cb')
  let plan
  try {
    plan = entries.exists(path)
  } catch {
    tell(false)
    return
  }
  settle(run(plan), (error, found) => tell(!error && found))
}

/** Never throws. @param {PathLike} path @returns {boolean} */
export function existsSync (path) {
  try {
    return runSync(entries.exists(path))
  } catch {
    return false
  }
}

/** @param {PathLike | number} path @param {any} options or callback @param {Callback} [callback] */
export function readFile (path, options, callback) {
  callback ||= /** @type {Callback} */ (options)
  validateFunction(callback, 'cb')
  const checked = getOptions(options, { flag: 'r' })
  const reading = isFd(path) ? (async () => readAll(openFd(path, 'read'), checked))() : run(files.readFile(/** @type {PathLike} */ (path), checked, 'options.flag'))
  settle(reading, callback)
}

/**
 * @overload
 * @param {PathLike | number} path
 * @param {{ encoding?: null, flag?: string } | null} [options]
 * @returns {Buffer}
 */
/**
 * @overload
 * @param {PathLike | number} path
 * @param {BufferEncoding | { encoding: BufferEncoding, flag?: string }} options
 * @returns {string}
 */
/**
 * @overload
 * @param {PathLike | number} path
 * @param {any} [options]
 * @returns {string | Buffer}
 */
/** @param {PathLike | number} path @param {Options | string | null} [options] @returns {any} */
export function readFileSync (path, options = undefined) {
  const checked = getOptions(options, { flag: 'r' })
  return isFd(path) ? readAllSync(openFd(path, 'fstat'), checked) : runSync(files.readFile(/** @type {PathLike} */ (path), checked))
}

/**
 * @param {typeof files.writeFile} operation
 * @param {string} flag
 * @returns {(path: PathLike | number, data: any, options: any, callback?: Callback) => void}
 */
function writeForm (operation, flag) {
  return (path, data, options, callback) => {
    callback ||= /** @type {Callback} */ (options)
    validateFunction(callback, 'cb')
    const checked = files.writeOptions(options, flag)
    const bytes = files.toBytes(data, checked.encoding)
    settle(isFd(path) ? writeAll(toFd(path), bytes, checked) : run(operation(/** @type {PathLike} */ (path), bytes, checked)), callback)
  }
}

/**
 * @param {typeof files.writeFile} operation
 * @param {string} flag
 * @returns {(path: PathLike | number, data: any, options?: Options | string | null) => void}
 */
function writeFormSync (operation, flag) {
  return (path, data, options) => {
    const checked = files.writeOptions(options, flag)
    const bytes = files.toBytes(data, checked.encoding)
    if (isFd(path)) writeAllSync(openFd(path, 'write'), bytes, checked)
    else runSync(operation(/** @type {PathLike} */ (path), bytes, checked))
  }
}

export const writeFile = writeForm(files.writeFile, 'w')
export const writeFileSync = writeFormSync(files.writeFile, 'w')
export const appendFile = writeForm(files.appendFile, 'a')
export const appendFileSync = writeFormSync(files.appendFile, 'a')

const truncatePath = calledBack(files.truncate, 1, { most: 2, late: true })

/** @param {PathLike | number} path @param {any[]} args length and callback */
export function truncate (path, ...args) {
  if (typeof path === 'number') ftruncate(path, ...args)
  else truncatePath(path, ...args)
}

/** @param {PathLike | number} path @param {number} [len] */
export function truncateSync (path, len = 0) {
  if (typeof path === 'number') ftruncateSync(path, len)
  else runSync(files.truncate(path, len))
}

/** @param {PathLike} path @param {any} options or callback @param {(error: Error | null, dir?: Dir) => void} [callback] */
export function opendir (path, options, callback) {
  callback = typeof options === 'function' ? options : callback
  validateFunction(callback, 'callback')
  const plan = DirectoryHandle.plan(path)
  const checked = getOptions(options, { encoding: 'utf8' })
  settle(run(plan).then((handle) => new Dir(handle, handle.path, checked)), /** @type {any} */ (callback))
}

/** @param {PathLike} path @param {Options | string} [options] */
export function opendirSync (path, options = undefined) {
  const plan = DirectoryHandle.plan(path)
  const checked = getOptions(options, { encoding: 'utf8' })
  const handle = runSync(plan)
  return new Dir(handle, handle.path, checked)
}

/** @param {PathLike} src @param {PathLike} dest @param {any} options or callback @param {Callback} [callback] */
export function cp (src, dest, options, callback) {
  if (typeof options === 'function') [options, callback] = [undefined, options]
  validateFunction(callback, 'cb')
  settle(startCopy(src, dest, options)(), /** @type {Callback} */ (callback), () => [undefined])
}

/** The permissions of a link itself, which only macOS has. @param {PathLike} path @param {string | number} mode @param {Callback} callback */
export function lchmod (path, mode, callback) {
  validateFunction(callback, 'cb')
  settle(promises.lchmod(path, mode), callback)
}

/** @param {PathLike} path @param {string | number} mode */
export function lchmodSync (path, mode) {
  if (constants.O_SYMLINK === undefined) throw new ERR_METHOD_NOT_IMPLEMENTED('lchmod()')
  const fd = openSync(path, constants.O_WRONLY | constants.O_SYMLINK)
  try {
    fchmodSync(fd, mode)
  } finally {
    closeSync(fd)
  }
}

/** @param {PathLike | null} path @param {any} [options] @returns {import('node:fs').ReadStream} */
export function createReadStream (path, options = undefined) {
  return /** @type {any} */ (new ReadStream(path, options))
}

/** @param {PathLike | null} path @param {any} [options] @returns {import('node:fs').WriteStream} */
export function createWriteStream (path, options = undefined) {
  return /** @type {any} */ (new WriteStream(path, options))
}

/** A file as a Blob. Its content is read now. @param {PathLike} path @param {{ type?: string }} [options] @returns {Promise<Blob>} */
export function openAsBlob (path, options = {}) {
  validateObject(options, 'options')
  const type = options.type || ''
  validateString(type, 'options.type')
  const reading = files.readFile(path)
  return run(reading).then((bytes) => new Blob([bytes], { type }))
}

export const { F_OK, R_OK, W_OK, X_OK } = constants
export { fds } from 'socket:fs/fds'
export { _toUnixTimestamp, constants, cpSync, Dir, Dirent, DirectoryHandle, FileHandle, FileReadStream, FileWriteStream, promises, ReadStream, Stats, unwatchFile, watch, Watcher, watchFile, WriteStream }

export * as default from 'socket:fs'
