import node from 'node:assert'
import nodeStrict from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import ours, * as names from 'socket:assert'
import oursStrict, * as strictNames from 'socket:assert/strict'
import 'socket:util'
import { generator, WRONG } from './support/compare.js'

/** @type {typeof nodeStrict} */
const check = nodeStrict

/** What an assertion does: nothing, or an error with all that can be seen of it. @param {() => unknown} call */
function outcome (call) {
  try {
    return { value: call() }
  } catch (error) {
    return seen(error)
  }
}

/** @param {any} error */
function seen (error) {
  if (error === null || typeof error !== 'object') return { error }
  return { name: error.name, text: error.message, ...error, actual: inspect(error.actual), expected: inspect(error.expected) }
}

/** @param {string} name @param {any[][]} calls @param {[any, any]} [pair] */
function same (name, calls, [one, two] = [ours, node]) {
  for (const args of calls) check.deepEqual(outcome(() => one[name](...args)), outcome(() => two[name](...args)), `${name}(${inspect(args)})`)
}

const shared = { a: 1, b: [1, 2] }
const long = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, index]))
const VALUES = [...WRONG, -0, '1', 'a\nb\nc', 'a\nb\nd', 'a'.repeat(40), 'a'.repeat(39) + 'b', 'a'.repeat(700), 'x\n'.repeat(60), [1, 2, 3], ['1', 2, 3], [1, 2, [3]],
  { a: '1' }, { a: 1, b: 2 }, { a: 1, b: { c: [1, { d: 4 }] } }, { a: 1, b: { c: [1, { d: 5 }] } }, shared, long, { ...long, k3: 0, k90: 5 }, new Map([[1, 2]]), new Map([['1', 2]]), new Map([[{ a: 1 }, { b: 2 }]]), new Map([[{ a: '1' }, { b: 2 }]]),
  new Set([1]), new Set(['1']), new Set([{ a: 1 }]), new Set([{ a: '1' }]), new Date(1), new Error('a'), new Error('b'), new TypeError('a'), Object.assign(new Error('a'), { code: 5 }), /a/g, /a/i, new Uint8Array([1, 2]), new Uint8Array([1, 3]), new Float32Array([0]), new Float32Array([-0]),
  Object(1), Object('1'), Object('a'), Object(true), new (class A { x = 1 })(), new (class B { x = 1 })(), { x: 1 }, Object.create({ a: 1 }), [undefined], new Array(1), Symbol.iterator, new ArrayBuffer(2), new Promise(() => {}), { get x () { return 1 } }]

test('assert: two values of all kinds', () => {
  for (const name of ['equal', 'notEqual', 'strictEqual', 'notStrictEqual', 'deepEqual', 'notDeepEqual', 'deepStrictEqual', 'notDeepStrictEqual']) {
    for (const actual of VALUES) same(name, VALUES.map((expected) => [actual, expected]))
    same(name, [[], [1], [1, 2, 'given'], [1, 1, 'given'], [{ a: 1 }, { a: 2 }, 'given'], [{ a: 1 }, { a: 1 }, 'given'], [1, 2, new RangeError('given')]])
    same(name, [[1, '1'], [{ a: 1 }, { a: '1' }]], [oursStrict, nodeStrict])
  }
})

test('assert: differences of random structures', () => {
  const random = generator(3)
  /** @param {number} depth @returns {any} */
  const value = (depth) => {
    const kind = random(depth > 3 ? 3 : 6)
    if (kind === 0) return random(5)
    if (kind === 1) return ['x', 'line\nline', 'long text that does not fit', ''][random(4)]
    if (kind === 2) return [null, undefined, true, NaN][random(4)]
    if (kind === 3) return Array.from({ length: random(9) }, () => value(depth + 1))
    if (kind === 4) return new Set(Array.from({ length: random(4) }, () => value(depth + 1)))
    return Object.fromEntries(Array.from({ length: random(9) }, () => ['abcdefghij'[random(10)], value(depth + 1)]))
  }
  for (let round = 0; round < 600; round++) {
    const a = Array.from({ length: random(12) }, () => value(1))
    // A few changes in what is otherwise equal, as in failing tests.
    const b = structuredClone(a)
    for (let changes = random(4); changes > 0; changes--) b.splice(random(b.length + 1), random(2), ...(random(2) ? [value(2)] : []))
    same('deepStrictEqual', [[a, b]])
    if (round % 5 === 0) same('strictEqual', [[a, b]])
  }
})

test('assert: ok, fail, ifError, match', () => {
  for (const value of WRONG) {
    same('ok', [[value, 'given'], [value, new TypeError('given')]])
    same('ifError', [[value]])
    same('fail', [[value]])
    same('match', [[value, /x/], [value, /x/, 'given'], ['x', value], ['abc', /x/, value]])
    same('doesNotMatch', [[value, /x/], ['x', value], ['abc', /b/, value]])
  }
  same('ok', [[]])
  same('fail', [[], [1, 2], [1, 2, undefined, '>'], [1, 2, 'given'], [1, 2, 'given', 'op'], [undefined, undefined]])
  same('ifError', [[new Error('x')], [new Error('')], [{ message: '' }], [{ message: 'x', a: 1 }]])
  check.equal(outcome(() => oursStrict(0, 'x')).text, outcome(() => nodeStrict(0, 'x')).text)
  // Which expression was false only Node can tell: it reads the source file.
  check.equal(outcome(() => ours(0)).text, '0 == true')
  check.match(outcome(() => node(0)).text, /The expression evaluated to a falsy value/)
})

