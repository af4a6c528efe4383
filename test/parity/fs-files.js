/**
 * Open files and directories: the same calls on descriptors, handles and streams, here and in Node.
 */
import nodeFs from 'node:fs'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import fs from 'socket:fs'
// Errors name values with its formatter when it is there.
import 'socket:util'
import { plain, plainError, populate, snapshot, twins } from './support/twins.js'

/**
 * Does the same with both and compares what it reports.
 *
 * @param {import('node:test').TestContext} t
 * @param {(fs: any, dir: string, report: (...values: any[]) => void) => any} work
 */
async function both (t, work) {
  const { folders } = twins(t)
  const reports = []
  for (const [which, dir] of /** @type {[any, string][]} */ ([[fs, folders.ours], [nodeFs, folders.nodes]])) {
    populate(dir)
    /** @type {any[]} */
    const report = []
    await work(which, dir, (...values) => report.push(values.map((value) => value instanceof Error ? plainError(value, dir) : plain(value, dir))))
    reports.push({ report, disk: snapshot(dir) })
  }
  assert.ok(reports[0].report.length > 0)
  assert.deepEqual(reports[0], reports[1])
}

/** @param {() => any} call @returns {any} */
function attempt (call) {
  try {
    return call()
  } catch (error) {
    return error
  }
}

/** @param {(callback: (...args: any[]) => void) => void} call @returns {Promise<any[]>} */
function called (call) {
  return new Promise((resolve) => {
    try {
      call((...args) => resolve(args))
    } catch (error) {
      resolve(['thrown', error])
    }
  })
}

test('descriptors: reading and writing', (t) => both(t, async (fs, dir, report) => {
  const fd = fs.openSync(`${dir}/file`, 'r+')
  const buffer = Buffer.alloc(8)
  for (const args of [[buffer], [buffer, 0, 4, null], [buffer, 2, 3, 0], [buffer, { offset: 1, length: 2, position: 5 }], [buffer, 0, 0], [buffer, 0, 8, 100], [buffer, 0, 4, 0n],
    [buffer, 0, 9], [buffer, 9, 0], [buffer, -1], [buffer, 0, -1, 0], [buffer, 1.5], [buffer, 'x'], [buffer, 0, 4, -2], [buffer, 0, 4, 'x'], [Buffer.alloc(0)], [Buffer.alloc(0), 0, 1, 0], ['text'],
    [buffer, 0, 4, 2n ** 63n], [new Uint16Array(2), 0, 4, 0], [buffer, null], [buffer, 5]]) {
    report('readSync', attempt(() => fs.readSync(fd, ...args)), buffer)
    report('read', ...await called((callback) => fs.read(fd, ...args, callback)))
  }
  report(...await called((callback) => fs.read(fd, callback)))
  for (const args of [['abc'], ['é', 3], ['6869', 1, 'hex'], ['xyz', 0, 'nothing'], [Buffer.from('buffer')], [Buffer.from('buffer'), 2], [Buffer.from('buffer'), 1, 2], [Buffer.from('buffer'), 0, 3, 20],
    [Buffer.from('ab'), 3], [Buffer.from('ab'), 0, 3], [Buffer.from('ab'), -1], [Buffer.from('ab'), 1.5], [Buffer.from('ab'), { length: 1 }], [5], [{}], [null], ['abc', 0, 'hex']]) {
    report('writeSync', attempt(() => fs.writeSync(fd, ...args)), fs.readFileSync(`${dir}/file`))
    report('write', ...await called((callback) => fs.write(fd, ...args, callback)), fs.readFileSync(`${dir}/file`))
  }
  for (const position of [undefined, null, 0, 3]) {
    const parts = [Buffer.alloc(2), new Uint8Array(3), Buffer.alloc(40)]
    report('readv', attempt(() => fs.readvSync(fd, parts, position)), parts, ...await called((callback) => fs.readv(fd, parts, position, callback)))
    report('writev', attempt(() => fs.writevSync(fd, [Buffer.from('1'), Buffer.from('23')], position)), ...await called((callback) => fs.writev(fd, [Buffer.from('45')], position, callback)))
  }
  for (const wrong of [5, [5], 'x', [Buffer.from('a'), null]]) report(attempt(() => fs.readvSync(fd, wrong)), attempt(() => fs.writevSync(fd, wrong)))
  report(fs.writevSync(fd, []), ...await called((callback) => fs.writev(fd, [], callback)))
  fs.ftruncateSync(fd, 4)
  fs.fchmodSync(fd, 0o611)
  fs.fchownSync(fd, 1, 2)
  fs.futimesSync(fd, 10, 20)
  fs.fsyncSync(fd)
  fs.fdatasyncSync(fd)
  const { mode, uid, gid, size, mtimeMs, atimeMs } = fs.fstatSync(fd)
  report(mode, uid, gid, size, mtimeMs, atimeMs, fs.fstatSync(fd, { bigint: true }).mtimeNs)
  fs.closeSync(fd)
}))

