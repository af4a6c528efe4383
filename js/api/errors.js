/**
 * The error classes that apps of this runtime know. Errors of Node's API are Node's own: see their `code`.
 */

/** What these errors hold as `code`: those of DOMException, and more. */
export const INDEX_SIZE_ERR = 1
export const NOT_FOUND_ERR = 8
export const NOT_SUPPORTED_ERR = 9
export const INVALID_ACCESS_ERR = 15
export const SECURITY_ERR = 18
export const NETWORK_ERR = 19
export const ABORT_ERR = 20
export const TIMEOUT_ERR = 23
export const OPERATION_ERR = 30
export const NOT_ALLOWED_ERR = 31
export const ENCODING_ERR = 32

export const kInternalErrorCode = Symbol.for('InternalError.code')

/** Leaves the constructors out of the stack, where the engine can. @param {Error} error @param {Function} constructor */
function captureStack (error, constructor) {
  const { captureStackTrace } = /** @type {any} */ (Error)
  if (typeof captureStackTrace === 'function') captureStackTrace(error, constructor)
}

/**
 * An error class with a fixed name and code. Further arguments of its constructor are ignored, as they always were.
 * @template {typeof Error} Base
 * @param {Base} Base
 * @param {string} name
 * @param {number | string} code
 * @returns {{ new (message?: string, ...args: any[]): Error & { code: number | string }, code: number | string, prototype: Error }}
 */
function define (Base, name, code) {
  const Class = class extends /** @type {typeof Error} */ (Base) {
    static get code () { return code }

    /** @param {string} [message] @param {any[]} _args */
    constructor (message = '', ..._args) {
      super(message)
      captureStack(this, new.target)
    }

    get code () { return code }
  }
  Object.defineProperty(Class, 'name', { value: name })
  // On the prototype, so that a printed error does not list it.
  Object.defineProperty(Class.prototype, 'name', { value: name, writable: true, configurable: true, enumerable: false })
  return /** @type {any} */ (Class)
}

export const BadRequestError = define(Error, 'BadRequestError', 0)
export const EncodingError = define(Error, 'EncodingError', ENCODING_ERR)
export const FinalizationRegistryCallbackError = define(Error, 'FinalizationRegistryCallbackError', 0)
export const IllegalConstructorError = define(TypeError, 'IllegalConstructorError', 'ERR_ILLEGAL_CONSTRUCTOR')
export const IndexSizeError = define(Error, 'IndexSizeError', INDEX_SIZE_ERR)
export const InvalidAccessError = define(Error, 'InvalidAccessError', INVALID_ACCESS_ERR)
export const NetworkError = define(Error, 'NetworkError', NETWORK_ERR)
export const NotAllowedError = define(Error, 'NotAllowedError', NOT_ALLOWED_ERR)
export const NotFoundError = define(Error, 'NotFoundError', NOT_FOUND_ERR)
export const NotSupportedError = define(Error, 'NotSupportedError', NOT_SUPPORTED_ERR)
export const OperationError = define(Error, 'OperationError', OPERATION_ERR)
export const SecurityError = define(Error, 'SecurityError', SECURITY_ERR)
export const TimeoutError = define(Error, 'TimeoutError', TIMEOUT_ERR)

/** What an operation rejects with when its signal is aborted. */
export class AbortError extends Error {
  static get code () { return ABORT_ERR }

  /**
   * @param {any} [reason] why, or the signal itself
   * @param {AbortSignal | null} [signal]
   * @param {any[]} _args
   */
  constructor (reason, signal = null, ..._args) {
    if (reason?.reason) {
      signal = reason
      reason = reason.reason
    }
    super(reason?.message ?? reason ?? 'The operation was aborted')
    this.signal = signal ?? null
    captureStack(this, new.target)
  }

  get name () { return 'AbortError' }
  get code () { return 'ABORT_ERR' }
}

/** An error inside the runtime, with the system's number for it where there is one. */
export class InternalError extends Error {
  static get code () { return 0 }

  /** @type {number} */
  [kInternalErrorCode] = 0

  /** @param {string} [message] @param {number} [code] @param {any[]} _args */
  constructor (message = '', code = 0, ..._args) {
    super(message)
    this[kInternalErrorCode] = code
    captureStack(this, new.target)
  }

  get name () { return 'InternalError' }
  get code () { return this[kInternalErrorCode] }
  set code (code) { this[kInternalErrorCode] = code }
}

/** A module that nothing answers to. */
export class ModuleNotFoundError extends NotFoundError {
  /** @param {string} message @param {string[]} [requireStack] the modules that led to it */
  constructor (message, requireStack = []) {
    super(message)
    this.requireStack = requireStack
  }

  get name () { return 'ModuleNotFoundError' }
  // @ts-expect-error Node's code for it is a word where the base class has a number
  get code () { return 'MODULE_NOT_FOUND' }
}

export default {
  ABORT_ERR,
  ENCODING_ERR,
  INDEX_SIZE_ERR,
  INVALID_ACCESS_ERR,
  NETWORK_ERR,
  NOT_ALLOWED_ERR,
  NOT_FOUND_ERR,
  NOT_SUPPORTED_ERR,
  OPERATION_ERR,
  SECURITY_ERR,
  TIMEOUT_ERR,
  kInternalErrorCode,
  AbortError,
  BadRequestError,
  EncodingError,
  FinalizationRegistryCallbackError,
  IllegalConstructorError,
  IndexSizeError,
  InternalError,
  InvalidAccessError,
  ModuleNotFoundError,
  NetworkError,
  NotAllowedError,
  NotFoundError,
  NotSupportedError,
  OperationError,
  SecurityError,
  TimeoutError
}
