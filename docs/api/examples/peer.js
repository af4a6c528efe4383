import { Peer } from 'socket:peer'

export const about = {
  Peer: 'A peer in a cluster: `join`, `on`, `emit`, `write`, `disconnect`; `Peer.createKeys`, `Peer.createClusterId`.',
  Bus: 'What `join` gives: the peer as `socket:network` has it.',
  Info: 'What comes with a value.',
  PeerOptions: 'What a peer is made with.'
}

/**
 * Two peers: what one writes, the other hears.
 * @for Peer
 */
export async function greeting () {
  const clusterId = await Peer.createClusterId()
  const alice = new Peer({ ...await Peer.createKeys(), clusterId, address: '127.0.0.1' })
  const { port } = (await alice.join()).address()
  const bob = new Peer({ ...await Peer.createKeys(), clusterId, address: '127.0.0.1', peers: [`127.0.0.1:${port}`] })
  const heard = new Promise((resolve) => bob.once('greeting', resolve))
  await bob.join()
  await alice.write('greeting', { english: 'hello, world' })
  console.log(await heard) // → { english: 'hello, world' }
  for (const peer of [alice, bob]) await peer.disconnect()
}
