import dgram from 'socket:dgram'
import { once } from 'socket:events'
import { test } from 'socket:test'

/** @param {any} [options] @returns {Promise<any>} bound to the loopback */
async function open (options = 'udp4') {
  const socket = dgram.createSocket(options)
  socket.bind(0, socket.type === 'udp4' ? '127.0.0.1' : '::1')
  await once(socket, 'listening')
  return socket
}

/** @param {any[]} sockets */
const close = (...sockets) => Promise.all(sockets.map((socket) => new Promise((resolve) => socket.close(resolve))))

/** @param {any} socket @param {any[]} args of send, without the callback @returns {Promise<number>} */
const send = (socket, ...args) => new Promise((resolve, reject) => {
  socket.send(...args, (/** @type {any} */ error, /** @type {number} */ bytes) => error ? reject(error) : resolve(bytes))
})

test('dgram: a datagram arrives with its sender', async (t) => {
  const [a, b] = [await open(), await open()]
  const heard = once(a, 'message')
  t.equal(await send(b, 'häll', a.address().port), 5, 'send tells the bytes')
  const [message, from] = await heard
  t.equal(message.toString(), 'häll', 'the message')
  t.deepEqual(from, { address: '127.0.0.1', family: 'IPv4', port: b.address().port, size: 5 }, 'the sender')
  await close(a, b)
})

test('dgram: every form of send', async (t) => {
  const [a, b] = [await open(), await open()]
  const { port } = a.address()
  const bytes = new TextEncoder().encode('0123456789')
  /** @type {string[]} */
  const heard = []
  const all = new Promise((resolve) => a.on('message', (/** @type {any} */ message) => { if (heard.push(message.toString()) === 7) resolve(null) }))
  await send(b, bytes, 2, 3, port, '127.0.0.1')
  await send(b, '0123', 1, 2, port)
  await send(b, ['ab', bytes.subarray(0, 2), new DataView(bytes.buffer, 8)], port)
  await send(b, new Uint16Array([0x4241]), port, '127.0.0.1')
  await send(b, [], port)
  b.send('last but one', port)
  await send(b, '', port, 'localhost')
  await all
  t.deepEqual(heard, ['234', '12', 'ab0189', 'AB', '', 'last but one', ''], 'in order')
  await close(a, b)
})

test('dgram: many datagrams at once are not lost', async (t) => {
  const [a, b] = [await open({ type: 'udp4', recvBufferSize: 4 << 20 }), await open()]
  const count = 400
  const seen = new Set()
  const all = new Promise((resolve) => a.on('message', (/** @type {any} */ message) => { if (seen.add(message.readUInt32LE(0)).size === count) resolve(null) }))
  await Promise.all(Array.from({ length: count }, (_, number) => {
    const datagram = new Uint8Array(200)
    new DataView(datagram.buffer).setUint32(0, number, true)
    return send(b, datagram, a.address().port)
  }))
  await all
  t.equal(seen.size, count, 'all of them')
  t.equal(a.droppedCount, 0, 'none was dropped')
  t.deepEqual([b.getSendQueueCount(), b.getSendQueueSize()], [0, 0], 'nothing is left to send')
  await close(a, b)
})

test('dgram: the queue counts what has not left', async (t) => {
  const [a, b] = [await open(), await open()]
  const sent = send(b, 'abc', a.address().port)
  t.deepEqual([b.getSendQueueCount(), b.getSendQueueSize()], [1, 3], 'one of three bytes')
  await sent
  t.deepEqual([b.getSendQueueCount(), b.getSendQueueSize()], [0, 0], 'none')
  await close(a, b)
})

test('dgram: connected sockets', async (t) => {
  const [a, b, c] = [await open(), await open(), await open()]
  await new Promise((resolve) => b.connect(a.address().port, resolve))
  t.deepEqual(b.remoteAddress(), a.address(), 'remoteAddress')
  const heard = once(a, 'message')
  t.equal(await send(b, 'hello'), 5, 'needs no address')
  t.equal((await heard)[1].port, b.address().port, 'heard')
  t.throws(() => b.send('x', 0, 1, 9), /Already connected/, 'another port')
  t.throws(() => b.connect(9), /Already connected/, 'connected twice')
  // What others send is not heard: the answer of the peer is the first message.
  const answer = once(b, 'message')
  await send(c, 'from c', b.address().port)
  await send(a, 'from a', b.address().port)
  t.equal((await answer)[0].toString(), 'from a', 'only the peer is heard')
  b.disconnect()
  t.throws(() => b.remoteAddress(), /Not connected/, 'disconnected')
  t.throws(() => b.disconnect(), /Not connected/, 'disconnected twice')
  await close(a, b, c)
})

test('dgram: udp6', async (t) => {
  const probe = dgram.createSocket('udp6')
  const [event] = await Promise.race([once(probe.bind(0, '::1'), 'listening').then(() => ['listening']), once(probe, 'error').then(() => ['error'])])
  if (event === 'error') return t.comment('skipped: this machine has no IPv6')
  const heard = once(probe, 'message')
  const sender = dgram.createSocket({ type: 'udp6', ipv6Only: true })
  await send(sender, 'six', probe.address().port, '::1')
  const [message, from] = await heard
  t.deepEqual([message.toString(), from.address, from.family], ['six', '::1', 'IPv6'], 'heard')
  t.equal((await send(sender, 'x', 9, '127.0.0.1').catch((error) => error)).syscall?.length > 0, true, 'an address of the other family is an error')
  await close(probe, sender)
})

