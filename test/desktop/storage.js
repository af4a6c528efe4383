/** What pages store in the engine: shared by the windows of an app, kept between its runs, and nobody else's. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { go, startXvfb, untilGo, withApp } from './app.js'
import { until } from './drive.js'

const timeout = 120_000

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const page = '<!doctype html><title>t</title><script type="module" src="/index.js"></script>'

/** Stores a word everywhere, after it has said what is there. */
const store = `
  import application, { exit, createWindow } from 'socket:application'
  const open = () => new Promise((resolve, reject) => {
    const request = indexedDB.open('db', 1)
    request.onupgradeneeded = () => request.result.createObjectStore('s')
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const done = (request) => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error) })
  const read = async () => {
    const db = await open()
    const value = await done(db.transaction('s').objectStore('s').get('key'))
    db.close()
    return [localStorage.getItem('key'), value ?? null].join()
  }
  const write = async (word) => {
    localStorage.setItem('key', word)
    const db = await open()
    const transaction = db.transaction('s', 'readwrite', { durability: 'strict' })
    transaction.objectStore('s').put(word, 'key')
    await new Promise((resolve, reject) => { transaction.oncomplete = resolve; transaction.onabort = () => reject(transaction.error) })
    db.close()
  }
`

/** @param {string} script @param {Parameters<typeof withApp>[2]} options @param {Parameters<typeof withApp>[3]} work @param {Record<string, string>} [files] */
const run = (script, options, work, files = {}) => withApp(xvfb, { 'index.html': page, 'index.js': store + script, ...files }, options, work)

/**
 * Waits until a file below a folder has these bytes: the engine writes some of what pages store a moment later.
 *
 * @param {string} folder
 * @param {string} name  in the path of the file
 * @param {Buffer} bytes
 */
async function kept (folder, name, bytes) {
  const has = (/** @type {string} */ path) => {
    try {
      return path.includes(name) && statSync(join(folder, path)).isFile() && readFileSync(join(folder, path)).includes(bytes)
    } catch {
      // Files come and go.
      return false
    }
  }
  const list = () => existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []
  assert.ok(await until(() => list().some(has), Boolean), `${bytes} is not kept in ${name}`)
}

test('databases and localStorage are there in the next run and in every window', { timeout }, async () => {
  const script = `
    console.log('first', await read())
    await write('stored')
    const second = await createWindow({ path: '/second.html' })
    addEventListener('seen', async ({ detail }) => {
      console.log('second', detail)
      ${untilGo}
      exit(0)
    })`
  const files = {
    'second.html': '<!doctype html><script type="module" src="/second.js"></script>',
    'second.js': store + `
      const window = await application.getCurrentWindow()
      const mine = await read()
      await window.send({ window: 0, event: 'seen', value: mine })`
  }
  await run(script, {}, async (app, env) => {
    const first = app.run([], env)
    await kept(join(app.path, '../data'), 'localstorage', Buffer.from('stored', 'utf16le'))
    go(app)
    assert.match((await first.ended).stdout, /^first ,\nsecond stored,stored\n$/)
    assert.match((await app.run([], env).ended).stdout, /^first stored,stored\n/)
    const folder = join(app.path, '../data/com.example.test-app')
    for (const path of [folder, join(folder, 'webview-dev'), join(app.path, '../cache/com.example.test-app')]) {
      assert.equal(statSync(path).mode & 0o777, 0o700, path)
    }
    assert.ok(readdirSync(join(folder, 'webview-dev')).length > 0)
    // Headless runs and tests begin with nothing, leave nothing, and see nothing of it; and so with --test.
    const tmp = mkdtempSync(join(tmpdir(), 'socket-storage-'))
    try {
      const headless = await app.run(['--headless'], { ...env, TMPDIR: tmp }).ended
      assert.match(headless.stdout, /^first ,\nsecond stored,stored\n$/)
      assert.deepEqual(readdirSync(tmp).filter((name) => name.startsWith('socket-webview-')), [])
      // One that was killed leaves its folder to the next.
      mkdirSync(join(tmp, 'socket-webview-killed'))
      writeFileSync(join(tmp, 'socket-webview-killed/lock'), '')
      await app.run(['--headless'], { ...env, TMPDIR: tmp }).ended
      assert.deepEqual(readdirSync(tmp).filter((name) => name.startsWith('socket-webview-')), [])
    } finally {
      rmSync(tmp, { recursive: true, force: true })
    }
    const told = [`--storage=${join(app.path, '../told')}`, '--headless']
    rmSync(join(app.path, 'go'))
    const other = app.run(told, env)
    await kept(join(app.path, '../told'), 'localstorage', Buffer.from('stored', 'utf16le'))
    go(app)
    assert.match((await other.ended).stdout, /^first ,/)
    assert.match((await app.run(told, env).ended).stdout, /^first stored,stored/)
  }, files)
})

