/**
 * What every example in test/backends must be able to do, seen from the page. With the other tests of this folder it
 * talks to the one in the shell; test/backends/languages.js and test/desktop/backend.js make it talk to all of them.
 */
import { test } from 'socket:test'
import { backend } from 'socket:application'
import { ApplicationWindow } from 'socket:window'
import args from 'socket:internal/args'

// In Node there is no global object that takes events.
const page = typeof document === 'undefined' ? new EventTarget() : globalThis
if (page !== globalThis) Object.assign(globalThis, { dispatchEvent: (/** @type {Event} */ event) => page.dispatchEvent(event) })

const window = new ApplicationWindow({ index: args.index })

/**
 * @param {string} event
 * @returns {Promise<any>}
 */
const heard = event => new Promise(resolve => {
  page.addEventListener(event, event => resolve(/** @type {CustomEvent} */ (event).detail), { once: true })
})

/** @param {unknown} value */
async function echo (value) {
  const echoed = heard('echoed')
  await window.send({ backend: true, event: 'echo', value })
  return await echoed
}

/** @param {Promise<unknown>} promise */
const code = promise => promise.then(() => 'none', error => error.code)

/** @type {number} */
let first

test('backend: before it is started', async t => {
  t.equal(await code(window.send({ backend: true, event: 'echo' })), 'ERR_BACKEND_CLOSED', 'send says so')
  t.equal(await code(backend.request({ event: 'add' })), 'ERR_BACKEND_CLOSED', 'request says so')
  await backend.close()
  t.ok(true, 'closing what does not run is done at once')
})

test('backend: starts, says that it is ready, and writes to its standard error', async t => {
  const events = Promise.all([heard('ready'), heard('process-error')])
  const { cmd, argv, path } = await backend.open()
  t.ok(cmd.length > 0 && path.length > 0, `${cmd} in ${path}`)
  t.ok(argv.some(argument => argument.startsWith('--ssc-version=v')), 'with the arguments that older backends look for')
  const [ready, said] = await events
  t.ok(ready.language.length > 0 && ready.process > 0, `a backend in ${ready.language}`)
  t.ok(said.includes('starting'), 'standard error is an event')
  first = ready.process
})

test('backend: opening it again changes nothing', async t => {
  const again = heard('ready').then(() => 'started again')
  await backend.open()
  const answer = backend.request({ event: 'add', value: { a: 1, b: 1 } }).then(() => 'the same')
  t.equal(await Promise.race([again, answer]), 'the same', 'it goes on')
})

test('backend: values come back as they were', async t => {
  for (const value of [{ text: 'ünï 日本 🙂', list: [1, null, true] }, 'a=b&c?d#e%25+f "g"\r\n\0', 0, -1.5, '', null, [], {}]) {
    t.deepEqual(await echo(value), value, JSON.stringify(value))
  }
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
  t.deepEqual(Array.from(await echo(bytes)), Array.from(bytes), 'bytes')
  t.equal((await echo(new Uint8Array(0))).byteLength, 0, 'no bytes')
  t.deepEqual(Array.from(await echo(bytes.subarray(7, 9).buffer.slice(7, 9))), [7, 8], 'an ArrayBuffer')
  const long = 'ä%\n'.repeat(200_000)
  t.equal(await echo(long) === long, true, 'more than 512 KiB')
})

test('backend: requests have answers', async t => {
  t.equal(await backend.request({ event: 'add', value: { a: 2, b: 3 } }), 5, 'what the listener returns')
  const sums = await Promise.all(Array.from({ length: 50 }, (_, i) => backend.request({ event: 'add', value: { a: i, b: 1 } })))
  t.deepEqual(sums, Array.from({ length: 50 }, (_, i) => i + 1), 'each its own')
  const error = await backend.request({ event: 'fail' }).catch(error => error)
  t.equal(error.code, 'ERR_FAILED', 'what it throws')
  t.ok(error.message.includes('not today'), error.message)
  t.ok(String(await code(backend.request({ event: 'nobody' }))).includes('NO_LISTENER'), 'nobody listens')
})

test('backend: a request can be given up', async t => {
  t.equal(await code(backend.request({ event: 'never', timeout: 50 })), 'ERR_IPC_TIMEOUT', 'after a time')
  const controller = new AbortController()
  const aborted = backend.request({ event: 'never', signal: controller.signal })
  controller.abort()
  t.equal(await code(aborted), 'ABORT_ERR', 'or when it is not wanted any more')
})

test('backend: wrong arguments', async t => {
  t.equal(await code(window.send({ backend: true, event: '' })), 'ERR_INVALID_ARG_TYPE', 'an event without a name')
  t.equal(await code(backend.send({ event: 'x', value: () => {} })), 'ERR_INVALID_ARG_TYPE', 'a function')
  t.equal(await code(window.send({ backend: true, window: 0, event: 'x' })), 'ERR_INVALID_ARG_VALUE', 'two targets')
})

test('backend: starts anew by force', async t => {
  const events = Promise.all([heard('backend-exit'), heard('ready')])
  await backend.open({ force: true })
  const [, { process }] = await events
  t.ok(process !== first, 'another process')
})

test('backend: its end is told, and ends what waits', async t => {
  const exit = heard('backend-exit')
  const pending = code(backend.request({ event: 'never' }))
  // It has been sent when one behind it has an answer.
  await backend.request({ event: 'add', value: { a: 1, b: 1 } })
  await backend.close()
  t.equal(typeof await exit, 'number', 'its exit code')
  t.equal(await pending, 'ERR_BACKEND_EXITED', 'a request that has no answer')
  t.equal(await code(backend.send({ event: 'echo' })), 'ERR_BACKEND_CLOSED', 'and then it is closed')
})
