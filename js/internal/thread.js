/** Inside a thread of `socket:worker_threads`: what its parent gave it. Other realms find nothing here, and wait for nothing. */
import { documentToken } from 'socket:internal/document-token'
import { env } from 'socket:internal/environment'
import { setThread } from 'socket:internal/exit'

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
  const { control, port, workerData, environmentData, resourceLimits } = first
  Object.assign(thread, { workerData, parentPort: port, environmentData, resourceLimits })
  if (first.env !== null) {
    for (const name of Object.keys(env)) delete env[name]
    Object.assign(env, first.env)
  }
  let over = false
  const end = (/** @type {number} */ code) => {
    if (over) return
    over = true
    control.postMessage({ exit: code })
    scope.close()
  }
  setThread(end)
  const { close } = port
  port.close = () => {
    Reflect.apply(close, port, [])
    end(0)
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
