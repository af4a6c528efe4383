/**
 * Timers as objects, as Node has them, over the engine's numbers.
 */
import { keepContext } from 'socket:internal/async-context'
import { validateFunction } from 'socket:internal/validators'

// The engine's own, whatever a program or test puts in their place later.
const { setTimeout: start, clearTimeout: stop } = globalThis
const LIMIT = 2 ** 31 - 1
const disposer = /** @type {any} */ (Symbol).dispose ?? Symbol.for('nodejs.dispose')

/** Those that someone has asked the number of. @type {Map<number, Timeout>} */
const numbered = new Map()

/** @param {any} delay @returns {number} */
function milliseconds (delay) {
  const given = Number(delay)
  if (given >= 1 && given <= LIMIT) return Math.trunc(given)
  if (given > LIMIT) {
    const text = `${delay} does not fit into a 32-bit signed integer.\nTimeout duration was set to 1.`
    const process = /** @type {any} */ (globalThis).process
    if (typeof process?.emitWarning === 'function') process.emitWarning(text, 'TimeoutOverflowWarning')
    else console.warn(`TimeoutOverflowWarning: ${text}`)
  }
  return 1
}

export class Timeout {
  /** @type {any} */ #handle
  /** @type {number | undefined} */ #number
  #referenced = true
  #active = false
  #callback
  #args
  #delay
  #repeat

  /** @param {Function} callback @param {any[]} args @param {any} delay @param {boolean} repeat */
  constructor (callback, args, delay, repeat) {
    this.#callback = keepContext(callback)
    this.#args = args
    this.#delay = milliseconds(delay)
    this.#repeat = repeat
    this.#start()
  }

  #start () {
    if (this.#active) stop(this.#handle)
    this.#active = true
    this.#handle = start(() => this.#fire(), this.#delay)
    // Pages have nothing to keep alive; in Node a timer without reference must not.
    if (!this.#referenced) this.#handle.unref?.()
  }

  #fire () {
    const handle = this.#handle
    this.#active = false
    try {
      Reflect.apply(this.#callback, this, this.#args)
    } finally {
      // The callback may have ended it, or begun it anew.
      if (handle === this.#handle && !this.#active) {
        if (this.#repeat) this.#start()
        else this.#forget()
      }
    }
  }

  #forget () {
    if (this.#number !== undefined) numbered.delete(this.#number)
  }

  /** Begins the wait anew. */
  refresh () {
    if (this.#handle !== undefined || this.#active) this.#start()
    return this
  }

  ref () {
    this.#referenced = true
    if (this.#active) this.#handle.ref?.()
    return this
  }

  unref () {
    this.#referenced = false
    if (this.#active) this.#handle.unref?.()
    return this
  }

  hasRef () {
    return this.#referenced
  }

  close () {
    if (this.#active) stop(this.#handle)
    this.#active = false
    this.#handle = undefined
    this.#forget()
    return this
  }

  /** The number that the engine knows it by. */
  [Symbol.toPrimitive] () {
    if (this.#number === undefined) {
      this.#number = Number(this.#handle)
      if (this.#active) numbered.set(this.#number, this)
    }
    return this.#number
  }
}
Object.defineProperty(Timeout.prototype, disposer, {
  /** @this {Timeout} */
  value () {
    this.close()
  },
  writable: true,
  configurable: true
})

/** @type {Set<Immediate>} */
let queue = new Set()
/** Those whose turn it is. @type {Set<Immediate>} */
let due = new Set()
/** Calls back after the present events, before timers that wait. */
const { port1, port2 } = new MessageChannel()
// A Node process would stay for the sake of the port.
const holder = /** @type {any} */ (port1)
port1.onmessage = drain
holder.unref?.()

function drain () {
  due = queue
  queue = new Set()
  for (const immediate of due) {
    due.delete(immediate)
    // What one throws is reported and does not keep the others from running.
    if (due.size > 0 || queue.size > 0) {
      try {
        immediate.run()
      } catch (error) {
        start(() => { throw error }, 0)
      }
    } else {
      hold()
      immediate.run()
    }
  }
  hold()
}

/** Only in Node is there anything to keep alive. */
function hold () {
  if (typeof holder.ref !== 'function') return
  if ([...queue, ...due].some((immediate) => immediate.hasRef())) holder.ref()
  else holder.unref()
}

export class Immediate {
  #referenced = true
  #callback
  #args

  /** @param {Function} callback @param {any[]} args */
  constructor (callback, args) {
    this.#callback = keepContext(callback)
    this.#args = args
    if (queue.size === 0) port2.postMessage(null)
    queue.add(this)
    hold()
  }

  run () {
    Reflect.apply(this.#callback, this, this.#args)
  }

  ref () {
    this.#referenced = true
    hold()
    return this
  }

  unref () {
    this.#referenced = false
    hold()
    return this
  }

  hasRef () {
    return this.#referenced && (queue.has(this) || due.has(this))
  }

  close () {
    queue.delete(this)
    due.delete(this)
    hold()
  }
}
Object.defineProperty(Immediate.prototype, disposer, {
  /** @this {Immediate} */
  value () {
    this.close()
  },
  writable: true,
  configurable: true
})

/** @param {any} callback @param {any} [delay] @param {any[]} args */
export function setTimeout (callback, delay = undefined, ...args) {
  validateFunction(callback, 'callback')
  return new Timeout(callback, args, delay, false)
}

/** @param {any} callback @param {any} [delay] @param {any[]} args */
export function setInterval (callback, delay = undefined, ...args) {
  validateFunction(callback, 'callback')
  return new Timeout(callback, args, delay, true)
}

/** @param {any} callback @param {any[]} args */
export function setImmediate (callback, ...args) {
  validateFunction(callback, 'callback')
  return new Immediate(callback, args)
}

/** @param {any} number */
function clearNumber (number) {
  const timer = numbered.get(Number(number))
  if (timer) timer.close()
  else stop(number)
}

/** @param {any} [timer] a Timeout, or its number, or one of the engine's */
export function clearTimeout (timer = undefined) {
  if (timer instanceof Timeout) timer.close()
  else if (typeof timer === 'number' || typeof timer === 'string') clearNumber(timer)
  // In Node, where tests run, a timer of the engine is an object.
  else if (typeof timer?.hasRef === 'function' && !(timer instanceof Immediate)) stop(timer)
}

export { clearTimeout as clearInterval }

/** @param {any} [immediate] */
export function clearImmediate (immediate = undefined) {
  if (immediate instanceof Immediate) immediate.close()
}
