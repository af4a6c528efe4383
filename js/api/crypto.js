/**
 * Node's `crypto`, and libsodium. Hashes, ciphers, Ed25519 and X25519 run in the page; keys from passwords and all of
 * `sodium` run in native code (routes `crypto.*`). What else there is of public keys the engine has in `subtle`.
 */
import { dataOf } from 'socket:internal/crypto/bytes'
import * as ciphers from 'socket:internal/crypto/cipher'
import * as derive from 'socket:internal/crypto/derive'
import * as hashes from 'socket:internal/crypto/hash'
import * as keys from 'socket:internal/crypto/keys'
import * as random from 'socket:internal/crypto/random'
import * as signatures from 'socket:internal/crypto/signatures'
import * as sodiumNames from 'socket:internal/crypto/sodium'
import { Buffer } from 'socket:buffer'
import { validateString, validateUint32 } from 'socket:internal/validators'

/** @typedef {typeof import('node:crypto')} Node */

export const createHash = /** @type {Node['createHash']} */ (/** @type {unknown} */ (hashes.createHash))
export const createHmac = /** @type {Node['createHmac']} */ (/** @type {unknown} */ (hashes.createHmac))
export const Hash = /** @type {Node['Hash']} */ (/** @type {unknown} */ (hashes.Hash))
export const Hmac = /** @type {Node['Hmac']} */ (/** @type {unknown} */ (hashes.Hmac))
export const hash = /** @type {Node['hash']} */ (hashes.hash)
export const { getHashes } = hashes

export const createCipheriv = /** @type {Node['createCipheriv']} */ (/** @type {unknown} */ (ciphers.createCipheriv))
export const createDecipheriv = /** @type {Node['createDecipheriv']} */ (/** @type {unknown} */ (ciphers.createDecipheriv))
export const Cipheriv = /** @type {new (cipher: string, key: import('node:crypto').CipherKey, iv: import('node:crypto').BinaryLike | null, options?: object) => import('node:crypto').Cipher} */ (/** @type {unknown} */ (ciphers.Cipheriv))
export const Decipheriv = /** @type {new (cipher: string, key: import('node:crypto').CipherKey, iv: import('node:crypto').BinaryLike | null, options?: object) => import('node:crypto').Decipher} */ (/** @type {unknown} */ (ciphers.Decipheriv))
export const { getCiphers } = ciphers
export const getCipherInfo = /** @type {Node['getCipherInfo']} */ (/** @type {unknown} */ (ciphers.getCipherInfo))

export const KeyObject = /** @type {Node['KeyObject']} */ (/** @type {unknown} */ (keys.KeyObject))
export const createSecretKey = /** @type {Node['createSecretKey']} */ (/** @type {unknown} */ (keys.createSecretKey))
export const createPublicKey = /** @type {Node['createPublicKey']} */ (/** @type {unknown} */ (keys.createPublicKey))
export const createPrivateKey = /** @type {Node['createPrivateKey']} */ (/** @type {unknown} */ (keys.createPrivateKey))
export const generateKey = /** @type {Node['generateKey']} */ (/** @type {unknown} */ (keys.generateKey))
export const generateKeySync = /** @type {Node['generateKeySync']} */ (/** @type {unknown} */ (keys.generateKeySync))
export const generateKeyPair = /** @type {Node['generateKeyPair']} */ (/** @type {unknown} */ (keys.generateKeyPair))
export const generateKeyPairSync = /** @type {Node['generateKeyPairSync']} */ (/** @type {unknown} */ (keys.generateKeyPairSync))

export const sign = /** @type {Node['sign']} */ (signatures.sign)
export const verify = /** @type {Node['verify']} */ (signatures.verify)
export const diffieHellman = /** @type {Node['diffieHellman']} */ (/** @type {unknown} */ (signatures.diffieHellman))

export const pbkdf2 = /** @type {Node['pbkdf2']} */ (/** @type {unknown} */ (derive.pbkdf2))
export const pbkdf2Sync = /** @type {Node['pbkdf2Sync']} */ (derive.pbkdf2Sync)
export const scrypt = /** @type {Node['scrypt']} */ (/** @type {unknown} */ (derive.scrypt))
export const scryptSync = /** @type {Node['scryptSync']} */ (derive.scryptSync)
export const hkdf = /** @type {Node['hkdf']} */ (/** @type {unknown} */ (derive.hkdf))
export const hkdfSync = /** @type {Node['hkdfSync']} */ (derive.hkdfSync)

