/**
 * How long it takes two peers to connect, one behind an easy NAT and one behind a hard one: the birthday probing.
 * `node test/nat/timings.js [TRIALS] [KIND] [KIND]`; 100 trials take some minutes. `SOCKET_PEER_BUILD=release` measures
 * what was built with optimisation. Not a test: it prints figures.
 */
import { Lab, missing } from './lab.js'

/** @typedef {import('./lab.js').Kind} Kind */

const [trials = '100', one = 'easy', other = 'hard'] = process.argv.slice(2)
const why = missing()
if (why !== null) {
  console.error(`not here: ${why}`)
  process.exit(1)
}

const lab = new Lab()
const hubs = await Promise.all([1, 2, 3, 4].map(() => lab.host().peer('hub')))
const at = hubs.map((hub) => hub.at).join(' ')
hubs.forEach((hub) => hub.say(`join ${at}`))
await Promise.all(hubs.map((hub) => hub.wait('joined')))
const hosts = [lab.make(/** @type {Kind} */ (one)), lab.make(/** @type {Kind} */ (other))]

/** @type {number[]} */
const direct = []
let relayed = 0
let failed = 0
for (let trial = 0; trial < Number(trials); trial++) {
  // Mappings of the trial before are still there: other ports.
  const peers = await Promise.all(hosts.map((host) => host.peer(`trial ${trial}`, 4000 + trial)))
  try {
    peers.forEach((peer) => peer.say(`join ${at}`))
    await Promise.all(peers.map((peer) => peer.wait('joined')))
    await Promise.all(peers.map((peer) => peer.wait('nat', (nat) => nat.kind !== 'Unknown')))
    const start = performance.now()
    peers[0].say(`connect ${peers[1].id}`)
    const ends = [
      peers[0].wait('connected', (connected) => connected.peer === peers[1].id),
      peers[0].wait('error')
    ]
    // One of them does not happen, which is no news.
    ends.forEach((end) => end.catch(() => {}))
    const done = await Promise.race(ends)
    if (done.event === 'error') failed++
    else if (done.relayed) relayed++
    else direct.push(performance.now() - start)
  } catch (error) {
    failed++
    if (failed === 1) console.error(error.message)
  } finally {
    await Promise.all(peers.map((peer) => peer.kill()))
  }
}
await lab.close()

direct.sort((a, b) => a - b)
const part = (/** @type {number} */ of) => direct.length === 0
  ? '-'
  : `${Math.round(direct[Math.min(direct.length - 1, Math.floor(direct.length * of))])} ms`
console.log(`${one} × ${other}, ${trials} trials: ${direct.length} direct, ${relayed} relayed, ${failed} failed`)
console.log(`direct: median ${part(0.5)}, p90 ${part(0.9)}, p95 ${part(0.95)}, slowest ${part(1)}`)
