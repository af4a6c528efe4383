/**
 * `Cipheriv` and `Decipheriv`: AES in its usual modes, and ChaCha20-Poly1305.
 */
import { buffer, bytesOf, dataOf } from 'socket:internal/crypto/bytes'
import {
  ERR_CRYPTO_INVALID_AUTH_TAG, ERR_CRYPTO_INVALID_IV, ERR_CRYPTO_INVALID_KEYLEN, ERR_CRYPTO_INVALID_STATE, ERR_CRYPTO_UNKNOWN_CIPHER
} from 'socket:internal/crypto/errors'
import { same, secretBytes } from 'socket:internal/crypto/keys'
import { lazyTransform } from 'socket:internal/crypto/lazy'
import { Blocks, Ctr, chacha20Poly1305, gcm } from 'socket:internal/crypto/modes'
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { validateInt32, validateObject, validateString } from 'socket:internal/validators'
import { StringDecoder } from 'socket:string_decoder'

/** @typedef {{ name: string, nid: number, mode: 'cbc' | 'ctr' | 'ecb' | 'gcm' | 'stream', keyLength: number, ivLength?: number, blockSize?: number }} Kind */

/** @type {Map<string, Kind>} */
const kinds = new Map()
/** Names as OpenSSL spells them. @type {string[]} */
const names = []

for (const [bits, ecb, ctr] of [[128, 418, 904], [192, 422, 905], [256, 426, 906]]) {
  const [keyLength, aes] = [bits / 8, `aes-${bits}`]
  const add = (/** @type {Kind} */ kind, /** @type {string[]} */ ...spelled) => {
    for (const name of spelled) kinds.set(name.toLowerCase(), kind)
    names.push(...spelled)
  }
  add({ mode: 'cbc', name: `${aes}-cbc`, nid: ecb + 1, blockSize: 16, ivLength: 16, keyLength }, `${aes}-cbc`, `aes${bits}`)
  add({ mode: 'ctr', name: `${aes}-ctr`, nid: ctr, blockSize: 1, ivLength: 16, keyLength }, `${aes}-ctr`)
  add({ mode: 'ecb', name: `${aes}-ecb`, nid: ecb, blockSize: 16, keyLength }, `${aes}-ecb`)
  add({ mode: 'gcm', name: `id-aes${bits}-gcm`, nid: 895 + (bits - 128) / 64 * 3, blockSize: 1, ivLength: 12, keyLength }, `${aes}-gcm`, `id-aes${bits}-GCM`)
}
kinds.set('chacha20-poly1305', { mode: 'stream', name: 'chacha20-poly1305', nid: 1018, ivLength: 12, keyLength: 32 })
names.push('chacha20-poly1305')

/** The names that `createCipheriv` knows. @returns {string[]} */
export function getCiphers () {
  return [...names].sort()
}

/** @param {{ mode: string }} kind */
const authenticated = ({ mode }) => mode === 'gcm' || mode === 'stream'

const LONGEST_IV = 128

/** Whether a cipher works with an initialization vector of this length. @param {Kind} kind @param {number} length */
function fits (kind, length) {
  return kind.mode === 'gcm' ? length > 0 && length <= LONGEST_IV : length === (kind.ivLength ?? 0)
}

/**
 * @param {string | number} nameOrNid
 * @param {{ keyLength?: number, ivLength?: number }} [options]  lengths that it should work with
 * @returns {Kind | undefined}
 */
export function getCipherInfo (nameOrNid, options = undefined) {
  if (typeof nameOrNid !== 'string' && typeof nameOrNid !== 'number') throw new ERR_INVALID_ARG_TYPE('nameOrNid', ['string', 'number'], nameOrNid)
  if (typeof nameOrNid === 'number') validateInt32(nameOrNid, 'nameOrNid')
  if (options !== undefined) validateObject(options, 'options')
  const { keyLength, ivLength } = options ?? {}
  if (keyLength !== undefined) validateInt32(keyLength, 'options.keyLength')
  if (ivLength !== undefined) validateInt32(ivLength, 'options.ivLength')
  const kind = typeof nameOrNid === 'string' ? kinds.get(nameOrNid.toLowerCase()) : [...kinds.values()].find(({ nid }) => nid === nameOrNid)
  if (kind === undefined || (keyLength !== undefined && keyLength !== kind.keyLength)) return undefined
  if (ivLength !== undefined && !fits(kind, ivLength)) return undefined
  const { mode, name, nid, blockSize } = kind
  const length = kind.ivLength === undefined ? undefined : ivLength ?? kind.ivLength
  return { mode, name, nid, ...(blockSize !== undefined && { blockSize }), ...(length !== undefined && { ivLength: length }), keyLength: kind.keyLength }
}

