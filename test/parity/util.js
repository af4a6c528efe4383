import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import node from 'node:util'
import vm from 'node:vm'
import util, * as names from 'socket:util'
import types, * as typeNames from 'socket:util/types'
import { generator, outcome, same, WRONG } from './support/compare.js'

const random = generator(3)

class Point { constructor () { this.x = 1 } get y () { return 2 } static z = 1 }
class Custom { [node.inspect.custom] (/** @type {number} */ depth, /** @type {any} */ options) { return `custom ${depth} ${typeof options.stylize}` } }
const circle = /** @type {any} */ ({ name: 'circle' })
circle.self = circle
circle.list = [circle, { circle }]
const cause = new Error('why')
cause.stack = 'Error: why\n    at other (file.js:3:4)'
const error = Object.assign(new TypeError('broken', { cause }), { code: 'E', extra: { a: 1 } })
error.stack = 'TypeError: broken\n    at place (file.js:1:2)'
const sparse = [1, , , 4] // eslint-disable-line no-sparse-arrays
const VALUES = [
  ...WRONG, circle, error, sparse, new Point(), Point, class extends Point {}, new Custom(), new (class extends Map {})(), Object.assign(() => {}, { a: 1 }), async () => {}, function * gen () {},
  new Map(/** @type {any} */ ([[{ a: 1 }, 'b'], ['c', new Set([1, [2]])]])), new Set(), new WeakMap(), new WeakSet(), Symbol('a b'), Symbol(''), Object('x'), Object(1), Object(true), Object(1n), Object(Symbol('q')),
  new Date(NaN), new Date(1e12), /a\/b/gi, new ArrayBuffer(4), new DataView(new ArrayBuffer(2)), new Float32Array([1.5, -0]), Promise.resolve(1), new Promise(() => {}),
  { a: { b: { c: { d: 1 } } } }, [[[[1]]]], { 'a-b': 1, [Symbol('s')]: 2, 3: 4 }, Array(200).fill(7), 'x'.repeat(200), ['a\nb', 'it\'s', '"\'`'], { get a () { return 1 }, set a (v) {}, get b () { return 2 } },
  Object.create({ inherited: 1 }), Object.create(Point.prototype), new (class Empty {})(), Object.assign([1, 2], { extra: 'x' }), Array.from({ length: 30 }, (_, index) => `entry number ${index}`), new EventEmitter(),
  (function () { return arguments })(1, 2), [undefined, null, NaN, -0, 1e21], { long: 'some words '.repeat(12), other: ['some words '.repeat(9)] }, new Proxy({ a: 1 }, {}), globalThis.URL, new URL('http://a:b@host:81/p?q#h'), new URLSearchParams('a=1&b=2'),
  [1, 2, 3][Symbol.iterator](), new Map([[1, 2]]).entries(), new Set([5]).values(), new AggregateError([], 'many'), [['a', 1], ['bb', 22]], { a: 1n, b: [1n] }, 'multi\nline', ['multi\nline'], { t: 'a\n'.repeat(5) }
]

/** @param {string} text Node prints where an error was made in our file as elsewhere, so nothing to hide but paths */
const clean = (text) => typeof text === 'string' ? text.replaceAll(/\n\s+at .*/g, '') : text

test('util.inspect: values of every kind, with every option', () => {
  /** @type {any[]} */
  const options = [undefined, { depth: 0 }, { depth: null }, { compact: false }, { compact: 1 }, { breakLength: 40 }, { breakLength: Infinity }, { showHidden: true }, { sorted: true }, { getters: true }, { maxArrayLength: 2 }, { maxStringLength: 5 }, { numericSeparator: true }, { colors: true }, { customInspect: false }]
  for (const value of VALUES) {
    for (const option of options) {
      // A page cannot look through a proxy or into an iterator or a promise: compared apart where it can.
      if (node.types.isProxy(value) || node.types.isPromise(value) || node.types.isMapIterator(value) || node.types.isSetIterator(value)) continue
      // Node gives its URL classes a method of their own for this; a page's have none.
      if (option?.customInspect === false && (value instanceof URL || value instanceof URLSearchParams)) continue
      if (option?.showHidden && (value instanceof WeakMap || value instanceof WeakSet || value instanceof ArrayBuffer)) continue
      assert.equal(clean(util.inspect(value, option)), clean(node.inspect(value, option)), `${String(node.inspect(option))}`)
    }
  }
})

