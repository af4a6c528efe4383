/**
 * Time since some moment that stays the same, as Node's `process.hrtime`. How fine it is the engine decides.
 */
import { ERR_OUT_OF_RANGE } from 'socket:internal/errors'
import { validateArray } from 'socket:internal/validators'

/** Nanoseconds. @returns {bigint} */
function nanoseconds () {
  const now = performance.timeOrigin + performance.now()
  const whole = Math.floor(now)
  return BigInt(whole) * 1_000_000n + BigInt(Math.floor((now - whole) * 1_000_000))
}

/**
 * @param {[number, number]} [time] an earlier answer: the difference is wanted
 * @returns {[number, number]} seconds and nanoseconds
 */
export function hrtime (time = undefined) {
  let [seconds, rest] = [0, 0]
  if (time !== undefined) {
    validateArray(time, 'time')
    if (time.length !== 2) throw new ERR_OUT_OF_RANGE('time', '2', time.length)
    ;[seconds, rest] = time
  }
  const now = nanoseconds()
  seconds = Number(now / 1_000_000_000n) - seconds
  rest = Number(now % 1_000_000_000n) - rest
  return rest < 0 ? [seconds - 1, rest + 1e9] : [seconds, rest]
}

hrtime.bigint = nanoseconds
