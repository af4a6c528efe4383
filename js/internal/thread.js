/** Inside a thread of `socket:worker_threads`: what its parent gave it. Other realms find nothing here, and wait for nothing. */
import { documentToken } from 'socket:internal/document-token'
import args from 'socket:internal/args'
import { change, env, execArgv, observe } from 'socket:internal/environment'
import { setThread } from 'socket:internal/exit'
import { standardStreams } from 'socket:internal/standard-streams'

const scope = /** @type {any} */ (globalThis)

/** The name of a worker says that it is a thread, and which. */
export const MARK = 'socket-thread '
export const inWorker = typeof scope.WorkerGlobalScope === 'function' && globalThis instanceof scope.WorkerGlobalScope
// Takes its own mark off the name.
if (inWorker) documentToken()
const isThread = inWorker && String(scope.name).startsWith(MARK)

/** @type {{ threadId: number, workerData: any, parentPort: any, environmentData: Map<any, any>, resourceLimits: any }} */
export const thread = { threadId: isThread ? Number.parseInt(scope.name.slice(MARK.length), 10) : 0, workerData: null, parentPort: null, environmentData: new Map(), resourceLimits: {} }

/** An error as another realm can be told it. @param {any} error */
function portable (error) {
  try {
    structuredClone(error)
    return error
  } catch {
    return new Error(String(error?.message ?? error))
  }
}

if (isThread) {
  // The first message is the parent's; the program's own come over a port of their own.
  const first = await new Promise((resolve) => {
    scope.addEventListener('message', (/** @type {MessageEvent} */ event) => {
      event.stopImmediatePropagation()
      resolve(event.data)
    }, { once: true })
  })
  const { control, port, workerData, environmentData, resourceLimits, captured, last } = first
  Object.assign(thread, { workerData, parentPort: port, environmentData, resourceLimits })
  args.argv.splice(0, Infinity, ...first.argv)
  execArgv.push(...first.execArgv)
  for (const name of Object.keys(env)) delete env[name]
  Object.assign(env, first.env)
  const tell = (/** @type {string} */ name, /** @type {string | undefined} */ value) => control.postMessage({ env: [name, value] })
  if (first.sharesEnv) observe(tell)

  /** What has come of standard input, and who waits for it. @type {(Uint8Array | null)[]} */
  const pieces = first.stdin ? [] : [null]
  /** @type {((piece: Uint8Array | null) => void) | undefined} */
  let reader
  standardStreams.read = () => new Promise((resolve) => {
    if (pieces.length > 0) resolve(/** @type {Uint8Array | null} */ (pieces.shift()))
    else reader = resolve
  })
  standardStreams.write = (stream, data) => {
    control.postMessage({ output: stream, data })
    return captured[stream]
  }
  // The console asks here, too: the preload made it.
  Object.defineProperty(globalThis, Symbol.for('socket.console'), { value: standardStreams.write })
  control.onmessage = (/** @type {MessageEvent} */ { data }) => {
    if ('env' in data) change(data.env[0], data.env[1], tell)
    if (!('stdin' in data)) return
    if (reader === undefined) return pieces.push(data.stdin)
    reader(data.stdin)
    reader = undefined
  }
  let over = false
  const end = (/** @type {number} */ code) => {
    if (over) return
    over = true
    // What was said before over the other port is to be heard before the end: engines keep the order of each port alone.
    Reflect.apply(postMessage, port, [last])
    control.postMessage({ exit: code })
    scope.close()
  }
  setThread(end)
  const { close, postMessage } = port
  port.close = () => {
    end(0)
    Reflect.apply(close, port, [])
  }
  const fail = (/** @type {any} */ error) => {
    if (over) return
    control.postMessage({ error: portable(error) })
    end(1)
  }
  scope.addEventListener('error', (/** @type {ErrorEvent} */ event) => {
    event.preventDefault()
    fail(event.error ?? new Error(event.message))
  })
  scope.addEventListener('unhandledrejection', (/** @type {PromiseRejectionEvent} */ event) => {
    event.preventDefault()
    fail(event.reason)
  })
  control.postMessage({ online: true })
}
