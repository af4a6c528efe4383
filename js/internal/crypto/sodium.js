/* eslint camelcase: 'off' -- the names are libsodium's */
/**
 * libsodium, in native code, under the names that libsodium-wrappers gives it. Unlike there each function answers with a
 * promise: a page that computed with secrets itself could not keep the time it takes from depending on them.
 *
 * Where the last argument is `outputFormat`, bytes come as a Uint8Array unless it says `'hex'`, `'base64'` or `'text'`.
 */
import { Buffer } from 'socket:buffer'
import { bytesOf } from 'socket:internal/crypto/bytes'
import { functions } from 'socket:internal/crypto/noble'
import { joined } from 'socket:internal/crypto/parts'
import { randomBytes } from 'socket:internal/crypto/random'
import { same } from 'socket:internal/crypto/keys'
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE } from 'socket:internal/errors'
import { call } from 'socket:internal/ipc'
import { validateString, validateUint32 } from 'socket:internal/validators'

/** @typedef {string | Uint8Array | ArrayBuffer} Input  text is UTF-8 */
/** @typedef {'uint8array' | 'hex' | 'base64' | 'text'} OutputFormat */
/** @typedef {Promise<any>} Output  a Uint8Array, or a string where an outputFormat asks for one */
/** @typedef {{ publicKey: any, privateKey: any, keyType: 'ed25519' | 'x25519' }} KeyPair  keys in the outputFormat */

const FORMATS = ['uint8array', 'hex', 'base64', 'text']

/** @param {any} value @param {string} name @returns {Uint8Array} */
const input = (value, name) => bytesOf(value, name, undefined, ['string', 'Uint8Array'])

/** @param {Uint8Array} bytes @param {string | null} [format] @returns {any} */
function output (bytes, format) {
  if (format === undefined || format === null || format === 'uint8array') return bytes
  if (!FORMATS.includes(format)) throw new ERR_INVALID_ARG_VALUE('outputFormat', format, `must be one of: ${FORMATS.join(', ')}`)
  if (format === 'base64') return to_base64(bytes)
  return Buffer.from(bytes).toString(format === 'text' ? 'utf8' : 'hex')
}

/** Routes that answer with bytes. @typedef {{ [R in keyof import('../routes.d.ts').Routes]: import('../routes.d.ts').Routes[R] extends { request: { lengths: number[] } & { body: Uint8Array }, response: { body: Uint8Array } } ? R : never }[keyof import('../routes.d.ts').Routes]} BytesRoute */

/**
 * @param {BytesRoute} route
 * @param {[string, any][]} parts each with its name, for errors
 * @param {object} [more] of the head
 * @returns {Promise<Uint8Array>}
 */
async function ask (route, parts, more = {}) {
  const request = { ...joined(parts.map(([name, value]) => input(value, name))), ...more }
  // An answer of no bytes has no body.
  return (await call(route, /** @type {any} */ (request)))?.body ?? new Uint8Array(0)
}

/** @param {Uint8Array} bytes @param {'ed25519' | 'x25519'} keyType @param {OutputFormat} [format] @returns {KeyPair} */
function pair (bytes, keyType, format) {
  return { publicKey: output(bytes.slice(0, 32), format), privateKey: output(bytes.slice(32), format), keyType }
}

/** @param {Uint8Array} one @param {Uint8Array} two */
const concat = (one, two) => joined([one, two]).body

// ---- Keys that sign ----

/** @param {OutputFormat} [outputFormat] @returns {Promise<KeyPair>} */
export async function crypto_sign_keypair (outputFormat) {
  return pair(await ask('crypto.signKeyPair', [['seed', '']]), 'ed25519', outputFormat)
}

/** @param {Input} seed 32 bytes @param {OutputFormat} [outputFormat] @returns {Promise<KeyPair>} */
export async function crypto_sign_seed_keypair (seed, outputFormat) {
  return pair(await ask('crypto.signKeyPair', [['seed', exactly(seed, 'seed', 32)]]), 'ed25519', outputFormat)
}

/** A seed of no bytes would be no seed. @param {any} value @param {string} name @param {number} length */
function exactly (value, name, length) {
  const bytes = input(value, name)
  if (bytes.length !== length) throw Object.assign(new RangeError(`${name} has ${length} bytes, and ${bytes.length} were given`), { code: 'ERR_CRYPTO_LENGTH' })
  return bytes
}

