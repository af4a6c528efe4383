/** What a document holds in native code, and when it lets go. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { promises, readFileSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { go, root, startXvfb, untilGo, withApp } from './app.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const timeout = 120_000
const page = '<!doctype html><title>t</title><script type="module" src="/index.js"></script>'

/**
 * @param {Record<string, string>} files
 * @param {Parameters<typeof withApp>[3]} work
 */
const run = (files, work) => withApp(xvfb, { 'index.html': page, ...files }, undefined, work)

/**
 * How often a process has a file open.
 *
 * @param {number} pid
 * @param {string} file
 */
function opened (pid, file) {
  return readdirSync(`/proc/${pid}/fd`).filter(fd => {
    try { return readlinkSync(`/proc/${pid}/fd/${fd}`).endsWith(file) } catch { return false }
  }).length
}

test('navigation closes what the page had open', { timeout }, async () => {
  const files = {
    'index.js': `
      import fs from 'socket:fs/promises'
      const handles = await Promise.all(Array.from({ length: 5 }, () => fs.open('data.txt')))
      console.log('open', handles.length)
      ${untilGo}
      location.href = '/next.html?fd=' + handles[0].fd`,
    'next.html': '<!doctype html><script type="module" src="/next.js"></script>',
    'next.js': `
      import fs from 'socket:fs'
      fs.read(Number(new URLSearchParams(location.search).get('fd')), new Uint8Array(1), 0, 1, 0, error => console.log('next', error?.code))`,
    'data.txt': 'x'
  }
  await run(files, async (app, env) => {
    const running = app.run(['--headless'], env)
    await running.printed(/open 5/)
    assert.equal(opened(running.child.pid ?? 0, 'data.txt'), 5)
    go(app)
    await running.printed(/next EBADF/)
    assert.equal(opened(running.child.pid ?? 0, 'data.txt'), 0)
    running.child.kill()
    await running.ended
  })
})

test('an aborted call ends natively', { timeout }, async () => {
  const files = {
    'index.js': `
      import { call } from 'socket:internal/ipc'
      import { exit } from 'socket:application'
      const controller = new AbortController()
      const waiting = call('ipc.events', undefined, { signal: controller.signal })
      setTimeout(() => controller.abort(new Error('enough')), 50)
      await waiting.catch(error => console.log(error.name, error.code, error.cause.message))
      const late = await call('ipc.events', undefined, { timeout: 50 }).catch(error => error)
      console.log(late.name, late.code)
      await call('ipc.events', undefined, { signal: AbortSignal.abort() }).catch(error => console.log('before', error.code))
      await exit()`
  }
  await run(files, async (app, env) => {
    const { stdout, stderr } = await app.run(['--headless'], env).ended
    assert.equal(stdout, 'AbortError ABORT_ERR enough\nTimeoutError ERR_IPC_TIMEOUT\nbefore ABORT_ERR\n', stderr)
  })
})

test('large files stream in and out, byte for byte', { timeout }, async () => {
  const files = {
    'index.js': `
      import fs from 'socket:fs/promises'
      import { exit } from 'socket:application'
      const hex = bytes => Array.from(new Uint8Array(bytes), byte => byte.toString(16).padStart(2, '0')).join('')
      const data = await fs.readFile('large.bin')
      console.log(data.byteLength, hex(await crypto.subtle.digest('SHA-256', data)))
      await fs.writeFile('copy.bin', data)
      const response = await fetch('/large.bin', { headers: { range: 'bytes=1048576-1048585' } })
      console.log(response.status, response.headers.get('content-range'), hex(await response.arrayBuffer()))
      await exit()`
  }
  await run(files, async (app, env) => {
    const data = Buffer.alloc(24 << 20)
    for (let i = 0, x = 1; i < data.length; i += 4) data.writeUInt32LE(x = (Math.imul(x, 1664525) + 1013904223) >>> 0, i)
    writeFileSync(join(app.path, 'large.bin'), data)
    const { stdout, stderr } = await app.run(['--headless'], env).ended
    const digest = createHash('sha256').update(data).digest('hex')
    const part = data.subarray(1 << 20, (1 << 20) + 10).toString('hex')
    assert.equal(stdout, `${data.length} ${digest}\n206 bytes 1048576-1048585/${data.length} ${part}\n`, stderr)
    assert.ok(readFileSync(join(app.path, 'copy.bin')).equals(data), 'what was written is what was read')
  })
})

test('workers call and import as pages do', { timeout }, async () => {
  const files = {
    'index.js': `
      import { exit } from 'socket:application'
      const worker = new Worker('/worker.js', { type: 'module' })
      worker.onmessage = ({ data }) => { console.log(JSON.stringify(data)); exit() }
      worker.onerror = event => { console.log('error', event.message); exit(1) }`,
    'worker.js': `
      import fs from 'socket:fs/promises'
      import { callSync } from 'socket:internal/ipc'
      const text = await fs.readFile('data.txt', 'utf8')
      let code
      try { callSync('fs.stat', { path: '/nothing' }) } catch (error) { code = error.code }
      postMessage({ text, code })`,
    'data.txt': 'from a worker'
  }
  await run(files, async (app, env) => {
    const { stdout, stderr } = await app.run(['--headless'], env).ended
    assert.equal(stdout, '{"text":"from a worker","code":"ENOENT"}\n', stderr)
  })
})

