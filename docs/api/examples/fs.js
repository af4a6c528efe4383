import fs from 'socket:fs'
import os from 'socket:os'
import path from 'socket:path'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'example-'))
const file = path.join(folder, 'notes.txt')
const other = path.join(folder, 'other.txt')

/** What a function with a callback finds. @param {(done: (error: Error | null, found?: any) => void) => void} call @returns {Promise<any>} */
const found = (call) => new Promise((resolve, reject) => call((error, found) => error ? reject(error) : resolve(found)))

/** What each example finds. */
export function before () {
  fs.rmSync(folder, { recursive: true, force: true })
  fs.mkdirSync(folder)
  fs.writeFileSync(file, 'hello')
}

export const about = {
  constants: 'Flags and modes: see `socket:fs/constants`.',
  promises: 'The same as promises: see `socket:fs/promises`.',
  FileReadStream: 'The earlier name of `ReadStream`.',
  FileWriteStream: 'The earlier name of `WriteStream`.',
  Stats: 'What is known of a file: `size`, `mode`, `mtime`, `isFile()`.',
  PathLike: 'A path: text, bytes, or a `file:` address.',
  Options: 'Options of a function, as Node has them.',
  Callback: 'What is told of an error, or of what was found.',
  F_OK: 'For `access`: the file exists.',
  R_OK: 'For `access`: it may be read.',
  W_OK: 'For `access`: it may be written.',
  X_OK: 'For `access`: it may be run.',
  _toUnixTimestamp: 'Node\'s own.'
}

/**
 * Reads a whole file: a Buffer, or text when an encoding is given.
 * @for readFile readFileSync
 */
export async function readFile () {
  console.log(await found((done) => fs.readFile(file, 'utf8', done))) // → hello
  console.log(fs.readFileSync(file)) // → <Buffer 68 65 6c 6c 6f>
}

/**
 * Writes a whole file, in place of what it held.
 * @for writeFile writeFileSync
 */
export async function writeFile () {
  await found((done) => fs.writeFile(file, 'bye', done))
  fs.writeFileSync(other, new Uint8Array([104, 105]))
  console.log(fs.readFileSync(file, 'utf8'), fs.readFileSync(other, 'utf8')) // → bye hi
}

/**
 * Writes at the end of a file.
 * @for appendFile appendFileSync
 */
export async function appendFile () {
  await found((done) => fs.appendFile(file, ' and', done))
  fs.appendFileSync(file, ' bye')
  console.log(fs.readFileSync(file, 'utf8')) // → hello and bye
}

/**
 * Whether a file is there and may be used so: an error when not.
 * @for access accessSync
 */
export async function access () {
  await found((done) => fs.access(file, fs.constants.R_OK, done))
  try {
    fs.accessSync(other)
  } catch (error) {
    console.log(/** @type {any} */ (error).code) // → ENOENT
  }
}

/**
 * Whether there is something at a path. Node has deprecated the form with a callback.
 * @for exists existsSync
 */
export async function exists () {
  fs.exists(file, (there) => console.log(there))
  console.log(fs.existsSync(other)) // → false
  await new Promise((resolve) => setTimeout(resolve, 50)) // → true
}

/**
 * Changes the permissions of a file, or of an open one.
 * @for chmod chmodSync fchmod fchmodSync
 */
export async function chmod () {
  await found((done) => fs.chmod(file, 0o600, done))
  fs.chmodSync(file, 0o640)
  const fd = fs.openSync(file, 'r')
  await found((done) => fs.fchmod(fd, 0o600, done))
  fs.fchmodSync(fd, 0o644)
  fs.closeSync(fd)
  console.log((fs.statSync(file).mode & 0o777).toString(8)) // → 644
}

/**
 * Changes who a file belongs to: `l…` of a link itself, `f…` of an open file.
 * @for chown chownSync fchown fchownSync lchown lchownSync
 */
