import crypto from 'socket:crypto'
import { promisify } from 'socket:util'

export const about = {
  Cipheriv: 'What encrypts: `update`, `final`, `getAuthTag`.',
  Decipheriv: 'What decrypts: `update`, `final`, `setAuthTag`.',
  Hash: 'What takes bytes and gives their digest: `update`, `digest`, `copy`.',
  Hmac: 'What takes bytes and gives their digest under a key: `update`, `digest`.',
  KeyObject: 'A key: secret, public or private.',
  RANDOM_BYTES_QUOTA: 'How many bytes the engine gives at once.',
  MAX_RANDOM_BYTES_PAGES: 'How often it has to be asked for the most that there may be.',
  Node: 'The types of Node\'s module.',
  fips: 'Always false.'
}

/**
 * The digest of bytes.
 * @for createHash hash
 */
export function createHash () {
  console.log(crypto.createHash('sha256').update('hello').digest('hex').slice(0, 8)) // → 2cf24dba
  console.log(crypto.hash('sha1', 'hello').slice(0, 8)) // → aaf4c61d
}

/** The digest of bytes under a key. */
export function createHmac () {
  console.log(crypto.createHmac('sha256', 'key').update('hello').digest('hex').slice(0, 8)) // → 9307b3b9
}

/** The digest of bytes, by the engine. */
export async function createDigest () {
  console.log((await crypto.createDigest('SHA-256', new TextEncoder().encode('hello'))).length) // → 32
}

/**
 * The names of what there is.
 * @for getHashes getCiphers getCipherInfo
 */
export function names () {
  console.log(crypto.getHashes().includes('sha256'), crypto.getCiphers().includes('aes-256-gcm')) // → true true
  console.log(crypto.getCipherInfo('aes-256-gcm')?.keyLength) // → 32
}

/**
 * Encrypts and decrypts. A mode that authenticates, such as GCM, tells what was altered.
 * @for createCipheriv createDecipheriv
 */
export function createCipheriv () {
  const [key, iv] = [crypto.randomBytes(32), crypto.randomBytes(12)]
  const cipher = crypto.createCipheriv('aes-256-gcm', key, iv)
  const secret = Buffer.concat([cipher.update('hello'), cipher.final()])
  const decipher = crypto.createDecipheriv('aes-256-gcm', key, iv)
  decipher.setAuthTag(cipher.getAuthTag())
  console.log(String(Buffer.concat([decipher.update(secret), decipher.final()]))) // → hello
}

/**
 * A key from its bytes or its text.
 * @for createSecretKey createPrivateKey createPublicKey
 */
export function keys () {
  console.log(crypto.createSecretKey(Buffer.from('secret')).symmetricKeySize) // → 6
  const { privateKey } = crypto.generateKeyPairSync('ed25519')
  const again = crypto.createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  console.log(again.type, crypto.createPublicKey(again).type) // → private public
}

/**
 * A new secret key.
 * @for generateKey generateKeySync
 */
export async function generateKey () {
  const key = await promisify(crypto.generateKey)('aes', { length: 256 })
  console.log(key.symmetricKeySize, crypto.generateKeySync('hmac', { length: 64 }).symmetricKeySize) // → 32 8
}

/**
 * A new pair of keys.
 * @for generateKeyPair generateKeyPairSync
 */
export async function generateKeyPair () {
  const type = await new Promise((resolve, reject) => crypto.generateKeyPair('ed25519', {}, (error, publicKey) => {
    if (error) reject(error)
    else resolve(publicKey.type)
  }))
  console.log(type, crypto.generateKeyPairSync('x25519').privateKey.type) // → public private
}

/**
 * Signs bytes, and looks whether a signature is right.
 * @for sign verify
 */
export function sign () {
  const { publicKey, privateKey } = crypto.generateKeyPairSync('ed25519')
  const message = Buffer.from('hello')
  const signature = crypto.sign(null, message, privateKey)
  console.log(crypto.verify(null, message, publicKey, signature)) // → true
}

/** The secret that two have in common, from the private key of one and the public key of the other. */
export function diffieHellman () {
  const [one, other] = [crypto.generateKeyPairSync('x25519'), crypto.generateKeyPairSync('x25519')]
  const secret = crypto.diffieHellman({ privateKey: one.privateKey, publicKey: other.publicKey })
  console.log(secret.equals(crypto.diffieHellman({ privateKey: other.privateKey, publicKey: one.publicKey }))) // → true
}

/**
 * A key from a password, by PBKDF2.
 * @for pbkdf2 pbkdf2Sync
 */
export async function pbkdf2 () {
  const key = await promisify(crypto.pbkdf2)('password', 'salt', 1000, 32, 'sha256')
  console.log(key.equals(crypto.pbkdf2Sync('password', 'salt', 1000, 32, 'sha256'))) // → true
}

/**
 * A key from a password, by scrypt, which takes memory, too.
 * @for scrypt scryptSync
 */
export async function scrypt () {
  const key = await new Promise((resolve) => crypto.scrypt('password', 'salt', 32, { N: 16 }, (_error, key) => resolve(key)))
  console.log(key.equals(crypto.scryptSync('password', 'salt', 32, { N: 16 }))) // → true
}

/**
 * A key from another, by HKDF.
 * @for hkdf hkdfSync
 */
export async function hkdf () {
  const key = await promisify(crypto.hkdf)('sha256', 'key', 'salt', 'info', 32)
  console.log(key.byteLength, crypto.hkdfSync('sha256', 'key', 'salt', 'info', 32).byteLength) // → 32 32
}

/**
 * Bytes that nobody can guess.
 * @for randomBytes pseudoRandomBytes rand64 getRandomValues
 */
export function random () {
  console.log(crypto.randomBytes(16).length, crypto.pseudoRandomBytes(8).length) // → 16 8
  console.log(typeof crypto.rand64(), crypto.getRandomValues(new Uint8Array(4)).length) // → bigint 4
}

/**
 * Fills an array with bytes that nobody can guess.
 * @for randomFill randomFillSync
 */
export async function randomFill () {
  const filled = await new Promise((resolve) => crypto.randomFill(Buffer.alloc(32), (_error, bytes) => resolve(bytes)))
  console.log(filled.equals(crypto.randomFillSync(Buffer.alloc(32)))) // → false
}

/** A whole number that nobody can guess, below another or between two. */
export function randomInt () {
  console.log(crypto.randomInt(6) < 6, crypto.randomInt(1, 2)) // → true 1
}

/** A UUID of version 4. */
export function randomUUID () {
  console.log(crypto.randomUUID().length) // → 36
}

/** Whether two byte arrays are equal, without telling by its time where they differ. */
export function timingSafeEqual () {
  console.log(crypto.timingSafeEqual(Buffer.from('a'), Buffer.from('b'))) // → false
}

/** A quick number for a text; not for secrets. */
export function murmur3 () {
  console.log(crypto.murmur3('hello')) // → 613153351
}

/**
 * What belongs to OpenSSL in Node: there is nothing of it.
 * @for getFips secureHeapUsed
 */
export function openssl () {
  console.log(crypto.getFips(), crypto.secureHeapUsed().total) // → 0 0
}
