import nodeNet from 'node:net'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { once } from 'node:events'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import net from 'socket:net'
// Errors name values with its formatter when it is there.
import 'socket:util'
import { WRONG, same } from './support/compare.js'

/** @typedef {any} Module */
const MODULES = /** @type {[string, Module][]} */ ([['ours', net], ["Node's", nodeNet]])

/** @param {any} error */
function about (error) {
  if (!(error instanceof Error)) return error
  const { name, code, message, errno, syscall, address, port, hostname, host, localAddress, localPort } = /** @type {any} */ (error)
  const errors = /** @type {any} */ (error).errors?.map(about)
  return { name, code, message, errno, syscall, address, port, hostname, host, localAddress, localPort, errors }
}

/** @param {() => unknown} call */
function outcome (call) {
  try {
    const value = call()
    return typeof value === 'object' && value !== null ? 'object' : value
  } catch (error) {
    return about(error)
  }
}

/**
 * Tells what a program did with each module, and asks for the same. Ports differ: they become names.
 * @param {(module: Module, log: (...words: any[]) => void, t: any) => Promise<void>} program
 */
const story = (program) => async (/** @type {any} */ t) => {
  const stories = []
  for (const [, module] of MODULES) {
    /** @type {any[]} */
    const lines = []
    const awake = setInterval(() => {}, 1000)
    await program(module, (...words) => lines.push(words.map(about)), t)
    clearInterval(awake)
    // What two ends say is in order for each of them, not between them.
    const sorted = lines.map((line, at) => ({ line, at, by: ['server', 'client'].indexOf(line[0]) })).sort((a, b) => a.by - b.by || a.at - b.at)
    stories.push(inspect(sorted.map(({ line }) => line), { depth: 8, breakLength: 120 }).split('\n'))
  }
  assert.deepEqual(stories[0], stories[1])
}

/** Everything that an emitter says, in order. @param {any} emitter @param {string} name @param {string[]} events @param {(...words: any[]) => void} log */
const hear = (emitter, name, events, log) => {
  for (const event of events) emitter.on(event, (/** @type {any[]} */ ...values) => log(name, event, ...values.map((value) => ArrayBuffer.isView(value) ? String(value) : value)))
}
/** Unlike `once`, errors end nothing. @param {any} emitter @returns {Promise<any>} */
const closed = (emitter) => new Promise((resolve) => emitter.on('close', resolve))
const SOCKET = ['lookup', 'connect', 'ready', 'data', 'end', 'finish', 'close', 'error', 'timeout', 'drain']

const listening = async (/** @type {Module} */ module, /** @type {any} */ options = {}, /** @type {any} */ listener = undefined) => {
  const server = module.createServer(options, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: server.address().port }
}

test('net: every name', () => {
  for (const [name, theirs, Ours] of /** @type {[string, any, any][]} */ ([['Socket', nodeNet.Socket, net.Socket], ['Server', nodeNet.Server, net.Server], ['BlockList', nodeNet.BlockList, net.BlockList], ['SocketAddress', nodeNet.SocketAddress, net.SocketAddress]])) {
    for (const key of Object.getOwnPropertyNames(theirs.prototype)) {
      if (!key.startsWith('_') && key !== 'constructor') assert.ok(key in Ours.prototype || key in new Ours(), `${name}.${key}`)
    }
  }
})