test('dgram: multicast on the loopback', async (t) => {
  const group = '239.7.6.5'
  const [a, b] = [dgram.createSocket({ type: 'udp4', reuseAddr: true }), await open()]
  await new Promise((resolve) => a.bind(0, () => resolve(null)))
  a.addMembership(group, '127.0.0.1')
  b.setMulticastInterface('127.0.0.1')
  t.equal(b.setMulticastTTL(1), 1, 'setMulticastTTL')
  t.equal(b.setMulticastLoopback(true), true, 'setMulticastLoopback')
  const heard = once(a, 'message')
  await send(b, 'to all', a.address().port, group)
  t.equal((await heard)[0].toString(), 'to all', 'heard')
  a.dropMembership(group, '127.0.0.1')
  t.equal(t.throws(() => a.dropMembership(group, '127.0.0.1'), /^dropMembership EADDRNOTAVAIL$/, 'left twice').syscall, 'dropMembership', 'syscall')
  a.addSourceSpecificMembership('127.0.0.1', '232.1.2.3', '127.0.0.1')
  const again = once(a, 'message')
  await send(b, 'from one', a.address().port, '232.1.2.3')
  t.equal((await again)[0].toString(), 'from one', 'source-specific')
  a.dropSourceSpecificMembership('127.0.0.1', '232.1.2.3', '127.0.0.1')
  await close(a, b)
})

test('dgram: a group joined before the socket is bound binds it', async (t) => {
  const socket = dgram.createSocket('udp4')
  const listening = once(socket, 'listening')
  socket.addMembership('239.7.6.4', '127.0.0.1')
  await listening
  t.ok(socket.address().port > 0, 'bound')
  await close(socket)
})

test('dgram: options and buffers', async (t) => {
  const a = await open()
  t.equal(a.setTTL(5), 5, 'setTTL')
  t.equal(a.setBroadcast(true), undefined, 'setBroadcast')
  a.setRecvBufferSize(20_000)
  a.setSendBufferSize(20_000)
  t.ok(a.getRecvBufferSize() >= 20_000 && a.getSendBufferSize() >= 20_000, 'buffers are as long as was asked')
  t.throws(() => a.setRecvBufferSize(-1), /positive integer/, 'no length')
  t.equal(a.ref(), a, 'ref')
  t.equal(a.unref(), a, 'unref')
  await close(a)
})

test('dgram: an address that is taken', async (t) => {
  const a = await open()
  const b = dgram.createSocket('udp4')
  const { port } = a.address()
  let called = false
  const [error] = await once(b.bind(port, '127.0.0.1', () => { called = true }), 'error').catch((error) => [error])
  t.deepEqual([error.message, error.code, error.syscall, error.address, error.port], [`bind EADDRINUSE 127.0.0.1:${port}`, 'EADDRINUSE', 'bind', '127.0.0.1', port], 'the error says which')
  b.bind(0, '127.0.0.1')
  await once(b, 'listening')
  t.ok(!called, 'the socket can be bound again, and the callback of the failed time is forgotten')
  await close(a)
  const c = dgram.createSocket('udp4')
  await new Promise((resolve) => c.bind(port, '127.0.0.1', () => resolve(null)))
  t.equal(c.address().port, port, 'when close has answered, the port is free')
  await close(b, c)
})

test('dgram: a peer that is not there', async (t) => {
  const [a, b] = [await open(), await open()]
  await new Promise((resolve) => b.connect(a.address().port, resolve))
  await close(a)
  const refused = new Promise((resolve) => b.on('error', resolve))
  b.send('x')
  const { code, syscall, message } = await refused
  t.deepEqual([code, syscall, message], ['ECONNREFUSED', 'recvmsg', 'recvmsg ECONNREFUSED'], 'the socket is told')
  await close(b)
})

test('dgram: signals close', async (t) => {
  const controller = new AbortController()
  const a = await open({ type: 'udp4', signal: controller.signal })
  const closed = once(a, 'close')
  controller.abort()
  await closed
  t.throws(() => a.address(), /Not running/, 'closed')
  const b = dgram.createSocket({ type: 'udp4', signal: AbortSignal.abort() })
  await once(b, 'close')
  t.throws(() => b.close(), /Not running/, 'closed from the start')
})

test('dgram: nothing is heard after close', async (t) => {
  const [a, b] = [await open(), await open()]
  let heard = 0
  a.on('message', () => { if (++heard === 1) a.close() })
  const closed = once(a, 'close')
  await Promise.all(Array.from({ length: 20 }, () => send(b, 'x', a.address().port)))
  await closed
  t.equal(heard, 1, 'one message')
  await close(b)
})

test('dgram: names are looked up', async (t) => {
  const a = await open()
  const b = dgram.createSocket({ type: 'udp4', lookup: (name, family, callback) => callback(null, name === 'somewhere' ? '127.0.0.1' : name, 4) })
  const heard = once(a, 'message')
  await send(b, 'x', a.address().port, 'somewhere')
  t.equal((await heard)[0].toString(), 'x', 'by a function of the program')
  await close(a, b)
})
