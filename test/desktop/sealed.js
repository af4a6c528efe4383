/** A build for users: its manifest, and what the runtime refuses. The manifest is written here by docs/security.md alone. */
import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'

import { seal, startXvfb, withApp } from './app.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const timeout = 120_000
const CHUNK = 256 * 1024
const CONFIG = 78

const page = `<!doctype html><title>t</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'self' socket:; script-src 'self' socket:; connect-src 'self' ipc:">
<script type="module" src="/index.js"></script>`

// What differs from piece to piece, 5 pieces and a bit.
const large = Buffer.alloc(5 * CHUNK + 99, 0).map((_, index) => (index >> 10) % 251)

const files = {
  'index.html': page,
  'small.txt': 'small and whole',
  'lib/part.cjs': 'module.exports = 42',
  'large.bin': large,
  'huge.js': `export default 1 //${'x'.repeat(6 * CHUNK)}`,
  'index.js': `
    import { exit } from 'socket:process'
    import fs from 'socket:fs/promises'
    import { createRequire } from 'socket:module'
    const say = async (name, work) => {
      try { console.log(name, await work()) } catch (error) { console.log(name, 'failed', error.code ?? error.name, error.message) }
    }
    const get = async (path, range) => {
      const answer = await fetch(path, { headers: range ? { range } : {} })
      return answer.status + ' ' + new Uint8Array(await answer.arrayBuffer()).length
    }
    await say('small', () => get('/small.txt'))
    await say('large', () => get('/large.bin'))
    await say('first', () => get('/large.bin', 'bytes=0-9'))
    await say('last', () => get('/large.bin', 'bytes=-9'))
    await say('own', () => get('/socket.manifest'))
    await say('html', () => get('/other.html'))
    await say('huge', async () => (await import('/huge.js')).default)
    await say('require', () => createRequire(import.meta.url)('./lib/part.cjs'))
    await fs.writeFile('added.js', 'console.log("never")')
    await say('added', () => get('/added.js'))
    await say('import', () => import('/added.js'))
    await say('done', () => '.')
    exit(0)`,
  'other.html': '<p>other'
}

/**
 * @param {(app: { path: string, executable: string }) => void} change  after the manifest was written
 * @param {{ ini?: string, before?: (app: { path: string, executable: string }) => void, after?: (app: { path: string, executable: string }) => void, files?: Record<string, string | Uint8Array> }} [options]
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
 */
async function start (change, { ini = '', before, after, files: more = {} } = {}) {
  /** @type {any} */
  let result
  await withApp(xvfb, { ...files, ...more }, { ini }, async (app, env) => {
    const config = join(app.path, 'socket.ini')
    writeFileSync(config, readFileSync(config, 'utf8').replace('debug = true', 'debug = false'))
    before?.(app)
    seal(app)
    change(app)
    result = await app.run(['--headless'], env).ended
    after?.(app)
  })
  return result
}

/**
 * @param {string} path
 * @param {number} at
 */
const flip = (path, at) => (/** @type {{ path: string }} */ app) => {
  const file = join(app.path, path)
  const bytes = readFileSync(file)
  bytes[at] ^= 1
  writeFileSync(file, bytes)
}

test('an app that is as it was built', { timeout }, async () => {
  const { code, stdout, stderr } = await start(() => {})
  assert.equal(code, 0, stdout + stderr)
  for (const line of ['small 200 15', `large 200 ${large.length}`, 'first 206 10', 'last 206 9', 'huge 1', 'require 42']) {
    assert.ok(stdout.split('\n').includes(line), `no ${line} in ${stdout}\n${stderr}`)
  }
  assert.match(stdout, /^html 200/m)
  assert.match(stdout, /^own 404/m)
  // What was written beside the app while it ran is not served, nor run.
  assert.match(stdout, /^added 500/m)
  assert.match(stdout, /^import failed/m)
  assert.doesNotMatch(stdout, /never/)
  assert.match(stderr, /added\.js is not part of the app/)
})

for (const [name, path, at, expected, others] of /** @type {[string, string, number, RegExp, RegExp[]][]} */ ([
  ['a small file', 'small.txt', 3, /^small 500/m, [/^large 200/m]],
  ['a page', 'other.html', 3, /^html 500/m, [/^small 200/m]],
  ['a part of a large file', 'large.bin', 3 * CHUNK, /^large failed/m, [/^first 206 10$/m, /^last 206 9$/m, /^small 200/m]],
  ['the end of a large file', 'large.bin', 5 * CHUNK + 98, /^large failed/m, [/^first 206 10$/m, /^last (500|failed)/m]],
  // The altered byte is in a comment: the script would run.
  ['the end of a large script', 'huge.js', 6 * CHUNK, /^huge failed/m, [/^small 200/m]],
  ['a file that require reads', 'lib/part.cjs', 18, /^require failed/m, [/^small 200/m]]
])) {
  test(`${name} that was altered is refused`, { timeout }, async () => {
    const { code, stdout, stderr } = await start(flip(path, at))
    assert.equal(code, 0, stdout + stderr)
    for (const line of [expected, ...others]) assert.match(stdout, line, stderr)
    assert.match(stderr, new RegExp(`${path} is not what it was when the app was built: its content`), stdout)
  })
}

