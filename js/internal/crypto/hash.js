/**
 * `Hash` and `Hmac`. They run in the page: a digest of something small takes microseconds, where a question to native
 * code would take a hundred times as long, and a policy might refuse it.
 */
import { buffer, bytesOf, dataOf, encoded } from 'socket:internal/crypto/bytes'
import { ERR_CRYPTO_HASH_FINALIZED, ERR_CRYPTO_INVALID_DIGEST, opensslError } from 'socket:internal/crypto/errors'
import { secretBytes } from 'socket:internal/crypto/keys'
import { lazyTransform } from 'socket:internal/crypto/lazy'
import { functions, hmac } from 'socket:internal/crypto/noble'
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { validateString, validateUint32 } from 'socket:internal/validators'
import { Buffer } from 'socket:buffer'

/** @typedef {import('./noble.js').HashFunction} HashFunction */
/** @typedef {import('node:stream').TransformOptions & { outputLength?: number }} HashOptions  `outputLength`: bytes wanted of shake128 or shake256 */

/** Other names of the same. @type {Record<string, string>} */
const ALIASES = {
  'rsa-md5': 'md5',
  'rsa-ripemd160': 'ripemd160',
  'rsa-sha1': 'sha1',
  'rsa-sha1-2': 'sha1',
  'rsa-sha224': 'sha224',
  'rsa-sha256': 'sha256',
  'rsa-sha3-224': 'sha3-224',
  'rsa-sha3-256': 'sha3-256',
  'rsa-sha3-384': 'sha3-384',
  'rsa-sha3-512': 'sha3-512',
  'rsa-sha384': 'sha384',
  'rsa-sha512': 'sha512',
  'rsa-sha512/224': 'sha512-224',
  'rsa-sha512/256': 'sha512-256',
  ripemd: 'ripemd160',
  rmd160: 'ripemd160',
  'sha-1': 'sha1',
  'sha-224': 'sha224',
  'sha2-224': 'sha224',
  'sha-256': 'sha256',
  'sha2-256': 'sha256',
  'sha-384': 'sha384',
  'sha2-384': 'sha384',
  'sha-512': 'sha512',
  'sha2-512': 'sha512',
  'sha-512/224': 'sha512-224',
  'sha-512/256': 'sha512-256',
  'sha2-512/224': 'sha512-224',
  'sha2-512/256': 'sha512-256',
  'ripemd-160': 'ripemd160',
  'shake-128': 'shake128',
  'shake-256': 'shake256',
  'blake2b-512': 'blake2b512',
  'blake2s-256': 'blake2s256',
  'ssl3-md5': 'md5',
  'ssl3-sha1': 'sha1'
}

/** As OpenSSL spells those of them that `getHashes` tells. */
const SPELLED = [
  'RSA-MD5', 'RSA-RIPEMD160', 'RSA-SHA1', 'RSA-SHA1-2', 'RSA-SHA224', 'RSA-SHA256', 'RSA-SHA3-224', 'RSA-SHA3-256', 'RSA-SHA3-384', 'RSA-SHA3-512',
  'RSA-SHA384', 'RSA-SHA512', 'RSA-SHA512/224', 'RSA-SHA512/256', 'ripemd', 'rmd160', 'ssl3-md5', 'ssl3-sha1', ...Object.keys(functions)
].sort()

/** The names that `createHash` and `createHmac` know. @returns {string[]} */
export function getHashes () {
  return [...SPELLED]
}

/** The name that OpenSSL has for an algorithm, in whatever case and under whatever alias. @param {string} algorithm */
export function digestName (algorithm) {
  const name = algorithm.toLowerCase()
  return ALIASES[name] ?? name
}

/** @param {string} algorithm @returns {HashFunction | undefined} */
export function findHash (algorithm) {
  const name = digestName(algorithm)
  return Object.hasOwn(functions, name) ? functions[name] : undefined
}

/** The hash that a key derivation names. @param {string} digest @returns {HashFunction} */
export function hashFor (digest) {
  const found = findHash(digest)
  // The extendable ones are no hash for HMAC: OpenSSL refuses them, too.
  if (found === undefined || /** @type {any} */ (found).canXOF === true) throw new ERR_CRYPTO_INVALID_DIGEST(digest)
  return found
}

/** @param {HashFunction} hash @param {number | undefined} length */
function start (hash, length) {
  const extendable = /** @type {any} */ (hash).canXOF === true
  if (length !== undefined && !extendable && length !== hash.outputLen) {
    throw opensslError('030000B2', 'digital envelope routines', 'not XOF or invalid length', 'ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH')
  }
  return hash.create(extendable && length !== undefined && length > 0 ? { dkLen: length } : undefined)
}

/** State of a Hash or Hmac: what works, until it is finished. */
const states = new WeakMap()

/** @param {any} of @returns {{ state: any, hash: HashFunction, length: number | undefined, done: boolean, result?: Uint8Array }} */
const stateOf = (of) => states.get(of)

/**
 * What `createHash` makes.
 *
 * @this {any}
 * @param {string | Hash} algorithm
 * @param {HashOptions} [options]
 */