test('descriptors: what is none', (t) => both(t, async (fs, dir, report) => {
  // Not every wrong value: some end the process of Node.
  for (const fd of [undefined, null, true, '', 'x', 1.5, NaN, Infinity, -1, 2 ** 31, {}, [], new Date(0), 99999]) {
    for (const [method, ...args] of [['close'], ['fstat'], ['fsync'], ['fdatasync'], ['read', Buffer.alloc(1), 0, 1, 0], ['write', Buffer.alloc(1)], ['readv', [Buffer.alloc(1)]], ['writev', [Buffer.alloc(1)]],
      ['ftruncate', 0], ['fchmod', 0o600], ['fchown', 0, 0], ['futimes', 0, 0]]) {
      report(method, String(fd), attempt(() => fs[`${method}Sync`](fd, ...args)))
    }
  }
  for (const length of [1.5, '3', null, 2 ** 53]) report(attempt(() => fs.ftruncateSync(99999, length)))
}))

test('descriptors: whole contents', (t) => both(t, async (fs, dir, report) => {
  const fd = fs.openSync(`${dir}/file`, 'a+')
  report(fs.readFileSync(fd, 'utf8'), fs.readFileSync(fd))
  fs.writeFileSync(fd, 'more')
  report(...await called((callback) => fs.appendFile(fd, 'and more', callback)))
  report(...await called((callback) => fs.readFile(fd, callback)))
  fs.closeSync(fd)
  report(...await called((callback) => fs.open(`${dir}/missing`, callback)), ...await called((callback) => fs.open(`${dir}/file`, 'no', callback)), ...await called((callback) => fs.open(`${dir}/file`, 'r', 'x', callback)))
  for (const flags of ['r', 'r+', 'rs', 'sr+', 'w', 'wx', 'xw+', 'a', 'ax', 'sa', 'as+', 'x', '', 'rw', 5.5, -1, null, undefined, {}, 2 ** 40]) {
    for (const name of ['file', 'missing', 'folder', 'link', 'broken']) {
      populate(dir)
      const opened = attempt(() => fs.openSync(`${dir}/${name}`, flags))
      report(flags, name, typeof opened === 'number' ? 'opened' : opened)
      if (typeof opened === 'number') fs.closeSync(opened)
    }
  }
}))

