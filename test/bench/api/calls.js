/**
 * Round trips of the smallest call. A page ends a call that is not there; Node, which has no such thing, asks whether
 * there is a root folder: the smallest that goes to its pool of threads. Both do the latter, too.
 */
import { access } from 'node:fs/promises'

import { many, perSecond } from './measure.js'

const CALLS = 1000

/** @param {{ runs: number }} config */
export default async function calls ({ runs }) {
  /** @type {Record<string, number>} */
  const figures = {}
  if (typeof window !== 'undefined') {
    const { request } = await import(/** @type {any} */ ('socket:ipc'))
    const smallest = () => request('ipc.cancel', { number: 0 })
    figures.alone = await perSecond(runs, CALLS, () => many(1, CALLS, smallest))
    figures.sixteen = await perSecond(runs, CALLS, () => many(16, CALLS, smallest))
  }
  figures.accessAlone = await perSecond(runs, CALLS, () => many(1, CALLS, () => access('/')))
  figures.accessSixteen = await perSecond(runs, CALLS, () => many(16, CALLS, () => access('/')))
  return figures
}
