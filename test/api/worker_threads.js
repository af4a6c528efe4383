import threads, { BroadcastChannel, MessageChannel, receiveMessageOnPort, Worker } from 'socket:worker_threads'
import { test } from 'socket:test'

test('worker_threads: the main thread', (t) => {
  t.equal(threads.isMainThread, true, 'isMainThread')
  t.equal(threads.threadId, 0, 'threadId')
  t.equal(threads.parentPort, null, 'parentPort')
  t.equal(threads.workerData, null, 'workerData')
  threads.setEnvironmentData('key', 1)
  t.equal(threads.getEnvironmentData('key'), 1, 'environment data')
  threads.setEnvironmentData('key')
  t.equal(threads.getEnvironmentData('key'), undefined, 'forgotten')
})

test('worker_threads: ports', async (t) => {
  const { port1, port2 } = /** @type {any} */ (new MessageChannel())
  /** @type {any[]} */
  const got = []
  port2.once('message', (/** @type {any} */ value) => got.push(value))
  const second = new Promise((resolve) => port2.on('message', (/** @type {any} */ value) => { if (value.number === 2) resolve(value) }))
  port1.postMessage({ number: 1 })
  port1.postMessage({ number: 2 })
  t.deepEqual(await second, { number: 2 }, 'on hears values')
  t.deepEqual(got, [{ number: 1 }], 'once hears one')
  const closed = new Promise((resolve) => port1.on('close', () => resolve(undefined)))
  port1.close()
  await closed
  t.ok(true, 'close is heard')
})

test('worker_threads: taking a message', async (t) => {
  const { port1, port2 } = /** @type {any} */ (new MessageChannel())
  receiveMessageOnPort(port2)
  port1.postMessage('a')
  let found
  for (let turn = 0; turn < 100 && found === undefined; turn++) {
    found = receiveMessageOnPort(port2)
    await new Promise((resolve) => setTimeout(resolve))
  }
  t.deepEqual(found, { message: 'a' }, 'it is there after a turn of the event loop')
  t.equal(receiveMessageOnPort(port2), undefined, 'and then none')
  port1.close()
  port2.close()
})

test('worker_threads: wrong arguments', (t) => {
  t.throws(() => receiveMessageOnPort(/** @type {any} */ ({})), /port/, 'no port')
  if (typeof globalThis.Worker !== 'function') return t.comment('skipped: this realm has no workers')
  t.throws(() => new Worker('no-path.js'), /ERR_WORKER_PATH|absolute path/, 'a path')
  t.throws(() => new Worker(/** @type {any} */ (5)), /filename/, 'a type')
  t.equal(typeof new BroadcastChannel('x').close, 'function', 'channels')
})
