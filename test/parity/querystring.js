import assert from 'node:assert/strict'
import node from 'node:querystring'
import { test } from 'node:test'
import querystring, * as names from 'socket:querystring'
import 'socket:util'
import { generator, outcome, same, WRONG } from './support/compare.js'

const random = generator(11)
const PIECES = ['a', 'b', '=', '=', '&', '&', '%', '%20', '%41', '%e2%98%83', '%E2', '%zz', '+', 'é', '☃', '\u{1f600}', '%4', ';', ':', '1', '|', '[]', '__proto__', '==', '&&', '\ud800', '\udc00', ' ', 'hasOwnProperty']

function text () {
  let result = ''
  for (let left = random(9); left > 0; left--) result += PIECES[random(PIECES.length)]
  return result
}

const OPTIONS = [undefined, {}, null, { maxKeys: 1 }, { maxKeys: 2 }, { maxKeys: 0 }, { maxKeys: -1 }, { maxKeys: 1.5 }, { maxKeys: 'x' },
  { decodeURIComponent: (/** @type {string} */ part) => `<${part}>` }, { decodeURIComponent () { throw new Error('no') } }, { decodeURIComponent: 5 }]

test('querystring: parse', () => {
  const plain = (/** @type {any} */ one) => (/** @type {any[]} */ ...args) => Object.entries(one.parse(...args))
  for (let round = 0; round < 20000; round++) {
    const args = [text(), [undefined, '', null, '&', ';', '&&', '|='][random(7)], [undefined, '', '=', ':', '=='][random(5)], OPTIONS[random(OPTIONS.length)]]
    same(plain(querystring), plain(node), [args.slice(0, 1 + random(4))], 'parse')
  }
  same(plain(querystring), plain(node), WRONG.map((value) => [value]), 'parse')
  same(plain(querystring), plain(node), WRONG.filter((value) => typeof value !== 'symbol' && !(Array.isArray(value) && value.length === 0)).map((value) => ['a=b&c', value, value]), 'parse')
  same(plain(querystring), plain(node), [['a&'.repeat(1500)], [Array.from({ length: 1500 }, (_, index) => `k${index}`).join('&')]], 'parse')
  assert.equal(Object.getPrototypeOf(querystring.parse('a=b')), null)
})

test('querystring: stringify', () => {
  const values = [...WRONG, [[1, 'a b', null]], ['', '&', 'é', '\ud800x'], 1e21, 1e300, 123456789012345678901n]
  for (const value of values) {
    same(/** @type {any} */ (querystring.stringify), /** @type {any} */ (node.stringify), [[value], [{ k: value }], [{ k: [value, 'z'], 'a b': 1 }], [{ a: 1, e: [], b: value }, ';', ':'], [{ a: value, b: [] }, undefined, undefined, { encodeURIComponent: (/** @type {string} */ part) => `<${part}>` }], [{ k: 1, l: 2 }, value, null]].filter(([, sep]) => typeof sep !== 'symbol'), 'stringify')
  }
  for (let round = 0; round < 3000; round++) {
    const object = { [text()]: text(), [text()]: [text(), text()], [text()]: random(100) - 50.5 }
    same(querystring.stringify, node.stringify, [[object]], 'stringify')
  }
})

test('querystring: escape and unescape', () => {
  for (const name of /** @type {const} */ (['escape', 'unescape'])) {
    const calls = Array.from({ length: 5000 }, () => [text()])
    same(querystring[name], /** @type {any} */ (node)[name], [...calls, ...WRONG.filter((value) => !(typeof value === 'object' && value && !('toString' in value))).map((value) => [value])], name)
  }
  const bytes = (/** @type {any} */ one) => (/** @type {any[]} */ ...args) => one.unescapeBuffer(...args).toString('hex')
  for (let round = 0; round < 5000; round++) same(bytes(querystring), bytes(node), [[text(), random(2) === 0]], 'unescapeBuffer')
  same(bytes(querystring), bytes(node), [[5], [true], [{}]], 'unescapeBuffer')
})

test('querystring: what is set in place of escape and unescape is used', () => {
  const before = [querystring, node].map((one) => [one.escape, one.unescape])
  try {
    for (const one of [querystring, node]) Object.assign(one, { escape: () => 'E', unescape: () => 'U' })
    assert.deepEqual([querystring.stringify({ a: 'b' }), { ...querystring.parse('a=b') }], [node.stringify({ a: 'b' }), { ...node.parse('a=b') }])
  } finally {
    [querystring, node].forEach((one, index) => Object.assign(one, { escape: before[index][0], unescape: before[index][1] }))
  }
  assert.deepEqual(Object.keys(node).filter((name) => !(name in names) || !(name in querystring)), [])
  assert.equal(outcome(() => querystring.escape('\ud800')).code, 'ERR_INVALID_URI')
})
