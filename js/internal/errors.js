/**
 * Node's error classes by code, with Node's exact messages. Errors that come from the machine
 * (ENOENT and its kin) are made by `socket:internal/error`; this file only holds those that JavaScript raises.
 */

/** @type {(value: unknown, options?: object) => string} */
let inspect = brief

/**
 * Gives error messages the complete formatter. `socket:internal/inspect` calls it when it is loaded, so that
 * a page which only reads files does not pay for a formatter it hardly ever needs.
 * @param {(value: any, options?: object) => string} formatter
 */
export function setInspect (formatter) {
  inspect = formatter
}

/** Any value as text for an error's message. @param {unknown} value @param {object} [options] @returns {string} */
export function inspectValue (value, options) {
  return inspect(value, options)
}

/**
 * Quotes as Node does: the first kind of quote that needs no escaping.
 * @param {string} text
 */
function quote (text) {
  const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !/`|\$\{/.test(text) ? '`' : "'"
  const names = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '\\': '\\\\' }
  // eslint-disable-next-line no-control-regex
  const escaped = text.replace(/[\x00-\x1f\x7f-\x9f\\]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, (char) => {
    const code = char.charCodeAt(0)
    return names[/** @type {keyof names} */ (char)] ??
      (code > 0xff ? `\\u${code.toString(16)}` : `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`)
  })
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark
}

/**
 * A short form of any value, exact for primitives.
 * @param {unknown} value
 * @returns {string}
 */
function brief (value) {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'bigint') return `${value}n`
  if (Object.is(value, -0)) return '-0'
  if (typeof value === 'function') return value.name ? `[Function: ${value.name}]` : '[Function (anonymous)]'
  if (typeof value !== 'object' || value === null) return String(value)
  const prototype = Object.getPrototypeOf(value)
  if (prototype === null) return '[Object: null prototype] {}'
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(brief).join(', ')} ]`
  if (prototype !== Object.prototype) return `${prototype.constructor?.name || 'Object'} {}`
  const entries = Object.entries(value).map(([key, item]) => `${key}: ${typeof item === 'object' && item !== null ? '[Object]' : brief(item)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}

/** A value as `%s` prints it. @param {unknown} value */
export function plain (value) {
  if (typeof value === 'bigint' || Object.is(value, -0)) return brief(value)
  if (typeof value !== 'object' || value === null) return String(value)
  let owner = value
  while (owner !== null && !Object.hasOwn(owner, 'toString')) owner = Object.getPrototypeOf(owner)
  const writesItself = owner === value || (owner !== null && !(owner.constructor?.name in globalThis))
  return writesItself ? String(value) : inspect(value, { depth: 0, colors: false, compact: 3 })
}

/**
 * What Node writes after "Received" when a value has the wrong type.
 * @param {unknown} value
 */
export function describe (value) {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'function') return `function ${value.name}`
  if (typeof value === 'object') {
    return value.constructor?.name ? `an instance of ${value.constructor.name}` : inspect(value, { depth: -1 })
  }
  if (typeof value === 'string') {
    const text = value.length > 28 ? value.slice(0, 25) + '...' : value
    return `type string (${text.includes("'") ? JSON.stringify(text) : `'${text}'`})`
  }
  return `type ${typeof value} (${brief(value)})`
}

/**
 * @param {string[]} items
 * @param {string} word
 */
function list (items, word) {
  if (items.length < 3) return items.join(` ${word} `)
  return `${items.slice(0, -1).join(', ')}, ${word} ${items.at(-1)}`
}

/** 1234567 → 1_234_567 @param {string} digits */
function separated (digits) {
  return digits.replace(/\B(?=(\d{3})+$)/g, '_')
}

/**
 * An error class whose instances look and print as Node's do.
 * @template {any[]} Args
 * @template {ErrorConstructor | TypeErrorConstructor | RangeErrorConstructor | SyntaxErrorConstructor | URIErrorConstructor} Base
 * @param {string} code
 * @param {Base} Base
 * @param {(...args: Args) => string} message
 * @returns {{ new (...args: Args): Error & { code: string } & Record<string, any>, HideStackFramesError?: never }}
 */
