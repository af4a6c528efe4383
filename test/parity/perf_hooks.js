import assert from 'node:assert/strict'
import node from 'node:perf_hooks'
import { test } from 'node:test'
import ours from 'socket:perf_hooks'

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
  assert.deepEqual(Object.keys(node).filter((name) => !(name in ours)), ['monitorEventLoopDelay', 'createHistogram'].filter((name) => !(name in ours)))
  assert.deepEqual(Object.keys(ours.constants).sort(), Object.keys(node.constants).sort())
  const mark = performance.mark('class')
  assert.ok(mark instanceof PerformanceMark && mark instanceof PerformanceEntry)
  assert.ok(performance.measure('m', { start: 0, end: 1 }) instanceof PerformanceMeasure)
  assert.ok(performance.timeOrigin > 0 && performance.now() > 0 && typeof performance.toJSON() === 'object')
  assert.ok(PerformanceObserver.supportedEntryTypes.includes('mark'))
})
