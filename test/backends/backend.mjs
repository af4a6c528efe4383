/** A backend in Node, complete. */
import socket from '@socketsupply/socket-node'

socket.on('add', ({ data }) => data.a + data.b)

socket.on('fail', () => {
  throw Object.assign(new Error('not today'), { code: 'ERR_FAILED' })
})

socket.on('echo', async ({ data, window }) => {
  await socket.send({ window, event: 'echoed', value: data })
})

socket.on('never', () => new Promise(() => {}))

console.error('backend.js is starting')
console.log('a line for the terminal')
await socket.send({ event: 'ready', value: { language: 'Node', process: process.pid } })
