/** Menus: the bar of a window, its keys, the menu of a click. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'

import { startXvfb } from './app.js'
import { drive, startManager, until } from './drive.js'

const run = promisify(execFile)
const timeout = 120_000

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
/** @type {Awaited<ReturnType<typeof startManager>>} */
let manager
before(async () => {
  xvfb = await startXvfb()
  manager = await startManager(xvfb)
})
after(async () => {
  await manager?.stop()
  await xvfb?.stop()
})

/** @param {string[]} args */
const xdotool = async (...args) => (await run('xdotool', args, { env: { ...process.env, DISPLAY: xvfb.display } })).stdout.trim()

/** Gives the window the keyboard, with the pointer in its page. */
async function focus () {
  const window = (await until(() => xdotool('search', '--name', '^driven$').catch(() => ''), (text) => text !== '')).split('\n')[0]
  await xdotool('windowfocus', '--sync', window)
  await xdotool('mousemove', '--window', window, '200', '200')
  return window
}

/** The place and size of the menu that is open: GTK names its window after the program. */
async function popup () {
  const shown = await until(async () => {
    const windows = await xdotool('search', '--onlyvisible', '--name', '^test-app$').catch(() => '')
    const places = await Promise.all(windows.split('\n').filter(Boolean).map((id) => xdotool('getwindowgeometry', '--shell', id).catch(() => '')))
    return places.map((text) => ['X', 'Y', 'WIDTH', 'HEIGHT'].map((key) => Number(new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1])))
      // Two more, outside of the screen, take part in every grab.
      .filter(([x, y]) => x >= 0 && y >= 0)
  }, ({ length }) => length > 0)
  assert.equal(shown.length, 1, 'one menu is open')
  return shown[0]
}

/**
 * Clicks on an entry of the open menu.
 *
 * @param {number} index
 * @param {number} count  of its entries, all of one height
 */
async function choose (index, count) {
  const [x, y, width, height] = await popup()
  await xdotool('mousemove', String(x + width / 2), String(y + height * (index + 0.5) / count), 'click', '1')
  return [x, y]
}

const ini = '[window]\nwidth = 600\nheight = 400'
const hear = "addEventListener('menuItemSelected', ({ detail }) => seen.push(detail))"

test('a bar takes its place above the page, and its keys choose', { timeout }, async () => {
  await drive(xvfb, { ini }, async (say) => {
    await say(hear)
    const height = await say('return innerHeight')
    await say(`await application.setSystemMenu({ value: \`
      File:
        Save: s + CommandOrControl
        Save as: S
        --- : ---
        !Never: n + Alt
        Leave: F9
      ;
      Edit:
        Select All: a + CommandOrControl
      ;
    \` })`)
    const less = await until(() => say('return innerHeight'), (now) => now < height)
    assert.ok(less < height && less > height - 60, `the page has ${less} of ${height} pixels`)
    assert.equal((await say('return await (await application.getCurrentWindow()).refresh()')).height, less, 'its size is that of the page')
    await say('await (await application.getCurrentWindow()).setSize({ height: 300 })')
    assert.equal(await until(() => say('return innerHeight'), (now) => now === 300), 300)

    await focus()
    for (const key of ['ctrl+s', 'ctrl+shift+s', 'alt+n', 'F9']) await xdotool('key', key)
    const titles = async () => (await say('return seen')).map((/** @type {any} */ { title, parent, type, state, window }) => [title, parent, type, state, window].join())
    assert.deepEqual(await until(titles, ({ length }) => length >= 3), ['Save,File,system,0,0', 'Save as,File,system,0,0', 'Leave,File,system,0,0'])
    // Typing goes to the page, and what the system does itself is not told.
    await say("document.body.innerHTML = '<input id=i value=hello>'; i.focus(); i.setSelectionRange(0, 0)")
    await xdotool('key', 's')
    assert.equal(await until(() => say('return i.value'), (text) => text !== 'hello'), 'shello')
    await xdotool('key', 'ctrl+a')
    assert.equal(await until(() => say('return i.selectionEnd - i.selectionStart'), (count) => count === 6), 6)
    assert.equal((await say('return seen')).length, 3)

    await say('await application.setSystemMenuItemEnabled({ indexMain: 0, indexSub: 0, enabled: false })')
    await say('await application.setSystemMenuItemEnabled({ indexMain: 0, indexSub: 3, enabled: true })')
    await xdotool('key', 'ctrl+s')
    await xdotool('key', 'alt+n')
    assert.deepEqual((await until(titles, ({ length }) => length >= 4)).slice(3), ['Never,File,system,0,0'])
    await assert.rejects(say('await application.setSystemMenuItemEnabled({ indexMain: 0, indexSub: 9, enabled: true })'), { code: 'ERR_OUT_OF_RANGE', message: /there is no entry \[0, 9\]/ })

    await say("await application.setSystemMenu({ value: '' })")
    assert.ok(await until(() => say('return innerHeight'), (now) => now > 300) > 300, 'without a bar the page has its place')
    await xdotool('key', 'F9')
    await xdotool('key', 'x')
    await until(() => say('return i.value'), (text) => text === 'x')
    assert.equal((await say('return seen')).length, 4)
  })
})

