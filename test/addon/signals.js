/**
 * `ssc` inside Node: exit codes, and signals on their way to the app. The app is a script, which the runtime
 * executable is replaced with.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { hostTarget } from '../../npm/build.js'
import { targetFolder } from '../../npm/steps.js'

const ssc = fileURLToPath(new URL('../../bin/ssc.js', import.meta.url))
const index = new URL('../../js/addon/index.js', import.meta.url).href

// Says what it was told and ends with a code of its own for it.
const APP = `#!/bin/sh
trap 'echo got INT; exit 41' INT
trap 'echo got TERM; exit 42' TERM
trap 'echo got HUP; exit 43' HUP
echo started
while :; do sleep 0.05; done
`

/** @type {string} */
let scratch
/** @type {string} */
let project
/** @type {NodeJS.ProcessEnv} */
let env

before(() => {
  scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'socket-signals-'))
  const target = path.join(scratch, 'target')
  const { library, runtime } = hostTarget()
  fs.mkdirSync(path.join(target, 'addon'), { recursive: true })
  fs.mkdirSync(path.join(target, 'release'))
  fs.symlinkSync(path.join(targetFolder, 'addon', library), path.join(target, 'addon', library))
  fs.writeFileSync(path.join(target, 'release', runtime), APP, { mode: 0o755 })
  // The app opens no window, but `ssc` looks whether it could.
  env = { ...process.env, CARGO_TARGET_DIR: target, DISPLAY: ':0' }
  project = path.join(scratch, 'hello')
  fs.mkdirSync(project)
  const { status, stderr } = spawnSync(process.execPath, [ssc, 'init'], { cwd: project, env, encoding: 'utf8' })
  assert.equal(status, 0, stderr)
})

after(() => fs.rmSync(scratch, { recursive: true, force: true }))

/**
 * Runs node, sends a signal once a line was printed, and returns how it ended.
 *
 * @param {string[]} args
 * @param {NodeJS.Signals} signal
 * @param {{ cwd?: string, line?: RegExp, event?: 'exit' | 'close' }} [options]  `exit` waits for the process alone,
 *   `close` for everything that has its streams
 */
async function signalled (args, signal, { cwd = project, line = /^started$/, event = 'close' } = {}) {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, event)
  let output = ''
  let sent = false
  const read = (/** @type {string} */ text) => {
    output += `${text}\n`
    if (!sent && line.test(text)) sent = child.kill(signal)
  }
  createInterface({ input: child.stdout }).on('line', read)
  createInterface({ input: child.stderr }).on('line', read)
  const [code, by] = await ended
  return { code, by, output }
}

for (const [signal, code] of /** @type {[NodeJS.Signals, number][]} */ ([['SIGINT', 41], ['SIGTERM', 42], ['SIGHUP', 43]])) {
  test(`${signal} reaches the app once, and its exit code is the command's`, { timeout: 120_000 }, async () => {
    const result = await signalled([ssc, 'build', '-r'], signal)
    assert.equal(result.code, code, result.output)
    assert.equal(result.output.split('\n').filter((line) => line.startsWith('got ')).join(), `got ${signal.slice(3)}`)
  })
}

test('SIGTERM ends a build that waits for its script', { timeout: 120_000 }, async () => {
  const slow = path.join(scratch, 'slow')
  fs.cpSync(project, slow, { recursive: true })
  const ini = path.join(slow, 'socket.ini')
  const gate = path.join(slow, 'gate')
  fs.writeFileSync(gate, '')
  const script = 'echo waiting; while [ -e gate ]; do sleep 0.05; done'
  fs.writeFileSync(ini, fs.readFileSync(ini, 'utf8').replace('[build]\n', `[build]\nscript = "${script}"\n`))
  const { code, by, output } = await signalled([ssc, 'build'], 'SIGTERM', { cwd: slow, line: /^waiting$/, event: 'exit' })
  assert.ok(fs.existsSync(gate), 'it ended before its script did')
  // The script has the streams of `ssc` and goes on; nobody waits for it any more.
  fs.rmSync(gate)
  assert.ok(by === 'SIGTERM' || code === 143, `ended with ${code ?? by}\n${output}`)
})

test('a listener of the program around it stays, and the app is told too', { timeout: 120_000 }, async () => {
  const program = `
    import { run } from '${index}'
    process.on('SIGTERM', () => console.log('listener'))
    process.exitCode = await run(['build', '-r'])`
  const { code, output } = await signalled(['--input-type=module', '-e', program], 'SIGTERM')
  assert.equal(code, 42, output)
  assert.match(output, /^listener$/m)
  assert.match(output, /^got TERM$/m)
})

test('exit codes are those of the command line', () => {
  const code = (/** @type {string[]} */ ...args) =>
    spawnSync(process.execPath, [ssc, ...args], { cwd: scratch, env }).status
  assert.equal(code('--version'), 0)
  assert.notEqual(code('no-such-command'), 0)
  assert.notEqual(code('build', 'no-such-folder'), 0)
})

test('--prefix is the folder of the package', () => {
  const { stdout } = spawnSync(process.execPath, [ssc, '--prefix'], { env, encoding: 'utf8' })
  assert.equal(fs.realpathSync(stdout.trim()), fs.realpathSync(fileURLToPath(new URL('../..', import.meta.url))))
})
