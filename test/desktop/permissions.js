/** `[permissions]` of socket.ini: what is switched off is refused by native code and the engine alike. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { missing, startBus } from '../mocks/bus.js'
import { startXvfb, withApp } from './app.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
/** @type {Awaited<ReturnType<typeof startBus>>} */
let bus
const skip = await missing() ?? false
before(async () => {
  xvfb = await startXvfb()
  if (skip === false) bus = await startBus(['bluez', 'geoclue', 'notifications'])
})
after(async () => {
  await bus?.stop()
  await xvfb?.stop()
})

const index = `
  import { exit } from 'socket:application'
  import { adapters } from 'socket:bluetooth'
  import { showNotification } from 'socket:notification'
  const told = {}
  const code = promise => promise.then(() => 'allowed', error => error.code ?? error.name)
  for (const name of ['geolocation', 'notifications', 'camera', 'microphone']) {
    const { state } = await navigator.permissions.query({ name })
    told[name] = state
  }
  told.location = await new Promise(resolve => {
    navigator.geolocation.getCurrentPosition(({ coords }) => resolve([coords.latitude, coords.longitude]), ({ code }) => resolve(code), { timeout: 20_000 })
  })
  told.bluetooth = await code(adapters())
  told.notification = await code(showNotification('x'))
  told.static = Notification.permission
  told.asked = await Notification.requestPermission()
  told.fullscreen = document.fullscreenEnabled === true
  told.database = typeof indexedDB
  try { localStorage.setItem('a', '1'); told.storage = localStorage.getItem('a') } catch { told.storage = 'none' }
  const media = what => navigator.mediaDevices === undefined ? 'none' : navigator.mediaDevices.getUserMedia(what).then(() => 'allowed', error => error.name)
  told.audio = await media({ audio: true })
  told.video = await media({ video: true })
  told.devices = navigator.mediaDevices === undefined ? 'none' : (await navigator.mediaDevices.enumerateDevices()).some(({ label }) => label !== '')
  told.request = (await navigator.permissions.request({ name: 'notifications' })).state
  console.log(JSON.stringify(told))
  exit()`
const files = { 'index.html': '<!doctype html><title>t</title><script type="module" src="/index.js"></script>', 'index.js': index }

/**
 * What a page can do. Windows are on the screen: engines ask for a camera only for a page that can be seen.
 *
 * @param {string} ini
 */
async function told (ini) {
  let answer
  await withApp(xvfb, files, { ini }, async (app, env) => {
    const { stdout, stderr } = await app.run([], { ...env, ...bus.env, SOCKET_FAKE_CAPTURE: '1' }).ended
    assert.match(stdout, /^\{.*\}$/m, stderr)
    answer = JSON.parse(stdout)
  })
  return answer
}

test('headless, a page is told at once that it gets no camera', { timeout: 120_000 }, async () => {
  const script = `
    import { exit } from 'socket:application'
    for (const name of ['getUserMedia', 'getDisplayMedia']) {
      const error = await navigator.mediaDevices[name]({ video: true }).catch((error) => error)
      console.log(error instanceof DOMException, error.name, error.message.includes('headless'))
    }
    exit()`
  await withApp(xvfb, { ...files, 'index.js': script }, {}, async (app, env) => {
    const { stdout } = await app.run(['--headless'], { ...env, ...bus.env, SOCKET_FAKE_CAPTURE: '1' }).ended
    assert.equal(stdout, 'true NotAllowedError true\ntrue NotAllowedError true\n')
  })
})

const all = {
  geolocation: 'granted',
  notifications: 'granted',
  camera: 'granted',
  microphone: 'granted',
  location: [52.5, 13.4],
  bluetooth: 'allowed',
  notification: 'allowed',
  static: 'granted',
  asked: 'granted',
  fullscreen: true,
  database: 'object',
  storage: '1',
  audio: 'allowed',
  video: 'allowed',
  devices: true,
  request: 'granted'
}

test('without a word of socket.ini pages may ask for everything', { timeout: 120_000, skip }, async () => {
  assert.deepEqual(await told(''), all)
})

test('each switch takes what it names', { timeout: 120_000, skip }, async () => {
  const some = { geolocation: 'denied', location: 1, microphone: 'denied', audio: 'NotAllowedError', bluetooth: 'ERR_ACCESS_DENIED' }
  assert.deepEqual(await told('[permissions]\nallow_geolocation = false\nallow_microphone = false\nallow_bluetooth = false'), { ...all, ...some })
})

test('all of them can be off', { timeout: 120_000, skip }, async () => {
  const keys = ['fullscreen', 'microphone', 'camera', 'user_media', 'geolocation', 'notifications', 'bluetooth', 'data_access', 'device_info']
  const ini = `[permissions]\n${keys.map((key) => `allow_${key} = false`).join('\n')}`
  assert.deepEqual(await told(ini), {
    geolocation: 'denied',
    notifications: 'denied',
    camera: 'denied',
    microphone: 'denied',
    location: 1,
    bluetooth: 'ERR_ACCESS_DENIED',
    notification: 'ERR_ACCESS_DENIED',
    static: 'denied',
    asked: 'denied',
    fullscreen: false,
    database: 'undefined',
    storage: 'none',
    audio: 'none',
    video: 'none',
    devices: 'none',
    request: 'denied'
  })
})
