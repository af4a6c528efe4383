/**
 * Paths with slashes, on any system: Node's `path.posix`.
 */
import * as both from 'socket:internal/path'

const path = both.posix

export const {
  basename, cwd, delimiter, dirname, extname, format, isAbsolute, join, normalize, parse, relative, resolve, sep, toNamespacedPath,
  Path, DESKTOP, DOCUMENTS, DOWNLOADS, HOME, MUSIC, PICTURES, RESOURCES, VIDEOS, posix, win32, _makeLong
} = path
export default path
