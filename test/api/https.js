import { Buffer } from 'socket:buffer'
import { once } from 'socket:events'
import http from 'socket:http'
import https from 'socket:https'
import { FetchRequest } from 'socket:internal/http/fetch-request'
import { test } from 'socket:test'
import { gzipSync } from 'socket:zlib'

/** @param {any} stream @returns {Promise<string>} */
async function text (stream) {
  let all = ''
  for await (const part of stream) all += part
  return all
}

test('https: wrong requests', (t) => {
  t.throws(() => https.get('http://example.com/'), /Protocol "http:" not supported/, 'protocol')
  t.throws(() => https.request({ method: 'a b' }), /valid HTTP token/, 'method')
  t.throws(() => https.request({ path: '/a b' }), /unescaped/, 'path')
  t.throws(() => https.createServer(), /unavailable/, 'servers')
})

test('https: what the engine cannot be told is refused, not ignored', (t) => {
  const code = (/** @type {any} */ options) => {
    try {
      https.request({ host: '127.0.0.1', port: 1, ...options }).on('error', () => {}).destroy()
      return 'made'
    } catch (error) {
      const { name, code, message } = /** @type {any} */ (error)
      return `${name} ${code} ${message.split(' ')[0]}`
    }
  }
  const refused = 'TypeError ERR_FEATURE_UNAVAILABLE_ON_PLATFORM'
  for (const [name, value] of Object.entries({ ca: 'x', cert: 'x', key: 'x', pfx: 'x', checkServerIdentity () {}, ciphers: 'x', minVersion: 'TLSv1.3', rejectUnauthorized: false, servername: 'example.com', lookup () {}, socketPath: '/x', createConnection () {}, localAddress: '127.0.0.1' })) {
    t.equal(code({ [name]: value }), `${refused} options.${name}`, name)
    t.equal(code({ agent: new https.Agent({ [name]: value }) }), `${refused} options.agent.options.${name}`, `${name} of an agent`)
  }
  class Proxy extends https.Agent {
    /** @param {any[]} args */
    createConnection (...args) { return super.createConnection(...args) }
  }
  t.equal(code({ agent: new Proxy() }), `${refused} options.agent`, 'an agent that makes its own connections')
  t.equal(code({ agent: { addRequest () {} } }), `${refused} options.agent`, 'one that is not ours')
  for (const options of [{}, { rejectUnauthorized: true }, { servername: '127.0.0.1' }, { servername: '' }, { ca: undefined, lookup: null }, { agent: new https.Agent({ keepAlive: true }) }, { agent: false }, { agent: null }]) {
    t.equal(code(options), 'made', Object.keys(options).join() || 'nothing')
  }
})

test('https: nobody answers', async (t) => {
  const [error] = await once(https.get({ host: '127.0.0.1', port: 1 }), 'error')
  t.equal(error.code, 'ERR_HTTPS_REQUEST', 'code')
})

test('https: given up', async (t) => {
  const request = https.get({ host: '127.0.0.1', port: 1 })
  request.destroy(new Error('mine'))
  const [error] = await once(request, 'error')
  t.equal(error.message, 'mine', 'the reason')
})

test('https: a request and its answer', async (t) => {
  // Pages do it with TLS: test/desktop/https.js. Here the same code without, as nothing here trusts a certificate of the test's.
  if (typeof document !== 'undefined') return
  const server = http.createServer(async (/** @type {any} */ req, /** @type {any} */ res) => {
    const body = await text(req)
    res.writeHead(201, { 'X-A': req.headers['x-b'] })
    res.write(`${req.method} ${req.url} `)
    res.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const request = new FetchRequest({ host: '127.0.0.1', port: server.address().port, path: '/p?q', method: 'POST', headers: { 'X-B': 'c' } }, undefined, undefined, 'http:')
  request.write('one ')
  request.end(Buffer.from('two'))
  const [response] = await once(request, 'response')
  t.equal(response.statusCode, 201, 'status')
  t.equal(response.headers['x-a'], 'c', 'headers')
  t.equal(await text(response), 'POST /p?q one two', 'body')
  server.close()
  server.closeAllConnections()
})

test('https: what the engine unpacks is not said to be packed', async (t) => {
  // As above: without TLS, as nothing here trusts a certificate of the test's.
  if (typeof document !== 'undefined') return
  const packed = gzipSync('unpacked')
  const server = http.createServer((/** @type {any} */ _req, /** @type {any} */ res) => res.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': packed.length, 'Content-Type': 'text/plain' }).end(packed))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const ask = async (/** @type {string} */ method) => {
    const request = new FetchRequest({ host: '127.0.0.1', port: server.address().port, method }, undefined, undefined, 'http:')
    request.end()
    const [response] = await once(request, 'response')
    const { headers } = response
    return [await text(response), headers['content-encoding'], headers['content-length'], headers['content-type']]
  }
  t.deepEqual(await ask('GET'), ['unpacked', undefined, undefined, 'text/plain'], 'a body')
  t.deepEqual(await ask('HEAD'), ['', 'gzip', String(packed.length), 'text/plain'], 'without a body, as it was said')
  server.close()
  server.closeAllConnections()
})
