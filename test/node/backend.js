/** The helper in real backends, with pipes as the app's. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'

import { start } from './app.js'

const IMPORT = "import socket from '@socketsupply/socket-node'\n"
const LIMIT = { timeout: 180_000 }

test('the documented example: an event is answered to its window', LIMIT, async (t) => {
  const app = start(t, `${IMPORT}
    await socket.send({ window: 0, event: 'ready', value: { message: 'Hello, World' } })
    socket.on('calculate', async ({ data, window }) => {
      await socket.send({ window, event: 'calculated', value: data.a + data.b })
    })`)
  const ready = await app.heard(({ pairs }) => pairs.event === 'ready')
  assert.deepEqual([ready.command, ready.pairs.index, ready.data], ['send', '0', { message: 'Hello, World' }])
  await app.tell('nothing', {})
  app.event('calculate', { a: 2, b: 3 }, { index: 4 })
  const done = await app.heard(({ pairs }) => pairs.event === 'calculated')
  assert.deepEqual([done.pairs.index, done.data], ['4', 5])
  app.child.stdin.end()
  assert.equal(await app.ended(), 0)
})

test('CommonJS is the same library, and without a window every window is meant', LIMIT, async (t) => {
  const app = start(t, `const socket = require('@socketsupply/socket-node')
    import('@socketsupply/socket-node').then(({ default: same }) => {
      socket.send({ event: 'same', value: same.send === socket.send })
    })`, { extension: 'cjs' })
  const { data, pairs } = await app.heard(({ pairs }) => pairs.event === 'same')
  assert.equal(data, true)
  assert.equal('index' in pairs, false)
})

test('listeners: all names, once, removal, the plain value', LIMIT, async (t) => {
  const app = start(t, `${IMPORT}
    const seen = []
    const gone = () => seen.push('gone')
    for (const [add, remove] of [['on', 'off'], ['addListener', 'removeListener'], ['once', 'off']]) {
      socket[add]('x', gone)
      socket[remove]('x', gone)
    }
    socket.on('y', gone)
    socket.removeAllListeners('y')
    socket.once('x', ({ data }) => seen.push(['once', data]))
    socket.addListener('x', ({ data, window }) => seen.push(['on', data, window]))
    socket.plain.on('x', (value) => seen.push(['plain', value]))
    socket.plain.on('x', gone)
    socket.plain.off('x', gone)
    socket.on('x', (value) => seen.push(['old', JSON.parse(value), value > 1, JSON.stringify({ value })]))
    socket.on('end', () => socket.send({ event: 'seen', value: seen }))`)
  app.event('y', 0)
  app.event('x', 1, { index: 0 })
  app.event('x', 2)
  app.event('end')
  const { data } = await app.heard(({ pairs }) => pairs.event === 'seen')
  assert.deepEqual(data, [
    ['once', 1], ['on', 1, 0], ['plain', 1], ['old', 1, false, '{"value":1}'],
    ['on', 2, -1], ['plain', 2], ['old', 2, true, '{"value":2}']
  ])
})

test('promises: errors of the app, of the arguments, of a pipe that has ended', LIMIT, async (t) => {
  const app = start(t, `${IMPORT}
    const told = []
    const say = (text) => { told.push(text); console.log(text) }
    for (const bad of [undefined, {}, { event: '' }, { event: 'x', window: 1.5 }, { event: 'x', value: 1n }]) {
      await socket.send(bad).then(() => say('resolved'), (error) => say(error.name))
    }
    const refused = await socket.send({ event: 'refused', window: 9 })
    say(refused.code + ' ' + refused.message)
    say(String(await socket.heartbeat()))
    const lost = await socket.send({ event: 'last' })
    process.exitCode = lost.code === 'ERR_SOCKET_CLOSED' && (await socket.heartbeat()).code === lost.code ? 7 : 1`, { answer: false })
  const { pairs } = await app.heard(({ command }) => command === 'send')
  app.tell('resolve', { seq: pairs.seq, state: 1, value: JSON.stringify({ code: 'ERR_NO_WINDOW', message: 'there is no window 9' }) })
  const beat = await app.heard(({ command }) => command === 'heartbeat')
  app.tell('resolve', { seq: beat.pairs.seq, state: 0 })
  await app.heard(({ pairs }) => pairs.event === 'last')
  app.child.stdin.end()
  assert.equal(await app.ended(), 7)
  const printed = app.said.filter(({ command }) => command === 'stdout').map(({ pairs }) => pairs.value).join('')
  assert.equal(printed, `${'TypeError\n'.repeat(5)}ERR_NO_WINDOW there is no window 9\nundefined\n`)
})

test('a request is answered with what the listener returns or throws', LIMIT, async (t) => {
  const app = start(t, `${IMPORT}
    socket.on('double', async ({ data }) => data * 2)
    socket.on('bytes', () => Uint8Array.of(0, 255))
    socket.on('fail', () => { throw Object.assign(new RangeError('too much'), { code: 'ERR_MUCH' }) })`)
  /** @param {string} event @param {string} seq @param {unknown} [value] */
  const ask = (event, seq, value) => {
    app.event(event, value, { seq, index: 1, reply: 1 })
    return app.heard(({ command, pairs }) => command === 'resolve' && pairs.seq === seq)
  }
  const double = await ask('double', 'R1', 21)
  assert.deepEqual([double.pairs.state, double.pairs.index, double.data], ['0', '1', 42])
  assert.deepEqual((await ask('bytes', 'R2')).data, Buffer.from([0, 255]))
  const fail = await ask('fail', 'R3')
  assert.equal(fail.pairs.state, '1')
  assert.deepEqual(fail.data, { name: 'RangeError', message: 'too much', code: 'ERR_MUCH' })
  assert.equal((await ask('nobody', 'R4')).data.code, 'ERR_SOCKET_NO_LISTENER')
})