test('FileHandle', (t) => both(t, async (fs, dir, report) => {
  const handle = await fs.promises.open(`${dir}/file`, 'r+')
  const tries = [() => handle.read(), () => handle.read(Buffer.alloc(3), 1, 2, 0), () => handle.read({ buffer: Buffer.alloc(4), position: 2 }), () => handle.read(Buffer.alloc(4), { length: 2, position: 1 }),
    () => handle.read(Buffer.alloc(4), 9), () => handle.read(5), () => handle.read(Buffer.alloc(0)), () => handle.write('abc', 0), () => handle.write(Buffer.from('xyz'), 1, 2, 4), () => handle.write(5),
    () => handle.write(''), () => handle.writev([Buffer.from('1'), Buffer.from('2')], 0), () => handle.readv([Buffer.alloc(2)], 0), () => handle.readv(5), () => handle.writev([]), () => handle.truncate(6),
    () => handle.truncate('x'), () => handle.chmod(0o600), () => handle.chmod('x'), () => handle.chown(1, 1), () => handle.utimes(1, 2), () => handle.utimes('x', 2), () => handle.sync(), () => handle.datasync(),
    () => handle.appendFile('end'), () => handle.readFile('utf8'), () => handle.readFile({ encoding: 'x' }), () => handle.writeFile('w'), () => handle.writeFile(['i', 't']), () => handle.writeFile(5),
    () => fs.promises.readFile(handle), () => fs.promises.writeFile(handle, 'z'), () => fs.promises.appendFile(handle, 'z')]
  for (const [index, call] of tries.entries()) report(index, await call().catch((/** @type {any} */ error) => error))
  const { size, mode, mtimeMs } = await handle.stat()
  report(size, mode, typeof mtimeMs, typeof (await handle.stat({ bigint: true })).size)
  let closes = 0
  handle.on('close', () => closes++)
  await Promise.all([handle.close(), handle.close()])
  report(closes, handle.fd, await handle.close(), await handle.read().catch((/** @type {any} */ error) => error), await handle.stat().catch((/** @type {any} */ error) => error))
  const lined = await fs.promises.open(`${dir}/lines`, 'w+')
  await lined.writeFile('one\r\ntwo\n\nthree')
  const lines = []
  for await (const line of lined.readLines({ start: 0 })) lines.push(line)
  report(lines)
  const web = await fs.promises.open(`${dir}/file`)
  const chunks = []
  for await (const chunk of web.readableWebStream()) chunks.push(Buffer.from(chunk).toString())
  report(chunks.join(''), attempt(() => web.readableWebStream()))
  await web.close()
  report(attempt(() => web.readableWebStream()))
}))

test('Dir', (t) => both(t, async (fs, dir, report) => {
  const names = []
  for await (const entry of await fs.promises.opendir(dir, { bufferSize: 2 })) names.push([entry.name, entry.isDirectory(), entry.isSymbolicLink(), entry.parentPath])
  report(names.sort())
  const deep = []
  for await (const entry of await fs.promises.opendir(dir, { recursive: true })) deep.push([entry.parentPath, entry.name].join())
  report(deep.sort())
  const open = fs.opendirSync(dir)
  report(open.path, typeof open.readSync().name, typeof (await open.read()).name)
  open.closeSync()
  report(attempt(() => open.readSync()), attempt(() => open.read()), attempt(() => open.closeSync()), await open.close().catch((/** @type {any} */ error) => error), ...await called((callback) => open.close(callback)))
  const end = fs.opendirSync(`${dir}/none`)
  report(end.readSync(), await end.read(), ...await called((callback) => end.read(callback)), ...await called((callback) => end.close(callback)))
  for (const path of ['missing', 'file', 'broken']) {
    // Its waiting form does not say which path; ours does.
    report(attempt(() => fs.opendirSync(`${dir}/${path}`)).code, ...await called((callback) => fs.opendir(`${dir}/${path}`, callback)), await fs.promises.opendir(`${dir}/${path}`).catch((/** @type {any} */ error) => error))
  }
  for (const options of [{ bufferSize: 0 }, { bufferSize: 'x' }, 'nothing', 5]) report(attempt(() => fs.opendirSync(dir, options)))
}))

/** Everything that a stream tells until it is closed. @param {any} stream @param {string[]} names */
async function told (stream, names) {
  /** @type {any[]} */
  const events = []
  for (const name of names) stream.on(name, (/** @type {any[]} */ ...args) => events.push([name, ...args.map((arg) => typeof arg === 'number' ? 'number' : arg)]))
  await new Promise((resolve) => stream.once('close', resolve))
  await turn()
  return events
}

