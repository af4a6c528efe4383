/**
 * Where `require` finds a file: Node's algorithm for CommonJS, over the app's own files. Paths are real and absolute.
 */
import { callSync } from 'socket:internal/ipc'
import { posix, win32 } from 'socket:internal/path'
import args from 'socket:internal/args'

const path = args.platform === 'win32' ? win32 : posix
const decoder = new TextDecoder()

/** What `exports` and `imports` of packages are asked for, besides `default`. */
const CONDITIONS = new Set(['node', 'require'])

/** @typedef {{ kind: 'file' | 'directory' | 'missing', path: string, text: string }} Found */

/** @type {Map<string, Found>} */
const files = new Map()

/** @param {string} name @param {string[]} [endings] @returns {Found} */
function read (name, endings = ['']) {
  const key = `${endings}\0${name}`
  const known = files.get(key)
  if (known !== undefined) return known
  const { kind, path, body } = /** @type {any} */ (callSync('module.read', { path: name, endings }))
  const found = { kind, path, text: kind === 'file' && body !== undefined ? decoder.decode(body) : '' }
  // Sources run once: only what is asked for again and again is kept.
  if (kind !== 'file' || name.endsWith('package.json')) files.set(key, found)
  return found
}

/** @param {string} message @param {string} code @param {ErrorConstructor} [Class] */
const failure = (message, code, Class = Error) => Object.assign(new Class(message), { code })

/** @param {string} folder @returns {any} */
function manifest (folder) {
  const file = path.join(folder, 'package.json')
  const { kind, text } = read(file)
  if (kind !== 'file') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw Object.assign(new Error(`Error parsing ${file}: ${/** @type {Error} */ (error).message}`), { code: 'ERR_INVALID_PACKAGE_CONFIG', path: file })
  }
}

/** @param {string} from a folder @returns {{ folder: string, json: any } | undefined} */
function scopeOf (from) {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (path.basename(folder) === 'node_modules') return undefined
    const json = manifest(folder)
    if (json !== undefined) return { folder, json }
    if (path.dirname(folder) === folder) return undefined
  }
}

/** @param {string} from a folder @returns {string[]} */
export function nodeModulesPaths (from) {
  const found = []
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (path.basename(folder) !== 'node_modules') found.push(path.join(folder, 'node_modules'))
    if (path.dirname(folder) === folder) return found
  }
}

/** What is asked for when a name has no ending, as in Node. @param {string[]} extensions */
const endings = (extensions) => ['', ...extensions]

/** @param {string} name @param {string[]} extensions @returns {Found | undefined} */
function fileOrFolder (name, extensions) {
  if (!/[/\\]$/.test(name)) {
    const file = read(name, endings(extensions))
    if (file.kind === 'file') return file
    if (file.kind === 'missing') return undefined
  }
  const json = manifest(name)
  const main = typeof json?.main === 'string' ? json.main : undefined
  if (main !== undefined) {
    const wanted = path.resolve(name, main)
    const file = read(wanted, endings(extensions))
    if (file.kind === 'file') return file
    const index = read(path.join(wanted, 'index'), extensions)
    if (index.kind === 'file') return index
  }
  const index = read(path.join(name, 'index'), extensions)
  if (index.kind === 'file') return index
  if (main !== undefined) {
    throw Object.assign(failure(`Cannot find module '${path.resolve(name, main)}'. Please verify that the package.json has a valid "main" entry`, 'MODULE_NOT_FOUND'), {
      path: path.join(name, 'package.json'), requestPath: name
    })
  }
  return undefined
}

/**
 * The target of an entry of `exports` or `imports`.
 * @param {any} target @param {string} star @param {string} folder @param {{ key: string, internal: boolean }} entry
 * @returns {{ id?: string, file?: string } | null | undefined} null: said to be nothing
 */
function targetOf (target, star, folder, entry) {
  if (typeof target === 'string') {
    const filled = target.replaceAll('*', () => star)
    if (target.startsWith('./')) {
      const segments = filled.slice(2).split(/[/\\]/)
      if (segments.some((part) => part === '..' || part === '.' || part === 'node_modules')) {
        throw failure(`Invalid module "${entry.key}" is not a valid subpath in "${path.join(folder, 'package.json')}"`, 'ERR_INVALID_MODULE_SPECIFIER', TypeError)
      }
      return { file: path.join(folder, filled) }
    }
    if (entry.internal && !target.startsWith('../') && !target.startsWith('/')) return { id: filled }
    throw failure(`Invalid "${entry.internal ? 'imports' : 'exports'}" target ${JSON.stringify(target)} defined for '${entry.key}' in the package config ${path.join(folder, 'package.json')}${entry.internal ? '' : '; targets must start with "./"'}`, 'ERR_INVALID_PACKAGE_TARGET')
  }
  if (Array.isArray(target)) {
    /** @type {any} */ let last = target.length === 0 ? null : undefined
    for (const one of target) {
      try {
        const found = targetOf(one, star, folder, entry)
        if (found) return found
        last = found
      } catch (error) {
        if (/** @type {any} */ (error).code !== 'ERR_INVALID_PACKAGE_TARGET') throw error
        last = error
      }
    }
    if (last instanceof Error) throw last
    return last
  }
  if (target === null) return null
  if (typeof target === 'object') {
    for (const [condition, value] of Object.entries(target)) {
      if (condition !== 'default' && !CONDITIONS.has(condition)) continue
      const found = targetOf(value, star, folder, entry)
      if (found !== undefined) return found
    }
    return undefined
  }
  throw failure(`Invalid "exports" target ${JSON.stringify(target)} defined for '${entry.key}' in the package config ${path.join(folder, 'package.json')}`, 'ERR_INVALID_PACKAGE_TARGET')
}