test('net: addresses', () => {
  const texts = ['', '1.2.3.4', '1.2.3', '01.2.3.4', '256.1.1.1', '::', '::1', '1::2::3', 'fe80::1%lo', '::ffff:1.2.3.4', 'x', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8:9', undefined, null, 5, {}, ['::1']].map((value) => [value])
  for (const name of /** @type {const} */ (['isIP', 'isIPv4', 'isIPv6'])) same(/** @type {any} */ (net)[name], /** @type {any} */ (nodeNet)[name], texts)
})

test('net: SocketAddress and BlockList', () => {
  const make = (/** @type {Module} */ { SocketAddress }) => (/** @type {any} */ options) => {
    const { address, family, port, flowlabel } = new SocketAddress(options)
    return { address, family, port, flowlabel }
  }
  const given = [undefined, {}, { address: '1.2.3.4' }, { address: '::1', family: 'ipv6' }, { address: '::1' }, { address: '1.2.3.4', family: 'ipv6' }, { address: 'x' },
    { family: 'IPv6' }, { family: 'ipv5' }, { port: 5 }, { port: 70000 }, { flowlabel: 4, family: 'ipv6' }, { flowlabel: -1 },
    ...['1:0:0:2:0:0:0:3', '0:0:0:0:0:0:0:0', '::ffff:1.2.3.4', '2001:DB8::0:1', '1:2:3:4:5:6:7:8'].map((address) => ({ address, family: 'ipv6' }))]
  same(make(net), make(nodeNet), given.map((one) => [one]), 'SocketAddress')
  const program = (/** @type {Module} */ { BlockList, SocketAddress }) => {
    const list = new BlockList()
    const results = [
      outcome(() => list.addAddress('1.2.3.4')), outcome(() => list.addAddress('x')), outcome(() => list.addAddress(5)), outcome(() => list.addAddress('::1', 'ipv6')), outcome(() => list.addAddress('::1', 'ipv7')),
      outcome(() => list.addRange('10.0.0.5', '10.0.0.10')), outcome(() => list.addRange('10.0.0.10', '10.0.0.5')), outcome(() => list.addRange('::5', '::a', 'ipv6')),
      outcome(() => list.addSubnet('192.168.1.7', 16)), outcome(() => list.addSubnet('192.168.1.7', 33)), outcome(() => list.addSubnet('fe80::', 64, 'ipv6')), outcome(() => list.addSubnet('1.1.1.1')),
      outcome(() => list.addAddress(new SocketAddress({ address: '9.9.9.9' })))
    ]
    for (const [address, family] of [['1.2.3.4'], ['1.2.3.5'], ['::ffff:1.2.3.4', 'ipv6'], ['10.0.0.7'], ['10.0.0.11'], ['::7', 'ipv6'], ['192.168.250.1'], ['fe80::99', 'ipv6'], ['fe81::', 'ipv6'], ['x'], [5], ['9.9.9.9'], ['1.2.3.4', 'x']]) {
      results.push(outcome(() => list.check(address, family)))
    }
    return [results, list.rules]
  }
  assert.deepEqual(program(net), program(nodeNet))
})

test('net: wrong arguments', () => {
  const values = WRONG.filter((value) => typeof value !== 'function')
  const quiet = (/** @type {any} */ made) => { made.on('error', () => {}); queueMicrotask(() => made.destroy ? made.destroy() : made.close()); return 'made' }
  const forms = /** @type {Record<string, (module: Module, value: any) => unknown>} */ ({
    createServer: (module, value) => quiet(module.createServer(value)),
    Socket: (module, value) => typeof value === 'object' ? quiet(new module.Socket(value)) : undefined,
    allowHalfOpen: (module, value) => quiet(new module.Socket({ allowHalfOpen: value })),
    objectMode: (module, value) => quiet(new module.Socket({ objectMode: value })),
    keepAliveInitialDelay: (module, value) => quiet(new module.Socket({ keepAliveInitialDelay: value })),
    highWaterMark: (module, value) => quiet(module.createServer({ highWaterMark: value })),
    signal: (module, value) => quiet(new module.Socket({ signal: value })),
    connect: (module, value) => typeof value === 'string' || typeof value === 'symbol' ? undefined : quiet(module.connect(value)),
    'connect port': (module, value) => quiet(module.connect({ port: value, host: '127.0.0.1' })),
    'connect localAddress': (module, value) => typeof value === 'symbol' || typeof value === 'bigint' || Object(value) === value ? undefined : quiet(module.connect({ port: 1, host: '127.0.0.1', localAddress: value })),
    'connect localPort': (module, value) => quiet(module.connect({ port: 1, host: '127.0.0.1', localPort: value || 1 })),
    'connect lookup': (module, value) => quiet(module.connect({ port: 1, host: 'localhost', lookup: value ?? 0 })),
    'connect autoSelectFamily': (module, value) => quiet(module.connect({ port: 1, host: '127.0.0.1', autoSelectFamily: value })),
    'connect autoSelectFamilyAttemptTimeout': (module, value) => quiet(module.connect({ port: 1, host: '127.0.0.1', autoSelectFamilyAttemptTimeout: value })),
    'listen port': (module, value) => quiet(module.createServer().listen({ port: value })),
    listen: (module, value) => typeof value === 'string' ? undefined : quiet(module.createServer().listen(value)),
    setTimeout: (module, value) => new module.Socket().setTimeout(value) && 'set',
    'setTimeout callback': (module, value) => new module.Socket().setTimeout(1, value) && 'set',
    setDefaultAutoSelectFamily: (module, value) => { const before = module.getDefaultAutoSelectFamily(); try { module.setDefaultAutoSelectFamily(value) } finally { module.setDefaultAutoSelectFamily(before) } },
    setDefaultAutoSelectFamilyAttemptTimeout: (module, value) => { const before = module.getDefaultAutoSelectFamilyAttemptTimeout(); try { module.setDefaultAutoSelectFamilyAttemptTimeout(value) } finally { module.setDefaultAutoSelectFamilyAttemptTimeout(before) } }
  })
  for (const [name, form] of Object.entries(forms)) {
    for (const value of values) assert.deepEqual(outcome(() => form(net, value)), outcome(() => form(nodeNet, value)), `${name}(${inspect(value)})`)
  }
})

test('net: a new socket', () => {
  const look = (/** @type {Module} */ { Socket }) => {
    const socket = new Socket()
    return [socket.connecting, socket.pending, socket.destroyed, socket.readyState, socket.bytesRead, socket.bytesWritten, socket.bufferSize, socket.localAddress, socket.localPort, socket.localFamily,
      socket.remoteAddress, socket.remotePort, socket.remoteFamily, socket.timeout, socket.address(), socket.allowHalfOpen, socket.readable, socket.writable, socket.setNoDelay() === socket, socket.setKeepAlive() === socket, socket.ref() === socket, socket.unref() === socket]
  }
  assert.deepEqual(look(net), look(nodeNet))
})

test('net: an exchange', story(async (module, log) => {
  /** @type {any} */
  let accepted
  const { server, port } = await listening(module, {}, (/** @type {any} */ socket) => {
    accepted = closed(socket)
    hear(socket, 'server', SOCKET, log)
    log('server', 'accepted', socket.readyState, socket.localPort === port, socket.remoteFamily, socket.localAddress, socket.pending)
    socket.setEncoding('utf8')
    socket.on('data', (/** @type {string} */ text) => socket.end(`<${text}>`))
  })
  const client = module.connect(port, '127.0.0.1')
  log('client', 'made', client.connecting, client.readyState, client.pending)
  hear(client, 'client', SOCKET, log)
  client.on('connect', () => log('client', 'connected', client.connecting, client.readyState, client.remotePort === port, client.remoteAddress, client.remoteFamily, Object.keys(client.address()), client.pending))
  client.write('hello')
  await closed(client)
  log('client', 'after', client.bytesRead, client.bytesWritten, client.destroyed, client.readyState, client.remoteAddress)
  await accepted
  server.close()
  await closed(server)
  log(server.listening, server.address())
}))

test('net: half open', story(async (module, log) => {
  /** @type {any} */
  let accepted
  const { server, port } = await listening(module, { allowHalfOpen: true }, (/** @type {any} */ socket) => {
    accepted = closed(socket)
    hear(socket, 'server', SOCKET, log)
    socket.on('end', () => setTimeout(() => socket.end('late'), 50))
    socket.resume()
  })
  const client = module.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  hear(client, 'client', SOCKET, log)
  client.end('request')
  await closed(client)
  await accepted
  server.close()
  await closed(server)
}))

test('net: writing after the end of the peer', story(async (module, log) => {
  const { server, port } = await listening(module, {}, (/** @type {any} */ socket) => socket.resume().end('bye'))
  const client = module.connect(port, '127.0.0.1')
  client.on('end', () => client.end())
  client.on('end', () => client.write('x', (/** @type {any} */ error) => log('write', error)))
  hear(client, 'client', ['error', 'close', 'data', 'end'], log)
  await closed(client)
  server.close()
  await closed(server)
}))

test('net: refused, not there, closed', story(async (module, log) => {
  const { server, port } = await listening(module)
  server.close()
  await closed(server)
  const named = (/** @type {any} */ value) => JSON.parse(JSON.stringify(about(value)).replaceAll(String(port), '1'))
  for (const options of [{ port, host: '127.0.0.1' }, { port, host: '127.0.0.1', localAddress: '127.0.0.1' }, { port, host: 'localhost', family: 4 }, { port, host: '127.0.0.1', localAddress: '203.0.113.1' }]) {
    const client = module.connect(options)
    const over = closed(client)
    client.on('close', (/** @type {any} */ value) => log('close', value))
    const [error] = await once(client, 'error')
    log(options.host, named(error))
    await over
  }
  const path = '/there/is/no/such.sock'
  const unix = module.connect(path)
  log(about((await once(unix, 'error'))[0]))
  const early = module.connect(port, '127.0.0.1')
  hear(early, 'early', ['error', 'close', 'connect'], log)
  early.write('x', (/** @type {any} */ error) => log('write', error))
  early.destroy()
  await closed(early)
  const fresh = new module.Socket()
  hear(fresh, 'fresh', ['error', 'close'], log)
  fresh.write('x', (/** @type {any} */ error) => log('write', error))
  await closed(fresh)
  const lost = module.connect({ port, host: 'nobody.invalid', lookup: (/** @type {any} */ _, /** @type {any} */ options, /** @type {any} */ callback) => { log(options); queueMicrotask(() => callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))) } })
  hear(lost, 'lost', ['error', 'close', 'lookup'], log)
  await closed(lost)
}))

