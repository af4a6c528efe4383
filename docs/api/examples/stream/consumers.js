import consumers from 'socket:stream/consumers'
import { Readable } from 'socket:stream'

export const about = { Source: 'A stream of Node\'s or of the web, or what can be walked over with `for await`.' }

/** All of a stream as an `ArrayBuffer`. */
export async function arrayBuffer () {
  console.log((await consumers.arrayBuffer(Readable.from([Buffer.from('hi')]))).byteLength) // → 2
}

/** All of a stream as a `Blob`. */
export async function blob () {
  console.log((await consumers.blob(Readable.from([Buffer.from('hi')]))).size) // → 2
}

/** All of a stream as a Buffer. */
export async function buffer () {
  console.log(await consumers.buffer(Readable.from([Buffer.from('hi')]))) // → <Buffer 68 69>
}

/** The value of a stream of JSON. */
export async function json () {
  console.log(await consumers.json(Readable.from(['{"a":', '1}']))) // → { a: 1 }
}

/** All of a stream as text. */
export async function text () {
  console.log(await consumers.text(Readable.from(['h', 'i']))) // → hi
}
