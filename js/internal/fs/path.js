/**
 * Paths as `socket:fs` takes them: strings, bytes and file: URLs.
 */
import { Buffer } from 'socket:buffer'
import args from 'socket:internal/args'
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_FILE_URL_HOST, ERR_INVALID_FILE_URL_PATH, ERR_INVALID_URL_SCHEME } from 'socket:internal/errors'

const windows = args.platform === 'win32'

/** @typedef {string | Uint8Array | URL} PathLike */

/** @param {any} value @returns {value is URL} */
function isURL (value) {
  return Boolean(value?.href && value.protocol && value.auth === undefined && value.path === undefined)
}

/** @param {URL} url */
function fromURL (url) {
  if (url.protocol !== 'file:') throw new ERR_INVALID_URL_SCHEME('file')
  const { hostname, pathname } = url
  if (windows) {
    if (/%2f|%5c/i.test(pathname)) throw new ERR_INVALID_FILE_URL_PATH('must not include encoded \\ or / characters')
    const path = decodeURIComponent(pathname).replaceAll('/', '\\')
    if (hostname !== '') return `\\\\${hostname}${path}`
    if (!/^\\[a-z]:/i.test(path)) throw new ERR_INVALID_FILE_URL_PATH('must be absolute')
    return path.slice(1)
  }
  if (hostname !== '') throw new ERR_INVALID_FILE_URL_HOST(args.platform)
  if (/%2f/i.test(pathname)) throw new ERR_INVALID_FILE_URL_PATH('must not include encoded / characters')
  return decodeURIComponent(pathname)
}

/** A file: URL as the path it means, anything else as it is. @param {any} path @returns {any} */
export function fromFileURL (path) {
  return isURL(path) ? fromURL(path) : path
}

/**
 * A path that has been checked.
 *
 * @param {unknown} value
 * @param {string} [name] of the argument, for errors
 * @returns {string | Uint8Array}
 */
export function toPath (value, name = 'path') {
  const path = fromFileURL(value)
  if (typeof path !== 'string' && !(path instanceof Uint8Array)) {
    throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'URL'], path)
  }
  if (typeof path === 'string' ? path.includes('\0') : path.includes(0)) {
    throw new ERR_INVALID_ARG_VALUE(name, path, 'must be a string, Uint8Array, or URL without null bytes')
  }
  return path
}

const UTF8 = /[\x20-\x7f]+|[\x00-\x1f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|([\x80-\xff])/g // eslint-disable-line no-control-regex

/**
 * How a path crosses to native code: as text, in which a byte that is no UTF-8 stands as the lone surrogate
 * U+DC00 + byte. What a string holds of lone surrogates itself becomes U+FFFD, as in every encoder.
 *
 * @param {string | Uint8Array} path
 * @returns {string}
 */
export function wire (path) {
  if (typeof path === 'string') return /[\ud800-\udfff]/.test(path) ? Buffer.from(path).toString() : path
  const bytes = Buffer.from(path.buffer, path.byteOffset, path.byteLength)
  const text = bytes.toString()
  if (!text.includes('\ufffd')) return text
  return bytes.toString('latin1').replace(UTF8, (piece, /** @type {string | undefined} */ byte) =>
    byte === undefined ? Buffer.from(piece, 'latin1').toString() : String.fromCharCode(0xdc00 + byte.charCodeAt(0)))
}

/**
 * The content of a file as its reader wants it.
 *
 * @param {Uint8Array | undefined} bytes
 * @param {string | null | undefined} encoding nothing: a Buffer
 * @returns {any}
 */
export function toContent (bytes, encoding) {
  const buffer = decode(bytes, null)
  return encoding ? buffer.toString(encoding) : buffer
}

/**
 * The bytes of a name as its reader wants them.
 *
 * @param {Uint8Array | undefined} bytes
 * @param {string | null | undefined} encoding nothing or 'buffer': a Buffer
 * @returns {any}
 */
export function decode (bytes, encoding) {
  const buffer = bytes === undefined ? Buffer.alloc(0) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return encoding && encoding !== 'buffer' ? buffer.toString(/** @type {any} */ (encoding)) : buffer
}
