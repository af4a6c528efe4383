/** Clients of `http` at the edges: agents that queue, tunnels, interim answers, and what may be said when. */
import nodeHttp from 'node:http'
import nodeNet from 'node:net'
import { once } from 'node:events'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import 'socket:util'
import { MODULES, about, close, open, outcome, text } from './support/http.js'

/** @typedef {import('./support/http.js').Module} Module */

/** The same program with both: what it tells, in its order for each who tells. @param {(module: Module, log: (who: string, ...words: any[]) => void) => Promise<void>} program */
const story = (program) => async () => {
  const stories = []
  for (const module of MODULES) {
    /** @type {Record<string, any[]>} */
    const lines = {}
    // Connections of the module keep nothing awake by themselves.
    const awake = setInterval(() => {}, 1000)
    try {
      await program(module, (who, ...words) => (lines[who] ??= []).push(words.map(about)))
    } finally {
      clearInterval(awake)
    }
    stories.push(inspect(lines, { depth: 8, breakLength: 120, sorted: true }).split('\n'))
  }
  assert.deepEqual(stories[0], stories[1])
}

/** Unlike `once`, errors end nothing. @param {any} emitter @param {string} event @returns {Promise<any[]>} */
const heard = (emitter, event) => new Promise((resolve) => emitter.once(event, (/** @type {any[]} */ ...values) => resolve(values)))
/** @param {any} request */
async function answer (request) {
  const [response] = await heard(request, 'response')
  return await text(response)
}

/** Node's own server; it answers when it is told to. */
async function patient () {
  /** @type {Map<string, (body?: string) => void>} */
  const held = new Map()
  /** @type {(() => void)[]} */
  const waiting = []
  const server = nodeHttp.createServer((req, res) => {
    held.set(String(req.url), (body = String(req.url)) => res.end(body))
    for (const tell of waiting.splice(0)) tell()
  })
  const port = await open(server)
  return {
    port,
    server,
    held,
    /** @param {string} url */
    async asked (url) {
      while (!held.has(url)) await new Promise((resolve) => waiting.push(/** @type {any} */ (resolve)))
    },
    close: () => close(server)
  }
}

/** @param {any} agent */
const counts = (agent) => ['sockets', 'freeSockets', 'requests'].map((name) => Object.values(agent[name]).flat().length)

test('http.Agent: requests beyond maxSockets wait, in their order', story(async (module, log) => {
  const { port, held, asked, close } = await patient()
  const agent = new module.Agent({ keepAlive: true, maxSockets: 1 })
  const answers = ['/a', '/b', '/c'].map(async (path) => {
    const request = module.get({ port, host: '127.0.0.1', path, agent })
    log('answers', await answer(request), request.reusedSocket)
  })
  await asked('/a')
  log('agent', counts(agent), agent.totalSocketCount, [...held.keys()])
  for (const path of ['/a', '/b', '/c']) {
    await asked(path)
    log('server', [...held.keys()])
    held.get(path)?.()
  }
  await Promise.all(answers)
  agent.destroy()
  await close()
}))

test('http.Agent: what waits can be given up, and the next one goes', story(async (module, log) => {
  const { port, held, asked, close } = await patient()
  const agent = new module.Agent({ maxSockets: 1 })
  const get = (/** @type {string} */ path) => module.get({ port, host: '127.0.0.1', path, agent })
  const first = answer(get('/a'))
  const given = get('/b')
  const third = answer(get('/c'))
  given.on('error', (/** @type {any} */ error) => log('given up', 'error', error))
  const over = heard(given, 'close')
  await asked('/a')
  given.destroy()
  held.get('/a')?.()
  log('first', await first)
  await asked('/c')
  held.get('/c')?.()
  log('third', await third)
  await over
  log('server', [...held.keys()])
  await close()
}))

test('http.Agent: maxTotalSockets counts connections of all servers', story(async (module, log) => {
  const servers = [await patient(), await patient()]
  const agent = new module.Agent({ maxTotalSockets: 1 })
  const answers = servers.map(({ port }, at) => answer(module.get({ port, host: '127.0.0.1', path: `/${at}`, agent })))
  await servers[0].asked('/0')
  log('agent', counts(agent), servers[1].held.size)
  servers[0].held.get('/0')?.()
  log('first', await answers[0])
  await servers[1].asked('/1')
  servers[1].held.get('/1')?.()
  log('second', await answers[1])
  for (const { close } of servers) await close()
}))

