/**
 * Media types by file extension, and extensions by type.
 */
import { types } from 'socket:internal/mime-types'

/** One name of a database and the type it stands for. */
export class DatabaseQueryResult {
  /** @param {Database} database @param {string} name @param {string} mime */
  constructor (database, name, mime) {
    this.database = database
    /** An extension; or the part after the slash, of a type that has none. */
    this.name = name
    this.mime = mime
  }

  toString () {
    return this.mime
  }

  toJSON () {
    return { database: this.database.name, name: this.name, mime: this.mime }
  }
}

/** The types with one word before the slash. */
export class Database {
  /** Types by extension, or by subtype where there is none. @type {Map<string, string>} */
  map = new Map()
  /** Extensions, or the subtype, by type. @type {Map<string, string[]>} */
  index = new Map()

  /** @param {string} name such as `image` */
  constructor (name) {
    const all = /** @type {Record<string, string>} */ (types)[name]
    if (all === undefined || !Object.hasOwn(types, name)) throw new RangeError(`There is no database of media types "${name}": there are ${Object.keys(types).join(', ')}`)
    this.name = name
    for (const [subtype, extensions] of all.split(' ').map((entry) => entry.split(':'))) {
      const mime = `${name}/${subtype}`
      const names = extensions === '' ? [subtype] : extensions.split(',')
      this.index.set(mime, names)
      for (const each of names) this.map.set(each, mime)
    }
  }

  /** All entries. @returns {[string, string][]} */
  entries () {
    return [...this.map]
  }

  /**
   * @param {string} query an extension with or without its dot, a file's name, a type, or the part of one after the slash
   * @returns {DatabaseQueryResult[]}
   */
  lookup (query) {
    // Parameters of a type, such as its charset, do not say what it is.
    const text = String(query).split(';')[0].trim().toLowerCase()
    if (text === '') return []
    const names = this.index.get(text) ?? this.index.get(`${this.name}/${text}`)
    if (names) return names.map((name) => new DatabaseQueryResult(this, name, /** @type {string} */ (this.index.has(text) ? text : `${this.name}/${text}`)))
    if (text.includes('/') && text.startsWith(`${this.name}/`)) return []
    const extension = text.slice(text.lastIndexOf('.') + 1)
    const mime = this.map.get(extension)
    return mime === undefined ? [] : [new DatabaseQueryResult(this, extension, mime)]
  }
}

export const application = new Database('application')
export const audio = new Database('audio')
export const font = new Database('font')
export const image = new Database('image')
export const model = new Database('model')
export const multipart = new Database('multipart')
export const text = new Database('text')
export const video = new Database('video')

export const databases = [application, audio, font, image, model, multipart, text, video]

/**
 * @param {string} query an extension, a file's name, a type or a part of one
 * @returns {Promise<DatabaseQueryResult[]>}
 */
export async function lookup (query) {
  return databases.flatMap((database) => database.lookup(query))
}

export default { Database, DatabaseQueryResult, databases, lookup, application, audio, font, image, model, multipart, text, video }
