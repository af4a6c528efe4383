/**
 * The end of the app, for all modules that can bring it about.
 */
import { call } from 'socket:internal/ipc'

/**
 * @param {number} code what the shell sees, 0 to 255
 * @returns {Promise<void>}
 */
export async function exit (code) {
  await call('application.exit', { code })
}
