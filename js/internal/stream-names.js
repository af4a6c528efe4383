/**
 * Names of `socket:stream` that apps of earlier versions know beside Node's.
 */

/** A queue in memory of a fixed size. @template T */
export class FixedFIFO {
  #top = 0
  #bottom = 0
  /** @type {(T | undefined)[]} */
  #items
  /** @type {FixedFIFO<T> | null} */
  next = null

  /** @param {number} highWaterMark how many there may be: a power of two */
  constructor (highWaterMark) {
    if (!(highWaterMark > 0) || ((highWaterMark - 1) & highWaterMark) !== 0) throw new Error('Max size for a FixedFIFO should be a power of two')
    this.#items = new Array(highWaterMark)
  }

  /** @param {T} item @returns {boolean} false: it is full */
  push (item) {
    if (this.#items[this.#top] !== undefined) return false
    this.#items[this.#top] = item
    this.#top = (this.#top + 1) % this.#items.length
    return true
  }

  /** @returns {T | undefined} the oldest */
  shift () {
    const item = this.#items[this.#bottom]
    if (item === undefined) return undefined
    this.#items[this.#bottom] = undefined
    this.#bottom = (this.#bottom + 1) % this.#items.length
    return item
  }

  /** @returns {T | undefined} */
  peek () {
    return this.#items[this.#bottom]
  }

  isEmpty () {
    return this.#items[this.#bottom] === undefined
  }

  clear () {
    this.#top = this.#bottom = 0
    this.next = null
    this.#items.fill(undefined)
  }
}

/** A queue that grows. @template T */
export class FastFIFO {
  #size
  /** @type {FixedFIFO<T>} */
  #head
  /** @type {FixedFIFO<T>} */
  #tail
  length = 0

  /** @param {number} [highWaterMark] of its first piece */
  constructor (highWaterMark = 16) {
    this.#size = highWaterMark
    this.#head = this.#tail = new FixedFIFO(highWaterMark)
  }

  /** @param {T} item */
  push (item) {
    this.length++
    if (this.#head.push(item)) return
    const next = new FixedFIFO(this.#size *= 2)
    this.#head.next = next
    this.#head = next
    next.push(item)
  }

  /** @returns {T | undefined} the oldest */
  shift () {
    if (this.length === 0) return undefined
    this.length--
    if (this.#tail.isEmpty() && this.#tail.next !== null) this.#tail = this.#tail.next
    return this.#tail.shift()
  }

  /** @returns {T | undefined} */
  peek () {
    return this.#tail.peek() ?? this.#tail.next?.peek()
  }

  isEmpty () {
    return this.length === 0
  }

  clear () {
    this.#head = this.#tail = new FixedFIFO(this.#size)
    this.length = 0
  }
}

/** What a transform has in hand. */
export class TransformState {
  /** @type {unknown} */
  data = null

  /** @param {any} stream */
  constructor (stream) {
    this.stream = stream
  }
}
