import { Console, globalConsole, patchGlobalConsole } from 'socket:console'
import { PassThrough } from 'socket:stream'
import { test } from 'socket:test'

test('console: over streams', (t) => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const console = new Console({ stdout, stderr })
  console.group('group')
  console.log('%s', 'text', { a: 1 })
  console.groupEnd()
  console.warn('careful')
  console.table([{ a: 1 }])
  t.equal(String(stdout.read()), "group\n  text { a: 1 }\n┌─────────┬───┐\n│ (index) │ a │\n├─────────┼───┤\n│ 0       │ 1 │\n└─────────┴───┘\n", 'standard output') // eslint-disable-line @stylistic/quotes
  t.equal(String(stderr.read()), 'careful\n', 'standard error')
  t.ok(globalConsole && typeof globalConsole.log === 'function', 'the console that was there')
})

test('console: patching another', (t) => {
  /** @type {any[]} */ const seen = []
  /** @type {any[]} */ const text = []
  const target = patchGlobalConsole({ log: (/** @type {any[]} */ ...values) => { seen.push(values) } }, { write: (stream, line) => { text.push([stream, line]) } })
  const value = { a: 1 }
  target.log('x', value)
  const { error } = /** @type {any} */ (target)
  error('bad')
  t.equal(seen[0][1], value, 'the values themselves')
  t.deepEqual(text, [[1, 'x { a: 1 }\n'], [2, 'bad\n']], 'and their text')
})