/** @param {any} options @param {string} name */
function unsigned (options, name) {
  const value = options?.[name]
  if (value === undefined || value === null) return undefined
  if (value >>> 0 !== value) throw new ERR_INVALID_ARG_VALUE(`options.${name}`, value)
  return value
}

/** @param {number} length */
const isGcmTag = (length) => length === 4 || length === 8 || (length >= 12 && length <= 16)

/**
 * @typedef {object} State
 * @property {any} mode                       what works, until it is finished
 * @property {Kind} kind
 * @property {boolean} decrypt
 * @property {number | undefined} tagLength   bytes
 * @property {Uint8Array} [tag]               made, or expected
 * @property {boolean} done
 * @property {StringDecoder} [decoder]
 */

/** @type {WeakMap<object, State>} */
const states = new WeakMap()

/** @param {object} of */
const stateOf = (of) => /** @type {State} */ (states.get(of))

/**
 * @param {any} self
 * @param {boolean} decrypt
 * @param {string} cipher
 * @param {any} key
 * @param {any} iv
 * @param {any} options
 */
function start (self, decrypt, cipher, key, iv, options) {
  validateString(cipher, 'cipher')
  const encoding = options?.encoding
  if (encoding !== undefined && encoding !== null) validateString(encoding, 'options.encoding')
  const secret = secretBytes(key, encoding ?? undefined)
  const vector = iv === null ? null : bytesOf(iv, 'iv')
  let tagLength = unsigned(options, 'authTagLength')
  const kind = kinds.get(cipher.toLowerCase())
  if (kind === undefined) throw new ERR_CRYPTO_UNKNOWN_CIPHER()
  if (!fits(kind, vector?.length ?? 0)) throw new ERR_CRYPTO_INVALID_IV()
  if (authenticated(kind)) {
    if (tagLength === undefined && kind.mode === 'stream') tagLength = 16
    const wrong = tagLength !== undefined && (kind.mode === 'gcm' ? !isGcmTag(tagLength) : tagLength > 16)
    if (wrong) throw new ERR_CRYPTO_INVALID_AUTH_TAG(tagLength)
  }
  if (secret.length !== kind.keyLength) throw new ERR_CRYPTO_INVALID_KEYLEN()
  states.set(self, { mode: mode(kind, new Uint8Array(secret), /** @type {Uint8Array} */ (vector), decrypt), kind, decrypt, tagLength, done: false })
  lazyTransform(self, options)
}

/** @param {Kind} kind @param {Uint8Array} key @param {Uint8Array} iv @param {boolean} decrypt */
function mode (kind, key, iv, decrypt) {
  switch (kind.mode) {
    case 'gcm': return gcm(key, iv, decrypt)
    case 'stream': return chacha20Poly1305(key, iv, decrypt)
    case 'ctr': return new Ctr(key, iv)
    case 'ecb': return new Blocks(key, null, decrypt)
    default: return new Blocks(key, iv, decrypt)
  }
}

/** @param {State} state @param {string} encoding @returns {StringDecoder} */
function decoderFor (state, encoding) {
  const decoder = (state.decoder ??= new StringDecoder(/** @type {any} */ (encoding)))
  if (decoder.encoding !== new StringDecoder(/** @type {any} */ (encoding)).encoding) {
    throw Object.assign(new Error('Cannot change encoding'), { code: 'ERR_INTERNAL_ASSERTION' })
  }
  return decoder
}

/** @param {State} state @returns {Uint8Array} */
function finish (state) {
  if (state.done) throw new ERR_CRYPTO_INVALID_STATE()
  state.done = true
  if (!authenticated(state.kind)) return state.mode.final()
  const tag = state.mode.tag()
  if (!state.decrypt) {
    state.tag = tag.subarray(0, state.tagLength ?? 16)
  } else if (state.tag === undefined || !same(tag.subarray(0, state.tag.length), state.tag)) {
    throw new Error('Unsupported state or unable to authenticate data')
  }
  return state.mode.final()
}