/** The signature alone. @param {Input} message @param {Input} privateKey 64 bytes @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_sign_detached (message, privateKey, outputFormat) {
  return output(await ask('crypto.sign', [['privateKey', privateKey], ['message', message]]), outputFormat)
}

/** @param {Input} signature 64 bytes @param {Input} message @param {Input} publicKey 32 bytes @returns {Promise<boolean>} */
export async function crypto_sign_verify_detached (signature, message, publicKey) {
  return await call('crypto.verify', joined([input(publicKey, 'publicKey'), input(signature, 'signature'), input(message, 'message')]))
}

/** Signature and message in one. @param {Input} message @param {Input} privateKey @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_sign (message, privateKey, outputFormat) {
  const bytes = input(message, 'message')
  return output(concat(await crypto_sign_detached(bytes, privateKey), bytes), outputFormat)
}

/** The message of what `crypto_sign` made; rejects with `ERR_CRYPTO_FORGED`. @param {Input} signedMessage @param {Input} publicKey @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_sign_open (signedMessage, publicKey, outputFormat) {
  const bytes = input(signedMessage, 'signedMessage')
  const message = bytes.slice(64)
  if (bytes.length < 64 || !await crypto_sign_verify_detached(bytes.subarray(0, 64), message, publicKey)) throw forged('the signature is not this key\'s for this message')
  return output(message, outputFormat)
}

/** @param {string} text */
const forged = (text) => Object.assign(new Error(text), { code: 'ERR_CRYPTO_FORGED' })

/** @param {Input} publicKey @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_sign_ed25519_pk_to_curve25519 (publicKey, outputFormat) {
  return output(await ask('crypto.toBoxKey', [['publicKey', exactly(publicKey, 'publicKey', 32)]]), outputFormat)
}

/** @param {Input} privateKey @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_sign_ed25519_sk_to_curve25519 (privateKey, outputFormat) {
  return output(await ask('crypto.toBoxKey', [['privateKey', exactly(privateKey, 'privateKey', 64)]]), outputFormat)
}

/** @param {Input} privateKey @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_sign_ed25519_sk_to_pk (privateKey, outputFormat) {
  return output(exactly(privateKey, 'privateKey', 64).slice(32), outputFormat)
}

/** @param {Input} privateKey @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_sign_ed25519_sk_to_seed (privateKey, outputFormat) {
  return output(exactly(privateKey, 'privateKey', 64).slice(0, 32), outputFormat)
}

// ---- Encryption to a key, and between two ----

/** @param {OutputFormat} [outputFormat] @returns {Promise<KeyPair>} */
export async function crypto_box_keypair (outputFormat) {
  return pair(await ask('crypto.boxKeyPair', [['seed', '']]), 'x25519', outputFormat)
}

/** @param {Input} seed 32 bytes @param {OutputFormat} [outputFormat] @returns {Promise<KeyPair>} */
export async function crypto_box_seed_keypair (seed, outputFormat) {
  return pair(await ask('crypto.boxKeyPair', [['seed', exactly(seed, 'seed', 32)]]), 'x25519', outputFormat)
}

/** What two pairs have in common; the expensive part of a box. @param {Input} publicKey @param {Input} privateKey @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_box_beforenm (publicKey, privateKey, outputFormat) {
  return output(await ask('crypto.sharedKey', [['publicKey', publicKey], ['privateKey', privateKey]]), outputFormat)
}

/** @param {Input} message @param {Input} nonce 24 bytes, never used twice @param {Input} sharedKey @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_box_easy_afternm (message, nonce, sharedKey, outputFormat) {
  return output(await ask('crypto.box', [['sharedKey', sharedKey], ['nonce', nonce], ['message', message]]), outputFormat)
}

/** @param {Input} ciphertext @param {Input} nonce @param {Input} sharedKey @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_box_open_easy_afternm (ciphertext, nonce, sharedKey, outputFormat) {
  return output(await ask('crypto.boxOpen', [['sharedKey', sharedKey], ['nonce', nonce], ['ciphertext', ciphertext]]), outputFormat)
}

/** @param {Input} message @param {Input} nonce 24 bytes, never used twice @param {Input} publicKey the receiver's @param {Input} privateKey the sender's @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_box_easy (message, nonce, publicKey, privateKey, outputFormat) {
  return await crypto_box_easy_afternm(message, nonce, await crypto_box_beforenm(publicKey, privateKey), outputFormat)
}

/** @param {Input} ciphertext @param {Input} nonce @param {Input} publicKey the sender's @param {Input} privateKey the receiver's @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_box_open_easy (ciphertext, nonce, publicKey, privateKey, outputFormat) {
  return await crypto_box_open_easy_afternm(ciphertext, nonce, await crypto_box_beforenm(publicKey, privateKey), outputFormat)
}

/** Says nothing about who wrote it. @param {Input} message @param {Input} publicKey the receiver's @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_box_seal (message, publicKey, outputFormat) {
  return output(await ask('crypto.seal', [['publicKey', publicKey], ['message', message]]), outputFormat)
}

/** @param {Input} ciphertext @param {Input} publicKey @param {Input} privateKey @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_box_seal_open (ciphertext, publicKey, privateKey, outputFormat) {
  return output(await ask('crypto.sealOpen', [['publicKey', publicKey], ['privateKey', privateKey], ['ciphertext', ciphertext]]), outputFormat)
}

/** X25519 itself: hash the result before use. @param {Input} privateKey @param {Input} publicKey @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_scalarmult (privateKey, publicKey, outputFormat) {
  return output(await ask('crypto.scalarMult', [['privateKey', privateKey], ['publicKey', publicKey]]), outputFormat)
}

/** The public half of a secret key. @param {Input} privateKey @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_scalarmult_base (privateKey, outputFormat) {
  return output(await ask('crypto.boxPublicKey', [['privateKey', privateKey]]), outputFormat)
}

/** @param {OutputFormat} [outputFormat] @returns {Promise<KeyPair>} */
export const crypto_kx_keypair = (outputFormat) => crypto_box_keypair(outputFormat)

