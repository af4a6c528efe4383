import assert from 'node:assert/strict'
import node from 'node:crypto'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { inspect, promisify } from 'node:util'
import ours from 'socket:crypto'
// Errors name values with its formatter when it is there.
import 'socket:util'
import { generator, outcome, same, WRONG } from './support/compare.js'

const crypto = /** @type {any} */ (ours)
const theirs = /** @type {any} */ (node)
const random = generator(7)
const bytes = (/** @type {number} */ length) => Buffer.from(Array.from({ length }, () => random(256)))
const LENGTHS = [0, 1, 3, 15, 16, 17, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 135, 136, 137, 200, 1000, 5000]
const ENCODINGS = ['hex', 'base64', 'base64url', 'latin1', 'utf8', 'ucs2', 'buffer', 'nope', undefined, null, 5]
const one = WRONG.map((/** @type {unknown} */ value) => [value])

/** Numbers, strings and bytes of an answer, whichever classes it has. @param {any} value @returns {any} */
function plain (value) {
  if (value instanceof Error) return { name: value.name, code: /** @type {any} */ (value).code, message: value.message }
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return { bytes: Buffer.from(/** @type {any} */ (value instanceof ArrayBuffer ? value : value.buffer), /** @type {any} */ (value).byteOffset ?? 0, value.byteLength).toString('hex') }
  if (Array.isArray(value)) return value.map(plain)
  return value
}

/** @param {(which: any) => any} call @param {string} what */
function both (call, what) {
  assert.deepEqual(plain(outcome(() => plain(call(crypto)))), plain(outcome(() => plain(call(theirs)))), what)
}

/** The same with a callback: what it is called with. @param {(which: any, done: (...args: any[]) => void) => void} call @param {string} what */
async function bothLater (call, what) {
  const [mine, nodes] = await Promise.all([crypto, theirs].map((which) => new Promise((resolve) => {
    try {
      call(which, (...args) => resolve(plain(args)))
    } catch (error) {
      resolve({ thrown: plain(error) })
    }
  })))
  assert.deepEqual(mine, nodes, what)
}

test('crypto: every hash, of every length, in pieces and in every encoding', () => {
  const names = crypto.getHashes()
  assert.ok(names.length > 30)
  assert.deepEqual(names.filter((/** @type {string} */ name) => !node.getHashes().includes(name)), [], 'Node has them too')
  for (const name of names) {
    for (const length of LENGTHS) {
      const data = bytes(length)
      const cut = random(length + 1)
      both((which) => which.createHash(name).update(data.subarray(0, cut)).update(data.subarray(cut)).digest('hex'), `${name} of ${length}`)
    }
    for (const encoding of ENCODINGS) both((which) => which.createHash(name).update('é☃😀').digest(encoding), `${name} as ${encoding}`)
    both((which) => which.hash(name, 'abc'), `hash ${name}`)
  }
  for (const name of ['SHA256', 'Sha1', 'rsa-sha256', 'SHA512-256', 'sha512/256', 'SHA2-256', 'BLAKE2b512', 'sha-256', 'SHA3-256', 'RMD160', 'blake2s-256']) both((which) => which.createHash(name).update('x').digest('hex'), name)
})

