/** The backend of a Socket Runtime app. Specified in docs/backend-protocol.md. */
const { Backend, failure } = require('./lib/backend.cjs')
const { redirect } = require('./lib/output.cjs')

/** @type {Backend | undefined} */
let backend

/** The app says so in the environment, older ones in the arguments. */
const inApp = () => process.env.SOCKET_BACKEND !== undefined || process.argv.some((arg) => arg.startsWith('--ssc-version='))

const outside = () => failure('ERR_SOCKET_NO_APP',
  'not started by a Socket Runtime app: standard input is not an app\'s. Name this program as `cmd` in the [linux], [mac] or [win] section of socket.ini and start it with application.backend.open()')

function connect () {
  if (backend !== undefined) return backend
  if (!inApp()) throw outside()
  const { stdout } = process
  const write = stdout.write.bind(stdout)
  // Messages are ASCII, which is quicker to write as that.
  const raw = (/** @type {string} */ text, /** @type {((error?: Error | null) => void) | undefined} */ done) => write(text, 'latin1', done)
  const made = new Backend({
    input: process.stdin,
    write: (text, done) => { raw(text, done) },
    warn: (error) => { process.stderr.write(`socket-node: ${error.message} (${/** @type {any} */ (error).code})\n`) }
  })
  // Without a listener, an app that has gone would end this process with an error of its own.
  process.stdout.on('error', (error) => made.lost(error))
  redirect(process.stdout, 'stdout', raw)
  redirect(process.stderr, 'stderr', raw)
  backend = made
  return made
}

// From the beginning: what is printed before the first call must not be taken for messages.
if (inApp()) connect()

/** @param {boolean} plain */
function api (plain) {
  const on = (/** @type {string} */ event, /** @type {Function} */ callback) => connect().add(event, callback, { plain })
  const off = (/** @type {string} */ event, /** @type {Function} */ callback) => connect().remove(event, callback, plain)
  return {
    /** @param {{ window?: number, event: string, value?: unknown }} options */
    send: async (options) => inApp() ? connect().send(options) : outside(),
    heartbeat: async () => inApp() ? connect().heartbeat() : outside(),
    on,
    addListener: on,
    /** @param {string} event @param {Function} callback */
    once: (event, callback) => connect().add(event, callback, { plain, once: true }),
    off,
    removeListener: off,
    /** @param {string} [event] */
    removeAllListeners: (event) => connect().removeAll(event)
  }
}

const socket = api(false)
module.exports = { ...socket, plain: api(true), default: socket }
