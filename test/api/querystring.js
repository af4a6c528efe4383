import querystring, { decode, encode, escape, parse, stringify, unescape, unescapeBuffer } from 'socket:querystring'
import { test } from 'socket:test'

test('querystring: parse', (t) => {
  t.deepEqual({ ...parse('a=1&b=x%20y+z&a=2&c') }, { a: ['1', '2'], b: 'x y z', c: '' }, 'values, lists and empty ones')
  t.deepEqual({ ...parse('a:1;b:2', ';', ':') }, { a: '1', b: '2' }, 'other separators')
  t.deepEqual({ ...parse('a=1&b=2', null, null, { maxKeys: 1 }) }, { a: '1' }, 'maxKeys')
  t.equal({ ...parse('a=%E2%98') }.a, '\ufffd', 'broken UTF-8')
  t.equal(Object.getPrototypeOf(parse('')), null, 'no prototype')
})

test('querystring: stringify', (t) => {
  t.equal(stringify({ a: [1, 'x y'], b: true, c: null, d: 'é', e: 5n }), 'a=1&a=x%20y&b=true&c=&d=%C3%A9&e=5', 'all types')
  t.equal(stringify({ a: 1, b: 2 }, ';', ':'), 'a:1;b:2', 'other separators')
  t.equal(stringify('text'), '', 'not an object')
  t.equal(escape('a b&é'), 'a%20b%26%C3%A9', 'escape')
  t.equal(unescape('a%20b%zz'), 'a b%zz', 'unescape')
  t.deepEqual([...unescapeBuffer('%ff+', true)], [255, 32], 'unescapeBuffer')
  t.throws(() => escape('\ud800'), /URI malformed/, 'half a character')
  t.deepEqual([encode, decode, querystring.stringify], [stringify, parse, stringify], 'other names')
})
