import { once } from 'socket:events'
import net from 'socket:net'
import { test } from 'socket:test'

/** @param {(socket: any) => void} listener @param {any} [options] */
async function listening (listener, options = {}) {
  const server = net.createServer(options, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: server.address().port }
}

/** @param {any} server */
async function closed (server) {
  server.close()
  await once(server, 'close')
}

test('net: an exchange', async (t) => {
  const { server, port } = await listening((socket) => socket.pipe(socket))
  const client = net.connect(port, '127.0.0.1')
  client.setEncoding('utf8')
  client.write('hello ')
  client.end('world')
  let text = ''
  for await (const part of client) text += part
  t.equal(text, 'hello world', 'what was sent came back')
  t.equal(client.bytesRead, 11, 'bytesRead')
  t.equal(client.bytesWritten, 11, 'bytesWritten')
  await closed(server)
})

test('net: much, both ways at once', async (t) => {
  const size = 8 << 20
  const { server, port } = await listening((socket) => socket.pipe(socket))
  const client = net.connect(port, '127.0.0.1')
  const sent = new Uint8Array(size)
  for (let at = 0; at < size; at += 4096) sent[at] = at >> 12
  client.end(sent)
  let [at, wrong] = [0, 0]
  for await (const part of client) {
    for (let index = (4096 - at % 4096) % 4096; index < part.length; index += 4096) if (part[index] !== (((at + index) >> 12) & 255)) wrong++
    at += part.length
  }
  t.equal(at, size, 'all of it')
  t.equal(wrong, 0, 'in order')
  await closed(server)
})

test('net: who does not read makes the peer wait', async (t) => {
  /** @type {any} */
  let accepted
  const { server, port } = await listening((socket) => { accepted = socket; socket.end(new Uint8Array(32 << 20)) })
  const client = net.connect(port, '127.0.0.1')
  client.pause()
  await once(client, 'connect')
  // Long enough to fill what the system keeps, and for nothing to come after it.
  await new Promise((resolve) => setTimeout(resolve, 300))
  t.equal(accepted.writableFinished, false, 'most of it is not written')
  t.ok(client.bytesRead < 2 << 20, `only ${client.bytesRead} bytes were read`)
  let length = 0
  for await (const part of client) length += part.length
  t.equal(length, 32 << 20, 'all comes when it is read')
  await closed(server)
})

test('net: nobody listens', async (t) => {
  const { server, port } = await listening(() => {})
  await closed(server)
  const client = net.connect(port, '127.0.0.1')
  const [error] = await once(client, 'error')
  t.equal(error.code, 'ECONNREFUSED', 'code')
  t.equal(error.message, `connect ECONNREFUSED 127.0.0.1:${port}`, 'message')
  t.equal(error.syscall, 'connect', 'syscall')
})

test('net: a port that is taken', async (t) => {
  const { server, port } = await listening(() => {})
  const other = net.createServer().listen(port, '127.0.0.1')
  const [error] = await once(other, 'error')
  t.equal(error.code, 'EADDRINUSE', 'code')
  await closed(server)
  other.listen(port, '127.0.0.1')
  await once(other, 'listening')
  t.equal(other.address().port, port, 'free as soon as the first is closed')
  await closed(other)
})

test('net: closing while waiting', async (t) => {
  const { server, port } = await listening(() => {})
  const client = net.connect(port, '127.0.0.1')
  await once(client, 'connect')
  client.destroy()
  const [hadError] = await once(client, 'close')
  t.equal(hadError, false, 'no error')
  t.equal(client.destroyed, true, 'destroyed')
  await closed(server)
})

test('net: names', async (t) => {
  const { server, port } = await listening((socket) => socket.end('found'))
  const client = net.connect({ port, host: 'localhost' })
  let text = ''
  for await (const part of client) text += part
  t.equal(text, 'found', 'whichever address of localhost listens')
  await closed(server)
})
