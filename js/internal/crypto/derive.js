/**
 * Keys from passwords and other secrets. What takes long runs in native code and leaves the page alone; where its policy
 * does not allow that, or for hashes that native code has not, it runs here.
 */
import { buffer, bytesOf } from 'socket:internal/crypto/bytes'
import {
  ERR_CRYPTO_INVALID_KEYLEN, ERR_CRYPTO_INVALID_SCRYPT_PARAMS, ERR_CRYPTO_SCRYPT_INVALID_PARAMETER
} from 'socket:internal/crypto/errors'
import { digestName, hashFor } from 'socket:internal/crypto/hash'
import { KeyObject, secretBytes } from 'socket:internal/crypto/keys'
import { expand, extract, pbkdf2 as pbkdf2Here, pbkdf2Async, scrypt as scryptHere } from 'socket:internal/crypto/noble'
import { joined } from 'socket:internal/crypto/parts'
import { ERR_OUT_OF_RANGE } from 'socket:internal/errors'
import { call } from 'socket:internal/ipc'
import { nextTick } from 'socket:internal/tick'
import { validateFunction, validateInt32, validateInteger, validateString, validateUint32 } from 'socket:internal/validators'

/** @typedef {(error: Error | null, key?: any) => void} Callback */

/** @param {Promise<Uint8Array>} work @param {Callback} callback */
function answer (work, callback) {
  // Outside of the promise: what a callback throws is the program's, not this work's.
  work.then((key) => nextTick(() => callback(null, buffer(key))), (error) => nextTick(() => callback(error)))
}

/** Native code, unless the page's policy refuses it. @param {() => Promise<Uint8Array>} native @param {() => Promise<Uint8Array> | Uint8Array} here */
async function either (native, here) {
  try {
    return await native()
  } catch (error) {
    if (/** @type {any} */ (error).code !== 'ERR_ACCESS_DENIED') throw error
    return here()
  }
}

/** @param {any} password @param {any} salt @param {any} iterations @param {any} keylen @param {any} digest */
function checkPbkdf2 (password, salt, iterations, keylen, digest) {
  validateString(digest, 'digest')
  const bytes = { password: bytesOf(password, 'password'), salt: bytesOf(salt, 'salt') }
  validateInt32(iterations, 'iterations', 1)
  validateInt32(keylen, 'keylen', 0)
  return bytes
}

/** @param {any} password @param {any} salt @param {number} iterations @param {number} keylen bytes @param {string} digest @returns {any} a Buffer */
export function pbkdf2Sync (password, salt, iterations, keylen, digest) {
  const bytes = checkPbkdf2(password, salt, iterations, keylen, digest)
  const hash = hashFor(digest)
  if (keylen === 0) return buffer(new Uint8Array(0))
  return buffer(pbkdf2Here(hash, bytes.password, bytes.salt, { c: iterations, dkLen: keylen }))
}

/** What native code has. */
const NATIVE = new Set(/** @type {const} */ (['sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512-256']))

/** @param {any} password @param {any} salt @param {number} iterations @param {number} keylen bytes @param {any} digest @param {Callback} [callback] */
export function pbkdf2 (password, salt, iterations, keylen, digest, callback = undefined) {
  if (typeof digest === 'function') [callback, digest] = [digest, undefined]
  const bytes = checkPbkdf2(password, salt, iterations, keylen, digest)
  validateFunction(callback, 'callback')
  const hash = hashFor(digest)
  const name = /** @type {any} */ (digestName(digest))
  const here = () => pbkdf2Async(hash, bytes.password, bytes.salt, { c: iterations, dkLen: keylen })
  const native = async () => (await call('crypto.pbkdf2', { ...joined([bytes.password, bytes.salt]), length: keylen, iterations, digest: name })).body
  if (keylen === 0) return answer(Promise.resolve(new Uint8Array(0)), callback)
  answer(NATIVE.has(name) ? either(native, here) : here(), callback)
}

const DEFAULTS = { N: 16384, r: 8, p: 1, maxmem: 32 << 20 }

/** Pairs of names of the same number. */
const PARAMETERS = /** @type {const} */ ([['N', 'cost'], ['r', 'blockSize'], ['p', 'parallelization']])

