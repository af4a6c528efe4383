/** A running program with its streams. */
import { Buffer } from 'socket:buffer'
import { EventEmitter } from 'socket:events'
import { prepare, signalName, signalNumber } from 'socket:internal/child_process/arguments'
import { AbortError } from 'socket:internal/errors'
import { settle } from 'socket:internal/fs/run'
import { call, callSync } from 'socket:internal/ipc'
import { errnoException } from 'socket:internal/system-error'
import { validateObject } from 'socket:internal/validators'
import { Readable, Writable } from 'socket:stream'

/** Failures to start that are told by an event, not thrown. */
const TOLD = new Set(['EACCES', 'EAGAIN', 'EMFILE', 'ENFILE', 'ENOENT'])

/** @param {any} error @param {string} file @param {string[]} spawnargs @param {'spawn' | 'spawnSync'} name */
export function spawnError (error, file, spawnargs, name = 'spawn') {
  return Object.assign(errnoException(error, `${name} ${file}`), { path: file, spawnargs: spawnargs.slice(1) })
}

/** A pipe from the program: reads when the page wants more. @param {number} id @param {1 | 2} stream */
function output (id, stream) {
  return new Readable({
    highWaterMark: 64 * 1024,
    read () {
      settle(call('child_process.read', { id, stream }), (error, answer) => {
        if (error) this.destroy(error)
        else if (answer.body === undefined) this.push(null)
        else this.push(Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength))
      }, (answer) => [answer ?? {}])
    }
  })
}

/** A pipe to the program. @param {number} id */
function input (id) {
  const finished = (/** @type {(error?: any) => void} */ callback) => (/** @type {any} */ error) => callback(error ? errnoException(error, 'write') : null)
  const write = (/** @type {Uint8Array} */ body, /** @type {any} */ callback) => body.byteLength === 0
    ? callback()
    : settle(call('child_process.write', { id, body }), finished(callback))
  return new Writable({
    decodeStrings: true,
    write: (chunk, _encoding, callback) => { write(chunk, callback) },
    writev: (chunks, callback) => { write(Buffer.concat(chunks.map(({ chunk }) => chunk)), callback) },
    destroy (error, callback) {
      // The pipe is closed however the stream ends: a program that reads must not wait.
      settle(call('child_process.end', { id }).catch(() => {}), () => callback(error))
    }
  })
}

/** Said in full, because tsc cannot write down the options that the class itself takes. */
const Emitter = /** @type {new () => import('node:events').EventEmitter} */ (/** @type {any} */ (EventEmitter))

export class ChildProcess extends Emitter {
  connected = false
  /** @type {string | null} */
  signalCode = null
  /** @type {number | null} */
  exitCode = null
  killed = false
  /** @type {string | null} */
  spawnfile = null
  /** @type {string[] | undefined} */
  spawnargs
  /** @type {number | undefined} */
  pid
  /** @type {import('socket:stream').Writable | null} */
  stdin = null
  /** @type {import('socket:stream').Readable | null} */
  stdout = null
  /** @type {import('socket:stream').Readable | null} */
  stderr = null
  /** @type {any[]} */
  stdio = []
  #id = -1
  /** Streams that are open, and the program itself. */
  #open = 1

  /** @param {{ file: string, args?: string[] } & Record<string, any>} options `file`, `args` with the name in front, and what else `spawn` takes */
  spawn (options) {
    validateObject(options, 'options')
    const { file, args = [file] } = options
    this.start(prepare(file, args.slice(1), options))
  }

  /** @param {import('socket:internal/child_process/arguments').Prepared} prepared */
  start ({ file, spawnargs, request }) {
    this.spawnfile = file
    this.spawnargs = spawnargs
    let started
    try {
      started = callSync('child_process.spawn', request)
    } catch (caught) {
      const error = /** @type {any} */ (caught)
      if (error.errno === undefined) throw error
      if (!TOLD.has(error.code)) throw errnoException(error, 'spawn')
      this.#streams(request.stdio, null)
      this.exitCode = error.errno
      queueMicrotask(() => {
        this.emit('error', spawnError(error, file, spawnargs))
        this.#flush()
        this.#closed()
      })
      return
    }
    this.#id = started.id
    this.pid = started.pid
    this.#streams(request.stdio, started.id)
    queueMicrotask(() => this.emit('spawn'))
    settle(call('child_process.wait', { id: started.id }), (/** @type {any} */ error, /** @type {any} */ exit) => {
      // The document goes away, and the program with it.
      if (error) return
      this.#ended(exit)
    })
  }

