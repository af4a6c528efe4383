/**
 * `util.MIMEType` and `util.MIMEParams`: media types as the standard of the WHATWG reads and writes them.
 */
import { define } from 'socket:internal/errors'

const ERR_INVALID_MIME_SYNTAX = define('ERR_INVALID_MIME_SYNTAX', TypeError,
  (/** @type {string} */ production, /** @type {string} */ text, /** @type {number} */ index) =>
    `The MIME syntax for a ${production} in "${text}" is invalid${index !== -1 ? ` at ${index}` : ''}`)

const NO_TOKEN = /[^!#$%&'*+\-.^_`|~A-Za-z0-9]/
const NO_QUOTED = /[^\t\u0020-~\u0080-\u00FF]/
const SPACE_BEFORE = /^[\r\n\t ]*/
const SPACE_BEHIND = /[\r\n\t ]+$/

/** @param {string} text */
const lower = (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

/** @param {string} text @param {string} production @param {string} [whole] what the error shows */
function token (text, production, whole = text) {
  const index = text.search(NO_TOKEN)
  if (text === '' || index !== -1) throw new ERR_INVALID_MIME_SYNTAX(production, whole, index)
  return lower(text)
}

/** @param {string} value */
function written (value) {
  if (value === '') return '""'
  return NO_TOKEN.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value
}

export class MIMEParams {
  /** @type {Map<string, string>} */
  #data = new Map()

  /** @param {string} name */
  delete (name) {
    this.#data.delete(name)
  }

  /** @param {string} name @returns {string | null} */
  get (name) {
    return this.#data.get(name) ?? null
  }

  /** @param {string} name */
  has (name) {
    return this.#data.has(name)
  }

  /** @param {string} name @param {string} value */
  set (name, value) {
    const [key, text] = [`${name}`, `${value}`]
    const index = key.search(NO_TOKEN)
    if (key === '' || index !== -1) throw new ERR_INVALID_MIME_SYNTAX('parameter name', key, index)
    const wrong = text.search(NO_QUOTED)
    if (wrong !== -1) throw new ERR_INVALID_MIME_SYNTAX('parameter value', text, wrong)
    this.#data.set(key, text)
  }

  /** @returns {IterableIterator<[string, string]>} */
  * entries () {
    yield * this.#data.entries()
  }

  /** @returns {IterableIterator<string>} */
  * keys () {
    yield * this.#data.keys()
  }

  /** @returns {IterableIterator<string>} */
  * values () {
    yield * this.#data.values()
  }

  [Symbol.iterator] () {
    return this.entries()
  }

  toString () {
    return Array.from(this.#data, ([name, value]) => `${name}=${written(value)}`).join(';')
  }

  toJSON () {
    return this.toString()
  }
}

/** What is behind the subtype, broken parts left out. @param {string} text @param {MIMEParams} params */
function readParameters (text, params) {
  let at = 0
  while (at < text.length) {
    at += /** @type {RegExpMatchArray} */ (text.slice(at).match(SPACE_BEFORE))[0].length
    const end = text.slice(at).search(/[;=]|$/)
    const name = lower(text.slice(at, at + end))
    at += end
    if (at >= text.length) return
    if (text[at++] === ';') continue
    if (at >= text.length) return
    let value
    if (text[at] === '"') {
      const [whole, inner, closed] = /** @type {RegExpMatchArray} */ (text.slice(at + 1).match(/^((?:\\[\s\S]|[^"\\])*\\?)("?)/))
      // A last backslash escapes nothing, and stands for itself.
      value = inner.replace(/\\([\s\S])/g, '$1')
      at += 1 + whole.length
      if (closed === '') at = text.length
      const next = text.indexOf(';', at)
      at = next === -1 ? text.length : next + 1
    } else {
      const next = text.indexOf(';', at)
      const raw = next === -1 ? text.slice(at) : text.slice(at, next)
      at += raw.length + 1
      value = raw.replace(SPACE_BEHIND, '')
      if (value === '') continue
    }
    if (name !== '' && !NO_TOKEN.test(name) && !NO_QUOTED.test(value) && !params.has(name)) params.set(name, value)
  }
}

export class MIMEType {
  #type
  #subtype
  #params = new MIMEParams()

  /** @param {string | { toString(): string }} input */
  constructor (input) {
    const text = `${input}`
    const start = /** @type {RegExpMatchArray} */ (text.match(SPACE_BEFORE))[0].length
    const slash = text.indexOf('/', start)
    const type = slash === -1 ? text.slice(start) : text.slice(start, slash)
    this.#type = token(type, 'type', text)
    if (slash === -1) throw new ERR_INVALID_MIME_SYNTAX('type', text, -1)
    const end = text.indexOf(';', slash + 1)
    const subtype = (end === -1 ? text.slice(slash + 1) : text.slice(slash + 1, end)).replace(SPACE_BEHIND, '')
    this.#subtype = token(subtype, 'subtype', text)
    if (end !== -1) readParameters(text.slice(end + 1), this.#params)
  }

  /** @returns {string} */
  get type () {
    return this.#type
  }

  set type (value) {
    this.#type = token(`${value}`, 'type')
  }

  /** @returns {string} */
  get subtype () {
    return this.#subtype
  }

  set subtype (value) {
    this.#subtype = token(`${value}`, 'subtype')
  }

  get essence () {
    return `${this.#type}/${this.#subtype}`
  }

  get params () {
    return this.#params
  }

  toString () {
    const params = this.#params.toString()
    return params === '' ? this.essence : `${this.essence};${params}`
  }

  toJSON () {
    return this.toString()
  }
}
