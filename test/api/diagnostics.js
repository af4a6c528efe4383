import { channel, channels, window } from 'socket:diagnostics'
import { ChannelGroup, normalizeName } from 'socket:diagnostics/channels'
import node from 'socket:diagnostics_channel'
import { test } from 'socket:test'

test('diagnostics: channels and groups', (t) => {
  /** @type {any[]} */
  const seen = []
  const listener = (/** @type {any} */ message, /** @type {any} */ name) => seen.push([name, message])
  channel('one').subscribe(listener)
  node.channel('one').publish(1)
  channels.channel('one').publish(2)
  t.deepEqual(seen, [['one', 1], ['one', 2]], 'those of diagnostics_channel')
  t.equal(channel('one').unsubscribe(listener), true, 'and no longer')
  const group = new ChannelGroup('group', ['a', 'b'])
  group.subscribe(listener)
  channels.channel('group.b').publish(3)
  t.deepEqual(seen.at(-1), ['group.b', 3], 'a channel of a group')
  group.publish(4)
  t.deepEqual(seen.slice(-2), [['group.a', 4], ['group.b', 4]], 'the whole group')
  t.equal(normalizeName('x', 'y'), 'x.y', 'normalizeName')
})

test('diagnostics: requests are counted while that is switched on', async (t) => {
  const before = globalThis.fetch
  window.metrics.start('fetch')
  // A page's policy may refuse it, which is a request all the same.
  await fetch('data:text/plain,x').catch(() => {})
  window.metrics.stop('fetch')
  t.equal(window.metrics.fetch.value.count, 1, 'one')
  t.equal(globalThis.fetch, before, 'and fetch is what it was')
})
