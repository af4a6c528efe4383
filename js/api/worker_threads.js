/** Threads, as Node's `worker_threads`, over the engine's workers. */
import { EventEmitter } from 'socket:events'
import { define, ERR_FEATURE_UNAVAILABLE_ON_PLATFORM, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { receive } from 'socket:internal/message-ports'
import { inWorker, MARK, thread } from 'socket:internal/thread'
import args from 'socket:internal/args'
import { change, env, execArgv, observe } from 'socket:internal/environment'
import { contextOf } from 'socket:internal/vm/context'
import { validateArray } from 'socket:internal/validators'
import { Buffer } from 'socket:buffer'
import path from 'socket:path'
import { Readable, Writable } from 'socket:stream'

export { Pipe } from 'socket:internal/pipe'

export const { BroadcastChannel, MessageChannel, MessagePort } = globalThis

/** As `env` of a `Worker`: the thread sees the app's environment. */
export const SHARE_ENV = Symbol.for('nodejs.worker_threads.SHARE_ENV')
export const isMainThread = !inWorker
export const { threadId, workerData } = thread
/** @type {import('node:worker_threads').MessagePort | null} */
export const parentPort = thread.parentPort
/** In a thread the port to who started it: another name of `parentPort`. @type {import('node:worker_threads').MessagePort | null} */
export const mainPort = thread.parentPort
/** The threads that this realm has started and that run, by their `threadId`. @type {Map<number, Worker>} */
export const workers = new Map()

/** What this realm is; everything is there when the module is loaded. @returns {Promise<{ isMainThread: boolean, threadId: number, workerData: any }>} */
export async function init () {
  return { isMainThread, threadId, workerData }
}

/** @type {import('node:worker_threads').ResourceLimits} */
export const resourceLimits = thread.resourceLimits

const ERR_WORKER_PATH = define('ERR_WORKER_PATH', TypeError,
  (/** @type {string} */ path) => `The worker script or module filename must be an absolute path or a relative path starting with './' or '../'.${/^(file:\/\/|data:text\/javascript)/.test(path) ? ` Wrap ${path.startsWith('file:') ? 'file://' : 'data:'} URLs with \`new URL\`.` : ''} Received "${path}"`)
const ERR_WORKER_NOT_RUNNING = define('ERR_WORKER_NOT_RUNNING', Error, () => 'Worker instance not running')

/** How long a thread that has ended is listened to, in milliseconds. */
const LAST_WORDS = 1000

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

/** What Node words by hand. @param {string} message */
const wrongType = (message) => Object.assign(new TypeError(message), { code: 'ERR_INVALID_ARG_TYPE' })

/**
 * Takes a message that has come to this realm; `undefined` when there is none. Messages are there after the next turn of the
 * event loop, not at once as in Node.
 *
 * @param {MessagePort} port
 * @returns {{ message: any } | undefined}
 */
export function receiveMessageOnPort (port) {
  if (!(/** @type {any} */ (port) instanceof MessagePort || /** @type {any} */ (port) instanceof BroadcastChannel)) {
    throw wrongType('The "port" argument must be a MessagePort instance')
  }
  return receive(port)
}

/**
 * Moves a port into a context of `socket:vm`: it belongs to the realm whose intrinsics the context has.
 *
 * @param {MessagePort} port
 * @param {any} contextifiedSandbox of `vm.createContext`
 * @returns {MessagePort} the port there; the one that was given cannot be used any more
 */
export function moveMessagePortToContext (port, contextifiedSandbox) {
  if (!(/** @type {any} */ (port) instanceof MessagePort)) throw wrongType('The "port" argument must be a MessagePort instance')
  const context = contextOf(contextifiedSandbox)
  if (context === undefined) throw wrongType('Invalid context argument')
  const { global } = context.realm
  return Reflect.apply(global.structuredClone, global, [port, { transfer: [port] }])
}

/** @type {WeakSet<object>} */
const kept = new WeakSet()

/** A list of transfers without what is kept. @param {any} transfer @returns {any} */
function transferred (transfer) {
  if (Array.isArray(transfer)) return transfer.filter((one) => !kept.has(one))
  if (Array.isArray(transfer?.transfer)) return { ...transfer, transfer: transferred(transfer.transfer) }
  return transfer
}

let patched = false

/** `postMessage` of ports and threads passes over an object in its list of transfers: it is copied. @param {any} object */
export function markAsUntransferable (object) {
  if ((typeof object !== 'object' && typeof object !== 'function') || object === null) return
  kept.add(object)
  if (patched) return
  patched = true
  const { postMessage } = MessagePort.prototype
  MessagePort.prototype.postMessage = /** @type {any} */ ({
    /** @param {any} value @param {any} [transfer] */
    postMessage (value, transfer = undefined) {
      return Reflect.apply(postMessage, this, transfer === undefined ? [value] : [value, transferred(transfer)])
    }
  }).postMessage
}

/** @param {any} filename @param {any} options */
function scriptOf (filename, options) {
  if (options.eval) {
    if (typeof filename !== 'string') throw new ERR_INVALID_ARG_VALUE('options.eval', options.eval, 'must be false when \'filename\' is not a string')
    const head = "import{createRequire}from'socket:module';import'socket:worker_threads';const require=createRequire('/');"
    return { url: URL.createObjectURL(new Blob([head, filename], { type: 'text/javascript' })), blob: true }
  }
  if (filename instanceof URL || (typeof filename?.href === 'string' && filename.protocol)) return { url: filename.href, blob: false }
  if (typeof filename !== 'string') throw new ERR_INVALID_ARG_TYPE('filename', ['string', 'URL'], filename)
  if (!/^(\/|\.\.?\/)/.test(filename)) throw new ERR_WORKER_PATH(filename)
  return { url: String(new URL(filename, typeof document === 'undefined' ? globalThis.location.href : document.baseURI)), blob: false }
}

/** @param {string} url @returns {string[]} what a thread's `process.argv` begins with */
function argvOf (url) {
  const { origin, pathname } = new URL(url)
  if (/^(blob|data):/.test(url)) return [args.execPath, '[worker eval]']
  if (origin !== globalThis.location.origin) return [args.execPath, url]
  let file = pathname
  try {
    file = decodeURIComponent(pathname)
  } catch {
    // A % that stands for itself.
  }
  return [args.execPath, path.join(args.paths.resources, file)]
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
  /** With `stdin: true`, the thread's `process.stdin`. @type {any} */
  stdin = null
  /** @type {() => void} */
  #forget = () => {}

  /**
   * @param {string | URL} filename a module of the app, absolute or beginning with `./` or `../`: relative to the page
   * @param {any} [options] `workerData`, `transferList`, `env`, `eval`, `argv`, `stdin`, `stdout`, `stderr`, `type: 'classic'` for a script that is no module
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
    /** What the thread writes to its `process.stdout` and console; with `stdout: true` it goes nowhere else. @type {any} */
    this.stdout = new Readable({ read () {} })
    /** As `stdout`. @type {any} */
    this.stderr = new Readable({ read () {} })
    const captured = { 1: Boolean(options.stdout), 2: Boolean(options.stderr) }
    this.resourceLimits = { ...options.resourceLimits }
    const [messages, control] = [new MessageChannel(), new MessageChannel()]
    this.#port = messages.port1
    const worker = this.#worker = new Native(url, { type: options.type === 'classic' ? 'classic' : 'module', name: `${MARK}${this.threadId}` })
    if (blob) control.port1.addEventListener('message', () => URL.revokeObjectURL(url), { once: true })
    control.port1.onmessage = ({ data }) => {
      // A thread that is over may have said more.
      if (this.#over) return
      if (data.online) this.emit('online')
      if ('output' in data) this.#written(data.output === 1 ? this.stdout : this.stderr, data.data, captured[/** @type {1 | 2} */ (data.output)])
      if ('env' in data) change(data.env[0], data.env[1], tell)
      if ('error' in data) this.#fail(data.error)
      if ('exit' in data) this.#end(data.exit)
    }
    const last = crypto.randomUUID()
    let silent = false
    this.#port.onmessage = ({ data }) => {
      if (data === last) {
        // Code that runs on after the end says nothing: in Node it does not run.
        silent = true
        this.#heard()
      } else if (!silent && !this.#over) {
        this.emit('message', data)
      }
    }
    this.#port.onmessageerror = ({ data }) => this.emit('messageerror', data)
    worker.onerror = (event) => {
      event.preventDefault()
      this.#fail(/** @type {any} */ (event).error ?? new Error(event.message ?? `the script ${url} cannot be loaded`))
      worker.terminate()
      this.#exit(1)
    }
    const tell = (/** @type {string} */ name, /** @type {string | undefined} */ value) => control.port1.postMessage({ env: [name, value] })
    const sharesEnv = options.env === SHARE_ENV
    if (sharesEnv) this.#forget = observe(tell)
    const own = sharesEnv ? { ...env } : Object.fromEntries(Object.entries(options.env ?? env).map(([name, value]) => [name, String(value)]))
    if (options.stdin) {
      this.stdin = new Writable({
        write: (chunk, _encoding, callback) => {
          control.port1.postMessage({ stdin: Uint8Array.from(chunk) })
          callback()
        },
        final: (callback) => {
          control.port1.postMessage({ stdin: null })
          callback()
        }
      })
    }
    try {
      worker.postMessage({
        workerData: options.workerData, port: messages.port2, control: control.port2, env: own, environmentData, resourceLimits: this.resourceLimits, captured, last, sharesEnv,
        stdin: Boolean(options.stdin), argv: [...argvOf(url), ...(options.argv ?? []).map(String)], execArgv: (options.execArgv ?? execArgv).map(String)
      }, [messages.port2, control.port2, ...transferred(options.transferList ?? [])])
      workers.set(this.threadId, this)
    } catch (error) {
      this.#forget()
      worker.terminate()
      throw error
    }
  }

  /** @param {any} stream @param {any} data @param {boolean} captured */
  #written (stream, data, captured) {
    // What is on the terminal already is kept for nobody; who pauses reads on later.
    if (captured || stream.readableFlowing !== null || stream.listenerCount('readable') > 0) stream.push(typeof data === 'string' ? Buffer.from(data) : data)
  }

  /** @param {any} error */
  #fail (error) {
    if (this.#reported || this.#over) return
    this.#reported = true
    this.emit('error', error)
  }

  /** All that the thread said by its port has come. @type {() => void} */
  #heard = () => {}
  #said = new Promise((resolve) => { this.#heard = () => resolve(undefined) })

  /** The thread has ended. @param {number} code */
  async #end (code) {
    // A port that the thread has given away says no more.
    await Promise.race([this.#said, new Promise((resolve) => setTimeout(resolve, LAST_WORDS))])
    this.#exit(code)
  }

  /** @param {number} code */
  #exit (code) {
    if (this.#over) return
    this.#over = true
    this.#worker = null
    workers.delete(this.threadId)
    this.#forget()
    this.stdout.push(null)
    this.stderr.push(null)
    this.stdin?.destroy()
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
