/** What is held after work that is over. The bench measures when it is told, and says when to go on. */
import { access, readFile } from 'node:fs/promises'

import { many } from './measure.js'

const CALLS = 10_000
const READS = 10

/** @param {{ large: string, turn: string }} config `turn`: a pipe that the bench writes into when it has measured */
export default async function memory ({ large, turn }) {
  const measured = async (/** @type {string} */ what) => {
    console.log(JSON.stringify({ measure: what }))
    await readFile(turn)
  }
  // The first of each loads what stays.
  await many(16, 100, () => access('/'))
  await measured('before')
  await many(16, CALLS, () => access('/'))
  await measured('calls')
  await readFile(large)
  await measured('read')
  for (let i = 0; i < READS; i++) await readFile(large)
  await measured('reads')
  return {}
}
