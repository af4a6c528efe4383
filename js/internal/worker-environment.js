/**
 * Values that the pages and workers of an app share under a name: at hand at once, kept in IndexedDB, and told to all by a
 * `BroadcastChannel`. Who writes last is right.
 */
import { ERR_FEATURE_UNAVAILABLE_ON_PLATFORM, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE } from 'socket:internal/errors'
import { validateObject, validateString } from 'socket:internal/validators'

const DATABASE = 'socket:environments'
const STORE = 'values'

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const answer = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error)
})

/** @type {Promise<IDBDatabase> | undefined} */
let database

/** @returns {Promise<IDBDatabase>} */
function open () {
  if (typeof indexedDB === 'undefined' || typeof BroadcastChannel === 'undefined') throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('Environment', 'a realm without IndexedDB')
  if (database === undefined) {
    const request = indexedDB.open(DATABASE, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE)
    database = answer(request)
    // The next who asks tries again.
    database.catch(() => { database = undefined })
  }
  return database
}

/** @typedef {{ scope?: string }} EnvironmentOptions scope: whose values they are; by default those of all of the app */

/** What an environment tells its listeners: `event.key`, and `event.value` where there is one. */
class EnvironmentEvent extends Event {
  /** @param {string} type @param {string} key @param {any} value */
  constructor (type, key, value) {
    super(type)
    this.key = key
    this.value = value
  }
}

/** @type {Map<string, Promise<any>>} */
const opened = new Map()

/** Values that the pages and workers of an app share, kept between its runs: `context` has them as properties. Events: `set`, `delete`. */
export class Environment extends EventTarget {
  /** Of which workers they are. */
  static kind = ''

  /** @type {Map<string, any>} */
  #values
  #channel
  /** @type {Promise<unknown>} */
  #saved = Promise.resolve()
  #closed = false

  /** Opens the values of a scope; there is one for each in a realm. @param {EnvironmentOptions} [options] @returns {Promise<Environment>} */
  static async open (options = {}) {
    validateObject(options, 'options')
    const { scope = '/' } = options
    validateString(scope, 'options.scope')
    const name = `${this.kind} ${scope}`
    const found = opened.get(name)
    if (found !== undefined) return found
    const work = Environment.#load(this, scope)
    opened.set(name, work)
    work.catch(() => opened.delete(name))
    return work
  }

  /** @param {typeof Environment} Class @param {string} scope */
  static async #load (Class, scope) {
    const type = Class.kind
    const store = (await open()).transaction(STORE).objectStore(STORE)
    const range = IDBKeyRange.bound([type, scope], [type, scope, []])
    const [keys, values] = await Promise.all([answer(store.getAllKeys(range)), answer(store.getAll(range))])
    return new Class(scope, new Map(keys.map((key, at) => [String(/** @type {any} */ (key)[2]), values[at]])))
  }

  /** `Environment.open` makes them. @param {string} scope @param {Map<string, any>} values */
  constructor (scope, values) {
    super()
    const type = /** @type {typeof Environment} */ (this.constructor).kind
    this.type = type
    this.scope = scope
    this.#values = values
    this.#channel = new BroadcastChannel(`socket:environment ${type} ${scope}`)
    this.#channel.onmessage = ({ data: { key, has, value } }) => this.#changed(key, has, value)
    /** The values. What can be copied can be set. @type {Record<string, any>} */
    this.context = new Proxy(/** @type {Record<string, any>} */ ({}), {
      get: (_, key) => typeof key === 'string' ? this.#values.get(key) : undefined,
      has: (_, key) => typeof key === 'string' && this.#values.has(key),
      set: (_, key, value) => this.#write(key, true, value),
      deleteProperty: (_, key) => typeof key !== 'string' || !this.#values.has(key) || this.#write(key, false, undefined),
      ownKeys: () => [...this.#values.keys()],
      getOwnPropertyDescriptor: (_, key) => typeof key === 'string' && this.#values.has(key)
        ? { value: this.#values.get(key), writable: true, enumerable: true, configurable: true }
        : undefined,
      defineProperty: (_, key, { value }) => this.#write(key, true, value)
    })
  }

  /** @param {string} key @param {boolean} has @param {any} value */
  #changed (key, has, value) {
    if (has) this.#values.set(key, value)
    else this.#values.delete(key)
    this.dispatchEvent(new EnvironmentEvent(has ? 'set' : 'delete', key, value))
  }

  /** @param {PropertyKey} key @param {boolean} has @param {any} value */
  #write (key, has, value) {
    if (typeof key !== 'string') throw new ERR_INVALID_ARG_VALUE('key', key, 'must be text')
    if (this.#closed) throw new ERR_INVALID_STATE('the environment is closed')
    // What cannot be copied is said at once.
    const copy = structuredClone(value)
    this.#changed(key, has, copy)
    this.#channel.postMessage({ key, has, value: copy })
    this.#saved = Promise.all([this.#saved.catch(() => {}), open().then((opened) => {
      const store = opened.transaction(STORE, 'readwrite').objectStore(STORE)
      return answer(/** @type {IDBRequest<any>} */ (has ? store.put(copy, [this.type, this.scope, key]) : store.delete([this.type, this.scope, key])))
    })])
    // `saved` says it.
    this.#saved.catch(() => {})
    return true
  }

  /** Waits until what was written is kept. @returns {Promise<void>} */
  async saved () {
    await this.#saved
  }

  /** Removes all values. @returns {Promise<void>} */
  async reset () {
    for (const key of [...this.#values.keys()]) this.#write(key, false, undefined)
    await this.saved()
  }

  /** Hears of no more changes. @returns {Promise<void>} */
  async close () {
    if (this.#closed) return
    this.#closed = true
    opened.delete(`${this.type} ${this.scope}`)
    this.#channel.close()
    await this.saved()
  }
}
