/**
 * Node's `perf_hooks`: the engine's own clocks and observers, histograms, and functions whose calls are measured.
 */
import { ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { createHistogram, monitorEventLoopDelay, RecordableHistogram } from 'socket:internal/histogram'
import { validateFunction, validateObject } from 'socket:internal/validators'

export { createHistogram, monitorEventLoopDelay }

export const performance = globalThis.performance
export const { Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, PerformanceObserverEntryList, PerformanceResourceTiming } = globalThis

/** @typedef {{ name: string, entryType: string, startTime: number, duration: number, detail?: any }} Entry */
/** @typedef {{ getEntries: () => Entry[], getEntriesByName: (name: string, type?: string) => Entry[], getEntriesByType: (type: string) => Entry[] }} EntryList */

const Engine = globalThis.PerformanceObserver

/** Who hears of calls of functions. @type {Set<(entry: Entry) => void>} */
const listeners = new Set()

/** @param {Entry[]} entries @returns {EntryList} */
const listOf = (entries) => ({
  getEntries: () => [...entries],
  getEntriesByName: (name, type = undefined) => entries.filter((entry) => entry.name === name && (type === undefined || entry.entryType === type)),
  getEntriesByType: (type) => entries.filter(({ entryType }) => entryType === type)
})

class Observer {
  static supportedEntryTypes = Object.freeze([...new Set([...(Engine?.supportedEntryTypes ?? []), 'function'])].sort())
  #callback
  /** @type {any} */
  #engine
  /** @type {Entry[]} */
  #waiting = []
  /** @type {((entry: Entry) => void) | undefined} */
  #listener

  /** @param {(list: EntryList, observer: PerformanceObserver) => void} callback */
  constructor (callback) {
    validateFunction(callback, 'callback')
    this.#callback = callback
  }

  #tell () {
    const entries = this.#waiting.splice(0)
    if (entries.length > 0) this.#callback(listOf(entries), /** @type {any} */ (this))
  }

  /** @param {{ entryTypes?: readonly string[], type?: string, buffered?: boolean }} options */
  observe (options) {
    validateObject(options, 'options')
    const types = options.entryTypes ?? (options.type === undefined ? [] : [options.type])
    if (Array.isArray(types) && types.includes('function') && this.#listener === undefined) {
      this.#listener = (entry) => {
        if (this.#waiting.push(entry) === 1) setTimeout(() => this.#tell())
      }
      listeners.add(this.#listener)
    }
    const others = Array.isArray(types) ? types.filter((type) => type !== 'function') : types
    if (Array.isArray(others) && others.length === 0 && types.length > 0) return
    this.#engine ??= new Engine((list) => this.#callback(/** @type {any} */ (list), /** @type {any} */ (this)))
    this.#engine.observe(options.entryTypes === undefined ? options : { ...options, entryTypes: others })
  }

  disconnect () {
    this.#engine?.disconnect()
    if (this.#listener) listeners.delete(this.#listener)
    this.#listener = undefined
    this.#waiting = []
  }

  /** @returns {Entry[]} */
  takeRecords () {
    return [...this.#waiting.splice(0), ...(this.#engine?.takeRecords() ?? [])]
  }
}

/** The engine's observer, which also hears of calls of functions (`'function'`). */
export const PerformanceObserver = Object.defineProperty(Observer, 'name', { value: 'PerformanceObserver' })

/**
 * A function that does the same, and whose calls are measured: observers hear of them as entries of the type `function`.
 *
 * @template {(...args: any[]) => any} F
 * @param {F} fn @param {{ histogram?: RecordableHistogram }} [options] histogram: gets the nanoseconds
 * @returns {F}
 */
export function timerify (fn, options = {}) {
  validateFunction(fn, 'fn')
  validateObject(options, 'options')
  const { histogram } = options
  if (histogram !== undefined && !(histogram instanceof RecordableHistogram)) throw new ERR_INVALID_ARG_TYPE('options.histogram', 'RecordableHistogram', histogram)
  /** @this {any} @param {any[]} args */
  function timed (...args) {
    const isNew = new.target !== undefined
    const startTime = performance.now()
    const done = () => {
      const duration = performance.now() - startTime
      histogram?.record(Math.max(1, Math.ceil(duration * 1e6)))
      for (const listener of [...listeners]) listener(Object.assign([...args], { name: fn.name, entryType: 'function', startTime, duration, detail: args }))
    }
    const result = isNew ? Reflect.construct(fn, args, fn) : Reflect.apply(fn, this, args)
    if (!isNew && typeof result?.finally === 'function') return result.finally(done)
    done()
    return result
  }
  Object.defineProperties(timed, {
    length: { value: fn.length, configurable: true, enumerable: true },
    name: { value: `timerified ${fn.name}`, configurable: true, enumerable: true }
  })
  return /** @type {any} */ (timed)
}

/** How much of the time the event loop has worked: engines tell no page, so all of it is 0, as in Node before the loop has begun. @returns {{ idle: number, active: number, utilization: number }} */
export function eventLoopUtilization () {
  return { idle: 0, active: 0, utilization: 0 }
}

// In Node they are methods of the clock.
for (const [name, value] of Object.entries({ timerify, eventLoopUtilization })) {
  if (!(name in performance)) Object.defineProperty(performance, name, { value, writable: true, configurable: true, enumerable: false })
}

/** Numbers of V8's garbage collections, which no other engine reports. */
export const constants = Object.freeze({
  NODE_PERFORMANCE_GC_MAJOR: 4,
  NODE_PERFORMANCE_GC_MINOR: 1,
  NODE_PERFORMANCE_GC_INCREMENTAL: 8,
  NODE_PERFORMANCE_GC_WEAKCB: 16,
  NODE_PERFORMANCE_GC_FLAGS_NO: 0,
  NODE_PERFORMANCE_GC_FLAGS_CONSTRUCT_RETAINED: 2,
  NODE_PERFORMANCE_GC_FLAGS_FORCED: 4,
  NODE_PERFORMANCE_GC_FLAGS_SYNCHRONOUS_PHANTOM_PROCESSING: 8,
  NODE_PERFORMANCE_GC_FLAGS_ALL_AVAILABLE_GARBAGE: 16,
  NODE_PERFORMANCE_GC_FLAGS_ALL_EXTERNAL_MEMORY: 32,
  NODE_PERFORMANCE_GC_FLAGS_SCHEDULE_IDLE: 64
})

export * as default from 'socket:perf_hooks'