test('net: names with several addresses', story(async (module, log) => {
  const { server, port } = await listening(module, {}, (/** @type {any} */ socket) => socket.end('found'))
  const hide = (/** @type {any} */ value) => typeof value === 'number' && value > 1000 ? 'port' : value instanceof Error ? value.message.replace(String(port), 'port') : value
  const lookup = (/** @type {any} */ _, /** @type {any} */ __, /** @type {any} */ callback) => queueMicrotask(() => callback(null, [{ address: '::1', family: 6 }, { address: '127.0.0.1', family: 4 }]))
  const client = module.connect({ port, host: 'several.invalid', lookup })
  for (const event of ['lookup', 'connectionAttempt', 'connectionAttemptFailed', 'connect', 'data', 'close']) client.on(event, (/** @type {any[]} */ ...values) => log(event, ...values.map((value) => ArrayBuffer.isView(value) ? String(value) : hide(value))))
  await closed(client)
  log(client.autoSelectFamilyAttemptedAddresses.map((/** @type {string} */ text) => text.replace(String(port), 'port')))
  server.close()
  await closed(server)
  const none = module.connect({ port, host: 'several.invalid', lookup })
  const [error] = await once(none, 'error')
  log(JSON.stringify(about(error)).replaceAll(String(port), 'port'), error instanceof AggregateError)
}))

