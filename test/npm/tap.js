/**
 * What the test command counts.
 */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'

import { folder } from '../../npm/steps.js'
import { countTap, failures, runFolder, sum } from '../tap.js'

test('the summary at the end counts, not the lines', () => {
  const text = 'TAP version 13\nok 1 - a\nnot ok 2 - b\n# tests 5\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 2\n# todo 1\n'
  assert.deepEqual(countTap(text), { passed: 3, failed: 2, skipped: 3 })
})

test('without a summary the results count', () => {
  const text = 'ok 1 a\n    ok 1 - nested\nnot ok 2 b\nok 3 c # SKIP no display\nnot ok 4 d # TODO later\n1..4\n'
  assert.deepEqual(countTap(text), { passed: 1, failed: 1, skipped: 2 })
})

test('no results are no passes', () => {
  assert.deepEqual(countTap('hello\n'), { passed: 0, failed: 0, skipped: 0 })
})

test('sums keep what failing ones printed', () => {
  const one = { passed: 1, failed: 0, skipped: 0 }
  assert.deepEqual(sum([one, { passed: 0, failed: 2, skipped: 1, output: 'x' }, one]),
    { passed: 2, failed: 2, skipped: 1, output: 'x' })
})

test('of a failed file, the tests that passed are left out', () => {
  const text = ['TAP version 13', '# Subtest: a', 'ok 1 - a', '  ---', '  duration_ms: 1', '  ...', '# Subtest: b',
    'not ok 2 - b', '  ---', '  error: |-', '    it is 3', '  ...', 'said by the test', 'ok 3 c', 'said by another', '1..3', '# tests 2', '# pass 1']
  assert.deepEqual(failures(text.join('\n')).split('\n'),
    ['not ok 2 - b', '  ---', '  error: |-', '    it is 3', '  ...', 'said by the test', 'said by another'])
})

test('a file that fails once is flaky, and named; one that fails twice has failed', async (t) => {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'socket tap '))
  t.after(() => fs.rmSync(scratch, { recursive: true }))
  const write = (/** @type {string} */ name, /** @type {string} */ body) => fs.writeFileSync(path.join(scratch, name),
    `import fs from 'node:fs'\nimport { test } from 'node:test'\ntest('sound', () => {})\ntest('shaky', () => { ${body} })\n`)
  const mark = JSON.stringify(path.join(scratch, 'mark'))
  write('once.js', `if (!fs.existsSync(${mark})) { fs.writeFileSync(${mark}, ''); throw new Error('the first time') }`)
  fs.writeFileSync(path.join(scratch, 'package.json'), '{ "type": "module" }')
  const where = path.relative(folder, scratch)
  const lines = t.mock.method(console, 'log', () => {})
  assert.deepEqual(await runFolder(where, { again: true }), { passed: 2, failed: 0, skipped: 0, flaky: 1 })
  const [said] = lines.mock.calls.map(({ arguments: [text] }) => String(text))
  assert.match(said, /flaky: .*once\.js failed \("shaky"\) and passed when it ran again/)
  const log = path.join(folder, said.split('; ')[1])
  assert.match(fs.readFileSync(log, 'utf8'), /the first time/)
  fs.rmSync(log)
  fs.rmSync(path.join(scratch, 'mark'))
  assert.equal((await runFolder(where)).failed, 1)
  write('once.js', "throw new Error('always')")
  const both = await runFolder(where, { again: true })
  assert.deepEqual([both.passed, both.failed, both.flaky], [1, 1, undefined])
})
