import assert from 'node:assert/strict'
import node from 'node:crypto'
import { test } from 'node:test'
import ours from 'socket:crypto'
// Errors name values with its formatter when it is there.
import 'socket:util'
import { generator, outcome, same, WRONG } from './support/compare.js'

const crypto = /** @type {any} */ (ours)
const theirs = /** @type {any} */ (node)
const random = generator(11)
const bytes = (/** @type {number} */ length) => Buffer.from(Array.from({ length }, () => random(256)))
const CIPHERS = /** @type {string[]} */ (crypto.getCiphers())

/** @param {any} value @returns {any} */
function plain (value) {
  if (ArrayBuffer.isView(value)) return Buffer.from(/** @type {any} */ (value.buffer), value.byteOffset, value.byteLength).toString('hex')
  return Array.isArray(value) ? value.map(plain) : value
}

/** @param {(which: any) => any} call @param {string} what */
function both (call, what) {
  assert.deepEqual(outcome(() => plain(call(crypto))), outcome(() => plain(call(theirs))), what)
}

/** @param {string} name */
const shape = (name) => ({ key: Number(name.match(/128|192|256/)?.[0] ?? 256) / 8, iv: /gcm|poly/i.test(name) ? 12 : /ecb/.test(name) ? 0 : 16, tag: /gcm|poly/i.test(name) })

test('crypto: every cipher, encrypting and decrypting in pieces of any length', () => {
  assert.ok(CIPHERS.length > 15)
  assert.deepEqual(CIPHERS.filter((name) => !node.getCiphers().includes(name)), [], 'Node has them too')
  for (const name of CIPHERS) {
    const { key, iv, tag } = shape(name)
    for (let round = 0; round < 60; round++) {
      const [secret, vector, message] = [bytes(key), bytes(iv), bytes(random(300))]
      const padding = round % 4 !== 0
      const pieces = Array.from({ length: random(4) }, () => random(message.length + 1)).sort((a, b) => a - b)
      const run = (/** @type {any} */ cipher, /** @type {Buffer} */ input) => [0, ...pieces].map((start, at) => cipher.update(input.subarray(Math.min(start, input.length), Math.min(pieces[at] ?? input.length, input.length))))
      both((which) => {
        const cipher = which.createCipheriv(name, secret, vector)
        if (tag && round % 2) cipher.setAAD(bytes(5).fill(7)).setAAD(Buffer.from('more'))
        cipher.setAutoPadding(padding)
        const out = [...run(cipher, message), cipher.final()]
        return tag ? [...out, cipher.getAuthTag()] : out
      }, `${name} of ${message.length}`)
      const sealed = node.createCipheriv(name, secret, vector)
      const whole = Buffer.concat([sealed.update(message), sealed.final()])
      for (const broken of [false, true]) {
        both((which) => {
          const decipher = which.createDecipheriv(name, secret, vector)
          decipher.setAutoPadding(padding)
          if (tag) decipher.setAuthTag(broken ? bytes(16).fill(9) : /** @type {any} */ (sealed).getAuthTag())
          return [...run(decipher, broken ? whole.subarray(0, -3) : whole), decipher.final()]
        }, `${name} back, ${broken ? 'broken' : 'whole'}`)
      }
    }
  }
})

test('crypto: large messages, and counters that overflow', () => {
  for (const name of ['aes-256-ctr', 'aes-128-gcm', 'chacha20-poly1305', 'aes-192-cbc']) {
    const { key, iv } = shape(name)
    const [secret, message] = [bytes(key), bytes(100_000)]
    for (const vector of [Buffer.alloc(iv, 255), bytes(iv)]) {
      both((which) => {
        const cipher = which.createCipheriv(name, secret, vector)
        return [cipher.update(message), cipher.update(message.subarray(0, 33)), cipher.final()]
      }, name)
    }
  }
  for (const length of [1, 7, 8, 13, 16, 17, 60, 128]) {
    both((which) => {
      const cipher = which.createCipheriv('aes-256-gcm', Buffer.alloc(32, 1), Buffer.alloc(length, 2))
      return [cipher.update('abc'), cipher.final(), cipher.getAuthTag()]
    }, `a vector of ${length}`)
  }
})

