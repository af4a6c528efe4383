/** HTTP clients and servers, as Node's `http`, over `socket:net`: no rules of the page's `fetch` apply, the policy's do. */
import { Agent } from 'socket:internal/http/agent'
import { ClientRequest, shared } from 'socket:internal/http/client'
import { IncomingMessage } from 'socket:internal/http/incoming'
import { OutgoingMessage } from 'socket:internal/http/outgoing'
import { Server, ServerResponse } from 'socket:internal/http/server'
import { METHODS, STATUS_CODES, validateHeaderName, validateHeaderValue } from 'socket:internal/http/tokens'
import { validateInteger } from 'socket:internal/validators'

export { Agent, ClientRequest, IncomingMessage, METHODS, OutgoingMessage, STATUS_CODES, Server, ServerResponse, validateHeaderName, validateHeaderValue }
export * from 'socket:internal/http/statuses'

/** Shared by all requests that name no other; assign to `http.globalAgent` of the default export to replace it. */
export const globalAgent = shared.agent
/** The most bytes that the headers of a message may have. */
export const maxHeaderSize = 16 * 1024
export const { WebSocket } = globalThis

/**
 * Makes a request: `request(url[, options][, callback])` or `request(options[, callback])`.
 *
 * @param {any} url @param {any} [options] @param {any} [callback] of 'response'
 */
export function request (url, options = undefined, callback = undefined) {
  return new ClientRequest(url, options, callback)
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

/**
 * Makes a server.
 *
 * @param {any} [options] @param {any} [listener] of 'request'
 */
export function createServer (options = undefined, listener = undefined) {
  return new Server(options, listener)
}

/** How many parsers Node keeps for later; here they are made when they are needed. @param {number} max */
export function setMaxIdleHTTPParsers (max) {
  validateInteger(max, 'max', 1)
}

const module = {
  Agent, ClientRequest, IncomingMessage, METHODS, OutgoingMessage, STATUS_CODES, Server, ServerResponse, WebSocket, createServer, get, maxHeaderSize, request, setMaxIdleHTTPParsers, validateHeaderName, validateHeaderValue,
  get globalAgent () { return shared.agent },
  set globalAgent (agent) { shared.agent = agent }
}
export default module
