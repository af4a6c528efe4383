import assert from 'node:assert/strict'
import node from 'node:tty'
import { test } from 'node:test'
import tty from 'socket:tty'
import { same, WRONG } from './support/compare.js'

test('tty: what is no terminal', () => {
  // Descriptors of terminals differ between the two: neither of these is one.
  same(tty.isatty, node.isatty, [...WRONG.filter((value) => typeof value !== 'number'), -1, 1.5, NaN, Infinity, 2 ** 33, 2 ** 20].map((value) => [value]), 'isatty')
  for (const name of /** @type {const} */ (['ReadStream', 'WriteStream'])) {
    const make = (/** @type {any} */ Class) => (/** @type {any} */ fd) => { new Class(fd) } // eslint-disable-line no-new
    same(make(tty[name]), make(node[name]), [[-1], [1.5], ['text'], [null]], name)
  }
  assert.deepEqual(Object.keys(node).sort(), Object.keys(tty).filter((key) => key !== 'default').sort())
})
