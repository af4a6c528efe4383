/**
 * Errors that only `socket:fs` makes, in Node's words.
 */
import { systemErrors } from 'socket:internal/system-errors'

/** @param {string} code @param {string} message @param {ErrorConstructor | RangeErrorConstructor | TypeErrorConstructor} [Class] */
function make (code, message, Class = Error) {
  return Object.assign(new Class(message), { code })
}

/** @param {unknown} type */
export function symlinkType (type) {
  return make('ERR_FS_INVALID_SYMLINK_TYPE', `Symlink type must be one of "dir", "file", or "junction". Received "${type}"`)
}

/** Node's native half words these two its own way. @param {string} range */
export function modeOutOfRange (range) {
  return make('ERR_OUT_OF_RANGE', `mode is out of range${range}`, RangeError)
}

export function modeOfWrongType () {
  return make('ERR_INVALID_ARG_TYPE', 'mode must be int32 or null/undefined', TypeError)
}

/** What a method of a closed FileHandle rejects with. @param {string} syscall */
export function fileClosed (syscall) {
  return Object.assign(make('EBADF', 'file closed'), { syscall })
}

/** What a stream ends with when a descriptor takes no bytes. @param {string} syscall */
export function writeFailed (syscall) {
  return make('ERR_SYSTEM_ERROR', `A system error occurred: ${syscall} failed`)
}

/** A file that cannot be read to its end. */
export function readFailed () {
  const [errno, [code, text]] = [...systemErrors].find(([, [name]]) => name === 'EIO') ?? [-5, ['EIO', 'i/o error']]
  return Object.assign(make(code, `${code}: ${text}, read`), { errno, syscall: 'read' })
}

const PREFIXES = {
  ERR_FS_CP_DIR_TO_NON_DIR: 'Cannot overwrite non-directory with directory',
  ERR_FS_CP_EEXIST: 'Target already exists',
  ERR_FS_CP_EINVAL: 'Invalid src or dest',
  ERR_FS_CP_FIFO_PIPE: 'Cannot copy a FIFO pipe',
  ERR_FS_CP_NON_DIR_TO_DIR: 'Cannot overwrite directory with non-directory',
  ERR_FS_CP_SOCKET: 'Cannot copy a socket file',
  ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY: 'Cannot overwrite symlink in subdirectory of self',
  ERR_FS_CP_UNKNOWN: 'Cannot copy an unknown file type',
  ERR_FS_EISDIR: 'Path is a directory'
}
const NUMBERS = { EEXIST: 17, EINVAL: 22, EISDIR: 21, ENOTDIR: 20 }

/**
 * What `fs.cp` refuses.
 *
 * @param {keyof typeof PREFIXES} code
 * @param {keyof typeof NUMBERS} errno
 * @param {string} message
 * @param {string} path
 */
export function systemError (code, errno, message, path) {
  const info = { message, path, syscall: 'cp', errno: NUMBERS[errno], code: errno }
  const error = make(code, `${PREFIXES[code]}: cp returned ${errno} (${message}) ${path}`)
  Object.defineProperty(error, 'name', { value: 'SystemError', configurable: true, writable: true })
  return Object.assign(error, { info, errno: info.errno, syscall: 'cp', path })
}
