/**
 * A UDP socket in a namespace, for finding out what the lab itself does. `node datagram.js PORT`; commands:
 * `send ADDRESS PORT TEXT`. Every datagram is printed; `where` is answered with the
 * address that it came from.
 */
import dgram from 'node:dgram'
import readline from 'node:readline'

/** @param {object} happening */
const say = (happening) => console.log(JSON.stringify({ at: Math.round(performance.now()), ...happening }))

const socket = dgram.createSocket('udp4')
socket.on('message', (bytes, from) => {
  const text = bytes.toString()
  say({ event: 'got', text, from: `${from.address}:${from.port}` })
  if (text.startsWith('where')) socket.send(`you are ${from.address}:${from.port}`, from.port, from.address)
})
socket.on('error', (error) => say({ event: 'error', message: error.message }))
socket.bind(Number(process.argv[2]), () => say({ event: 'open' }))
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const [, address, port, ...text] = line.split(' ')
  const what = text.join(' ')
  socket.send(what, Number(port), address, () => say({ event: 'sent', text: what }))
}).on('close', () => process.exit())
