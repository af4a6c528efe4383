/** What an app opens outside of itself: addresses, and files in the file manager. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { startXvfb } from './app.js'
import { drive, until } from './drive.js'

const timeout = 120_000

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

/** A program that is for https, mailto and folders, and writes down what it is given. @param {string} base */
function opener (base) {
  const folder = join(base, 'data/applications')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(base, 'opener'), `#!/bin/sh\nprintf '%s\\n' "$@" >> '${join(base, 'opened')}'\n`, { mode: 0o755 })
  writeFileSync(join(folder, 'opener.desktop'), `[Desktop Entry]\nType=Application\nName=Opener\nExec=${join(base, 'opener')} %u\nMimeType=x-scheme-handler/https;x-scheme-handler/mailto;inode/directory;\n`)
  writeFileSync(join(folder, 'mimeapps.list'), '[Default Applications]\nx-scheme-handler/https=opener.desktop\nx-scheme-handler/mailto=opener.desktop\ninode/directory=opener.desktop\n')
  return () => { try { return readFileSync(join(base, 'opened'), 'utf8') } catch { return '' } }
}

// Nobody answers there: the folder is opened in the program that is for it.
const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent', GTK_USE_PORTAL: '0', XDG_CONFIG_HOME: '/nonexistent', XDG_CURRENT_DESKTOP: '' }

test('addresses are opened in the program that is for them, and nothing else is', { timeout }, async () => {
  await drive(xvfb, { env }, async (say, _, app) => {
    const opened = opener(join(app.path, '..'))
    await say('globalThis.mine = await application.getCurrentWindow(); globalThis.open = (url) => mine.openExternal(url)')
    await say("await open('https://example.com/a?b=c&d#e'); await open(new URL('mailto:me@example.com'))")
    assert.deepEqual((await until(opened, (text) => text.split('\n').length > 2)).trim().split('\n').sort(), ['https://example.com/a?b=c&d#e', 'mailto:me@example.com'])
    for (const url of ['file:///etc/passwd', 'FILE:///etc/passwd', 'javascript:alert(1)', 'data:text/html,x', 'socket://com.example.test-app/', 'ipc://fs.open', 'smb://host/x']) {
      await assert.rejects(say(`await open(${JSON.stringify(url)})`), { code: 'ERR_ACCESS_DENIED' }, url)
    }
    for (const url of ['', 'example.com', '/etc/passwd', '--help', 'https:', 'https://a b', 'https://a\nb', '1x:y']) {
      await assert.rejects(say(`await open(${JSON.stringify(url)})`), { code: 'ERR_INVALID_ARG_VALUE', message: /is no address that can be opened/ }, url)
    }
    await assert.rejects(say("await open('unheard-of:x')"), { code: 'ERR_WINDOW', message: /the desktop does not open unheard-of:x/ })
    await say(`await mine.showFileInFolder(${JSON.stringify(join(app.path, 'index.html'))})`)
    const folder = new RegExp(`${app.path}\n`)
    assert.match(await until(opened, (text) => folder.test(text)), folder)
    await assert.rejects(say("await mine.showFileInFolder('/nowhere/x')"), { code: 'ENOENT' })
    assert.equal(opened().trim().split('\n').length, 3)
  })
})

test('what [capabilities] does not list is not opened', { timeout }, async () => {
  await drive(xvfb, { env, ini: '[capabilities]\nread[] = $APP/**\ntcp[] = 127.0.0.1:*\nurls[] = https://example.com/docs/\n' }, async (say, _, app) => {
    const opened = opener(join(app.path, '..'))
    await say('globalThis.mine = await application.getCurrentWindow()')
    await assert.rejects(say("await mine.openExternal('https://example.com/')"), { code: 'ERR_ACCESS_DENIED', message: /urls/ })
    await assert.rejects(say("await mine.openExternal('mailto:me@example.com')"), { code: 'ERR_ACCESS_DENIED' })
    await assert.rejects(say("await mine.showFileInFolder('/etc/passwd')"), { code: 'ERR_ACCESS_DENIED' })
    assert.equal(opened(), '')
    await say("await mine.openExternal('https://example.com/docs/x')")
    assert.equal(await until(opened, (text) => text !== ''), 'https://example.com/docs/x\n')
  })
})

test('headless, nothing is opened', { timeout }, async () => {
  await drive(xvfb, { env, args: ['--headless'] }, async (say) => {
    await assert.rejects(say("await (await application.getCurrentWindow()).openExternal('https://example.com/')"), { code: 'ERR_WINDOW', message: /headless/ })
    await assert.rejects(say('await (await application.getCurrentWindow()).print()'), { code: 'ERR_WINDOW', message: /headless/ })
  })
})