test('a page that reloads in the middle of writes: what was said to be written is, and nothing stays open', { timeout }, async () => {
  const files = {
    'index.js': `
      import fs from 'socket:fs'
      if (window.name.startsWith('again ')) {
        fs.write(Number(window.name.slice(6)), new Uint8Array(1), error => console.log('again', error?.code))
      } else {
        const handle = await fs.promises.open('stream.bin', 'w')
        window.name = 'again ' + handle.fd
        const piece = new Uint8Array(4 << 20)
        const begun = handle.write(piece).then(({ bytesWritten }) => console.log('wrote', bytesWritten))
        fs.promises.writeFile('whole.bin', new Uint8Array(64 << 20)).then(() => console.log('whole'), error => console.log('failed', error.code))
        await begun
        for (let i = 0; i < 8; i++) handle.write(piece).then(({ bytesWritten }) => console.log('wrote', bytesWritten), () => {})
        location.reload()
      }`
  }
  await run(files, async (app, env) => {
    const running = app.run(['--headless'], env)
    await running.printed(/again EBADF/)
    const pid = running.child.pid ?? 0
    // A write that the system has begun ends by itself, and closes the file then.
    while (opened(pid, 'stream.bin') + opened(pid, 'whole.bin') > 0) await new Promise(resolve => setTimeout(resolve, 20))
    const told = [...running.stdout().matchAll(/^wrote (\d+)$/gm)].reduce((sum, [, bytes]) => sum + Number(bytes), 0)
    assert.ok(told > 0 && statSync(join(app.path, 'stream.bin')).size >= told, 'what was told is there')
    if (/^whole$/m.test(running.stdout())) assert.equal(statSync(join(app.path, 'whole.bin')).size, 64 << 20)
    running.child.kill()
    await running.ended
  })
})

test('a full disk: the error is Node\'s, and nothing stays open', { timeout, skip: process.platform !== 'linux' && 'only Linux has /dev/full' }, async () => {
  const work = async (/** @type {typeof promises} */ fs, /** @type {string} */ path) => {
    /** @type {any[]} */
    const said = []
    const tell = (/** @type {any} */ error) => { said.push([error.code, error.errno, error.syscall, error.path, error.message]) }
    await fs.writeFile(path, 'x').catch(tell)
    await fs.appendFile(path, new Uint8Array(100_000)).catch(tell)
    const handle = await fs.open(path, 'w')
    await handle.write('x').catch(tell)
    await handle.writeFile('x').catch(tell)
    await handle.close()
    await handle.write('x').catch((/** @type {any} */ error) => said.push([error.code]))
    return JSON.stringify(said)
  }
  const files = {
    'index.js': `
      import fs from 'socket:fs/promises'
      console.log(await (${work})(fs, '/dev/full'))`
  }
  // The same text is run by Node, whose answer is the right one.
  const expected = await work(promises, '/dev/full')
  assert.match(expected, /ENOSPC/)
  await run(files, async (app, env) => {
    const running = app.run(['--headless'], env)
    const [line] = await running.printed(/^\[.*\]$/m)
    assert.equal(line, expected)
    assert.equal(opened(running.child.pid ?? 0, '/dev/full'), 0)
    running.child.kill()
    await running.ended
  })
})

test('a file that cannot be read to its end is an error, one that has shrunk is short: as in Node', { timeout, skip: process.platform !== 'linux' && 'only Linux loads a library before others in this way' }, async () => {
  const work = async (/** @type {any} */ fs) => {
    /** @type {any[]} */
    const said = []
    const tell = (/** @type {any} */ error) => said.push([error.code, error.errno, error.syscall, error.path, error.message])
    const size = (/** @type {Uint8Array} */ bytes) => said.push(bytes.byteLength)
    for (const [one, two, three] of [['failing', 'failing', 'failing'], ['shrinking-1', 'shrinking-2', 'shrinking-3']]) {
      await fs.promises.readFile(`${one}.bin`).then(size, tell)
      try { size(fs.readFileSync(`${two}.bin`)) } catch (error) { tell(error) }
      await new Promise(resolve => {
        let sum = 0
        const stream = fs.createReadStream(`${three}.bin`)
        stream.on('data', (/** @type {Uint8Array} */ chunk) => { sum += chunk.byteLength }).on('error', tell)
        stream.on('close', () => resolve(said.push([sum, stream.bytesRead])))
      })
    }
    return JSON.stringify(said)
  }
  const files = {
    'index.js': `
      import fs from 'socket:fs'
      console.log(await (${work})(fs))`
  }
  await run(files, async (app, env) => {
    const names = ['failing.bin', 'shrinking-1.bin', 'shrinking-2.bin', 'shrinking-3.bin']
    const make = () => { for (const name of names) writeFileSync(join(app.path, name), new Uint8Array(5 << 20)) }
    const library = join(app.path, 'failing-reads.so')
    execFileSync('rustc', ['--edition', '2024', '--crate-type', 'cdylib', '-o', library, join(root, 'test/desktop/failing-reads.rs')])
    const own = { LD_PRELOAD: library }
    // The same text is run by Node, whose answer is the right one.
    const script = `(${work})(require('node:fs')).then(console.log)`
    make()
    const expected = execFileSync(process.execPath, ['-e', script], { cwd: app.path, env: { ...process.env, ...own }, encoding: 'utf8' }).trim()
    assert.match(expected, /EIO/)
    make()
    const running = app.run(['--headless'], { ...env, ...own })
    const [line] = await running.printed(/^\[.*\]$/m)
    assert.equal(line, expected)
    for (const name of names) assert.equal(opened(running.child.pid ?? 0, name), 0)
    running.child.kill()
    await running.ended
  })
})
