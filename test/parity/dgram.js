import nodeDgram from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import dgram from 'socket:dgram'
// Errors name values with its formatter when it is there.
import 'socket:util'
import { WRONG } from './support/compare.js'

/** @typedef {any} Module */

/** What a call did; buffers that the system made as long as it liked are only numbers. @param {() => unknown} call */
function outcome (call) {
  try {
    const value = call()
    return typeof value === 'number' || typeof value === 'boolean' ? value : typeof value
  } catch (error) {
    return about(error)
  }
}

/** @param {any} error */
function about (error) {
  if (!(error instanceof Error)) return error
  const { name, code, message, errno, syscall, address, info, hostname } = /** @type {any} */ (error)
  return { name, code, message, errno, syscall, address, info, hostname }
}

const METHODS = [
  'bind', 'connect', 'send', 'setTTL', 'setMulticastTTL', 'setMulticastInterface', 'addMembership', 'dropMembership',
  'addSourceSpecificMembership', 'dropSourceSpecificMembership', 'setRecvBufferSize', 'setSendBufferSize'
]

test('dgram: every name of a socket', () => {
  const names = (/** @type {object} */ prototype) => Object.getOwnPropertyNames(prototype).filter((name) => !name.startsWith('_') && name !== 'constructor' && name !== 'sendto')
  const ours = new Set(names(dgram.Socket.prototype))
  for (const name of names(nodeDgram.Socket.prototype)) assert.ok(ours.has(name), name)
})

test('dgram: wrong sockets', () => {
  for (const value of [...WRONG, 'udp4', 'udp6', { type: 'udp5' }, ...WRONG.flatMap((wrong) => [
    { type: 'udp4', recvBufferSize: wrong }, { type: 'udp4', sendBufferSize: wrong }, { type: 'udp4', lookup: wrong }, { type: 'udp4', signal: wrong }])]) {
    const [ours, nodes] = [dgram, nodeDgram].map((/** @type {Module} */ { createSocket }) => outcome(() => createSocket(value)))
    assert.deepEqual(ours, nodes, JSON.stringify(value, (_, inner) => typeof inner === 'bigint' ? `${inner}n` : inner))
  }
})

/** A fresh socket each time, because some calls change it. @param {(socket: any) => Promise<void> | void} prepare @param {[string, ...any[]][]} calls */
async function compare (prepare, calls) {
  for (const [method, ...args] of calls) {
    const results = []
    for (const module of /** @type {Module[]} */ ([dgram, nodeDgram])) {
      const socket = module.createSocket('udp4')
      socket.on('error', () => {})
      await prepare(socket)
      results.push(outcome(() => socket[method](...args)))
      try { socket.close() } catch {}
    }
    assert.deepEqual(results[0], results[1], `${method}(${inspect(args)})`)
  }
}

// A function is a callback.
const VALUES = WRONG.filter((/** @type {unknown} */ value) => typeof value !== 'function' && typeof value !== 'symbol' && typeof value !== 'bigint')
/** @type {[string, ...any[]][]} */
const GETTERS = ['address', 'remoteAddress', 'disconnect', 'getRecvBufferSize', 'getSendBufferSize', 'getSendQueueSize', 'getSendQueueCount', 'ref', 'unref'].map((name) => [name])

test('dgram: calls on a socket that is not bound', async () => {
  /** @type {[string, ...any[]][]} */
  const calls = METHODS.filter((name) => name !== 'bind' && !name.startsWith('add') && !name.startsWith('drop')).flatMap((name) => VALUES.map((value) => /** @type {[string, any]} */ ([name, value])))
  await compare(() => {}, [...calls, ...GETTERS, ['setBroadcast', true], ['setMulticastLoopback', true]])
})

const bound = (/** @type {any} */ socket) => new Promise((resolve) => socket.bind(0, '127.0.0.1', () => resolve(undefined)))

test('dgram: calls on a bound socket', async () => {
  /** @type {[string, ...any[]][]} */
  const calls = METHODS.filter((name) => name !== 'setMulticastTTL').flatMap((name) => VALUES.map((value) => /** @type {[string, any]} */ ([name, value])))
  const buffer = Buffer.alloc(4)
  await compare(/** @type {any} */ (bound), [
    ...calls.filter(([name, value]) => !(/BufferSize$/.test(name) && value === 2 ** 33)),
    ...GETTERS.filter(([name]) => name !== 'address'),
    ...[0, 1, 64, 255, 256, -5, 1.5].flatMap((ttl) => /** @type {[string, any][]} */ ([['setTTL', ttl], ['setMulticastTTL', ttl]])),
    ['setBroadcast', 'x'], ['setMulticastLoopback', 0], ['setMulticastLoopback', 'x'],
    ['setMulticastInterface', '127.0.0.1'], ['setMulticastInterface', '::'], ['setMulticastInterface', '203.0.113.1'],
    ['addMembership', '1.2.3.4'], ['addMembership', '239.7.6.1', '203.0.113.1'], ['addMembership', 'ff02::1'], ['addMembership', '239.7.6.1', 'x'],
    ['dropMembership', '239.7.6.1'], ['addMembership', '239.7.6.1', '127.0.0.1'],
    ['addSourceSpecificMembership', 'x', 'y'], ['addSourceSpecificMembership', '127.0.0.1', '232.1.1.1', '127.0.0.1'],
    ['addSourceSpecificMembership', '::1', '232.1.1.1'], ['dropSourceSpecificMembership', '127.0.0.1', '232.1.1.1', '127.0.0.1'],
    ['setRecvBufferSize', 2 ** 31], ['setSendBufferSize', 0], ['setRecvBufferSize', 8192],
    ['send', 'x', 0], ['send', 'x', 70000], ['send', 'x', '0'], ['send', 5, 9], ['send', ['x', 5], 9], ['send', 'x', 5, 5, 9], ['send', 'x', 1, 1, 0],
    ['send', buffer, -1, 1, 9], ['send', buffer, 0, 10, 9], ['send', buffer, 2, 3, 9], ['send', 'x', 9, 9], ['send', 'x', '9'],
    ['send', buffer, 0, 1, 9, 5], ['connect', 9, 9], ['connect', '9'], ['bind', 0], ['bind', { port: 0 }]
  ])
})

