import EventEmitter, { CustomEvent, ErrorEvent, Event, EventTarget, MessageEvent, on, once } from 'socket:events'
import { test } from 'socket:test'

test('events: an emitter', async (t) => {
  const emitter = new EventEmitter()
  /** @type {any[]} */
  const seen = []
  emitter.on('a', (...args) => seen.push(args))
  emitter.once('a', () => seen.push('once'))
  emitter.prependListener('a', () => seen.push('first'))
  t.equal(emitter.emit('a', 1, 2), true, 'emit says that someone listened')
  emitter.emit('a')
  t.deepEqual(seen, ['first', [1, 2], 'once', 'first', []], 'in order')
  t.equal(emitter.emit('b'), false, 'and that nobody did')
  t.throws(() => emitter.emit('error', new Error('nobody')), /nobody/, 'an error that nobody hears')
  t.deepEqual([emitter.listenerCount('a'), emitter.eventNames()], [2, ['a']], 'who listens')
  queueMicrotask(() => emitter.emit('c', 5))
  t.deepEqual(await once(emitter, 'c'), [5], 'once')
  const iterator = on(emitter, 'd', { close: ['end'] })
  emitter.emit('d', 1)
  emitter.emit('end')
  const events = []
  for await (const event of iterator) events.push(event)
  t.deepEqual(events, [[1]], 'on')
})

test('events: the Web\'s classes', (t) => {
  const target = new EventTarget()
  let detail
  target.addEventListener('x', (event) => { detail = /** @type {CustomEvent} */ (event).detail })
  target.dispatchEvent(new CustomEvent('x', { detail: 7 }))
  t.equal(detail, 7, 'CustomEvent')
  t.equal(new MessageEvent('message', { data: 5 }).data, 5, 'MessageEvent')
  const error = new ErrorEvent('error', { message: 'm', error: 1 })
  t.ok(error instanceof Event && error.message === 'm' && error.error === 1, 'ErrorEvent')
})
