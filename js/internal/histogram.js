/**
 * Counts of values in ranges that grow with them, so that each is known to the same number of figures: an HDR histogram, as
 * Node's `perf_hooks` has them, with the same answers.
 */
import { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE_RANGE, ERR_INVALID_THIS, ERR_OUT_OF_RANGE } from 'socket:internal/errors'
import { validateInteger, validateNumber, validateObject } from 'socket:internal/validators'

/** What the smallest of no values is. */
const NONE = 0x7fffffffffffffffn
const inside = Symbol('made by this module')

/** The counts themselves. */
export class Counts {
  /** @type {Map<number, number>} */
  #counts = new Map()
  /** Indexes in order, until another one comes. @type {number[] | undefined} */
  #order
  #unit
  #half
  #highestKept
  #min = Infinity
  #max = 0
  /** How many have a place. */
  #total = 0
  /** How many were recorded, with those of others that had none. */
  count = 0
  exceeds = 0

  /** @param {number} lowest @param {number} highest @param {number} figures */
  constructor (lowest, highest, figures) {
    /** Of the ranges in a bucket, half of the lowest one's. A power of two. */
    this.#half = Math.ceil(Math.log2(2 * 10 ** figures)) - 1
    this.#unit = Math.floor(Math.log2(lowest))
    this.#highestKept = highest
  }

