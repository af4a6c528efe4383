/**
 * The end of the app, for all modules that can bring it about; in a thread of `socket:worker_threads` only the thread's.
 */
import { call } from 'socket:internal/ipc'

/** @type {((code: number) => void) | null} */
let thread = null

/** What ends this thread. @param {(code: number) => void} end */
export function setThread (end) {
  thread = end
}

/**
 * @param {number} code what the shell sees, 0 to 255
 * @returns {Promise<void>}
 */
export async function exit (code) {
  if (thread !== null) return thread(code)
  await call('application.exit', { code })
}
