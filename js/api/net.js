/** Connections and servers over TCP and sockets of the file system, as Node's `net`. They end with the document that opened them. */
import { isIP, isIPv4, isIPv6 } from 'socket:internal/ip'
import { networkInterfaces } from 'socket:os'
import { BlockList, SocketAddress } from 'socket:internal/net/addresses'
import { getDefaultAutoSelectFamily, getDefaultAutoSelectFamilyAttemptTimeout, normalizeArgs, setDefaultAutoSelectFamily, setDefaultAutoSelectFamilyAttemptTimeout } from 'socket:internal/net/connect'
import { Server } from 'socket:internal/net/server'
import { Socket } from 'socket:internal/net/socket'

export {
  BlockList, Server, Socket, SocketAddress, isIP, isIPv4, isIPv6, Socket as Stream, normalizeArgs as _normalizeArgs,
  getDefaultAutoSelectFamily, getDefaultAutoSelectFamilyAttemptTimeout, setDefaultAutoSelectFamily, setDefaultAutoSelectFamilyAttemptTimeout
}

/**
 * Makes a connection: `connect(port[, host][, listener])`, `connect(path[, listener])` or `connect(options[, listener])`.
 *
 * @param {any[]} args
 * @returns {Socket}
 */
export function connect (...args) {
  const normal = normalizeArgs(args)
  const [options] = normal
  const socket = new Socket(options)
  if (options.timeout) socket.setTimeout(options.timeout)
  return socket.connect(normal)
}

export const createConnection = connect

/** The name that earlier versions have for `os.networkInterfaces`. */
export const getNetworkInterfaces = networkInterfaces

/**
 * Makes a server.
 *
 * @param {any} [options] `allowHalfOpen`, `pauseOnConnect`, `noDelay`, `keepAlive`, `keepAliveInitialDelay`, `highWaterMark`
 * @param {any} [listener] of 'connection'
 */
export function createServer (options = undefined, listener = undefined) {
  return new Server(options, listener)
}

export * as default from 'socket:net'
