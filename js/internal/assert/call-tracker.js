/**
 * Counts calls of functions: Node's deprecated `assert.CallTracker`.
 */
import { AssertionError } from 'socket:internal/assert/error'
import { ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { validateUint32 } from 'socket:internal/validators'

/** @typedef {{ expected: number, name: string, trace: Error, calls: { thisArg: unknown, arguments: unknown[] }[] }} Tracked */

export class CallTracker {
  /** @type {Map<Function, Tracked>} */
  #tracked = new Map()

  /** @param {any} fn @returns {Tracked} */
  #find (fn) {
    const tracked = this.#tracked.get(fn)
    if (!tracked) throw new ERR_INVALID_ARG_VALUE('tracked', fn, 'is not a tracked function')
    return tracked
  }

  /** Forgets the calls of one function, or of all. @param {Function} [tracked] */
  reset (tracked = undefined) {
    if (tracked !== undefined) this.#find(tracked).calls = []
    else for (const each of this.#tracked.values()) each.calls = []
  }

  /** @param {Function} tracked */
  getCalls (tracked) {
    return Object.freeze(this.#find(tracked).calls.map((call) => Object.freeze({ ...call, arguments: Object.freeze([...call.arguments]) })))
  }

  /**
   * A function that counts the calls it passes on.
   * @param {any} [fn]
   * @param {number} [expected]
   */
  calls (fn = undefined, expected = 1) {
    if (typeof fn === 'number') [fn, expected] = [undefined, fn]
    const name = fn?.name || 'calls'
    fn ??= () => {}
    validateUint32(expected, 'expected', true)
    /** @type {Tracked} */
    const tracked = { expected, name, trace: new Error(), calls: [] }
    const proxy = new Proxy(fn, {
      apply (target, thisArg, args) {
        tracked.calls.push({ thisArg, arguments: args })
        return Reflect.apply(target, thisArg, args)
      }
    })
    this.#tracked.set(proxy, tracked)
    return proxy
  }

  /** Those that were not called as often as expected. */
  report () {
    return [...this.#tracked.values()].filter(({ calls, expected }) => calls.length !== expected).map(({ calls, expected, name, trace }) => ({
      message: `Expected the ${name} function to be executed ${expected} time(s) but was executed ${calls.length} time(s).`,
      actual: calls.length,
      expected,
      operator: name,
      stack: trace
    }))
  }

  verify () {
    const details = this.report()
    if (details.length === 0) return
    throw new AssertionError({ message: details.length === 1 ? details[0].message : 'Functions were not called the expected number of times', details })
  }
}
