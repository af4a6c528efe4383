/**
 * A FileHandle as streams use a file: the functions of `socket:fs` that they need.
 */
import { kUnref } from 'socket:fs/handle'
import { ERR_METHOD_NOT_IMPLEMENTED } from 'socket:internal/errors'

/** @param {import('socket:fs/handle').FileHandle} handle */
export function operationsOf (handle) {
  const answer = (/** @type {Promise<any>} */ promise, /** @type {Function} */ callback, /** @type {(value: any) => any[]} */ results) =>
    promise.then((value) => callback(null, ...results(value)), (error) => callback(error, 0))
  return {
    open () {
      throw new ERR_METHOD_NOT_IMPLEMENTED('open()')
    },
    close (/** @type {number} */ _, /** @type {Function} */ callback) {
      handle[kUnref]()
      answer(handle.close(), callback, () => [])
    },
    fsync (/** @type {number} */ _, /** @type {Function} */ callback) {
      answer(handle.sync(), callback, () => [])
    },
    read (/** @type {number} */ _, /** @type {any} */ buffer, /** @type {number} */ offset, /** @type {number} */ length, /** @type {any} */ position, /** @type {Function} */ callback) {
      answer(handle.read(buffer, offset, length, position), callback, ({ bytesRead }) => [bytesRead, buffer])
    },
    write (/** @type {number} */ _, /** @type {any} */ buffer, /** @type {number} */ offset, /** @type {number} */ length, /** @type {any} */ position, /** @type {Function} */ callback) {
      answer(handle.write(buffer, offset, length, position), callback, ({ bytesWritten }) => [bytesWritten, buffer])
    },
    writev (/** @type {number} */ _, /** @type {any[]} */ buffers, /** @type {any} */ position, /** @type {Function} */ callback) {
      answer(handle.writev(buffers, position), callback, ({ bytesWritten }) => [bytesWritten, buffers])
    }
  }
}