export async function chown () {
  const { uid, gid } = fs.statSync(file)
  await found((done) => fs.chown(file, uid, gid, done))
  fs.chownSync(file, uid, gid)
  await found((done) => fs.lchown(file, uid, gid, done))
  fs.lchownSync(file, uid, gid)
  const fd = fs.openSync(file, 'r')
  await found((done) => fs.fchown(fd, uid, gid, done))
  fs.fchownSync(fd, uid, gid)
  fs.closeSync(fd)
  console.log(fs.statSync(file).uid === uid) // → true
}

/**
 * Opens a file, and closes it: a number stands for it meanwhile.
 * @for open openSync close closeSync
 */
export async function open () {
  const fd = await found((done) => fs.open(file, 'r', done))
  await found((done) => fs.close(fd, done))
  fs.closeSync(fs.openSync(file, 'r'))
  console.log(typeof fd) // → number
}

/**
 * Reads from an open file into bytes.
 * @for read readSync
 */
export async function read () {
  const fd = fs.openSync(file, 'r')
  const bytes = Buffer.alloc(5)
  console.log(await found((done) => fs.read(fd, bytes, 0, 4, 0, done))) // → 4
  console.log(fs.readSync(fd, bytes, 4, 1, 4), String(bytes)) // → 1 hello
  fs.closeSync(fd)
}

/**
 * Reads from an open file into several pieces of bytes.
 * @for readv readvSync
 */
export async function readv () {
  const fd = fs.openSync(file, 'r')
  const pieces = [Buffer.alloc(2), Buffer.alloc(3)]
  console.log(await found((done) => fs.readv(fd, pieces, 0, done))) // → 5
  fs.readvSync(fd, pieces, 0)
  console.log(pieces.map(String)) // → [ 'he', 'llo' ]
  fs.closeSync(fd)
}

/**
 * Writes bytes or text to an open file.
 * @for write writeSync
 */
export async function write () {
  const fd = fs.openSync(other, 'w')
  console.log(await found((done) => fs.write(fd, 'hel', done))) // → 3
  console.log(fs.writeSync(fd, Buffer.from('lo'))) // → 2
  fs.closeSync(fd)
}

/**
 * Writes several pieces of bytes to an open file.
 * @for writev writevSync
 */
export async function writev () {
  const fd = fs.openSync(other, 'w')
  console.log(await found((done) => fs.writev(fd, [Buffer.from('he'), Buffer.from('l')], done))) // → 3
  console.log(fs.writevSync(fd, [Buffer.from('lo')])) // → 2
  fs.closeSync(fd)
}

/**
 * Waits until what was written is on the disk: `fdatasync` without what is known about the file.
 * @for fsync fsyncSync fdatasync fdatasyncSync
 */
export async function fsync () {
  const fd = fs.openSync(other, 'w')
  fs.writeSync(fd, 'hello')
  await found((done) => fs.fsync(fd, done))
  await found((done) => fs.fdatasync(fd, done))
  fs.fsyncSync(fd)
  fs.fdatasyncSync(fd)
  fs.closeSync(fd)
  console.log(fs.statSync(other).size) // → 5
}

/**
 * Makes a file longer or shorter.
 * @for truncate truncateSync ftruncate ftruncateSync
 */
export async function truncate () {
  await found((done) => fs.truncate(file, 4, done))
  fs.truncateSync(file, 3)
  const fd = fs.openSync(file, 'r+')
  await found((done) => fs.ftruncate(fd, 2, done))
  fs.ftruncateSync(fd, 1)
  fs.closeSync(fd)
  console.log(fs.readFileSync(file, 'utf8')) // → h
}

/**
 * What is known of a file: `lstat` of a link itself, `fstat` of an open file.
 * @for stat statSync lstat lstatSync fstat fstatSync
 */
