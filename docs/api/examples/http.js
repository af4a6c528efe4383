import { once } from 'socket:events'
import http from 'socket:http'

/** @param {any} stream */
async function text (stream) {
  let all = ''
  for await (const part of stream) all += part
  return all
}

export const about = {
  Agent: 'Keeps connections for further requests: `keepAlive`, `maxSockets`, `maxFreeSockets`, `timeout`, `scheduling`; `destroy` closes them.',
  ClientRequest: 'A request on its way: a Writable with the events `response`, `socket`, `timeout`, `upgrade`, `error`, `close`.',
  IncomingMessage: 'A message that comes: a Readable with `headers`, `rawHeaders`, `method`, `url`, `statusCode`, `trailers`.',
  METHODS: 'The methods that a server understands.',
  OutgoingMessage: 'What requests and answers have in common: `setHeader`, `getHeader`, `appendHeader`, `addTrailers`, `flushHeaders`.',
  STATUS_CODES: 'What each status means, by its number.',
  Server: 'What answers requests: `listen`, `close`, `closeAllConnections`, and the events `request`, `upgrade`, `clientError`.',
  ServerResponse: 'An answer on its way: `writeHead`, `write`, `end`, `statusCode`.',
  WebSocket: 'The engine\'s own class.',
  '*': 'The number of this status.'
}

/**
 * A server, a request to it, and one that needs no body.
 * @for createServer request get
 */
export async function exchange () {
  const server = http.createServer((/** @type {any} */ incoming, /** @type {any} */ answer) => {
    answer.setHeader('X-Path', incoming.url)
    incoming.pipe(answer)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const at = { host: '127.0.0.1', port: server.address().port, agent: false }

  const posted = http.request({ ...at, method: 'POST' })
  posted.end('there and back')
  const [response] = await once(posted, 'response')
  console.log(response.statusCode, await text(response)) // → 200 there and back

  const [other] = await once(http.get({ ...at, path: '/a' }), 'response')
  console.log(other.headers['x-path'], (await text(other)).length) // → /a 0
  server.close()
}

/**
 * Whether a header could be sent; both throw where it could not.
 * @for validateHeaderName validateHeaderValue
 */
export function validating () {
  http.validateHeaderName('X-Name')
  try {
    http.validateHeaderValue('X-Name', 'two\nlines')
  } catch (error) {
    console.log(/** @type {any} */ (error).code) // → ERR_INVALID_CHAR
  }
}

/** Has no effect here: parsers are made when they are needed. */
export function setMaxIdleHTTPParsers () {
  http.setMaxIdleHTTPParsers(10)
  console.log(http.maxHeaderSize) // → 16384
}
