/**
 * Streams that become one when they are first used as one: most hashes and ciphers never are, and making a stream costs
 * more than a digest.
 */
import { Transform } from 'socket:stream'

const Base = /** @type {any} */ (Transform)

/** Options of the streams that are not there yet. @type {WeakMap<object, any>} */
const waiting = new WeakMap()

/** @param {any} of */
function begin (of) {
  const options = waiting.get(of)
  waiting.delete(of)
  Base.call(of, { ...options, decodeStrings: options?.decodeStrings ?? false })
  // Written text arrives as it is, so that its encoding is known.
  of._writableState.decodeStrings = options?.decodeStrings === true
  of._writableState.defaultEncoding = options?.defaultEncoding ?? 'utf8'
}

/** Called by a constructor in the place of Transform's. @param {object} of @param {any} options */
export function lazyTransform (of, options) {
  waiting.set(of, options)
}

const STATES = ['_readableState', '_writableState', '_events', '_eventsCount', '_maxListeners', 'allowHalfOpen']

/**
 * @param {Function} Class
 * @param {Record<string, Function>} methods
 */
lazyTransform.extend = (Class, methods) => {
  Object.setPrototypeOf(Class, Transform)
  Class.prototype = Object.create(Transform.prototype, { constructor: { value: Class, writable: true, configurable: true } })
  for (const name of STATES) {
    Object.defineProperty(Class.prototype, name, {
      configurable: true,
      get () {
        if (!waiting.has(this)) return undefined
        begin(this)
        return this[name]
      },
      set (value) {
        Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true })
      }
    })
  }
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(Class.prototype, name, { value, writable: true, configurable: true })
}
