/**
 * HTTPS clients, as Node's `https`, over the engine's `fetch`: it brings TLS, and its rules apply (`connect-src`, CORS, redirects
 * are followed). What it cannot be told is refused with `ERR_FEATURE_UNAVAILABLE_ON_PLATFORM` and not ignored: authorities and
 * certificates of one's own (`ca`, `cert`, `key`, `pfx`), `checkServerIdentity`, `rejectUnauthorized: false`, versions and ciphers
 * of TLS, `lookup`, `socketPath`, `createConnection`, and agents that make connections, such as those for proxies.
 */
import { ERR_FEATURE_UNAVAILABLE_ON_PLATFORM } from 'socket:internal/errors'
import { Agent as HttpAgent } from 'socket:internal/http/agent'
import { FetchRequest } from 'socket:internal/http/fetch-request'

export * from 'socket:internal/http/statuses'

/** Its options are kept; connections are the engine's. */
export class Agent extends HttpAgent {
  /** @param {any} [options] */
  constructor (options = undefined) {
    super(options)
    this.defaultPort = 443
    this.protocol = 'https:'
  }
}

export const globalAgent = new Agent({ keepAlive: true, scheduling: 'lifo', timeout: 5000 })

/**
 * Makes a request: `request(url[, options][, callback])` or `request(options[, callback])`.
 *
 * @param {any} url @param {any} [options] @param {any} [callback] of 'response'
 */
export function request (url, options = undefined, callback = undefined) {
  return new FetchRequest(url, options, callback)
}

/**
 * Makes a request without a body and ends it.
 *
 * @param {any} url @param {any} [options] @param {any} [callback] of 'response'
 */
export function get (url, options = undefined, callback = undefined) {
  const made = request(url, options, callback)
  made.end()
  return made
}

/** A page has no TLS of its own to serve with: serve plain HTTP behind something that has. @returns {never} */
export function createServer () {
  throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('https.createServer()', 'a WebView')
}

const module = { Agent, createServer, get, globalAgent, request }
export default module
