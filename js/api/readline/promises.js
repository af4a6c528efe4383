/**
 * Node's `readline/promises`.
 */
import { abortError } from 'socket:internal/error'
import { LineReader } from 'socket:internal/readline/interface'
import { lineCode, moveCode, positionCode, SCREEN_DOWN } from 'socket:internal/readline/cursor'
import { ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { validateAbortSignal, validateBoolean, validateInteger } from 'socket:internal/validators'

export class Interface extends LineReader {
  /** @param {string} query @param {{ signal?: AbortSignal }} [options] @returns {Promise<string>} the next line */
  question (query, options = {}) {
    return new Promise((resolve, reject) => {
      const { signal } = options
      if (signal) validateAbortSignal(signal, 'options.signal')
      if (signal?.aborted) return reject(abortError(signal))
      const onabort = () => {
        this.unask()
        reject(abortError(signal))
      }
      signal?.addEventListener('abort', onabort, { once: true })
      this.ask(query, (answer) => {
        signal?.removeEventListener('abort', onabort)
        resolve(answer)
      })
    })
  }
}

/** Movements of a terminal's cursor that are written together. */
export class Readline {
  #stream
  #autoCommit
  /** @type {string[]} */
  #waiting = []

  /** @param {any} stream @param {{ autoCommit?: boolean }} [options] */
  constructor (stream, options = undefined) {
    if (typeof stream?.write !== 'function') throw new ERR_INVALID_ARG_TYPE('stream', 'Writable', stream)
    if (options?.autoCommit !== undefined && options.autoCommit !== null) validateBoolean(options.autoCommit, 'options.autoCommit')
    this.#stream = stream
    this.#autoCommit = options?.autoCommit === true
  }

  /** @param {string} text */
  #add (text) {
    if (this.#autoCommit) queueMicrotask(() => this.#stream.write(text))
    else this.#waiting.push(text)
    return this
  }

  /** @param {number} x @param {number} [y] @returns {this} */
  cursorTo (x, y = undefined) {
    validateInteger(x, 'x')
    if (y !== undefined && y !== null) validateInteger(y, 'y')
    return this.#add(positionCode(x, /** @type {any} */ (y)))
  }

  /** @param {number} dx @param {number} dy @returns {this} */
  moveCursor (dx, dy) {
    if (dx || dy) {
      validateInteger(dx, 'dx')
      validateInteger(dy, 'dy')
      this.#add(moveCode(dx, dy))
    }
    return this
  }

  /** @param {-1 | 0 | 1} dir @returns {this} */
  clearLine (dir) {
    validateInteger(dir, 'dir', -1, 1)
    return this.#add(lineCode(dir))
  }

  /** @returns {this} */
  clearScreenDown () {
    return this.#add(SCREEN_DOWN)
  }

  /** Writes what waits. @returns {Promise<void>} */
  commit () {
    return new Promise((resolve) => {
      this.#stream.write(this.#waiting.join(''), () => resolve())
      this.#waiting = []
    })
  }

  /** Forgets what waits. @returns {this} */
  rollback () {
    this.#waiting = []
    return this
  }
}

/**
 * @param {import('node:readline').ReadLineOptions | NodeJS.ReadableStream} input  a stream, or options that name one
 * @param {NodeJS.WritableStream} [output]
 * @param {Function} [completer]  never asked: there is no terminal
 * @param {boolean} [terminal]  never true
 */
export function createInterface (input, output = undefined, completer = undefined, terminal = undefined) {
  return new Interface(input, output, completer, terminal)
}

export * as default from 'socket:readline/promises'