// Before the wrong arguments: Node reports what OpenSSL still remembers of an earlier failure.
test('crypto: ciphers in every order', () => {
  const [k16, k32, v16, v12] = [16, 32, 16, 12].map((length) => Buffer.alloc(length, length))
  const steps = /** @type {Record<string, (cipher: any) => any>} */ ({
    u: (cipher) => cipher.update('text'),
    f: (cipher) => cipher.final(),
    g: (cipher) => cipher.getAuthTag(),
    t: (cipher) => cipher.setAuthTag(Buffer.alloc(16)) && 0,
    a: (cipher) => cipher.setAAD(Buffer.from('a')) && 0,
    p: (cipher) => cipher.setAutoPadding(false) && 0
  })
  for (const name of ['aes-128-cbc', 'aes-128-ctr', 'aes-128-gcm', 'chacha20-poly1305']) {
    for (let round = 0; round < 300; round++) {
      const order = Array.from({ length: 1 + random(6) }, () => Object.keys(steps)[random(6)])
      const decrypt = random(2) === 1
      // OpenSSL takes it and makes a tag that nobody else does.
      if (name.startsWith('chacha') && order.lastIndexOf('a') > order.indexOf('u') && order.includes('u')) continue
      both((which) => {
        const cipher = which[decrypt ? 'createDecipheriv' : 'createCipheriv'](name, name.startsWith('chacha') ? k32 : k16, /gcm|poly/.test(name) ? v12 : v16)
        return order.map((step) => {
          if ((step === 'g' && decrypt) || (step === 't' && !decrypt)) return 0
          const { message, code, value } = outcome(() => plain(steps[step](cipher)))
          return [message, code, value]
        })
      }, `${name} ${decrypt ? 'back' : ''} ${order.join('')}`)
    }
  }
})

test('crypto: ciphers with wrong arguments', () => {
  const [k16, k32, v16, v12] = [16, 32, 16, 12].map((length) => Buffer.alloc(length, length))
  for (const value of WRONG) {
    for (const make of ['createCipheriv', 'createDecipheriv']) {
      both((which) => typeof which[make](value, k16, v16), `${make} cipher`)
      both((which) => typeof which[make]('aes-128-cbc', value, v16), `${make} key`)
      both((which) => typeof which[make]('aes-128-cbc', k16, value), `${make} iv`)
      both((which) => typeof which[make]('aes-128-gcm', k16, v12, { authTagLength: value }), `${make} tag length`)
      both((which) => which[make]('aes-128-ctr', k16, v16).update(value), `${make} update`)
      both((which) => which[make]('aes-128-gcm', k16, v12).setAAD(value) && 0, `${make} setAAD`)
      both((which) => which[make]('aes-128-cbc', k16, v16).setAutoPadding(value) && 0, `${make} setAutoPadding`)
    }
    both((which) => which.createDecipheriv('aes-128-gcm', k16, v12).setAuthTag(value) && 0, 'setAuthTag')
    both((which) => which.getCipherInfo(value), 'getCipherInfo')
    if (value !== undefined) both((which) => which.getCipherInfo('aes-128-cbc', value), 'getCipherInfo options')
    both((which) => which.getCipherInfo('aes-128-cbc', { keyLength: value }), 'getCipherInfo keyLength')
    both((which) => which.getCipherInfo('aes-128-gcm', { ivLength: value }), 'getCipherInfo ivLength')
  }
  for (const name of [...CIPHERS, 'AES-128-CBC', 'nope', 'id-AES256-gcm']) {
    both((which) => which.getCipherInfo(name), name)
    for (const length of [0, 8, 12, 13, 16, 24, 32]) {
      both((which) => typeof which.createCipheriv(name, Buffer.alloc(length), v16), `${name}: key of ${length}`)
      both((which) => typeof which.createCipheriv(name, k32, Buffer.alloc(length)), `${name}: vector of ${length}`)
      both((which) => which.getCipherInfo(name, { ivLength: length }), `${name}: ${length}`)
    }
    both((which) => typeof which.createCipheriv(name, k32, null), `${name}: none`)
  }
  for (const nid of [418, 419, 422, 427, 895, 898, 901, 904, 906, 1018, 1]) both((which) => which.getCipherInfo(nid), `${nid}`)
  for (const length of [0, 1, 3, 4, 5, 8, 11, 12, 14, 16, 17]) {
    for (const name of ['aes-128-gcm', 'chacha20-poly1305']) {
      const key = name.startsWith('c') ? k32 : k16
      if (length > 0) both((which) => { const cipher = which.createCipheriv(name, key, v12, { authTagLength: length }); cipher.final(); return cipher.getAuthTag() }, `${name}: tag of ${length}`)
      both((which) => which.createDecipheriv(name, key, v12).setAuthTag(Buffer.alloc(length)) && 0, `${name}: given a tag of ${length}`)
      if (length > 0) both((which) => which.createDecipheriv(name, key, v12, { authTagLength: length }).setAuthTag(Buffer.alloc(12)) && 0, `${name}: wanted ${length}`)
    }
  }
})

