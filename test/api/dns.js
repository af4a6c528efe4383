import dgram from 'socket:dgram'
import dns from 'socket:dns'
import promises from 'socket:dns/promises'
import { once } from 'socket:events'
import { test } from 'socket:test'

test('dns: lookup', async (t) => {
  t.deepEqual(await promises.lookup('localhost', 4), { address: '127.0.0.1', family: 4 }, 'localhost')
  t.deepEqual(await promises.lookup('::1'), { address: '::1', family: 6 }, 'an address')
  const [address, family] = await new Promise((resolve, reject) => {
    dns.lookup('localhost', { family: 4 }, (/** @type {any} */ error, /** @type {any[]} */ ...found) => error ? reject(error) : resolve(found))
  })
  t.deepEqual([address, family], ['127.0.0.1', 4], 'with a callback')
  const error = await promises.lookup('nobody.invalid').catch((/** @type {any} */ error) => error)
  t.ok(['ENOTFOUND', 'EAI_AGAIN'].includes(error.code), 'no such host')
  t.deepEqual([error.syscall, error.hostname, error.message], ['getaddrinfo', 'nobody.invalid', `getaddrinfo ${error.code} nobody.invalid`], 'the error says which')
})

test('dns: a server that is not there, and answers that never come', async (t) => {
  const resolver = new promises.Resolver({ timeout: 300, tries: 1 })
  resolver.setServers(['127.0.0.1:1'])
  t.deepEqual(resolver.getServers(), ['127.0.0.1:1'], 'servers')
  const error = await resolver.resolve4('x.example').catch((/** @type {any} */ error) => error)
  t.deepEqual([error.code, error.syscall, error.hostname, error.message], ['ECONNREFUSED', 'queryA', 'x.example', 'queryA ECONNREFUSED x.example'], 'refused')
})

/** Answers one question: `build` gets its bytes and gives those behind the head. @param {(question: any) => { counts: number[], rest: number[] }} build */
async function server (build) {
  const socket = dgram.createSocket('udp4')
  socket.on('message', (/** @type {any} */ message, /** @type {any} */ from) => {
    const { counts, rest } = build(message)
    const head = [message[0], message[1], 0x81, 0x80, 0, 1, ...counts]
    socket.send(new Uint8Array([...head, ...message.subarray(12), ...rest]), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}

test('dns: records of a server', async (t) => {
  const socket = await server(() => ({ counts: [0, 1, 0, 0, 0, 0], rest: [0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 192, 0, 2, 7] }))
  const resolver = new dns.Resolver({ timeout: 5000, tries: 1 })
  resolver.setServers([`127.0.0.1:${socket.address().port}`])
  /** @param {string} method @param {any[]} args @returns {Promise<any>} */
  const ask = (method, ...args) => new Promise((resolve, reject) => /** @type {any} */ (resolver)[method](...args, (/** @type {any} */ error, /** @type {any} */ found) => error ? reject(error) : resolve(found)))
  t.deepEqual(await ask('resolve4', 'x.example'), ['192.0.2.7'], 'an address')
  t.deepEqual(await ask('resolve4', 'x.example', { ttl: true }), [{ address: '192.0.2.7', ttl: 300 }], 'with how long it is valid')
  t.deepEqual(await ask('resolve', 'x.example'), ['192.0.2.7'], 'resolve')
  t.deepEqual(await ask('resolveAny', 'x.example'), [{ address: '192.0.2.7', ttl: 300, type: 'A' }], 'anything')
  t.equal((await ask('resolveMx', 'x.example').catch((error) => error)).code, dns.NODATA, 'nothing of this kind')
  const cancelled = ask('resolve4', 'x.example').catch((error) => error)
  resolver.cancel()
  t.equal((await cancelled).code, dns.CANCELLED, 'cancelled')
  await new Promise((resolve) => socket.close(() => resolve(null)))
})

test('dns: a server that answers nonsense', async (t) => {
  const socket = await server(() => ({ counts: [0, 9, 0, 0, 0, 0], rest: [0xc0] }))
  const resolver = new promises.Resolver({ timeout: 5000, tries: 1 })
  resolver.setServers([`127.0.0.1:${socket.address().port}`])
  t.equal((await resolver.resolve4('x.example').catch((/** @type {any} */ error) => error)).code, dns.BADRESP, 'is told apart from one that has no answer')
  await new Promise((resolve) => socket.close(() => resolve(null)))
})