export async function stat () {
  console.log((await found((done) => fs.stat(file, done))).size) // → 5
  console.log((await found((done) => fs.lstat(file, done))).isSymbolicLink()) // → false
  const fd = fs.openSync(file, 'r')
  console.log((await found((done) => fs.fstat(fd, done))).isFile(), fs.fstatSync(fd).size) // → true 5
  fs.closeSync(fd)
  console.log(fs.statSync(other, { throwIfNoEntry: false }), fs.lstatSync(file).size) // → undefined 5
}

/**
 * What is known of the file system that a path is on.
 * @for statfs statfsSync
 */
export async function statfs () {
  const { bsize } = await found((done) => fs.statfs(folder, done))
  console.log(bsize === fs.statfsSync(folder).bsize) // → true
}

/**
 * Changes when a file was used and changed: `l…` of a link itself, `f…` of an open file.
 * @for utimes utimesSync lutimes lutimesSync futimes futimesSync
 */
export async function utimes () {
  const time = new Date('2024-01-01T00:00:00Z')
  await found((done) => fs.utimes(file, time, time, done))
  fs.utimesSync(file, time, time)
  await found((done) => fs.lutimes(file, time, time, done))
  fs.lutimesSync(file, time, time)
  const fd = fs.openSync(file, 'r+')
  await found((done) => fs.futimes(fd, time, time, done))
  fs.futimesSync(fd, time, time)
  fs.closeSync(fd)
  console.log(fs.statSync(file).mtime.toISOString()) // → 2024-01-01T00:00:00.000Z
}

/**
 * Copies a file.
 * @for copyFile copyFileSync
 */
export async function copyFile () {
  await found((done) => fs.copyFile(file, other, done))
  fs.copyFileSync(file, other)
  console.log(fs.readFileSync(other, 'utf8')) // → hello
}

/**
 * Copies a folder with all that is in it, or a file.
 * @for cp cpSync
 */
export async function cp () {
  const [first, second] = ['first', 'second'].map((name) => path.join(os.tmpdir(), `${path.basename(folder)}-${name}`))
  await found((done) => fs.cp(folder, first, { recursive: true }, done))
  fs.cpSync(folder, second, { recursive: true })
  console.log(fs.readdirSync(first), fs.readdirSync(second)) // → [ 'notes.txt' ] [ 'notes.txt' ]
}

/**
 * Gives a file another name or place.
 * @for rename renameSync
 */
export async function rename () {
  await found((done) => fs.rename(file, other, done))
  fs.renameSync(other, file)
  console.log(fs.readdirSync(folder)) // → [ 'notes.txt' ]
}

/**
 * Takes a file away.
 * @for unlink unlinkSync
 */
export async function unlink () {
  await found((done) => fs.unlink(file, done))
  fs.writeFileSync(other, '')
  fs.unlinkSync(other)
  console.log(fs.readdirSync(folder)) // → []
}

/**
 * Takes a file or a folder away, with all that is in it when `recursive` says so.
 * @for rm rmSync
 */
export async function rm () {
  await found((done) => fs.rm(file, done))
  fs.rmSync(folder, { recursive: true })
  console.log(fs.existsSync(folder)) // → false
}

/**
 * Makes a folder, and those above it when `recursive` says so.
 * @for mkdir mkdirSync
 */
export async function mkdir () {
  await found((done) => fs.mkdir(path.join(folder, 'a/b'), { recursive: true }, done))
  fs.mkdirSync(path.join(folder, 'c'))
  console.log(fs.readdirSync(folder)) // → [ 'a', 'c', 'notes.txt' ]
}

/**
 * Makes a folder with a name that nothing has yet, and gives it back.
 * @for mkdtemp mkdtempSync
 */
export async function mkdtemp () {
  const made = await found((done) => fs.mkdtemp(path.join(folder, 'new-'), done))
  console.log(made !== fs.mkdtempSync(path.join(folder, 'new-'))) // → true
}

/**
 * Takes an empty folder away.
 * @for rmdir rmdirSync
 */
