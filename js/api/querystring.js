/**
 * Query strings, as Node's `querystring`.
 */
import { Buffer } from 'socket:buffer'
import { ERR_INVALID_URI } from 'socket:internal/errors'

/** @typedef {Record<string, any>} ParsedUrlQuery */

/**
 * The bytes that text with %XX stands for; other characters give their low byte.
 * @param {string} s
 * @param {boolean} [decodeSpaces] whether `+` is a space
 */
export function unescapeBuffer (s, decodeSpaces = false) {
  // Refuses what is not text as Node does, which makes room first.
  if (typeof s !== 'string') return Buffer.allocUnsafe(/** @type {any} */ (s).length)
  const spaced = decodeSpaces ? s.replaceAll('+', ' ') : s
  return Buffer.from(spaced.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1')
}

/**
 * @param {string} s
 * @param {boolean} [decodeSpaces]
 * @returns {string}
 */
export function unescape (s, decodeSpaces = false) {
  try {
    return decodeURIComponent(s)
  } catch {
    return unescapeBuffer(s, decodeSpaces).toString()
  }
}

/** @param {number} byte */
const hex = (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`

/** Half a surrogate pair takes whatever follows as its other half; at the end of the text it is an error. @param {string} text */
function escapeBroken (text) {
  let result = ''
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0xd800 || unit > 0xdfff) {
      result += encodeURIComponent(text[at])
      continue
    }
    if (++at >= text.length) throw new ERR_INVALID_URI()
    const point = 0x10000 + (((unit & 0x3ff) << 10) | (text.charCodeAt(at) & 0x3ff))
    result += hex(0xf0 | (point >> 18)) + hex(0x80 | ((point >> 12) & 0x3f)) + hex(0x80 | ((point >> 6) & 0x3f)) + hex(0x80 | (point & 0x3f))
  }
  return result
}

/** @param {any} str */
export function escape (str) {
  const text = typeof str === 'object' ? String(str) : str + ''
  return text.isWellFormed() ? encodeURIComponent(text) : escapeBroken(text)
}

/** @param {unknown} value */
function primitive (value) {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  return typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : ''
}

/**
 * @param {any} obj
 * @param {string} [sep]
 * @param {string} [eq]
 * @param {{ encodeURIComponent?: (text: string) => string }} [options]
 */
export function stringify (obj, sep = undefined, eq = undefined, options = undefined) {
  if (obj === null || typeof obj !== 'object') return ''
  const encode = typeof options?.encodeURIComponent === 'function' ? options.encodeURIComponent : querystring.escape
  const fields = []
  for (const key of Object.keys(obj)) {
    const value = obj[key]
    const start = encode(key) + (eq || '=')
    for (const item of Array.isArray(value) ? value : [value]) fields.push(start + encode(primitive(item)))
  }
  return fields.join(sep || '&')
}

/** Finds a separator as Node does, which does not look back into an unfinished match. @param {string} text @param {string} what @param {number} from */
function find (text, what, from) {
  if (what.length === 1) return text.indexOf(what, from)
  let matched = 0
  for (let at = from; at < text.length; at++) {
    if (text[at] !== what[matched]) matched = 0
    else if (++matched === what.length) return at - matched + 1
  }
  return -1
}

/** @param {string} text */
const escapes = (text) => text.match(/%[\da-f]{2}/gi)?.length ?? 0

/**
 * @param {string} qs
 * @param {string | null} [sep]
 * @param {string | null} [eq]
 * @param {{ maxKeys?: number, decodeURIComponent?: (text: string) => string }} [options]
 * @returns {ParsedUrlQuery}
 */
export function parse (qs, sep = undefined, eq = undefined, options = undefined) {
  /** @type {ParsedUrlQuery} */
  const result = Object.create(null)
  if (typeof qs !== 'string' || qs.length === 0) return result
  const [between, equals] = [sep ? String(sep) : '&', eq ? String(eq) : '=']
  let left = typeof options?.maxKeys === 'number' ? (options.maxKeys > 0 ? options.maxKeys : -1) : 1000
  const decode = typeof options?.decodeURIComponent === 'function' ? options.decodeURIComponent : querystring.unescape
  const custom = decode !== unescape

  /** @param {string} text @param {boolean} [encoded] */
  const decoded = (text, encoded = custom || escapes(text) > 0) => {
    const spaced = text.replaceAll('+', custom ? '%20' : ' ')
    if (spaced === '' || !encoded) return spaced
    try {
      return decode(spaced)
    } catch {
      return querystring.unescape(spaced, true)
    }
  }

  for (let start = 0; start <= qs.length;) {
    const end = find(qs, between, start)
    const pair = qs.slice(start, end < 0 ? qs.length : end)
    start = end < 0 ? qs.length + 1 : end + between.length
    if (pair !== '') {
      const split = find(pair, equals, 0)
      const [name, text] = split < 0 ? [pair, ''] : [pair.slice(0, split), pair.slice(split + equals.length)]
      const key = decoded(name)
      // Node takes a second escape in the name for one in the value, which shows when the value has a bare "%".
      const value = decoded(text, custom || escapes(text) > 0 || escapes(name) > 1)
      const earlier = result[key]
      if (earlier === undefined) result[key] = value
      else if (earlier.pop) earlier.push(value)
      else result[key] = [earlier, value]
    }
    if (--left === 0) break
  }
  return result
}

export { stringify as encode, parse as decode }

/** What is set here in place of `escape` and `unescape` is used by `stringify` and `parse`. */
const querystring = { unescapeBuffer, unescape, escape, stringify, encode: stringify, parse, decode: parse }
export default querystring
