/**
 * The functions of Node's `util` that turn functions into others.
 */
import { ERR_FALSY_VALUE_REJECTION, ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { validateAbortSignal, validateFunction, validateString } from 'socket:internal/validators'
import args from 'socket:internal/args'

const customPromisify = Symbol.for('nodejs.util.promisify.custom')

/**
 * @param {any} original a function whose last argument is a callback
 * @returns {(...args: any[]) => Promise<any>}
 */
export function promisify (original) {
  validateFunction(original, 'original')
  const custom = /** @type {any} */ (original)[customPromisify]
  if (custom) {
    validateFunction(custom, 'util.promisify.custom')
    return Object.defineProperty(/** @type {any} */ (custom), customPromisify, { value: custom, enumerable: false, writable: false, configurable: true })
  }
  /** @this {any} @param {any[]} values */
  function promisified (...values) {
    return new Promise((resolve, reject) => {
      Reflect.apply(original, this, [...values, (/** @type {any} */ error, /** @type {any} */ value) => error ? reject(error) : resolve(value)])
    })
  }
  Object.setPrototypeOf(promisified, Object.getPrototypeOf(original))
  const descriptors = Object.getOwnPropertyDescriptors(original)
  Object.defineProperties(promisified, /** @type {any} */ (descriptors))
  return Object.defineProperty(/** @type {any} */ (promisified), customPromisify, { value: promisified, enumerable: false, writable: false, configurable: true })
}
promisify.custom = customPromisify

/**
 * @param {any} original a function that returns a promise
 * @returns {(...args: any[]) => void}
 */
export function callbackify (original) {
  validateFunction(original, 'original')
  /** @this {any} @param {any[]} values */
  function callbackified (...values) {
    const callback = values.pop()
    validateFunction(callback, 'last argument')
    // Outside the promise, so that what the callback throws is an uncaught error and not a rejection.
    const later = (/** @type {any[]} */ ...results) => queueMicrotask(() => Reflect.apply(callback, this, results))
    Reflect.apply(original, this, values).then(
      (/** @type {any} */ value) => later(null, value),
      (/** @type {any} */ reason) => later(reason || Object.assign(new ERR_FALSY_VALUE_REJECTION(), { reason }))
    )
  }
  const descriptors = Object.getOwnPropertyDescriptors(original)
  if (typeof descriptors.length?.value === 'number') descriptors.length.value++
  if (typeof descriptors.name?.value === 'string') descriptors.name.value += 'Callbackified'
  Object.defineProperties(callbackified, /** @type {any} */ (descriptors))
  return callbackified
}

/** @param {any} ctor @param {any} superCtor */
export function inherits (ctor, superCtor) {
  if (ctor === undefined || ctor === null) throw new ERR_INVALID_ARG_TYPE('ctor', 'Function', ctor)
  if (superCtor === undefined || superCtor === null) throw new ERR_INVALID_ARG_TYPE('superCtor', 'Function', superCtor)
  if (/** @type {any} */ (superCtor).prototype === undefined) throw new ERR_INVALID_ARG_TYPE('superCtor.prototype', 'Object', undefined)
  Object.defineProperty(ctor, 'super_', { value: superCtor, writable: true, configurable: true })
  Object.setPrototypeOf(ctor.prototype, /** @type {any} */ (superCtor).prototype)
}

/** @param {string} message @param {string} [code] */
function warnOfDeprecation (message, code) {
  const process = /** @type {any} */ (globalThis).process
  if (typeof process?.emitWarning === 'function') process.emitWarning(message, 'DeprecationWarning', code)
  else console.warn(`${code ? `[${code}] ` : ''}DeprecationWarning: ${message}`)
}

/** @type {Set<string>} */
const warned = new Set()

/**
 * @template {Function} F
 * @param {F} fn @param {string} message @param {string} [code]
 * @returns {F}
 */
export function deprecate (fn, message, code = undefined) {
  if (code !== undefined) validateString(code, 'code')
  let told = false
  /** @this {any} @param {any[]} values */
  function deprecated (...values) {
    if (!told && !(code !== undefined && warned.has(code))) {
      told = true
      if (code !== undefined) warned.add(code)
      warnOfDeprecation(message, code)
    }
    return new.target ? Reflect.construct(fn, values, new.target === deprecated ? fn : new.target) : Reflect.apply(fn, this, values)
  }
  Object.setPrototypeOf(deprecated, fn)
  if (fn?.prototype) deprecated.prototype = fn.prototype
  Object.defineProperty(deprecated, 'length', { value: fn.length, configurable: true })
  return /** @type {any} */ (deprecated)
}

/**
 * Resolves when the signal is aborted, without keeping it alive for that.
 * @param {AbortSignal} signal @param {object} resource
 */
export async function aborted (signal, resource) {
  if (signal === undefined) throw new ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal)
  validateAbortSignal(signal, 'signal')
  if (resource === null || (typeof resource !== 'object' && typeof resource !== 'function')) throw new ERR_INVALID_ARG_TYPE('resource', 'Object', resource)
  if (signal.aborted) return
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}

/** Whatever stands for the name of a section. @param {unknown} value */
function plainText (value) {
  try {
    return String(value).toUpperCase()
  } catch {
    return ''
  }
}

/** Whether NODE_DEBUG names a section; "*" stands for anything. @param {string} section */
function isDebugged (section) {
  const names = String(args.env.NODE_DEBUG ?? '').split(',').filter(Boolean)
  return names.some((name) => new RegExp(`^${name.trim().replace(/[|\\{}()[\]^$+?.]/g, '\\$&').replaceAll('*', '.*')}$`, 'i').test(section))
}

/**
 * @param {string} section
 * @param {(format: string, ...values: any[]) => string} format
 */
export function createDebugLog (section, format) {
  const title = typeof section === 'string' ? section.toUpperCase() : plainText(section)
  const enabled = isDebugged(title)
  const log = (/** @type {any[]} */ ...values) => {
    if (enabled) console.error('%s %d: %s', title, args.pid ?? 0, /** @type {any} */ (format)(...values))
  }
  return Object.defineProperty(log, 'enabled', { enumerable: true, get: () => enabled })
}
