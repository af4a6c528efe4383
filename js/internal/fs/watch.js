/**
 * Changes of files: `fs.watch` on the system's own notices, `fs.watchFile` by looking again and again.
 */
import { Buffer } from 'socket:buffer'
import { EventEmitter } from 'socket:events'
import { BigIntStats, Stats } from 'socket:fs/stats'
import { abortError } from 'socket:internal/error'
import { ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import * as entries from 'socket:internal/fs/entries'
import { getOptions } from 'socket:internal/fs/options'
import { decode, toPath, wire } from 'socket:internal/fs/path'
import { run } from 'socket:internal/fs/run'
import { call, callSync, on } from 'socket:internal/ipc'
import { validateBoolean, validateFunction, validateObject, validateUint32 } from 'socket:internal/validators'
import { resolve } from 'socket:path'

/** @typedef {import('socket:internal/fs/path').PathLike} PathLike */
/** @typedef {import('socket:internal/fs/options').Options & { persistent?: boolean }} WatchOptions */
/** @typedef {(eventType: 'rename' | 'change', filename: any) => void} Listener */

/** Watchers that are open, by their number. @type {Map<number, (kind: string, name: Uint8Array | undefined) => void>} */
const open = new Map()
/** @type {(() => void) | undefined} */ let stop

/** @param {number} fd @param {(kind: string, name: Uint8Array | undefined) => void} told */
function listen (fd, told) {
  open.set(fd, told)
  stop ??= on('fs.changed', ({ fd, eventType, body }) => open.get(fd)?.(eventType, body))
}

/** @param {number} fd */
function forget (fd) {
  open.delete(fd)
  if (open.size === 0) {
    stop?.()
    stop = undefined
  }
  // Its document may be gone, and the watcher with it.
  call('fs.unwatch', { fd }).catch(() => {})
}

/** @param {any} options @returns {WatchOptions} */
function checked (options) {
  const { encoding, recursive = false, signal } = /** @type {WatchOptions} */ (getOptions(options))
  if (recursive) validateBoolean(recursive, 'options.recursive')
  return { encoding: encoding ?? 'utf8', recursive, signal }
}

/**
 * Node names the file of a refusal twice, and an empty name once.
 *
 * @param {any} error
 * @param {string | Uint8Array} path
 */
function refused (error, path) {
  if (path.length > 0) return Object.assign(error, { filename: path })
  delete error.path
  error.message = error.message.replace(/ '.*'$/, '')
  return Object.assign(error, { filename: path })
}

/**
 * A watched file or directory, with the events `change`, `error` and `close`.
 */
export class FSWatcher extends EventEmitter {
  /** @type {number | undefined} */ #fd
  /** Leaves the signal alone. */
  #release = () => {}

  /** @param {PathLike} path @param {WatchOptions} options checked */
  constructor (path, { encoding, recursive, signal }) {
    super()
    const place = toPath(path)
    let fd
    try {
      ({ fd } = callSync('fs.watch', { path: wire(place), recursive: recursive === true }))
    } catch (error) {
      throw refused(error, place)
    }
    this.#fd = fd
    listen(fd, (kind, name) => this.emit('change', kind, decode(name, encoding)))
    if (signal?.aborted) {
      queueMicrotask(() => this.close())
    } else if (signal !== undefined) {
      const abort = () => this.close()
      signal.addEventListener('abort', abort, { once: true })
      this.#release = () => signal.removeEventListener('abort', abort)
    }
  }

  /** Stops watching; more than once does nothing. */
  close () {
    if (this.#fd === undefined) return
    this.#release()
    forget(this.#fd)
    this.#fd = undefined
    queueMicrotask(() => this.emit('close'))
  }

  /** A page does not end while it watches, nor go on because it does. */
  ref () {
    return this
  }

  unref () {
    return this
  }
}

/**
 * @param {PathLike} filename
 * @param {WatchOptions | string | Listener} [options]
 * @param {Listener} [listener]
 */
export function watch (filename, options = undefined, listener = undefined) {
  if (typeof options === 'function') listener = options
  const watcher = new FSWatcher(filename, checked(options))
  if (listener) watcher.on('change', listener)
  return watcher
}

/**
 * What happens, one after the other: `for await (const { eventType, filename } of watch(…))`.
 *
 * @param {PathLike} filename
 * @param {WatchOptions | string} [options]
 * @returns {AsyncGenerator<{ eventType: 'rename' | 'change', filename: any }, void, void>}
 */
export async function * watchEach (filename, options = {}) {
  const path = toPath(filename)
  if (typeof options !== 'string') validateObject(options, 'options')
  const { persistent = true, recursive: deep = false } = /** @type {any} */ (options)
  validateBoolean(persistent, 'options.persistent')
  validateBoolean(deep, 'options.recursive')
  const named = typeof options === 'string' ? options : options.encoding
  // Node's own words, in its order.
  if (named && named !== 'buffer' && !Buffer.isEncoding(named)) throw new ERR_INVALID_ARG_VALUE(named, 'encoding', 'is invalid encoding')
  const { encoding, recursive, signal } = checked(options)
  if (signal?.aborted) throw abortError(signal)
  const { fd } = await call('fs.watch', { path: wire(path), recursive: recursive === true })
    .catch((error) => { throw refused(error, path) })
  /** @type {{ eventType: any, filename: any }[]} */
  const waiting = []
  let wake = () => {}
  listen(fd, (eventType, name) => {
    waiting.push({ eventType, filename: decode(name, encoding) })
    wake()
  })
  const aborted = () => wake()
  signal?.addEventListener('abort', aborted, { once: true })
  try {
    for (;;) {
      if (signal?.aborted) throw abortError(signal)
      const next = waiting.shift()
      if (next !== undefined) yield next
      else await new Promise((resolve) => { wake = () => resolve(undefined) })
    }
  } finally {
    signal?.removeEventListener('abort', aborted)
    forget(fd)
  }
}

/** What `watchFile` calls the state of a file that is not there. @param {boolean} bigint */
function nothing (bigint) {
  const numbers = Array.from({ length: 14 }, () => bigint ? 0n : 0)
  // @ts-expect-error: as many as there are parameters
  return bigint ? new BigIntStats(...numbers) : new Stats(...numbers)
}

/** What makes one state another; the time of reading does not. */
const STATE = /** @type {const} */ (['mtimeMs', 'ctimeMs', 'birthtimeMs', 'size', 'mode', 'uid', 'gid', 'ino', 'dev', 'nlink'])

/** @type {Map<string, StatWatcher>} by absolute path */
const polled = new Map()

/** A file that is looked at again and again, with the events `change` and `stop`. */
export class StatWatcher extends EventEmitter {
  #path
  #interval
  #bigint
  /** The state of a file that is not there. */
  #gone
  /** @type {any} */ #last
  /** @type {any} */ #timer
  #ended = false

  /** @param {string} path @param {number} interval milliseconds @param {boolean} bigint */
  constructor (path, interval, bigint) {
    super()
    this.#path = path
    this.#interval = interval
    this.#bigint = bigint
    this.#gone = nothing(bigint)
    this.#look()
  }

  async #look () {
    const gone = this.#gone
    const now = await run(entries.stat(this.#path, { bigint: this.#bigint })).catch(() => gone)
    if (this.#ended) return
    const last = this.#last
    this.#last = now
    // A file that is missing from the start is told once, as Node does.
    if (last === undefined ? now === gone : STATE.some((key) => now[key] !== last[key])) this.emit('change', now, last ?? gone)
    if (!this.#ended) this.#timer = setTimeout(() => this.#look(), this.#interval)
  }

  stop () {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#timer)
    queueMicrotask(() => this.emit('stop'))
  }

  ref () {
    return this
  }

  unref () {
    return this
  }
}

/** @param {PathLike} filename */
const absolute = (filename) => {
  const path = toPath(filename)
  return resolve(typeof path === 'string' ? path : decode(path, 'utf8'))
}

/**
 * Looks at a file every `interval` milliseconds and tells what changed. `watch` costs less and tells sooner; this works
 * on every file system.
 *
 * @param {PathLike} filename
 * @param {{ bigint?: boolean, persistent?: boolean, interval?: number } | ((current: any, previous: any) => void)} options
 * @param {(current: any, previous: any) => void} [listener]
 */
export function watchFile (filename, options, listener = undefined) {
  const path = absolute(filename)
  if (options === null || typeof options !== 'object') {
    listener = /** @type {any} */ (options)
    options = {}
  }
  const { bigint = false, interval = 5007 } = options
  validateFunction(listener, 'listener')
  let watcher = polled.get(path)
  if (watcher === undefined) {
    validateUint32(interval, 'interval')
    watcher = new StatWatcher(path, interval, bigint)
    polled.set(path, watcher)
  }
  watcher.on('change', listener)
  return watcher
}

/** @param {PathLike} filename @param {(current: any, previous: any) => void} [listener] all of them when it is missing */
export function unwatchFile (filename, listener = undefined) {
  const path = absolute(filename)
  const watcher = polled.get(path)
  if (watcher === undefined) return
  if (typeof listener === 'function') watcher.off('change', listener)
  else watcher.removeAllListeners('change')
  if (watcher.listenerCount('change') > 0) return
  watcher.stop()
  polled.delete(path)
}