export function Hash (algorithm, options = undefined) {
  if (!(this instanceof Hash)) return new /** @type {any} */ (Hash)(algorithm, options)
  const earlier = algorithm instanceof Hash ? stateOf(algorithm) : undefined
  if (earlier === undefined) validateString(algorithm, 'algorithm')
  const length = options?.outputLength
  if (length !== undefined) validateUint32(length, 'options.outputLength')
  if (earlier !== undefined) {
    const { hash, state } = earlier
    const copy = state.clone()
    if (length !== undefined) start(hash, length)
    if (/** @type {any} */ (hash).canXOF) copy.outputLen = length ?? hash.outputLen
    states.set(this, { state: copy, hash, length, done: false })
  } else {
    const hash = findHash(/** @type {string} */ (algorithm))
    if (hash === undefined) throw new Error('Digest method not supported')
    states.set(this, { state: start(hash, length), hash, length, done: false })
  }
  lazyTransform(this, options)
}

/** @param {{ hash: HashFunction, state: any, length: number | undefined }} of @returns {Uint8Array} */
function finish ({ state, length }) {
  // A hash of no bytes has no meaning to the package.
  return length === 0 ? new Uint8Array(0) : state.digest()
}

lazyTransform.extend(Hash, {
  /** A hash that goes on from here on its own. @this {any} @param {HashOptions} [options] */
  copy (options) {
    if (stateOf(this).done) throw new ERR_CRYPTO_HASH_FINALIZED()
    return new /** @type {any} */ (Hash)(this, options)
  },

  /** @this {any} @param {unknown} data @param {string} [encoding] of a string: utf8 when it is missing */
  update (data, encoding) {
    const of = stateOf(this)
    if (of.done) throw new ERR_CRYPTO_HASH_FINALIZED()
    of.state.update(dataOf(data, encoding))
    return this
  },

  /** @this {any} @param {string} [encoding] a Buffer when it is missing */
  digest (encoding) {
    const of = stateOf(this)
    if (of.done) throw new ERR_CRYPTO_HASH_FINALIZED()
    of.done = true
    return encoded(finish(of), encoding)
  },

  /** @this {any} @param {any} chunk @param {string} encoding @param {() => void} callback */
  _transform (chunk, encoding, callback) {
    stateOf(this).state.update(dataOf(chunk, encoding))
    callback()
  },

  /** @this {any} @param {() => void} callback */
  _flush (callback) {
    this.push(buffer(finish(stateOf(this))))
    callback()
  }
})

/**
 * What `createHmac` makes.
 *
 * @this {any}
 * @param {string} algorithm
 * @param {any} key
 * @param {import('node:stream').TransformOptions & { encoding?: string }} [options]
 */
export function Hmac (algorithm, key, options = undefined) {
  if (!(this instanceof Hmac)) return new /** @type {any} */ (Hmac)(algorithm, key, options)
  validateString(algorithm, 'hmac')
  if (options?.encoding !== undefined && options.encoding !== null) validateString(options.encoding, 'options.encoding')
  const bytes = secretBytes(key, options?.encoding)
  const hash = hashFor(algorithm)
  states.set(this, { state: hmac.create(hash, bytes), hash, length: undefined, done: false })
  lazyTransform(this, options)
}

lazyTransform.extend(Hmac, {
  update: Hash.prototype.update,

  /** A second digest is empty, as it is in Node. @this {any} @param {string} [encoding] */
  digest (encoding) {
    const of = stateOf(this)
    if (of.done) return encoding && encoding !== 'buffer' ? '' : Buffer.alloc(0)
    of.done = true
    return encoded(finish(of), encoding)
  },

  _transform: Hash.prototype._transform,
  _flush: Hash.prototype._flush
})

/** @param {string} algorithm @param {HashOptions} [options] */
export function createHash (algorithm, options = undefined) {
  return new /** @type {any} */ (Hash)(algorithm, options)
}

/** @param {string} algorithm @param {any} key a string, bytes or a secret KeyObject @param {import('node:stream').TransformOptions} [options] */
export function createHmac (algorithm, key, options = undefined) {
  return new /** @type {any} */ (Hmac)(algorithm, key, options)
}

/**
 * The digest of something that is there as a whole.
 *
 * @param {string} algorithm
 * @param {string | NodeJS.ArrayBufferView} input
 * @param {string} [outputEncoding]
 * @returns {any} a string, or a Buffer for 'buffer'
 */
export function hash (algorithm, input, outputEncoding = 'hex') {
  validateString(algorithm, 'algorithm')
  if (typeof input !== 'string' && !ArrayBuffer.isView(input)) throw new ERR_INVALID_ARG_TYPE('input', ['Buffer', 'TypedArray', 'DataView', 'string'], input)
  validateString(outputEncoding, 'outputEncoding')
  if (outputEncoding === '') outputEncoding = 'utf8'
  if (outputEncoding !== 'buffer' && !Buffer.isEncoding(outputEncoding)) throw new ERR_INVALID_ARG_VALUE('outputEncoding', outputEncoding)
  const found = findHash(algorithm)
  if (found === undefined) throw new Error(`Digest method ${algorithm} is not supported`)
  return encoded(found(bytesOf(input, 'input')), outputEncoding)
}
