/**
 * What the product's guide shows, between processes: each peer is a program with native code of its own, and nothing but the network is between
 * them.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import process from 'node:process'
import readline from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const REGISTER = new URL('../register.js', import.meta.url).href
const PROGRAM = fileURLToPath(new URL('support/guide.js', import.meta.url))

/** @typedef {{ ask: (order: string, more?: object) => Promise<any>, heard: any[], hear: (matches: (said: any) => boolean) => Promise<any>, close: () => Promise<void> }} Program */
/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()
after(() => { for (const child of running) child.kill('SIGKILL') })

/** @returns {Program} */
function program () {
  const child = spawn(process.execPath, ['--import', REGISTER, PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] })
  running.add(child)
  const ended = once(child, 'exit').then(([code]) => {
    running.delete(child)
    return code
  })
  const news = new EventEmitter()
  /** @type {any[]} */
  const heard = []
  /** @type {Map<number, (answer: any) => void>} */
  const waiting = new Map()
  readline.createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line)
    if (said.number !== undefined) return waiting.get(said.number)?.(said)
    heard.push(said)
    news.emit('heard')
  })
  let number = 0
  const ask = async (/** @type {string} */ order, more = {}) => {
    const own = ++number
    const answer = new Promise((resolve) => waiting.set(own, resolve))
    child.stdin.write(`${JSON.stringify({ number: own, order, ...more })}\n`)
    const said = /** @type {any} */ (await Promise.race([answer, ended.then((code) => ({ error: `the program has ended with ${code}` }))]))
    assert.equal(said.error, undefined, order)
    return said
  }
  const hear = async (/** @type {(said: any) => boolean} */ matches) => {
    for (;;) {
      const found = heard.find(matches)
      if (found !== undefined) return found
      await once(news, 'heard')
    }
  }
  const close = async () => {
    await ask('close')
    child.stdin.end()
    assert.equal(await ended, 0)
  }
  return { ask, heard, hear, close }
}

/** @param {{ address: string, port: number }} address */
const at = ({ address, port }) => `${address}:${port}`
const event = (/** @type {string} */ name) => (/** @type {any} */ said) => said.heard === name
const hex = (/** @type {string} */ text) => Buffer.from(text).toString('hex')

test('indirect communication: what one process writes, another hears', async () => {
  const [alice, bob] = [program(), program()]
  const listen = ['greeting', 'foo']
  const first = await alice.ask('open', { clusterId: 'the guide', peers: [], listen })
  const second = await bob.ask('open', { clusterId: 'the guide', peers: [at(first.address)], listen })
  await Promise.all([alice.hear(event('#ready')), bob.hear(event('#ready'))])
  await alice.ask('emit', { event: 'greeting', value: { english: 'hello, world' } })
  const greeting = await bob.hear(event('greeting'))
  assert.deepEqual([greeting.value, greeting.author], [{ english: 'hello, world' }, first.id])
  await bob.ask('write', { event: 'foo', value: { value: true } })
  const foo = await alice.hear(event('foo'))
  assert.deepEqual([foo.value, foo.author], [{ value: true }, second.id])
  // Said once, heard once, and not by who said it.
  assert.deepEqual([alice, bob].map(({ heard }) => heard.filter(({ author }) => author !== undefined).length), [1, 1])
  for (const each of [alice, bob]) await each.close()
})

test('what is written while all others are away is heard when they come', async () => {
  const [relay, alice, bob] = [program(), program(), program()]
  const cats = { clusterId: 'cats', listen: ['foo'] }
  // Of another cluster: it keeps what it cannot read.
  const { address } = await relay.ask('open', { clusterId: 'dogs', peers: [], listen: ['foo'] })
  const peers = [at(address)]
  const { id } = await alice.ask('open', { ...cats, peers })
  await alice.hear(event('#ready'))
  await alice.ask('write', { event: 'foo', value: { value: true } })
  // Not before the other has it.
  while ((await relay.ask('metrics')).done.packets_new === 0);
  await alice.close()
  await bob.ask('open', { ...cats, peers })
  const foo = await bob.hear(event('foo'))
  assert.deepEqual([foo.value, foo.author], [{ value: true }, id])
  assert.deepEqual(relay.heard.filter(event('foo')), [])
  for (const each of [relay, bob]) await each.close()
})

