import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import node from 'node:module'
import { test } from 'node:test'
import module from 'socket:module'
import fs from 'socket:fs'
import 'socket:util'
import { outcome, same, WRONG } from './support/compare.js'

test('module: createRequire', () => {
  const results = (/** @type {any} */ one) => (/** @type {any} */ filename) => typeof one.createRequire(filename)
  same(results(module), results(node), [...WRONG, 'http://a/b', '/tmp/x.js', 'file:///tmp/x.js', new URL('file:///tmp/x.js')].map((value) => [value]))
  const [ours, nodes] = [module, node].map((one) => one.createRequire('/tmp/x.js'))
  const ids = [...WRONG.filter((value) => !(typeof value === 'string' && value !== '')), 'unknown', './file', 'node:unknown']
  for (const id of ids) {
    assert.deepEqual({ ...outcome(() => ours(/** @type {any} */ (id))), name: '' }, { ...outcome(() => nodes(/** @type {any} */ (id))), name: '' }, String(typeof id))
  }
  same(/** @type {any} */ (ours.resolve), /** @type {any} */ (nodes.resolve), [['fs'], ['node:fs'], [5], ['node:path']])
  assert.equal(ours.resolve.paths('fs'), nodes.resolve.paths('fs'))
  assert.deepEqual(Object.keys(ours), Object.keys(nodes))
  assert.equal(ours('fs'), fs)
  assert.equal(ours('node:fs'), fs)
})

test('module: isBuiltin', () => {
  same(/** @type {any} */ (module.isBuiltin), /** @type {any} */ (node.isBuiltin), [...WRONG, 'fs', 'node:fs', 'fs/promises', 'node:assert/strict', 'unknown', 'node:unknown', 'toString'].map((value) => [value]))
})

test('module: every module is there', () => {
  const files = readdirSync(new URL('../../js/api', import.meta.url), { recursive: true }).map(String).filter((file) => file.endsWith('.js'))
  const missing = files.map((file) => file.replaceAll('\\', '/').slice(0, -3)).filter((name) => !module.isBuiltin(name))
  assert.deepEqual(missing, [], 'add them to js/internal/builtins.js')
})
