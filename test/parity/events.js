import * as nodeHooks from 'node:async_hooks'
import assert from 'node:assert/strict'
import Theirs from 'node:events'
import { test } from 'node:test'
import { inspect } from 'node:util'
import Ours from 'socket:events'
import * as ourHooks from 'socket:async_hooks'
import 'socket:util'
import { generator, outcome, same, WRONG } from './support/compare.js'

/** Runs the same random calls on an emitter and writes down all that happens. @param {any} Emitter @param {number} seed */
function story (Emitter, seed) {
  const random = generator(seed)
  const emitter = new Emitter({ captureRejections: random(2) === 0 })
  /** @type {any[]} */
  const told = []
  const names = ['a', 'b', 'error', 'newListener', 'removeListener', Symbol.for('s'), Emitter.errorMonitor]
  const listeners = Array.from({ length: 4 }, (_, index) => function (/** @type {any[]} */ ...args) {
    // @ts-ignore a listener's `this` is its emitter
    told.push([index, this === emitter, args.map((arg) => typeof arg === 'function' ? 'function' : typeof arg === 'symbol' ? String(arg) : arg instanceof Error ? arg.message : arg)])
    if (index === 3 && random(2) === 0) emitter.removeListener('a', listeners[0])
  })
  emitter.setMaxListeners(0)
  for (let step = 0; step < 25; step++) {
    const name = names[random(names.length)]
    const listener = listeners[random(4)]
    const method = ['on', 'once', 'prependListener', 'prependOnceListener', 'off', 'removeListener', 'emit', 'emit', 'emit', 'removeAllListeners', 'listenerCount', 'eventNames', 'listeners', 'rawListeners'][random(14)]
    const args = method === 'emit' ? [name, [1, 'x', new Error('bad'), null, undefined][random(5)], 2].slice(0, 1 + random(3)) : method === 'removeAllListeners' ? [name].slice(random(2)) : method === 'eventNames' ? [] : [name, listener].slice(0, method === 'listenerCount' && random(2) ? 1 : 2)
    const result = outcome(() => emitter[method](...args))
    const value = result.value === emitter ? 'itself' : Array.isArray(result.value) ? result.value.map((/** @type {any} */ item) => typeof item === 'function' ? [listeners.indexOf(item), listeners.indexOf(item.listener)] : String(item)) : result.value
    told.push([method, String(name), 'value' in result ? value : result])
  }
  return [...told, emitter._eventsCount]
}

test('events: random lives of an emitter', () => {
  for (let seed = 1; seed < 1500; seed++) assert.deepEqual(story(Ours, seed), story(Theirs, seed), `seed ${seed}`)
})

test('events: wrong arguments', () => {
  for (const method of ['on', 'once', 'off', 'prependListener', 'setMaxListeners', 'addListener']) {
    const call = (/** @type {any} */ Emitter) => (/** @type {any[]} */ ...args) => {
      const emitter = new Emitter()
      return emitter[method](...args) === emitter
    }
    same(call(Ours), call(Theirs), WRONG.flatMap((value) => [['a', value], [value]]), method)
  }
  for (const value of WRONG) {
    assert.deepEqual(outcome(() => new Ours().emit('error', value)), outcome(() => new Theirs().emit('error', value)), `emit('error', ${inspect(value)})`)
  }
  for (const name of ['getEventListeners', 'getMaxListeners', 'addAbortListener']) {
    // Of null and undefined Node says that it cannot read their properties, in the engine's words.
    same(/** @type {any} */ (Ours)[name], /** @type {any} */ (Theirs)[name], WRONG.filter((value) => value != null).map((value) => [value, 'a']), name)
  }
  same(/** @type {any} */ (Ours.setMaxListeners), /** @type {any} */ (Theirs.setMaxListeners), [[5, {}], [-1], ['x']])
})