test('an app does not start', { timeout: 2 * timeout }, async (t) => {
  /** @type {[string, Parameters<typeof start>[0], RegExp, Parameters<typeof start>[1]?][]} */
  const cases = [
    ['without its manifest', app => rmSync(join(app.path, 'socket.manifest')), /there is no .*socket\.manifest/],
    ['with one that is broken', app => appendFileSync(join(app.path, 'socket.manifest'), 'x\n'), /socket\.manifest, line \d+: /],
    ['without one of its files', app => rmSync(join(app.path, 'lib/part.cjs')), /lib\/part\.cjs is missing/],
    ['with a file more', app => { mkdirSync(join(app.path, 'new')); writeFileSync(join(app.path, 'new/x.js'), '') }, /new\/x\.js is not part of the app/],
    ['with a file that is longer', app => appendFileSync(join(app.path, 'small.txt'), '!'), /small\.txt .* it has 16 bytes, not 15/],
    ['with another socket.ini', app => {
      const file = join(app.path, 'socket.ini')
      writeFileSync(file, readFileSync(file, 'utf8').replace('test-app', 'best-app'))
    }, /socket\.ini is not what it was/],
    ['as a development build all at once', app => {
      const file = join(app.path, 'socket.ini')
      writeFileSync(file, readFileSync(file, 'utf8').replace('debug = false', 'debug = true '))
    }, /socket\.ini is not what it was/]
  ]
  for (const [name, change, words, options] of cases) {
    await t.test(name, async () => {
      const { code, stdout, stderr } = await start(change, options)
      assert.equal(code, CONFIG, stdout + stderr)
      assert.match(stderr, words)
      assert.match(stderr, /\n hint: /)
      assert.equal(stdout, '')
    })
  }
})

test('a signature binds the manifest to a key', { timeout: 2 * timeout }, async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')
  const signed = (/** @type {{ path: string }} */ app) => {
    const bytes = readFileSync(join(app.path, 'socket.manifest'))
    writeFileSync(join(app.path, 'socket.manifest.sig'), `socket-signature 1\nkey ${key}\nsignature ${sign(null, bytes, privateKey).toString('hex')}\n`)
  }
  const ini = `[manifest]\npublic_key = ${key}`
  const good = await start(signed, { ini })
  assert.equal(good.code, 0, good.stderr)
  assert.match(good.stdout, /^done/m)
  const none = await start(() => {}, { ini })
  assert.equal(none.code, CONFIG)
  assert.match(none.stderr, /there is no .*socket\.manifest\.sig/)
  const forged = await start(app => {
    signed(app)
    flip('small.txt', 0)(app)
    seal(/** @type {any} */ (app))
  }, { ini })
  assert.equal(forged.code, CONFIG)
  assert.match(forged.stderr, /it is not a signature of this manifest/)
})

test('a backend starts only when no file was altered', { timeout: 2 * timeout }, async () => {
  const index = `
    import application, { backend } from 'socket:application'
    import { exit } from 'socket:process'
    const ended = new Promise(resolve => addEventListener('backend-exit', resolve, { once: true }))
    try { await backend.open(); console.log('opened'); await ended } catch (error) { console.log('refused', error.code) }
    exit(0)`
  const ini = '[linux]\ncmd = ./run.sh\n[mac]\ncmd = ./run.sh'
  const more = { 'index.js': index, 'run.sh': '#!/bin/sh\nexec ./data/real.sh', 'data/real.sh': '#!/bin/sh\necho "python: $PYTHONDONTWRITEBYTECODE" > ../written' }
  const before = (/** @type {{ path: string }} */ app) => { for (const file of ['run.sh', 'data/real.sh']) chmodSync(join(app.path, file), 0o755) }
  let written = ''
  const after = (/** @type {{ path: string }} */ app) => { written = readFileSync(join(app.path, '../written'), 'utf8') }
  const good = await start(() => {}, { ini, before, after, files: more })
  assert.match(good.stdout, /^opened$/m, good.stderr)
  assert.equal(written, 'python: 1\n', 'nothing that is made beside the files by itself')
  const bad = await start(flip('data/real.sh', 12), { ini, before, files: more })
  assert.match(bad.stdout, /^refused ERR_APP_ALTERED$/m, bad.stderr)
})

test('development builds have no manifest', { timeout }, async () => {
  await withApp(xvfb, files, {}, async (app, env) => {
    appendFileSync(join(app.path, 'small.txt'), '!')
    const { code, stdout } = await app.run(['--headless'], env).ended
    assert.equal(code, 0)
    assert.match(stdout, /^small 200 16$/m)
    assert.equal(dirname(app.executable), app.path)
  })
})