class Special extends Error {}
const EXPECTED = [[], [TypeError], [Special, 'given'], [Error], [/foo/], [/bar/], [/bar/, 'given'], [{ message: 'foo' }], [{ message: 'bar', name: 'Error' }], [{ message: /foo/, name: 'Err' }], [{ message: 'bar' }, 'given'], [{}],
  [new Error('foo')], [new Error('bar')], [() => true], [() => false], [function named () {}], [() => 5, 'given'], ['foo'], ['given'], ['given', 5], [5], [null], [undefined, 'given'], [new RangeError('given')], [TypeError, new RangeError('given')], [{ a: 1 }], [[1]]]
const THROWN = [new Error('foo'), new TypeError('foo'), new Special('foo'), 'foo', 5, null, undefined, { a: 5 }, { a: 1, message: 'foo' }, Object.assign(new Error('foo'), { a: 1 })]

test('assert: throws and doesNotThrow', () => {
  for (const name of ['throws', 'doesNotThrow']) {
    same(name, [...WRONG.filter((value) => typeof value !== 'function').map((value) => [value]), ...EXPECTED.map((expected) => [() => {}, ...expected])])
    for (const thrown of THROWN) same(name, EXPECTED.map((expected) => [() => { throw thrown }, ...expected]))
  }
})

test('assert: rejects and doesNotReject', async () => {
  const settle = async (/** @type {any} */ one, /** @type {string} */ name, /** @type {any[]} */ args) => one[name](...args).then((/** @type {any} */ value) => ({ value }), seen)
  for (const name of ['rejects', 'doesNotReject']) {
    for (const expected of EXPECTED) {
      for (const make of [...THROWN.map((thrown) => async () => { throw thrown }), async () => {}, () => 5, () => { throw new Error('at once') }]) {
        check.deepEqual(await settle(ours, name, [make, ...expected]), await settle(node, name, [make, ...expected]), `${name} ${inspect(expected)}`)
      }
    }
    for (const value of [...WRONG.filter((one) => typeof one !== 'function'), { then () {} }, Promise.resolve()]) check.deepEqual(await settle(ours, name, [value]), await settle(node, name, [value]))
  }
})

test('assert: AssertionError', () => {
  for (const options of [{ operator: 'x' }, { actual: 1, expected: 2, operator: 'foo' }, { message: 'm' }, { message: 5, operator: 'strictEqual', actual: 'a'.repeat(20), expected: 'b' }, { actual: {}, expected: [], operator: 'deepEqual' }, { actual: 1, expected: 2, operator: 'strictEqual', details: [] }, 'x', null, undefined, 5]) {
    const make = (/** @type {any} */ one) => outcome(() => { throw new one.AssertionError(options) })
    check.deepEqual(make(ours), make(node), inspect(options))
  }
  const [a, b] = [ours, node].map((one) => new one.AssertionError({ actual: 'x\n'.repeat(20), expected: 'y'.repeat(500), operator: 'strictEqual' }))
  check.equal(String(a), String(b))
  const printed = (/** @type {Error} */ error) => inspect(error).replaceAll(/\n\s+at .*/g, '')
  check.equal(printed(a), printed(b))
  check.deepEqual(Object.keys(a), Object.keys(b))
})

test('assert: CallTracker and names', () => {
  const story = (/** @type {any} */ one) => {
    const tracker = new one.CallTracker()
    const add = tracker.calls((/** @type {number} */ a) => a + 1, 2)
    const report = () => tracker.report().map((/** @type {any} */ { stack, ...rest }) => rest)
    const told = [add(1), tracker.getCalls(add), report(), outcome(() => tracker.getCalls(5)), outcome(() => tracker.calls(0)), outcome(() => tracker.calls(() => {}, 'a'))]
    const single = outcome(() => tracker.verify())
    tracker.calls(3)()
    const both = outcome(() => tracker.verify())
    tracker.reset(add)
    return inspect([told, single.text, both.text, Object.keys(both), report(), outcome(() => tracker.reset(() => {}))], { depth: 5 })
  }
  check.equal(story(ours), story(node))
  check.deepEqual(Object.keys(ours), Object.keys(node))
  check.deepEqual(Object.keys(oursStrict), Object.keys(nodeStrict))
  check.deepEqual(Object.keys(node).filter((name) => !(name in names) || !(name in strictNames)), [])
  for (const name of Object.keys(node)) check.equal(/** @type {any} */ (ours)[name].name, /** @type {any} */ (node)[name].name, name)
})
