/** A hostile script in a page that may do next to nothing: every route, every spelling, every name of a document. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, test } from 'node:test'

import { startXvfb } from '../desktop/app.js'
import { allRefused, attack, contains, development, meta, production, timeout, tools, walls } from './lib/app.js'
import { granted, harmful, routes, spellings, tokens } from './lib/attempts.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const POLICY = "default-src 'self'; script-src 'self' socket:; worker-src 'self' blob: socket:; frame-src 'self' blob: data:; connect-src ipc://application.exit"
const OPEN = "script-src 'self' socket:; connect-src ipc:"

const page = (/** @type {string} */ script) => ({
  'index.html': `<!doctype html>${meta(POLICY)}<script>globalThis.inline = 1</script><script type="module" src="attack.js"></script>`,
  'attack.js': `import { call } from 'socket:internal/ipc'
    ${tools}
    const own = document.querySelector('meta[name=socket-document]').content
    const tell = (name, result) => console.log(JSON.stringify([name, String(result)]))
    ${script}
    await call('application.exit', { code: 0 })`
})

/** The engine may let nothing through; native code says why it refuses. */
const refusals = (/** @type {boolean} */ webview) => (/** @type {string} */ name) => {
  // Some spellings name a route that is granted, which finds that the request is not its own.
  const native = name.startsWith('spelling') ? ['ERR_ACCESS_DENIED', 'ERR_IPC_ROUTE', 'ERR_IPC_REQUEST', 'blocked'] : ['ERR_ACCESS_DENIED']
  return webview ? [...native, 'blocked'] : native
}

for (const { name, webview } of walls) {
  test(`every route, from the page, with ${name}`, { timeout }, async () => {
    const names = routes.filter(route => !granted.includes(route))
    assert.ok(names.length > 100, 'there are so many')
    const { told, stderr } = await attack(xvfb, page(`
      tell('control: inline scripts', globalThis.inline === 1)
      for (const route of ${JSON.stringify(names)}) tell(route, await call(route, {}).then(() => 'RAN', error => error.route === route ? error.code : error.message))`), { webview })
    assert.equal(new Map(told).get('control: inline scripts'), String(!webview), 'the switch switches the WebView and nothing else')
    allRefused(told, names, refusals(webview))
    if (!webview) {
      for (const route of names) assert.ok(stderr.includes(`${route} was refused`), `native code said so of ${route}`)
    }
  })

  test(`other spellings of a route and other names of a document, with ${name}`, { timeout }, async () => {
    const { told } = await attack(xvfb, page(`
      const spellings = ${JSON.stringify(spellings)}
      for (const [index, route] of spellings.entries()) {
        tell('spelling fetch ' + index, await raw(address(route, { path: '/etc/passwd', flags: 0 }, own)))
        tell('spelling xhr ' + index, xhr(address(route, { path: '/etc/passwd', flags: 0 }, own)))
        tell('spelling post ' + index, await raw(address(route, undefined, own), { method: 'POST', headers: { 'x-ipc-body': '1' }, body: new Uint8Array([2, 0, 0, 0, 123, 125]) }))
      }
      for (const [index, token] of ${JSON.stringify(tokens)}.entries()) tell('token ' + index, await raw(address('application.exit', { code: 9 }, token)))
      tell('token none', await raw(address('application.exit', { code: 9 })))
      tell('token upper', await raw(address('application.exit', { code: 9 }, own.toUpperCase().replace(/\\d/g, '0'))))
      tell('token part', await raw(address('application.exit', { code: 9 }, own.slice(1))))
      tell('token longer', await raw(address('application.exit', { code: 9 }, own + '0')))`), { webview })
    const names = [
      ...spellings.flatMap((_, index) => ['fetch', 'xhr', 'post'].map(way => `spelling ${way} ${index}`)),
      ...tokens.map((_, index) => `token ${index}`), 'token none', 'token upper', 'token part', 'token longer'
    ]
    allRefused(told, names, refusals(webview))
  })

  test(`a page that may do more lends nothing to text of it, with ${name}`, { timeout }, async () => {
    const files = {
      ...page(`
      const ways = {
        plain: {},
        navigating: { headers: { Accept: 'text/html,application/xhtml+xml', 'Upgrade-Insecure-Requests': '1' } },
        cors: { mode: 'cors', credentials: 'include' },
        cached: { cache: 'force-cache' },
        referred: { referrer: '/open.html', referrerPolicy: 'unsafe-url' }
      }
      for (const [way, options] of Object.entries(ways)) {
        const text = await fetch('/open.html', options).then(r => r.text(), () => '')
        const token = text.match(/socket-document" content="(\\w+)"/)?.[1]
        tell('fetched ' + way, token === undefined ? 'ERR_ACCESS_DENIED' : await raw(address('os.userInfo', {}, token)))
      }
      history.pushState({}, '', '/open.html')
      tell('history', await call('os.userInfo', {}).then(() => 'RAN', error => error.code))
      history.replaceState({}, '', '/')
      const more = document.createElement('meta')
      more.httpEquiv = 'Content-Security-Policy'
      more.content = "connect-src ipc:"
      document.head.append(more)
      tell('another meta', await call('os.userInfo', {}).then(() => 'RAN', error => error.code))
      for (const old of document.querySelectorAll('meta[http-equiv]')) { old.content = 'connect-src ipc:'; old.remove() }
      tell('metas gone', await call('os.userInfo', {}).then(() => 'RAN', error => error.code))
      // A frame of the page that may do more, which this page's policy lets in: not more than this page.
      const frame = document.createElement('iframe')
      frame.src = '/open.html'
      document.documentElement.append(frame)
      await new Promise(resolve => { frame.onload = resolve })
      const inner = frame.contentDocument.querySelector('meta[name=socket-document]').content
      for (const route of ${JSON.stringify(harmful)}) {
        tell('frame token ' + route, await raw(address(route, {}, inner)))
        tell('frame fetch ' + route, await frame.contentWindow.fetch(address(route, {}, inner)).then(async r => answered(r.status, await r.text()), () => 'blocked'))
      }
      document.domain = document.domain
      tell('domain', await call('os.userInfo', {}).then(() => 'RAN', error => error.code))
`),
      'open.html': `<!doctype html>${meta(OPEN)}<p>more`
    }
    const { told } = await attack(xvfb, files, { webview })
    const ways = ['plain', 'navigating', 'cors', 'cached', 'referred'].map(way => `fetched ${way}`)
    const names = [...ways, 'history', 'another meta', 'metas gone', 'domain', ...harmful.flatMap(route => [`frame token ${route}`, `frame fetch ${route}`])]
    allRefused(told, names, refusals(webview))
  })
}