export const randomBytes = /** @type {Node['randomBytes']} */ (/** @type {unknown} */ (random.randomBytes))
/** The same: there is no weaker randomness. */
export const pseudoRandomBytes = randomBytes
export const randomFill = /** @type {Node['randomFill']} */ (/** @type {unknown} */ (random.randomFill))
export const randomFillSync = /** @type {Node['randomFillSync']} */ (random.randomFillSync)
export const randomInt = /** @type {Node['randomInt']} */ (/** @type {unknown} */ (random.randomInt))
export const { randomUUID } = random
export const timingSafeEqual = /** @type {Node['timingSafeEqual']} */ (random.timingSafeEqual)

/** Numbers that programs name; no function here takes them. */
export const constants = Object.freeze({
  DH_CHECK_P_NOT_PRIME: 1,
  DH_CHECK_P_NOT_SAFE_PRIME: 2,
  DH_NOT_SUITABLE_GENERATOR: 8,
  DH_UNABLE_TO_CHECK_GENERATOR: 4,
  POINT_CONVERSION_COMPRESSED: 2,
  POINT_CONVERSION_HYBRID: 6,
  POINT_CONVERSION_UNCOMPRESSED: 4,
  RSA_NO_PADDING: 3,
  RSA_PKCS1_OAEP_PADDING: 4,
  RSA_PKCS1_PADDING: 1,
  RSA_PKCS1_PSS_PADDING: 6,
  RSA_PSS_SALTLEN_AUTO: -2,
  RSA_PSS_SALTLEN_DIGEST: -1,
  RSA_PSS_SALTLEN_MAX_SIGN: -2,
  RSA_X931_PADDING: 5
})

/** Zero: this is no FIPS build. */
export const getFips = () => 0
export const fips = false

/** What OpenSSL keeps apart in Node; nothing here. */
export const secureHeapUsed = () => ({ total: 0, used: 0, utilization: 0, min: 0 })

/** The engine's own. @type {Crypto} */
export const webcrypto = globalThis.crypto
/** The engine's own. @type {SubtleCrypto} */
export const subtle = webcrypto?.subtle

/** @template {Parameters<Crypto['getRandomValues']>[0]} T @param {T} array @returns {T} the same, filled */
export function getRandomValues (array) {
  return webcrypto.getRandomValues(/** @type {any} */ (array))
}

// ---- Names that apps of earlier versions know ----

/** Bytes of randomness that an engine gives at once. */
export const { RANDOM_BYTES_QUOTA } = random
/** More than `randomBytes` gives: see there. */
export const MAX_RANDOM_BYTES = 0xFFFF_FFFF_FFFF
export const MAX_RANDOM_BYTES_PAGES = MAX_RANDOM_BYTES / RANDOM_BYTES_QUOTA

/** libsodium under the names of libsodium-wrappers, each function with a promise; `ready` is for programs that wait. */
export const sodium = Object.freeze({ ...sodiumNames })
/** There is nothing to wait for. @type {Promise<void>} */
export const ready = sodium.ready

/** A random number of 64 bits. @returns {bigint} */
export function rand64 () {
  return webcrypto.getRandomValues(new BigUint64Array(1))[0]
}

/**
 * A digest, as a promise: the engine's own where it has the algorithm.
 *
 * @param {string} algorithm  `'SHA-256'` or a name of `createHash`
 * @param {string | NodeJS.ArrayBufferView | ArrayBuffer} data
 * @returns {Promise<Buffer>}
 */
export async function createDigest (algorithm, data) {
  validateString(algorithm, 'algorithm')
  const bytes = dataOf(data instanceof ArrayBuffer ? new Uint8Array(data) : data, 'utf8')
  if (/^sha-(1|256|384|512)$/i.test(algorithm) && subtle !== undefined) return Buffer.from(await subtle.digest(algorithm, bytes))
  return hashes.createHash(algorithm).update(bytes).digest()
}

/** MurmurHash3 of 32 bits: quick, for tables and not for secrets. @param {string | Uint8Array | ArrayBuffer} value @param {number} [seed] @returns {number} */
export function murmur3 (value, seed = 0) {
  validateUint32(seed, 'seed')
  const bytes = dataOf(value instanceof ArrayBuffer ? new Uint8Array(value) : value, 'utf8', 'value')
  const rotate = (/** @type {number} */ word, /** @type {number} */ by) => (word << by) | (word >>> (32 - by))
  const mix = (/** @type {number} */ word) => Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593)
  const { length } = bytes
  const view = new DataView(bytes.buffer, bytes.byteOffset, length)
  const whole = length - length % 4
  let state = seed
  for (let at = 0; at < whole; at += 4) state = (Math.imul(rotate(state ^ mix(view.getUint32(at, true)), 13), 5) + 0xe6546b64) | 0
  let rest = 0
  for (let at = length - 1; at >= whole; at--) rest = (rest << 8) | bytes[at]
  if (length > whole) state ^= mix(rest)
  state ^= length
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
  return (state ^ (state >>> 16)) >>> 0
}

export * as default from 'socket:crypto'
