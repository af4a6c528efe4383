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

/** What web streams and Node's say to each other. @param {any} streams @param {number} seed */
async function bridge (streams, seed) {
  const random = generator(seed)
  const { Readable, Writable, Duplex } = streams
  const pieces = Array.from({ length: random(6) }, (_, index) => Buffer.from('x'.repeat(random(40) + 1) + index))
  const fails = random(3) === 0
  const web = (/** @type {Uint8Array[]} */ list) => {
    const waiting = [...list]
    return new ReadableStream({
      pull (controller) {
        const next = waiting.shift()
        if (next !== undefined) controller.enqueue(next)
        else if (fails) controller.error(new Error('broke'))
        else controller.close()
      }
    })
  }
  /** @type {any[]} */
  const told = []
  const collect = async (/** @type {AsyncIterable<any>} */ stream) => {
    try {
      for await (const chunk of stream) told.push(Buffer.from(chunk).toString())
      told.push('end')
    } catch (error) {
      told.push(/** @type {Error} */ (error).message)
    }
  }
  await collect(Readable.fromWeb(web(pieces), { highWaterMark: random(20) + 1 }))
  await collect(Readable.toWeb(Readable.from(pieces, { objectMode: false })))
  const sink = (/** @type {string} */ name) => new WritableStream({
    write (chunk) {
      told.push([name, Buffer.from(chunk).toString()])
      if (fails) throw new Error('full')
    },
    close () { told.push([name, 'closed']) },
    abort (reason) { told.push([name, reason?.message]) }
  })
  const writable = Writable.fromWeb(sink('fromWeb'))
  writable.on('error', (/** @type {Error} */ error) => told.push(error.message))
  for (const piece of pieces) writable.write(piece)
  await new Promise((resolve) => { writable.on('close', resolve).end() })
  const target = new Writable({ highWaterMark: random(20) + 1, write (/** @type {any} */ chunk, /** @type {any} */ _encoding, /** @type {any} */ done) { told.push(['toWeb', String(chunk)]); queueMicrotask(() => done(fails ? new Error('full') : null)) } })
  const writer = Writable.toWeb(target).getWriter()
  for (const piece of pieces) await writer.write(piece).catch((/** @type {Error} */ error) => told.push(error.message))
  // Whether a failed write was heard of before this turn is not said.
  await new Promise((resolve) => setImmediate(resolve))
  await writer.close().then(() => told.push('closed'), (/** @type {Error} */ error) => told.push(error.message))
  const { readable, writable: upper } = new TransformStream({ transform (chunk, controller) { controller.enqueue(Buffer.from(String(chunk).toUpperCase())) } })
  const duplex = Duplex.fromWeb({ readable, writable: upper })
  duplex.end('text')
  await collect(duplex)
  const pair = Duplex.toWeb(new streams.PassThrough())
  const both = [collect(pair.readable), (async () => { const writer = pair.writable.getWriter(); await writer.write(Buffer.from('through')); await writer.close() })()]
  await Promise.all(both)
  return told
}

test('stream: fromWeb and toWeb carry the same, and end and break alike', async () => {
  for (let seed = 1; seed < 200; seed++) assert.deepEqual(await bridge(stream, seed), await bridge(node, seed), `seed ${seed}`)
})

test('stream: writes every view of bytes', async () => {
  for (const streams of [stream, node]) {
    const through = new streams.PassThrough()
    for (const View of [Uint16Array, DataView, Float64Array]) through.write(new (/** @type {any} */ (View))(new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer))
    through.end()
    assert.deepEqual([...Buffer.concat(await through.toArray())], [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8])
  }
})
