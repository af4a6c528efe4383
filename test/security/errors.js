/** Errors that teach: what a page, its worker and the developer learn of a call that is refused. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { makeApp, seal, startXvfb } from '../desktop/app.js'
import { meta, SWITCH, timeout, walls } from './lib/app.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const POLICY = "default-src 'self'; script-src 'self' socket:; worker-src 'self' socket:; connect-src ipc://application.exit ipc://fs.readFile"

/** Makes refused calls and tells of each its error and the events that came with it; once more, because a line is said once. */
const probe = (/** @type {string} */ tell) => `
  import { call } from 'socket:internal/ipc'
  const tell = ${tell}
  const scope = globalThis.document ?? globalThis
  const seen = new Set()
  let events = []
  scope.addEventListener('securitypolicyviolation', event => events.push(event))
  const attempts = [['window.list', {}], ['window.list', {}], ['fs.readFile', { path: '/etc/passwd', flags: 0 }], ['fs.readFile', { path: '/etc/passwd', flags: 0 }]]
  for (const [route, request] of attempts) {
    events = []
    const error = await call(route, request).then(() => ({ code: 'RAN' }), error => error)
    const { code, route: named, resource, add, place } = error
    // Engines shorten what they blocked to its scheme or its host.
    const find = () => events.filter(event => ['ipc', 'ipc:', 'ipc://' + route, 'ipc://' + route.toLowerCase()].includes(event.blockedURI.split('?')[0]))
    // The engine's own events come as tasks of their own. There is one the first time, and soon after it no other.
    for (let left = seen.has(route) ? 0 : 400; find().length === 0 && left > 0; left--) await new Promise(resolve => setTimeout(resolve, 25))
    await new Promise(resolve => setTimeout(resolve, 50))
    seen.add(route)
    const own = find()
    tell([code, named, resource ?? null, add, place, own.map(event => [event instanceof SecurityPolicyViolationEvent, event.type, event.effectiveDirective, event.disposition, event.sample, event.isTrusted])])
  }`

const files = {
  'index.html': `<!doctype html>${meta(POLICY)}<script type="module" src="page.js"></script>`,
  'page.js': `${probe("line => console.log('page ' + JSON.stringify(line))")}
    const worker = new Worker('worker.js', { type: 'module' })
    await new Promise(resolve => { worker.onmessage = ({ data }) => data === 'end' ? resolve() : console.log('worker ' + JSON.stringify(data)) })
    await call('application.exit', { code: 0 })`,
  'worker.js': `${probe('line => postMessage(line)')}\n  postMessage('end')`
}

const ini = '[capabilities]\nread[] = $APP/**'

for (const { name, webview } of walls) {
  test(`the error, the event and the line in the terminal, with ${name}`, { timeout }, async () => {
    const app = makeApp(files, { ini, bare: true })
    try {
      /** @type {Record<string, string>} */
      const env = { DISPLAY: xvfb.display, WAYLAND_DISPLAY: '' }
      if (!webview) env[SWITCH] = '1'
      const { code, stdout, stderr } = await app.run(['--headless'], env).ended
      assert.equal(code, 0, `${stdout}\n${stderr}`)
      const told = (/** @type {string} */ who) => stdout.split('\n').filter(line => line.startsWith(`${who} `)).map(line => JSON.parse(line.slice(who.length + 1)))
      const native = [[true, 'securitypolicyviolation', 'connect-src', 'enforce']]
      for (const who of ['page', 'worker']) {
        const [list, again, file, more] = told(who)
        assert.deepEqual([again, more].map(([code]) => code), ['ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED'], who)
        const where = 'the <meta http-equiv="Content-Security-Policy"> of the page, or [webview] headers of socket.ini'
        assert.deepEqual(list.slice(0, 4), ['ERR_ACCESS_DENIED', 'window.list', null, 'ipc://window.list'], who)
        assert.ok(webview || list[4] === where, list[4])
        // What the engine stops has the engine's own event, or ours where it tells nobody.
        assert.ok(list[5].length >= 1, `${who}: ${JSON.stringify(list)}`)
        assert.equal(list[5].every((/** @type {unknown[]} */ event) => event[0] === true && event[1] === 'securitypolicyviolation' && event[2] === 'connect-src'), true, JSON.stringify(list))
        // The policy names this route, so native code refuses it in both runs.
        assert.deepEqual(file.slice(0, 5), ['ERR_ACCESS_DENIED', 'fs.readFile', 'reading "/etc/passwd"', 'read[] = /etc/passwd', '[capabilities] of socket.ini'], who)
        assert.deepEqual(file[5].map((/** @type {unknown[]} */ event) => event.slice(0, 4)), native, who)
        assert.equal(file[5][0][4], 'reading "/etc/passwd"', 'the event says what it was about')
      }
      const lines = (/** @type {RegExp} */ pattern) => stderr.split('\n').filter(line => pattern.test(line))
      assert.equal(lines(/fs\.readFile was refused/).length, 1, `once, whoever asks:\n${stderr}`)
      assert.match(lines(/fs\.readFile was refused/)[0], /add the line read\[\] = \/etc\/passwd to \[capabilities\] of socket\.ini$/)
      if (!webview) {
        assert.equal(lines(/window\.list was refused/).length, 1, stderr)
        assert.match(lines(/window\.list was refused/)[0], /add ipc:\/\/window\.list to connect-src in the <meta/)
      }
    } finally {
      app.remove()
    }
  })
}

test('a build for users tells its page and not the terminal', { timeout }, async () => {
  const app = makeApp(files, { ini, bare: true, debug: false })
  try {
    seal(app)
    const { code, stdout, stderr } = await app.run(['--headless'], { DISPLAY: xvfb.display, WAYLAND_DISPLAY: '' }).ended
    assert.equal(code, 0, `${stdout}\n${stderr}`)
    const told = stdout.split('\n').filter(line => line.startsWith('page '))
    assert.equal(told.length, 4, stdout)
    assert.ok(told[2].includes('read[] = /etc/passwd'), told[2])
    assert.doesNotMatch(stderr, /refused|capabilities|Content-Security-Policy/)
  } finally {
    app.remove()
  }
})
