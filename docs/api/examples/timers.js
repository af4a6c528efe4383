import timers from 'socket:timers'

export const about = {
  promises: 'The same as promises: see `socket:timers/promises`.',
  _unrefActive: 'Deprecated in Node.',
  platform: 'The engine\'s own functions.'
}

/**
 * Calls back after a time, in milliseconds; gives back a Timeout with `ref`, `unref`, `hasRef` and `refresh`.
 * @for setTimeout clearTimeout
 */
export async function timeout () {
  const never = timers.setTimeout(() => console.log('never'), 10)
  timers.clearTimeout(never)
  await new Promise((resolve) => timers.setTimeout(resolve, 20))
  console.log('later') // → later
}

/**
 * Calls back again and again.
 * @for setInterval clearInterval
 */
export async function interval () {
  let count = 0
  await new Promise((resolve) => {
    const again = timers.setInterval(() => {
      if (++count < 3) return
      timers.clearInterval(again)
      resolve(undefined)
    }, 1)
  })
  console.log(count) // → 3
}

/**
 * Calls back when what happens now has been handled.
 * @for setImmediate clearImmediate
 */
export async function immediate () {
  timers.clearImmediate(timers.setImmediate(() => console.log('never')))
  await new Promise((resolve) => timers.setImmediate(resolve))
  console.log('later') // → later
}

/** Resolves after a time. */
export async function sleep () {
  await timers.sleep(1)
  console.log('later') // → later
}

/**
 * Deprecated in Node: any object as a timer. Use `setTimeout`.
 * @for enroll active unenroll
 */
export async function enrolled () {
  await new Promise((resolve) => {
    const item = { _onTimeout: () => { console.log('later'); resolve(undefined) } } // → later
    timers.enroll(item, 1)
    timers.active(item)
  })
  timers.unenroll({})
}