  /** @param {number} value @returns {[bucket: number, place: number]} */
  #where (value) {
    const bits = Math.max(value === 0 ? 0 : Math.floor(Math.log2(value)) + 1, this.#half + 1 + this.#unit)
    // The logarithm of what is just below a power of two may be that of the power.
    const exact = value < 2 ** (bits - 1) && bits > this.#half + 1 + this.#unit ? bits - 1 : value >= 2 ** bits ? bits + 1 : bits
    const bucket = exact - this.#unit - (this.#half + 1)
    return [bucket, Math.floor(value / 2 ** (bucket + this.#unit))]
  }

  /** @param {number} value @returns {[lowest: number, size: number]} the range that it is in */
  #range (value) {
    const [bucket, place] = this.#where(value)
    const size = 2 ** (this.#unit + (place >= 2 ** (this.#half + 1) ? bucket + 1 : bucket))
    return [place * 2 ** (bucket + this.#unit), size]
  }

  /** @param {number} value */
  #highest (value) {
    const [lowest, size] = this.#range(value)
    return lowest + size - 1
  }

  /** @param {number} index */
  #valueAt (index) {
    const half = 2 ** this.#half
    const bucket = Math.floor(index / half) - 1
    return bucket < 0 ? (index % half) * 2 ** this.#unit : (index % half + half) * 2 ** (bucket + this.#unit)
  }

  /** @returns {number[]} */
  #sorted () {
    return (this.#order ??= [...this.#counts.keys()].sort((a, b) => a - b))
  }

  /** @param {number} value */
  record (value) {
    if (this.#put(value, 1)) this.count++
    else this.exceeds++
  }

  /** @param {number} value @param {number} times @returns {boolean} whether it has a place */
  #put (value, times) {
    const [bucket, place] = this.#where(value)
    const index = (bucket + 1) * 2 ** this.#half + place - 2 ** this.#half
    if (value < 0 || value > this.#highestKept) return false
    const before = this.#counts.get(index)
    if (before === undefined) this.#order = undefined
    this.#counts.set(index, (before ?? 0) + times)
    this.#total += times
    if (value !== 0 && value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
    return true
  }

  /** @param {Counts} other */
  add (other) {
    for (const index of other.#sorted()) this.#put(other.#valueAt(index), /** @type {number} */ (other.#counts.get(index)))
    // As in Node: what has no place here is counted all the same.
    this.count += other.count
    this.exceeds += other.exceeds
  }

  reset () {
    this.#counts.clear()
    this.#order = undefined
    this.#total = this.count = this.exceeds = 0
    this.#min = Infinity
    this.#max = 0
  }

  /** @returns {bigint} */
  get min () {
    if (this.#counts.has(0)) return 0n
    return this.#min === Infinity ? NONE : BigInt(this.#range(this.#min)[0])
  }

  get max () {
    return this.#max === 0 ? 0 : this.#highest(this.#max)
  }

  /** @param {(value: number, count: number) => void} visit */
  #each (visit) {
    for (const index of this.#sorted()) {
      const [lowest, size] = this.#range(this.#valueAt(index))
      visit(lowest + Math.floor(size / 2), /** @type {number} */ (this.#counts.get(index)))
    }
  }

  get mean () {
    let total = 0
    this.#each((value, count) => { total += value * count })
    return total / this.#total
  }

  get stddev () {
    const { mean } = this
    let total = 0
    this.#each((value, count) => { total += (value - mean) ** 2 * count })
    return Math.sqrt(total / this.#total)
  }

  /** @param {number} percentile */
  percentile (percentile) {
    const wanted = Math.max(1, Math.floor(Math.min(percentile, 100) / 100 * this.#total + 0.5))
    let seen = 0
    for (const index of this.#sorted()) {
      seen += /** @type {number} */ (this.#counts.get(index))
      if (seen >= wanted) return this.#highest(this.#valueAt(index))
    }
    return this.#highest(0)
  }

  /** Those that halve what is left above them. @returns {[percentile: number, value: number][]} */
  percentiles () {
    /** @type {[number, number][]} */
    const found = []
    let [seen, next, value] = [0, 0, 0]
    for (const index of this.#sorted()) {
      seen += /** @type {number} */ (this.#counts.get(index))
      value = this.#valueAt(index)
      while (next <= 100 * seen / this.#total) {
        found.push([next, value])
        next += 100 / 2 ** (Math.trunc(Math.log(100 / (100 - next)) / Math.log(2)) + 1)
        // The last one ends it.
        if (seen >= this.#total) break
      }
    }
    found.push([100, value])
    return found
  }
}

export class Histogram {
  /** @type {Counts} */
  #counts

  /** @param {symbol} token @param {Counts} counts */
  constructor (token, counts) {
    if (token !== inside) throw new ERR_ILLEGAL_CONSTRUCTOR()
    this.#counts = counts
  }

  /** For classes of this file. @param {any} histogram @param {string} name @returns {Counts} */
  static counts (histogram, name) {
    if (typeof histogram !== 'object' || histogram === null || !(#counts in histogram)) throw new ERR_INVALID_THIS(name)
    return histogram.#counts
  }

  /** How many values it has. */
  get count () { return Histogram.counts(this, 'Histogram').count }
  get countBigInt () { return BigInt(this.count) }
  /** The smallest; of none, a number that is larger than all. */
  get min () { return Number(Histogram.counts(this, 'Histogram').min) }
  get minBigInt () { return Histogram.counts(this, 'Histogram').min }
  get max () { return Histogram.counts(this, 'Histogram').max }
  get maxBigInt () { return BigInt(this.max) }
  get mean () { return Histogram.counts(this, 'Histogram').mean }
  get stddev () { return Histogram.counts(this, 'Histogram').stddev }
  /** How many were too large. */
  get exceeds () { return Histogram.counts(this, 'Histogram').exceeds }
  get exceedsBigInt () { return BigInt(this.exceeds) }
  /** Values by percentiles. @returns {Map<number, number>} */
  get percentiles () { return new Map(Histogram.counts(this, 'Histogram').percentiles()) }
  /** @returns {Map<number, bigint>} */
  get percentilesBigInt () { return new Map(Histogram.counts(this, 'Histogram').percentiles().map(([at, value]) => [at, BigInt(value)])) }

  /** The value that so many of a hundred do not exceed. @param {number} percentile above 0, at most 100 @returns {number} */
  percentile (percentile) {
    const counts = Histogram.counts(this, 'Histogram')
    validateNumber(percentile, 'percentile')
    if (Number.isNaN(percentile) || percentile <= 0 || percentile > 100) throw new ERR_OUT_OF_RANGE('percentile', '> 0 && <= 100', percentile)
    return counts.percentile(percentile)
  }

  /** @param {number} percentile @returns {bigint} */
  percentileBigInt (percentile) {
    return BigInt(this.percentile(percentile))
  }

  /** Forgets all values. */
  reset () {
    Histogram.counts(this, 'Histogram').reset()
  }

  toJSON () {
    const { count, min, max, mean, exceeds, stddev, percentiles } = this
    return { count, min, max, mean, exceeds, stddev, percentiles: Object.fromEntries(percentiles) }
  }

  /** @param {number} depth @param {any} options @param {(value: any, options: any) => string} inspect */
  [Symbol.for('nodejs.util.inspect.custom')] (depth, options, inspect) {
    if (depth < 0) return this
    const { min, max, mean, exceeds, stddev, count, percentiles } = this
    return `Histogram ${inspect({ min, max, mean, exceeds, stddev, count, percentiles }, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`
  }
}

/** Nanoseconds since some moment. */
const now = () => Math.round(performance.now() * 1e6)

export class RecordableHistogram extends Histogram {
  #previous = 0

  /** @param {number | bigint} val a whole number above 0 */
  record (val) {
    const counts = Histogram.counts(this, 'RecordableHistogram')
    if (typeof val === 'bigint') {
      counts.record(Number(val))
      return
    }
    validateInteger(val, 'val', 1)
    counts.record(val)
  }

  /** Counts the nanoseconds since it was called before. */
  recordDelta () {
    const [counts, time] = [Histogram.counts(this, 'RecordableHistogram'), now()]
    if (this.#previous > 0) counts.record(time - this.#previous)
    this.#previous = time
  }

  /** Adds the values of another one. @param {RecordableHistogram} other */
  add (other) {
    const counts = Histogram.counts(this, 'RecordableHistogram')
    if (!(other instanceof RecordableHistogram)) throw new ERR_INVALID_ARG_TYPE('other', 'RecordableHistogram', other)
    counts.add(Histogram.counts(other, 'RecordableHistogram'))
  }
}

/** How late the event loop is: each turn of a timer is a value. */
export class IntervalHistogram extends Histogram {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer
  #resolution

  /** @param {symbol} token @param {Counts} counts @param {number} resolution milliseconds */
  constructor (token, counts, resolution) {
    super(token, counts)
    this.#resolution = resolution
  }

  /** Begins. @returns {boolean} whether it had not */
  enable () {
    const counts = Histogram.counts(this, 'ELDHistogram')
    if (this.#timer !== undefined) return false
    let before = now()
    this.#timer = setInterval(() => {
      const time = now()
      if (time > before) counts.record(time - before)
      before = time
    }, this.#resolution)
    // Node's does not keep a program running.
    ;/** @type {any} */ (this.#timer).unref?.()
    return true
  }

  /** Ends. @returns {boolean} whether it had begun */
  disable () {
    Histogram.counts(this, 'ELDHistogram')
    if (this.#timer === undefined) return false
    clearInterval(this.#timer)
    this.#timer = undefined
    return true
  }
}

/**
 * Makes a histogram for values of the program's own.
 *
 * @param {{ lowest?: number | bigint, highest?: number | bigint, figures?: number }} [options] the smallest and largest value that are told apart, and to how many figures
 * @returns {RecordableHistogram}
 */
export function createHistogram (options = {}) {
  validateObject(options, 'options')
  const { lowest = 1, highest = Number.MAX_SAFE_INTEGER, figures = 3 } = options
  if (typeof lowest !== 'bigint') validateInteger(lowest, 'options.lowest', 1, Number.MAX_SAFE_INTEGER)
  if (typeof highest !== 'bigint') validateInteger(highest, 'options.highest', 2 * /** @type {number} */ (lowest), Number.MAX_SAFE_INTEGER)
  else if (highest < 2n * /** @type {bigint} */ (lowest)) throw new ERR_INVALID_ARG_VALUE_RANGE('options.highest', highest)
  validateInteger(figures, 'options.figures', 1, 5)
  return new RecordableHistogram(inside, new Counts(Number(lowest), Number(highest), figures))
}

/** Makes a histogram of how late the event loop is. @param {{ resolution?: number }} [options] milliseconds between two looks @returns {IntervalHistogram} */
export function monitorEventLoopDelay (options = {}) {
  validateObject(options, 'options')
  const { resolution = 10 } = options
  validateInteger(resolution, 'options.resolution', 1)
  return new IntervalHistogram(inside, new Counts(1, 3.6e12, 3), resolution)
}
