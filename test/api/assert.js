import assert, { AssertionError, CallTracker, strict } from 'socket:assert'
import * as strictly from 'socket:assert/strict'
import { test } from 'socket:test'

test('assert: what holds and what does not', async (t) => {
  for (const holds of [
    () => assert(1), () => assert.ok(true), () => assert.equal(1, '1'), () => assert.notEqual(1, 2), () => assert.deepEqual({ a: 1 }, { a: '1' }),
    () => assert.strictEqual('a', 'a'), () => assert.deepStrictEqual(new Map([[1, { a: [1] }]]), new Map([[1, { a: [1] }]])), () => assert.notDeepStrictEqual({ a: 1 }, { a: '1' }),
    () => assert.throws(() => { throw new TypeError('x') }, TypeError), () => assert.throws(() => { throw new Error('x') }, { message: /x/ }), () => assert.doesNotThrow(() => {}),
    () => assert.ifError(null), () => assert.match('abc', /b/), () => assert.doesNotMatch('abc', /x/)
  ]) holds()
  await assert.rejects(Promise.reject(new Error('x')), /x/)
  await assert.doesNotReject(async () => {})
  const error = t.throws(() => assert.strictEqual(1, 2), AssertionError, 'an AssertionError')
  t.deepEqual({ ...error }, { generatedMessage: true, code: 'ERR_ASSERTION', actual: 1, expected: 2, operator: 'strictEqual' }, 'with the values')
  t.equal(error.message, 'Expected values to be strictly equal:\n\n1 !== 2\n', 'and a sentence')
  t.equal(String(error), 'AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:\n\n1 !== 2\n', 'as text')
  t.ok(/^AssertionError \[ERR_ASSERTION\]: Expected/.test(error.stack), 'which begins the stack')
  t.equal(t.throws(() => assert.deepStrictEqual({ a: [1, 2, 3], b: 1 }, { a: [1, 5, 3], b: 1 })).message,
    'Expected values to be strictly deep-equal:\n+ actual - expected\n\n  {\n    a: [\n      1,\n+     2,\n-     5,\n      3\n    ],\n    b: 1\n  }', 'the difference')
  t.equal(t.throws(() => assert.ok(0)).message, '0 == true', 'ok')
  t.equal(t.throws(() => assert.fail('because')).message, 'because', 'fail')
  t.throws(() => assert.throws(() => {}, RangeError), /Missing expected exception \(RangeError\)/, 'throws')
  await t.rejects(assert.rejects(async () => {}), /Missing expected rejection/, 'rejects')
  t.throws(() => /** @type {any} */ (assert).equal(1), /must be specified/, 'missing arguments')
})

test('assert: strict', (t) => {
  t.throws(() => strict.equal(1, /** @type {any} */ ('1')), AssertionError, 'equal is strictEqual')
  t.throws(() => strictly.deepEqual({ a: 1 }, /** @type {any} */ ({ a: '1' })), AssertionError, 'in both modules')
  t.equal(strictly.default, strict, 'which are one')
  const tracker = new CallTracker()
  const fn = tracker.calls(() => 5, 1)
  t.equal(fn(), 5, 'a tracked function')
  tracker.verify()
  fn()
  t.throws(() => tracker.verify(), /executed 1 time\(s\) but was executed 2/, 'called too often')
})
