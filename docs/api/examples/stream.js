import stream, * as named from 'socket:stream'

export const about = {
  ReadableState: 'What a stream keeps about being read.',
  WritableState: 'What a stream keeps about being written to.',
  Readable: 'A stream that is read.',
  Writable: 'A stream that is written to.',
  Duplex: 'A stream that is read and written to.',
  Transform: 'A stream whose output is made from its input.',
  PassThrough: 'A stream whose output is its input.',
  Stream: 'What all streams are.',
  promises: 'The same as promises: see `socket:stream/promises`.',
  '_*': 'Node\'s own.'
}

/** @for Readable */
export async function readable () {
  for await (const chunk of stream.Readable.from(['a', 'b'])) console.log(chunk) // → a
  // → b
}

/** @for Writable */
export async function writable () {
  const sink = new stream.Writable({
    write (chunk, _encoding, done) {
      console.log(String(chunk)) // → hello
      done()
    }
  })
  await new Promise((resolve) => sink.end('hello', () => resolve(undefined)))
}

/** @for Transform */
export async function transform () {
  const loud = new stream.Transform({ transform: (chunk, _encoding, done) => done(null, String(chunk).toUpperCase()) })
  loud.end('hello')
  for await (const chunk of loud) console.log(String(chunk)) // → HELLO
}

/** Destroys a stream when a signal is aborted. */
export async function addAbortSignal () {
  const controller = new AbortController()
  const source = stream.addAbortSignal(controller.signal, new stream.PassThrough())
  const failed = new Promise((resolve) => source.once('error', resolve))
  controller.abort()
  console.log((await failed).name) // → AbortError
}

/** One stream out of several, each reading the one before. */
export async function compose () {
  const both = stream.compose(new stream.PassThrough(), async function * (/** @type {AsyncIterable<any>} */ source) {
    for await (const chunk of source) yield String(chunk).toUpperCase()
  })
  both.end('hello')
  for await (const chunk of both) console.log(String(chunk)) // → HELLO
}

/** Ends a stream now. Its `error` is the one that is given, or an `AbortError`. */
export async function destroy () {
  const source = new stream.PassThrough()
  const failed = new Promise((resolve) => source.on('error', resolve))
  stream.destroy(source, undefined)
  console.log(source.destroyed, (await failed).name) // → true AbortError
}

/** Two streams, each of which reads what is written to the other. */
export function duplexPair () {
  const [one, other] = stream.duplexPair()
  other.once('data', (chunk) => console.log(String(chunk)))
  one.write('hello')
  return new Promise((resolve) => setTimeout(resolve, 10)) // → hello
}

/** Calls back when a stream has ended or failed. */
export async function finished () {
  const source = stream.Readable.from(['a'])
  const ended = new Promise((resolve) => stream.finished(source, (error) => resolve(error ?? 'no error')))
  source.resume()
  console.log(await ended) // → no error
}

/** How much a stream holds before it asks to wait: bytes, or objects. */
export function getDefaultHighWaterMark () {
  console.log(stream.getDefaultHighWaterMark(true)) // → 16
}

/** Changes how much streams that are made from now on hold. */
export function setDefaultHighWaterMark () {
  const before = stream.getDefaultHighWaterMark(false)
  stream.setDefaultHighWaterMark(false, 1024)
  console.log(new stream.PassThrough().readableHighWaterMark) // → 1024
  stream.setDefaultHighWaterMark(false, before)
}

/**
 * Whether something has happened to a stream.
 * @for isDestroyed isDisturbed isErrored isReadable isWritable
 */
export function state () {
  const source = new stream.PassThrough()
  console.log(stream.isReadable(source), stream.isWritable(source), stream.isDisturbed(source)) // → true true false
  source.destroy()
  console.log(stream.isDestroyed(source), stream.isErrored(source)) // → true false
}

/** Pipes streams into each other; calls back when all is done, and destroys all when one fails. */
export async function pipeline () {
  const sink = new stream.PassThrough()
  const done = new Promise((resolve) => stream.pipeline(stream.Readable.from(['a']), sink, (error) => resolve(error ?? 'no error')))
  sink.resume()
  console.log(await done) // → no error
}

/**
 * Whether a value is a stream; `isStreamx` of this module's own, `isReadStreamx` one that can be read.
 * @for isStream isStreamx isReadStreamx
 */
export function kinds () {
  const source = stream.Readable.from(['a'])
  console.log(named.isStream(source), named.isStreamx(source), named.isReadStreamx(source)) // → true true true
}

/** As `pipeline`, with a promise. */
export async function pipelinePromise () {
  const sink = new stream.PassThrough()
  sink.resume()
  console.log(await named.pipelinePromise(stream.Readable.from(['a']), sink)) // → undefined
}
