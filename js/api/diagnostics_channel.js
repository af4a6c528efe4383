/**
 * Named channels for messages about what happens, as Node's `diagnostics_channel`.
 */
import { ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { validateFunction } from 'socket:internal/validators'

/** @typedef {string | symbol} Name */
/** @typedef {(message: any, name: Name) => void} Subscriber */
/** @typedef {{ run (store: any, callback: () => any): any }} Store */

/** Errors of subscribers are the program's, not the publisher's. @param {unknown} error */
function report (error) {
  queueMicrotask(() => { throw error })
}

export class Channel {
  /** @type {Subscriber[]} */ #subscribers = []
  /** @type {Map<Store, ((message: any) => any) | undefined>} */ #stores = new Map()

  /** @param {Name} name */
  constructor (name) {
    this.name = name
  }

  /** @param {Subscriber} subscription */
  subscribe (subscription) {
    validateFunction(subscription, 'subscription')
    // A new list, so that one who subscribes during a message does not hear it.
    this.#subscribers = [...this.#subscribers, subscription]
  }

  /** @param {Subscriber} subscription */
  unsubscribe (subscription) {
    const at = this.#subscribers.indexOf(subscription)
    if (at < 0) return false
    this.#subscribers = this.#subscribers.toSpliced(at, 1)
    return true
  }

  /** @param {Store} store @param {(message: any) => any} [transform] */
  bindStore (store, transform = undefined) {
    this.#stores.set(store, transform)
  }

  /** @param {Store} store */
  unbindStore (store) {
    return this.#stores.delete(store)
  }

  get hasSubscribers () {
    return this.#subscribers.length > 0 || this.#stores.size > 0
  }

  /** @param {any} data */
  publish (data) {
    for (const subscriber of this.#subscribers) {
      try {
        subscriber(data, this.name)
      } catch (error) {
        report(error)
      }
    }
  }

  /** @template R @param {any} data @param {(...args: any[]) => R} fn @param {any} [thisArg] @param {any[]} args @returns {R} */
  runStores (data, fn, thisArg, ...args) {
    let run = () => {
      this.publish(data)
      return Reflect.apply(fn, thisArg, args)
    }
    for (const [store, transform] of this.#stores) {
      const inner = run
      run = () => {
        let value = data
        try {
          if (transform) value = transform(data)
        } catch (error) {
          report(error)
          return inner()
        }
        return store.run(value, inner)
      }
    }
    return run()
  }
}

/** Channels that someone holds or has subscribed to: the rest may be collected. @type {Map<Name, WeakRef<Channel>>} */
const channels = new Map()
/** @type {FinalizationRegistry<Name>} */
const collected = new FinalizationRegistry((name) => {
  if (channels.get(name)?.deref() === undefined) channels.delete(name)
})
/** @type {Set<Channel>} */
const held = new Set()

/** @param {Name} name @returns {Channel} */
export function channel (name) {
  const known = channels.get(name)?.deref()
  if (known) return known
  if (typeof name !== 'string' && typeof name !== 'symbol') throw new ERR_INVALID_ARG_TYPE('channel', ['string', 'symbol'], name)
  const made = new Named(name)
  channels.set(name, new WeakRef(made))
  collected.register(made, name)
  return made
}

/** One that can be found by its name, and stays for as long as it has subscribers or stores. */
class Named extends Channel {
  #keep () {
    if (this.hasSubscribers) held.add(this)
    else held.delete(this)
  }

  /** @param {Subscriber} subscription */
  subscribe (subscription) {
    super.subscribe(subscription)
    this.#keep()
  }

  /** @param {Subscriber} subscription */
  unsubscribe (subscription) {
    const found = super.unsubscribe(subscription)
    this.#keep()
    return found
  }

  /** @param {Store} store @param {(message: any) => any} [transform] */
  bindStore (store, transform = undefined) {
    super.bindStore(store, transform)
    this.#keep()
  }

  /** @param {Store} store */
  unbindStore (store) {
    const found = super.unbindStore(store)
    this.#keep()
    return found
  }
}
Object.defineProperty(Named, 'name', { value: 'Channel' })

/** @param {Name} name @param {Subscriber} subscription */
export function subscribe (name, subscription) {
  channel(name).subscribe(subscription)
}

/** @param {Name} name @param {Subscriber} subscription */
export function unsubscribe (name, subscription) {
  return channel(name).unsubscribe(subscription)
}

/** @param {Name} name */
export function hasSubscribers (name) {
  return channels.get(name)?.deref()?.hasSubscribers ?? false
}

/** @type {['start', 'end', 'asyncStart', 'asyncEnd', 'error']} */
const EVENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error']

