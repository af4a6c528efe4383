import args from 'socket:internal/args'
import module from 'socket:child_process'
import { once } from 'socket:events'
import { promisify } from 'socket:util'
import { test } from 'socket:test'

// Streams are there unless `stdio` says otherwise, which types cannot know.
const childProcess = /** @type {any} */ (module)
const windows = args.platform === 'win32'

/** @param {string} name @param {(t: any) => Promise<void>} work */
const shellTest = (name, work) => test(name, async (t) => {
  if (windows) return t.comment('skipped: it needs the programs of a Unix system')
  await work(t)
})

/** @param {any} stream @returns {Promise<string>} */
async function text (stream) {
  let all = ''
  for await (const chunk of stream) all += chunk
  return all
}

shellTest('child_process: streams both ways', async (t) => {
  const child = childProcess.spawn('cat')
  /** @type {string[]} */
  const heard = []
  for (const name of ['spawn', 'exit', 'close']) child.on(name, (/** @type {any[]} */ ...values) => heard.push([name, ...values].join(' ')))
  t.ok(child.pid > 0, 'it has a number')
  child.stdin.write('hello ')
  child.stdin.end('world')
  const closed = once(child, 'close')
  t.equal(await text(child.stdout), 'hello world', 'what it got it gave back')
  await closed
  t.deepEqual(heard, ['spawn', 'exit 0 ', 'close 0 '], 'in order')
})

shellTest('child_process: much output, read slowly', async (t) => {
  const child = childProcess.spawn('sh', ['-c', 'head -c 3000000 /dev/zero; echo problem >&2; exit 7'])
  const errors = text(child.stderr)
  let length = 0
  for await (const chunk of child.stdout) {
    length += chunk.byteLength
    await new Promise((resolve) => setTimeout(resolve))
  }
  t.equal(length, 3_000_000, 'all of it')
  t.equal(await errors, 'problem\n', 'standard error')
  if (child.exitCode === null) await once(child, 'exit')
  t.equal(child.exitCode, 7, 'exitCode')
})

shellTest('child_process: much input', async (t) => {
  const child = childProcess.spawn('wc', ['-c'])
  child.stdin.end(new Uint8Array(2_000_000))
  t.equal((await text(child.stdout)).trim(), '2000000', 'all of it')
})

shellTest('child_process: a program that is not there', async (t) => {
  const child = childProcess.spawn('there-is-no-such-program', ['a'])
  t.equal(child.pid, undefined, 'no number')
  const error = await new Promise((resolve) => child.on('error', resolve))
  t.deepEqual([error.code, error.syscall, error.path, error.spawnargs, error.message],
    ['ENOENT', 'spawn there-is-no-such-program', 'there-is-no-such-program', ['a'], 'spawn there-is-no-such-program ENOENT'], 'the error says which')
  const result = childProcess.spawnSync('there-is-no-such-program')
  t.deepEqual([result.error.code, result.status, result.pid], ['ENOENT', null, 0], 'spawnSync')
})

shellTest('child_process: signals', async (t) => {
  const child = childProcess.spawn('sleep', ['60'])
  const exited = once(child, 'exit')
  t.equal(child.kill(0), true, 'it runs')
  t.equal(child.kill('SIGINT'), true, 'sent')
  t.deepEqual(await exited, [null, 'SIGINT'], 'exit says which')
  t.deepEqual([child.killed, child.signalCode, child.exitCode, child.kill()], [true, 'SIGINT', null, false], 'what is known afterwards')
  t.throws(() => child.kill('SIGNONE'), /Unknown signal: SIGNONE/, 'no such signal')
})