const shared = {
  /**
   * @this {any}
   * @param {unknown} data
   * @param {string} [inputEncoding]  of a string
   * @param {string} [outputEncoding]  a Buffer when it is missing
   */
  update (data, inputEncoding, outputEncoding) {
    const state = stateOf(this)
    const bytes = dataOf(data, inputEncoding)
    if (state.done) throw new Error('Trying to add data in unsupported state')
    const result = buffer(state.mode.update(bytes))
    return outputEncoding && outputEncoding !== 'buffer' ? decoderFor(state, outputEncoding).write(result) : result
  },

  /** @this {any} @param {string} [outputEncoding] */
  final (outputEncoding) {
    const state = stateOf(this)
    const result = buffer(finish(state))
    return outputEncoding && outputEncoding !== 'buffer' ? decoderFor(state, outputEncoding).end(result) : result
  },

  /** @this {any} @param {boolean} [autoPadding] */
  setAutoPadding (autoPadding) {
    const { mode, done } = stateOf(this)
    if (done) throw new ERR_CRYPTO_INVALID_STATE('setAutoPadding')
    if (mode instanceof Blocks) mode.padding = autoPadding === undefined ? true : Boolean(autoPadding)
    return this
  },

  /** @this {any} @param {any} data @param {{ encoding?: string, plaintextLength?: number }} [options] */
  setAAD (data, options) {
    const encoding = options?.encoding
    if (encoding !== undefined && encoding !== null) validateString(encoding, 'options.encoding')
    unsigned(options, 'plaintextLength')
    const bytes = bytesOf(data, 'aadbuf', encoding)
    const { mode, kind, done } = stateOf(this)
    if (done || !authenticated(kind) || !mode.aad(bytes)) throw new ERR_CRYPTO_INVALID_STATE('setAAD')
    return this
  },

  /** @this {any} @param {any} chunk @param {string} encoding @param {(error?: unknown) => void} callback */
  _transform (chunk, encoding, callback) {
    this.push(this.update(chunk, encoding))
    callback()
  },

  /** @this {any} @param {(error?: unknown) => void} callback */
  _flush (callback) {
    try {
      this.push(this.final())
    } catch (error) {
      return callback(error)
    }
    callback()
  }
}

/**
 * What `createCipheriv` makes.
 *
 * @this {any}
 * @param {string} cipher
 * @param {any} key
 * @param {any} iv
 * @param {any} [options]
 */
export function Cipheriv (cipher, key, iv, options = undefined) {
  if (!(this instanceof Cipheriv)) return new /** @type {any} */ (Cipheriv)(cipher, key, iv, options)
  start(this, false, cipher, key, iv, options)
}

lazyTransform.extend(Cipheriv, {
  ...shared,

  /** @this {any} @returns {Buffer} */
  getAuthTag () {
    const { tag } = stateOf(this)
    if (tag === undefined) throw new ERR_CRYPTO_INVALID_STATE('getAuthTag')
    return buffer(tag.slice())
  }
})

/**
 * What `createDecipheriv` makes.
 *
 * @this {any}
 * @param {string} cipher
 * @param {any} key
 * @param {any} iv
 * @param {any} [options]
 */
export function Decipheriv (cipher, key, iv, options = undefined) {
  if (!(this instanceof Decipheriv)) return new /** @type {any} */ (Decipheriv)(cipher, key, iv, options)
  start(this, true, cipher, key, iv, options)
}

lazyTransform.extend(Decipheriv, {
  ...shared,

  /** @this {any} @param {any} tag @param {string} [encoding] of a string */
  setAuthTag (tag, encoding) {
    const bytes = bytesOf(tag, 'buffer', encoding)
    const state = stateOf(this)
    if (state.done || !authenticated(state.kind) || state.tag !== undefined) throw new ERR_CRYPTO_INVALID_STATE('setAuthTag')
    const fine = state.kind.mode === 'gcm'
      ? (state.tagLength === undefined || state.tagLength === bytes.length) && isGcmTag(bytes.length)
      : state.tagLength === bytes.length
    if (!fine) throw new ERR_CRYPTO_INVALID_AUTH_TAG(bytes.length)
    state.tag = bytes.slice()
    return this
  }
})

/** @param {string} cipher @param {any} key @param {any} iv null for none @param {any} [options] */
export function createCipheriv (cipher, key, iv, options = undefined) {
  return new /** @type {any} */ (Cipheriv)(cipher, key, iv, options)
}

/** @param {string} cipher @param {any} key @param {any} iv null for none @param {any} [options] */
export function createDecipheriv (cipher, key, iv, options = undefined) {
  return new /** @type {any} */ (Decipheriv)(cipher, key, iv, options)
}
