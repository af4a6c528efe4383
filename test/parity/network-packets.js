/** `Packet` and what else repeats the wire and the numbers of native code, against its own files: no page has them. */
import fs from 'node:fs'
import { test } from 'socket:test'
import * as latica from 'socket:latica'
import { Cache, Encryption, NAT, Packet } from 'socket:network'
import { code } from '../api/support/code.js'

/** The bytes on the wire that native code is held against, too. */
const wire = Object.fromEntries(fs.readFileSync(new URL('../../native/p2p/tests/vectors/wire.txt', import.meta.url), 'utf8')
  .split('\n').filter((line) => line.includes(' = ')).map((line) => line.split(' = ')))
const bytes = (/** @type {string} */ hex) => new Uint8Array(Buffer.from(hex, 'hex'))
const hex = (/** @type {Uint8Array} */ of) => Buffer.from(of).toString('hex')

test('network: a packet as native code makes it', async t => {
  const whole = bytes(wire['publish.header'] + wire['publish.signature'] + wire['publish.body'])
  const packet = Packet.decode(whole)
  t.equal(packet.packetId, wire['publish.id'], 'its id')
  t.ok(await packet.verify(), 'it is genuine')
  t.deepEqual([packet.type, packet.hops, packet.postage, packet.ttl, packet.clock, packet.index], [Packet.PUBLISH, 2, 8, 360, 7, 0], 'numbers')
  t.equal(new TextDecoder().decode(packet.message), 'ciphertext', 'body')
  t.equal(hex(packet.encode()), hex(whole), 'and back')
  t.equal(hex(Packet.encode({ ...packet })), hex(whole), 'from its fields')
  // Two bytes change on the way, everything else is signed.
  for (let at = 0; at < whole.length; at++) {
    const changed = whole.slice()
    changed[at] ^= 1
    if (at < 2) t.equal(await code(() => Packet.decode(changed)), 'ERR_INVALID_ARG_VALUE', `byte ${at}`)
    else if (await Packet.decode(changed).verify() !== (at < 4)) t.fail(`byte ${at} was changed`)
  }
  const same = await new Packet(packet).sign(await keysOf(wire['cluster.seed']))
  t.equal(same.signature, wire['publish.signature'], 'the same key signs the same')
})

/** @param {string} seed */
async function keysOf (seed) {
  const { sodium } = await import('socket:crypto')
  return await sodium.crypto_sign_seed_keypair(bytes(seed))
}

test('network: bad packets', async t => {
  for (const kind of ['ping', 'pong', 'join', 'intro', 'announce']) {
    t.equal(await code(() => Packet.decode(bytes(wire[kind]))), 'ERR_INVALID_ARG_VALUE', `a ${kind}`)
    t.equal(Packet.isPacket(bytes(wire[kind])), false, 'is none')
  }
  const packet = new Packet({ message: new Uint8Array(1024) })
  t.equal(packet.encode().byteLength, Packet.PACKET_BYTES, 'the longest')
  t.equal(await packet.verify(), false, 'not signed')
  const long = new Uint8Array(Packet.PACKET_BYTES + 1)
  long.set(packet.encode())
  t.equal(await code(() => Packet.decode(long)), 'ERR_INVALID_ARG_VALUE', 'too long')
  t.equal(await code(() => Packet.decode(long.slice(0, 205))), 'ERR_INVALID_ARG_VALUE', 'too short')
  t.equal(await code(() => Packet.decode(new Uint8Array(0))), 'ERR_INVALID_ARG_VALUE', 'nothing')
  t.equal(await code(() => Packet.decode(/** @type {any} */ ('05'))), 'ERR_INVALID_ARG_TYPE', 'no bytes')
  t.equal(await code(() => new Packet({ message: new Uint8Array(1025) })), 'ERR_OUT_OF_RANGE', 'too much to say')
  t.equal(await code(() => new Packet({ type: 6 })), 'ERR_INVALID_ARG_VALUE', 'a type that is between two')
  t.equal(await code(() => new Packet({ ttl: 70_000 })), 'ERR_OUT_OF_RANGE', 'too long to live')
  t.equal(await code(() => new Packet({ clock: 1.5 })), 'ERR_OUT_OF_RANGE', 'half a tick')
  t.equal(await code(() => new Packet({ previousId: 'abcd' })), 'ERR_INVALID_ARG_VALUE', 'an id that is none')
  packet.hops = 256
  t.equal(await code(() => packet.encode()), 'ERR_OUT_OF_RANGE', 'what does not fit is not cut')
  const keys = await Encryption.createKeyPair('x')
  t.equal(await code(new Packet().sign({ ...keys, publicKey: new Uint8Array(3) })), 'ERR_INVALID_ARG_VALUE', 'a key that is none')
})

/** @param {number} clock @param {Partial<import('socket:network').Packet>} [more] */
const numbered = (clock, more = {}) => new Packet({ clock, message: new Uint8Array(100), ...more })

