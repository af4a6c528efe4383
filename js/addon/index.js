/**
 * `@socketsupply/socket` in Node: `ssc` as a function.
 */
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'

import { find, load, prefix } from './load.js'

export { prefix }

/**
 * What the native addon exports (`native/addon`).
 *
 * @typedef {object} Addon
 * @property {(argv: string[], options: { prefix: string, runtime?: string, signals: number[] }) => Promise<number>} run
 * @property {() => string} version
 */

/** @type {{ addon: Addon, runtime: string | null } | null} */
let parts = null

/** The version of this package. */
export const version = () => /** @type {string} */ (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version)

async function native () {
  if (parts !== null) return parts
  const found = find()
  if (found === null) throw (await import('./explain.js')).missing()
  if (found.version !== null && found.version !== version()) {
    throw (await import('./explain.js')).mismatch(version(), found.version)
  }
  try {
    parts = { addon: load(found.addon), runtime: found.runtime }
  } catch (error) {
    throw (await import('./explain.js')).unloadable(found.addon, /** @type {Error} */ (error))
  }
  return parts
}

// Signals that Node has handlers of its own for. They end the process at once, before the app that `ssc` runs
// was told.
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGUSR1'])

/**
 * Runs `ssc` in this process: `await run(['build', '-r'])`. What it prints goes to the process's own streams.
 *
 * @param {string[]} argv  the words after `ssc`
 * @returns {Promise<number>} the exit code
 */
export async function run (argv) {
  const { addon, runtime } = await native()
  const signals = SIGNALS
    .filter((signal) => signal in constants.signals && process.listenerCount(signal) === 0)
    .map((signal) => constants.signals[signal])
  return addon.run(argv, { prefix, runtime: runtime ?? undefined, signals })
}
