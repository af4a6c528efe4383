/**
 * The lab does what it says, before anything is concluded from what peers do in it.
 */
import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, test } from 'node:test'

import { KINDS, Lab, missing } from './lab.js'

const program = path.join(import.meta.dirname, 'datagram.js')
const skip = missing() ?? false

/** @type {Lab} */
let lab

before(() => { if (!skip) lab = new Lab() })
after(() => lab?.close())

/**
 * @param {import('./lab.js').Host} host
 * @param {number} port
 */
async function socket (host, port) {
  const one = host.node(program, port)
  await one.wait('open')
  return one
}

/**
 * What the others see of a socket.
 *
 * @param {import('./lab.js').Process} from
 * @param {import('./lab.js').Host} to
 * @param {number} port
 */
async function reflected (from, to, port) {
  from.say(`send ${to.ip} ${port} where`)
  const { text } = await from.wait('got', (got) => got.from === `${to.ip}:${port}` && got.text.startsWith('you are '))
  return text.replace('you are ', '')
}

/** What reaches a socket that has sent to one host: the same host from another port, and another host. */
const FILTERS = {
  static: { 'same host': true, stranger: true },
  full: { 'same host': true, stranger: true },
  restricted: { 'same host': true, stranger: false },
  easy: { 'same host': false, stranger: false },
  hard: { 'same host': false, stranger: false }
}

for (const kind of KINDS) {
  test(`${kind}: what others see, and what is let in`, { skip }, async () => {
    const host = lab.make(kind)
    const [one, two] = [lab.host(), lab.host()]
    const [client, reflector, same, stranger] = await Promise.all(
      [socket(host, 4000), socket(one, 5000), socket(one, 5001), socket(two, 5000)])

    const seen = await reflected(client, one, 5000)
    assert.equal(seen.split(':')[0], host.outside)
    const [ip, port] = seen.split(':')
    same.say(`send ${ip} ${port} same host`)
    stranger.say(`send ${ip} ${port} stranger`)
    // The last of them is let in by all: when it is here, so is what else was let in.
    await Promise.all([same, stranger].map((one) => one.wait('sent')))
    reflector.say(`send ${ip} ${port} end`)
    await client.wait('got', (got) => got.text === 'end')
    for (const [text, expected] of Object.entries(FILTERS[kind])) {
      if (expected) await client.wait('got', (got) => got.text === text)
      else assert.equal(client.all('got').some((got) => got.text === text), false, text)
    }

    const elsewhere = await reflected(client, two, 5000)
    assert.equal(elsewhere === seen, kind !== 'hard', `${seen} and ${elsewhere}`)
    // What was not let in has not moved the mapping.
    client.forget()
    assert.equal(await reflected(client, one, 5000), seen)
    await Promise.all([client, reflector, same, stranger].map((one) => one.kill()))
  })
}

test('two hosts behind one router see each other directly, and not by the address that others see', { skip }, async () => {
  const [first, second] = lab.behind('easy', 2)
  const outside = lab.host()
  const [one, two, reflector] = await Promise.all([socket(first, 4000), socket(second, 4000), socket(outside, 5000)])
  const [ip, port] = (await reflected(two, outside, 5000)).split(':')
  one.say(`send ${ip} ${port} hairpin`)
  await one.wait('sent', (sent) => sent.text === 'hairpin')
  one.say(`send ${second.ip} 4000 direct`)
  await two.wait('got', (got) => got.text === 'direct')
  assert.equal(two.all('got').some((got) => got.text === 'hairpin'), false)
  await Promise.all([one, two, reflector].map((process) => process.kill()))
})
