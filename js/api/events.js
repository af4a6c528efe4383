/**
 * Event emitters, as Node's `events`, and the event classes of the Web.
 */
import { captureRejectionSymbol, EventEmitter, errorMonitor, kCapture, limitOf, limits, wrapped } from 'socket:internal/emitter'
import { ERR_FEATURE_UNAVAILABLE_ON_PLATFORM, ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { addAbortListener, on, once } from 'socket:internal/event-async'
import { validateBoolean, validateNumber } from 'socket:internal/validators'

/** @typedef {string | symbol} EventName */

/** With the types that editors know. */
const Typed = /** @type {typeof import('node:events').EventEmitter} */ (/** @type {any} */ (EventEmitter))

export let defaultMaxListeners = limits.default

/** @param {number} n */
function setDefault (n) {
  defaultMaxListeners = limits.default = n
}

/** Limits of EventTargets: browsers warn of none, so they are only remembered. @type {WeakMap<EventTarget, number>} */
const targetLimits = new WeakMap()

/** @param {any} emitter @param {string} [argument] */
function isTarget (emitter, argument = 'emitter') {
  if (typeof emitter?.listeners === 'function') return false
  if (typeof EventTarget === 'function' && emitter instanceof EventTarget) return true
  throw new ERR_INVALID_ARG_TYPE(argument, ['EventEmitter', 'EventTarget'], emitter)
}

/** @param {any} emitter @param {EventName} name @returns {Function[]} */
export function getEventListeners (emitter, name) {
  // Neither the DOM nor Node's public API can list them.
  if (isTarget(emitter)) throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('getEventListeners() of an EventTarget', 'a WebView')
  return emitter.listeners(name)
}

/** @param {any} emitter @returns {number} */
export function getMaxListeners (emitter) {
  if (typeof emitter?.getMaxListeners === 'function') return limitOf(emitter)
  if (typeof EventTarget === 'function' && emitter instanceof EventTarget) return targetLimits.get(emitter) ?? defaultMaxListeners
  throw new ERR_INVALID_ARG_TYPE('emitter', ['EventEmitter', 'EventTarget'], emitter)
}

/** @param {number} [n] @param {any[]} targets */
export function setMaxListeners (n = defaultMaxListeners, ...targets) {
  validateNumber(n, 'setMaxListeners', 0)
  if (targets.length === 0) setDefault(n)
  for (const target of targets) {
    if (typeof EventTarget === 'function' && target instanceof EventTarget) targetLimits.set(target, n)
    else if (typeof target?.setMaxListeners === 'function') target.setMaxListeners(n)
    else throw new ERR_INVALID_ARG_TYPE('eventTargets', ['EventEmitter', 'EventTarget'], target)
  }
}

/** @param {any} emitter @param {EventName} name @returns {number} */
export function listenerCount (emitter, name) {
  return typeof emitter.listenerCount === 'function' ? emitter.listenerCount(name) : wrapped(emitter, name).length
}

export const { CustomEvent, Event, EventTarget, MessageEvent } = globalThis

/** The Web's class where it is, else as little of it as its documentation promises. */
export const ErrorEvent = globalThis.ErrorEvent ?? class ErrorEvent extends Event {
  /** @param {string} type @param {{ message?: string, filename?: string, lineno?: number, colno?: number, error?: unknown } & EventInit} [init] */
  constructor (type, init = {}) {
    super(type, init)
    const { message = '', filename = '', lineno = 0, colno = 0, error = undefined } = init
    Object.assign(this, { message, filename, lineno, colno, error })
  }
}

export { addAbortListener, captureRejectionSymbol, errorMonitor, Typed as EventEmitter, on, once }

Object.assign(EventEmitter, {
  addAbortListener, once, on, getEventListeners, getMaxListeners, EventEmitter, usingDomains: false, captureRejectionSymbol
})
Object.defineProperty(EventEmitter, 'captureRejections', {
  configurable: false,
  enumerable: true,
  get: () => EventEmitter.prototype[kCapture],
  set (value) {
    validateBoolean(value, 'EventEmitter.captureRejections')
    EventEmitter.prototype[kCapture] = value
  }
})
Object.defineProperty(EventEmitter, 'errorMonitor', { value: errorMonitor, enumerable: true })
Object.defineProperty(EventEmitter, 'defaultMaxListeners', {
  enumerable: true,
  get: () => defaultMaxListeners,
  set (value) {
    validateNumber(value, 'defaultMaxListeners', 0)
    setDefault(value)
  }
})
Object.assign(EventEmitter, { setMaxListeners, listenerCount })

export default Typed
