/**
 * Texts of the app in the languages of its users, in the form that browser extensions use: for each language a file
 * `<locales>/<language>/messages.json`:
 *
 *     { "greeting": { "message": "Hello, $NAME$", "placeholders": { "name": { "content": "$1" } }, "description": "…" } }
 *
 * The folder is `[i18n] locales` of socket.ini, the language for users of others `[i18n] default`. Files are read from
 * the app's own resources when they are first asked for, so `connect-src` must allow `'self'`.
 */
import { config } from 'socket:application'
import Enumeration from 'socket:enumeration'
import { codes, tags } from 'socket:language'

/** @typedef {{ message: string, description?: string, placeholders?: Record<string, { content: string, example?: string }> }} Message */
/** @typedef {Record<string, Message>} Messages */

/** Messages by language, as far as they have been read; a language without any is there with none. @type {Map<string, Messages>} */
export const cache = new Map()

/** @param {string} name */
const setting = (name) => /** @type {Record<string, any>} */ (config)[`i18n_${name}`]

/** Where the folders of languages are, from the root of the app's resources. @type {string} */
export const DEFAULT_LOCALES_LOCATION = String(setting('locales') || 'locales')

/** Languages and their tags, as codes. */
export const LanguageCode = Enumeration.from(new Set([...codes, ...tags]))

/** @param {string} locale */
const normal = (locale) => String(locale).replaceAll('_', '-')

/** The locale, then its language alone: de-AT, de. @param {string} locale */
function chain (locale) {
  const parts = normal(locale).split('-')
  return parts.map((_, at) => parts.slice(0, parts.length - at).join('-'))
}

/** @param {string} locale @returns {Messages} */
function load (locale) {
  // Outside of a page there are no resources.
  if (typeof globalThis.XMLHttpRequest !== 'function') return {}
  // The other spelling is that of browser extensions.
  for (const folder of new Set([locale, locale.replaceAll('-', '_')])) {
    const address = new URL(`${DEFAULT_LOCALES_LOCATION.replace(/^\/|\/$/g, '')}/${encodeURIComponent(folder)}/messages.json`, new URL('/', globalThis.location.href))
    const request = new XMLHttpRequest()
    request.open('GET', address, false)
    try {
      request.send()
    } catch {
      // The engine throws for a file that is not there, and for one that policy refuses, which it reports itself.
      continue
    }
    if (request.status !== 200 && request.status !== 0) continue
    if (request.responseText === '') continue
    try {
      return JSON.parse(request.responseText)
    } catch (error) {
      throw new SyntaxError(`${address.pathname} is not JSON: ${/** @type {Error} */ (error).message}`, { cause: error })
    }
  }
  return {}
}

/** @param {string} locale @returns {Messages} */
function read (locale) {
  let messages = cache.get(locale)
  if (messages === undefined) {
    messages = load(locale)
    cache.set(locale, messages)
  }
  return messages
}

/**
 * The messages for a locale: its own, then those of its language, then those of `[i18n] default`.
 *
 * @param {string} locale such as `de` or `de-AT`
 * @returns {Messages[]} those that there are, the closest first
 */
export function getMessagesForLocale (locale) {
  const fallback = setting('default')
  return [...new Set([...chain(locale), ...fallback ? chain(fallback) : []])].map(read).filter((messages) => Object.keys(messages).length > 0)
}

/** Languages that the user reads, the preferred first. @returns {string[]} */
export function getAcceptLanguages () {
  return [...globalThis.navigator?.languages ?? []]
}

/** The language of the desktop. @returns {string | null} */
export function getUILanguage () {
  return globalThis.navigator?.language ?? null
}

/**
 * @param {string} name
 * @param {string | null | undefined} locale
 * @returns {Message | null}
 */
function find (name, locale) {
  if (typeof name !== 'string') throw new TypeError(`The name of a message must be a string, not ${typeof name}`)
  const wanted = name.toLowerCase()
  for (const messages of getMessagesForLocale(locale ?? getUILanguage() ?? setting('default') ?? 'en')) {
    const key = Object.hasOwn(messages, name) ? name : Object.keys(messages).find((one) => one.toLowerCase() === wanted)
    if (key !== undefined) return messages[key]
  }
  return null
}

/** `$1` to `$9`; `$$` is a dollar. @param {string} text @param {(name: string) => string} value @param {RegExp} pattern */
const fill = (text, value, pattern) => text.replace(pattern, (_, name) => name === undefined ? '$' : value(name))

/**
 * A text in the user's language.
 *
 * @param {string} messageName its case does not matter
 * @param {string | string[] | Record<string, unknown>} [substitutions] for `$1`, `$2` …, or by the names of placeholders
 * @param {{ locale?: string | null }} [options] another language than the user's
 * @returns {string | null} null when there is no such message
 */
export function getMessage (messageName, substitutions = [], options = { locale: null }) {
  const found = find(messageName, options?.locale)
  if (found === null) return null
  const list = Array.isArray(substitutions) ? substitutions : typeof substitutions === 'string' ? [substitutions] : Object.values(substitutions)
  const named = new Map(Array.isArray(substitutions) || typeof substitutions === 'string'
    ? []
    : Object.entries(substitutions).map(([name, value]) => [name.toLowerCase(), String(value)]))
  const at = (/** @type {string} */ digit) => list[Number(digit) - 1] === undefined ? '' : String(list[Number(digit) - 1])
  const placeholders = new Map(Object.entries(found.placeholders ?? {}).map(([name, { content }]) => [name.toLowerCase(), content]))
  return fill(found.message, (name) => {
    if (/^[1-9]$/.test(name)) return at(name)
    const word = name.slice(0, -1).toLowerCase()
    if (named.has(word)) return named.get(word) ?? ''
    const content = placeholders.get(word)
    return content === undefined ? '' : fill(content, at, /\$(?:\$|([1-9]))/g)
  }, /\$(?:\$|([1-9]|\w+\$))/g)
}

/**
 * What a message is for, as its author wrote it for translators.
 *
 * @param {string} messageName
 * @param {{ locale?: string | null }} [options]
 * @returns {string | null}
 */
export function getMessageDescription (messageName, options = { locale: null }) {
  return find(messageName, options?.locale)?.description ?? null
}

export default { cache, DEFAULT_LOCALES_LOCATION, getAcceptLanguages, getMessage, getMessageDescription, getMessagesForLocale, getUILanguage, LanguageCode }