test('an ephemeral window keeps to itself, and clearStorage removes what there is', { timeout }, async () => {
  const script = `
    await write('stored')
    const other = await createWindow({ path: '/second.html', ephemeral: true })
    const error = await other.update({ ephemeral: false }).catch((error) => error)
    console.log(error.code)
    addEventListener('seen', async ({ detail }) => {
      console.log('ephemeral', detail)
      console.log('own', await read())
      await application.clearStorage()
      console.log('cleared', await read())
      exit(0)
    })`
  const files = {
    'second.html': '<!doctype html><script type="module" src="/second.js"></script>',
    'second.js': store + `
      const before = await read()
      await write('other')
      const window = await application.getCurrentWindow()
      await window.send({ window: 0, event: 'seen', value: before + ' ' + await read() })`
  }
  await run(script, {}, async (app, env) => {
    const { stdout, stderr } = await app.run([], env).ended
    assert.equal(stdout, 'ERR_INVALID_ARG_VALUE\nephemeral , other,other\nown stored,stored\ncleared ,\n', stderr)
    assert.match((await app.run(['--headless'], env).ended).stdout, /ephemeral , other,other\nown stored,stored\ncleared ,\n/)
  }, files)
})

test('cookies of a server are kept, and its answers are cached below the caches of the user', { timeout }, async () => {
  let asked = 0
  /** @type {(value?: unknown) => void} */
  let goes = () => {}
  const seen = new Promise((resolve) => { goes = resolve })
  const server = createServer((request, response) => {
    if (request.url === '/index.js') {
      response.writeHead(200, { 'Content-Type': 'text/javascript', 'Access-Control-Allow-Origin': '*' })
      return response.end("import { exit } from 'socket:application'\nconsole.log('cookie', document.cookie)\ndocument.cookie = 'a=b; max-age=10000'\nconsole.log(await (await fetch('/big')).text().then((text) => text.length))\nawait fetch('/go', { cache: 'no-store' })\nexit(0)")
    }
    if (request.url === '/go') return seen.then(() => response.end())
    if (request.url === '/big') {
      asked++
      response.writeHead(200, { 'Cache-Control': 'max-age=10000', 'Content-Type': 'text/plain' })
      return response.end('x'.repeat(100_000))
    }
    response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': 'connect-src ipc: *' })
    response.end(page)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  try {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
    await run('', {}, async (app, env) => {
      const args = [`--host=http://127.0.0.1:${port}`]
      const first = app.run(args, env)
      await kept(join(app.path, '../data'), 'cookies', Buffer.from('a\tb'))
      await kept(join(app.path, '../cache'), 'Records', Buffer.from('/big'))
      goes()
      assert.match((await first.ended).stdout, /^cookie \n100000\n/)
      assert.match((await app.run(args, env).ended).stdout, /^cookie a=b\n100000\n/)
      assert.equal(asked, 1, 'the second run has it')
      const cache = join(app.path, '../cache/com.example.test-app/webview-dev')
      assert.ok(readdirSync(cache).length > 0, 'what can be got again lies below the caches')
    })
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('where nothing can be kept the app says so and runs', { timeout }, async () => {
  await run('console.log(await read()); exit(0)', {}, async (app, env) => {
    const file = join(app.path, '../file')
    writeFileSync(file, '')
    const { code, stdout, stderr } = await app.run([], { ...env, XDG_DATA_HOME: file }).ended
    assert.equal(code, 0, stderr)
    assert.equal(stdout, ',\n')
    assert.match(stderr, /warning: .*file\/com\.example\.test-app.* cannot be made: .*: what pages store is lost when the app ends/)
    assert.equal(readFileSync(file, 'utf8'), '')
    assert.equal(existsSync(join(app.path, '../data')), false)
  })
})
