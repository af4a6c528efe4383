/* eslint camelcase: 'off' -- names of the package */
/**
 * The hashes and what is built on them, from @noble/hashes: one module, so that an app holds them once.
 */
import { blake2b, blake2s } from '@noble/hashes/blake2.js'
import { expand, extract } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { md5, ripemd160, sha1 } from '@noble/hashes/legacy.js'
import { pbkdf2, pbkdf2Async } from '@noble/hashes/pbkdf2.js'
import { scrypt } from '@noble/hashes/scrypt.js'
import { sha224, sha256, sha384, sha512, sha512_224, sha512_256 } from '@noble/hashes/sha2.js'
import { sha3_224, sha3_256, sha3_384, sha3_512, shake128, shake256 } from '@noble/hashes/sha3.js'

/** @typedef {import('@noble/hashes/utils.js').CHash<any, any>} HashFunction */

/** Every hash by the name that OpenSSL gives it. @type {Readonly<Record<string, HashFunction>>} */
export const functions = Object.freeze({
  blake2b512: blake2b,
  blake2s256: blake2s,
  md5,
  ripemd160,
  sha1,
  sha224,
  sha256,
  'sha3-224': sha3_224,
  'sha3-256': sha3_256,
  'sha3-384': sha3_384,
  'sha3-512': sha3_512,
  sha384,
  sha512,
  'sha512-224': sha512_224,
  'sha512-256': sha512_256,
  shake128,
  shake256
})

export { expand, extract, hmac, pbkdf2, pbkdf2Async, scrypt }
