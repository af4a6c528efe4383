/** @param {number[]} list */
export const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]

/**
 * How often a second something is done, the median of several measurements. The first is only to warm up.
 *
 * @param {number} runs
 * @param {number} amount how much one measurement does: calls, or megabytes
 * @param {() => Promise<unknown>} work
 */
export async function perSecond (runs, amount, work) {
  await work()
  const list = []
  for (let i = 0; i < runs; i++) {
    const start = performance.now()
    await work()
    list.push(amount / (performance.now() - start) * 1000)
  }
  return median(list)
}

/**
 * Does something `count` times, `width` at once.
 *
 * @param {number} width
 * @param {number} count
 * @param {() => Promise<unknown>} work
 */
export async function many (width, count, work) {
  let left = count
  await Promise.all(Array.from({ length: width }, async () => {
    while (left-- > 0) await work()
  }))
}
