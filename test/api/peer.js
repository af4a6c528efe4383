import { EventEmitter } from 'socket:events'
import { Early } from 'socket:internal/early'
import { test } from 'socket:test'
import { Peer } from 'socket:peer'
import { code } from './support/code.js'

/** @param {import('socket:events').EventEmitter} emitter @param {string} name @returns {Promise<any[]>} */
const heard = (emitter, name) => new Promise((resolve) => emitter.once(name, (...all) => resolve(all)))

test('peer: as the guide has it', async t => {
  const pair = await Peer.createKeys()
  t.deepEqual([pair.publicKey.byteLength, pair.privateKey.byteLength], [32, 64], 'keys')
  const clusterId = await Peer.createClusterId()
  t.deepEqual([...await Peer.createClusterId('cats')], [...await Peer.createClusterId('cats')], 'a cluster from its name')
  const alice = new Peer({ ...pair, clusterId, address: '127.0.0.1' })
  const network = await alice.join()
  t.equal(await alice.join(), network, 'it joins once')
  t.equal(network.peerId, Array.from(pair.publicKey, (byte) => byte.toString(16).padStart(2, '0')).join(''), 'a peer is its key')
  const bob = new Peer({ clusterId, address: '127.0.0.1', peers: [`127.0.0.1:${network.address().port}`] })
  const ready = heard(bob, '#ready')
  const greeting = heard(alice, 'greeting')
  // The first word joins.
  const id = await bob.emit('greeting', { english: 'hello, world' })
  await ready
  const [value, info] = await greeting
  t.deepEqual(value, { english: 'hello, world' }, 'what was said')
  t.deepEqual([info.id, info.author], [id, (await bob.join()).peerId], 'by whom')
  const foo = heard(bob, 'foo')
  await alice.write('foo', { value: true })
  t.deepEqual((await foo)[0], { value: true }, 'written')
  const kept = await alice.disconnect()
  t.ok(kept.byteLength > 0, 'what is worth keeping')
  t.equal(await code(alice.write('late')), 'ERR_INVALID_STATE', 'after the end')
  await bob.disconnect()
})

test('peer: bad input', async t => {
  t.equal(await code(() => new Peer(/** @type {any} */ (null))), 'ERR_INVALID_ARG_TYPE', 'options that are none')
  const nameless = new Peer({ clusterId: '' })
  t.equal(await code(nameless.join()), 'ERR_INVALID_ARG_VALUE', 'an empty cluster')
  t.equal(await code(nameless.write('a')), 'ERR_INVALID_ARG_VALUE', 'again, when it is tried again')
  t.equal((await nameless.disconnect()).byteLength, 0, 'it never was there')
})

test('what is told before a caller has the object waits for it, in its order', async t => {
  /** @type {Early<number>} */
  const early = new Early()
  early.hear(1)
  const open = async () => {
    early.hear(2)
    const made = new EventEmitter()
    early.give((event) => made.emit('told', event))
    early.hear(3)
    return made
  }
  // As many functions as anybody has around it.
  /** @param {number} deep @returns {Promise<any>} */
  const through = async (deep) => deep === 0 ? await open() : await through(deep - 1)
  const made = await through(20)
  /** @type {number[]} */
  const told = []
  const all = new Promise((resolve) => made.on('told', (/** @type {number} */ event) => {
    told.push(event)
    if (told.length === 5) resolve(undefined)
  }))
  early.hear(4)
  setTimeout(() => early.hear(5))
  await all
  t.deepEqual(told, [1, 2, 3, 4, 5], 'all of it')
})
