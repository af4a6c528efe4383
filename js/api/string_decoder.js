/**
 * Text from pieces of bytes that may end inside a character, as Node's `string_decoder`.
 */
import { Buffer } from 'socket:buffer'
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_UNKNOWN_ENCODING } from 'socket:internal/errors'

/** @type {Record<string, string>} */
const NAMES = {
  utf8: 'utf8',
  'utf-8': 'utf8',
  ucs2: 'utf16le',
  'ucs-2': 'utf16le',
  utf16le: 'utf16le',
  'utf-16le': 'utf16le',
  latin1: 'latin1',
  binary: 'latin1',
  base64: 'base64',
  base64url: 'base64url',
  hex: 'hex',
  ascii: 'ascii'
}

/** @param {unknown} encoding */
function canonical (encoding) {
  if (encoding === undefined || encoding === null || encoding === '') return 'utf8'
  const name = typeof encoding === 'string' ? NAMES[encoding.toLowerCase()] : undefined
  if (name === undefined) throw new ERR_UNKNOWN_ENCODING(encoding)
  return name
}

/**
 * How many bytes at the end are the valid beginning of a longer UTF-8 character, and how long it will be.
 * @param {Uint8Array} bytes
 */
function unfinishedUtf8 (bytes) {
  const first = Math.max(0, bytes.length - 3)
  for (let at = bytes.length - 1; at >= first; at--) {
    const lead = bytes[at]
    if (lead < 0x80) return { have: 0, need: 0 }
    if (lead < 0xc0) continue
    // Only the lead byte is asked; what follows may still turn out to be wrong.
    const need = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 1
    const have = bytes.length - at
    return have < need ? { have, need } : { have: 0, need: 0 }
  }
  return { have: 0, need: 0 }
}

export class StringDecoder {
  /** Bytes kept until the character is complete. */
  #kept = new Uint8Array(0)
  #need = 0

  /** @param {string} [encoding] */
  constructor (encoding) {
    /** @type {string} */
    this.encoding = canonical(encoding)
  }

  /** How many bytes the unfinished character still lacks. */
  get lastNeed () { return this.#need }
  /** How many bytes the unfinished character will have. */
  get lastTotal () { return this.#need === 0 ? 0 : this.#need + this.#kept.length }
  /** The unfinished character's bytes. */
  get lastChar () {
    const char = Buffer.alloc(4)
    char.set(this.#kept)
    return char
  }

  /**
   * @param {string | ArrayBufferView} chunk
   * @returns {string}
   */
  write (chunk) {
    if (typeof chunk === 'string') return chunk
    if (!ArrayBuffer.isView(chunk)) throw new ERR_INVALID_ARG_TYPE('buf', ['Buffer', 'TypedArray', 'DataView'], chunk)
    if (!(#kept in this)) throw new ERR_INVALID_THIS('StringDecoder')
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const all = this.#kept.length === 0 ? bytes : Buffer.concat([this.#kept, bytes])
    const { have, need } = this.#unfinished(all)
    const end = all.length - have
    this.#kept = have === 0 ? new Uint8Array(0) : Uint8Array.prototype.slice.call(all, end)
    this.#need = have === 0 ? 0 : need - have
    return end === 0 ? '' : text(all, end, this.encoding)
  }

  /**
   * The rest, with what never became a character replaced.
   * @param {string | ArrayBufferView} [chunk]
   * @returns {string}
   */
  end (chunk) {
    const written = chunk === undefined ? '' : this.write(chunk)
    const rest = this.#kept
    this.#kept = new Uint8Array(0)
    this.#need = 0
    return rest.length === 0 ? written : written + text(rest, rest.length, this.encoding)
  }

  /**
   * Decodes as if `bytes` from `offset` on were the next chunk of a fresh stream.
   * @param {Uint8Array} bytes
   * @param {number} offset
   */
  text (bytes, offset) {
    this.#kept = new Uint8Array(0)
    this.#need = 0
    return this.write(bytes.subarray(offset))
  }

  /** @param {Uint8Array} bytes */
  #unfinished (bytes) {
    if (this.encoding === 'utf8') return unfinishedUtf8(bytes)
    if (this.encoding === 'utf16le') {
      const odd = bytes.length % 2
      const high = bytes.length - odd >= 2 ? bytes[bytes.length - odd - 1] : 0
      // A high surrogate waits for its low one.
      if (high >= 0xd8 && high <= 0xdb) return { have: 2 + odd, need: 4 }
      return { have: odd, need: odd === 0 ? 0 : 2 }
    }
    if (this.encoding === 'base64' || this.encoding === 'base64url') return { have: bytes.length % 3, need: 3 }
    return { have: 0, need: 0 }
  }
}

/** @param {Uint8Array} bytes @param {number} end @param {string} encoding */
function text (bytes, end, encoding) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, end).toString(/** @type {BufferEncoding} */ (encoding))
}

export default { StringDecoder }
