/**
 * The app as a process, as Node's `process`. What belongs to one document here (exit code, listeners, changes to the
 * environment) stays in that document.
 */
import { Buffer } from 'socket:buffer'
import { EventEmitter } from 'socket:events'
import args from 'socket:internal/args'
import { env, execArgv } from 'socket:internal/environment'
import { define, ERR_FEATURE_UNAVAILABLE_ON_PLATFORM, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE_RANGE, ERR_UNKNOWN_SIGNAL } from 'socket:internal/errors'
import { exit as end } from 'socket:internal/exit'
import * as files from 'socket:internal/fs/files'
import { runSync } from 'socket:internal/fs/run'
import { call, callSync, on } from 'socket:internal/ipc'
import { parseEnv } from 'socket:internal/parse-env'
import { constants } from 'socket:internal/os-constants'
import { errnoException } from 'socket:internal/system-error'
import { standardStreams } from 'socket:internal/standard-streams'
import * as tick from 'socket:internal/tick'
import { hrtime } from 'socket:internal/time'
import { parseFileMode, validateFunction, validateInteger, validateNumber, validateObject, validateString } from 'socket:internal/validators'
import { hearUncaught } from 'socket:internal/uncaught'
import { Readable, Writable } from 'socket:stream'

/** @typedef {Record<string, any>} Config */

export const { arch, argv, pid, platform, ppid } = args
export const execPath = args.execPath
export const argv0 = String(argv[0] ?? execPath)
export const version = `v${args.version.full}`
/** No `node` among them: programs that look for it would expect all of Node. */
export const versions = Object.freeze({ socket: args.version.full })
export const release = Object.freeze({ name: 'socket' })
export const features = Object.freeze({ inspector: args.debug, debug: args.debug, uv: false, ipv6: true, tls_alpn: false, tls_sni: false, tls_ocsp: false, tls: false })
export const config = Object.freeze({ ...args.config })
export { env, execArgv, hrtime }

export const title = String(/** @type {Config} */ (args.config).meta_title ?? /** @type {Config} */ (args.config).build_name ?? 'socket')

export function cwd () {
  return args.cwd
}

export function homedir () {
  return env.HOME || args.home
}

/** Seconds since this document began. */
export function uptime () {
  return performance.now() / 1000
}

/** @param {(...args: any[]) => void} callback @param {any[]} rest */
export function nextTick (callback, ...rest) {
  validateFunction(callback, 'callback')
  tick.nextTick(callback, ...rest)
}

/**
 * Memory of the process that holds the app. What of it is the engine's heap only some engines tell; there it is 0.
 */
export function memoryUsage () {
  const { rss } = callSync('process.memoryUsage')
  const { totalJSHeapSize = 0, usedJSHeapSize = 0 } = /** @type {any} */ (performance).memory ?? {}
  return { rss, heapTotal: totalJSHeapSize, heapUsed: usedJSHeapSize, external: 0, arrayBuffers: 0 }
}
/** @returns {number} bytes in memory */
memoryUsage.rss = () => callSync('process.memoryUsage').rss

/** @param {any} value @param {string} name */
function checkTime (value, name) {
  validateNumber(value, name)
  if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) throw new ERR_INVALID_ARG_VALUE_RANGE(name, value)
}

/** Microseconds on the processors. @param {{ user: number, system: number }} [previous] an earlier answer: the difference is wanted */
export function cpuUsage (previous = undefined) {
  if (previous) {
    validateObject(previous, 'prevValue')
    checkTime(previous.user, 'prevValue.user')
    checkTime(previous.system, 'prevValue.system')
  }
  const { user, system } = callSync('process.cpuUsage')
  return { user: user - (previous?.user ?? 0), system: system - (previous?.system ?? 0) }
}

export function resourceUsage () {
  return callSync('process.resourceUsage')
}

/** What of the machine's memory programs may still have. @returns {number} bytes */
export function availableMemory () {
  return callSync('os.availableMemory')
}

/** How much memory the system lets the process have. @returns {number} bytes, 0 when it does not say */
export function constrainedMemory () {
  return callSync('process.constrainedMemory')
}

/** @type {ReturnType<typeof askIds> | undefined} */
let ids

const askIds = () => callSync('process.ids')
const idsOnce = () => (ids ??= askIds())

/** Who the process runs as. Windows has no such numbers, and these functions are not there. */
const users = platform === 'win32'
  ? {}
  : {
      getuid: () => idsOnce().uid,
      geteuid: () => idsOnce().euid,
      getgid: () => idsOnce().gid,
      getegid: () => idsOnce().egid,
      getgroups: () => [...idsOnce().groups]
    }

/** @type {Record<string, number>} */
const SIGNALS = /** @type {any} */ (constants.signals)

/**
 * Sends a signal to a process: 0 only asks whether it is there.
 *
 * @param {number} pid
 * @param {string | number} [signal]
 * @returns {true}
 */