class TracingChannel {
  /** @param {any} given a name, or the five channels */
  constructor (given) {
    for (const event of EVENTS) {
      const each = typeof given === 'string' ? channel(`tracing:${given}:${event}`) : given[event]
      if (!(each instanceof Channel)) throw new ERR_INVALID_ARG_TYPE(`nameOrChannels.${event}`, ['Channel'], each)
      Object.defineProperty(this, event, { value: each, writable: true, configurable: true, enumerable: false })
    }
  }

  /** @param {typeof EVENTS[number]} event @returns {Channel} */
  #of (event) {
    return /** @type {any} */ (this)[event]
  }

  get hasSubscribers () {
    return EVENTS.some((event) => this.#of(event).hasSubscribers)
  }

  /** @param {Record<string, any>} handlers */
  subscribe (handlers) {
    for (const event of EVENTS) if (handlers[event]) this.#of(event).subscribe(handlers[event])
  }

  /** @param {Record<string, any>} handlers @returns {boolean} whether all were subscribed */
  unsubscribe (handlers) {
    return EVENTS.filter((event) => handlers[event] && !this.#of(event).unsubscribe(handlers[event])).length === 0
  }

  /** @param {Record<string, any>} context @param {unknown} error */
  #fail (context, error) {
    context.error = error
    this.#of('error').publish(context)
  }

  /** @template R @param {(...args: any[]) => R} fn @param {Record<string, any>} [context] @param {any} [thisArg] @param {any[]} args @returns {R} */
  traceSync (fn, context = {}, thisArg, ...args) {
    if (!this.hasSubscribers) return Reflect.apply(fn, thisArg, args)
    return this.#of('start').runStores(context, () => {
      try {
        const result = Reflect.apply(fn, thisArg, args)
        context.result = result
        return result
      } catch (error) {
        this.#fail(context, error)
        throw error
      } finally {
        this.#of('end').publish(context)
      }
    })
  }

  /** @template R @param {(...args: any[]) => Promise<R> | R} fn @param {Record<string, any>} [context] @param {any} [thisArg] @param {any[]} args @returns {Promise<R>} */
  tracePromise (fn, context = {}, thisArg, ...args) {
    if (!this.hasSubscribers) return /** @type {any} */ (Reflect.apply(fn, thisArg, args))
    const settled = () => {
      this.#of('asyncStart').publish(context)
      this.#of('asyncEnd').publish(context)
    }
    return this.#of('start').runStores(context, () => {
      try {
        let promise = Reflect.apply(fn, thisArg, args)
        if (!(promise instanceof Promise)) promise = Promise.resolve(promise)
        return promise.then((/** @type {any} */ result) => {
          context.result = result
          settled()
          return result
        }, (/** @type {any} */ error) => {
          this.#fail(context, error)
          settled()
          return Promise.reject(error)
        })
      } catch (error) {
        this.#fail(context, error)
        throw error
      } finally {
        this.#of('end').publish(context)
      }
    })
  }

  /** @template R @param {(...args: any[]) => R} fn @param {number} [position] of the callback among the arguments @param {Record<string, any>} [context] @param {any} [thisArg] @param {any[]} args @returns {R} */
  traceCallback (fn, position = -1, context = {}, thisArg, ...args) {
    if (!this.hasSubscribers) return Reflect.apply(fn, thisArg, args)
    const trace = this
    const callback = args.at(position)
    validateFunction(callback, 'callback')
    /** @this {any} @param {any[]} given */
    function traced (...given) {
      const [error, result] = given
      if (error) trace.#fail(context, error)
      else context.result = result
      trace.#of('asyncStart').runStores(context, () => {
        try {
          Reflect.apply(callback, this, given)
        } finally {
          trace.#of('asyncEnd').publish(context)
        }
      })
    }
    args.splice(position, 1, traced)
    return this.#of('start').runStores(context, () => {
      try {
        return Reflect.apply(fn, thisArg, args)
      } catch (error) {
        this.#fail(context, error)
        throw error
      } finally {
        this.#of('end').publish(context)
      }
    })
  }
}

/** @param {string | Record<string, Channel>} nameOrChannels */
export function tracingChannel (nameOrChannels) {
  if (typeof nameOrChannels !== 'string' && (typeof nameOrChannels !== 'object' || nameOrChannels === null)) {
    throw new ERR_INVALID_ARG_TYPE('nameOrChannels', ['string', 'TracingChannel', 'Object'], nameOrChannels)
  }
  return /** @type {TracingChannel & Record<typeof EVENTS[number], Channel>} */ (new TracingChannel(nameOrChannels))
}

export default { channel, hasSubscribers, subscribe, tracingChannel, unsubscribe, Channel }
