/**
 * Where the page is, in parts, as it was when this module was loaded.
 */
import { URL } from 'socket:url'

const root = 'socket://localhost/'

/** The document's or worker's own; outside of them, the root of an app. */
export const globalLocation = /** @type {Location | URL} */ (globalThis.location ?? new URL(root))

export const href = globalLocation.href.replace(/^https?:/, 'socket:')
export const protocol = 'socket:'
export const { hostname, host, pathname } = globalLocation
export const search = globalLocation.search.slice(1)
export const hash = globalLocation.hash.slice(1)
export const origin = `${protocol}//${host}${pathname}`

function toString () {
  return href
}
export { toString }

export default { globalLocation, protocol, hostname, host, search, hash, pathname, origin, href, toString }
