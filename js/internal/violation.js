/** Refusals of native code as the web knows them: an event on the document, or on the worker. */

/**
 * @param {string} route
 * @param {any} fields  of the error
 */
export function reportViolation (route, fields) {
  const scope = /** @type {any} */ (globalThis)
  const Violation = scope.SecurityPolicyViolationEvent
  if (typeof Violation !== 'function' || typeof scope.dispatchEvent !== 'function') return
  const target = typeof document === 'undefined' ? scope : document
  target.dispatchEvent(new Violation('securitypolicyviolation', {
    blockedURI: `ipc://${route}`,
    bubbles: true,
    composed: true,
    disposition: 'enforce',
    documentURI: scope.location?.href ?? '',
    effectiveDirective: 'connect-src',
    originalPolicy: '',
    sample: fields.resource ?? '',
    statusCode: 0,
    violatedDirective: 'connect-src'
  }))
}
