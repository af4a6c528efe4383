/**
 * Paths of Windows, on any system: Node's `path.win32`.
 */
import { formatWith, normalizeSegments, splitExtension, withoutSuffix } from 'socket:internal/path-common'
import { validateString } from 'socket:internal/validators'
import args from 'socket:internal/args'

export const sep = '\\'
export const delimiter = ';'

export function cwd () {
  return args.cwd
}

/** @param {string} char */
const isSeparator = (char) => char === '\\' || char === '/'

/** @param {string} path */
const hasDrive = (path) => /^[A-Za-z]:/.test(path)

const RESERVED = /^(?:CON|PRN|AUX|NUL|COM[1-9\u00b9\u00b2\u00b3]|LPT[1-9\u00b9\u00b2\u00b3])$/i

/**
 * The drive ("C:") or share ("\\server\share") that a path begins with, whether it is rooted there,
 * and where the root ends.
 * @param {string} path
 * @returns {{ device: string, absolute: boolean, end: number, share?: boolean }}
 */
function rootOf (path) {
  if (hasDrive(path)) {
    const absolute = path.length > 2 && isSeparator(path[2])
    return { device: path.slice(0, 2), absolute, end: absolute ? 3 : 2 }
  }
  if (path === '' || !isSeparator(path[0])) return { device: '', absolute: false, end: 0 }
  const unc = /^[\\/]{2}([^\\/]+)[\\/]+([^\\/]+)/.exec(path)
  if (unc === null) return { device: '', absolute: true, end: 1 }
  // "\\.\" and "\\?\" lead to devices, what follows them is an ordinary path.
  if (unc[1] === '.' || unc[1] === '?') return { device: `\\\\${unc[1]}`, absolute: true, end: 4 }
  return { device: `\\\\${unc[1]}\\${unc[2]}`, absolute: true, end: unc[0].length, share: true }
}

/** @param {...string} paths */
export function resolve (...paths) {
  let device = ''
  let tail = ''
  let absolute = false
  for (let at = paths.length - 1; at >= -1; at--) {
    let path
    if (at >= 0) {
      path = paths[at]
      validateString(path, `paths[${at}]`)
      if (path === '') continue
    } else if (device === '') {
      path = cwd()
    } else {
      // Windows keeps a working directory per drive in hidden variables.
      path = args.env[`=${device}`] || cwd()
      if (path.slice(0, 2).toLowerCase() !== device.toLowerCase() && path[2] === '\\') path = `${device}\\`
    }
    const root = rootOf(path)
    if (root.device !== '') {
      if (device === '') device = root.device
      else if (root.device.toLowerCase() !== device.toLowerCase()) continue
    }
    if (absolute) {
      if (device !== '') break
      continue
    }
    tail = `${path.slice(root.end)}\\${tail}`
    absolute = root.absolute
    if (absolute && device !== '') break
  }
  tail = normalizeSegments(tail, !absolute, '\\', isSeparator)
  return absolute ? `${device}\\${tail}` : `${device}${tail}` || '.'
}

/** @param {string} path */
export function normalize (path) {
  validateString(path, 'path')
  if (path === '') return '.'
  if (path.length === 1) return isSeparator(path) ? '\\' : path
  let { device, absolute, end, share } = rootOf(path)
  const colon = path.indexOf(':')
  // Node cuts at the colon even where there is none, so "nul/" counts as reserved, too.
  const reserved = RESERVED.test(path.slice(0, colon))
  if (device === '' && !absolute && reserved && colon > 0) {
    device = path.slice(0, colon + 1)
    end = colon + 1
  }
  if (share && end === path.length) return `${device}\\`
  let tail = normalizeSegments(path.slice(end), !absolute, '\\', isSeparator)
  if (tail === '' && !absolute) tail = '.'
  if (tail !== '' && isSeparator(path[path.length - 1])) tail += '\\'
  if (!absolute && device === '' && path.includes(':')) {
    // "a/../C:" must not turn into a drive, nor "x:" into a stream or a device.
    if (hasDrive(tail)) return `.\\${tail}`
    if (/:(?:[\\/]|$)/.test(path)) return `.\\${tail}`
  }
  if (reserved) return `.\\${device}${tail}`
  return absolute ? `${device}\\${tail}` : `${device}${tail}`
}

/** @param {string} path */
export function isAbsolute (path) {
  validateString(path, 'path')
  return /^(?:[\\/]|[A-Za-z]:[\\/])/.test(path)
}

