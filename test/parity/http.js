import nodeHttp from 'node:http'
import nodeNet from 'node:net'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import http from 'socket:http'
import 'socket:util'
import { WRONG } from './support/compare.js'
import { MODULES, about, close, open, outcome, text } from './support/http.js'

/** @typedef {import('./support/http.js').Module} Module */

/** @param {(module: Module, log: (...words: any[]) => void) => Promise<void>} program */
const story = (program) => async () => {
  const stories = []
  for (const module of MODULES) {
    /** @type {any[]} */
    const lines = []
    const awake = setInterval(() => {}, 1000)
    await program(module, (...words) => lines.push(words.map(about)))
    clearInterval(awake)
    // What two ends say is in order for each of them, not between them.
    const sorted = lines.map((line, at) => ({ line, at, by: ['server', 'client'].indexOf(line[0]) })).sort((a, b) => a.by - b.by || a.at - b.at)
    stories.push(inspect(sorted.map(({ line }) => line), { depth: 8, breakLength: 120 }).split('\n'))
  }
  assert.deepEqual(stories[0], stories[1])
}

/** Unlike `once`, errors end nothing. @param {any} emitter @param {string} event @returns {Promise<any>} */
const heard = (emitter, event) => new Promise((resolve) => emitter.once(event, resolve))
/** A server that answers each connection with the same bytes and keeps what it was sent. @param {string | ((text: string) => string | null)} answer */
async function raw (answer) {
  /** @type {string[]} */
  const got = []
  /** @type {Set<any>} */
  const sockets = new Set()
  const server = nodeNet.createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    let all = ''
    const at = got.push('') - 1
    socket.on('error', () => {})
    socket.on('end', () => socket.end())
    socket.on('data', (chunk) => {
      all += chunk.toString('latin1')
      got[at] = all
      const reply = typeof answer === 'string' ? (all.includes('\r\n\r\n') ? answer : null) : answer(all)
      if (reply === null) return
      socket.write(reply, 'latin1')
      if (/connection: close/i.test(reply) || !/content-length|chunked|HTTP\/1.1 (204|304|1)/i.test(reply)) socket.end()
    })
  })
  const port = await open(server)
  return { port, got, close: () => { for (const socket of sockets) socket.destroy(); server.close() } }
}

test('http: every name', () => {
  for (const name of /** @type {const} */ (['Agent', 'ClientRequest', 'IncomingMessage', 'OutgoingMessage', 'Server', 'ServerResponse'])) {
    const [ours, theirs] = [http[name].prototype, nodeHttp[name].prototype]
    for (const key of Object.getOwnPropertyNames(theirs)) {
      if (!key.startsWith('_') && !['constructor', 'defaultSocket', 'timeoutCb', 'deferToConnect', 'onSocketNT', 'statusCode', 'statusMessage'].includes(key)) assert.ok(key in ours, `${name}.${key}`)
    }
  }
  assert.deepEqual(http.METHODS, nodeHttp.METHODS)
  assert.deepEqual(http.STATUS_CODES, nodeHttp.STATUS_CODES)
})

