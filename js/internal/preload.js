/**
 * Runs in every page, frame and worker before their own scripts: what they write to their console and what they
 * leave uncaught also reaches the terminal, as Node would print it.
 *
 * Bundled as a classic script. Text and numbers are written without waking the formatter, which is a good part
 * of this file and is only evaluated when an object is printed.
 */
import { consoleMethods } from 'socket:internal/console-methods'
import { patchGlobals } from 'socket:internal/globals'
import { stackOf } from 'socket:internal/stack'
import { patchWorker, workerWriter } from 'socket:internal/worker-realm'

/** @type {((stream: 1 | 2, text: string) => void) | undefined} */
const direct = /** @type {any} */ (globalThis).__socket_console ?? workerWriter()
/** In a thread of `socket:worker_threads`, who started it hears what is written, and may want it for itself. */
const write = direct && ((/** @type {1 | 2} */ stream, /** @type {string} */ text) => {
  if (/** @type {any} */ (globalThis)[Symbol.for('socket.console')]?.(stream, text) !== true) direct(stream, text)
})
// Not for the page: it could write to the terminal without the console's formatting.
delete (/** @type {any} */ (globalThis)).__socket_console

/** @returns {{ inspect: (value: any, options?: object) => string, format: (...values: any[]) => string }} */
function formatter () {
  // The bundler runs the module at the first call.
  return require('socket:internal/inspect')
}

/** @param {any[]} values */
function format (values) {
  const [first] = values
  const directives = typeof first === 'string' && values.length > 1 && first.includes('%')
  if (directives) return formatter().format(...values)
  let text = ''
  for (let at = 0; at < values.length; at++) {
    const value = values[at]
    const type = typeof value
    if (at > 0) text += ' '
    if (type === 'string') text += value
    else if (type === 'bigint') text += `${value}n`
    else if (Object.is(value, -0)) text += '-0'
    else if (type === 'number' || type === 'boolean' || value === undefined || value === null) text += String(value)
    else return formatter().format(...values)
  }
  return text
}

const done = Symbol.for('socket.preload')

/** @param {(stream: 1 | 2, text: string) => void} print @param {(event: ErrorEvent) => boolean} fromWorker */
function patch (print, fromWorker) {
  const methods = consoleMethods({
    write: print,
    format,
    inspect: (value, options) => formatter().inspect(value, options),
    stackOf,
    warn: (text) => print(2, `Warning: ${text}\n`),
    wrappers: 1
  })
  for (const [name, method] of Object.entries(methods)) {
    const original = /** @type {any} */ (console)[name]
    const both = {
      [name] (/** @type {any[]} */ ...values) {
        // The inspector gets the values themselves, so that they can be looked into there.
        if (typeof original === 'function') Reflect.apply(original, console, values)
        try {
          return Reflect.apply(method, methods, values)
        } catch (error) {
          // A getter or a custom inspection that throws must not stop the page, a wrong argument may.
          if (/** @type {any} */ (error)?.code === 'ERR_INVALID_ARG_TYPE') throw error
          print(2, `console.${name}: ${String(/** @type {any} */ (error)?.message)}\n`)
        }
      }
    }
    Object.defineProperty(console, name, { value: both[name], writable: true, configurable: true, enumerable: true })
  }

  /** @param {any} value */
  const describe = (value) => {
    if (value instanceof Error) return formatter().inspect(value)
    return typeof value === 'string' ? value : format([value])
  }
  /** What events have told of. */
  const told = new WeakSet()
  /** @type {Set<unknown>} */
  const plain = new Set()
  /** @param {any} value */
  const isObject = (value) => value !== null && (typeof value === 'object' || typeof value === 'function')
  /** @param {unknown} error */
  const remember = (error) => {
    if (isObject(error)) told.add(/** @type {object} */ (error))
    else if (plain.size < 100) plain.add(error)
  }
  addEventListener('error', (event) => {
    // Errors of resources that fail to load have no message and are the network's affair.
    if (!(event instanceof ErrorEvent)) return
    const place = event.filename ? `\n    at ${event.filename}:${event.lineno}:${event.colno}` : ''
    // Said by the worker itself already.
    if (fromWorker(event)) return
    remember(event.error)
    print(2, `Uncaught ${event.error === null || event.error === undefined ? event.message.replace(/^Uncaught /, '') + place : describe(event.error)}\n`)
  })
  addEventListener('unhandledrejection', (event) => {
    remember(event.reason)
    print(2, `Uncaught (in promise) ${describe(event.reason)}\n`)
  })
  // Native code puts this around the scripts of pages and workers that wait: `followed` in native/runtime/src/webview/spelling.rs.
  Object.defineProperty(globalThis, Symbol.for('socket.follow'), {
    value: async (/** @type {string} */ url, /** @type {Promise<void>} */ module) => {
      try {
        await module
      } catch (error) {
        // Who imports a module is told, and says what is to be said.
        if (isScript(url)) setTimeout(() => { if (isObject(error) ? !told.has(/** @type {object} */ (error)) : !plain.has(error)) reportError(error) })
        throw error
      }
    }
  })
}

/** Whether it is the address of a script of this page, or of this worker's. @param {string} url */
function isScript (url) {
  if (typeof document === 'undefined') return url === globalThis.location.href
  return [...document.querySelectorAll('script')].some((script) => script.src === url)
}

// A module worker may load this file twice.
if (typeof write === 'function' && !(/** @type {any} */ (globalThis)[done])) {
  Object.defineProperty(globalThis, done, { value: true })
  const fromWorker = patchWorker((url) => write(2, `Uncaught Error: the script of a worker, or what it imports, cannot be loaded: ${url}\n`))
  patch(write, fromWorker)
  patchGlobals()
}
