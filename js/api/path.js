/**
 * Paths of the system the app runs on, as Node's `path`, and the well-known folders.
 */
import * as both from 'socket:internal/path'
import args from 'socket:internal/args'

const path = args.platform === 'win32' ? both.win32 : both.posix

export const {
  basename, cwd, delimiter, dirname, extname, format, isAbsolute, join, normalize, parse, relative, resolve, sep, toNamespacedPath,
  Path, DESKTOP, DOCUMENTS, DOWNLOADS, HOME, MUSIC, PICTURES, RESOURCES, VIDEOS, posix, win32, _makeLong
} = path
export default path