test('util.format', () => {
  const formats = ['%s', '%d', '%i', '%f', '%j', '%o', '%O', '%c', '%%', '%x', '%', 'a %s b %s', '%s%d', 'plain', '%s %%s %s']
  for (let round = 0; round < 6000; round++) {
    const args = Array.from({ length: random(4) }, () => VALUES[random(VALUES.length)])
    if (args.some((arg) => arg instanceof URLSearchParams || arg instanceof URL || arg instanceof WeakMap || arg instanceof WeakSet || node.types.isProxy(arg) || node.types.isPromise(arg) || node.types.isMapIterator(arg) || node.types.isSetIterator(arg))) continue
    const first = random(4) === 0 ? [] : [formats[random(formats.length)]]
    const [ours, nodes] = [util, node].map((/** @type {any} */ one) => outcome(() => clean(one.format(...first, ...args))))
    assert.deepEqual(ours, nodes, node.inspect([...first, ...args]))
  }
  assert.equal(util.formatWithOptions({ colors: true, depth: 0 }, '%O', { a: { b: 1 } }), node.formatWithOptions({ colors: true, depth: 0 }, '%O', { a: { b: 1 } }))
  same(util.formatWithOptions, node.formatWithOptions, WRONG.filter((value) => typeof value !== 'object').map((value) => [value, 'a']))
})

test('util.isDeepStrictEqual: every pair of values', () => {
  const copies = [
    [1], [1, 2], { a: 1 }, { a: 1 }, { a: undefined }, {}, new Set([1, { a: 1 }]), new Set([{ a: 1 }, 1]), new Map([[{ k: 1 }, [1]]]), new Map([[{ k: 1 }, [1]]]), new Map([[{ k: 1 }, [2]]]),
    new Date(5), new Date(5), /a/g, /a/g, /a/i, new Error('a'), new Error('a'), new TypeError('a'), new Uint8Array([1]), new Uint8Array([1]), Buffer.from([1]), new Float32Array([0]), new Float32Array([-0]), Object('a'), Object('a'), Object(1), Object(NaN), Object(NaN),
    Object.create(null), [,], [undefined], Object.assign([1], { a: 1 }), { [Symbol.for('a')]: 1 }, { [Symbol.for('a')]: 1 }, new ArrayBuffer(2), new ArrayBuffer(2), new ArrayBuffer(3), { a: { b: { c: [1, 2] } } }, { a: { b: { c: [1, 2] } } }, -0, 0, NaN, '1', 1n, Object(1n), Object(1n), new Point(), { x: 1 } // eslint-disable-line no-sparse-arrays
  ]
  for (const a of [...copies, ...VALUES]) for (const b of [...copies, ...VALUES]) assert.equal(util.isDeepStrictEqual(a, b), node.isDeepStrictEqual(a, b), `${node.inspect(a)} and ${node.inspect(b)}`)
  const one = /** @type {any} */ ({ a: 1 })
  const two = /** @type {any} */ ({ a: 1 })
  one.self = one
  two.self = two
  assert.equal(util.isDeepStrictEqual(one, two), true)
  two.self = { a: 1, self: 1 }
  assert.equal(util.isDeepStrictEqual(one, two), false)
})

