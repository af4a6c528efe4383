/** Errors of native code as JavaScript knows them: the same fields as Node's. */

/** @type {Record<string, ErrorConstructor>} */
const classes = { TypeError, RangeError }

/**
 * @param {any} fields
 * @param {string} route
 * @returns {Error}
 */
export function fromNative (fields, route) {
  const { name, message, ...rest } = fields ?? {}
  const error = new (classes[name] ?? Error)(message ?? `${route} failed without saying why`)
  if (name !== undefined && error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true })
  return Object.assign(error, rest)
}

/**
 * What Node rejects with when a signal aborts.
 *
 * @param {AbortSignal | undefined} signal
 * @returns {Error}
 */
export function abortError (signal) {
  const error = new Error('The operation was aborted', { cause: signal?.reason })
  error.name = 'AbortError'
  return Object.assign(error, { code: 'ABORT_ERR' })
}

/**
 * @param {string} route
 * @param {number} timeout milliseconds
 * @returns {Error}
 */
export function timeoutError (route, timeout) {
  const error = new Error(`${route} took longer than ${timeout} ms`)
  error.name = 'TimeoutError'
  return Object.assign(error, { code: 'ERR_IPC_TIMEOUT' })
}
