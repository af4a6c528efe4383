import path from 'socket:path'

export const about = {
  DESKTOP: 'The user\'s folder for the desktop, or undefined.',
  DOCUMENTS: 'The user\'s folder for documents, or undefined.',
  DOWNLOADS: 'The user\'s folder for downloads, or undefined.',
  HOME: 'The user\'s own folder.',
  MUSIC: 'The user\'s folder for music, or undefined.',
  PICTURES: 'The user\'s folder for pictures, or undefined.',
  VIDEOS: 'The user\'s folder for videos, or undefined.',
  RESOURCES: 'The folder of the app\'s own files.',
  Path: 'A path in parts, as an object.',
  delimiter: 'What stands between the paths in `PATH`: `:`, or `;` on Windows.',
  sep: 'What stands between the parts of a path: `/`, or `\\` on Windows.',
  posix: 'The same functions for paths with `/`, on every system.',
  win32: 'The same functions for paths of Windows, on every system.',
  _makeLong: 'The earlier name of `toNamespacedPath`.'
}

/** The last part of a path, without `suffix` where it ends with that. */
export function basename () {
  console.log(path.basename('/tmp/notes.txt')) // → notes.txt
  console.log(path.basename('/tmp/notes.txt', '.txt')) // → notes
}

/** The folder that relative paths begin in. */
export function cwd () {
  console.log(path.isAbsolute(path.cwd())) // → true
}

/** The path without its last part. */
export function dirname () {
  console.log(path.dirname('/tmp/notes.txt')) // → /tmp
}

/** The end of the last part from its last dot on. */
export function extname () {
  console.log(path.extname('notes.txt')) // → .txt
  console.log(path.extname('.bashrc') === '') // → true
}

/** A path from its parts, as `parse` gives them. */
export function format () {
  console.log(path.format({ dir: '/tmp', name: 'notes', ext: '.txt' })) // → /tmp/notes.txt
}

/** Whether a path begins at the root. */
export function isAbsolute () {
  console.log(path.isAbsolute('/tmp'), path.isAbsolute('tmp')) // → true false
}

/** Joins parts with the separator, and normalizes the result. */
export function join () {
  console.log(path.join('/tmp', 'a', '..', 'notes.txt')) // → /tmp/notes.txt
}

/** Takes out `.`, `..` and doubled separators. */
export function normalize () {
  console.log(path.normalize('/tmp//a/./../notes.txt')) // → /tmp/notes.txt
}

/** A path in parts. */
export function parse () {
  console.log(path.parse('/tmp/notes.txt').name) // → notes
}

/** The way from one path to another. */
export function relative () {
  console.log(path.relative('/tmp/a', '/tmp/b/notes.txt')) // → ../b/notes.txt
}

/** An absolute path, from the right: the first absolute part ends the search, the working folder comes last. */
export function resolve () {
  console.log(path.resolve('/home', '/tmp', 'notes.txt')) // → /tmp/notes.txt
}

/** On Windows, the form of a path that may be longer than 260 characters; elsewhere the path itself. */
export function toNamespacedPath () {
  console.log(path.win32.toNamespacedPath('C:\\notes.txt')) // → \\?\C:\notes.txt
  console.log(path.posix.toNamespacedPath('/notes.txt')) // → /notes.txt
}