/** @param {any} password @param {any} salt @param {any} keylen @param {any} options */
function checkScrypt (password, salt, keylen, options) {
  const bytes = { password: bytesOf(password, 'password'), salt: bytesOf(salt, 'salt') }
  validateInt32(keylen, 'keylen', 0)
  const values = { ...DEFAULTS }
  if (options) {
    for (const [short, long] of PARAMETERS) {
      if (options[short] !== undefined) {
        validateUint32(options[short], short)
        values[short] = options[short]
      }
      if (options[long] === undefined) continue
      if (options[short] !== undefined) throw new ERR_CRYPTO_SCRYPT_INVALID_PARAMETER()
      validateUint32(options[long], long)
      values[short] = options[long]
    }
    if (options.maxmem !== undefined) {
      validateInteger(options.maxmem, 'maxmem', 0)
      values.maxmem = options.maxmem
    }
    for (const name of /** @type {(keyof typeof DEFAULTS)[]} */ (Object.keys(DEFAULTS))) values[name] ||= DEFAULTS[name]
  }
  const { N, r, p, maxmem } = values
  const logN = Math.log2(N)
  if (N < 2 || !Number.isInteger(logN) || logN >= 16 * r) throw new ERR_CRYPTO_INVALID_SCRYPT_PARAMS()
  if (p > (2 ** 30 - 1) / r || 128 * r * p + 128 * r * (N + 2) > maxmem) {
    throw new ERR_CRYPTO_INVALID_SCRYPT_PARAMS('error:030000AC:digital envelope routines::memory limit exceeded')
  }
  return { ...bytes, N, r, p, logN, maxmem }
}

/** @param {ReturnType<typeof checkScrypt>} checked @param {number} keylen */
const scryptKey = ({ password, salt, N, r, p }, keylen) => scryptHere(password, salt, { N, r, p, dkLen: keylen, maxmem: 2 ** 40 })

/** @param {any} password @param {any} salt @param {number} keylen bytes @param {any} [options] @returns {any} a Buffer */
export function scryptSync (password, salt, keylen, options = undefined) {
  const checked = checkScrypt(password, salt, keylen, options)
  return buffer(keylen === 0 ? new Uint8Array(0) : scryptKey(checked, keylen))
}

/** @param {any} password @param {any} salt @param {number} keylen bytes @param {any} options @param {Callback} [callback] */
export function scrypt (password, salt, keylen, options, callback = undefined) {
  if (callback === undefined) [callback, options] = [options, undefined]
  const checked = checkScrypt(password, salt, keylen, options)
  validateFunction(callback, 'callback')
  if (keylen === 0) return answer(Promise.resolve(new Uint8Array(0)), callback)
  const { logN, r, p } = checked
  answer(either(
    async () => (await call('crypto.scrypt', { ...joined([checked.password, checked.salt]), length: keylen, log_n: logN, r, p })).body,
    () => scryptKey(checked, keylen)), callback)
}

const BYTES = ['string', 'ArrayBuffer', 'TypedArray', 'DataView', 'Buffer']
const MOST = 2 ** 32

/** @param {any} digest @param {any} ikm @param {any} salt @param {any} info @param {any} length */
function checkHkdf (digest, ikm, salt, info, length) {
  validateString(digest, 'digest')
  const key = ikm instanceof KeyObject ? secretBytes(ikm) : bytesOf(ikm, 'ikm', undefined, ['string', 'SecretKeyObject', ...BYTES.slice(1)])
  const bytes = { key, salt: bytesOf(salt, 'salt', undefined, BYTES), info: bytesOf(info, 'info', undefined, BYTES) }
  validateInteger(length, 'length', 0, MOST)
  if (bytes.info.length > 1024) throw new ERR_OUT_OF_RANGE('info', 'must not contain more than 1024 bytes', bytes.info.length)
  return bytes
}

/** @param {any} digest @param {ReturnType<typeof checkHkdf>} bytes @param {number} length @returns {ArrayBuffer} */
function hkdfKey (digest, { key, salt, info }, length) {
  const hash = hashFor(digest)
  if (length > 255 * hash.outputLen) throw new ERR_CRYPTO_INVALID_KEYLEN()
  if (length === 0) return new ArrayBuffer(0)
  return new Uint8Array(expand(hash, extract(hash, key, salt), info, length)).buffer
}

/** @param {string} digest @param {any} ikm @param {any} salt @param {any} info at most 1024 bytes @param {number} length bytes @returns {ArrayBuffer} */
export function hkdfSync (digest, ikm, salt, info, length) {
  return hkdfKey(digest, checkHkdf(digest, ikm, salt, info, length), length)
}

/** @param {string} digest @param {any} ikm @param {any} salt @param {any} info @param {number} length bytes @param {(error: Error | null, key?: ArrayBuffer) => void} callback */
export function hkdf (digest, ikm, salt, info, length, callback) {
  const bytes = checkHkdf(digest, ikm, salt, info, length)
  validateFunction(callback, 'callback')
  const key = hkdfKey(digest, bytes, length)
  nextTick(() => callback(null, key))
}
