/** Messages as lines and back: docs/backend-protocol.md, which test vectors in test/node/vectors.json go with. */

/** @typedef {{ command: string, pairs: Record<string, string> }} Message */

/** How much of a line that is wrong is shown. */
const SHOWN = 80

class MalformedError extends Error {
  name = 'MalformedError'
  code = 'ERR_SOCKET_MALFORMED'

  /** @param {string} why @param {string} line */
  constructor (why, line) {
    super(`${why}: ${JSON.stringify(line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line)}`)
  }
}

/** What encodeURIComponent leaves as it is and the protocol does not. */
const LEFT = /[!'()*]/g

/** @param {string} text */
function encode (text) {
  // Not every string is Unicode; what is not becomes U+FFFD, as in every encoder of UTF-8.
  const whole = /[\ud800-\udfff]/.test(text) ? Buffer.from(text, 'utf8').toString('utf8') : text
  return encodeURIComponent(whole).replace(LEFT, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

/**
 * @param {string} command
 * @param {Record<string, string | number | undefined>} pairs  those that are undefined are left out; a `value` whose
 *   `format` is base64url must be that
 * @returns {string} with its line feed
 */
function format (command, pairs) {
  // The letters of base64url need no encoding, and to look at 64 MB of them for it takes a third of a second.
  const plain = (/** @type {string} */ key) => key === 'value' && pairs.format === 'base64url'
  const query = Object.entries(pairs).filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${encode(key)}=${plain(key) ? value : encode(String(value))}`).join('&')
  return `ipc://${command}${query === '' ? '' : `?${query}`}\n`
}

/**
 * As `application/x-www-form-urlencoded` says it. Values may be large, and most need no more than this.
 *
 * @param {string} text
 */
function decode (text) {
  const spaced = text.replaceAll('+', '%20')
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    // Percent signs that begin nothing, bytes that are not UTF-8.
    return new URLSearchParams(`value=${text}`).get('value') ?? ''
  }
}

/**
 * @param {string} line  without its end
 * @returns {Message}
 */
function parse (line) {
  if (!/^ipc:\/\//i.test(line)) throw new MalformedError('a line that does not begin with ipc://', line)
  const mark = line.indexOf('?')
  const command = line.slice('ipc://'.length, mark === -1 ? undefined : mark).replace(/\/$/, '')
  if (!/^[\w.-]+$/.test(command)) throw new MalformedError('no command', line)
  // The first of equal keys counts.
  /** @type {Record<string, string>} */
  const pairs = Object.create(null)
  for (const pair of mark === -1 ? [] : line.slice(mark + 1).split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const key = decode(equals === -1 ? pair : pair.slice(0, equals))
    pairs[key] ??= equals === -1 ? '' : decode(pair.slice(equals + 1))
  }
  return { command, pairs }
}

/**
 * The pairs that carry a value.
 *
 * @param {unknown} value
 * @returns {{ format?: string, value?: string }}
 */
function pack (value) {
  if (value === undefined) return {}
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return bytes(Buffer.from(value))
  if (ArrayBuffer.isView(value)) return bytes(Buffer.from(value.buffer, value.byteOffset, value.byteLength))
  const text = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`a ${typeof value} cannot be sent`)
  return { value: text }
}

/** @param {Buffer} buffer */
const bytes = (buffer) => ({ format: 'base64url', value: buffer.toString('base64url') })

/**
 * @param {Record<string, string>} pairs
 * @param {string} line  for the error
 * @returns {unknown}
 */
function unpack ({ format: kind = 'json', value = '' }, line) {
  if (kind === 'base64url') {
    if (!/^[\w-]*$/.test(value) || value.length % 4 === 1) throw new MalformedError('a value that is not base64url', line)
    return Buffer.from(value, 'base64url')
  }
  if (kind !== 'json') throw new MalformedError(`the format ${JSON.stringify(kind)} is unknown`, line)
  if (value === '') return undefined
  try {
    return JSON.parse(value)
  } catch {
    throw new MalformedError('a value that is not JSON', line)
  }
}

module.exports = { MalformedError, format, parse, pack, unpack }
