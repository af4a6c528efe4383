import { Buffer } from 'socket:buffer'
import fs from 'socket:fs'
import promises, { constants, Dirent, FileHandle, Stats } from 'socket:fs/promises'
import { fds } from 'socket:fs/fds'
import { normalizeFlags } from 'socket:fs/flags'
import { DirectoryHandle } from 'socket:fs/handle'
import { FileReadStream, ReadStream } from 'socket:fs/stream'
import os from 'socket:os'
import path from 'socket:path'
import { test } from 'socket:test'

/**
 * A test with a folder of its own.
 *
 * @param {string} name
 * @param {(t: any, folder: string) => Promise<void>} work
 */
function folderTest (name, work) {
  test(name, async (t) => {
    const folder = await promises.mkdtemp(path.join(os.tmpdir(), 'socket-fs-'))
    try {
      await work(t, folder)
    } finally {
      await promises.rm(folder, { recursive: true, force: true })
    }
  })
}

/** @param {Promise<any>} promise @returns {Promise<any>} what it rejects with */
const failure = (promise) => promise.then(() => undefined, (error) => error)

folderTest('fs: a file is written, read, appended to and removed', async (t, folder) => {
  const file = path.join(folder, 'file.txt')
  await promises.writeFile(file, 'Grüße')
  t.equal(await promises.readFile(file, 'utf8'), 'Grüße', 'as text')
  t.ok(Buffer.isBuffer(await promises.readFile(file)), 'as a Buffer')
  await promises.appendFile(file, '!')
  t.equal(fs.readFileSync(file, 'utf8'), 'Grüße!', 'appended')
  t.equal(await promises.readFile(new URL(`file://${folder}/file.txt`), 'latin1'), Buffer.from('Grüße!').toString('latin1'), 'by URL and as another encoding')
  await promises.unlink(file)
  const error = await failure(promises.readFile(file))
  t.deepEqual([error.code, error.syscall, error.path], ['ENOENT', 'open', file], 'and gone')
  t.equal(error.message, `ENOENT: no such file or directory, open '${file}'`, 'in Node\'s words')
})

folderTest('fs: large files keep every byte', async (t, folder) => {
  const bytes = new Uint8Array(3 * 1024 * 1024 + 5)
  for (let at = 0; at < bytes.byteLength; at++) bytes[at] = (at * 31) ^ (at >> 8)
  const file = path.join(folder, 'large')
  await promises.writeFile(file, bytes)
  const read = await promises.readFile(file)
  t.equal(read.byteLength, bytes.byteLength, 'length')
  t.equal(Buffer.compare(read, bytes), 0, 'content')
  t.equal(Buffer.compare(fs.readFileSync(file), bytes), 0, 'and without a promise')
  await promises.truncate(file, 1024 * 1024)
  t.equal((await promises.stat(file)).size, 1024 * 1024, 'truncated')
})

folderTest('fs: FileHandle', async (t, folder) => {
  const handle = await promises.open(path.join(folder, 'file'), 'w+')
  t.ok(handle instanceof FileHandle && handle.fd > 2, 'an open file')
  t.equal((await handle.write('hello world')).bytesWritten, 11, 'written')
  const buffer = new Uint8Array(8)
  t.equal((await handle.read(buffer, 1, 5, 6)).bytesRead, 5, 'read from a position')
  t.equal(Buffer.from(buffer).toString('latin1'), '\0world\0\0', 'into a place in the buffer')
  t.ok((await handle.stat()) instanceof Stats, 'stat')
  await handle.truncate(5)
  await handle.close()
  t.equal(handle.fd, -1, 'closed')
  t.equal((await failure(handle.read())).code, 'EBADF', 'and of no use')
  t.equal(fs.readFileSync(path.join(folder, 'file'), 'utf8'), 'hello', 'what is left')
})

folderTest('fs: descriptors belong to the document and are not those of the system', async (t, folder) => {
  for (const fd of [0, 1, 2, 12345]) {
    const error = await failure(new Promise((resolve, reject) => fs.fstat(fd, (/** @type {any} */ error) => error ? reject(error) : resolve(undefined))))
    t.equal(error?.code, 'EBADF', `descriptor ${fd}`)
  }
  const fd = fs.openSync(path.join(folder, 'file'), 'w')
  fs.closeSync(fd)
  t.throws(() => fs.closeSync(fd), /EBADF: bad file descriptor, close/, 'closed once')
})

