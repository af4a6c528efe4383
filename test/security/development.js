/**
 * Pages of a development server: the same gate as the app's own pages, from the policies that the server sends, wherever
 * they stand; a page without a policy may call nothing.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer, get } from 'node:http'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'

import { makeApp, startXvfb } from '../desktop/app.js'
import { allRefused, meta, SWITCH, timeout, tools, walls } from './lib/app.js'
import { harmful } from './lib/attempts.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const SCRIPTS = "script-src 'self' 'unsafe-inline' socket:"
const EXIT = 'ipc://application.exit'

/**
 * Serves pages and runs an app that shows the first.
 *
 * @param {Record<string, string | [string, Record<string, string>] | ((request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => void)>} pages
 * @param {{ webview: boolean, ini?: string, killed?: boolean, upgrade?: (request: import('node:http').IncomingMessage, socket: import('node:stream').Duplex) => void, meanwhile?: (port: number, running: import('../desktop/app.js').Running) => Promise<void> }} options
 */
async function develop (pages, { webview, ini = '', killed = false, upgrade, meanwhile }) {
  const server = createServer((request, response) => {
    const path = String(request.url).split('?')[0]
    const page = pages[path]
    if (typeof page === 'function') return page(request, response)
    response.setHeader('content-type', path.endsWith('.js') ? 'text/javascript' : 'text/html')
    if (page === undefined) response.statusCode = 404
    const [text, headers] = Array.isArray(page) ? page : [page ?? 'none', {}]
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    // In two pieces, so that it comes without a length.
    response.write(text.slice(0, 20))
    response.end(text.slice(20))
  })
  if (upgrade !== undefined) server.on('upgrade', upgrade)
  await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const app = makeApp({}, { ini, bare: true })
  try {
    /** @type {Record<string, string>} */
    const env = { DISPLAY: xvfb.display, WAYLAND_DISPLAY: '' }
    if (!webview) env[SWITCH] = '1'
    const running = app.run(['--headless', '--host=127.0.0.1', `--port=${port}`], env)
    try {
      await meanwhile?.(port, running)
    } catch (error) {
      running.child.kill('SIGKILL')
      throw error
    }
    const { code, stdout, stderr } = await running.ended
    assert.ok(killed || code === 0, `the app ended as it should\n${stdout}\n${stderr}`)
    return { told: stdout.split('\n').filter(line => line.startsWith('["')).map(line => JSON.parse(line)), stderr, port }
  } finally {
    app.remove()
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
}

const attack = (/** @type {string} */ script) => `import { call } from 'socket:internal/ipc'
  ${tools}
  const tell = (name, result) => console.log(JSON.stringify([name, String(result)]))
  const own = document.querySelector('meta[name=socket-document]')?.content
  ${script}
  await call('application.exit', { code: 0 })`

const every = `for (const route of ${JSON.stringify(harmful)}) {
    tell('call ' + route, await call(route, {}).then(() => 'RAN', error => error.code))
    tell('fetch ' + route, await raw(address(route, {}, own)))
    tell('unnamed ' + route, await raw(address(route, {})))
  }`
const names = harmful.flatMap(route => [`call ${route}`, `fetch ${route}`, `unnamed ${route}`])

for (const { name, webview } of walls) {
  const refusals = () => webview ? ['ERR_ACCESS_DENIED', 'blocked'] : ['ERR_ACCESS_DENIED']
  const policy = `${SCRIPTS}; connect-src ${EXIT}`

  test(`a policy in the page, with ${name}`, { timeout }, async () => {
    const { told } = await develop({ '/': `<!doctype html>${meta(policy)}<script type="module" src="/a.js"></script>`, '/a.js': attack(every) }, { webview })
    allRefused(told, names, refusals)
  })

  test(`before the page is complete, with ${name}`, { timeout }, async () => {
    // An inline script that runs while the rest of the page is on its way, and the policy in a header.
    const page = `<!doctype html><script type="module">${attack(every)}</script><p>${'x'.repeat(100_000)}`
    const { told } = await develop({ '/': [page, { 'Content-Security-Policy': policy }] }, { webview })
    allRefused(told, names, refusals)
  })

  test(`two policies, one of socket.ini, with ${name}`, { timeout }, async () => {
    const page = `<!doctype html>${meta(`${SCRIPTS}; connect-src ipc:`)}<script type="module" src="/a.js"></script>`
    const { told } = await develop({ '/': page, '/a.js': attack(`tell('granted by both', await call('window.list', {}).then(() => 'RAN', error => error.code))\n${every}`) }, {
      webview, ini: `[webview]\nheaders[] = "Content-Security-Policy: connect-src ${EXIT} ipc://window.list"`
    })
    assert.equal(new Map(told).get('granted by both'), 'RAN')
    allRefused(told, names, refusals)
  })

  test(`no policy at all: nothing, and a line that says so, with ${name}`, { timeout }, async () => {
    const { stderr } = await develop({
      '/': '<!doctype html><script type="module" src="/a.js"></script>',
      '/a.js': attack(`${every}\ntell('exit', await call('application.exit', { code: 9 }).then(() => 'RAN', error => error.code))\nconsole.log('told')\nawait new Promise(() => {})`)
    }, {
      webview,
      // The app cannot end itself.
      killed: true,
      meanwhile: async (_port, running) => {
        await running.printed(/^told$/m)
        const told = running.stdout().split('\n').filter(line => line.startsWith('["')).map(line => JSON.parse(line))
        allRefused(told, [...names, 'exit'], () => ['ERR_ACCESS_DENIED'])
        await running.complained(/no policy says which native calls \/ of the development server may make.*connect-src 'self' ipc:/)
        running.child.kill('SIGTERM')
      }
    })
    assert.equal(stderr.split('\n').filter(line => line.includes('no policy says')).length, 1, stderr)
  })

  test(`text that a script fetches, frames and other names, with ${name}`, { timeout }, async () => {
    const open = `<!doctype html>${meta(`${SCRIPTS}; connect-src ipc:`)}<p>more`
    const { told } = await develop({
      '/': `<!doctype html>${meta(`${SCRIPTS}; connect-src 'self' ${EXIT}`)}<script type="module" src="/a.js"></script>`,
      '/open.html': open,
      '/a.js': attack(`
        const ways = [{}, { headers: { Accept: 'text/html' } }, { headers: { Accept: 'text/html', 'Sec-Fetch-Dest': 'document' } }, { cache: 'force-cache' }]
        const take = text => text.match(/socket-document" content="(\\w+)"/)?.[1]
        for (const [index, options] of ways.entries()) {
          for (const path of ['/', '/open.html']) {
            const token = take(await fetch(path, options).then(r => r.text(), () => ''))
            tell('fetched ' + index + path, token === undefined ? 'ERR_ACCESS_DENIED' : await raw(address('os.userInfo', {}, token)))
          }
        }
        const x = new XMLHttpRequest(); x.open('GET', '/open.html', false); x.send()
        tell('xhr', take(x.responseText) === undefined ? 'ERR_ACCESS_DENIED' : 'RAN')
        const frame = document.createElement('iframe')
        frame.src = '/open.html'
        document.documentElement.append(frame)
        await new Promise(resolve => { frame.onload = resolve })
        const inner = frame.contentDocument.querySelector('meta[name=socket-document]').content
        for (const route of ${JSON.stringify(harmful)}) tell('frame ' + route, await raw(address(route, {}, inner)))`)
    }, { webview })
    const wanted = [...[0, 1, 2, 3].flatMap(way => ['/', '/open.html'].map(path => `fetched ${way}${path}`)), 'xhr', ...harmful.map(route => `frame ${route}`)]
    allRefused(told, wanted, refusals)
  })
}

test('the proxy is for the app alone, and everything flows through it', { timeout }, async () => {
  const page = `<!doctype html>${meta(`${SCRIPTS}; connect-src 'self' ws: ${EXIT} ipc://fs.exists`)}<title>t</title><script type="module" src="/a.js"></script>`
  /** @type {string[]} */
  const origins = []
  /** @type {(value?: unknown) => void} */
  let goes = () => {}
  // The proxy ends with the app, which goes on when all was asked.
  const asked = new Promise(resolve => { goes = resolve })
  const { told } = await develop({
    '/': page,
    '/moved': (_, response) => { response.writeHead(302, { location: '/data' }).end() },
    '/data': (request, response) => { origins.push(`${request.headers.host} ${request.headers.origin ?? request.headers.referer}`); response.end(Buffer.alloc(300_000, 7)) },
    '/echo': (request, response) => { request.pipe(response) },
    '/asked': (_, response) => { asked.then(() => response.end()) },
    '/events': (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: one\n\n')
      // The second comes when the first was heard.
      response.on('close', () => {})
    },
    '/a.js': attack(`
      tell('granted', await call('fs.exists', { path: '/' }))
      tell('bytes', (await (await fetch('/moved')).arrayBuffer()).byteLength)
      tell('body', (await (await fetch('/echo', { method: 'POST', body: new Uint8Array(200_000) })).arrayBuffer()).byteLength)
      tell('event', await new Promise(resolve => { const source = new EventSource('/events'); source.onmessage = ({ data }) => { source.close(); resolve(data) } }))
      tell('socket', await new Promise(resolve => { const socket = new WebSocket('ws://' + location.host + '/hot'); socket.onmessage = ({ data }) => resolve(data); socket.onclose = () => resolve('closed') }))
      tell('missing', (await fetch('/missing')).status)
      tell('origin', location.origin)
      console.log('ready ' + location.port)
      await fetch('/asked')`)
  }, {
    webview: true,
    upgrade: (request, socket) => {
      socket.on('end', () => socket.end()).on('error', () => socket.destroy())
      const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
      socket.write(Buffer.from([0x81, 5, ...Buffer.from('hello')]))
    },
    meanwhile: async (upstream, running) => {
      const [, port] = await running.printed(/^ready (\d+)$/m)
      /** @param {string} head */
      const ask = (head) => new Promise(resolve => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.end(head))
        let text = ''
        socket.setEncoding('latin1').on('data', data => { text += data }).on('close', () => resolve(text)).on('error', () => resolve(text))
      })
      for (const host of ['evil.example', `evil.example:${port}`, 'localhost', `localhost:${upstream}`, '', `localhost:${port}.evil.example`]) {
        const text = await ask(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
        assert.match(text, /^HTTP\/1\.1 403 /, host)
        assert.doesNotMatch(text, /socket-document|doctype/)
      }
      for (const head of ['GET http://evil.example/ HTTP/1.1', 'GET / HTTP/1.0', 'nothing', 'GET / HTTP/1.1\r\n folded: x']) {
        assert.match(await ask(`${head}\r\nHost: localhost:${port}\r\n\r\n`), /^HTTP\/1\.1 400 /, head)
      }
      // Who reads a page without a window that navigates to it gets no name.
      const text = await new Promise(resolve => get({ host: '127.0.0.1', port, path: '/open.html', headers: { host: `localhost:${port}`, 'sec-fetch-dest': 'document' } }, response => {
        let body = ''
        response.setEncoding('utf8').on('data', data => { body += data }).on('end', () => resolve(body))
      }))
      assert.doesNotMatch(String(text), /socket-document/)
      goes()
    }
  })
  const results = new Map(told)
  assert.equal(results.get('granted'), 'true')
  assert.deepEqual(['bytes', 'body', 'event', 'socket', 'missing'].map(name => results.get(name)), ['300000', '200000', 'one', 'hello', '404'])
  assert.match(String(results.get('origin')), /^http:\/\/localhost:\d+$/)
  assert.ok(origins.every(origin => /^127\.0\.0\.1:\d+ http:\/\/127\.0\.0\.1:/.test(origin)), origins.join())
})
