/**
 * The File System standard's handles over files of the machine. Paths stay inside: pages see names.
 */
import fs from 'socket:fs'
import promises from 'socket:fs/promises'
import { failure, translated, trying } from 'socket:internal/web-files/errors'
import { fileAt } from 'socket:internal/web-files/lazy'
import { below, nameOf } from 'socket:internal/web-files/names'
import { WritableFile } from 'socket:internal/web-files/writable'

/** @typedef {import('socket:internal/web-files/names').AnyPath} AnyPath */
/** @typedef {import('socket:fs/dir').Dirent} Dirent */

/** Only for this folder: whoever makes handles says where. */
const kMake = Symbol('FileSystemHandle')
/** @type {WeakMap<FileSystemHandle, AnyPath>} */
const paths = new WeakMap()

/** Where a handle leads: for what writes files by path, such as `socket:fs`. @param {FileSystemHandle} handle @returns {AnyPath} */
export function pathOf (handle) {
  const path = paths.get(handle)
  if (path === undefined) throw new TypeError('Illegal invocation')
  return path
}

/** @param {any} [options] */
const granted = async (options = undefined) => {
  const { mode = 'read' } = options ?? {}
  if (mode !== 'read' && mode !== 'readwrite') throw new TypeError(`The mode is read or readwrite, not ${String(mode)}`)
  return /** @type {PermissionState} */ ('granted')
}

/** A file or a directory. */
export class FileSystemHandle {
  #name

  /** @param {symbol} make @param {AnyPath} path */
  constructor (make, path) {
    if (make !== kMake) throw new TypeError('Illegal constructor')
    this.#name = nameOf(path)
    paths.set(this, path)
  }

  /** @type {'file' | 'directory'} */
  get kind () { return 'file' }

  get name () { return this.#name }

  /** @param {FileSystemHandle} other */
  async isSameEntry (other) {
    const [a, b] = await Promise.all([this, other].map(async (handle) => {
      const path = pathOf(handle)
      // Two names may lead to one file; of what is not there, only the names can be compared.
      return await promises.realpath(/** @type {any} */ (path), { encoding: 'buffer' }).catch(() => path)
    }))
    return this.kind === other.kind && String(a) === String(b)
  }

  /** What was chosen may be used. @param {{ mode?: 'read' | 'readwrite' }} [options] */
  async queryPermission (options = {}) { return await granted(options) }

  /** What was chosen may be used. @param {{ mode?: 'read' | 'readwrite' }} [options] */
  async requestPermission (options = {}) { return await granted(options) }

  /** Removes it. @param {{ recursive?: boolean }} [options] */
  async remove ({ recursive = false } = {}) {
    await trying(() => remove(pathOf(this), recursive))
  }
}

/** @param {AnyPath} path @param {boolean} recursive */
async function remove (path, recursive) {
  const stats = await promises.lstat(path)
  if (!stats.isDirectory()) await promises.unlink(path)
  else if (recursive) await promises.rm(path, { recursive: true })
  else await promises.rmdir(path)
}

/** Reads and writes at once, in a worker, where waiting does no harm. */
export class FileSystemSyncAccessHandle {
  /** @type {number} */ #fd
  #at = 0

  /** @param {symbol} make @param {number} fd */
  constructor (make, fd) {
    if (make !== kMake) throw new TypeError('Illegal constructor')
    this.#fd = fd
  }

  #open () {
    if (this.#fd < 0) throw failure('InvalidStateError', 'The access handle is closed.')
    return this.#fd
  }