test('http: wrong arguments', () => {
  const quiet = (/** @type {any} */ made) => { made.on('error', () => {}); queueMicrotask(() => made.destroy ? made.destroy() : made.close()); return 'made' }
  const option = (/** @type {string} */ name) => (/** @type {Module} */ module, /** @type {any} */ value) => quiet(module.request({ host: '127.0.0.1', port: 1, [name]: value }))
  const fresh = (/** @type {Module} */ module) => new module.OutgoingMessage()
  const forms = /** @type {Record<string, (module: Module, value: any) => unknown>} */ ({
    ...Object.fromEntries(['agent', 'method', 'protocol', 'hostname', 'timeout', 'signal', 'insecureHTTPParser', 'maxHeaderSize', 'joinDuplicateHeaders'].map((name) => [name, option(name)])),
    path: (module, value) => typeof value === 'symbol' ? undefined : quiet(module.request({ host: '127.0.0.1', port: 1, path: value })),
    url: (module, value) => typeof value === 'string' ? outcome(() => quiet(module.request(value))) : undefined,
    header: (module, value) => typeof value === 'symbol' ? undefined : fresh(module).setHeader('x', value) && 'set',
    'header name': (module, value) => typeof value === 'symbol' ? undefined : fresh(module).setHeader(value, 'x') && 'set',
    getHeader: (module, value) => fresh(module).getHeader(value),
    hasHeader: (module, value) => fresh(module).hasHeader(value),
    removeHeader: (module, value) => fresh(module).removeHeader(value),
    setHeaders: (module, value) => value instanceof Map ? undefined : fresh(module).setHeaders(value) && 'set',
    createServer: (module, value) => quiet(module.createServer(value)),
    requestTimeout: (module, value) => quiet(module.createServer({ requestTimeout: value })),
    validateHeaderName: (module, value) => typeof value === 'symbol' ? undefined : module.validateHeaderName(value),
    validateHeaderValue: (module, value) => typeof value === 'symbol' || value === null || Object(value) === value ? undefined : module.validateHeaderValue('x', value),
    maxTotalSockets: (module, value) => new module.Agent({ maxTotalSockets: value }) && 'made',
    scheduling: (module, value) => typeof value === 'symbol' ? undefined : new module.Agent({ scheduling: value }) && 'made'
  })
  for (const [name, form] of Object.entries(forms)) {
    for (const value of [...WRONG, 'a b', 'a\nb', 'ü', '€']) {
      if (typeof value === 'function') continue
      assert.deepEqual(outcome(() => form(http, value)), outcome(() => form(nodeHttp, value)), `${name}(${inspect(value)})`)
    }
  }
})

/** @type {[string, any, ((request: any) => void)?][]} */
const REQUESTS = [
  ['get', {}],
  ['path and headers', { path: '/a?b=c', headers: { Accept: 'text/plain', 'X-List': ['1', '2'], cookie: ['a=b', 'c=d'] } }],
  ['headers as a list', { headers: ['Host', 'x', 'A', '1', 'a', '2'] }],
  ['auth', { auth: 'user:pässword' }],
  ['no host', { setHost: false }],
  ['close', { headers: { connection: 'close' } }],
  ['no agent', { agent: false }],
  ['post whole', { method: 'POST' }, (request) => request.end('body')],
  ['post pieces', { method: 'POST' }, (request) => { request.write('one'); request.write('two'); request.end('three') }],
  ['post with length', { method: 'post', headers: { 'Content-Length': 6 } }, (request) => { request.write('one'); request.end('two') }],
  ['post nothing', { method: 'POST' }],
  ['put bytes', { method: 'PUT' }, (request) => request.end(new Uint8Array([65, 66]))],
  ['get with a body', {}, (request) => request.end('x')],
  ['delete', { method: 'DELETE' }],
  ['delete with a body', { method: 'DELETE' }, (request) => { request.write('x'); request.end() }],
  ['head', { method: 'HEAD' }],
  ['trailers', { method: 'POST', headers: { Trailer: 'x' } }, (request) => { request.write('a'); request.addTrailers({ X: 'y' }); request.end() }],
  ['set and removed', {}, (request) => { request.setHeader('A', 'b'); request.setHeader('a', 'c'); request.removeHeader('host'); request.appendHeader('D', '1'); request.appendHeader('D', '2'); request.end() }],
  ['no length and no chunks', { method: 'POST' }, (request) => { request.removeHeader('Content-Length'); request.removeHeader('Transfer-Encoding'); request.end('abc') }],
  ['latin1', { headers: { 'X-Name': 'é' } }],
  ['base64', { method: 'POST' }, (request) => request.end('aGk=', 'base64')]
]