/** @param {...string} paths */
export function join (...paths) {
  for (const path of paths) validateString(path, 'path')
  const parts = paths.filter(Boolean)
  if (parts.length === 0) return '.'
  const [first] = parts
  let joined = parts.join('\\')
  // Only a first part that is itself the beginning of a share may make one.
  if (!/^[\\/]{2}[^\\/]/.test(first)) joined = joined.replace(/^[\\/]{2,}/, '\\')
  return normalize(joined)
}

/** @param {string} from @param {string} to */
export function relative (from, to) {
  validateString(from, 'from')
  validateString(to, 'to')
  if (from === to) return ''
  const [start, end] = [resolve(from), resolve(to)]
  if (start === end || start.toLowerCase() === end.toLowerCase()) return ''
  const base = start.replace(/^\\+|\\+$/g, '')
  const goal = end.replace(/^\\+|\\+$/g, '')
  const length = Math.min(base.length, goal.length)
  let equal = 0
  while (equal < length && base[equal].toLowerCase() === goal[equal].toLowerCase()) equal++
  // Where the last common directory ends.
  let fork = base.lastIndexOf('\\', equal - 1)
  if (equal === 0) fork = -1
  if (equal < length) {
    if (fork === -1) return end
  } else {
    if (goal.length > length) {
      if (goal[equal] === '\\') return end.replace(/^\\+/, '').slice(equal + 1)
      if (equal === 2) return end.replace(/^\\+/, '').slice(equal)
    } else if (base.length > length) {
      if (base[equal] === '\\') fork = equal
      else if (equal === 2) fork = 3
    }
    if (fork === -1) fork = 0
  }
  const left = fork + 1 > base.length ? [] : base.slice(fork + 1).split('\\')
  const rest = goal.slice(fork)
  if (left.length > 0) return left.map(() => '..').join('\\') + rest
  return rest.replace(/^\\/, '')
}

/** @param {string} path */
export function toNamespacedPath (path) {
  if (typeof path !== 'string' || path.length === 0) return path
  const resolved = resolve(path)
  if (resolved.length <= 2) return path
  if (resolved.startsWith('\\\\')) {
    if (resolved[2] !== '?' && resolved[2] !== '.') return `\\\\?\\UNC\\${resolved.slice(2)}`
  } else if (hasDrive(resolved) && resolved[2] === '\\') {
    return `\\\\?\\${resolved}`
  }
  return resolved
}

/**
 * How much of a path is its root when it is taken apart.
 * @param {string} path
 */
function rootLength (path) {
  if (hasDrive(path)) return path.length > 2 && isSeparator(path[2]) ? 3 : 2
  if (path === '' || !isSeparator(path[0])) return 0
  const unc = /^[\\/]{2}[^\\/]+[\\/]+[^\\/]+/.exec(path)
  if (unc === null) return 1
  return Math.min(unc[0].length + 1, path.length)
}

/** @param {string} path */
export function dirname (path) {
  validateString(path, 'path')
  if (path === '') return '.'
  const root = rootLength(path)
  const body = path.slice(root).replace(/(?<=[^\\/])[\\/]+$/, '')
  if (/^[\\/]+$/.test(body)) return path.slice(0, root)
  const at = Math.max(body.lastIndexOf('/'), body.lastIndexOf('\\'))
  if (at < 0) return root === 0 ? '.' : path.slice(0, root)
  return path.slice(0, root + at)
}

/** @param {string} path @param {string} [suffix] */
export function basename (path, suffix = undefined) {
  if (suffix !== undefined) validateString(suffix, 'suffix')
  validateString(path, 'path')
  return baseOf(path, suffix)
}

/** @param {string} path @param {string} [suffix] */
function baseOf (path, suffix = '') {
  const drive = hasDrive(path) ? 2 : 0
  const body = path.slice(drive).replace(/[\\/]+$/, '')
  const at = Math.max(body.lastIndexOf('/'), body.lastIndexOf('\\'))
  return withoutSuffix(path, suffix, drive + at + 1, drive + body.length)
}

/** @param {string} path */
export function extname (path) {
  validateString(path, 'path')
  return splitExtension(baseOf(path)).ext
}

export const format = formatWith('\\')

/** @param {string} path */
export function parse (path) {
  validateString(path, 'path')
  const result = { root: '', dir: '', base: '', ext: '', name: '' }
  if (path === '') return result
  const length = rootLength(path)
  result.root = path.slice(0, length)
  const body = path.slice(length).replace(/[\\/]+$/, '')
  const at = Math.max(body.lastIndexOf('/'), body.lastIndexOf('\\'))
  result.base = body.slice(at + 1)
  Object.assign(result, splitExtension(result.base))
  result.dir = at > 0 ? path.slice(0, length + at) : result.root
  return result
}