test('net: servers', story(async (module, log) => {
  const { server, port } = await listening(module)
  log(Object.keys(server.address()), server.address().family, server.listening)
  log(outcome(() => server.listen(0)))
  const other = module.createServer()
  other.listen(port, '127.0.0.1')
  const [error] = await once(other, 'error')
  log(JSON.stringify(about(error)).replaceAll(String(port), 'port'), other.listening, other.address())
  const far = module.createServer().listen(0, '203.0.113.1')
  log(about((await once(far, 'error'))[0]))
  other.close((/** @type {any} */ error) => log('close', error))
  await closed(other)
  const socket = module.connect(port, '127.0.0.1')
  const [accepted] = await once(server, 'connection')
  log(await new Promise((resolve) => server.getConnections((/** @type {any} */ error, /** @type {number} */ count) => resolve([error, count]))))
  server.close(() => log('closed'))
  log(server.listening)
  hear(server, 'server', ['close'], log)
  accepted.end()
  socket.resume()
  await closed(server)
  const any = module.createServer().listen()
  await once(any, 'listening')
  log(any.address().family, any.address().address)
  await any[/** @type {any} */ (Symbol).asyncDispose ?? Symbol.for('nodejs.asyncDispose')]()
  const controller = new AbortController()
  const aborted = module.createServer().listen({ port: 0, host: '127.0.0.1', signal: controller.signal })
  hear(aborted, 'aborted', ['listening', 'close', 'error'], log)
  await once(aborted, 'listening')
  controller.abort()
  await closed(aborted)
}))

