/**
 * The class `Notification`, as the web knows it. Part of the preload, which puts it on the global object: it must be
 * there before anything is imported, so what shows notifications (`socket:internal/notification/show`) is loaded when
 * one is shown. Nothing here may import.
 */

/** @typedef {'default' | 'granted' | 'denied'} Permission */
/** @typedef {{ action: string, title: string, icon?: string }} Action */
/**
 * @typedef {object} Options
 * @property {'auto' | 'ltr' | 'rtl'} [dir]
 * @property {Action[]} [actions] buttons
 * @property {string} [badge]
 * @property {string} [body] the text
 * @property {any} [data] for the page
 * @property {string} [icon] address of a picture
 * @property {string} [image] address of a picture
 * @property {string} [lang]
 * @property {string} [tag] a notification with the same one is replaced
 * @property {boolean} [renotify]
 * @property {boolean} [requireInteraction] it stays until somebody has seen it
 * @property {boolean} [silent]
 * @property {number | number[]} [vibrate]
 */

/** Marks the class as this one. */
export const kOwn = Symbol.for('socket.Notification')
/** How `socket:internal/notification/show` speaks to a notification. */
export const kHear = Symbol.for('socket.Notification.hear')
/** What the page knows of its permission. @type {{ state: Permission | undefined, maxActions: number }} */
export const known = { state: undefined, maxActions: 2 }

/** @returns {Promise<any>} */
const native = () => import('socket:internal/notification/show')

/** @param {any} options @returns {Required<Options>} */
function checked (options) {
  if (options === undefined || options === null) options = {}
  if (typeof options !== 'object' && typeof options !== 'function') throw new TypeError('The options of a Notification must be an object')
  const text = (/** @type {any} */ value) => value === undefined || value === null ? '' : String(value)
  const { dir = 'auto', silent = null } = options
  if (!['auto', 'ltr', 'rtl'].includes(dir)) throw new TypeError(`The direction of a Notification is auto, ltr or rtl, not ${String(dir)}`)
  const actions = Array.from(options.actions ?? [], (/** @type {any} */ action) => {
    if (typeof action?.action !== 'string' || typeof action.title !== 'string') throw new TypeError('An action of a Notification has an `action` and a `title`')
    return Object.freeze({ action: action.action, title: action.title, icon: text(action.icon) })
  })
  if (options.renotify === true && text(options.tag) === '') throw new TypeError('A Notification that tells again needs a tag')
  return {
    dir,
    actions: /** @type {any} */ (Object.freeze(actions)),
    badge: text(options.badge),
    body: text(options.body),
    data: options.data ?? null,
    icon: text(options.icon),
    image: text(options.image),
    lang: text(options.lang),
    tag: text(options.tag),
    renotify: Boolean(options.renotify),
    requireInteraction: Boolean(options.requireInteraction),
    silent: silent === null ? /** @type {any} */ (null) : Boolean(silent),
    vibrate: typeof options.vibrate === 'number' ? [options.vibrate] : [...options.vibrate ?? []]
  }
}

/** The permission, as far as it can be known without asking. @returns {Permission} */
function permission () {
  if (known.state !== undefined) return known.state
  const { __args, navigator } = /** @type {any} */ (globalThis)
  if (__args?.config?.permissions_allow_notifications === false) return 'denied'
  // Apple's systems ask their users; others show what apps tell, as far as their settings go.
  return /^(Mac|iP)/.test(navigator?.platform ?? '') ? 'default' : 'granted'
}

/** A message to the user, shown by the desktop. Emits `show`, `click` (with the `action` of a button), `close`, `error`. */
export class Notification extends EventTarget {
  /** @type {Required<Options>} */ #options
  #title
  #timestamp = Date.now()
  /** @type {Record<string, any>} */ #handlers = {}

  static [kOwn] = { known }

  /** Whether notifications may be shown, as far as it is known. @returns {Permission} */
  static get permission () { return permission() }

  /** How many buttons are shown at most, as far as it is known. */
  static get maxActions () { return known.maxActions }

  /**
   * Asks the user, where the system does that.
   *
   * @param {(permission: Permission) => void} [callback] for older pages
   * @returns {Promise<Permission>}
   */
  static async requestPermission (callback = undefined) {
    const state = await native().then((module) => module.request()).catch(() => 'denied')
    callback?.(state)
    return state
  }

  /** @param {string} title @param {Options} [options] */
  constructor (title, options = {}) {
    super()
    if (arguments.length === 0) throw new TypeError('A Notification needs a title')
    this.#title = String(title)
    this.#options = checked(options)
    native().then((module) => module.show(this)).catch((error) => this[kHear]('error', { error }))
  }

  get title () { return this.#title }
  get dir () { return this.#options.dir }
  get actions () { return this.#options.actions }
  get badge () { return this.#options.badge }
  get body () { return this.#options.body }
  get data () { return this.#options.data }
  get icon () { return this.#options.icon }
  get image () { return this.#options.image }
  get lang () { return this.#options.lang }
  get tag () { return this.#options.tag }
  get renotify () { return this.#options.renotify }
  get requireInteraction () { return this.#options.requireInteraction }
  get silent () { return this.#options.silent }
  get vibrate () { return this.#options.vibrate }
  get timestamp () { return this.#timestamp }

  /** Takes it off the screen. */
  close () {
    native().then((module) => module.close(this)).catch((error) => this[kHear]('error', { error }))
  }

  /** What became of it. @param {string} name @param {object} [more] @returns {Event} */
  [kHear] (name, more = {}) {
    const event = Object.assign(new Event(name, { cancelable: name === 'click' }), { notification: this }, more)
    this.dispatchEvent(event)
    return event
  }

  /** @param {string} name @param {any} value */
  #setHandler (name, value) {
    if (this.#handlers[name] !== undefined) this.removeEventListener(name, this.#handlers[name])
    this.#handlers[name] = typeof value === 'function' ? value : undefined
    if (typeof value === 'function') this.addEventListener(name, value)
  }

  get onclick () { return this.#handlers.click ?? null }
  set onclick (value) { this.#setHandler('click', value) }
  get onclose () { return this.#handlers.close ?? null }
  set onclose (value) { this.#setHandler('close', value) }
  get onerror () { return this.#handlers.error ?? null }
  set onerror (value) { this.#setHandler('error', value) }
  get onshow () { return this.#handlers.show ?? null }
  set onshow (value) { this.#setHandler('show', value) }
}