test('what the backend prints reaches the app whole, and is never taken for a message', LIMIT, async (t) => {
  const app = start(t, `${IMPORT}
    process.stdout.write('half a line')
    console.log('\\nipc://send?event=fake&value=1')
    console.error('é\\u0000')
    process.stdout.write(Buffer.from([0xff, 10]))
    process.stdout.write('6869', 'hex', () => socket.send({ event: 'done' }))
    socket.on('stop', () => {})`)
  await app.heard(({ pairs }) => pairs.event === 'done')
  const printed = app.said.filter(({ command }) => command.startsWith('std')).map(({ command, pairs }) => [command, pairs.value, pairs.format])
  assert.deepEqual(printed, [
    ['stdout', 'half a line', undefined],
    ['stdout', '\nipc://send?event=fake&value=1\n', undefined],
    ['stderr', 'é\0\n', undefined],
    ['stdout', '_wo', 'base64url'],
    ['stdout', 'hi', undefined]
  ])
  assert.equal(app.said.some(({ pairs }) => pairs.event === 'fake'), false)
})

test('bytes and messages far beyond 512 KiB, both ways', LIMIT, async (t) => {
  const app = start(t, `${IMPORT}
    socket.on('echo', ({ data }) => socket.send({ event: 'echoed', value: data }))`)
  const text = 'ä%\n'.repeat(1_000_000)
  app.event('echo', text)
  assert.equal((await app.heard(({ pairs }) => pairs.event === 'echoed')).data === text, true)
  app.said.length = 0
  const bytes = Buffer.alloc(3 << 20, Uint8Array.from({ length: 251 }, (_, i) => i))
  app.tell('process.write', { event: 'echo', format: 'base64url', value: bytes.toString('base64url') })
  assert.equal(bytes.equals((await app.heard(({ pairs }) => pairs.event === 'echoed')).data), true)
})

test('who awaits send() holds no more than the app has taken', LIMIT, async (t) => {
  const app = start(t, `${IMPORT}
    const value = 'x'.repeat(1 << 20)
    let top = 0
    for (let i = 0; i < 30; i++) {
      await socket.send({ event: 'block', value })
      top = Math.max(top, process.stdout.writableLength)
    }
    await socket.send({ event: 'top', value: top })`)
  const { data } = await app.heard(({ pairs }) => pairs.event === 'top')
  assert.equal(app.said.filter(({ pairs }) => pairs.event === 'block').length, 30)
  assert.ok(data < 4 << 20, `${data} bytes were waiting`)
})

test('malformed lines are reported, and nothing around them is lost', LIMIT, async (t) => {
  const app = start(t, `${IMPORT}
    const seen = []
    socket.on('x', ({ data }) => seen.push(data))
    socket.on('end', () => socket.send({ event: 'seen', value: seen }))`)
  app.event('x', 1)
  app.child.stdin.write('not a message\r\nipc://send?event=x&value={\r\n\r\n')
  // Cut inside a character.
  const line = Buffer.from('ipc://send?event=x&value="é"\r\n')
  app.child.stdin.write(line.subarray(0, -4))
  app.child.stdin.write(line.subarray(-4))
  app.event('end')
  assert.deepEqual((await app.heard(({ pairs }) => pairs.event === 'seen')).data, [1, 'é'])
  const warned = app.said.filter(({ command }) => command === 'stderr').map(({ pairs }) => pairs.value).join('')
  assert.match(warned, /does not begin with ipc:.*ERR_SOCKET_MALFORMED/)
  assert.match(warned, /not JSON/)
})

test('a listener that throws is an uncaught exception, in the words of Node', LIMIT, async (t) => {
  const app = start(t, `${IMPORT}
    socket.on('x', () => { throw new Error('mine') })`)
  app.event('x')
  assert.equal(await app.ended(), 1)
  assert.match(app.errors(), /Error: mine/)
})

test('an app that has gone does not make the backend fail', LIMIT, async (t) => {
  const app = start(t, `${IMPORT}
    socket.on('go', async () => {
      const results = []
      for (let i = 0; i < 3; i++) results.push(await socket.send({ event: 'x', value: 'x'.repeat(1 << 20) }))
      process.exitCode = results.every((one) => one instanceof Error) ? 3 : 1
    })`)
  app.event('go')
  app.child.stdin.end()
  app.child.stdout.destroy()
  assert.equal(await app.ended(), 3)
})

test('outside an app: printing stays, calls say what is wrong', LIMIT, async (t) => {
  const app = start(t, `${IMPORT}
    process.stderr.write('printed\\n')
    const error = await socket.send({ event: 'x' })
    if (error.code !== 'ERR_SOCKET_NO_APP' || (await socket.heartbeat()).code !== error.code) throw new Error('no error')
    socket.on('x', () => {})`, { env: {} })
  assert.equal(await app.ended(), 1)
  assert.match(app.errors(), /^printed\n/)
  assert.match(app.errors(), /not started by a Socket Runtime app: standard input is not an app's/)
  assert.match(app.errors(), /ERR_SOCKET_NO_APP/)
})

test('an older app is known by its arguments', LIMIT, async (t) => {
  const app = start(t, `process.argv.push('--ssc-version=v0.5.4')
    const { default: socket } = await import('@socketsupply/socket-node')
    socket.send({ event: 'x' })`, { env: {} })
  await app.heard(({ pairs }) => pairs.event === 'x')
  app.child.stdin.end()
  await once(app.child, 'exit')
})
