import { Buffer } from 'socket:buffer'
import crypto, { createDigest, murmur3, rand64, sodium } from 'socket:crypto'
import { test } from 'socket:test'

/** @param {Promise<unknown>} work */
const codeOf = (work) => work.then(() => 'it worked', (error) => error.code)
const hex = (/** @type {Uint8Array} */ bytes) => Buffer.from(bytes).toString('hex')

test('crypto: digests at once, in pieces and as a promise', async (t) => {
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  t.equal(crypto.createHash('sha256').update('abc').digest('hex'), abc, 'createHash')
  t.equal(crypto.createHash('sha256').update('a').update(Buffer.from('bc')).digest('hex'), abc, 'in pieces')
  t.equal((await createDigest('SHA-256', 'abc')).toString('hex'), abc, 'createDigest')
  t.equal(crypto.createHmac('sha256', 'key').update('abc').digest('base64'), 'nBluMtwBdfhvSxy4konWYZ3mvuaZ5MN45oMJ7Zehpqs=', 'createHmac')
  t.equal(hex(new Uint8Array(await crypto.subtle.digest('SHA-256', Buffer.from('abc')))), abc, 'the engine agrees')
})

test('crypto: a cipher and the engine understand each other', async (t) => {
  const [key, iv] = [crypto.randomBytes(32), crypto.randomBytes(12)]
  const cipher = crypto.createCipheriv('aes-256-gcm', key, iv)
  const sealed = Buffer.concat([cipher.update('message', 'utf8'), cipher.final(), cipher.getAuthTag()])
  const engineKey = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt'])
  const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, engineKey, sealed)
  t.equal(Buffer.from(opened).toString(), 'message', 'aes-256-gcm')
})

test('crypto: keys from passwords, in native code', async (t) => {
  const key = await new Promise((resolve, reject) => crypto.pbkdf2('password', 'salt', 4096, 20, 'sha1', (error, made) => error ? reject(error) : resolve(hex(made))))
  t.equal(key, '4b007901b765489abead49d926f721d065a429c1', 'pbkdf2 of RFC 6070')
  t.equal(crypto.pbkdf2Sync('password', 'salt', 4096, 20, 'sha1').toString('hex'), key, 'and in the page')
  const long = await new Promise((resolve, reject) => crypto.scrypt('password', 'NaCl', 64, { N: 1024, r: 8, p: 16 }, (error, made) => error ? reject(error) : resolve(hex(made))))
  t.equal(long, 'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640', 'scrypt of RFC 7914')
})

test('crypto: names that apps of earlier versions know', async (t) => {
  t.equal(typeof rand64(), 'bigint', 'rand64')
  t.deepEqual(['', 'hello', 'hello, world', '19 Jan 2038 at 3:14:07 AM', 'The quick brown fox jumps over the lazy dog.'].map((text) => murmur3(text)), [0, 0x248bfa47, 0x149bbb7f, 0xe31e8a70, 0xd5c48bfc], 'murmur3')
  t.equal(murmur3('hello', 1), 0xbb4abcad, 'murmur3 with a seed')
  t.equal(murmur3(new Uint8Array([0x21, 0x43, 0x65, 0x87]), 0x5082EDEE), 0x2362F9DE, 'murmur3 of bytes')
  t.equal(crypto.MAX_RANDOM_BYTES_PAGES, crypto.MAX_RANDOM_BYTES / crypto.RANDOM_BYTES_QUOTA, 'pages')
  t.equal(await crypto.ready, undefined, 'ready')
})

