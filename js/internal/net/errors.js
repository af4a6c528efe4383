/** What `socket:net` raises itself, with Node's codes and messages. */
import { define } from 'socket:internal/errors'

export const ERR_SOCKET_CLOSED = define('ERR_SOCKET_CLOSED', Error, () => 'Socket is closed')
export const ERR_SOCKET_CLOSED_BEFORE_CONNECTION = define('ERR_SOCKET_CLOSED_BEFORE_CONNECTION', Error, () => 'Socket closed before the connection was established')
export const ERR_SERVER_ALREADY_LISTEN = define('ERR_SERVER_ALREADY_LISTEN', Error, () => 'Listen method has been called more than once without closing.')
export const ERR_SERVER_NOT_RUNNING = define('ERR_SERVER_NOT_RUNNING', Error, () => 'Server is not running.')
export const ERR_INVALID_ADDRESS = define('ERR_INVALID_ADDRESS', Error, () => 'Invalid socket address')

const Family = define('ERR_INVALID_ADDRESS_FAMILY', RangeError,
  (/** @type {unknown} */ family, /** @type {string} */ host, /** @type {unknown} */ port) => `Invalid address family: ${family} ${host}:${port}`)
/** @param {unknown} family @param {string} host @param {unknown} port */
export const invalidFamily = (family, host, port) => Object.assign(new Family(family, host, port), { host, port })