export function define (code, Base, message) {
  const Parent = /** @type {ErrorConstructor} */ (/** @type {unknown} */ (Base))
  const Class = class extends Parent {
    /** @param {any[]} args */
    constructor (...args) {
      super(message(.../** @type {Args} */ (args)))
      /** @type {string} */
      this.code = code
      const stack = this.stack
      // V8 writes name and message into the stack when the error is made; Node puts the code there too.
      if (typeof stack === 'string' && stack.startsWith(`${Base.name}: `)) {
        Object.defineProperty(this, 'stack', { value: stack.replace(Base.name, `${Base.name} [${code}]`), writable: true, configurable: true, enumerable: false })
      }
    }

    toString () {
      return `${this.name} [${code}]: ${this.message}`
    }
  }
  Object.defineProperty(Class, 'name', { value: 'NodeError' })
  Object.defineProperty(Class.prototype, 'constructor', { value: Base, writable: true, configurable: true, enumerable: false })
  return /** @type {any} */ (Class)
}

const PRIMITIVES = new Set(['string', 'function', 'number', 'object', 'Function', 'Object', 'boolean', 'bigint', 'symbol'])
const CLASS_NAME = /^(?:[A-Z][a-z0-9]*)+$/

/** "foo" argument, "options.foo" property, first argument @param {string} name */
function subject (name) {
  if (name.endsWith(' argument')) return name
  return `"${name}" ${name.includes('.') ? 'property' : 'argument'}`
}

export const ERR_INVALID_ARG_TYPE = define('ERR_INVALID_ARG_TYPE', TypeError,
  (/** @type {string} */ name, /** @type {string | string[]} */ expected, /** @type {unknown} */ actual) => {
    /** @type {string[]} */ const types = []
    /** @type {string[]} */ const classes = []
    /** @type {string[]} */ const others = []
    for (const item of Array.isArray(expected) ? expected : [expected]) {
      if (PRIMITIVES.has(item)) types.push(item.toLowerCase())
      else if (CLASS_NAME.test(item)) classes.push(item)
      else others.push(item)
    }
    // "object" reads oddly beside class names: "an instance of Buffer or Object".
    if (classes.length > 0 && types.includes('object')) {
      types.splice(types.indexOf('object'), 1)
      classes.push('Object')
    }
    const parts = []
    if (types.length > 0) parts.push(`${types.length > 1 ? 'one of type' : 'of type'} ${list(types, 'or')}`)
    if (classes.length > 0) parts.push(`an instance of ${list(classes, 'or')}`)
    if (others.length > 1) parts.push(`one of ${list(others, 'or')}`)
    else if (others.length === 1) parts.push(`${others[0] !== others[0].toLowerCase() ? 'an ' : ''}${others[0]}`)
    return `The ${subject(name)} must be ${parts.join(' or ')}. Received ${describe(actual)}`
  })

/** @param {string} name @param {unknown} value @param {string} [reason] */
function invalidValue (name, value, reason = 'is invalid') {
  const text = inspect(value)
  return `The ${name.includes('.') ? 'property' : 'argument'} '${name}' ${reason}. Received ${text.length > 128 ? text.slice(0, 128) + '...' : text}`
}

export const ERR_INVALID_ARG_VALUE = define('ERR_INVALID_ARG_VALUE', TypeError, invalidValue)
export const ERR_INVALID_ARG_VALUE_RANGE = define('ERR_INVALID_ARG_VALUE', RangeError, invalidValue)

export const ERR_OUT_OF_RANGE = define('ERR_OUT_OF_RANGE', RangeError,
  (/** @type {string} */ name, /** @type {string} */ range, /** @type {unknown} */ input, /** @type {boolean | undefined} */ replaceDefault = false) => {
    let received
    if (Number.isInteger(input) && Math.abs(/** @type {number} */ (input)) > 2 ** 32) {
      received = separated(String(input))
    } else if (typeof input === 'bigint') {
      received = `${input > 2n ** 32n || input < -(2n ** 32n) ? separated(String(input)) : input}n`
    } else {
      received = inspect(input)
    }
    return `${replaceDefault ? name : `The value of "${name}" is out of range.`} It must be ${range}. Received ${received}`
  })

export const ERR_MISSING_ARGS = define('ERR_MISSING_ARGS', TypeError, (/** @type {(string | string[])[]} */ ...names) => {
  const quoted = names.map((name) => Array.isArray(name) ? name.map((item) => `"${item}"`).join(' or ') : `"${name}"`)
  return `The ${list(quoted, 'and')} ${quoted.length === 1 ? 'argument' : 'arguments'} must be specified`
})

