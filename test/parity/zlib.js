import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { promisify } from 'node:util'
import node from 'node:zlib'
import ours from 'socket:zlib'
// Errors name values with its formatter when it is there.
import 'socket:util'
import { generator, outcome, same, WRONG } from './support/compare.js'

const zlib = /** @type {any} */ (ours)
const theirs = /** @type {any} */ (node)
const random = generator(5)
const PAIRS = /** @type {const} */ ([['deflate', 'inflate'], ['gzip', 'gunzip'], ['deflateRaw', 'inflateRaw'], ['deflate', 'unzip'], ['gzip', 'unzip']])

/** Something that can be compressed. @param {number} length */
function sample (length) {
  const words = ['the ', 'quick ', 'brown ', 'fox ', 'jumps ', 'é☃ ', '0123456789']
  let text = ''
  while (text.length < length) text += random(9) === 0 ? String(random(1e9)) : words[random(words.length)]
  return Buffer.from(text.slice(0, length))
}

/** @param {any} value @returns {any} */
function plain (value) {
  if (value instanceof Error) return { name: value.name, code: /** @type {any} */ (value).code, errno: /** @type {any} */ (value).errno, message: value.message }
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')
  if (Array.isArray(value)) return value.map(plain)
  return value
}

/** @param {(which: any) => any} call @param {string} what */
function both (call, what) {
  const run = (/** @type {any} */ which) => { try { return { value: plain(call(which)) } } catch (error) { return plain(error) } }
  assert.deepEqual(run(zlib), run(theirs), what)
}

test('zlib: what one compresses the other reads, with every option', () => {
  for (const [compress, extract] of PAIRS) {
    for (const length of [0, 1, 100, 5000, 70_000]) {
      const data = sample(length)
      for (const options of [undefined, { level: random(11) - 1 }, { windowBits: 9 + random(7) }, { memLevel: 1 + random(9) }, { strategy: random(5) }, { chunkSize: 64 + random(500) }, { level: 9, memLevel: 9, strategy: 1 }]) {
        const packed = zlib[`${compress}Sync`](data, options)
        assert.ok(theirs[`${extract}Sync`](packed).equals(data), `${compress} ${JSON.stringify(options)}`)
        assert.ok(zlib[`${extract}Sync`](theirs[`${compress}Sync`](data, options)).equals(data), `${extract} ${JSON.stringify(options)}`)
      }
    }
    for (const length of [0, 1, 20, 200, 3000]) {
      const data = sample(length)
      both((which) => which[`${compress}Sync`](data), `${compress} of ${length} bytes is the same`)
    }
  }
})

test('zlib: broken and strange input', () => {
  const data = sample(2000)
  for (const [compress, extract] of PAIRS) {
    const packed = theirs[`${compress}Sync`](data)
    for (let round = 0; round < 300; round++) {
      const broken = Buffer.from(packed)
      broken[random(broken.length)] ^= 1 << random(8)
      both((which) => which[`${extract}Sync`](broken), `${extract} of broken bytes`)
    }
    for (let cut = 0; cut < packed.length; cut += 1 + random(40)) {
      both((which) => which[`${extract}Sync`](packed.subarray(0, cut)), `${extract} of ${cut} bytes`)
      both((which) => which[`${extract}Sync`](packed.subarray(0, cut), { finishFlush: 2 }), `${extract} of ${cut} bytes, as far as it goes`)
    }
    for (const after of [Buffer.alloc(10), Buffer.from('x'), Buffer.from([0, 1]), packed, Buffer.concat([packed, packed]), packed.subarray(0, 5)]) both((which) => which[`${extract}Sync`](Buffer.concat([packed, after])), `${extract} with more behind`)
    both((which) => which[`${extract}Sync`](packed, { maxOutputLength: 1000 }), 'too much')
    both((which) => which[`${extract}Sync`](packed, { maxOutputLength: 2000 }), 'as much as is allowed')
  }
  const dictionary = Buffer.from('the quick brown fox')
  for (const [compress, extract] of PAIRS) {
    const packed = outcome(() => theirs[`${compress}Sync`](data, { dictionary })).value
    both((which) => which[`${compress}Sync`](data.subarray(0, 50), { dictionary }).length > 0, `${compress} with a dictionary`)
    for (const other of [dictionary, dictionary.buffer, Buffer.from('x'), Buffer.alloc(0), undefined, null, 'text', 5]) both((which) => which[`${extract}Sync`](packed, { dictionary: other }), `${extract} with another dictionary`)
  }
})

