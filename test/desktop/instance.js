/** One process per app, and the links that open it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { startXvfb, withApp } from './app.js'

const timeout = 120_000

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const page = '<!doctype html><title>t</title><script type="module" src="/index.js"></script>'
const script = `
  addEventListener('applicationurl', (event) => {
    console.log('url', event.source, event.isValid, event.url?.pathname, event.data, event instanceof ApplicationURLEvent)
  })
  addEventListener('applicationstart', ({ detail }) => console.log('start', JSON.stringify(detail.argv.slice(1)), detail.cwd))
  addEventListener('load', () => console.log('ready'))`
const ini = '[meta]\napplication_protocol = my-app\n'

/** @param {Parameters<typeof withApp>[3]} work @param {string} [more] */
const run = (work, more = '') => withApp(xvfb, { 'index.html': page, 'index.js': script }, { ini: ini + more }, work)

test('links reach the page of the running app, whether it ran or not', { timeout }, async () => {
  await run(async (app, env) => {
    const first = app.run(['my-app://open/first', 'https://example.com/', '-x'], env)
    await first.printed(/ready\nurl my-app:\/\/open\/first true \/first open\/first true\n/)
    const second = await app.run(['MY-APP:ünïcode "<x>\'`{1}`\\'], env).ended
    assert.equal(second.code, 0, second.stderr)
    assert.equal(second.stdout, '')
    await first.printed(/start \["MY-APP:ünïcode \\"<x>'`\{1\}`\\\\"\] \/.*\nurl MY-APP:ünïcode "<x>'`\{1\}`\\ true /)
    const third = await app.run(['--', 'x', 'my-app:'], env).ended
    assert.equal(third.code, 0, third.stderr)
    await first.printed(/start \["--","x","my-app:"\].*\nurl my-app: true/)
    assert.doesNotMatch(first.stdout(), /url https:/)
    // Headless runs and tests are for themselves.
    const headless = app.run(['--headless'], env)
    await headless.printed(/ready/)
    headless.child.kill()
    await headless.ended
    // Killed, it is in nobody's way.
    first.child.kill('SIGKILL')
    await first.ended
    const next = app.run([], env)
    await next.printed(/ready/)
    next.child.kill()
    await next.ended
  })
})

test('an app may run several times where socket.ini says so', { timeout }, async () => {
  await run(async (app, env) => {
    const first = app.run([], env)
    await first.printed(/ready/)
    const second = app.run([], env)
    await second.printed(/ready/)
    for (const { child, ended } of [first, second]) {
      child.kill()
      assert.equal((await ended).signal, 'SIGTERM')
    }
    assert.doesNotMatch(first.stdout(), /start/)
  }, '[application]\nsingle_instance = false\n')
})

test('one that does not answer is named', { timeout }, async () => {
  await run(async (app, env) => {
    const first = app.run([], env)
    await first.printed(/ready/)
    first.child.kill('SIGSTOP')
    try {
      const { code, stderr } = await app.run([], env).ended
      assert.equal(code, 75)
      assert.match(stderr, /^error: the app is running already and does not answer \(.*\); end it first\n$/)
    } finally {
      first.child.kill('SIGKILL')
      await first.ended
    }
  })
})
