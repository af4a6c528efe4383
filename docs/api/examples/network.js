import network, { Encryption, sha256, state, watch } from 'socket:network'

export const about = {
  Address: 'An address of this machine that others may reach it at.',
  Bus: 'A peer in a cluster: `on`, `emit`, `subcluster`, `query`, `peers`, `state`, `address`, `reconnect`, `disconnect`.',
  Encryption: 'Keys and ids of peers, clusters and their parts.',
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
