const { MalformedError } = require('./wire.cjs')

const LF = 10
const CR = 13

/** Since Node 18.15. */
const isAscii = require('node:buffer').isAscii ?? (() => false)

/** Lines of UTF-8 out of chunks that are cut anywhere. */
class Lines {
  /** @type {Buffer[]} */
  #parts = []
  #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

  /**
   * @param {(line: string) => void} onLine
   * @param {(error: MalformedError) => void} onError
   */
  constructor (onLine, onError) {
    this.onLine = onLine
    this.onError = onError
  }

  /** @param {Buffer} chunk */
  push (chunk) {
    let start = 0
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.#parts.push(chunk.subarray(start, end))
      start = end + 1
      this.#line()
    }
    if (start < chunk.length) this.#parts.push(chunk.subarray(start))
  }

  /** What is left without a line feed is a line, too. */
  end () {
    if (this.#parts.length > 0) this.#line()
  }

  #line () {
    let whole = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts)
    this.#parts = []
    if (whole.at(-1) === CR) whole = whole.subarray(0, -1)
    let line
    try {
      // What is encoded as it should be is ASCII, which is quicker to take.
      line = isAscii(whole) ? whole.toString('latin1') : this.#decoder.decode(whole)
    } catch {
      this.onError(new MalformedError('a line that is not UTF-8', whole.subarray(0, 200).toString('latin1')))
      return
    }
    if (line !== '') this.onLine(line)
  }
}

module.exports = { Lines }
