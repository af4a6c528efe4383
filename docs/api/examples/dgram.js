import dgram from 'socket:dgram'
import { once } from 'socket:events'

export const about = {
  Socket: 'A UDP socket, as Node\'s: `bind`, `send`, `connect`, groups, and the events `message`, `listening`, `error`, `close`.',
  'ERR_SOCKET_*': 'Node\'s error of that code.',
  SocketError: 'What these errors have in common.',
  Endpoint: 'An address with its port.',
  AddressInfo: 'An address with its port and family.',
  Data: 'What can be sent: text, bytes, or a list of them.',
  SocketOptions: '`type` is `udp4` or `udp6`; sizes of buffers, `reuseAddr`, `ipv6Only`, `lookup`, `signal`.'
}

/** A new socket; `listener` hears `message`. */
export async function createSocket () {
  const server = dgram.createSocket('udp4', (message) => {
    console.log(String(message)) // → hello
    server.close()
  })
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  const client = dgram.createSocket('udp4')
  client.send('hello', server.address().port, '127.0.0.1', () => client.close())
  await once(server, 'close')
}
