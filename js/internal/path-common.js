/**
 * What paths of both kinds share.
 */
import { validateObject } from 'socket:internal/validators'

/**
 * Drops empty and "." segments and resolves ".." against what stands before it.
 * @param {string} path
 * @param {boolean} aboveRoot whether leading ".." stay
 * @param {string} separator
 * @param {(char: string) => boolean} isSeparator
 */
export function normalizeSegments (path, aboveRoot, separator, isSeparator) {
  /** @type {string[]} */
  const result = []
  let start = 0
  for (let at = 0; at <= path.length; at++) {
    if (at < path.length && !isSeparator(path[at])) continue
    const segment = path.slice(start, at)
    start = at + 1
    if (segment === '' || segment === '.') continue
    if (segment !== '..') result.push(segment)
    else if (result.length > 0 && result.at(-1) !== '..') result.pop()
    else if (aboveRoot) result.push('..')
  }
  return result.join(separator)
}

/**
 * ".bashrc" and ".." have no extension, "a." has ".".
 * @param {string} base
 */
export function splitExtension (base) {
  const at = base.lastIndexOf('.')
  if (at <= 0 || base === '..') return { ext: '', name: base }
  return { ext: base.slice(at), name: base.slice(0, at) }
}

/**
 * The last segment without a suffix, with Node's corners: a suffix equal to the path leaves nothing, one equal
 * to the segment is kept, and one that the segment is only the end of leaves even the separators behind it.
 * @param {string} path
 * @param {string} suffix
 * @param {number} start where the last segment begins
 * @param {number} end where it ends
 */
export function withoutSuffix (path, suffix, start, end) {
  const base = path.slice(start, end)
  if (suffix === '' || suffix.length > path.length) return base
  if (suffix === path) return ''
  if (suffix.length > base.length && suffix.endsWith(base)) return path.slice(start)
  return base !== suffix && base.endsWith(suffix) ? base.slice(0, -suffix.length) : base
}

/** @typedef {{ root?: string, dir?: string, base?: string, name?: string, ext?: string }} PathObject */

/** @param {string} separator */
export function formatWith (separator) {
  /** @param {PathObject} pathObject */
  return function format (pathObject) {
    validateObject(pathObject, 'pathObject')
    const { root, ext, name } = pathObject
    const dir = pathObject.dir || root
    const base = pathObject.base || `${name || ''}${ext ? `${ext[0] === '.' ? '' : '.'}${ext}` : ''}`
    if (!dir) return base
    return dir === root ? `${dir}${base}` : `${dir}${separator}${base}`
  }
}