export function kill (pid, signal = undefined) {
  // eslint-disable-next-line eqeqeq
  if (pid != (pid | 0)) throw new ERR_INVALID_ARG_TYPE('pid', 'number', pid)
  let number = signal
  if (typeof number !== 'number') {
    const name = number || 'SIGTERM'
    if (SIGNALS[/** @type {string} */ (name)] === undefined) throw new ERR_UNKNOWN_SIGNAL(name)
    number = SIGNALS[/** @type {string} */ (name)]
  } else if (!Number.isNaN(number) && (!Number.isInteger(number) || Math.abs(number) > 0x7fffffff)) {
    throw new ERR_UNKNOWN_SIGNAL(number)
  }
  try {
    callSync('process.kill', { pid: pid | 0, signal: number | 0 })
  } catch (error) {
    throw errnoException(error, 'kill')
  }
  return true
}

/** Which rights new files do not get. It is that of all windows, so that none may set it. @param {never} [mask] @returns {number} */
export function umask (mask = undefined) {
  if (mask !== undefined) {
    parseFileMode(mask, 'mask')
    throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('process.umask(mask)', 'a WebView')
  }
  return callSync('process.umask')
}

const ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET = define('ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET', Error,
  () => '`process.setupUncaughtExceptionCapture()` was called while a capture callback was already active')

/** @type {((error: any) => void) | null} */
let capture = null

/** Gives errors that nobody caught to a function, and to nobody else. @param {((error: any) => void) | null} fn null: to nobody any more */
export function setUncaughtExceptionCaptureCallback (fn) {
  if (fn === null) {
    capture = null
    return
  }
  if (typeof fn !== 'function') throw new ERR_INVALID_ARG_TYPE('fn', ['Function', 'null'], fn)
  if (capture !== null) throw new ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET()
  capture = fn
}

/** Whether somebody takes the errors that nobody caught. */
export function hasUncaughtExceptionCaptureCallback () {
  return capture !== null
}

hearUncaught({
  error (error, origin) {
    process.emit('uncaughtExceptionMonitor', error, origin)
    if (capture !== null) {
      capture(error)
      return true
    }
    return process.emit('uncaughtException', error, origin)
  },
  rejection: (reason, promise) => process.emit('unhandledRejection', reason, promise),
  handled: (promise) => process.emit('rejectionHandled', promise)
})

/** Ends the app at once, by the signal that says that something is broken. @returns {void} */
export function abort () {
  kill(pid, 'SIGABRT')
}

/** Reads a file of lines like `NAME=value` into the environment; what is set already stays. @param {string | URL | Buffer} [path] `.env` of the working folder by default */
export function loadEnvFile (path = '.env') {
  const name = path instanceof URL || typeof path === 'string' || Buffer.isBuffer(path) ? path : undefined
  if (name === undefined) throw new ERR_INVALID_ARG_TYPE('path', ['string', 'Buffer', 'URL'], path)
  const found = parseEnv(/** @type {any} */ (runSync(files.readFile(/** @type {any} */ (name), { encoding: 'utf8', flag: 'r' }))))
  for (const [key, value] of Object.entries(found)) if (env[key] === undefined) env[key] = value
}

/** Options of Node that `NODE_OPTIONS` may have: none. @type {ReadonlySet<string>} */
export const allowedNodeEnvironmentFlags = Object.freeze(new Set())

/** @param {unknown} code */
function checkCode (code) {
  if (code === undefined || code === null) return
  if (typeof code === 'string' && code !== '' && Number.isInteger(Number(code))) return
  validateInteger(code, 'code')
}

/** @type {number | string | null | undefined} */
let exitCode
let exiting = false

/** Tells listeners that it ends, once. */
function announce () {
  if (exiting) return
  exiting = true
  process.emit('exit', Number(exitCode ?? 0))
}

/** Ends the app. Unlike in Node the code after it may still run for a moment. @param {number | string | null} [code] @returns {Promise<void>} */
export function exit (code = undefined) {
  checkCode(code)
  if (code !== undefined && code !== null) exitCode = code
  announce()
  return process.reallyExit(Number(exitCode ?? 0) & 0xff)
}

/**
 * @param {string | Error} warning
 * @param {string | { type?: string, code?: string, detail?: string } | Function} [type]
 * @param {string | Function} [code]
 */
export function emitWarning (warning, type = undefined, code = undefined) {
  let detail
  if (type !== null && typeof type === 'object' && !Array.isArray(type)) {
    ;({ type, code, detail } = /** @type {any} */ (type))
    // Of options, what says nothing is as if it were not there.
    if (typeof type !== 'function') type ||= undefined
    else throw new ERR_INVALID_ARG_TYPE('type', 'string', type)
  }
  if (typeof type === 'function') [type, code] = [undefined, undefined]
  if (type !== undefined) validateString(type, 'type')
  if (typeof code === 'function') code = undefined
  else if (code !== undefined) validateString(code, 'code')
  if (typeof warning === 'string') {
    warning = Object.assign(new Error(warning), { name: String(type ?? 'Warning') })
    if (code !== undefined) Object.assign(warning, { code })
    if (typeof detail === 'string') Object.assign(warning, { detail })
  } else if (!(warning instanceof Error)) {
    throw new ERR_INVALID_ARG_TYPE('warning', ['Error', 'string'], warning)
  }
  const given = /** @type {any} */ (warning)
  if (given.name === 'DeprecationWarning' && process.noDeprecation) return
  nextTick(() => {
    console.error(`(${title}:${pid}) ${given.code ? `[${given.code}] ` : ''}${given.name}: ${given.message}${given.detail ? `\n${given.detail}` : ''}`)
    process.emit('warning', given)
  })
}

