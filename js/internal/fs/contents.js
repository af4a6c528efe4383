/**
 * Whole contents through an open file: piece by piece, because how much there is shows only at its end.
 */
import { Buffer } from 'socket:buffer'
import { AbortError, ERR_FS_FILE_TOO_LARGE } from 'socket:internal/errors'
import * as files from 'socket:internal/fs/files'
import { toContent } from 'socket:internal/fs/path'
import { run, runSync } from 'socket:internal/fs/run'

/** The first piece is small, as most files are; the following ones save calls. */
const FIRST = 64 * 1024
const NEXT = 1024 * 1024
const MAX = 2 ** 31 - 1

/** @param {AbortSignal | undefined} signal */
export function checkAborted (signal) {
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason })
}

/** Collects pieces until one is empty. */
class Pieces {
  /** @type {Uint8Array[]} */ pieces = []
  size = 0

  /** Where the next piece goes. */
  next () {
    return Buffer.alloc(this.size === 0 ? FIRST : NEXT)
  }

  /** @param {Uint8Array} piece @param {number} length */
  add (piece, length) {
    this.size += length
    if (this.size > MAX) throw new ERR_FS_FILE_TOO_LARGE(this.size)
    this.pieces.push(piece.subarray(0, length))
  }

  bytes () {
    return Buffer.concat(this.pieces, this.size)
  }
}

/** @param {number} fd @param {{ encoding?: string | null, signal?: AbortSignal }} options @returns {Promise<any>} */
export async function readAll (fd, { encoding, signal }) {
  const all = new Pieces()
  for (;;) {
    checkAborted(signal)
    const piece = all.next()
    const length = await run(files.read(fd, piece))
    if (length === 0) return toContent(all.bytes(), encoding)
    all.add(piece, length)
  }
}

/** @param {number} fd @param {{ encoding?: string | null }} options @returns {any} */
export function readAllSync (fd, { encoding }) {
  const all = new Pieces()
  for (;;) {
    const piece = all.next()
    const length = runSync(files.read(fd, piece))
    if (length === 0) return toContent(all.bytes(), encoding)
    all.add(piece, length)
  }
}

/** @param {number} fd @param {Uint8Array} bytes @param {{ signal?: AbortSignal, flush?: boolean }} options */
export async function writeAll (fd, bytes, { signal, flush }) {
  checkAborted(signal)
  for (let at = 0; at < bytes.byteLength;) {
    at += await run(files.write(fd, bytes.subarray(at)))
    checkAborted(signal)
  }
  if (flush) await run(files.fsync(fd))
}

/** @param {number} fd @param {Uint8Array} bytes @param {{ flush?: boolean }} options */
export function writeAllSync (fd, bytes, { flush }) {
  for (let at = 0; at < bytes.byteLength;) at += runSync(files.write(fd, bytes.subarray(at)))
  if (flush) runSync(files.fsync(fd))
}

/** What `fsPromises.writeFile` takes besides text and bytes. @param {any} data */
export function isIterable (data) {
  return typeof data !== 'string' && !ArrayBuffer.isView(data) &&
    (typeof data?.[Symbol.asyncIterator] === 'function' || typeof data?.[Symbol.iterator] === 'function')
}

/** @param {number} fd @param {any} data @param {{ encoding?: string | null, signal?: AbortSignal, flush?: boolean }} options */
export async function writeEach (fd, data, { encoding, signal, flush }) {
  checkAborted(signal)
  for await (const chunk of data) await writeAll(fd, ArrayBuffer.isView(chunk) ? files.bytesOf(chunk) : Buffer.from(chunk, /** @type {any} */ (encoding || 'utf8')), { signal })
  if (flush) await run(files.fsync(fd))
}
