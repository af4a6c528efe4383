import { channel, Channel, hasSubscribers, subscribe, tracingChannel, unsubscribe } from 'socket:diagnostics_channel'
import { test } from 'socket:test'

test('diagnostics_channel: messages', async (t) => {
  /** @type {any[]} */
  const seen = []
  const listener = (/** @type {any} */ message, /** @type {any} */ name) => seen.push([name, message])
  subscribe('a', listener)
  t.equal(hasSubscribers('a'), true, 'someone listens')
  channel('a').publish(1)
  t.equal(unsubscribe('a', listener), true, 'and no longer')
  channel('a').publish(2)
  t.deepEqual(seen, [['a', 1]], 'one message')
  t.ok(channel('a') instanceof Channel, 'a Channel')
  const trace = tracingChannel('work')
  const events = Object.fromEntries(['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((event) => [event, () => seen.push(event)]))
  trace.subscribe(events)
  seen.length = 0
  t.equal(await trace.tracePromise(async () => 5), 5, 'a traced promise')
  t.equal(trace.traceSync(() => 6), 6, 'a traced call')
  trace.traceCallback((/** @type {any} */ done) => done(null, 7), -1, {}, null, (/** @type {any} */ _error, /** @type {any} */ value) => t.equal(value, 7, 'a traced callback'))
  t.deepEqual(seen, ['start', 'end', 'asyncStart', 'asyncEnd', 'start', 'end', 'start', 'asyncStart', 'asyncEnd', 'end'], 'in order')
  t.equal(trace.unsubscribe(events), true, 'the end')
})