/** Whether all of a request has come. @param {string} text */
function isWhole (text) {
  const [head, body] = text.split(/\r\n\r\n(.*)/s)
  if (body === undefined) return false
  const length = /content-length: (\d+)/i.exec(head)
  if (length) return body.length >= Number(length[1])
  return !/transfer-encoding/i.test(head) || /(^|\r\n)0\r\n.*\r\n$/s.test(body)
}

test('http: requests, byte by byte', async () => {
  for (const [name, options, write = (/** @type {any} */ request) => request.end()] of REQUESTS) {
    const results = []
    for (const module of MODULES) {
      const server = await raw((text) => isWhole(text) ? 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok' : null)
      const request = module.request({ host: '127.0.0.1', port: server.port, ...options })
      request.on('response', (/** @type {any} */ response) => response.resume())
      request.on('error', () => {})
      write(request)
      await heard(request, 'close')
      server.close()
      results.push(server.got.map((one) => one.replaceAll(String(server.port), 'port')))
    }
    assert.deepEqual(results[0], results[1], name)
  }
})

const RESPONSES = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-After: 1\r\n\r\n',
  'HTTP/1.0 200 OK\r\n\r\nuntil the end',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n',
  'HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi',
  'HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX: 1\r\nX: 2\r\nContent-Type: a\r\nContent-Type: b\r\nCookie: c\r\nCookie: d\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nshort',
  'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  'HTTP/1.1 200 OK\r\nBad Header: 1\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 0\r\n\r\n',
  `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20000)}\r\nContent-Length: 0\r\n\r\n`,
  'HTPP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n',
  ''
]

test('http: answers of all kinds', async () => {
  for (const answer of RESPONSES) {
    const results = []
    for (const module of MODULES) {
      const server = await raw((text) => text.includes('\r\n\r\n') ? answer : null)
      /** @type {any[]} */
      const log = []
      const request = module.get({ host: '127.0.0.1', port: server.port, agent: false })
      for (const event of ['continue', 'information', 'error', 'close', 'response']) {
        request.on(event, (/** @type {any} */ value) => log.push([event, event === 'error' ? about(value) : event === 'information' ? value.statusCode : undefined]))
      }
      request.on('response', (/** @type {any} */ response) => {
        const { statusCode, statusMessage, httpVersion, headers, rawHeaders } = response
        log.push([statusCode, statusMessage, httpVersion, headers, rawHeaders, response.headersDistinct])
        response.setEncoding('utf8')
        let body = ''
        response.on('data', (/** @type {string} */ part) => { body += part })
        for (const event of ['end', 'error', 'aborted', 'close']) response.on(event, (/** @type {any} */ value) => log.push(['response', event, event === 'error' ? about(value) : undefined]))
        response.on('close', () => log.push([body, response.complete, response.trailers, response.aborted]))
      })
      await heard(request, 'close')
      await new Promise((resolve) => setTimeout(resolve, 5))
      server.close()
      results.push(inspect(log, { depth: 6, maxStringLength: 200 }))
    }
    assert.equal(results[0], results[1], answer.slice(0, 100))
  }
})

