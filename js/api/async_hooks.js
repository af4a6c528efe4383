/**
 * What follows from what, as Node's `async_hooks`, as far as pages can know: see `socket:internal/async-context` for
 * what keeps its stores. Hooks hear of AsyncResources only, not of the engine's own operations.
 */
import { currentContext, followContinuations, runIn, setContext } from 'socket:internal/async-context'
import { ERR_ASYNC_CALLBACK, ERR_ASYNC_TYPE, ERR_INVALID_ARG_TYPE, ERR_INVALID_ASYNC_ID } from 'socket:internal/errors'
import { validateFunction, validateString } from 'socket:internal/validators'

export class AsyncLocalStorage {
  #enabled = false

  /** A function that runs in the present context wherever it is called. @template {Function} F @param {F} fn @returns {F} */
  static bind (fn) {
    validateFunction(fn, 'fn')
    const run = AsyncLocalStorage.snapshot()
    return /** @type {any} */ (Object.defineProperty((/** @type {any[]} */ ...args) => run(fn, ...args), 'length', { value: fn.length, configurable: true }))
  }

  /** What calls a function in the present context. */
  static snapshot () {
    const context = currentContext()
    return (/** @type {any} */ fn, /** @type {any[]} */ ...args) => runIn(context, fn, undefined, args)
  }

  /** @param {unknown} store */
  #with (store) {
    const context = currentContext()
    const stores = new Map(context.stores)
    if (store === undefined) stores.delete(this)
    else stores.set(this, store)
    return { ...context, stores }
  }

  #enable () {
    this.#enabled = true
    followContinuations()
  }

  getStore () {
    return this.#enabled ? /** @type {any} */ (currentContext().stores.get(this)) : undefined
  }

  /** @template R @param {any} store @param {(...args: any[]) => R} callback @param {any[]} args @returns {R} */
  run (store, callback, ...args) {
    this.#enable()
    return runIn(this.#with(store), callback, null, args)
  }

  /** @template R @param {(...args: any[]) => R} callback @param {any[]} args @returns {R} */
  exit (callback, ...args) {
    return runIn(this.#with(undefined), callback, null, args)
  }

  /** From here to the end of this continuation and in what follows from it. @param {any} store */
  enterWith (store) {
    this.#enable()
    setContext(this.#with(store))
  }

  /** Until `run` or `enterWith` is called again there is no store. */
  disable () {
    this.#enabled = false
  }
}

let lastId = 1
const top = {}

/** @typedef {'init' | 'before' | 'after' | 'destroy' | 'promiseResolve'} HookName */
/** @type {Set<Partial<Record<HookName, Function>>>} */
const hooks = new Set()

/** @param {HookName} name @param {any[]} args */
function tell (name, ...args) {
  for (const hook of hooks) hook[name]?.(...args)
}

/** @returns {number} */
export function executionAsyncId () {
  return currentContext().resource?.asyncId() ?? 0
}

/** @returns {number} */
export function triggerAsyncId () {
  return currentContext().resource?.triggerAsyncId() ?? 0
}

/** @returns {object} */
export function executionAsyncResource () {
  return currentContext().resource ?? top
}

export class AsyncResource {
  #id = ++lastId
  #trigger
  #context
  #destroyed = false

  /** @param {string} type @param {number | { triggerAsyncId?: number, requireManualDestroy?: boolean }} [options] */
  constructor (type, options = {}) {
    validateString(type, 'type')
    const given = typeof options === 'number' ? { triggerAsyncId: options } : options
    const trigger = given.triggerAsyncId === undefined ? executionAsyncId() : given.triggerAsyncId
    if (!Number.isSafeInteger(trigger) || trigger < -1) throw new ERR_INVALID_ASYNC_ID('triggerAsyncId', trigger)
    if (type.length === 0) throw new ERR_ASYNC_TYPE(type)
    this.#trigger = trigger
    this.#context = { ...currentContext(), resource: this }
    tell('init', this.#id, type, trigger, this)
  }

  /** @template R @param {(...args: any[]) => R} fn @param {any} [thisArg] @param {any[]} args @returns {R} */
  runInAsyncScope (fn, thisArg, ...args) {
    tell('before', this.#id)
    try {
      return runIn(this.#context, fn, thisArg, args)
    } finally {
      tell('after', this.#id)
    }
  }

  emitDestroy () {
    if (!this.#destroyed) queueMicrotask(() => tell('destroy', this.#id))
    this.#destroyed = true
    return this
  }

  asyncId () {
    return this.#id
  }

  triggerAsyncId () {
    return this.#trigger
  }

  /** @param {any} fn @param {any} [thisArg] */
  bind (fn, thisArg = undefined) {
    validateFunction(fn, 'fn')
    const resource = this
    const bound = thisArg === undefined
      ? /** @this {any} @param {any[]} args */ function (...args) { return resource.runInAsyncScope(fn, this, ...args) }
      : (/** @type {any[]} */ ...args) => resource.runInAsyncScope(fn, thisArg, ...args)
    return Object.defineProperties(bound, {
      name: { value: 'bound', configurable: true },
      length: { value: fn.length, configurable: true },
      asyncResource: { value: resource, writable: true, configurable: true, enumerable: true }
    })
  }

  /** @param {any} fn @param {string} [type] @param {any} [thisArg] */
  static bind (fn, type, thisArg) {
    validateFunction(fn, 'fn')
    return new AsyncResource(type || fn.name || 'bound-anonymous-fn').bind(fn, thisArg)
  }
}

class AsyncHook {
  #callbacks

  /** @param {Partial<Record<HookName, Function>>} callbacks */
  constructor (callbacks) {
    this.#callbacks = callbacks
  }

  enable () {
    hooks.add(this.#callbacks)
    return this
  }

  disable () {
    hooks.delete(this.#callbacks)
    return this
  }
}

/**
 * @param {{ init?: (asyncId: number, type: string, triggerAsyncId: number, resource: object) => void, before?: (asyncId: number) => void, after?: (asyncId: number) => void, destroy?: (asyncId: number) => void, promiseResolve?: (asyncId: number) => void }} callbacks
 */
export function createHook (callbacks) {
  if (callbacks === undefined || callbacks === null) throw new ERR_INVALID_ARG_TYPE('callbacks', 'Object', callbacks)
  /** @type {Partial<Record<HookName, Function>>} */
  const known = {}
  for (const name of /** @type {HookName[]} */ (['init', 'before', 'after', 'destroy', 'promiseResolve'])) {
    const callback = callbacks[name]
    if (callback !== undefined && typeof callback !== 'function') throw new ERR_ASYNC_CALLBACK(`hook.${name}`)
    known[name] = callback
  }
  return new AsyncHook(known)
}

/** No operation of a page has a provider that could be told. */
/** Kinds of asynchronous resources that an engine tells of: none. @type {Readonly<Record<string, number>>} */
export const asyncWrapProviders = Object.freeze(Object.assign(Object.create(null), { NONE: 0 }))

export default { AsyncLocalStorage, createHook, executionAsyncId, triggerAsyncId, executionAsyncResource, asyncWrapProviders, AsyncResource }
