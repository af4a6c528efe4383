/** `worker_threads` in a real WebView against Node itself: both run the same program, and print the same. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'

import { node20 } from '../oracle.js'
import { startXvfb, withApp } from './app.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const html = '<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src \'self\'; script-src \'self\' socket:; worker-src \'self\' blob: socket: node:; connect-src ipc:"><script type="module" src="main.js"></script>'

/** What programs begin with. */
const head = `
import { Worker, MessageChannel, SHARE_ENV } from 'node:worker_threads'
import * as threads from 'node:worker_threads'
import vm from 'node:vm'
import { once } from 'node:events'
import process from 'node:process'
const attempt = (name, work) => { try { console.log(name, work()) } catch (error) { console.log(name, error.name, error.code, error.message) } }
`

/** @type {Record<string, { main: string, files?: Record<string, string> }>} */
const programs = {
  'data, messages and ends': {
    files: {
      'echo.js': `
        import { parentPort, workerData, isMainThread, threadId, getEnvironmentData } from 'node:worker_threads'
        import process from 'node:process'
        parentPort.on('message', (value) => {
          if (value === 'end') process.exit(7)
          parentPort.postMessage([value, workerData, isMainThread, threadId, getEnvironmentData('key'), process.env.ONLY, Object.keys(process.env).length, process.argv.length, process.argv.slice(2)])
        })`
    },
    main: `
      threads.setEnvironmentData('key', { is: 'inherited' })
      const worker = new Worker('./echo.js', { workerData: { a: [1, new Map([[1, 2]]), undefined, 1n] }, env: { ONLY: 5 }, argv: ['x', 5, null] })
      console.log(worker.threadId, worker.stdin)
      const events = []
      for (const name of ['online', 'message', 'error', 'exit']) worker.on(name, (value) => events.push(name))
      worker.postMessage({ date: new Date(0), re: /x/g, nested: { buffer: new Uint8Array([1, 2]) } })
      console.log((await once(worker, 'message'))[0])
      worker.postMessage('end')
      console.log((await once(worker, 'exit')), worker.threadId)
      console.log(events)
      worker.postMessage('nobody hears')
      console.log(await worker.terminate())`
  },
  'errors and codes of exit': {
    files: {
      'throws.js': "import 'node:worker_threads'\nsetTimeout(() => { throw Object.assign(new RangeError('thrown'), { code: 'E_OWN' }) })",
      'rejects.js': "import 'node:worker_threads'\nPromise.reject(new TypeError('rejected'))",
      'value.js': "import 'node:worker_threads'\nsetTimeout(() => { throw { plain: [1] } })",
      'exits.js': "import 'node:worker_threads'\nimport process from 'node:process'\nprocess.exit(3)",
      'zero.js': "import 'node:worker_threads'\nimport process from 'node:process'\nprocess.exit()",
      'clone.js': "import { parentPort } from 'node:worker_threads'\ntry { parentPort.postMessage(() => {}) } catch (error) { parentPort.postMessage([error.name, error.code]) }\nparentPort.on('message', () => parentPort.close())",
      'stays.js': "import { parentPort } from 'node:worker_threads'\nparentPort.on('message', () => {})\nparentPort.postMessage('ready')"
    },
    main: `
      for (const file of ['throws', 'rejects', 'value']) {
        const worker = new Worker('./' + file + '.js')
        const exit = once(worker, 'exit').catch(() => undefined)
        const error = await new Promise((resolve) => worker.on('error', resolve))
        console.log(file, error.name, error.message, error.plain, error instanceof Error)
        console.log(await new Promise((resolve) => worker.on('exit', resolve)))
      }
      for (const file of ['exits', 'zero']) console.log(file, await once(new Worker('./' + file + '.js'), 'exit'))
      const clone = new Worker('./clone.js')
      console.log((await once(clone, 'message'))[0])
      clone.postMessage('go')
      console.log(await once(clone, 'exit'))
      const stays = new Worker('./stays.js')
      await once(stays, 'message')
      const exit = once(stays, 'exit')
      console.log(await stays.terminate(), await exit, await stays.terminate())
      try { new Worker('./stays.js', { workerData: () => {} }) } catch (error) { console.log(error.name) }`
  },
  'standard streams': {
    files: {
      'streams.js': `
        import 'node:worker_threads'
        import process from 'node:process'
        let text = ''
        process.stdin.on('data', (chunk) => { text += chunk })
        process.stdin.on('end', () => {
          process.stdout.write('out:' + text)
          console.log('logged', { a: 1 })
          console.error('problem')
          process.exit(0)
        })`,
      'both.js': "import { parentPort } from 'node:worker_threads'\nimport process from 'node:process'\nparentPort.on('message', () => { console.error('logged'); process.stderr.write('the end') })",
      'arguments.js': "import { parentPort } from 'node:worker_threads'\nimport process from 'node:process'\nimport { basename } from 'node:path'\nparentPort.postMessage([basename(process.argv[1]), process.argv.slice(2), process.execArgv, process.argv[0] === process.execPath])\nparentPort.close()",
      'empty.js': "import { parentPort } from 'node:worker_threads'\nimport process from 'node:process'\nprocess.stdin.on('end', () => { parentPort.postMessage('no input'); process.exit(0) }).resume()"
    },
    main: `
      const worker = new Worker('./streams.js', { stdin: true, stdout: true, stderr: true })
      const read = async (stream) => { let text = ''; for await (const chunk of stream) text += chunk; return text }
      const [out, err] = [read(worker.stdout), read(worker.stderr)]
      worker.stdin.write('one ')
      worker.stdin.end('two')
      console.log(JSON.stringify([await out, await err]))
      const empty = new Worker('./empty.js')
      console.log((await once(empty, 'message'))[0], empty.stdin, typeof empty.stdout.on, typeof empty.stderr.on)
      const both = new Worker('./both.js')
      const heard = new Promise((resolve) => {
        let text = ''
        both.stderr.on('data', (chunk) => { text += chunk; if (text.endsWith('end')) resolve(text) })
      })
      both.postMessage('go')
      console.log(JSON.stringify(await heard))
      await both.terminate()
      const arguments_ = new Worker('./arguments.js', { argv: ['--one', 2], execArgv: ['--no-warnings'] })
      console.log((await once(arguments_, 'message'))[0])`
  },
  'transfers and ports': {
    files: {
      'ports.js': `
        import { workerData, parentPort } from 'node:worker_threads'
        workerData.port.on('message', (value) => workerData.port.postMessage([value, workerData.buffer.byteLength]))
        parentPort.on('message', ({ port, buffer }) => { port.postMessage(new Uint8Array(buffer)[1]); port.close() })`
    },
    main: `
      const { port1, port2 } = new MessageChannel()
      const buffer = new ArrayBuffer(8)
      const worker = new Worker('./ports.js', { workerData: { port: port2, buffer }, transferList: [port2, buffer] })
      console.log(buffer.byteLength)
      port1.postMessage('over the port')
      console.log(await new Promise((resolve) => port1.once('message', resolve)))
      const other = new MessageChannel()
      const bytes = new Uint8Array([1, 2, 3])
      worker.postMessage({ port: other.port2, buffer: bytes.buffer }, [other.port2, bytes.buffer])
      console.log(bytes.byteLength, await new Promise((resolve) => other.port1.once('message', resolve)))
      const kept = new ArrayBuffer(4)
      threads.markAsUntransferable(kept)
      const third = new MessageChannel()
      third.port1.postMessage(kept, [kept])
      console.log(kept.byteLength, (await new Promise((resolve) => third.port2.once('message', resolve))).byteLength)
      attempt('mark', () => threads.markAsUntransferable(5))
      await worker.terminate()
      port1.close()
      third.port1.close()`
  },
  'a shared environment': {
    files: {
      'env.js': `
        import { parentPort } from 'node:worker_threads'
        import process from 'node:process'
        parentPort.on('message', ([name, value]) => {
          if (name === 'wait') { const look = () => process.env[value] === undefined ? setTimeout(look, 1) : parentPort.postMessage(process.env[value]); return look() }
          process.env[name] = value
          delete process.env.GONE
          parentPort.postMessage('set')
        })`
    },
    main: `
      process.env.GONE = 'soon'
      const worker = new Worker('./env.js', { env: SHARE_ENV })
      worker.postMessage(['FROM_THREAD', 'hello'])
      await once(worker, 'message')
      while (process.env.FROM_THREAD === undefined || process.env.GONE !== undefined) await new Promise((resolve) => setTimeout(resolve, 1))
      console.log(process.env.FROM_THREAD, process.env.GONE)
      process.env.FROM_PAGE = 'back'
      worker.postMessage(['wait', 'FROM_PAGE'])
      console.log((await once(worker, 'message'))[0])
      await worker.terminate()
      const alone = new Worker('./env.js')
      alone.postMessage(['NOT_SHARED', 'x'])
      await once(alone, 'message')
      console.log(process.env.NOT_SHARED)
      await alone.terminate()`
  },
  'wrong arguments': {
    main: `
      attempt('type', () => new Worker(5))
      attempt('bare', () => new Worker('bare.js'))
      attempt('file:', () => new Worker('file:///x.js'))
      attempt('data:', () => new Worker('data:text/javascript,1'))
      attempt('eval', () => new Worker(new URL('data:text/javascript,1'), { eval: true }))
      attempt('argv', () => new Worker('./x.js', { argv: 5 }))
      attempt('execArgv', () => new Worker('./x.js', { execArgv: 'a' }))
      attempt('env', () => new Worker('./x.js', { env: 5 }))
      attempt('receive', () => threads.receiveMessageOnPort({}))
      attempt('main', () => [threads.isMainThread, threads.threadId, threads.parentPort, threads.workerData])
      attempt('resourceLimits', () => JSON.stringify(threads.resourceLimits))
      attempt('share', () => String(threads.SHARE_ENV))`
  },
  'ports of contexts': {
    main: `
      const context = vm.createContext({ port: null, out: [] })
      const { port1, port2 } = new MessageChannel()
      const port = context.port = threads.moveMessagePortToContext(port2, context)
      console.log(port instanceof Object, port instanceof MessagePort, vm.runInContext('port instanceof Object', context))
      vm.runInContext('port.onmessage = ({ data }) => port.postMessage([data instanceof Object, data]); port.start()', context)
      port1.postMessage({ a: 1 })
      console.log(await new Promise((resolve) => port1.once('message', resolve)))
      attempt('port', () => threads.moveMessagePortToContext(5, context))
      attempt('no context', () => threads.moveMessagePortToContext(port1))
      attempt('object', () => threads.moveMessagePortToContext(port1, {}))
      port1.close()`
  },
  'threads of threads': {
    files: {
      'outer.js': `
        import { Worker, parentPort, workerData, getEnvironmentData } from 'node:worker_threads'
        const inner = new Worker(new URL('inner.js', import.meta.url), { workerData })
        inner.on('message', (value) => parentPort.postMessage(['outer', value]))
        inner.on('exit', (code) => parentPort.postMessage(['exit', code]))`,
      'inner.js': `
        import { parentPort, workerData, getEnvironmentData } from 'node:worker_threads'
        import process from 'node:process'
        parentPort.postMessage(['inner', workerData, getEnvironmentData('k')])
        parentPort.on('message', () => {})
        setTimeout(() => process.exit(4), 10)`
    },
    main: `
      threads.setEnvironmentData('k', 'v')
      const outer = new Worker(new URL('outer.js', import.meta.url), { workerData: 'data' })
      const said = []
      await new Promise((resolve) => outer.on('message', (value) => { said.push(value); if (value[0] === 'exit') resolve() }))
      console.log(JSON.stringify(said))
      await outer.terminate()`
  }
}

for (const [name, { main, files = {} }] of Object.entries(programs)) {
  test(`threads against Node: ${name}`, { timeout: 90_000 }, async () => {
    const text = `${head}${main}\nprocess.exit(0)`
    const folder = mkdtempSync(join(tmpdir(), 'socket-threads-'))
    let theirs
    try {
      for (const [file, content] of Object.entries({ ...files, 'main.js': text, 'package.json': '{"type":"module"}' })) writeFileSync(join(folder, file), content)
      theirs = await promisify(execFile)(await node20(), ['main.js'], { cwd: folder })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    await withApp(xvfb, { 'index.html': html, 'main.js': text, ...files }, {}, async (app, env) => {
      const { code, stdout, stderr } = await app.run(['--headless'], env).ended
      assert.equal(code, 0, stdout + stderr)
      assert.equal(stdout, theirs.stdout, stderr)
    })
  })
}
