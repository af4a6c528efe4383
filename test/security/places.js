/** Hostile frames and workers of every kind: what no page of the app is may do nothing, whatever the app's page may. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { startXvfb } from '../desktop/app.js'
import { allRefused, attack, meta, timeout, tools, walls } from './lib/app.js'
import { harmful } from './lib/attempts.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
/** @type {import('node:http').Server} */
let server
let origin = ''

/** Tries each route from wherever it runs, and tells the page. `canary` would be written by the one that gets through. */
const hostile = (/** @type {string} */ place, /** @type {string} */ tell) => `
  ${tools}
  const send = ${tell}
  ;(async () => {
    for (const route of ${JSON.stringify(harmful)}) {
      const request = route === 'fs.writeFile' ? { path: 'canary', flags: 577, mode: 438, flush: false } : route === 'fs.readFile' ? { path: 'socket.ini', flags: 0 } : {}
      send(['${place} fetch ' + route, await raw(address(route, request))])
      send(['${place} xhr ' + route, xhr(address(route, request))])
      send(['${place} forged ' + route, await raw(address(route, request, '0123456789abcdef0123456789abcdef'))])
    }
    send(['${place} no-cors', await fetch(address('fs.writeFile', { path: 'canary', flags: 577, mode: 438, flush: false }), { mode: 'no-cors' }).then(r => r.status === 0 ? 'blocked' : 'RAN ' + r.status, () => 'blocked')])
    send(['${place} end', 'ERR_ACCESS_DENIED'])
  })()`
const attempts = (/** @type {string} */ place) => [...harmful.flatMap(route => ['fetch', 'xhr', 'forged'].map(way => `${place} ${way} ${route}`)), `${place} no-cors`, `${place} end`]