export const ERR_INVALID_RETURN_VALUE = define('ERR_INVALID_RETURN_VALUE', TypeError,
  (/** @type {string} */ expected, /** @type {string} */ name, /** @type {unknown} */ value) =>
    `Expected ${expected} to be returned from the "${name}" function but got ${describe(value)}.`)

export const ERR_UNHANDLED_ERROR = define('ERR_UNHANDLED_ERROR', Error,
  (/** @type {unknown} */ error) => error === undefined ? 'Unhandled error.' : `Unhandled error. (${error})`)

export const ERR_BUFFER_OUT_OF_BOUNDS = define('ERR_BUFFER_OUT_OF_BOUNDS', RangeError,
  (/** @type {string | undefined} */ name = undefined) => name ? `"${name}" is outside of buffer bounds` : 'Attempt to access memory outside buffer bounds')

export const ERR_INVALID_BUFFER_SIZE = define('ERR_INVALID_BUFFER_SIZE', RangeError, (/** @type {string} */ size) => `Buffer size must be a multiple of ${size}`)
export const ERR_UNKNOWN_ENCODING = define('ERR_UNKNOWN_ENCODING', TypeError, (/** @type {unknown} */ encoding) => `Unknown encoding: ${plain(encoding)}`)
export const ERR_METHOD_NOT_IMPLEMENTED = define('ERR_METHOD_NOT_IMPLEMENTED', Error, (/** @type {string} */ name) => `The ${name} method is not implemented`)
export const ERR_FEATURE_UNAVAILABLE_ON_PLATFORM = define('ERR_FEATURE_UNAVAILABLE_ON_PLATFORM', TypeError,
  (/** @type {string} */ feature, /** @type {string} */ platform) => `The feature ${feature} is unavailable on the current platform, which is being used to run ${platform}`)
export const ERR_INVALID_THIS = define('ERR_INVALID_THIS', TypeError, (/** @type {string} */ type) => `Value of "this" must be of type ${type}`)
export const ERR_INVALID_STATE = define('ERR_INVALID_STATE', Error, (/** @type {string} */ state) => `Invalid state: ${state}`)
export const ERR_ILLEGAL_CONSTRUCTOR = define('ERR_ILLEGAL_CONSTRUCTOR', TypeError, () => 'Illegal constructor')
export const ERR_FALSY_VALUE_REJECTION = define('ERR_FALSY_VALUE_REJECTION', Error, () => 'Promise was rejected with falsy value')
export const ERR_CONSOLE_WRITABLE_STREAM = define('ERR_CONSOLE_WRITABLE_STREAM', TypeError,
  (/** @type {string} */ name) => `Console expects a writable stream instance for ${name}`)
export const ERR_INCOMPATIBLE_OPTION_PAIR = define('ERR_INCOMPATIBLE_OPTION_PAIR', TypeError,
  (/** @type {string} */ first, /** @type {string} */ second) => `Option "${first}" cannot be used in combination with option "${second}"`)

export const ERR_AMBIGUOUS_ARGUMENT = define('ERR_AMBIGUOUS_ARGUMENT', TypeError,
  (/** @type {string} */ name, /** @type {string} */ reason) => `The "${name}" argument is ambiguous. ${reason}`)
export const ERR_ASYNC_CALLBACK = define('ERR_ASYNC_CALLBACK', TypeError, (/** @type {string} */ name) => `${name} must be a function`)
export const ERR_ASYNC_TYPE = define('ERR_ASYNC_TYPE', TypeError, (/** @type {string} */ type) => `Invalid name for async "type": ${type}`)
export const ERR_INVALID_ASYNC_ID = define('ERR_INVALID_ASYNC_ID', RangeError, (/** @type {string} */ name, /** @type {unknown} */ id) => `Invalid ${name} value: ${plain(id)}`)
export const ERR_INVALID_FD_TYPE = define('ERR_INVALID_FD_TYPE', TypeError, (/** @type {string} */ type) => `Unsupported fd type: ${type}`)
export const ERR_INVALID_FD = define('ERR_INVALID_FD', RangeError, (/** @type {unknown} */ fd) => `"fd" must be a positive integer: ${plain(fd)}`)

