/**
 * docs/api, a page for each module. As a test it fails when one is stale, or when an export lacks its description or a
 * function its example.
 *
 *     npm run docs      writes them
 */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

import { exec, folder } from '../../npm/steps.js'
import { node20 } from '../oracle.js'
import { collect, lacking, moduleNames } from './lib/collect.js'
import { EXAMPLES } from './lib/examples.js'
import { index, page, pageOf } from './lib/render.js'

// What engines have is on the pages, too: the test's Node writes them.
if (process.argv.includes('--write') && !process.versions.node.startsWith('20.')) {
  const { output } = await exec(await node20(), ['--import', './test/register.js', 'test/docs/pages.js', '--write'])
  process.stdout.write(output)
  process.exit()
}

const PAGES = path.join(folder, 'docs/api')

const modules = await collect()
const known = new Map(modules.map((module) => [module.name, module]))
/** @type {Map<string, string>} */
const pages = new Map([['README.md', index(modules)], ...modules.map((module) =>
  /** @type {[string, string]} */ ([pageOf(module.name), page(module, known)]))])

/** @param {string} where @param {string} end */
const files = (where, end) => fs.readdirSync(where, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith(end)).map((name) => name.split(path.sep).join('/'))

const old = () => files(PAGES, '.md').filter((name) => !pages.has(name))

if (process.argv.includes('--write')) {
  for (const name of old()) fs.rmSync(path.join(PAGES, name))
  for (const [name, text] of pages) {
    const file = path.join(PAGES, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, text)
  }
  const missing = lacking(modules)
  for (const line of missing) console.log(line)
  console.log(`${pages.size} pages, ${modules.flatMap(({ exports }) => exports).length} exports, ${missing.length} lack something`)
  process.exit()
}

test('every export has a description, and every function an example', () => {
  assert.equal(lacking(modules).join('\n'), '')
})

test('the pages are current', () => {
  const stale = [...pages].filter(([name, text]) =>
    !fs.existsSync(path.join(PAGES, name)) || fs.readFileSync(path.join(PAGES, name), 'utf8') !== text).map(([name]) => name)
  assert.deepEqual([...stale, ...old()], [], 'run `npm run docs`, look at what changed and commit it')
})

test('no page holds a path of this machine', () => {
  for (const [name, text] of pages) assert.equal(text.includes(folder), false, name)
})

test('every file of examples is a module\'s', () => {
  const names = new Set(moduleNames())
  assert.deepEqual(files(EXAMPLES, '.js').filter((name) => !names.has(name.slice(0, -3))), [])
})
