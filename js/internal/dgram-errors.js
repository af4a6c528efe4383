/** What `socket:dgram` throws. Codes and messages are Node's. */
import { InternalError } from 'socket:errors'

export class SocketError extends InternalError {
  /** @returns {string} */
  get name () { return 'Error' }
}

/**
 * @template {any[]} A
 * @param {string} code
 * @param {typeof SocketError | TypeErrorConstructor} Base
 * @param {(...args: A) => string} message
 * @returns {{ new (...args: A): Error & { code: string } & Record<string, any> }}
 */
function define (code, Base, message) {
  const Parent = /** @type {ErrorConstructor} */ (/** @type {unknown} */ (Base))
  const Class = class extends Parent {
    /** @param {any[]} args */
    constructor (...args) {
      super(message(.../** @type {A} */ (args)))
      Object.defineProperty(this, 'code', { value: code, enumerable: true, writable: true, configurable: true })
    }

    toString () {
      return `${this.name} [${code}]: ${this.message}`
    }
  }
  Object.defineProperty(Class, 'name', { value: code })
  return /** @type {any} */ (Class)
}

export const ERR_SOCKET_ALREADY_BOUND = define('ERR_SOCKET_ALREADY_BOUND', SocketError, () => 'Socket is already bound')
export const ERR_SOCKET_BAD_BUFFER_SIZE = define('ERR_SOCKET_BAD_BUFFER_SIZE', TypeError, () => 'Buffer size must be a positive integer')
export const ERR_SOCKET_BAD_TYPE = define('ERR_SOCKET_BAD_TYPE', TypeError, () => 'Bad socket type specified. Valid types are: udp4, udp6')
export const ERR_SOCKET_DGRAM_IS_CONNECTED = define('ERR_SOCKET_DGRAM_IS_CONNECTED', SocketError, () => 'Already connected')
export const ERR_SOCKET_DGRAM_NOT_CONNECTED = define('ERR_SOCKET_DGRAM_NOT_CONNECTED', SocketError, () => 'Not connected')
export const ERR_SOCKET_DGRAM_NOT_RUNNING = define('ERR_SOCKET_DGRAM_NOT_RUNNING', SocketError, () => 'Not running')

/** The length of a buffer of the system could not be read or set. */
export class ERR_SOCKET_BUFFER_SIZE extends SocketError {
  /** @param {{ errno: number, code: string, message: string, syscall: string }} info */
  constructor (info) {
    super(`Could not get or set buffer size: ${info.syscall} returned ${info.code} (${info.message})`)
    const enumerable = { enumerable: true, writable: true, configurable: true }
    Object.defineProperties(this, {
      code: { value: 'ERR_SOCKET_BUFFER_SIZE', ...enumerable },
      info: { value: info, ...enumerable },
      errno: { value: info.errno, ...enumerable },
      syscall: { value: info.syscall, ...enumerable }
    })
  }

  get name () { return 'SystemError' }
}
