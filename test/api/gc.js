import gc, { Finalizer, finalize, finalizer, finalizers, kFinalizer, pool, ref, registry, release, retain, unref } from 'socket:gc'
import { test } from 'socket:test'

/** @param {any[]} seen @param {string} name */
const make = (seen, name) => ({ [finalizer]: (/** @type {any[]} */ ...args) => ({ args: [name, ...args], handle: (/** @type {any[]} */ ...all) => { seen.push(all) } }) })

test('gc: finalizers', async (t) => {
  /** @type {any[]} */
  const seen = []
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => make(seen, name))
  t.equal(await ref(a, 1), true, 'an object with a finalizer')
  t.equal(await ref({}), false, 'one without')
  t.ok(finalizers.get(a) instanceof Finalizer && pool.size === 1, 'is kept')
  t.equal(await finalize(a), true, 'finalize')
  t.deepEqual([seen, pool.size], [[['a', 1]], 0], 'runs it once')
  await ref(b)
  t.deepEqual([unref(b), unref(b), await finalize(c, 2)], [true, false, true], 'unref; finalize without ref')
  await ref(d)
  t.equal(retain(d), true, 'retain')
  await release()
  t.deepEqual(seen, [['a', 1], ['c', 2]], 'what was retained or forgotten does not run')
  await ref(b)
  await gc.release()
  t.deepEqual(seen.at(-1), ['b'], 'release runs all')
  t.ok(registry instanceof FinalizationRegistry && kFinalizer === finalizer, 'the registry')
  t.throws(() => new Finalizer([], /** @type {any} */ (5)), /must be a function/, 'a wrong handle')
})
