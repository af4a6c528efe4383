import { test } from 'socket:test'
import * as application from 'socket:application'
import args from 'socket:internal/args'

/** In Node there are no windows: the same calls must say so. */
const windows = typeof document !== 'undefined'

test('application: what is known without asking', t => {
  t.equal(application.getCurrentWindowIndex(), args.index, 'the window of this page')
  t.equal(typeof application.runtimeVersion.short, 'string', 'the version of the runtime')
  t.equal(typeof application.debug, 'boolean', 'whether it is a development build')
  t.ok(Object.isFrozen(application.config), 'the configuration cannot be changed')
  if (windows) t.equal(application.config.build_name, 'api-tests', 'socket.ini, flattened')
})

test('application: the screen', async t => {
  if (!windows) {
    const error = await application.getScreenSize().catch(error => error)
    return t.equal(error.code, 'ERR_WINDOW', 'no windows, no screen')
  }
  const { width, height } = await application.getScreenSize()
  t.ok(width > 0 && height > 0, 'has an extent')
})

test('application: a window needs a page', async t => {
  for (const options of [undefined, {}, { path: '' }, { path: 7 }]) {
    const error = await application.createWindow(/** @type {any} */ (options)).catch(error => error)
    t.equal(error.code, 'ERR_INVALID_ARG_TYPE', JSON.stringify(options))
  }
})

test('application: windows open, are listed, and close', async t => {
  if (!windows) {
    const error = await application.getWindows().catch(error => error)
    return t.equal(error.code, 'ERR_WINDOW', 'no windows')
  }
  const current = await application.getCurrentWindow()
  t.equal(current.index, 0, 'this page is in the first')
  const window = await application.createWindow({ path: '/blank.html', title: 'Second', width: 320, height: 240 })
  t.equal(window.index, 1, 'the lowest free index')
  t.equal(window.getTitle(), 'Second', 'its title')
  const all = await application.getWindows()
  t.deepEqual(Object.keys(all), ['0', '1'], 'both are there')
  t.deepEqual(Object.keys(await application.getWindows([1])), ['1'], 'or the wanted ones')
  const taken = await application.createWindow({ path: '/blank.html', index: 1 }).catch(error => error)
  t.equal(taken.code, 'ERR_WINDOW', 'an index is used once')
  const outside = await application.createWindow({ path: 'https://example.com/' }).catch(error => error)
  t.equal(outside.code, 'ERR_ACCESS_DENIED', 'pages of others are refused')
  const closed = new Promise(resolve => window.once('close', () => resolve(true)))
  await window.close()
  t.equal(await closed, true, 'close is told')
  t.equal(window.getStatus(), 41, 'and remembered')
  const gone = await application.getWindow(1).catch(error => error)
  t.equal(gone.code, 'ERR_WINDOW', 'it is gone')
})
