import assert from 'node:assert/strict'
import node from 'node:string_decoder'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { StringDecoder } from 'socket:string_decoder'
import 'socket:util'
import { generator, outcome, WRONG } from './support/compare.js'

const random = generator(5)
const ENCODINGS = ['utf8', 'UTF8', 'utf-8', 'ucs2', 'utf16le', 'latin1', 'ascii', 'hex', 'base64', 'base64url', undefined]
const BYTES = [0x61, 0x7f, 0x80, 0xbf, 0xc0, 0xc2, 0xc3, 0xe0, 0xe2, 0x82, 0xac, 0xa0, 0xed, 0xf0, 0x9f, 0x98, 0x90, 0xf4, 0x8f, 0xf5, 0xff, 0xd8, 0x3d, 0xdc, 0x00]

/** @param {any} decoder @param {Buffer[]} chunks */
function run (decoder, chunks) {
  const seen = []
  for (const chunk of chunks) seen.push(decoder.write(chunk), decoder.lastNeed, decoder.lastTotal)
  // Node lets go of half a surrogate pair when a chunk ends inside the unit, we never do: the text is the same.
  if (decoder.encoding === 'utf16le') return seen.filter((part) => typeof part === 'string').join('') + decoder.end()
  return [...seen, decoder.end(), decoder.write(Buffer.from('a')), decoder.end(Buffer.from([0xe2]))]
}

test('string_decoder: any chunks of any bytes', () => {
  for (let round = 0; round < 8000; round++) {
    const encoding = ENCODINGS[random(ENCODINGS.length)]
    const chunks = Array.from({ length: random(6) }, () => Buffer.from(Array.from({ length: random(5) }, () => BYTES[random(BYTES.length)])))
    const what = `${encoding} ${chunks.map((chunk) => chunk.toString('hex')).join(' ')}`
    assert.deepEqual(run(new StringDecoder(/** @type {any} */ (encoding)), chunks), run(new node.StringDecoder(/** @type {any} */ (encoding)), chunks), what)
  }
})

test('string_decoder: wrong arguments', () => {
  for (const wrong of WRONG) {
    const make = (/** @type {any} */ Class) => outcome(() => new Class(wrong).encoding)
    assert.deepEqual(make(StringDecoder), make(node.StringDecoder), `new StringDecoder(${inspect(wrong)})`)
    const write = (/** @type {any} */ Class) => outcome(() => new Class('utf8').write(wrong))
    assert.deepEqual(write(StringDecoder), write(node.StringDecoder), `write(${inspect(wrong)})`)
  }
})