test('http: agent: false has a connection of its own', story(async (module, log) => {
  const server = nodeHttp.createServer((req, res) => res.end(JSON.stringify([req.headers.connection, req.socket.remotePort])))
  const port = await open(server)
  const all = []
  for (let at = 0; at < 2; at++) all.push(JSON.parse(await answer(module.get({ port, host: '127.0.0.1', agent: false }))))
  log('client', all.map(([connection]) => connection), all[0][1] !== all[1][1])
  await close(server)
}))

test('http.Agent: a kept connection that the server closes is not used again', story(async (module, log) => {
  /** @type {import('node:net').Socket[]} */
  const sockets = []
  const server = nodeHttp.createServer((req, res) => { sockets.push(req.socket); res.end('ok') })
  const port = await open(server)
  const agent = new module.Agent({ keepAlive: true })
  const first = module.get({ port, host: '127.0.0.1', agent })
  const [own] = await heard(first, 'socket')
  const kept = heard(agent, 'free')
  log('client', await answer(first))
  await kept
  const gone = heard(own, 'close')
  sockets[0].destroy()
  await gone
  log('agent', counts(agent))
  const second = module.get({ port, host: '127.0.0.1', agent })
  log('client', await answer(second), second.reusedSocket, sockets[0] !== sockets[1])
  agent.destroy()
  await close(server)
}))

test('http.Agent: connections of its own making, with what its methods are asked', story(async (module, log) => {
  const server = nodeHttp.createServer((req, res) => res.end(req.url))
  const port = await open(server)
  class Mine extends module.Agent {
    /** @param {any} options @param {any} callback */
    createConnection (options, callback) {
      log('agent', 'create', options.host, typeof options.port, typeof callback)
      return super.createConnection(options, callback)
    }

    /** @param {any} socket */
    keepSocketAlive (socket) {
      log('agent', 'keep', socket.destroyed)
      return false
    }
  }
  const agent = new /** @type {any} */ (Mine)({ keepAlive: true })
  const request = module.get({ port, host: '127.0.0.1', path: '/x', agent })
  const [socket] = await heard(request, 'socket')
  const gone = heard(socket, 'close')
  log('client', await answer(request))
  await gone
  log('agent', counts(agent))
  const broken = module.get({ port, host: '127.0.0.1', agent: Object.assign(new module.Agent(), { createConnection: (/** @type {any} */ _options, /** @type {any} */ callback) => { queueMicrotask(() => callback(new Error('no connection'))) } }) })
  log('broken', (await heard(broken, 'error'))[0])
  await close(server)
}))

test('http: CONNECT', story(async (module, log) => {
  const server = nodeHttp.createServer()
  server.on('connect', (req, socket, head) => {
    log('server', req.method, req.url, req.headers.host?.replace(/\d+/g, 'n'), String(head))
    socket.write('HTTP/1.1 200 Connection Established\r\nProxy-Agent: x\r\n\r\nfirst')
    socket.on('data', (data) => socket.end(data))
    socket.on('end', () => socket.end())
    socket.on('error', () => {})
  })
  const port = await open(server)
  const request = module.request({ port, host: '127.0.0.1', method: 'CONNECT', path: 'example.test:443' })
  request.on('response', () => log('client', 'response'))
  request.end()
  const [response, socket, head] = await heard(request, 'connect')
  log('client', response.statusCode, response.headers, String(head), request.destroyed)
  socket.write('ping')
  log('client', await text(socket))
  // Nobody listens: the connection is closed.
  const alone = module.request({ port, host: '127.0.0.1', method: 'CONNECT', path: 'example.test:443' })
  alone.on('error', (/** @type {any} */ error) => log('alone', 'error', error))
  alone.end()
  await heard(alone, 'close')
  log('alone', 'close')
  await close(server)
}))

