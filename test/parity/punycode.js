import assert from 'node:assert/strict'
// eslint-disable-next-line n/no-deprecated-api -- what is compared
import node from 'node:punycode'
import { test } from 'node:test'
import punycode from 'socket:punycode'
import sys from 'socket:sys'
import util from 'socket:util'
import { generator, same } from './support/compare.js'

const random = generator(4)

test('punycode: every function', () => {
  const letters = ['a', 'B', '-', '.', 'é', 'ü', '☃', '😀', '日本', 'xn--', '@', '。']
  for (let round = 0; round < 3000; round++) {
    const text = Array.from({ length: random(8) }, () => letters[random(letters.length)]).join('')
    for (const name of /** @type {const} */ (['encode', 'toASCII', 'toUnicode', 'decode'])) same(punycode[name], node[name], [[text]], name)
    assert.deepEqual(punycode.ucs2.decode(text), node.ucs2.decode(text))
    assert.equal(punycode.ucs2.encode(punycode.ucs2.decode(text)), text)
  }
})

test('sys: is util', () => {
  assert.equal(sys, util)
})
