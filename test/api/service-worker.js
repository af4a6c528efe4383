import { Context, env, Environment, ExtendableEvent, FetchEvent } from 'socket:service-worker'
import { test } from 'socket:test'

test('service-worker: events that last', async (t) => {
  const target = new EventTarget()
  /** @type {any} */ let late
  target.addEventListener('install', (event) => {
    const it = /** @type {any} */ (event)
    it.waitUntil(new Promise((resolve) => setTimeout(resolve)).then(() => it.waitUntil(Promise.resolve())))
    late = it
  })
  const event = new ExtendableEvent('install')
  target.dispatchEvent(event)
  t.equal(event.pendingPromiseCount, 1, 'one is open')
  await event.awaiting()
  t.equal(event.pendingPromiseCount, 0, 'none, with the one that came later')
  t.throws(() => late.waitUntil(1), /too late/, 'after the end')
  const failing = new ExtendableEvent('install')
  target.addEventListener('install', (event) => /** @type {any} */ (event).waitUntil(Promise.reject(new RangeError('no'))), { once: true })
  target.dispatchEvent(failing)
  t.equal((await failing.awaiting().catch((error) => error)).name, 'RangeError', 'what fails')
})

test('service-worker: requests and answers', async (t) => {
  const target = new EventTarget()
  const request = new Request('http://127.0.0.1/a')
  const none = new FetchEvent('fetch', { request })
  target.dispatchEvent(none)
  t.equal(await none.response(), undefined, 'nobody answered')
  target.addEventListener('fetch', (event) => {
    const it = /** @type {any} */ (event)
    const context = new Context(it)
    context.passThroughOnException()
    t.ok(context.passesThrough && context.event === it, 'a context')
    context.waitUntil(Promise.resolve())
    it.respondWith(Promise.resolve(new Response('hello')))
    t.throws(() => it.respondWith(new Response('')), /already/, 'twice')
  })
  target.addEventListener('fetch', () => t.ok(false, 'no other listener is asked'))
  const event = new FetchEvent('fetch', { request, clientId: 'page' })
  target.dispatchEvent(event)
  t.deepEqual([event.defaultPrevented, event.clientId, event.request], [true, 'page', request], 'the event')
  const response = await event.response()
  t.equal(await response?.text(), 'hello', 'the answer')
  await event.handled
  t.throws(() => event.respondWith(new Response('')), /too late/, 'after the end')
  t.throws(() => new FetchEvent('fetch', /** @type {any} */ ({})), /options.request/, 'no request')
  t.throws(() => new Context(/** @type {any} */ (new Event('x'))), /ExtendableEvent/, 'no such event')
})

test('service-worker: environments', async (t) => {
  if (typeof indexedDB === 'undefined') {
    t.equal((await env.open().catch((error) => error)).code, 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM', 'no database, a clear error')
    return
  }
  t.equal(/** @type {any} */ (await Environment.open(/** @type {any} */ ({ scope: 5 })).catch((error) => error)).code, 'ERR_INVALID_ARG_TYPE', 'a wrong type')
  const one = await env.open({ scope: '/test' })
  t.equal(await Environment.open({ scope: '/test' }), one, 'one for a scope')
  await one.reset()
  /** @type {any[]} */
  const heard = []
  one.addEventListener('set', (event) => { const { key, value } = /** @type {any} */ (event); heard.push([key, value]) })
  one.context.count = { n: 1 }
  t.deepEqual([one.context.count, 'count' in one.context, Object.keys(one.context)], [{ n: 1 }, true, ['count']], 'at hand at once')
  t.deepEqual(heard, [['count', { n: 1 }]], 'an event')
  t.throws(() => { one.context.fn = () => {} }, /clone/i, 'what cannot be copied')
  await one.close()
  t.throws(() => { one.context.count = 2 }, /closed/, 'closed')
  const again = await env.open({ scope: '/test' })
  t.deepEqual({ ...again.context }, { count: { n: 1 } }, 'kept')
  delete again.context.count
  await again.reset()
  t.deepEqual(Object.keys(again.context), [], 'removed')
  await again.close()
})
