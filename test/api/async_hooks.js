import { AsyncLocalStorage, AsyncResource, asyncWrapProviders, createHook, executionAsyncId, executionAsyncResource, triggerAsyncId } from 'socket:async_hooks'
import { test } from 'socket:test'

test('async_hooks: AsyncLocalStorage', async (t) => {
  const als = new AsyncLocalStorage()
  t.equal(als.getStore(), undefined, 'no store')
  const inside = als.run('store', () => {
    t.equal(als.getStore(), 'store', 'in run')
    als.exit(() => t.equal(als.getStore(), undefined, 'in exit'))
    return [
      Promise.resolve().then(() => als.getStore()),
      new Promise((resolve) => setTimeout(() => resolve(als.getStore()), 1)),
      new Promise((resolve) => queueMicrotask(() => resolve(als.getStore())))
    ]
  })
  t.equal(als.getStore(), undefined, 'none outside')
  t.deepEqual(await Promise.all(inside), ['store', 'store', 'store'], 'in promises, timers and microtasks')
  const bound = als.run(1, () => AsyncLocalStorage.bind(() => als.getStore()))
  const snapshot = als.run(2, () => AsyncLocalStorage.snapshot())
  t.deepEqual([bound(), snapshot(() => als.getStore())], [1, 2], 'bind and snapshot')
  als.disable()
})

test('async_hooks: AsyncResource', (t) => {
  /** @type {string[]} */
  const types = []
  const hook = createHook({ init: (/** @type {number} */ _id, /** @type {string} */ type) => types.push(type) }).enable()
  const resource = new AsyncResource('Request')
  hook.disable()
  t.deepEqual(types, ['Request'], 'hooks hear of it')
  t.equal(resource.runInAsyncScope(() => executionAsyncId() === resource.asyncId() && executionAsyncResource() === resource), true, 'runs in its scope')
  t.equal(resource.triggerAsyncId(), triggerAsyncId(), 'from the top')
  t.equal(resource.emitDestroy(), resource, 'destroy')
  t.equal(asyncWrapProviders.NONE, 0, 'providers')
})
