import { test } from 'socket:test'
import { Encryption, IdentityGroup, network, sha256, state, watch } from 'socket:network'
import os from 'socket:os'
import { code } from './support/code.js'

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

/** Peers of one cluster who all know the first. @param {string[]} names */
async function cluster (names) {
  const clusterId = Encryption.createClusterId()
  const keys = await Promise.all(names.map((name) => Encryption.createKeyPair(name)))
  /** @type {import('socket:network').Bus[]} */
  const buses = []
  for (const signingKeys of keys) {
    const peers = buses.slice(0, 1).map((first) => first.address())
    buses.push(await network({ clusterId, signingKeys, address: '127.0.0.1', peers }))
  }
  await Promise.all(buses.map((bus) => bus.online ? undefined : heard(bus, '#ready')))
  return { buses, keys }
}

test('network: direct communication', async t => {
  const { buses: [alice, bob, carol] } = await cluster(['direct alice', 'direct bob', 'direct carol'])
  // Bob and Carol both know Alice only, who introduces them.
  const incoming = heard(carol, '#connection')
  const there = await bob.connect(carol.peerId)
  const [here] = await incoming
  t.deepEqual([there.peerId, here.peerId, there.relayed, there.open], [carol.peerId, bob.peerId, false, true], 'a connection')
  for (let number = 0; number < 20; number++) await there.write(new Uint8Array([number]))
  /** @type {number[]} */
  const got = []
  await new Promise((resolve) => here.on('data', (/** @type {Uint8Array} */ bytes, /** @type {{ reliable: boolean }} */ { reliable }) => {
    t.ok(reliable, 'reliable')
    got.push(bytes[0])
    if (got.length === 20) resolve(undefined)
  }))
  t.deepEqual(got, Array.from({ length: 20 }, (_, number) => number), 'in order, though nobody listened at first')
  const lossy = new Promise((resolve) => there.on('data', (/** @type {Uint8Array} */ bytes, /** @type {{ reliable: boolean }} */ how) => resolve([new TextDecoder().decode(bytes), how.reliable])))
  await here.send('a frame of video')
  t.deepEqual(await lossy, ['a frame of video', false], 'lossy')
  t.equal(await code(here.send(new Uint8Array(1025))), 'ERR_P2P_LENGTH', 'too long for one datagram')
  t.equal(await code(alice.connect('ab')), 'ERR_INVALID_ARG_VALUE', 'a key that is none')
  t.equal(await code(alice.connect(alice.peerId)), 'ERR_P2P_PEER', 'oneself')
  t.equal(await code(alice.connect(bob.peerId, { address: '127.0.0.1:0' })), 'ERR_PEER_ADDRESS', 'an address that is none')
  const { done, dropped } = await alice.metrics()
  t.ok(done.introduced > 0 && typeof dropped.malformed === 'number', 'counters')
  const closed = heard(here, 'close')
  await there.close()
  await closed
  t.equal(here.open, false, 'both ends know that it has ended')
  t.equal(await code(here.write('late')), 'ERR_INVALID_STATE', 'after the end')
  for (const bus of [alice, bob, carol]) await bus.disconnect()
})

test('network: an identity group of two devices', async t => {
  const { buses: [friend, phone, laptop], keys: [, phoneKeys, laptopKeys] } = await cluster(['a friend', 'a phone', 'a laptop'])
  const keys = await Encryption.createKeyPair('the devices of one person')
  const members = [phone.peerId, laptop.peerId]
  const proposal = await IdentityGroup.propose({ keys, members })
  const consents = [await IdentityGroup.consent(proposal, phoneKeys)]
  const options = { keys, consents, to: phone.peerId }
  t.equal(await code(IdentityGroup.complete(proposal, options)), 'ERR_GROUP_CONSENT', 'not without the consent of all')
  consents.push(await IdentityGroup.consent(proposal, laptopKeys))
  const { id, sealed, certificate } = await IdentityGroup.complete(proposal, options)
  t.equal(await phone.groups.hold(sealed, phoneKeys), id, 'the phone holds it')
  t.equal(await code(laptop.groups.hold(sealed, laptopKeys)), 'ERR_GROUP_KEY', 'what is sealed for one is for nobody else')
  const forLaptop = await IdentityGroup.share(sealed, { keys: phoneKeys, to: laptop.peerId })
  t.equal(await laptop.groups.hold(forLaptop, laptopKeys), id, 'and so does the laptop')
  const found = heard(friend, '#group')
  await phone.groups.advertise(id)
  const [group] = await found
  t.deepEqual([group.group, group.members], [id, members], 'others hear of it')
  const both = Promise.all([phone, laptop].map((bus) => heard(bus, 'hello')))
  await friend.emit('hello', 'you all', { to: phone.peerId })
  t.deepEqual((await both).map(([value, info]) => [value, info.private]), [['you all', true], ['you all', true]], 'what is said to one device reaches all')
  await friend.groups.pin(phone.peerId)
  laptop.on('psst', () => t.fail('it is for the phone alone'))
  const alone = heard(phone, 'psst')
  await friend.emit('psst', 'you', { to: phone.peerId })
  t.equal((await alone)[0], 'you', 'and to one alone, if it is pinned')
  await friend.groups.pin(phone.peerId, false)
  await friend.groups.learn(certificate)
  await friend.groups.lookup(laptop.peerId)
  await phone.groups.conceal(id)
  await laptop.groups.withdraw(id)
  await phone.groups.release(id)
  t.equal(await code(IdentityGroup.propose({ keys, members: [] })), 'ERR_GROUP_MEMBERS', 'a group of nobody')
  t.equal(await code(friend.groups.learn(new Uint8Array(7))), 'ERR_GROUP_MALFORMED', 'a certificate that is none')
  for (const bus of [friend, phone, laptop]) await bus.disconnect()
})
