/**
 * The class EventEmitter. `socket:events` adds the functions around it.
 */
import { ERR_UNHANDLED_ERROR, inspectValue } from 'socket:internal/errors'
import { validateBoolean, validateFunction, validateNumber } from 'socket:internal/validators'

/** @typedef {string | symbol} EventName */
/** @typedef {((...args: any[]) => any) & { listener?: Function }} Listener */

export const kCapture = Symbol('kCapture')
const kShapeMode = Symbol('shapeMode')
export const captureRejectionSymbol = Symbol.for('nodejs.rejection')
export const errorMonitor = Symbol('events.errorMonitor')
/** Of emitters without a limit of their own. */
export const limits = { default: 10 }

/**
 * A function and not a class, because much code calls `EventEmitter.call(this)`.
 * @constructor
 * @this {any}
 * @param {{ captureRejections?: boolean }} [options]
 */
export function EventEmitter (options) {
  EventEmitter.init.call(this, options)
}

/** @this {any} @param {{ captureRejections?: boolean }} [options] */
EventEmitter.init = function (options) {
  if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
    this._events = Object.create(null)
    this._eventsCount = 0
    this[kShapeMode] = false
  } else {
    this[kShapeMode] = true
  }
  this._maxListeners ??= undefined
  if (options?.captureRejections) {
    validateBoolean(options.captureRejections, 'options.captureRejections')
    this[kCapture] = Boolean(options.captureRejections)
  } else {
    this[kCapture] = EventEmitter.prototype[kCapture]
  }
}

EventEmitter.prototype._events = undefined
EventEmitter.prototype._eventsCount = 0
EventEmitter.prototype._maxListeners = undefined
Object.defineProperty(EventEmitter.prototype, kCapture, { value: false, writable: true, enumerable: false })

/** @param {any} emitter @returns {number} */
export function limitOf (emitter) {
  return emitter._maxListeners ?? limits.default
}

/**
 * Sends what an async listener rejects with to where the emitter wants it.
 * @param {any} emitter @param {any} result @param {EventName} name @param {any[]} args
 */
function capture (emitter, result, name, args) {
  if (!emitter[kCapture] || typeof result?.then !== 'function') return
  result.then(undefined, (/** @type {unknown} */ error) => queueMicrotask(() => {
    if (typeof emitter[captureRejectionSymbol] === 'function') {
      emitter[captureRejectionSymbol](error, name, ...args)
      return
    }
    // A listener of 'error' that rejects as well must not come back here for ever.
    const before = emitter[kCapture]
    try {
      emitter[kCapture] = false
      emitter.emit('error', error)
    } finally {
      emitter[kCapture] = before
    }
  }))
}

/** @param {any[]} args */
function throwUnhandled ([error]) {
  if (error instanceof Error) throw error
  let text
  try {
    text = inspectValue(error)
  } catch {
    text = error
  }
  throw Object.assign(new ERR_UNHANDLED_ERROR(text), { context: error })
}

/**
 * @param {any} emitter @param {EventName} name @param {Listener} listener @param {boolean} first
 */
function add (emitter, name, listener, first) {
  validateFunction(listener, 'listener')
  let events = emitter._events
  if (events === undefined) {
    events = emitter._events = Object.create(null)
    emitter._eventsCount = 0
  } else if (events.newListener !== undefined) {
    emitter.emit('newListener', name, listener.listener ?? listener)
    // The listener may have replaced them, through removeAllListeners.
    events = emitter._events
  }
  const present = events[name]
  if (present === undefined) {
    events[name] = listener
    emitter._eventsCount++
    return emitter
  }
  const all = typeof present === 'function' ? events[name] = first ? [listener, present] : [present, listener] : present
  if (all === present) {
    if (first) all.unshift(listener)
    else all.push(listener)
  }
  const limit = limitOf(emitter)
  if (limit > 0 && all.length > limit && !all.warned) {
    all.warned = true
    warn(emitter, name, all.length)
  }
  return emitter
}

/** @param {any} emitter @param {EventName} name @param {number} count */
function warn (emitter, name, count) {
  const warning = Object.assign(new Error(
    `Possible EventEmitter memory leak detected. ${count} ${String(name)} listeners added to ${inspectValue(emitter, { depth: -1 })}. ` +
    'Use emitter.setMaxListeners() to increase limit'
  ), { name: 'MaxListenersExceededWarning', emitter, type: name, count })
  const process = /** @type {any} */ (globalThis).process
  if (typeof process?.emitWarning === 'function') process.emitWarning(warning)
  else console.warn(`${warning.name}: ${warning.message}`)
}

