/** Holds the process of `socket-headless` for test/headless.js. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'

const child = spawn(workerData.executable, {
  stdio: ['pipe', 'pipe', 'inherit'],
  // What test/api/backend.js talks to, unless a test says otherwise.
  env: {
    SOCKET_HEADLESS_BACKEND: 'sh backend.sh',
    SOCKET_HEADLESS_DIRECTORY: fileURLToPath(new URL('backends', import.meta.url)),
    ...process.env
  }
})
/** @type {Map<number, { signal: Int32Array, port: import('node:worker_threads').MessagePort }>} */
const blocked = new Map()

parentPort?.on('message', ({ route, number, frame, signal, port }) => {
  if (signal !== undefined) blocked.set(number, { signal, port })
  const name = Buffer.from(route)
  const header = Buffer.alloc(15)
  header.writeUInt32LE(11 + name.byteLength + frame.byteLength, 0)
  header.writeUInt8(0, 4)
  header.writeBigUInt64LE(BigInt(number), 5)
  header.writeUInt16LE(name.byteLength, 13)
  child.stdin.write(Buffer.concat([header, name, frame]))
})

child.on('exit', (code, signal) => {
  const error = `socket-headless ended with ${signal ?? code}`
  for (const { signal: waiter, port } of blocked.values()) {
    port.postMessage({ error })
    Atomics.store(waiter, 0, 1)
    Atomics.notify(waiter, 0)
  }
  blocked.clear()
  parentPort?.postMessage({ error })
})
// The write that fails because of it says the same thing less well.
child.stdin.on('error', () => {})

let received = Buffer.alloc(0)
child.stdout.on('data', chunk => {
  received = received.byteLength === 0 ? chunk : Buffer.concat([received, chunk])
  while (received.byteLength >= 4) {
    const length = received.readUInt32LE(0)
    if (received.byteLength < 4 + length) return
    const record = received.subarray(4, 4 + length)
    received = received.subarray(4 + length)
    const number = Number(record.readBigUInt64LE(1))
    // A copy: the buffer behind the chunk is shared.
    const message = { number, kind: record.readUInt8(0), frame: new Uint8Array(record.subarray(11)) }
    const sync = blocked.get(number)
    if (sync === undefined) {
      parentPort?.postMessage(message)
    } else {
      blocked.delete(number)
      sync.port.postMessage(message)
      Atomics.store(sync.signal, 0, 1)
      Atomics.notify(sync.signal, 0)
    }
  }
})
