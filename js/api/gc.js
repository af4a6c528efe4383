/**
 * Cleaning up after objects that nobody holds any more: an object says how in its method `[finalizer]`.
 */

/** An object's method under this name gives back its `Finalizer`, or `{ args, handle }`. */
export const kFinalizer = Symbol.for('gc.finalizer')
export const finalizer = kFinalizer

/** What is to be done when an object is gone. It must not hold the object. */
export class Finalizer {
  /** @param {{ args?: any[], handle: (...args: any[]) => any }} from */
  static from ({ args = [], handle }) {
    return new Finalizer(args, handle)
  }

  /** @param {any[]} args @param {(...args: any[]) => any} handle */
  constructor (args, handle) {
    if (typeof handle !== 'function') throw new TypeError(`A finalizer's handle must be a function, not ${typeof handle}`)
    this.args = args
    this.handle = handle
  }

  run () {
    return this.handle(...this.args)
  }
}

/** Those of living objects. @type {WeakMap<object, Finalizer>} */
export const finalizers = new WeakMap()

/** Those that are still to be run. @type {Set<Finalizer>} */
export const pool = new Set()

/** Once, and errors are told. @param {Finalizer} one @returns {Promise<boolean>} */
async function run (one) {
  if (!pool.delete(one)) return false
  try {
    await one.run()
    return true
  } catch (error) {
    console.warn(`A finalizer failed: ${String(/** @type {any} */ (error)?.message ?? error)}`)
    return false
  }
}

/** @type {FinalizationRegistry<Finalizer>} */
export const registry = new FinalizationRegistry((one) => { run(one) })

/** Runs the object's finalizer when it is collected. @param {any} object @param {any[]} args for its method `[finalizer]` @returns {Promise<boolean>} whether it has one */
export async function ref (object, ...args) {
  if (object === null || typeof object !== 'object' || typeof object[kFinalizer] !== 'function') return false
  const made = object[kFinalizer](...args)
  const one = made instanceof Finalizer ? made : Finalizer.from(made)
  unref(object)
  finalizers.set(object, one)
  pool.add(one)
  registry.register(object, one, object)
  return true
}

/** Forgets the finalizer of an object. @param {any} object @returns {boolean} whether there was one */
export function unref (object) {
  const one = finalizers.get(object)
  if (one === undefined) return false
  finalizers.delete(object)
  pool.delete(one)
  return registry.unregister(object)
}

/** Keeps what an object's finalizer would clean up, for as long as the program runs. @param {any} object @returns {boolean} whether there was one */
export function retain (object) {
  const one = finalizers.get(object)
  return one !== undefined && pool.delete(one)
}

/** Cleans up now. @param {any} object @param {any[]} args for its method `[finalizer]`, when it has no finalizer yet @returns {Promise<boolean>} */
export async function finalize (object, ...args) {
  if (!finalizers.has(object) && !(await ref(object, ...args))) return false
  const one = /** @type {Finalizer} */ (finalizers.get(object))
  finalizers.delete(object)
  registry.unregister(object)
  return run(one)
}

/** Cleans up after all objects now. */
export async function release () {
  for (const one of [...pool]) await run(one)
}

export const gc = Object.freeze({ ref, unref, retain, finalize, release, get finalizers () { return finalizers }, get registry () { return registry }, get pool () { return pool } })
export default gc
