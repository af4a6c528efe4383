/** Every option of windows, as people see it: under a window manager, asked of the X server where it can be. */
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

/** @param {string} program @param {string[]} args */
const tool = async (program, ...args) => (await run(program, args, { env: { ...process.env, DISPLAY: xvfb.display } })).stdout.trim()

/** @param {string} title */
async function find (title) {
  const found = await until(() => tool('xdotool', 'search', '--name', `^${title}$`).catch(() => ''), (text) => text !== '')
  assert.notEqual(found, '', `there is no window ${title}`)
  return found.split('\n')[0]
}

/** What X knows of a window. @param {string} title @param {string[]} names */
const property = async (title, ...names) => await tool('xprop', '-id', await find(title), ...names)

/** What changes in the state of a window, or what X says then. @type {Array<[string, Record<string, any>, Record<string, any> | ((title: string) => Promise<string>), RegExp?]>} */
const TABLE = [
  ['a title', { title: 'Other' }, { title: 'Other' }],
  ['a size', { width: 400, height: '300' }, { width: 400, height: 300 }],
  ['a size with a unit', { width: '450px' }, { width: 450, height: 300 }],
  ['a part of the screen', { width: '50%', height: '25%' }, { width: 640, height: 256 }],
  ['a place', { x: 200, y: 150 }, { x: 200, y: 150 }],
  ['a place, half of it', { x: 250 }, { x: 250, y: 150 }],
  ['a smallest size', { minWidth: 700, minHeight: 400 }, { width: 700, height: 400 }],
  ['no smallest size', { minWidth: 0, minHeight: 0, width: 500, height: 400 }, { width: 500, height: 400 }],
  ['a largest size', { maxWidth: 420, maxHeight: 320 }, { width: 420, height: 320 }],
  ['no largest size', { maxWidth: 1280, maxHeight: 1024, width: 500, height: 400 }, { width: 500, height: 400 }],
  ['filling the work area', { maximized: true }, { maximized: true }],
  ['and no longer', { maximized: false }, { maximized: false, width: 500, height: 400 }],
  ['filling the screen', { fullscreen: true }, { fullscreen: true, width: 1280, height: 1024 }],
  ['and no longer', { fullscreen: false }, { fullscreen: false, width: 500, height: 400 }],
  ['in the task bar', { minimized: true }, { minimized: true }],
  ['and back', { minimized: false, focused: true }, { minimized: false, focused: true }],
  ['hidden', { visible: false }, { visible: false, status: 21 }],
  ['shown', { visible: true }, { visible: true, status: 31 }],
  ['above all others', { alwaysOnTop: true }, (title) => property(title, '_NET_WM_STATE'), /_NET_WM_STATE_ABOVE/],
  ['not above all others', { alwaysOnTop: false }, (title) => property(title, '_NET_WM_STATE'), /^(?!.*_ABOVE)/],
  ['kept out of the task bar', { utility: true }, (title) => property(title, '_NET_WM_STATE'), /_NET_WM_STATE_SKIP_TASKBAR/],
  ['in the task bar again', { utility: false }, (title) => property(title, '_NET_WM_STATE'), /^(?!.*SKIP_TASKBAR)/],
  ['without a frame', { frameless: true }, (title) => property(title, '_MOTIF_WM_HINTS'), /= 0x2, 0x[0-9a-f]+, 0x0,/],
  ['with a frame', { frameless: false }, (title) => property(title, '_MOTIF_WM_HINTS'), /= 0x2, 0x[0-9a-f]+, 0x1,/],
  ['of one size', { resizable: false }, (title) => property(title, 'WM_NORMAL_HINTS'), /maximum size: 500 by 400/],
  ['of any size', { resizable: true }, (title) => property(title, 'WM_NORMAL_HINTS'), /^(?!.*maximum size: 500 by 400)/s],
  ['without a button that closes', { closable: false }, (title) => property(title, '_MOTIF_WM_HINTS'), /= 0x3, 0x21,/],
  ['with one', { closable: true }, (title) => property(title, '_MOTIF_WM_HINTS'), /^(?!.*0x21)/]
]

test('every option of a window does what it says', { timeout }, async () => {
  await drive(xvfb, { ini: '[window]\nwidth = 600\nheight = 450' }, async (say) => {
    await say("globalThis.other = await application.createWindow({ path: '/blank.html', title: 'Other', width: 500, height: 400, x: 100, y: 100 })")
    await find('Other')
    for (const [name, options, expected, pattern] of TABLE) {
      await say(`await other.update(${JSON.stringify(options)})`)
      if (typeof expected === 'function') {
        const title = 'Other'
        const said = await until(() => expected(title), (text) => pattern?.test(text) === true)
        assert.match(said, pattern ?? /./, name)
      } else {
        const pick = (/** @type {any} */ state) => Object.fromEntries(Object.keys(expected).map((key) => [key, state[key]]))
        const state = await until(async () => pick(await say('return await other.refresh()')), (state) => JSON.stringify(state) === JSON.stringify(expected))
        assert.deepEqual(state, expected, name)
      }
    }
  })
})

/** @type {Array<[string, Record<string, any>, string, RegExp]>} */
const WRONG = [
  ['a size that is none', { width: 'wide' }, 'ERR_INVALID_ARG_VALUE', /width: .*"wide" is not a length/],
  ['a size below nothing', { height: -1 }, 'ERR_INVALID_ARG_VALUE', /height: /],
  ['a switch that is none', { resizable: 'yes' }, 'ERR_IPC_REQUEST', /resizable|boolean/],
  ['a zoom that is too large', { zoom: 9 }, 'ERR_OUT_OF_RANGE', /zoom: 9 is not between 0\.25 and 5/],
  ['a theme that is none', { theme: 'pink' }, 'ERR_IPC_REQUEST', /pink/],
  ['a colour that is none', { backgroundColor: [300, 0, 0, 1] }, 'ERR_IPC_REQUEST', /300/],
  ['an address outside', { url: 'https://example.com/' }, 'ERR_ACCESS_DENIED', /is not a page of this app/]
]

