/* eslint-disable n/no-deprecated-api -- the old module is what is compared */
import assert from 'node:assert/strict'
import node from 'node:constants'
import os from 'node:os'
import nodeTty from 'node:tty'
import { test } from 'node:test'
import constants, * as names from 'socket:constants'
import errno from 'socket:errno'
import signal from 'socket:signal'
import tty from 'socket:tty'
import 'socket:util'
import { outcome, WRONG } from './support/compare.js'

test('constants: the numbers of this system', () => {
  // Those of OpenSSL and of Node's own loader have no counterpart.
  const foreign = /^(?:OPENSSL|SSL|ENGINE|DH|RSA|TLS1|POINT|EXTENSIONLESS)_|^TLS1_VERSION$|^defaultCoreCipherList$/
  const theirs = Object.fromEntries(Object.entries(node).filter(([name]) => !foreign.test(name)))
  assert.deepEqual(Object.fromEntries(Object.keys(theirs).map((name) => [name, /** @type {any} */ (constants)[name]])), theirs)
  assert.deepEqual(Object.keys(theirs).filter((name) => !(name in names)), [])
  for (const [name, code] of Object.entries(os.constants.errno)) {
    assert.equal(/** @type {any} */ (errno)[name], code)
    assert.equal(errno.getCode(/** @type {string} */ (errno.getName(code))), code)
  }
  for (const [name, code] of Object.entries(os.constants.signals)) {
    assert.equal(/** @type {any} */ (signal)[name], code)
    assert.ok(signal.getMessage(name), name)
  }
})

test('tty: descriptors that are no terminals', () => {
  const streams = (/** @type {any} */ one) => [...WRONG, 1n].filter((value) => typeof value !== 'number' || value < 0 || !Number.isInteger(value) || value > 2 ** 31).flatMap((value) => [
    outcome(() => one.isatty(value)), typeof value === 'symbol' || typeof value === 'bigint' ? 0 : outcome(() => new one.WriteStream(value)), typeof value === 'symbol' || typeof value === 'bigint' ? 0 : outcome(() => new one.ReadStream(value))
  ])
  assert.deepEqual(streams(tty), streams(nodeTty))
  for (const value of WRONG) {
    if (typeof value === 'function' || value === undefined || typeof value === 'object') continue
    // What is a number is answered by the terminal that a page has not.
    if (typeof value === 'number' && value >= 2 && Number.isInteger(value)) continue
    const colors = (/** @type {any} */ one) => outcome(() => one.WriteStream.prototype.hasColors.call({ getColorDepth: () => 1, hasColors () {} }, value))
    assert.deepEqual(colors(tty), colors(nodeTty))
  }
})
