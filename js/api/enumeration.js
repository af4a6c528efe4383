/**
 * A set of names with a number each: `new Enumeration(['A', 'B']).B === 1`.
 */

/** @template T @extends {Set<T>} */
export class Enumeration extends Set {
  #start = 0
  #sealed = false

  /** @template V @param {Iterable<V>} values @param {{ start?: number }} [options] @returns {Enumeration<V> & Record<string, any>} */
  static from (values, options = undefined) {
    return /** @type {any} */ (new Enumeration(values, options))
  }

  /** @param {Iterable<T>} values @param {{ start?: number }} [options] the number of the first */
  constructor (values, options = { start: 0 }) {
    super()
    const start = options?.start ?? 0
    if (!Number.isInteger(start)) throw new TypeError(`Enumeration: options.start must be an integer, not ${String(start)}`)
    this.#start = start
    let number = start
    for (const value of values) {
      if (this.has(value)) throw new TypeError(`Enumeration: ${String(value)} is there twice`)
      super.add(value)
      const key = typeof value === 'symbol' ? value : String(value)
      Object.defineProperty(this, key, { value: number, enumerable: true })
      if (typeof value === 'string') Object.defineProperty(this, number, { value, enumerable: false })
      number++
    }
    this.#sealed = true
    Object.freeze(this)
  }

  get length () {
    return this.size
  }

  /** The number of a value. @param {T} value @returns {number | undefined} */
  value (value) {
    const at = [...this].indexOf(value)
    return at < 0 ? undefined : at + this.#start
  }

  /** Whether it is a value or a number of one. @param {any} value */
  contains (value) {
    return this.has(value) || this.at(value) !== undefined
  }

  /** The value of a number. @param {number} number @returns {T | undefined} */
  at (number) {
    return Number.isInteger(number) ? [...this][number - this.#start] : undefined
  }

  /** @returns {any} */
  #refuse () {
    throw new TypeError('An Enumeration cannot be changed: make another')
  }

  /** @param {T} value */
  add (value) {
    return this.#sealed ? this.#refuse() : super.add(value)
  }

  /** @param {T} _value */
  delete (_value) {
    return this.#refuse()
  }

  clear () {
    this.#refuse()
  }

  toJSON () {
    return [...this]
  }
}

export default Enumeration
