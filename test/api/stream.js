import { Buffer } from 'socket:buffer'
import EventEmitter from 'socket:events'
import { Duplex, duplexPair, FastFIFO, finished, FixedFIFO, isReadStreamx, isStream, isStreamx, PassThrough, pipeline, pipelinePromise as pipelineOf, Readable, Transform, Writable } from 'socket:stream'
import { pipeline as pipelinePromise } from 'socket:stream/promises'
import { ReadableStream } from 'socket:stream/web'
import { StringDecoder } from 'socket:string_decoder'
import { test } from 'socket:test'

/** Keeps what is written. */
function sink () {
  /** @type {any[]} */
  const chunks = []
  return Object.assign(new Writable({ write (chunk, _encoding, done) { chunks.push(chunk); done() } }), { chunks })
}

test('stream: reading, transforming, writing', async (t) => {
  const upper = new Transform({ transform (chunk, _encoding, done) { done(null, String(chunk).toUpperCase()) } })
  const end = sink()
  await pipelineOf(Readable.from(['a', 'b']), upper, end)
  t.equal(Buffer.concat(end.chunks).toString(), 'AB', 'pipeline')
  t.ok(end.chunks.every(Buffer.isBuffer), 'chunks are Buffers of socket:buffer')
  t.ok(new PassThrough() instanceof EventEmitter && new PassThrough() instanceof Duplex, 'streams are emitters of socket:events')
  const seen = []
  for await (const chunk of Readable.from([1, 2, 3])) seen.push(chunk)
  t.deepEqual(seen, [1, 2, 3], 'async iteration')
  t.deepEqual(await Readable.from([1, 2, 3]).map((value) => value * 2).toArray(), [2, 4, 6], 'operators')
})

test('stream: text in pieces', async (t) => {
  const readable = new Readable({ encoding: 'utf8', read () {} })
  for (const byte of Buffer.from('€\u{1f600}')) readable.push(Buffer.from([byte]))
  readable.push(null)
  t.equal((await readable.toArray()).join(''), '€\u{1f600}', 'characters are not cut')
  const decoder = new StringDecoder('utf8')
  t.equal(decoder.write(Buffer.from([0xe2, 0x82])) + decoder.end(), '\ufffd', 'an unfinished one is replaced')
})

test('stream: errors and ends', async (t) => {
  const failing = new Readable({ read () { this.destroy(new Error('broken')) } })
  await t.rejects(pipelinePromise(failing, sink()), /broken/, 'pipeline rejects')
  const error = await new Promise((resolve) => pipeline(Readable.from(['a']), new Transform({ transform (_chunk, _encoding, done) { done(new Error('no')) } }), sink(), resolve))
  t.equal(/** @type {Error} */ (error).message, 'no', 'the callback gets the error')
  const writable = sink()
  const done = new Promise((resolve) => finished(writable, resolve))
  writable.end('x')
  t.equal(await done, undefined, 'finished')
  t.equal(t.throws(() => sink().write(/** @type {any} */ (5)), TypeError, 'a number is no chunk').code, 'ERR_INVALID_ARG_TYPE', 'code')
})

test('stream: back-pressure and the Web\'s streams', async (t) => {
  const slow = new Writable({ highWaterMark: 2, write (_chunk, _encoding, done) { queueMicrotask(done) } })
  t.equal(slow.write('abc'), false, 'a full buffer says so')
  await new Promise((resolve) => slow.once('drain', resolve))
  t.equal(slow.writableNeedDrain, false, 'and when it is empty')
  t.equal(typeof ReadableStream, 'function', 'stream/web')
  const [one, two] = duplexPair({ encoding: 'utf8' })
  one.end('over')
  t.equal((await two.toArray()).join(''), 'over', 'a pair')
})

test('stream: names that apps of earlier versions know', async (t) => {
  const queue = new FastFIFO(2)
  for (let number = 1; number <= 9; number++) queue.push(number)
  t.deepEqual([queue.peek(), ...Array.from({ length: 9 }, () => queue.shift()), queue.shift(), queue.isEmpty()], [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, undefined, true], 'FastFIFO')
  const fixed = new FixedFIFO(2)
  t.deepEqual([fixed.push('a'), fixed.push('b'), fixed.push('c'), fixed.shift(), fixed.push('c')], [true, true, false, 'a', true], 'FixedFIFO')
  const stream = new PassThrough()
  t.deepEqual([isStream(stream), isStreamx(stream), isReadStreamx(stream), isStream({}), isReadStreamx(new Writable())], [true, true, true, false, false], 'isStream and its kin')
  const chunks = /** @type {any[]} */ ([])
  await pipelineOf(Readable.from(['a', 'b']), new Writable({ objectMode: true, write (chunk, _encoding, done) { chunks.push(chunk); done() } }))
  t.deepEqual(chunks, ['a', 'b'], 'pipelinePromise')
})
