/**
 * `fs.watch` and `fs.watchFile` of Node and ours, side by side on the same files: the same arguments are refused in the
 * same words, and both tell the same of what happens.
 */
import nodeFs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'socket:fs'
import 'socket:util'
import { WRONG } from './support/compare.js'

// The pipe to our native half does not keep this process alive, as no call keeps a page.
const alive = setInterval(() => {}, 1000)
after(() => clearInterval(alive))

/** @param {import('node:test').TestContext} t */
function folder (t) {
  const made = nodeFs.mkdtempSync(path.join(os.tmpdir(), 'socket-watch-'))
  t.after(() => nodeFs.rmSync(made, { recursive: true, force: true }))
  return made
}

/** @param {() => any} work */
function outcome (work) {
  try {
    work()?.close?.()
    return 'fine'
  } catch (error) {
    const { name, code, message, syscall, errno, path, filename } = /** @type {any} */ (error)
    return { name, code, message, syscall, errno, path, filename }
  }
}

test('fs.watch, fs.watchFile, fs.unwatchFile: what they refuse', (t) => {
  const dir = folder(t)
  const cases = [
    ...WRONG.map((value) => ['watch', value]), ['watch', ''], ['watch', 'a\0b'], ['watch', `${dir}/missing`], ['watch', Buffer.from(`${dir}/missing`)],
    ['watch', new URL('http://x/y')], ['watch', dir, 'nonsense'], ['watch', dir, { encoding: 'nonsense' }], ['watch', dir, { signal: 1 }],
    ['watch', dir, { persistent: 1 }], ['watch', dir, 5],
    ...WRONG.filter((value) => typeof value !== 'function').map((value) => ['watchFile', `${dir}/x`, value]), ['watchFile', 5, () => {}], ['watchFile', 'a\0b', () => {}],
    ['watchFile', `${dir}/x`, { interval: 'x' }, () => {}], ['watchFile', `${dir}/x`, { interval: -1 }, () => {}],
    ['unwatchFile', 5], ['unwatchFile', `${dir}/never`]
  ]
  for (const [method, ...args] of /** @type {[string, ...any[]][]} */ (cases)) {
    // A string that is no path of a file here.
    if (method === 'watch' && typeof args[0] === 'string' && args[0] !== '' && nodeFs.existsSync(args[0]) && args[0] !== dir) continue
    const [theirs, own] = [nodeFs, fs].map((module) => outcome(() => /** @type {any} */ (module)[method](...args)))
    assert.deepEqual(own, theirs, `${method}(${args.map((one) => { try { return JSON.stringify(one) } catch { return typeof one } })})`)
  }
  for (const module of [nodeFs, fs]) module.unwatchFile(`${dir}/x`)
})

/**
 * Does something and collects what each tells of it, until both have told of `last`.
 *
 * @param {string} place
 * @param {any} options
 * @param {() => void} work
 * @param {string} last  name of the file that ends it
 */
async function both (place, options, work, last) {
  const told = await Promise.all([nodeFs, fs].map(async (module, index) => {
    /** @type {string[]} */
    const events = []
    const watcher = module.watch(place, options)
    await new Promise((resolve) => {
      watcher.on('change', (/** @type {string} */ type, /** @type {any} */ name) => {
        events.push(`${type} ${name}`)
        if (name.toString() === last) resolve(undefined)
      })
      if (index === 1) work()
    })
    const closed = new Promise((resolve) => watcher.once('close', () => resolve(undefined)))
    watcher.close()
    watcher.close()
    await closed
    return events
  }))
  return told.map((events) => [...new Set(events)])
}

for (const encoding of ['utf8', 'buffer', 'hex']) {
  test(`fs.watch: a directory (${encoding})`, async (t) => {
    const dir = folder(t)
    const last = encoding === 'hex' ? Buffer.from('last').toString('hex') : 'last'
    nodeFs.writeFileSync(`${dir}/old`, 'old')
    const [theirs, own] = await both(dir, encoding, () => {
      nodeFs.writeFileSync(`${dir}/é ☃`, '1')
      nodeFs.appendFileSync(`${dir}/é ☃`, '2')
      nodeFs.chmodSync(`${dir}/old`, 0o600)
      nodeFs.renameSync(`${dir}/old`, `${dir}/new`)
      nodeFs.mkdirSync(`${dir}/folder`)
      nodeFs.unlinkSync(`${dir}/é ☃`)
      nodeFs.writeFileSync(`${dir}/last`, '')
    }, last)
    assert.deepEqual(own, theirs)
  })
}

