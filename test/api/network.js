import { test } from 'socket:test'
import { Encryption, network, sha256, state, watch } from 'socket:network'
import os from 'socket:os'

/** @param {Promise<unknown> | (() => unknown)} work */
const code = async (work) => {
  try {
    await (typeof work === 'function' ? work() : work)
    return 'none'
  } catch (error) {
    return /** @type {any} */ (error).code
  }
}

/** @param {import('socket:events').EventEmitter} emitter @param {string} name @returns {Promise<any[]>} */
const heard = (emitter, name) => new Promise((resolve) => emitter.once(name, (...all) => resolve(all)))

test('network: what the machine is connected to', async t => {
  const { online, addresses } = await state()
  t.equal(typeof online, 'boolean', 'whether there is a way out')
  const known = Object.values(os.networkInterfaces()).flat().map((entry) => entry?.address)
  t.ok(addresses.every(({ address }) => known.includes(address)), 'addresses are those that os knows')
  t.ok(!addresses.some(({ address }) => address.startsWith('127.') || address === '::1'), 'of others, not the machine\'s own')
  const watcher = await watch()
  await watcher.close()
  t.equal(await code(watcher.close()), 'EBADF', 'a watch ends once')
})

test('network: keys and ids', async t => {
  const one = await Encryption.createKeyPair('a seed')
  const two = await Encryption.createKeyPair('a seed')
  t.deepEqual([one.publicKey.byteLength, one.privateKey.byteLength], [32, 64], 'lengths')
  t.deepEqual([...one.publicKey], [...two.publicKey], 'from a seed')
  t.notDeepEqual([...(await Encryption.createKeyPair()).publicKey], [...one.publicKey], 'by chance')
  t.equal(Encryption.createId('x'), await sha256('x'), 'an id is a hash')
  t.equal(Encryption.createClusterId().byteLength, 32, 'by chance')
  t.deepEqual([...Encryption.createSharedKey('x')], [...Encryption.createClusterId('x')], 'from a secret')
})

test('network: bad input', async t => {
  t.equal(await code(network({ clusterId: '' })), 'ERR_INVALID_ARG_VALUE', 'an empty cluster')
  t.equal(await code(network({ clusterId: /** @type {any} */ (1) })), 'ERR_INVALID_ARG_TYPE', 'a cluster that is none')
  t.equal(await code(network({ clusterId: 'x', peers: ['nobody'] })), 'ERR_INVALID_ARG_VALUE', 'a peer without address')
  t.equal(await code(network({ clusterId: 'x', peers: ['127.0.0.1:0'] })), 'ERR_PEER_ADDRESS', 'a peer without port')
  t.equal(await code(network({ clusterId: 'x', state: new Uint8Array(3) })), 'ERR_PEER_STATE', 'a state that is none')
  t.equal(await code(network({ clusterId: 'x', signingKeys: { publicKey: new Uint8Array(32), privateKey: new Uint8Array(3) } })), 'ERR_INVALID_ARG_VALUE', 'a key that is none')
})

test('network: two peers in a cluster, and in a part of it', async t => {
  const clusterId = Encryption.createClusterId()
  const keys = await Encryption.createKeyPair('alice')
  const alice = await network({ clusterId, signingKeys: keys, address: '127.0.0.1' })
  t.equal(alice.peerId, Array.from(keys.publicKey, (byte) => byte.toString(16).padStart(2, '0')).join(''), 'a peer is its key')
  const { address, port } = alice.address()
  const bob = await network({ clusterId, address: '127.0.0.1', peers: [`${address}:${port}`] })
  await Promise.all([alice, bob].map((bus) => bus.online ? undefined : heard(bus, '#ready')))
  t.equal(alice.clusterId, bob.clusterId, 'the same cluster')
  const said = heard(bob, 'hello')
  const id = await alice.emit('hello', { text: 'wörld', list: [1, null] })
  const [value, info] = await said
  t.deepEqual(value, { text: 'wörld', list: [1, null] }, 'a value')
  t.deepEqual([info.id, info.author, info.private, info.time instanceof Date], [id, alice.peerId, false, true], 'and where it is from')
  const bytes = heard(alice, 'bytes')
  await bob.emit('bytes', new Uint8Array([0, 255, 128]))
  t.deepEqual([...(await bytes)[0]], [0, 255, 128], 'bytes')
  const [one, two] = await Promise.all([alice, bob].map((bus) => bus.subcluster({ sharedKey: 'only we know' })))
  t.equal(one.id, two.id, 'the same part')
  bob.on('secret', () => t.fail('it is not for the whole cluster'))
  const secret = heard(two, 'secret')
  await one.emit('secret', 'psst')
  t.equal((await secret)[0], 'psst', 'in a part of the cluster')
  t.deepEqual((await alice.peers()).map(({ peer }) => peer), [bob.peerId], 'links')
  t.equal(await code(alice.emit('#own')), 'ERR_INVALID_ARG_VALUE', 'events of the peer itself cannot be said')
  t.equal(await code(alice.emit('f', () => {})), 'ERR_INVALID_ARG_TYPE', 'values that JSON does not know')
  const kept = await alice.disconnect()
  t.equal(await code(alice.emit('late')), 'ERR_INVALID_STATE', 'after the end')
  const again = await network({ clusterId, state: kept, address: '127.0.0.1' })
  t.equal(again.peerId, Array.from(keys.publicKey, (byte) => byte.toString(16).padStart(2, '0')).join(''), 'with its identity')
  await again.disconnect()
  await bob.disconnect()
})
