/** A file as a stream: every byte is received, none is looked at. */
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { perSecond } from './measure.js'

/** @param {import('node:fs').ReadStream} stream @param {number} size */
async function drain (stream, size) {
  let sum = 0
  for await (const piece of stream) sum += piece.length
  if (sum !== size) throw new Error(`${sum} of ${size} bytes were read`)
}

/** @param {{ runs: number, large: string, megabytes: number, scratch: string }} config */
export default async function streams ({ runs, large, megabytes, scratch }) {
  const size = megabytes << 20
  const written = `${scratch}/stream.bin`
  const piece = new Uint8Array(64 << 10).fill(115)
  const pieces = function * () { for (let i = 0; i < size; i += piece.byteLength) yield piece }
  const figures = {
    read: await perSecond(runs, megabytes, () => drain(createReadStream(large), size)),
    readLarge: await perSecond(runs, megabytes, () => drain(createReadStream(large, { highWaterMark: 1 << 20 }), size)),
    write: await perSecond(runs, megabytes, () => pipeline(Readable.from(pieces(), { objectMode: false }), createWriteStream(written)))
  }
  await rm(written)
  return figures
}
