import { test } from 'socket:test'
import { createFile, createFileSystemDirectoryHandle, createFileSystemFileHandle, createFileSystemWritableFileStream, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemHandle, pathOfHandle, showDirectoryPicker, showOpenFilePicker, showSaveFilePicker } from 'socket:fs/web'
import fs from 'socket:fs/promises'
import os from 'socket:os'
import path from 'socket:path'

const inPage = typeof document !== 'undefined'

/** @param {(folder: string) => Promise<void>} work */
async function inFolder (work) {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'socket-web-'))
  try {
    await work(folder)
  } finally {
    await fs.rm(folder, { recursive: true })
  }
}

/** @param {Promise<unknown> | (() => unknown)} work */
const name = async (work) => {
  try {
    await (typeof work === 'function' ? work() : work)
    return 'nothing'
  } catch (error) {
    return /** @type {any} */ (error).name
  }
}

test('fs/web: a file is read when it is looked into', t => inFolder(async (folder) => {
  const where = path.join(folder, 'notes.txt')
  await fs.writeFile(where, 'hello wörld')
  const file = await createFile(where, { highWaterMark: 4 })
  t.ok(file instanceof File && file instanceof Blob, 'it is a File')
  t.deepEqual([file.name, file.size, file.type], ['notes.txt', 12, 'text/plain'], 'what is known of it')
  t.ok(Math.abs(file.lastModified - Date.now()) < 60_000, 'and when it changed')
  t.equal(await file.text(), 'hello wörld', 'its text')
  t.equal((await file.arrayBuffer()).byteLength, 12, 'its bytes')
  const middle = file.slice(6, -1, 'text/x')
  t.deepEqual([middle.size, middle.type, await middle.text()], [5, 'text/x', 'wörl'], 'a part')
  t.equal(await middle.slice(-2).text(), 'rl', 'a part of a part')
  t.deepEqual([file.slice(5, 2).size, await file.slice(50).text()], [0, ''], 'parts that are none')
  const pieces = []
  for (const reader = file.stream().getReader(); ;) {
    const { value, done } = await reader.read()
    if (done) break
    pieces.push(value.byteLength)
  }
  t.deepEqual(pieces, [4, 4, 4], 'in pieces')
  const reader = file.stream().getReader()
  await reader.read()
  await reader.cancel()
  t.ok(true, 'a stream may be left')
  await fs.writeFile(where, 'another text, longer')
  t.equal(await name(file.text()), 'NotReadableError', 'a file that has changed is another')
  t.equal(await name(createFile(path.join(folder, 'none'))), 'NotFoundError', 'one that is not there')
  t.equal(await name(createFile(folder)), 'TypeMismatchError', 'a directory')
}))

test('fs/web: writing replaces the file when it is done', t => inFolder(async (folder) => {
  const where = path.join(folder, 'a.txt')
  const handle = await createFileSystemFileHandle(where)
  t.deepEqual([handle.kind, handle.name, Object.prototype.toString.call(handle)], ['file', 'a.txt', '[object FileSystemFileHandle]'], 'a handle')
  const stream = await handle.createWritable()
  await stream.write('hello ')
  await stream.write(new TextEncoder().encode('world'))
  await stream.write({ type: 'write', position: 0, data: new Blob(['J']) })
  t.equal(await name(fs.stat(where)), 'Error', 'until then it is not there')
  await stream.close()
  t.equal(await fs.readFile(where, 'utf8'), 'Jello world', 'now it is')
  const again = await createFileSystemWritableFileStream(handle, { keepExistingData: true })
  await again.seek(6)
  await again.write('there')
  await again.truncate(9)
  await again.write('!')
  await again.close()
  t.equal(await fs.readFile(where, 'utf8'), 'Jello the!', 'kept, changed, cut')
  const dropped = await handle.createWritable()
  await dropped.write('gone')
  await dropped.abort()
  t.equal(await fs.readFile(where, 'utf8'), 'Jello the!', 'after abort it is what it was')
  const piped = await handle.createWritable()
  await new Response('piped').body?.pipeTo(piped)
  t.equal(await (await handle.getFile()).text(), 'piped', 'a stream may be piped into it')
  const broken = await handle.createWritable()
  t.equal(await name(broken.write(/** @type {any} */ ({ type: 'fly' }))), 'TypeError', 'a command that is none')
  t.deepEqual(await fs.readdir(folder), ['a.txt'], 'nothing is left beside it')
  await fs.chmod(where, 0o640)
  const kept = await handle.createWritable()
  await kept.write('x')
  await kept.close()
  t.equal((await fs.stat(where)).mode & 0o777, 0o640, 'permissions stay')
}))