test('util.types: every value, also of another realm', () => {
  const foreign = ['new Map()', 'new Set()', '[]', 'new Date()', '/x/', 'new Error()', 'Object(1)', 'new Uint8Array(1)', 'async () => {}', 'new ArrayBuffer(1)'].map((code) => vm.runInNewContext(`(${code})`))
  for (const name of Object.keys(node.types)) {
    for (const value of [...VALUES, ...foreign]) {
      if (name === 'isProxy' || name === 'isExternal') continue
      assert.equal(/** @type {any} */ (types)[name](value), /** @type {any} */ (node.types)[name](value), `${name}(${node.inspect(value)})`)
    }
    assert.ok(name in typeNames, name)
  }
})

test('util.promisify, callbackify, inherits, deprecate', async () => {
  for (const name of /** @type {const} */ (['promisify', 'callbackify', 'inherits'])) {
    same(/** @type {any} */ (util)[name], /** @type {any} */ (node)[name], WRONG.filter((value) => typeof value !== 'function').map((value) => [value, 'x']), name)
  }
  const read = util.promisify((/** @type {number} */ value, /** @type {Function} */ done) => value ? done(null, value) : done(new Error('zero')))
  assert.equal(await read(5), 5)
  await assert.rejects(read(0), { message: 'zero' })
  assert.equal(util.promisify.custom, node.promisify.custom)
  const back = util.callbackify(async (/** @type {any} */ value) => { if (!value) return Promise.reject(value); return value })
  assert.deepEqual(await new Promise((resolve) => back('a', (/** @type {any[]} */ ...args) => resolve(args))), [null, 'a'])
  const [failure] = /** @type {any[]} */ (await new Promise((resolve) => back(0, (/** @type {any[]} */ ...args) => resolve(args))))
  assert.deepEqual([failure.code, failure.message, failure.reason], ['ERR_FALSY_VALUE_REJECTION', 'Promise was rejected with falsy value', 0])
  function Child () {}
  util.inherits(Child, EventEmitter)
  assert.ok(new /** @type {any} */ (Child)() instanceof EventEmitter)
})

test('util.parseArgs', () => {
  const pieces = ['-a', '-b', '-abc', '-c', '--alpha', '--beta', '--beta=1', '--gamma', 'x', '--', '-', '--no', '--alpha=2', '-bvalue', '-ab', '', '--gamma=', '-z', '-1', '--beta=-x', '-ac=3']
  const options = { alpha: { type: 'boolean', short: 'a' }, beta: { type: 'string', short: 'b', multiple: true }, gamma: { type: 'string', short: 'c', default: 'g' }, delta: { type: 'boolean', default: false } }
  for (let round = 0; round < 4000; round++) {
    const config = { args: Array.from({ length: random(5) }, () => pieces[random(pieces.length)]), options, strict: random(2) === 0, allowPositionals: random(3) > 0, tokens: true }
    assert.deepEqual(outcome(() => util.parseArgs(/** @type {any} */ (config))), outcome(() => node.parseArgs(/** @type {any} */ (config))), node.inspect(config.args))
  }
  for (const bad of [{ a: { type: 'x' } }, { a: {} }, { a: 1 }, { a: { type: 'string', short: 'ab' } }, { a: { type: 'string', short: 1 } }, { a: { type: 'string', default: 1 } }, { a: { type: 'string', multiple: 1 } }, { a: { type: 'boolean', multiple: true, default: true } }, { a: { type: 'boolean', multiple: true, default: [1] } }]) {
    same(/** @type {any} */ (util.parseArgs), /** @type {any} */ (node.parseArgs), [[{ args: [], options: bad }]])
  }
})

