import assert from 'node:assert/strict'
import node from 'node:diagnostics_channel'
import hooks from 'node:async_hooks'
import { test } from 'node:test'
import ours from 'socket:diagnostics_channel'
import ourHooks from 'socket:async_hooks'
import 'socket:util'
import { outcome, WRONG } from './support/compare.js'

/** @param {any} one @param {any} AsyncLocalStorage */
async function story (one, AsyncLocalStorage) {
  /** @type {any[]} */
  const told = []
  const channel = one.channel('a')
  const listener = (/** @type {any} */ message, /** @type {any} */ name) => told.push([message, name])
  told.push(channel === one.channel('a'), one.hasSubscribers('a'), channel.hasSubscribers, channel.constructor.name, channel.name)
  one.subscribe('a', listener)
  channel.subscribe(listener)
  told.push(one.hasSubscribers('a'), channel.publish({ x: 1 }), one.unsubscribe('a', listener), channel.unsubscribe(listener), channel.unsubscribe(listener), channel.hasSubscribers, one.hasSubscribers('unknown'), channel instanceof one.Channel)
  const store = new AsyncLocalStorage()
  channel.bindStore(store)
  told.push(channel.hasSubscribers, channel.runStores({ a: 1 }, function (/** @type {any} */ arg) {
    // @ts-ignore given below
    return [store.getStore(), this, arg]
  }, 'this', 5))
  channel.bindStore(store, (/** @type {any} */ data) => ({ ...data, more: true }))
  told.push(channel.runStores({ a: 1 }, () => store.getStore()), channel.unbindStore(store), channel.unbindStore(store), store.getStore())
  const trace = one.tracingChannel('t')
  told.push(trace.hasSubscribers, trace.start.name, trace.unsubscribe({ start () {} }), trace.traceSync((/** @type {number} */ a) => a, {}, null, 9))
  const handlers = Object.fromEntries(['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((event) => [event, (/** @type {any} */ message, /** @type {any} */ name) => told.push([event, Object.entries(message).map(([key, value]) => `${key} ${value}`), name])]))
  told.push(trace.subscribe(handlers), trace.hasSubscribers)
  told.push(trace.traceSync((/** @type {number} */ a) => a + 1, { q: 1 }, null, 5), outcome(() => trace.traceSync(() => { throw new TypeError('x') }, { q: 2 })).message)
  told.push(await trace.tracePromise(async (/** @type {number} */ a) => a + 1, { q: 3 }, null, 5), await trace.tracePromise((/** @type {number} */ a) => a, {}, null, 6))
  told.push(await trace.tracePromise(async () => { throw new TypeError('y') }, { q: 4 }).catch((/** @type {Error} */ error) => error.message), outcome(() => trace.tracePromise(() => { throw new TypeError('z') })).message)
  const callback = (/** @type {any[]} */ ...args) => told.push(['callback', ...args])
  told.push(trace.traceCallback((/** @type {any} */ a, /** @type {any} */ done) => done(null, a), -1, { q: 5 }, null, 5, callback))
  told.push(trace.traceCallback((/** @type {any} */ done, /** @type {any} */ a) => done(a), 0, { q: 6 }, null, callback, 5))
  told.push(outcome(() => trace.traceCallback(() => { throw new TypeError('w') }, 0, {}, null, callback)).message)
  told.push(...WRONG.map((value) => outcome(() => trace.traceCallback(() => 1, 0, {}, null, typeof value === 'function' ? 5 : value))))
  told.push(trace.unsubscribe(handlers), trace.unsubscribe(handlers), trace.hasSubscribers)
  return told
}

test('diagnostics_channel: all that is told', async () => {
  assert.deepEqual(await story(ours, ourHooks.AsyncLocalStorage), await story(node, hooks.AsyncLocalStorage))
  assert.deepEqual(Object.keys(node).sort(), Object.keys(ours).sort())
})

test('diagnostics_channel: wrong arguments', () => {
  // Of a missing channel Node speaks in the engine's words.
  for (const value of WRONG.filter((one) => one !== undefined && one !== null)) {
    for (const call of [
      (/** @type {any} */ one) => one.channel(value).name,
      (/** @type {any} */ one) => one.channel('w').subscribe(typeof value === 'function' ? 5 : value),
      (/** @type {any} */ one) => typeof value === 'object' ? 0 : one.tracingChannel(value).start.name,
      (/** @type {any} */ one) => one.tracingChannel({ start: value })
    ]) assert.deepEqual(outcome(() => call(ours)), outcome(() => call(node)))
  }
})
