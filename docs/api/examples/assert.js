import assert from 'socket:assert'

export const about = {
  AssertionError: 'What a failed assertion throws: `actual`, `expected`, `operator`.'
}

/** @param {() => void} test @returns {string} what it throws */
const failing = (test) => {
  try {
    test()
    return 'nothing'
  } catch (error) {
    return /** @type {Error & { code: string }} */ (error).code
  }
}

/**
 * Fails when a value is not true.
 * @for assert ok
 */
export function ok () {
  assert(1 + 1 === 2)
  console.log(failing(() => assert.ok(0))) // → ERR_ASSERTION
}

/**
 * Fails when two values are not equal, as `===` says, with NaN equal to itself.
 * @for strictEqual notStrictEqual
 */
export function strictEqual () {
  assert.strictEqual(NaN, NaN)
  assert.notStrictEqual(1, '1')
  console.log(failing(() => assert.strictEqual(1, 2))) // → ERR_ASSERTION
}

/**
 * Fails when two values are not equal in depth, with the same types.
 * @for deepStrictEqual notDeepStrictEqual
 */
export function deepStrictEqual () {
  assert.deepStrictEqual({ a: [1] }, { a: [1] })
  assert.notDeepStrictEqual({ a: 1 }, { a: '1' })
  console.log(failing(() => assert.deepStrictEqual([1], [2]))) // → ERR_ASSERTION
}

/**
 * As the strict ones, with `==`. Prefer the strict ones.
 * @for equal notEqual deepEqual notDeepEqual
 */
export function loose () {
  assert.equal(1, '1')
  assert.notEqual(1, 2)
  assert.deepEqual([1], ['1'])
  assert.notDeepEqual([1], [2])
  console.log(failing(() => assert.equal(1, 2))) // → ERR_ASSERTION
}

/**
 * Fails when a text does not match a pattern, or does.
 * @for match doesNotMatch
 */
export function match () {
  assert.match('hello', /ell/)
  assert.doesNotMatch('hello', /x/)
  console.log(failing(() => assert.match('hello', /x/))) // → ERR_ASSERTION
}

/**
 * Fails when a function does not throw, or does; a class, a pattern or an object says what it must throw.
 * @for throws doesNotThrow
 */
export function throws () {
  assert.throws(() => { throw new TypeError('no') }, TypeError)
  assert.doesNotThrow(() => {})
  console.log(failing(() => assert.throws(() => {}))) // → ERR_ASSERTION
}

/**
 * Fails when a promise is not rejected, or is.
 * @for rejects doesNotReject
 */
export async function rejects () {
  await assert.rejects(Promise.reject(new TypeError('no')), /no/)
  await assert.doesNotReject(Promise.resolve())
  console.log('both hold') // → both hold
}

/** Fails. */
export function fail () {
  console.log(failing(() => assert.fail('not yet'))) // → ERR_ASSERTION
}

/** Throws its value unless that is null or undefined. */
export function ifError () {
  assert.ifError(null)
  console.log(failing(() => assert.ifError(new Error('no')))) // → ERR_ASSERTION
}

/** Deprecated in Node: counts the calls of functions. */
export function CallTracker () {
  const tracker = new assert.CallTracker()
  const call = tracker.calls(1)
  call()
  tracker.verify()
  console.log(tracker.report()) // → []
}

/** The same functions, where the loose ones are strict: `socket:assert/strict`. */
export function strict () {
  console.log(failing(() => assert.strict.equal(1, '1'))) // → ERR_ASSERTION
}