test('direct communication: bytes between two processes', async () => {
  const [alice, bob, cat] = [program(), program(), program()]
  const cluster = { clusterId: 'direct', listen: [] }
  const introducer = await cat.ask('open', { ...cluster, peers: [] })
  const peers = [at(introducer.address)]
  const [{ id: alices }, { id: bobs }] = await Promise.all([alice, bob].map((each) => each.ask('open', { ...cluster, peers })))
  await Promise.all([alice, bob].map((each) => each.hear(event('#ready'))))
  assert.equal((await alice.ask('connect', { peer: bobs })).open, true)
  await alice.ask('stream', { peer: bobs, data: hex('in order') })
  await alice.ask('stream', { peer: bobs, data: hex('each once') })
  await bob.hear((said) => said.heard === 'data' && said.value === hex('each once'))
  assert.deepEqual(bob.heard.filter(event('data')).map(({ value, from, reliable }) => [value, from, reliable]),
    [[hex('in order'), alices, true], [hex('each once'), alices, true]])
  await bob.ask('send', { peer: alices, data: hex('a frame of video') })
  const frame = await alice.hear(event('data'))
  assert.deepEqual([frame.value, frame.from, frame.reliable], [hex('a frame of video'), bobs, false])
  await alice.close()
  await bob.hear(event('close'))
  for (const each of [bob, cat]) await each.close()
})

test('scenario C: a public social network, and what is said between two of its subscribers', async () => {
  const programs = Array.from({ length: 5 }, program)
  const [tower, mast, alice, bob, carol] = programs
  const cluster = { clusterId: 'a social network', listen: ['post', 'dm'] }
  const first = await tower.ask('open', { ...cluster, peers: [] })
  const peers = [at(first.address)]
  const ids = [first.id]
  for (const each of programs.slice(1)) ids.push((await each.ask('open', { ...cluster, peers })).id)
  await Promise.all(programs.map((each) => each.hear(event('#ready'))))

  /** A group that all its members have consented to. @param {string} seed @param {string[]} members @param {string[]} consents @param {string} proposal */
  const complete = async (seed, members, consents, proposal) => await tower.ask('complete', { seed, proposal, consents, to: members[0] })
  const propose = async (/** @type {string} */ seed, /** @type {string[]} */ members) => (await tower.ask('propose', { seed, members })).proposal

  // The broadcast peers are one addressee, and every subscriber has a copy of its key.
  const broadcast = ids.slice(0, 2)
  const proposal = await propose('broadcast', broadcast)
  const consents = [await tower.ask('consent', { proposal }), await mast.ask('consent', { proposal })].map(({ consent }) => consent)
  const { id: everybody, sealed } = await complete('broadcast', broadcast, consents, proposal)
  assert.equal((await tower.ask('hold', { sealed })).id, everybody)
  for (const [index, each] of programs.entries()) {
    if (index === 0) continue
    const { sealed: copy } = await tower.ask('share', { sealed, to: ids[index] })
    assert.equal((await each.ask('hold', { sealed: copy })).id, everybody)
  }
  await alice.ask('write', { event: 'post', value: 'hello, everybody', to: everybody })
  const readers = [tower, mast, bob, carol]
  for (const each of readers) {
    const post = await each.hear(event('post'))
    assert.deepEqual([post.value, post.author], ['hello, everybody', ids[2]], 'a shared key hides nobody')
  }

  // Alice's and Bob's devices are groups, too; the two are a group that nobody is told of.
  const pairs = await Promise.all(['alice', 'bob'].map((seed) => tower.ask('keys', { seed })))
  const both = pairs.map(({ publicKey }) => publicKey)
  for (const [index, [seed, device]] of [['alice', alice], ['bob', bob]].entries()) {
    const own = await propose(/** @type {string} */ (seed), [ids[2 + index]])
    const { consent } = await /** @type {Program} */ (device).ask('consent', { proposal: own })
    const group = await complete(/** @type {string} */ (seed), [ids[2 + index]], [consent], own)
    assert.equal((await /** @type {Program} */ (device).ask('hold', { sealed: group.sealed })).id, both[index])
  }
  const between = await propose('between us', both)
  const agreed = []
  for (const seed of ['alice', 'bob']) agreed.push((await tower.ask('consent', { proposal: between, seed })).consent)
  const direct = await complete('between us', both, agreed, between)
  // Each has a copy, sealed for the device.
  for (const [index, device] of [alice, bob].entries()) {
    const { sealed: copy } = await tower.ask('share', { sealed: direct.sealed, seed: 'alice', to: ids[2 + index] })
    await device.ask('hold', { sealed: copy })
  }
  await bob.ask('write', { event: 'dm', value: 'just between us', to: direct.id })
  const dm = await alice.hear(event('dm'))
  assert.deepEqual([dm.value, dm.author, dm.private], ['just between us', ids[3], true])
  // It went over all of them; when what was said later has come, nobody else has read it.
  await bob.ask('write', { event: 'post', value: 'afterwards', to: everybody })
  for (const each of [tower, mast, carol]) {
    await each.hear((said) => said.heard === 'post' && said.value === 'afterwards')
    assert.deepEqual(each.heard.filter(event('dm')), [])
  }
  for (const each of programs.reverse()) await each.close()
})
