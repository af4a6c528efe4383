import constants, { O_RDONLY, S_IFMT } from 'socket:constants'
import { test } from 'socket:test'

test('constants: numbers', (t) => {
  t.deepEqual([O_RDONLY, S_IFMT, constants.O_RDONLY], [0, 0o170000, 0], 'of files')
  t.ok(constants.ENOENT === 2 && constants.SIGINT === 2 && constants.PRIORITY_LOW === 19, 'of errors, signals and priorities')
})
