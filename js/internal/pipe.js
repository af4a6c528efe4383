/** Both standard streams of a program or thread as one. */
import { ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { Duplex } from 'socket:stream'

/** What is written goes to the standard input of a program or thread, what it writes to its standard output is read. */
export class Pipe extends Duplex {
  /** @param {{ stdin: any, stdout: any }} source a `ChildProcess` or `Worker` @param {object} [options] of `Duplex` */
  constructor (source, options = {}) {
    const { stdin = null, stdout = null } = Object(source)
    if (typeof stdin?.write !== 'function' || typeof stdout?.on !== 'function') throw new ERR_INVALID_ARG_TYPE('source', ['ChildProcess', 'Worker'], source)
    super({
      ...options,
      read: () => { stdout.resume() },
      write: (/** @type {any} */ chunk, /** @type {any} */ encoding, /** @type {any} */ callback) => { stdin.write(chunk, encoding, callback) },
      final: (/** @type {any} */ callback) => { stdin.end(callback) },
      destroy: (/** @type {any} */ error, /** @type {any} */ callback) => {
        stdin.destroy()
        stdout.destroy()
        callback(error)
      }
    })
    stdout.on('data', (/** @type {any} */ chunk) => { if (!this.push(chunk)) stdout.pause() })
    stdout.on('end', () => this.push(null))
    for (const stream of [stdin, stdout]) stream.on('error', (/** @type {Error} */ error) => this.destroy(error))
    stdout.pause()
  }
}
