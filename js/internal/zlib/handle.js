/**
 * zlib itself (the package pako, a port of it), a piece of input at a time.
 */
import {
  ZStream, zlibDeflate, zlibDeflateInit2, zlibDeflateReset, zlibDeflateSetDictionary,
  zlibInflate, zlibInflateInit2, zlibInflateReset, zlibInflateSetDictionary
} from 'pako'
import { codes, constants } from 'socket:internal/zlib/constants'

const { Z_OK, Z_STREAM_END, Z_NEED_DICT, Z_DATA_ERROR, Z_BUF_ERROR, Z_FINISH, DEFLATE, GZIP, DEFLATERAW, INFLATE, GUNZIP, INFLATERAW, UNZIP } = constants
const MAGIC = [0x1f, 0x8b]

/** @param {number} errno @param {string} message */
export function zlibError (errno, message) {
  return Object.assign(new Error(message), { errno, code: /** @type {any} */ (codes)[errno] })
}

/** @typedef {{ windowBits: number, level: number, memLevel: number, strategy: number, dictionary: Uint8Array | undefined }} Parameters */

export class Handle {
  #mode
  #options
  #strm = new ZStream()
  /** How many bytes of gzip's two were seen, for `unzip`. */
  #magic = 0

  /** @param {number} mode @param {Parameters} options */
  constructor (mode, options) {
    this.#mode = mode
    this.#options = options
    this.#strm.input = new Uint8Array(0)
    if (mode !== UNZIP) this.#start()
  }

  #start () {
    const { windowBits, level, memLevel, strategy, dictionary } = this.#options
    const mode = this.#mode
    const strm = this.#strm
    const wrapped = mode === GZIP || mode === GUNZIP ? windowBits + 16 : mode === DEFLATERAW || mode === INFLATERAW ? -windowBits : windowBits
    const deflates = mode === DEFLATE || mode === GZIP || mode === DEFLATERAW
    let status = deflates ? zlibDeflateInit2(strm, level, 8, wrapped, memLevel, /** @type {any} */ (strategy)) : zlibInflateInit2(strm, wrapped)
    if (status !== Z_OK) throw zlibError(status, 'Init error')
    if (dictionary === undefined) return
    if (mode === DEFLATE || mode === DEFLATERAW) status = zlibDeflateSetDictionary(strm, dictionary)
    if (mode === INFLATERAW) status = zlibInflateSetDictionary(strm, dictionary)
    if (status !== Z_OK) throw zlibError(status, 'Failed to set dictionary')
  }

  reset () {
    const mode = this.#mode
    if (mode === UNZIP) return
    const status = mode === DEFLATE || mode === GZIP || mode === DEFLATERAW ? zlibDeflateReset(this.#strm) : zlibInflateReset(this.#strm)
    if (status !== Z_OK) throw zlibError(status, 'Failed to reset stream')
    const { dictionary } = this.#options
    if (dictionary !== undefined && (mode === DEFLATE || mode === DEFLATERAW)) zlibDeflateSetDictionary(this.#strm, dictionary)
  }

  /** For what comes after a flush. @param {number} level @param {number} strategy */
  params (level, strategy) {
    const { state } = this.#strm
    Object.assign(state, { level: level === -1 ? 6 : level, strategy })
  }

  /** Which of the two formats it is, once that is known. @param {Uint8Array} input @returns {boolean} */
  #decide (input) {
    // What was written before belongs to the one or the other.
    this.#held = this.#magic
    for (const byte of input) {
      if (byte !== MAGIC[this.#magic]) {
        this.#mode = INFLATE
        this.#start()
        return true
      }
      if (++this.#magic === MAGIC.length) {
        this.#mode = GUNZIP
        this.#start()
        return true
      }
      if (input.length === 1) return false
    }
    return false
  }

  #held = 0

  /**
   * Works until input or room for output is used up.
   *
   * @param {Uint8Array} input
   * @param {number} flush
   * @param {Uint8Array<ArrayBuffer>} output
   * @returns {{ left: number, room: number }} bytes of input that are left, and of output that are free
   */
  write (input, flush, output) {
    const strm = this.#strm
    let held = 0
    if (this.#mode === UNZIP) {
      if (!this.#decide(input)) {
        if (flush === Z_FINISH) throw zlibError(Z_BUF_ERROR, 'unexpected end of file')
        return { left: 0, room: output.length }
      }
      held = this.#held
      if (held > 0) input = Uint8Array.from([...MAGIC.slice(0, held), ...input])
    }
    strm.input = input
    strm.next_in = 0
    strm.avail_in = input.length
    strm.output = output
    strm.next_out = 0
    strm.avail_out = output.length
    const status = this.#run(flush)
    const failed = this.#check(status, flush)
    if (failed !== undefined) throw zlibError(status, strm.msg || failed)
    return { left: strm.avail_in, room: strm.avail_out }
  }

  /** @param {number} flush @returns {number} */
  #run (flush) {
    const strm = this.#strm
    const mode = this.#mode
    if (mode === DEFLATE || mode === GZIP || mode === DEFLATERAW) return zlibDeflate(strm, /** @type {any} */ (flush))
    let status = /** @type {number} */ (zlibInflate(strm, /** @type {any} */ (flush)))
    const { dictionary } = this.#options
    if (mode !== INFLATERAW && status === Z_NEED_DICT && dictionary !== undefined) {
      status = zlibInflateSetDictionary(strm, dictionary)
      if (status === Z_OK) status = zlibInflate(strm, /** @type {any} */ (flush))
      else if (status === Z_DATA_ERROR) status = Z_NEED_DICT
    }
    // Several files of gzip in a row are one; zeros behind them are nothing.
    if (mode !== GUNZIP) return status
    while (strm.avail_in > 0 && status === Z_STREAM_END && strm.input[strm.next_in] !== 0) {
      this.reset()
      status = zlibInflate(strm, /** @type {any} */ (flush))
    }
    return status
  }

  /** @param {number} status @param {number} flush @returns {string | undefined} what went wrong */
  #check (status, flush) {
    switch (status) {
      case Z_OK:
      case Z_BUF_ERROR:
        if (this.#strm.avail_out === 0 || flush !== Z_FINISH) return undefined
        this.#strm.msg = ''
        return 'unexpected end of file'
      case Z_STREAM_END:
        return undefined
      case Z_NEED_DICT:
        return this.#options.dictionary === undefined ? 'Missing dictionary' : 'Bad dictionary'
      default:
        return 'Zlib error'
    }
  }
}
