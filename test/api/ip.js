import { isIPv4, normalizeIPv4 } from 'socket:ip'
import { test } from 'socket:test'

test('ip: addresses', (t) => {
  for (const [given, wanted] of [['127.0.0.1', '127.0.0.1'], ['127.1', '127.0.0.1'], ['0x7f.0.0.010', '127.0.0.8'], [2130706433, '127.0.0.1'], ['::ffff:10.0.0.1', '10.0.0.1']]) t.equal(normalizeIPv4(given), wanted, `${given}`)
  for (const wrong of ['256.1.1.1', 'a.b.c.d', '1.2.3.4.5', '']) t.throws(() => normalizeIPv4(wrong), TypeError, wrong)
  t.deepEqual([isIPv4('1.2.3.4'), isIPv4('1.2.3')], [true, false], 'isIPv4')
})