test('the runtime that apps are built from does not know the switch', () => {
  assert.ok(existsSync(production), 'the release runtime is built: npm test -- runtime')
  assert.equal(contains(production), false)
  // What is looked for is what the development runtime is seen to have.
  assert.equal(contains(development), true)
})

test('a page of another origin in the address of a call is nothing', { timeout }, async () => {
  // What carries no Origin: images, scripts, styles, frames, forms, links, preloads, media, beacons, event streams, sockets.
  const url = 'ipc://application.exit?seq=x.1&amp;head=%7B%22code%22%3A9%7D'
  const elements = [
    `<img src="${url}">`, `<script src="${url}"></script>`, `<script type="module" src="${url}"></script>`, `<link rel="stylesheet" href="${url}">`, `<link rel="icon" href="${url}">`,
    `<link rel="preload" as="fetch" href="${url}">`, `<link rel="preload" as="fetch" crossorigin href="${url}">`, `<link rel="modulepreload" href="${url}">`, `<link rel="prefetch" href="${url}">`,
    `<iframe src="${url}"></iframe>`, `<object data="${url}"></object>`, `<embed src="${url}">`, `<video src="${url}"></video>`, `<audio src="${url}"></audio>`, `<video><track src="${url}"></video>`,
    `<style>@import "${url}"; p { background: url("${url}") } @font-face { font-family: x; src: url("${url}") } p { font-family: x }</style>`, `<svg><image href="${url}"/><use href="${url}"/></svg>`,
    `<input type="image" src="${url}">`, `<form id="f" action="${url}" method="post" target="t"></form><iframe name="t"></iframe>`, `<a id="a" href="${url}" ping="${url}">x</a>`, '<p>x</p>'
  ]
  for (const { webview } of walls) {
    const { told } = await attack(xvfb, {
      'index.html': `<!doctype html>${meta("script-src 'self' socket:; connect-src ipc://application.exit")}${elements.join('')}<script type="module" src="late.js"></script>`,
      'late.js': `
        import { call } from 'socket:internal/ipc'
        ${tools}
        const url = ${JSON.stringify(url.replace('&amp;', '&'))}
        document.getElementById('f').submit()
        try { navigator.sendBeacon(url, 'x') } catch {}
        try { new EventSource(url) } catch {}
        try { new WebSocket(url) } catch {}
        try { open(url) } catch {}
        try { new SharedWorker(url) } catch {}
        try { new Worker(url) } catch {}
        try { await fetch(url, { mode: 'no-cors' }) } catch {}
        try { await import(url) } catch {}
        document.getElementById('a').click()
        location.href = url
        // Nothing happens for so long.
        setTimeout(() => { console.log(JSON.stringify(['still here', 'yes'])); call('application.exit', { code: 0 }) }, 400)`
    }, { webview })
    assert.deepEqual(told, [['still here', 'yes']])
  }
})
