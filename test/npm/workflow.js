/**
 * .github/workflows/release.yml against the table of targets: a target without a job is a package that nobody publishes.
 */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'

import { folder } from '../../npm/steps.js'
import { targets } from '../../npm/targets.js'

const text = fs.readFileSync(path.join(folder, '.github/workflows/release.yml'), 'utf8')

test('every target has a row in the release workflow, and every row a target', () => {
  const rows = [...text.matchAll(/^ +- \{ target: ([\w-]+), runner: \S+(?:, container: '[\w:.-]+')? \}$/gm)].map(([, target]) => target)
  assert.deepEqual(rows.sort(), targets.map(({ name }) => name).sort())
})

test('every script and check that the workflow calls is there', () => {
  const { scripts } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const called = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name)
  assert.ok(called.length > 1)
  for (const name of called) assert.ok(name in scripts, name)
  for (const [, file] of text.matchAll(/(?:node |\.\\)((?:npm|bin)[\\/][\w.]+)/g)) {
    assert.ok(fs.existsSync(path.join(folder, file.replace('\\', '/'))), file)
  }
})

test('the checks that it names on systems other than Linux are there', async () => {
  const { checks } = await import('../checks.js')
  const [, words] = /run: npm test -- ([\w -]+)$/m.exec(text) ?? assert.fail('no such line')
  for (const word of words.split(' ')) assert.ok(checks.some(({ name }) => name === word), word)
})
