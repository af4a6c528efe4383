/**
 * The helpers of npm/: versions, commands and what a failed one says.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { atLeast } from '../../npm/setup.js'
import { ask, exec, starting, StepError } from '../../npm/steps.js'

test('versions are compared number by number', () => {
  assert.equal(atLeast('cargo 1.95.0 (f2d3ce0bd 2026-03-21)', '1.88'), true)
  assert.equal(atLeast('1.88', '1.88'), true)
  assert.equal(atLeast('1.9.9', '1.88'), false)
  assert.equal(atLeast('18.20.1', '18.19'), true)
  assert.equal(atLeast('18.2.0', '18.19'), false)
  assert.equal(atLeast('20', '18.19'), true)
})

test('a command that fails is named, with its code, output and fix', async () => {
  const script = 'console.log("half"); console.error("why"); process.exit(3)'
  await assert.rejects(exec(process.execPath, ['-e', script], { hint: 'do this' }), (/** @type {StepError} */ error) => {
    assert.ok(error instanceof StepError)
    assert.match(error.message, /^`.*node.* -e .*` failed with exit code 3$/)
    assert.match(error.output ?? '', /half/)
    assert.match(error.output ?? '', /why/)
    assert.equal(error.hint, 'do this')
    return true
  })
})

test('a command that is not there is named', async () => {
  await assert.rejects(exec('no-such-command-here', ['-x']), { name: 'StepError', message: /cannot run `no-such-command-here -x`/ })
  assert.equal(await ask('no-such-command-here', []), null)
})

test('an expected exit code is not a failure', async () => {
  const { code, stdout } = await exec(process.execPath, ['-e', 'console.log(7); process.exit(1)'], { codes: [0, 1] })
  assert.equal(code, 1)
  assert.equal(stdout, '7\n')
})

test('npm of Windows is started in the shell, with what it would split in quotes', () => {
  assert.deepEqual(starting('npm.cmd', ['pack', '--pack-destination', 'D:\\a b\\dist', '^1.2'], 'win32'),
    { command: 'npm.cmd', args: ['pack', '--pack-destination', '"D:\\a b\\dist"', '"^1.2"'], shell: true })
  for (const word of ['a"b', '%PATH%', 'a\nb']) {
    assert.throws(() => starting('npm.cmd', [word], 'win32'), { name: 'StepError', message: /the shell of Windows would change/ })
  }
  for (const [command, platform] of /** @type {const} */ ([['cargo', 'win32'], ['npm', 'linux']])) {
    assert.deepEqual(starting(command, ['a "b'], platform), { command, args: ['a "b'], shell: false })
  }
})
