/**
 * Messages between real peers behind every kind of NAT: whoever publishes, everybody reads.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { KINDS, Lab, missing } from './lab.js'

const skip = missing() ?? false

/** @type {Lab} */
let lab

before(() => { if (!skip) lab = new Lab() })
after(() => lab?.close())

test('messages reach peers behind every kind of NAT', { skip }, async () => {
  const hubs = await Promise.all([1, 2, 3].map(() => lab.host().peer('messages')))
  const at = hubs.map((hub) => hub.at)
  hubs.forEach((hub) => hub.say(`join ${at.filter((other) => other !== hub.at).join(' ')}`))
  const peers = await Promise.all(KINDS.map((kind) => lab.make(kind).peer('messages')))
  peers.forEach((peer) => peer.say(`join ${at.join(' ')}`))
  await Promise.all([...hubs, ...peers].map((peer) => peer.wait('joined')))
  for (const [index, peer] of peers.entries()) {
    const text = `from behind ${KINDS[index]}`
    peer.say(`publish ${text}`)
    const others = [...hubs, ...peers].filter((other) => other !== peer)
    const got = await Promise.all(others.map((other) => other.wait('message', (message) => message.text === text)))
    for (const { author } of got) assert.equal(author, peer.id)
    await peer.wait('published')
  }
  await Promise.all([...hubs, ...peers].map(async (peer) => {
    peer.say('close')
    assert.equal((await peer.wait('closed')).unsent, 0, 'everything that was published is with somebody')
    assert.equal(peer.all('message').length, peer.all('published').length > 0 ? 4 : 5, 'each once')
  }))
})