folderTest('fs: directories', async (t, folder) => {
  t.equal(await promises.mkdir(path.join(folder, 'a', 'b'), { recursive: true }), path.join(folder, 'a'), 'the first one made')
  t.equal(await promises.mkdir(path.join(folder, 'a', 'b'), { recursive: true }), undefined, 'none made')
  await promises.writeFile(path.join(folder, 'a', 'file'), '')
  t.deepEqual(await promises.readdir(folder, { recursive: true }), ['a', path.join('a', 'b'), path.join('a', 'file')], 'recursive')
  const [entry] = await promises.readdir(folder, { withFileTypes: true })
  t.ok(entry instanceof Dirent && entry.isDirectory() && entry.parentPath === folder, 'with types')
  const names = []
  for await (const { name } of await promises.opendir(path.join(folder, 'a'))) names.push(name)
  t.deepEqual(names.sort(), ['b', 'file'], 'opendir')
  t.equal((await failure(promises.rm(path.join(folder, 'a')))).code, 'ERR_FS_EISDIR', 'rm wants recursive')
  t.equal((await failure(promises.rmdir(path.join(folder, 'a')))).code, 'ENOTEMPTY', 'rmdir wants it empty')
  const handle = await DirectoryHandle.open(folder)
  await handle.close()
  await promises.cp(path.join(folder, 'a'), path.join(folder, 'copy'), { recursive: true })
  t.deepEqual(fs.readdirSync(path.join(folder, 'copy')), ['b', 'file'], 'cp')
})

folderTest('fs: links, renames, times and permissions', async (t, folder) => {
  const [file, other, link] = ['file', 'other', 'link'].map((name) => path.join(folder, name))
  await promises.writeFile(file, 'x')
  await promises.symlink('file', link)
  t.equal(await promises.readlink(link), 'file', 'readlink')
  t.equal(await promises.realpath(link), await promises.realpath(file), 'realpath')
  t.ok((await promises.lstat(link)).isSymbolicLink() && (await promises.stat(link)).isFile(), 'lstat and stat')
  await promises.copyFile(file, other)
  t.equal((await failure(promises.copyFile(file, other, constants.COPYFILE_EXCL))).code, 'EEXIST', 'copyFile keeps what is there')
  await promises.rename(other, file)
  await promises.chmod(file, 0o600)
  await promises.utimes(file, 1000, 2000.5)
  const { mode, mtimeMs } = await promises.stat(file)
  t.deepEqual([mode & 0o777, mtimeMs], [0o600, 2000500], 'chmod and utimes')
  t.equal((await promises.stat(file, { bigint: true })).mtimeNs, 2_000_500_000_000n, 'bigint')
  await promises.access(file, constants.R_OK)
  t.ok(fs.existsSync(file) && !fs.existsSync(other), 'existsSync')
})

folderTest('fs: names that are no text come through', async (t, folder) => {
  const raw = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x72, 0xff, 0x80])])
  await promises.writeFile(raw, 'raw')
  t.equal(await promises.readFile(raw, 'utf8'), 'raw', 'by its bytes')
  const [name] = await promises.readdir(folder, 'buffer')
  t.deepEqual([...name], [0x72, 0xff, 0x80], 'listed by its bytes')
  await promises.unlink(raw)
  t.deepEqual(await promises.readdir(folder), [], 'removed')
})

folderTest('fs: streams', async (t, folder) => {
  const file = path.join(folder, 'stream')
  const output = fs.createWriteStream(file, { highWaterMark: 16 })
  let pushed = 0
  await new Promise((resolve, reject) => {
    output.on('error', reject).on('close', () => resolve(undefined))
    const next = () => {
      while (pushed < 1000) if (!output.write(`line ${pushed++}\n`)) return output.once('drain', next)
      output.end()
    }
    next()
  })
  t.equal(output.bytesWritten, (await promises.stat(file)).size, 'all is written')
  const input = fs.createReadStream(file, { encoding: 'utf8', start: 5, highWaterMark: 100 })
  t.ok(input instanceof ReadStream && FileReadStream === ReadStream, 'a ReadStream')
  let text = ''
  for await (const chunk of input) text += chunk
  t.ok(text.startsWith('0\nline 1\n') && text.endsWith('line 999\n') && text.split('\n').length === 1001, 'all is read')
  const missing = fs.createReadStream(path.join(folder, 'missing'))
  const error = await new Promise((resolve) => missing.once('error', resolve))
  t.equal(error.code, 'ENOENT', 'errors arrive')
})