test('crypto: text in and out of ciphers', () => {
  for (const encoding of ['hex', 'base64', 'latin1', 'utf8', 'buffer', undefined, 'nope']) {
    both((which) => {
      const cipher = which.createCipheriv('aes-128-ctr', 'k'.repeat(16), 'v'.repeat(16))
      return [cipher.update('616263', 'hex', encoding), cipher.update('é', 'utf8', encoding), cipher.update('6', 'latin1', encoding), cipher.final(encoding)]
    }, `${encoding}`)
  }
  both((which) => which.createCipheriv('aes-128-ctr', 'k'.repeat(16), 'v'.repeat(16)).update('abc', 'hex'), 'odd')
  both((which) => {
    const cipher = which.createCipheriv('aes-128-ctr', 'k'.repeat(16), 'v'.repeat(16))
    cipher.update('a', 'utf8', 'hex')
    try { return cipher.update('a', 'utf8', 'base64') } catch (error) { return [(error).code, /** @type {any} */ (error).message.slice(0, 22)] }
  }, 'another encoding')
})

test('crypto: ciphers as streams', async () => {
  const message = bytes(150_000)
  for (const name of ['aes-256-cbc', 'aes-128-gcm', 'chacha20-poly1305']) {
    const { key, iv, tag } = shape(name)
    const [secret, vector] = [bytes(key), bytes(iv)]
    const collect = (/** @type {any} */ stream, /** @type {Buffer} */ input) => new Promise((resolve, reject) => {
      /** @type {Buffer[]} */
      const chunks = []
      stream.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk))
      stream.on('error', reject)
      stream.on('end', () => resolve(Buffer.concat(chunks)))
      for (let at = 0; at < input.length; at += 9999) stream.write(input.subarray(at, at + 9999))
      stream.end()
    })
    const [mine, nodes] = [crypto, theirs].map((which) => which.createCipheriv(name, secret, vector))
    const [one, two] = await Promise.all([collect(mine, message), collect(nodes, message)])
    assert.ok(one.equals(two), name)
    const back = crypto.createDecipheriv(name, secret, vector)
    if (tag) back.setAuthTag(mine.getAuthTag())
    assert.ok((await collect(back, one)).equals(message), `${name} back`)
    if (!tag) continue
    const bad = crypto.createDecipheriv(name, secret, vector)
    bad.setAuthTag(Buffer.alloc(16))
    await assert.rejects(collect(bad, one), { message: 'Unsupported state or unable to authenticate data' })
  }
})

