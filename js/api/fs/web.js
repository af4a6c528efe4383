/**
 * Files of the machine as the web's File System standard sees them: handles, lazily read `File`s, and dialogs in which
 * people choose them. The dialogs and classes are on the global object of pages as well.
 */
import { fileAt } from 'socket:internal/web-files/lazy'
import { FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemHandle, FileSystemSyncAccessHandle, directoryHandle, fileHandle, pathOf } from 'socket:internal/web-files/handles'
import { showDirectoryPicker, showOpenFilePicker, showSaveFilePicker } from 'socket:internal/web-files/pickers'
import { WritableFile } from 'socket:internal/web-files/writable'
import { toPath } from 'socket:internal/fs/path'
import path from 'socket:path'

/** @typedef {import('socket:internal/web-files/pickers').PickerOptions} PickerOptions */
/** What names a file: text, bytes or a `file:` URL. @typedef {import('socket:fs').PathLike} PathLike */

export { FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemHandle, FileSystemSyncAccessHandle, showDirectoryPicker, showOpenFilePicker, showSaveFilePicker }
export { WritableFile as FileSystemWritableFileStream }

/** The engine's own class. */
export const File = globalThis.File

/** @param {PathLike} file */
function absolute (file) {
  const checked = toPath(file)
  return typeof checked === 'string' ? path.resolve(checked) : checked
}

/**
 * A file as the web's `File`: it is read when it is looked into, and refuses when it has changed since.
 *
 * @param {PathLike} filename
 * @param {{ highWaterMark?: number }} [options] `highWaterMark`: how many bytes are read at once
 * @returns {Promise<File>}
 */
export async function createFile (filename, { highWaterMark } = {}) {
  return await fileAt(absolute(filename), highWaterMark)
}

/**
 * A handle of a file, without a dialog. The file need not be there.
 *
 * @param {PathLike} file
 * @returns {Promise<FileSystemFileHandle>}
 */
export async function createFileSystemFileHandle (file) {
  return fileHandle(absolute(file))
}

/**
 * A handle of a directory, without a dialog.
 *
 * @param {PathLike} dirname
 * @returns {Promise<FileSystemDirectoryHandle>}
 */
export async function createFileSystemDirectoryHandle (dirname) {
  return directoryHandle(absolute(dirname))
}

/**
 * A stream that writes a file; what was written is there when it is closed.
 *
 * @param {FileSystemFileHandle} handle
 * @param {{ keepExistingData?: boolean }} [options]
 */
export async function createFileSystemWritableFileStream (handle, options = {}) {
  return await handle.createWritable(options)
}

/**
 * Where a handle leads, for `socket:fs`: text, or bytes where the name is no text.
 *
 * @param {FileSystemHandle} handle
 * @returns {string | Uint8Array}
 */
export function pathOfHandle (handle) {
  return pathOf(handle)
}

export * as default from 'socket:fs/web'
