/**
 * Calls ours and Node's with the same arguments and asks that both return, or throw, the same.
 */
import assert from 'node:assert/strict'

/** @param {() => unknown} call */
export function outcome (call) {
  try {
    return { value: call() }
  } catch (error) {
    const { name, code, message } = /** @type {any} */ (error)
    return { name, code, message }
  }
}

/**
 * @param {(...args: any[]) => unknown} ours
 * @param {(...args: any[]) => unknown} nodes
 * @param {any[][]} calls arguments of each call
 * @param {string} [what]
 */
export function same (ours, nodes, calls, what = nodes.name) {
  assert.ok(calls.length > 0, `${what}: nothing to compare`)
  for (const args of calls) {
    assert.deepEqual(outcome(() => ours(...args)), outcome(() => nodes(...args)), `${what}(${args.map(text).join(', ')})`)
  }
}

/** @param {unknown} value */
function text (value) {
  try {
    return typeof value === 'bigint' ? `${value}n` : JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}

/**
 * Numbers that look random and are the same in each run.
 * @param {number} seed
 */
export function generator (seed) {
  return (/** @type {number} */ limit) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor(seed / 2 ** 32 * limit)
  }
}

/** Values of every type, for arguments that should be refused. */
export const WRONG = [undefined, null, true, false, 0, -1, 1.5, NaN, Infinity, 2 ** 33, 1n, 'text', 'it\'s "x"', '', Symbol('s'), {}, { a: 1 }, [], [1], () => {}, function named () {}, class Named {}, new Date(0), /x/, new Map(), Object.create(null), new Uint8Array(1), 'x'.repeat(50)]
