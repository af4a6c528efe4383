/** Errors that nobody caught, as Node's `process` hears of them: events of the page, asked before all others. */

/** @typedef {{ error: (error: any, origin: 'uncaughtException' | 'unhandledRejection') => boolean, rejection: (reason: any, promise: Promise<any>) => boolean, handled: (promise: Promise<any>) => boolean }} Hearers */

/** Asks hearers, which say whether the error is dealt with. @param {Hearers} hearers */
export function hearUncaught ({ error, rejection, handled }) {
  if (typeof globalThis.addEventListener !== 'function') return
  /** @param {Event} event */
  const end = (event) => {
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  globalThis.addEventListener('error', (event) => {
    // Of resources that do not load, it is no error of a script.
    if (typeof ErrorEvent === 'function' && !(event instanceof ErrorEvent)) return
    const it = /** @type {ErrorEvent} */ (event)
    if (error(it.error ?? new Error(it.message), 'uncaughtException')) end(event)
  }, { capture: true })
  globalThis.addEventListener('unhandledrejection', (event) => {
    const { reason, promise } = /** @type {PromiseRejectionEvent} */ (event)
    if (rejection(reason, promise) || error(reason, 'unhandledRejection')) end(event)
  }, { capture: true })
  globalThis.addEventListener('rejectionhandled', (event) => {
    if (handled(/** @type {PromiseRejectionEvent} */ (event).promise)) end(event)
  }, { capture: true })
}
