import assert from 'node:assert/strict'
import node from 'node:perf_hooks'
import { test } from 'node:test'
import ours from 'socket:perf_hooks'
import { inspect } from 'socket:util'
import { generator, same, WRONG } from './support/compare.js'

const { PerformanceEntry, PerformanceMark, PerformanceMeasure, PerformanceObserver, performance } = /** @type {any} */ (ours)

test('perf_hooks: marks and measures', () => {
  const results = [ours, node].map((/** @type {any} */ { performance }) => {
    performance.clearMarks()
    performance.clearMeasures()
    performance.mark('a', { startTime: 5, detail: { one: 1 } })
    performance.mark('b', { startTime: 12 })
    performance.measure('from a to b', 'a', 'b')
    performance.measure('of options', { start: 1, duration: 3, detail: 'd' })
    const entries = [...performance.getEntriesByType('mark'), ...performance.getEntriesByType('measure')]
    const told = entries.map(({ name, entryType, startTime, duration, detail }) => ({ name, entryType, startTime, duration, detail }))
    performance.clearMarks('a')
    return [told, performance.getEntriesByName('a').length, performance.getEntriesByName('b').length]
  })
  assert.deepEqual(results[0], results[1])
})

test('perf_hooks: names, classes and clocks', () => {
  assert.deepEqual(Object.keys(node).filter((name) => !(name in ours)), [])
  assert.deepEqual(Object.keys(ours.constants).sort(), Object.keys(node.constants).sort())
  const mark = performance.mark('class')
  assert.ok(mark instanceof PerformanceMark && mark instanceof PerformanceEntry)
  assert.ok(performance.measure('m', { start: 0, end: 1 }) instanceof PerformanceMeasure)
  assert.ok(performance.timeOrigin > 0 && performance.now() > 0 && typeof performance.toJSON() === 'object')
  assert.ok(PerformanceObserver.supportedEntryTypes.includes('mark'))
})

/** All that a histogram says. @param {any} histogram */
const told = (histogram) => ({
  ...histogram.toJSON(),
  big: [histogram.countBigInt, histogram.minBigInt, histogram.maxBigInt, histogram.exceedsBigInt, [...histogram.percentilesBigInt]],
  percentiles: [...histogram.percentiles],
  some: [0.001, 1, 25, 50, 50.5, 90, 99, 99.9, 99.999, 100].map((at) => [histogram.percentile(at), histogram.percentileBigInt(at)])
})

test('perf_hooks: histograms of random values', () => {
  const random = generator(17)
  for (let round = 0; round < 1500; round++) {
    const lowest = [1, 1, 2, 3, 1000, 2 ** 20][random(6)]
    const options = [undefined, { figures: 1 + random(5) }, { lowest, figures: 1 + random(4) }, { lowest, highest: lowest * (2 + random(100_000)), figures: 1 + random(3) }, { lowest: 1n, highest: 2n ** 40n }][random(5)]
    const pair = /** @type {any[]} */ ([ours, node]).map((module) => module.createHistogram(options))
    const values = Array.from({ length: random(60) }, () => 1 + Math.floor(random(1 << 30) * 2 ** [-28, -20, -10, 0, 10, 20][random(6)]))
    for (const value of values) for (const histogram of pair) histogram.record(value)
    const large = BigInt(random(1000) + 1)
    for (const histogram of pair) histogram.record(large)
    assert.deepEqual(told(pair[0]), told(pair[1]), `round ${round} ${inspect(options)} ${values}`)
    if (random(3) === 0) {
      const others = /** @type {any[]} */ ([ours, node]).map((module) => module.createHistogram())
      for (const histogram of others) for (const value of [5, 7000, 123456]) histogram.record(value)
      others.forEach((histogram, at) => pair[at].add(histogram))
      assert.deepEqual(told(pair[0]), told(pair[1]), `added, round ${round}`)
    }
    if (random(5) === 0) {
      for (const histogram of pair) histogram.reset()
      assert.deepEqual(told(pair[0]), told(pair[1]), `reset, round ${round}`)
    }
  }
})

test('perf_hooks: wrong arguments', () => {
  const one = WRONG.map((/** @type {unknown} */ value) => [value])
  const made = (/** @type {any} */ module) => (/** @type {any} */ options) => typeof module.createHistogram(options)
  same(made(ours), made(node), one.filter(([value]) => value !== undefined), 'createHistogram')
  for (const name of ['lowest', 'highest', 'figures']) same(made(ours), made(node), WRONG.map((/** @type {unknown} */ value) => [{ [name]: value }]), name)
  same(made(ours), made(node), [[{ lowest: 5, highest: 9 }], [{ lowest: 5n, highest: 9n }], [{ figures: 6 }], [{ lowest: 0 }]])
  for (const method of ['record', 'percentile', 'percentileBigInt', 'add']) {
    const call = (/** @type {any} */ module) => (/** @type {any} */ value) => typeof module.createHistogram()[method](value)
    same(call(ours), call(node), one.filter(([value]) => method === 'record' ? typeof value !== 'bigint' : method !== 'add' || (value !== undefined && value !== null)), method)
  }
  const delay = (/** @type {any} */ module) => (/** @type {any} */ options) => typeof module.monitorEventLoopDelay(options)
  same(delay(ours), delay(node), [...one.filter(([value]) => value !== undefined), ...WRONG.map((/** @type {unknown} */ value) => [{ resolution: value }])], 'monitorEventLoopDelay')
  const timed = (/** @type {any} */ module) => (/** @type {any[]} */ ...args) => typeof (module.timerify ?? module.performance.timerify)(...args)
  same(timed(ours), timed(node), [...one, [() => {}, 5], [() => {}, { histogram: 5 }]], 'timerify')
})

test('perf_hooks: functions that are timed', async () => {
  /** @param {any} module @param {any} timerify */
  const story = async (module, timerify) => {
    /** @type {any[]} */
    const seen = []
    const histogram = module.createHistogram()
    const heard = new Promise((resolve) => {
      const observer = new module.PerformanceObserver((/** @type {any} */ list) => {
        for (const entry of list.getEntries()) seen.push([entry.name, entry.entryType, entry.duration >= 0, entry.detail, entry[0]])
        seen.push(list.getEntriesByName('sum').length, list.getEntriesByType('mark').length)
        observer.disconnect()
        resolve(undefined)
      })
      observer.observe({ entryTypes: ['function'] })
    })
    const sum = timerify(function sum (/** @type {number} */ a, /** @type {number} */ b) { return a + b }, { histogram })
    seen.push(sum.name, sum.length, sum(1, 2), await timerify(async () => 5, { histogram })(), new (timerify(class A { constructor (/** @type {any} */ x) { this.x = x } }))(7).x)
    await heard
    return [seen, histogram.count]
  }
  assert.deepEqual(await story(ours, ours.timerify), await story(node, node.performance.timerify))
})

test('perf_hooks: how late the event loop is', async () => {
  for (const module of [ours, node]) {
    const histogram = module.monitorEventLoopDelay({ resolution: 1 })
    assert.deepEqual([histogram.count, histogram.enable(), histogram.enable()], [0, true, false])
    // Each has an interval of its own.
    while (histogram.count === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    assert.deepEqual([histogram.disable(), histogram.disable(), histogram.min > 0], [true, false, true])
  }
})
