import hooks, { GLOBAL_EVENTS, Hooks, onData, onError, onInit, onLoad, onMessage, onOnline, onReady, RUNTIME_INIT_EVENT_NAME } from 'socket:hooks'
import { test } from 'socket:test'

test('hooks: once', async (t) => {
  for (const [hook, name] of /** @type {[typeof onReady, string][]} */ ([[onInit, 'init'], [onReady, 'ready'], [onLoad, 'load']])) {
    const event = await new Promise((resolve) => hook(resolve))
    t.equal(event.type, name, `${name}, even when it has happened`)
  }
  let called = false
  onReady(() => { called = true })()
  await new Promise((resolve) => onReady(resolve))
  t.equal(called, false, 'taken away')
  t.throws(() => onReady(/** @type {any} */ (5)), /must be a function/, 'a wrong callback')
})

test('hooks: events of the page', (t) => {
  const target = typeof globalThis.dispatchEvent === 'function' ? globalThis : hooks
  /** @type {string[]} */
  const seen = []
  const stops = [onData, onMessage, onOnline].map((hook) => hook((event) => seen.push(event.type)))
  for (const name of ['data', 'message', 'online']) target.dispatchEvent(new Event(name))
  for (const stop of stops) stop()
  target.dispatchEvent(new Event('data'))
  t.deepEqual(seen, ['data', 'message', 'online'], 'each once')
  const stop = onError((event) => seen.push(event.type))
  target.dispatchEvent(new Event('messageerror'))
  stop()
  t.equal(seen.at(-1), 'messageerror', 'errors')
  t.ok(GLOBAL_EVENTS.includes(RUNTIME_INIT_EVENT_NAME) && hooks instanceof Hooks, 'names')
})
