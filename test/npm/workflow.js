/**
 * .github/workflows/release.yml against the table of targets: a target without a job is a package that nobody publishes.
 */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'

import { atLeast } from '../../npm/setup.js'
import { folder } from '../../npm/steps.js'
import { targets } from '../../npm/targets.js'

const text = fs.readFileSync(path.join(folder, '.github/workflows/release.yml'), 'utf8')

test('every target has a row in the release workflow, on the system that the table names, and every row a target', () => {
  const rows = [...text.matchAll(/^ +- \{ target: ([\w-]+), runner: ([\w.-]+)(?:, container: '([\w:.-]+)')? \}$/gm)]
  const built = Object.fromEntries(rows.map(([, target, runner, container]) => [target, (container ?? runner).replace(/-(arm|intel)$/, '').replace(/[:-]/, ' ')]))
  const table = targets.map(({ name, builtOn }) => [name, builtOn.replace(/, \w+$/, '').toLowerCase()])
  assert.deepEqual(built, Object.fromEntries(table))
  assert.equal(rows.length, targets.length)
})

test('the system that is the oldest has the Rust that the crates need', () => {
  // What Alpine's releases have, by their package lists; all other systems get a current one from rustup.
  const rust = { 3.22: '1.87', 3.23: '1.91' }
  const alpine = /container: 'alpine:([\d.]+)'/.exec(text)?.[1] ?? ''
  const least = /^rust-version = "([\d.]+)"$/m.exec(fs.readFileSync(path.join(folder, 'Cargo.toml'), 'utf8'))?.[1] ?? assert.fail('no rust-version')
  assert.ok(atLeast(rust[/** @type {'3.23'} */ (alpine)] ?? assert.fail(`which Rust has Alpine ${alpine}?`), least))
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

test('the checks that it names where not all can be made are there', async () => {
  const { checks } = await import('../checks.js')
  const lines = [...text.matchAll(/run: npm test -- ([\w -]+)$/gm)]
  assert.equal(lines.length, 2)
  for (const word of lines.flatMap(([, words]) => words.split(' '))) assert.ok(checks.some(({ name }) => name === word), word)
})
