/**
 * Languages by name, by code (ISO 639-1) and by tag (BCP 47), in English.
 */
import Enumeration from 'socket:enumeration'
import { regions } from 'socket:internal/language-tags'

const names_ = new Intl.DisplayNames(['en'], { type: 'language', languageDisplay: 'standard' })

/** What the engine calls a tag; the tag itself where it knows no name. @param {string} tag */
const nameOf = (tag) => names_.of(tag) ?? tag

const entries = regions.trim().split(/\s+/).map((entry) => {
  const [code, list = ''] = entry.split(':')
  return { code, name: nameOf(code), tags: list === '' ? [] : list.split(',').map((rest) => `${code}-${rest}`) }
})
const allTags = entries.flatMap(({ tags }) => tags)

/** Names of all languages, in English; the name at an index is that of the code there. @type {readonly string[]} */
export const names = Object.freeze(entries.map(({ name }) => name))
/** Codes of all languages, of two letters. @type {readonly string[]} */
export const codes = Object.freeze(entries.map(({ code }) => code))
/** Tags in use, such as `pt-BR`. */
export const tags = Enumeration.from(allTags)
/** What each tag means, such as `Portuguese (Brazil)`; the description at an index is that of the tag there. */
export const descriptions = Enumeration.from(new Set(allTags.map(nameOf)))

/** A language. */
export class LanguageQueryResult {
  #code
  #name
  #tags

  /** @param {string} code @param {string} name @param {string[]} [tags] */
  constructor (code, name, tags = []) {
    this.#code = code
    this.#name = name
    this.#tags = tags
  }

  /** Of two letters. */
  get code () {
    return this.#code
  }

  get name () {
    return this.#name
  }

  /** With the regions and scripts that it is in use with. */
  get tags () {
    return [...this.#tags]
  }

  toJSON () {
    return { code: this.code, name: this.name, tags: this.tags }
  }
}

/** A language as it is spoken or written somewhere. */
export class LanguageDescription {
  #code
  #tag
  #description

  /** @param {string} code @param {string} tag @param {string} description */
  constructor (code, tag, description) {
    this.#code = code
    this.#tag = tag
    this.#description = description
  }

  get code () {
    return this.#code
  }

  get tag () {
    return this.#tag
  }

  get description () {
    return this.#description
  }

  toJSON () {
    return { code: this.code, tag: this.tag, description: this.description }
  }
}

/** @param {unknown} query */
const normal = (query) => String(query).trim().toLowerCase().replaceAll('_', '-')

/**
 * Languages by name, code or tag.
 *
 * @param {string} query
 * @param {{ strict?: boolean }} [options] strict: the whole name, code or tag; else the beginning of one
 * @returns {LanguageQueryResult[] | null} null when there is none
 */
export function lookup (query, options = undefined) {
  const wanted = normal(query)
  if (wanted === '') return null
  const fits = (/** @type {string} */ text) => options?.strict === true ? text.toLowerCase() === wanted : text.toLowerCase().startsWith(wanted)
  const found = entries.filter(({ code, name, tags }) => code === wanted || fits(name) || tags.some(fits))
  // Whoever asks by a code means this language before others whose names begin so.
  const exact = found.filter(({ code }) => code === wanted)
  const all = [...exact, ...found.filter((one) => !exact.includes(one))]
  return all.length === 0 ? null : all.map(({ code, name, tags }) => new LanguageQueryResult(code, name, tags))
}

/**
 * What tags mean.
 *
 * @param {string} query a tag, a code, or a name
 * @param {{ strict?: boolean }} [options] not strict: the beginning of one is enough
 * @returns {LanguageDescription[] | null} null when there is none
 */
export function describe (query, options = undefined) {
  const wanted = normal(query)
  if (wanted === '') return null
  const strict = options?.strict !== false
  const fits = (/** @type {string} */ text) => strict ? text.toLowerCase() === wanted : text.toLowerCase().startsWith(wanted)
  const found = entries.flatMap(({ code, name, tags }) => tags
    .filter((tag) => code === wanted || fits(tag) || fits(name) || fits(nameOf(tag)))
    .map((tag) => new LanguageDescription(code, tag, nameOf(tag))))
  return found.length === 0 ? null : found
}

export default { codes, describe, descriptions, LanguageDescription, LanguageQueryResult, lookup, names, tags }
