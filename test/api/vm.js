import { test } from 'socket:test'
import vm from 'socket:vm'

test('vm: a context', (t) => {
  const context = vm.createContext({ a: 1 })
  t.equal(vm.runInContext('var b = a + 1; let c = 5; b', context), 2, 'the value of the last statement')
  t.deepEqual(context, { a: 1, b: 2 }, 'what it leaves')
  t.equal(vm.runInContext('c', context), 5, 'what it keeps')
  t.equal(vm.runInContext('typeof document + typeof fetch', context), 'undefinedundefined', 'nothing of the page')
  t.equal(vm.runInContext('[] instanceof Array', context), true, 'intrinsics of its own')
  t.equal(vm.runInNewContext('[]') instanceof Array, typeof document === 'undefined', 'of a frame in a page')
  t.equal(vm.isContext(context), true, 'isContext')
  const error = t.throws(() => vm.runInNewContext('for (;;);', {}, { timeout: 10 }), /timed out after 10ms/, 'timeout')
  t.equal(error.code, 'ERR_SCRIPT_EXECUTION_TIMEOUT', 'with its code')
})

test('vm: functions and this context', (t) => {
  t.equal(vm.compileFunction('return a + 1', ['a'])(1), 2, 'compileFunction')
  t.equal(vm.runInThisContext('globalThis'), globalThis, 'runInThisContext')
})

test('vm: scripts on the other side of a port', async (t) => {
  const { port1, port2 } = new MessageChannel()
  const end = vm.ContextWorkerInterface.serve(port2)
  const proxy = new vm.ContextWorkerInterfaceProxy(port1)
  /** @type {any} */
  const context = { a: 1, add: (/** @type {number} */ x, /** @type {number} */ y) => x + y, gone: 1 }
  t.equal(await proxy.runInContext('var b = 2; delete gone; add(a, b)', context), 3, 'a function of this side')
  t.deepEqual(Object.keys(context), ['a', 'add', 'b'], 'what the script left')
  const double = await proxy.runInContext('(x) => x * 2', context)
  t.equal(await double(4), 8, 'a function of that side')
  context.double = double
  t.equal(await proxy.runInContext('double(5)', context), 10, 'which is itself there')
  t.equal(await proxy.runInContext('add', context), context.add, 'and so is one of this side here')
  for (const code of ['throw new RangeError("from there")', 'nothingOfThisName']) {
    const error = await proxy.runInContext(code, context).catch((error) => error)
    t.ok(/RangeError|ReferenceError/.test(error.name), `${code}: ${error.name}`)
  }
  const timeout = await proxy.runInContext('for (;;);', {}, { timeout: 10 }).catch((error) => error)
  t.equal(timeout.code, 'ERR_SCRIPT_EXECUTION_TIMEOUT', 'options')
  t.throws(() => proxy.runInContext(/** @type {any} */ (5)), /"code" argument must be of type string/, 'wrong types')
  const never = proxy.runInContext('new Promise(() => {})').catch((error) => error)
  proxy.terminate()
  t.equal((await never).code, 'ABORT_ERR', 'who waits hears of the end')
  t.equal((await proxy.runInContext('1').catch((error) => error)).code, 'ABORT_ERR', 'and so does who comes later')
  end()
})

test('vm: references', (t) => {
  const fn = () => 1
  const reference = vm.createReference(fn)
  t.equal(vm.createReference(fn), reference, 'one for a function')
  const cyclic = /** @type {any} */ ({ fn, map: new Map([['fn', fn]]) })
  cyclic.self = cyclic
  const sent = structuredClone(vm.applyInputContextReferences(cyclic))
  t.equal(sent.self, sent, 'circles')
  const back = vm.applyOutputContextReferences(sent)
  t.ok(back.fn === fn && back.map.get('fn') === fn && back.self === back, 'and back')
  t.equal(vm.removeReference(fn), true, 'removed')
  t.equal(vm.removeReference(fn), false, 'once')
  t.throws(() => reference.value, /has been removed/, 'a removed one has no value')
  t.ok(vm.applyOutputContextReferences(sent).fn instanceof vm.Reference, 'what is unknown stays a reference')
  t.throws(() => vm.putReference(/** @type {any} */ ({})), /instance of Reference/, 'putReference')
  t.deepEqual(vm.applyOutputContextReferences(JSON.parse('{"__proto__": {"a": 1}}')), JSON.parse('{"__proto__": {"a": 1}}'), 'names are names')
})

test('vm: intrinsics and sources', (t) => {
  const context = vm.createContext({ a: 1 })
  for (const [code, name] of [['[]', 'Array'], ['new Uint8Array(1)', 'Uint8Array'], ['new TypeError("x")', 'TypeError'], ['() => 1', 'Function'], ['async () => 1', 'Function'], ['({})', 'Object'],
    ['Object.create(null)', 'Object'], ['new (class Map {})', 'Object'], ['1n', 'BigInt'], ['null', 'null'], ['undefined', 'undefined'], ['new (class X extends Map {})', 'Map']]) {
    t.equal(vm.getIntrinsicTypeString(vm.runInContext(code, context)), name, code)
  }
  t.equal(vm.isIntrinsic(vm.runInContext('Array.prototype', context), context), true, 'of a context')
  t.equal(vm.isIntrinsic(5), false, 'a number')
  t.equal(vm.createGlobalObject(context).a, 1, 'globals')
  t.throws(() => vm.createIntrinsics({}), /vm.Context/, 'no context')
  t.throws(() => vm.terminateContextWindow({}), /vm.Context/, 'no context to end')
  for (const [code, type] of /** @type {const} */ ([['return 1', 'classic'], ['await 1', 'module'], ['import "a"', 'module'], ['import("a")', 'classic'], ['import.meta', 'module'], ['', 'classic']])) {
    t.equal(vm.detectFunctionSourceType(code), type, code)
  }
  t.throws(() => vm.detectFunctionSourceType('a b'), /token/, 'neither')
  t.equal(vm.runInThisContext(vm.wrapFunctionSource('(a) => a + 1 // comment'))(1), 2, 'a function')
  t.throws(() => vm.wrapFunctionSource('}); (function () {'), /neither a function/, 'what closes the function')
  t.deepEqual(vm.applyContextDifferences({ a: 1, b: NaN }, { b: NaN, c: 1 }), { b: NaN, c: 1 }, 'differences')
})
