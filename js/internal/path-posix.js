/**
 * Paths with slashes: Node's `path.posix`.
 */
import { formatWith, normalizeSegments, splitExtension, withoutSuffix } from 'socket:internal/path-common'
import { validateString } from 'socket:internal/validators'
import args from 'socket:internal/args'

export const sep = '/'
export const delimiter = ':'

/** The directory that relative paths start from, always with slashes. */
export function cwd () {
  return args.platform === 'win32' ? args.cwd.replace(/\\/g, '/').replace(/^[A-Za-z]:/, '') : args.cwd
}

/** @param {string} char */
const isSeparator = (char) => char === '/'

/** @param {...string} paths */
export function resolve (...paths) {
  let resolved = ''
  let absolute = false
  for (let at = paths.length - 1; at >= -1 && !absolute; at--) {
    const path = at >= 0 ? paths[at] : cwd()
    validateString(path, `paths[${at}]`)
    if (path === '') continue
    resolved = `${path}/${resolved}`
    absolute = path[0] === '/'
  }
  resolved = normalizeSegments(resolved, !absolute, '/', isSeparator)
  if (absolute) return `/${resolved}`
  return resolved || '.'
}

/** @param {string} path */
export function normalize (path) {
  validateString(path, 'path')
  if (path === '') return '.'
  const absolute = path[0] === '/'
  const trailing = path.endsWith('/')
  let result = normalizeSegments(path, !absolute, '/', isSeparator)
  if (result === '') return absolute ? '/' : trailing ? './' : '.'
  if (trailing) result += '/'
  return absolute ? `/${result}` : result
}

/** @param {string} path */
export function isAbsolute (path) {
  validateString(path, 'path')
  return path[0] === '/'
}

/** @param {...string} paths */
export function join (...paths) {
  for (const path of paths) validateString(path, 'path')
  const joined = paths.filter(Boolean).join('/')
  return joined === '' ? '.' : normalize(joined)
}

/** @param {string} from @param {string} to */
export function relative (from, to) {
  validateString(from, 'from')
  validateString(to, 'to')
  if (from === to) return ''
  const start = resolve(from).split('/').filter(Boolean)
  const end = resolve(to).split('/').filter(Boolean)
  let common = 0
  while (common < start.length && start[common] === end[common]) common++
  return [...start.slice(common).map(() => '..'), ...end.slice(common)].join('/')
}

/** @param {string} path */
export function toNamespacedPath (path) {
  return path
}

/** @param {string} path */
export function dirname (path) {
  validateString(path, 'path')
  if (path === '') return '.'
  const body = path.replace(/(?<=.)\/+$/, '')
  const at = body.lastIndexOf('/')
  if (at < 0) return '.'
  // "//a" keeps both: POSIX leaves their meaning to the system.
  if (at === 0) return '/'
  if (at === 1 && body[0] === '/') return '//'
  return body.slice(0, at)
}

/** @param {string} path @param {string} [suffix] */
export function basename (path, suffix = undefined) {
  if (suffix !== undefined) validateString(suffix, 'suffix')
  validateString(path, 'path')
  return baseOf(path, suffix)
}

/** @param {string} path @param {string} [suffix] */
function baseOf (path, suffix = '') {
  const body = path.replace(/\/+$/, '')
  return withoutSuffix(path, suffix, body.lastIndexOf('/') + 1, body.length)
}

/** @param {string} path */
export function extname (path) {
  validateString(path, 'path')
  return splitExtension(baseOf(path)).ext
}

export const format = formatWith('/')

/** @param {string} path */
export function parse (path) {
  validateString(path, 'path')
  const result = { root: '', dir: '', base: '', ext: '', name: '' }
  if (path === '') return result
  if (path[0] === '/') result.root = '/'
  const body = path.replace(/(?<=.)\/+$/, '')
  const at = body.lastIndexOf('/')
  result.base = body === '/' ? '' : body.slice(at + 1)
  // Node takes "/.." for a file called "." with the extension ".".
  Object.assign(result, body === '/..' ? { ext: '.', name: '.' } : splitExtension(result.base))
  if (at > 0) result.dir = body.slice(0, at)
  else if (at === 0) result.dir = '/'
  return result
}
