import errno, { constants, EAGAIN, ENOENT, getCode, getName, toString } from 'socket:errno'
import { test } from 'socket:test'

test('errno: numbers and names', (t) => {
  t.deepEqual([ENOENT, constants.ENOENT, errno.ENOENT], [2, 2, 2], 'a number')
  t.deepEqual([getCode('ENOENT'), getCode(-2), getCode('unknown'), getCode(99999), getCode('toString')], [2, 2, undefined, undefined, undefined], 'getCode')
  t.deepEqual([getName(2), getName(-2), getName(EAGAIN), getName(99999)], ['ENOENT', 'ENOENT', 'EAGAIN', undefined], 'getName')
  t.equal(toString(2), 'ENOENT', 'toString')
})
