/**
 * Node's `readline`, for streams: lines of standard input, of files, of what programs print.
 */
import { abortError } from 'socket:internal/error'
import { LineReader } from 'socket:internal/readline/interface'
import { clearLine, clearScreenDown, cursorTo, moveCursor } from 'socket:internal/readline/cursor'
import { validateAbortSignal } from 'socket:internal/validators'
import * as promises from 'socket:readline/promises'

/** @typedef {import('node:readline').ReadLineOptions} ReadLineOptions */

export class Interface extends LineReader {
  /**
   * @param {string} query
   * @param {{ signal?: AbortSignal } | ((answer: string) => void)} options
   * @param {(answer: string) => void} [callback]
   */
  question (query, options, callback = undefined) {
    if (typeof options === 'function') [callback, options] = [options, {}]
    const signal = options?.signal
    if (signal) {
      validateAbortSignal(signal, 'options.signal')
      if (signal.aborted) return
      const onabort = () => this.unask()
      signal.addEventListener('abort', onabort, { once: true })
      const given = callback
      callback = (answer) => {
        signal.removeEventListener('abort', onabort)
        given?.(answer)
      }
    }
    if (typeof callback === 'function') this.ask(query, callback)
  }
}

/** @this {Interface} @param {string} query @param {{ signal?: AbortSignal }} [options] @returns {Promise<string>} */
function question (query, options = {}) {
  const { signal } = options
  if (signal?.aborted) return Promise.reject(abortError(signal))
  return new Promise((resolve, reject) => {
    const onabort = () => reject(abortError(signal))
    signal?.addEventListener('abort', onabort, { once: true })
    this.question(query, options, (answer) => {
      signal?.removeEventListener('abort', onabort)
      resolve(answer)
    })
  })
}

Object.defineProperty(Interface.prototype.question, Symbol.for('nodejs.util.promisify.custom'), { value: question })

/**
 * @param {ReadLineOptions | NodeJS.ReadableStream} input  a stream, or options that name one
 * @param {NodeJS.WritableStream} [output]  where prompts go
 * @param {Function} [completer]  never asked: there is no terminal
 * @param {boolean} [terminal]  never true
 */
export function createInterface (input, output = undefined, completer = undefined, terminal = undefined) {
  return new Interface(input, output, completer, terminal)
}

export { clearLine, clearScreenDown, cursorTo, moveCursor, promises }

export * as default from 'socket:readline'