/** @param {any} emitter @param {EventName} name @param {Listener} listener */
function onceOf (emitter, name, listener) {
  validateFunction(listener, 'listener')
  let fired = false
  /** @type {Listener} */
  const wrapper = (...args) => {
    if (fired) return
    emitter.removeListener(name, wrapper)
    fired = true
    return Reflect.apply(listener, emitter, args)
  }
  Object.defineProperty(wrapper, 'name', { value: 'bound onceWrapper' })
  wrapper.listener = listener
  return wrapper
}

/** @param {any} emitter @param {EventName} name @returns {Listener[]} */
export function wrapped (emitter, name) {
  const present = emitter._events?.[name]
  return present === undefined ? [] : typeof present === 'function' ? [present] : [...present]
}

Object.assign(EventEmitter.prototype, /** @type {ThisType<any>} */ ({
  /** @param {number} n */
  setMaxListeners (n) {
    validateNumber(n, 'setMaxListeners', 0)
    this._maxListeners = n
    return this
  },

  getMaxListeners () {
    return limitOf(this)
  },

  /** @param {EventName} name @param {any[]} args */
  emit (name, ...args) {
    const events = this._events
    if (name === 'error') {
      if (events?.[errorMonitor] !== undefined) this.emit(errorMonitor, ...args)
      if (events?.error === undefined) throwUnhandled(args)
    }
    const present = events?.[name]
    if (present === undefined) return false
    if (typeof present === 'function') {
      const result = Reflect.apply(present, this, args)
      if (result !== undefined && result !== null) capture(this, result, name, args)
    } else {
      // A copy: listeners may come and go while the event is delivered.
      for (const listener of [...present]) {
        const result = Reflect.apply(listener, this, args)
        if (result !== undefined && result !== null) capture(this, result, name, args)
      }
    }
    return true
  },

  /** @param {EventName} name @param {Listener} listener */
  addListener (name, listener) {
    return add(this, name, listener, false)
  },

  /** @param {EventName} name @param {Listener} listener */
  prependListener (name, listener) {
    return add(this, name, listener, true)
  },

  /** @param {EventName} name @param {Listener} listener */
  once (name, listener) {
    return this.on(name, onceOf(this, name, listener))
  },

  /** @param {EventName} name @param {Listener} listener */
  prependOnceListener (name, listener) {
    return this.prependListener(name, onceOf(this, name, listener))
  },

  /** @param {EventName} name @param {Listener} listener */
  removeListener (name, listener) {
    validateFunction(listener, 'listener')
    const events = this._events
    const present = events?.[name]
    if (present === undefined) return this
    if (typeof present === 'function') {
      if (present !== listener && present.listener !== listener) return this
      this._eventsCount--
      if (this[kShapeMode]) events[name] = undefined
      else if (this._eventsCount === 0) this._events = Object.create(null)
      else delete events[name]
    } else {
      const at = present.findLastIndex((/** @type {Listener} */ item) => item === listener || item.listener === listener)
      if (at < 0) return this
      present.splice(at, 1)
      if (present.length === 1) events[name] = present[0]
    }
    if (events.removeListener !== undefined) this.emit('removeListener', name, listener)
    return this
  },

  /** @param {EventName} [name] */
  removeAllListeners (name) {
    const events = this._events
    if (events === undefined) return this
    if (events.removeListener === undefined) {
      if (arguments.length === 0) {
        this._events = Object.create(null)
        this._eventsCount = 0
      } else if (events[/** @type {EventName} */ (name)] !== undefined) {
        if (--this._eventsCount === 0) this._events = Object.create(null)
        else delete events[/** @type {EventName} */ (name)]
      }
      this[kShapeMode] = false
      return this
    }
    if (arguments.length === 0) {
      for (const key of Reflect.ownKeys(events)) if (key !== 'removeListener') this.removeAllListeners(key)
      this.removeAllListeners('removeListener')
      this._events = Object.create(null)
      this._eventsCount = 0
      this[kShapeMode] = false
      return this
    }
    // Someone listens to removals: take them away one by one, the last first.
    for (const listener of wrapped(this, /** @type {EventName} */ (name)).reverse()) this.removeListener(name, listener)
    return this
  },

  /** @param {EventName} name */
  listeners (name) {
    return wrapped(this, name).map((listener) => listener.listener ?? listener)
  },

  /** @param {EventName} name */
  rawListeners (name) {
    return wrapped(this, name)
  },

  /** @param {EventName} name @param {Listener} [listener] */
  listenerCount (name, listener) {
    const all = wrapped(this, name)
    return listener == null ? all.length : all.filter((item) => item === listener || item.listener === listener).length
  },

  eventNames () {
    return this._eventsCount > 0 ? Reflect.ownKeys(this._events) : []
  }
}))
EventEmitter.prototype.on = /** @type {any} */ (EventEmitter.prototype).addListener
EventEmitter.prototype.off = /** @type {any} */ (EventEmitter.prototype).removeListener