/** @param {Record<string, any>} table @param {string} key @param {string} folder @param {boolean} internal */
function lookUp (table, key, folder, internal) {
  if (Object.hasOwn(table, key) && !key.includes('*')) return targetOf(table[key], '', folder, { key, internal })
  const patterns = Object.keys(table).filter((name) => name.split('*').length === 2)
  // The longest text before the star is the most particular.
  patterns.sort((a, b) => b.indexOf('*') - a.indexOf('*') || b.length - a.length)
  for (const pattern of patterns) {
    const [before, after] = pattern.split('*')
    if (key.startsWith(before) && key !== before && key.endsWith(after) && key.length >= pattern.length) {
      return targetOf(table[pattern], key.slice(before.length, key.length - after.length), folder, { key, internal })
    }
  }
  return undefined
}

/** @param {any} exports @param {string} subpath `.` or `./x` @param {string} folder */
function exported (exports, subpath, folder) {
  const plain = typeof exports === 'string' || Array.isArray(exports) || exports === null || !Object.keys(exports).some((key) => key.startsWith('.'))
  const found = plain
    ? (subpath === '.' ? targetOf(exports, '', folder, { key: '.', internal: false }) : undefined)
    : lookUp(exports, subpath, folder, false)
  if (found?.file !== undefined) return found.file
  const where = path.join(folder, 'package.json')
  throw failure(subpath === '.' ? `No "exports" main defined in ${where}` : `Package subpath '${subpath}' is not defined by "exports" in ${where}`, 'ERR_PACKAGE_PATH_NOT_EXPORTED')
}

/** A file that `exports` names must be there as it is. @param {string} file @param {string} from @returns {Found} */
function exact (file, from) {
  const found = read(file)
  if (found.kind === 'file') return found
  throw Object.assign(failure(`Cannot find module '${file}'`, 'MODULE_NOT_FOUND'), { path: path.join(from, 'package.json') })
}

const NAME = /^((?:@[^/\\%]+\/)?[^./\\%][^/\\%]*)(\/.*)?$/

/**
 * @param {string} id
 * @param {string} folder of the file that requires
 * @param {{ paths?: string[], extensions?: string[], isBuiltin: (id: string) => boolean }} options
 * @returns {Found | { builtin: string } | undefined}
 */
export function resolve (id, folder, options) {
  const { extensions = ['.js', '.json', '.node'], isBuiltin } = options
  if (isBuiltin(id)) return { builtin: id }
  if (path.isAbsolute(id)) return fileOrFolder(id, extensions)
  if (/^\.{1,2}(?:[/\\]|$)/.test(id)) {
    const slash = /(?:^|[/\\])\.{1,2}$|[/\\]$/.test(id) ? path.sep : ''
    return fileOrFolder(path.resolve(folder, id) + slash, extensions)
  }
  if (id.startsWith('#')) {
    const scope = scopeOf(folder)
    const table = scope?.json.imports
    if (id === '#' || id.startsWith('#/')) throw failure(`Invalid module "${id}" is not a valid internal imports specifier name`, 'ERR_INVALID_MODULE_SPECIFIER', TypeError)
    if (scope !== undefined && table !== null && typeof table === 'object') {
      const found = lookUp(table, id, scope.folder, true)
      if (found?.id !== undefined) return resolve(found.id, scope.folder, options)
      if (found?.file !== undefined) return exact(found.file, scope.folder)
    }
    throw failure(`Package import specifier "${id}" is not defined${scope === undefined ? '' : ` in package ${path.join(scope.folder, 'package.json')}`}`, 'ERR_PACKAGE_IMPORT_NOT_DEFINED', TypeError)
  }
  const [, name, rest = ''] = id.match(NAME) ?? []
  if (name !== undefined) {
    const self = scopeOf(folder)
    if (self?.json.name === name && self.json.exports !== undefined && self.json.exports !== null) {
      return exact(exported(self.json.exports, `.${rest}`, self.folder), self.folder)
    }
  }
  for (const modules of options.paths ?? nodeModulesPaths(folder)) {
    if (name !== undefined) {
      const home = path.join(modules, name)
      const json = manifest(home)
      if (json?.exports !== undefined && json.exports !== null) return exact(exported(json.exports, `.${rest}`, home), home)
    }
    const found = fileOrFolder(path.join(modules, id) + (/[/\\]$/.test(id) ? path.sep : ''), extensions)
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether a `.js` file is an ES module. @param {string} filename */
export function isEsModule (filename) {
  if (filename.endsWith('.mjs')) return true
  return filename.endsWith('.js') && scopeOf(path.dirname(filename))?.json.type === 'module'
}

export { scopeOf as packageOf }

/** @param {any} json of a package.json @param {string} subpath `.` or `./x` @param {string} folder @returns {string} a file that may not exist */
export function entryOf (json, subpath, folder) {
  if (json.exports !== undefined && json.exports !== null) return exported(json.exports, subpath, folder)
  const wanted = subpath === '.' ? folder : path.join(folder, subpath)
  const found = fileOrFolder(wanted, ['.js', '.json', '.node'])
  if (found !== undefined) return found.path
  throw failure(`Cannot find module '${wanted}'`, 'MODULE_NOT_FOUND')
}

export { path, read }
