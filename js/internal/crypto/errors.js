/**
 * What `crypto` throws, with Node's names and texts.
 */
import { define } from 'socket:internal/errors'

export const ERR_CRYPTO_HASH_FINALIZED = define('ERR_CRYPTO_HASH_FINALIZED', Error, () => 'Digest already called')
export const ERR_CRYPTO_INVALID_AUTH_TAG = define('ERR_CRYPTO_INVALID_AUTH_TAG', TypeError, (/** @type {number} */ length) => `Invalid authentication tag length: ${length}`)
export const ERR_CRYPTO_INVALID_DIGEST = define('ERR_CRYPTO_INVALID_DIGEST', TypeError, (/** @type {string} */ name) => `Invalid digest: ${name}`)
export const ERR_CRYPTO_INVALID_IV = define('ERR_CRYPTO_INVALID_IV', TypeError, () => 'Invalid initialization vector')
export const ERR_CRYPTO_INVALID_KEYLEN = define('ERR_CRYPTO_INVALID_KEYLEN', RangeError, () => 'Invalid key length')
export const ERR_CRYPTO_INVALID_KEYTYPE = define('ERR_CRYPTO_INVALID_KEYTYPE', RangeError, () => 'Invalid key type')
export const ERR_CRYPTO_INVALID_SCRYPT_PARAMS = define('ERR_CRYPTO_INVALID_SCRYPT_PARAMS', RangeError,
  (/** @type {string | undefined} */ reason = undefined) => `Invalid scrypt params${reason === undefined ? '' : `: ${reason}`}`)
export const ERR_CRYPTO_INVALID_STATE = define('ERR_CRYPTO_INVALID_STATE', Error,
  (/** @type {string | undefined} */ operation = undefined) => `Invalid state${operation === undefined ? '' : ` for operation ${operation}`}`)
export const ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE = define('ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE', TypeError,
  (/** @type {string} */ actual, /** @type {string} */ expected) => `Invalid key object type ${actual}, expected ${expected}.`)
export const ERR_CRYPTO_INCOMPATIBLE_KEY = define('ERR_CRYPTO_INCOMPATIBLE_KEY', Error, (/** @type {string} */ what, /** @type {string} */ types) => `Incompatible ${what}: ${types}`)
export const ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS = define('ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS', Error,
  (/** @type {string} */ encoding, /** @type {string} */ keys) => `The selected key encoding ${encoding} ${keys}.`)
export const ERR_CRYPTO_SCRYPT_INVALID_PARAMETER = define('ERR_CRYPTO_SCRYPT_INVALID_PARAMETER', Error, () => 'Invalid scrypt parameter')
export const ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH = define('ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH', RangeError, () => 'Input buffers must have the same byte length')
export const ERR_CRYPTO_UNKNOWN_CIPHER = define('ERR_CRYPTO_UNKNOWN_CIPHER', Error, () => 'Unknown cipher')

/**
 * An error as OpenSSL reports it through Node.
 *
 * @param {string} number  eight digits, hexadecimal
 * @param {string} library
 * @param {string} reason
 * @param {string} [code]
 */
export function opensslError (number, library, reason, code = `ERR_OSSL_${reason.replaceAll(' ', '_').toUpperCase()}`) {
  return Object.assign(new Error(`error:${number}:${library}::${reason}`), { library, reason, code })
}
