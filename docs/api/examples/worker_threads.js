import vm from 'socket:vm'
import { MessageChannel, getEnvironmentData, init, markAsUntransferable, moveMessagePortToContext, receiveMessageOnPort, setEnvironmentData } from 'socket:worker_threads'

export const about = {
  BroadcastChannel: 'The engine\'s own class, with `ref` and `unref`.',
  MessageChannel: 'The engine\'s own class: two ports.',
  MessagePort: 'The engine\'s own class, with Node\'s `on`, `once`, `off`, `ref`, `unref`.',
  Pipe: 'A duplex stream over `stdin` and `stdout` of a `Worker` that was started with both: `new Pipe(worker)`.',
  SHARE_ENV: 'As `env` of a `Worker`: what either side changes in `process.env`, the other sees.',
  Worker: 'A thread: `new Worker(\'./thread.js\', { workerData })`, `postMessage`, `terminate`, the streams `stdin`, `stdout`, `stderr`, and the events `message`, `online`, `error`, `exit`. It runs until it is terminated, calls `process.exit` or closes `parentPort`.',
  isMainThread: 'Whether this is a page or a frame.',
  mainPort: 'Another name of `parentPort`.',
  parentPort: 'In a thread, the port to who started it.',
  resourceLimits: 'What the thread was started with; engines let nobody set limits.',
  threadId: 'The number of the thread; 0 in a page.',
  workerData: 'In a thread, what it was started with.',
  workers: 'The threads that this realm has started and that run, by their `threadId`.'
}

/**
 * What threads that are started later find.
 * @for setEnvironmentData getEnvironmentData
 */
export function environment () {
  setEnvironmentData('place', 'here')
  console.log(getEnvironmentData('place')) // → here
}

/**
 * Takes a message that has come.
 * @for receiveMessageOnPort
 */
export async function receiving () {
  const { port1, port2 } = new MessageChannel()
  receiveMessageOnPort(port2)
  port1.postMessage('hello')
  await new Promise((resolve) => setTimeout(resolve, 20))
  console.log(receiveMessageOnPort(port2)?.message) // → hello
  port1.close()
}

/**
 * The list of transfers is passed over: the buffer is copied, and stays.
 * @for markAsUntransferable
 */
export function untransferable () {
  const { port1 } = new MessageChannel()
  const buffer = new ArrayBuffer(8)
  markAsUntransferable(buffer)
  port1.postMessage(buffer, [buffer])
  console.log(buffer.byteLength) // → 8
  port1.close()
}

/**
 * A script in a context answers over a port.
 * @for moveMessagePortToContext
 */
export async function contexts () {
  const { port1, port2 } = new MessageChannel()
  const context = vm.createContext({ port: null })
  context.port = moveMessagePortToContext(port2, context)
  vm.runInContext('port.onmessage = ({ data }) => port.postMessage(data * 2)', context)
  port1.postMessage(21)
  console.log(await new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data) })) // → 42
  port1.close()
}

/**
 * The same names are in pages and threads.
 * @for init
 */
export async function known () {
  const { isMainThread, threadId } = await init()
  console.log(isMainThread, threadId) // → true 0
}
