/** Which service worker answers for a scheme of URLs. */
import { define, ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { validateString } from 'socket:internal/validators'

const ERR_SERVICE_WORKER_UNAVAILABLE = define('ERR_SERVICE_WORKER_UNAVAILABLE', Error, (/** @type {string} */ scheme) =>
  `No service worker can answer for ${scheme}: this realm has none. Pages of the app are served by native code; see socket:service-worker`)

/** The service worker that answers for a scheme; null when none is registered. @param {string} scheme such as `myapp:` or `myapp` @returns {Promise<ServiceWorker | null>} */
export async function getServiceWorker (scheme) {
  validateString(scheme, 'scheme')
  const name = scheme.replace(/:(?:\/\/)?$/, '').toLowerCase()
  if (!/^[a-z][a-z\d+.-]*$/.test(name)) throw new ERR_INVALID_ARG_VALUE('scheme', scheme, 'must be the scheme of a URL')
  const container = globalThis.navigator?.serviceWorker
  if (container === undefined) throw new ERR_SERVICE_WORKER_UNAVAILABLE(`${name}:`)
  for (const { scope, active } of await container.getRegistrations()) {
    if (active !== null && new URL(scope).protocol === `${name}:`) return active
  }
  return null
}

export default { getServiceWorker }
