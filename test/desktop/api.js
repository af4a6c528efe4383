/** Runs test/api in a real WebView: the same files that `node --import ./test/register.js` runs. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { missing, startBus } from '../mocks/bus.js'
import { makeApp, root, startXvfb } from './app.js'

const page = `<!doctype html><meta charset="utf-8"><title>api</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src 'self' socket: 'wasm-unsafe-eval'; connect-src ipc:">`

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
/** @type {ReturnType<typeof makeApp>} */
let app

/** What is to be on the message bus, for the tests that use one. @type {Record<string, ('bluez' | 'notifications')[]>} */
const buses = { 'bluetooth.js': ['bluez'], 'notification.js': ['notifications'] }

before(async () => {
  xvfb = await startXvfb()
  const files = {
    'index.html': page,
    'blank.html': '<!doctype html><title>blank</title>',
    'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="150"><rect width="300" height="150" fill="red"/></svg>'
  }
  app = makeApp(files, {
    name: 'api-tests',
    ini: '[build]\nenv = DBUS_SYSTEM_BUS_ADDRESS DBUS_SESSION_BUS_ADDRESS\n[linux]\ncmd = sh backend.sh',
    copy: { 'test/api': 'api', 'test/backends/backend.sh': 'backend.sh' }
  })
})

after(async () => {
  app?.remove()
  await xvfb?.stop()
})

for (const file of readdirSync(join(root, 'test/api')).filter(name => name.endsWith('.js')).sort()) {
  test(`in a WebView: test/api/${file}`, { timeout: 120_000 }, async () => {
    const bus = file in buses && await missing() === undefined ? await startBus(buses[file]) : undefined
    const env = { DISPLAY: xvfb.display, WAYLAND_DISPLAY: '', ...bus?.env }
    const { code, stdout, stderr } = await app.run(['--headless', `--test=/api/${file}`], env).ended
    await bus?.stop()
    const output = `${stdout}\n${stderr}`
    assert.equal(code, 0, output)
    assert.match(stdout, /^TAP version 13/m, output)
    assert.match(stdout, /^# tests [1-9]/m, output)
    assert.match(stdout, /^# fail\s+0$|^# ok$/m, output)
  })
}
