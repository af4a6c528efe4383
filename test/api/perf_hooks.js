import { performance, PerformanceObserver } from 'socket:perf_hooks'
import { test } from 'socket:test'

test('perf_hooks: marks and measures are observed', async (t) => {
  const measured = new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      observer.disconnect()
      resolve(list.getEntries().map(({ name }) => name))
    })
    observer.observe({ entryTypes: ['measure'] })
  })
  performance.mark('begin')
  performance.measure('work', 'begin')
  t.deepEqual(await measured, ['work'], 'by name')
  t.ok(performance.now() > 0 && performance.timeOrigin > 0, 'clocks')
})
