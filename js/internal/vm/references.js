/**
 * Values of `socket:vm` that cannot be copied into another realm, such as functions: what is sent instead of them, and how
 * each side finds them again. Also which values move with a message, and which cannot go along at all.
 */
import { define, ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { intrinsicName } from 'socket:internal/vm/intrinsics'

const ERR_VM_REFERENCE_RELEASED = define('ERR_VM_REFERENCE_RELEASED', Error, (/** @type {string} */ id) => `The reference ${id} has been removed`)

/** The property by which a message says that something stands for a value. */
const MARK = 'socket:vm.reference'

/** Other realms have references, too: each has numbers of its own. */
const realm = Array.from(crypto.getRandomValues(new Uint8Array(8)), byte => byte.toString(16).padStart(2, '0')).join('')
let count = 0

/** @param {unknown} value @returns {value is object} */
const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function'

/** @typedef {{ 'socket:vm.reference': string, type: string, name: string, intrinsicType: string | undefined }} Portable */

/** Stands for a value where the value itself cannot go. Its registry keeps the value until the reference is removed. */
export class Reference {
  #value
  #released = false

  /** @param {string} id @param {any} value @param {object} [context] */
  constructor (id, value, context = undefined) {
    if (typeof id !== 'string') throw new ERR_INVALID_ARG_TYPE('id', 'string', id)
    this.#value = value
    this.id = id
    /** What `typeof` says of the value. */
    this.type = /** @type {string} */ (typeof value)
    /** The name of a function or class. */
    this.name = typeof value === 'function' ? String(value.name) : ''
    /** What of the language the value is. @type {string | undefined} */
    this.intrinsicType = intrinsicName(value)
    /** The globals of the script that it came from. @type {object | undefined} */
    this.context = context
  }

  /** The value itself. @returns {any} */
  get value () {
    if (this.#released) throw new ERR_VM_REFERENCE_RELEASED(this.id)
    return this.#value
  }

  /** Whether it has been removed. */
  get released () {
    return this.#released
  }

  /** Lets go of the value. @returns {boolean} whether the registry had it */
  release () {
    const known = references.get(this.id) === this
    if (known) references.delete(this.id)
    if (isObject(this.#value) && byValue.get(this.#value) === this) byValue.delete(this.#value)
    this.#released = true
    this.#value = undefined
    return known
  }

  /** What a message carries instead of the value. @returns {Portable} */
  toJSON () {
    const { id, type, name, intrinsicType } = this
    return { [MARK]: id, type, name, intrinsicType }
  }
}

/** @type {Map<string, Reference>} */
const references = new Map()
/** @type {WeakMap<object, Reference>} */
const byValue = new WeakMap()
/** What stands here for a value of another realm. @type {WeakMap<object, Portable>} */
const foreign = new WeakMap()

/** Keeps a reference, so that `getReference` finds it. @param {Reference} reference */
export function putReference (reference) {
  if (!(reference instanceof Reference)) throw new ERR_INVALID_ARG_TYPE('reference', 'Reference', reference)
  if (reference.released) throw new ERR_VM_REFERENCE_RELEASED(reference.id)
  references.set(reference.id, reference)
  const { value } = reference
  if (isObject(value)) byValue.set(value, reference)
  return reference
}

/** Makes and keeps a reference; an object or function has one only. @param {any} value @param {object} [context] the globals of the script that it came from */
export function createReference (value, context = undefined) {
  const found = isObject(value) ? byValue.get(value) : undefined
  return found ?? putReference(new Reference(`${realm}.${++count}`, value, context))
}

/** Finds a reference by its id, by its value, or by what stands for it in a message. @param {any} of @returns {Reference | undefined} */
export function getReference (of) {
  if (typeof of === 'string') return references.get(of)
  if (isPortable(of)) return references.get(of[MARK])
  return isObject(of) ? byValue.get(of) : undefined
}

/** Forgets a reference. @param {any} of as for `getReference`, or the reference @returns {boolean} whether there was one */
export function removeReference (of) {
  const found = of instanceof Reference ? references.get(of.id) : getReference(of)
  return found?.release() ?? false
}

/** @param {any} value @returns {value is Portable} */
function isPortable (value) {
  return typeof value === 'object' && value !== null && typeof value[MARK] === 'string'
}

const MUST_MOVE = ['MessagePort', 'ReadableStream', 'WritableStream', 'TransformStream', 'OffscreenCanvas', 'RTCDataChannel', 'MediaSourceHandle']
const MAY_MOVE = ['ArrayBuffer', 'ImageBitmap', 'VideoFrame', 'AudioData']

/** @param {any} value @param {string[]} names */
const isOf = (value, names) => names.some((name) => typeof (/** @type {any} */ (globalThis))[name] === 'function' && value instanceof (/** @type {any} */ (globalThis))[name])

/** @param {any} value */
function isPlain (value) {
  const prototype = Object.getPrototypeOf(value)
  // An object of another realm has that realm's prototype.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** @param {any} value @param {(found: any) => void} found @param {Set<any>} [seen] */
function walk (value, found, seen = new Set()) {
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  found(value)
  if (Array.isArray(value)) for (const one of value) walk(one, found, seen)
  else if (value instanceof Map) for (const pair of value) walk(pair, found, seen)
  else if (value instanceof Set) for (const one of value) walk(one, found, seen)
  else if (isPlain(value)) for (const one of Object.values(value)) walk(one, found, seen)
}

/**
 * What of a value can only be moved into another realm, and not copied: ports and streams.
 *
 * @param {any[]} transfers gets what is found, each once
 * @param {any} object
 * @returns {any[]} the same list
 */
export function findMessageTransfers (transfers, object) {
  if (!Array.isArray(transfers)) throw new ERR_INVALID_ARG_TYPE('transfers', 'Array', transfers)
  walk(object, (value) => { if (isOf(value, MUST_MOVE) && !transfers.includes(value)) transfers.push(value) })
  return transfers
}

/** All that a message with this value may move, memory too; for `postMessage`. @param {any} object @returns {any[]} */
export function getTransferables (object) {
  /** @type {Set<any>} */
  const found = new Set()
  walk(object, (value) => {
    if (isOf(value, MUST_MOVE) || isOf(value, MAY_MOVE)) found.add(value)
    else if (ArrayBuffer.isView(value) && isOf(value.buffer, MAY_MOVE)) found.add(value.buffer)
  })
  return [...found]
}

/** Whether a message carries a value as it is. @param {any} value */
function isCopied (value) {
  if (typeof value === 'symbol' || typeof value === 'function') return false
  if (typeof value !== 'object' || value === null) return true
  if (isOf(value, MUST_MOVE) || isOf(value, MAY_MOVE) || ArrayBuffer.isView(value)) return true
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}

const GONE = Symbol('gone')

/**
 * A copy whose lists, maps and objects hold what `change` makes of their values.
 *
 * @param {any} value @param {(value: any) => any} change what `isCopied` refuses, and what stands for it @param {Map<any, any>} [seen]
 * @returns {any}
 */
function rewrite (value, change, seen = new Map()) {
  if (typeof value !== 'object' || value === null) return isCopied(value) ? value : change(value)
  if (seen.has(value)) return seen.get(value)
  if (isPortable(value)) return change(value)
  /** @param {any} one @param {(made: any) => void} add */
  const put = (one, add) => {
    const made = rewrite(one, change, seen)
    if (made !== GONE) add(made)
  }
  if (Array.isArray(value)) {
    /** @type {any[]} */
    const list = []
    seen.set(value, list)
    for (const one of value) put(one, (made) => list.push(made))
    return list
  }
  if (value instanceof Map) {
    const map = new Map()
    seen.set(value, map)
    for (const [key, one] of value) put(key, (name) => put(one, (made) => map.set(name, made)))
    return map
  }
  if (value instanceof Set) {
    const set = new Set()
    seen.set(value, set)
    for (const one of value) put(one, (made) => set.add(made))
    return set
  }
  if (isPlain(value) && Object.prototype.toString.call(value) === '[object Object]') {
    /** @type {Record<string, any>} */
    const object = {}
    seen.set(value, object)
    // `__proto__` is a name like others.
    for (const [name, one] of Object.entries(value)) put(one, (made) => Object.defineProperty(object, name, { value: made, writable: true, enumerable: true, configurable: true }))
    return object
  }
  return isCopied(value) ? value : change(value)
}

/** A copy of a context without what no message can carry. @param {any} context @returns {any} */
export function filterNonTransferableValues (context) {
  const found = rewrite(context, (value) => isPortable(value) ? value : GONE)
  return found === GONE ? undefined : found
}

/**
 * A copy of a context, or of any value, that can be sent: references stand for what no message can carry.
 *
 * @param {any} context
 * @returns {any}
 */
export function applyInputContextReferences (context) {
  return rewrite(context, (value) => {
    if (isPortable(value)) return value
    return (isObject(value) ? foreign.get(value) : undefined) ?? createReference(value).toJSON()
  })
}

/**
 * A copy of what `applyInputContextReferences` has made, with the values again: those of this realm themselves, for functions of
 * another one functions that call them, for all else a `Reference` without a value.
 *
 * @param {any} context
 * @param {(id: string, args: any[]) => any} [call] calls a function of the other realm
 * @returns {any}
 */
export function applyOutputContextReferences (context, call = undefined) {
  return rewrite(context, (value) => {
    if (!isPortable(value)) return value
    const own = references.get(value[MARK])
    if (own !== undefined) return own.value
    const { [MARK]: id, type, name } = value
    const made = type === 'function' && call !== undefined
      ? Object.defineProperty((/** @type {any[]} */ ...args) => call(id, args), 'name', { value: String(name), configurable: true })
      : Object.assign(new Reference(id, undefined), { type, name, intrinsicType: value.intrinsicType })
    foreign.set(made, value)
    return made
  })
}

/**
 * Makes a context what a later one is: sets what is new or other, deletes what is gone.
 *
 * @template {Record<string, any>} T
 * @param {T} current stays the same object
 * @param {Record<string, any>} updated
 * @returns {T}
 */
export function applyContextDifferences (current, updated) {
  if (!isObject(current)) throw new ERR_INVALID_ARG_TYPE('current', 'Object', current)
  if (!isObject(updated)) throw new ERR_INVALID_ARG_TYPE('updated', 'Object', updated)
  for (const name of Object.keys(current)) if (!Object.hasOwn(updated, name)) Reflect.deleteProperty(current, name)
  for (const [name, value] of Object.entries(updated)) {
    if (!Object.hasOwn(current, name) || !Object.is(/** @type {any} */ (current)[name], value)) Object.defineProperty(current, name, { value, writable: true, enumerable: true, configurable: true })
  }
  return current
}