folderTest('fs: a stream that reads ahead gives the chunks and ends where it should', async (t, folder) => {
  const file = path.join(folder, 'large.bin')
  const bytes = new Uint8Array((1 << 20) + 12_345)
  for (let i = 0; i < bytes.length; i++) bytes[i] = i * 31 + (i >> 8)
  await promises.writeFile(file, bytes)
  const ranges = [{}, { highWaterMark: 100_000 }, { highWaterMark: 700_000 }, { start: 70_000, end: 900_001 }, { start: 5, end: 5 }, { start: 2 ** 21 }, { end: 65_535 }, { end: 65_536 }]
  for (const options of ranges) {
    const { start = 0, end = Infinity, highWaterMark = 65_536 } = options
    const whole = bytes.subarray(start, end + 1)
    const stream = fs.createReadStream(file, options)
    /** @type {Buffer[]} */
    const chunks = []
    for await (const chunk of stream) chunks.push(chunk)
    const name = JSON.stringify(options)
    t.ok(Buffer.concat(chunks).equals(whole), `every byte: ${name}`)
    t.deepEqual(chunks.map(({ length }) => length), Array.from({ length: Math.ceil(whole.length / highWaterMark) }, (_, i) => Math.min(highWaterMark, whole.length - i * highWaterMark)), `chunks: ${name}`)
    t.ok(chunks.every(({ buffer, length }) => buffer.byteLength === length), `memory of their own: ${name}`)
    t.equal(stream.bytesRead, whole.length, `counted: ${name}`)
  }
  const given = await promises.open(file)
  const part = fs.createReadStream('', { fd: given.fd, autoClose: false, highWaterMark: 1000, end: 2999 })
  await new Promise((resolve) => part.on('end', () => resolve(undefined)).resume())
  t.equal((await given.read(Buffer.alloc(1), 0, 1, null)).buffer[0], bytes[3000], 'a descriptor that was given is read as it is asked for')
  await given.close()
  const before = fds.size
  const left = fs.createReadStream(file)
  await new Promise((resolve) => left.once('data', resolve))
  left.destroy()
  await new Promise((resolve) => left.once('close', () => resolve(undefined)))
  t.equal(fds.size, before, 'nothing stays open when it is left after the first chunk')
})

folderTest('fs: calls end with their signal', async (t, folder) => {
  const controller = new AbortController()
  controller.abort()
  for (const call of [promises.readFile(folder, { signal: controller.signal }), promises.writeFile(path.join(folder, 'x'), 'x', { signal: controller.signal })]) {
    const error = await failure(call)
    t.deepEqual([error.name, error.code], ['AbortError', 'ABORT_ERR'], 'aborted before it began')
  }
  t.equal(fs.existsSync(path.join(folder, 'x')), false, 'nothing was written')
})

test('fs: callbacks and wrong arguments', async (t) => {
  t.equal(await new Promise((resolve) => fs.exists('/', resolve)), true, 'exists')
  t.ok(await new Promise((resolve, reject) => fs.stat('/', (/** @type {any} */ error, /** @type {any} */ stats) => error ? reject(error) : resolve(stats.isDirectory()))), 'stat')
  t.throws(() => fs.stat('/'), /The "cb" argument must be of type function. Received undefined/, 'a callback is wanted')
  t.equal((await failure(promises.readFile('a\0b'))).code, 'ERR_INVALID_ARG_VALUE', 'null bytes')
  t.equal((await failure(promises.readFile(/** @type {any} */ (5)))).code, 'ERR_INVALID_ARG_TYPE', 'a number is no path')
  t.equal(normalizeFlags('r+'), constants.O_RDWR, 'flags')
})

folderTest('fs: watch tells of a change, and nothing after close', async (t, folder) => {
  const watcher = fs.watch(folder)
  const told = new Promise((resolve) => watcher.on('change', (type, name) => { if (name === 'new') resolve(type) }))
  await promises.writeFile(path.join(folder, 'new'), '')
  t.equal(await told, 'rename', 'a file came')
  const closed = new Promise((resolve) => watcher.once('close', () => resolve(true)))
  let after = 0
  watcher.on('change', () => after++)
  watcher.close()
  t.ok(await closed, 'it closes')
  after = 0
  await promises.writeFile(path.join(folder, 'later'), '')
  const again = promises.watch(folder)
  const next = again.next()
  // The route begins to watch at some time: write until it tells.
  let number = 0
  const writing = (async () => { while (number >= 0) await promises.writeFile(path.join(folder, `more${number++}`), '') })()
  const { value } = /** @type {any} */ (await next)
  number = -1e9
  await writing
  await again.return()
  t.ok(value.filename.startsWith('more') && ['rename', 'change'].includes(value.eventType), 'one after the other')
  t.equal(after, 0, 'the closed one said nothing')
})

folderTest('fs: fds knows what is open', async (t, folder) => {
  const file = path.join(folder, 'file')
  const before = fds.size
  const handle = await promises.open(file, 'w')
  const directory = await promises.opendir(folder)
  t.deepEqual([fds.size, fds.typeof(handle.fd), fds.get(handle.fd)?.path, fs.fds === fds, promises.fds === fds], [before + 2, 'file', file, true, true], 'a file and a directory')
  await directory.close()
  await fds.release(handle.fd)
  t.equal(fds.size, before, 'and no longer')
  const fd = fs.openSync(file)
  t.equal(fds.has(fd), true, 'openSync')
  fs.closeSync(fd)
  t.equal(fds.has(fd), false, 'closeSync')
})
