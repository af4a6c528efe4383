import { Buffer } from 'socket:buffer'
import { once } from 'socket:events'
import http from 'socket:http'
import net from 'socket:net'
import { test } from 'socket:test'

/** @param {(req: any, res: any) => void} handler */
async function open (handler) {
  const server = http.createServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: server.address().port }
}

/** @param {any} server */
async function close (server) {
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}

/** @param {any} stream @returns {Promise<string>} */
async function text (stream) {
  let all = ''
  for await (const part of stream) all += part
  return all
}

test('http: a request and its answer', async (t) => {
  const { server, port } = await open(async (req, res) => {
    const body = await text(req)
    res.writeHead(201, { 'Content-Type': 'text/plain', 'X-Method': req.method })
    res.end(`${req.url} ${req.headers['user-agent']} ${body}`)
  })
  // A page's fetch could set neither of these headers.
  const request = http.request(`http://127.0.0.1:${port}/path?q=1`, { method: 'POST', headers: { 'User-Agent': 'mine', Origin: 'none' } })
  request.end('body')
  const [response] = await once(request, 'response')
  t.equal(response.statusCode, 201, 'status')
  t.equal(response.headers['x-method'], 'POST', 'headers')
  t.equal(await text(response), '/path?q=1 mine body', 'body')
  await close(server)
})

test('http: redirects are answers like others', async (t) => {
  const { server, port } = await open((_req, res) => { res.writeHead(302, { Location: '/elsewhere' }); res.end() })
  const [response] = await once(http.get({ port, host: '127.0.0.1' }), 'response')
  response.resume()
  t.equal(response.statusCode, 302, 'status')
  t.equal(response.headers.location, '/elsewhere', 'location')
  await close(server)
})

test('http: a body of unknown length, both ways', async (t) => {
  const { server, port } = await open((req, res) => { req.pipe(res) })
  const request = http.request({ port, host: '127.0.0.1', method: 'PUT' })
  for (let at = 0; at < 50; at++) request.write(Buffer.alloc(10_000, at))
  request.end()
  const [response] = await once(request, 'response')
  let length = 0
  for await (const part of response) length += part.length
  t.equal(length, 500_000, 'all came back')
  await close(server)
})

test('http: a connection for several requests', async (t) => {
  let connections = 0
  const { server, port } = await open((_req, res) => res.end('ok'))
  server.on('connection', () => { connections++ })
  const agent = new http.Agent({ keepAlive: true })
  for (let at = 0; at < 3; at++) {
    const [response] = await once(http.get({ port, host: '127.0.0.1', agent }), 'response')
    await text(response)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  t.equal(connections, 1, 'one connection')
  agent.destroy()
  await close(server)
})

test('http: nobody answers', async (t) => {
  const { server, port } = await open((req) => req.socket.destroy())
  const [hangUp] = await once(http.get({ port, host: '127.0.0.1', agent: false }), 'error')
  t.equal(hangUp.code, 'ECONNRESET', 'cut off')
  await close(server)
  const [refused] = await once(http.get({ port, host: '127.0.0.1' }), 'error')
  t.equal(refused.code, 'ECONNREFUSED', 'refused')
})

test('http: a message that can be read in two ways is refused', async (t) => {
  const { server, port } = await open((_req, res) => res.end('reached'))
  const socket = net.connect(port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')
  t.ok((await text(socket)).startsWith('HTTP/1.1 400 Bad Request'), '400')
  await close(server)
})