export async function rmdir () {
  const [one, two] = ['one', 'two'].map((name) => path.join(folder, name))
  fs.mkdirSync(one)
  fs.mkdirSync(two)
  await found((done) => fs.rmdir(one, done))
  fs.rmdirSync(two)
  console.log(fs.readdirSync(folder)) // → [ 'notes.txt' ]
}

/**
 * What is in a folder: names, or entries with their types.
 * @for readdir readdirSync
 */
export async function readdir () {
  console.log(await found((done) => fs.readdir(folder, done))) // → [ 'notes.txt' ]
  console.log(fs.readdirSync(folder, { withFileTypes: true })[0].isFile()) // → true
}

/**
 * Opens a folder, to read entry after entry.
 * @for opendir opendirSync
 */
export async function opendir () {
  const open = await found((done) => fs.opendir(folder, done))
  for await (const entry of open) console.log(entry.name) // → notes.txt
  const again = fs.opendirSync(folder)
  console.log(again.readSync()?.name) // → notes.txt
  again.closeSync()
}

/**
 * A second name for the same file.
 * @for link linkSync
 */
export async function link () {
  await found((done) => fs.link(file, other, done))
  fs.linkSync(file, path.join(folder, 'third.txt'))
  console.log(fs.statSync(file).nlink) // → 3
}

/**
 * A file that points to another path, and where it points.
 * @for symlink symlinkSync readlink readlinkSync
 */
export async function symlink () {
  await found((done) => fs.symlink('notes.txt', other, done))
  fs.symlinkSync('notes.txt', path.join(folder, 'third.txt'))
  console.log(await found((done) => fs.readlink(other, done)), fs.readlinkSync(other)) // → notes.txt notes.txt
}

/**
 * The path without links in it.
 * @for realpath realpathSync
 */
export async function realpath () {
  fs.symlinkSync('notes.txt', other)
  const real = await found((done) => fs.realpath(other, done))
  console.log(path.basename(real), real === fs.realpathSync(file)) // → notes.txt true
}

/**
 * The permissions of a link itself, which only macOS has: elsewhere an error, as in Node.
 * @for lchmod lchmodSync
 */
export async function lchmod () {
  fs.symlinkSync('notes.txt', other)
  const code = await found((done) => fs.lchmod(other, 0o600, done)).catch((error) => error.code)
  console.log(code === undefined || code === 'ERR_METHOD_NOT_IMPLEMENTED', typeof fs.lchmodSync) // → true function
}

/** A file as a stream that is read. */
export async function createReadStream () {
  for await (const chunk of fs.createReadStream(file, { encoding: 'utf8', start: 1 })) console.log(chunk) // → ello
}

/** A file as a stream that is written to. */
export async function createWriteStream () {
  const stream = fs.createWriteStream(other)
  await new Promise((resolve) => stream.end('hello', () => resolve(undefined)))
  console.log(fs.readFileSync(other, 'utf8')) // → hello
}

/** A file as a Blob. */
export async function openAsBlob () {
  console.log(await (await fs.openAsBlob(file)).text()) // → hello
}

/** Tells of changes in a folder or of a file, as the system does. */
export async function watch () {
  const watcher = fs.watch(folder)
  await new Promise((resolve) => {
    watcher.once('change', (_type, name) => {
      console.log(name) // → other.txt
      resolve(undefined)
    })
    // It listens a moment later.
    const again = setInterval(() => fs.writeFileSync(other, 'hello'), 50)
    watcher.once('close', () => clearInterval(again))
    watcher.once('change', () => watcher.close())
  })
}

/**
 * Looks at a file again and again, and tells when it has changed.
 * @for watchFile unwatchFile
 */
export async function watchFile () {
  await new Promise((resolve) => {
    let text = 'hello'
    const again = setInterval(() => { fs.writeFileSync(file, text += '!') }, 50)
    fs.watchFile(file, { interval: 20 }, (now, before) => {
      clearInterval(again)
      fs.unwatchFile(file)
      console.log(now.size > before.size) // → true
      resolve(undefined)
    })
  })
}
