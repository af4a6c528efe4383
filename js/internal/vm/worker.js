/** A worker in which scripts of `socket:vm` run beside the page, and what asks it. */
import { ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { validateObject, validateString } from 'socket:internal/validators'
import { Link } from 'socket:internal/vm/link'
import { Worker } from 'socket:worker_threads'

/**
 * What the windows and workers of the app tell each other of context workers, over a `BroadcastChannel` of the same origin that
 * is opened when somebody listens or tells.
 */
class ContextChannel extends EventTarget {
  /** @type {any} */
  #channel
  name = 'socket:vm'

  #open () {
    if (this.#channel === undefined) {
      this.#channel = new BroadcastChannel(this.name)
      this.#channel.unref?.()
      this.#channel.onmessage = (/** @type {any} */ { data }) => this.dispatchEvent(new MessageEvent('message', { data }))
    }
    return this.#channel
  }

  /** @param {string} type @param {any} listener @param {any} [options] */
  addEventListener (type, listener, options = undefined) {
    this.#open()
    super.addEventListener(type, listener, options)
  }

  /** @param {any} message */
  postMessage (message) {
    this.#open().postMessage(message)
  }

  /** Nothing is heard any more, until somebody listens again. */
  close () {
    this.#channel?.close()
    this.#channel = undefined
  }
}

/** What the windows and workers of the app tell each other of context workers: `{ type: 'terminated', id }`. */
export const channel = new ContextChannel()

/** Scripts in a context worker that belongs to somebody else: made of a port that `ContextWorkerInterface#connect` gave. */
export class ContextWorkerInterfaceProxy extends EventTarget {
  /** @type {Link} */
  #link

  /** @param {MessagePort} port */
  constructor (port) {
    super()
    if (typeof port?.postMessage !== 'function') throw new ERR_INVALID_ARG_TYPE('port', 'MessagePort', port)
    this.#link = new Link(port)
  }

  /** Whether it has ended. */
  get terminated () {
    return this.#link.over
  }

  /**
   * Runs a script there, whose globals are copies of the properties of an object; what it leaves in its globals is in the object
   * afterwards. Functions are called where they are, and so answer with promises.
   *
   * @param {string} code @param {Record<string, any>} [context] @param {any} [options] as those of `runInContext`
   * @returns {Promise<any>} the value of the last statement
   */
  runInContext (code, context = {}, options = {}) {
    validateString(code, 'code')
    validateObject(context, 'context')
    return this.#link.run(code, context, typeof options === 'string' ? { filename: options } : { ...options })
  }

  /** Scripts that still run are of no interest any more: who waits for one gets an `AbortError`. */
  terminate () {
    this.#link.end()
    this.dispatchEvent(new Event('terminate'))
  }
}

/** A worker in which scripts run beside the page. `getContextWorker` makes the one of this realm. */
export class ContextWorkerInterface extends ContextWorkerInterfaceProxy {
  #worker

  /** Runs what comes over a port, in the realm of the caller: the other side of a `ContextWorkerInterfaceProxy`. @param {MessagePort} port @returns {() => void} ends it */
  static serve (port) {
    const link = new Link(port, async ({ code, options, context }) => {
      const { default: vm } = await import('socket:vm')
      return vm.runInContext(code, vm.createContext(context), options)
    })
    return () => link.end()
  }

  constructor () {
    const { port1, port2 } = new MessageChannel()
    const worker = new Worker(`
import { parentPort, workerData } from 'socket:worker_threads'
import { ContextWorkerInterface } from 'socket:vm'
ContextWorkerInterface.serve(workerData)
parentPort.on('message', (port) => ContextWorkerInterface.serve(port))`, /** @type {any} */ ({ eval: true, workerData: port2, transferList: [port2] }))
    super(port1)
    this.#worker = worker
    /** Names it on `channel`. */
    this.id = crypto.randomUUID()
    // It may end by itself: a policy that lets it load nothing, for one.
    worker.on('error', (/** @type {any} */ error) => this.dispatchEvent(new ErrorEvent('error', { error, message: String(error?.message) })))
    worker.on('exit', () => this.#ended())
  }

  #ended () {
    if (this.terminated) return
    super.terminate()
    channel.postMessage({ type: 'terminated', id: this.id })
  }

  /** A port for `new ContextWorkerInterfaceProxy(port)` elsewhere: it may be sent to a frame or a worker. @returns {MessagePort} */
  connect () {
    const { port1, port2 } = new MessageChannel()
    this.#worker.postMessage(port2, [port2])
    return port1
  }

  /** Ends the worker. @returns {Promise<void>} */
  async terminate () {
    this.#ended()
    await this.#worker.terminate()
  }
}

/** @type {ContextWorkerInterface | undefined} */
let current

/** The worker of this realm in which scripts run beside the page; it is started at the first call, and after it was ended. */
export function getContextWorker () {
  if (current === undefined || current.terminated) current = new ContextWorkerInterface()
  return current
}

/** Ends the worker of `getContextWorker` and what runs there. @returns {Promise<boolean>} whether there was one */
export async function terminateContextWorker () {
  const worker = current
  current = undefined
  if (worker === undefined || worker.terminated) return false
  await worker.terminate()
  return true
}
