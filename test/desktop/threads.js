/** `socket:worker_threads` in a real WebView, and the console of module workers. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { go, startXvfb, untilGo, withApp } from './app.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const timeout = 120_000
const html = '<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src \'self\'; script-src \'self\' socket:; worker-src \'self\' blob: socket: node:; connect-src ipc:"><script type="module" src="page.js"></script>'

/**
 * What an app prints until it ends. With `waits` it goes on at `untilGo` when all of these have come.
 *
 * @param {Record<string, string>} files
 * @param {{ out?: (string | RegExp)[], err?: RegExp[] }} [waits]  lines of the terminal
 */
async function output (files, { out = [], err = [] } = {}) {
  /** @type {any} */ let result
  await withApp(xvfb, { 'index.html': html, ...files }, {}, async (app, env) => {
    const running = app.run(['--headless'], env)
    const line = (/** @type {string | RegExp} */ text) => typeof text === 'string' ? new RegExp(`^${text.replace(/[\\[\]{}?]/g, '\\$&')}$`, 'm') : text
    await Promise.all([...out.map((text) => running.printed(line(text))), ...err.map((text) => running.complained(text))])
    go(app)
    const { code, stdout, stderr } = await running.ended
    assert.equal(code, 0, stdout + stderr)
    result = { lines: stdout.trim().split('\n'), stderr }
  })
  return result
}

test('threads: data, messages, errors and ends', { timeout }, async () => {
  const { lines, stderr } = await output({
    'echo.js': `
      import { parentPort, workerData, isMainThread, threadId, getEnvironmentData } from 'socket:worker_threads'
      import process from 'socket:process'
      parentPort.on('message', (value) => {
        if (value === 'end') return process.exit(7)
        parentPort.postMessage([value, workerData.name, isMainThread, threadId, getEnvironmentData('key'), process.env.ONLY])
      })`,
    'throws.js': "import 'socket:worker_threads'\nsetTimeout(() => { throw new RangeError('from the thread') })",
    'rejects.js': "import 'socket:worker_threads'\nPromise.reject(new TypeError('rejected'))",
    'port.js': "import { workerData } from 'socket:worker_threads'\nworkerData.port.on('message', (value) => workerData.port.postMessage(value + 1))",
    'page.js': `
      import { Worker, MessageChannel, setEnvironmentData } from 'socket:worker_threads'
      import { once } from 'socket:events'
      import process from 'socket:process'
      setEnvironmentData('key', 'environment')
      const worker = new Worker('./echo.js', { workerData: { name: 'data' }, env: { ONLY: 'this' } })
      worker.on('online', () => console.log('online'))
      worker.postMessage({ a: 1 })
      console.log('message', JSON.stringify((await once(worker, 'message'))[0]))
      worker.postMessage('end')
      console.log('exit', (await once(worker, 'exit'))[0], worker.threadId)
      for (const file of ['throws.js', 'rejects.js']) {
        const failing = new Worker(new URL(file, import.meta.url))
        const exit = new Promise((resolve) => failing.on('exit', resolve))
        const [error] = await new Promise((resolve) => failing.on('error', (...values) => resolve(values)))
        console.log(error.name, error.message, await exit)
      }
      const { port1, port2 } = new MessageChannel()
      const other = new Worker('./port.js', { workerData: { port: port2 }, transferList: [port2] })
      port1.postMessage(1)
      console.log('port', await new Promise((resolve) => port1.once('message', resolve)))
      console.log('terminated', await other.terminate())
      const none = new Worker('./there-is-none.js')
      console.log((await new Promise((resolve) => none.on('error', resolve))) instanceof Error)
      process.exit(0)`
  })
  assert.deepEqual(lines, [
    'online', 'message [{"a":1},"data",false,1,"environment","this"]', 'exit 7 -1',
    'RangeError from the thread 1', 'TypeError rejected 1', 'port 2', 'terminated 1', 'true'
  ], stderr)
})

test('the console and the rejections of module workers', { timeout }, async () => {
  await output({
    'module.js': `
      import os from 'socket:os'
      console.log('early', { a: [1] })
      console.error('on stderr')
      onmessage = ({ data }) => { console.log('got', data); setTimeout(() => { console.log('later'); Promise.reject(new RangeError('left')); postMessage(location.search) }, 300) }`,
    'page.js': `
      import process from 'socket:process'
      const worker = new Worker('module.js?a=1', { type: 'module' })
      worker.postMessage('at once')
      if (typeof SharedWorker === 'function') try { new SharedWorker('module.js'); console.log('shared') } catch (error) { console.log(error.name) }
      else console.log('NotSupportedError')
      console.log('search', await new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data) }))
      ${untilGo}
      process.exit(0)`
  }, {
    out: ['early { a: [ 1 ] }', 'got at once', 'later', 'search ?a=1', 'NotSupportedError'],
    err: [/^on stderr$/m, /Uncaught \(in promise\) RangeError: left/]
  })
})

test('threads: a pipe, and the names of earlier versions', { timeout }, async () => {
  const { lines, stderr } = await output({
    'upper.js': `
      import { init, mainPort, parentPort } from 'socket:worker_threads'
      import process from 'socket:process'
      parentPort.postMessage([mainPort === parentPort, await init()])
      process.stdin.on('data', (chunk) => process.stdout.write(String(chunk).toUpperCase()))
      process.stdin.on('end', () => process.exit(0))`,
    'page.js': `
      import { init, mainPort, Pipe, Worker, workers } from 'socket:worker_threads'
      import process from 'socket:process'
      console.log(JSON.stringify([mainPort, workers.size, await init()]))
      const worker = new Worker('./upper.js', { stdin: true, stdout: true, workerData: 'data' })
      console.log(workers.get(worker.threadId) === worker)
      worker.on('message', (value) => console.log(JSON.stringify(value)))
      const pipe = new Pipe(worker)
      pipe.write('one ')
      pipe.end('two')
      let text = ''
      for await (const chunk of pipe) text += chunk
      console.log(text, workers.size)
      try { new Pipe({}) } catch (error) { console.log(error.code) }
      process.exit(0)`
  })
  assert.deepEqual(lines, [
    '[null,0,{"isMainThread":true,"threadId":0,"workerData":null}]', 'true', '[true,{"isMainThread":false,"threadId":1,"workerData":"data"}]',
    'ONE TWO 0', 'ERR_INVALID_ARG_TYPE'
  ], stderr)
})
