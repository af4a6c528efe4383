/**
 * Event emitters, as Node's `events`, and the event classes of the Web.
 */
import { captureRejectionSymbol, EventEmitter, errorMonitor, kCapture, limitOf, limits, wrapped } from 'socket:internal/emitter'
import { ERR_FEATURE_UNAVAILABLE_ON_PLATFORM, ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { addAbortListener, on, once } from 'socket:internal/event-async'
import { AsyncResource } from 'socket:async_hooks'
import { validateBoolean, validateNumber, validateString } from 'socket:internal/validators'

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

/** The resource of an emitter: it knows which emitter it is of. */
class EventEmitterReferencingAsyncResource extends AsyncResource {
  /** @type {EventEmitter} */
  eventEmitter

  /** @param {EventEmitter} emitter @param {string} type @param {object} [options] */
  constructor (emitter, type, options) {
    super(type, options)
    this.eventEmitter = emitter
  }
}

/** An emitter whose listeners run in the asynchronous context that it was made in, each time. */
export class EventEmitterAsyncResource extends EventEmitter {
  #resource

  /** @param {string | { name?: string, captureRejections?: boolean, triggerAsyncId?: number, requireManualDestroy?: boolean }} [options] its name, or more */
  constructor (options = undefined) {
    /** @type {any} */
    let given = options
    let name
    if (typeof options === 'string') {
      [name, given] = [options, undefined]
    } else {
      if (new.target === EventEmitterAsyncResource) validateString(/** @type {any} */ (options)?.name, 'options.name')
      name = options?.name || new.target.name
    }
    super(given)
    this.#resource = new EventEmitterReferencingAsyncResource(this, name, given)
  }

  /** @param {EventName} event @param {any[]} args @returns {boolean} whether somebody heard it */
  emit (event, ...args) {
    return this.#resource.runInAsyncScope(/** @type {any} */ (EventEmitter).prototype.emit, this, event, ...args)
  }

  /** Tells hooks that it is gone. */
  emitDestroy () {
    this.#resource.emitDestroy()
  }

  /** Its number, as hooks have it. */
  get asyncId () {
    return this.#resource.asyncId()
  }

  /** The number of what made it. */
  get triggerAsyncId () {
    return this.#resource.triggerAsyncId()
  }

  /** What its listeners run in. */
  get asyncResource () {
    return this.#resource
  }
}

Object.assign(EventEmitter, {
  addAbortListener, once, on, getEventListeners, getMaxListeners, EventEmitter, EventEmitterAsyncResource, usingDomains: false, captureRejectionSymbol
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