test('events: looks the same', () => {
  assert.equal(inspect(new Ours()), inspect(new Theirs()))
  assert.deepEqual(Object.keys(Theirs).filter((name) => !(name in Ours)), [])
  assert.deepEqual(Object.keys(Ours.prototype).sort(), Object.keys(Theirs.prototype).sort())
  class Old { constructor () { /** @type {any} */ (Ours).call(this) } }
  Object.setPrototypeOf(Old.prototype, Ours.prototype)
  assert.equal(/** @type {any} */ (new Old()).on('a', () => {}).emit('a'), true)
})

test('events: once, on, abort, captured rejections', async () => {
  for (const Emitter of [Ours, Theirs]) {
    const emitter = new Emitter()
    queueMicrotask(() => emitter.emit('a', 1, 2))
    assert.deepEqual(await Emitter.once(emitter, 'a'), [1, 2])
    queueMicrotask(() => emitter.emit('error', new Error('bad')))
    await assert.rejects(Emitter.once(emitter, 'a'), { message: 'bad' })
    assert.deepEqual(emitter.eventNames(), [])
    const controller = new AbortController()
    const waiting = Emitter.once(emitter, 'a', { signal: controller.signal })
    controller.abort('why')
    await assert.rejects(waiting, { name: 'AbortError', code: 'ABORT_ERR', message: 'The operation was aborted', cause: 'why' })
    await assert.rejects(Emitter.once(emitter, 'a', { signal: AbortSignal.abort() }), { name: 'AbortError' })

    const iterator = Emitter.on(emitter, 'a', { close: ['end'] })
    emitter.emit('a', 1)
    emitter.emit('a', 2)
    emitter.emit('end')
    const seen = []
    for await (const event of iterator) seen.push(event)
    assert.deepEqual(seen, [[1], [2]])
    assert.deepEqual(emitter.eventNames(), [])
    const failing = Emitter.on(emitter, 'a')
    emitter.emit('a', 1)
    emitter.emit('error', new Error('bad'))
    assert.deepEqual(await failing.next(), { value: [1], done: false })
    await assert.rejects(failing.next(), { message: 'bad' })
    assert.deepEqual(await failing.next(), { value: undefined, done: true })

    const target = new EventTarget()
    queueMicrotask(() => target.dispatchEvent(new Event('a')))
    const [event] = await Emitter.once(target, 'a')
    assert.equal(event.type, 'a')

    const capturing = new Emitter({ captureRejections: true })
    capturing.on('a', async () => { throw new Error('async') })
    queueMicrotask(() => capturing.emit('a'))
    const [error] = await Emitter.once(capturing, 'error')
    assert.equal(error.message, 'async')
  }
})

test('events: too many listeners are warned of once', async () => {
  const emitter = new Ours()
  const warning = new Promise((resolve) => process.once('warning', resolve))
  for (let count = 0; count < 12; count++) emitter.on('a', () => {})
  const { name, count, type, message } = /** @type {any} */ (await warning)
  assert.deepEqual([name, count, type], ['MaxListenersExceededWarning', 11, 'a'])
  assert.equal(message, 'Possible EventEmitter memory leak detected. 11 a listeners added to [EventEmitter]. Use emitter.setMaxListeners() to increase limit')
})

test('events: EventEmitterAsyncResource runs listeners where it was made', () => {
  const results = [[Ours, ourHooks], [Theirs, nodeHooks]].map(([events, hooks]) => {
    const { EventEmitterAsyncResource } = /** @type {any} */ (events)
    const { AsyncLocalStorage } = /** @type {any} */ (hooks)
    class Named extends EventEmitterAsyncResource {}
    const store = new AsyncLocalStorage()
    const emitter = store.run('inside', () => new EventEmitterAsyncResource({ name: 'Name' }))
    /** @type {any[]} */
    const told = []
    emitter.on('event', (/** @type {any[]} */ ...args) => told.push(store.getStore(), ...args))
    store.run('outside', () => told.push(emitter.emit('event', 1, 2), store.getStore()))
    const inherited = new Named()
    return [told, emitter.asyncResource.eventEmitter === emitter, typeof emitter.asyncId, typeof emitter.triggerAsyncId, emitter.emitDestroy(), inherited.emit('nobody'), inherited instanceof Named]
  })
  assert.deepEqual(results[0], results[1])
})