test('crypto: secret keys', () => {
  for (const value of WRONG) {
    both((which) => which.createSecretKey(value).symmetricKeySize, 'createSecretKey')
    both((which) => which.createSecretKey(Buffer.from('a')).export(value), 'export')
    both((which) => which.createSecretKey(Buffer.from('a')).export({ format: value }), 'export format')
    both((which) => which.createSecretKey(Buffer.from('a')).equals(value), 'equals')
    both((which) => which.KeyObject.from(value), 'from')
    both((which) => new which.KeyObject(value, {}), 'new')
    both((which) => which.generateKeySync(value, { length: 8 }), 'generateKeySync')
    if (typeof value !== 'object') both((which) => which.generateKeySync('hmac', value), 'generateKeySync')
    if (!(typeof value === 'number' && value > 1e6)) for (const type of ['hmac', 'aes']) both((which) => which.generateKeySync(type, { length: value }), type)
  }
  both((which) => {
    const [one, two, three] = [which.createSecretKey('abcd', 'utf8'), which.createSecretKey('61626364', 'hex'), which.createSecretKey(new Uint8Array(3))]
    return [one.equals(two), one.equals(three), one.type, one.symmetricKeySize, one.asymmetricKeyType, one.export(), one.export({ format: 'jwk' }).k, String(one), one instanceof which.KeyObject, Object.keys(one)]
  }, 'KeyObject')
  both((which) => [64, 65, 8].map((length) => which.generateKeySync('hmac', { length }).symmetricKeySize), 'hmac')
  both((which) => [128, 192, 256].map((length) => which.generateKeySync('aes', { length }).symmetricKeySize), 'aes')
})

test('crypto: Ed25519 and X25519, keys of one in the other', async () => {
  for (let round = 0; round < 8; round++) {
    const [mine, nodes] = [crypto, theirs].map((which) => which.generateKeyPairSync('ed25519', { publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } }))
    const message = bytes(random(200))
    for (const { publicKey, privateKey } of [mine, nodes]) {
      both((which) => which.sign(null, message, privateKey), 'the same signature')
      const signature = crypto.sign(null, message, privateKey)
      both((which) => [which.verify(null, message, publicKey, signature), which.verify(null, message, privateKey, signature), which.verify(null, Buffer.concat([message, message, Buffer.from('x')]), publicKey, signature), which.verify(null, message, publicKey, Buffer.alloc(64)), which.verify(null, message, publicKey, Buffer.alloc(63))], 'verify')
      both((which) => {
        const [open, closed] = [which.createPublicKey(publicKey), which.createPrivateKey(privateKey)]
        return [open.export({ format: 'der', type: 'spki' }), closed.export({ format: 'der', type: 'pkcs8' }), open.export({ format: 'jwk' }), closed.export({ format: 'jwk' }), open.export({ format: 'pem', type: 'spki' }), closed.export({ format: 'pem', type: 'pkcs8' }), open.type, closed.type, closed.asymmetricKeyType, closed.asymmetricKeyDetails, which.createPublicKey(closed).equals(open), open.equals(closed)]
      }, 'exports')
      both((which) => which.createPrivateKey({ key: which.createPrivateKey(privateKey).export({ format: 'jwk' }), format: 'jwk' }).export({ format: 'der', type: 'pkcs8' }), 'jwk')
      both((which) => which.createPublicKey({ key: which.createPublicKey(publicKey).export({ format: 'der', type: 'spki' }), format: 'der', type: 'spki' }).export({ format: 'jwk' }), 'der')
    }
    const [a, b] = [crypto, theirs].map((which) => which.generateKeyPairSync('x25519', { publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } }))
    both((which) => [which.diffieHellman({ privateKey: which.createPrivateKey(a.privateKey), publicKey: which.createPublicKey(b.publicKey) }), which.diffieHellman({ privateKey: which.createPrivateKey(b.privateKey), publicKey: which.createPublicKey(a.publicKey) })], 'the same secret')
  }
  both((which) => which.diffieHellman({ privateKey: which.generateKeyPairSync('x25519').privateKey, publicKey: which.createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: Buffer.alloc(32).toString('base64url') }, format: 'jwk' }) }), 'a key of small order')
  const answers = await Promise.all([crypto, theirs].map((which) => new Promise((resolve) => which.generateKeyPair('ed25519', (/** @type {any} */ error, /** @type {any} */ open, /** @type {any} */ closed) => {
    which.sign(null, Buffer.from('a'), closed, (/** @type {any} */ failed, /** @type {any} */ signature) => {
      which.verify(null, Buffer.from('a'), open, signature, (/** @type {any[]} */ ...args) => resolve([error, failed, signature.length, ...args]))
    })
  }))))
  assert.deepEqual(answers[0], answers[1])
})

