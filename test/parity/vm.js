/** `socket:vm` against Node's: what scripts give, what they leave in their context, and how they fail. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import node from 'node:vm'
import ours from 'socket:vm'

/** @type {((vm: any) => unknown)[]} */
const calls = [
  (vm) => vm.runInNewContext('a + 1', { a: 1 }),
  (vm) => { const c = vm.createContext({ x: 1 }); vm.runInContext('var y = x + 1; function f () { return y }; z = 3', c); return [c.y, c.z, typeof c.f, vm.runInContext('f()', c)] },
  (vm) => { const c = vm.createContext(); vm.runInContext('let a = 1; const b = 2; class C { m () { return 5 } }', c); return [vm.runInContext('[a, b, new C().m()]', c), Object.keys(c)] },
  (vm) => { const c = vm.createContext(); vm.runInContext('const b = 2', c); return vm.runInContext('b = 3', c) },
  (vm) => { const c = vm.createContext(); vm.runInContext('let b = 2', c); return vm.runInContext('let b = 3', c) },
  (vm) => vm.runInNewContext('typeof process + typeof require + typeof setTimeout + typeof Array + typeof console + typeof globalThis'),
  (vm) => vm.runInNewContext('process'),
  (vm) => vm.runInNewContext('"use strict"; undeclared = 1'),
  (vm) => vm.runInNewContext('this.a = 1; globalThis.b = 2; a + b'),
  (vm) => vm.runInNewContext('if (true) { 5 } else { 6 }'),
  (vm) => vm.runInNewContext('1; if (false) { 2 }'),
  (vm) => vm.runInNewContext('for (var i = 0; i < 3; i++) i * 2'),
  (vm) => vm.runInNewContext('var x = 5'),
  (vm) => vm.runInNewContext('1; var x = 5'),
  (vm) => vm.runInNewContext('1; function f () {}'),
  (vm) => vm.runInNewContext('"use strict"'),
  (vm) => vm.runInNewContext('try { 1 } finally { 2 }'),
  (vm) => vm.runInNewContext('switch (1) { case 1: 7 }'),
  (vm) => vm.runInNewContext('var {a, b: [c]} = {a: 1, b: [2]}; [a, c]'),
  (vm) => vm.runInNewContext('for (var {length} of ["abc"]) ; length'),
  (vm) => vm.runInNewContext('a\n(function () {})\nvar b\n;[1]', { a: Object }),
  (vm) => vm.runInNewContext('(function () { return typeof nothing })()'),
  (vm) => vm.runInNewContext('f()', { f () { return this === undefined } }),
  (vm) => vm.runInNewContext('while (true) {}', {}, { timeout: 20 }),
  (vm) => vm.runInNewContext('(function f () { f() })()', {}),
  (vm) => vm.runInNewContext('delete a; typeof a', { a: 1 }),
  (vm) => vm.runInThisContext('typeof globalThis.process'),
  (vm) => vm.compileFunction('return a + b + c', ['a', 'b'], { contextExtensions: [{ c: 3 }] })(1, 2),
  (vm) => vm.compileFunction('return x', [], { parsingContext: vm.createContext({ x: 9 }) })(),
  (vm) => vm.isContext(vm.createContext()),
  (vm) => vm.isContext({}),
  (vm) => vm.runInContext('1', {}),
  (vm) => vm.runInContext('1'),
  (vm) => new vm.Script('1').runInContext({}),
  (vm) => new vm.Script('1').runInContext(5),
  (vm) => vm.createContext(5),
  (vm) => vm.isContext(5),
  (vm) => vm.createContext({}, { name: 5 }),
  (vm) => vm.createContext({}, 5),
  (vm) => vm.createContext({}, { codeGeneration: { strings: 5 } }),
  (vm) => vm.createContext({}, { microtaskMode: 5 }),
  (vm) => new vm.Script('1', 5),
  (vm) => new vm.Script('1', { filename: 5 }),
  (vm) => new vm.Script('1', { lineOffset: 'a' }),
  (vm) => new vm.Script('1', { cachedData: 5 }),
  (vm) => new vm.Script('1').runInThisContext({ timeout: 0 }),
  (vm) => new vm.Script('1').runInThisContext({ timeout: 'a' }),
  (vm) => new vm.Script('1').runInThisContext({ breakOnSigint: 5 }),
  (vm) => new vm.Script('1').runInThisContext({ displayErrors: 5 }),
  (vm) => vm.compileFunction(5),
  (vm) => vm.compileFunction('return 1', 5),
  (vm) => vm.compileFunction('return 1', [5]),
  (vm) => vm.compileFunction('return 1', [], { parsingContext: {} }),
  (vm) => vm.compileFunction('return 1', [], { contextExtensions: [1] }),
  (vm) => vm.compileFunction('return 1', [], { contextExtensions: 5 }),
  (vm) => vm.compileFunction('return 1', [], { produceCachedData: 5 }),
  (vm) => vm.compileFunction('return 1', [], 5),
  (vm) => vm.runInNewContext('1', 5),
  (vm) => vm.runInThisContext('x y'),
  (vm) => new vm.Script('1', { importModuleDynamically: 5 }),
  (vm) => { const s = new vm.Script('n += 1'); const c = vm.createContext({ n: 1 }); s.runInContext(c); return s.runInContext(c) },
  (vm) => vm.runInNewContext('throw new TypeError("x")'),
  (vm) => vm.runInNewContext('x; let x = 1'),
  (vm) => vm.runInNewContext('g = () => h; h = 4; g()'),
  (vm) => vm.runInNewContext('`$' + '{a}` + String.raw`b`', { a: 1 }),
  (vm) => vm.runInNewContext('eval("1 + a")', { a: 1 }),
  (vm) => vm.runInNewContext('label: for (;;) { break label }'),
  (vm) => vm.runInNewContext('Object.keys(globalThis)', { a: 1 }),
  (vm) => vm.runInNewContext('#!/usr/bin/env node\n5'),
  (vm) => vm.runInNewContext('do var q = 1; while (false); q'),
  (vm) => vm.runInNewContext('if (1) var w = 2\nelse var w = 3\nw'),
  (vm) => vm.runInNewContext('"a" in this', { a: 1 })
]

/** @param {any} vm @param {(vm: any) => unknown} call */
function outcome (vm, call) {
  try {
    return JSON.stringify(call(vm))
  } catch (error) {
    const { name, code, message } = /** @type {any} */ (error)
    // Parsers word their errors each in its own way.
    return { name, code, message: name === 'SyntaxError' ? '' : message }
  }
}

for (const call of calls) {
  test(`vm: ${String(call).slice(8, 120)}`, () => assert.deepEqual(outcome(ours, call), outcome(node, call)))
}

test('vm: import()', async () => {
  const results = await Promise.all(/** @type {any[]} */ ([ours, node]).map(async (vm) => [
    await vm.runInNewContext('import("a")').catch((/** @type {any} */ error) => [error.name, error.code, error.message]),
    typeof (await vm.runInThisContext('import("node:path")', { importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER })).join
  ]))
  assert.deepEqual(results[0], results[1])
})

test('vm: what a script throws is said where it stands', () => {
  for (const vm of [ours, node]) {
    assert.throws(() => vm.runInNewContext('\n\n  throw new Error("here")', {}, { filename: 'place.js' }), (/** @type {any} */ error) => /place\.js:3:/.test(error.stack))
  }
})
