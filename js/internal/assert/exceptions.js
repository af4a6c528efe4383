/**
 * What `throws`, `rejects` and their opposites expect of an error.
 */
import { AssertionError } from 'socket:internal/assert/error'
import { isDeepStrictEqual } from 'socket:internal/deep-equal'
import { ERR_AMBIGUOUS_ARGUMENT, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_RETURN_VALUE } from 'socket:internal/errors'
import { inspect } from 'socket:internal/inspect'
import { validateFunction } from 'socket:internal/validators'
import { isNativeError, isPromise, isRegExp } from 'socket:util/types'

/** Nothing was thrown: any value could have been. */
export const NOTHING = Symbol('nothing was thrown')

/** @param {any} value */
const isError = (value) => isNativeError(value) || value instanceof Error

/**
 * Throws what the caller gave as its message when that is an error, else an AssertionError.
 * @param {import('socket:internal/assert/error').Options} options
 * @param {boolean} [generated] whether the message is not the caller's
 * @returns {never}
 */
export function fail (options, generated = undefined) {
  if (options.message instanceof Error) throw options.message
  const error = new AssertionError(options)
  if (generated !== undefined) error.generatedMessage = generated
  throw error
}

/** The compared properties of an error, under a name that says so. */
class Comparison {
  /** @param {any} from @param {string[]} keys @param {any} [actual] whose text stands for a pattern that it fits */
  constructor (from, keys, actual = undefined) {
    for (const key of keys) {
      if (!(key in from)) continue
      /** @type {any} */ (this)[key] = actual !== undefined && fitsPattern(actual[key], from[key]) ? actual[key] : from[key]
    }
  }
}

/** @param {unknown} value @param {unknown} pattern */
function fitsPattern (value, pattern) {
  return typeof value === 'string' && isRegExp(pattern) && /** @type {RegExp} */ (pattern).exec(value) !== null
}

/** @param {any} actual @param {any} expected @param {any} message @param {Function} caller */
function checkProperties (actual, expected, message, caller) {
  const keys = Object.keys(expected)
  if (expected instanceof Error) keys.push('name', 'message')
  else if (keys.length === 0) throw new ERR_INVALID_ARG_VALUE('error', expected, 'may not be an empty object')
  for (const key of keys) {
    if (fitsPattern(actual[key], expected[key])) continue
    if (key in actual && isDeepStrictEqual(actual[key], expected[key])) continue
    if (message) fail({ actual, expected, message, operator: caller.name, stackStartFn: caller })
    const error = new AssertionError({ actual: new Comparison(actual, keys), expected: new Comparison(expected, keys, actual), operator: 'deepStrictEqual', stackStartFn: caller })
    throw Object.assign(error, { actual, expected, operator: caller.name })
  }
}

/** What is wrong with an error, or nothing. @param {any} actual @param {any} expected @returns {string | undefined} */
function complaint (actual, expected) {
  if (typeof expected !== 'function') {
    const text = String(actual)
    return expected.exec(text) !== null ? undefined : `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(text)}\n`
  }
  if (expected.prototype !== undefined && actual instanceof expected) return undefined
  if (Object.prototype.isPrototypeOf.call(Error, expected)) {
    const start = `The error is expected to be an instance of "${expected.name}". Received `
    return isError(actual) ? `${start}"${actual.constructor?.name || actual.name}"\n\nError message:\n\n${actual.message}` : `${start}"${inspect(actual, { depth: -1 })}"`
  }
  const result = Reflect.apply(expected, {}, [actual])
  if (result === true) return undefined
  const name = expected.name ? `"${expected.name}" ` : ''
  return `The ${name}validation function is expected to return "true". Received ${inspect(result)}${isError(actual) ? `\n\nCaught error:\n\n${actual}` : ''}`
}

/**
 * @param {Function} caller
 * @param {any} actual what was thrown, or NOTHING
 * @param {any[]} given error and message, as the caller got them
 */
export function expectError (caller, actual, given) {
  let [error, message] = given
  if (typeof error === 'string') {
    if (given.length === 2) throw new ERR_INVALID_ARG_TYPE('error', ['Object', 'Error', 'Function', 'RegExp'], error)
    const thrown = typeof actual === 'object' && actual !== null ? actual.message : actual
    if (thrown === error) {
      const what = thrown === actual ? `The error "${actual}"` : `The error message "${thrown}"`
      throw new ERR_AMBIGUOUS_ARGUMENT('error/message', `${what} is identical to the message.`)
    }
    [error, message] = [undefined, error]
  } else if (error !== null && error !== undefined && typeof error !== 'object' && typeof error !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('error', ['Object', 'Error', 'Function', 'RegExp'], error)
  }
  if (actual === NOTHING) {
    const what = `Missing expected ${caller.name === 'rejects' ? 'rejection' : 'exception'}`
    fail({ actual: undefined, expected: error, operator: caller.name, message: `${what}${error?.name ? ` (${error.name})` : ''}${message ? `: ${message}` : '.'}`, stackStartFn: caller })
  }
  if (!error) return
  if (typeof error !== 'function' && !isRegExp(error)) {
    if (typeof actual === 'object' && actual !== null) return checkProperties(actual, error, message, caller)
    const failure = new AssertionError({ actual, expected: error, message, operator: 'deepStrictEqual', stackStartFn: caller })
    throw Object.assign(failure, { operator: caller.name })
  }
  const wrong = complaint(actual, error)
  if (wrong === undefined) return
  const failure = new AssertionError({ actual, expected: error, message: message || wrong, operator: caller.name, stackStartFn: caller })
  failure.generatedMessage = !message
  throw failure
}

/** @param {any} actual @param {any} expected */
function matches (actual, expected) {
  if (typeof expected !== 'function') {
    if (isRegExp(expected)) return expected.exec(String(actual)) !== null
    throw new ERR_INVALID_ARG_TYPE('expected', ['Function', 'RegExp'], expected)
  }
  if (expected.prototype !== undefined && actual instanceof expected) return true
  return !Object.prototype.isPrototypeOf.call(Error, expected) && Reflect.apply(expected, {}, [actual]) === true
}

/** @param {Function} caller @param {any} actual @param {any[]} given */
export function expectNoError (caller, actual, [error, message]) {
  if (actual === NOTHING) return
  if (typeof error === 'string') [error, message] = [undefined, error]
  if (error && !matches(actual, error)) throw actual
  const what = `Got unwanted ${caller.name === 'doesNotReject' ? 'rejection' : 'exception'}`
  fail({ actual, expected: error, operator: caller.name, message: `${what}${message ? `: ${message}` : '.'}\nActual message: "${actual && actual.message}"`, stackStartFn: caller })
}

/** @param {any} fn @returns {unknown} */
export function thrownBy (fn) {
  validateFunction(fn, 'fn')
  try {
    fn()
  } catch (error) {
    return error
  }
  return NOTHING
}

/** @param {any} value */
function isThenable (value) {
  return isPromise(value) || (value !== null && typeof value === 'object' && typeof value.then === 'function' && typeof value.catch === 'function')
}

/** @param {any} promise or a function that returns one @returns {Promise<unknown>} */
export async function rejectionOf (promise) {
  let result = promise
  if (typeof promise === 'function') {
    result = promise()
    if (!isThenable(result)) throw new ERR_INVALID_RETURN_VALUE('instance of Promise', 'promiseFn', result)
  } else if (!isThenable(promise)) {
    throw new ERR_INVALID_ARG_TYPE('promiseFn', ['Function', 'Promise'], promise)
  }
  try {
    await result
  } catch (error) {
    return error
  }
  return NOTHING
}
