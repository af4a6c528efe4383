import threads, { MessageChannel, getEnvironmentData, receiveMessageOnPort, setEnvironmentData } from 'socket:worker_threads'

export const about = {
  BroadcastChannel: 'The engine\'s own class, with `ref` and `unref`.',
  MessageChannel: 'The engine\'s own class: two ports.',
  MessagePort: 'The engine\'s own class, with Node\'s `on`, `once`, `off`, `ref`, `unref`.',
  SHARE_ENV: 'As `env` of a `Worker`: the thread keeps the environment of the app.',
  Worker: 'A thread: `new Worker(\'./thread.js\', { workerData })`, `postMessage`, `terminate`, and the events `message`, `online`, `error`, `exit`. It runs until it is terminated, calls `process.exit` or closes `parentPort`.',
  isMainThread: 'Whether this is a page or a frame.',
  parentPort: 'In a thread, the port to who started it.',
  resourceLimits: 'What the thread was started with; engines let nobody set limits.',
  threadId: 'The number of the thread; 0 in a page.',
  workerData: 'In a thread, what it was started with.'
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
 * What engines do not let a page do.
 * @for markAsUntransferable moveMessagePortToContext
 */
export function refused () {
  for (const name of ['markAsUntransferable', 'moveMessagePortToContext']) {
    try {
      /** @type {any} */ (threads)[name]()
    } catch (error) {
      console.log(/** @type {any} */ (error).code) // → ERR_FEATURE_UNAVAILABLE_ON_PLATFORM
    }
  } // → ERR_FEATURE_UNAVAILABLE_ON_PLATFORM
}
