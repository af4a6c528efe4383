/**
 * The built-in modules and `require` for them, as Node's `module`. Files of CommonJS are not loaded: a page may not make
 * code from text, and a WebView cannot load a script while another waits. Bundlers turn them into modules.
 */
import { ModuleNotFoundError } from 'socket:errors'
import { namespaces } from 'socket:internal/builtins'
import { ERR_INVALID_ARG_VALUE, ERR_UNKNOWN_BUILTIN_MODULE } from 'socket:internal/errors'
import { validateString } from 'socket:internal/validators'
import { posix, win32 } from 'socket:internal/path'

/** What `require` gives, by name: the default export, as in Node, where there is one. @type {Readonly<Record<string, any>>} */
export const builtins = Object.freeze(Object.fromEntries([
  ...Object.entries(namespaces).map(([name, namespace]) => [name, 'default' in namespace ? namespace.default : namespace]),
  ['module', undefined]
].map(([name, value]) => [name, name === 'module' ? { get builtins () { return builtins }, get builtinModules () { return builtinModules }, isBuiltin, createRequire } : value])))

export const builtinModules = Object.freeze(Object.keys(builtins).sort())

/** @param {string} name */
const bare = (name) => name.replace(/^(?:node|socket):/, '')

/** @param {unknown} name with or without `node:` or `socket:` */
export function isBuiltin (name) {
  return typeof name === 'string' && Object.hasOwn(builtins, bare(name))
}

/** @param {any} filename @returns {string} */
function requirer (filename) {
  const text = filename instanceof URL ? filename.href : filename
  // An app's own modules have addresses of its scheme.
  if (typeof text === 'string' && (/^(?:file|socket):/.test(text) || posix.isAbsolute(text) || (win32.isAbsolute(text) && /^[a-z]:/i.test(text)))) return text
  throw new ERR_INVALID_ARG_VALUE('filename', filename, 'must be a file URL object, file URL string, or absolute path string')
}

/** @param {string} id @param {string} from @returns {string} */
function find (id, from) {
  if (isBuiltin(id)) return id
  if (/^(?:node|socket):/.test(id)) throw new ERR_UNKNOWN_BUILTIN_MODULE(id)
  throw new ModuleNotFoundError(`Cannot find module '${id}'\nRequire stack:\n- ${from}`, [from])
}

/**
 * A `require` that knows the built-in modules.
 * @param {string | URL} filename of the module that requires, such as `import.meta.url`
 */
export function createRequire (filename) {
  const from = requirer(filename)
  /** @param {string} id @returns {any} */
  function require (id) {
    validateString(id, 'id')
    if (id === '') throw new ERR_INVALID_ARG_VALUE('id', id, 'must be a non-empty string')
    return builtins[bare(find(id, from))]
  }
  /** @param {string} request */
  const resolve = (request) => {
    validateString(request, 'request')
    return find(request, from)
  }
  /** Where files would be looked for: nowhere. @param {string} request @returns {string[] | null} */
  resolve.paths = (request) => {
    validateString(request, 'request')
    return isBuiltin(request) ? null : []
  }
  return Object.assign(require, { resolve, main: undefined, extensions: Object.create(null), cache: Object.create(null) })
}

export default { builtins, builtinModules, isBuiltin, createRequire }
