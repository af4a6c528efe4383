import { Buffer } from 'socket:buffer'
import { test } from 'socket:test'
import zlib from 'socket:zlib'

const text = 'All that is gold does not glitter. '.repeat(5000)

test('zlib: at once and with a callback', async (t) => {
  for (const [pack, unpack] of /** @type {const} */ ([['gzip', 'gunzip'], ['deflate', 'inflate'], ['deflateRaw', 'inflateRaw'], ['gzip', 'unzip']])) {
    const packed = zlib[`${pack}Sync`](text)
    t.ok(packed.length < 2000, pack)
    t.equal(zlib[`${unpack}Sync`](packed).toString(), text, unpack)
    const later = await new Promise((resolve, reject) => zlib[pack](text, (error, result) => error ? reject(error) : resolve(result)))
    t.equal(await new Promise((resolve, reject) => zlib[unpack](/** @type {any} */ (later), (error, result) => error ? reject(error) : resolve(result.toString()))), text, `${pack} and ${unpack} with a callback`)
  }
})

test('zlib: streams', async (t) => {
  const gzip = zlib.createGzip({ level: 9 })
  gzip.end(text)
  const chunks = []
  for await (const chunk of gzip.pipe(zlib.createGunzip())) chunks.push(chunk)
  t.equal(Buffer.concat(chunks).toString(), text, 'there and back')
})

test('zlib: what is wrong is said', async (t) => {
  const error = t.throws(() => zlib.gunzipSync('no gzip'), Error)
  t.deepEqual([error.code, error.errno, error.message], ['Z_DATA_ERROR', -3, 'incorrect header check'], 'as Node says it')
  const large = zlib.gzipSync(Buffer.alloc(5_000_000)).subarray(0, -4)
  const failed = await new Promise((resolve) => zlib.gunzip(large, resolve))
  t.equal(failed.code, 'Z_BUF_ERROR', 'also of what the engine was given')
})

test('zlib: what the engine packs can be read here, and the other way round', async (t) => {
  const packed = await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer()
  t.equal(zlib.gunzipSync(packed).toString(), text, 'gunzip')
  const blob = new Blob([zlib.deflateSync(text)])
  t.equal(await new Response(blob.stream().pipeThrough(new DecompressionStream('deflate'))).text(), text, 'deflate')
})