/** @param {Input} seed 32 bytes @param {OutputFormat} [outputFormat] @returns {Promise<KeyPair>} */
export async function crypto_kx_seed_keypair (seed, outputFormat) {
  const hashed = await crypto_generichash(32, exactly(seed, 'seed', 32))
  return pair(concat(await crypto_scalarmult_base(hashed), hashed), 'x25519', outputFormat)
}

/** @param {Input} own @param {Input} secret @param {Input} other @param {boolean} client @param {OutputFormat} [format] @returns {Promise<{ sharedRx: any, sharedTx: any }>} */
async function sessionKeys (own, secret, other, client, format) {
  const keys = await ask('crypto.sessionKeys', [['publicKey', own], ['privateKey', secret], ['otherPublicKey', other]], { client })
  return { sharedRx: output(keys.slice(0, 32), format), sharedTx: output(keys.slice(32), format) }
}

/** @param {Input} clientPublicKey @param {Input} clientSecretKey @param {Input} serverPublicKey @param {OutputFormat} [outputFormat] */
export async function crypto_kx_client_session_keys (clientPublicKey, clientSecretKey, serverPublicKey, outputFormat) {
  return await sessionKeys(clientPublicKey, clientSecretKey, serverPublicKey, true, outputFormat)
}

/** @param {Input} serverPublicKey @param {Input} serverSecretKey @param {Input} clientPublicKey @param {OutputFormat} [outputFormat] */
export async function crypto_kx_server_session_keys (serverPublicKey, serverSecretKey, clientPublicKey, outputFormat) {
  return await sessionKeys(serverPublicKey, serverSecretKey, clientPublicKey, false, outputFormat)
}

// ---- Encryption under a secret ----

/** @param {OutputFormat} [outputFormat] @returns {Output} */
const newKey = async (outputFormat) => output(randombytes_buf(32), outputFormat)

export const crypto_secretbox_keygen = newKey
export const crypto_aead_xchacha20poly1305_ietf_keygen = newKey
export const crypto_kdf_keygen = newKey
export const crypto_generichash_keygen = newKey

/** @param {Input} message @param {Input} nonce 24 bytes, never used twice @param {Input} key @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_secretbox_easy (message, nonce, key, outputFormat) {
  return output(await ask('crypto.secretBox', [['key', key], ['nonce', nonce], ['message', message]]), outputFormat)
}

/** @param {Input} ciphertext @param {Input} nonce @param {Input} key @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_secretbox_open_easy (ciphertext, nonce, key, outputFormat) {
  return output(await ask('crypto.secretBoxOpen', [['key', key], ['nonce', nonce], ['ciphertext', ciphertext]]), outputFormat)
}

/** @param {Input} message @param {Input | null} additionalData vouched for, and not in the result @param {null} secretNonce not used @param {Input} publicNonce 24 bytes @param {Input} key @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_aead_xchacha20poly1305_ietf_encrypt (message, additionalData, secretNonce, publicNonce, key, outputFormat) {
  return output(await ask('crypto.aead', [['key', key], ['publicNonce', publicNonce], ['additionalData', additionalData ?? ''], ['message', message]]), outputFormat)
}

/** @param {null} secretNonce not used @param {Input} ciphertext @param {Input | null} additionalData @param {Input} publicNonce @param {Input} key @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_aead_xchacha20poly1305_ietf_decrypt (secretNonce, ciphertext, additionalData, publicNonce, key, outputFormat) {
  return output(await ask('crypto.aeadOpen', [['key', key], ['publicNonce', publicNonce], ['additionalData', additionalData ?? ''], ['ciphertext', ciphertext]]), outputFormat)
}

// ---- Hashes, keys from keys and from passwords ----

/** BLAKE2b. @param {number} hashLength 16 to 64 @param {Input} message @param {Input | null} [key] 16 to 64 bytes @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_generichash (hashLength, message, key, outputFormat) {
  validateUint32(hashLength, 'hash_length')
  return output(await ask('crypto.blake2b', [['key', key ?? ''], ['message', message]], { length: hashLength }), outputFormat)
}

/** @param {Input} message @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_hash_sha256 (message, outputFormat) {
  return output(functions.sha256(input(message, 'message')), outputFormat)
}

/** @param {Input} message @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_hash_sha512 (message, outputFormat) {
  return output(functions.sha512(input(message, 'message')), outputFormat)
}

/** libsodium's `crypto_hash`: SHA-512. */
export const crypto_hash = crypto_hash_sha512

