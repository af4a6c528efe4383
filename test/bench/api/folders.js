/** A folder of many entries, as names and with their types. */
import { readdir } from 'node:fs/promises'

import { perSecond } from './measure.js'

/** @param {{ runs: number, folder: string, entries: number }} config */
export default async function folders ({ runs, folder, entries }) {
  const whole = (/** @type {unknown[]} */ list) => { if (list.length !== entries) throw new Error(`${list.length} of ${entries} entries`) }
  return {
    names: 1000 / await perSecond(runs, 1, async () => whole(await readdir(folder))),
    types: 1000 / await perSecond(runs, 1, async () => whole(await readdir(folder, { withFileTypes: true })))
  }
}
