/**
 * The lines of a stream of bytes, one at a time.
 */

/**
 * @param {AsyncIterable<Uint8Array | string>} stream
 * @returns {AsyncGenerator<string, void, undefined>}
 */
export async function * lines (stream) {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    // What follows a last \r may be the \n that belongs to it.
    const end = rest.endsWith('\r') ? rest.length - 1 : rest.length
    const pieces = rest.slice(0, end).split(/\r\n|[\n\r]/)
    rest = /** @type {string} */ (pieces.pop()) + rest.slice(end)
    yield * pieces
  }
  rest += decoder.decode()
  if (rest !== '') yield rest.endsWith('\r') ? rest.slice(0, -1) : rest
}