test('crypto: Hash in every order, with wrong arguments', async () => {
  same(crypto.createHash, theirs.createHash, [...one.filter(([value]) => typeof value !== 'string'), ['nope'], ['']])
  for (const outputLength of [...WRONG, 0, 1, 5, 16, 20, 32, 33]) {
    // What OpenSSL gives for hundreds of megabytes of an extendable hash is compared with nothing.
    if (typeof outputLength === 'number' && outputLength > 1e6) continue
    for (const name of ['shake128', 'shake256', 'sha256', 'sha1']) both((which) => which.createHash(name, { outputLength }).update('a').digest('hex'), `${name} ${inspect(outputLength)}`)
  }
  for (const value of WRONG) {
    both((which) => which.createHash('sha1').update(value).digest('hex'), `update(${inspect(value)})`)
    both((which) => which.hash('sha1', value), 'hash')
    both((which) => which.hash('sha1', 'x', value), 'hash as')
    both((which) => which.createHash('sha1', value === null || typeof value === 'object' ? value : undefined).digest('hex'), 'options')
  }
  for (const encoding of ['hex', 'base64', 'latin1', 'utf16le', 'nope', 'buffer']) for (const text of ['abc', 'abcd', 'zz', '']) both((which) => which.createHash('sha1').update(text, encoding).digest('hex'), `${text} as ${encoding}`)
  for (const order of ['dd', 'du', 'dc', 'ucdd', 'cud', 'ucucd']) {
    both((which) => {
      let hash = which.createHash('sha256')
      return [...order].map((step) => {
        if (step === 'u') return typeof hash.update('step')
        if (step === 'c') return typeof (hash = hash.copy())
        return hash.digest('hex')
      })
    }, order)
  }
  both((which) => {
    const first = which.createHash('sha1').update('a')
    const second = first.copy()
    return [first.update('b').digest('hex'), second.update('c').digest('hex'), first instanceof which.Hash, which.Hash('sha1') instanceof which.Hash]
  }, 'copies go their own ways')
  for (const options of [undefined, { outputLength: 6 }]) both((which) => which.createHash('shake128', { outputLength: 4 }).update('a').copy(options).digest('hex'), 'copy of an extendable one')
})

test('crypto: Hash and Hmac as streams', async () => {
  const data = bytes(200_000)
  for (const make of [(/** @type {any} */ which) => which.createHash('sha512'), (/** @type {any} */ which) => which.createHmac('sha256', 'key')]) {
    const results = await Promise.all([crypto, theirs].map((which) => new Promise((resolve, reject) => {
      const stream = make(which)
      const source = new PassThrough()
      source.pipe(stream)
      stream.on('error', reject)
      stream.on('data', (/** @type {Buffer} */ chunk) => resolve(chunk.toString('hex')))
      for (let at = 0; at < data.length; at += 7001) source.write(data.subarray(at, at + 7001))
      source.end('é', 'utf8')
    })))
    assert.equal(results[0], results[1])
    const read = await Promise.all([crypto, theirs].map(async (which) => {
      const stream = make(which)
      stream.setEncoding('hex')
      stream.write('616263', 'hex')
      stream.end()
      await new Promise((resolve) => stream.once('readable', resolve))
      return stream.read()
    }))
    assert.equal(read[0], read[1])
  }
})

test('crypto: Hmac', () => {
  const hashes = crypto.getHashes().filter((/** @type {string} */ name) => !name.startsWith('shake'))
  for (const name of hashes) for (const length of [0, 1, 20, 63, 64, 65, 128, 129, 200]) both((which) => which.createHmac(name, bytes(length).fill(length)).update('message').digest('hex'), `${name} with ${length}`)
  same(crypto.createHmac, theirs.createHmac, [...one.filter(([value]) => typeof value !== 'string').map(([value]) => [value, 'k']), ['nope', 'k']])
  for (const value of WRONG) {
    both((which) => which.createHmac('sha1', value).update('x').digest('hex'), 'key')
    both((which) => which.createHmac('sha1', 'k').update(value).digest('hex'), 'update')
  }
  for (const encoding of ['hex', 'base64', 'latin1', 'nope']) both((which) => which.createHmac('sha1', '6b6b', { encoding }).digest('hex'), `key in ${encoding}`)
  both((which) => which.createHmac('sha1', which.createSecretKey(Buffer.from('k'))).update('x').digest('base64'), 'KeyObject')
  both((which) => which.createHmac('sha1', which.generateKeyPairSync('ed25519').privateKey), 'a private key')
  for (const encoding of ENCODINGS) {
    both((which) => {
      const hmac = which.createHmac('sha1', 'k')
      return [hmac.digest(encoding), hmac.digest(encoding)]
    }, `twice as ${encoding}`)
  }
  both((which) => {
    const hmac = which.createHmac('sha1', 'k')
    hmac.digest()
    return hmac.update('x')
  }, 'update after digest')
})

