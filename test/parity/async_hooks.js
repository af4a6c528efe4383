import assert from 'node:assert/strict'
import node from 'node:async_hooks'
import { test } from 'node:test'
import ours from 'socket:async_hooks'
import timers from 'socket:timers'
import 'socket:util'
import { outcome, WRONG } from './support/compare.js'

/** @param {any} one */
async function story (one) {
  /** @type {any[]} */
  const told = []
  const als = new one.AsyncLocalStorage()
  const other = new one.AsyncLocalStorage()
  const seen = (/** @type {any} */ what) => told.push([what, als.getStore(), other.getStore()])
  seen('before')
  told.push(als.run(1, (/** @type {any} */ a, /** @type {any} */ b) => [a, b, als.getStore()], 'a', 'b'))
  const waiting = als.run({ id: 1 }, () => {
    other.run('inner', () => seen('both'))
    seen('outer')
    als.exit(() => seen('exit'))
    const bound = one.AsyncLocalStorage.bind((/** @type {any} */ x) => [x, als.getStore()])
    const snapshot = one.AsyncLocalStorage.snapshot()
    als.run(2, () => told.push(bound('bound'), snapshot(() => als.getStore())))
    const resource = new one.AsyncResource('X')
    als.run(3, () => told.push(resource.runInAsyncScope(() => als.getStore()), resource.bind(() => als.getStore())()))
    return Promise.all([
      Promise.resolve().then(() => seen('then')).then(() => als.run(4, () => Promise.resolve().then(() => seen('nested')))).then(() => seen('after nested')),
      Promise.reject(new Error('x')).catch(() => seen('catch')).finally(() => seen('finally')),
      new Promise((resolve) => queueMicrotask(() => resolve(seen('microtask')))).then(() => {}),
      new Promise((resolve) => setTimeout(() => resolve(seen('timer')), 20)),
      new Promise((resolve) => timers.setTimeout(() => resolve(told.push('a timer of ours')), 40))
    ])
  })
  seen('outside')
  assert.throws(() => als.run(5, () => { throw new Error('x') }))
  seen('after an error')
  await waiting
  told.push(...await new Promise((resolve) => setTimeout(() => {
    const list = [als.getStore()]
    als.enterWith(6)
    list.push(als.getStore())
    setTimeout(() => {
      list.push(als.getStore())
      als.disable()
      list.push(als.getStore())
      resolve(list)
    }, 1)
  }, 1)))
  return told
}

test('async_hooks: stores', async () => {
  assert.deepEqual(await story(ours), await story(node))
})

test('async_hooks: after a native await there is no store, and never another\'s', async () => {
  const als = new ours.AsyncLocalStorage()
  const run = (/** @type {number} */ id) => als.run(id, async () => {
    const before = als.getStore()
    await null
    return [before, als.getStore()]
  })
  assert.deepEqual(await Promise.all([run(1), run(2)]), [[1, undefined], [2, undefined]])
})

test('async_hooks: resources', () => {
  const story = (/** @type {any} */ one) => {
    const resource = new one.AsyncResource('X', { triggerAsyncId: 3 })
    const bound = resource.bind(function (/** @type {any} */ _a, /** @type {any} */ _b) {
      // @ts-ignore as called
      return this
    })
    const inside = resource.runInAsyncScope((/** @type {any[]} */ ...args) => [one.executionAsyncId() === resource.asyncId(), one.triggerAsyncId(), one.executionAsyncResource() === resource, args], null, 1, 2)
    return [resource.triggerAsyncId(), typeof resource.asyncId(), bound.length, bound.name, bound.call('this') + '', inside, resource.emitDestroy() === resource, one.AsyncResource.bind(() => 5)(),
      outcome(() => resource.runInAsyncScope(() => { throw new Error('x') })), resource.bind(function () {
        // @ts-ignore as bound
        return this.x
      }, { x: 1 })()]
  }
  assert.deepEqual(story(ours), story(node))
  for (const value of WRONG) {
    // Of undefined and null Node speaks in the engine's words.
    const fn = typeof value === 'function' || value === undefined || value === null ? 5 : value
    for (const call of [
      (/** @type {any} */ one) => new one.AsyncResource(value) instanceof one.AsyncResource,
      (/** @type {any} */ one) => new one.AsyncResource('x', { triggerAsyncId: value ?? 'x' }).triggerAsyncId(),
      (/** @type {any} */ one) => new one.AsyncResource('x').bind(fn),
      (/** @type {any} */ one) => one.AsyncResource.bind(fn),
      (/** @type {any} */ one) => one.AsyncLocalStorage.bind(fn),
      (/** @type {any} */ one) => one.createHook({ init: fn }).constructor.name
    ]) assert.deepEqual(outcome(() => call(ours)), outcome(() => call(node)))
  }
  assert.deepEqual(Object.keys(ours), Object.keys(node))
})

test('async_hooks: hooks hear of resources', async () => {
  /** @type {any[]} */
  const told = []
  const hook = ours.createHook({ init: (/** @type {any[]} */ ...args) => told.push(['init', args[1]]), before: () => told.push('before'), after: () => told.push('after'), destroy: () => told.push('destroy') }).enable()
  const resource = new ours.AsyncResource('X')
  resource.runInAsyncScope(() => told.push('run'))
  resource.emitDestroy()
  await null
  hook.disable()
  assert.equal(new ours.AsyncResource('Y').runInAsyncScope(() => 5), 5)
  assert.deepEqual(told, [['init', 'X'], 'before', 'run', 'after', 'destroy'])
})
