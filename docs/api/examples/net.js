import { once } from 'socket:events'
import net from 'socket:net'

export const about = {
  BlockList: 'Addresses that are blocked: single ones, ranges, and nets.',
  Server: 'What takes connections: `listen`, `address`, `close`, and the events `connection`, `listening`, `error`, `close`.',
  Socket: 'A connection: a Duplex stream, with `connect`, `setTimeout`, `setNoDelay`, `address`.',
  SocketAddress: 'An address with its port and family.',
  Stream: 'The earlier name of `Socket`.',
  '_*': 'Node\'s own.'
}

/**
 * A server that hears of connections, and a connection to it.
 * @for createServer connect createConnection
 */
export async function connection () {
  const server = net.createServer((/** @type {import('socket:net').Socket} */ client) => client.end('hello'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {{ port: number }} */ (server.address())
  for (const connect of [net.connect, net.createConnection]) {
    for await (const chunk of connect(port, '127.0.0.1')) console.log(String(chunk)) // → hello
  } // → hello
  server.close()
  await once(server, 'close')
}

/** @for BlockList */
export function blocking () {
  const blocked = new net.BlockList()
  blocked.addSubnet('10.0.0.0', 8)
  console.log(blocked.check('10.1.2.3')) // → true
}

/**
 * Whether a text is an address: `isIP` says of which family, or 0.
 * @for isIP isIPv4 isIPv6
 */
export function isIP () {
  console.log(net.isIP('::1'), net.isIPv4('127.0.0.1'), net.isIPv6('localhost')) // → 6 true false
}

/**
 * Whether connections try the addresses of both families in turn.
 * @for getDefaultAutoSelectFamily setDefaultAutoSelectFamily
 */
export function family () {
  const before = net.getDefaultAutoSelectFamily()
  net.setDefaultAutoSelectFamily(false)
  console.log(net.getDefaultAutoSelectFamily()) // → false
  net.setDefaultAutoSelectFamily(before)
}

/**
 * How long one address is tried, in milliseconds.
 * @for getDefaultAutoSelectFamilyAttemptTimeout setDefaultAutoSelectFamilyAttemptTimeout
 */
export function attempt () {
  const before = net.getDefaultAutoSelectFamilyAttemptTimeout()
  net.setDefaultAutoSelectFamilyAttemptTimeout(500)
  console.log(net.getDefaultAutoSelectFamilyAttemptTimeout()) // → 500
  net.setDefaultAutoSelectFamilyAttemptTimeout(before)
}

/** Addresses of this machine, as `os.networkInterfaces` has them. */
export function getNetworkInterfaces () {
  console.log(Object.values(net.getNetworkInterfaces()).flat().some((entry) => entry?.internal)) // → true
}
