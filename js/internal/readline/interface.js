/**
 * Lines of a stream as events. No page has a terminal, so there is no editing of lines, no history and no completion: what
 * comes in is split, as Node does it for a stream that is no terminal.
 */
import { EventEmitter, on } from 'socket:events'
import { define, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { validateAbortSignal, validateArray, validateNumber, validateString, validateUint32 } from 'socket:internal/validators'
import { StringDecoder } from 'socket:string_decoder'

export const ERR_USE_AFTER_CLOSE = define('ERR_USE_AFTER_CLOSE', Error, (/** @type {string} */ name) => `${name} was closed`)

const END = /\r\n|\n|\r(?!\n)/g
const CRLF_DELAY = 100

/** @typedef {import('node:readline').ReadLineOptions} Options */

export class LineReader extends EventEmitter {
  #prompt = '> '
  #decoder = new StringDecoder('utf8')
  #rest = ''
  /** When a piece ended in \r, whose \n may follow. */
  #returned = 0
  /** @type {(() => void) | undefined} */
  #unlisten
  /** Waits for the next line in the place of its listeners. @type {((line: string) => void) | null} */
  #asker = null
  paused = false
  closed = false
  line = ''
  cursor = 0
  terminal = false

  /** @param {any} input or options @param {any} [output] @param {any} [completer] @param {any} [terminal] */
  constructor (input, output = undefined, completer = undefined, terminal = undefined) {
    super()
    let options = /** @type {any} */ ({ input, output, completer, terminal })
    if (input?.input) {
      options = input
      if (options.signal) validateAbortSignal(options.signal, 'options.signal')
      if (options.escapeCodeTimeout !== undefined && !Number.isFinite(options.escapeCodeTimeout)) throw new ERR_INVALID_ARG_VALUE('input.escapeCodeTimeout', 500)
      if (options.tabSize !== undefined) validateUint32(options.tabSize, 'tabSize', true)
      if (options.prompt !== undefined) this.#prompt = options.prompt
    }
    const { crlfDelay, completer: completes, history = [], historySize = 30 } = options
    if (completes !== undefined && typeof completes !== 'function') throw new ERR_INVALID_ARG_VALUE('completer', completes)
    validateArray(history, 'history')
    validateNumber(historySize, 'historySize', 0)
    this.input = options.input
    this.output = options.output
    this.history = history
    this.historySize = historySize
    this.tabSize = options.tabSize ?? 8
    this.crlfDelay = crlfDelay ? Math.max(CRLF_DELAY, crlfDelay) : CRLF_DELAY
    this.#listen(options.signal || undefined)
  }

  /** @param {AbortSignal | undefined} signal */
  #listen (signal) {
    const { input } = this
    const onerror = (/** @type {Error} */ error) => this.emit('error', error)
    const ondata = (/** @type {any} */ data) => this.#take(this.#decoder.write(typeof data === 'string' ? new TextEncoder().encode(data) : data))
    const onend = () => {
      const rest = this.#rest + this.#decoder.end()
      this.#rest = ''
      if (rest.length > 0) this.#give(rest)
      this.close()
    }
    const onabort = () => this.close()
    this.#unlisten = () => {
      input.removeListener('data', ondata)
      input.removeListener('end', onend)
      signal?.removeEventListener('abort', onabort)
    }
    input.on('error', onerror)
    input.on('data', ondata)
    input.on('end', onend)
    if (signal?.aborted) queueMicrotask(onabort)
    else signal?.addEventListener('abort', onabort, { once: true })
    input.resume()
  }

  /** @param {string} text */
  #take (text) {
    if (this.#returned > 0 && Date.now() - this.#returned <= this.crlfDelay && text.startsWith('\n')) text = text.slice(1)
    if (text !== '') this.#returned = 0
    const all = this.#rest + text
    const lines = all.split(END)
    this.#rest = /** @type {string} */ (lines.pop())
    if (all.endsWith('\r')) this.#returned = Date.now()
    for (const line of lines) this.#give(line)
  }

  /** @param {string} line */
  #give (line) {
    const asker = this.#asker
    if (asker === null) return this.emit('line', line)
    this.#asker = null
    this.setPrompt(this.#before)
    asker(line)
  }

  /** The prompt while there is no question. */
  #before = '> '

  /** Width of the terminal, which there is none. */
  get columns () {
    return this.output?.columns ?? Infinity
  }

  /** @param {string} prompt */
  setPrompt (prompt) {
    this.#prompt = prompt
  }

  getPrompt () {
    return this.#prompt
  }

  /** Writes the prompt. @param {boolean} [_preserveCursor] */
  prompt (_preserveCursor = undefined) {
    if (this.paused) this.resume()
    this.output?.write(this.#prompt)
  }

  /** Shows a question; the next line is the answer. @param {string} query @param {(answer: string) => void} callback */
  ask (query, callback) {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline')
    validateString(query, 'stringToWrite')
    if (this.#asker !== null) return this.prompt()
    this.#before = this.#prompt
    this.setPrompt(query)
    this.#asker = callback
    this.prompt()
  }

  /** The question is taken back. */
  unask () {
    this.#asker = null
    this.setPrompt(this.#before)
  }

  close () {
    if (this.closed) return
    this.pause()
    this.#unlisten?.()
    this.closed = true
    this.emit('close')
  }

  pause () {
    if (this.paused) return this
    this.input.pause()
    this.paused = true
    this.emit('pause')
    return this
  }

  resume () {
    if (!this.paused) return this
    this.input.resume()
    this.paused = false
    this.emit('resume')
    return this
  }

  /** As if it had come in. @param {string | Uint8Array} data @param {object} [_key] */
  write (data, _key = undefined) {
    if (this.closed) return
    if (this.paused) this.resume()
    if (data === undefined) return
    if (data === null) throw new ERR_INVALID_ARG_TYPE('buf', ['Buffer', 'TypedArray', 'DataView'], data)
    this.#take(typeof data === 'string' ? data : this.#decoder.write(data))
  }

  /** Where a terminal's cursor would be behind the prompt. */
  getCursorPos () {
    const text = `${this.#prompt}${this.line}`
    const lines = text.split(/\r\n|\r|\n/)
    return { rows: lines.length - 1, cols: /** @type {string} */ (lines.at(-1)).length }
  }

  /** @returns {AsyncIterableIterator<string>} */
  [Symbol.asyncIterator] () {
    const lines = on(/** @type {any} */ (this), 'line', { close: ['close'], highWaterMark: 1024 })
    const iterator = {
      next: async () => {
        const { value, done } = await lines.next()
        return done ? { value: undefined, done } : { value: value[0], done }
      },
      return: async () => {
        await lines.return?.()
        return { value: undefined, done: true }
      },
      [Symbol.asyncIterator]: () => iterator
    }
    return /** @type {any} */ (iterator)
  }
}
