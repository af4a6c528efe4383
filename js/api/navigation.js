/**
 * Where a window has been: the engine's Navigation API where it has one, else the same over `history`. Pages of one window share
 * what they know of it, through `sessionStorage`.
 */
import { define, ERR_FEATURE_UNAVAILABLE_ON_PLATFORM, ERR_ILLEGAL_CONSTRUCTOR } from 'socket:internal/errors'

const ERR_INVALID_URL = define('ERR_INVALID_URL', TypeError, () => 'Invalid URL')

/** Where the entries of this window are kept, and what `history.state` says of the current one. */
const KEPT = 'socket:navigation'

/** @typedef {{ key: string, id: string, url: string, state: any, index: number }} Entry */
/** @typedef {{ committed: Promise<any>, finished: Promise<any> }} NavigationResult */

const allowed = Symbol('made by this module')

class HistoryEntry extends EventTarget {
  /** @type {Entry} */
  #entry
  /** @type {((event: Event) => void) | null} */
  ondispose = null

  /** @param {symbol} token @param {Entry} entry */
  constructor (token, entry) {
    super()
    if (token !== allowed) throw new ERR_ILLEGAL_CONSTRUCTOR()
    this.#entry = entry
    this.addEventListener('dispose', (event) => this.ondispose?.(event))
  }