test('what is wrong about an option is said', { timeout }, async () => {
  await drive(xvfb, {}, async (say) => {
    for (const [name, options, code, message] of WRONG) {
      await assert.rejects(say(`await (await application.getCurrentWindow()).update(${JSON.stringify(options)})`), { code, message }, name)
      const { url, ...rest } = options
      await assert.rejects(say(`await application.createWindow({ path: ${JSON.stringify(url ?? '/blank.html')}, ...${JSON.stringify(rest)} })`), { code, message }, `${name}, of a new window`)
    }
    assert.deepEqual(await say('return Object.keys(await application.getWindows())'), ['0'], 'no window stays of what failed')
    await assert.rejects(say("await application.createWindow({ path: '/blank.html', index: 0 })"), { code: 'ERR_WINDOW', message: /the window 0 is open already/ })
    await assert.rejects(say("await application.createWindow({ path: '/blank.html', index: 256 })"), { code: 'ERR_OUT_OF_RANGE' })
    await assert.rejects(say('await application.createWindow({})'), { code: 'ERR_INVALID_ARG_TYPE' })
    await assert.rejects(say('await application.getWindow(7)'), { code: 'ERR_WINDOW', message: /there is no window 7/ })
  })
})

test('a page has its theme, its zoom and its colour', { timeout }, async () => {
  await drive(xvfb, {}, async (say) => {
    await say("globalThis.mine = await application.getCurrentWindow(); const dark = matchMedia('(prefers-color-scheme: dark)'); dark.onchange = () => seen.push(dark.matches); await mine.setTheme('light')")
    await until(() => say("return matchMedia('(prefers-color-scheme: dark)').matches"), (dark) => dark === false)
    await say("seen.length = 0; await mine.setTheme('dark')")
    assert.deepEqual(await until(() => say('return seen'), (seen) => seen.length > 0), [true], 'its page hears of it')
    await say("await mine.setTheme('light')")
    assert.deepEqual(await until(() => say('return seen'), (seen) => seen.length > 1), [true, false])
    const width = await say('return innerWidth')
    await say('await mine.setZoom(2)')
    assert.equal(await until(() => say('return innerWidth'), (value) => value === Math.round(width / 2)), Math.round(width / 2))
    await say('await mine.setZoom(1); await mine.setBackgroundColor({ red: 255, green: 0, blue: 0 }); document.body.style.background = "transparent"')
    const red = async () => (await run('sh', ['-c', 'import -window root -crop 1x1+640+512 -depth 8 txt:-'], { env: { ...process.env, DISPLAY: xvfb.display } })).stdout
    assert.match(await until(red, (text) => /#FF0000/i.test(text)), /#FF0000/i)
  })
})

test('before a page is painted its window has the colour of socket.ini', { timeout }, async () => {
  const files = { 'clear.html': '<!doctype html><title>clear</title><style>html, body { background: transparent }</style>' }
  await drive(xvfb, { ini: '[window]\nbackgroundColorLight = "#00ff00"\nbackgroundColorDark = "rgb(0, 0, 255)"', files }, async (say) => {
    const colour = async () => (await run('import', ['-window', 'root', '-crop', '1x1+150+150', '-depth', '8', 'txt:-'], { env: { ...process.env, DISPLAY: xvfb.display } })).stdout
    for (const [theme, expected] of /** @type {const} */ ([['light', /#00FF00/i], ['dark', /#0000FF/i]])) {
      await say(`await (await application.getCurrentWindow()).setTheme('${theme}'); globalThis.clear = await application.createWindow({ path: '/clear.html', title: 'clear', x: 100, y: 100, width: 200, height: 200 })`)
      assert.match(await until(colour, (text) => expected.test(text)), expected)
      await say('await clear.close()')
    }
  })
})

test('a page may keep its window from being closed, and people may insist', { timeout }, async () => {
  await drive(xvfb, { ini: '[window]\nwidth = 600\nheight = 400' }, async (say, running) => {
    await say("addEventListener('windowclosing', (event) => { seen.push('asked'); if (globalThis.keep) event.preventDefault() }); globalThis.keep = true")
    // As the button of the frame does it.
    const ask = async () => await tool('xdotool', 'key', 'alt+F4')
    // Keys of the window manager go to the window that it holds for the active one.
    await tool('xdotool', 'windowactivate', '--sync', await find('driven'))
    await ask()
    assert.deepEqual(await until(() => say('return seen'), (seen) => seen.length > 0), ['asked'])
    assert.equal((await say('return await (await application.getCurrentWindow()).refresh()')).visible, true)
    await say('globalThis.keep = false')
    await ask()
    assert.equal((await running.ended).code, 0)
  })
})

test('a page that hangs cannot keep its window', { timeout }, async () => {
  await drive(xvfb, {}, async (say, running) => {
    const window = await find('driven')
    await say("addEventListener('windowclosing', (event) => { event.preventDefault(); for (;;); })")
    await tool('xdotool', 'windowactivate', '--sync', window)
    await tool('xdotool', 'key', 'alt+F4')
    await tool('xdotool', 'key', 'alt+F4')
    assert.equal((await running.ended).code, 0)
  })
})