test('crypto: sodium signs', async (t) => {
  await sodium.ready
  const { publicKey, privateKey, keyType } = await sodium.crypto_sign_keypair()
  t.deepEqual([publicKey.length, privateKey.length, keyType], [32, 64, 'ed25519'], 'a pair')
  const signature = await sodium.crypto_sign_detached('message', privateKey)
  t.equal(await sodium.crypto_sign_verify_detached(signature, 'message', publicKey), true, 'verifies')
  t.equal(await sodium.crypto_sign_verify_detached(signature, 'other', publicKey), false, 'not another message')
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey])
  t.equal(crypto.verify(null, Buffer.from('message'), { key: der, format: 'der', type: 'spki' }, signature), true, 'so says crypto.verify')
  const signed = await sodium.crypto_sign('message', privateKey)
  t.equal(await sodium.crypto_sign_open(signed, publicKey, 'text'), 'message', 'signed messages')
  signed[70] ^= 1
  t.equal(await codeOf(sodium.crypto_sign_open(signed, publicKey)), 'ERR_CRYPTO_FORGED', 'ERR_CRYPTO_FORGED')
  const seeded = await sodium.crypto_sign_seed_keypair(new Uint8Array(32), 'hex')
  t.equal(seeded.publicKey, '3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29', 'from a seed')
  t.equal(await sodium.crypto_sign_ed25519_sk_to_pk(privateKey, 'hex'), hex(publicKey), 'the public half')
})

test('crypto: sodium encrypts to keys and under secrets', async (t) => {
  const [alice, bob] = [await sodium.crypto_box_keypair(), await sodium.crypto_box_keypair()]
  const nonce = sodium.randombytes_buf(sodium.crypto_box_NONCEBYTES)
  const sealed = await sodium.crypto_box_seal('to bob', bob.publicKey)
  t.equal(sealed.length, 6 + sodium.crypto_box_SEALBYTES, 'a sealed box')
  t.equal(await sodium.crypto_box_seal_open(sealed, bob.publicKey, bob.privateKey, 'text'), 'to bob', 'opens')
  t.equal(await codeOf(sodium.crypto_box_seal_open(sealed, alice.publicKey, alice.privateKey)), 'ERR_CRYPTO_FORGED', 'ERR_CRYPTO_FORGED')
  const box = await sodium.crypto_box_easy('hello', nonce, bob.publicKey, alice.privateKey)
  t.equal(await sodium.crypto_box_open_easy(box, nonce, alice.publicKey, bob.privateKey, 'text'), 'hello', 'a box')
  const shared = await sodium.crypto_box_beforenm(alice.publicKey, bob.privateKey)
  t.equal(await sodium.crypto_box_open_easy_afternm(box, nonce, shared, 'text'), 'hello', 'under the shared key')
  const key = await sodium.crypto_secretbox_keygen()
  const secret = await sodium.crypto_secretbox_easy('', nonce, key)
  t.equal((await sodium.crypto_secretbox_open_easy(secret, nonce, key)).length, 0, 'a box of nothing')
  const aead = await sodium.crypto_aead_xchacha20poly1305_ietf_encrypt('text', 'beside', null, nonce, key)
  t.equal(await sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, aead, 'beside', nonce, key, 'text'), 'text', 'aead')
  t.equal(await codeOf(sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, aead, 'else', nonce, key)), 'ERR_CRYPTO_FORGED', 'ERR_CRYPTO_FORGED')
  const large = new Uint8Array(300_000).fill(7)
  t.deepEqual(hex(await sodium.crypto_secretbox_open_easy(await sodium.crypto_secretbox_easy(large, nonce, key), nonce, key)), hex(large), 'a large one')
  const [client, server] = [await sodium.crypto_kx_keypair(), await sodium.crypto_kx_keypair()]
  const one = await sodium.crypto_kx_client_session_keys(client.publicKey, client.privateKey, server.publicKey)
  const two = await sodium.crypto_kx_server_session_keys(server.publicKey, server.privateKey, client.publicKey)
  t.deepEqual([hex(one.sharedRx), hex(one.sharedTx)], [hex(two.sharedTx), hex(two.sharedRx)], 'session keys')
  t.equal(hex(await sodium.crypto_scalarmult(alice.privateKey, bob.publicKey)), hex(await sodium.crypto_scalarmult(bob.privateKey, alice.publicKey)), 'scalarmult')
  t.equal(hex(await sodium.crypto_scalarmult_base(alice.privateKey)), hex(alice.publicKey), 'the public half')
})

