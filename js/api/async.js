/**
 * What belongs to work that goes on later: Node's `async_hooks`, the proposal `AsyncContext`, and a promise with handles.
 */
import { AsyncLocalStorage, AsyncResource, createHook, executionAsyncId, executionAsyncResource, triggerAsyncId } from 'socket:async_hooks'

/** A value that is seen by what is started while it is set. @template T */
class Variable {
  #storage = new AsyncLocalStorage()
  #fallback
  #name

  /** @param {{ name?: string, defaultValue?: T }} [options] */
  constructor ({ name = '', defaultValue = undefined } = {}) {
    this.#name = name
    this.#fallback = defaultValue
  }

  get name () {
    return this.#name
  }

  /** @template R @param {T} value @param {(...args: any[]) => R} callback @param {any[]} args @returns {R} */
  run (value, callback, ...args) {
    return /** @type {any} */ (this.#storage).run({ value }, callback, ...args)
  }

  /** @returns {T | undefined} */
  get () {
    const store = /** @type {{ value: T } | undefined} */ (this.#storage.getStore())
    return store === undefined ? this.#fallback : store.value
  }
}

/** All variables as they are now. */
class Snapshot {
  #run = AsyncLocalStorage.snapshot()

  /** @template R @param {(...args: any[]) => R} callback @param {any[]} args @returns {R} */
  run (callback, ...args) {
    return this.#run(callback, ...args)
  }

  /** @template {(...args: any[]) => any} F @param {F} callback @returns {F} */
  static wrap (callback) {
    return /** @type {F} */ (AsyncLocalStorage.bind(callback))
  }
}

export const AsyncContext = Object.freeze({ Variable, Snapshot })

/** A promise that its holder settles. @template T @implements {PromiseLike<T>} */
export class Deferred {
  constructor () {
    /** @type {(value: T | PromiseLike<T>) => void} */
    this.resolve = () => {}
    /** @type {(reason?: unknown) => void} */
    this.reject = () => {}
    /** @type {Promise<T>} */
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }

  /**
   * @template A, B
   * @param {((value: T) => A | PromiseLike<A>) | null} [fulfilled]
   * @param {((reason: any) => B | PromiseLike<B>) | null} [rejected]
   * @returns {Promise<A | B>}
   */
  then (fulfilled, rejected) {
    return this.promise.then(fulfilled, rejected)
  }

  /** @template B @param {(reason: any) => B | PromiseLike<B>} rejected @returns {Promise<T | B>} */
  catch (rejected) {
    return this.promise.catch(rejected)
  }

  /** @param {() => void} settled @returns {Promise<T>} */
  finally (settled) {
    return this.promise.finally(settled)
  }
}

/** The class of what `createHook` makes. @type {Function} */
export const AsyncHook = createHook({}).constructor

export { AsyncLocalStorage, AsyncResource, createHook, executionAsyncId, executionAsyncResource, triggerAsyncId }

export default { AsyncLocalStorage, AsyncResource, AsyncContext, Deferred, executionAsyncResource, executionAsyncId, triggerAsyncId, createHook, AsyncHook }
