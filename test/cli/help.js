/** What `ssc` says about itself, and about mistakes on its command line. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'

import { project } from './project.js'

const { version } = JSON.parse(fs.readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
const COMMANDS = ['build', 'run', 'init', 'print-build-dir', 'env', 'list-devices', 'install-app', 'setup']

test('help lists every subcommand', async (t) => {
  const { ssc } = bound(t)
  for (const args of [[], ['--help'], ['-h']]) {
    const { code, out, err } = await ssc(args)
    assert.equal(code, 0)
    assert.equal(err, '')
    for (const name of COMMANDS) assert.match(out, new RegExp(`^  ${name} `, 'm'))
  }
  for (const name of COMMANDS) {
    const { code, out } = await ssc([name, '--help'])
    assert.equal(code, 0)
    assert.match(out, new RegExp(`^Usage: ssc ${name}`, 'm'))
  }
})

test('--version and --prefix', async (t) => {
  const { ssc } = bound(t)
  const prefix = await ssc(['--prefix'])
  assert.equal(prefix.code, 0)
  assert.ok(fs.statSync(prefix.out.trim()).isDirectory())
  const { code, out, err } = await ssc(['--version'])
  assert.equal(code, 0)
  assert.equal(out.split(' ')[0].trim(), version)
  assert.equal(err, prefix.out)
})

test('mistakes name what is near and end with 1', async (t) => {
  const { ssc } = bound(t)
  for (const [args, words] of /** @type {[string[], RegExp][]} */ ([
    [['bulid'], /'build'/],
    [['--verison'], /'--version'/],
    [['build', '--wach'], /'--watch'/],
    [['build', '--port=eighty'], /'eighty'/],
    [['build', '--test'], /--test <PATH>/],
    [['run', 'nowhere'], /nowhere/]
  ])) {
    const { code, out, err } = await ssc(args)
    assert.equal(code, 1, args.join(' '))
    assert.equal(out, '')
    assert.match(err, words)
  }
})

/** @param {import('node:test').TestContext} t */
function bound (t) {
  const made = project(t)
  return { ssc: made.ssc.bind(made) }
}
