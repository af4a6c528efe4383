/**
 * Files that are read when they are looked into: a `File` of any size costs nothing until then.
 *
 * What only the engine can do with a file (an address for it, a FileReader) gets its bytes then; `fetch`, `Response` and
 * messages to workers take `await file.arrayBuffer()` or `file.stream()` instead of the file.
 */
import fs from 'socket:fs'
import { open } from 'socket:fs/promises'
import { failure, trying } from 'socket:internal/web-files/errors'

/** How much is read at once, in bytes, unless told otherwise. */
const PIECE = 256 << 10

/** @typedef {{ path: string | Uint8Array, size: number, mtimeMs: number, piece: number }} Source */
/** @type {WeakMap<Blob, { source: Source, start: number, end: number }>} */
const parts = new WeakMap()

const Blob = globalThis.Blob
const File = globalThis.File

/** @param {Blob} blob */
const partOf = (blob) => {
  const part = parts.get(blob)
  if (part === undefined) throw new TypeError('Illegal invocation')
  return part
}

/** A file that is not the one it was is not read: half of one and half of the other would be neither. @param {Source} source @param {{ size: number, mtimeMs: number }} now */
function check (source, now) {
  if (now.size !== source.size || now.mtimeMs !== source.mtimeMs) throw failure('NotReadableError', 'The file has changed since it was chosen.')
}

/** @param {Source} source @param {number} start @param {number} end */
function stream (source, start, end) {
  /** @type {import('socket:fs/promises').FileHandle | undefined} */
  let handle
  let at = start
  return new ReadableStream({
    async pull (controller) {
      try {
        if (handle === undefined) {
          handle = await open(source.path, 'r')
          check(source, /** @type {any} */ (await handle.stat()))
        }
        const piece = new Uint8Array(Math.min(source.piece, end - at))
        const { bytesRead } = piece.byteLength === 0 ? { bytesRead: 0 } : await handle.read(piece, 0, piece.byteLength, at)
        at += bytesRead
        if (bytesRead > 0) controller.enqueue(piece.subarray(0, bytesRead))
        if (bytesRead === 0 || at >= end) {
          await handle.close()
          controller.close()
        }
      } catch (error) {
        await handle?.close().catch(() => {})
        throw error instanceof DOMException ? error : failure('NotReadableError', /** @type {any} */ (error).message, error)
      }
    },
    async cancel () {
      await handle?.close()
    }
  }, { highWaterMark: 0 })
}

/** @param {Blob} blob @returns {Promise<ArrayBuffer>} */
async function read (blob) {
  const { source, start, end } = partOf(blob)
  const whole = new Uint8Array(end - start)
  let at = 0
  for (const reader = stream(source, start, end).getReader(); ;) {
    const { value, done } = await reader.read()
    if (done) break
    whole.set(value, at)
    at += value.byteLength
  }
  if (at < whole.byteLength) throw failure('NotReadableError', 'The file has changed since it was chosen.')
  return whole.buffer
}

/** A copy that the engine itself can read. @param {Blob} blob */
function materialized (blob) {
  const { source, start, end } = partOf(blob)
  const fd = fs.openSync(source.path, 'r')
  try {
    check(source, /** @type {any} */ (fs.fstatSync(fd)))
    const bytes = new Uint8Array(end - start)
    for (let at = 0; at < bytes.byteLength;) {
      const read = fs.readSync(fd, bytes, at, bytes.byteLength - at, start + at)
      if (read === 0) break
      at += read
    }
    return new Blob([bytes], { type: blob.type })
  } finally {
    fs.closeSync(fd)
  }
}

/** @param {number | undefined} value @param {number} size @param {number} otherwise */
function edge (value, size, otherwise) {
  if (value === undefined) return otherwise
  const number = Math.trunc(Number(value)) || 0
  return number < 0 ? Math.max(size + number, 0) : Math.min(number, size)
}

/** @param {any} Class @returns {new (...all: any[]) => Blob} */
function lazily (Class) {
  /** @type {new (...all: any[]) => Blob} */
  const Base = Class
  return class extends Base {
    get size () {
      const { start, end } = partOf(this)
      return end - start
    }

    /** @param {number} [start] @param {number} [end] @param {string} [type] */
    slice (start, end, type = '') {
      const { source, start: from } = partOf(this)
      const first = edge(start, this.size, 0)
      const last = Math.max(edge(end, this.size, this.size), first)
      const blob = Reflect.construct(LazyBlob, [[], { type }])
      parts.set(blob, { source, start: from + first, end: from + last })
      return blob
    }

    arrayBuffer () { return read(this) }
    async bytes () { return new Uint8Array(await read(this)) }
    async text () { return new TextDecoder().decode(await read(this)) }
    stream () {
      const { source, start, end } = partOf(this)
      return stream(source, start, end)
    }
  }
}

const LazyBlob = lazily(Blob)
const LazyFile = lazily(File)
Object.defineProperty(LazyBlob, 'name', { value: 'Blob' })
Object.defineProperty(LazyFile, 'name', { value: 'File' })

/**
 * @param {string | Uint8Array} path
 * @param {string} name
 * @param {string} type
 * @param {{ size: number, mtimeMs: number }} stats
 * @param {number} [piece] how much is read at once, in bytes
 * @returns {File}
 */
export function lazyFile (path, name, type, { size, mtimeMs }, piece = PIECE) {
  patch()
  const file = /** @type {any} */ (new LazyFile([], name, { type, lastModified: Math.trunc(mtimeMs) }))
  parts.set(file, { source: { path, size, mtimeMs, piece }, start: 0, end: size })
  return file
}

let patched = false

/** What takes a file in the engine takes one of ours. */
function patch () {
  if (patched) return
  patched = true
  const { URL, FileReader } = globalThis
  const { createObjectURL } = URL
  URL.createObjectURL = (/** @type {any} */ object) => Reflect.apply(createObjectURL, URL, [parts.has(object) ? materialized(object) : object])
  for (const name of /** @type {const} */ (['readAsArrayBuffer', 'readAsBinaryString', 'readAsDataURL', 'readAsText'])) {
    const native = FileReader?.prototype[name]
    if (native === undefined) continue
    FileReader.prototype[name] = {
      /** @this {FileReader} @param {Blob} blob @param {any[]} rest */
      [name] (blob, ...rest) {
        return Reflect.apply(native, this, [parts.has(blob) ? materialized(blob) : blob, ...rest])
      }
    }[name]
  }
}

/** @param {string | Uint8Array} path @param {number} [piece] */
export async function fileAt (path, piece) {
  const { nameOf, typeOf } = await import('socket:internal/web-files/names')
  return await trying(async () => {
    const stats = await fs.promises.stat(path)
    if (stats.isDirectory()) throw failure('TypeMismatchError', 'It is a directory, not a file.')
    return lazyFile(path, nameOf(path), typeOf(path), /** @type {any} */ (stats), piece)
  })
}