export const ERR_CHILD_PROCESS_IPC_REQUIRED = define('ERR_CHILD_PROCESS_IPC_REQUIRED', Error, (/** @type {string} */ name) => `Forked processes must have an IPC channel, missing value 'ipc' in ${name}`)
export const ERR_CHILD_PROCESS_STDIO_MAXBUFFER = define('ERR_CHILD_PROCESS_STDIO_MAXBUFFER', RangeError, (/** @type {string} */ name) => `${name} maxBuffer length exceeded`)
export const ERR_INVALID_SYNC_FORK_INPUT = define('ERR_INVALID_SYNC_FORK_INPUT', TypeError,
  (/** @type {unknown} */ value) => `Asynchronous forks do not support Buffer, TypedArray, DataView or string input: ${inspect(value)}`)
export const ERR_UNKNOWN_SIGNAL = define('ERR_UNKNOWN_SIGNAL', TypeError, (/** @type {unknown} */ signal) => `Unknown signal: ${plain(signal)}`)
export const ERR_UNKNOWN_BUILTIN_MODULE = define('ERR_UNKNOWN_BUILTIN_MODULE', Error, (/** @type {string} */ name) => `No such built-in module: ${name}`)

export const ERR_INVALID_IP_ADDRESS = define('ERR_INVALID_IP_ADDRESS', TypeError, (/** @type {unknown} */ address) => `Invalid IP address: ${plain(address)}`)
export const ERR_INVALID_URL = define('ERR_INVALID_URL', TypeError, () => 'Invalid URL')
export const ERR_INVALID_URL_SCHEME = define('ERR_INVALID_URL_SCHEME', TypeError, (/** @type {string} */ scheme) => `The URL must be of scheme ${scheme}`)
export const ERR_INVALID_FILE_URL_HOST = define('ERR_INVALID_FILE_URL_HOST', TypeError, (/** @type {string} */ platform) => `File URL host must be "localhost" or empty on ${platform}`)
export const ERR_INVALID_FILE_URL_PATH = define('ERR_INVALID_FILE_URL_PATH', TypeError, (/** @type {string} */ reason) => `File URL path ${reason}`)
export const ERR_INVALID_URI = define('ERR_INVALID_URI', URIError, () => 'URI malformed')

export const ERR_DIR_CLOSED = define('ERR_DIR_CLOSED', Error, () => 'Directory handle was closed')
export const ERR_DIR_CONCURRENT_OPERATION = define('ERR_DIR_CONCURRENT_OPERATION', Error,
  () => 'Cannot do synchronous work on directory handle with concurrent asynchronous operations')
export const ERR_FS_FILE_TOO_LARGE = define('ERR_FS_FILE_TOO_LARGE', RangeError, (/** @type {number | bigint} */ size) => `File size (${size}) is greater than 2 GiB`)

export const ERR_SOCKET_BAD_PORT = define('ERR_SOCKET_BAD_PORT', RangeError,
  (/** @type {string} */ name, /** @type {unknown} */ port, /** @type {boolean | undefined} */ allowZero = true) =>
    `${name} should be ${allowZero ? '>=' : '>'} 0 and < 65536. Received ${describe(port)}.`)

export const ERR_PARSE_ARGS_INVALID_OPTION_VALUE = define('ERR_PARSE_ARGS_INVALID_OPTION_VALUE', TypeError, (/** @type {string} */ message) => message)
export const ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL = define('ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL', TypeError,
  (/** @type {string} */ positional) => `Unexpected argument '${positional}'. This command does not take positional arguments`)
export const ERR_PARSE_ARGS_UNKNOWN_OPTION = define('ERR_PARSE_ARGS_UNKNOWN_OPTION', TypeError,
  (/** @type {string} */ option, /** @type {boolean} */ positionals) =>
    `Unknown option '${option}'${positionals ? `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- "${option}"` : ''}`)

/** What an operation rejects with when its signal is aborted. */
export class AbortError extends Error {
  /**
   * @param {string} [message]
   * @param {ErrorOptions} [options]
   */
  constructor (message = 'The operation was aborted', options = undefined) {
    if (options !== undefined && typeof options !== 'object') throw new ERR_INVALID_ARG_TYPE('options', 'Object', options)
    super(message, options)
    this.code = 'ABORT_ERR'
    this.name = 'AbortError'
  }
}
