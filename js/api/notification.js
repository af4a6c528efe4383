/**
 * Messages that the desktop shows. The class is on the global object of pages and workers as well.
 */
import { Enumeration } from 'socket:enumeration'
import * as own from 'socket:internal/notification/class'
import { permission, request } from 'socket:internal/notification/show'

/** @typedef {import('socket:internal/notification/class').Options} Options */
/** @typedef {import('socket:internal/notification/class').Action} Action */

/** The page as a whole hears this when a notification is on the screen. */
export const NOTIFICATION_PRESENTED_EVENT = 'notificationpresented'
/** The page as a whole hears this when somebody clicked a notification. */
export const NOTIFICATION_RESPONSE_EVENT = 'notificationresponse'

export const NotificationDirection = Enumeration.from(['auto', 'ltr', 'rtl'])
export const NotificationPermission = Enumeration.from(['granted', 'denied', 'default'])

/**
 * A message to the user, shown by the desktop. Emits `show`, `click` (with the `action` of a button), `close`, `error`.
 *
 * @type {typeof own.Notification}
 */
export const Notification = /** @type {any} */ (globalThis).Notification?.[own.kOwn] === undefined
  ? own.Notification
  : /** @type {any} */ (globalThis).Notification

/** A button of a notification. */
export class NotificationAction {
  #action; #title; #icon

  /** @param {Action} options */
  constructor (options) {
    const { action, title, icon = '' } = options ?? {}
    if (typeof action !== 'string' || typeof title !== 'string') throw new TypeError('A NotificationAction needs an `action` and a `title`')
    this.#action = action
    this.#title = title
    this.#icon = String(icon)
  }

  /** Its name in the page. */
  get action () { return this.#action }
  /** Its text. */
  get title () { return this.#title }
  /** Address of its picture. */
  get icon () { return this.#icon }
}

/** What a notification is made with. */
export class NotificationOptions {
  /** @param {Options} [options] */
  constructor (options = {}) {
    const { dir = 'auto', actions = [], badge = '', body = '', data = null, icon = '', image = '', lang = '', tag = '', renotify = false, requireInteraction = false, silent = false, vibrate = [] } = options ?? {}
    if (!NotificationDirection.contains(dir)) throw new TypeError(`The direction of a Notification is auto, ltr or rtl, not ${String(dir)}`)
    this.dir = dir
    this.actions = actions.map((action) => new NotificationAction(action))
    this.badge = badge
    this.body = body
    this.data = data
    this.icon = icon
    this.image = image
    this.lang = lang
    this.tag = tag
    this.renotify = renotify
    this.requireInteraction = requireInteraction
    this.silent = silent
    this.vibrate = vibrate
  }
}

/**
 * Shows a notification and waits until it is on the screen.
 *
 * @param {string} title
 * @param {Options} [options]
 * @param {(event: Event) => void} [onclick]
 * @param {(event: Event) => void} [onshow]
 * @returns {Promise<InstanceType<typeof own.Notification>>}
 */
export async function showNotification (title, options = {}, onclick = undefined, onshow = undefined) {
  const notification = new Notification(title, options)
  if (onclick !== undefined) notification.addEventListener('click', onclick)
  if (onshow !== undefined) notification.addEventListener('show', onshow)
  await new Promise((resolve, reject) => {
    notification.addEventListener('show', resolve, { once: true })
    notification.addEventListener('error', (event) => reject(/** @type {any} */ (event).error), { once: true })
  })
  return notification
}

export { permission, request as requestPermission }
export * as default from 'socket:notification'
