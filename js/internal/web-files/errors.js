/**
 * What goes wrong with files, in the words of the File System standard: a DOMException whose `cause` is Node's error.
 */

/** @type {Record<string, string>} */
const NAMES = {
  ENOENT: 'NotFoundError',
  EISDIR: 'TypeMismatchError',
  ENOTDIR: 'TypeMismatchError',
  EACCES: 'NotAllowedError',
  EPERM: 'NotAllowedError',
  EROFS: 'NoModificationAllowedError',
  ERR_ACCESS_DENIED: 'NotAllowedError',
  ENOTEMPTY: 'InvalidModificationError',
  EEXIST: 'InvalidModificationError',
  ENOSPC: 'QuotaExceededError',
  EDQUOT: 'QuotaExceededError'
}

/**
 * @param {string} name
 * @param {string} message
 * @param {unknown} [cause]
 */
export function failure (name, message, cause = undefined) {
  return Object.assign(new DOMException(message, name), cause === undefined ? {} : { cause })
}

/** @param {any} error */
export function translated (error) {
  if (error instanceof DOMException || error instanceof TypeError) return error
  return failure(NAMES[error?.code] ?? 'InvalidStateError', error?.message ?? String(error), error)
}

/**
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function trying (work) {
  try {
    return await work()
  } catch (error) {
    throw translated(error)
  }
}
