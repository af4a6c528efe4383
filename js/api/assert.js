/**
 * Assertions, as Node's `assert`.
 */
import { CallTracker as Tracker } from 'socket:internal/assert/call-tracker'
import { AssertionError } from 'socket:internal/assert/error'
import { expectError, expectNoError, fail as raise, rejectionOf, thrownBy } from 'socket:internal/assert/exceptions'
import { isDeepEqual, isDeepStrictEqual } from 'socket:internal/deep-equal'
import { ERR_INVALID_ARG_TYPE, ERR_MISSING_ARGS } from 'socket:internal/errors'
import { inspect } from 'socket:internal/inspect'
import { deprecate } from 'socket:internal/util-functions'
import { isRegExp } from 'socket:util/types'

/** @param {Function} caller @param {any[]} given */
function truthy (caller, given) {
  const [value, message] = given
  if (value) return
  if (given.length === 0) raise({ actual: value, expected: true, message: 'No value argument passed to `assert.ok()`', operator: '==', stackStartFn: caller }, true)
  raise({ actual: value, expected: true, message, operator: '==', stackStartFn: caller })
}

/** @type {any} */
const warnOfFail = deprecate(() => {}, 'assert.fail() with more than one argument is deprecated. Please use assert.strictEqual() instead or only pass a message.', 'DEP0094')

/**
 * An assertion about two values.
 * @param {string} name
 * @param {string} operator
 * @param {(actual: any, expected: any) => boolean} holds
 * @returns {(actual: unknown, expected: unknown, message?: string | Error) => void}
 */
function define (name, operator, holds) {
  /** @type {any} */
  const assertion = {
    [name] (/** @type {any[]} */ ...given) {
      if (given.length < 2) throw new ERR_MISSING_ARGS('actual', 'expected')
      const [actual, expected, message] = given
      if (!holds(actual, expected)) raise({ actual, expected, message, operator, stackStartFn: assertion[name] })
    }
  }
  return Object.defineProperty(assertion[name], 'length', { value: 3 })
}

/** @param {any} a @param {any} b */
// eslint-disable-next-line eqeqeq -- the legacy comparison
const loosely = (a, b) => a == b || (Number.isNaN(a) && Number.isNaN(b))

export const equal = define('equal', '==', loosely)
export const notEqual = define('notEqual', '!=', (a, b) => !loosely(a, b))
export const deepEqual = define('deepEqual', 'deepEqual', isDeepEqual)
export const notDeepEqual = define('notDeepEqual', 'notDeepEqual', (a, b) => !isDeepEqual(a, b))
export const strictEqual = define('strictEqual', 'strictEqual', Object.is)
export const notStrictEqual = define('notStrictEqual', 'notStrictEqual', (a, b) => !Object.is(a, b))
export const deepStrictEqual = define('deepStrictEqual', 'deepStrictEqual', isDeepStrictEqual)
export const notDeepStrictEqual = define('notDeepStrictEqual', 'notDeepStrictEqual', (a, b) => !isDeepStrictEqual(a, b))

/** @param {any[]} given value and message */
export function ok (...given) {
  truthy(ok, given)
}

/**
 * @param {any} [actual] the message, when it is alone
 * @param {unknown} [expected]
 * @param {any} [message]
 * @param {string} [operator]
 * @param {Function} [stackStartFn]
 * @returns {never}
 */
export function fail (actual = undefined, expected = undefined, message = undefined, operator = undefined, stackStartFn = undefined) {
  const count = arguments.length
  const silent = (actual === undefined || actual === null) && count <= 1
  if (silent) {
    message = 'Failed'
  } else if (count === 1) {
    [actual, message] = [undefined, actual]
  } else {
    warnOfFail()
    if (count === 2) operator = '!='
  }
  return raise({ actual, expected, message, operator: operator === undefined ? 'fail' : operator, stackStartFn: stackStartFn || fail }, silent || undefined)
}

/** @param {() => unknown} fn @param {any[]} given error and message */
export function throws (fn, ...given) {
  expectError(throws, thrownBy(fn), given)
}