test('net: too many connections', story(async (module, log) => {
  const { server, port } = await listening(module)
  server.maxConnections = 1
  const first = module.connect(port, '127.0.0.1')
  await once(server, 'connection')
  const second = module.connect(port, '127.0.0.1')
  const [data] = await once(server, 'drop')
  log(Object.keys(data).sort(), data.localPort === port, data.remoteFamily)
  second.resume()
  await closed(second)
  first.destroy()
  server.close()
  await closed(server)
}))

test('net: timeouts', story(async (module, log) => {
  const { server, port } = await listening(module, {}, (/** @type {any} */ socket) => socket.resume())
  const client = module.connect({ port, host: '127.0.0.1', timeout: 30 })
  hear(client, 'client', ['timeout', 'close'], log)
  await once(client, 'timeout')
  log(client.timeout, client.destroyed)
  client.setTimeout(0)
  log(client.timeout)
  client.destroy()
  await closed(client)
  server.close()
  await closed(server)
}))

test('net: a connection that breaks off', story(async (module, log) => {
  const { server, port } = await listening(module, {}, (/** @type {any} */ socket) => { socket.on('data', () => socket.resetAndDestroy()); hear(socket, 'server', ['close', 'error'], log) })
  const client = module.connect(port, '127.0.0.1')
  client.write('x')
  const heard = closed(client)
  client.on('error', (/** @type {any} */ error) => log('client', about(error)))
  log(await heard)
  server.close()
  await closed(server)
}))

test('net: an aborted socket', story(async (module, log) => {
  const { server, port } = await listening(module)
  const controller = new AbortController()
  const client = module.connect({ port, host: '127.0.0.1', signal: controller.signal })
  hear(client, 'client', ['connect', 'close'], log)
  client.on('error', (/** @type {any} */ { name, code }) => log(name, code))
  await once(client, 'connect')
  controller.abort()
  await closed(client)
  server.close()
  await closed(server)
}))

test('net: sockets of the file system', { skip: process.platform === 'win32' && 'Windows has pipes of another kind' }, async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socket-net-'))
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }))
  await story(async (module, log) => {
    const file = path.join(folder, 'a.sock')
    const server = module.createServer((/** @type {any} */ socket) => { log(socket.remoteAddress, socket.localAddress, socket.address()); socket.pipe(socket) })
    server.listen(file)
    await once(server, 'listening')
    log(server.address())
    const again = module.createServer().listen(file)
    log(about((await once(again, 'error'))[0]))
    const client = module.connect(file)
    client.end('echo')
    hear(client, 'client', SOCKET, log)
    await closed(client)
    server.close()
    await closed(server)
    log(fs.existsSync(file))
  })(t)
})

test('net: a peer that is not read waits, and all arrives', story(async (module, log) => {
  const { server, port } = await listening(module, {}, (/** @type {any} */ socket) => {
    socket.on('error', () => {})
    socket.end(Buffer.alloc(32 << 20, 7))
    setTimeout(() => log('written while nobody read', socket.writableFinished), 300)
  })
  const client = module.connect(port, '127.0.0.1')
  client.pause()
  await new Promise((resolve) => setTimeout(resolve, 600))
  let [length, sum] = [0, 0]
  for await (const chunk of client) {
    length += chunk.length
    sum += chunk[0] === 7 && chunk.at(-1) === 7 ? 0 : 1
  }
  log(length, sum)
  server.close()
  await closed(server)
}))
