/** Threads, as Node's `worker_threads`, over the engine's workers. */
import { EventEmitter } from 'socket:events'
import { define, ERR_FEATURE_UNAVAILABLE_ON_PLATFORM, ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { receive } from 'socket:internal/message-ports'
import { inWorker, MARK, thread } from 'socket:internal/thread'
import { env } from 'socket:internal/environment'
import { validateArray } from 'socket:internal/validators'

export const { BroadcastChannel, MessageChannel, MessagePort } = globalThis

/** As `env` of a `Worker`: the thread sees the app's environment. */
export const SHARE_ENV = Symbol.for('nodejs.worker_threads.SHARE_ENV')
export const isMainThread = !inWorker
export const { threadId, workerData } = thread
/** @type {import('node:worker_threads').MessagePort | null} */
export const parentPort = thread.parentPort
/** @type {import('node:worker_threads').ResourceLimits} */
export const resourceLimits = thread.resourceLimits

const ERR_WORKER_PATH = define('ERR_WORKER_PATH', TypeError,
  (/** @type {string} */ path) => `The worker script or module filename must be an absolute path or a relative path starting with './' or '../'. Received "${path}"`)
const ERR_WORKER_NOT_RUNNING = define('ERR_WORKER_NOT_RUNNING', Error, () => 'Worker instance not running')

let count = 0
/** What threads that are started later know. */
const environmentData = thread.environmentData

/** @param {any} key @param {any} [value] undefined: forgets it */
export function setEnvironmentData (key, value = undefined) {
  if (value === undefined) environmentData.delete(key)
  else environmentData.set(key, value)
}

/** @param {any} key */
export function getEnvironmentData (key) {
  return environmentData.get(key)
}

/**
 * Takes a message that has come to this realm; `undefined` when there is none. Messages are there after the next turn of the
 * event loop, not at once as in Node.
 *
 * @param {MessagePort} port
 * @returns {{ message: any } | undefined}
 */
export function receiveMessageOnPort (port) {
  if (!(/** @type {any} */ (port) instanceof MessagePort || /** @type {any} */ (port) instanceof BroadcastChannel)) {
    throw Object.assign(new TypeError('The "port" argument must be a MessagePort instance'), { code: 'ERR_INVALID_ARG_TYPE' })
  }
  return receive(port)
}

/** No page can move a port into another realm by itself: post it there. @returns {never} */
export function moveMessagePortToContext () {
  throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('moveMessagePortToContext()', 'a WebView')
}

/** Engines let nobody forbid a transfer. @returns {never} */
export function markAsUntransferable () {
  throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('markAsUntransferable()', 'a WebView')
}

/** @param {any} filename @param {any} options */
function scriptOf (filename, options) {
  if (options.eval) {
    if (typeof filename !== 'string') throw new ERR_INVALID_ARG_TYPE('filename', 'string', filename)
    const head = "import{createRequire}from'socket:module';import'socket:worker_threads';const require=createRequire('/');"
    return { url: URL.createObjectURL(new Blob([head, filename], { type: 'text/javascript' })), blob: true }
  }
  if (filename instanceof URL || (typeof filename?.href === 'string' && filename.protocol)) return { url: filename.href, blob: false }
  if (typeof filename !== 'string') throw new ERR_INVALID_ARG_TYPE('filename', ['string', 'URL'], filename)
  if (!/^(\/|\.\.?\/)/.test(filename)) throw new ERR_WORKER_PATH(filename)
  return { url: String(new URL(filename, typeof document === 'undefined' ? globalThis.location.href : document.baseURI)), blob: false }
}

const Emitter = /** @type {new () => import('node:events').EventEmitter} */ (/** @type {any} */ (EventEmitter))

export class Worker extends Emitter {
  /** @type {globalThis.Worker | null} */
  #worker
  /** @type {MessagePort} */
  #port
  #over = false
  #reported = false
  /** @type {((code: number) => void)[]} */
  #ending = []
  stdin = null
  stdout = null
  stderr = null

  /**
   * @param {string | URL} filename a module of the app, absolute or beginning with `./` or `../`: relative to the page
   * @param {any} [options] `workerData`, `transferList`, `env`, `eval`, `type: 'classic'` for a script that is no module
   */
  constructor (filename, options = {}) {
    super()
    if (options.execArgv) validateArray(options.execArgv, 'options.execArgv')
    if (options.argv) validateArray(options.argv, 'options.argv')
    if (options.env != null && options.env !== SHARE_ENV && typeof options.env !== 'object') throw new ERR_INVALID_ARG_TYPE('options.env', ['object', 'undefined', 'null', 'worker_threads.SHARE_ENV'], options.env)
    const Native = globalThis.Worker
    if (typeof Native !== 'function') throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('Worker', 'a realm without workers')
    const { url, blob } = scriptOf(filename, options)
    this.threadId = thread.threadId * 1000 + ++count
    this.resourceLimits = { ...options.resourceLimits }
    const [messages, control] = [new MessageChannel(), new MessageChannel()]
    this.#port = messages.port1
    const worker = this.#worker = new Native(url, { type: options.type === 'classic' ? 'classic' : 'module', name: `${MARK}${this.threadId}` })
    if (blob) control.port1.addEventListener('message', () => URL.revokeObjectURL(url), { once: true })
    control.port1.onmessage = ({ data }) => {
      if (data.online) this.emit('online')
      if ('error' in data) this.#fail(data.error)
      if ('exit' in data) this.#exit(data.exit)
    }
    this.#port.onmessage = ({ data }) => { if (!this.#over) this.emit('message', data) }
    this.#port.onmessageerror = ({ data }) => this.emit('messageerror', data)
    worker.onerror = (event) => {
      event.preventDefault()
      this.#fail(/** @type {any} */ (event).error ?? new Error(event.message ?? `the script ${url} cannot be loaded`))
      worker.terminate()
      this.#exit(1)
    }
    const own = options.env === SHARE_ENV ? null : { ...(options.env ?? env) }
    try {
      worker.postMessage({ workerData: options.workerData, port: messages.port2, control: control.port2, env: own, environmentData, resourceLimits: this.resourceLimits },
        [messages.port2, control.port2, ...(options.transferList ?? [])])
    } catch (error) {
      worker.terminate()
      throw error
    }
  }

  /** @param {any} error */
  #fail (error) {
    if (this.#reported || this.#over) return
    this.#reported = true
    this.emit('error', error)
  }

  /** @param {number} code */
  #exit (code) {
    if (this.#over) return
    this.#over = true
    this.#worker = null
    this.threadId = -1
    this.#port.close()
    this.emit('exit', code)
    for (const done of this.#ending) done(code)
  }

  /** @param {any} value @param {any} [transfer] */
  postMessage (value, transfer = undefined) {
    if (!this.#over) this.#port.postMessage(value, transfer)
  }

  /** Ends the thread at once. @returns {Promise<number | undefined>} its exit code */
  async terminate () {
    if (this.#worker === null) return undefined
    this.#worker.terminate()
    return new Promise((resolve) => {
      this.#ending.push(resolve)
      setTimeout(() => this.#exit(1))
    })
  }

  /** @returns {Promise<never>} no engine gives one to a page */
  async getHeapSnapshot () {
    throw this.#over ? new ERR_WORKER_NOT_RUNNING() : new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('getHeapSnapshot()', 'a WebView')
  }

  /** A page needs nothing to stay alive. */
  ref () { return this }
  unref () { return this }
}

export * as default from 'socket:worker_threads'