test('network: packets in a cache', async t => {
  const first = numbered(1)
  const [later, sooner] = [numbered(3, { previousId: first.packetId }), numbered(2, { previousId: first.packetId })]
  const cache = new Cache([first, later, sooner].map((packet) => /** @type {[string, Packet]} */ ([packet.packetId, packet])))
  t.equal(cache.insert(first.packetId, first), false, 'each once')
  t.deepEqual([cache.size, [...cache.keys()].length, [...cache.values()].length, [...cache].length], [3, 3, 3, 3], 'all of them')
  t.deepEqual(cache.next(first.packetId).map(({ clock }) => clock), [2, 3], 'what follows, by its clock')
  t.equal(cache.previous(later.packetId)?.packetId, first.packetId, 'what came before')
  const other = new Cache(cache, (one, another) => another.clock - one.clock)
  t.deepEqual(other.next(first.packetId).map(({ clock }) => clock), [3, 2], 'by what one likes')
  t.deepEqual(cache.filter(({ clock }) => clock > 1).map(({ clock }) => clock), [3, 2], 'some of them')
  later.clock = 9
  t.ok(cache.has(cache.next(first.packetId)[1].packetId), 'what is kept does not change')
  t.equal(await code(() => cache.insert(first.packetId.replace(/./, 'g'), numbered(5))), 'ERR_INVALID_ARG_VALUE', 'another\'s id')
  t.equal(await code(() => cache.insert('', /** @type {any} */ ({}))), 'ERR_INVALID_ARG_TYPE', 'no packet')
  t.equal(await code(() => new Cache(/** @type {any} */ (1))), 'ERR_INVALID_ARG_TYPE', 'no packets')
  const bytes = cache.serialize()
  const again = Cache.deserialize(bytes)
  t.deepEqual([...again.keys()], [...cache.keys()], 'kept')
  t.equal(again.bytes, cache.bytes, 'as many bytes')
  for (const length of [1, 9, 10, 300, bytes.length - 1]) t.equal(await code(() => Cache.deserialize(bytes.slice(0, length))), 'ERR_INVALID_ARG_VALUE', `cut at ${length}`)
  t.equal(cache.delete(first.packetId), true, 'one goes')
  t.equal(cache.delete(first.packetId), false, 'once')
  cache.clear()
  t.deepEqual([cache.size, cache.bytes, cache.next(first.packetId).length], [0, 0, 0], 'nothing is left')
})

test('network: a cache has bounds', async t => {
  const cache = new Cache()
  t.equal(cache.maxBytes, 16 * 1024 * 1024, 'sixteen megabytes')
  cache.maxBytes = 20_000
  const [quiet, loud] = ['1', '2'].map((digit) => digit.repeat(64))
  const kept = numbered(0, { clusterId: quiet })
  cache.insert(kept.packetId, kept)
  for (let clock = 1; clock <= 200; clock++) {
    const packet = numbered(clock, { clusterId: loud })
    cache.insert(packet.packetId, packet)
    if (!cache.has(packet.packetId)) t.fail('the newest went')
    if (cache.bytes > cache.maxBytes) t.fail('too many bytes')
  }
  t.ok(cache.has(kept.packetId), 'a flood evicts itself')
  t.ok(cache.size > 10 && cache.size < 30, 'as many as there is room for')
  t.equal(await code(() => { cache.maxBytes = 1 }), 'ERR_OUT_OF_RANGE', 'room for none')
  const short = numbered(1, { ttl: 1 })
  cache.insert(short.packetId, short)
  const count = cache.size
  t.equal(cache.expire().length, 0, 'it lives')
  t.deepEqual(cache.expire(Date.now() + 60_000).map(({ packetId }) => packetId), [short.packetId], 'a minute later it does not')
  t.equal(cache.size, count - 1, 'the others do')
})

test('network: kinds of NATs', async t => {
  t.deepEqual([NAT.UNKNOWN, NAT.STATIC, NAT.EASY, NAT.HARD].map((kind) => NAT.toString(kind)), ['unknown', 'static', 'easy', 'hard'], 'names')
  t.deepEqual(['unknown', 'static', 'easy', 'hard'].map((name) => NAT.from(name)), [0, 1, 2, 3], 'numbers')
  t.deepEqual([0, 3, 4, -1, 1.5, NaN, 'easy'].map((kind) => NAT.isValid(kind)), [true, true, false, false, false, false, false], 'which there are')
  const kinds = ['static', 'easy', 'hard']
  t.deepEqual(kinds.map((one) => kinds.map((other) => NAT.way(one, other))), [
    ['direct', 'direct', 'direct'],
    ['direct', 'direct', 'birthday'],
    ['direct', 'birthday', 'relay']
  ], 'as the protocol has it')
  t.deepEqual(kinds.map((kind) => NAT.isReachable(kind)), [true, false, false], 'whom strangers reach')
  t.equal(NAT.isConnectable(NAT.HARD, NAT.HARD), false, 'two hard ones need a third')
  t.equal(await code(() => NAT.toString('soft')), 'ERR_INVALID_ARG_VALUE', 'a kind that is none')
})

/** What a file of the protocol says. @param {string} file @param {RegExp} what @returns {number} */
function said (file, what) {
  const text = fs.readFileSync(new URL(`../../native/p2p/src/${file}`, import.meta.url), 'utf8')
  return Number(what.exec(text)?.[1].replaceAll('_', ''))
}

test('latica: constants are the protocol\'s', t => {
  t.equal(latica.PING_RETRY, said('config.rs', /ping_retry: Duration::from_millis\((\d+)\)/), 'the first wait for an answer')
  t.equal(latica.DEFAULT_KEEP_ALIVE, 1000 * said('config.rs', /keep_alive: Duration::from_secs\((\d+)\)/), 'how long NATs remember')
  t.equal(latica.DEFAULT_RATE_LIMIT_THRESHOLD, said('config.rs', /source_rate: (\d+),/), 'packets of a link')
  t.equal(latica.PROBE_WAIT, said('nat/offer.rs', /DIRECT_END: Duration = Duration::from_millis\((\d+)\)/), 'until a direct way is given up')
})
