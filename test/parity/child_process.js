import nodeChildProcess from 'node:child_process'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import childProcess from 'socket:child_process'
// Errors name values with its formatter when it is there.
import 'socket:util'
import { WRONG, same } from './support/compare.js'

/** @type {any[]} */
const MODULES = [childProcess, nodeChildProcess]
const skip = process.platform === 'win32' && 'it needs the programs of a Unix system'

/** @param {any} error */
function about (error) {
  if (!(error instanceof Error)) return error
  const { name, message, code, errno, syscall, path, spawnargs, killed, signal, cmd, status } = /** @type {any} */ (error)
  return { name, message, code, errno, syscall, path, spawnargs, killed, signal, cmd, status }
}

test('child_process: every name', () => {
  for (const [name, value] of Object.entries(nodeChildProcess)) {
    if (!name.startsWith('_')) assert.equal(typeof (/** @type {any} */ (childProcess))[name], typeof value, name)
  }
})

test('child_process: wrong arguments', { skip }, () => {
  const wrong = WRONG.filter((/** @type {unknown} */ value) => typeof value !== 'function' && typeof value !== 'symbol')
  const [ours, nodes] = MODULES.map(({ spawn }) => (/** @type {any[]} */ ...args) => {
    const child = spawn(...args)
    child.on('error', () => {})
    return typeof child
  })
  same(ours, nodes, wrong.filter((/** @type {unknown} */ value) => typeof value !== 'string' || value === '').map((/** @type {unknown} */ value) => [value]), 'spawn')
  same(ours, nodes, [['a\0b'], ['true', ['a\0']], ...wrong.filter((/** @type {any} */ value) => value === null || typeof value !== 'object' || Array.isArray(value)).map((/** @type {unknown} */ value) => ['true', value])], 'spawn arguments')
  const options = ['cwd', 'detached', 'uid', 'gid', 'shell', 'argv0', 'windowsHide', 'windowsVerbatimArguments', 'timeout', 'signal', 'killSignal']
  for (const name of options) {
    // What is right starts a program: only what is refused is of interest. Node fails in its own check of bigints and objects.
    const values = wrong.filter((/** @type {any} */ value) => !(name === 'cwd' && (value instanceof Uint8Array || typeof value === 'string')) && !(['uid', 'gid'].includes(name) && (Number.isInteger(value) || typeof value === 'bigint' || (value !== null && typeof value === 'object'))))
    same(ours, nodes, values.map((/** @type {unknown} */ value) => ['true', [], { [name]: value }]), name)
  }
  same(ours, nodes, [['true', [], { stdio: 'x' }], ['true', [], { stdio: 5 }], ['true', [], { stdio: ['x'] }], ['true', [], { killSignal: 'SIGX' }], ['true', [], { killSignal: 99 }]], 'stdio')
  for (const name of ['execFile', 'exec']) {
    const [ours, nodes] = MODULES.map((module) => (/** @type {any[]} */ ...args) => { module[name](...args, () => {}); return null })
    same(ours, nodes, [...wrong.filter((/** @type {unknown} */ value) => typeof value !== 'string').map((/** @type {unknown} */ value) => [value]), ...wrong.flatMap((/** @type {unknown} */ value) => [['true', { maxBuffer: value }], ['true', { timeout: value }]])], name)
  }
})

/** Of Buffers only the bytes: theirs and ours are two classes. @param {any} value @returns {any} */
function plain (value) {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') }
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Error) return about(value)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}

/** Events of a program, and what it wrote, in order. @param {any} module @param {any[]} args @param {(child: any) => void} [use] */
async function story (module, args, use = () => {}) {
  /** @type {any[]} */
  const events = []
  const output = { stdout: '', stderr: '' }
  const child = module.spawn(...args)
  for (const name of ['spawn', 'error', 'exit', 'close']) child.on(name, (/** @type {any[]} */ ...values) => events.push([name, ...values.map(about)]))
  for (const name of /** @type {const} */ (['stdout', 'stderr'])) child[name]?.on('data', (/** @type {any} */ chunk) => { output[name] += chunk })
  const awake = setInterval(() => {}, 1000)
  const closed = new Promise((resolve) => child.on('close', resolve))
  use(child)
  await closed
  clearInterval(awake)
  const { killed, signalCode, exitCode, spawnfile, spawnargs, connected } = child
  return { events, output, killed, signalCode, exitCode, spawnfile, spawnargs, connected }
}