test('crypto: randomness', async () => {
  const small = (/** @type {any} */ value) => !(typeof value === 'number' && value > 1e6)
  both((which) => [0, 1, 100, 65_537, 200_000].map((size) => which.randomBytes(size).length), 'randomBytes')
  for (const value of [...WRONG.filter(small), 2 ** 31, -0.5]) {
    both((which) => which.randomBytes(value).length, 'randomBytes')
    if (value !== undefined && typeof value !== 'function') both((which) => which.randomBytes(5, value), 'randomBytes callback')
    both((which) => which.randomInt(value, 2 ** 40) >= 0, 'randomInt min')
    if (typeof value !== 'function') both((which) => typeof which.randomInt(value), 'randomInt max')
    if (typeof value !== 'function') both((which) => typeof which.randomInt(3, value), 'randomInt max')
    both((which) => which.randomFillSync(value) === value, 'randomFillSync')
    both((which) => which.randomFillSync(new Uint16Array(4), value).length, 'randomFillSync offset')
    both((which) => which.randomFillSync(new Uint16Array(4), 1, value).length, 'randomFillSync size')
    if (typeof value !== 'function') both((which) => which.randomFill(new Uint8Array(4), 0, 1, value), 'randomFill callback')
    if (value !== undefined) both((which) => which.randomUUID(value).length, 'randomUUID')
    both((which) => which.randomUUID({ disableEntropyCache: value }).length, 'randomUUID')
    both((which) => which.timingSafeEqual(value, Buffer.alloc(1)), 'timingSafeEqual')
    both((which) => which.timingSafeEqual(Buffer.alloc(1), value), 'timingSafeEqual')
  }
  for (const [min, max] of [[0, 2 ** 48], [0, 2 ** 48 - 1], [-5, -5], [5, 1], [-(2 ** 47), 2 ** 47]]) both((which) => typeof which.randomInt(min, max), `${min} to ${max}`)
  const drawn = Array.from({ length: 2000 }, () => crypto.randomInt(-2, 3))
  assert.deepEqual([...new Set(drawn)].sort((a, b) => a - b), [-2, -1, 0, 1, 2])
  const filled = crypto.randomFillSync(new Uint8Array(100), 10, 50)
  assert.ok(filled.subarray(0, 10).every((/** @type {number} */ byte) => byte === 0) && filled.subarray(60).every((/** @type {number} */ byte) => byte === 0) && filled.subarray(10, 60).some((/** @type {number} */ byte) => byte !== 0))
  assert.match(crypto.randomUUID(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  await bothLater((which, done) => which.randomBytes(5, (/** @type {any} */ error, /** @type {any} */ value) => done(error, value.length)), 'randomBytes')
  await bothLater((which, done) => which.randomInt(1, (/** @type {any[]} */ ...args) => done(...args)), 'randomInt')
  await bothLater((which, done) => which.randomFill(new ArrayBuffer(0), done), 'randomFill')
  both((which) => [which.timingSafeEqual(Buffer.from('ab'), Buffer.from('ab')), which.timingSafeEqual(Buffer.from('ab'), Buffer.from('ac')), which.timingSafeEqual(new Uint16Array(1), new ArrayBuffer(2))], 'timingSafeEqual')
})

test('crypto: pbkdf2, in the page and in native code', async () => {
  for (const digest of ['sha1', 'SHA256', 'sha224', 'sha384', 'sha512', 'sha512-256', 'RSA-SHA256', 'md5', 'ripemd160', 'sha3-256', 'blake2s256']) {
    for (const [password, salt, iterations, length] of /** @type {[string, string, number, number][]} */ ([['password', 'salt', 1, 20], ['', '', 3, 64], ['é', 'x'.repeat(200), 10, 65], ['p', 's', 2, 0], ['p', 's', 1000, 33]])) {
      both((which) => which.pbkdf2Sync(password, salt, iterations, length, digest), digest)
      await bothLater((which, done) => which.pbkdf2(password, salt, iterations, length, digest, done), `${digest} later`)
    }
  }
  const wrong = [...WRONG, 2 ** 31]
  for (const at of [0, 1, 2, 3, 4]) {
    for (const value of wrong) {
      const args = ['password', 'salt', 2, 8, 'sha1']
      if (at === 3 && typeof value === 'number' && value > 1e6 && value < 2 ** 31) continue
      args[at] = /** @type {any} */ (value)
      both((which) => which.pbkdf2Sync(...args), `pbkdf2Sync argument ${at}`)
      if (at !== 4 || typeof value !== 'function') both((which) => which.pbkdf2(...args, undefined), `pbkdf2 argument ${at}`)
    }
  }
  both((which) => which.pbkdf2('a', 'b', 1, 5, () => {}), 'without a digest')
  both((which) => which.pbkdf2('a', 'b', 1, 5, 'nope', () => {}), 'a digest that is none')
  assert.deepEqual(await promisify(crypto.pbkdf2)('a', 'b', 1, 8, 'sha1'), crypto.pbkdf2Sync('a', 'b', 1, 8, 'sha1'))
})

test('crypto: scrypt, in the page and in native code', async () => {
  for (const options of [undefined, {}, { N: 16 }, { N: 16, r: 1, p: 1 }, { cost: 1024, blockSize: 4, parallelization: 3 }, { N: 0, r: 0, p: 0, maxmem: 0 }, { N: 32, maxmem: 2 ** 20 }]) {
    for (const [password, salt, length] of /** @type {[string, string, number][]} */ ([['', '', 64], ['pleaseletmein', 'SodiumChloride', 10], ['p', 's', 0]])) {
      both((which) => which.scryptSync(password, salt, length, options), JSON.stringify(options))
      await bothLater((which, done) => options === undefined ? which.scrypt(password, salt, length, done) : which.scrypt(password, salt, length, options, done), `${JSON.stringify(options)} later`)
    }
  }
  for (const name of ['N', 'r', 'p', 'maxmem', 'cost', 'blockSize', 'parallelization']) {
    for (const value of [...WRONG, 3, 17, 2 ** 20, 2 ** 30, 2 ** 54]) {
      // A thousand megabytes are allowed to nobody here.
      both((which) => which.scryptSync('a', 'b', 8, { N: 16, ...(name === 'cost' && { N: undefined }), [name]: value, ...(name === 'maxmem' && { maxmem: value }) }), `${name} ${inspect(value)}`)
    }
  }
  both((which) => which.scryptSync('a', 'b', 8, { N: 16, cost: 16 }), 'both names')
  for (const at of [0, 1, 2]) {
    for (const value of WRONG) {
      const args = ['password', 'salt', 8]
      if (at === 2 && typeof value === 'number' && value > 1e6 && value < 2 ** 31) continue
      args[at] = /** @type {any} */ (value)
      both((which) => which.scryptSync(...args, { N: 2 }), `scryptSync argument ${at}`)
      both((which) => which.scrypt(...args, { N: 2 }, 'x'), `scrypt argument ${at}`)
    }
  }
})

test('crypto: hkdf', async () => {
  for (const digest of ['sha1', 'SHA256', 'sha512', 'md5', 'sha3-256']) {
    for (const length of [0, 1, 20, 64, 255 * 16, 255 * 20, 255 * 20 + 1, 255 * 64 + 1]) {
      both((which) => which.hkdfSync(digest, 'key', 'salt', 'info', length), `${digest} ${length}`)
      await bothLater((which, done) => which.hkdf(digest, bytes(5).fill(1), '', '', length, done), `${digest} ${length}`)
    }
  }
  both((which) => which.hkdfSync('sha1', which.createSecretKey(Buffer.from('a')), 's', 'i', 5), 'KeyObject')
  for (const at of [0, 1, 2, 3, 4]) {
    for (const value of WRONG) {
      const args = ['sha1', 'key', 'salt', 'info', 8]
      args[at] = /** @type {any} */ (value)
      both((which) => which.hkdfSync(...args), `hkdfSync argument ${at}`)
    }
  }
  both((which) => which.hkdfSync('sha1', 'a', 'b', 'c'.repeat(1025), 5), 'too much info')
  both((which) => which.hkdf('sha1', 'a', 'b', 'c', 5), 'no callback')
})
