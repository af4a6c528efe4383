/**
 * Files, as Node's `fs/promises`. Each function calls the one route of its name: `readFile` needs `ipc://fs.readFile`.
 */
import * as constants from 'socket:fs/constants'
import { Dir, Dirent } from 'socket:fs/dir'
import { DirectoryHandle, FileHandle } from 'socket:fs/handle'
import { Stats } from 'socket:fs/stats'
import { ReadStream, WriteStream } from 'socket:fs/stream'
import { Watcher } from 'socket:fs/watcher'
import { ERR_METHOD_NOT_IMPLEMENTED } from 'socket:internal/errors'
import { isIterable } from 'socket:internal/fs/contents'
import { cp } from 'socket:internal/fs/copy'
import * as entries from 'socket:internal/fs/entries'
import * as files from 'socket:internal/fs/files'
import { getOptions } from 'socket:internal/fs/options'
import { promised, run } from 'socket:internal/fs/run'
import { watchEach as watch } from 'socket:internal/fs/watch'

/** @typedef {import('socket:internal/fs/path').PathLike} PathLike */
/** @typedef {import('socket:internal/fs/options').Options} Options */
/** How `stat` and `lstat` are called: what they answer depends on `bigint`. @typedef {{ (path: PathLike, options?: { bigint?: false }): Promise<import('node:fs').Stats>, (path: PathLike, options: { bigint: true }): Promise<import('node:fs').BigIntStats>, (path: PathLike, options?: any): Promise<import('node:fs').Stats | import('node:fs').BigIntStats> }} StatForm */

export const access = promised(entries.access)
export const chmod = promised(entries.chmod)
export const chown = promised(entries.chown)
export const copyFile = promised(entries.copyFile)
export const lchown = promised(entries.lchown)
export const link = promised(entries.link)
export const lstat = /** @type {StatForm} */ (/** @type {unknown} */ (promised(entries.lstat)))
export const lutimes = promised(entries.lutimes)
export const mkdtemp = /** @type {typeof import('node:fs/promises').mkdtemp} */ (/** @type {unknown} */ (promised(entries.mkdtemp)))
export const readlink = /** @type {typeof import('node:fs/promises').readlink} */ (/** @type {unknown} */ (promised(entries.readlink)))
export const realpath = /** @type {typeof import('node:fs/promises').realpath} */ (/** @type {unknown} */ (promised(entries.realpath)))
export const rename = promised(entries.rename)
export const rm = promised(entries.rm)
export const rmdir = promised(entries.rmdir)
export const stat = /** @type {StatForm} */ (/** @type {unknown} */ (promised(entries.stat)))
export const statfs = promised(entries.statfs)
export const symlink = promised(entries.symlink)
export const truncate = promised(files.truncate)
export const unlink = promised(entries.unlink)
export const utimes = promised(entries.utimes)

/** @param {PathLike} path @param {{ recursive?: boolean, mode?: string | number } | string | number | null} [options] @returns {Promise<string | undefined>} the first folder that was made, if `recursive` */
export async function mkdir (path, options = undefined) {
  return run(entries.mkdir(path, options !== null && typeof options === 'object' ? { ...options, mode: options.mode ?? undefined } : options))
}

/** The names in a folder, or `Dirent`s of them. @param {PathLike} path @param {Options | string | null} [options] @returns {Promise<any[]>} */
export async function readdir (path, options = undefined) {
  return run(entries.readdir(path, options, false))
}

/**
 * @param {PathLike} path
 * @param {string | number | null} [flags]
 * @param {string | number} [mode]
 */
export async function open (path, flags = 'r', mode = 0o666) {
  return new FileHandle(await run(files.open(path, flags, mode)))
}

/** @param {PathLike} path @param {Options | string} [options] */
export async function opendir (path, options = undefined) {
  const handle = DirectoryHandle.plan(path)
  const checked = getOptions(options, { encoding: 'utf8' })
  const opened = await run(handle)
  return new Dir(opened, opened.path, checked)
}

/**
 * @overload
 * @param {PathLike | FileHandle} path
 * @param {{ encoding?: null, flag?: string, signal?: AbortSignal } | null} [options]
 * @returns {Promise<Buffer>}
 */
/**
 * @overload
 * @param {PathLike | FileHandle} path
 * @param {BufferEncoding | { encoding: BufferEncoding, flag?: string, signal?: AbortSignal }} options
 * @returns {Promise<string>}
 */
/**
 * @overload
 * @param {PathLike | FileHandle} path
 * @param {any} [options]
 * @returns {Promise<string | Buffer>}
 */
/**
 * @param {any} path
 * @param {any} [options]
 * @returns {Promise<any>} a Buffer, or text when an encoding is given
 */
export async function readFile (path, options = undefined) {
  if (path instanceof FileHandle) return path.readFile(options)
  const checked = getOptions(options, { flag: 'r' })
  return run(files.readFile(path, { ...checked, flag: checked.flag || 'r' }))
}

/**
 * @param {PathLike | FileHandle} path
 * @param {any} data
 * @param {Options | string | null | undefined} options
 * @param {typeof files.writeFile} whole
 * @param {string} flag
 */
async function put (path, data, options, whole, flag) {
  if (path instanceof FileHandle) return path.writeFile(data, options)
  if (!isIterable(data)) return run(whole(path, data, options))
  // How much there is shows only at the end: this needs `fs.open`, `fs.write` and `fs.close` besides.
  const checked = files.writeOptions(options, flag)
  const handle = await open(path, checked.flag, checked.mode)
  try {
    await handle.writeFile(data, checked)
  } finally {
    await handle.close()
  }
}

/**
 * @param {PathLike | FileHandle} path
 * @param {any} data text, bytes, or an iterable or stream of them
 * @param {Options | string | null} [options]
 */
export async function writeFile (path, data, options = undefined) {
  await put(path, data, options, files.writeFile, 'w')
}

/**
 * @param {PathLike | FileHandle} path
 * @param {any} data
 * @param {Options | string | null} [options]
 */
export async function appendFile (path, data, options = undefined) {
  await put(path, data, options, files.appendFile, 'a')
}

/**
 * The permissions of a link itself, which only macOS has.
 * @param {PathLike} path
 * @param {string | number} mode
 */
export async function lchmod (path, mode) {
  if (constants.O_SYMLINK === undefined) throw new ERR_METHOD_NOT_IMPLEMENTED('lchmod()')
  const handle = await open(path, constants.O_WRONLY | constants.O_SYMLINK)
  try {
    await handle.chmod(mode)
  } finally {
    await handle.close()
  }
}

export { fds } from 'socket:fs/fds'
export { constants, cp, Dir, Dirent, DirectoryHandle, FileHandle, ReadStream, Stats, watch, Watcher, WriteStream }

export * as default from 'socket:fs/promises'