/** @type {[string, (req: any, res: any) => void][]} */
const HANDLERS = [
  ['end', (_, res) => res.end('hello')],
  ['pieces', (_, res) => { res.write('one'); res.write('two'); res.end() }],
  ['writeHead', (_, res) => { res.writeHead(201, 'Made', { 'X-A': '1', 'Content-Type': 'text/plain' }); res.end('x') }],
  ['writeHead with a list', (_, res) => { res.writeHead(200, ['A', '1', 'A', '2']); res.end() }],
  ['set and writeHead', (_, res) => { res.setHeader('A', '1'); res.setHeader('B', ['2', '3']); res.writeHead(404, { a: '4' }); res.end('gone') }],
  ['no content', (_, res) => { res.statusCode = 204; res.end() }],
  ['not modified', (_, res) => { res.writeHead(304); res.end('ignored') }],
  ['no date', (_, res) => { res.sendDate = false; res.end('x') }],
  ['length', (_, res) => { res.setHeader('Content-Length', 5); res.write('he'); res.end('llo') }],
  ['close', (_, res) => { res.setHeader('Connection', 'close'); res.end('bye') }],
  ['message', (_, res) => { res.statusMessage = 'Fine'; res.end() }],
  ['trailers', (_, res) => { res.setHeader('Trailer', 'X'); res.write('a'); res.addTrailers({ X: 'y' }); res.end() }],
  ['flush', (_, res) => { res.flushHeaders(); res.end('later') }],
  ['echo', (req, res) => { req.pipe(res) }],
  ['hints', (_, res) => { res.writeEarlyHints({ link: '</a.css>; rel=preload' }); res.writeProcessing(); res.end('x') }],
  ['about', (req, res) => res.end(JSON.stringify([req.method, req.url, req.httpVersion, req.headers, req.rawHeaders, req.complete]))]
]
const RAW = [
  'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'GET / HTTP/1.0\r\n\r\n',
  'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody',
  'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nab\r\n0\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi'
]
const BROKEN = [
  'GET / HTTP/1.1\r\n\r\n', 'NONSENSE\r\n\r\n', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n', 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20000)}\r\n\r\n`,
  'GET / HTTP/1.1\r\nHost: x\r\nX y: 1\r\n\r\n', 'GET / HTTP/1.1\r\nHost: x\r\nExpect: more\r\n\r\n', 'FOO / HTTP/1.1\r\nHost: x\r\n\r\n', 'GET / FTP/1.1\r\nHost: x\r\n\r\n', 'GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n'
]

/** @param {Module} module @param {string} bytes @param {(req: any, res: any) => void} handler */
async function answerTo (module, bytes, handler) {
  const server = module.createServer((/** @type {any} */ req, /** @type {any} */ res) => {
    try {
      handler(req, res)
    } catch (error) {
      req.socket.end(`thrown: ${/** @type {any} */ (error).message}`)
    }
  })
  const port = await open(server)
  const socket = nodeNet.connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(bytes)
  let all = ''
  socket.setEncoding('latin1').on('data', (part) => { all += part })
  // A connection that is kept is closed by the server when nothing more comes.
  const limit = setTimeout(() => socket.destroy(), 30_000)
  await heard(socket, 'close')
  clearTimeout(limit)
  await close(server)
  return all.replace(/Date: [^\r]+/g, 'Date: now').split('\r\n')
}

test('http: answers of a server, byte by byte', async () => {
  const calls = HANDLERS.flatMap(([name, handler]) => RAW.map((bytes) => ({ name, handler, bytes })))
  const results = await Promise.all(MODULES.map((module) => Promise.all(calls.map(({ bytes, handler }) => answerTo(module, bytes, handler)))))
  for (const [at, { name, bytes }] of calls.entries()) assert.deepEqual(results[0][at], results[1][at], `${name}: ${bytes}`)
})

