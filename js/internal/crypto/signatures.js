/**
 * Signatures with Ed25519 and secrets shared with X25519, as Node's `sign`, `verify` and `diffieHellman`.
 */
import { buffer, bytesOf, view } from 'socket:internal/crypto/bytes'
import { ERR_CRYPTO_INCOMPATIBLE_KEY, ERR_CRYPTO_INVALID_DIGEST, ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE, opensslError } from 'socket:internal/crypto/errors'
import { findHash } from 'socket:internal/crypto/hash'
import { asymmetric, ed25519, KeyObject, materialOf, x25519 } from 'socket:internal/crypto/keys'
import { define, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { nextTick } from 'socket:internal/tick'
import { validateFunction, validateObject, validateString } from 'socket:internal/validators'

const ERR_CRYPTO_SIGN_KEY_REQUIRED = define('ERR_CRYPTO_SIGN_KEY_REQUIRED', Error, () => 'No key provided to sign')

/** @param {unknown} algorithm */
function checkAlgorithm (algorithm) {
  if (algorithm === null || algorithm === undefined) return
  validateString(algorithm, 'algorithm')
  if (findHash(algorithm) === undefined) throw new ERR_CRYPTO_INVALID_DIGEST(algorithm)
}

/** @param {{ curve: string }} key @param {string | null | undefined} algorithm */
function checkKey ({ curve }, algorithm) {
  if (curve !== 'ed25519') {
    throw opensslError('03000096', 'digital envelope routines', 'operation not supported for this keytype', 'ERR_OSSL_EVP_OPERATION_NOT_SUPPORTED_FOR_THIS_KEYTYPE')
  }
  if (algorithm === null || algorithm === undefined) return
  if (findHash(algorithm) === undefined) throw new ERR_CRYPTO_INVALID_DIGEST(algorithm)
  // Ed25519 hashes on its own.
  throw opensslError('1C80007A', 'Provider routines', 'invalid digest')
}

/**
 * @template T
 * @param {((error: Error | null, result?: T) => void) | undefined} callback
 * @param {() => T} work
 * @returns {T | void}
 */
function answer (callback, work) {
  if (callback === undefined) return work()
  let result
  try {
    result = work()
  } catch (error) {
    return nextTick(() => callback(/** @type {Error} */ (error)))
  }
  nextTick(() => callback(null, result))
}

/**
 * @param {string | null | undefined} algorithm  none for Ed25519
 * @param {any} data
 * @param {any} key  a private key
 * @param {(error: Error | null, signature?: any) => void} [callback]
 * @returns {any} a Buffer, if there is no callback
 */
export function sign (algorithm, data, key, callback = undefined) {
  checkAlgorithm(algorithm)
  if (callback !== undefined) validateFunction(callback, 'callback')
  const bytes = bytesOf(data, 'data')
  if (!key) throw new ERR_CRYPTO_SIGN_KEY_REQUIRED()
  const material = asymmetric(key, 'private')
  return answer(callback, () => {
    checkKey(material, algorithm)
    return buffer(ed25519.sign(bytes, material.bytes))
  })
}

/**
 * @param {string | null | undefined} algorithm
 * @param {any} data
 * @param {any} key  a public key, or a private one that has it
 * @param {any} signature
 * @param {(error: Error | null, result?: boolean) => void} [callback]
 * @returns {any} a boolean, if there is no callback
 */
export function verify (algorithm, data, key, signature, callback = undefined) {
  checkAlgorithm(algorithm)
  if (callback !== undefined) validateFunction(callback, 'callback')
  const bytes = bytesOf(data, 'data')
  if (!ArrayBuffer.isView(signature)) throw new ERR_INVALID_ARG_TYPE('signature', ['Buffer', 'TypedArray', 'DataView'], signature)
  const material = asymmetric(key, 'public')
  return answer(callback, () => {
    checkKey(material, algorithm)
    if (signature.byteLength !== 64) return false
    try {
      return ed25519.verify(view(signature), bytes, material.bytes, { zip215: false })
    } catch {
      // Bytes that are no point of the curve.
      return false
    }
  })
}

/** @param {unknown} key @param {string} name */
function checkObject (key, name) {
  if (!(key instanceof KeyObject)) throw new ERR_INVALID_ARG_VALUE(name, key)
  return key
}

/** @param {{ privateKey: KeyObject, publicKey: KeyObject }} options @returns {Buffer} the shared secret: hash it before use */
export function diffieHellman (options) {
  validateObject(options, 'options')
  const secret = checkObject(options.privateKey, 'options.privateKey')
  const open = checkObject(options.publicKey, 'options.publicKey')
  if (secret.type !== 'private') throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(secret.type, 'private')
  if (open.type === 'secret') throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(open.type, 'private or public')
  const [one, two] = [materialOf(secret).curve, materialOf(open).curve]
  if (one !== two || one !== 'x25519') throw new ERR_CRYPTO_INCOMPATIBLE_KEY('key types for Diffie-Hellman', `${one} and ${two}`)
  const { bytes } = asymmetric(open, 'public')
  try {
    return buffer(x25519.getSharedSecret(materialOf(secret).bytes, bytes))
  } catch {
    // A key of small order: everyone would know the secret.
    throw opensslError('1C8000A4', 'Provider routines', 'failed during derivation')
  }
}
