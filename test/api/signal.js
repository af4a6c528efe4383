import signal, { constants, getCode, getMessage, getName, SIGINT, strings, toString } from 'socket:signal'
import { test } from 'socket:test'

test('signal: numbers and names', (t) => {
  t.deepEqual([SIGINT, constants.SIGINT, signal.SIGINT], [2, 2, 2], 'a number')
  t.deepEqual([getCode('SIGINT'), getCode('int'), getCode(2), getCode('unknown'), getCode(999)], [2, 2, 2, undefined, undefined], 'getCode')
  t.deepEqual([getName(2), getName('term'), toString(2), getName(999)], ['SIGINT', 'SIGTERM', 'SIGINT', undefined], 'getName')
  t.equal(getMessage(2), strings.SIGINT, 'getMessage')
})
