import args from 'socket:internal/args'
import ipc from 'socket:ipc'
import { test } from 'socket:test'

test('ipc: calls end in a result', async (t) => {
  const { err, data, source } = await ipc.request('fs.stat', { path: '/' })
  t.equal(err, null, 'no error')
  t.equal(source, 'fs.stat', 'the command')
  t.ok(data.mode > 0, 'what it brings')
  const missing = await ipc.send('fs.stat', { path: '/there/is/no/such/file' })
  t.deepEqual([missing.err?.code, missing.data], ['ENOENT', null], 'an error is no rejection')
  t.equal((await ipc.send('no.such.route')).err?.code, 'ERR_IPC_ROUTE', 'nor is an unknown route')
  t.equal((await ipc.send('fs.stat', { path: 5 })).err?.code, 'ERR_IPC_REQUEST', 'nor a wrong request')
  t.equal(ipc.sendSync('fs.exists', { path: '/' }).data, true, 'sendSync')
})

test('ipc: bytes go out and come in', async (t) => {
  const [{ data: made }] = [ipc.sendSync('fs.mkdtemp', { path: `${args.tmpdir}/socket-ipc-` })]
  const folder = made.body.toString()
  const file = { path: `${folder}/file` }
  t.equal((await ipc.write('fs.writeFile', { ...file, flags: ipc.primordials.platform === 'linux' ? 577 : 1537, mode: 0o600, flush: false }, 'bytes')).err, null, 'written')
  t.equal((await ipc.request('fs.readFile', { ...file, flags: 0 })).data.body.toString(), 'bytes', 'read')
  t.equal((await ipc.createBinding('fs', { default: 'request' }).stat(file)).data.size, 5, 'by a binding')
  t.equal((await ipc.postMessage(`ipc://fs.stat?path=${encodeURIComponent(file.path)}`)).data.size, 5, 'by a message')
  t.equal(ipc.sendSync('fs.rm', { path: folder, recursive: true, force: false, maxRetries: 0, retryDelay: 0 }).err, null, 'removed')
})

test('ipc: signals and time limits', async (t) => {
  t.equal((await ipc.send('fs.stat', { path: '/' }, { signal: AbortSignal.abort() })).err?.name, 'AbortError', 'aborted')
  t.equal((await ipc.request('ipc.events', undefined, { timeout: 20 })).err?.code, 'ERR_IPC_TIMEOUT', 'too late')
})

test('ipc: messages, headers, results', async (t) => {
  const message = ipc.Message.from('ipc://fs.readFile?path=%2Ftmp&seq=R7&index=2')
  t.deepEqual([message.command, message.seq, message.index, message.params.path], ['fs.readFile', 'R7', 2, '/tmp'], 'a message')
  t.throws(() => new ipc.Message('http://x'), /scheme ipc/, 'another scheme')
  t.equal(ipc.parseSeq('R12'), 12, 'parseSeq')
  t.equal(ipc.parseSeq('3', { bigint: true }), 3n, 'parseSeq as a bigint')
  const headers = ipc.Headers.from('a: 1\nb: 2:3')
  t.deepEqual([headers.length, headers.get('b'), headers.toJSON()], [2, '2:3', { a: '1', b: '2:3' }], 'headers')
  t.deepEqual(ipc.Result.from({ data: 5 }).toJSON(), { headers: {}, source: null, data: 5, err: null, id: '' }, 'a result')
  t.equal(ipc.Result.from(new Error('no')).err?.message, 'no', 'an error as a result')
  t.deepEqual([ipc.OK, ipc.ERROR, ipc.TIMEOUT, ipc.debug()], [0, 1, 32000, false], 'constants')
  await ipc.ready()
})

test('ipc: emit and resolve tell listeners of a target', async (t) => {
  const target = new EventTarget()
  const heard = new Promise((resolve) => target.addEventListener('greet', (event) => resolve(/** @type {CustomEvent} */ (event).detail)))
  await ipc.emit('greet', '{"hello":1}', target)
  t.deepEqual(await heard, { hello: 1 }, 'with JSON as a value')
})
