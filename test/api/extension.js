import { Extension, load, stats } from 'socket:extension'
import { test } from 'socket:test'

/** A module of WebAssembly, put together from its parts. @param {number[]} bytes */
const size = (bytes) => bytes.length < 128 ? [bytes.length] : [bytes.length & 127 | 128, bytes.length >> 7]
const text = (/** @type {string} */ value) => [...size([...new TextEncoder().encode(value)]), ...new TextEncoder().encode(value)]
const section = (/** @type {number} */ id, /** @type {number[][]} */ items) => {
  const content = [items.length, ...items.flat()]
  return [id, ...size(content), ...content]
}
const I32 = 0x7f
const I64 = 0x7e
/** @param {{ init?: number, info?: string, missing?: boolean }} [options] */
function build ({ init = 0, info = undefined, missing = false } = {}) {
  const body = (/** @type {number[]} */ code) => [...size([0, ...code, 0x0b]), 0, ...code, 0x0b]
  return new Uint8Array([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    // (i32, i32) → i32; (i32) → i32; (i32, i32) → i64; () → i32; (i32, i32, i32) →
    ...section(1, [[0x60, 2, I32, I32, 1, I32], [0x60, 1, I32, 1, I32], [0x60, 2, I32, I32, 1, I64], [0x60, 0, 1, I32], [0x60, 3, I32, I32, I32, 0]]),
    ...section(2, [[...text(missing ? 'nowhere' : 'socket'), ...text('log'), 0, 4]]),
    ...section(3, [[0], [1], [2], [3], [2]]),
    ...section(5, [[0, 1]]),
    ...section(7, [
      [...text('memory'), 2, 0], [...text('add'), 0, 1], [...text('socket_alloc'), 0, 2], [...text('echo'), 0, 3], [...text('socket_init'), 0, 4], [...text('outside'), 0, 5]
    ]),
    ...section(10, [
      body([0x20, 0, 0x20, 1, 0x6a]),
      // Always at 1024.
      body([0x41, 0x80, 0x08]),
      // (address << 32) | length
      body([0x20, 0, 0xad, 0x42, 32, 0x86, 0x20, 1, 0xad, 0x84]),
      // Says the three bytes at 8, and answers.
      body([0x41, 1, 0x41, 8, 0x41, 3, 0x10, 0, 0x41, init]),
      // Four gigabytes at 0.
      body([0x42, 0x7f])
    ]),
    ...section(11, [[0, 0x41, 8, 0x0b, 3, 104, 105, 33]]),
    ...(info === undefined ? [] : (() => { const content = [...text('socket.extension'), ...new TextEncoder().encode(info)]; return [0, ...size(content), ...content] })())
  ])
}

test('extension: loads, calls and unloads', async (t) => {
  const { info } = console
  /** @type {any[]} */
  const said = []
  console.info = (/** @type {any[]} */ ...values) => { said.push(...values) }
  const module = build({ info: '{"version":"1.2.3","description":"for tests"}' })
  const [extension, again] = await Promise.all([load('adds', { module }), load('adds', { module })]).finally(() => { console.info = info })
  t.equal(again, extension, 'one for a name')
  t.deepEqual(said, ['adds: hi!'], 'socket.log')
  t.ok(extension instanceof Extension && extension.loaded, 'an Extension')
  t.deepEqual([extension.name, extension.version, extension.description, extension.abi], ['adds', '1.2.3', 'for tests', 1], 'what it says of itself')
  t.equal(extension.binding.add(20, 22), 42, 'a function')
  t.equal(new TextDecoder().decode(extension.request('echo', 'grüße')), 'grüße', 'text')
  t.deepEqual([...extension.request('echo', new Uint8Array([1, 2, 3]).subarray(1))], [2, 3], 'bytes')
  t.equal(extension.request('echo').byteLength, 0, 'nothing')
  t.deepEqual(await stats(), { abi: 1, loaded: 1, memory: 65536 }, 'stats')
  for (const [call, code] of /** @type {[() => any, string][]} */ ([
    [() => extension.request('outside'), 'ERR_EXTENSION_INVALID'],
    [() => extension.request('none'), 'ERR_EXTENSION_INVALID'],
    [() => extension.request('add'), 'ERR_EXTENSION_INVALID'],
    [() => extension.request('echo', new Uint8Array(65536)), 'ERR_EXTENSION_INVALID'],
    [() => extension.request('echo', /** @type {any} */ (5)), 'ERR_INVALID_ARG_TYPE'],
    [() => extension.request(/** @type {any} */ (5)), 'ERR_INVALID_ARG_TYPE']
  ])) t.equal(/** @type {any} */ (t.throws(call, /./, String(call))).code, code, code)
  let ended = 0
  extension.addEventListener('unload', () => ended++)
  t.equal(await extension.unload(), true, 'unload')
  t.equal(await extension.unload(), false, 'once')
  t.equal(ended, 1, 'and says so')
  t.equal(/** @type {any} */ (t.throws(() => extension.binding, /has been unloaded/, 'after that')).code, 'ERR_EXTENSION_UNLOADED', 'with a code')
  t.equal((await stats()).loaded, 0, 'none')
})

test('extension: what cannot be loaded', async (t) => {
  /** @type {[string, any, string][]} */
  const cases = [
    ['there-is-none', {}, 'ERR_EXTENSION_NOT_FOUND'],
    ['../secret', {}, 'ERR_INVALID_ARG_VALUE'],
    ['a/b', {}, 'ERR_INVALID_ARG_VALUE'],
    ['', {}, 'ERR_INVALID_ARG_VALUE'],
    ['broken', { module: new Uint8Array([0, 1, 2]) }, 'ERR_EXTENSION_INVALID'],
    ['fails', { module: build({ init: 7 }) }, 'ERR_EXTENSION_INVALID'],
    ['imports', { module: build({ missing: true }) }, 'ERR_EXTENSION_INVALID'],
    ['later', { module: build({ info: '{"abi":2}' }) }, 'ERR_EXTENSION_INVALID'],
    ['no-json', { module: build({ info: '{' }) }, 'ERR_EXTENSION_INVALID'],
    ['type', { module: 5 }, 'ERR_INVALID_ARG_TYPE'],
    ['type', { imports: 5 }, 'ERR_INVALID_ARG_TYPE'],
    ['type', 5, 'ERR_INVALID_ARG_TYPE'],
    ['type', { signal: 5 }, 'ERR_INVALID_ARG_TYPE']
  ]
  for (const [name, options, code] of cases) {
    const error = await load(name, options).catch((error) => error)
    t.equal(error.code, code, `${name}: ${error.message}`)
  }
  t.equal((await stats()).loaded, 0, 'nothing stays')
  t.throws(() => new Extension(/** @type {any} */ (5), {}), /"name" argument must be of type string/, 'a wrong name')
  const error = await load('aborted', { module: build(), signal: AbortSignal.abort() }).catch((error) => error)
  t.equal(error.name, 'AbortError', 'aborted')
})
