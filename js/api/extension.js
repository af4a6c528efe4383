/**
 * Parts of an app in WebAssembly: `load('name')` runs `extensions/name.wasm` of the app's files, in this page or worker. The
 * page's policy must have `'wasm-unsafe-eval'` in script-src, and `ipc://fs.*` in connect-src. An extension is a module for
 * `wasm32` that exports what it offers; if it likes:
 *
 * - `memory`, and `socket_alloc(length) → address` with `socket_free(address, length)`, for bytes that come and go (`Extension#request`),
 * - `socket_init() → number` and `socket_destroy()`: called first and last; what is not 0 is an error,
 * - a custom section `socket.extension` with JSON: `{ "version", "description", "abi": 1 }`.
 *
 * It may import from `socket`: `log(level, address, length)` (0 debug, 1 info, 2 warning, 3 error), `now() → f64` (milliseconds
 * since 1970), `random(address, length)`, and whatever `options.imports` has. Nothing else of the app is within its reach.
 *
 * Native code of others is not loaded: it would run past every policy. Compile it for `wasm32`, or use a backend process.
 */
import args from 'socket:internal/args'
import { define, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { validateAbortSignal, validateObject, validateString } from 'socket:internal/validators'
import { access, readFile } from 'socket:fs/promises'
import path from 'socket:path'

const ERR_EXTENSION_NOT_FOUND = define('ERR_EXTENSION_NOT_FOUND', Error, (/** @type {string} */ name, /** @type {string} */ file) =>
  `There is no extension "${name}": the app has no file ${file}`)
const ERR_EXTENSION_NATIVE = define('ERR_EXTENSION_NATIVE', Error, (/** @type {string} */ name, /** @type {string} */ file) =>
  `The extension "${name}" is native code (${file}), which is not loaded: compile it for wasm32 as extensions/${name}.wasm, or start it as the backend ([<os>] cmd in socket.ini)`)
const ERR_EXTENSION_INVALID = define('ERR_EXTENSION_INVALID', Error, (/** @type {string} */ name, /** @type {string} */ why) => `The extension "${name}" cannot be run: ${why}`)
const ERR_EXTENSION_UNLOADED = define('ERR_EXTENSION_UNLOADED', Error, (/** @type {string} */ name) => `The extension "${name}" has been unloaded`)

/** The version of what is between extensions and this module. */
const ABI = 1
/** Where native extensions of earlier versions were. */
const NATIVE = ['so', 'dylib', 'dll']
const LEVELS = /** @type {const} */ (['debug', 'info', 'warn', 'error'])

/** @typedef {{ abi: number, version: string, description: string }} ExtensionInfo What an extension says of itself. */
/**
 * @typedef {object} ExtensionLoadOptions
 * @property {WebAssembly.Imports} [imports] what it may import beside `socket`
 * @property {BufferSource | WebAssembly.Module} [module] runs this instead of the file
 * @property {AbortSignal} [signal]
 */
/** @typedef {{ abi: number, loaded: number, memory: number }} ExtensionStats What is loaded in this realm: how many, and the bytes of their memories. */

/** @type {Map<string, Extension<any>>} */
const loaded = new Map()
/** @type {Map<string, Promise<Extension<any>>>} */
const loading = new Map()

const decoder = new TextDecoder()

/** @param {string} name */
function checkName (name) {
  validateString(name, 'name')
  if (!/^[a-z\d](?:[\w.-]*[\w-])?$/i.test(name) || name.includes('..')) throw new ERR_INVALID_ARG_VALUE('name', name, 'must be the name of a file in extensions/, without its ending')
}

/** @param {string} name @param {AbortSignal | undefined} signal @returns {Promise<Uint8Array>} */
async function read (name, signal) {
  const folder = path.join(String(/** @type {any} */ (args.paths).root ?? args.paths.resources), 'extensions')
  try {
    return await readFile(path.join(folder, `${name}.wasm`), { signal })
  } catch (error) {
    if (/** @type {any} */ (error).code !== 'ENOENT') throw error
    for (const ending of NATIVE) {
      const file = path.join(folder, `${name}.${ending}`)
      if (await access(file).then(() => true, () => false)) throw new ERR_EXTENSION_NATIVE(name, `extensions/${name}.${ending}`)
    }
    throw new ERR_EXTENSION_NOT_FOUND(name, `extensions/${name}.wasm`)
  }
}

/** Errors of the engine in words that say what to do. @param {string} name @param {any} error */
function explained (name, error) {
  if (/unsafe-eval/.test(error?.message)) {
    return Object.assign(new Error(`The page's Content-Security-Policy does not let the extension "${name}" run. Add 'wasm-unsafe-eval' to its script-src ` +
      '(in the <meta http-equiv="Content-Security-Policy"> of the page or in [webview] headers of socket.ini)', { cause: error }), { code: 'ERR_ACCESS_DENIED' })
  }
  return Object.assign(new ERR_EXTENSION_INVALID(name, String(error?.message ?? error)), { cause: error })
}

/** @param {string} name @param {WebAssembly.Module} module @returns {ExtensionInfo} */
function infoOf (name, module) {
  const [section] = WebAssembly.Module.customSections(module, 'socket.extension')
  const info = { abi: ABI, version: '', description: '' }
  if (section === undefined) return info
  let said
  try {
    said = JSON.parse(decoder.decode(section))
  } catch (error) {
    throw Object.assign(new ERR_EXTENSION_INVALID(name, 'its section socket.extension is no JSON'), { cause: error })
  }
  const { abi = ABI, version = '', description = '' } = Object(said)
  if (abi !== ABI) throw new ERR_EXTENSION_INVALID(name, `it is made for version ${abi} of the interface, and this is version ${ABI}`)
  return { abi, version: String(version), description: String(description) }
}

/** @typedef {Record<string, any>} Binding */

/** An extension that runs in this realm. `load` makes them. @template {Binding} [T=Binding] */
export class Extension extends EventTarget {
  /** @type {WebAssembly.Instance | undefined} */
  #instance

  /** @param {string} name @param {Partial<ExtensionInfo>} info @param {ExtensionLoadOptions} [options] */
  constructor (name, info, options = {}) {
    super()
    checkName(name)
    validateObject(info, 'info')
    validateObject(options, 'options')
    this.name = name
    this.abi = info.abi ?? ABI
    this.version = info.version ?? ''
    this.description = info.description ?? ''
    this.options = options
  }

  /** Whether it runs. */
  get loaded () {
    return this.#instance !== undefined
  }

  /** What it exports. @returns {T} */
  get binding () {
    if (this.#instance === undefined) throw new ERR_EXTENSION_UNLOADED(this.name)
    return /** @type {any} */ (this.#instance.exports)
  }

  /** Its memory, if it exports one. @returns {WebAssembly.Memory | undefined} */
  get memory () {
    const { memory } = this.binding
    return memory instanceof WebAssembly.Memory ? memory : undefined
  }

  /** @param {number} address @param {number} length */
  #bytes (address, length) {
    const memory = this.#instance === undefined ? undefined : /** @type {any} */ (this.#instance.exports).memory
    const [at, size] = [address >>> 0, length >>> 0]
    if (!(memory instanceof WebAssembly.Memory)) throw new ERR_EXTENSION_INVALID(this.name, 'it exports no memory')
    if (at + size > memory.buffer.byteLength) throw new ERR_EXTENSION_INVALID(this.name, `${size} bytes at ${at} are not in its memory`)
    return new Uint8Array(memory.buffer, at, size)
  }

  /** Runs a module; `load` calls it. @param {WebAssembly.Module} module */
  async start (module) {
    if (!(module instanceof WebAssembly.Module)) throw new ERR_INVALID_ARG_TYPE('module', 'WebAssembly.Module', module)
    const socket = {
      log: (/** @type {number} */ level, /** @type {number} */ address, /** @type {number} */ length) => console[LEVELS[level] ?? 'info'](`${this.name}: ${decoder.decode(this.#bytes(address, length))}`),
      now: () => Date.now(),
      random: (/** @type {number} */ address, /** @type {number} */ length) => {
        const bytes = this.#bytes(address, length)
        // At most 64 KB at once.
        for (let at = 0; at < bytes.byteLength; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536))
      }
    }
    try {
      this.#instance = await WebAssembly.instantiate(module, { ...this.options.imports, socket })
    } catch (error) {
      throw explained(this.name, error)
    }
    const { socket_init: init } = this.binding
    if (typeof init !== 'function') return
    let code
    try {
      code = init()
    } catch (error) {
      this.#instance = undefined
      throw explained(this.name, error)
    }
    if (code === 0 || code === undefined) return
    this.#instance = undefined
    throw new ERR_EXTENSION_INVALID(this.name, `its socket_init answered ${code}`)
  }

  /**
   * Calls an export with bytes, and answers with bytes. The export gets an address and a length, and gives back both in one
   * 64-bit number: the address in its upper half.
   *
   * @param {string} name @param {string | BufferSource} [data] text is UTF-8
   * @returns {Uint8Array} a copy
   */
  request (name, data = new Uint8Array()) {
    validateString(name, 'name')
    const { binding } = this
    const fn = Object.hasOwn(binding, name) ? binding[name] : undefined
    const { socket_alloc: alloc, socket_free: free } = binding
    if (typeof fn !== 'function') throw new ERR_EXTENSION_INVALID(this.name, `it exports no function ${name}`)
    if (typeof alloc !== 'function') throw new ERR_EXTENSION_INVALID(this.name, 'it exports no socket_alloc, which bytes need')
    let bytes
    if (typeof data === 'string') bytes = new TextEncoder().encode(data)
    else if (ArrayBuffer.isView(data)) bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    else if (/** @type {any} */ (data) instanceof ArrayBuffer) bytes = new Uint8Array(data)
    else throw new ERR_INVALID_ARG_TYPE('data', ['string', 'ArrayBuffer', 'TypedArray', 'DataView'], data)
    const at = alloc(bytes.byteLength)
    try {
      this.#bytes(at, bytes.byteLength).set(bytes)
      const answer = fn(at, bytes.byteLength)
      if (typeof answer !== 'bigint') throw new ERR_EXTENSION_INVALID(this.name, `${name} answers with no 64-bit number`)
      const [address, length] = [Number(BigInt.asUintN(32, answer >> 32n)), Number(BigInt.asUintN(32, answer))]
      const copy = this.#bytes(address, length).slice()
      // An answer may stand where the question stood.
      if (address !== at && length > 0) free?.(address, length)
      return copy
    } finally {
      free?.(at, bytes.byteLength)
    }
  }

  /** Ends it: its memory goes with the last who holds something of it. @returns {Promise<boolean>} whether it was loaded */
  async unload () {
    if (this.#instance === undefined) return false
    const { socket_destroy: destroy } = this.binding
    if (loaded.get(this.name) === this) loaded.delete(this.name)
    try {
      destroy?.()
    } catch (error) {
      throw explained(this.name, error)
    } finally {
      this.#instance = undefined
      this.dispatchEvent(new Event('unload'))
    }
    return true
  }
}

/**
 * Loads an extension; one that is loaded already is given again.
 *
 * @template {Binding} [T=Binding]
 * @param {string} name of `extensions/<name>.wasm` @param {ExtensionLoadOptions} [options]
 * @returns {Promise<Extension<T>>}
 */
export async function load (name, options = {}) {
  checkName(name)
  validateObject(options, 'options')
  if (options.imports !== undefined) validateObject(options.imports, 'options.imports')
  validateAbortSignal(options.signal, 'options.signal')
  const found = loaded.get(name) ?? loading.get(name)
  if (found !== undefined) return found
  const work = start(name, options)
  loading.set(name, work)
  try {
    return await work
  } finally {
    loading.delete(name)
  }
}

/** @param {string} name @param {ExtensionLoadOptions} options @returns {Promise<Extension<any>>} */
async function start (name, options) {
  const source = options.module ?? await read(name, options.signal)
  if (!(source instanceof WebAssembly.Module) && !ArrayBuffer.isView(source) && !(/** @type {any} */ (source) instanceof ArrayBuffer)) {
    throw new ERR_INVALID_ARG_TYPE('options.module', ['ArrayBuffer', 'TypedArray', 'DataView', 'WebAssembly.Module'], source)
  }
  let module
  try {
    module = source instanceof WebAssembly.Module ? source : await WebAssembly.compile(/** @type {any} */ (source))
  } catch (error) {
    throw explained(name, error)
  }
  options.signal?.throwIfAborted()
  const extension = new Extension(name, infoOf(name, module), options)
  await extension.start(module)
  loaded.set(name, extension)
  return extension
}

/** What is loaded in this realm. @returns {Promise<ExtensionStats>} */
export async function stats () {
  let memory = 0
  for (const extension of loaded.values()) memory += extension.memory?.buffer.byteLength ?? 0
  return { abi: ABI, loaded: loaded.size, memory }
}

export default { Extension, load, stats }
