/**
 * Sends every datagram back, or hears them all and confirms each 32nd; test/bench/udp-load sends and counts. It ends
 * when it is ended.
 */
import { createSocket } from 'node:dgram'

const CONFIRMED = 32

/** @param {{ echo: boolean }} config @returns {Promise<never>} */
export default function udp ({ echo }) {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 })
    let heard = 0
    socket.on('error', reject)
    socket.on('message', (message, { port, address }) => {
      if (echo) socket.send(message, port, address)
      else if (++heard % CONFIRMED === 0) socket.send('!', port, address)
    })
    socket.bind(0, '127.0.0.1', () => console.log(JSON.stringify({ port: socket.address().port })))
  })
}
