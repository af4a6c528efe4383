/**
 * `@socketsupply/socket` in Node: `ssc` as a function.
 */
import { readFileSync } from 'node:fs'

import { find, load, prefix } from './load.js'

export { prefix }

/**
 * What the native addon exports (`native/addon`).
 *
 * @typedef {object} Addon
 * @property {(argv: string[], options: { prefix: string, runtime?: string }) => Promise<number>} run
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

// Signals that the command line answers itself, mostly by handing them to the app that it runs.
const SIGNALS = process.platform === 'win32'
  ? /** @type {const} */ (['SIGINT'])
  : /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

const ignore = () => {}

/**
 * Runs `ssc` in this process: `await run(['build', '-r'])`.
 *
 * @param {string[]} argv  the words after `ssc`
 * @returns {Promise<number>} the exit code
 */
export async function run (argv) {
  const { addon, runtime } = await native()
  // Node's own handler for these ends the process at once, before the app was told. A listener takes its
  // place, and the native side, which registers after it, is then the one to act.
  for (const signal of SIGNALS) process.on(signal, ignore)
  try {
    return await addon.run(argv, { prefix, runtime: runtime ?? undefined })
  } finally {
    for (const signal of SIGNALS) process.off(signal, ignore)
  }
}
