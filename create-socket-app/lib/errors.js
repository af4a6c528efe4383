/** An error that the user can do something about: shown without a stack. */
export class UserError extends Error {
  name = 'UserError'

  /**
   * @param {string} code
   * @param {string} message  what was wrong, and where
   * @param {string} hint     the fix
   */
  constructor (code, message, hint) {
    super(message)
    this.code = code
    this.hint = hint
  }
}

/** The user pressed Ctrl-C, or a signal asked for the end. */
export class Cancelled extends Error {
  name = 'Cancelled'

  /** @param {number} exitCode */
  constructor (exitCode = 130) {
    super('cancelled: nothing was left behind')
    this.exitCode = exitCode
  }
}

/**
 * A file operation whose failure the user can read.
 *
 * @template T
 * @param {string} doing  as in `cannot <doing>`
 * @param {string} hint
 * @param {() => T} work
 * @returns {T}
 */
export function attempt (doing, hint, work) {
  try {
    return work()
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
    throw new UserError(code ?? 'ERR_FILE', `cannot ${doing}: ${message}`, hint)
  }
}
