/**
 * What the script of a service worker works with. WebKit registers service workers for http alone, so none answers for the files of
 * an app; the classes are the engine's where it has them, and else work with any `EventTarget` that a program sends them to.
 */
import { ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { Environment as Shared } from 'socket:internal/worker-environment'

/** Values that the pages and workers of an app share and that stay: `Environment.open({ scope })`, then `context`. */
export class Environment extends Shared {
  static kind = 'service-worker'
}

/** Values that pages and workers have in common. */
export const env = Object.freeze({
  /** As `Environment.open`. @param {import('socket:internal/worker-environment').EnvironmentOptions} [options] */
  open: (options) => Environment.open(options)
})

/** @param {string} message */
const invalid = (message) => new DOMException(message, 'InvalidStateError')

class OwnExtendableEvent extends Event {
  /** @type {Set<Promise<unknown>>} */
  #pending = new Set()
  /** @type {unknown[]} */
  #failed = []

  /** Keeps the event open until a promise has settled. @param {unknown} promise */
  waitUntil (promise) {
    // Listeners run, or an earlier promise is still open.
    if (this.eventPhase === Event.NONE && this.#pending.size === 0) throw invalid('The event is over: waitUntil() comes too late')
    const work = Promise.resolve(promise)
    this.#pending.add(work)
    work.then(() => this.#pending.delete(work), (error) => {
      this.#failed.push(error)
      this.#pending.delete(work)
    })
  }

  /** How many promises are open. */
  get pendingPromiseCount () {
    return this.#pending.size
  }

  /** Waits for all promises; rejects with the first error among them. @returns {Promise<void>} */
  async awaiting () {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending)
    if (this.#failed.length > 0) throw this.#failed[0]
  }
}

/** @typedef {EventInit & { request: Request, clientId?: string, resultingClientId?: string, replacesClientId?: string, preloadResponse?: Promise<any>, handled?: Promise<void> }} FetchEventOptions */

class OwnFetchEvent extends OwnExtendableEvent {
  /** @type {Promise<Response> | undefined} */
  #response
  /** @type {(value?: any) => void} */
  #done = () => {}
  /** @type {(error: any) => void} */
  #broken = () => {}

  /** @param {string} type @param {FetchEventOptions} options */
  constructor (type, options) {
    super(type, { cancelable: true, ...options })
    if (!(options?.request instanceof Request)) throw new ERR_INVALID_ARG_TYPE('options.request', 'Request', options?.request)
    this.request = options.request
    this.clientId = options.clientId ?? ''
    this.resultingClientId = options.resultingClientId ?? ''
    this.replacesClientId = options.replacesClientId ?? ''
    this.preloadResponse = options.preloadResponse ?? Promise.resolve(undefined)
    /** Settles when the request has been answered. @type {Promise<void>} */
    this.handled = options.handled ?? new Promise((resolve, reject) => {
      this.#done = resolve
      this.#broken = reject
    })
    this.handled.catch(() => {})
  }

  /** Answers the request. @param {Response | PromiseLike<Response>} response */
  respondWith (response) {
    if (this.eventPhase === Event.NONE) throw invalid('The event is over: respondWith() comes too late')
    if (this.#response !== undefined) throw invalid('respondWith() was called already')
    this.stopImmediatePropagation()
    this.preventDefault()
    this.#response = Promise.resolve(response).then((found) => {
      if (!(found instanceof Response)) throw new ERR_INVALID_ARG_TYPE('response', 'Response', found)
      this.#done()
      return found
    }).catch((error) => {
      this.#broken(error)
      throw error
    })
    this.waitUntil(this.#response.catch(() => {}))
  }

  /** For who sent the event: what a listener answered; undefined when none did. @returns {Promise<Response | undefined>} */
  async response () {
    if (this.#response === undefined) this.#done()
    return this.#response
  }
}

const engine = /** @type {any} */ (globalThis)
/** @param {any} Class @param {string} name */
const named = (Class, name) => Object.defineProperty(Class, 'name', { value: name })

/** An event that lasts until the promises given to `waitUntil` have settled. @type {typeof OwnExtendableEvent} */
export const ExtendableEvent = engine.ExtendableEvent ?? named(OwnExtendableEvent, 'ExtendableEvent')

/** A request that a listener may answer with `respondWith`. @type {typeof OwnFetchEvent} */
export const FetchEvent = engine.FetchEvent ?? named(OwnFetchEvent, 'FetchEvent')

/** What a handler `fetch(request, env, context)` gets beside the request: the event, in few words. */
export class Context {
  #event
  #passes = false

  /** @param {InstanceType<typeof OwnExtendableEvent>} event */
  constructor (event) {
    if (!(event instanceof ExtendableEvent)) throw new ERR_INVALID_ARG_TYPE('event', 'ExtendableEvent', event)
    this.#event = event
    /** For the handler's own use. @type {Record<string, any>} */
    this.data = {}
  }

  /** The event itself. */
  get event () { return this.#event }

  /** Settles when the request has been answered. @returns {Promise<void>} */
  get handled () { return /** @type {any} */ (this.#event).handled ?? Promise.resolve() }

  /** Whether a handler that throws leaves the request to others. */
  get passesThrough () { return this.#passes }

  /** Keeps the event open. @param {unknown} promise */
  waitUntil (promise) { this.#event.waitUntil(promise) }

  /** A handler that throws leaves the request to others. */
  passThroughOnException () { this.#passes = true }
}

export default { Context, Environment, ExtendableEvent, FetchEvent, env }