test('fs.watch: a file', async (t) => {
  const file = `${folder(t)}/file`
  nodeFs.writeFileSync(file, 'a')
  const [theirs, own] = await both(file, {}, () => nodeFs.appendFileSync(file, 'b'), 'file')
  assert.deepEqual(own, theirs)
})

test('fs.watch: everything below', async (t) => {
  const dir = folder(t)
  nodeFs.mkdirSync(`${dir}/a/b`, { recursive: true })
  const watcher = fs.watch(dir, { recursive: true })
  const told = new Promise((resolve) => watcher.on('change', (type, name) => { if (name === 'a/b/file') resolve(type) }))
  nodeFs.writeFileSync(`${dir}/a/b/file`, '')
  assert.equal(await told, 'rename')
  watcher.close()
})

test('fs.watch: an AbortSignal closes it', async (t) => {
  const dir = folder(t)
  for (const early of [true, false]) {
    for (const module of [nodeFs, fs]) {
      const controller = new AbortController()
      if (early) controller.abort()
      const watcher = module.watch(dir, { signal: controller.signal })
      const closed = new Promise((resolve) => watcher.once('close', () => resolve(undefined)))
      controller.abort()
      await closed
    }
  }
})

test('fs.promises.watch: an event after the other, until it is aborted', async (t) => {
  const dir = folder(t)
  const results = []
  for (const module of [nodeFs, fs]) {
    const controller = new AbortController()
    const events = /** @type {any} */ (module.promises.watch(dir, { signal: controller.signal }))
    const first = events.next()
    // Ours begins to watch with an answer from native code.
    const timer = setInterval(() => nodeFs.writeFileSync(`${dir}/file-${results.length}`, String(Math.random())), 5)
    const { value } = await first
    clearInterval(timer)
    controller.abort()
    const end = await (async () => { for await (const event of events) assert.ok(event) })().catch(({ name, code, message }) => ({ name, code, message }))
    results.push({ ...value, filename: value.filename.slice(0, 4), end })
  }
  assert.deepEqual({ ...results[1], eventType: 0 }, { ...results[0], eventType: 0 })
})

test('fs.promises.watch: what it refuses', async (t) => {
  const dir = folder(t)
  const controller = new AbortController()
  controller.abort()
  for (const args of [[5], ['a\0b'], [`${dir}/missing`], [dir, { signal: controller.signal }], [dir, 5], [dir, { encoding: 'nonsense' }], [dir, { recursive: 1 }], [dir, { persistent: 'x' }]]) {
    const [theirs, own] = await Promise.all([nodeFs, fs].map(async (module) => {
      try {
        await /** @type {any} */ (module.promises).watch(...args).next()
        return 'fine'
      } catch (error) {
        const { name, code, message, syscall, errno, path, filename } = /** @type {any} */ (error)
        return { name, code, message, syscall, errno, path, filename }
      }
    }))
    assert.deepEqual(own, theirs, JSON.stringify(args))
  }
})

test('fs.watchFile: missing, written, removed', async (t) => {
  const file = `${folder(t)}/file`
  const seen = await Promise.all([nodeFs, fs].map((module) => new Promise((resolve) => {
    /** @type {any[]} */
    const states = []
    const listener = (/** @type {any} */ now, /** @type {any} */ before) => {
      states.push([now.size, before.size, now.mtimeMs === 0, before.mtimeMs === 0])
      if (states.length === 3) {
        module.unwatchFile(file, listener)
        resolve(states)
      }
    }
    module.watchFile(file, { interval: 20 }, listener)
    listeners.push(states)
  })).concat(drive()))
  assert.deepEqual(seen[1], seen[0])

  async function drive () {
    const until = async (/** @type {number} */ count) => {
      while (listeners.some((states) => states.length < count)) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await until(1)
    nodeFs.writeFileSync(file, 'abc')
    await until(2)
    nodeFs.unlinkSync(file)
  }
})
/** @type {any[][]} */
const listeners = []
