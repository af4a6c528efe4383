import assert from 'node:assert/strict'
import nodeConsole from 'node:console'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { Console } from 'socket:console'
import { formatTime } from 'socket:internal/console-methods'
import { outcome, WRONG } from './support/compare.js'

/** What a console writes while it is used. @param {any} Class @param {(console: any) => void} use @param {object} [options] */
function written (Class, use, options = {}) {
  const text = { stdout: '', stderr: '' }
  const stream = (/** @type {'stdout' | 'stderr'} */ name) => new Writable({ write (chunk, _encoding, done) { text[name] += chunk; done() } })
  use(new Class({ stdout: stream('stdout'), stderr: stream('stderr'), ...options }))
  return text
}

/** @type {Record<string, (console: any) => void>} */
const USES = {
  log: (console) => { console.log(); console.log('a', 1, { b: [2, { c: { d: { e: 1 } } }] }); console.log('%s is %d, %i, %j, %%', 'x', '2', 3.9, { a: 1 }, 'rest'); console.log(undefined, null, -0, 1n, Symbol('s')) },
  levels: (console) => { console.info('info'); console.debug('debug'); console.warn('warn %s', 1); console.error({ e: 1 }) },
  group: (console) => { console.group('a', 'b'); console.log('x\ny'); console.groupCollapsed(); console.error({ a: 1, long: 'word '.repeat(30) }); console.groupEnd(); console.groupEnd(); console.groupEnd(); console.log('out') },
  count: (console) => { console.count(); console.count('x'); console.count(); console.countReset(); console.count(); console.count(undefined); console.count(5) },
  assert: (console) => { console.assert(true, 'no'); console.assert(false); console.assert(0, 'a %s', 'b'); console.assert(null, { a: 1 }, 'c'); console.assert() },
  dir: (console) => { console.dir({ a: { b: { c: { d: 1 } } } }); console.dir({ a: { b: 1 } }, { depth: 0 }); console.dirxml({ a: 1 }, 'b') },
  tables: (console) => {
    for (const data of [[{ a: 1, b: 'x' }, { a: 2, c: true }], [[1, 2], [3]], 5, null, undefined, 'text', [], {}, [1, 'a', { b: 1 }], new Map(/** @type {any} */ ([['a', 1], ['b', { x: 1 }]])), new Set([1, 'x']), { a: { x: 1 }, b: 2 }, [['日本', '😀'], ['é', 'e\u0301']], [{ a: { b: { c: 1 } } }, { a: [1, 2, 3, 4, 5] }], [{ a: { x: 1, y: 2, z: 3 } }], [() => {}], [null, undefined, Symbol('s')]]) console.table(data)
    console.table([{ a: 1, b: 2 }], ['b', 'z'])
    console.table([1, 2], ['a'])
    console.table(new Map([['a', { x: 1 }]]), ['x'])
  },
  clear: (console) => { console.clear() }
}

for (const [name, use] of Object.entries(USES)) {
  test(`console: ${name}`, () => {
    assert.deepEqual(written(Console, use), written(nodeConsole.Console, use))
    for (const options of [{ colorMode: true }, { groupIndentation: 4 }, { inspectOptions: { depth: 0 } }]) {
      assert.deepEqual(written(Console, use, options), written(nodeConsole.Console, use, options), JSON.stringify(options))
    }
  })
}

test('console: trace', () => {
  const { stdout, stderr } = written(Console, (console) => console.trace('why %s', 'here'))
  assert.equal(stdout, '')
  assert.match(stderr, /^Trace: why here\n {4}at .*console\.js/)
})

test('console: time', () => {
  const { stdout } = written(Console, (console) => { console.time('t'); console.timeLog('t', 'more', { a: 1 }); console.timeEnd('t') })
  assert.match(stdout, /^t: [\d.]+ms more \{ a: 1 \}\nt: [\d.]+ms\n$/)
  assert.deepEqual([0.0004, 1.5, 999.9994, 1000, 61_500, 3_661_001].map(formatTime), ['0ms', '1.5ms', '999.999ms', '1.000s', '1:01.500 (m:ss.mmm)', '1:01:01.001 (h:mm:ss.mmm)'])
})

test('console: wrong use', () => {
  const stdout = new Writable({ write (_chunk, _encoding, done) { done() } })
  for (const wrong of WRONG) {
    for (const make of [(/** @type {any} */ Class) => new Class(wrong), (/** @type {any} */ Class) => new Class({ stdout, stderr: wrong ?? 1 }), (/** @type {any} */ Class) => new Class({ stdout, colorMode: wrong }), (/** @type {any} */ Class) => new Class({ stdout, groupIndentation: wrong }), (/** @type {any} */ Class) => new Class({ stdout, inspectOptions: wrong })]) {
      const [ours, nodes] = [Console, nodeConsole.Console].map((Class) => outcome(() => { make(Class) }))
      assert.deepEqual(ours, nodes, String(make))
    }
    const [ours, nodes] = [Console, nodeConsole.Console].map((/** @type {any} */ Class) => outcome(() => new Class(stdout).table([{ a: 1 }], wrong)))
    if (!Array.isArray(wrong)) assert.deepEqual(ours, nodes, 'table')
  }
  const failing = new Writable({ write () { throw new Error('full disk') } })
  assert.doesNotThrow(() => new Console(failing).log('a'))
  assert.deepEqual(Object.keys(new Console(stdout)).sort(), Object.keys(new nodeConsole.Console(stdout)).sort())
})
