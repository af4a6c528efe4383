/**
 * Runs the text of CommonJS files where a page's policy forbids `eval`. See docs/architecture.md, "CommonJS".
 *
 * - In a page: an inline script, which runs at once. Native code puts a nonce for it into the policy of pages that may
 *   call `module.read`, and tells it to nobody else.
 * - In a classic worker: `importScripts` of the file with the wrapper around it, as native code serves it.
 * - Elsewhere (module workers, tests in Node): `Function`, which a policy must allow.
 */
import args from 'socket:internal/args'
import { Buffer } from 'socket:buffer'
import process from 'socket:process'
import { clearImmediate, setImmediate } from 'socket:timers'

const KEY = Symbol.for('socket.commonjs')
const OUTER = 'process, Buffer, global, setImmediate, clearImmediate'
const INNER = 'exports, require, module, __filename, __dirname'

/** The wrapper, with the text in place of `%s`. */
export const COMMONJS_WRAPPER = `(function (${INNER}) {%s\n})`

const scope = /** @type {any} */ (globalThis)
const root = String(/** @type {any} */ (args.paths).root ?? args.paths.resources)

/** The address of a file of the app. @param {string} filename */
export function addressOf (filename) {
  const path = filename.startsWith(root) ? filename.slice(root.length).replaceAll('\\', '/') : undefined
  return path === undefined ? undefined : `${scope.location?.origin}/${path.replace(/^\//, '').split('/').map(encodeURIComponent).join('/')}`
}

/** @param {string} filename @param {string} why @param {unknown} [cause] */
function refused (filename, why, cause) {
  return Object.assign(new Error(`${filename} cannot be run: ${why}`, { cause }), { code: 'ERR_ACCESS_DENIED', path: filename })
}

/** @param {string} text @param {string} filename */
function inPage (text, filename) {
  const script = document.createElement('script')
  const nonce = /** @type {any} */ (args).nonce
  if (nonce !== undefined) script.nonce = nonce
  script.textContent = `globalThis[Symbol.for("socket.commonjs")]=function(${OUTER}){return function(${INNER}){${text}\n}}\n//# sourceURL=${addressOf(filename) ?? filename}`
  /** @type {any} */ let failed
  const listen = (/** @type {ErrorEvent} */ event) => {
    failed = event.error ?? new SyntaxError(`${event.message} (${filename}:${event.lineno})`)
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  addEventListener('error', listen, { capture: true })
  try {
    (document.head ?? document.documentElement).append(script)
  } finally {
    removeEventListener('error', listen, { capture: true })
    script.remove()
  }
  if (failed !== undefined) throw failed
  const outer = scope[KEY]
  delete scope[KEY]
  if (typeof outer !== 'function') {
    throw refused(filename, "the page's Content-Security-Policy lets no such script run. Add ipc://module.read to its connect-src (in the " +
      '<meta http-equiv="Content-Security-Policy"> of the page or in [webview] headers of socket.ini)')
  }
  return outer
}

/** @param {string} filename */
function inWorker (filename) {
  scope.importScripts(`${addressOf(filename)}?socket-commonjs`)
  const outer = scope[KEY]
  delete scope[KEY]
  if (typeof outer !== 'function') throw refused(filename, "script-src of the page's Content-Security-Policy must allow 'self' and socket:")
  return outer
}

/** @param {string} text @param {string} filename */
function byFunction (text, filename) {
  try {
    // eslint-disable-next-line no-new-func
    return new Function(`return function(${OUTER}){return function(${INNER}){${text}\n}}\n//# sourceURL=${filename}`)()
  } catch (error) {
    if (!(error instanceof EvalError) && /** @type {any} */ (error)?.name !== 'EvalError') throw error
    throw refused(filename, "a module worker has no way to run CommonJS under a policy without 'unsafe-eval': use a classic worker (no type: \"module\")", error)
  }
}

/**
 * The function of a CommonJS file.
 * @param {string} source
 * @param {string} filename
 * @param {boolean} [served] whether native code can serve the file itself
 * @returns {(exports: any, require: any, module: any, filename: string, dirname: string) => any}
 */
export function compile (source, filename, served = true) {
  const text = source.replace(/^\uFEFF/, '').replace(/^#!/, '//#!')
  const outer = typeof document !== 'undefined'
    ? inPage(text, filename)
    : served && isClassicWorker() && addressOf(filename) !== undefined ? inWorker(filename) : byFunction(text, filename)
  return outer(process, Buffer, globalThis, setImmediate, clearImmediate)
}

/** A module worker has the function too, and it only throws. */
function isClassicWorker () {
  if (typeof scope.importScripts !== 'function') return false
  try {
    scope.importScripts()
    return true
  } catch {
    return false
  }
}