test('child_process: stories', { skip }, async () => {
  /** @type {[any[], ((child: any) => void)?][]} */
  const stories = [
    [['echo', ['a', 'b c']]],
    [['sh', ['-c', 'echo out; echo err >&2; exit 3']]],
    [['cat'], (child) => { child.stdin.write('one '); child.stdin.end('two') }],
    [['sleep', ['60']], (child) => child.kill()],
    [['sleep', ['60']], (child) => child.kill('SIGKILL')],
    [['sleep', ['60'], { timeout: 30, killSignal: 'SIGINT' }]],
    [['there-is-no-such-program', ['a', 'b']]],
    [['/etc/passwd']],
    [['pwd', { cwd: '/there/is/no/such/folder' }]],
    [['echo $0 $((1 + 1)) "$X"', { shell: true, env: { X: 'a b' } }]],
    [['echo', ['$X'], { shell: '/bin/sh', env: { X: 'a  b' } }]],
    [['sh', ['-c', 'echo $0'], { argv0: 'other' }]],
    [['echo', ['x'], { stdio: ['ignore', 'pipe', 'ignore'] }]],
    [['sh', ['-c', 'ps -o sid= -p $$ | tr -d " "; echo $$'], { detached: true }]]
  ]
  for (const [args, use] of stories.slice(0, -1)) {
    const [ours, nodes] = await Promise.all(MODULES.map((module) => story(module, args, use)))
    assert.deepEqual(ours, nodes, args.join(' '))
  }
  const { output } = await story(childProcess, /** @type {any[]} */ (stories.at(-1)?.[0]))
  const [session, pid] = output.stdout.trim().split('\n')
  assert.equal(session, pid, 'a detached program is a session of its own')
})

test('child_process: exec, execFile', { skip }, async () => {
  /** @type {[string, ...any[]][]} */
  const calls = [
    ['exec', 'echo out; echo err >&2'], ['exec', 'echo out; exit 2'], ['exec', 'echo out; echo err >&2; exit 2'], ['exec', 'there-is-no-such-program 2>/dev/null'],
    ['exec', 'echo é', { encoding: 'latin1' }], ['exec', 'echo x', { encoding: 'buffer' }], ['exec', 'echo $X', { env: { X: '1' } }], ['exec', 'kill -9 $$'],
    ['execFile', 'printf', ['%s|', 'a b', '$c']], ['execFile', 'there-is-no-such-program', ['a']], ['execFile', 'sleep', ['60'], { timeout: 30 }],
    ['execFile', 'pwd', { cwd: '/' }], ['execFile', 'sh', ['-c', 'yes | head -c 1000'], { maxBuffer: 100 }]
  ]
  for (const [name, ...args] of calls) {
    const [ours, nodes] = await Promise.all(MODULES.map((module) => new Promise((resolve) => {
      module[name](...args, (/** @type {any} */ error, /** @type {any} */ stdout, /** @type {any} */ stderr) => resolve(plain({ error, stdout, stderr })))
    })))
    assert.deepEqual(ours, nodes, `${name} ${args.join(' ')}`)
  }
})

test('child_process: synchronous forms', { skip }, () => {
  /** @type {[string, ...any[]][]} */
  const calls = [
    ['spawnSync', 'echo', ['a']], ['spawnSync', 'sh', ['-c', 'echo a; echo b >&2; exit 4'], { encoding: 'utf8' }], ['spawnSync', 'there-is-no-such-program', ['x']],
    ['spawnSync', 'cat', { input: 'in', encoding: 'latin1' }], ['spawnSync', 'sleep', ['60'], { timeout: 50 }], ['spawnSync', 'sleep', ['60'], { timeout: 50, killSignal: 'SIGKILL' }],
    ['spawnSync', 'sh', ['-c', 'kill -9 $$']], ['spawnSync', 'echo x', { shell: true }], ['spawnSync', 'echo', ['x'], { stdio: ['ignore', 'pipe', 'ignore'] }],
    ['execFileSync', 'echo', ['a'], { encoding: 'utf8' }], ['execFileSync', 'sh', ['-c', 'echo why >&2; exit 3'], { stdio: 'pipe' }], ['execSync', 'exit 3', { stdio: 'pipe' }],
    ['execSync', 'echo $((2 * 2))'], ['execFileSync', 'there-is-no-such-program']
  ]
  for (const [name, ...args] of calls) {
    const [ours, nodes] = MODULES.map((module) => {
      try {
        const result = module[name](...args)
        return plain(result !== null && typeof result === 'object' && 'pid' in result ? { ...result, pid: typeof result.pid } : result)
      } catch (error) {
        return about(error)
      }
    })
    assert.deepEqual(ours, nodes, `${name} ${args.map((one) => JSON.stringify(one)).join(' ')}`)
  }
})
