/**
 * Timers as promises, as Node's `timers/promises`.
 */
import { AbortError, ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS } from 'socket:internal/errors'
import * as timers from 'socket:internal/timers'
import { validateAbortSignal, validateBoolean, validateNumber, validateObject } from 'socket:internal/validators'

/** @typedef {{ signal?: AbortSignal, ref?: boolean }} Options */

/** @param {any} options @returns {Options} */
function check (options) {
  validateObject(options, 'options')
  const { signal, ref = true } = /** @type {Options} */ (options)
  validateAbortSignal(signal, 'options.signal')
  validateBoolean(ref, 'options.ref')
  return { signal, ref }
}

/** @param {AbortSignal} signal */
const aborted = (signal) => new AbortError(undefined, { cause: signal.reason })

/**
 * @template T
 * @param {T} value
 * @param {Options} options
 * @param {(done: () => void) => { unref: () => unknown, close: () => unknown }} begin
 * @returns {Promise<T>}
 */
async function wait (value, options, begin) {
  const { signal, ref } = check(options)
  if (signal?.aborted) throw aborted(signal)
  return new Promise((resolve, reject) => {
    const cancel = () => {
      timer.close()
      reject(aborted(/** @type {AbortSignal} */ (signal)))
    }
    const timer = begin(() => {
      signal?.removeEventListener('abort', cancel)
      resolve(value)
    })
    if (!ref) timer.unref()
    signal?.addEventListener('abort', cancel, { once: true })
  })
}

/**
 * @template [T=void]
 * @param {number} [delay]
 * @param {T} [value]
 * @param {Options} [options]
 * @returns {Promise<T>}
 */
export async function setTimeout (delay = undefined, value = undefined, options = {}) {
  if (delay !== undefined) validateNumber(delay, 'delay')
  return /** @type {Promise<any>} */ (wait(value, options, (done) => timers.setTimeout(done, delay)))
}

/**
 * @template [T=void]
 * @param {T} [value]
 * @param {Options} [options]
 * @returns {Promise<T>}
 */
export async function setImmediate (value = undefined, options = {}) {
  return /** @type {Promise<any>} */ (wait(value, options, (done) => timers.setImmediate(done)))
}

/**
 * @template [T=void]
 * @param {number} [delay]
 * @param {T} [value]
 * @param {Options} [options]
 * @returns {AsyncGenerator<T, void, void>}
 */
export async function * setInterval (delay = undefined, value = undefined, options = {}) {
  if (delay !== undefined) validateNumber(delay, 'delay')
  const { signal, ref } = check(options)
  if (signal?.aborted) throw aborted(signal)
  let waiting = 0
  /** @type {(() => void) | undefined} */
  let wake
  const timer = timers.setInterval(() => {
    waiting++
    wake?.()
  }, delay)
  if (!ref) timer.unref()
  const cancel = () => {
    timer.close()
    wake?.()
  }
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    while (!signal?.aborted) {
      if (waiting === 0) await new Promise((resolve) => { wake = () => resolve(undefined) })
      // Ticks that nobody took are given at once, the abortion after them.
      for (; waiting > 0; waiting--) yield /** @type {T} */ (value)
    }
    throw aborted(signal)
  } finally {
    timer.close()
    signal?.removeEventListener('abort', cancel)
  }
}

const made = Symbol('made here')

class Scheduler {
  /** @param {unknown} key */
  constructor (key) {
    if (key !== made) throw new ERR_ILLEGAL_CONSTRUCTOR()
  }

  async yield () {
    if (this !== scheduler) throw new ERR_INVALID_THIS('Scheduler')
    await setImmediate()
  }

  /** @param {number} delay @param {{ signal?: AbortSignal }} [options] @returns {Promise<void>} */
  async wait (delay, options = undefined) {
    if (this !== scheduler) throw new ERR_INVALID_THIS('Scheduler')
    await setTimeout(delay, undefined, options)
  }
}

export const scheduler = new Scheduler(made)

export default { setTimeout, setImmediate, setInterval, scheduler }
