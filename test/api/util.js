import { Buffer } from 'socket:buffer'
import { test } from 'socket:test'
import util, { hasOwnProperty } from 'socket:util'
import types from 'socket:util/types'

test('util: text of values', (t) => {
  t.equal(util.inspect({ a: [1, new Map([['k', { deep: { deeper: {} } }]])] }), "{\n  a: [ 1, Map(1) { 'k' => [Object] } ]\n}".replace(/\n\s*/g, ' '), 'inspect')
  t.equal(util.format('%s %d %j', 'a', 1.5, { b: 1 }, 'rest'), 'a 1.5 {"b":1} rest', 'format')
  t.match(util.inspect(new TypeError('bad')), /^TypeError: bad\n {4}at /, 'an error with its stack, in any engine')
  t.match(util.inspect({ error: Object.assign(new Error('with'), { code: 'E' }) }), /error: Error: with\n {6}at [^]*code: 'E'/, 'inside an object')
})

test('util: functions', async (t) => {
  const read = util.promisify((/** @type {any} */ value, /** @type {Function} */ done) => done(value === 0 ? new Error('zero') : null, value))
  t.equal(await read(1), 1, 'promisify')
  await t.rejects(read(0), /zero/, 'promisify rejects')
  t.ok(util.isDeepStrictEqual({ a: [1, new Set([2])] }, { a: [1, new Set([2])] }), 'isDeepStrictEqual')
  t.deepEqual({ ...util.parseArgs({ args: ['--a', '-b', 'x'], options: { a: { type: 'boolean' }, b: { type: 'string' } } }).values }, { a: true, b: 'x' }, 'parseArgs')
  t.ok(types.isRegExp(/x/) && types.isUint8Array(Buffer.from('')) && !types.isDate({}), 'types')
  t.equal(util.stripVTControlCharacters(util.styleText('red', 'a')), 'a', 'styleText, stripVTControlCharacters')
})

test('util: what Node does not have', async (t) => {
  t.equal(util.clamp(5, 0, 3), 3, 'clamp')
  t.deepEqual(util.parseHeaders('A: b\nContent-Type:text/html'), [['a', 'b'], ['content-type', 'text/html']], 'parseHeaders')
  t.deepEqual([util.parseJSON('{"a":1}'), util.parseJSON('{')], [{ a: 1 }, null], 'parseJSON')
  t.deepEqual(util.splitBuffer(Buffer.from('abcde'), 2).map(String), ['ab', 'cd', 'e'], 'splitBuffer')
  t.deepEqual([util.isClass(class {}), util.isClass(() => {}), util.isPlainObject({}), util.isPlainObject([])], [true, false, true, false], 'isClass, isPlainObject')
  t.deepEqual([util.isEmptyObject({}), util.isArrayLike({ length: 1 }), util.isErrorLike({ name: 'a', message: 'b' }), util.isPromiseLike({ then () {} })], [true, true, true, true], 'is…')
  t.deepEqual([util.toProperCase('abc'), util.toString([]), util.isValidPercentageValue('50%'), util.isValidPercentageValue('5')], ['Abc', '[object Array]', true, false], 'text')
  t.deepEqual([util.compareBuffers(Buffer.from('a'), Buffer.from('b')), util.toBuffer('a').length, hasOwnProperty({ a: 1 }, 'a')], [-1, 1, true], 'buffers')
  const promise = util.InvertedPromise()
  promise.resolve(3)
  t.equal(await promise, 3, 'InvertedPromise')
  t.throws(() => new util.IllegalConstructor(), /Illegal constructor/, 'IllegalConstructor')
  t.equal(util.noop(), undefined, 'noop')
})