/** @param {number} subkeyLength 16 to 64 @param {number | bigint} subkeyId @param {string} context 8 characters @param {Input} key 32 bytes @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_kdf_derive_from_key (subkeyLength, subkeyId, context, key, outputFormat) {
  validateUint32(subkeyLength, 'subkey_len')
  if (typeof subkeyId !== 'bigint' && !(Number.isSafeInteger(subkeyId) && subkeyId >= 0)) throw new ERR_INVALID_ARG_TYPE('subkey_id', ['number', 'bigint'], subkeyId)
  return output(await ask('crypto.deriveKey', [['key', key], ['ctx', context]], { id: String(subkeyId), length: subkeyLength }), outputFormat)
}

/** @param {number} opsLimit @param {number} memLimit */
function checkCost (opsLimit, memLimit) {
  validateUint32(opsLimit, 'opsLimit')
  if (!Number.isSafeInteger(memLimit) || memLimit < 0) throw new ERR_OUT_OF_RANGE('memLimit', 'a number of bytes', memLimit)
  return { operations: opsLimit, memory: memLimit }
}

/** Argon2id. @param {number} keyLength @param {Input} password @param {Input} salt 16 bytes @param {number} opsLimit @param {number} memLimit bytes @param {number} [algorithm] crypto_pwhash_ALG_ARGON2ID13 @param {OutputFormat} [outputFormat] @returns {Output} */
export async function crypto_pwhash (keyLength, password, salt, opsLimit, memLimit, algorithm = crypto_pwhash_ALG_DEFAULT, outputFormat = undefined) {
  validateUint32(keyLength, 'keyLength')
  if (algorithm !== crypto_pwhash_ALG_ARGON2ID13) throw new ERR_INVALID_ARG_VALUE('algorithm', algorithm, 'must be crypto_pwhash_ALG_ARGON2ID13')
  return output(await ask('crypto.argon2', [['password', password], ['salt', salt]], { length: keyLength, ...checkCost(opsLimit, memLimit) }), outputFormat)
}

/** A text to be kept instead of a password. @param {Input} password @param {number} opsLimit @param {number} memLimit bytes @returns {Promise<string>} */
export async function crypto_pwhash_str (password, opsLimit, memLimit) {
  return await call('crypto.passwordHash', { ...joined([input(password, 'password')]), ...checkCost(opsLimit, memLimit) })
}

/** @param {string} hash what crypto_pwhash_str made @param {Input} password @returns {Promise<boolean>} */
export async function crypto_pwhash_str_verify (hash, password) {
  validateString(hash, 'hashed_password')
  return await call('crypto.passwordVerify', { ...joined([input(password, 'password')]), hash })
}

// ---- At once ----

/** @param {number} length @param {OutputFormat} [outputFormat] @returns {any} */
export function randombytes_buf (length, outputFormat) {
  return output(new Uint8Array(randomBytes(length).buffer), outputFormat)
}

/** In a time that does not tell where they differ. @param {Uint8Array} a @param {Uint8Array} b @returns {boolean} */
export function memcmp (a, b) {
  return same(input(a, 'b1'), input(b, 'b2'))
}

/** @param {Uint8Array} bytes */
export function memzero (bytes) {
  bytes.fill(0)
}

/** @param {Input} bytes @returns {string} */
export const to_hex = (bytes) => Buffer.from(input(bytes, 'input')).toString('hex')

