/** Who may call native code: the app's own origin, as far as its Content-Security-Policy says. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'

import { go, makeApp, startXvfb, untilGo } from './app.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const timeout = 120_000

/** Tries calls and prints a line of JSON for each, then ends. The last call needs `application.exit`. */
const probe = (/** @type {string[]} */ routes) => `
  import { call } from 'socket:internal/ipc'
  for (const route of ${JSON.stringify(routes)}) {
    let result
    try { await call(route); result = 'ok' } catch (error) { result = error.code }
    console.log(JSON.stringify([route, result]))
  }
  await call('application.exit', { code: 0 })`

/**
 * @param {string} head
 * @param {string[]} routes
 * @param {{ ini?: string }} [options]
 */
async function results (head, routes, options) {
  const app = makeApp({ 'index.html': `<!doctype html>${head}<script type="module" src="probe.js"></script>`, 'probe.js': probe(routes) }, options)
  try {
    const { code, stdout, stderr } = await app.run(['--headless'], { DISPLAY: xvfb.display }).ended
    assert.equal(code, 0, stderr)
    return Object.fromEntries(stdout.trim().split('\n').map(line => JSON.parse(line)))
  } finally {
    app.remove()
  }
}

const meta = (/** @type {string} */ policy) => `<meta http-equiv="Content-Security-Policy" content="${policy}">`

test('without a policy a page calls nothing, and the error is the line to add', { timeout }, async () => {
  for (const head of ['', meta("script-src 'self' socket:")]) {
    const app = makeApp({
      'index.html': `<!doctype html>${head}<script type="module" src="index.js"></script>`,
      'index.js': `
        import { call } from 'socket:internal/ipc'
        const found = []
        document.addEventListener('securitypolicyviolation', event => found.push([event.blockedURI, event.effectiveDirective]))
        const { code, route, add, place } = await call('fs.readFile', { path: '/etc/passwd', flags: 0 }).catch(error => error)
        document.title = JSON.stringify({ code, route, add, place, found })`
    }, { bare: true })
    const running = app.run(['--headless'], { DISPLAY: xvfb.display })
    try {
      const line = '<meta http-equiv="Content-Security-Policy" content="connect-src \'self\' ipc://fs.readFile">'
      const [said] = await running.complained(/fs\.readFile was refused: .*\n/)
      assert.ok(said.includes(`add ${line} to the <head>`), said)
    } finally {
      running.child.kill()
      await running.ended
      app.remove()
    }
  }
})

test('a policy names routes exactly', { timeout }, async () => {
  const policy = meta("default-src 'self'; script-src 'self' socket:; connect-src ipc://application.exit")
  assert.deepEqual(await results(policy, ['application.screen', 'window.list']), {
    'application.screen': 'ERR_ACCESS_DENIED', 'window.list': 'ERR_ACCESS_DENIED'
  })
})

test('a module stands for its routes, in both spellings', { timeout }, async () => {
  for (const source of ['ipc://application.*', 'ipc://application']) {
    const policy = meta(`script-src 'self' socket:; connect-src ${source}`)
    assert.deepEqual(await results(policy, ['application.screen', 'window.list']), {
      'application.screen': 'ok', 'window.list': 'ERR_ACCESS_DENIED'
    }, source)
  }
})

test('the policy of socket.ini counts as well as that of the page', { timeout }, async () => {
  const ini = "[webview]\nheaders[] = \"Content-Security-Policy: script-src 'self' socket:; connect-src ipc://application.* ipc://window.list\""
  const policy = meta('connect-src ipc://application.* ipc://console.*')
  assert.deepEqual(await results(policy, ['application.screen', 'window.list'], { ini }), {
    'application.screen': 'ok', 'window.list': 'ERR_ACCESS_DENIED'
  })
})

test('a test run can end the app, whatever the page may do', { timeout }, async () => {
  for (const policy of ["default-src 'self'; script-src 'self' socket:; connect-src ipc://fs.readFile", "script-src 'self' socket:; connect-src 'none'"]) {
    const app = makeApp({
      'index.html': `<!doctype html>${meta(policy)}`,
      'test.js': `
        import { test } from 'socket:test'
        import { call } from 'socket:internal/ipc'
        test('refused', async t => t.equal((await call('application.screen').catch(error => error)).code, 'ERR_ACCESS_DENIED', 'the rest stays refused'))`
    })
    try {
      const { code, stdout, stderr } = await app.run(['--headless', '--test=/test.js'], { DISPLAY: xvfb.display }).ended
      assert.equal(code, 0, stdout + stderr)
      assert.match(stdout, /^ok 1 the rest stays refused$/m)
    } finally {
      app.remove()
    }
  }
})

