import { PassThrough, Readable } from 'socket:stream'
import promises from 'socket:stream/promises'

/** Resolves when a stream has ended. */
export async function finished () {
  const source = Readable.from(['a'])
  const ended = promises.finished(source)
  source.resume()
  console.log(await ended) // → undefined
}

/** Pipes streams into each other, and resolves when all is done. */
export async function pipeline () {
  const sink = new PassThrough()
  const done = promises.pipeline(Readable.from(['hello']), sink)
  for await (const chunk of sink) console.log(String(chunk)) // → hello
  await done
}
