/**
 * What is the same for all that follows from one piece of code: the stores of AsyncLocalStorage and the AsyncResource
 * that runs. No engine tells pages when a continuation begins, so those that can be known are wrapped: reactions
 * of `then`, `catch` and `finally`, microtasks, timers and frames. What follows a native `await` cannot be: it begins
 * without stores, never with those of someone else.
 */

/** @typedef {{ stores: ReadonlyMap<object, unknown>, resource: any }} Context */

/** @type {Context} */
const ROOT = { stores: new Map(), resource: undefined }
let current = ROOT

export const currentContext = () => current

/** @param {Context} context */
export function setContext (context) {
  current = context
}

/**
 * @param {Context} context
 * @param {Function} fn
 * @param {any} thisArg
 * @param {ArrayLike<any>} args
 */
export function runIn (context, fn, thisArg, args) {
  const before = current
  current = context
  try {
    return Reflect.apply(fn, thisArg, args)
  } finally {
    current = before
  }
}

/** A function that always runs in the present context. @template {Function} F @param {F} fn @returns {F} */
export function keepContext (fn) {
  const context = current
  if (context === ROOT) return fn
  /** @this {any} @param {any[]} args */
  function kept (...args) {
    return runIn(context, fn, this, args)
  }
  return /** @type {any} */ (kept)
}

let following = false

/** Wraps the continuations. Only called when a program has stores to keep, so that others pay nothing. */
export function followContinuations () {
  if (following) return
  following = true
  const { then } = Promise.prototype
  /** @param {any} reaction */
  const kept = (reaction) => typeof reaction === 'function' ? keepContext(reaction) : reaction
  const wrapped = {
    /** @this {Promise<any>} @param {any} fulfilled @param {any} rejected */
    then (fulfilled, rejected) {
      return Reflect.apply(then, this, [kept(fulfilled), kept(rejected)])
    }
  }
  // eslint-disable-next-line no-extend-native -- what AsyncLocalStorage cannot do without
  Object.defineProperty(Promise.prototype, 'then', { value: wrapped.then, writable: true, configurable: true, enumerable: false })
  const scope = /** @type {any} */ (globalThis)
  for (const name of ['queueMicrotask', 'setTimeout', 'setInterval', 'setImmediate', 'requestAnimationFrame', 'requestIdleCallback']) {
    const original = scope[name]
    if (typeof original !== 'function') continue
    const replacement = { [name]: (/** @type {any} */ callback, /** @type {any[]} */ ...rest) => Reflect.apply(original, globalThis, [kept(callback), ...rest]) }[name]
    // What else hangs on it, such as the promise form of a timer.
    Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original))
    Object.defineProperty(globalThis, name, { value: replacement, writable: true, configurable: true, enumerable: true })
  }
}
