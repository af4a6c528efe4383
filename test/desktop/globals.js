/** What apps of earlier versions find on the global object of a page. */
import assert from 'node:assert/strict'
import http from 'node:http'
import { after, before, test } from 'node:test'

import { startXvfb, withApp } from './app.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const timeout = 120_000
const html = (body = '') => `<!doctype html><title>first</title>${body}<script type="module" src="page.js"></script>`
const end = ";(await import('socket:process')).default.exit(0)"

/** @param {string} page @param {{ ini?: string, body?: string }} [options] */
async function output (page, { ini = '', body = '' } = {}) {
  /** @type {any} */ let result
  await withApp(xvfb, { 'index.html': html(body), 'page.js': page }, { ini }, async (app, env) => {
    const { code, stdout, stderr } = await app.run(['--headless'], env).ended
    assert.equal(code, 0, stdout + stderr)
    result = { lines: stdout.trim().split('\n'), stderr }
  })
  return result
}

const NAMES = ['URL', 'URLPattern', 'URLSearchParams', 'fetch', 'Headers', 'Request', 'Response', 'Notification', 'showOpenFilePicker', 'showSaveFilePicker', 'showDirectoryPicker',
  'File', 'FileSystemHandle', 'FileSystemFileHandle', 'FileSystemDirectoryHandle', 'FileSystemWritableFileStream', 'ApplicationURLEvent', 'queueMicrotask', 'reportError', 'Worker', 'XMLHttpRequest']

test('every name is there', { timeout }, async () => {
  const { lines } = await output(`
    console.log(JSON.stringify(${JSON.stringify(NAMES)}.filter((name) => typeof globalThis[name] !== 'function')))
    console.log([navigator.geolocation?.getCurrentPosition, navigator.geolocation?.watchPosition, navigator.geolocation?.clearWatch, navigator.permissions?.query, navigator.permissions?.request, WebAssembly.instantiateStreaming, WebAssembly.compileStreaming].map((one) => typeof one).join(' '))
    console.log([typeof Notification.permission, typeof Notification.maxActions, typeof Notification.requestPermission].join(' '))
    console.log(Object.keys(__args).join())
    console.log(globalThis.SpeechRecognition === globalThis.webkitSpeechRecognition)
    ${end}`)
  assert.deepEqual(lines, ['[]', 'function function function function function function function', 'string number function', 'argv,config,debug,env,headless,index', 'true'])
})

test('classes do what they say', { timeout }, async () => {
  const { lines, stderr } = await output(`
    const { pathname } = new URLPattern({ pathname: '/books/:id' }).exec('https://a.example/books/7')
    console.log(pathname.groups.id, new URLPattern('/a/*', 'https://a.example').test('https://a.example/b'))
    const event = new ApplicationURLEvent('applicationurl', { url: 'myapp://open/this?a=1' })
    console.log(event instanceof Event, event.url.href, event.source, event.data, event.isValid)
    const broken = new ApplicationURLEvent('applicationurl', { url: 'no url' })
    console.log(broken.url, broken.source, broken.isValid)
    addEventListener('error', (event) => { event.preventDefault(); console.log('reported', event.error.message) }, { once: true })
    reportError(new Error('by hand'))
    const { instance } = await WebAssembly.instantiateStreaming(new Response(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])))
    console.log(instance instanceof WebAssembly.Instance)
    console.log(typeof (await navigator.permissions.query({ name: 'geolocation' })).state)
    console.log('%s is %d %j %o', 'it', 7, { a: 1 }, [1])
    console.error(new Map([['key', { deep: { deeper: { deepest: 1 } } }]]), [undefined, null, -0, 1n], Symbol('s'))
    ${end}`)
  assert.deepEqual(lines, ['7 false', 'true myapp://open/this?a=1 myapp://open/this?a=1 open/this?a=1 true', 'null no url false', 'reported by hand', 'true', 'string', 'it is 7 {"a":1} [ 1, [length]: 1 ]'], stderr)
  assert.match(stderr, /^Map\(1\) \{ 'key' => \{ deep: \{ deeper: \[Object\] \} \} \} \[ undefined, null, -0, 1n \] Symbol\(s\)$/m)
})

test('the title of the page is that of the window', { timeout }, async () => {
  const { lines, stderr } = await output(`
    import { getCurrentWindow } from 'socket:application'
    const told = async (title) => {
      // The window hears of it from the engine: it is asked until it has.
      for (;;) {
        const found = (await getCurrentWindow()).getTitle()
        if (found === title) return console.log(found)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }
    await told('first')
    document.title = 'sécond ☃'
    await told('sécond ☃')
    ${end}`)
  assert.deepEqual(lines, ['first', 'sécond ☃'], stderr)
})

test('xhr_concurrency: so many requests run at once, in their order', { timeout }, async () => {
  let running = 0
  let most = 0
  /** @type {(string | undefined)[]} */
  const order = []
  /** Answers wait until a second request is there, or none can come any more. @type {(() => void)[]} */
  const held = []
  const server = http.createServer((request, response) => {
    order.push(request.url)
    most = Math.max(most, ++running)
    held.push(() => {
      running--
      response.writeHead(200, { 'access-control-allow-origin': '*' }).end('done')
    })
    if (held.length === 2 || order.length === 5) for (const answer of held.splice(0)) answer()
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  try {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
    const { lines, stderr } = await output(`
      const send = (name) => new Promise((resolve) => {
        const request = new XMLHttpRequest()
        request.open('GET', 'http://127.0.0.1:${port}/' + name)
        request.onloadend = () => resolve(name + ' ' + request.status)
        request.send()
        if (name === 'given-up') request.abort()
      })
      const answers = await Promise.all(['1', '2', '3', 'given-up', '4', '5'].map(send))
      console.log(answers.join())
      const now = new XMLHttpRequest()
      now.open('GET', 'page.js', false)
      now.send()
      console.log(now.status, now.responseText.length > 0)
      ${end}`, { ini: '[webview]\nxhr_concurrency = 2\nheaders[] = "Content-Security-Policy: connect-src \'self\' ipc: http://127.0.0.1:*"\n' })
    assert.deepEqual(lines, ['1 200,2 200,3 200,given-up 0,4 200,5 200', '200 true'], stderr)
    assert.equal(most, 2)
    // Two that are sent in one go may arrive either way round.
    assert.deepEqual([order.slice(0, 2).sort(), order.slice(2, 4).sort(), order.slice(4)], [['/1', '/2'], ['/3', '/4'], ['/5']])
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
