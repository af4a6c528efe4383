import fs from 'socket:fs/promises'
import os from 'socket:os'
import path from 'socket:path'

const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'example-'))
const file = path.join(folder, 'notes.txt')
const other = path.join(folder, 'other.txt')

/** What each example finds. */
export async function before () {
  await fs.rm(folder, { recursive: true, force: true })
  await fs.mkdir(folder)
  await fs.writeFile(file, 'hello')
}

export const about = {
  PathLike: 'A path: text, bytes, or a `file:` address.',
  Options: 'Options of a function, as Node has them.'
}

/** Reads a whole file: a Buffer, or text when an encoding is given. */
export async function readFile () {
  console.log(await fs.readFile(file, 'utf8')) // → hello
}

/** Writes a whole file, in place of what it held. */
export async function writeFile () {
  await fs.writeFile(file, 'bye')
  console.log(await fs.readFile(file, 'utf8')) // → bye
}

/** Writes at the end of a file. */
export async function appendFile () {
  await fs.appendFile(file, ' and bye')
  console.log(await fs.readFile(file, 'utf8')) // → hello and bye
}

/** Whether a file is there and may be used so: an error when not. */
export async function access () {
  console.log(await fs.access(other).catch((error) => error.code)) // → ENOENT
}

/** Changes the permissions of a file. */
export async function chmod () {
  await fs.chmod(file, 0o600)
  console.log(((await fs.stat(file)).mode & 0o777).toString(8)) // → 600
}

/** The permissions of a link itself, which only macOS has: elsewhere an error, as in Node. */
export async function lchmod () {
  await fs.symlink('notes.txt', other)
  const code = await fs.lchmod(other, 0o600).catch((error) => error.code)
  console.log(code === undefined || code === 'ERR_METHOD_NOT_IMPLEMENTED') // → true
}

/**
 * Changes who a file belongs to: `lchown` of a link itself.
 * @for chown lchown
 */
export async function chown () {
  const { uid, gid } = await fs.stat(file)
  await fs.chown(file, uid, gid)
  await fs.lchown(file, uid, gid)
  console.log((await fs.stat(file)).uid === uid) // → true
}

/** Opens a file: a FileHandle. */
export async function open () {
  const handle = await fs.open(file, 'r')
  try {
    console.log(await handle.readFile('utf8')) // → hello
  } finally {
    await handle.close()
  }
}

/** Opens a folder, to read entry after entry. */
export async function opendir () {
  for await (const entry of await fs.opendir(folder)) console.log(entry.name) // → notes.txt
}

/** What is in a folder: names, or entries with their types. */
export async function readdir () {
  console.log(await fs.readdir(folder)) // → [ 'notes.txt' ]
  console.log((await fs.readdir(folder, { withFileTypes: true }))[0].isFile()) // → true
}

/** Copies a file. */
export async function copyFile () {
  await fs.copyFile(file, other)
  console.log(await fs.readFile(other, 'utf8')) // → hello
}

/** Copies a folder with all that is in it, or a file. */
export async function cp () {
  const copy = `${folder}-copy`
  await fs.cp(folder, copy, { recursive: true })
  console.log(await fs.readdir(copy)) // → [ 'notes.txt' ]
}

/** Gives a file another name or place. */
export async function rename () {
  await fs.rename(file, other)
  console.log(await fs.readdir(folder)) // → [ 'other.txt' ]
}

/** Takes a file away. */
export async function unlink () {
  await fs.unlink(file)
  console.log(await fs.readdir(folder)) // → []
}

/** Takes a file or a folder away, with all that is in it when `recursive` says so. */
export async function rm () {
  await fs.rm(folder, { recursive: true })
  console.log(await fs.access(folder).catch((error) => error.code)) // → ENOENT
}

/** Makes a folder, and those above it when `recursive` says so. */
export async function mkdir () {
  await fs.mkdir(path.join(folder, 'a/b'), { recursive: true })
  console.log(await fs.readdir(folder)) // → [ 'a', 'notes.txt' ]
}

/** Makes a folder with a name that nothing has yet, and gives it back. */
export async function mkdtemp () {
  const made = await fs.mkdtemp(path.join(folder, 'new-'))
  console.log(path.basename(made).length) // → 10
}

/** Takes an empty folder away. */
export async function rmdir () {
  const empty = path.join(folder, 'empty')
  await fs.mkdir(empty)
  await fs.rmdir(empty)
  console.log(await fs.readdir(folder)) // → [ 'notes.txt' ]
}

/** A second name for the same file. */
export async function link () {
  await fs.link(file, other)
  console.log((await fs.stat(file)).nlink) // → 2
}

/**
 * A file that points to another path, and where it points.
 * @for symlink readlink
 */
export async function symlink () {
  await fs.symlink('notes.txt', other)
  console.log(await fs.readlink(other)) // → notes.txt
}

/** The path without links in it. */
export async function realpath () {
  await fs.symlink('notes.txt', other)
  console.log(path.basename(await fs.realpath(other))) // → notes.txt
}

/**
 * What is known of a file: `lstat` of a link itself.
 * @for stat lstat
 */
export async function stat () {
  console.log((await fs.stat(file)).size, (await fs.lstat(file)).isSymbolicLink()) // → 5 false
}

/** What is known of the file system that a path is on. */
export async function statfs () {
  console.log((await fs.statfs(folder)).blocks > 0) // → true
}

/** Makes a file longer or shorter. */
export async function truncate () {
  await fs.truncate(file, 4)
  console.log(await fs.readFile(file, 'utf8')) // → hell
}

/**
 * Changes when a file was used and changed: `lutimes` of a link itself.
 * @for utimes lutimes
 */
export async function utimes () {
  const time = new Date('2024-01-01T00:00:00Z')
  await fs.utimes(file, time, time)
  await fs.lutimes(file, time, time)
  console.log((await fs.stat(file)).mtime.toISOString()) // → 2024-01-01T00:00:00.000Z
}

/** Changes in a folder or of a file, for `for await`. */
export async function watch () {
  const stop = new AbortController()
  const again = setInterval(() => fs.writeFile(other, 'hello'), 50)
  try {
    for await (const { filename } of fs.watch(folder, { signal: stop.signal })) {
      clearInterval(again)
      console.log(filename) // → other.txt
      stop.abort()
    }
  } catch (error) {
    console.log(error.name) // → AbortError
  }
}
