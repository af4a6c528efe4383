/**
 * The legacy half of Node's `url`: `parse`, `resolve` and `format` of URLs that may be relative.
 */
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_URL } from 'socket:internal/errors'
import { validateString } from 'socket:internal/validators'

/** Schemes that always have an authority. */
const SLASHED = new Set(['http:', 'https:', 'ftp:', 'gopher:', 'file:', 'ws:', 'wss:'])
/** What is never written as it is. */
const UNSAFE = /[\t\n\r "'<>\\^`{|}]/g

/** @param {string} text */
function escape (text) {
  return text.replace(UNSAFE, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}

/** A parsed URL whose parts are `null` where it has none. */
export class Url {
  /** @type {string | null} */ protocol = null
  /** @type {boolean | null} */ slashes = null
  /** @type {string | null} */ auth = null
  /** @type {string | null} */ host = null
  /** @type {string | null} */ port = null
  /** @type {string | null} */ hostname = null
  /** @type {string | null} */ hash = null
  /** @type {string | null} */ search = null
  /** @type {string | Record<string, string | string[]> | null} */ query = null
  /** @type {string | null} */ pathname = null
  /** @type {string | null} */ path = null
  href = ''
}

/** @param {string} search */
function parseQuery (search) {
  /** @type {Record<string, string | string[]>} */
  const query = Object.create(null)
  for (const [key, value] of new URLSearchParams(search)) {
    const present = query[key]
    if (present === undefined) query[key] = value
    else query[key] = Array.isArray(present) ? [...present, value] : [present, value]
  }
  return query
}

/** @param {Url} url @param {string} authority */
function setAuthority (url, authority) {
  const at = authority.lastIndexOf('@')
  if (at >= 0) url.auth = decodeURIComponent(authority.slice(0, at))
  const [, host, port] = /** @type {RegExpExecArray} */ (/^(.*?)(?::(\d*))?$/s.exec(authority.slice(at + 1)))
  if (/[\s"<>\\^`{|}%]/.test(host) || (host.includes(':') && !/^\[[\da-f:.]+\]$/i.test(host))) throw new ERR_INVALID_URL()
  let name = host.toLowerCase()
  // eslint-disable-next-line no-control-regex
  if (/[^\x00-\x7f]/.test(name)) name = new URL(`ws://${name}`).hostname
  url.port = port || null
  url.hostname = name.replace(/^\[|\]$/g, '')
  url.host = name + (port ? `:${port}` : '')
}

/**
 * @param {string | Url} input
 * @param {boolean} [parseQueryString] whether `query` becomes an object
 * @param {boolean} [slashesDenoteHost] whether `//host/path` begins with a host
 * @returns {Url}
 */
export function parse (input, parseQueryString = false, slashesDenoteHost = false) {
  if (input instanceof Url) return input
  validateString(input, 'url')
  const url = new Url()
  let rest = input.trim()
  const hash = rest.indexOf('#')
  if (hash >= 0) {
    url.hash = escape(rest.slice(hash))
    rest = rest.slice(0, hash)
  }
  const query = rest.indexOf('?')
  const search = query >= 0 ? rest.slice(query) : null
  if (search !== null) rest = rest.slice(0, query)
  // As browsers do: a backslash before the query is a slash.
  rest = rest.replaceAll('\\', '/')
  const scheme = /^[a-z0-9.+-]+:/i.exec(rest)
  if (scheme) {
    url.protocol = scheme[0].toLowerCase()
    rest = rest.slice(scheme[0].length)
  }
  const script = url.protocol === 'javascript:'
  if (!script && rest.startsWith('//') && (scheme || slashesDenoteHost || /^\/\/[^@/]+@[^@/]+/.test(rest))) {
    url.slashes = true
    rest = rest.slice(2)
  }
  // "mailto:user@host": other schemes than those of the Web need no slashes before a host.
  if (!script && (url.slashes || (scheme && !SLASHED.has(String(url.protocol))))) {
    const end = /[/;]/.exec(rest)
    const authority = end ? rest.slice(0, end.index) : rest
    try {
      setAuthority(url, authority)
    } catch {
      throw Object.assign(new ERR_INVALID_URL(), { input })
    }
    rest = rest.slice(authority.length)
    if (rest !== '' && rest[0] !== '/') rest = `/${rest}`
  }
  if (search !== null) {
    url.search = escape(search)
    url.query = parseQueryString ? parseQuery(search) : url.search.slice(1)
  } else if (parseQueryString) {
    url.search = null
    url.query = Object.create(null)
  }
  if (rest !== '') url.pathname = escape(rest)
  if (url.hostname && SLASHED.has(String(url.protocol)) && !url.pathname) url.pathname = '/'
  if (url.pathname || url.search) url.path = (url.pathname ?? '') + (url.search ?? '')
  url.href = format(url)
  return url
}

/** @param {any} value */
function stringifyQuery (value) {
  const pairs = Object.entries(value).flatMap(([key, item]) => (Array.isArray(item) ? item : [item]).map((one) => [key, one]))
  const plain = (/** @type {any} */ item) => encodeURIComponent(['string', 'number', 'boolean', 'bigint'].includes(typeof item) ? String(item) : '')
  return pairs.map(([key, item]) => `${plain(key)}=${plain(item)}`).join('&')
}

/** @param {Partial<Url>} url @returns {string} */
export function format (url) {
  if (typeof url !== 'object' || url === null) throw new ERR_INVALID_ARG_TYPE('urlObject', ['Object', 'string'], url)
  const auth = url.auth ? `${encodeURIComponent(url.auth).replace(/%3A/i, ':')}@` : ''
  let protocol = url.protocol || ''
  if (protocol !== '' && !protocol.endsWith(':')) protocol += ':'
  let host = ''
  if (url.host) host = auth + url.host
  else if (url.hostname) host = `${auth}${url.hostname.includes(':') && !url.hostname.startsWith('[') ? `[${url.hostname}]` : url.hostname}${url.port ? `:${url.port}` : ''}`
  const query = url.query !== null && typeof url.query === 'object' ? stringifyQuery(url.query) : ''
  let search = url.search || (query ? `?${query}` : '')
  if (search !== '' && search[0] !== '?') search = `?${search}`
  let hash = url.hash || ''
  if (hash !== '' && hash[0] !== '#') hash = `#${hash}`
  let pathname = (url.pathname || '').replace(/[#?]/g, encodeURIComponent)
  if (url.slashes || SLASHED.has(protocol)) {
    if (url.slashes || host) {
      if (pathname !== '' && pathname[0] !== '/') pathname = `/${pathname}`
      host = `//${host}`
    } else if (protocol === 'file:') {
      host = '//'
    }
  }
  return protocol + host + pathname + search.replaceAll('#', '%23') + hash
}

/** @param {string} from @param {string} to @returns {string} */
export function resolve (from, to) {
  validateString(from, 'url')
  validateString(to, 'url')
  // A base of its own scheme tells afterwards whether the result is absolute.
  const base = new URL(from, 'resolve://')
  const url = new URL(to, base)
  if (url.protocol !== 'resolve:') return url.href
  const path = url.pathname + url.search + url.hash
  return /^[/\\]/.test(from) || /^[/\\]/.test(to) ? path : path.replace(/^\//, '')
}

/** @param {string | Url} from @param {string | Url} to @returns {Url} or `to` itself, where there is nothing to resolve it against */
export function resolveObject (from, to) {
  if (!from) return /** @type {any} */ (to)
  const base = /** @type {any} */ (from) instanceof Url ? format(from) : from
  validateString(base, 'url')
  return parse(resolve(base, typeof to === 'string' ? to : to !== null && typeof to === 'object' ? format(to) : ''))
}
