/**
 * Code from text, as Node's `vm`. A context's globals are the properties of an object, its intrinsics those of a frame of its own (in
 * workers: the worker's). It is no sandbox, as Node's is none. The page's policy must let text become code: see `Script`.
 */
import { Buffer } from 'socket:buffer'
import { define, ERR_FEATURE_UNAVAILABLE_ON_PLATFORM, ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { validateArray, validateBoolean, validateFunction, validateInt32, validateInteger, validateObject, validateOneOf, validateString } from 'socket:internal/validators'
import { contextify, contextOf, mainContext } from 'socket:internal/vm/context'
import { intrinsicName, INTRINSICS } from 'socket:internal/vm/intrinsics'
import { compile, KEY } from 'socket:internal/vm/program'

export {
  applyContextDifferences, applyInputContextReferences, applyOutputContextReferences, createReference, filterNonTransferableValues, findMessageTransfers,
  getReference, getTransferables, putReference, Reference, removeReference
} from 'socket:internal/vm/references'
export { detectFunctionSourceType, wrapFunctionSource } from 'socket:internal/vm/program'
export { channel, ContextWorkerInterface, ContextWorkerInterfaceProxy, getContextWorker, terminateContextWorker } from 'socket:internal/vm/worker'

const ERR_SCRIPT_EXECUTION_TIMEOUT = define('ERR_SCRIPT_EXECUTION_TIMEOUT', Error, (/** @type {number} */ limit) => `Script execution timed out after ${limit}ms`)
const ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING = define('ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING', TypeError, () => 'A dynamic import callback was not specified.')

/** @type {Readonly<{ USE_MAIN_CONTEXT_DEFAULT_LOADER: symbol, DONT_CONTEXTIFY: symbol }>} As `importModuleDynamically`: what `import()` in a script gives is what it gives in this module's realm. */
export const constants = Object.freeze(Object.assign(Object.create(null), {
  USE_MAIN_CONTEXT_DEFAULT_LOADER: Symbol('vm_dynamic_import_main_context_default'),
  DONT_CONTEXTIFY: Symbol('vm_context_no_contextify')
}))

/** @typedef {{ filename?: string, lineOffset?: number, columnOffset?: number, cachedData?: any, produceCachedData?: boolean, importModuleDynamically?: any }} ScriptOptions */
/** @typedef {{ displayErrors?: boolean, timeout?: number, breakOnSigint?: boolean }} RunOptions */

/** @param {unknown} value @param {string} name */
const isContextual = (value, name) => validateObject(value, name, { allowArray: true, allowFunction: true })

let count = 0

/** @param {any} given @returns {ScriptOptions & { filename: string }} */
function scriptOptions (given, filename = 'evalmachine.<anonymous>') {
  if (typeof given === 'string') return { filename: given }
  validateObject(given, 'options')
  const options = /** @type {any} */ (given)
  const found = { filename, lineOffset: 0, columnOffset: 0, ...options }
  if (options.filename === undefined) found.filename = filename
  validateString(found.filename, 'options.filename')
  validateInt32(found.lineOffset ?? 0, 'options.lineOffset')
  validateInt32(found.columnOffset ?? 0, 'options.columnOffset')
  const { cachedData, produceCachedData, importModuleDynamically } = options
  if (cachedData !== undefined && !ArrayBuffer.isView(cachedData)) throw new ERR_INVALID_ARG_TYPE('options.cachedData', ['Buffer', 'TypedArray', 'DataView'], cachedData)
  if (produceCachedData !== undefined) validateBoolean(produceCachedData, 'options.produceCachedData')
  if (importModuleDynamically !== undefined && importModuleDynamically !== constants.USE_MAIN_CONTEXT_DEFAULT_LOADER) {
    validateFunction(importModuleDynamically, 'options.importModuleDynamically')
  }
  return found
}

/** @param {any} given @returns {RunOptions} */
function runOptions (given = {}) {
  validateObject(given, 'options')
  const { timeout, displayErrors = true, breakOnSigint = false } = /** @type {any} */ (given)
  if (timeout !== undefined) validateInteger(timeout, 'options.timeout', 1, 2 ** 32 - 1)
  validateBoolean(displayErrors, 'options.displayErrors')
  validateBoolean(breakOnSigint, 'options.breakOnSigint')
  return { timeout, displayErrors, breakOnSigint }
}

/** What `import()` in a script calls. @param {any} how @param {any} referrer */
function importer (how, referrer) {
  return async (/** @type {any} */ specifier, /** @type {any} */ options) => {
    if (how === undefined) throw new ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING()
    if (how === constants.USE_MAIN_CONTEXT_DEFAULT_LOADER) return import(`${specifier}`)
    return how(`${specifier}`, referrer, options?.with ?? {})
  }
}

/** Makes the lines before the first one of a script. @param {number | undefined} offset */
const lines = (offset) => '\n'.repeat(Math.min(Math.max(offset ?? 0, 0), 10_000))

/** What a script reaches under the name `KEY`. @param {import('socket:internal/vm/context').Context} context @param {any} how @param {any} referrer @param {number | undefined} timeout */
function tools (context, how, referrer, timeout) {
  const end = timeout === undefined ? Infinity : performance.now() + timeout
  const { now } = context
  return {
    get value () { return now.value },
    set value (value) { now.value = value },
    get asks () { return now.asks },
    set asks (value) { now.asks = value },
    asked (/** @type {any} */ _, /** @type {string} */ type) {
      now.asks = false
      return type
    },
    call: (/** @type {any} */ fn) => fn,
    define: (/** @type {string} */ name, /** @type {Function} */ fn) => { context.sandbox[name] = fn },
    tick: () => { if (performance.now() > end) throw new ERR_SCRIPT_EXECUTION_TIMEOUT(/** @type {number} */ (timeout)) },
    import: importer(how, referrer)
  }
}

/**
 * A script, to be run any number of times, in any context. In pages a policy must name `'unsafe-eval'` in script-src or
 * `ipc://module.read` in connect-src; in workers the former.
 */
export class Script {
  #source
  #options
  cachedDataRejected = /** @type {boolean | undefined} */ (undefined)
  sourceMapURL = /** @type {string | undefined} */ (undefined)

  /** @param {string} code @param {string | ScriptOptions} [options] */
  constructor (code, options = {}) {
    this.#source = `${code}`
    this.#options = scriptOptions(options)
    this.sourceMapURL = this.#source.match(/\/\/[#@] sourceMappingURL=(\S+)\s*$/)?.[1]
    // What cannot be read is said at once.
    compile(this.#source)
    if (typeof options !== 'string' && options.cachedData !== undefined) this.cachedDataRejected = true
  }

  /** @param {import('socket:internal/vm/context').Context} context @param {RunOptions} options */
  #run (context, { timeout }) {
    const program = compile(this.#source, { timed: timeout !== undefined })
    const { filename, lineOffset, importModuleDynamically } = this.#options
    const make = context.realm.run(`(function(scope,${KEY}){with(scope){return function(){${lines(lineOffset)}${program.text}}}})\n//# sourceURL=${filename.replace(/\s/g, '%20')}`)
    context.declare(program)
    const before = context.now
    context.now = { value: undefined, asks: false, strict: program.strict }
    try {
      Reflect.apply(make(context.scope, tools(context, importModuleDynamically, this, timeout)), context.global, [])
      return context.now.value
    } finally {
      context.now = before
    }
  }

  /** @param {RunOptions} [options] @returns {any} the value of the last statement */
  runInThisContext (options) {
    return this.#run(mainContext(), runOptions(options))
  }

  /** @param {any} contextifiedObject of `createContext` @param {RunOptions} [options] @returns {any} */
  runInContext (contextifiedObject, options) {
    isContextual(contextifiedObject, 'object')
    const context = contextOf(contextifiedObject)
    if (context === undefined) throw new ERR_INVALID_ARG_TYPE('contextifiedObject', 'vm.Context', contextifiedObject)
    return this.#run(context, runOptions(options))
  }

  /** @param {any} [contextObject] @param {any} [options] @returns {any} */
  runInNewContext (contextObject, options) {
    return this.runInContext(createContext(contextObject, contextOptions(options)), options)
  }

  /** Engines give pages no compiled code: it is empty. */
  createCachedData () {
    return Buffer.alloc(0)
  }
}

/** Of the options of a run, those of its context. @param {any} options */
function contextOptions (options) {
  if (options === undefined || typeof options === 'string') return {}
  const { contextName: name, contextOrigin: origin, contextCodeGeneration: codeGeneration, microtaskMode } = options
  return { name, origin, codeGeneration, microtaskMode }
}

/**
 * Makes an object the globals of scripts; it stays the same object. What a script leaves in its globals is there afterwards.
 *
 * @param {any} [contextObject]
 * @returns {Record<string, any>}
 * @param {{ name?: string, origin?: string, codeGeneration?: { strings?: boolean, wasm?: boolean }, microtaskMode?: 'afterEvaluate' }} [options]
 */
export function createContext (contextObject = {}, options = {}) {
  if (contextObject === constants.DONT_CONTEXTIFY) contextObject = {}
  isContextual(contextObject, 'object')
  if (contextOf(contextObject) !== undefined) return contextObject
  validateObject(options, 'options')
  const { name = `VM Context ${++count}`, origin, codeGeneration, microtaskMode } = options
  validateString(name, 'options.name')
  if (origin !== undefined) validateString(origin, 'options.origin')
  if (codeGeneration !== undefined) {
    validateObject(codeGeneration, 'options.codeGeneration')
    const { strings = true, wasm = true } = codeGeneration
    validateBoolean(strings, 'options.codeGeneration.strings')
    validateBoolean(wasm, 'options.codeGeneration.wasm')
  }
  validateOneOf(microtaskMode, 'options.microtaskMode', ['afterEvaluate', undefined])
  contextify(contextObject)
  return contextObject
}

/** Makes a `Script`. @param {string} code @param {string | ScriptOptions} [options] */
export function createScript (code, options = {}) {
  return new Script(code, options)
}

/** @param {any} options @returns {any} */
const both = (options) => typeof options === 'string' ? { filename: options } : options

/** Runs a script in a context. @param {string} code @param {any} contextifiedObject of `createContext` @param {string | (ScriptOptions & RunOptions)} [options] @returns {any} */
export function runInContext (code, contextifiedObject, options) {
  isContextual(contextifiedObject, 'object')
  if (contextOf(contextifiedObject) === undefined) throw new ERR_INVALID_ARG_TYPE('contextifiedObject', 'vm.Context', contextifiedObject)
  return new Script(code, both(options)).runInContext(contextifiedObject, both(options))
}

/** @param {string} code @param {any} [contextObject] @param {any} [options] @returns {any} */
export function runInNewContext (code, contextObject, options) {
  return runInContext(code, createContext(contextObject, contextOptions(options)), options)
}

/** @param {string} code @param {string | (ScriptOptions & RunOptions)} [options] @returns {any} */
export function runInThisContext (code, options) {
  return new Script(code, both(options)).runInThisContext(both(options))
}

/** Whether `createContext` has made an object the globals of scripts. @param {any} object */
export function isContext (object) {
  isContextual(object, 'object')
  return contextOf(object) !== undefined
}

/**
 * A function from its body and the names of its parameters.
 *
 * @param {string} code
 * @param {readonly string[]} [params]
 * @param {ScriptOptions & { parsingContext?: any, contextExtensions?: object[] }} [options]
 * @returns {any}
 */
export function compileFunction (code, params, options = {}) {
  validateString(code, 'code')
  if (params !== undefined) {
    validateArray(params, 'params')
    params.forEach((param, at) => validateString(param, `params[${at}]`))
  }
  const { filename, lineOffset, importModuleDynamically } = scriptOptions(options, '')
  const { parsingContext, contextExtensions = [] } = options
  const context = parsingContext === undefined ? mainContext() : contextOf(Object(parsingContext))
  if (context === undefined) throw new ERR_INVALID_ARG_TYPE('options.parsingContext', 'Context', parsingContext)
  validateArray(contextExtensions, 'options.contextExtensions')
  contextExtensions.forEach((extension, at) => validateObject(extension, `options.contextExtensions[${at}]`, { nullable: true }))
  const program = compile(code, { isFunction: true })
  const open = contextExtensions.map((_, at) => `with(${KEY}.extensions[${at}]){`).join('')
  const text = `(function(scope,${KEY}){with(scope){${open}return function(${(params ?? []).join(',')}){${lines(lineOffset)}${program.text}}${'}'.repeat(contextExtensions.length)}}})` +
    (filename === '' ? '' : `\n//# sourceURL=${filename.replace(/\s/g, '%20')}`)
  return context.realm.run(text)(context.scope, Object.assign(tools(context, importModuleDynamically, undefined, undefined), { extensions: contextExtensions }))
}

/** Names that every context has from the language. */
export const RESERVED_GLOBAL_INTRINSICS = Object.freeze([...INTRINSICS, 'globalThis'])

/** @param {any} contextifiedObject */
function contextIn (contextifiedObject) {
  if (contextifiedObject === undefined) return mainContext()
  const context = contextOf(Object(contextifiedObject))
  if (context === undefined) throw new ERR_INVALID_ARG_TYPE('contextifiedObject', 'vm.Context', contextifiedObject)
  return context
}

/** The intrinsics by name: those of this realm, or those of a context. @param {any} [contextifiedObject] of `createContext` @returns {Record<string, any>} */
export function createIntrinsics (contextifiedObject = undefined) {
  const { global } = contextIn(contextifiedObject).realm
  return Object.assign(Object.create(null), Object.fromEntries(INTRINSICS.filter((name) => name in global).map((name) => [name, global[name]])))
}

/** Whether a value is an intrinsic itself, such as `Array` or `Math`, or the prototype of one. @param {any} value @param {any} [contextifiedObject] of `createContext`: is it one there? */
export function isIntrinsic (value, contextifiedObject = undefined) {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return false
  return Object.values(createIntrinsics(contextifiedObject)).some((one) => one === value || (typeof one === 'function' && one.prototype === value))
}

/** The name of the intrinsic class that a value of any realm is of: `Array`, `Uint8Array`, `TypeError`. @param {any} value @returns {string} `null` and `undefined` for these */
export function getIntrinsicTypeString (value) {
  return intrinsicName(value) ?? String(value)
}

/** The class of this realm for a value of any realm: `Array` for a list of a context. @param {any} value @returns {Function | undefined} nothing for null and undefined */
export function getIntrinsicType (value) {
  const name = intrinsicName(value)
  return name === undefined ? undefined : (/** @type {any} */ (globalThis))[name]
}

/** What scripts of a context see as `globalThis`: the properties of the object, and the intrinsics behind them. @param {any} [contextObject] made a context if it is none @returns {Record<string, any>} */
export function createGlobalObject (contextObject = {}) {
  return contextIn(createContext(contextObject)).global
}

/** The realm whose intrinsics a context has: in a page the window of its frame, elsewhere `globalThis`. @param {any} [contextifiedObject] of `createContext`; without one: of this realm @returns {any} */
export function getContextWindow (contextifiedObject = undefined) {
  return contextIn(contextifiedObject).realm.global
}

/** Removes the frame of a context, with what its scripts declared by `let`, `const` and `class`; its properties stay. The next script gets a new one. @param {any} contextifiedObject of `createContext` @returns {boolean} whether it had one */
export function terminateContextWindow (contextifiedObject) {
  if (contextifiedObject === undefined) throw new ERR_INVALID_ARG_TYPE('contextifiedObject', 'vm.Context', contextifiedObject)
  return contextIn(contextifiedObject).end()
}

/** @returns {Promise<never>} engines tell no page how large a realm is */
export async function measureMemory () {
  throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('measureMemory()', 'a WebView')
}

export * as default from 'socket:vm'