test('native code refuses what the WebView would let pass', { timeout }, async () => {
  // Requests that no connect-src governs: the engine sends them, and they carry no Origin.
  const app = makeApp({
    'index.html': `<!doctype html>${meta("script-src 'self' socket:; connect-src ipc://application.exit")}
      <script src="ipc://application.exit?seq=x.1&head=%7B%22code%22%3A9%7D"></script>
      <img src="ipc://application.exit?seq=x.2&head=%7B%22code%22%3A9%7D">
      <link rel="preload" as="fetch" href="ipc://application.exit?seq=x.3&head=%7B%22code%22%3A9%7D">
      <iframe src="ipc://application.exit?seq=x.4&head=%7B%22code%22%3A9%7D"></iframe>
      <form action="ipc://application.exit?seq=x.5&head=%7B%22code%22%3A9%7D"></form>
      <script type="module" src="late.js"></script>`,
    'late.js': `
      import { call } from 'socket:internal/ipc'
      addEventListener('load', () => {
        document.querySelector('form').submit()
        location.href = 'ipc://application.exit?seq=x.6&head=%7B%22code%22%3A9%7D'
        // Nothing happens for so long.
        setTimeout(() => { console.log('still here'); call('application.exit', { code: 0 }) }, 300)
      })`
  })
  try {
    const { code, stdout, stderr } = await app.run(['--headless'], { DISPLAY: xvfb.display }).ended
    assert.equal(stdout, 'still here\n', stderr)
    assert.equal(code, 0)
  } finally {
    app.remove()
  }
})

test('a frame of another origin has no powers', { timeout }, async () => {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(`<!doctype html><script type="module">
      const say = async (name, work) => { let result; try { result = await work() } catch (error) { result = 'failed' } parent.postMessage([name, result], '*') }
      await say('fetch', async () => (await fetch('ipc://application.screen?seq=frame.1')).status)
      await say('no-cors', async () => (await fetch('ipc://application.exit?seq=frame.2&head=%7B%22code%22%3A9%7D', { mode: 'no-cors' })).status)
      await say('xhr', async () => { const x = new XMLHttpRequest(); x.open('GET', 'ipc://application.screen?seq=frame.3', false); x.send(); return x.responseText.includes('ERR_ACCESS_DENIED') ? 'denied' : x.responseText })
      await say('xhr args', async () => { const x = new XMLHttpRequest(); x.open('GET', 'socket:internal/args', false); x.send(); return x.status })
      await say('xhr file', async () => { const x = new XMLHttpRequest(); x.open('GET', 'socket://com.example.test-app/index.js', false); x.send(); return x.status })
      await say('module', async () => typeof (await import('socket:internal/ipc')).call)
      await say('args', async () => typeof (await import('socket:internal/args')).default)
      await say('console', async () => { webkit.messageHandlers.ipc.postMessage('1forged\\n'); webkit.messageHandlers.ipc.postMessage('00000000000000000000000000000000' + '1forged\\n'); return 'sent' })
      parent.postMessage(['end'], '*')
    </script>`)
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const app = makeApp({
    'index.html': '<!doctype html><body></body><script type="module" src="index.js"></script>',
    'index.js': `
      import { call } from 'socket:internal/ipc'
      addEventListener('message', ({ data: [name, result] }) => {
        if (name === 'end') call('application.exit', { code: 0 })
        else console.log(name, result)
      })
      // Not before somebody hears it.
      document.body.append(Object.assign(document.createElement('iframe'), { src: 'http://127.0.0.1:${port}/' }))`
  }, { ini: `[webview.navigator.policies]\nallowed[] = http://127.0.0.1:${port}/*` })
  try {
    const { code, stdout, stderr } = await app.run(['--headless'], { DISPLAY: xvfb.display }).ended
    assert.equal(code, 0, stderr)
    assert.deepEqual(stdout.trim().split('\n'), ['fetch failed', 'no-cors 0', 'xhr denied', 'xhr args 403', 'xhr file 403', 'module failed', 'args failed', 'console sent'])
  } finally {
    app.remove()
    server.close()
  }
})

test('the window stays in the app', { timeout }, async () => {
  const app = makeApp({
    'index.html': '<!doctype html><script type="module" src="index.js"></script>',
    'index.js': `
      import { call } from 'socket:internal/ipc'
      location.href = 'https://example.com/'
      ${untilGo}
      console.log(open('https://example.com/') === null ? 'no window' : 'a window', location.origin)
      call('application.exit', { code: 0 })`
  })
  try {
    const running = app.run(['--headless'], { DISPLAY: xvfb.display })
    await running.complained(/https:\/\/example\.com\/ was not opened: .*\[webview\.navigator\.policies\]/)
    go(app)
    assert.equal((await running.ended).stdout, 'no window socket://com.example.test-app\n')
  } finally {
    app.remove()
  }
})
