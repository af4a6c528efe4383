import assert from 'node:assert/strict'
import { format } from 'node:util'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import vm from 'node:vm'
import { build } from 'esbuild'
import { preload } from '../../npm/bundle.js'

const { outputFiles } = await build({ ...preload, entryPoints: [fileURLToPath(new URL('../../js/internal/preload.js', import.meta.url))], write: false })
const script = new vm.Script(outputFiles[0].text, { filename: 'preload.js' })

/** A page as far as the preload touches it. @param {boolean} [native] whether the host gives a way to the terminal */
function page (native = true) {
  /** @type {string[]} */ const terminal = []
  /** @type {any[][]} */ const inspector = []
  /** @type {Record<string, Function>} */ const listeners = {}
  const names = ['log', 'warn', 'error', 'info', 'debug', 'dir', 'table', 'group', 'groupEnd']
  const console = Object.fromEntries(names.map((name) => [name, (/** @type {any[]} */ ...values) => { inspector.push([name, ...values]) }]))
  class ErrorEvent { constructor (/** @type {object} */ fields) { Object.assign(this, fields) } }
  const write = (/** @type {number} */ stream, /** @type {string} */ text) => { terminal.push(`${stream}:${text}`) }
  const context = vm.createContext({ console, performance, ErrorEvent, Event, EventTarget, TextEncoder, TextDecoder, URL, queueMicrotask, ReadableStream, WebAssembly, addEventListener: (/** @type {string} */ name, /** @type {Function} */ listener) => { listeners[name] = listener }, ...native && { __socket_console: write } })
  script.runInContext(context)
  return { terminal, inspector, listeners, run: (/** @type {string} */ code) => vm.runInContext(code, context, { filename: 'page.js' }) }
}

test('preload: what the page logs reaches the terminal as Node prints it, and the inspector as it is', () => {
  for (const values of [['a'], ['a', 1, true, null, undefined, -0, 1n], [], ['%s is %d', 'x', 5], ['100%'], ['50% of', 2], ['%', 1], [Symbol.iterator], ['']]) {
    const { terminal, inspector, run } = page()
    run('(...values) => console.log(...values)')(...values)
    assert.deepEqual(terminal, [`1:${format(...values)}\n`])
    assert.deepEqual(inspector, [['log', ...values]])
  }
  const { terminal, inspector, run } = page()
  run('console.log({ a: [1, { b: new Map([[1, 2]]) }] }, "and", [undefined]); console.warn("w"); console.error("%o", 1); console.table([{ a: 1 }])')
  assert.deepEqual(terminal.slice(0, 3), ['1:{ a: [ 1, { b: [Map] } ] } and [ undefined ]\n', '2:w\n', '2:1\n'])
  assert.match(terminal[3], /^1:┌/)
  assert.equal(inspector.length, 4)
  assert.equal(inspector[0][1].a[0], 1)
})

test('preload: the way to the terminal is not the page\'s', () => {
  assert.equal(page().run('typeof __socket_console'), 'undefined')
  const { inspector, terminal, run, listeners } = page(false)
  run('console.log("x")')
  assert.deepEqual([inspector.length, terminal.length, Object.keys(listeners).length], [1, 0, 0])
})

test('preload: uncaught errors and rejections', () => {
  const { terminal, run, listeners } = page()
  const event = run('(error, message) => new ErrorEvent({ error, message, filename: "f.js", lineno: 3, colno: 4 })')
  listeners.error(event(run('new TypeError("bad")'), 'bad'))
  assert.match(terminal[0], /^2:Uncaught TypeError: bad\n {4}at page\.js:1:1\n/)
  listeners.error(event(null, 'Script error.'))
  assert.equal(terminal[1], '2:Uncaught Script error.\n    at f.js:3:4\n')
  listeners.error({ type: 'error' })
  assert.equal(terminal.length, 2, 'an image that does not load is not an uncaught error')
  listeners.unhandledrejection({ reason: { a: 1 } })
  assert.equal(terminal[2], '2:Uncaught (in promise) { a: 1 }\n')
  listeners.unhandledrejection({ reason: 'text' })
  assert.equal(terminal[3], '2:Uncaught (in promise) text\n')
})

test('preload: a value that cannot be printed does not stop the page', () => {
  const { terminal, run } = page()
  run('console.log({ get [Symbol.toStringTag] () { throw new Error("no") } }); console.log("next")')
  assert.equal(terminal.at(-1), '1:next\n')
  assert.throws(() => run('console.table([1], 5)'), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('preload: a trace begins where the page asked for it', () => {
  const { terminal, run } = page()
  run('function here () { console.trace("why") }\nhere()')
  assert.match(terminal[0], /^2:Trace: why\n {4}at here \(page\.js:1:/)
})