  /** @param {readonly string[]} kinds @param {number | null} id null: the program did not start */
  #streams (kinds, id) {
    const streams = kinds.map((kind, fd) => {
      if (kind !== 'pipe') return null
      if (fd === 0) return id === null ? new Writable({ write: (_chunk, _encoding, callback) => callback() }) : input(id)
      return id === null ? new Readable({ read () { this.push(null) } }) : output(id, /** @type {1 | 2} */ (fd))
    })
    this.stdio = streams
    ;[this.stdin, this.stdout, this.stderr] = /** @type {any} */ (streams)
    for (const stream of [this.stdout, this.stderr]) {
      if (stream === null) continue
      this.#open++
      stream.once('close', () => this.#closed())
    }
    if (id === null) this.stdin?.destroy()
  }

  /** @param {{ code: number | null, signal: number | null }} exit */
  #ended ({ code, signal }) {
    this.exitCode = signal === null ? code : null
    this.signalCode = signalName(signal)
    this.stdin?.destroy()
    this.emit('exit', this.exitCode, this.signalCode)
    queueMicrotask(() => this.#flush())
    this.#closed()
  }

  /** What nobody reads must not keep the streams open. */
  #flush () {
    for (const stream of [this.stdout, this.stderr]) {
      if (stream !== null && stream.readableFlowing === null && stream.listenerCount('readable') === 0) stream.resume()
    }
  }

  #closed () {
    if (--this.#open > 0) return
    // Its own answer is of no interest: the document may be going away.
    if (this.#id !== -1) call('child_process.close', { id: this.#id }).catch(() => {})
    this.emit('close', this.exitCode, this.signalCode)
  }

  /** @param {number | string} [signal] @returns {boolean} whether it was sent */
  kill (signal = 'SIGTERM') {
    const number = signal === 0 ? 0 : signalNumber(signal)
    if (this.#id === -1 || this.exitCode !== null || this.signalCode !== null) return false
    let sent
    try {
      sent = callSync('child_process.kill', { id: this.#id, signal: number })
    } catch (caught) {
      const error = /** @type {any} */ (caught)
      if (error.code === 'ESRCH') return false
      if (error.code === 'EINVAL' || error.code === 'ENOSYS') throw errnoException(error, 'kill')
      this.emit('error', errnoException(error, 'kill'))
      return false
    }
    if (sent) this.killed = true
    return sent
  }

  /** A page lives as long as its window, so there is nothing to hold. */
  ref () {}
  /** A page lives as long as its window, so there is nothing to let go of. */
  unref () {}
}

const { dispose } = /** @type {any} */ (Symbol)
if (dispose !== undefined) {
  // Cast, or tsc takes it for a part of the class that it cannot declare.
  Object.defineProperty(/** @type {any} */ (ChildProcess.prototype), dispose, {
    /** @this {ChildProcess} */
    value () { if (!this.killed) this.kill() },
    writable: true,
    configurable: true
  })
}

/** @param {ChildProcess} child @param {any} killSignal @param {any} reason */
function abort (child, killSignal, reason) {
  try {
    if (child.kill(killSignal)) child.emit('error', new AbortError(undefined, { cause: reason }))
  } catch (error) {
    child.emit('error', error)
  }
}

/** @param {any} file @param {any} [args] @param {any} [options] @returns {ChildProcess} */
export function spawn (file, args = undefined, options = undefined) {
  const prepared = prepare(file, args, options)
  const { timeout, killSignal, signal } = prepared.options
  const child = new ChildProcess()
  child.start(prepared)
  if (timeout > 0) {
    const timer = setTimeout(() => {
      try { child.kill(killSignal) } catch (error) { child.emit('error', error) }
    }, timeout)
    child.once('exit', () => clearTimeout(timer))
  }
  if (signal !== undefined) {
    const onabort = () => abort(child, killSignal, signal.reason)
    if (signal.aborted) {
      queueMicrotask(onabort)
    } else {
      signal.addEventListener('abort', onabort, { once: true })
      child.once('exit', () => signal.removeEventListener('abort', onabort))
    }
  }
  return child
}
