import { test } from 'socket:test'
import { ApplicationWindow, constants, formatURL } from 'socket:window'
import { createWindow, getCurrentWindow } from 'socket:application'

const windows = typeof document !== 'undefined'

test('window: an index is a number', t => {
  for (const index of [-1, 1.5, NaN, '0', undefined]) {
    let code
    try { new ApplicationWindow(/** @type {any} */ ({ index })).getTitle() } catch (error) { code = error.code }
    t.equal(code, 'ERR_OUT_OF_RANGE', String(index))
  }
})

test('window: addresses of pages', t => {
  const origin = globalThis.location?.origin ?? ''
  t.equal(formatURL('about.html'), `${origin}/about.html`, 'a path')
  t.equal(formatURL('/about.html'), `${origin}/about.html`, 'with its slash')
  t.equal(formatURL('https://a.b/c'), 'https://a.b/c', 'an address stays')
})

test('window: without windows each call says so', async t => {
  if (windows) return t.ok(true, 'there are windows')
  const window = /** @type {any} */ (new ApplicationWindow({ index: 0 }))
  t.equal(window.getStatus(), constants.WINDOW_NONE, 'nothing is known')
  for (const method of ['show', 'hide', 'close', 'refresh', 'focus', 'showInspector']) {
    const error = await window[method]().catch((/** @type {any} */ error) => error)
    t.equal(error.code, 'ERR_WINDOW', method)
  }
})

test('window: title, size, place, visibility', async t => {
  if (!windows) return t.ok(true, 'covered where there are windows')
  const window = await createWindow({ path: '/blank.html', width: 300, height: 200 })
  t.deepEqual(window.getSize(), { width: 300, height: 200 }, 'the size that was asked for')
  await window.setTitle('Grüße "1"')
  t.equal((await window.refresh()).title, 'Grüße "1"', 'the title')
  await window.setPosition({ x: 11, y: 12 })
  t.deepEqual(window.getPosition(), { x: 11, y: 12 }, 'the place')
  await window.hide()
  t.equal(window.getStatus(), constants.WINDOW_HIDDEN, 'hidden')
  await window.show()
  t.equal(window.getStatus(), constants.WINDOW_SHOWN, 'shown')
  const wrong = await window.setSize({ width: 'wide' }).catch(error => error)
  t.equal(wrong.code, 'ERR_INVALID_ARG_VALUE', 'a size that is none')
  t.ok(wrong.message.includes('width') && wrong.message.includes('50%'), 'says where and how it is written')
  await window.close()
})

test('window: navigation stays in the app', async t => {
  if (!windows) return t.ok(true, 'covered where there are windows')
  const window = await createWindow({ path: '/blank.html' })
  await window.navigate('/blank.html?again')
  const outside = await window.navigate('https://example.com/').catch(error => error)
  t.equal(outside.code, 'ERR_ACCESS_DENIED', 'the page of another is refused')
  await window.close()
})

test('window: pages talk to each other', async t => {
  if (!windows) return t.ok(true, 'covered where there are windows')
  const current = await getCurrentWindow()
  const heard = new Promise(resolve => current.once('greeting', (value, from) => resolve({ value, from })))
  const global = new Promise(resolve => globalThis.addEventListener('greeting', event => resolve(/** @type {CustomEvent} */ (event).detail), { once: true }))
  await current.send({ event: 'greeting', value: { text: 'héllo', list: [1, null] } })
  t.deepEqual(await heard, { value: { text: 'héllo', list: [1, null] }, from: 0 }, 'value and sender')
  t.deepEqual(await global, { text: 'héllo', list: [1, null] }, 'and on the global object')
  const nobody = await current.send({ event: 'x', window: 99 }).catch(error => error)
  t.equal(nobody.code, 'ERR_WINDOW', 'a window that is not there')
  const unnamed = await current.send(/** @type {any} */ ({})).catch(error => error)
  t.equal(unnamed.code, 'ERR_INVALID_ARG_TYPE', 'an event without a name')
})
