import network, { Cache, Encryption, IdentityGroup, NAT, Packet, sha256, state, watch } from 'socket:network'

export const about = {
  Address: 'An address of this machine that others may reach it at.',
  Bus: 'A peer in a cluster: `on`, `emit`, `subcluster`, `connect`, `groups`, `query`, `peers`, `state`, `address`, `metrics`, `reconnect`, `disconnect`.',
  Connection: 'A connection to one other peer: `write` (in order, each once), `send` (lossy), `close`; events `data`, `way`, `close`.',
  Encryption: 'Keys and ids of peers, clusters and their parts.',
  Groups: 'The identity groups of a peer, as `bus.groups`: `hold`, `learn`, `advertise`, `conceal`, `lookup`, `withdraw`, `release`, `pin`.',
  Info: 'What comes with a value.',
  NetworkOptions: 'What a peer is opened with.',
  NetworkWatcher: 'What `watch` gives.',
  State: 'What this machine is connected to.',
  Subcluster: 'A part of a cluster, whose members have a key in common: `on`, `emit`, `leave`.'
}

/**
 * Two peers in a cluster: what one says, the other hears.
 * @for network
 */
export async function talking () {
  const clusterId = Encryption.createClusterId()
  const alice = await network({ clusterId, address: '127.0.0.1' })
  const { address, port } = alice.address()
  const bob = await network({ clusterId, address: '127.0.0.1', peers: [{ address, port }] })
  const heard = new Promise((resolve) => bob.once('meow', resolve))
  await alice.emit('meow', { food: true })
  console.log(await heard) // → { food: true }
  for (const bus of [alice, bob]) await bus.disconnect()
}

/**
 * Direct communication: bytes between two peers, in order or lossy.
 * @for network
 */
export async function direct () {
  const clusterId = Encryption.createClusterId()
  const alice = await network({ clusterId, address: '127.0.0.1' })
  const bob = await network({ clusterId, address: '127.0.0.1', peers: [alice.address()] })
  alice.on('#connection', (connection) => connection.on('data', (/** @type {Uint8Array} */ bytes) => connection.write(bytes)))
  const connection = await bob.connect(alice.peerId, { address: alice.address() })
  const echo = new Promise((resolve) => connection.once('data', resolve))
  await connection.write('there and back')
  console.log(new TextDecoder().decode(await echo)) // → there and back
  for (const bus of [alice, bob]) await bus.disconnect()
}

/**
 * Two devices that are one addressee.
 * @for IdentityGroup
 */
export async function devices () {
  const phone = await Encryption.createKeyPair()
  const laptop = await Encryption.createKeyPair()
  const keys = await Encryption.createKeyPair()
  const proposal = await IdentityGroup.propose({ keys, members: [phone.publicKey, laptop.publicKey] })
  // Each device consents, wherever it is.
  const consents = await Promise.all([phone, laptop].map((device) => IdentityGroup.consent(proposal, device)))
  const { id, sealed } = await IdentityGroup.complete(proposal, { keys, consents, to: phone.publicKey })
  const bus = await network({ clusterId: 'cats', signingKeys: phone, address: '127.0.0.1' })
  console.log(await bus.groups.hold(sealed, phone) === id) // → true
  // To the laptop: only it can open this.
  const forLaptop = await IdentityGroup.share(sealed, { keys: phone, to: laptop.publicKey })
  console.log(forLaptop.byteLength === sealed.byteLength) // → true
  await bus.disconnect()
}

/**
 * What this machine is connected to, now and later.
 * @for state watch
 */
export async function connected () {
  const { online, addresses } = await state()
  const watcher = await watch()
  watcher.on('change', (now) => console.log(now.online ? 'connected' : 'on its own', now.addresses))
  console.log(typeof online, Array.isArray(addresses)) // → boolean true
  await watcher.close()
}

/**
 * An identity from a secret, a cluster from its name.
 * @for Encryption sha256
 */
export async function keys () {
  const { publicKey } = await Encryption.createKeyPair('correct horse battery staple')
  console.log(publicKey.byteLength, Encryption.createClusterId('cats').byteLength) // → 32 32
  console.log(Encryption.createId('cats') === await sha256('cats')) // → true
}

/**
 * What the network keeps of a message, as bytes.
 * @for Packet
 */
export async function packets () {
  const cluster = await Encryption.createKeyPair('a cluster of our own')
  const packet = await new Packet({ clock: 1, message: 'encrypted by its author' }).sign(cluster)
  const bytes = packet.encode()
  const received = Packet.decode(bytes)
  console.log(bytes.byteLength, received.packetId === packet.packetId, await received.verify()) // → 229 true true
  received.clock = 2
  console.log(await received.verify()) // → false
}

/**
 * Packets by their ids, what follows what, and all of it in a file.
 * @for Cache
 */
export function keeping () {
  const first = new Packet({ clock: 1, message: 'first' })
  const second = new Packet({ clock: 2, previousId: first.packetId, message: 'second' })
  const cache = new Cache([[first.packetId, first], [second.packetId, second]])
  console.log(cache.next(first.packetId).map(({ message }) => new TextDecoder().decode(message))) // → [ 'second' ]
  console.log(Cache.deserialize(cache.serialize()).size) // → 2
}

/**
 * What two peers behind NATs can hope for.
 * @for NAT
 */
export function kinds () {
  console.log(NAT.toString(NAT.EASY), NAT.way('easy', 'hard'), NAT.isConnectable(NAT.HARD, NAT.HARD)) // → easy birthday false
}
