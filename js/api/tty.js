/**
 * Terminals, as Node's `tty`. A page holds none, whatever the app was started from: its output is passed on by native
 * code, so `isatty` is false for every descriptor and no stream can be opened.
 */
import { ERR_INVALID_FD } from 'socket:internal/errors'
import { constants } from 'socket:internal/os-constants'
import { validateInteger } from 'socket:internal/validators'

/** @param {unknown} _fd */
export function isatty (_fd) {
  return false
}

/** What Node throws for a descriptor that is no terminal. @param {number} fd @returns {never} */
function refuse (fd) {
  if (fd >> 0 !== fd || fd < 0) throw new ERR_INVALID_FD(fd)
  const [code, message, syscall] = ['EINVAL', 'invalid argument', 'uv_tty_init']
  const error = new Error(`TTY initialization failed: ${syscall} returned ${code} (${message})`)
  Object.defineProperty(error, 'name', { value: 'SystemError', configurable: true, writable: true })
  const errno = -constants.errno[code]
  throw Object.assign(error, { code: 'ERR_TTY_INIT_FAILED', info: { errno, code, message, syscall }, errno, syscall })
}

export class ReadStream {
  /** @param {number} fd */
  constructor (fd) {
    refuse(fd)
  }
}

export class WriteStream {
  /** @param {number} fd */
  constructor (fd) {
    refuse(fd)
  }

  /** Bits of colour: one, which is none. */
  getColorDepth () {
    return 1
  }

  /** @param {number | object} [count] @param {object} [_env] */
  hasColors (count = 16, _env = undefined) {
    if (typeof count === 'object') count = 16
    validateInteger(count, 'count', 2)
    return /** @type {number} */ (count) <= 2
  }
}

export default { isatty, ReadStream, WriteStream }
