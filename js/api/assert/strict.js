/**
 * Assertions with strict comparisons only, as Node's `assert/strict`.
 */
import { strict } from 'socket:assert'

export const {
  equal, notEqual, deepEqual, notDeepEqual, throws, rejects, doesNotThrow, doesNotReject, ifError, match, doesNotMatch, fail,
  deepStrictEqual, notDeepStrictEqual, strictEqual, notStrictEqual, AssertionError, CallTracker
} = strict
/** @type {(value?: unknown, message?: string | Error) => void} */
export const ok = strict.ok
export { strict, strict as assert }
export default strict
