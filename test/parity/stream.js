import nodeConsumers from 'node:stream/consumers'
import assert from 'node:assert/strict'
import node from 'node:stream'
import { test } from 'node:test'
import consumers from 'socket:stream/consumers'
import stream, * as names from 'socket:stream'
import { generator } from './support/compare.js'

/** Runs the same random script on streams and writes down the order of all events. @param {any} streams @param {number} seed */
async function story (streams, seed) {
  const random = generator(seed)
  /** @type {any[]} */
  const told = []
  const watch = (/** @type {string} */ name, /** @type {any} */ one) => {
    for (const event of ['data', 'end', 'error', 'close', 'finish', 'pipe', 'unpipe']) {
      if (event === 'data' && random(2)) continue
      one.on(event, (/** @type {any} */ value) => told.push([name, event, value instanceof Error ? [value.message, /** @type {any} */ (value).code] : typeof value === 'object' && value !== null && !(value instanceof Uint8Array) ? 'stream' : String(value)]))
    }
    return one
  }
  const pieces = Array.from({ length: random(6) }, (_, index) => 'x'.repeat(random(5) + 1) + index)
  const failAt = random(4) === 0 ? random(4) : -1
  const objectMode = random(2) === 0
  const source = watch('source', new streams.Readable({ objectMode, highWaterMark: random(8) + 1, read () { const next = pieces.shift(); this.push(next ?? null) } }))
  let passed = 0
  const middle = watch('middle', new streams.Transform({ objectMode, highWaterMark: random(8) + 1, transform (/** @type {any} */ chunk, /** @type {any} */ _encoding, /** @type {any} */ done) { if (passed++ === failAt) done(new Error('fails')); else done(null, `<${chunk}>`) }, flush (/** @type {any} */ done) { done(null, 'end') } }))
  const end = watch('end', new streams.Writable({ objectMode, highWaterMark: random(8) + 1, write (/** @type {any} */ chunk, /** @type {any} */ _encoding, /** @type {any} */ done) { told.push(['written', String(chunk)]); if (random(2)) done(); else queueMicrotask(done) } }))
  const result = await new Promise((resolve) => streams.pipeline(source, middle, end, (/** @type {any} */ error) => resolve(error ? [error.message, error.code] : 'done')))
  // Everything that is still to be told has been told a turn later.
  await new Promise((resolve) => setImmediate(resolve))
  return { result, written: told.filter(([what]) => what === 'written').map(([, chunk]) => chunk).join(''), events: told.filter(([what, event]) => what !== 'written' && event !== 'data').map(([name, event, value]) => `${name} ${event} ${value}`).sort(), states: [source, middle, end].map((one) => [one.destroyed, one.readableEnded, one.writableFinished, one.errored?.message]) }
}

test('stream: random pipelines end alike', async () => {
  for (let seed = 1; seed < 400; seed++) assert.deepEqual(await story(stream, seed), await story(node, seed), `seed ${seed}`)
})

test('stream: has what Node\'s has', () => {
  assert.deepEqual(Object.keys(node).filter((name) => !(name in stream) || !(name in names)), [])
  for (const name of ['Readable', 'Writable', 'Duplex', 'Transform', 'PassThrough']) {
    assert.deepEqual(Object.getOwnPropertyNames(/** @type {any} */ (node)[name].prototype).filter((key) => !(key in /** @type {any} */ (stream)[name].prototype)), [], name)
  }
  assert.ok('finished' in names && 'addAbortSignal' in names)
})

test('stream/consumers: everything that a stream brings', async () => {
  const sources = [() => [], () => ['{"a":', '1}'], () => [Buffer.from('{"é":"'), Buffer.from([0xe2, 0x98]), Buffer.from([0x83]), '"}'], () => [Buffer.from([0xff])], () => [new Uint8Array([49])]]
  for (const name of /** @type {const} */ (['arrayBuffer', 'blob', 'buffer', 'json', 'text'])) {
    for (const source of sources) {
      const results = await Promise.all([nodeConsumers, consumers].map(async (/** @type {any} */ module) => {
        try {
          const found = await module[name](source())
          return found instanceof Blob ? ['Blob', await found.text()] : [found?.constructor?.name, found instanceof ArrayBuffer ? [...new Uint8Array(found)] : JSON.stringify(found)]
        } catch (error) {
          return /** @type {Error} */ (error).name
        }
      }))
      assert.deepEqual(results[1], results[0], name)
    }
  }
})