test('http: an upgrade that nobody asked for, and one that is refused', story(async (module, log) => {
  const server = nodeNet.createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (data) => socket.end(String(data).startsWith('GET /refused')
      ? 'HTTP/1.1 426 Upgrade Required\r\nUpgrade: other\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno'
      : 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n'))
  })
  const port = await open(server)
  const get = (/** @type {string} */ path) => module.get({ port, host: '127.0.0.1', path, agent: false, headers: { Connection: 'Upgrade', Upgrade: 'echo' } })
  const refused = get('/refused')
  refused.on('upgrade', () => log('refused', 'upgrade'))
  const [response] = await heard(refused, 'response')
  log('refused', response.statusCode, await text(response))
  const deaf = get('/deaf')
  for (const event of ['response', 'error']) deaf.on(event, (/** @type {any} */ value) => log('deaf', event, about(value)))
  await heard(deaf, 'close')
  log('deaf', 'close', deaf.destroyed)
  server.close()
}))

test('http: expect: 100-continue holds the body until the server wants it', story(async (module, log) => {
  const server = nodeHttp.createServer()
  server.on('checkContinue', async (req, res) => {
    log('server', 'asked', req.headers.expect)
    res.writeProcessing()
    res.writeContinue()
    log('server', await text(req))
    res.end('thanks')
  })
  const port = await open(server)
  const request = module.request({ port, host: '127.0.0.1', method: 'POST', headers: { Expect: '100-continue' } })
  request.on('information', (/** @type {any} */ { statusCode, statusMessage, headers }) => log('client', 'information', statusCode, statusMessage, headers))
  request.on('continue', () => { log('client', 'continue', request.headersSent); request.end('body') })
  log('client', await answer(request))
  await close(server)
}))

test('http: headers after they are sent, and headers that are none', story(async (module, log) => {
  const server = nodeHttp.createServer((req, res) => { req.resume(); res.end() })
  const port = await open(server)
  const request = module.request({ port, host: '127.0.0.1', method: 'POST' })
  for (const call of [
    () => request.setHeader('a b', 'x'), () => request.setHeader('', 'x'), () => request.setHeader('a', undefined), () => request.setHeader('a', 'b\r\nc'), () => request.setHeader('a', ['b', 'c\0']), () => request.setHeader('a', '\u0100'),
    () => request.setHeader('A', 'b').getHeader('a'), () => request.setHeader('n', 5).getHeader('N'), () => request.hasHeader('A'), () => request.getHeader('none'), () => request.appendHeader('A', 'c').getHeader('a').join(),
    () => request.getHeaderNames().join(), () => request.getRawHeaderNames().join(), () => Object.keys(request.getHeaders()).join(), () => request.removeHeader('a'), () => request.hasHeader('a'),
    () => request.setHeaders(new Map([['m', '1']])).getHeader('m'), () => request.setHeaders(new Headers({ h: '2' })).getHeader('h'), () => request.setHeaders([]), () => request.addTrailers({ 'a b': 'x' }), () => request.addTrailers({ a: 'b\n' }),
    () => request.headersSent, () => request.flushHeaders(), () => request.headersSent,
    () => request.setHeader('a', 'b'), () => request.appendHeader('a', 'b'), () => request.removeHeader('a'), () => request.setHeaders(new Map()), () => request.flushHeaders(), () => request.getHeader('m'),
    () => request.write(null), () => request.write(5), () => request.end(5), () => request.end({}),
    () => request.path, () => request.method, () => request.protocol, () => request.host, () => request.maxHeadersCount, () => request.reusedSocket
  ]) log('client', String(call), outcome(call))
  request.end()
  await heard(request, 'response').then(([response]) => response.resume())
  await heard(request, 'close')
  log('client', request.finished, request.writableEnded, request.writableFinished, request.destroyed, outcome(() => request.write('late', () => {})))
  await close(server)
}))

test('http: writing after the end', story(async (module, log) => {
  const server = nodeHttp.createServer((req, res) => { req.resume(); res.end() })
  const port = await open(server)
  const request = module.request({ port, host: '127.0.0.1', method: 'POST', agent: false })
  request.end('all')
  request.on('error', (/** @type {any} */ error) => log('client', 'error', error))
  request.write('more', (/** @type {any} */ error) => log('callback', error))
  await heard(request, 'close')
  log('client', 'close', request.destroyed)
  await close(server)
}))

