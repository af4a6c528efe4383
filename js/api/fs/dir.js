/**
 * Directories, as Node's `fs.Dir` and `fs.Dirent`.
 */
import { Buffer } from 'socket:buffer'
import { UV_DIRENT_BLOCK, UV_DIRENT_CHAR, UV_DIRENT_DIR, UV_DIRENT_FIFO, UV_DIRENT_FILE, UV_DIRENT_LINK, UV_DIRENT_SOCKET } from 'socket:fs/constants'
import { fds } from 'socket:fs/fds'
import { ERR_DIR_CLOSED, ERR_DIR_CONCURRENT_OPERATION, ERR_MISSING_ARGS } from 'socket:internal/errors'
import { readdir } from 'socket:internal/fs/entries'
import { getOptions } from 'socket:internal/fs/options'
import { decode } from 'socket:internal/fs/path'
import { plan, run, runSync, settle } from 'socket:internal/fs/run'
import { validateFunction, validateUint32 } from 'socket:internal/validators'
import { basename, dirname, join } from 'socket:path'

/** @typedef {import('../../internal/routes.d.ts').fs.Entries & { body?: Uint8Array }} Entries */

export const kType = Symbol('fs.Dirent.type')

/** One entry of a directory. */
export class Dirent {
  /**
   * @param {any} name a string, or a Buffer for names read with the encoding 'buffer'
   * @param {number} type `UV_DIRENT_*`
   * @param {any} [path] the directory
   */
  constructor (name, type, path = undefined) {
    this.name = name
    this.parentPath = path
    this.path = path
    this[kType] = type
  }

  isDirectory () { return this[kType] === UV_DIRENT_DIR }
  isFile () { return this[kType] === UV_DIRENT_FILE }
  isBlockDevice () { return this[kType] === UV_DIRENT_BLOCK }
  isCharacterDevice () { return this[kType] === UV_DIRENT_CHAR }
  isSymbolicLink () { return this[kType] === UV_DIRENT_LINK }
  isFIFO () { return this[kType] === UV_DIRENT_FIFO }
  isSocket () { return this[kType] === UV_DIRENT_SOCKET }
}

/** @param {string | Dirent} a @param {string | Dirent} b */
export function sortDirectoryEntries (a, b) {
  const first = a instanceof Dirent ? a.name : a
  const second = b instanceof Dirent ? b.name : b
  return first < second ? -1 : first > second ? 1 : 0
}

/** @param {Uint8Array | undefined} body names, each ended by a null byte @param {string} encoding @returns {any[]} */
function split (body, encoding) {
  if (body === undefined) return []
  // A byte below 0x80 is never part of another letter: text can be cut after it is decoded.
  if (encoding === 'utf8' || encoding === 'utf-8') return decode(body.subarray(0, -1), encoding).split('\0')
  const names = []
  for (let at = 0, end; at < body.byteLength; at = end + 1) {
    end = body.indexOf(0, at)
    names.push(decode(body.subarray(at, end), encoding))
  }
  return names
}

/**
 * @param {Entries} entries
 * @param {string | Uint8Array} folder
 * @param {string} encoding
 * @param {boolean} withFileTypes
 * @returns {any[]} names or Dirents
 */
export function fromNames ({ kinds, body }, folder, encoding, withFileTypes) {
  const names = split(body, encoding)
  if (!withFileTypes) return names
  return names.map((name, index) => {
    const type = kinds.charCodeAt(index) - 48
    // Names of a recursive listing are paths below the folder.
    const below = dirname(typeof name === 'string' ? name : name.toString())
    if (below === '.') return new Dirent(name, type, folder)
    const parent = join(typeof folder === 'string' ? folder : Buffer.from(folder).toString(), below)
    return new Dirent(typeof name === 'string' ? basename(name) : name.subarray(name.lastIndexOf(47) + 1), type, parent)
  })
}

/** An open directory. */
export class Dir {
  /** @type {{ fd: number }} */ #handle
  /** @type {any} */ #path
  /** @type {import('socket:internal/fs/options').Options & { bufferSize: number }} */ #options
  /** @type {Dirent[]} */ #waiting = []
  #closed = false
  #pending = 0
  /** The next operation begins when it has ended. @type {Promise<unknown> | undefined} */ #last

