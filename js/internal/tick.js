/**
 * The little of Node's `process` that bundled packages touch. It is not `socket:process`, so that a page
 * that only uses streams loads no process.
 */
import args from 'socket:internal/args'

/**
 * Runs a function after the present code and before any timer.
 * @template {any[]} Args
 * @param {(...args: Args) => void} callback
 * @param {Args} args
 */
export function nextTick (callback, ...args) {
  queueMicrotask(args.length === 0 ? /** @type {() => void} */ (callback) : () => callback(...args))
}

export const { env, platform } = args
/** Streams compare against these to leave the terminal open; an app's page has none. */
export const stdout = undefined
export const stderr = undefined

export default { nextTick, env, platform, stdout, stderr }
