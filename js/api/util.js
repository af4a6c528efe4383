/**
 * Node's `util`, with the helpers that apps of this runtime know.
 */
import { parseEnv } from 'socket:internal/parse-env'
import { Buffer } from 'socket:buffer'
import { ERR_OUT_OF_RANGE } from 'socket:internal/errors'
import { systemErrors } from 'socket:internal/system-errors'
import { createDebugLog, aborted, callbackify, deprecate, inherits, promisify } from 'socket:internal/util-functions'
import { format, formatWithOptions, inspect } from 'socket:internal/inspect'
import { isDeepStrictEqual } from 'socket:internal/deep-equal'
import { MIMEParams, MIMEType } from 'socket:internal/mime-type'
import { parseArgs } from 'socket:internal/parse-args'
import { validateNumber, validateOneOf, validateString } from 'socket:internal/validators'
import * as extras from 'socket:internal/util-extras'
import types from 'socket:util/types'

export const { TextDecoder, TextEncoder } = globalThis
export const isArray = Array.isArray
export const isBoolean = (/** @type {unknown} */ value) => typeof value === 'boolean'
export const isBuffer = (/** @type {unknown} */ value) => Buffer.isBuffer(value)
export const isNull = (/** @type {unknown} */ value) => value === null
export const isNullOrUndefined = (/** @type {unknown} */ value) => value === null || value === undefined
export const isNumber = (/** @type {unknown} */ value) => typeof value === 'number'
export const isString = (/** @type {unknown} */ value) => typeof value === 'string'
export const isSymbol = (/** @type {unknown} */ value) => typeof value === 'symbol'
export const isUndefined = (/** @type {unknown} */ value) => value === undefined
export const isRegExp = types.isRegExp
export const isObject = (/** @type {unknown} */ value) => value !== null && typeof value === 'object'
export const isDate = types.isDate
export const isError = (/** @type {unknown} */ value) => types.isNativeError(value) || value instanceof Error
export const isFunction = (/** @type {unknown} */ value) => typeof value === 'function'
export const isPrimitive = (/** @type {unknown} */ value) => value === null || (typeof value !== 'object' && typeof value !== 'function')
export const { isArgumentsObject, isArrayBuffer, isArrayBufferView, isAsyncFunction, isTypedArray } = types

export const {
  clamp, compareBuffers, hasOwnProperty, IllegalConstructor, InvertedPromise, isArrayLike, isBufferLike, isClass, isEmptyObject,
  isErrorLike, isPlainObject, isPromiseLike, isValidPercentageValue, noop, parseHeaders, parseJSON, splitBuffer, toBuffer, toProperCase, toString
} = extras

// Sequences that begin with ESC or CSI, and links (OSC 8) with all that they hold.
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u001b\u009b][[\]()#;?]*(?:(?:(?:;[-a-zA-Z\d/#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d/#&.:=?%@~_]*)*)?(?:\u0007|\u001b\u005c|\u009c)|(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~])/g

/** @param {string} str */
export function stripVTControlCharacters (str) {
  validateString(str, 'str')
  return str.replace(CONTROL, '')
}

/** Lone surrogates become U+FFFD. @param {unknown} input */
export function toUSVString (input) {
  return String(input).toWellFormed()
}

/** @param {any} target @param {any} source @deprecated as in Node: use Object.assign */
export function _extend (target, source) {
  return source !== null && typeof source === 'object' ? Object.assign(target, source) : target
}

/** @param {any[]} values @deprecated as in Node: use console.log */
export function log (...values) {
  const now = new Date()
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
  console.log('%s - %s', `${now.getDate()} ${now.toLocaleString('en', { month: 'short' })} ${time}`, format(.../** @type {[any]} */ (values)))
}

/** Errors of the system: name and text by number. @returns {Map<number, [string, string]>} */
export function getSystemErrorMap () {
  return new Map([...systemErrors].map(([number, [name, text]]) => [number, [name, text]]))
}

/** The name of an error of the system. @param {number} err its number, below zero */
export function getSystemErrorName (err) {
  validateNumber(err, 'err')
  if (err >= 0 || !Number.isSafeInteger(err)) throw new ERR_OUT_OF_RANGE('err', 'a negative integer', err)
  return systemErrors.get(err)?.[0] ?? `Unknown system error ${err}`
}

/**
 * @template {Function & { enabled: boolean }} L
 * @param {L} log
 * @param {(log: Function) => void} callback
 * @returns {L}
 */
function announced (log, callback) {
  let told = false
  const first = (/** @type {any[]} */ ...values) => {
    if (!told) {
      told = true
      callback(log)
    }
    log(...values)
  }
  return /** @type {any} */ (Object.defineProperty(first, 'enabled', { enumerable: true, get: () => log.enabled }))
}

/** @param {string} section @param {(log: Function) => void} [callback] */
export function debuglog (section, callback = undefined) {
  const log = createDebugLog(section, format)
  // Told when it is first used, as Node does: until then nobody asks what it is.
  return typeof callback === 'function' ? announced(log, callback) : log
}
export const debug = debuglog

/** @param {string | string[]} style @param {string} text */
export function styleText (style, text) {
  validateString(text, 'text')
  const colors = /** @type {Record<string, [number, number]>} */ (/** @type {any} */ (inspect).colors)
  const codes = (Array.isArray(style) ? style : [style]).map((name) => {
    if (colors[name] === undefined) validateOneOf(name, 'format', Object.keys(colors))
    return colors[name]
  })
  return codes.map(([open]) => `\u001b[${open}m`).join('') + text + codes.reverse().map(([, close]) => `\u001b[${close}m`).join('')
}

export { parseEnv }
export { MIMEParams, MIMEType, aborted, callbackify, deprecate, format, formatWithOptions, inherits, inspect, isDeepStrictEqual, parseArgs, promisify, types }

export default {
  ...extras,
  _extend,
  aborted,
  callbackify,
  debug,
  debuglog,
  deprecate,
  format,
  formatWithOptions,
  getSystemErrorMap,
  getSystemErrorName,
  inherits,
  inspect,
  isArgumentsObject,
  isArray,
  isArrayBuffer,
  isArrayBufferView,
  isAsyncFunction,
  isBoolean,
  isBuffer,
  isDate,
  isDeepStrictEqual,
  isError,
  isFunction,
  isNull,
  isNullOrUndefined,
  isNumber,
  isObject,
  isPrimitive,
  isRegExp,
  isString,
  isSymbol,
  isTypedArray,
  isUndefined,
  log,
  MIMEParams,
  MIMEType,
  parseArgs,
  parseEnv,
  promisify,
  stripVTControlCharacters,
  styleText,
  TextDecoder,
  TextEncoder,
  toUSVString,
  types
}
