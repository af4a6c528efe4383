import { DEFAULT_KEEP_ALIVE, DEFAULT_RATE_LIMIT_THRESHOLD, Encryption, PING_RETRY, PROBE_WAIT, Peer, getRandomPort, rateLimit } from 'socket:latica'

export const about = {
  Rate: 'Packets that were counted, and since when.',
  RemotePeer: 'Another peer, as a connection to it: see `Connection` of `socket:network`.'
}

/**
 * What peers wait for.
 * @for DEFAULT_KEEP_ALIVE PING_RETRY PROBE_WAIT
 */
export function waits () {
  console.log(PING_RETRY, PROBE_WAIT, DEFAULT_KEEP_ALIVE) // → 500 2300 30000
}

/**
 * A port for a socket of one's own.
 * @for getRandomPort
 */
export function ports () {
  const taken = new Set([4000])
  const port = getRandomPort(taken)
  console.log(port >= 1024, taken.has(port), taken.size) // → true true 2
}

/**
 * What a program does that receives packets itself: one subnet has one budget, whatever its ports are.
 * @for rateLimit DEFAULT_RATE_LIMIT_THRESHOLD
 */
export function limits () {
  const rates = new Map()
  let taken = 0
  for (let number = 0; number < 3000; number++) {
    if (!rateLimit(rates, 5, 1024 + number, '203.0.113.7', DEFAULT_RATE_LIMIT_THRESHOLD)) taken++
  }
  console.log(taken >= DEFAULT_RATE_LIMIT_THRESHOLD, rates.size) // → true 1
}

/**
 * A peer of a cluster, and another that it speaks with: a RemotePeer.
 * @for RemotePeer
 */
export async function remote () {
  const clusterId = Encryption.createClusterId()
  const alice = new Peer({ clusterId, address: '127.0.0.1' })
  const bob = new Peer({ clusterId, address: '127.0.0.1' })
  const [there, here] = [await alice.join(), await bob.join()]
  /** @type {import('socket:latica').RemotePeer} */
  const other = await here.connect(there.peerId, { address: there.address() })
  console.log(other.open, other.relayed) // → true false
  for (const peer of [alice, bob]) await peer.disconnect()
}
