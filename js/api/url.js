/**
 * URLs, as Node's `url`; the classes are the engine's own.
 */
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_FILE_URL_HOST, ERR_INVALID_FILE_URL_PATH, ERR_INVALID_URL, ERR_INVALID_URL_SCHEME, ERR_MISSING_ARGS } from 'socket:internal/errors'
import { format as formatLegacy, parse, resolve, resolveObject, Url } from 'socket:internal/url-legacy'
import { validateObject, validateString } from 'socket:internal/validators'
import { posix, win32 } from 'socket:internal/path'
import args from 'socket:internal/args'

/** `URLPattern` is there where the engine has it: WebKitGTK from 2.50, Safari from 26, Chromium from 95. */
export const { URL, URLPattern, URLSearchParams } = /** @type {typeof globalThis & { URLPattern?: new (input?: string | Record<string, string>, base?: string) => { test (input?: string, base?: string): boolean, exec (input?: string, base?: string): Record<string, unknown> | null } }} */ (globalThis)

/** @param {{ windows?: boolean }} [options] */
function isWindows (options) {
  return options?.windows ?? args.platform === 'win32'
}

/** @param {any} value @returns {value is URL} */
function isURL (value) {
  return Boolean(value?.href && value.protocol && value.auth === undefined && value.path === undefined)
}

/**
 * @param {string | URL} path
 * @param {{ windows?: boolean }} [options]
 * @returns {string}
 */
export function fileURLToPath (path, options = undefined) {
  let url = path
  if (typeof path === 'string') {
    try {
      url = new URL(path)
    } catch {
      throw Object.assign(new ERR_INVALID_URL(), { input: path })
    }
  } else if (!isURL(path)) {
    throw new ERR_INVALID_ARG_TYPE('path', ['string', 'URL'], path)
  }
  const { protocol, hostname, pathname } = /** @type {URL} */ (url)
  if (protocol !== 'file:') throw new ERR_INVALID_URL_SCHEME('file')
  if (!isWindows(options)) {
    if (hostname !== '') throw new ERR_INVALID_FILE_URL_HOST(args.platform)
    if (/%2f/i.test(pathname)) throw new ERR_INVALID_FILE_URL_PATH('must not include encoded / characters')
    return decodeURIComponent(pathname)
  }
  if (/%2f|%5c/i.test(pathname)) throw new ERR_INVALID_FILE_URL_PATH('must not include encoded \\ or / characters')
  const decoded = decodeURIComponent(pathname.replaceAll('/', '\\'))
  if (hostname !== '') return `\\\\${domainToUnicode(hostname)}${decoded}`
  if (!/^\\[A-Za-z]:/.test(decoded)) throw new ERR_INVALID_FILE_URL_PATH('must be absolute')
  return decoded.slice(1)
}