test('http: broken requests', async () => {
  const results = await Promise.all(MODULES.map((module) => Promise.all(BROKEN.map((bytes) => answerTo(module, bytes, (_, res) => res.end('reached'))))))
  for (const [at, bytes] of BROKEN.entries()) assert.deepEqual(results[0][at], results[1][at], bytes.slice(0, 80))
  // Node takes it for a request without a body; what follows would be another one.
  const [first] = await answerTo(http, 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n', (_, res) => res.end('reached'))
  assert.equal(first, 'HTTP/1.1 400 Bad Request')
})

test('http: connections are kept and shared', story(async (module, log) => {
  let connections = 0
  const server = module.createServer((/** @type {any} */ req, /** @type {any} */ res) => { req.resume(); res.end(req.url) })
  server.on('connection', () => { connections++ })
  const port = await open(server)
  const agent = new module.Agent({ keepAlive: true, maxSockets: 2 })
  const get = async (/** @type {string} */ path) => {
    const request = module.get({ port, host: '127.0.0.1', path, agent })
    const response = await heard(request, 'response')
    const body = await text(response)
    return [body, request.reusedSocket]
  }
  for (const path of ['/1', '/2', '/3']) {
    log(await get(path))
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  log(connections)
  const all = await Promise.all(['/a', '/b', '/c', '/d', '/e'].map(get))
  log(all.map(([body]) => body), connections)
  log(Object.keys(agent.sockets).length, Object.values(agent.freeSockets).flat().length, agent.getName({ host: 'x', port: 5, family: 4 }))
  agent.destroy()
  await close(server)
}))

test('http: ends of requests', story(async (module, log) => {
  const server = module.createServer((/** @type {any} */ req, /** @type {any} */ res) => {
    if (req.url === '/hang') return
    if (req.url === '/half') return res.write('half')
    if (req.url === '/cut') return req.socket.destroy()
    res.end('ok')
  })
  const port = await open(server)
  const listen = (/** @type {string} */ name, /** @type {any} */ request) => {
    for (const event of ['abort', 'timeout', 'error', 'close', 'response']) request.on(event, (/** @type {any} */ value) => log(name, event, event === 'response' ? value.statusCode : value))
    request.on('response', (/** @type {any} */ response) => {
      response.on('data', () => {})
      for (const event of ['aborted', 'error', 'end', 'close']) response.on(event, (/** @type {any} */ value) => log(name, 'response', event, value))
    })
    return heard(request, 'close')
  }
  const at = (/** @type {string} */ path, more = {}) => module.get({ port, host: '127.0.0.1', path, ...more })
  const hang = at('/hang')
  let over = listen('hang', hang)
  await heard(hang, 'socket')
  hang.destroy()
  await over
  log(hang.destroyed, hang.aborted)
  const aborted = at('/hang')
  over = listen('abort', aborted)
  await heard(aborted, 'socket')
  aborted.abort()
  await over
  log(aborted.aborted)
  const error = at('/hang')
  over = listen('with error', error)
  error.destroy(new Error('mine'))
  await over
  const cut = at('/cut')
  await listen('cut', cut)
  const half = at('/half')
  over = listen('half', half)
  half.on('response', (/** @type {any} */ response) => response.once('data', () => half.destroy()))
  await over
  const slow = at('/hang', { timeout: 30 })
  over = listen('slow', slow)
  slow.on('timeout', () => slow.destroy())
  await over
  const controller = new AbortController()
  const signalled = at('/hang', { signal: controller.signal })
  over = listen('signalled', signalled)
  await heard(signalled, 'socket')
  controller.abort()
  await over
  await close(server)
  const refused = at('/')
  await listen('refused', refused)
}))

test('http: an upgrade', story(async (module, log) => {
  const server = module.createServer()
  server.on('upgrade', (/** @type {any} */ req, /** @type {any} */ socket, /** @type {Buffer} */ head) => {
    log('server', req.headers.upgrade, String(head))
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nfirst')
    socket.on('data', (/** @type {any} */ data) => socket.end(data))
    socket.resume()
  })
  const port = await open(server)
  const request = module.get({ port, host: '127.0.0.1', headers: { Connection: 'Upgrade', Upgrade: 'echo' } })
  /** @type {[any, any, Buffer]} */
  const [response, socket, head] = await new Promise((resolve) => request.on('upgrade', (/** @type {any} */ ...values) => resolve(values)))
  log('client', response.statusCode, String(head))
  socket.write('ping')
  log('client', await text(socket))
  await close(server)
}))

test('http: large bodies both ways', story(async (module, log) => {
  const size = 16 << 20
  const server = module.createServer((/** @type {any} */ req, /** @type {any} */ res) => { req.pipe(res) })
  const port = await open(server)
  const request = module.request({ port, host: '127.0.0.1', method: 'POST' })
  request.end(Buffer.alloc(size, 'x'))
  const response = await heard(request, 'response')
  let length = 0
  for await (const chunk of response) length += chunk.length
  log(length)
  await close(server)
}))