test('util: the rest', () => {
  same(util.stripVTControlCharacters, node.stripVTControlCharacters, ['a', '\u001b[31mred\u001b[39m', '\u001b]8;;x\u0007y', ...WRONG].map((value) => [value]))
  same(util.toUSVString, node.toUSVString, [['a\ud800b'], ['x'], [5]])
  // Node also asks whether its standard output shows colours; a page cannot know.
  const always = (/** @type {any} */ style, /** @type {any} */ text) => /** @type {any} */ (node).styleText(style, text, { validateStream: false })
  same(/** @type {any} */ (util.styleText), always, [['red', 'a'], [['bold', 'blue'], 'b'], ['nope', 'c'], ['red', 5]])
  for (const text of ['A=1', 'A = 1 # note\nB="two\\nlines"\n#C=3\nexport D=\'x # y\'\nE=`z`', 'A="multi\nline"\nB=', '  A=b c  ', '']) assert.deepEqual(util.parseEnv(text), { .../** @type {any} */ (node).parseEnv(text) })
  for (const value of VALUES) {
    for (const name of ['isArray', 'isBoolean', 'isBuffer', 'isNull', 'isNullOrUndefined', 'isNumber', 'isString', 'isSymbol', 'isUndefined', 'isRegExp', 'isObject', 'isDate', 'isError', 'isFunction', 'isPrimitive']) {
      assert.equal(/** @type {any} */ (util)[name](value), /** @type {any} */ (node)[name](value), `${name}(${node.inspect(value)})`)
    }
  }
  // These need the operating system's tables or classes of Node's own.
  const absent = ['_errnoException', '_exceptionWithHostPort', 'transferableAbortSignal', 'transferableAbortController']
  assert.deepEqual(Object.keys(node).filter((name) => !(name in util) || !(name in names)), absent)
})

test('util.getSystemErrorName, util.getSystemErrorMap', () => {
  same(util.getSystemErrorName, node.getSystemErrorName, [...WRONG, -1, -2, -5000, -1.5, 0, 1, NaN, -Infinity, -4095, -3008].map((value) => [value]))
  assert.deepEqual([...util.getSystemErrorMap()], [...node.getSystemErrorMap()])
})

test('util.MIMEType, util.MIMEParams', () => {
  const shown = (/** @type {any} */ Type) => (/** @type {any} */ input) => {
    const mime = new Type(input)
    return [mime.type, mime.subtype, mime.essence, String(mime), JSON.stringify(mime), [...mime.params], String(mime.params), [...mime.params.keys()], [...mime.params.values()]]
  }
  const [ours, nodes] = [shown(util.MIMEType), shown(node.MIMEType)]
  same(ours, nodes, [...WRONG.filter((value) => typeof value !== 'symbol' && Object.getPrototypeOf(Object(value)) !== null).map((value) => [value]), ['text/plain'], [' Text/HTML ; Charset="utf-8"'], ['a/b;c'], ['a/b;c=d;c=e;;f="g\\"h";i="\\'], ['/'], ['a/'], ['/b'], ['a /b'], ['a/b c'], ['a/é'], ['a/b;é=1;x=é;y="é☃"']], 'MIMEType')
  const pieces = ['text', '/', 'html', ';', '=', ' ', '"', '\\', 'charset', 'utf-8', '\t', '\r\n', 'é', '☃', ',', 'A', '""', '; ', 'a=b']
  for (let round = 0; round < 8000; round++) same(ours, nodes, [[`${random(3) ? 'a/b' : ''}${Array.from({ length: random(12) }, () => pieces[random(pieces.length)]).join('')}`]], 'MIMEType')
  for (const value of [...WRONG.filter((value) => typeof value !== 'symbol' && Object.getPrototypeOf(Object(value)) !== null), 'text', 'a b', 'é', '', 'a"b\\c', '☃']) {
    for (const name of ['type', 'subtype', 'params']) same((/** @type {any} */ mime) => { mime[name] = value; return String(mime) }, (/** @type {any} */ _mime) => { const mime = /** @type {any} */ (new node.MIMEType('a/b')); mime[name] = value; return String(mime) }, [[new util.MIMEType('a/b')]], name)
    for (const args of [['x', value], [value, 'x']]) {
      const change = (/** @type {any} */ Params) => () => { const params = new Params(); params.set(...args); const text = String(params); const had = [params.has(args[0]), params.get(args[0]), params.get('none')]; params.delete(args[0]); return [text, had, String(params)] }
      same(change(util.MIMEParams), change(node.MIMEParams), [[]], 'MIMEParams')
    }
  }
})
