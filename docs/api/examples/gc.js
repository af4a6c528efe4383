import { finalizer, gc } from 'socket:gc'

export const about = {
  finalizer: 'The same as `kFinalizer`.',
  gc: 'All functions of this module.',
  registry: 'The engine\'s registry of what is to be cleaned up.'
}

/**
 * Cleans up after objects: `ref` when the object is collected, `finalize` now, `unref` never; `retain` keeps what it
 * would clean up, and `release` does so for all objects now.
 * @for ref unref retain finalize release
 */
export async function cleaning () {
  const file = (/** @type {string} */ name) => ({ [finalizer]: () => ({ handle: () => console.log(`closed ${name}`) }) })
  const [one, two, three, four] = ['one', 'two', 'three', 'four'].map(file)
  for (const each of [one, two, three, four]) await gc.ref(each)
  await gc.finalize(one) // → closed one
  console.log(gc.unref(two), gc.retain(three)) // → true true
  await gc.release() // → closed four
}
