/**
 * What a page does: frames, requests and workers, counted and published in channels (`window.fetch`, …).
 */
import { registry } from 'socket:diagnostics/channels'
import { Metric } from 'socket:diagnostics/metric'

const scope = /** @type {any} */ (globalThis)

/** Replaces a function of the page for as long as it is counted. */
class Patched extends Metric {
  /** @type {any} */
  #original
  #target
  #name

  /** @param {any} target @param {string} name @param {string} channel */
  constructor (target, name, channel) {
    super()
    this.#target = target
    this.#name = name
    this.channel = registry.channel(channel)
    this.value = { count: 0 }
  }

  init () {
    const original = this.#target?.[this.#name]
    if (typeof original !== 'function') return
    this.#original = original
    this.#target[this.#name] = this.wrap(original)
  }

  destroy () {
    if (this.#original) this.#target[this.#name] = this.#original
    this.#original = undefined
  }

  /** @param {any} _original @returns {any} what stands in its place */
  wrap (_original) {
    return _original
  }

  /** @param {any} observed */
  update (observed) {
    this.value.count++
    Object.assign(this.value, observed)
    this.channel.publish({ ...this.value })
  }
}

/** How many frames there are in a second. */
export class RequestAnimationFrameMetric extends Patched {
  #last = 0

  /** @param {object} [_options] */
  constructor (_options = undefined) {
    super(scope, 'requestAnimationFrame', 'window.requestAnimationFrame')
    this.value = { count: 0, rate: 0 }
  }

  /** @param {(callback: FrameRequestCallback) => number} original */
  wrap (original) {
    return (/** @type {FrameRequestCallback} */ callback) => original.call(globalThis, (time) => {
      const passed = time - this.#last
      this.#last = time
      if (passed > 0) this.update({ rate: 1000 / passed })
      callback(time)
    })
  }
}

/** Requests of `fetch`. */
export class FetchMetric extends Patched {
  /** @param {object} [_options] */
  constructor (_options = undefined) {
    super(scope, 'fetch', 'window.fetch')
  }

  /** @param {typeof fetch} original */
  wrap (original) {
    return async (/** @type {Parameters<typeof fetch>} */ ...args) => {
      const begin = performance.now()
      try {
        const response = await original.call(globalThis, ...args)
        this.update({ url: response.url, status: response.status, duration: performance.now() - begin })
        return response
      } catch (error) {
        this.update({ url: String(args[0]), status: 0, duration: performance.now() - begin })
        throw error
      }
    }
  }
}

/** Requests of `XMLHttpRequest`. */
export class XMLHttpRequestMetric extends Patched {
  /** @param {object} [_options] */
  constructor (_options = undefined) {
    super(scope.XMLHttpRequest?.prototype, 'send', 'window.XMLHttpRequest')
  }

  /** @param {Function} original */
  wrap (original) {
    const metric = this
    /** @this {XMLHttpRequest} @param {any[]} args */
    return function (...args) {
      const begin = performance.now()
      this.addEventListener('loadend', () => metric.update({ url: this.responseURL, status: this.status, duration: performance.now() - begin }), { once: true })
      return original.apply(this, args)
    }
  }
}

/** Workers that were started. */
export class WorkerMetric extends Patched {
  /** @param {object} [_options] */
  constructor (_options = undefined) {
    super(scope, 'Worker', 'window.Worker')
  }

  /** @param {any} Original */
  wrap (Original) {
    const metric = this
    return class Worker extends Original {
      /** @param {string | URL} url @param {any} [options] */
      constructor (url, options) {
        super(url, options)
        metric.update({ url: String(url) })
      }
    }
  }
}

class Metrics {
  requestAnimationFrame = new RequestAnimationFrameMetric()
  fetch = new FetchMetric()
  XMLHttpRequest = new XMLHttpRequestMetric()
  worker = new WorkerMetric()

  /** @param {string[]} which @returns {Metric[]} */
  #chosen (which) {
    return Object.entries(this).filter(([name]) => which.length === 0 || which.includes(name)).map(([, metric]) => metric)
  }

  /** Begins to count these, or all. @param {string[]} which */
  start (...which) {
    for (const metric of this.#chosen(which)) metric.start()
  }

  /** @param {string[]} which */
  stop (...which) {
    for (const metric of this.#chosen(which)) metric.stop()
  }

  toJSON () {
    return Object.fromEntries(Object.entries(this).map(([name, metric]) => [name, metric.toJSON()]))
  }
}

export const metrics = new Metrics()

export default { metrics }
