/**
 * The numbers of the system's errors, those of the platform the app runs on. One that it does not have is undefined.
 */
import { constants as all } from 'socket:internal/os-constants'

export const constants = all.errno

export const {
  E2BIG, EACCES, EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EAGAIN, EALREADY, EBADF, EBADMSG, EBUSY, ECANCELED,
  ECHILD, ECONNABORTED, ECONNREFUSED, ECONNRESET, EDEADLK, EDESTADDRREQ, EDOM, EDQUOT, EEXIST, EFAULT, EFBIG,
  EHOSTUNREACH, EIDRM, EILSEQ, EINPROGRESS, EINTR, EINVAL, EIO, EISCONN, EISDIR, ELOOP, EMFILE, EMLINK, EMSGSIZE,
  EMULTIHOP, ENAMETOOLONG, ENETDOWN, ENETRESET, ENETUNREACH, ENFILE, ENOBUFS, ENODATA, ENODEV, ENOENT, ENOEXEC,
  ENOLCK, ENOLINK, ENOMEM, ENOMSG, ENOPROTOOPT, ENOSPC, ENOSR, ENOSTR, ENOSYS, ENOTCONN, ENOTDIR, ENOTEMPTY,
  ENOTSOCK, ENOTSUP, ENOTTY, ENXIO, EOPNOTSUPP, EOVERFLOW, EPERM, EPIPE, EPROTO, EPROTONOSUPPORT, EPROTOTYPE,
  ERANGE, EROFS, ESPIPE, ESRCH, ESTALE, ETIME, ETIMEDOUT, ETXTBSY, EWOULDBLOCK, EXDEV
} = constants

/** The names by number, the usual one first where two share a number. */
const byNumber = new Map(Object.entries(constants).reverse().map(([name, code]) => [code, name]))
for (const name of ['EAGAIN', 'ENOTSUP']) byNumber.set(constants[name], name)

/** @param {string | number} code a name, or a number of either sign @returns {number | undefined} */
export function getCode (code) {
  if (typeof code === 'number') return byNumber.has(Math.abs(code)) ? Math.abs(code) : undefined
  return Object.hasOwn(constants, code) ? constants[code] : undefined
}

/** @param {string | number} code @returns {string | undefined} */
export function getName (code) {
  return byNumber.get(Math.abs(getCode(code) ?? NaN))
}

export { getName as toString }

/** @type {Record<string, any>} */
const everything = { ...constants, constants, getCode, getName, toString: getName }

export default everything
