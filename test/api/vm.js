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
