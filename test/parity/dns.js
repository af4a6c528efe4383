import nodeDns from 'node:dns'
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import dns from 'socket:dns'
// Errors name values with its formatter when it is there.
import 'socket:util'
import { WRONG, same } from './support/compare.js'
import { dnsServer } from './support/dns-server.js'

/** @type {Awaited<ReturnType<typeof dnsServer>>} */
let server
before(async () => { server = await dnsServer() })
after(() => server.close())

/** @param {any} error */
function about (error) {
  const { name, code, message, errno, syscall, hostname } = error
  return { name, code, message, errno, syscall, hostname }
}

/** @param {Promise<unknown>} promise */
const settled = (promise) => promise.then((value) => ({ value }), (error) => ({ error: about(error) }))

const TYPES = ['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NAPTR', 'NS', 'PTR', 'SOA', 'SRV', 'TXT']

/** Asks both. @param {(resolver: any) => Promise<unknown>} ask @param {any} [options] @param {string[]} [servers] */
async function compare (ask, options = { timeout: 2000, tries: 1 }, servers = [server.address]) {
  const [ours, nodes] = await Promise.all([dns, nodeDns].map(async (/** @type {any} */ module) => {
    const callback = new module.Resolver(options)
    const promises = new module.promises.Resolver(options)
    for (const resolver of [callback, promises]) resolver.setServers(servers)
    // The same question in its other form: a method that calls back.
    const called = new Proxy(callback, {
      get: (_, method) => (/** @type {any[]} */ ...args) => new Promise((resolve, reject) => {
        callback[method](...args, (/** @type {any} */ error, /** @type {any} */ value) => error ? reject(error) : resolve(value))
      })
    })
    return Promise.all([settled(ask(promises)), settled(ask(called))])
  }))
  assert.deepEqual(ours, nodes)
}

test('dns: every name', () => {
  for (const module of /** @type {const} */ (['promises', null])) {
    const [ours, nodes] = [dns, nodeDns].map((/** @type {any} */ all) => module === null ? all : all[module])
    for (const [name, value] of Object.entries(nodes)) {
      if (typeof value === 'string' || typeof value === 'number') assert.equal(ours[name], value, name)
      else assert.equal(typeof ours[name], typeof value, name)
    }
  }
  assert.deepEqual(dns.getServers(), nodeDns.getServers())
})

test('dns: every kind of record', async () => {
  for (const type of TYPES) await compare((resolver) => resolver.resolve('x.example', type))
  await compare((resolver) => resolver.resolve4('x.example', { ttl: true }))
  await compare((resolver) => resolver.resolve6('x.example', { ttl: true }))
  await compare((resolver) => resolver.resolve('x.example', 'A'))
})

test('dns: what servers answer when they have no answer', async () => {
  for (const name of ['nodata', 'formerr', 'servfail', 'nxdomain', 'notimp', 'refused']) {
    await compare((resolver) => resolver.resolve4(`${name}.example`))
    await compare((resolver) => resolver.resolveMx(`${name}.example`))
  }
  await compare((resolver) => resolver.resolve4('silent.example'), { timeout: 100, tries: 1 })
  await compare((resolver) => resolver.resolveTxt('truncated.example'))
})

test('dns: names that are none', async () => {
  for (const name of ['a..b', `${'x'.repeat(64)}.example`, `${'x.'.repeat(127)}xx`, '.x']) await compare((resolver) => resolver.resolve4(name))
})

test('dns: reverse', async () => {
  for (const address of ['192.0.2.1', '::1', '2001:db8::1', '::ffff:192.0.2.1']) await compare((resolver) => resolver.reverse(address))
})

test('dns: no server', async () => {
  await compare((resolver) => resolver.resolve4('x.example'), { timeout: 500, tries: 1 }, ['127.0.0.1:1'])
})

test('dns: cancelled', async () => {
  await compare((resolver) => {
    const answer = resolver.resolve4('silent.example')
    if (typeof resolver.cancel() === 'object') return answer
    return answer
  })
})

