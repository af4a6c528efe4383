/** A hostile backend: what it says reaches no page whose policy does not let it hear, and nothing that it says is a call. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { startXvfb } from '../desktop/app.js'
import { attack, meta, timeout, walls } from './lib/app.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

/** Lines that a backend may write: events with names of others, calls of routes, and what is no line at all. */
const events = ['evil', 'window.message', 'window.changed', 'fs.changed', 'backend.event', 'ipc.events', '__proto__', 'constructor', 'securitypolicyviolation', 'error', 'message', 'load', 'popstate']
const lines = [
  ...events.map(name => `ipc://send?window=0&event=${encodeURIComponent(name)}&value=%7B%22a%22%3A1%7D`),
  ...events.map(name => `ipc://send?event=${encodeURIComponent(name)}&value=1`),
  'ipc://send?window=-1&event=evil&value=1', 'ipc://send?window=99999999999999999999&event=evil&value=1', 'ipc://send?event=&value=', 'ipc://send', 'ipc://', 'ipc:',
  'ipc://fs.writeFile?path=canary&flags=577', 'ipc://child_process.spawn?file=touch&args=canary', 'ipc://window.open?url=https%3A%2F%2Fexample.com', 'ipc://application.exit?code=9',
  `ipc://send?window=0&event=${'x'.repeat(10_000)}&value=1`, 'ipc://send?window=0&event=%FF%FE&value=%FF', 'ipc://resolve?seq=0&state=0&value=1', 'plain text'
]

for (const { name, webview } of walls) {
  test(`what a backend says, with ${name}`, { timeout, skip: process.platform === 'win32' && 'the backend is a shell script' }, async () => {
    const { told } = await attack(xvfb, {
      'backend.sh': `cat <<'END'\n${lines.join('\n')}\nEND\nprintf '\\000\\001\\377\\n'\n: > done\nexec cat > /dev/null\n`,
      'index.html': `<!doctype html>${meta("script-src 'self' socket:; connect-src ipc://application.exit ipc://fs.exists")}<script type="module" src="index.js"></script>`,
      'index.js': `
        import { call, on } from 'socket:internal/ipc'
        const heard = []
        for (const name of ${JSON.stringify(events)}) addEventListener(name, event => { if (event.detail !== undefined && event.detail !== 0) heard.push(name) })
        for (const name of ['window.message', 'window.changed', 'fs.changed', 'backend.event', 'backend.error']) on(name, () => heard.push('native ' + name))
        while (!await call('fs.exists', { path: 'done' })) await new Promise(resolve => setTimeout(resolve, 20))
        // A round trip more: what came before it has been worked on.
        await call('fs.exists', { path: 'done' })
        console.log(JSON.stringify(['heard', heard.join()]))
        await call('application.exit', { code: 0 })`
    }, {
      webview,
      ini: '[linux]\ncmd = sh backend.sh\n[mac]\ncmd = sh backend.sh\n[backend]\nautostart = true',
      after: app => assert.equal(existsSync(join(app.path, 'canary')), false, 'a line is no call')
    })
    assert.deepEqual(told, [['heard', '']])
  })
}
