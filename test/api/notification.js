/**
 * Runs against a fake notification daemon on a bus of its own (test/mocks): in Node this file starts it, in a WebView
 * test/desktop/api.js does.
 */
import { test, skip } from 'socket:test'
import { NOTIFICATION_PRESENTED_EVENT, Notification, NotificationAction, NotificationDirection, NotificationOptions, NotificationPermission, permission, showNotification } from 'socket:notification'
import { execFile } from 'socket:child_process'
import process from 'socket:process'

const inPage = typeof document !== 'undefined'
/** @type {string | undefined} */
let lacking
/** @type {{ stop: () => Promise<void>, endServices: () => Promise<void> } | undefined} */
let bus
let env = process.env
if (!inPage) {
  const { missing, startBus } = await import('../mocks/bus.js')
  lacking = await missing()
  if (lacking === undefined) {
    const started = bus = await startBus(['notifications'])
    Object.assign(globalThis.process.env, started.env)
    env = { ...env, ...started.env }
  }
} else if (await permission().catch(() => undefined) === undefined) {
  lacking = 'needs dbus-daemon and python3-dbusmock'
}
// In Node there is no global object that takes events.
const page = inPage ? globalThis : new EventTarget()
if (!inPage) Object.assign(globalThis, { dispatchEvent: (/** @type {Event} */ event) => page.dispatchEvent(event) })

/**
 * Asks the fake daemon.
 *
 * @param {string} method
 * @param {string[]} args as dbus-send writes them
 * @returns {Promise<string>}
 */
const daemon = (method, ...args) => new Promise((resolve, reject) => {
  const all = ['--session', '--print-reply=literal', '--dest=org.freedesktop.Notifications', '/org/freedesktop/Notifications', `org.example.Test.${method}`, ...args]
  execFile('dbus-send', all, { env }, (/** @type {any} */ error, /** @type {any} */ stdout) => error === null ? resolve(String(stdout).trim()) : reject(error))
})

/** @param {EventTarget} target @param {string} name @returns {Promise<any>} */
const heard = (target, name) => new Promise((resolve) => target.addEventListener(name, resolve, { once: true }))

/** @param {() => unknown} work */
const thrown = (work) => {
  try {
    work()
    return 'nothing'
  } catch (error) {
    return /** @type {any} */ (error).name
  }
}

test('notification: classes and bad input', t => {
  t.deepEqual([...NotificationDirection], ['auto', 'ltr', 'rtl'], 'directions')
  t.deepEqual([...NotificationPermission], ['granted', 'denied', 'default'], 'permissions')
  t.equal(Notification.permission, 'granted', 'nobody has to be asked here')
  t.equal(new NotificationAction({ action: 'a', title: 'A' }).title, 'A', 'an action')
  t.equal(thrown(() => new NotificationAction(/** @type {any} */ ({ title: 'A' }))), 'TypeError', 'an action without a name')
  t.equal(new NotificationOptions({ tag: 't', actions: [{ action: 'a', title: 'A' }] }).actions[0].action, 'a', 'options')
  t.equal(thrown(() => new NotificationOptions({ dir: /** @type {any} */ ('up') })), 'TypeError', 'a direction that is none')
  t.equal(thrown(() => Reflect.construct(Notification, [])), 'TypeError', 'no title')
  t.equal(thrown(() => new Notification('x', { actions: /** @type {any} */ ([{}]) })), 'TypeError', 'actions that are none')
  t.equal(thrown(() => new Notification('x', { renotify: true })), 'TypeError', 'told again without a tag')
  if (inPage) t.equal(/** @type {any} */ (globalThis).Notification, Notification, 'the same class as on the global object')
})

const daemonTest = lacking === undefined ? test : (/** @type {string} */ name) => skip(`${name}: ${lacking}`)

daemonTest('notification: it is shown, and answers come back', async t => {
  t.equal(await permission(), 'granted', 'the daemon is there')
  const presented = heard(page, NOTIFICATION_PRESENTED_EVENT)
  const notification = await showNotification('Grüße', { body: 'a <b> & c', actions: [{ action: 'yes', title: 'Yes' }], requireInteraction: true, data: { a: 1 } })
  t.equal((await presented).notification, notification, 'the page hears that it is there')
  const [id, app, replaced, , title, text, actions, hints, timeout] = JSON.parse(await daemon('Shown'))
  t.deepEqual([app.length > 0, replaced, title, text, actions, timeout], [true, 0, 'Grüße', 'a &lt;b&gt; &amp; c', ['default', '', 'yes', 'Yes'], 0], 'what the daemon is told')
  t.equal(hints.urgency, 2, 'it stays')
  t.deepEqual([notification.title, notification.body, notification.data], ['Grüße', 'a <b> & c', { a: 1 }], 'what the page can read')
  const clicked = heard(notification, 'click')
  const response = heard(page, 'notificationresponse')
  await daemon('Click', `uint32:${id}`, 'string:yes')
  t.equal((await clicked).action, 'yes', 'a button')
  t.deepEqual([(await response).action, (await response).notification === notification], ['yes', true], 'the page as a whole hears it')
  const again = new Promise((resolve) => { notification.onclick = resolve })
  await daemon('Click', `uint32:${id}`, 'string:default')
  t.equal(/** @type {any} */ (await again).action, '', 'the notification itself')
  const closed = heard(notification, 'close')
  notification.close()
  await closed
  t.ok(true, 'the page closes it')
})

daemonTest('notification: one with the same tag is replaced', async t => {
  const first = await showNotification('one', { tag: 'same' })
  const [id] = JSON.parse(await daemon('Shown'))
  const gone = heard(first, 'close')
  const second = await showNotification('two', { tag: 'same', silent: true })
  const [, , replaced, , title, , , hints] = JSON.parse(await daemon('Shown'))
  t.deepEqual([replaced, title, hints['suppress-sound']], [id, 'two', true], 'the daemon replaces it')
  await gone
  const closed = heard(second, 'close')
  await daemon('Dismiss', `uint32:${id}`)
  await closed
  t.ok(true, 'the user closes it')
})

daemonTest('notification: pictures travel as pixels', async t => {
  if (!inPage) return t.ok(true, 'covered where there are pictures')
  await showNotification('picture', { icon: '/icon.svg' })
  const [, , , , , , , hints] = JSON.parse(await daemon('Shown'))
  t.deepEqual(hints['image-data'], [128, 64, 512, true, 8, 4, 128 * 64 * 4], 'of the size that desktops show')
  await showNotification('none', { icon: 'missing.png' })
  t.ok(!('image-data' in JSON.parse(await daemon('Shown'))[7]), 'a picture that is not there is left out')
})

if (bus !== undefined) {
  const { endServices, stop } = bus
  test('notification: no daemon', async t => {
    await endServices()
    const error = await showNotification('x').catch((error) => error)
    t.equal(error.code, 'ERR_NOTIFICATION', 'says so')
    await stop()
  })
}