test('entries are chosen with the pointer, have marks, and menus in menus', { timeout }, async () => {
  await drive(xvfb, { ini }, async (say) => {
    await say(hear)
    await say(`await application.setSystemMenu({ value: [{ label: 'View', items: [
      { label: 'Grid', id: 'grid', checked: false },
      { label: 'More', items: [{ label: 'Deep', id: 'deep', accelerator: 'Alt+Control+D' }] }] }] })`)
    await focus()
    await xdotool('key', 'ctrl+alt+d')
    const last = async () => (await until(() => say('return seen'), ({ length }) => length > 0)).at(-1)
    assert.deepEqual(await last(), { type: 'system', window: 0, title: 'Deep', parent: 'More', id: 'deep', checked: null, state: '0' })
    for (const checked of [true, false, true]) {
      await say('seen.length = 0')
      // F10 opens the bar.
      await xdotool('key', 'F10')
      await popup()
      await xdotool('key', 'Down', 'Return')
      assert.deepEqual(await last(), { type: 'system', window: 0, title: 'Grid', parent: 'View', id: 'grid', checked, state: '0' })
    }
    // The mark stays when something else changes.
    await say('seen.length = 0; await application.setSystemMenuItemEnabled({ indexMain: 0, indexSub: 1, enabled: false })')
    await xdotool('key', 'F10')
    await popup()
    await xdotool('key', 'Down', 'Return')
    assert.equal((await last()).checked, false)
    // Another window gets the bar of all; one with its own keeps it.
    const other = "globalThis.other = await application.createWindow({ path: '/blank.html', title: 'Other', width: 300, height: 200 }); return (await other.refresh()).height"
    assert.ok(await until(() => say(`${other}`.replace('globalThis.other = await application.createWindow', 'globalThis.other ??= await application.createWindow')), (height) => height < 200) < 200)
    await say("await application.setSystemMenu({ index: other.index, value: [{ label: 'Own', items: [] }] }); await application.setSystemMenu({ value: [] })")
    assert.ok((await say('return (await other.refresh()).height')) < 200)
    await assert.rejects(say("await application.setSystemMenu({ index: 9, value: [{ label: 'Own', items: [] }] })"), { code: 'ERR_WINDOW' })
  })
})

test('the menu of a click is where the pointer is, and says what was chosen', { timeout }, async () => {
  await drive(xvfb, { ini }, async (say) => {
    await say(`${hear}; addEventListener('contextmenu', async (event) => {
      event.preventDefault()
      await (await application.getCurrentWindow()).setContextMenu({ Open_it: 'open', Close: 'close' })
    })`)
    await focus()
    await xdotool('click', '3')
    const pointer = (await xdotool('getmouselocation')).match(/\d+/g)?.slice(0, 2).map(Number)
    const place = await choose(1, 2)
    assert.ok([0, 1].every((axis) => Math.abs(place[axis] - Number(pointer?.[axis])) <= 2), `at ${place}, not at ${pointer}`)
    const seen = await until(() => say('return seen'), ({ length }) => length > 0)
    assert.deepEqual(seen, [{ type: 'context', window: 0, title: 'Close', parent: '', id: 'close', checked: null, state: '0' }])
    await say("seen.length = 0; await (await application.getCurrentWindow()).setContextMenu({ x: 10, y: 10, items: [{ label: 'One', id: '1' }] })")
    await choose(0, 1)
    assert.equal((await until(() => say('return seen'), ({ length }) => length > 0))[0].id, '1')
  })
})

test('what is wrong about a menu is said, and the old one stays', { timeout }, async () => {
  await drive(xvfb, { ini }, async (say) => {
    await say("globalThis.set = (value) => application.setSystemMenu({ value }); await set([{ label: 'A', items: [] }])")
    const height = await until(() => say('return innerHeight'), (now) => now < 400)
    /** @type {Array<[unknown, string, RegExp]>} */
    const wrong = [
      ['File\n;', 'ERR_INVALID_ARG_VALUE', /line 1 of the menu: `File` is not the title/],
      ['File:\nSave\n;', 'ERR_INVALID_ARG_VALUE', /line 2 of the menu: `Save` has no colon/],
      ['File:\n: s\n;', 'ERR_INVALID_ARG_VALUE', /line 2 of the menu: the label is missing/],
      ['File:\nSave: s\n', 'ERR_INVALID_ARG_VALUE', /`File` has no `;`/],
      [';', 'ERR_INVALID_ARG_VALUE', /line 1 of the menu: this `;` ends no menu/],
      ['File:\nSave: s + Hyper\n;', 'ERR_INVALID_ARG_VALUE', /`s` and `Hyper` are two keys, or one is no modifier/],
      ['File:\nSave: Alt\n;', 'ERR_INVALID_ARG_VALUE', /has modifiers and no key/],
      [[{ label: 'File', items: [{ label: 'Save', accelerator: 'Alt+Nokey' }] }], 'ERR_INVALID_ARG_VALUE', /there is no key "Nokey"/],
      [7, 'ERR_INVALID_ARG_VALUE', /a menu is text, or a list/],
      [[null], 'ERR_INVALID_ARG_VALUE', /an entry of a menu is an object/],
      [[{ label: 'x', role: 'fly' }], 'ERR_IPC_REQUEST', /fly/],
      [Array(2001).fill({ label: 'x' }), 'ERR_OUT_OF_RANGE', /at most 2000 entries/]
    ]
    for (const [value, code, message] of wrong) await assert.rejects(say(`await set(${JSON.stringify(value)})`), { code, message }, String(message))
    assert.equal(await say('return innerHeight'), height)
  })
})

test('headless, a bar is no error and a menu that nobody could see is', { timeout }, async () => {
  await drive(xvfb, { ini, args: ['--headless'] }, async (say) => {
    const height = await say('return innerHeight')
    await say("await application.setSystemMenu({ value: 'File:\\n Save: s\\n;' })")
    await say('await application.setSystemMenuItemEnabled({ indexMain: 0, indexSub: 0, enabled: false })')
    assert.equal(await say('return innerHeight'), height)
    await assert.rejects(say("await (await application.getCurrentWindow()).setContextMenu({ a: 'b' })"), { code: 'ERR_WINDOW', message: /headless/ })
  })
})
