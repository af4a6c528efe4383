import { navigation, Navigation, NavigationHistoryEntry } from 'socket:navigation'
import { test } from 'socket:test'

test('navigation: where there is no history', (t) => {
  t.throws(() => new NavigationHistoryEntry(/** @type {any} */ (undefined), /** @type {any} */ (undefined)), /./, 'nobody makes entries')
  if (typeof globalThis.history === 'object') return t.comment('this realm has one')
  t.equal(navigation, null, 'there is no navigation')
  t.equal(/** @type {any} */ (t.throws(() => new Navigation(), /Navigation/, 'and none can be made')).code, 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM', 'with a code')
})

test('navigation: entries, states and events', async (t) => {
  if (navigation === null) return t.comment('skipped: this realm has no history')
  const first = navigation.currentEntry
  t.ok(first instanceof NavigationHistoryEntry && first.url === globalThis.location.href, 'the current entry')
  /** @type {string[]} */
  const events = []
  for (const name of ['navigate', 'currententrychange', 'navigatesuccess', 'navigateerror']) navigation.addEventListener(name, () => events.push(name))

  const hash = navigation.navigate('#one', { state: { a: 1 } })
  const one = await hash.finished
  t.deepEqual([one.getState(), one.index, globalThis.location.hash], [{ a: 1 }, first.index + 1, '#one'], 'a part of the page')
  t.equal(navigation.currentEntry, one, 'is current')
  t.deepEqual(events.splice(0), ['navigate', 'currententrychange', 'navigatesuccess'], 'events')

  navigation.addEventListener('navigate', (/** @type {any} */ event) => {
    if (event.destination.url.endsWith('/virtual')) event.intercept({ handler: async () => { events.push(`handler ${event.info}`) } })
    if (event.destination.url.endsWith('/broken')) event.intercept({ handler: async () => { throw new RangeError('broken') } })
    if (event.destination.url.endsWith('/never')) event.preventDefault()
  })
  const virtual = await navigation.navigate('/virtual', { info: 'told' }).finished
  t.ok(virtual.url.endsWith('/virtual') && globalThis.location.pathname === '/virtual', 'an intercepted page')
  t.deepEqual(events.splice(0), ['navigate', 'currententrychange', 'handler told', 'navigatesuccess'], 'its handler')
  const broken = await navigation.navigate('/broken', { history: 'replace' }).finished.catch((/** @type {any} */ error) => error)
  t.equal(broken.message, 'broken', 'a handler that fails')
  t.equal(events.splice(0).at(-1), 'navigateerror', 'is told')
  t.equal((await navigation.navigate('/never').committed.catch((/** @type {any} */ error) => error)).name, 'AbortError', 'prevented')
  events.splice(0)

  t.equal(navigation.canGoForward, false, 'nothing after it')
  const back = await navigation.traverseTo(one.key).finished
  t.deepEqual([back, globalThis.location.hash, navigation.canGoForward], [one, '#one', true], 'back')
  navigation.updateCurrentEntry({ state: 'new' })
  t.equal(navigation.currentEntry.getState(), 'new', 'a new state')
  t.equal(JSON.stringify(events.splice(0)), '["navigate","currententrychange","navigatesuccess","currententrychange"]', 'events')
  globalThis.history.pushState({ own: 1 }, '', '#pushed')
  t.ok(navigation.currentEntry.url.endsWith('#pushed') && navigation.canGoForward === false, 'what the page itself does')
  t.equal(globalThis.history.state.own, 1, 'keeps its state')
  const begin = await navigation.traverseTo(first.key).finished
  t.equal(begin, first, 'to the beginning')
  t.equal((await navigation.traverseTo('nowhere').committed.catch((/** @type {any} */ error) => error)).name, 'InvalidStateError', 'an unknown key')
  t.equal((await navigation.navigate('http://[').committed.catch((/** @type {any} */ error) => error)).name, 'SyntaxError', 'no address')
})
