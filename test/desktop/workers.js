/** Workers have what pages have: a console in the terminal, errors that are seen, native calls, workers of their own. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { go, startXvfb, untilGo, withApp } from './app.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const timeout = 120_000
const POLICY = "default-src 'self'; script-src 'self' socket:; worker-src 'self' blob: socket: node:; connect-src ipc:"
const html = (policy = POLICY) => `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}"><script type="module" src="page.js"></script>`
const said = `
  const said = (worker) => new Promise((resolve, reject) => { worker.onmessage = ({ data }) => resolve(data); worker.onerror = (event) => { event.preventDefault(); resolve('error: ' + event.message) } })
  const end = () => import('socket:process').then(({ default: process }) => process.exit(0))`

/**
 * What an app prints until it ends. With `waits` it goes on at `untilGo` when all of these have come.
 *
 * @param {Record<string, string>} files
 * @param {{ out?: (string | RegExp)[], err?: RegExp[] }} [waits]  lines of the terminal
 */
async function output (files, { out = [], err = [] } = {}) {
  /** @type {any} */ let result
  await withApp(xvfb, { 'index.html': html(), ...files }, {}, async (app, env) => {
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

test('the console of workers is the terminal', { timeout }, async () => {
  const talk = (/** @type {string} */ name) => `
    console.log('${name}', { a: [1, 2] }, '%s')
    console.log('%s and %d', 'text', 5)
    console.error('${name} on stderr')`
  const { lines } = await output({
    'classic.js': `// first\n'use strict'\n${talk('classic')}\npostMessage((function () { return this === undefined })())`,
    'module.js': `import os from 'socket:os'\n${talk('module')}\npostMessage(typeof os.cpus)`,
    'outer.js': "const inner = new Worker('inner.js'); inner.onmessage = ({ data }) => { console.log('outer'); postMessage(data) }",
    'inner.js': "console.log('inner'); postMessage('nested')",
    'closing.js': "for (let at = 0; at < 50; at++) console.log('line', at); close()",
    'page.js': `${said}
      console.log('strict', await said(new Worker('classic.js')))
      console.log('module', await said(new Worker(new URL('module.js', import.meta.url), { type: 'module', name: 'm' })))
      console.log('nested', await said(new Worker('outer.js')))
      const url = URL.createObjectURL(new Blob(["console.log('blob'); postMessage(self.location.protocol)"], { type: 'text/javascript' }))
      const blob = new Worker(url)
      URL.revokeObjectURL(url)
      console.log('from', await said(blob))
      new Worker('closing.js')
      ${untilGo}
      end()`
  }, {
    out: ['classic { a: [ 1, 2 ] } %s', 'text and 5', 'strict true', 'module function', 'inner', 'outer', 'nested nested', 'blob', 'from blob:', 'line 49'],
    err: [/^classic on stderr$/m, /^module on stderr$/m]
  })
  const numbers = lines.filter((/** @type {string} */ line) => line.startsWith('line ')).map((/** @type {string} */ line) => Number(line.slice(5)))
  assert.deepEqual(numbers, Array.from({ length: 50 }, (_, at) => at), 'all of a worker that closes, in order')
})

test('what workers leave rejected is seen', { timeout }, async () => {
  await output({
    'rejects.js': "Promise.reject(new RangeError('rejected in a worker'))",
    'page.js': `${said}
      new Worker('rejects.js')
      ${untilGo}
      end()`
  }, { err: [/Uncaught \(in promise\) RangeError: rejected in a worker/] })
})

test('what modules throw behind an await is seen, once, and so is a script that is not there', { timeout }, async () => {
  const { lines, stderr } = await output({
    'index.html': html().replace('<script', '<script type="module" src="waits.js"></script><script'),
    'waits.js': "import os from 'os'\nawait 1\nthrow new RangeError('in the page ' + typeof os.cpus)",
    'handled.js': "await 1; throw new RangeError('who imports it is told')",
    'exports.js': 'export const value = await 5',
    'sync.js': "throw new RangeError('at once in a worker')",
    'await.js': "await Promise.reject(new RangeError('rejected in a worker'))",
    'lacks.js': "import './nothing.js'",
    'page.js': `${said}
      console.log(await import('./handled.js').catch((error) => error.message), (await import('./exports.js')).value)
      for (const name of ['sync', 'await', 'lacks']) console.log(name, await said(new Worker(name + '.js', { type: 'module' })))
      ${untilGo}
      // Nothing comes a second time.
      setTimeout(end, 300)`
  }, {
    err: [/cannot be loaded: lacks\.js/, /RangeError: at once in a worker/, /RangeError: in the page function/, /RangeError: rejected in a worker/]
  })
  assert.deepEqual(lines, ['who imports it is told 5', 'sync error: RangeError: at once in a worker', 'await error: RangeError: rejected in a worker', 'lacks error: undefined'], stderr)
  assert.deepEqual(stderr.match(/^Uncaught .*$/gm)?.sort(), [
    'Uncaught Error: the script of a worker, or what it imports, cannot be loaded: lacks.js', 'Uncaught RangeError: at once in a worker',
    'Uncaught RangeError: in the page function', 'Uncaught RangeError: rejected in a worker'
  ], stderr)
})

test('native calls, addresses and globals in workers', { timeout }, async () => {
  const { lines, stderr } = await output({
    'worker.js': `
      (async () => {
        const [{ default: fs }, { default: os }] = await Promise.all([import('socket:fs'), import('node:os')])
        const text = await fs.promises.readFile('index.html', 'utf8')
        const sync = fs.readFileSync('index.html', 'utf8')
        const parts = []
        for await (const part of ReadableStream.from(['a', 'b'])) parts.push(part)
        const wasm = await WebAssembly.compileStreaming(fetch('empty.bin')).then(() => 'compiled', (error) => error.message)
        postMessage([text === sync, typeof os.hostname(), location.href, location.search, String(location), parts.join(''), wasm].join(' '))
      })()`,
    'empty.bin': '\0asm\u0001\0\0\0',
    'index.html': html("default-src 'self'; script-src 'self' socket: 'wasm-unsafe-eval'; connect-src 'self' ipc:"),
    'page.js': `${said}
      console.log(await said(new Worker('worker.js?a=1')))
      console.log(typeof __args.index, Array.isArray(__args.argv), Object.keys(__args).join())
      addEventListener('queuemicrotaskerror', ({ error }) => { console.log('event', error.message); end() })
      addEventListener('error', (event) => event.preventDefault())
      queueMicrotask(() => { throw new Error('in a microtask') })`
  })
  const address = 'socket://com.example.test-app/worker.js?a=1'
  assert.deepEqual(lines, [`true string ${address} ?a=1 ${address} ab compiled`, 'number true argv,config,debug,env,headless,index', 'event in a microtask'], stderr)
})
