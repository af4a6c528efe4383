import assert from 'node:assert/strict'
import { test } from 'node:test'
import sys from 'socket:sys'
import util from 'socket:util'

test('sys: is util, as in Node', () => {
  const node = /** @type {any} */ (process.getBuiltinModule('sys')) // eslint-disable-line n/no-deprecated-api -- apps still say its name
  assert.equal(node, process.getBuiltinModule('util'))
  for (const name of Object.keys(util)) assert.equal(/** @type {any} */ (sys)[name], /** @type {any} */ (util)[name], name)
})
