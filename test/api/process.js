import { exec } from 'socket:child_process'
import args from 'socket:internal/args'
import process, { env, hrtime, memoryUsage, nextTick } from 'socket:process'
import { test } from 'socket:test'

test('process: facts', (t) => {
  t.deepEqual([process.platform, process.arch, process.pid, process.cwd()], [args.platform, args.arch, args.pid, args.cwd], 'as the app knows them')
  t.equal(process.version, `v${args.version.full}`, 'version')
  t.ok(Array.isArray(process.argv) && process.execPath && process.title, 'argv, execPath, title')
  t.match(process.homedir(), /^(\/|[a-z]:\\)/i, 'homedir')
  t.equal(Object.prototype.toString.call(process), '[object process]', 'its tag')
})

test('process: env is text', (t) => {
  env.SOCKET_TEST_VARIABLE = /** @type {any} */ (5)
  t.equal(process.env.SOCKET_TEST_VARIABLE, '5', 'what is written')
  delete env.SOCKET_TEST_VARIABLE
  t.equal('SOCKET_TEST_VARIABLE' in process.env, false, 'and removed')
})

test('process: time and memory', async (t) => {
  const start = hrtime()
  const [seconds, nanoseconds] = hrtime(start)
  t.ok(seconds >= 0 && nanoseconds >= 0 && nanoseconds < 1e9, 'hrtime')
  t.ok(hrtime.bigint() >= BigInt(start[0]) * 1_000_000_000n, 'hrtime.bigint')
  t.throws(() => hrtime(/** @type {any} */ (5)), TypeError, 'hrtime of a number')
  t.ok(process.uptime() > 0, 'uptime')
  t.ok(memoryUsage().rss > 0 && memoryUsage.rss() > 0, 'memoryUsage')
  const usage = process.cpuUsage()
  t.ok(process.cpuUsage(usage).user >= 0 && process.resourceUsage().maxRSS > 0, 'cpuUsage and resourceUsage')
  t.deepEqual(await new Promise((resolve) => nextTick((...values) => resolve(values), 1, 2)), [1, 2], 'nextTick')
})

test('process: exit tells its listeners and ends with their code', (t) => {
  const { reallyExit } = process
  /** @type {any[]} */
  const seen = []
  process.reallyExit = async (/** @type {number} */ code) => { seen.push(['end', code]) }
  process.once('exit', (/** @type {number} */ code) => {
    seen.push(['exit', code])
    process.exitCode = 7
  })
  process.exit(3)
  process.reallyExit = reallyExit
  t.deepEqual(seen, [['exit', 3], ['end', 7]], 'listeners first')
  process.exitCode = undefined
  t.throws(() => { process.exitCode = /** @type {any} */ ('x') }, TypeError, 'a code is a number')
})

test('process: warnings', async (t) => {
  const { error } = console
  /** @type {string[]} */
  const printed = []
  console.error = (text) => printed.push(text)
  const warning = await new Promise((resolve) => {
    process.once('warning', resolve)
    process.emitWarning('careful', { type: 'TestWarning', code: 'T1' })
  })
  console.error = error
  t.deepEqual([warning.name, warning.code, warning.message], ['TestWarning', 'T1', 'careful'], 'as an event')
  t.match(printed.join(), /\[T1\] TestWarning: careful/, 'and printed')
})

test('process: stderr is written to', async (t) => {
  await new Promise((resolve, reject) => process.stderr.write('# a line of process.stderr\n', (/** @type {any} */ error) => error ? reject(error) : resolve(undefined)))
  t.equal(process.stderr.fd, 2, 'its number')
  t.equal(process.stdout.fd, 1, 'and that of stdout')
})

test('process: a signal is an event while somebody listens', async (t) => {
  if (args.platform === 'win32') return t.comment('skipped: Windows sends none')
  // Its parent is the program that answers this page's calls.
  const send = () => new Promise((resolve, reject) => exec('kill -USR2 $PPID', (/** @type {any} */ error) => error ? reject(error) : resolve(undefined)))
  /** @type {any[]} */
  const seen = []
  const received = () => new Promise((resolve) => process.once('SIGUSR2', (...values) => resolve(seen.push(...values))))
  let waiting = received()
  await send()
  await waiting
  t.deepEqual(seen, ['SIGUSR2', process.platform === 'darwin' ? 31 : 12], 'name and number')
  t.equal(process.listenerCount('SIGUSR2'), 0, 'once')
  waiting = received()
  await send()
  await waiting
  t.equal(seen.length, 4, 'and again')
})

test('process: standard input is a stream', (t) => {
  t.deepEqual([process.stdin.fd, typeof process.stdin.read, typeof process.stdin.setEncoding], [0, 'function', 'function'], 'stdin')
})