test('crypto: sodium hashes and derives', async (t) => {
  t.equal(await sodium.crypto_generichash(64, 'abc', null, 'hex'), crypto.createHash('blake2b512').update('abc').digest('hex'), 'BLAKE2b')
  const key = new Uint8Array(32).fill(1)
  const [one, again, other] = [await sodium.crypto_kdf_derive_from_key(32, 1, 'contexts', key, 'hex'), await sodium.crypto_kdf_derive_from_key(32, 1n, 'contexts', key, 'hex'), await sodium.crypto_kdf_derive_from_key(32, 2n ** 64n - 1n, 'contexts', key, 'hex')]
  t.ok(one === again && one !== other && one.length === 64, 'keys from a key')
  const made = await sodium.crypto_pwhash(32, 'password', new Uint8Array(16), sodium.crypto_pwhash_OPSLIMIT_MIN, sodium.crypto_pwhash_MEMLIMIT_MIN, sodium.crypto_pwhash_ALG_DEFAULT)
  t.equal(made.length, 32, 'a key from a password')
  const kept = await sodium.crypto_pwhash_str('password', 1, 8192)
  t.ok(kept.startsWith('$argon2id$'), 'a text to be kept')
  t.deepEqual([await sodium.crypto_pwhash_str_verify(kept, 'password'), await sodium.crypto_pwhash_str_verify(kept, 'other')], [true, false], 'and checked')
  const bytes = new Uint8Array([0, 250, 255])
  t.deepEqual([sodium.to_hex(bytes), sodium.to_base64(bytes), sodium.to_base64(bytes, sodium.base64_variants.ORIGINAL)], ['00faff', 'APr_', 'APr/'], 'encodings')
  t.deepEqual([hex(sodium.from_hex('00faff')), hex(sodium.from_base64('APr_'))], ['00faff', '00faff'], 'and back')
})

test('crypto: what is wrong is said', async (t) => {
  t.equal(await codeOf(sodium.crypto_sign_detached('m', new Uint8Array(5))), 'ERR_CRYPTO_LENGTH', 'ERR_CRYPTO_LENGTH')
  t.equal(await codeOf(sodium.crypto_secretbox_easy('m', new Uint8Array(23), new Uint8Array(32))), 'ERR_CRYPTO_LENGTH', 'ERR_CRYPTO_LENGTH')
  t.equal(await codeOf(sodium.crypto_box_seal('m', new Uint8Array(32))), 'ERR_CRYPTO_KEY', 'ERR_CRYPTO_KEY')
  t.equal(await codeOf(sodium.crypto_generichash(65, 'm')), 'ERR_CRYPTO_LENGTH', 'ERR_CRYPTO_LENGTH')
  t.equal(await codeOf(sodium.crypto_kdf_derive_from_key(32, 2n ** 64n, 'contexts', new Uint8Array(32))), 'ERR_OUT_OF_RANGE', 'ERR_OUT_OF_RANGE')
  t.equal(await codeOf(sodium.crypto_pwhash(32, 'p', new Uint8Array(16), 1, 2 ** 52)), 'ERR_CRYPTO_COST', 'ERR_CRYPTO_COST')
  t.equal(await codeOf(sodium.crypto_pwhash_str('p', 1, 1)), 'ERR_CRYPTO_COST', 'ERR_CRYPTO_COST')
  t.equal(await codeOf(sodium.crypto_secretbox_easy(/** @type {any} */ (5), new Uint8Array(24), new Uint8Array(32))), 'ERR_INVALID_ARG_TYPE', 'ERR_INVALID_ARG_TYPE')
  t.equal(await codeOf(sodium.crypto_sign_keypair(/** @type {any} */ ('nope'))), 'ERR_INVALID_ARG_VALUE', 'ERR_INVALID_ARG_VALUE')
})
