/**
 * Scripts in another realm, over a port: the side that asks, and the side that runs. Both may call the functions that they
 * were given.
 */
import { abortError } from 'socket:internal/error'
import { define } from 'socket:internal/errors'
import { applyContextDifferences, applyInputContextReferences, applyOutputContextReferences, findMessageTransfers, getReference } from 'socket:internal/vm/references'

export const ERR_VM_REFERENCE_UNKNOWN = define('ERR_VM_REFERENCE_UNKNOWN', Error, (/** @type {string} */ id) => `There is no function behind the reference ${id} any more`)

/** An error as another realm can be told it. @param {any} error */
function portable (error) {
  try {
    const copy = structuredClone(error)
    return { error: copy, code: error?.code }
  } catch {
    return { error: new Error(String(error?.message ?? error)), code: error?.code }
  }
}

/** @typedef {(script: { code: string, options: any, context: any }) => any} Run */

export class Link {
  /** @type {any} */
  #port
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: any) => void }>} */
  #waiting = new Map()
  #next = 0
  #over = false
  /** Contexts of the asking side have numbers; the running side has an object for each. @type {WeakMap<object, number>} */
  #numbers = new WeakMap()
  /** @type {Map<number, any>} */
  #contexts = new Map()
  #contextCount = 0
  /** @type {FinalizationRegistry<number>} */
  #forgotten = new FinalizationRegistry((context) => { if (!this.#over) this.#port.postMessage({ forget: context }) })

  /** @param {any} port @param {Run} [run] of the side that runs */
  constructor (port, run = undefined) {
    this.#port = port
    port.addEventListener('message', (/** @type {any} */ { data }) => this.#hear(data, run))
    port.start?.()
  }

  /** @param {any} data @param {Run | undefined} run */
  async #hear (data, run) {
    if ('forget' in data) return this.#contexts.delete(data.forget)
    if ('answer' in data) {
      const waiting = this.#waiting.get(data.answer)
      this.#waiting.delete(data.answer)
      if (waiting === undefined) return
      if (!('error' in data)) return waiting.resolve(data)
      if (data.code !== undefined && data.error !== null && typeof data.error === 'object') data.error.code ??= data.code
      return waiting.reject(data.error)
    }
    let answer
    try {
      answer = 'call' in data ? await this.#called(data) : await this.#run(data, run)
    } catch (error) {
      answer = portable(error)
    }
    if (this.#over) return
    try {
      this.#port.postMessage({ answer: data.number, ...answer }, findMessageTransfers([], answer))
    } catch (error) {
      this.#port.postMessage({ answer: data.number, ...portable(error) })
    }
  }

  /** @param {any} data */
  async #called ({ call, args }) {
    const fn = getReference(call)?.value
    if (typeof fn !== 'function') throw new ERR_VM_REFERENCE_UNKNOWN(call)
    return { value: applyInputContextReferences(await fn(...this.#read(args))) }
  }

  /** @param {any} data @param {Run | undefined} run */
  async #run ({ code, options, context: number, values }, run) {
    if (run === undefined) throw new Error('this side of the port runs no scripts')
    const context = this.#contexts.get(number) ?? {}
    this.#contexts.set(number, context)
    applyContextDifferences(context, this.#read(values))
    const value = await run({ code, options, context })
    return { value: applyInputContextReferences(value), values: applyInputContextReferences({ ...context }) }
  }

  /** @param {any} value */
  #read (value) {
    return applyOutputContextReferences(value, (id, args) => this.call(id, args))
  }

  /** @param {any} message @returns {Promise<any>} */
  #ask (message) {
    if (this.#over) return Promise.reject(abortError(undefined))
    const number = ++this.#next
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject })
      try {
        this.#port.postMessage({ number, ...message }, findMessageTransfers([], message))
      } catch (error) {
        this.#waiting.delete(number)
        reject(error)
      }
    })
  }

  /** Calls a function of the other side. @param {string} id @param {any[]} args @returns {Promise<any>} */
  async call (id, args) {
    const { value } = await this.#ask({ call: id, args: applyInputContextReferences(args) })
    return this.#read(value)
  }

  /** Runs a script on the other side. @param {string} code @param {Record<string, any>} context @param {any} options @returns {Promise<any>} */
  async run (code, context, options) {
    let number = this.#numbers.get(context)
    if (number === undefined) {
      number = ++this.#contextCount
      this.#numbers.set(context, number)
      this.#forgotten.register(context, number)
    }
    const { value, values } = await this.#ask({ code, options, context: number, values: applyInputContextReferences({ ...context }) })
    applyContextDifferences(context, this.#read(values))
    return this.#read(value)
  }

  /** Whoever waits hears that it is over. */
  end () {
    if (this.#over) return
    this.#over = true
    for (const { reject } of this.#waiting.values()) reject(abortError(undefined))
    this.#waiting.clear()
    this.#port.close?.()
  }

  get over () {
    return this.#over
  }
}