test('crypto: keys with wrong arguments', () => {
  const pairs = { ed25519: new Map(), x25519: new Map() }
  for (const which of [crypto, theirs]) for (const type of /** @type {const} */ (['ed25519', 'x25519'])) pairs[type].set(which, which.generateKeyPairSync(type))
  for (const value of WRONG) {
    both((which) => which.generateKeyPairSync(value), 'generateKeyPairSync')
    if (typeof value === 'string' || typeof value === 'number') both((which) => which.generateKeyPairSync('ed25519', value), 'generateKeyPairSync')
    // Node stumbles over null itself.
    if (value !== null) for (const create of ['createPublicKey', 'createPrivateKey']) both((which) => which[create](value), create)
    both((which) => which.diffieHellman(value), 'diffieHellman')
    both((which) => which.diffieHellman({ privateKey: value, publicKey: pairs.x25519.get(which).publicKey }), 'diffieHellman')
    both((which) => which.diffieHellman({ privateKey: pairs.x25519.get(which).privateKey, publicKey: value }), 'diffieHellman')
    both((which) => which.sign(null, value, pairs.ed25519.get(which).privateKey).length, 'sign')
    both((which) => which.verify(null, Buffer.from('a'), pairs.ed25519.get(which).publicKey, value), 'verify')
    if (value !== null && value !== undefined) both((which) => which.sign(value, Buffer.from('a'), pairs.ed25519.get(which).privateKey).length, 'sign with')
    for (const half of ['publicKey', 'privateKey']) {
      both((which) => pairs.ed25519.get(which)[half].export(value), 'export')
      for (const type of ['spki', 'pkcs8', 'pkcs1', 'sec1', undefined]) both((which) => typeof pairs.ed25519.get(which)[half].export({ format: value, type }), 'export format')
    }
  }
  for (const [secret, open] of [['publicKey', 'publicKey'], ['privateKey', 'privateKey'], ['privateKey', 'publicKey']]) {
    for (const [one, two] of /** @type {['ed25519' | 'x25519', 'ed25519' | 'x25519'][]} */ ([['x25519', 'ed25519'], ['ed25519', 'ed25519'], ['ed25519', 'x25519'], ['x25519', 'x25519']])) both((which) => which.diffieHellman({ privateKey: pairs[one].get(which)[secret], publicKey: pairs[two].get(which)[open] }).length, `${one} ${two}`)
  }
  both((which) => which.sign(null, Buffer.from('a'), pairs.ed25519.get(which).publicKey), 'sign with a public key')
  both((which) => which.sign(null, Buffer.from('a'), pairs.x25519.get(which).privateKey), 'sign with a key of the other kind')
  both((which) => which.sign('sha256', Buffer.from('a'), pairs.ed25519.get(which).privateKey), 'sign with a digest')
  both((which) => which.createPublicKey(pairs.ed25519.get(which).publicKey), 'a public key of a public key')
  both((which) => which.createPrivateKey(pairs.ed25519.get(which).privateKey), 'a private key of one')
  for (const key of ['-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n', 'text', '']) both((which) => outcome(() => which.createPublicKey(key)).code !== undefined, 'broken')
  assert.deepEqual([crypto.getFips(), crypto.secureHeapUsed()], [theirs.getFips(), theirs.secureHeapUsed()])
  same(crypto.createSecretKey, theirs.createSecretKey, [[5], [null]])
})