/** @param {string} text @returns {Uint8Array} */
export function from_hex (text) {
  validateString(text, 'input')
  if (!/^([0-9a-f]{2})*$/i.test(text)) throw new ERR_INVALID_ARG_VALUE('input', text, 'must be hexadecimal')
  return new Uint8Array(Buffer.from(text, 'hex'))
}

export const base64_variants = Object.freeze({ ORIGINAL: 1, ORIGINAL_NO_PADDING: 3, URLSAFE: 5, URLSAFE_NO_PADDING: 7 })

/** @param {Input} bytes @param {number} [variant] of base64_variants @returns {string} */
export function to_base64 (bytes, variant = base64_variants.URLSAFE_NO_PADDING) {
  if (!Object.values(base64_variants).includes(/** @type {any} */ (variant))) throw new ERR_INVALID_ARG_VALUE('variant', variant)
  let text = Buffer.from(input(bytes, 'input')).toString('base64')
  if (variant & 4) text = text.replaceAll('+', '-').replaceAll('/', '_')
  return variant & 2 ? text.replaceAll('=', '') : text
}

/** @param {string} text @param {number} [variant] @returns {Uint8Array} */
export function from_base64 (text, variant = base64_variants.URLSAFE_NO_PADDING) {
  validateString(text, 'input')
  const bytes = new Uint8Array(Buffer.from(text, 'base64'))
  if (to_base64(bytes, variant) !== text) throw new ERR_INVALID_ARG_VALUE('input', text, 'must be base64 of this variant')
  return bytes
}

/** @param {Uint8Array} bytes UTF-8 @returns {string} */
export const to_string = (bytes) => new TextDecoder('utf-8', { fatal: true }).decode(bytes)

/** @param {string} text @returns {Uint8Array} UTF-8 */
export const from_string = (text) => new TextEncoder().encode(text)

export const crypto_aead_xchacha20poly1305_ietf_ABYTES = 16
export const crypto_aead_xchacha20poly1305_ietf_KEYBYTES = 32
export const crypto_aead_xchacha20poly1305_ietf_NPUBBYTES = 24
export const crypto_box_BEFORENMBYTES = 32
export const crypto_box_MACBYTES = 16
export const crypto_box_NONCEBYTES = 24
export const crypto_box_PUBLICKEYBYTES = 32
export const crypto_box_SEALBYTES = 48
export const crypto_box_SECRETKEYBYTES = 32
export const crypto_box_SEEDBYTES = 32
export const crypto_generichash_BYTES = 32
export const crypto_generichash_BYTES_MAX = 64
export const crypto_generichash_BYTES_MIN = 16
export const crypto_generichash_KEYBYTES = 32
export const crypto_generichash_KEYBYTES_MAX = 64
export const crypto_generichash_KEYBYTES_MIN = 16
export const crypto_hash_sha256_BYTES = 32
export const crypto_hash_sha512_BYTES = 64
export const crypto_kdf_BYTES_MAX = 64
export const crypto_kdf_BYTES_MIN = 16
export const crypto_kdf_CONTEXTBYTES = 8
export const crypto_kdf_KEYBYTES = 32
export const crypto_kx_PUBLICKEYBYTES = 32
export const crypto_kx_SECRETKEYBYTES = 32
export const crypto_kx_SESSIONKEYBYTES = 32
export const crypto_pwhash_ALG_ARGON2ID13 = 2
export const crypto_pwhash_ALG_DEFAULT = 2
export const crypto_pwhash_BYTES_MIN = 16
export const crypto_pwhash_MEMLIMIT_INTERACTIVE = 67108864
export const crypto_pwhash_MEMLIMIT_MIN = 8192
export const crypto_pwhash_MEMLIMIT_MODERATE = 268435456
export const crypto_pwhash_MEMLIMIT_SENSITIVE = 1073741824
export const crypto_pwhash_OPSLIMIT_INTERACTIVE = 2
export const crypto_pwhash_OPSLIMIT_MIN = 1
export const crypto_pwhash_OPSLIMIT_MODERATE = 3
export const crypto_pwhash_OPSLIMIT_SENSITIVE = 4
export const crypto_pwhash_SALTBYTES = 16
export const crypto_scalarmult_BYTES = 32
export const crypto_scalarmult_SCALARBYTES = 32
export const crypto_secretbox_KEYBYTES = 32
export const crypto_secretbox_MACBYTES = 16
export const crypto_secretbox_NONCEBYTES = 24
export const crypto_sign_BYTES = 64
export const crypto_sign_PUBLICKEYBYTES = 32
export const crypto_sign_SECRETKEYBYTES = 64
export const crypto_sign_SEEDBYTES = 32

/** There is nothing to wait for; programs written for libsodium-wrappers do. */
export const ready = Promise.resolve()
