/**
 * Failures of the system as Node's network modules word them: `bind EADDRINUSE 0.0.0.0:80`.
 */

/** @typedef {Error & { code: string, errno: number, syscall?: string }} NativeError */

/** @param {any} error of native code @param {string} syscall */
export function errnoException (error, syscall) {
  const { code, errno } = error
  if (errno === undefined) return error
  return Object.assign(new Error(`${syscall} ${code}`), { errno, code, syscall })
}

/**
 * @param {any} error of native code
 * @param {string} syscall
 * @param {string | undefined} address
 * @param {number} [port] 0 and none at all are not mentioned
 */
export function exceptionWithHostPort (error, syscall, address, port = 0) {
  const { code, errno } = error
  if (errno === undefined) return error
  const details = port > 0 ? ` ${address}:${port}` : address ? ` ${address}` : ''
  const made = Object.assign(new Error(`${syscall} ${code}${details}`), { errno, code, syscall, address })
  return port > 0 ? Object.assign(made, { port }) : made
}

/** libuv's words for an error: what its message says between the code and the call. @param {NativeError} error */
export function reasonOf ({ code, message, syscall }) {
  const text = message.startsWith(`${code}: `) ? message.slice(code.length + 2) : message
  return syscall !== undefined && text.endsWith(`, ${syscall}`) ? text.slice(0, -syscall.length - 2) : text
}
