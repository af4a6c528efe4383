/**
 * CommonJS, under the names that later apps know: `socket:module`, and the parts that `require` is made of. Files are the app's
 * own; a page that reads them needs `ipc://module.read` in its connect-src.
 */
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { entryOf, isEsModule, nodeModulesPaths, packageOf, path, read, resolve } from 'socket:internal/resolution'
import { validateObject, validateString } from 'socket:internal/validators'
import { builtins, createRequire, isBuiltin, Module } from 'socket:module'
import args from 'socket:internal/args'

export { builtins, createRequire, Module }

const root = String(/** @type {any} */ (args.paths).root ?? args.paths.resources)

/** Modules by their file names. Without an argument it is a view of those that `require` has run: what is deleted there runs anew. */
export class Cache {
  #records

  /** @param {Record<string, any>} [records] */
  constructor (records = Module._cache) {
    validateObject(records, 'records')
    this.#records = records
  }

  /** How many there are. */
  get size () { return Object.keys(this.#records).length }
  /** @param {string} id */
  has (id) { return Object.hasOwn(this.#records, id) }
  /** @param {string} id @returns {any} */
  get (id) { return Object.hasOwn(this.#records, id) ? this.#records[id] : undefined }

  /** @param {string} id @param {any} module */
  set (id, module) {
    validateString(id, 'id')
    Object.defineProperty(this.#records, id, { value: module, writable: true, enumerable: true, configurable: true })
    return this
  }

  /** @param {string} id @returns {boolean} whether it was there */
  delete (id) { return this.has(id) && Reflect.deleteProperty(this.#records, id) }
  /** Forgets all. */
  clear () { for (const id of Object.keys(this.#records)) this.delete(id) }
  keys () { return Object.keys(this.#records)[Symbol.iterator]() }
  /** @returns {IterableIterator<any>} */
  values () { return Object.values(this.#records)[Symbol.iterator]() }
  /** @returns {IterableIterator<[string, any]>} */
  entries () { return Object.entries(this.#records)[Symbol.iterator]() }
  [Symbol.iterator] () { return this.entries() }

  /** @param {(module: any, id: string, cache: this) => void} callback */
  forEach (callback) { for (const [id, module] of this) callback(module, id, this) }
}

/** @param {any} name @param {string} what */
function inApp (name, what) {
  const text = name instanceof URL ? name.pathname : name
  if (typeof text !== 'string') throw new ERR_INVALID_ARG_TYPE(what, ['string', 'URL'], name)
  return path.isAbsolute(text) && text.startsWith(root) ? text : path.join(root, text)
}

/** @typedef {{ id: string, kind: 'file' | 'directory' | 'missing' | 'builtin', text: string, type: 'commonjs' | 'module' | 'json' | 'builtin' | undefined }} Loaded */

/** Finds and reads files of the app as `require` does, and runs none. */
export class Loader {
  /** @param {{ folder?: string, extensions?: string[] }} [options] folder: from where names are looked for, in the app's own folder by default; extensions: what is tried */
  constructor (options = {}) {
    validateObject(options, 'options')
    this.folder = inApp(options.folder ?? '', 'options.folder')
    this.extensions = options.extensions ?? ['.js', '.json', '.node']
  }

  /** The file that a name stands for; for a built-in module its name. @param {string} id @returns {string} */
  resolve (id) {
    validateString(id, 'id')
    if (id === '') throw new ERR_INVALID_ARG_VALUE('id', id, 'must be a non-empty string')
    const found = resolve(id, this.folder, { extensions: this.extensions, isBuiltin })
    if (found === undefined) throw Object.assign(new Error(`Cannot find module '${id}' from ${this.folder}`), { code: 'MODULE_NOT_FOUND' })
    return 'builtin' in found ? found.builtin : found.path
  }

  /** Where a package would be looked for. @returns {string[]} */
  paths () { return nodeModulesPaths(this.folder) }

  /** What there is under the name of a file. @param {string | URL} file @returns {'file' | 'directory' | 'missing'} */
  status (file) { return read(inApp(file, 'file')).kind }

  /** Reads what a name stands for. @param {string} id @returns {Loaded} */
  load (id) {
    const name = this.resolve(id)
    if (isBuiltin(name)) return { id: name, kind: 'builtin', text: '', type: 'builtin' }
    const { kind, text } = read(name)
    return { id: name, kind, text, type: name.endsWith('.json') ? 'json' : isEsModule(name) ? 'module' : /\.c?js$/.test(name) ? 'commonjs' : undefined }
  }
}

/** What a package.json says. */
export class Package {
  /** The package that a file or folder of the app belongs to. @param {string | URL} file @returns {Package | undefined} nothing where there is no package.json */
  static find (file) {
    const found = packageOf(inApp(file, 'file'))
    return found && new Package(found.json, found.folder)
  }

  /** An installed package, as a file of a folder would require it. @param {string} name @param {string} [folder] the app's own by default @returns {Package} */
  static load (name, folder = '') {
    validateString(name, 'name')
    for (const modules of nodeModulesPaths(inApp(folder, 'folder'))) {
      const home = path.join(modules, name)
      const found = read(path.join(home, 'package.json')).kind === 'file' ? packageOf(home) : undefined
      if (found !== undefined) return new Package(found.json, found.folder)
    }
    throw Object.assign(new Error(`Cannot find package '${name}' from ${inApp(folder, 'folder')}`), { code: 'MODULE_NOT_FOUND' })
  }

  /** @param {Record<string, any>} info of package.json @param {string} [folder] where it is */
  constructor (info, folder = root) {
    validateObject(info, 'info')
    validateString(folder, 'folder')
    this.info = info
    this.folder = folder
    this.name = String(info.name ?? '')
    this.version = String(info.version ?? '')
    this.description = String(info.description ?? '')
    this.license = String(info.license ?? '')
    this.type = info.type === 'module' ? 'module' : 'commonjs'
    /** @type {string | undefined} */
    this.main = typeof info.main === 'string' ? info.main : undefined
    /** @type {any} */
    this.exports = info.exports
    /** @type {any} */
    this.imports = info.imports
    /** @type {Record<string, string>} */
    this.dependencies = { ...info.dependencies }
  }

  /** The file that a name inside of the package stands for. @param {string} [subpath] `.`, or such as `./server` @returns {string} */
  resolve (subpath = '.') {
    validateString(subpath, 'subpath')
    return entryOf(this.info, subpath === '.' || subpath.startsWith('./') ? subpath : `./${subpath}`, this.folder)
  }
}

export * as default from 'socket:commonjs'
