/**
 * Waiting for events with promises and iterators: the functions `once`, `on` and `addAbortListener` of
 * `socket:events`, for emitters and for EventTargets.
 */
import { AbortError, ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { validateAbortSignal, validateFunction, validateInteger } from 'socket:internal/validators'

/** @typedef {{ on: Function, once: Function, removeListener: Function, pause?: () => void, resume?: () => void }} Emitter */
/** @typedef {string | symbol} EventName */

/**
 * @param {Emitter | EventTarget} emitter
 * @param {EventName} name
 * @param {(...args: any[]) => void} listener
 * @param {{ once?: boolean }} [flags]
 */
function listen (emitter, name, listener, flags = {}) {
  const either = /** @type {any} */ (emitter)
  if (typeof either.on === 'function') {
    if (flags.once) either.once(name, listener)
    else either.on(name, listener)
  } else if (typeof either.addEventListener === 'function') {
    either.addEventListener(name, listener, flags)
  } else {
    throw new ERR_INVALID_ARG_TYPE('emitter', 'EventEmitter', emitter)
  }
}

/**
 * @param {Emitter | EventTarget} emitter
 * @param {EventName} name
 * @param {(...args: any[]) => void} listener
 */
function unlisten (emitter, name, listener) {
  const either = /** @type {any} */ (emitter)
  if (typeof either.removeListener === 'function') either.removeListener(name, listener)
  else if (typeof either.removeEventListener === 'function') either.removeEventListener(name, listener)
  else throw new ERR_INVALID_ARG_TYPE('emitter', 'EventEmitter', emitter)
}

/** @param {AbortSignal | undefined} signal */
function aborted (signal) {
  return new AbortError(undefined, { cause: signal?.reason })
}

/**
 * The arguments of the next event.
 * @param {Emitter | EventTarget} emitter
 * @param {EventName} name
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<any[]>}
 */
export async function once (emitter, name, options = {}) {
  const signal = options?.signal
  validateAbortSignal(signal, 'options.signal')
  if (signal?.aborted) throw aborted(signal)
  return new Promise((resolve, reject) => {
    /** @param {unknown} error */
    const fail = (error) => {
      unlisten(emitter, name, succeed)
      signal?.removeEventListener('abort', abort)
      reject(error)
    }
    /** @param {any[]} args */
    const succeed = (...args) => {
      if (watchesErrors) unlisten(emitter, 'error', fail)
      signal?.removeEventListener('abort', abort)
      resolve(args)
    }
    const abort = () => {
      unlisten(emitter, name, succeed)
      if (watchesErrors) unlisten(emitter, 'error', fail)
      reject(aborted(signal))
    }
    // An EventTarget's "error" is an event like any other.
    const watchesErrors = name !== 'error' && typeof (/** @type {any} */ (emitter)).once === 'function'
    listen(emitter, name, succeed, { once: true })
    if (watchesErrors) listen(emitter, 'error', fail, { once: true })
    signal?.addEventListener('abort', abort, { once: true })
  })
}

const AsyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function * () {}).prototype)

/**
 * Every event from now on, one array of arguments at a time.
 * @param {Emitter | EventTarget} emitter
 * @param {EventName} name
 * @param {{ signal?: AbortSignal, close?: EventName[], highWaterMark?: number, lowWaterMark?: number, highWatermark?: number, lowWatermark?: number }} [options]
 * @returns {AsyncIterableIterator<any[]>}
 */
export function on (emitter, name, options = {}) {
  const { signal } = options
  validateAbortSignal(signal, 'options.signal')
  if (signal?.aborted) throw aborted(signal)
  const high = options.highWaterMark ?? options.highWatermark ?? Number.MAX_SAFE_INTEGER
  validateInteger(high, 'options.highWaterMark', 1)
  const low = options.lowWaterMark ?? options.lowWatermark ?? 1
  validateInteger(low, 'options.lowWaterMark', 1)

  /** @type {any[][]} */ const events = []
  /** @type {{ resolve: (result: IteratorResult<any[]>) => void, reject: (error: unknown) => void }[]} */ const waiting = []
  /** @type {{ error: unknown } | null} */ let failure = null
  let paused = false
  let finished = false
  /** @type {[EventName, (...args: any[]) => void][]} */ const listeners = []
  const source = /** @type {Emitter} */ (emitter)

  /** @param {any[]} args */
  const receive = (...args) => {
    const next = waiting.shift()
    if (next) {
      next.resolve({ value: args, done: false })
      return
    }
    events.push(args)
    if (!paused && events.length > high && source.pause) {
      paused = true
      source.pause()
    }
  }
  const close = async () => {
    for (const [event, listener] of listeners.splice(0)) unlisten(emitter, event, listener)
    signal?.removeEventListener('abort', abort)
    finished = true
    for (const { resolve } of waiting.splice(0)) resolve({ value: undefined, done: true })
    return /** @type {IteratorReturnResult<undefined>} */ ({ value: undefined, done: true })
  }
  /** @param {unknown} error */
  const fail = (error) => {
    const next = waiting.shift()
    if (next) next.reject(error)
    else failure = { error }
    close()
  }
  const abort = () => fail(aborted(signal))
  /** @param {EventName} event @param {(...args: any[]) => void} listener */
  const add = (event, listener) => {
    listen(emitter, event, listener)
    listeners.push([event, listener])
  }

  const iterator = Object.setPrototypeOf({
    async next () {
      const value = events.shift()
      if (value) {
        if (paused && events.length < low) {
          source.resume?.()
          paused = false
        }
        return { value, done: false }
      }
      if (failure) {
        const { error } = failure
        failure = null
        throw error
      }
      if (finished) return close()
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
    return: close,
    /** @param {unknown} error */
    throw (error) {
      if (!(error instanceof Error)) throw new ERR_INVALID_ARG_TYPE('EventEmitter.AsyncIterator', 'Error', error)
      fail(error)
    },
    [Symbol.asyncIterator] () {
      return this
    }
  }, AsyncIteratorPrototype)

  add(name, receive)
  if (name !== 'error' && typeof source.on === 'function') add('error', fail)
  // As Node does: by index, so that what has no length is nothing.
  for (let at = 0; at < (options.close?.length ?? 0); at++) add(/** @type {any} */ (options.close)[at], close)
  signal?.addEventListener('abort', abort, { once: true })
  return iterator
}

/**
 * Runs a listener when a signal is aborted, even when someone stops the event on its way.
 * @param {AbortSignal} signal
 * @param {(event?: Event) => void} listener
 * @returns {{ [Symbol.dispose] (): void }}
 */
export function addAbortListener (signal, listener) {
  if (signal === undefined) throw new ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal)
  validateAbortSignal(signal, 'signal')
  validateFunction(listener, 'listener')
  let remove = () => {}
  if (signal.aborted) {
    queueMicrotask(() => listener())
  } else {
    signal.addEventListener('abort', listener, { once: true })
    remove = () => signal.removeEventListener('abort', listener)
  }
  return { [Symbol.dispose ?? Symbol.for('nodejs.dispose')]: remove }
}
