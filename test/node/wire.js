/** The lines of the backend protocol, against the vectors that other languages can use, too. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'

const require = createRequire(import.meta.url)
const { format, pack, parse, unpack } = require('../../js/node/lib/wire.cjs')
const { Lines } = require('../../js/node/lib/lines.cjs')

const vectors = JSON.parse(fs.readFileSync(new URL('vectors.json', import.meta.url), 'utf8'))

for (const { name, command, pairs, line } of vectors.format) {
  test(`format: ${name}`, () => {
    assert.equal(format(command, pairs), `${line}\n`)
    const back = parse(line)
    assert.equal(back.command, command)
    assert.deepEqual({ ...back.pairs }, pairs)
  })
}

for (const { name, line, command, pairs, bytes, ...rest } of vectors.parse) {
  test(`parse: ${name}`, () => {
    const message = parse(line)
    assert.equal(message.command, command)
    assert.deepEqual({ ...message.pairs }, pairs)
    if (bytes !== undefined) assert.deepEqual(unpack(message.pairs, line), Buffer.from(bytes))
    if ('data' in rest) assert.deepEqual(unpack(message.pairs, line), rest.data)
  })
}

for (const { name, line } of vectors.malformed) {
  test(`malformed: ${name}`, () => {
    assert.throws(() => unpack(parse(line).pairs, line), { code: 'ERR_SOCKET_MALFORMED' })
  })
}

test('what is packed is unpacked the same', () => {
  for (const value of [0, '', 'a\n%41', '\ud800', [1, [2]], { 'k&=': null }, true, undefined]) {
    const line = format('send', { event: 'x', ...pack(value) })
    assert.deepEqual(unpack(parse(line.trimEnd()).pairs, line), value)
  }
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
  assert.deepEqual(unpack(pack(bytes.subarray(3)), ''), Buffer.from(bytes.subarray(3)))
  assert.deepEqual(unpack(pack(bytes.buffer), ''), Buffer.from(bytes))
  assert.throws(() => pack(() => {}), TypeError)
  assert.throws(() => pack(1n), TypeError)
})

test('lines come out whole, wherever they are cut', () => {
  const text = 'ipc://a?v=é\r\n\nipc://世\nlast 🙂'
  const whole = Buffer.from(text)
  for (let size = 1; size <= whole.length; size++) {
    /** @type {string[]} */
    const seen = []
    const lines = new Lines((line) => seen.push(line), assert.fail)
    for (let at = 0; at < whole.length; at += size) lines.push(whole.subarray(at, at + size))
    lines.end()
    assert.deepEqual(seen, ['ipc://a?v=é', 'ipc://世', 'last 🙂'])
  }
})

test('a line that is not UTF-8 is an error, and the next one is read', () => {
  /** @type {unknown[]} */
  const seen = []
  const lines = new Lines((line) => seen.push(line), (error) => seen.push(error.code))
  lines.push(Buffer.from([0x69, 0xff, 10, 0x61, 10]))
  assert.deepEqual(seen, ['ERR_SOCKET_MALFORMED', 'a'])
})
