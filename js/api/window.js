/**
 * Windows of the app. `socket:application` gives them out; each method here is one change of one window.
 */
import args from 'socket:internal/args'
import { send as sendToBackend } from 'socket:backend'
import { call, on } from 'socket:internal/ipc'
import { EventEmitter } from 'socket:events'
import { hearMenus, nativeMenu } from 'socket:internal/menu'
import * as constants from 'socket:window/constants'

/** @typedef {import('socket:internal/routes').window.WindowState} WindowState */
/** @typedef {import('socket:internal/menu').MenuEntry} MenuEntry */
/** @typedef {import('socket:internal/routes').window.WindowOptions} WindowOptions */

/**
 * The address of a page of this app.
 *
 * @param {string} url a path of the app's files, or a whole address
 * @returns {string}
 */
export function formatURL (url) {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return url
  return `${globalThis.location?.origin ?? ''}/${url.replace(/^\/+/, '')}`
}

/** How this module hands events to its windows. */
const changed = Symbol('changed')

/**
 * One window.
 *
 * Emits `change` with its new state, `close` when it is gone, and, for the window that the page itself is in,
 * every event that another window sends with {@link ApplicationWindow#send}, with the value and the index of the
 * sender. What the getters say is as new as the last answer or `change`; `refresh()` asks again.
 */
export class ApplicationWindow extends EventEmitter {
  #index
  /** @type {WindowState | undefined} */
  #state
  #closed = false

  static constants = constants

  /** @param {{ index: number } & Partial<WindowState>} state */
  constructor ({ index, ...state }) {
    super()
    if (!Number.isInteger(index) || index < 0) {
      throw Object.assign(new RangeError(`a window has an index of 0 or more, not ${index}`), { code: 'ERR_OUT_OF_RANGE' })
    }
    this.#index = index
    if (state.title !== undefined) this.#state = /** @type {WindowState} */ ({ index, ...state })
    listen(this)
  }

