import assert from 'socket:assert/strict'

export const as = 'assert'

/** Fails when two values are not equal, as `===` says. */
export function equal () {
  assert.equal(1, 1)
  assert.throws(() => assert.equal(1, '1'))
  console.log('1 is not the text') // → 1 is not the text
}
