/**
 * Shows notifications, and tells them what becomes of them.
 */
import { call, on } from 'socket:internal/ipc'
import { kHear, kOwn, known as own } from 'socket:internal/notification/class'

/** @typedef {import('socket:internal/notification/class').Notification} Notification */

/** Side of the pictures that desktops show. */
const SIDE = 128

/** Known to the class on the global object as well, where that is another copy of ours. */
const shared = /** @type {any} */ (globalThis).Notification?.[kOwn]?.known ?? own

let last = 0
/** @type {Map<number, Notification>} */
const shown = new Map()
/** @type {WeakMap<Notification, number>} */
const keys = new WeakMap()
/** @type {(() => void)[]} */
let stops = []

/** @param {number} key */
function forget (key) {
  shown.delete(key)
  if (shown.size > 0) return
  for (const stop of stops) stop()
  stops = []
}

/** Tells the page as a whole. @param {string} name @param {object} more */
function tell (name, more) {
  globalThis.dispatchEvent?.(Object.assign(new Event(name), more))
}

function listen () {
  if (stops.length > 0) return
  stops = [
    on('notification.response', ({ key, action }) => {
      const notification = shown.get(key)
      if (notification === undefined) return
      notification[kHear]('click', { action })
      tell('notificationresponse', { notification, action })
    }),
    on('notification.closed', ({ key }) => {
      const notification = shown.get(key)
      forget(key)
      notification?.[kHear]('close')
    })
  ]
}

/** @param {{ state: 'granted' | 'denied' | 'default', maxActions: number }} ability */
function learn ({ state, maxActions }) {
  const before = shared.state
  shared.state = state
  shared.maxActions = maxActions
  if (before !== undefined && before !== state) tell('permissionchange', { detail: { name: 'notifications', state: state === 'default' ? 'prompt' : state } })
  return state
}

/** Whether notifications may be shown. */
export async function permission () {
  return learn(await call('notification.permission'))
}

/** Asks the user, where the system does that. */
export async function request () {
  return learn(await call('notification.request'))
}

/**
 * The pixels of a picture. One that cannot be had is left out, as browsers do.
 *
 * @param {string} address
 */
async function picture (address) {
  const none = { width: 0, height: 0, body: new Uint8Array(0) }
  if (address === '' || typeof OffscreenCanvas === 'undefined') return none
  try {
    const source = await decode(address)
    const scale = Math.min(1, SIDE / Math.max(source.width, source.height))
    const width = Math.max(1, Math.round(source.width * scale))
    const height = Math.max(1, Math.round(source.height * scale))
    const context = new OffscreenCanvas(width, height).getContext('2d')
    if (context === null) return none
    context.drawImage(source, 0, 0, width, height)
    const { data } = context.getImageData(0, 0, width, height)
    return { width, height, body: new Uint8Array(data.buffer) }
  } catch {
    return none
  }
}

/** @param {string} address */
async function decode (address) {
  // Workers have no elements, and the other way knows no SVG.
  if (typeof Image === 'undefined') return createImageBitmap(await (await fetch(address)).blob())
  const image = new Image()
  if (new URL(address, document.baseURI).origin !== location.origin) image.crossOrigin = 'anonymous'
  image.src = address
  await image.decode()
  return image
}

/** @param {Notification} notification */
export async function show (notification) {
  const key = ++last
  keys.set(notification, key)
  shown.set(key, notification)
  listen()
  try {
    const { title, body: text, actions, tag, requireInteraction } = notification
    await call('notification.show', {
      title,
      text,
      actions: actions.map(({ action, title }) => ({ action, title })),
      tag,
      silent: notification.silent === true,
      requireInteraction,
      key,
      ...await picture(notification.image || notification.icon)
    })
  } catch (error) {
    forget(key)
    throw error
  }
  notification[kHear]('show')
  tell('notificationpresented', { notification })
}

/** @param {Notification} notification */
export async function close (notification) {
  const key = keys.get(notification)
  if (key !== undefined && shown.has(key)) await call('notification.close', { key })
}
