/**
 * The classes of `socket:ipc`.
 */
import { Buffer } from 'socket:buffer'
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_URL_SCHEME } from 'socket:internal/errors'

/**
 * The number of a call, from a number, or from text such as `R12` or `page.12`.
 *
 * @param {string | number | bigint} seq
 * @param {{ bigint?: boolean }} [options]
 * @returns {number | bigint}
 */
export function parseSeq (seq, { bigint = false } = {}) {
  const digits = /(\d+)n?$/.exec(String(seq))?.[1]
  return bigint ? BigInt(digits ?? 0) : digits === undefined ? NaN : Number(digits)
}

/** Headers that count themselves and become JSON. */
export class Headers extends globalThis.Headers {
  /**
   * @param {any} [input] Headers, an object, pairs, or text with one header a line
   * @returns {Headers}
   */
  static from (input) {
    if (input?.headers) return Headers.from(input.headers)
    if (typeof input !== 'string') return new Headers(input?.entries ? [...input.entries()] : input ?? {})
    const lines = input.split(/\r?\n/).filter((line) => line.includes(':'))
    return new Headers(lines.map((line) => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()]))
  }

  get length () {
    return [...this].length
  }

  toJSON () {
    return Object.fromEntries(this)
  }
}

/** A call as text: `ipc://fs.stat?path=%2Ftmp`. */
export class Message extends URL {
  /** The protocol of such text. */
  static get PROTOCOL () {
    return 'ipc:'
  }

  /** @param {any} input @param {unknown} [bytes] @returns {Message} */
  static from (input, bytes = undefined) {
    if (input instanceof Message) {
      return bytes === undefined ? input : new Message(input, bytes)
    }
    if (typeof input === 'string' || input instanceof URL) return new Message(input, bytes)
    throw new ERR_INVALID_ARG_TYPE('input', ['string', 'URL', 'Message'], input)
  }

  /** @param {unknown} input */
  static isValidInput (input) {
    return /^ipc:\/\//i.test(String(input))
  }

  /**
   * @param {string | URL} input with or without `ipc://`
   * @param {any} [bytes]
   */
  constructor (input, bytes = undefined) {
    const text = String(input)
    super(text.includes('://') ? text : `ipc://${text}`)
    if (this.protocol !== Message.PROTOCOL) throw new ERR_INVALID_URL_SCHEME('ipc')
    const plain = bytes ?? /** @type {any} */ (input).bytes
    /** @type {Uint8Array | undefined} */
    this.bytes = plain === undefined ? undefined : Buffer.from(plain)
    /** As it was written: engines may lower the case of a host. */
    this.command = /^ipc:\/\/([^/?#]*)/i.exec(text.includes('://') ? text : `ipc://${text}`)?.[1] ?? ''
  }

  get name () {
    return this.command
  }

  get id () {
    return this.searchParams.get('id')
  }

  get seq () {
    return this.searchParams.get('seq')
  }

  get value () {
    return this.searchParams.get('value')
  }

  /** Number of the window that is meant; -1: none. */
  get index () {
    return Number(this.searchParams.get('index') ?? -1)
  }

  /** Fields of the request: what is JSON is read as JSON. @returns {Record<string, any>} */
  get params () {
    return Object.fromEntries([...this.searchParams].map(([name, text]) => {
      try { return [name, JSON.parse(text)] } catch { return [name, text] }
    }))
  }

  /** The text of a field, or the field of a name. @param {string} name */
  get (name) {
    return this.searchParams.get(name)
  }

  /** @param {string} name */
  has (name) {
    return this.searchParams.has(name)
  }

  /** @param {string} name @param {any} value */
  set (name, value) {
    this.searchParams.set(name, typeof value === 'object' ? JSON.stringify(value) : value)
  }

  /** @param {string} name */
  delete (name) {
    const there = this.searchParams.has(name)
    this.searchParams.delete(name)
    return there
  }

  entries () {
    return this.searchParams.entries()
  }

  keys () {
    return this.searchParams.keys()
  }

  values () {
    return this.searchParams.values()
  }
}

/** How a call ended: `const { err, data } = await ipc.request('fs.stat', { path })`. */
export class Result {
  /**
   * @param {any} result an error, a Result, or an object with `err` or `data`
   * @param {any} [error]
   * @param {string | null} [source]
   * @param {any} [headers]
   */
  static from (result, error = null, source = null, headers = undefined) {
    if (result instanceof Result) return result
    if (result instanceof Error) return new Result(undefined, result, null, source, headers)
    const err = error ?? result?.err ?? null
    const plain = result !== null && typeof result === 'object' && ('data' in result || 'err' in result)
    return new Result(result?.id, err, plain ? result.data ?? null : result ?? null, source ?? result?.source ?? null, headers)
  }

  /**
   * @param {string} [id]
   * @param {any} [err] an Error, with a `code` mostly
   * @param {any} [data]
   * @param {string | null} [source] the command
   * @param {any} [headers]
   */
  constructor (id = undefined, err = null, data = null, source = null, headers = undefined) {
    this.id = id ?? ''
    this.err = err ?? null
    this.data = data ?? null
    this.source = source ?? null
    this.headers = Headers.from(headers)
  }

  toJSON () {
    const { id, data, source } = this
    const err = this.err && { name: this.err.name, message: this.err.message, .../** @type {any} */ (this.err) }
    return { headers: this.headers.toJSON(), source, data, err, id }
  }
}