  /** @param {ArrayBuffer | ArrayBufferView} buffer @param {{ at?: number }} [options] @returns {number} how many bytes were read */
  read (buffer, { at = this.#at } = {}) {
    const view = ArrayBuffer.isView(buffer) ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array(buffer)
    const fd = this.#open()
    const read = view.byteLength === 0 ? 0 : fs.readSync(fd, view, 0, view.byteLength, at)
    this.#at = at + read
    return read
  }

  /** @param {ArrayBuffer | ArrayBufferView} buffer @param {{ at?: number }} [options] @returns {number} how many bytes were written */
  write (buffer, { at = this.#at } = {}) {
    const view = ArrayBuffer.isView(buffer) ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array(buffer)
    const fd = this.#open()
    let written = 0
    while (written < view.byteLength) written += fs.writeSync(fd, view, written, view.byteLength - written, at + written)
    this.#at = at + written
    return written
  }

  /** @param {number} size bytes */
  truncate (size) {
    fs.ftruncateSync(this.#open(), size)
    this.#at = Math.min(this.#at, size)
  }

  /** @returns {number} bytes */
  getSize () { return Number(fs.fstatSync(this.#open()).size) }

  flush () { fs.fsyncSync(this.#open()) }

  close () {
    if (this.#fd >= 0) fs.closeSync(this.#fd)
    this.#fd = -1
  }
}

/** A file. */
export class FileSystemFileHandle extends FileSystemHandle {
  /** What is in it now; it is read when it is looked into. @returns {Promise<File>} */
  async getFile () {
    return await fileAt(pathOf(this))
  }

  /**
   * Writes into it: what was written is there when the stream is closed, all of it or, after `abort()`, nothing.
   *
   * @param {{ keepExistingData?: boolean }} [options]
   */
  async createWritable (options = {}) {
    return await trying(() => WritableFile.open(pathOf(this), options))
  }

  /** Workers only. */
  async createSyncAccessHandle () {
    if (typeof document !== 'undefined') throw failure('InvalidStateError', 'Access handles are for workers: in a page, waiting would stop it. Use createWritable() or getFile().')
    return await trying(async () => new FileSystemSyncAccessHandle(kMake, fs.openSync(pathOf(this), 'r+')))
  }
}

/** Names that a directory may have entries of. @param {unknown} name @returns {string} */
function entryName (name) {
  const text = String(name)
  if (text === '' || text === '.' || text === '..' || /[/\0]/.test(text) || (fs.constants.O_NOFOLLOW === undefined && /[\\:]/.test(text))) {
    throw new TypeError(`${JSON.stringify(text)} is not the name of a file`)
  }
  return text
}

/** A directory. */
export class FileSystemDirectoryHandle extends FileSystemHandle {
  get kind () { return /** @type {const} */ ('directory') }

  /** @param {string} name @param {{ create?: boolean }} [options] */
  async getFileHandle (name, { create = false } = {}) {
    const path = below(pathOf(this), entryName(name))
    return await trying(async () => {
      if (create) await (await promises.open(path, 'a')).close()
      if ((await promises.stat(path)).isDirectory()) throw failure('TypeMismatchError', `${String(name)} is a directory.`)
      return new FileSystemFileHandle(kMake, path)
    })
  }

  /** @param {string} name @param {{ create?: boolean }} [options] */
  async getDirectoryHandle (name, { create = false } = {}) {
    const path = below(pathOf(this), entryName(name))
    return await trying(async () => {
      if (create) {
        await promises.mkdir(path).catch((error) => { if (error.code !== 'EEXIST') throw error })
      }
      if (!(await promises.stat(path)).isDirectory()) throw failure('TypeMismatchError', `${String(name)} is not a directory.`)
      return new FileSystemDirectoryHandle(kMake, path)
    })
  }

  /** @param {string} name @param {{ recursive?: boolean }} [options] */
  async removeEntry (name, { recursive = false } = {}) {
    const path = below(pathOf(this), entryName(name))
    await trying(() => remove(path, recursive))
  }

  /** The names on the way to an entry below; null when it is not below. @param {FileSystemHandle} possible @returns {Promise<string[] | null>} */
  async resolve (possible) {
    const [from, to] = [this, possible].map((handle) => String(pathOf(handle)).split(/[/\\]/).filter((part) => part !== ''))
    if (!from.every((part, index) => part === to[index])) return null
    return to.slice(from.length)
  }

  /** @returns {AsyncGenerator<[string, FileSystemFileHandle | FileSystemDirectoryHandle]>} */
  async * entries () {
    const folder = pathOf(this)
    try {
      const directory = await promises.opendir(folder, { encoding: /** @type {any} */ ('buffer') })
      for await (const entry of directory) {
        const handle = await handleOf(below(folder, nameBytes(entry.name)), entry)
        if (handle !== undefined) yield [handle.name, handle]
      }
    } catch (error) {
      throw translated(error)
    }
  }

  async * keys () {
    for await (const [name] of this.entries()) yield name
  }

  async * values () {
    for await (const [, handle] of this.entries()) yield handle
  }

  [Symbol.asyncIterator] () { return this.entries() }
}

/** Text where it is text. @param {any} name @returns {AnyPath} */
function nameBytes (name) {
  const text = String(name)
  return text.includes('\ufffd') ? name : text
}

/** @param {AnyPath} path @param {Dirent} entry */
async function handleOf (path, entry) {
  let kind = entry.isDirectory() ? 'directory' : 'file'
  if (entry.isSymbolicLink()) {
    const stats = await promises.stat(path).catch(() => undefined)
    // A link that leads nowhere is neither.
    if (stats === undefined) return
    kind = stats.isDirectory() ? 'directory' : 'file'
  }
  return kind === 'directory' ? directoryHandle(path) : fileHandle(path)
}

/** @param {AnyPath} path */
export const fileHandle = (path) => new FileSystemFileHandle(kMake, path)

/** @param {AnyPath} path */
export const directoryHandle = (path) => new FileSystemDirectoryHandle(kMake, path)

for (const [Class, name] of /** @type {const} */ ([[FileSystemHandle, 'FileSystemHandle'], [FileSystemFileHandle, 'FileSystemFileHandle'], [FileSystemDirectoryHandle, 'FileSystemDirectoryHandle'], [FileSystemSyncAccessHandle, 'FileSystemSyncAccessHandle']])) {
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: name, configurable: true })
  // Where the engine has its own, ours counts as one.
  const native = /** @type {any} */ (globalThis)[name]
  if (typeof native === 'function' && native !== Class && Object.getPrototypeOf(Class.prototype) === Object.prototype) {
    Object.setPrototypeOf(Class.prototype, native.prototype)
  }
}