test('dns: servers', () => {
  const [ours, nodes] = [dns, nodeDns].map((/** @type {any} */ { Resolver }) => (/** @type {any} */ servers) => {
    const resolver = new Resolver()
    resolver.setServers(servers)
    return resolver.getServers()
  })
  same(ours, nodes, [
    ...WRONG.filter((/** @type {unknown} */ value) => !Array.isArray(value)).map((/** @type {unknown} */ value) => [value]),
    [['1.2.3.4']], [['1.2.3.4:53', '[::1]:5353', '::1', '[::1]', '1.1.1.1:54']], [['x']], [[5]], [['1.2.3.4:x']], [['::1:x']], [['[1.2.3.4]:5']], [['']], [['1.2.3.4', null]]
  ], 'setServers')
})

test('dns: wrong arguments', () => {
  const wrong = WRONG.filter((/** @type {unknown} */ value) => typeof value !== 'function' && typeof value !== 'symbol')
  for (const method of ['resolve', 'resolve4', 'resolveMx', 'reverse', 'lookup']) {
    const [ours, nodes] = [dns, nodeDns].map((/** @type {any} */ module) => (/** @type {any[]} */ ...args) => typeof module[method](...args))
    same(ours, nodes, [[], ['x.example'], ...wrong.filter((/** @type {unknown} */ value) => typeof value !== 'string').map((/** @type {unknown} */ value) => [value, 5]), ...wrong.map((/** @type {unknown} */ value) => ['127.0.0.1', value])], method)
  }
  const [ours, nodes] = [dns, nodeDns].map((/** @type {any} */ { lookup }) => (/** @type {any} */ options) => typeof lookup('127.0.0.1', options, () => {}))
  same(ours, nodes, [...wrong.map((/** @type {unknown} */ value) => [value]), ...wrong.flatMap((/** @type {unknown} */ value) => ['family', 'hints', 'all', 'verbatim', 'order'].map((key) => [{ [key]: value }])), [{ family: 'IPv6' }], [{ hints: 1 << 20 }]], 'lookup options')
  const make = [dns, nodeDns].map((/** @type {any} */ { Resolver }) => (/** @type {any} */ options) => typeof new Resolver(options))
  same(make[0], make[1], wrong.filter((/** @type {unknown} */ value) => value === undefined || (value !== null && typeof value === 'object')).flatMap((/** @type {unknown} */ value) => [[value]]).concat(wrong.flatMap((/** @type {unknown} */ value) => [[{ timeout: value }], [{ tries: value }]])), 'Resolver')
  const local = [dns, nodeDns].map((/** @type {any} */ { Resolver }) => (/** @type {any[]} */ ...args) => typeof new Resolver().setLocalAddress(...args))
  same(local[0], local[1], [...wrong.map((/** @type {unknown} */ value) => [value]), ['127.0.0.1'], ['::1'], ['127.0.0.1', '::1'], ['::1', '127.0.0.1'], ['127.0.0.1', '127.0.0.1'], ['127.0.0.1', 'x']], 'setLocalAddress')
  for (const name of ['setDefaultResultOrder', 'setServers']) {
    const [ours, nodes] = [dns, nodeDns].map((/** @type {any} */ module) => module[name])
    same(ours, nodes, wrong.filter((/** @type {unknown} */ value) => !Array.isArray(value)).map((/** @type {unknown} */ value) => [value]), name)
  }
})

test('dns: lookup', async () => {
  for (const args of [['localhost', 4], ['127.0.0.1'], ['::1'], ['localhost', { all: true, family: 4 }], ['127.0.0.1', { all: true }], ['nobody.invalid'], ['::1', 4], [''], ['', { all: true }],
    ['localhost', { hints: nodeDns.ADDRCONFIG, family: 4 }], ['localhost', { all: true, verbatim: false }], [null], ['localhost', 0]]) {
    const ask = (/** @type {any} */ module) => Promise.all([
      settled(module.promises.lookup(...args)),
      new Promise((resolve) => module.lookup(...args, (/** @type {any} */ error, /** @type {any[]} */ ...found) => resolve(error ? about(error) : found)))
    ])
    assert.deepEqual(await ask(dns), await ask(nodeDns), JSON.stringify(args))
  }
  const ask = (/** @type {any} */ module, /** @type {any[]} */ ...args) => settled(module.promises.lookupService(...args))
  for (const args of [['127.0.0.1', 22], ['127.0.0.1', 65000], ['203.0.113.77', 80]]) assert.deepEqual(await ask(dns, ...args), await ask(nodeDns, ...args), args.join(' '))
})