  /** Its number. */
  get index () { return this.#index }

  /** @returns {{ width: number, height: number }} of the page, logical pixels */
  getSize () {
    const { width = 0, height = 0 } = this.#state ?? {}
    return { width, height }
  }

  /** @returns {{ x: number, y: number }} on the screen, logical pixels */
  getPosition () {
    const { x = 0, y = 0 } = this.#state ?? {}
    return { x, y }
  }

  /** @returns {string} */
  getTitle () { return this.#state?.title ?? '' }

  /** @returns {number} one of `socket:window/constants` */
  getStatus () {
    if (this.#closed) return constants.WINDOW_CLOSED
    return this.#state?.status ?? constants.WINDOW_NONE
  }

  /** @returns {WindowState | undefined} all of it, as far as it is known */
  getState () { return this.#state && { ...this.#state } }

  /** Asks what it is like now. */
  async refresh () {
    return this.#keep((await call('window.list', { index: this.#index }))[0])
  }

  /**
   * Changes what the options name.
   *
   * @param {WindowOptions} options
   * @returns {Promise<WindowState>}
   */
  async update (options) {
    const { url = '', ...rest } = options
    return this.#keep(await call('window.update', { index: this.#index, url, options: rest }))
  }

  /** Puts it on the screen. */
  async show () { return await this.update({ visible: true }) }

  /** Takes it off the screen. */
  async hide () { return await this.update({ visible: false }) }

  /** Closes it. The app ends with its last window. */
  async close () {
    await call('window.close', { index: this.#index })
  }

  /** @param {string} title */
  async setTitle (title) { return await this.update({ title: String(title) }) }

  /** @param {{ width?: number | string, height?: number | string }} size pixels (800) or parts of the screen ("50%") */
  async setSize ({ width, height }) { return await this.update({ width, height }) }

  /** @param {{ x?: number, y?: number }} position logical pixels on the screen */
  async setPosition ({ x, y }) { return await this.update({ x, y }) }

  /** @param {string} path a page of the app */
  async navigate (path) { return await this.update({ url: formatURL(path) }) }

  /**
   * Opens an address in the program that the user has for it: the browser, the mail program. `ipc://window.openExternal`
   * and `urls[]` of `[capabilities]` allow it. Addresses of files are not opened: see {@link ApplicationWindow#showFileInFolder}.
   *
   * @param {string | URL} url
   */
  async openExternal (url) { await call('window.openExternal', { url: String(url) }) }

  /** @param {string} path a file that is shown among those beside it, in the file manager */
  async showFileInFolder (path) { await call('window.showFileInFolder', { path }) }

  /** Prints its page, in the dialog of the system. */
  async print () { await call('window.print', { index: this.#index }) }

  /**
   * Shows a menu where the pointer is, or at a place of this page; for the window that the page itself is in. What is chosen
   * arrives as `menuItemSelected`, with `type: 'context'`. Linux, so far.
   *
   * @param {Record<string, string> | MenuEntry[] | { items: MenuEntry[], x?: number, y?: number }} menu labels with what the page
   *   calls them, as in `{ 'Save as…': 'save' }`, or entries
   */
  async setContextMenu (menu) {
    const { items, ...place } = Array.isArray(menu)
      ? { items: menu }
      : Array.isArray(menu?.items)
        ? /** @type {{ items: MenuEntry[], x?: number, y?: number }} */ (menu)
        : { items: Object.entries(menu ?? {}).map(([label, id]) => ({ label, id: String(id) })) }
    hearMenus()
    await call('window.popup', { items: nativeMenu(items), ...place })
  }

  /** Opens the web inspector; development builds only. */
  async showInspector () { return await this.update({ inspector: true }) }

  /** @param {{ red: number, green: number, blue: number, alpha?: number }} color 0 to 255, alpha 0 to 1 */
  async setBackgroundColor ({ red, green, blue, alpha = 1 }) {
    return await this.update({ backgroundColor: [red, green, blue, alpha] })
  }

  /** @param {boolean} [value] */
  async maximize (value = true) { return await this.update({ maximized: value }) }

  /** @param {boolean} [value] */
  async minimize (value = true) { return await this.update({ minimized: value }) }

  /** Takes it out of the task bar, and makes it fill the work area no longer. */
  async restore () { return await this.update({ minimized: false, maximized: false, fullscreen: false }) }

  /** @param {'dark' | 'light' | 'system'} theme colours of the window, and what `prefers-color-scheme` says in its page */
  async setTheme (theme) { return await this.update({ theme }) }

  /** @param {number} factor how large the page is drawn: 1 is its own size; 0.25 to 5 */
  async setZoom (factor) { return await this.update({ zoom: factor }) }

  /** @param {boolean} [value] */
  async setFullscreen (value = true) { return await this.update({ fullscreen: value }) }

  /** @param {boolean} [value] */
  async setAlwaysOnTop (value = true) { return await this.update({ alwaysOnTop: value }) }

  /** @param {boolean} value */
  async setResizable (value) { return await this.update({ resizable: value }) }

  /** Gives it the keyboard. */
  async focus () { return await this.update({ focused: true }) }

  /**
   * Sends an event to the page of this window, of another, or to the app's backend. `request()` of `backend` in
   * `socket:application` waits for an answer of the backend.
   *
   * @param {{ event: string, value?: unknown, window?: number, backend?: boolean }} options `value` as JSON knows
   *   it; for the backend it may also be bytes
   */
  async send ({ event, value, window, backend = false }) {
    if (backend && window !== undefined) {
      const text = 'send has one target: `window` or `backend`, not both'
      throw Object.assign(new TypeError(text), { code: 'ERR_INVALID_ARG_VALUE' })
    }
    if (backend) return await sendToBackend({ event, value })
    if (typeof event !== 'string' || event === '') {
      throw Object.assign(new TypeError('send needs the name of an event'), { code: 'ERR_INVALID_ARG_TYPE' })
    }
    await call('window.send', { index: window ?? this.#index, event, value: value ?? null })
  }

  /** @param {WindowState} state */
  #keep (state) {
    this.#state = state
    return { ...state }
  }

  /**
   * Hands on what native code tells; used by this module only.
   *
   * @param {WindowState | undefined} state the new one, or none: closed
   */
  [changed] (state) {
    if (state !== undefined) {
      this.emit('change', this.#keep(state))
    } else if (!this.#closed) {
      this.#closed = true
      this.emit('close')
    }
  }
}

/** The windows that somebody holds: events reach them without keeping them alive.
 * @type {Map<number, Set<WeakRef<ApplicationWindow>>>} */
const held = new Map()
let listening = false

/** @param {ApplicationWindow} window */
function listen (window) {
  const set = held.get(window.index) ?? new Set()
  held.set(window.index, set.add(new WeakRef(window)))
  if (listening) return
  listening = true
  on('window.changed', state => each(state.index, window => window[changed](state)))
  on('window.closed', ({ index }) => each(index, window => window[changed](undefined)))
  on('window.message', ({ event, value, from }) => {
    each(args.index, window => window.emit(event, value, from))
    globalThis.dispatchEvent?.(new CustomEvent(event, { detail: value }))
  })
}

/**
 * @param {number} index
 * @param {(window: ApplicationWindow) => void} visit
 */
function each (index, visit) {
  const set = held.get(index)
  for (const reference of set ?? []) {
    const window = reference.deref()
    if (window === undefined) set?.delete(reference)
    else visit(window)
  }
}

export { constants }
export default ApplicationWindow