/** @type {[string, any[]][]} what is given to get, with PORT in place of the port */
const FORMS = [
  ['url', ['http://127.0.0.1:PORT/a?b=c#d']],
  ['URL', [new URL('http://127.0.0.1:1/a?b=c')]],
  ['url and options', ['http://127.0.0.1:PORT/a', { headers: { x: 'y' } }]],
  ['url and another path', ['http://127.0.0.1:PORT/a', { path: '/b' }]],
  ['options', [{ hostname: '127.0.0.1', host: 'unused.invalid', port: 'PORT', path: '/o' }]],
  ['auth in the url', ['http://us%40er:p%3Aw@127.0.0.1:PORT/']],
  ['another method', ['http://127.0.0.1:PORT/', { method: 'delete' }]]
]
test('http.get: url, options and callback in every form', async () => {
  const server = nodeHttp.createServer((req, res) => res.end(JSON.stringify([req.method, req.url, req.rawHeaders])))
  const port = await open(server)
  for (const [name, form] of FORMS) {
    const answers = []
    for (const module of MODULES) {
      const args = form.map((one) => {
        if (typeof one === 'string') return one.replace('PORT', String(port))
        if (one instanceof URL) return Object.assign(new URL(one), { port })
        return { ...one, ...(one.port ? { port } : {}) }
      })
      answers.push(await new Promise((resolve, reject) => module.get(...args, (/** @type {any} */ response) => text(response).then(resolve, reject)).on('error', reject)))
    }
    assert.equal(answers[0], answers[1], name)
  }
  await close(server)
})

test('http: redirects are answers like others', story(async (module, log) => {
  const server = nodeHttp.createServer((req, res) => { log('server', req.url); res.writeHead(302, { Location: '/b' }).end('moved') })
  const port = await open(server)
  const [response] = await heard(module.get({ port, host: '127.0.0.1', path: '/a' }), 'response')
  log('client', response.statusCode, response.headers.location, await text(response))
  await close(server)
}))

test('http: bodies that no answer has, on a connection that is kept', story(async (module, log) => {
  const server = nodeHttp.createServer((req, res) => {
    if (req.url === '/204') res.statusCode = 204
    if (req.url === '/304') res.writeHead(304, { ETag: '"x"' })
    if (req.url === '/head') res.setHeader('Content-Length', 5)
    res.end()
  })
  const port = await open(server)
  const agent = new module.Agent({ keepAlive: true, maxSockets: 1 })
  for (const [method, path] of [['HEAD', '/head'], ['GET', '/204'], ['GET', '/304'], ['HEAD', '/204'], ['GET', '/last']]) {
    const request = module.request({ port, host: '127.0.0.1', method, path, agent })
    const kept = heard(agent, 'free')
    request.end()
    const [response] = await heard(request, 'response')
    log('client', method, path, response.statusCode, response.headers['content-length'], await text(response), response.complete, request.reusedSocket)
    await kept
  }
  agent.destroy()
  await close(server)
}))

test('http: trailers of both', story(async (module, log) => {
  const server = nodeHttp.createServer(async (req, res) => {
    const body = await text(req)
    log('server', body, req.headers.trailer, req.trailers, req.rawTrailers)
    res.writeHead(200, { Trailer: 'X-Sum' })
    res.write(body)
    res.addTrailers({ 'X-Sum': '7' })
    res.end()
  })
  const port = await open(server)
  const request = module.request({ port, host: '127.0.0.1', method: 'POST', headers: { Trailer: 'X-End' } })
  request.write('some')
  request.addTrailers([['X-End', 'yes']])
  request.end()
  const [response] = await heard(request, 'response')
  log('client', response.trailers, await text(response), response.trailers, response.rawTrailers, response.trailersDistinct)
  await close(server)
}))

