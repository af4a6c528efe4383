const { MalformedError } = require('./wire.cjs')

const LF = 10

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
    const whole = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts)
    this.#parts = []
    let line
    try {
      line = this.#decoder.decode(whole).replace(/\r$/, '')
    } catch {
      this.onError(new MalformedError('a line that is not UTF-8', whole.subarray(0, 200).toString('latin1')))
      return
    }
    if (line !== '') this.onLine(line)
  }
}

module.exports = { Lines }
