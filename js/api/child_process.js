/** Programs that the app starts, as Node's `child_process`. They end with the document that started them, unless they are detached. */
import { Buffer } from 'socket:buffer'
import { checkKillSignal, checkMaxBuffer, checkTimeout, prepare, shellLine, signalName, signalNumber } from 'socket:internal/child_process/arguments'
import { ChildProcess, spawn, spawnError } from 'socket:internal/child_process/child'
import { ERR_CHILD_PROCESS_STDIO_MAXBUFFER, ERR_FEATURE_UNAVAILABLE_ON_PLATFORM, AbortError, ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { callSync } from 'socket:internal/ipc'
import { validateFunction, validateObject } from 'socket:internal/validators'

export { ChildProcess, spawn }
export { Pipe } from 'socket:internal/pipe'

const MAX_BUFFER = 1024 * 1024

/** Output as it comes, up to a limit. */
class Collector {
  /** @type {any[]} */
  #chunks = []
  #length = 0

  /** @param {any} stream @param {string | null} encoding @param {number} most @param {() => void} full */
  constructor (stream, encoding, most, full) {
    this.text = encoding !== null
    if (stream === null) return
    if (encoding !== null) stream.setEncoding(encoding)
    stream.on('data', (/** @type {any} */ chunk) => {
      const length = encoding === null ? chunk.byteLength : Buffer.byteLength(chunk, /** @type {any} */ (encoding))
      const room = most - this.#length
      this.#length += length
      if (length > room) {
        this.#chunks.push(encoding === null ? chunk.subarray(0, room) : chunk.slice(0, room))
        full()
      } else {
        this.#chunks.push(chunk)
      }
    })
  }

  get value () {
    return this.text ? this.#chunks.join('') : Buffer.concat(this.#chunks)
  }
}

/** @param {any} file @param {any} args @param {any} options @param {any} callback */
function sortExecFile (file, args, options, callback) {
  if (typeof args === 'function') [args, options, callback] = [undefined, undefined, args]
  else if (args !== null && typeof args === 'object' && !Array.isArray(args)) [args, options, callback] = [undefined, args, options]
  if (typeof options === 'function') [options, callback] = [undefined, options]
  if (options != null) validateObject(options, 'options')
  if (callback != null) validateFunction(callback, 'callback')
  return { file, args: args ?? [], options: { encoding: 'utf8', timeout: 0, maxBuffer: MAX_BUFFER, killSignal: 'SIGTERM', cwd: null, env: null, shell: false, ...options }, callback }
}

/**
 * Runs a program and calls back with what it wrote.
 *
 * @param {any} file @param {any} [args] @param {any} [options] @param {any} [callback] `(error, stdout, stderr)`
 * @returns {ChildProcess}
 */
export function execFile (file, args = undefined, options = undefined, callback = undefined) {
  const sorted = sortExecFile(file, args, options, callback)
  const { timeout, maxBuffer, killSignal, encoding, signal, ...rest } = sorted.options
  checkTimeout(timeout)
  checkMaxBuffer(maxBuffer)
  checkKillSignal(killSignal)
  // These are told to the system as they are meant, not checked again.
  const flags = { detached: Boolean(rest.detached), windowsHide: Boolean(rest.windowsHide), windowsVerbatimArguments: Boolean(rest.windowsVerbatimArguments) }
  const child = spawn(sorted.file, sorted.args, { ...rest, ...flags, serialization: undefined, signal, killSignal, stdio: undefined })
  /** @type {any} */
  let failure = null
  let killed = false
  const kill = () => {
    killed = true
    child.stdout?.destroy()
    child.stderr?.destroy()
    try {
      child.kill(killSignal)
    } catch (error) {
      failure ??= error
    }
  }
  const decode = encoding !== 'buffer' && encoding !== null && Buffer.isEncoding(encoding ?? 'utf8') ? encoding ?? 'utf8' : null
  const overflow = (/** @type {string} */ name) => () => {
    failure ??= new ERR_CHILD_PROCESS_STDIO_MAXBUFFER(name)
    kill()
  }
  const out = new Collector(child.stdout, decode, maxBuffer ?? MAX_BUFFER, overflow('stdout'))
  const errors = new Collector(child.stderr, decode, maxBuffer ?? MAX_BUFFER, overflow('stderr'))
  const timer = timeout > 0 ? setTimeout(kill, timeout) : undefined
  let done = false
  const finish = (/** @type {number | null} */ code, /** @type {string | null} */ signal) => {
    if (done) return
    done = true
    clearTimeout(timer)
    if (!sorted.callback) return
    const [stdout, stderr] = [out.value, errors.value]
    if (!failure && code === 0 && signal === null) return sorted.callback(null, stdout, stderr)
    const cmd = [sorted.file, ...sorted.args].join(' ')
    failure ??= Object.assign(new Error(`Command failed: ${cmd}\n${stderr}`), { code, killed: child.killed || killed, signal })
    sorted.callback(Object.assign(failure, { cmd }), stdout, stderr)
  }
  child.on('close', finish)
  child.on('error', (error) => {
    failure = error instanceof AbortError ? Object.assign(error, { name: 'AbortError' }) : error
    child.stdout?.destroy()
    child.stderr?.destroy()
    finish(null, null)
  })
  return child
}

/**
 * Runs a line in a shell and calls back with what it wrote.
 *
 * @param {any} command @param {any} [options] @param {any} [callback] `(error, stdout, stderr)`
 * @returns {ChildProcess}
 */
export function exec (command, options = undefined, callback = undefined) {
  const line = shellLine(command, options, callback)
  return execFile(line.file, line.options, line.callback)
}

for (const form of [exec, execFile]) {
  Object.defineProperty(form, Symbol.for('nodejs.util.promisify.custom'), {
    enumerable: false,
    value: (/** @type {any[]} */ ...args) => {
      /** @type {any} */
      let child
      const promise = new Promise((resolve, reject) => {
        child = /** @type {any} */ (form)(...args, (/** @type {any} */ error, /** @type {any} */ stdout, /** @type {any} */ stderr) => {
          if (error) reject(Object.assign(error, { stdout, stderr }))
          else resolve({ stdout, stderr })
        })
      })
      return Object.assign(promise, { child })
    }
  })
}

/** @param {any} input @returns {Uint8Array | undefined} */
function inputBytes (input) {
  if (!input) return undefined
  if (typeof input === 'string') return Buffer.from(input)
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
  throw new ERR_INVALID_ARG_TYPE('options.stdio[0]', ['Buffer', 'TypedArray', 'DataView', 'string'], input)
}

/**
 * Runs a program and waits for it.
 *
 * @param {any} file @param {any} [args] @param {any} [options]
 * @returns {{ pid: number, output: any[] | null, stdout: any, stderr: any, status: number | null, signal: string | null, error?: any }}
 */
export function spawnSync (file, args = undefined, options = undefined) {
  const prepared = prepare(file, args, options, true)
  const { timeout = 0, maxBuffer = MAX_BUFFER, killSignal, input, encoding } = prepared.options
  checkTimeout(timeout)
  checkMaxBuffer(maxBuffer)
  const signal = signalNumber(checkKillSignal(killSignal))
  const body = inputBytes(input)
  const request = { ...prepared.request, timeout: Math.min(timeout ?? 0, 2 ** 32 - 1), killSignal: signal, maxBuffer: maxBuffer === null || maxBuffer === Infinity ? null : Math.floor(maxBuffer), body: body ?? new Uint8Array(0) }
  const fail = (/** @type {any} */ error) => spawnError(error, prepared.file, prepared.spawnargs, 'spawnSync')
  let answer
  try {
    answer = callSync('child_process.spawnSync', request)
  } catch (caught) {
    const error = /** @type {any} */ (caught)
    if (error.errno === undefined) throw error
    return { error: fail(error), status: null, signal: null, output: null, pid: 0, stdout: null, stderr: null }
  }
  const bytes = answer.body ?? new Uint8Array(0)
  const pieces = [bytes.subarray(0, answer.stdout), bytes.subarray(answer.stdout)].map((piece, index) => {
    if (prepared.request.stdio[index + 1] !== 'pipe') return null
    const buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    return encoding && encoding !== 'buffer' ? buffer.toString(encoding) : buffer
  })
  const [stdout, stderr] = pieces
  const { code, signal: ended } = answer.exit
  const result = { status: ended === null ? code : null, signal: signalName(ended), output: [null, stdout, stderr], pid: answer.pid, stdout, stderr }
  return answer.error === null ? result : { error: fail(answer.error), ...result }
}

/** @param {any} result @param {string} command @param {boolean} shown whether its errors go to the terminal, too */
function outputOf (result, command, shown) {
  if (shown && result.stderr?.length > 0) console.error(String(result.stderr).replace(/\n$/, ''))
  if (result.error) throw Object.assign(result.error, result)
  if (result.status === 0) return result.stdout
  const errors = result.stderr?.length > 0 ? `\n${result.stderr}` : ''
  throw Object.assign(new Error(`Command failed: ${command}${errors}`), result)
}

/** Runs a program, waits for it and gives what it wrote. @type {typeof import('node:child_process').execFileSync} */
export const execFileSync = (/** @type {any} */ file, /** @type {any} */ args = undefined, /** @type {any} */ options = undefined) => {
  // A third argument behind options is a callback, of which waiting has no need; that it is one is still asked.
  if (args !== null && typeof args === 'object' && !Array.isArray(args)) {
    if (options != null) validateFunction(options, 'callback')
    ;[args, options] = [[], args]
  } else if (typeof args === 'function') {
    [args, options] = [[], {}]
  }
  if (options != null) validateObject(options, 'options')
  return outputOf(spawnSync(file, args ?? [], options ?? {}), [file, ...(Array.isArray(args) ? args : [])].join(' '), options?.stdio === undefined)
}

/** Runs a line in a shell, waits for it and gives what it wrote. @type {typeof import('node:child_process').execSync} */
export const execSync = (/** @type {any} */ command, /** @type {any} */ options = undefined) => {
  const line = shellLine(command, options)
  return outputOf(spawnSync(line.file, line.options), command, options?.stdio === undefined)
}

/** A page has no Node to run modules with: start a program, or a worker. @returns {never} */
export function fork () {
  throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('fork()', 'a WebView')
}

export * as default from 'socket:child_process'
