/**
 * `KeyObject`: secret keys, and Ed25519 and X25519 pairs. What other kinds of keys there are the engine has in
 * `crypto.subtle`, which keeps them to itself.
 */
import { Buffer } from 'socket:buffer'
import { buffer, bytesOf, isAnyArrayBuffer, view } from 'socket:internal/crypto/bytes'
import {
  ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS, ERR_CRYPTO_INVALID_KEYLEN, ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE, opensslError
} from 'socket:internal/crypto/errors'
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { ERR_FEATURE_UNAVAILABLE_ON_PLATFORM, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { nextTick } from 'socket:internal/tick'
import { validateFunction, validateInteger, validateObject, validateOneOf, validateString } from 'socket:internal/validators'

/** @typedef {'ed25519' | 'x25519'} Curve */
/** @typedef {{ bytes: Uint8Array, curve?: Curve }} Material  the secret, or 32 bytes of a curve's key */

const PLATFORM = 'a WebView'
const BINARY = ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView']

/** What a KeyObject holds, out of the reach of pages that print it. @type {WeakMap<object, Material>} */
const materials = new WeakMap()

/** Gives the right to make keys. */
const own = Symbol('socket.key')

/** @param {any} key @returns {Material} */
export function materialOf (key) {
  return /** @type {Material} */ (materials.get(key))
}

export class KeyObject {
  #type

  /**
   * @param {'secret' | 'public' | 'private'} type
   * @param {any} handle  only this module has one: use createSecretKey, createPublicKey or createPrivateKey
   */
  constructor (type, handle) {
    if (type !== 'secret' && type !== 'public' && type !== 'private') throw new ERR_INVALID_ARG_VALUE('type', type)
    if (handle?.[own] !== true) throw new ERR_INVALID_ARG_TYPE('handle', 'object', handle)
    this.#type = type
    materials.set(this, handle.material)
  }

  /** @returns {'secret' | 'public' | 'private'} */
  get type () {
    return this.#type
  }

  get [Symbol.toStringTag] () {
    return 'KeyObject'
  }

  /** @param {unknown} key a CryptoKey: engines do not give its bytes at once @returns {KeyObject} */
  static from (key) {
    if (!isCryptoKey(key)) throw new ERR_INVALID_ARG_TYPE('key', 'CryptoKey', key)
    throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('KeyObject.from (export the key with crypto.subtle.exportKey)', PLATFORM)
  }

  /** Takes the same time whatever differs. @param {KeyObject} other */
  equals (other) {
    if (!(other instanceof KeyObject)) throw new ERR_INVALID_ARG_TYPE('otherKeyObject', 'KeyObject', other)
    const [one, two] = [materialOf(this), materialOf(other)]
    return this.type === other.type && one.curve === two.curve && same(one.bytes, two.bytes)
  }
}

/** In a time that depends on the lengths alone. @param {Uint8Array} a @param {Uint8Array} b */
export function same (a, b) {
  if (a.length !== b.length) return false
  let difference = 0
  for (let at = 0; at < a.length; at++) difference |= a[at] ^ b[at]
  return difference === 0
}

/** @param {unknown} key */
export const isCryptoKey = (key) => typeof CryptoKey === 'function' && key instanceof CryptoKey

class SecretKeyObject extends KeyObject {
  /** @returns {number} bytes */
  get symmetricKeySize () {
    return materialOf(this).bytes.length
  }

  /** @param {any} [options] `format`: 'buffer' or 'jwk' @returns {any} a Buffer, or a JSON Web Key */
  export (options) {
    if (options !== undefined) {
      validateObject(options, 'options')
      validateOneOf(/** @type {any} */ (options).format, 'options.format', [undefined, 'buffer', 'jwk'])
    }
    const { bytes } = materialOf(this)
    if (options?.format === 'jwk') return { kty: 'oct', k: buffer(bytes).toString('base64url') }
    return Buffer.from(bytes)
  }
}

/** The object identifiers of the two curves in DER, and what surrounds a key of 32 bytes. */
const OIDS = { ed25519: 0x70, x25519: 0x6e }
const spki = (/** @type {Curve} */ curve) => [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, OIDS[curve], 0x03, 0x21, 0x00]
const pkcs8 = (/** @type {Curve} */ curve) => [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, OIDS[curve], 0x04, 0x22, 0x04, 0x20]
const NAMES = { ed25519: 'Ed25519', x25519: 'X25519' }

/** @param {Buffer} der @param {string} label */
function pem (der, label) {
  const lines = /** @type {string[]} */ (der.toString('base64').match(/.{1,64}/g))
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/** Encodings that belong to other kinds of keys. */
const OTHERS = new Map([['pkcs1', 'can only be used for RSA keys'], ['sec1', 'can only be used for EC keys']])

/**
 * @param {any} given
 * @param {'spki' | 'pkcs8'} type
 * @param {string} [prefix]
 */
function checkEncoding (given, type, prefix = 'options') {
  if (prefix === 'options') validateObject(given, prefix)
  else if (Array.isArray(given)) validateObject(given, 'options')
  else if (given === null || typeof given !== 'object') throw new ERR_INVALID_ARG_VALUE(prefix, given)
  const options = /** @type {any} */ (given)
  const { format } = options
  if (format === 'jwk') return
  if (format !== 'pem' && format !== 'der') throw new ERR_INVALID_ARG_VALUE(`${prefix}.format`, format)
  const other = options.type === 'sec1' && type === 'spki' ? undefined : OTHERS.get(options.type)
  if (other !== undefined) throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS(options.type, other)
  if (options.type !== type) throw new ERR_INVALID_ARG_VALUE(`${prefix}.type`, options.type)
  if (options.cipher !== undefined || options.passphrase !== undefined) {
    throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('encrypted private keys', PLATFORM)
  }
}

class AsymmetricKeyObject extends KeyObject {
  /** @returns {Curve} */
  get asymmetricKeyType () {
    return /** @type {Curve} */ (materialOf(this).curve)
  }

  get asymmetricKeyDetails () {
    return {}
  }
}

class PublicKeyObject extends AsymmetricKeyObject {
  /** @param {{ format?: 'pem' | 'der' | 'jwk', type?: 'spki' }} options @returns {any} text, a Buffer, or a JSON Web Key */
  export (options) {
    checkEncoding(options, 'spki')
    const { bytes, curve } = /** @type {Required<Material>} */ (materialOf(this))
    if (options.format === 'jwk') return { crv: NAMES[curve], x: buffer(bytes).toString('base64url'), kty: 'OKP' }
    const der = Buffer.concat([Buffer.from(spki(curve)), bytes])
    return options.format === 'der' ? der : pem(der, 'PUBLIC KEY')
  }
}

class PrivateKeyObject extends AsymmetricKeyObject {
  /** @param {{ format?: 'pem' | 'der' | 'jwk', type?: 'pkcs8' }} options @returns {any} text, a Buffer, or a JSON Web Key */
  export (options) {
    checkEncoding(options, 'pkcs8')
    const { bytes, curve } = /** @type {Required<Material>} */ (materialOf(this))
    if (options.format === 'jwk') {
      const [d, x] = [bytes, publicOf(curve, bytes)].map((half) => buffer(half).toString('base64url'))
      return { crv: NAMES[curve], d, x, kty: 'OKP' }
    }
    const der = Buffer.concat([Buffer.from(pkcs8(curve)), bytes])
    return options.format === 'der' ? der : pem(der, 'PRIVATE KEY')
  }
}

const handle = (/** @type {Material} */ material) => ({ [own]: true, material })
const publicKey = (/** @type {Curve} */ curve, /** @type {Uint8Array} */ bytes) => new PublicKeyObject('public', handle({ bytes, curve }))
const privateKey = (/** @type {Curve} */ curve, /** @type {Uint8Array} */ bytes) => new PrivateKeyObject('private', handle({ bytes, curve }))

/** @param {Curve} curve @param {Uint8Array} secret */
function publicOf (curve, secret) {
  return (curve === 'ed25519' ? ed25519 : x25519).getPublicKey(secret)
}

/** @param {any} key bytes, or a string in `encoding` @param {string} [encoding] @returns {SecretKeyObject} */
export function createSecretKey (key, encoding = undefined) {
  const bytes = bytesOf(key, 'key', encoding, BINARY)
  return new SecretKeyObject('secret', handle({ bytes: new Uint8Array(bytes) }))
}

/**
 * The bytes of a key that both sides have: a string, bytes, or a secret KeyObject.
 *
 * @param {any} key
 * @param {string} [encoding]
 * @param {string} [name]
 * @returns {Uint8Array}
 */
export function secretBytes (key, encoding = undefined, name = 'key') {
  if (key instanceof KeyObject) {
    if (key.type !== 'secret') throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(key.type, 'secret')
    return materialOf(key).bytes
  }
  if (isCryptoKey(key)) throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('a CryptoKey outside of crypto.subtle', PLATFORM)
  return bytesOf(key, name, encoding, ['string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView', 'KeyObject', 'CryptoKey'])
}

const unsupported = () => opensslError('1E08010C', 'DECODER routines', 'unsupported', 'ERR_OSSL_UNSUPPORTED')

/** @param {Uint8Array} der @param {(curve: Curve) => number[]} shape @returns {Required<Material> | undefined} */
function readDer (der, shape) {
  for (const curve of /** @type {Curve[]} */ (['ed25519', 'x25519'])) {
    const head = shape(curve)
    if (der.length === head.length + 32 && head.every((byte, at) => der[at] === byte)) return { curve, bytes: new Uint8Array(der.subarray(head.length)) }
  }
}

/** @param {string} text @returns {{ label: string, der: Uint8Array } | undefined} */
function readPem (text) {
  const [, label, body] = text.match(/-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/) ?? []
  return label === undefined ? undefined : { label, der: view(Buffer.from(body, 'base64')) }
}

/** @param {any} jwk @param {boolean} secret @returns {Required<Material>} */
function readJwk (jwk, secret) {
  validateObject(jwk, 'key.key')
  const { kty, crv, x, d } = /** @type {any} */ (jwk)
  validateOneOf(kty, 'key.kty', ['RSA', 'EC', 'OKP'])
  if (kty !== 'OKP') throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM(`a key of the kind ${kty} (crypto.subtle has it)`, PLATFORM)
  validateOneOf(crv, 'key.crv', ['Ed25519', 'Ed448', 'X25519', 'X448'])
  if (!(crv === 'Ed25519' || crv === 'X25519')) throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM(`a key of the curve ${crv}`, PLATFORM)
  validateString(x, 'key.x')
  if (secret) validateString(d, 'key.d')
  const bytes = new Uint8Array(Buffer.from(secret ? d : x, 'base64'))
  if (bytes.length !== 32) throw new ERR_CRYPTO_INVALID_KEYLEN()
  return { curve: crv === 'Ed25519' ? 'ed25519' : 'x25519', bytes }
}

/**
 * A key as functions take it: a KeyObject, PEM, or `{ key, format, type }`.
 *
 * @param {any} key
 * @param {'public' | 'private'} wanted
 * @param {boolean} [create]  whether it makes a KeyObject, which takes none but a private one for its public half
 * @returns {Required<Material>}
 */
export function asymmetric (key, wanted, create = false) {
  const kinds = create && wanted === 'private' ? [] : ['KeyObject', 'CryptoKey']
  if (key instanceof KeyObject) return fromObject(key, wanted, create)
  if (isCryptoKey(key)) throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('a CryptoKey outside of crypto.subtle', PLATFORM)
  if (typeof key === 'string' || isAnyArrayBuffer(key) || ArrayBuffer.isView(key)) return parse(bytesOf(key, 'key'), 'pem', wanted)
  if (key === null || typeof key !== 'object') throw new ERR_INVALID_ARG_TYPE('key', [...BINARY, 'string', ...kinds], key)
  const { key: data, encoding, format, type } = key
  if (data instanceof KeyObject) return fromObject(data, wanted, create)
  if (format === 'jwk') return readJwk(data, wanted === 'private')
  if (typeof data !== 'string' && !isAnyArrayBuffer(data) && !ArrayBuffer.isView(data)) throw new ERR_INVALID_ARG_TYPE('key.key', [...BINARY, 'string', ...kinds], data)
  if (format !== undefined && format !== 'pem' && format !== 'der') throw new ERR_INVALID_ARG_VALUE('key.format', format)
  if (format === 'der' && (type === undefined || !['pkcs1', 'spki', 'pkcs8', 'sec1'].includes(type))) throw new ERR_INVALID_ARG_VALUE('key.type', type)
  return parse(bytesOf(data, 'key.key', encoding), format ?? 'pem', wanted)
}

/** @param {KeyObject} key @param {'public' | 'private'} wanted @param {boolean} create @returns {Required<Material>} */
function fromObject (key, wanted, create) {
  const material = /** @type {Required<Material>} */ (materialOf(key))
  if (create && wanted === 'private') throw new ERR_INVALID_ARG_TYPE('key', [...BINARY, 'string'], key)
  if (create || wanted === 'private') {
    if (key.type !== 'private') throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(key.type, 'private')
  } else if (key.type === 'secret') {
    throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(key.type, 'private or public')
  }
  if (wanted === 'private' || key.type === 'public') return material
  return { curve: material.curve, bytes: publicOf(material.curve, material.bytes) }
}

/** @param {Uint8Array} bytes @param {string} format @param {'public' | 'private'} wanted @returns {Required<Material>} */
function parse (bytes, format, wanted) {
  const text = format === 'pem' ? readPem(buffer(bytes).toString('latin1')) : undefined
  const der = text?.der ?? (format === 'der' ? bytes : undefined)
  if (der === undefined) throw unsupported()
  const secret = text?.label === 'PUBLIC KEY' ? undefined : readDer(der, pkcs8)
  if (secret !== undefined) return wanted === 'private' ? secret : { curve: secret.curve, bytes: publicOf(secret.curve, secret.bytes) }
  const open = wanted === 'private' || text?.label === 'PRIVATE KEY' ? undefined : readDer(der, spki)
  if (open === undefined) throw unsupported()
  return open
}

/** @param {any} key PEM, DER, a JSON Web Key, or a private KeyObject @returns {PublicKeyObject} */
export function createPublicKey (key) {
  const { curve, bytes } = asymmetric(key, 'public', true)
  return publicKey(curve, bytes)
}

/** @param {any} key PEM, DER or a JSON Web Key @returns {PrivateKeyObject} */
export function createPrivateKey (key) {
  const { curve, bytes } = asymmetric(key, 'private', true)
  return privateKey(curve, bytes)
}

/** Kinds of pairs that Node knows and this module does not. */
const ELSEWHERE = new Set(['rsa', 'rsa-pss', 'dsa', 'ec', 'dh', 'ed448', 'x448'])

/**
 * @param {string} type
 * @param {any} [options]
 * @returns {{ publicKey: any, privateKey: any }}
 */
export function generateKeyPairSync (type, options = undefined) {
  validateString(type, 'type')
  if (options !== undefined) validateObject(options, 'options')
  if (type !== 'ed25519' && type !== 'x25519') {
    if (ELSEWHERE.has(type)) throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM(`a key pair of the type ${type} (crypto.subtle.generateKey may have it)`, PLATFORM)
    throw new ERR_INVALID_ARG_VALUE('type', type, 'must be a supported key type')
  }
  const { publicKeyEncoding, privateKeyEncoding } = options ?? {}
  if (publicKeyEncoding !== undefined && publicKeyEncoding !== null) checkEncoding(publicKeyEncoding, 'spki', 'options.publicKeyEncoding')
  if (privateKeyEncoding !== undefined && privateKeyEncoding !== null) checkEncoding(privateKeyEncoding, 'pkcs8', 'options.privateKeyEncoding')
  const secret = crypto.getRandomValues(new Uint8Array(32))
  const keys = [publicKey(type, publicOf(type, secret)), privateKey(type, secret)]
  const [open, closed] = [publicKeyEncoding, privateKeyEncoding].map((encoding, at) => encoding ? keys[at].export(encoding) : keys[at])
  return { publicKey: open, privateKey: closed }
}

/**
 * @param {string} type
 * @param {any} options
 * @param {(error: Error | null, publicKey?: any, privateKey?: any) => void} [callback]
 */
export function generateKeyPair (type, options, callback) {
  if (typeof options === 'function') [options, callback] = [undefined, options]
  validateFunction(callback, 'callback')
  const pair = generateKeyPairSync(type, options)
  nextTick(() => callback(null, pair.publicKey, pair.privateKey))
}

Object.defineProperty(generateKeyPair, Symbol.for('nodejs.util.promisify.custom'), {
  value: async (/** @type {string} */ type, /** @type {any} */ options) => generateKeyPairSync(type, options)
})

/** @param {'hmac' | 'aes'} type @param {{ length: number }} options bits @returns {SecretKeyObject} */
export function generateKeySync (type, options) {
  validateString(type, 'type')
  validateObject(options, 'options')
  const { length } = options
  if (type === 'hmac') validateInteger(length, 'options.length', 8, 2 ** 31 - 1)
  else if (type === 'aes') validateOneOf(length, 'options.length', [128, 192, 256])
  else throw new ERR_INVALID_ARG_VALUE('type', type, 'must be a supported key type')
  const bytes = new Uint8Array(length >> 3)
  for (let at = 0; at < bytes.length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536))
  return new SecretKeyObject('secret', handle({ bytes }))
}

/** @param {'hmac' | 'aes'} type @param {{ length: number }} options @param {(error: Error | null, key?: SecretKeyObject) => void} callback */
export function generateKey (type, options, callback) {
  if (typeof options === 'function') [options, callback] = /** @type {any[]} */ ([undefined, options])
  validateFunction(callback, 'callback')
  const key = generateKeySync(type, options)
  nextTick(() => callback(null, key))
}

export { ed25519, x25519 }