test('ReadStream', (t) => both(t, async (fs, dir, report) => {
  const options = [{}, { encoding: 'utf8' }, { start: 2 }, { end: 3 }, { start: 2, end: 4 }, { highWaterMark: 3, encoding: 'utf8' }, { start: 50 }, { flags: 'r+' }, 'utf8']
  for (const option of options) {
    const stream = fs.createReadStream(`${dir}/file`, option)
    report(stream.pending, stream.path, stream.flags, stream.mode)
    report(await told(stream, ['open', 'ready', 'data', 'end', 'error', 'close']), stream.bytesRead, stream.destroyed, stream.pending)
  }
  for (const name of ['missing', 'folder']) report(await told(fs.createReadStream(`${dir}/${name}`), ['open', 'ready', 'data', 'end', 'error', 'close']))
  for (const option of [{ start: 'x' }, { start: -1 }, { start: 5, end: 2 }, { end: 'x' }, { fd: 'x' }, { fd: -1 }, { encoding: 'nothing' }, 5, { fs: {} }, { signal: 5 }]) report(attempt(() => fs.createReadStream(`${dir}/file`, option)))
  for (const path of [5, undefined, null, 'a\0b']) report(attempt(() => fs.createReadStream(path)))
  const aborter = new AbortController()
  const aborted = fs.createReadStream(`${dir}/file`, { signal: aborter.signal })
  aborted.on('error', () => {})
  aborter.abort()
  report((await told(aborted, ['error', 'close'])).map(([name, error]) => [name, error?.name, error?.code]))
  const handle = await fs.promises.open(`${dir}/file`)
  report(await told(handle.createReadStream({ encoding: 'utf8', start: 6 }), ['data', 'end', 'close']), handle.fd)
  const kept = await fs.promises.open(`${dir}/file`)
  const stream = kept.createReadStream({ autoClose: false, encoding: 'utf8' })
  const data = []
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) data.push(chunk)
  report(data, kept.fd > 0)
  await kept.close()
  const fd = fs.openSync(`${dir}/file`)
  report(await told(fs.createReadStream(null, { fd, encoding: 'utf8' }), ['open', 'data', 'end', 'close']))
  report(attempt(() => fs.closeSync(fd)))
}))

test('WriteStream', (t) => both(t, async (fs, dir, report) => {
  for (const option of [{}, { flags: 'a' }, { flags: 'r+', start: 3 }, { encoding: 'hex' }, { mode: 0o600 }, { flush: true }, { highWaterMark: 2 }, 'latin1']) {
    populate(dir)
    for (const name of ['file', 'new']) {
      const stream = fs.createWriteStream(`${dir}/${name}`, option)
      const more = stream.write('6162')
      stream.write(Buffer.from('!'))
      stream.end('6364')
      report(more, await told(stream, ['open', 'ready', 'finish', 'error', 'close']), stream.bytesWritten, stream.pending)
      report(attempt(() => fs.readFileSync(`${dir}/${name}`)), attempt(() => fs.statSync(`${dir}/${name}`).mode))
    }
  }
  for (const option of [{ start: 'x' }, { start: -1 }, { fd: 'x' }, { flush: 1 }, { encoding: 'nothing' }, 5]) report(attempt(() => fs.createWriteStream(`${dir}/file`, option)))
  report(await told(fs.createWriteStream(`${dir}/missing/x`), ['open', 'error', 'close']))
  const handle = await fs.promises.open(`${dir}/file`, 'w')
  const stream = handle.createWriteStream()
  stream.end('by handle')
  report(await told(stream, ['finish', 'close']), handle.fd)
  const closed = fs.createWriteStream(`${dir}/closed`)
  closed.write('x')
  report(await new Promise((resolve) => closed.close(resolve)), closed.destroyed)
}))