test('dgram: calls on a closed socket', async () => {
  await compare((socket) => new Promise((resolve) => { bound(socket).then(() => socket.close(() => resolve())) }), [
    ['close'], ['address'], ['bind'], ['send', 'x', 9], ['addMembership', '239.7.6.1'], ['remoteAddress'], ['ref'], ['unref']
  ])
})

/** The events of a socket in order, while a program uses it. @param {(socket: any, log: (...words: any[]) => void, module: Module) => Promise<void>} program */
async function story (program) {
  const stories = []
  for (const module of /** @type {Module[]} */ ([dgram, nodeDgram])) {
    /** @type {any[]} */
    const lines = []
    const socket = module.createSocket('udp4')
    const log = (/** @type {any[]} */ ...words) => { lines.push(words.map(about)) }
    for (const name of ['listening', 'connect', 'close']) socket.on(name, () => log(name))
    socket.on('error', (/** @type {any} */ error) => log('error', error))
    // The time an event needs holds nobody awake.
    const awake = setInterval(() => {}, 1000)
    await program(socket, log, module)
    clearInterval(awake)
    stories.push(lines)
  }
  assert.deepEqual(stories[0], stories[1])
  assert.ok(stories[0].length > 0)
}

const closed = (/** @type {any} */ socket) => { const ended = once(socket, 'close'); socket.close(); return ended }

test('dgram: stories', async (t) => {
  await t.test('bound and closed', () => story(async (socket, log) => {
    socket.bind(0, () => log('callback'))
    log('after bind')
    await once(socket, 'listening')
    await closed(socket)
  }))
  await t.test('closed before it is bound', () => story(async (socket, log) => {
    socket.bind(0, () => log('callback'))
    await closed(socket)
  }))
  await t.test('sending binds', () => story(async (socket, log) => {
    await new Promise((resolve) => { socket.send('abc', 9, (/** @type {any} */ error, /** @type {any} */ bytes) => { log('sent', error, bytes); resolve(undefined) }); log('after send') })
    await closed(socket)
  }))
  await t.test('closed while it is bound for a datagram', () => story(async (socket) => {
    socket.send('abc', 9)
    await closed(socket)
  }))
  await t.test('too long, to nobody, to everyone', () => story(async (socket, log) => {
    const send = (/** @type {any[]} */ ...args) => new Promise((resolve) => socket.send(...args, (/** @type {any[]} */ ...result) => { log(...result); resolve(undefined) }))
    await send(Buffer.alloc(70000), 9, '127.0.0.1')
    await send('x', 9, '255.255.255.255')
    await send('x', 9, 'nobody.invalid')
    await closed(socket)
  }))
  await t.test('no such host, without callbacks', () => story(async (socket) => {
    const failed = new Promise((resolve) => socket.on('error', resolve))
    socket.send('x', 9, 'nobody.invalid')
    await failed
    await closed(socket)
  }))
  await t.test('bound to no address of this machine, then again', () => story(async (socket, log) => {
    const failed = new Promise((resolve) => socket.once('error', resolve))
    socket.bind(0, '203.0.113.1', () => log('never'))
    await failed
    socket.bind(0, () => log('again'))
    await once(socket, 'listening')
    await closed(socket)
  }))
  await t.test('bound to no host', () => story(async (socket) => {
    const failed = new Promise((resolve) => socket.once('error', resolve))
    socket.bind(0, 'nobody.invalid')
    await failed
    await closed(socket)
  }))
  await t.test('connected, disconnected', () => story(async (socket, log) => {
    await new Promise((resolve) => { socket.connect(9, '127.0.0.1', resolve); log('after connect') })
    log(socket.remoteAddress(), socket.address().address)
    socket.disconnect()
    log(socket.address().address)
    await closed(socket)
  }))
  await t.test('connected to no host', () => story(async (socket, log) => {
    await new Promise((resolve) => socket.connect(9, 'nobody.invalid', (/** @type {any} */ error) => { log('callback', error); resolve(undefined) }))
    const failed = new Promise((resolve) => socket.once('error', resolve))
    socket.connect(9, 'nobody.invalid')
    await failed
    await closed(socket)
  }))
  await t.test('messages', () => story(async (socket, log, module) => {
    await bound(socket)
    const { port } = socket.address()
    const other = module.createSocket('udp4')
    for (const message of ['one', '', 'three']) {
      const heard = once(socket, 'message')
      other.send(message, port, '127.0.0.1')
      const [bytes, from] = await heard
      log(bytes.toString(), { ...from, port: 0 })
    }
    await closed(other)
    await closed(socket)
  }))
  await t.test('aborted', () => story(async (socket, log, module) => {
    const controller = new AbortController()
    const other = module.createSocket({ type: 'udp4', signal: controller.signal })
    await bound(other)
    const ended = once(other, 'close')
    controller.abort('why')
    await ended
    log('aborted')
    await closed(socket)
  }))
})
