import { test } from 'socket:test'
import timers, { clearImmediate, clearInterval, clearTimeout, platform, setImmediate, setInterval, setTimeout, sleep } from 'socket:timers'
import * as promises from 'socket:timers/promises'

test('timers: objects', async (t) => {
  /** @type {any[]} */
  const seen = []
  const gone = setTimeout(() => seen.push('gone'), 1)
  clearTimeout(gone)
  const number = setTimeout(() => seen.push('number'), 1)
  clearTimeout(+number)
  const timer = await new Promise((resolve) => {
    const made = setTimeout((/** @type {any} */ a, /** @type {any} */ b) => resolve([made, a, b]), 1, 'a', 'b')
    t.deepEqual([made.hasRef(), made.unref().hasRef(), made.ref() === made, made.refresh() === made], [true, false, true, true], 'ref, unref, refresh')
  })
  t.deepEqual(timer.slice(1), ['a', 'b'], 'with arguments')
  await new Promise((resolve) => {
    const interval = setInterval(() => {
      if (seen.push('tick') < 3) return
      clearInterval(interval)
      resolve(undefined)
    }, 1)
  })
  clearImmediate(setImmediate(() => seen.push('gone')))
  setImmediate((/** @type {any} */ value) => seen.push(value), 'immediate')
  await promises.setImmediate()
  t.deepEqual(seen, ['tick', 'tick', 'tick', 'immediate'], 'in order, and none that was cleared')
  t.throws(() => setTimeout(5), /must be of type function/, 'no function')
  t.equal(typeof platform.setTimeout, 'function', 'the engine\'s own')
  t.equal(timers.setTimeout, setTimeout, 'default')
})

test('timers: promises', async (t) => {
  t.equal(await promises.setTimeout(1, 'value'), 'value', 'setTimeout')
  t.equal(await promises.scheduler.wait(1), undefined, 'wait')
  await promises.scheduler.yield()
  await sleep(1)
  let count = 0
  for await (const value of promises.setInterval(1, 'v')) {
    t.equal(value, 'v', 'setInterval')
    if (++count === 2) break
  }
  const controller = new AbortController()
  const waiting = promises.setTimeout(1e6, undefined, { signal: controller.signal })
  controller.abort('why')
  const error = await t.rejects(waiting, /The operation was aborted/, 'aborted')
  t.deepEqual([error.name, error.code, error.cause], ['AbortError', 'ABORT_ERR', 'why'], 'with its reason')
})
