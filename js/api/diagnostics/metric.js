/**
 * Something that is counted or timed while it is switched on.
 */
export class Metric {
  /** What is known now. @type {Record<string, any>} */
  value = {}
  started = false

  /** Begins. */
  start () {
    if (this.started) return
    this.started = true
    this.init()
  }

  /** Ends; what was counted stays. */
  stop () {
    if (!this.started) return
    this.started = false
    this.destroy()
  }

  /** What a metric does to begin. */
  init () {}

  /** Takes in a new observation. @param {any} _observed */
  update (_observed) {}

  /** What a metric does to end. */
  destroy () {}

  toJSON () {
    return { ...this.value }
  }

  toString () {
    return JSON.stringify(this)
  }

  /** @returns {IterableIterator<[string, any]>} */
  [Symbol.iterator] () {
    return Object.entries(this.value)[Symbol.iterator]()
  }
}

export default { Metric }
