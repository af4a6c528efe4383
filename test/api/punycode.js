import punycode from 'socket:punycode'
import { test } from 'socket:test'

test('punycode: there and back', (t) => {
  t.equal(punycode.toASCII('mañana.com'), 'xn--maana-pta.com', 'toASCII')
  t.equal(punycode.toUnicode('xn--maana-pta.com'), 'mañana.com', 'toUnicode')
})
