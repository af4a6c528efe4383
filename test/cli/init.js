/** `ssc init`: a project that builds as it is. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

import { project } from './project.js'

test('an empty folder becomes a project that builds', async (t) => {
  const made = project(t)
  const cwd = path.join(made.scratch, 'A "new" äpp')
  fs.mkdirSync(cwd)
  const { code, out } = await made.ssc(['init'], { cwd })
  assert.equal(code, 0)
  assert.deepEqual(out.trim().split('\n').sort(),
    ['.gitignore', 'socket.ini', 'src/icon.png', 'src/index.css', 'src/index.html', 'src/index.js'])
  const built = await made.ssc(['build'], { cwd })
  assert.equal(built.code, 0, built.err)
  assert.doesNotMatch(built.err, /warning/)
})

test('the page may call what its script calls, and nothing else', async (t) => {
  const made = project(t)
  const cwd = path.join(made.scratch, 'page')
  await made.ssc(['init', cwd])
  const html = fs.readFileSync(path.join(cwd, 'src/index.html'), 'utf8')
  const script = fs.readFileSync(path.join(cwd, 'src/index.js'), 'utf8')
  const granted = [...html.matchAll(/ipc:\/\/(?:fs)\.(\w+)/g)].map(([, name]) => name)
  const called = [...script.matchAll(/fs\.(\w+)\(/g)].map(([, name]) => name)
  assert.deepEqual(granted, called)
})

test('nothing is overwritten', async (t) => {
  const made = project(t)
  const before = fs.readFileSync(path.join(made.folder, 'socket.ini'), 'utf8')
  const { code, out } = await made.ssc(['init', '--name=other'])
  assert.equal(code, 0)
  assert.equal(out, '.gitignore\n')
  assert.equal(fs.readFileSync(path.join(made.folder, 'socket.ini'), 'utf8'), before)
})

test('--config writes the configuration alone', async (t) => {
  const made = project(t)
  const cwd = path.join(made.scratch, 'config')
  const { code, out } = await made.ssc(['init', '-C', '-n', 'my_app', cwd])
  assert.equal(code, 0)
  assert.equal(out, 'socket.ini\n')
  assert.match(fs.readFileSync(path.join(cwd, 'socket.ini'), 'utf8'), /^name = my_app$/m)
  assert.equal((await made.ssc(['init', '-n', 'my app', cwd])).code, 1)
})
