/**
 * Writing files as the File System standard says: into a file beside, which takes the place of the other when all is
 * written. Where that cannot be (a directory that takes no new files), into the file itself.
 */
import promises from 'socket:fs/promises'
import { Buffer } from 'socket:buffer'
import { failure, translated } from 'socket:internal/web-files/errors'

/** @typedef {import('socket:internal/web-files/names').AnyPath} AnyPath */
/** @typedef {string | ArrayBuffer | ArrayBufferView | Blob} Data */
/** @typedef {{ type: 'write', position?: number | null, data?: Data | null } | { type: 'seek', position?: number | null } | { type: 'truncate', size?: number | null }} Command */

/** The name of the file beside. */
const SWAP = '.crswap'
/** How many such files one file may have at once. */
const MOST = 100

const encoder = new TextEncoder()

/** @param {AnyPath} path @param {string} ending @returns {AnyPath} */
const ended = (path, ending) => typeof path === 'string' ? path + ending : Buffer.concat([Buffer.from(path), Buffer.from(ending)])

/** @param {AnyPath} path @param {boolean} keep */
async function begin (path, keep) {
  const stats = await promises.stat(path).catch((error) => { if (error.code !== 'ENOENT') throw error })
  if (stats?.isDirectory()) throw failure('TypeMismatchError', 'It is a directory, not a file.')
  for (let number = 0; number < MOST; number++) {
    const swap = ended(path, number === 0 ? SWAP : `.${number}${SWAP}`)
    try {
      const handle = await promises.open(swap, 'wx+', stats === undefined ? 0o666 : Number(stats.mode) & 0o777)
      if (keep && stats !== undefined) {
        await handle.close()
        await promises.copyFile(path, swap)
        return { handle: await promises.open(swap, 'r+'), swap }
      }
      return { handle, swap }
    } catch (error) {
      const { code } = /** @type {any} */ (error)
      if (code === 'EEXIST') continue
      if (!['EACCES', 'EPERM', 'EROFS', 'ERR_ACCESS_DENIED'].includes(code)) throw error
      break
    }
  }
  return { handle: await promises.open(path, keep && stats !== undefined ? 'r+' : 'w+'), swap: undefined }
}

/** @param {any} value @param {string} name */
function place (value, name) {
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`${name} must be a whole number of bytes`)
  return value
}

/** A stream that writes a file; made by `FileSystemFileHandle.createWritable()`. */
export class WritableFile extends WritableStream {
  /**
   * @param {AnyPath} path
   * @param {{ keepExistingData?: boolean }} options
   */
  static async open (path, { keepExistingData = false } = {}) {
    const { handle, swap } = await begin(path, keepExistingData)
    let at = 0
    /** @param {Uint8Array} bytes @param {number} position */
    const put = async (bytes, position) => {
      for (let done = 0; done < bytes.byteLength;) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, position + done)
        done += bytesWritten
      }
      at = position + bytes.byteLength
    }
    /** @param {any} data @param {number} position */
    const write = async (data, position) => {
      if (typeof data === 'string') return await put(encoder.encode(data), position)
      if (ArrayBuffer.isView(data)) return await put(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position)
      if (data instanceof ArrayBuffer) return await put(new Uint8Array(data), position)
      if (!(data instanceof Blob)) throw new TypeError('A file takes text, bytes and blobs')
      at = position
      for (const reader = data.stream().getReader(); ;) {
        const { value, done } = await reader.read()
        if (done) return
        await put(value, at)
      }
    }
    const drop = async () => {
      await handle.close().catch(() => {})
      if (swap !== undefined) await promises.unlink(swap).catch(() => {})
    }
    return new WritableFile({
      /** @param {any} chunk */
      async write (chunk) {
        try {
          const command = typeof chunk === 'object' && chunk !== null && !ArrayBuffer.isView(chunk) && !(chunk instanceof ArrayBuffer) && !(chunk instanceof Blob)
          if (!command) return await write(chunk, at)
          if (chunk.type === 'write') {
            if (chunk.data === undefined || chunk.data === null) throw failure('SyntaxError', 'Writing needs data')
            return await write(chunk.data, chunk.position === undefined || chunk.position === null ? at : place(chunk.position, 'position'))
          }
          if (chunk.type === 'seek') {
            at = place(chunk.position, 'position')
          } else if (chunk.type === 'truncate') {
            await handle.truncate(place(chunk.size, 'size'))
            at = Math.min(at, chunk.size)
          } else {
            throw new TypeError(`A file can write, seek and truncate, not ${String(chunk.type)}`)
          }
        } catch (error) {
          // The stream is broken from here on, as the standard says: nothing of it becomes the file.
          await drop()
          throw translated(error)
        }
      },
      async close () {
        try {
          await handle.close()
          if (swap !== undefined) await promises.rename(swap, path)
        } catch (error) {
          await drop()
          throw translated(error)
        }
      },
      abort: drop
    })
  }

  /** @param {any} chunk */
  async #send (chunk) {
    const writer = this.getWriter()
    try {
      await writer.write(chunk)
    } finally {
      writer.releaseLock()
    }
  }

  /** Writes at the place where the last write ended, or at `position` bytes. @param {Data | Command} data */
  async write (data) { await this.#send(data) }

  /** Goes to a place. @param {number} position bytes */
  async seek (position) { await this.#send({ type: 'seek', position }) }

  /** Makes the file longer or shorter. @param {number} size bytes */
  async truncate (size) { await this.#send({ type: 'truncate', size }) }
}

Object.defineProperty(WritableFile, 'name', { value: 'FileSystemWritableFileStream' })
Object.defineProperty(WritableFile.prototype, Symbol.toStringTag, { value: 'FileSystemWritableFileStream', configurable: true })
