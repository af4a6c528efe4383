import http from 'socket:http'

/** A server of the app's own and a request to it. */
async function exchange (/** @type {(req: any, res: any) => void} */ handler, /** @type {any} */ options = {}) {
  const server = http.createServer(handler)
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const response = await new Promise((resolve) => http.get({ host: '127.0.0.1', port: server.address().port, ...options }, resolve))
  let body = ''
  for await (const part of response) body += part
  server.close()
  return { response, body }
}

export const about = {
  METHODS: 'The methods that a server understands.',
  STATUS_CODES: 'What each status means, by its number.',
  WebSocket: 'The engine\'s own class.',
  '*': 'The number of this status.'
}

/** @for Agent Server createServer */
export async function createServer () {
  const agent = new http.Agent({ keepAlive: true })
  const { response, body } = await exchange((req, res) => {
    res.setHeader('X-Path', req.url)
    res.end('hello')
  }, { path: '/a', agent })
  console.log(response.statusCode, response.headers['x-path'], body) // → 200 /a hello
  agent.destroy()
}

/** @for ClientRequest OutgoingMessage ServerResponse IncomingMessage request get */
export async function request () {
  const server = http.createServer((req, res) => { req.pipe(res) })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const made = http.request({ host: '127.0.0.1', port: server.address().port, method: 'POST' })
  made.end('there and back')
  const response = await new Promise((resolve) => made.on('response', resolve))
  let body = ''
  for await (const part of response) body += part
  console.log(body) // → there and back
  server.close()
}

/** @for validateHeaderName validateHeaderValue setMaxIdleHTTPParsers */
export function validateHeaderName () {
  try {
    http.validateHeaderName('not a token')
  } catch (error) {
    console.log(/** @type {any} */ (error).code) // → ERR_INVALID_HTTP_TOKEN
  }
}
