/**
 * The assertions of `socket:test`, made of one method `assert`.
 */
import { isDeepStrictEqual } from 'socket:internal/deep-equal'

/**
 * @typedef {object} Assertions
 * @property {(actual: unknown, expected: unknown, message?: string) => void} equal the same value, as `===` sees it
 * @property {(actual: unknown, expected: unknown, message?: string) => void} notEqual
 * @property {(actual: unknown, expected: unknown, message?: string) => void} deepEqual the same types and contents
 * @property {(actual: unknown, expected: unknown, message?: string) => void} notDeepEqual
 * @property {(value: unknown, message?: string) => void} ok
 * @property {(value: unknown, message?: string) => void} notOk
 * @property {(message?: string) => void} pass
 * @property {(message?: string) => void} fail
 * @property {(error: unknown, message?: string) => void} ifError there is no error
 * @property {(fn: () => unknown, expected?: RegExp | string | Function, message?: string) => any} throws gives back what was thrown
 * @property {(fn: (() => unknown) | Promise<unknown>, expected?: RegExp | string | Function, message?: string) => Promise<any>} rejects gives back what it rejected with
 * @property {(actual: string, expected: RegExp, message?: string) => void} match
 */

/** @param {unknown} error @param {RegExp | Function | undefined} expected */
function fits (error, expected) {
  if (expected instanceof RegExp) return expected.test(/** @type {any} */ (error)?.message ?? String(error))
  if (typeof expected === 'function') return error instanceof expected
  return true
}

/** `throws(fn, 'message')` and `throws(fn, /pattern/, 'message')` @param {any} expected @param {string | undefined} message @returns {[RegExp | Function | undefined, string | undefined]} */
function sortOut (expected, message) {
  return typeof expected === 'string' ? [undefined, expected] : [expected, message]
}

/**
 * @template {{ new (...args: any[]): { assert (passed: boolean, actual: unknown, expected: unknown, message: string | undefined, operator: string, error?: Error): void } }} T
 * @param {T} Base
 */
export function assertions (Base) {
  return class Test extends Base {
    /** @param {unknown} actual @param {unknown} expected @param {string} [message] */
    equal (actual, expected, message) {
      this.assert(Object.is(actual, expected) || actual === expected, actual, expected, message, 'equal')
    }

    /** @param {unknown} actual @param {unknown} expected @param {string} [message] */
    notEqual (actual, expected, message) {
      this.assert(!Object.is(actual, expected) && actual !== expected, actual, expected, message, 'notEqual')
    }

    /** @param {unknown} actual @param {unknown} expected @param {string} [message] */
    deepEqual (actual, expected, message) {
      this.assert(isDeepStrictEqual(actual, expected), actual, expected, message, 'deepEqual')
    }

    /** @param {unknown} actual @param {unknown} expected @param {string} [message] */
    notDeepEqual (actual, expected, message) {
      this.assert(!isDeepStrictEqual(actual, expected), actual, expected, message, 'notDeepEqual')
    }

    /** @param {unknown} value @param {string} [message] */
    ok (value, message) {
      this.assert(Boolean(value), value, 'a truthy value', message, 'ok')
    }

    /** @param {unknown} value @param {string} [message] */
    notOk (value, message) {
      this.assert(!value, value, 'a falsy value', message, 'notOk')
    }

    /** @param {string} [message] */
    pass (message) {
      this.assert(true, 'pass', 'pass', message, 'pass')
    }

    /** @param {string} [message] */
    fail (message) {
      this.assert(false, 'fail called', 'fail not called', message, 'fail')
    }

    /** @param {any} error @param {string} [message] */
    ifError (error, message = String(error?.message ?? 'no error')) {
      this.assert(!error, error, 'no error', message, 'ifError', error instanceof Error ? error : undefined)
    }

    /** @param {string} actual @param {RegExp} expected @param {string} [message] */
    match (actual, expected, message) {
      this.assert(expected.test(actual), actual, expected, message, 'match')
    }

    /** @param {() => unknown} fn @param {any} [expected] @param {string} [message] */
    throws (fn, expected, message) {
      const [wanted, text] = sortOut(expected, message)
      let thrown
      try {
        fn()
      } catch (error) {
        thrown = { error }
      }
      this.assert(thrown !== undefined && fits(thrown.error, wanted), thrown?.error, wanted ?? 'an error', text, 'throws')
      return thrown?.error
    }

    /** @param {any} fn @param {any} [expected] @param {string} [message] */
    async rejects (fn, expected, message) {
      const [wanted, text] = sortOut(expected, message)
      let thrown
      try {
        await (typeof fn === 'function' ? fn() : fn)
      } catch (error) {
        thrown = { error }
      }
      this.assert(thrown !== undefined && fits(thrown.error, wanted), thrown?.error, wanted ?? 'a rejection', text, 'rejects')
      return thrown?.error
    }
  }
}