before(async () => {
  xvfb = await startXvfb()
  server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html')
    const place = request.url === '/moved' ? 'moved' : 'remote'
    response.end(`<!doctype html><script>${hostile(place, "m => parent.postMessage(m, '*')")}</script>`)
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  origin = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`
})
after(async () => {
  server?.close()
  await xvfb?.stop()
})

const escape = (/** @type {string} */ text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
const toParent = "m => parent.postMessage(m, '*')"

/** Frames that are no page of the app. The page itself may do everything. */
const frames = {
  'data:': () => `<iframe src="data:text/html,${encodeURIComponent(`<script>${hostile('data:', toParent)}</script>`)}"></iframe>`,
  srcdoc: () => `<iframe srcdoc="${escape(`<script>${hostile('srcdoc', toParent)}</script>`)}"></iframe>`,
  sandbox: () => '<iframe sandbox="allow-scripts" src="sandbox.html"></iframe>',
  'sandboxed srcdoc': () => `<iframe sandbox="allow-scripts" srcdoc="${escape(`<script>${hostile('sandboxed srcdoc', toParent)}</script>`)}"></iframe>`,
  remote: () => `<iframe src="${origin}/"></iframe>`,
  moved: () => '<iframe src="mover.html"></iframe>',
  'blob:': () => ''
}

for (const { name, webview } of walls) {
  test(`frames that are no page of the app, with ${name}`, { timeout }, async () => {
    const places = Object.keys(frames)
    const { told } = await attack(xvfb, {
      'index.html': `<!doctype html>${meta("script-src 'unsafe-inline' 'self' socket: blob: data:; connect-src ipc:")}<script type="module" src="index.js"></script>`,
      'sandbox.html': `<!doctype html><script>${hostile('sandbox', toParent)}</script>`,
      'mover.html': `<!doctype html><script>location.replace('${origin}/moved')</script>`,
      'index.js': `
        import { call } from 'socket:internal/ipc'
        const ended = new Set()
        addEventListener('message', ({ data }) => {
          console.log(JSON.stringify(data.map(String)))
          if (String(data[0]).endsWith(' end')) ended.add(data[0])
          if (ended.size === ${places.length}) call('application.exit', { code: 0 })
        })
        const blob = new Blob([${JSON.stringify(`<script>${hostile('blob:', toParent)}</scr` + 'ipt>')}], { type: 'text/html' })
        document.body.innerHTML = ${JSON.stringify(Object.values(frames).map(make => make()).join('')).replaceAll('</script', '<\\/script')}
        const frame = document.createElement('iframe')
        frame.src = URL.createObjectURL(blob)
        document.body.append(frame)`
    }, {
      webview,
      ini: `[webview.navigator.policies]\nallowed[] = ${origin}/*`,
      after: app => assert.equal(existsSync(join(app.path, 'canary')), false, 'nothing was written')
    })
    // Those of other origins cannot read the answer of fetch: the engine hides what native code has refused.
    allRefused(told, places.flatMap(attempts), () => ['ERR_ACCESS_DENIED', 'blocked'])
  })

  test(`workers of a page that may do nothing, with ${name}`, { timeout }, async () => {
    const policy = "default-src 'self'; script-src 'self' socket: blob:; worker-src 'self' blob: socket:; connect-src ipc://application.exit"
    const { told } = await attack(xvfb, {
      'index.html': `<!doctype html>${meta(policy)}<script type="module" src="index.js"></script>`,
      'classic.js': hostile('classic', 'm => postMessage(m)'),
      'module.js': hostile('module', 'm => postMessage(m)'),
      'polite.js': `
        import { call } from 'socket:internal/ipc'
        for (const route of ${JSON.stringify(harmful)}) postMessage(['polite ' + route, await call(route, {}).then(() => 'RAN', error => error.code)])
        postMessage(['polite end', 'ERR_ACCESS_DENIED'])`,
      'nested.js': "const inner = new Worker('nested-inner.js'); inner.onmessage = e => postMessage(e.data)",
      'nested-inner.js': hostile('nested', 'm => postMessage(m)'),
      'index.js': `
        import { call } from 'socket:internal/ipc'
        const blob = URL.createObjectURL(new Blob([${JSON.stringify(hostile('blob', 'm => postMessage(m)'))}], { type: 'text/javascript' }))
        for (const make of [() => new Worker('classic.js'), () => new Worker('module.js', { type: 'module' }), () => new Worker('polite.js', { type: 'module' }), () => new Worker('nested.js'), () => new Worker(blob)]) {
          const worker = make()
          await new Promise(resolve => { worker.onmessage = ({ data }) => { console.log(JSON.stringify(data.map(String))); if (String(data[0]).endsWith(' end')) resolve() } })
        }
        await call('application.exit', { code: 0 })`
    }, { webview, after: app => assert.equal(existsSync(join(app.path, 'canary')), false, 'nothing was written') })
    const names = [...['classic', 'module', 'nested', 'blob'].flatMap(attempts), ...harmful.map(route => `polite ${route}`), 'polite end']
    allRefused(told, names, () => webview ? ['ERR_ACCESS_DENIED', 'blocked'] : ['ERR_ACCESS_DENIED', 'blocked'].slice(0, 2))
  })

  test(`shared workers of a page that may do everything, with ${name}`, { timeout }, async () => {
    const { told } = await attack(xvfb, {
      'index.html': `<!doctype html>${meta("default-src 'self'; script-src 'self' socket: blob:; worker-src 'self' blob: socket:; connect-src ipc:")}<script type="module" src="index.js"></script>`,
      // Even with the token of the page that starts it.
      'shared.js': `onconnect = ({ ports: [port] }) => { port.onmessage = ({ data: token }) => {
        ${hostile('shared', 'm => port.postMessage(m)').replaceAll("'0123456789abcdef0123456789abcdef'", 'token')}
      } }`,
      'index.js': `
        import { call } from 'socket:internal/ipc'
        import { documentToken } from 'socket:internal/document-token'
        try { new SharedWorker('shared.js'); console.log(JSON.stringify(['started', 'RAN'])) } catch (error) { console.log(JSON.stringify(['started', error.name])) }
        // The engine's own class, behind the one that refuses.
        const { port } = new (Object.getPrototypeOf(SharedWorker))('shared.js')
        port.postMessage(documentToken())
        await new Promise(resolve => { port.onmessage = ({ data }) => { console.log(JSON.stringify(data.map(String))); if (String(data[0]).endsWith(' end')) resolve() } })
        await call('application.exit', { code: 0 })`
    }, { webview, after: app => assert.equal(existsSync(join(app.path, 'canary')), false, 'nothing was written') })
    assert.equal(new Map(told).get('started'), 'NotSupportedError')
    allRefused(told, attempts('shared'), () => ['ERR_ACCESS_DENIED', 'blocked'])
  })

  test(`a frame of the app is governed by its own policy, with ${name}`, { timeout }, async () => {
    const { told } = await attack(xvfb, {
      'index.html': `<!doctype html>${meta("script-src 'self' socket:; connect-src ipc:")}<script type="module" src="index.js"></script>`,
      'frame.html': `<!doctype html>${meta("script-src 'self' socket:; connect-src ipc://os.uptime")}<script type="module" src="frame.js"></script>`,
      'silent.html': `<!doctype html>${meta("script-src 'self' socket:")}<script type="module" src="frame.js"></script>`,
      'frame.js': `
        import { call } from 'socket:internal/ipc'
        const place = location.pathname
        parent.postMessage([place + ' os.uptime', await call('os.uptime').then(() => 'ran', error => error.code)], '*')
        for (const route of ${JSON.stringify(harmful)}) parent.postMessage([place + ' ' + route, await call(route, {}).then(() => 'RAN', error => error.code)], '*')
        parent.postMessage([place + ' end', 'ERR_ACCESS_DENIED'], '*')`,
      'index.js': `
        import { call } from 'socket:internal/ipc'
        let ended = 0
        addEventListener('message', ({ data }) => {
          console.log(JSON.stringify(data.map(String)))
          if (data[0].endsWith(' end') && ++ended === 2) call('application.exit', { code: 0 })
        })
        console.log(JSON.stringify(['page os.uptime', await call('os.uptime').then(() => 'ran', error => error.code)]))
        document.body.innerHTML = '<iframe src="frame.html"></iframe><iframe src="silent.html"></iframe>'`
    }, { webview })
    const results = new Map(told)
    assert.equal(results.get('page os.uptime'), 'ran')
    assert.equal(results.get('/frame.html os.uptime'), 'ran', 'what its own policy names')
    const names = ['/silent.html os.uptime', ...['/frame.html', '/silent.html'].flatMap(place => harmful.map(route => `${place} ${route}`))]
    allRefused(told, names, () => ['ERR_ACCESS_DENIED'])
  })
}
