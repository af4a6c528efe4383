import nodeOs from 'node:os'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import os from 'socket:os'
// Errors name values with its formatter when it is there.
import 'socket:util'
import { same, WRONG } from './support/compare.js'

/** What changes between two questions. */
const CHANGES = new Set(['cpus', 'freemem', 'loadavg', 'uptime', 'setPriority'])

/** Whatever order they have. @param {string} _ @param {any} value */
const keys = (_, value) => value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1)) : value

test('os: every name, and what does not change', () => {
  for (const [name, value] of Object.entries(nodeOs)) {
    const ours = /** @type {any} */ (os)[name]
    if (typeof value !== 'function') assert.equal(JSON.stringify(ours, keys), JSON.stringify(value, keys), name)
    else if (CHANGES.has(name)) assert.equal(typeof ours, 'function', name)
    else if (name === 'userInfo') assert.deepEqual({ ...ours() }, { .../** @type {any} */ (value)() }, name)
    else assert.deepEqual(ours(), /** @type {any} */ (value)(), name)
  }
  for (const encoding of ['utf8', 'latin1']) assert.deepEqual({ ...os.userInfo({ encoding }) }, { ...nodeOs.userInfo(/** @type {any} */ ({ encoding })) })
})

test('os: what changes has the same shape', () => {
  assert.deepEqual(os.cpus().map(({ model, times }) => [model, Object.keys(times)]), nodeOs.cpus().map(({ model, times }) => [model, Object.keys(times)]))
  assert.ok(Math.abs(os.uptime() - nodeOs.uptime()) < 10)
  assert.ok(Math.abs(os.freemem() - nodeOs.freemem()) < nodeOs.totalmem() / 2)
  assert.equal(os.loadavg().length, nodeOs.loadavg().length)
})

test('os: wrong arguments', () => {
  // Numbers of processes that are there differ in what they may do; these are not there or no numbers.
  const wrong = WRONG.filter((/** @type {unknown} */ value) => value !== undefined && value !== 0).map((/** @type {unknown} */ value) => [value])
  same(os.getPriority, nodeOs.getPriority, [...wrong, [-1], [2 ** 31 - 1]])
  same(os.setPriority, nodeOs.setPriority, [...wrong.filter(([value]) => value !== -1), [0, 20], [0, -21], [0, 'x'], [2 ** 31 - 1, 0], [-5, 0]])
})
