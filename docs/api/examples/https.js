import https from 'socket:https'

export const about = {
  Agent: 'Its options are kept; connections are the engine\'s.',
  globalAgent: 'The agent of requests that name none.'
}

/**
 * A request; what can go wrong is told by `error`.
 * @for request get
 */
export async function requests () {
  const posted = https.request({ host: '127.0.0.1', port: 1, method: 'POST', headers: { 'Content-Type': 'text/plain' } })
  posted.end('hello')
  const both = [posted, https.get('https://127.0.0.1:1/')]
  const errors = await Promise.all(both.map((one) => new Promise((resolve) => one.on('error', resolve))))
  console.log(errors.map(({ code }) => code)) // → [ 'ERR_HTTPS_REQUEST', 'ERR_HTTPS_REQUEST' ]
}

/** There are no servers. */
export function createServer () {
  try {
    https.createServer()
  } catch (error) {
    console.log(/** @type {any} */ (error).code) // → ERR_FEATURE_UNAVAILABLE_ON_PLATFORM
  }
}
