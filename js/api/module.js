/**
 * The built-in modules, `require` for them and for the CommonJS files of the app, as Node's `module`. A page that loads
 * files needs `ipc://module.read` in its connect-src; see docs/architecture.md, "CommonJS", for how they run.
 */
import * as commonjs from 'socket:commonjs'
import { namespaces } from 'socket:internal/builtins'
import { COMMONJS_WRAPPER, compile } from 'socket:internal/commonjs'
import { ERR_INVALID_ARG_VALUE, ERR_UNKNOWN_BUILTIN_MODULE } from 'socket:internal/errors'
import { isEsModule, nodeModulesPaths, path, resolve as find } from 'socket:internal/resolution'
import { validateString } from 'socket:internal/validators'
import args from 'socket:internal/args'
import { fileURLToPath } from 'socket:url'

/** What `require` gives, by name: the default export, as in Node, where there is one. @type {Readonly<Record<string, any>>} */
export const builtins = Object.freeze(Object.defineProperty(
  Object.defineProperty(
    Object.fromEntries(Object.entries(namespaces).map(([name, namespace]) => [name, 'default' in namespace ? namespace.default : namespace])),
    'commonjs', { get: () => commonjs, enumerable: true }),
  'module', { get: () => Module, enumerable: true }
))

export const builtinModules = Object.freeze(Object.keys(builtins).sort())

/** Where the app's files are served from. */
export const MAIN_SOURCE_ORIGIN = String(globalThis.location?.origin ?? '')

/** The module that is being run, and the one that required it. @type {{ current: Module | null, previous: Module | null }} */
export const scope = { current: null, previous: null }

/** @param {string} name */
const bare = (name) => name.replace(/^(?:node|socket):/, '')

/** @param {unknown} name with or without `node:` or `socket:` */
export function isBuiltin (name) {
  return typeof name === 'string' && Object.hasOwn(builtins, bare(name))
}

const root = String(/** @type {any} */ (args.paths).root ?? args.paths.resources)