/** @param {any} promiseFn @param {any[]} given error and message */
export async function rejects (promiseFn, ...given) {
  expectError(rejects, await rejectionOf(promiseFn), given)
}

/** @param {() => unknown} fn @param {any[]} given error and message */
export function doesNotThrow (fn, ...given) {
  expectNoError(doesNotThrow, thrownBy(fn), given)
}

/** @param {any} fn @param {any[]} given error and message */
export async function doesNotReject (fn, ...given) {
  expectNoError(doesNotReject, await rejectionOf(fn), given)
}

/** An error's own stack, below the lines that this one's adds. @param {Error} error @param {any} original */
function joinStacks (error, original) {
  if (typeof original?.stack !== 'string') return
  const theirs = original.stack.split('\n').filter((/** @type {string} */ line) => /^\s+at /.test(line))
  const ours = String(error.stack).split('\n')
  const common = ours.findIndex((line) => theirs.includes(line))
  error.stack = [...(common < 0 ? ours : ours.slice(0, common)), ...theirs].join('\n')
}

/** @param {any} err */
export function ifError (err) {
  if (err === null || err === undefined) return
  const isObject = typeof err === 'object' && typeof err.message === 'string'
  const text = isObject ? (err.message.length === 0 && err.constructor ? err.constructor.name : err.message) : inspect(err)
  const error = new AssertionError({ actual: err, expected: null, operator: 'ifError', message: `ifError got unwanted exception: ${text}`, stackStartFn: ifError })
  joinStacks(error, err)
  throw error
}

/** @param {Function} caller @param {boolean} wanted @param {any} string @param {any} regexp @param {any} message */
function matchText (caller, wanted, string, regexp, message) {
  if (!isRegExp(regexp)) throw new ERR_INVALID_ARG_TYPE('regexp', 'RegExp', regexp)
  if (typeof string === 'string' && (regexp.exec(string) !== null) === wanted) return
  const wrong = typeof string !== 'string'
    ? `The "string" argument must be of type string. Received type ${typeof string} (${inspect(string)})`
    : `The input ${wanted ? 'did not match' : 'was expected to not match'} the regular expression ${inspect(regexp)}. Input:\n\n${inspect(string)}\n`
  raise({ actual: string, expected: regexp, message: message || wrong, operator: caller.name, stackStartFn: caller }, !message)
}

/** @param {string} string @param {RegExp} regexp @param {string | Error} [message] */
export function match (string, regexp, message = undefined) {
  matchText(match, true, string, regexp, message)
}

/** @param {string} string @param {RegExp} regexp @param {string | Error} [message] */
export function doesNotMatch (string, regexp, message = undefined) {
  matchText(doesNotMatch, false, string, regexp, message)
}

export const CallTracker = deprecate(Tracker, 'assert.CallTracker is deprecated.', 'DEP0173')

const all = {
  fail, AssertionError, ok, equal, notEqual, deepEqual, notDeepEqual, deepStrictEqual, notDeepStrictEqual, strictEqual,
  notStrictEqual, throws, rejects, doesNotThrow, doesNotReject, ifError, match, doesNotMatch, CallTracker
}

/** @type {typeof import('node:assert')} */
export const assert = /** @type {any} */ (Object.assign(
  Object.defineProperty((/** @type {any[]} */ ...given) => truthy(/** @type {any} */ (assert), given), 'name', { value: 'ok' }), all))

/** The same with the strict comparisons under the short names. @type {typeof import('node:assert').strict} */
export const strict = /** @type {any} */ (Object.assign(
  Object.defineProperty((/** @type {any[]} */ ...given) => truthy(/** @type {any} */ (strict), given), 'name', { value: 'strict' }),
  all,
  { equal: strictEqual, deepEqual: deepStrictEqual, notEqual: notStrictEqual, notDeepEqual: notDeepStrictEqual }
))

Object.assign(assert, { strict })
Object.assign(strict, { strict })

export { AssertionError }
export default assert
