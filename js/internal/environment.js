/**
 * The environment of the app. What a page writes there is text and stays in the page.
 */
import args from 'socket:internal/args'

/** @type {Record<string, string | undefined>} */
export const env = new Proxy(/** @type {any} */ (args.env), {
  set (target, name, value) {
    if (typeof name === 'symbol' || typeof value === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string')
    target[name] = String(value)
    return true
  },
  defineProperty (target, name, descriptor) {
    return Reflect.defineProperty(target, name, { ...descriptor, value: String(descriptor.value) })
  }
})