test('zlib: wrong arguments', () => {
  for (const value of WRONG) {
    for (const name of ['level', 'windowBits', 'memLevel', 'strategy', 'chunkSize', 'flush', 'finishFlush', 'maxOutputLength', 'dictionary']) {
      // Room for output of that size would be made.
      if (name === 'chunkSize' && value === 2 ** 33) continue
      for (const Class of ['Deflate', 'Gzip', 'DeflateRaw', 'Inflate', 'Gunzip', 'InflateRaw', 'Unzip']) both((which) => typeof new which[Class]({ [name]: value }), `${Class} ${name}`)
    }
    both((which) => which.gzipSync(value), 'gzipSync')
    if (typeof value !== 'function') {
      both((which) => which.gzip('a', value), 'gzip')
      both((which) => which.gzip('a', {}, value), 'gzip callback')
    }
    if (!(value instanceof Uint8Array) && typeof value !== 'string' && typeof value !== 'function') both((which) => which.gzip(value, () => {}), 'gzip input')
    both((which) => which.createDeflate().params(value, 0, () => {}), 'params')
    both((which) => which.createDeflate().params(0, value, () => {}), 'params')
  }
  same(zlib.crc32, theirs.crc32, [...WRONG.map((value) => [value]), ...WRONG.map((value) => ['abc', value]), [sample(1000)], [sample(1000), 12345]])
  assert.deepEqual(zlib.codes, { ...theirs.codes })
  assert.deepEqual(zlib.constants, Object.fromEntries(Object.entries(theirs.constants).filter(([name]) => !name.startsWith('BROTLI'))))
  for (const name of ['Deflate', 'Gunzip']) both((which) => [which[name]() instanceof which[name], which[`create${name}`]() instanceof which[name]], name)
})

test('zlib: with callbacks, small and large', async () => {
  for (const [compress, extract] of PAIRS) {
    for (const length of [0, 100, 100_000]) {
      const data = sample(length)
      const packed = await promisify(zlib[compress])(data)
      assert.ok(theirs[`${extract}Sync`](packed).equals(data), compress)
      assert.ok((await promisify(zlib[extract])(theirs[`${compress}Sync`](data))).equals(data), extract)
      const large = Buffer.concat([theirs[`${compress}Sync`](sample(100_000).map(() => random(256))), Buffer.from('xyz')])
      for (const input of [large, large.subarray(0, -100), large.subarray(1), theirs[`${compress}Sync`](data)]) {
        for (const options of [{}, { maxOutputLength: 500 }]) {
          const answers = await Promise.all([zlib, theirs].map((which) => new Promise((resolve) => which[extract](input, options, (/** @type {any} */ error, /** @type {any} */ result) => resolve([plain(error), plain(result)])))))
          assert.deepEqual(answers[0], answers[1], `${extract} ${JSON.stringify(options)}`)
        }
      }
    }
  }
  const { buffer, engine } = await promisify(zlib.gzip)('abc', { info: true })
  assert.deepEqual([theirs.gunzipSync(buffer).toString(), engine.bytesWritten], ['abc', 3])
})

/** @param {any} stream @param {Buffer} data @param {number} size @returns {Promise<any>} */
function through (stream, data, size) {
  return new Promise((resolve) => {
    /** @type {Buffer[]} */
    const chunks = []
    stream.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk))
    stream.on('end', () => resolve({ out: Buffer.concat(chunks), written: stream.bytesWritten }))
    stream.on('error', (/** @type {any} */ error) => resolve({ error: plain(error), out: Buffer.concat(chunks) }))
    for (let at = 0; at < data.length; at += size) stream.write(data.subarray(at, at + size))
    stream.end()
  })
}

test('zlib: streams, in chunks of any size', async () => {
  for (const [compress, extract] of PAIRS) {
    const create = (/** @type {string} */ name) => `create${name[0].toUpperCase()}${name.slice(1)}`
    const data = sample(60_000)
    for (const size of [1_000_000, 7001, 1]) {
      const input = size === 1 ? data.subarray(0, 500) : data
      const { out, written } = await through(zlib[create(compress)](), input, size)
      assert.ok(theirs[`${extract}Sync`](out).equals(input), compress)
      assert.equal(written, input.length)
      const packed = theirs[`${compress}Sync`](input)
      for (const bytes of [packed, packed.subarray(0, -3), Buffer.concat([packed, packed, Buffer.alloc(3)]), Buffer.concat([packed, Buffer.from('rest')]), Buffer.from('none')]) {
        const [mine, nodes] = await Promise.all([zlib, theirs].map((which) => through(which[create(extract)](), bytes, size)))
        assert.deepEqual({ ...mine, out: undefined, written: 0 }, { ...nodes, out: undefined, written: 0 }, `${extract} in pieces of ${size}`)
        if (!nodes.error) assert.ok(mine.out.equals(nodes.out), 'the same bytes')
      }
    }
  }
})

test('zlib: flush, params, reset and slow readers', async () => {
  for (const which of [zlib, theirs]) {
    const stream = which.createDeflate()
    const inflate = theirs.createInflate()
    let text = ''
    const first = once(inflate, 'data')
    inflate.on('data', (/** @type {Buffer} */ chunk) => { text += chunk })
    stream.pipe(inflate)
    stream.write('first ')
    await new Promise((resolve) => stream.flush(resolve))
    await first
    assert.equal(text, 'first ')
    await new Promise((resolve) => stream.params(9, 0, resolve))
    stream.end('second')
    await new Promise((resolve) => inflate.on('end', resolve))
    assert.equal(text, 'first second')
  }
  const data = sample(500_000)
  const gunzip = zlib.createGunzip({ highWaterMark: 1000, chunkSize: 1000 })
  gunzip.end(theirs.gzipSync(data))
  /** @type {Buffer[]} */
  const chunks = []
  for await (const chunk of gunzip) {
    if (chunks.length % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
    chunks.push(chunk)
  }
  assert.ok(Buffer.concat(chunks).equals(data))
  const again = zlib.createDeflate()
  again.reset()
  again.close()
  assert.equal(again._closed, true)
})