shellTest('child_process: exec and execFile', async (t) => {
  const exec = promisify(childProcess.exec)
  t.deepEqual(await exec('echo out; echo err >&2'), { stdout: 'out\n', stderr: 'err\n' }, 'exec')
  const error = await exec('echo out; exit 3').catch((/** @type {any} */ error) => error)
  t.deepEqual([error.code, error.killed, error.signal, error.cmd, error.stdout, error.message], [3, false, null, 'echo out; exit 3', 'out\n', 'Command failed: echo out; exit 3\n'], 'failed')
  const execFile = promisify(childProcess.execFile)
  t.equal((await execFile('printf', ['%s-%s', 'a b', '$c'])).stdout, 'a b-$c', 'execFile passes arguments as they are')
  t.equal((await execFile('sh', ['-c', 'echo $X-$Y'], { env: { X: '1' } })).stdout, '1-\n', 'env is the whole environment')
  t.equal((await execFile('pwd', { cwd: '/' })).stdout, '/\n', 'cwd')
  t.equal((await execFile('yes', { maxBuffer: 100 }).catch((error) => error)).code, 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER', 'maxBuffer')
  const late = await execFile('sleep', ['60'], { timeout: 50 }).catch((error) => error)
  t.deepEqual([late.killed, late.signal, late.code], [true, 'SIGTERM', null], 'timeout')
  const controller = new AbortController()
  const aborted = execFile('sleep', ['60'], { signal: controller.signal }).catch((error) => error)
  controller.abort()
  t.deepEqual([(await aborted).name, (await aborted).code], ['AbortError', 'ABORT_ERR'], 'signal')
})

shellTest('child_process: synchronous forms', async (t) => {
  t.equal(childProcess.execSync('echo $((1 + 1))').toString(), '2\n', 'execSync')
  t.equal(childProcess.execFileSync('cat', { input: 'x'.repeat(300_000), encoding: 'utf8' }).length, 300_000, 'input')
  const result = childProcess.spawnSync('sh', ['-c', 'echo a; echo b >&2; exit 4'], { encoding: 'utf8' })
  t.deepEqual([result.status, result.stdout, result.stderr, result.signal, result.output], [4, 'a\n', 'b\n', null, [null, 'a\n', 'b\n']], 'spawnSync')
  const late = childProcess.spawnSync('sleep', ['60'], { timeout: 50 })
  t.deepEqual([late.error.code, late.signal, late.status], ['ETIMEDOUT', 'SIGTERM', null], 'timeout')
  const large = childProcess.spawnSync('yes', { maxBuffer: 10 })
  t.deepEqual([large.error.code, large.stdout.length], ['ENOBUFS', 10], 'maxBuffer')
  const error = t.throws(() => childProcess.execSync('echo why >&2; exit 3', { stdio: 'pipe' }), /Command failed: echo why >&2; exit 3\nwhy\n/, 'failed')
  t.equal(error.status, 3, 'status')
})

shellTest('child_process: nobody reads', async (t) => {
  const child = childProcess.spawn('echo', ['unread'])
  t.deepEqual(await once(child, 'close'), [0, null], 'it is closed all the same')
  const ignored = childProcess.spawn('echo', ['x'], { stdio: 'ignore' })
  t.deepEqual([ignored.stdin, ignored.stdout, ignored.stderr], [null, null, null], 'no streams')
  t.deepEqual(await once(ignored, 'close'), [0, null], 'closed')
})

shellTest('child_process: a program that reads no input', async (t) => {
  const child = childProcess.spawn('true')
  await once(child, 'exit')
  t.ok(child.stdin.destroyed, 'its input is closed')
})

test('child_process: both standard streams as one', async (t) => {
  if (windows) return t.comment('skipped: Windows has no cat')
  const { Pipe } = childProcess
  t.throws(() => new Pipe(/** @type {any} */ ({})), /"source" argument/, 'of what has none')
  const data = 'x'.repeat(300_000)
  const pipe = new Pipe(childProcess.spawn('cat'))
  let got = 0
  pipe.on('data', (/** @type {any} */ chunk) => { got += chunk.length })
  const end = new Promise((resolve) => pipe.on('end', resolve))
  pipe.write(data)
  pipe.end(data)
  await end
  t.equal(got, 600_000, 'all comes back')
  const gone = new Pipe(childProcess.spawn('cat'))
  const closed = new Promise((resolve) => gone.on('close', resolve))
  gone.destroy()
  await closed
  t.ok(gone.destroyed, 'destroyed')
})
