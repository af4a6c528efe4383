import timers from 'socket:timers/promises'

export const about = {
  scheduler: '`wait` for a time, or `yield` to what else there is to do.',
  Options: '`signal` ends the waiting; `ref` says whether it keeps a program alive.'
}

/** Resolves with a value after a time in milliseconds. */
export async function setTimeout () {
  console.log(await timers.setTimeout(1, 'later')) // → later
}

/** Resolves with a value when what happens now has been handled. */
export async function setImmediate () {
  console.log(await timers.setImmediate('later')) // → later
}

/** A value again and again, for `for await`. */
export async function setInterval () {
  let count = 0
  for await (const value of timers.setInterval(1, 'tick')) {
    console.log(value) // → tick
    if (++count === 2) break // → tick
  }
}