test('fs/web: directories', t => inFolder(async (folder) => {
  const root = await createFileSystemDirectoryHandle(folder)
  t.equal(root.kind, 'directory', 'a handle')
  const inner = await root.getDirectoryHandle('inner', { create: true })
  const file = await inner.getFileHandle('b.txt', { create: true })
  await root.getFileHandle('ä.txt', { create: true })
  await fs.symlink('inner', path.join(folder, 'link'))
  await fs.symlink('nowhere', path.join(folder, 'broken'))
  const found = []
  for await (const [name, handle] of root) found.push(`${name} ${handle.kind}`)
  t.deepEqual(found.sort(), ['inner directory', 'link directory', 'ä.txt file'], 'entries')
  const names = []
  for await (const name of inner.keys()) names.push(name)
  t.deepEqual(names, ['b.txt'], 'names')
  for await (const handle of inner.values()) t.ok(await handle.isSameEntry(file), 'the same entry')
  t.ok(!await file.isSameEntry(inner), 'another entry')
  t.deepEqual([await root.resolve(file), await inner.resolve(root), await root.resolve(root)], [['inner', 'b.txt'], null, []], 'the way to it')
  t.equal(pathOfHandle(file), path.join(folder, 'inner', 'b.txt'), 'for socket:fs')
  t.ok(root instanceof FileSystemDirectoryHandle && root instanceof FileSystemHandle && !(root instanceof FileSystemFileHandle), 'classes')
  t.equal(await file.queryPermission({ mode: 'readwrite' }), 'granted', 'what is chosen may be used')
  t.equal(await name(root.getFileHandle('inner')), 'TypeMismatchError', 'a directory is no file')
  t.equal(await name(root.getDirectoryHandle('ä.txt')), 'TypeMismatchError', 'a file is no directory')
  t.equal(await name(root.getFileHandle('none')), 'NotFoundError', 'what is not there')
  for (const bad of ['', '.', '..', 'a/b', '../x', 'a\0b']) t.equal(await name(root.getFileHandle(bad, { create: true })), 'TypeError', JSON.stringify(bad))
  t.equal(await name(root.removeEntry('inner')), 'InvalidModificationError', 'it is not empty')
  await root.removeEntry('inner', { recursive: true })
  await (await root.getFileHandle('ä.txt')).remove()
  t.deepEqual(await fs.readdir(folder), ['broken', 'link'], 'removed')
  t.equal(await name(() => Reflect.construct(FileSystemFileHandle, [])), 'TypeError', 'handles are not made by pages')
}))

test('fs/web: what the engine does with files', t => inFolder(async (folder) => {
  if (!inPage) return t.ok(true, 'covered where there is an engine')
  const where = path.join(folder, 'red.svg')
  await fs.writeFile(where, '<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>')
  const file = await createFile(where)
  const reader = new FileReader()
  const read = new Promise((resolve) => { reader.onload = resolve })
  reader.readAsText(file.slice(0, 4))
  await read
  t.equal(reader.result, '<svg', 'a FileReader reads it')
  const address = URL.createObjectURL(file)
  t.ok(address.startsWith('blob:'), 'it can have an address')
  URL.revokeObjectURL(address)
  t.ok(await createFileSystemFileHandle(where) instanceof /** @type {any} */ (globalThis).FileSystemFileHandle, 'the class on the global object')
  t.ok(!({} instanceof /** @type {any} */ (globalThis).FileSystemHandle), 'and what is none')
}))

test('fs/web: dialogs refuse bad input, and say when there is none', async t => {
  t.equal(await name(showOpenFilePicker({ types: [{ accept: { 'text/plain': 'txt' } }] })), 'TypeError', 'an ending without its point')
  t.equal(await name(showOpenFilePicker({ types: [{ accept: { text: '.txt' } }] })), 'TypeError', 'a type that is none')
  t.equal(await name(showOpenFilePicker({ excludeAcceptAllOption: true })), 'TypeError', 'no files at all')
  t.equal(await name(showOpenFilePicker({ startIn: /** @type {any} */ ('moon') })), 'TypeError', 'a folder that is none')
  for (const pick of [showOpenFilePicker, showSaveFilePicker, showDirectoryPicker]) {
    for (const id of ['a b', 'ä', 'x'.repeat(33)]) t.equal(await name(pick({ id })), 'TypeError', `${pick.name}: the id ${id}`)
  }
  t.equal(await name(showDirectoryPicker({ mode: /** @type {any} */ ('write') })), 'TypeError', 'a mode that is none')
  t.equal(await name(showDirectoryPicker({ mode: 'readwrite', id: 'a_b-C1' })), 'InvalidStateError', 'and what is right')
  const error = await showOpenFilePicker().catch((error) => error)
  t.deepEqual([error.name, error.cause?.code], ['InvalidStateError', 'ERR_WINDOW'], 'without a screen nobody can choose')
})
