import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import nodeProcess from 'node:process'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import assert from 'node:assert/strict'
import process from 'socket:process'
// Errors name values with its formatter when it is there.
import 'socket:util'
import { same, WRONG } from './support/compare.js'

test('process: facts', () => {
  for (const name of ['arch', 'platform', 'argv', 'execPath', 'pid', 'ppid']) assert.deepEqual(process[name], /** @type {any} */ (nodeProcess)[name], name)
  assert.equal(process.cwd(), nodeProcess.cwd())
  assert.deepEqual({ ...process.env }, { ...nodeProcess.env })
  assert.deepEqual(Object.keys(process.memoryUsage()), Object.keys(nodeProcess.memoryUsage()))
  assert.deepEqual(Object.keys(process.resourceUsage()).sort(), Object.keys(nodeProcess.resourceUsage()).sort())
  assert.deepEqual(Object.keys(process.cpuUsage()), Object.keys(nodeProcess.cpuUsage()))
})

test('process: wrong arguments', () => {
  const one = WRONG.map((/** @type {unknown} */ value) => [value])
  const shape = (/** @type {(value: any) => any} */ call) => (/** @type {any} */ value) => typeof call(value)
  same(shape(process.hrtime), shape(nodeProcess.hrtime), [...one.filter(([value]) => !Array.isArray(value)), [[1, 2, 3]], [[1, 2]], [[]]], 'hrtime')
  same(shape(process.cpuUsage), shape(nodeProcess.cpuUsage), [...one, [{ user: 1 }], [{ user: 1, system: -1 }], [{ user: NaN, system: 1 }], [{ user: 'x', system: 1 }]], 'cpuUsage')
  same(process.nextTick, nodeProcess.nextTick, one.filter(([value]) => typeof value !== 'function'), 'nextTick')
  const code = (/** @type {any} */ which) => (/** @type {any} */ value) => {
    try {
      which.exitCode = value
    } finally {
      which.exitCode = undefined
    }
  }
  same(code(process), code(nodeProcess), one, 'exitCode')
})

test('process: users, memory and rights', () => {
  for (const name of ['getuid', 'geteuid', 'getgid', 'getegid']) assert.equal(process[name](), /** @type {any} */ (nodeProcess)[name](), name)
  assert.deepEqual(process.getgroups().sort(), nodeProcess.getgroups?.().sort())
  assert.equal(process.umask(), nodeProcess.umask())
  assert.equal(process.constrainedMemory(), nodeProcess.constrainedMemory())
  const [ours, nodes] = [process, nodeProcess].map((which) => /** @type {any} */ (which).availableMemory())
  assert.ok(ours > 0 && Math.abs(ours - nodes) < nodes / 2, `${ours} and ${nodes}`)
  for (const name of ['sourceMapsEnabled']) assert.equal(process[name], /** @type {any} */ (nodeProcess)[name])
  assert.equal(process.hasUncaughtExceptionCaptureCallback(), nodeProcess.hasUncaughtExceptionCaptureCallback())
})

test('process: kill', () => {
  // 2 ** 22 is the most that Linux counts to; what is wrong about the rest is found out before anything is sent.
  const pids = [2 ** 22 + 1, -(2 ** 22) - 1, 'x', {}, NaN, 1.5, 2 ** 33, undefined]
  same(process.kill, nodeProcess.kill, pids.map((pid) => [pid, 0]))
  same(process.kill, nodeProcess.kill, [0, 'SIGNOPE', 'sigterm', 1000, -1].map((signal) => [2 ** 22 + 1, signal]))
  same(process.kill, nodeProcess.kill, [[nodeProcess.pid, 0], [String(nodeProcess.pid), 0], [nodeProcess.pid, 1000], [nodeProcess.pid, 'SIGNOPE']])
})

test('process: signals that cannot be listened to', () => {
  for (const name of ['SIGKILL', 'SIGSTOP']) same((signal) => process.on(signal, () => {}) && 0, (signal) => nodeProcess.on(signal, () => {}) && 0, [[name]])
})

test('process: warnings', () => {
  const wrong = WRONG.filter((/** @type {unknown} */ value) => typeof value !== 'string').map((/** @type {unknown} */ value) => [value])
  same(process.emitWarning, nodeProcess.emitWarning, wrong)
})

test('process: who takes what nobody caught', () => {
  const story = (/** @type {any} */ which) => {
    /** @type {any[]} */
    const seen = []
    const attempt = (/** @type {any} */ value) => {
      try {
        seen.push(which.setUncaughtExceptionCaptureCallback(value), which.hasUncaughtExceptionCaptureCallback())
      } catch (error) {
        const { name, code, message } = /** @type {any} */ (error)
        seen.push([name, code, message])
      }
    }
    for (const value of [null, ...WRONG.filter((/** @type {unknown} */ value) => typeof value !== 'function'), () => {}, () => {}, null, null]) attempt(value)
    return seen
  }
  assert.deepEqual(story(process), story(nodeProcess))
})

test('process: files of the environment', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socket-env-'))
  try {
    const file = path.join(folder, '.env')
    fs.writeFileSync(file, 'FROM_FILE_A=1\nFROM_FILE_B="two words"\n# comment\nexport FROM_FILE_C=\'c\' # more\nPATH=never\n')
    const results = [process, nodeProcess].map((which) => {
      const { env, loadEnvFile } = /** @type {any} */ (which)
      loadEnvFile(file)
      const found = [env.FROM_FILE_A, env.FROM_FILE_B, env.FROM_FILE_C, env.PATH !== 'never']
      for (const name of ['A', 'B', 'C']) delete env[`FROM_FILE_${name}`]
      loadEnvFile(pathToFileURL(file))
      found.push(env.FROM_FILE_A)
      delete env.FROM_FILE_A
      return found
    })
    assert.deepEqual(results[0], results[1])
    const missing = path.join(folder, 'missing')
    const failed = (/** @type {any} */ which) => {
      try {
        which.loadEnvFile(missing)
      } catch (error) {
        const { name, code, syscall, path } = /** @type {any} */ (error)
        return { name, code, syscall, path }
      }
    }
    assert.deepEqual(failed(process), failed(nodeProcess))
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
})
