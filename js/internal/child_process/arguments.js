/** Arguments of `socket:child_process`, checked and made into what native code starts. */
import args from 'socket:internal/args'
import { env as pageEnv } from 'socket:internal/environment'
import { ERR_CHILD_PROCESS_IPC_REQUIRED, ERR_FEATURE_UNAVAILABLE_ON_PLATFORM, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_SYNC_FORK_INPUT, ERR_OUT_OF_RANGE, ERR_UNKNOWN_SIGNAL } from 'socket:internal/errors'
import { toPath } from 'socket:internal/fs/path'
import { constants } from 'socket:internal/os-constants'
import { validateAbortSignal, validateBoolean, validateObject, validateOneOf, validateString } from 'socket:internal/validators'

/** @typedef {import('../routes.d.ts').child_process.Spawn} Spawn */
/** @typedef {'pipe' | 'ignore' | 'inherit'} Stream */

const windows = args.platform === 'win32'
const decoder = new TextDecoder()

/** @param {any} text @param {string} name */
function checkNull (text, name) {
  if (typeof text === 'string' && text.includes('\0')) throw new ERR_INVALID_ARG_VALUE(name, text, 'must be a string without null bytes')
}

/** @param {unknown} value @param {string} name */
function checkId (value, name) {
  if (value == null) return
  if (!Number.isInteger(value) || Math.abs(Number(value)) > 0x7fffffff) throw new ERR_INVALID_ARG_TYPE(name, 'int32', value)
}

/** @param {unknown} value @param {string} name */
function checkOptional (value, name) {
  if (value != null) validateBoolean(value, name)
}

/** Number of a signal. @param {any} signal name or number @returns {number} */
export function signalNumber (signal) {
  const signals = constants.signals
  if (typeof signal === 'number' && Object.values(signals).includes(signal)) return signal
  const number = typeof signal === 'string' ? signals[signal.toUpperCase()] : undefined
  if (number === undefined) throw new ERR_UNKNOWN_SIGNAL(signal)
  return number
}

/** @param {any} signal */
export function checkKillSignal (signal) {
  if (signal == null) return 'SIGTERM'
  if (typeof signal !== 'string' && typeof signal !== 'number') throw new ERR_INVALID_ARG_TYPE('options.killSignal', ['string', 'number'], signal)
  signalNumber(signal)
  return signal
}

/** Name of a signal. @param {number | null} number @returns {string | null} */
export function signalName (number) {
  if (number === null) return null
  return Object.entries(constants.signals).find(([, other]) => other === number)?.[0] ?? null
}

/** @param {any} timeout */
export function checkTimeout (timeout) {
  if (timeout != null && !(Number.isInteger(timeout) && timeout >= 0)) throw new ERR_OUT_OF_RANGE('timeout', 'an unsigned integer', timeout)
}

/** @param {any} maxBuffer */
export function checkMaxBuffer (maxBuffer) {
  if (maxBuffer != null && !(typeof maxBuffer === 'number' && maxBuffer >= 0)) throw new ERR_OUT_OF_RANGE('options.maxBuffer', 'a positive number', maxBuffer)
}

/** @param {string} file @param {string[]} given @param {any} options */
function commandLine (file, given, options) {
  if (!options.shell) return { file, args: given, argv0: options.argv0 ?? file, verbatim: Boolean(options.windowsVerbatimArguments) }
  const command = [file, ...given].join(' ')
  if (windows) {
    const shell = typeof options.shell === 'string' ? options.shell : pageEnv.comspec ?? 'cmd.exe'
    if (/^(?:.*\\)?cmd(?:\.exe)?$/i.test(shell)) return { file: shell, args: ['/d', '/s', '/c', `"${command}"`], argv0: shell, verbatim: true }
    return { file: shell, args: ['-c', command], argv0: shell, verbatim: false }
  }
  const shell = typeof options.shell === 'string' ? options.shell : args.platform === 'android' ? '/system/bin/sh' : '/bin/sh'
  return { file: shell, args: ['-c', command], argv0: shell, verbatim: false }
}

/** @param {any} env @returns {[string, string][]} */
function environment (env) {
  /** @type {[string, string][]} */
  const pairs = []
  // Also what a page's `process.env` inherits, as programs expect of Node.
  for (const name in env) {
    const value = env[name]
    if (value === undefined) continue
    checkNull(name, `options.env['${name}']`)
    checkNull(`${value}`, `options.env['${name}']`)
    pairs.push([name, `${value}`])
  }
  return pairs
}

/** @param {any} stdio @param {boolean} sync @returns {[Stream, Stream, Stream]} */
export function checkStdio (stdio, sync = false) {
  let list = stdio || 'pipe'
  if (typeof list === 'string') {
    if (!['pipe', 'ignore', 'inherit', 'overlapped'].includes(list)) throw new ERR_INVALID_ARG_VALUE('stdio', list)
    list = [list, list, list]
  } else if (!Array.isArray(list)) {
    throw new ERR_INVALID_ARG_VALUE('stdio', list)
  }
  const streams = Array.from({ length: Math.max(3, list.length) }, (_, fd) => streamOf(list[fd], fd, sync))
  if (streams.slice(3).some((stream) => stream !== 'ignore')) throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('stdio beyond standard error', 'a WebView')
  return /** @type {[Stream, Stream, Stream]} */ (streams.slice(0, 3))
}