test('http: a slow reader holds a fast server, and a slow server a fast writer', story(async (module, log) => {
  const size = 24 << 20
  const piece = Buffer.alloc(64 << 10, 'x')
  let sent = 0
  let whole = false
  /** @type {(value?: unknown) => void} */
  let held = () => {}
  /** @type {any} */
  let uploading
  const server = nodeHttp.createServer(async (req, res) => {
    if (req.method === 'POST') {
      // Nothing is read until the client is told that it is full.
      uploading = req
      req.on('end', () => res.end('thanks'))
      held()
      return
    }
    while (sent < size) {
      sent += piece.length
      if (!res.write(piece)) {
        held()
        await once(res, 'drain')
      }
    }
    whole = true
    res.end()
  })
  const port = await open(server)
  let full = new Promise((resolve) => { held = resolve })
  const [response] = await heard(module.get({ port, host: '127.0.0.1', agent: false }), 'response')
  await full
  log('download', 'held', whole)
  let length = 0
  for await (const chunk of response) length += chunk.length
  log('download', length === size, whole)

  full = new Promise((resolve) => { held = resolve })
  const request = module.request({ port, host: '127.0.0.1', method: 'POST', agent: false })
  // More than systems hold for a connection: not all of it has gone before somebody reads.
  let took = true
  for (let written = 0; written < size; written += piece.length) took = request.write(piece)
  const drained = heard(request, 'drain')
  await full
  log('upload', 'held', took, request.writableNeedDrain, request.writableLength > 0)
  let got = 0
  uploading.on('data', (/** @type {Buffer} */ chunk) => { got += chunk.length })
  await drained
  log('upload', request.writableNeedDrain, request.writableLength)
  request.end()
  log('upload', await answer(request), got === size)
  await close(server)
}))

test('http: errors of connections', story(async (module, log) => {
  let reset = () => {}
  const server = nodeNet.createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (data) => {
      const [, path] = String(data).split(' ')
      if (path === '/reset') socket.resetAndDestroy()
      else if (path === '/end') socket.end()
      else if (path === '/middle') {
        reset = () => socket.resetAndDestroy()
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')
      } else socket.end('HTTP/1.1 200 OK\r\n')
    })
  })
  const port = await open(server)
  for (const path of ['/reset', '/end', '/head']) {
    const request = module.get({ port, host: '127.0.0.1', path, agent: false })
    request.on('error', (/** @type {any} */ error) => log(path, 'error', error))
    await heard(request, 'close')
    log(path, 'close', request.destroyed)
  }
  const middle = module.get({ port, host: '127.0.0.1', path: '/middle', agent: false })
  middle.on('error', (/** @type {any} */ error) => log('/middle', 'error', error))
  const over = heard(middle, 'close')
  const [response] = await heard(middle, 'response')
  // Data and a reset that come at once may look like an end to the system.
  response.once('data', () => reset())
  const [error] = await heard(response, 'error')
  log('answer of /middle', error, response.complete, response.aborted)
  await over
  await new Promise((resolve) => server.close(resolve))
  const refused = module.get({ port, host: '127.0.0.1', agent: false })
  refused.on('error', (/** @type {any} */ problem) => log('refused', problem, problem.port === port))
  await heard(refused, 'close')
  const unknown = module.get({ host: 'nowhere.invalid', agent: false, lookup: (/** @type {any} */ name, /** @type {any} */ _options, /** @type {any} */ callback) => callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND', syscall: 'getaddrinfo' })) })
  log('unknown', (await heard(unknown, 'error'))[0])
}))

test('http: setTimeout, and what a signal that is over says', story(async (module, log) => {
  const { port, close } = await patient()
  const request = module.get({ port, host: '127.0.0.1', path: '/a' })
  request.on('error', (/** @type {any} */ error) => log('late', 'error', error))
  log('late', request.setTimeout(20, () => { log('late', 'timeout'); request.destroy(new Error('too late')) }) === request, request.timeout)
  await heard(request, 'close')
  for (const reason of [undefined, new Error('mine')]) {
    const signalled = module.get({ port, host: '127.0.0.1', path: '/b', signal: AbortSignal.abort(reason) })
    const over = heard(signalled, 'close')
    const [error] = await heard(signalled, 'error')
    log('signal', error, error.cause?.name, error.cause?.message)
    await over
  }
  for (const value of ['x', -1, NaN, Infinity, null]) log('wrong', value, outcome(() => { const one = module.get({ port, host: '127.0.0.1', path: '/c' }).on('error', () => {}); try { one.setTimeout(value); return 'set' } finally { one.destroy() } }))
  await close()
}))
