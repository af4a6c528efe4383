/**
 * What is measured inside the page: round trips and reading files.
 */
import { call, read } from './driver.js'

/** @param {number[]} list */
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]

/**
 * Round trips a second, `width` at once.
 *
 * @param {number} width
 * @param {number} calls
 */
async function roundTrips (width, calls) {
  let left = calls
  const start = performance.now()
  await Promise.all(Array.from({ length: width }, async () => {
    while (left-- > 0) await call()
  }))
  return calls / (performance.now() - start) * 1000
}

/**
 * Milliseconds to read a file.
 *
 * @param {{ path: string, size: number }} file
 */
async function time ({ path, size }) {
  const start = performance.now()
  const { byteLength } = await read(path)
  const took = performance.now() - start
  if (byteLength !== size) throw new Error(`${path} is ${size} bytes, and ${byteLength} were read`)
  return took
}

/**
 * @param {() => Promise<number>} work
 * @param {number} times
 */
async function repeat (work, times) {
  const list = []
  for (let i = 0; i < times; i++) list.push(await work())
  return median(list)
}

/**
 * @param {{ small: { path: string, size: number }, large: { path: string, size: number }, calls: number,
 *   runs: number }} config
 * @param {(name: string, value: number) => void} report
 */
export async function measure ({ small, large, calls, runs }, report) {
  await roundTrips(1, calls / 10)
  report('alone', await repeat(() => roundTrips(1, calls), runs))
  report('sixteen', await repeat(() => roundTrips(16, calls), runs))
  // A timer of the page ticks in whole milliseconds, so a small file is read many times in one measurement.
  const many = 100
  report('small', await repeat(async () => {
    const start = performance.now()
    for (let i = 0; i < many; i++) await read(small.path)
    return (performance.now() - start) / many
  }, runs))
  report('large', await repeat(() => time(large), runs))
}