/** @param {any} value @param {number} fd @param {boolean} sync @returns {Stream} */
function streamOf (value, fd, sync) {
  if (value == null) return fd < 3 ? 'pipe' : 'ignore'
  if (value === 'ignore' || value === 'inherit' || value === 'pipe') return value
  if (value === 'overlapped') return 'pipe'
  if (value === 'ipc') throw sync ? new ERR_CHILD_PROCESS_IPC_REQUIRED('fork') : new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('stdio "ipc"', 'a WebView')
  // The app's own, by number or as a stream.
  if (value === fd || value?.fd === fd) return 'inherit'
  if (typeof value === 'number' || typeof value === 'object') {
    if (ArrayBuffer.isView(value)) throw new ERR_INVALID_SYNC_FORK_INPUT(value)
    throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('stdio with files and other streams', 'a WebView')
  }
  if (typeof value === 'string' && !sync) throw new ERR_INVALID_SYNC_FORK_INPUT(value)
  throw new ERR_INVALID_ARG_VALUE('stdio', value)
}

/**
 * @typedef {object} Prepared
 * @property {Spawn} request
 * @property {any} options
 * @property {string} file what is started: a shell, if one is
 * @property {string[]} spawnargs with the name in front
 */

/**
 * @param {any} file
 * @param {any} given arguments, or options
 * @param {any} options
 * @returns {{ file: string, given: string[], options: any }}
 */
function sort (file, given, options) {
  validateString(file, 'file')
  checkNull(file, 'file')
  if (file.length === 0) throw new ERR_INVALID_ARG_VALUE('file', file, 'cannot be empty')
  if (Array.isArray(given)) {
    given = given.map((one) => `${one}`)
  } else if (given == null) {
    given = []
  } else if (typeof given !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('args', 'object', given)
  } else {
    [given, options] = [[], given]
  }
  given.forEach((/** @type {string} */ one, /** @type {number} */ index) => checkNull(one, `args[${index}]`))
  if (options === undefined) options = {}
  else validateObject(options, 'options')
  return { file, given, options: { ...options } }
}

/** @param {any} cwd @returns {string | null} */
function folder (cwd) {
  if (cwd == null) return null
  const path = toPath(cwd, 'options.cwd')
  return typeof path === 'string' ? path : decoder.decode(path)
}

/** -1, which changes nothing, and its kin, as the system takes them. @param {number | null | undefined} id */
const wireId = (id) => id == null ? null : id >>> 0

/** @param {any} file @param {any} given @param {any} options @param {boolean} [sync] @returns {Prepared} */
export function prepare (file, given, options, sync = false) {
  const sorted = sort(file, given, options)
  options = sorted.options
  const cwd = folder(options.cwd)
  checkOptional(options.detached, 'options.detached')
  checkId(options.uid, 'options.uid')
  checkId(options.gid, 'options.gid')
  if (options.shell != null && typeof options.shell !== 'boolean' && typeof options.shell !== 'string') throw new ERR_INVALID_ARG_TYPE('options.shell', ['boolean', 'string'], options.shell)
  if (options.argv0 != null) {
    validateString(options.argv0, 'options.argv0')
    checkNull(options.argv0, 'options.argv0')
  }
  checkOptional(options.windowsHide, 'options.windowsHide')
  checkOptional(options.windowsVerbatimArguments, 'options.windowsVerbatimArguments')
  const line = commandLine(sorted.file, sorted.given, options)
  const env = environment(options.env || pageEnv)
  if (!sync) {
    if (options.serialization !== undefined) validateOneOf(options.serialization, 'options.serialization', [undefined, 'json', 'advanced'])
    checkTimeout(options.timeout)
    if (options.signal !== undefined) validateAbortSignal(options.signal, 'options.signal')
    options.killSignal = checkKillSignal(options.killSignal)
  }
  return {
    file: line.file,
    spawnargs: [line.argv0, ...line.args],
    options,
    request: {
      file: line.file,
      args: line.args,
      argv0: line.argv0 === line.file ? null : line.argv0,
      cwd,
      env,
      stdio: checkStdio(options.stdio, sync),
      detached: Boolean(options.detached),
      uid: wireId(options.uid),
      gid: wireId(options.gid),
      windowsHide: Boolean(options.windowsHide),
      windowsVerbatim: line.verbatim
    }
  }
}

/** `exec` and its kin: one line for a shell. @param {any} command @param {any} options @param {any} [callback] */
export function shellLine (command, options, callback = undefined) {
  validateString(command, 'command')
  checkNull(command, 'command')
  if (typeof options === 'function') [options, callback] = [undefined, options]
  return { file: command, options: { ...options, shell: typeof options?.shell === 'string' ? options.shell : true }, callback }
}