  /**
   * @param {{ fd: number }} handle
   * @param {any} path
   * @param {import('socket:internal/fs/options').Options | string} [options]
   */
  constructor (handle, path, options = undefined) {
    if (handle === undefined || handle === null) throw new ERR_MISSING_ARGS('handle')
    this.#handle = handle
    this.#path = path
    this.#options = { bufferSize: 32, ...getOptions(options, { encoding: 'utf8' }) }
    validateUint32(this.#options.bufferSize, 'options.bufferSize', true)
  }

  get path () {
    return this.#path
  }

  #next () {
    const { bufferSize, encoding } = this.#options
    const request = { fd: this.#handle.fd, count: bufferSize }
    return plan('fs.dirRead', request, (answer) => fromNames(answer, this.#path, encoding ?? 'utf8', true))
  }

  /** One operation after the other. @template T @param {() => Promise<T>} operation @returns {Promise<T>} */
  #queued (operation) {
    const before = this.#last
    this.#pending++
    const result = (async () => {
      await before
      try {
        return await operation()
      } finally {
        this.#pending--
      }
    })()
    this.#last = result.catch(() => {})
    return result
  }

  /** What is in a directory that a recursive reader just met. @param {Dirent | null} entry */
  #below (entry) {
    if (!this.#options.recursive || !entry?.isDirectory()) return undefined
    const folder = join(String(entry.parentPath), String(entry.name))
    return readdir(folder, { encoding: this.#options.encoding, withFileTypes: true })
  }

  /** @returns {Promise<Dirent | null>} */
  async #read () {
    if (this.#waiting.length === 0) this.#waiting = await run(this.#next())
    const entry = this.#waiting.shift() ?? null
    const below = this.#below(entry)
    if (below !== undefined) this.#waiting.push(...await run(below))
    return entry
  }

  /** @param {(error: Error | null, entry?: Dirent | null) => void} [callback] @returns {any} */
  read (callback) {
    if (this.#closed) throw new ERR_DIR_CLOSED()
    if (callback !== undefined) validateFunction(callback, 'callback')
    const entry = this.#queued(() => this.#read())
    if (callback === undefined) return entry
    settle(entry, callback, (value) => [value])
  }

  /** @returns {Dirent | null} */
  readSync () {
    if (this.#closed) throw new ERR_DIR_CLOSED()
    if (this.#pending > 0) throw new ERR_DIR_CONCURRENT_OPERATION()
    if (this.#waiting.length === 0) this.#waiting = runSync(this.#next())
    const entry = this.#waiting.shift() ?? null
    const below = this.#below(entry)
    if (below !== undefined) this.#waiting.push(...runSync(below))
    return entry
  }

  #close () {
    return plan('fs.dirClose', { fd: this.#handle.fd }, () => { fds.delete(this.#handle.fd) })
  }

  /** @param {(error: Error | null) => void} [callback] @returns {any} */
  close (callback) {
    if (callback !== undefined) validateFunction(callback, 'callback')
    /** @type {Promise<void>} */
    let closing
    if (this.#closed) {
      closing = Promise.reject(new ERR_DIR_CLOSED())
    } else {
      this.#closed = true
      closing = this.#queued(() => run(this.#close()))
    }
    if (callback === undefined) return closing
    settle(closing, callback)
  }

  closeSync () {
    if (this.#closed) throw new ERR_DIR_CLOSED()
    if (this.#pending > 0) throw new ERR_DIR_CONCURRENT_OPERATION()
    this.#closed = true
    runSync(this.#close())
  }

  /** @returns {AsyncGenerator<Dirent, void, undefined>} */
  async * entries () {
    try {
      for (let entry = await this.read(); entry !== null; entry = await this.read()) yield entry
    } finally {
      await this.close()
    }
  }

  [Symbol.asyncIterator] () {
    return this.entries()
  }
}

export default { Dir, Dirent, kType, sortDirectoryEntries }
