/**
 * The environment of the app. What a page writes there is text and stays in the page, and in threads that share it.
 */
import args from 'socket:internal/args'

/** What a thread was started with as `execArgv`; nothing in pages. @type {string[]} */
export const execArgv = []

/** Who hears of changes. @type {Set<(name: string, value: string | undefined) => void>} */
const observers = new Set()

/** Hears of changes. @param {(name: string, value: string | undefined) => void} observer @returns {() => void} hears no more */
export function observe (observer) {
  observers.add(observer)
  return () => { observers.delete(observer) }
}

/** Changes the environment for all but one of those who hear of changes. @param {string} name @param {string | undefined} value @param {Function} [from] */
export function change (name, value, from = undefined) {
  if (value === undefined) delete args.env[name]
  else args.env[name] = value
  for (const observer of observers) if (observer !== from) observer(name, value)
}

/** @type {Record<string, string | undefined>} */
export const env = new Proxy(/** @type {any} */ (args.env), {
  set (target, name, value) {
    if (typeof name === 'symbol' || typeof value === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string')
    change(name, String(value))
    return true
  },
  deleteProperty (target, name) {
    if (typeof name === 'string' && Object.hasOwn(target, name)) change(name, undefined)
    return true
  },
  defineProperty (target, name, descriptor) {
    const value = String(descriptor.value)
    const defined = Reflect.defineProperty(target, name, { ...descriptor, value })
    if (defined && typeof name === 'string') change(name, value)
    return defined
  }
})
