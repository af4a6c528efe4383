/**
 * Consoles, as Node's `console`. A page's own console is replaced by the preload before the page's scripts run.
 */
import { consoleMethods } from 'socket:internal/console-methods'
import { ERR_CONSOLE_WRITABLE_STREAM } from 'socket:internal/errors'
import { formatWithOptions, inspect } from 'socket:internal/inspect'
import { stackOf } from 'socket:internal/stack'
import { validateInteger, validateObject, validateOneOf } from 'socket:internal/validators'

/** @typedef {{ write (text: string): any, isTTY?: boolean, once?: Function, removeListener?: Function, listenerCount?: Function }} Stream */
/**
 * @typedef {object} ConsoleOptions
 * @property {Stream} stdout
 * @property {Stream} [stderr]
 * @property {boolean} [ignoreErrors]
 * @property {boolean | 'auto'} [colorMode]
 * @property {object} [inspectOptions]
 * @property {number} [groupIndentation]
 */

/** @param {string} text */
function warn (text) {
  const process = /** @type {any} */ (globalThis).process
  if (typeof process?.emitWarning === 'function') process.emitWarning(text)
  else globalThis.console.warn(`Warning: ${text}`)
}

/** Writes and lets nothing be thrown, for a full disk or a closed pipe is not the caller's fault. @param {Stream} stream @param {string} text */
function writeQuietly (stream, text) {
  const ignore = () => {}
  try {
    if (stream.listenerCount?.('error') === 0) {
      stream.once?.('error', ignore)
      stream.write(text)
      stream.removeListener?.('error', ignore)
    } else {
      stream.write(text)
    }
  } catch (error) {
    // Not one of the stream's: the stack is used up.
    if (error instanceof RangeError && /call stack/.test(error.message)) throw error
  }
}

/**
 * A function and not a class: Node's can be called without `new`.
 * @constructor
 * @this {any}
 * @param {ConsoleOptions | Stream} options
 * @param {Stream} [errors]
 * @param {boolean} [quiet]
 * @returns {any}
 */
function NodeConsole (options, errors, quiet = true) {
  if (!new.target) return Reflect.construct(NodeConsole, arguments)
  const given = /** @type {ConsoleOptions} */ (typeof (/** @type {any} */ (options))?.write === 'function' ? { stdout: options, stderr: errors, ignoreErrors: quiet } : options ?? {})
  const { stdout, stderr = stdout, ignoreErrors = true, colorMode = 'auto', inspectOptions, groupIndentation = 2 } = given
  if (typeof stdout?.write !== 'function') throw new ERR_CONSOLE_WRITABLE_STREAM('stdout')
  if (typeof stderr?.write !== 'function') throw new ERR_CONSOLE_WRITABLE_STREAM('stderr')
  validateOneOf(colorMode, 'colorMode', ['auto', true, false])
  validateInteger(groupIndentation, 'groupIndentation', 0, 1000)
  if (inspectOptions !== undefined) validateObject(inspectOptions, 'options.inspectOptions')

  /** @param {1 | 2 | undefined} stream */
  const optionsFor = (stream) => {
    const colors = colorMode === 'auto' ? Boolean((stream === 2 ? stderr : stdout).isTTY) : colorMode
    return { colors, ...inspectOptions }
  }
  const methods = consoleMethods({
    write (stream, text) {
      const target = stream === 1 ? stdout : stderr
      if (ignoreErrors) writeQuietly(target, text)
      else target.write(text)
    },
    format: (values, stream) => formatWithOptions(optionsFor(stream), .../** @type {[any]} */ (values)),
    inspect: (value, how, weak = false) => inspect(value, weak ? { ...how, ...optionsFor(1) } : { ...optionsFor(1), ...how }),
    stackOf,
    warn,
    indentation: groupIndentation
  })
  for (const [name, method] of Object.entries(methods)) {
    Object.defineProperty(this, name, { value: method.bind(this), writable: true, configurable: true, enumerable: true })
  }
  for (const [name, value] of Object.entries({ _stdout: stdout, _stderr: stderr, _ignoreErrors: ignoreErrors })) {
    Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: false })
  }
}

Object.defineProperty(NodeConsole, 'name', { value: 'Console' })
Object.defineProperty(NodeConsole, Symbol.hasInstance, {
  value: (/** @type {any} */ instance) => instance === globalThis.console || (typeof instance === 'object' && instance !== null && '_stdout' in instance)
})

/** With the types that editors know. */
export const Console = /** @type {typeof import('node:console').Console} */ (/** @type {any} */ (NodeConsole))

/** The console that was there when this module was loaded. */
export const globalConsole = globalThis.console ?? null

/** Sends text to the terminal in order, from a place that has no preload. */
function nativeWriter () {
  const encoder = new TextEncoder()
  let last = Promise.resolve()
  return (/** @type {1 | 2} */ stream, /** @type {string} */ text) => {
    last = last.then(async () => {
      const { call } = await import('socket:internal/ipc')
      await call('console.write', { stream, body: encoder.encode(text) })
    }).catch(() => {
      // A console never throws; the inspector's console has the message all the same.
    })
  }
}

/**
 * Makes a console write to the terminal, too; a page's does already.
 * @template {Record<string, any>} C
 * @param {C} target
 * @param {{ write?: (stream: 1 | 2, text: string) => void }} [options]
 * @returns {C}
 */
export function patchGlobalConsole (target, { write = nativeWriter() } = {}) {
  const methods = consoleMethods({
    write,
    format: (values) => formatWithOptions({}, .../** @type {[any]} */ (values)),
    inspect: (value, how) => inspect(value, how),
    stackOf,
    warn: (text) => write(2, `Warning: ${text}\n`),
    wrappers: 1
  })
  for (const [name, method] of Object.entries(methods)) {
    const original = target[name]
    const both = {
      [name] (/** @type {any[]} */ ...values) {
        if (typeof original === 'function') Reflect.apply(original, target, values)
        return Reflect.apply(method, methods, values)
      }
    }
    Object.defineProperty(target, name, { value: both[name], writable: true, configurable: true, enumerable: true })
  }
  return target
}

/** @type {Omit<typeof globalThis.console, 'Console'> & { Console: new (options: any, stderr?: any, ignoreErrors?: boolean) => typeof globalThis.console, globalConsole: typeof globalConsole, patchGlobalConsole: typeof patchGlobalConsole }} */
const both = Object.assign(Object.create(globalConsole), { Console, globalConsole, patchGlobalConsole })

export default both
