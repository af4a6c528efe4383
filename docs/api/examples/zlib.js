import { Readable } from 'socket:stream'
import { promisify } from 'socket:util'
import zlib from 'socket:zlib'

export const about = {
  Node: 'The types of Node\'s module.',
  ZlibOptions: 'Options, as Node has them: `level`, `windowBits`, `memLevel`, `strategy`, `maxOutputLength`.',
  constants: 'Levels, strategies and results by name.',
  codes: 'Results by name and by number.',
  Deflate: 'A stream that packs.',
  DeflateRaw: 'A stream that packs, without header and check.',
  Gzip: 'A stream that packs as files `.gz`.',
  Gunzip: 'A stream that unpacks files `.gz`.',
  Inflate: 'A stream that unpacks.',
  InflateRaw: 'A stream that unpacks what has no header and check.',
  Unzip: 'A stream that unpacks, whatever the form.'
}

/** A number for bytes that tells whether they were altered by accident. */
export function crc32 () {
  console.log(zlib.crc32('hello').toString(16)) // → 3610a686
}

/**
 * Packs and unpacks whole buffers; the form of files `.gz`.
 * @for gzip gzipSync gunzip gunzipSync
 */
export async function gzip () {
  const packed = await promisify(zlib.gzip)('hello '.repeat(100))
  console.log(packed.equals(zlib.gzipSync('hello '.repeat(100)))) // → true
  const text = await promisify(zlib.gunzip)(packed)
  console.log(text.length, text.equals(zlib.gunzipSync(packed))) // → 600 true
}

/**
 * Streams that pack and unpack; the form of files `.gz`.
 * @for createGzip createGunzip
 */
export async function gzipStreams () {
  let text = ''
  for await (const chunk of Readable.from(['hello']).pipe(zlib.createGzip()).pipe(zlib.createGunzip())) text += chunk
  console.log(text) // → hello
}

/**
 * Packs and unpacks whole buffers; the form of the web's `deflate`.
 * @for deflate deflateSync inflate inflateSync
 */
export async function deflate () {
  const packed = await promisify(zlib.deflate)('hello '.repeat(100))
  console.log(packed.equals(zlib.deflateSync('hello '.repeat(100)))) // → true
  const text = await promisify(zlib.inflate)(packed)
  console.log(text.length, text.equals(zlib.inflateSync(packed))) // → 600 true
}

/**
 * Streams that pack and unpack; the form of the web's `deflate`.
 * @for createDeflate createInflate
 */
export async function deflateStreams () {
  let text = ''
  for await (const chunk of Readable.from(['hello']).pipe(zlib.createDeflate()).pipe(zlib.createInflate())) text += chunk
  console.log(text) // → hello
}

/**
 * Packs and unpacks whole buffers; no header and no check.
 * @for deflateRaw deflateRawSync inflateRaw inflateRawSync
 */
export async function deflateRaw () {
  const packed = await promisify(zlib.deflateRaw)('hello '.repeat(100))
  console.log(packed.equals(zlib.deflateRawSync('hello '.repeat(100)))) // → true
  const text = await promisify(zlib.inflateRaw)(packed)
  console.log(text.length, text.equals(zlib.inflateRawSync(packed))) // → 600 true
}

/**
 * Streams that pack and unpack; no header and no check.
 * @for createDeflateRaw createInflateRaw
 */
export async function deflateRawStreams () {
  let text = ''
  for await (const chunk of Readable.from(['hello']).pipe(zlib.createDeflateRaw()).pipe(zlib.createInflateRaw())) text += chunk
  console.log(text) // → hello
}

/**
 * Unpacks what is packed in either form.
 * @for unzip unzipSync createUnzip
 */
export async function unzip () {
  const packed = zlib.gzipSync('hello')
  console.log(String(await promisify(zlib.unzip)(packed)), String(zlib.unzipSync(packed))) // → hello hello
  for await (const chunk of Readable.from([packed]).pipe(zlib.createUnzip())) console.log(String(chunk)) // → hello
}
