/** Whole files: small ones by the second, large ones by the megabyte. */
import { readFile, rm, writeFile } from 'node:fs/promises'

import { many, perSecond } from './measure.js'

const FILES = 500

/** @param {{ runs: number, small: string, large: string, megabytes: number, scratch: string }} config */
export default async function files ({ runs, small, large, megabytes, scratch }) {
  const size = megabytes << 20
  const bytes = new Uint8Array(size).fill(115)
  const written = `${scratch}/written.bin`
  const figures = {
    small: await perSecond(runs, FILES, () => many(1, FILES, () => readFile(small))),
    smallSixteen: await perSecond(runs, FILES, () => many(16, FILES, () => readFile(small))),
    read: await perSecond(runs, megabytes, async () => {
      const { byteLength } = await readFile(large)
      if (byteLength !== size) throw new Error(`${byteLength} of ${size} bytes were read`)
    }),
    write: await perSecond(runs, megabytes, () => writeFile(written, bytes))
  }
  await rm(written)
  return figures
}
