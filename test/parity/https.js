import assert from 'node:assert/strict'
import node from 'node:https'
import { test } from 'node:test'
import https from 'socket:https'
// Errors name values with its formatter when it is there.
import 'socket:util'
import { same, WRONG } from './support/compare.js'

// Exchanges with a server are in test/desktop/https.js: they need an engine with TLS.
test('https.Agent: names of connections, defaults, and wrong options', () => {
  for (const Class of [https.Agent, node.Agent]) {
    const { defaultPort, protocol, keepAlive, maxSockets, maxFreeSockets, scheduling } = /** @type {any} */ (new Class())
    assert.deepEqual({ defaultPort, protocol, keepAlive, maxSockets, maxFreeSockets, scheduling }, { defaultPort: 443, protocol: 'https:', keepAlive: false, maxSockets: Infinity, maxFreeSockets: 256, scheduling: 'lifo' })
  }
  const made = (/** @type {any} */ Class) => (/** @type {any} */ options) => { const { keepAlive, maxSockets, maxTotalSockets, scheduling } = new Class(options); return [keepAlive, maxSockets, maxTotalSockets, scheduling] }
  same(made(https.Agent), made(node.Agent), ['maxSockets', 'maxTotalSockets', 'scheduling'].flatMap((name) => WRONG.map((value) => [{ [name]: value }])), 'new Agent')
  const { keepAlive, protocol } = /** @type {any} */ (node.globalAgent)
  assert.deepEqual([(https.globalAgent).keepAlive, /** @type {any} */ (https.globalAgent).protocol], [keepAlive, protocol])
})

test('https.request: what is refused before anybody is asked', () => {
  const refused = (/** @type {any} */ module) => (/** @type {any} */ options) => { module.request({ host: '127.0.0.1', port: 1, ...options }).on('error', () => {}).destroy() }
  same(refused(https), refused(node), [
    { protocol: 'http:' }, { protocol: 'ftp:' }, { path: '/a b' }, { path: '/\n' }, { method: 'a b' }, { method: '' }, { method: 'PATCH' }, { headers: { 'a b': 'c' } }, { headers: { a: 'b\n' } }, { headers: { a: undefined } },
    { agent: 1 }, { agent: 'a' }, { agent: {} }, { agent: true }, { agent: null }, { agent: undefined }, { agent: false },
    { signal: null }, { signal: 1 }, { signal: {} }
  ].map((options) => [options]), 'request')
})