/** What would mean something in a URL, encoded. @param {string} path @param {boolean} windows */
function encodePath (path, windows) {
  const special = windows ? /[%\n\r\t?#[\]^|~]/g : /[%\n\r\t?#[\]^|~\\]/g
  return path.replace(special, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}

/**
 * @param {string} filepath
 * @param {{ windows?: boolean }} [options]
 * @returns {URL}
 */
export function pathToFileURL (filepath, options = undefined) {
  const windows = isWindows(options)
  validateString(filepath, 'path')
  if (windows && filepath.startsWith('\\\\')) {
    const end = filepath.indexOf('\\', 2)
    if (end === -1) throw new ERR_INVALID_ARG_VALUE('path', filepath, 'Missing UNC resource path')
    if (end === 2) throw new ERR_INVALID_ARG_VALUE('path', filepath, 'Empty UNC servername')
    const url = new URL(`file://${filepath.slice(2, end)}`)
    url.pathname = encodePath(filepath.slice(end).replaceAll('\\', '/'), true)
    return url
  }
  const functions = windows ? win32 : posix
  let resolved = functions.resolve(filepath)
  const last = filepath.at(-1)
  // path.resolve drops the separator that says "a folder".
  if ((last === '/' || (windows && last === '\\')) && !resolved.endsWith(functions.sep)) resolved += '/'
  const url = new URL('file://')
  url.pathname = encodePath(windows ? resolved.replaceAll('\\', '/') : resolved, windows)
  return url
}

/** @param {string} domain */
export function domainToASCII (domain) {
  if (arguments.length < 1) throw new ERR_MISSING_ARGS('domain')
  try {
    return new URL(`ws://${domain}`).hostname
  } catch {
    return ''
  }
}

/** One label without its prefix, from Punycode (RFC 3492). @param {string} label */
function fromPunycode (label) {
  const dash = label.lastIndexOf('-')
  const output = dash > 0 ? Array.from(label.slice(0, dash), (char) => Number(char.codePointAt(0))) : []
  let [code, bias, index] = [128, 72, 0]
  for (let at = dash > 0 ? dash + 1 : 0; at < label.length;) {
    const before = index
    for (let weight = 1, k = 36; ; k += 36) {
      const char = label.charCodeAt(at++)
      const digit = char >= 97 ? char - 97 : char - 22
      index += digit * weight
      const threshold = Math.min(26, Math.max(1, k - bias))
      if (digit < threshold || at > label.length) break
      weight *= 36 - threshold
    }
    const count = output.length + 1
    let delta = before === 0 ? Math.floor((index - before) / 700) : Math.floor((index - before) / 2)
    delta += Math.floor(delta / count)
    let k = 0
    for (; delta > 455; k += 36) delta = Math.floor(delta / 35)
    bias = k + Math.floor(36 * delta / (delta + 38))
    code += Math.floor(index / count)
    index %= count
    output.splice(index++, 0, code)
  }
  return String.fromCodePoint(...output)
}

/** @param {string} domain */
export function domainToUnicode (domain) {
  if (arguments.length < 1) throw new ERR_MISSING_ARGS('domain')
  return domainToASCII(domain).split('.').map((label) => label.startsWith('xn--') ? fromPunycode(label.slice(4)) : label).join('.')
}

/** What Node's http.request takes. @param {URL} url */
export function urlToHttpOptions (url) {
  const { hash, hostname, href, password, pathname, port, protocol, search, username } = url
  /** @type {Record<string, any>} */
  const options = {
    __proto__: null,
    ...url,
    protocol,
    hostname: typeof hostname === 'string' && hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    hash,
    search,
    pathname,
    path: `${pathname || ''}${search || ''}`,
    href
  }
  if (port !== '') options.port = Number(port)
  if (username || password) options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return options
}

/**
 * @param {any} urlObject
 * @param {{ auth?: boolean, fragment?: boolean, search?: boolean, unicode?: boolean }} [options]
 */
export function format (urlObject, options = undefined) {
  if (typeof urlObject === 'string') return formatLegacy(parse(urlObject))
  if (typeof urlObject !== 'object' || urlObject === null) throw new ERR_INVALID_ARG_TYPE('urlObject', ['Object', 'string'], urlObject)
  if (!(urlObject instanceof URL)) return formatLegacy(urlObject)
  if (options) validateObject(options, 'options')
  const { auth = true, fragment = true, search = true, unicode = false } = options ?? {}
  const { host, hostname, password, pathname, protocol, username } = urlObject
  const slashes = host !== '' || protocol === 'file:'
  const user = auth && (username || password) ? `${username}${password ? `:${password}` : ''}@` : ''
  const authority = unicode ? host.replace(hostname, domainToUnicode(hostname) || hostname) : host
  return `${protocol}${slashes ? '//' : ''}${user}${authority}${pathname}${search ? urlObject.search : ''}${fragment ? urlObject.hash : ''}`
}

/** The name that earlier versions have for it. */
export const parseURL = parse

export { parse, resolve, resolveObject, Url }

export default {
  domainToASCII, domainToUnicode, fileURLToPath, format, parse, parseURL, pathToFileURL, resolve, resolveObject, Url, URL, URLPattern, URLSearchParams, urlToHttpOptions
}
