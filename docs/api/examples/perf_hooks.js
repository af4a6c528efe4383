import * as hooks from 'socket:perf_hooks'

export const about = {
  'Performance*': 'The engine\'s class of that name, where it has one.',
  performance: 'The engine\'s clock, with `timerify` and `eventLoopUtilization`.',
  Entry: 'What is observed: `name`, `entryType`, `startTime`, `duration`.',
  EntryList: 'Entries, all or by name and type.'
}

export function createHistogram () {
  const histogram = hooks.createHistogram()
  for (const value of [10, 20, 30, 1000]) histogram.record(value)
  console.log(histogram.count, histogram.min, histogram.percentile(50), histogram.max) // → 4 10 20 1000
}

export async function monitorEventLoopDelay () {
  const delay = hooks.monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  while (delay.count === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  delay.disable()
  console.log(delay.max > 0) // → true
}

export function timerify () {
  const histogram = hooks.createHistogram()
  const sum = hooks.timerify((/** @type {number} */ a, /** @type {number} */ b) => a + b, { histogram })
  console.log(sum(1, 2), histogram.count) // → 3 1
}

export function eventLoopUtilization () {
  console.log(hooks.eventLoopUtilization().utilization) // → 0
}