  /** Names its place in the list. */
  get key () { return this.#entry.key }
  /** Names what stands there now. */
  get id () { return this.#entry.id }
  get url () { return this.#entry.url }
  get index () { return this.#entry.index }
  get sameDocument () { return this.#entry.url.split('#')[0] === globalThis.location?.href.split('#')[0] }

  /** A copy of what was kept with it. @returns {any} */
  getState () {
    return this.#entry.state === undefined ? undefined : structuredClone(this.#entry.state)
  }
}

/** @param {any} state @returns {Entry | undefined} */
const markOf = (state) => Object(state)[KEPT]

class OverHistory extends EventTarget {
  /** @type {Entry[]} */
  #entries = []
  #index = -1
  /** @type {WeakMap<Entry, HistoryEntry>} */
  #objects = new WeakMap()
  /** Who waits for a step through history. @type {{ resolve: (value: any) => void, reject: (error: any) => void, event: any } | undefined} */
  #step
  /** @type {NavigationTransition | null} */
  transition = null
  /** @type {((event: any) => void) | null} */
  onnavigate = null
  /** @type {((event: any) => void) | null} */
  onnavigatesuccess = null
  /** @type {((event: any) => void) | null} */
  onnavigateerror = null
  /** @type {((event: any) => void) | null} */
  oncurrententrychange = null

  constructor () {
    super()
    if (typeof globalThis.history?.pushState !== 'function') throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('Navigation', 'a realm without a history')
    for (const name of /** @type {const} */ (['navigate', 'navigatesuccess', 'navigateerror', 'currententrychange'])) {
      this.addEventListener(name, (event) => this[`on${name}`]?.(event))
    }
    this.#load()
    globalThis.addEventListener('popstate', () => this.#moved())
    globalThis.addEventListener('hashchange', () => this.#sync())
    globalThis.addEventListener('pageshow', (event) => { if (event.persisted) this.#load() })
  }

  /** What the pages before this one knew. */
  #load () {
    try {
      const { entries, index } = JSON.parse(sessionStorage.getItem(KEPT) ?? '{}')
      if (Array.isArray(entries) && entries.every((one) => typeof one?.key === 'string' && typeof one.url === 'string')) [this.#entries, this.#index] = [entries, Number(index)]
    } catch {
      // No storage, or not ours: it begins here.
    }
    this.#sync()
  }

  #save () {
    this.#entries.forEach((entry, index) => { entry.index = index })
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ entries: this.#entries, index: this.#index }))
    } catch {
      // What is kept for later pages is all that is missing.
    }
  }

  /** @param {string} url @param {any} [state] @returns {Entry} */
  #made (url, state = undefined) {
    return { key: crypto.randomUUID(), id: crypto.randomUUID(), url, state, index: 0 }
  }

  /** Puts the mark of the current entry into `history.state`, which is the page's own otherwise. */
  #mark () {
    const { state } = history
    // What is no object has no room for a mark.
    if (state !== null && (typeof state !== 'object' || Array.isArray(state))) return
    const { key, id } = this.#entries[this.#index]
    history.replaceState({ ...state, [KEPT]: { key, id } }, '')
  }

  /** Sees what the page or its user did to history. */
  #sync () {
    const mark = markOf(history.state)
    const { href } = globalThis.location
    const known = mark === undefined ? -1 : this.#entries.findIndex(({ key }) => key === mark.key)
    const current = this.#entries[this.#index]
    if (known !== -1) {
      this.#index = known
      if (this.#entries[known].url !== href) Object.assign(this.#entries[known], { url: href, id: crypto.randomUUID() })
    } else if (current?.url === href) {
      // The page has replaced its state, or comes back to a page that has none.
    } else {
      this.#dispose(this.#entries.splice(this.#index + 1))
      this.#entries.push(this.#made(href))
      this.#index = this.#entries.length - 1
    }
    if (markOf(history.state)?.key !== this.#entries[this.#index].key) this.#mark()
    this.#save()
    return this.#entries[this.#index]
  }

  /** @param {Entry[]} entries */
  #dispose (entries) {
    for (const entry of entries) this.#objects.get(entry)?.dispatchEvent(new Event('dispose'))
  }

  /** @param {Entry | undefined} entry @returns {any} */
  #object (entry) {
    if (entry === undefined) return null
    const found = this.#objects.get(entry) ?? new HistoryEntry(allowed, entry)
    this.#objects.set(entry, found)
    return found
  }

  /** After `popstate`. */
  #moved () {
    const from = this.#object(this.#entries[this.#index])
    const step = this.#step
    this.#step = undefined
    const entry = this.#object(this.#sync())
    if (entry !== from) this.#changed(from, 'traverse')
    step?.resolve(entry)
  }

  /** @param {any} from @param {string} navigationType */
  #changed (from, navigationType) {
    this.dispatchEvent(Object.assign(new Event('currententrychange'), { from, navigationType }))
  }

  get currentEntry () { return this.#object(this.#sync()) }
  get canGoBack () { return this.#sync().index > 0 }
  get canGoForward () { return this.#sync().index < this.#entries.length - 1 }
  get activation () { return null }

  /** All that is known of this window, oldest first. @returns {any[]} */
  entries () {
    this.#sync()
    return this.#entries.map((entry) => this.#object(entry))
  }

  /** @param {{ state: any }} options */
  updateCurrentEntry (options) {
    if (options === null || typeof options !== 'object' || !('state' in options)) throw new TypeError('navigation.updateCurrentEntry needs { state }')
    const entry = this.#sync()
    entry.state = structuredClone(options.state)
    this.#save()
    this.#changed(this.#object(entry), 'replace')
  }

  /** @param {unknown} error @returns {any} a result that has failed */
  #failed (error) {
    const [committed, finished] = [Promise.reject(error), Promise.reject(error)]
    committed.catch(() => {})
    finished.catch(() => {})
    return { committed, finished }
  }

  /**
   * Asks the listeners. @param {string} navigationType @param {string} url @param {any} options
   * @returns {{ prevented: boolean, handlers: (() => any)[], event: any, abort: AbortController }}
   */
  #ask (navigationType, url, { state = undefined, info = undefined } = {}) {
    const here = new URL(globalThis.location.href)
    const there = new URL(url)
    const abort = new AbortController()
    const hashChange = there.hash !== '' && here.href.split('#')[0] === there.href.split('#')[0] && here.hash !== there.hash
    /** @type {(() => any)[]} */
    const handlers = []
    const event = Object.assign(new Event('navigate', { cancelable: true }), {
      navigationType,
      destination: { url, key: '', id: '', index: -1, sameDocument: hashChange, getState: () => state === undefined ? undefined : structuredClone(state) },
      canIntercept: here.origin === there.origin,
      userInitiated: false,
      hashChange,
      signal: abort.signal,
      formData: null,
      downloadRequest: null,
      info,
      hasUAVisualTransition: false,
      /** @param {{ handler?: () => any }} [how] */
      intercept ({ handler = () => {} } = {}) {
        if (here.origin !== there.origin) throw new DOMException('A navigation to another origin cannot be intercepted', 'SecurityError')
        handlers.push(handler)
      },
      scroll () {}
    })
    const prevented = !this.dispatchEvent(event)
    return { prevented, handlers, event, abort }
  }

  /** @param {string} type @param {any} entry @param {(() => any)[]} handlers @param {any} from @param {AbortController} abort @returns {Promise<any>} */
  async #finish (type, entry, handlers, from, abort) {
    this.transition = /** @type {any} */ ({ navigationType: type, from })
    try {
      await Promise.all(handlers.map((handler) => handler()))
      this.dispatchEvent(new Event('navigatesuccess'))
      return entry
    } catch (error) {
      abort.abort(error)
      this.dispatchEvent(new ErrorEvent('navigateerror', { error, message: String(/** @type {any} */ (error)?.message ?? error) }))
      throw error
    } finally {
      this.transition = null
    }
  }

  /**
   * Goes to an address: in this page where a listener intercepts it or only the part after `#` changes, else to another page.
   *
   * @param {string | URL} url @param {{ state?: any, info?: any, history?: 'auto' | 'push' | 'replace' }} [options]
   * @returns {NavigationResult}
   */
  navigate (url, options = {}) {
    if (!URL.canParse(url, document.baseURI)) return this.#failed(new DOMException(new ERR_INVALID_URL().message, 'SyntaxError'))
    const { href } = new URL(url, document.baseURI)
    let state
    try {
      state = options.state === undefined ? undefined : structuredClone(options.state)
    } catch (error) {
      return this.#failed(error)
    }
    const from = this.#object(this.#sync())
    const replace = options.history === 'replace' || (options.history !== 'push' && href === globalThis.location.href)
    const type = replace ? 'replace' : 'push'
    const { prevented, handlers, event, abort } = this.#ask(type, href, { ...options, state })
    if (prevented) return this.#failed(new DOMException('The navigation was prevented', 'AbortError'))
    if (handlers.length === 0 && !event.hashChange) {
      // The page that comes finds its entry there.
      const entry = this.#made(href, state)
      this.#dispose(this.#entries.splice(replace ? this.#index : this.#index + 1))
      this.#entries.push(entry)
      this.#index = this.#entries.length - 1
      this.#save()
      globalThis.location[replace ? 'replace' : 'assign'](href)
      const never = new Promise(() => {})
      return { committed: never, finished: never }
    }
    this.#commit(type, href, state)
    const entry = this.#object(this.#entries[this.#index])
    this.#changed(from, type)
    const finished = this.#finish(type, entry, handlers, from, abort)
    finished.catch(() => {})
    return { committed: Promise.resolve(entry), finished }
  }

  /** @param {string} type @param {string} href @param {any} state */
  #commit (type, href, state) {
    const made = this.#made(href, state)
    if (type === 'replace') made.key = this.#entries[this.#index].key
    this.#dispose(this.#entries.splice(type === 'replace' ? this.#index : this.#index + 1))
    this.#entries.push(made)
    this.#index = this.#entries.length - 1
    history[type === 'replace' ? 'replaceState' : 'pushState']({ [KEPT]: { key: made.key, id: made.id } }, '', href)
    this.#save()
  }

  /** Loads the page again. @param {{ state?: any, info?: any }} [options] @returns {NavigationResult} */
  reload (options = {}) {
    const entry = this.#sync()
    const from = this.#object(entry)
    const { prevented, handlers, abort } = this.#ask('reload', entry.url, { ...options, state: options.state ?? entry.state })
    if (prevented) return this.#failed(new DOMException('The navigation was prevented', 'AbortError'))
    if (options.state !== undefined) entry.state = structuredClone(options.state)
    this.#save()
    if (handlers.length === 0) {
      globalThis.location.reload()
      const never = new Promise(() => {})
      return { committed: never, finished: never }
    }
    const finished = this.#finish('reload', from, handlers, from, abort)
    finished.catch(() => {})
    return { committed: Promise.resolve(from), finished }
  }

  /** Goes to an entry of `entries()`. @param {string} key @param {{ info?: any }} [options] @returns {NavigationResult} */
  traverseTo (key, options = {}) {
    const from = this.#object(this.#sync())
    const target = this.#entries.findIndex((entry) => entry.key === key)
    if (target === -1) return this.#failed(new DOMException(`There is no entry with the key ${key}`, 'InvalidStateError'))
    if (target === this.#index) return { committed: Promise.resolve(from), finished: Promise.resolve(from) }
    const { url, state } = this.#entries[target]
    const { prevented, handlers, abort } = this.#ask('traverse', url, { ...options, state })
    if (prevented) return this.#failed(new DOMException('The navigation was prevented', 'AbortError'))
    this.#step?.reject(new DOMException('Another navigation has begun', 'AbortError'))
    /** @type {Promise<any>} */
    const committed = new Promise((resolve, reject) => { this.#step = { resolve, reject, event: undefined } })
    history.go(target - this.#index)
    const finished = committed.then((entry) => this.#finish('traverse', entry, handlers, from, abort))
    committed.catch(() => {})
    finished.catch(() => {})
    return { committed, finished }
  }

  /** @param {{ info?: any }} [options] @returns {NavigationResult} */
  back (options = {}) {
    if (!this.canGoBack) return this.#failed(new DOMException('There is no page before this one', 'InvalidStateError'))
    return this.traverseTo(this.#entries[this.#index - 1].key, options)
  }

  /** @param {{ info?: any }} [options] @returns {NavigationResult} */
  forward (options = {}) {
    if (!this.canGoForward) return this.#failed(new DOMException('There is no page after this one', 'InvalidStateError'))
    return this.traverseTo(this.#entries[this.#index + 1].key, options)
  }
}

const engine = /** @type {any} */ (globalThis)

/** What a window knows of where it has been: `navigation` is that of this one. @type {typeof OverHistory} */
export const Navigation = typeof engine.Navigation === 'function' && engine.navigation ? engine.Navigation : Object.defineProperty(OverHistory, 'name', { value: 'Navigation' })

/** One place where a window has been. @type {typeof HistoryEntry} */
export const NavigationHistoryEntry = Navigation !== OverHistory ? engine.NavigationHistoryEntry : Object.defineProperty(HistoryEntry, 'name', { value: 'NavigationHistoryEntry' })

/** Of this window; null in realms that have no history. @type {OverHistory | null} */
export const navigation = Navigation !== OverHistory ? engine.navigation : typeof globalThis.history?.pushState === 'function' ? new OverHistory() : null

export default navigation