/** @param {any} filename @returns {string} the path of a file that may not exist */
function requirer (filename) {
  const text = filename instanceof URL ? filename.href : filename
  if (typeof text === 'string') {
    if (/^file:/.test(text)) return fileURLToPath(text)
    // An app's own modules have addresses of its scheme.
    if (/^socket:\/\//.test(text)) return path.join(root, ...decodeURIComponent(new URL(text).pathname).split('/'))
    if (/^socket:/.test(text)) return path.join(root, 'index.js')
    if (path.isAbsolute(text)) return text
  }
  throw new ERR_INVALID_ARG_VALUE('filename', filename, 'must be a file URL object, file URL string, or absolute path string')
}

/** @param {string} id @param {Module} from */
function notFound (id, from) {
  const stack = []
  for (let module = /** @type {Module | null | undefined} */ (from); module; module = module.parent) stack.push(module.filename)
  const error = new Error(`Cannot find module '${id}'\nRequire stack:\n- ${stack.join('\n- ')}`)
  return Object.assign(error, { code: 'MODULE_NOT_FOUND', requireStack: stack })
}

/** @param {string} id @param {Module} from @param {{ paths?: string[] }} [options] */
function resolveFrom (id, from, { paths } = {}) {
  if (/^(?:node|socket):/.test(id) && !isBuiltin(id)) throw new ERR_UNKNOWN_BUILTIN_MODULE(id)
  const options = { extensions: Object.keys(Module._extensions), isBuiltin }
  if (paths === undefined) return find(id, from.folder, options) ?? missing(id, from)
  for (const folder of paths) {
    const found = find(id, path.resolve(folder), { ...options, paths: nodeModulesPaths(path.resolve(folder)) })
    if (found !== undefined) return found
  }
  return missing(id, from)
}

/** @param {string} id @param {Module} from @returns {never} */
function missing (id, from) {
  throw notFound(id, from)
}

/**
 * One CommonJS file.
 * @class
 */
export class Module extends EventTarget {
  /** @type {Record<string, Module>} */
  static _cache = Object.create(null)
  /** @type {Record<string, (module: Module, filename: string) => void>} */
  static _extensions = Object.create(null)
  static builtinModules = builtinModules
  static isBuiltin = isBuiltin
  static createRequire = createRequire
  static builtins = builtins
  static COMMONJS_WRAPPER = COMMONJS_WRAPPER
  static MAIN_SOURCE_ORIGIN = MAIN_SOURCE_ORIGIN
  static scope = scope
  static wrapper = Object.freeze(COMMONJS_WRAPPER.split('%s'))
  /** @type {typeof Module} */
  static Module

  /** @param {string} script */
  static wrap (script) { return Module.wrapper[0] + script + Module.wrapper[1] }

  /** @param {string} request @param {Module} parent */
  static _resolveFilename (request, parent) {
    const found = resolveFrom(request, parent)
    return 'builtin' in found ? found.builtin : found.path
  }

  /** @param {string} request @param {Module} parent */
  static _load (request, parent) { return parent.require(request) }

  /** @param {string} from */
  static _nodeModulePaths (from) { return nodeModulesPaths(path.resolve(from)) }

  /** @param {string} id @param {Module | null} [parent] @param {string} [filename] the file, where it is not the id */
  constructor (id = '', parent = null, filename = id) {
    super()
    this.id = id
    this.path = path.dirname(filename)
    /** @type {any} */
    this.exports = {}
    /** @type {string} */
    this.filename = filename
    this.loaded = false
    /** @type {Module[]} */
    this.children = []
    /** @type {string[]} */
    this.paths = filename === '' ? [] : nodeModulesPaths(this.path)
    Object.defineProperty(this, 'parent', { value: parent, writable: true, configurable: true, enumerable: false })
    Object.defineProperty(this, 'text', { value: '', writable: true, configurable: true, enumerable: false })
    parent?.children.push(this)
  }

  /** @type {Module | null | undefined} */
  get parent () { return undefined }
  /** What the file holds, until it has run. @type {string} */
  get text () { return '' }
  get folder () { return this.path }

  /** @param {string} id */
  require (id) {
    validateString(id, 'id')
    if (id === '') throw new ERR_INVALID_ARG_VALUE('id', id, 'must be a non-empty string')
    const found = resolveFrom(id, this)
    if ('builtin' in found) return builtins[bare(found.builtin)]
    const known = Module._cache[found.path]
    if (known !== undefined) {
      if (!this.children.includes(known)) this.children.push(known)
      return known.exports
    }
    const module = new Module(found.path, this)
    Object.defineProperty(module, 'text', { value: found.text, writable: true, configurable: true, enumerable: false })
    Module._cache[found.path] = module
    try {
      module.load(found.path)
    } catch (error) {
      // The next who asks meets the error again, and not half a module.
      delete Module._cache[found.path]
      this.children.splice(this.children.indexOf(module), 1)
      throw error
    }
    return module.exports
  }

  /** @param {string} filename */
  load (filename) {
    const extension = path.extname(filename)
    const load = Module._extensions[extension] ?? Module._extensions['.js']
    load(this, filename)
    this.loaded = true
    this.dispatchEvent(new Event('load'))
  }

  /** @param {string} content @param {string} filename */
  _compile (content, filename) {
    const run = compile(content, filename, content === this.text)
    const { current, previous } = scope
    Object.assign(scope, { current: this, previous: current })
    try {
      return Reflect.apply(run, this.exports, [this.exports, requireOf(this), this, filename, path.dirname(filename)])
    } finally {
      Object.assign(scope, { current, previous })
    }
  }
}
Object.defineProperty(Module, 'Module', { value: Module, enumerable: true })

Object.assign(Module._extensions, {
  '.js': (/** @type {any} */ module, /** @type {string} */ filename) => {
    if (isEsModule(filename)) {
      throw Object.assign(new Error(`require() of ES Module ${filename} from ${module.parent?.filename} not supported.\nInstead change the require of ${filename} in ${module.parent?.filename} to a dynamic import() which is available in all CommonJS modules.`), { code: 'ERR_REQUIRE_ESM' })
    }
    module._compile(module.text, filename)
  },
  '.json': (/** @type {any} */ module, /** @type {string} */ filename) => {
    try {
      module.exports = JSON.parse(module.text.replace(/^\uFEFF/, ''))
    } catch (error) {
      const failed = /** @type {Error} */ (error)
      failed.message = `${filename}: ${failed.message}`
      throw failed
    }
  },
  '.node': (/** @type {any} */ _, /** @type {string} */ filename) => {
    throw Object.assign(new Error(`${filename}: native addons of Node cannot be loaded by a page`), { code: 'ERR_DLOPEN_FAILED' })
  }
})

/** @param {Module} module @param {Module} [main] */
function requireOf (module, main) {
  /** @param {string} id @returns {any} */
  const require = (id) => module.require(id)
  /** @param {string} request @param {{ paths?: string[] }} [options] */
  const resolve = (request, options) => {
    validateString(request, 'request')
    const found = resolveFrom(request, module, options)
    return 'builtin' in found ? found.builtin : found.path
  }
  /** Where a package would be looked for. @param {string} request @returns {string[] | null} */
  resolve.paths = (request) => {
    validateString(request, 'request')
    if (isBuiltin(request)) return null
    return /^\.{1,2}(?:[/\\]|$)/.test(request) ? [module.path] : nodeModulesPaths(module.path)
  }
  return Object.assign(require, { resolve, main, extensions: Module._extensions, cache: Module._cache })
}

/**
 * A `require` as a file of the app has it.
 * @param {string | URL} filename of the module that requires, such as `import.meta.url`
 */
export function createRequire (filename) {
  return requireOf(new Module(requirer(filename)))
}

export { COMMONJS_WRAPPER }
export default Module
