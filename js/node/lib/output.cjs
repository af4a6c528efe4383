/**
 * Standard output belongs to the protocol, so what the program prints travels as messages, which the app prints.
 */
const { format } = require('./wire.cjs')

/**
 * @param {string | Uint8Array} chunk
 * @param {BufferEncoding | undefined} encoding
 */
function pairs (chunk, encoding) {
  if (typeof chunk === 'string' && (encoding === undefined || /^utf-?8$/i.test(encoding))) return { value: chunk }
  const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  const text = bytes.toString('utf8')
  // Whatever is not text goes through as bytes.
  return Buffer.from(text, 'utf8').equals(bytes) ? { value: text } : { format: 'base64url', value: bytes.toString('base64url') }
}

/**
 * Wraps `write` of a stream.
 *
 * @param {NodeJS.WriteStream} stream
 * @param {string} command
 * @param {(line: string, done?: (error?: Error | null) => void) => boolean} send
 */
function redirect (stream, command, send) {
  /**
   * @param {string | Uint8Array} chunk
   * @param {BufferEncoding | ((error?: Error | null) => void)} [encoding]
   * @param {(error?: Error | null) => void} [done]
   */
  stream.write = (chunk, encoding, done) => {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) throw new TypeError('write: a string or bytes')
    if (typeof encoding === 'function') return send(format(command, pairs(chunk, undefined)), encoding)
    return send(format(command, pairs(chunk, encoding)), done)
  }
}

module.exports = { redirect }
