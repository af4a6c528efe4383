/**
 * How a file is opened, from the letters of `fs.open` to the numbers of the platform.
 */
import { O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_SYNC, O_TRUNC, O_WRONLY } from 'socket:fs/constants'
import { ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { validateInt32 } from 'socket:internal/validators'

const WRITE = O_TRUNC | O_CREAT
const APPEND = O_APPEND | O_CREAT

/** @type {Map<unknown, number>} */
const FLAGS = new Map(Object.entries({
  r: O_RDONLY,
  rs: O_RDONLY | O_SYNC,
  'r+': O_RDWR,
  'rs+': O_RDWR | O_SYNC,
  w: WRITE | O_WRONLY,
  wx: WRITE | O_WRONLY | O_EXCL,
  'w+': WRITE | O_RDWR,
  'wx+': WRITE | O_RDWR | O_EXCL,
  a: APPEND | O_WRONLY,
  ax: APPEND | O_WRONLY | O_EXCL,
  as: APPEND | O_WRONLY | O_SYNC,
  'a+': APPEND | O_RDWR,
  'ax+': APPEND | O_RDWR | O_EXCL,
  'as+': APPEND | O_RDWR | O_SYNC
}))
// The two letters may stand either way round.
for (const [name, value] of [...FLAGS]) {
  const [first, second] = String(name)
  if (second !== undefined && second !== '+') FLAGS.set(second + first + String(name).slice(2), value)
}

/**
 * @param {unknown} flags letters ('r+'), a number, or nothing ('r')
 * @param {string} [name] of the argument, for errors
 * @returns {number}
 */
export function normalizeFlags (flags, name = 'flags') {
  if (typeof flags === 'number') {
    validateInt32(flags, name)
    return flags
  }
  if (flags === undefined || flags === null) return O_RDONLY
  const value = FLAGS.get(flags)
  if (value === undefined) throw new ERR_INVALID_ARG_VALUE('flags', flags)
  return value
}

export default normalizeFlags
