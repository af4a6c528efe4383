import fs from 'socket:fs/promises'
import os from 'socket:os'
import * as web from 'socket:fs/web'

export const about = {
  File: 'The engine\'s own class.',
  FileSystemDirectoryHandle: 'A directory: `entries`, `keys`, `values`, `getFileHandle`, `getDirectoryHandle`, `removeEntry`, `resolve`.',
  FileSystemFileHandle: 'A file: `getFile`, `createWritable`, in workers `createSyncAccessHandle`.',
  FileSystemHandle: 'A file or a directory.',
  FileSystemSyncAccessHandle: 'Reads and writes at once, in a worker.',
  FileSystemWritableFileStream: 'Writes a file: `write`, `seek`, `truncate`; what was written is there when it is closed.',
  PickerOptions: 'What dialogs take.'
}

/**
 * Reads a file when it is looked into, writes another, and lists the directory of both.
 * @for createFile createFileSystemFileHandle createFileSystemWritableFileStream createFileSystemDirectoryHandle pathOfHandle
 */
export async function handles () {
  const folder = await fs.mkdtemp(`${os.tmpdir()}/web-`)
  const handle = await web.createFileSystemFileHandle(`${folder}/notes.txt`)
  const stream = await web.createFileSystemWritableFileStream(handle)
  await stream.write('hello')
  await stream.close()
  const file = await web.createFile(`${folder}/notes.txt`)
  console.log(file.size, await file.slice(1, 3).text()) // → 5 el
  const directory = await web.createFileSystemDirectoryHandle(folder)
  for await (const [name, { kind }] of directory) console.log(name, kind) // → notes.txt file
  console.log(web.pathOfHandle(handle) === `${folder}/notes.txt`) // → true
}

/**
 * Lets people choose files. The error says when they would rather not, or when there is no screen.
 * @for showOpenFilePicker showSaveFilePicker showDirectoryPicker
 */
export async function dialogs () {
  const types = [{ description: 'Pictures', accept: { 'image/*': ['.png', '.jpg'] } }]
  const [picture] = await web.showOpenFilePicker({ types, startIn: 'pictures' }).catch(({ name }) => [{ name }])
  console.log(picture.name) // → InvalidStateError
  const copy = await web.showSaveFilePicker({ suggestedName: 'copy.png', types }).catch((error) => error)
  console.log(copy.name) // → InvalidStateError
  const folder = await web.showDirectoryPicker({ title: 'Where to?' }).catch((error) => error)
  console.log(folder.name) // → InvalidStateError
}