/** @param {1 | 2} stream */
function terminal (stream) {
  const output = new Writable({
    decodeStrings: true,
    write (chunk, _encoding, callback) {
      if (standardStreams.write?.(stream, chunk)) return callback()
      call('console.write', { stream, body: chunk }).then(() => callback(), callback)
    },
    // What was printed before belongs before: all at once, and not piece by piece.
    writev (chunks, callback) {
      const pieces = chunks.map(({ chunk }) => chunk)
      const body = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0))
      pieces.reduce((at, piece) => { body.set(piece, at); return at + piece.byteLength }, 0)
      if (standardStreams.write?.(stream, body)) return callback()
      call('console.write', { stream, body }).then(() => callback(), callback)
    }
  })
  // They stay open for as long as the app does.
  return Object.assign(output, { fd: stream, isTTY: false, _isStdio: true, destroySoon: output.destroy })
}

/** @type {Partial<Record<1 | 2, any>>} */
const terminals = {}

/** Standard input of the app: all pages read from the same one, and each piece reaches the page that asked first. */
function input () {
  const stream = new Readable({
    highWaterMark: 65536,
    read () {
      if (standardStreams.read !== undefined) {
        standardStreams.read().then((piece) => stream.push(piece === null ? null : Buffer.from(piece)))
        return
      }
      call('process.readStdin').then((answer) => {
        const body = answer?.body
        stream.push(body === undefined ? null : Buffer.from(body.buffer, body.byteOffset, body.byteLength))
      }, (error) => stream.destroy(error))
    }
  })
  return Object.assign(stream, { fd: 0 })
}

/** What the terminal, or another program, gives the app. It reads nothing until it is read. */
export const stdin = input()

/** How each signal that is listened to is no longer. @type {Map<string, () => void>} */
const listening = new Map()
/** @type {(() => void) | undefined} */
let stopEvents

/** @param {string | symbol} name */
const isSignal = (name) => typeof name === 'string' && Object.hasOwn(SIGNALS, name) && SIGNALS[name] !== undefined

/** A signal becomes an event with its first listener. @param {string} name */
function listen (name) {
  const signal = SIGNALS[name]
  let id
  try {
    ({ id } = callSync('process.listen', { signal }))
  } catch (error) {
    throw errnoException(error, 'uv_signal_start')
  }
  stopEvents ??= on('process.signal', ({ signal }) => {
    for (const name of listening.keys()) if (SIGNALS[name] === signal) process.emit(name, name, signal)
  })
  listening.set(name, () => {
    listening.delete(name)
    call('process.unlisten', { id }).catch(() => {})
    if (listening.size === 0) {
      stopEvents?.()
      stopEvents = undefined
    }
  })
}

class Process extends EventEmitter {
  constructor () {
    super()
    super.on('newListener', (name) => {
      if (isSignal(name) && !listening.has(name)) listen(name)
    })
    super.on('removeListener', (name) => {
      if (isSignal(name) && this.listenerCount(name) === 0) listening.get(name)?.()
    })
  }

  /** @returns {any} */
  get stdout () {
    return (terminals[1] ??= terminal(1))
  }

  /** @returns {any} */
  get stderr () {
    return (terminals[2] ??= terminal(2))
  }

  get exitCode () {
    return exitCode
  }

  set exitCode (code) {
    checkCode(code)
    exitCode = code
  }

  get [Symbol.toStringTag] () {
    return 'process'
  }
}

/** @type {InstanceType<typeof EventEmitter> & Record<string, any>} */
const process = Object.assign(new Process(), {
  abort,
  allowedNodeEnvironmentFlags,
  arch,
  argv,
  argv0,
  availableMemory,
  config,
  constrainedMemory,
  cpuUsage,
  cwd,
  emitWarning,
  env,
  execArgv,
  execPath,
  exit,
  features,
  hasUncaughtExceptionCaptureCallback,
  homedir,
  hrtime,
  kill,
  loadEnvFile,
  memoryUsage,
  nextTick,
  noDeprecation: false,
  pid,
  platform,
  ppid,
  reallyExit: end,
  release,
  resourceUsage,
  setUncaughtExceptionCaptureCallback,
  sourceMapsEnabled: false,
  stdin,
  title,
  umask,
  uptime,
  version,
  versions,
  ...users
})

// A page that goes away is a process that ends, for its listeners.
globalThis.addEventListener?.('pagehide', (event) => { if (!event.persisted) announce() })

export const stdout = { write: (/** @type {any[]} */ ...data) => process.stdout.write(...data) }
export const stderr = { write: (/** @type {any[]} */ ...data) => process.stderr.write(...data) }

export default process
