import assert from 'node:assert/strict'
import node from 'node:timers'
import { test } from 'node:test'
import util from 'socket:util'
import timers from 'socket:timers'
import promises from 'socket:timers/promises'
import { outcome, same, WRONG } from './support/compare.js'

test('timers: wrong arguments', async () => {
  for (const name of /** @type {const} */ (['setTimeout', 'setInterval', 'setImmediate'])) {
    const calls = WRONG.filter((value) => typeof value !== 'function').map((value) => [value])
    same(/** @type {any} */ (timers)[name], /** @type {any} */ (node)[name], calls, name)
  }
  for (const name of /** @type {const} */ (['clearTimeout', 'clearInterval'])) same(/** @type {any} */ (timers)[name], /** @type {any} */ (node)[name], WRONG.map((value) => [value]), name)
  const settled = async (/** @type {any} */ call) => {
    try {
      return { value: await call() }
    } catch (error) {
      const { name, code, message, cause } = /** @type {any} */ (error)
      return { name, code, message, cause }
    }
  }
  const signal = AbortSignal.abort('why')
  for (const args of [...WRONG.filter((value) => typeof value !== 'number' && value !== undefined).map((value) => [value]), ...[1, null, 'x'].map((value) => [1, 1, value]), [1, 1, { signal: 1 }], [1, 1, { ref: 1 }], [1, 1, { signal }], [1, 'v'], [undefined, 'v']]) {
    for (const name of ['setTimeout', 'setImmediate']) {
      const used = name === 'setImmediate' ? args.slice(1) : args
      assert.deepEqual(await settled(() => /** @type {any} */ (promises)[name](...used)), await settled(() => /** @type {any} */ (node.promises)[name](...used)), name)
    }
    const first = (/** @type {any} */ one) => async () => {
      const iterator = one.setInterval(...args)
      const result = await iterator.next()
      await iterator.return()
      return result
    }
    assert.deepEqual(await settled(first(promises)), await settled(first(node.promises)), 'setInterval')
    assert.deepEqual(await settled(() => /** @type {any} */ (promises).scheduler.wait(args[0], args[2])), await settled(() => /** @type {any} */ (node.promises).scheduler.wait(args[0], args[2])), 'wait')
  }
  assert.deepEqual(outcome(() => new /** @type {any} */ (promises.scheduler).constructor()), outcome(() => new /** @type {any} */ (node.promises.scheduler).constructor()))
})

/** What a Timeout tells in each moment of its life. @param {any} one */
async function life (one) {
  /** @type {any[]} */
  const told = []
  const timer = one.setTimeout(function (/** @type {any[]} */ ...args) {
    // @ts-ignore a timer's callback has it as `this`
    told.push(this === timer, args)
  }, 5, 'a', 'b')
  told.push(timer.constructor.name, timer.hasRef(), timer.unref() === timer, timer.hasRef(), timer.ref() === timer, timer.refresh() === timer, typeof timer[Symbol.toPrimitive]())
  await one.promises.setTimeout(20)
  let ticks = 0
  await new Promise((resolve) => {
    const interval = one.setInterval(() => {
      if (++ticks < 3) return
      one.clearInterval(interval)
      resolve(undefined)
    }, 1)
  })
  const byNumber = one.setTimeout(() => told.push('must not run'), 1)
  one.clearTimeout(+byNumber)
  const byText = one.setTimeout(() => told.push('must not run'), 1)
  one.clearTimeout(String(+byText))
  one.setTimeout(() => told.push('must not run'), 1).close()
  const gone = one.setImmediate(() => told.push('must not run'))
  one.clearImmediate(gone)
  const immediate = one.setImmediate((/** @type {any} */ value) => told.push(value), 'immediate')
  told.push(immediate.constructor.name, immediate.hasRef(), immediate.unref() === immediate, immediate.hasRef(), immediate.ref() === immediate)
  // One that ends another of the same turn.
  one.setImmediate(() => one.clearImmediate(other))
  const other = one.setImmediate(() => told.push('must not run'))
  await one.promises.setImmediate()
  // A refreshed timer fires once more.
  let fired = 0
  await new Promise((resolve) => {
    const again = one.setTimeout(() => { if (++fired === 1) again.refresh(); else resolve(undefined) }, 1)
  })
  // And not again.
  await one.promises.setTimeout(30)
  const controller = new AbortController()
  const seen = []
  try {
    for await (const value of one.promises.setInterval(1, 'v', { signal: controller.signal })) {
      seen.push(value)
      if (seen.length === 3) controller.abort('enough')
    }
  } catch (error) {
    seen.push([(error).code, /** @type {any} */ (error).cause])
  }
  return [...told, ticks, fired, seen]
}

test('timers: lives of timers', async () => {
  assert.deepEqual(await life(timers), await life(node))
  assert.equal(util.promisify(timers.setTimeout), promises.setTimeout)
  assert.equal(util.promisify(timers.setImmediate), promises.setImmediate)
  assert.deepEqual(Object.keys(node).filter((name) => !(name in timers)), [])
  assert.deepEqual(Object.keys(node.promises), Object.keys(promises))
})

test('timers: the oldest interface', () => {
  for (const value of WRONG) {
    const enroll = (/** @type {any} */ one) => outcome(() => one.enroll({}, value))
    assert.deepEqual(enroll(timers), enroll(node))
  }
})
