/** Dialogs in which people choose files, driven with the keyboard, and files that are dropped into a window. */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'

import { startXvfb, withApp } from './app.js'
import { drive } from './drive.js'

const run = promisify(execFile)
const timeout = 120_000

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
/** @type {string} */
let folder
before(async () => {
  xvfb = await startXvfb()
  folder = mkdtempSync(join(tmpdir(), 'socket-pickers-'))
  writeFileSync(join(folder, 'one file.txt'), 'the first')
  writeFileSync(join(folder, 'two.txt'), 'the second')
  mkdirSync(join(folder, 'below'))
  mkdirSync(join(folder, 'several'))
  for (const name of ['a.txt', 'b.txt', 'c.md']) writeFileSync(join(folder, 'several', name), name)
})
after(async () => {
  await xvfb?.stop()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

const page = '<!doctype html><title>pickers</title><body style="margin:0;height:100vh"><script type="module" src="/index.js"></script>'
const policy = "default-src 'self'; script-src 'self' socket:; connect-src ipc:"

/** @param {string[]} args */
const xdotool = async (...args) => (await run('xdotool', args, { env: { ...process.env, DISPLAY: xvfb.display } })).stdout.trim()

/** @param {string} title of a window that comes up */
async function shown (title) {
  for (let left = 200; ; left--) {
    const found = await xdotool('search', '--onlyvisible', '--name', title).catch(() => '')
    if (found !== '') return found.split('\n')[0]
    if (left === 0) throw new Error(`no window ${title} comes up`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/**
 * Picks a path: in GTK's dialog a slash begins to write one.
 *
 * @param {string} title @param {string} path
 */
async function choose (title, path) {
  const window = await shown(title)
  const open = () => xdotool('search', '--onlyvisible', '--name', title).then(() => true, () => false)
  const pause = () => new Promise((resolve) => setTimeout(resolve, 50))
  // The dialog may swallow what comes while it opens its entry, which no window of X tells of: until it is closed, it is
  // written again, each time more slowly. What was chosen tells whether all of it was written.
  for (let round = 0; round < 10 && await open(); round++) {
    await xdotool('windowfocus', '--sync', window).catch(() => {})
    // A name that is suggested is replaced.
    if (title === 'Save as' || round > 0) await xdotool('key', 'ctrl+a')
    await xdotool('type', path[0])
    for (let left = 8 * (round + 1); left > 0; left--) await pause()
    await xdotool('type', '--delay', '20', path.slice(1))
    for (let keys = 3; keys > 0 && await open(); keys--) {
      await xdotool('key', 'Return').catch(() => {})
      for (let left = 8 * (round + 1); left > 0 && await open(); left--) await pause()
    }
  }
}

/** @param {string} script @param {(running: import('./app.js').Running) => Promise<void>} work */
async function withPage (script, work) {
  const files = { 'index.html': page.replace('<body', `<meta http-equiv="Content-Security-Policy" content="${policy}"><body`), 'index.js': script }
  await withApp(xvfb, files, { ini: '[window]\nwidth = 600\nheight = 400' }, async (app, env) => {
    // A directory of its own, so that what the user's desktop remembers does not decide where dialogs begin.
    const running = app.run([], { ...env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder, NO_AT_BRIDGE: '1', GTK_USE_PORTAL: '0' })
    try {
      await work(running)
    } finally {
      running.child.kill()
      await running.ended
    }
  })
}

test('showOpenFilePicker: one file, and what is in it', { timeout }, async () => {
  await withPage(`
    const [handle] = await showOpenFilePicker({ title: 'Which file', types: [{ description: 'Texts', accept: { 'text/plain': ['.txt'] } }] })
    const file = await handle.getFile()
    console.log('chosen', handle.name, handle instanceof FileSystemFileHandle, file.size, await file.text())`, async (running) => {
    await choose('Which file', join(folder, 'one file.txt'))
    await running.printed(/^chosen one file\.txt true 9 the first$/m)
  })
})

/** A page that may use the files of its own data folder, and no others. @param {Parameters<typeof drive>[2]} work */
async function withNarrow (work) {
  // The data folder of the app is not among the files that are chosen.
  const data = mkdtempSync(join(tmpdir(), 'socket-pickers-data-'))
  const env = { HOME: data, XDG_CONFIG_HOME: data, XDG_DATA_HOME: data, NO_AT_BRIDGE: '1', GTK_USE_PORTAL: '0' }
  const ini = '[window]\nwidth = 600\nheight = 400\n[capabilities]\nread[] = $DATA/**\nwrite[] = $DATA/**\n'
  const files = {
    'tools.js': `
      import fs from 'socket:fs/promises'
      import { createFileSystemDirectoryHandle } from 'socket:fs/web'
      const code = (work) => work.then(value => String(value), error => error.code ?? error.name)
      globalThis.read = path => code(fs.readFile(path, 'utf8'))
      globalThis.write = (path, text) => code(fs.writeFile(path, text))
      globalThis.handleOf = createFileSystemDirectoryHandle`,
    'other.html': '<!doctype html><title>other</title><script type="module" src="/other.js"></script>',
    'other.js': `
      import '/tools.js'
      const path = decodeURIComponent(location.hash.slice(1))
      console.log('another window', await read(path), await write(path, 'by another window'))`
  }
  try {
    await drive(xvfb, { files, ini, env }, async (say, ...rest) => {
      await say("await import('/tools.js')")
      await work(say, ...rest)
    })
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

/** @param {string} title @param {string[]} keys pressed until the dialog is gone: a busy one may swallow some */
async function press (title, ...keys) {
  const window = await shown(title)
  const open = () => xdotool('search', '--onlyvisible', '--name', title).then(() => true, () => false)
  for (let left = 60; await open(); left--) {
    if (left === 0) throw new Error(`the dialog ${title} does not close`)
    await xdotool('windowfocus', window).catch(() => {})
    for (const key of keys) await xdotool('key', key)
    for (let looks = 10; looks > 0 && await open(); looks--) await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('whoever does not choose', { timeout }, async () => {
  await withNarrow(async (say) => {
    for (const picker of ['showOpenFilePicker', 'showSaveFilePicker', 'showDirectoryPicker']) {
      const answer = say(`return await ${picker}({ title: 'Nothing of it' }).catch(error => [error.name, error.code, error instanceof DOMException])`)
      await press('Nothing of it', 'Escape')
      assert.deepEqual(await answer, ['AbortError', 20, true], picker)
    }
  })
})

test('showOpenFilePicker: several, of the kinds that are offered', { timeout }, async () => {
  await withNarrow(async (say) => {
    /** @type {string[]} */
    let names = []
    // The list may not have been read yet when the keys come: then fewer are chosen, and people choose again.
    for (let left = 8; left > 0 && names.length !== 2; left--) {
      const answer = say(`
        const types = [{ description: 'Texts', accept: { 'text/plain': ['.txt'] } }]
        const handles = await showOpenFilePicker({ multiple: true, title: 'Which of them', types, excludeAcceptAllOption: true, startIn: await handleOf(${JSON.stringify(join(folder, 'several'))}) })
        return await Promise.all(handles.map(async handle => [handle.name, await (await handle.getFile()).text()].join()))`)
      await press('Which of them', 'ctrl+a', 'alt+o')
      names = await answer
    }
    assert.deepEqual(names.sort(), ['a.txt,a.txt', 'b.txt,b.txt'])
  })
})

test('a file that is chosen is given to this document, and to no other', { timeout }, async () => {
  const path = join(folder, 'given.txt')
  writeFileSync(path, 'the given one')
  await withNarrow(async (say, running) => {
    const [file, beside] = [path, join(folder, 'two.txt')].map((one) => JSON.stringify(one))
    assert.equal(await say(`return await read(${file})`), 'ERR_ACCESS_DENIED', 'before it is chosen')
    const chosen = say("const [handle] = await showOpenFilePicker({ title: 'Which file' }); globalThis.handle = handle; return handle.name")
    await choose('Which file', path)
    assert.equal(await chosen, 'given.txt')
    assert.deepEqual(await say(`return [await read(${file}), await (await handle.getFile()).text(), await handle.queryPermission({ mode: 'readwrite' }), await handle.requestPermission()]`),
      ['the given one', 'the given one', 'granted', 'granted'])
    assert.deepEqual(await say(`return [await read(${beside}), await write(${beside}, 'x')]`), ['ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED'], 'what lies beside it')

    await say(`
      const stream = await handle.createWritable({ keepExistingData: true })
      await stream.seek(4)
      await stream.write('first')
      await stream.write({ type: 'write', position: 0, data: 'THE' })
      await stream.truncate(9)
      await stream.close()`)
    assert.equal(readFileSync(path, 'utf8'), 'THE first')
    await say("const stream = await handle.createWritable(); await stream.write('lost'); await stream.abort()")
    assert.equal(readFileSync(path, 'utf8'), 'THE first', 'what is given up is not written')
    assert.ok(!existsSync(`${path}.crswap`), 'and leaves nothing beside it')

    await say(`await application.createWindow({ path: '/other.html#' + encodeURIComponent(${file}), title: 'Other', width: 200, height: 100 })`)
    await running.printed(/^another window ERR_ACCESS_DENIED ERR_ACCESS_DENIED$/m)
    assert.equal(await say(`return await read(${file})`), 'THE first', 'the one that chose it still may')

    // It never answers: what is said next is taken by the page that follows.
    say('location.reload(); await new Promise(() => {})').catch(() => {})
    await say("await import('/tools.js')")
    assert.deepEqual(await say(`return [typeof handle, await read(${file})]`), ['undefined', 'ERR_ACCESS_DENIED'], 'the document that follows')
  })
  assert.equal(readFileSync(path, 'utf8'), 'THE first')
})

test('a folder that is chosen is given with all that is below', { timeout }, async () => {
  const path = join(folder, 'given')
  mkdirSync(path)
  await withNarrow(async (say) => {
    const chosen = say("globalThis.root = await showDirectoryPicker({ title: 'Which folder', mode: 'readwrite' }); return root.name")
    await choose('Which folder', path)
    assert.equal(await chosen, 'given')
    assert.deepEqual(await say(`
      const failed = async (work) => await work.then(() => 'nothing', error => error.name)
      const deep = await (await root.getDirectoryHandle('one', { create: true })).getDirectoryHandle('two', { create: true })
      globalThis.file = await deep.getFileHandle('file.txt', { create: true })
      const stream = await file.createWritable()
      await stream.write('deep')
      await stream.close()
      await root.getFileHandle('top.txt', { create: true })
      const lists = [[], [], []]
      for await (const [name, handle] of root.entries()) lists[0].push(name + ' ' + handle.kind)
      for await (const name of root.keys()) lists[1].push(name)
      for await (const handle of root.values()) lists[2].push(handle.name)
      const again = await (await (await root.getDirectoryHandle('one')).getDirectoryHandle('two')).getFileHandle('file.txt')
      return [
        ...lists.map(list => list.sort().join()), (await root.resolve(file)).join(), await deep.resolve(root),
        await file.isSameEntry(again), await file.isSameEntry(deep), await (await again.getFile()).text(),
        await failed(root.getFileHandle('none')), await failed(root.getDirectoryHandle('top.txt')), await failed(root.getFileHandle('one')), await failed(root.getFileHandle('../two.txt')),
        await failed(root.removeEntry('one')), await failed(root.removeEntry('none'))
      ]`), [
      'one directory,top.txt file', 'one,top.txt', 'one,top.txt', 'one,two,file.txt', null,
      true, false, 'deep',
      'NotFoundError', 'TypeMismatchError', 'TypeMismatchError', 'TypeError',
      'InvalidModificationError', 'NotFoundError'
    ])
    assert.equal(readFileSync(join(path, 'one/two/file.txt'), 'utf8'), 'deep')
    assert.equal(await say(`return await read(${JSON.stringify(join(folder, 'two.txt'))})`), 'ERR_ACCESS_DENIED', 'what lies beside it')
    await say("await root.removeEntry('one', { recursive: true }); await root.removeEntry('top.txt')")
    assert.equal(await say('return await file.getFile().catch(error => error.name)'), 'NotFoundError')
    assert.deepEqual(readdirSync(path), [])
  })
})

test('showSaveFilePicker: what is written is there', { timeout }, async () => {
  await withPage(`
    const handle = await showSaveFilePicker({ title: 'Save as', suggestedName: 'new.txt' })
    const stream = await handle.createWritable()
    await stream.write('written')
    await stream.close()
    console.log('saved', handle.name)`, async (running) => {
    await choose('Save as', join(folder, 'saved.txt'))
    await running.printed(/^saved saved\.txt$/m)
    assert.equal(readFileSync(join(folder, 'saved.txt'), 'utf8'), 'written')
    assert.ok(!existsSync(join(folder, 'saved.txt.crswap')), 'nothing is left beside it')
  })
})

test('showDirectoryPicker: entries', { timeout }, async () => {
  await withPage(`
    const handle = await showDirectoryPicker({ title: 'Which folder' })
    const file = await handle.getFileHandle('made.txt', { create: true })
    const kinds = {}
    for await (const [name, { kind }] of handle) kinds[name] = kind
    console.log(handle.kind, kinds['made.txt'], kinds.below, (await handle.resolve(file)).join())`, async (running) => {
    await choose('Which folder', folder)
    await running.printed(/^directory file directory made\.txt$/m)
  })
})

test('a page whose policy does not name the dialog shows none', { timeout }, async () => {
  const meta = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'; script-src 'self' socket:; connect-src ipc://fs.*\">"
  const files = {
    'index.html': page.replace('<body', `${meta}<body`),
    'index.js': 'await showOpenFilePicker().catch(error => console.log(error.name, error.cause?.code))'
  }
  await withApp(xvfb, files, undefined, async (app, env) => {
    const running = app.run([], env)
    await running.printed(/^(NotAllowedError ERR_ACCESS_DENIED|InvalidStateError \S+)$/m)
    running.child.kill()
    await running.ended
  })
})

/** A window that a drag of files starts in. */
const source = `
import gi
gi.require_version('Gtk', '3.0')
from gi.repository import Gtk, Gdk
import sys
window = Gtk.Window(title='source', default_width=150, default_height=150)
window.move(800, 50)
box = Gtk.EventBox()
box.add(Gtk.Label(label='drag me'))
box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
box.drag_source_add_uri_targets()
box.connect('drag-data-get', lambda _b, _c, data, _i, _t: data.set_uris(sys.argv[1:]))
window.add(box)
window.show_all()
print('ready', flush=True)
Gtk.main()`

test('files that are dropped in', { timeout }, async (t) => {
  const has = await run('/usr/bin/python3', ['-c', "import gi; gi.require_version('Gtk', '3.0'); from gi.repository import Gtk"]).then(() => true, () => false)
  if (!has) {
    t.skip('needs python3-gi and gir1.2-gtk-3.0')
    return
  }
  await withPage(`
    addEventListener('dragover', event => { event.preventDefault(); console.log('over') })
    addEventListener('drop', async event => {
      event.preventDefault()
      const { files, items, types } = event.dataTransfer
      const handles = await Promise.all([...items].map(item => item.getAsFileSystemHandle()))
      console.log('drop', files.length, files[0].name, await files[0].text(), types.join(), handles.map(({ kind, name }) => kind + ' ' + name).join(), event.clientX > 0)
    })
    addEventListener('dropin', ({ details: { src, x, y } }) => console.log('dropin', src, x > 0 && y > 0))
    console.log('page ready')`, async (running) => {
    await running.printed(/page ready/)
    const window = await shown('pickers')
    await xdotool('windowmove', '--sync', window, '20', '50')
    const uris = ['one file.txt', 'below'].map((name) => new URL(`file://${join(folder, name)}`).href)
    const child = spawn('/usr/bin/python3', ['-c', source, ...uris], { env: { ...process.env, DISPLAY: xvfb.display, NO_AT_BRIDGE: '1' }, stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve))
      await shown('source')
      const pause = () => new Promise((resolve) => setTimeout(resolve, 100))
      await xdotool('mousemove', '870', '120')
      await xdotool('mousedown', '1')
      for (let x = 860; x >= 810; x -= 10) { await xdotool('mousemove', String(x), '120'); await pause() }
      for (let x = 700; x >= 250; x -= 50) { await xdotool('mousemove', String(x), '200'); await pause() }
      // The pointer moves until the page has seen that something is above it.
      for (let left = 600; left > 0 && !/^over$/m.test(running.stdout()); left--) { await xdotool('mousemove', String(240 + left % 2), '205'); await pause() }
      await pause()
      await xdotool('mouseup', '1')
      const [, line] = await running.printed(/^(drop .*)$/m)
      assert.equal(line, 'drop 1 one file.txt the first Files file one file.txt,directory below true')
      await running.printed(new RegExp(`^dropin ${folder}/one file\\.txt true$`, 'm'))
      await running.printed(new RegExp(`^dropin ${folder}/below true$`, 'm'))
    } finally {
      child.kill()
      await new Promise((resolve) => child.once('exit', resolve))
    }
  })
})
