/**
 * Text to bytes and back, for each encoding that Node's buffers know.
 */

/**
 * @typedef {object} Encoding
 * @property {string} name
 * @property {(text: string) => number} byteLength how many bytes the text needs, at most
 * @property {(text: string) => Uint8Array} encode
 * @property {(bytes: Uint8Array) => string} decode
 */

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Arguments that a call takes safely on every engine. */
const CHUNK = 0x2000

/** @param {Uint8Array | Uint16Array} units */
function fromUnits (units) {
  if (units.length <= CHUNK) return String.fromCharCode.apply(null, /** @type {any} */ (units))
  let text = ''
  for (let at = 0; at < units.length; at += CHUNK) {
    text += String.fromCharCode.apply(null, /** @type {any} */ (units.subarray(at, at + CHUNK)))
  }
  return text
}

/** @param {string} text */
function utf8Length (text) {
  let length = text.length
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x80) continue
    length += code < 0x800 ? 1 : 2
    // Two units of a pair make four bytes, counted here as three and one.
    if (code >= 0xd800 && code <= 0xdbff) {
      const next = text.charCodeAt(at + 1)
      if (next >= 0xdc00 && next <= 0xdfff) at++
    }
  }
  return length
}

/** @param {string} text */
function latin1Bytes (text) {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at)
  return bytes
}

/** @param {string} text */
function utf16Bytes (text) {
  const bytes = new Uint8Array(text.length * 2)
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    bytes[at * 2] = code
    bytes[at * 2 + 1] = code >> 8
  }
  return bytes
}

/** @param {Uint8Array} bytes */
function utf16Text (bytes) {
  const units = new Uint16Array(bytes.length >> 1)
  for (let at = 0; at < units.length; at++) units[at] = bytes[at * 2] | bytes[at * 2 + 1] << 8
  return fromUnits(units)
}

const DIGITS = '0123456789abcdef'
const PAIRS = Array.from({ length: 256 }, (_, byte) => DIGITS[byte >> 4] + DIGITS[byte & 15])

/** The value of a character by its code, 255 for one outside the alphabet. @param {string} alphabet */
function table (alphabet) {
  const values = new Uint8Array(256).fill(255)
  for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value
  return values
}

const HEX = table(DIGITS)
for (const digit of 'ABCDEF') HEX[digit.charCodeAt(0)] = parseInt(digit, 16)

/** Up to the first pair that is none. @param {string} text */
function hexBytes (text) {
  const bytes = new Uint8Array(text.length >> 1)
  for (let at = 0; at < bytes.length; at++) {
    const high = HEX[text.charCodeAt(at * 2)] ?? 255
    const low = HEX[text.charCodeAt(at * 2 + 1)] ?? 255
    if (high === 255 || low === 255) return bytes.subarray(0, at)
    bytes[at] = high << 4 | low
  }
  return bytes
}

const BASE64 = table('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
BASE64['-'.charCodeAt(0)] = 62
BASE64['_'.charCodeAt(0)] = 63

const PADDING = '='.charCodeAt(0)

/** @param {string} text */
function base64Length (text) {
  let length = text.length
  if (text[length - 1] === '=') length--
  if (length > 1 && text[length - 1] === '=') length--
  return Math.floor(length * 3 / 4)
}

/** Both alphabets at once; what belongs to neither is passed over, padding ends the text. @param {string} text */
function base64Bytes (text) {
  const bytes = new Uint8Array(base64Length(text))
  let length = 0
  let bits = 0
  let pending = 0
  for (let at = 0; at < text.length && length < bytes.length; at++) {
    // Only the low byte counts, as in Node.
    const code = text.charCodeAt(at) & 255
    if (code === PADDING) break
    const value = BASE64[code]
    if (value === 255) continue
    bits = (bits << 6 | value) & 0xffffff
    pending += 6
    if (pending >= 8) {
      pending -= 8
      bytes[length++] = bits >> pending
    }
  }
  return bytes.subarray(0, length)
}

/** @param {Uint8Array} bytes */
function base64Text (bytes) {
  let text = ''
  // A multiple of three, so that only the last piece is padded.
  for (let at = 0; at < bytes.length; at += CHUNK * 3) text += btoa(fromUnits(bytes.subarray(at, at + CHUNK * 3)))
  return text
}

/** @type {Encoding} */
export const utf8 = { name: 'utf8', byteLength: utf8Length, encode: (text) => encoder.encode(text), decode: (bytes) => decoder.decode(bytes) }
/** @type {Encoding} */
const utf16le = { name: 'utf16le', byteLength: (text) => text.length * 2, encode: utf16Bytes, decode: utf16Text }
/** @type {Encoding} */
const latin1 = { name: 'latin1', byteLength: (text) => text.length, encode: latin1Bytes, decode: fromUnits }
/** @type {Encoding} */
const ascii = { ...latin1, name: 'ascii', decode: (bytes) => fromUnits(bytes.map((byte) => byte & 0x7f)) }
/** @type {Encoding} */
const hex = {
  name: 'hex',
  byteLength: (text) => text.length >>> 1,
  encode: hexBytes,
  decode (bytes) {
    let text = ''
    for (const byte of bytes) text += PAIRS[byte]
    return text
  }
}
/** @type {Encoding} */
const base64 = { name: 'base64', byteLength: base64Length, encode: base64Bytes, decode: base64Text }
/** @type {Encoding} */
const base64url = {
  ...base64,
  name: 'base64url',
  decode: (bytes) => base64Text(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** @type {Map<string, Encoding>} */
const ENCODINGS = new Map([
  ['utf8', utf8], ['utf-8', utf8],
  ['ucs2', utf16le], ['ucs-2', utf16le], ['utf16le', utf16le], ['utf-16le', utf16le],
  ['latin1', latin1], ['binary', latin1], ['ascii', ascii],
  ['hex', hex], ['base64', base64], ['base64url', base64url]
])

/** @param {unknown} name @returns {Encoding | undefined} */
export function encodingOf (name) {
  return ENCODINGS.get(/** @type {string} */ (name)) ?? ENCODINGS.get(String(name).toLowerCase())
}

/**
 * Writes as much of the text as fits, never part of a character.
 * @param {Encoding} encoding @param {Uint8Array} target @param {string} text
 * @returns {number} how many bytes were written
 */
export function writeInto (encoding, target, text) {
  if (encoding === utf8) return encoder.encodeInto(text, target).written
  let bytes = encoding.encode(text)
  if (bytes.length > target.length) {
    bytes = bytes.subarray(0, encoding === utf16le ? target.length & ~1 : target.length)
  }
  target.set(bytes)
  return bytes.length
}
