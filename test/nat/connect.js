/**
 * Connections between real peers through every pair of NATs, and what happens to them when mappings and addresses
 * change.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { KINDS, Lab, missing } from './lab.js'

/** @typedef {Awaited<ReturnType<import('./lab.js').Host['peer']>>} Peer */

const skip = missing() ?? false

/** What a peer should find out about itself. A NAT that lets everybody in is as good as none. */
const FOUND = { static: 'Static', full: 'Static', restricted: 'Easy', easy: 'Easy', hard: 'Hard' }

/** @type {Lab} */
let lab
/** @type {string} */
let hubs

before(async () => {
  if (skip) return
  lab = new Lab()
  // Peers are told of four. The others call them, as strangers: that is how a peer finds out who gets in.
  const peers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => lab.host().peer('hub')))
  hubs = peers.slice(0, 4).map((hub) => hub.at).join(' ')
  peers.forEach((hub) => hub.say(`join ${peers.map((other) => other.at).join(' ')}`))
  await Promise.all(peers.map((hub) => hub.wait('joined')))
})
after(() => lab?.close())

/** @param {import('./lab.js').Host} host */
async function joined (host) {
  const peer = await host.peer('connect')
  peer.say(`join ${hubs}`)
  await peer.wait('joined')
  return peer
}

/**
 * @param {Peer} one
 * @param {Peer} other
 */
async function connect (one, other) {
  one.say(`connect ${other.id}`)
  return one.wait('connected', (connected) => connected.peer === other.id)
}

/**
 * Bytes get through, sooner or later: they are lossy, so they are sent until one arrives.
 *
 * @param {Peer} from
 * @param {Peer} to
 * @param {string} text
 */
async function streams (from, to, text) {
  const timer = setInterval(() => from.say(`send ${to.id} ${text}`), 100)
  try {
    await to.wait('stream', (stream) => stream.text === text && stream.peer === from.id)
  } finally {
    clearInterval(timer)
  }
}

for (const kind of KINDS) {
  test(`${kind}: a peer finds out what it is behind`, { skip }, async () => {
    const peer = await joined(lab.make(kind))
    await peer.wait('nat', (nat) => nat.kind === FOUND[kind])
    await peer.kill()
  })
}

for (const [index, kind] of KINDS.entries()) {
  for (const other of KINDS.slice(index)) {
    test(`${kind} with ${other}`, { skip }, async () => {
      const hosts = [lab.make(kind), lab.make(other)]
      const [one, two] = await Promise.all(hosts.map(joined))
      const { relayed, address } = await connect(one, two)
      const relay = kind === 'hard' && other === 'hard'
      // Guessing one of 65 000 ports succeeds nearly always, so it may be relayed where a port must be guessed.
      if (relay || other !== 'hard') assert.equal(relayed, relay)
      if (!relayed) assert.equal(address.split(':')[0], hosts[1].outside)
      await streams(one, two, 'there')
      await streams(two, one, 'and back')
      await Promise.all([one, two].map((peer) => peer.kill()))
    })
  }
}

test('two peers behind one router', { skip }, async () => {
  const [one, two] = await Promise.all(lab.behind('easy', 2).map(joined))
  await connect(one, two)
  await streams(one, two, 'there')
  await streams(two, one, 'and back')
  await Promise.all([one, two].map((peer) => peer.kill()))
})

for (const kind of /** @type {const} */ (['easy', 'hard'])) {
  test(`a stream goes on after the ${kind} router forgot its mappings`, { skip }, async () => {
    const [one, two] = await Promise.all([lab.make(kind), lab.host()].map(joined))
    await connect(one, two)
    await streams(one, two, 'before')
    one.host.expire()
    await streams(one, two, 'after')
    await streams(two, one, 'and back')
    await Promise.all([one, two].map((peer) => peer.kill()))
  })
}

test('a stream goes on after the address changed', { skip }, async () => {
  const [one, two] = await Promise.all([lab.make('easy'), lab.host()].map(joined))
  await connect(one, two)
  await streams(one, two, 'before')
  one.host.move(one.host.ip.replace(/\d+$/, '77'))
  await streams(one, two, 'after')
  await streams(two, one, 'and back')
  await Promise.all([one, two].map((peer) => peer.kill()))
})
