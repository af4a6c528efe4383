/**
 * Callbacks for what happens to an app's page. Each function gives one back that takes its callback away again.
 */

export const RUNTIME_INIT_EVENT_NAME = '__runtime_init__'

/** What the page's global object tells of. */
export const GLOBAL_EVENTS = [
  RUNTIME_INIT_EVENT_NAME, 'applicationurl', 'data', 'error', 'init', 'languagechange', 'load', 'message', 'messageerror',
  'notificationpresented', 'notificationresponse', 'offline', 'online', 'permissionchange', 'unhandledrejection'
]

const { Event } = globalThis

export class InitEvent extends Event {
  constructor () { super('init') }
}

export class LoadEvent extends Event {
  constructor () { super('load') }
}

export class ReadyEvent extends Event {
  constructor () { super('ready') }
}

export class RuntimeInitEvent extends Event {
  constructor () { super(RUNTIME_INIT_EVENT_NAME) }
}

/** The page, or the worker; what has no events hears of nothing. */
const scope = /** @type {EventTarget & { document?: Document } | undefined} */ (
  typeof globalThis.addEventListener === 'function' ? globalThis : undefined)

/** Resolves when the document can be worked with: native code is there before any module runs. */
function documentReady () {
  const document = scope?.document
  return new Promise((resolve) => {
    if (document?.readyState !== 'loading') resolve(undefined)
    else document.addEventListener('DOMContentLoaded', resolve, { once: true })
  })
}

/** Resolves when the page has loaded all that it names. */
function pageLoaded () {
  const document = scope?.document
  return new Promise((resolve) => {
    if (document === undefined || document.readyState === 'complete') resolve(undefined)
    else scope?.addEventListener('load', resolve, { once: true })
  })
}

/** @typedef {(event: any) => void} Callback */

/** @param {unknown} callback */
function check (callback) {
  if (typeof callback !== 'function') throw new TypeError(`The callback of a hook must be a function, not ${callback === null ? 'null' : typeof callback}`)
}

export class Hooks extends EventTarget {
  #moments = {
    init: Promise.resolve(),
    load: pageLoaded(),
    ready: documentReady()
  }

  /** Calls back for each event of a name. @param {string} name @param {Callback} callback @param {AddEventListenerOptions} [options] */
  wait (name, callback, options = undefined) {
    check(callback)
    const target = scope !== undefined && GLOBAL_EVENTS.includes(name) ? scope : this
    target.addEventListener(name, callback, options)
    return () => target.removeEventListener(name, callback, options)
  }

  /** Calls back once, even when it has happened already. @param {'init' | 'load' | 'ready'} name @param {new () => Event} Class @param {Callback} callback */
  #once (name, Class, callback) {
    check(callback)
    let wanted = true
    this.#moments[name].then(() => {
      if (wanted) callback(new Class())
    })
    return () => { wanted = false }
  }

  /** @param {Callback} callback */
  onReady (callback) { return this.#once('ready', ReadyEvent, callback) }
  /** @param {Callback} callback */
  onLoad (callback) { return this.#once('load', LoadEvent, callback) }
  /** @param {Callback} callback */
  onInit (callback) { return this.#once('init', InitEvent, callback) }
  /** Errors and rejections that nobody caught. @param {Callback} callback */
  onError (callback) {
    const stops = ['error', 'messageerror', 'unhandledrejection'].map((name) => this.wait(name, callback))
    return () => { for (const stop of stops) stop() }
  }

  /** @param {Callback} callback */
  onData (callback) { return this.wait('data', callback) }
  /** @param {Callback} callback */
  onMessage (callback) { return this.wait('message', callback) }
  /** @param {Callback} callback */
  onOnline (callback) { return this.wait('online', callback) }
  /** @param {Callback} callback */
  onOffline (callback) { return this.wait('offline', callback) }
  /** @param {Callback} callback */
  onLanguageChange (callback) { return this.wait('languagechange', callback) }
  /** @param {Callback} callback */
  onPermissionChange (callback) { return this.wait('permissionchange', callback) }
  /** @param {Callback} callback */
  onNotificationResponse (callback) { return this.wait('notificationresponse', callback) }
  /** @param {Callback} callback */
  onNotificationPresented (callback) { return this.wait('notificationpresented', callback) }
  /** @param {Callback} callback */
  onApplicationURL (callback) { return this.wait('applicationurl', callback) }
}

const hooks = new Hooks()

export const onReady = hooks.onReady.bind(hooks)
export const onLoad = hooks.onLoad.bind(hooks)
export const onInit = hooks.onInit.bind(hooks)
export const onError = hooks.onError.bind(hooks)
export const onData = hooks.onData.bind(hooks)
export const onMessage = hooks.onMessage.bind(hooks)
export const onOnline = hooks.onOnline.bind(hooks)
export const onOffline = hooks.onOffline.bind(hooks)
export const onLanguageChange = hooks.onLanguageChange.bind(hooks)
export const onPermissionChange = hooks.onPermissionChange.bind(hooks)
export const onNotificationResponse = hooks.onNotificationResponse.bind(hooks)
export const onNotificationPresented = hooks.onNotificationPresented.bind(hooks)
export const onApplicationURL = hooks.onApplicationURL.bind(hooks)

export default hooks
