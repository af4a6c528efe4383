/** The smaller subcommands: print-build-dir, env, list-devices, install-app, setup. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

import { project } from './project.js'

test('print-build-dir prints where scripts may write', async (t) => {
  const made = project(t)
  const { code, out, err } = await made.ssc(['list-build-target', '.'])
  assert.deepEqual([code, err], [0, ''])
  assert.ok(path.isAbsolute(out))
  for (const name of ['print-build-dir', 'print-build-target']) assert.equal((await made.ssc([name])).out, out)
  await made.ssc(['build', '-q'])
  assert.equal(out.trim(), made.resources)
  assert.equal((await made.ssc(['print-build-dir', '--root'])).out.trim(), path.join(made.folder, 'build/linux'))
  assert.match((await made.ssc(['print-build-dir', '--prod'])).out, /\/opt\/app\n$/)
  assert.match((await made.ssc(['print-build-dir', '--platform', 'ios-simulator'])).out, /\/ios-simulator\/ui\n$/)
})

test('env prints no secret', async (t) => {
  const made = project(t, '[env]\nGREETING = hi\nMY_TOKEN = abc\n')
  const { code, out } = await made.ssc(['env'], { env: { CSC_KEY_PASSWORD: 'hunter2' } })
  assert.equal(code, 0)
  const lines = out.split('\n')
  for (const line of ['GREETING=hi', 'MY_TOKEN=********', 'CSC_KEY_PASSWORD=********']) assert.ok(lines.includes(line), line)
  assert.doesNotMatch(out, /hunter2|abc/)
})

test('list-devices asks adb', async (t) => {
  const made = project(t)
  const bin = path.join(made.scratch, 'bin')
  made.script(path.join(bin, 'adb'), 'printf "List of devices attached\\nA1\\tdevice\\nB2\\tunauthorized\\nC3\\tdevice\\n"')
  const env = { PATH: `${bin}:${process.env.PATH}` }
  assert.equal((await made.ssc(['list-devices', '--platform=android'], { env })).out, 'A1\nC3\n')
  assert.equal((await made.ssc(['list-devices', '--platform=android', '--only'], { env })).out, 'A1\n')
  made.script(path.join(bin, 'adb'), 'exit 4')
  assert.equal((await made.ssc(['list-devices', '--platform=android'], { env })).code, 4)
  assert.equal((await made.ssc(['list-devices', '--platform=amiga'])).code, 1)
})

test('install-app installs what was built', async (t) => {
  const made = project(t)
  const before = await made.ssc(['install-app'])
  assert.equal(before.code, 1)
  assert.match(before.err, /not built/)
  await made.app('echo installed')
  const root = path.join(made.scratch, 'root')
  const { code, err } = await made.ssc(['install-app', '--target', root])
  assert.equal(code, 0, err)
  assert.equal(fs.readFileSync(path.join(root, 'opt/app-dev/index.html'), 'utf8'), '<h1>hello</h1>')
  assert.equal(fs.readlinkSync(path.join(root, 'usr/local/bin/app-dev')), '/opt/app-dev/app-dev')
})

test('setup checks this machine', async (t) => {
  const made = project(t)
  const { code, out } = await made.ssc(['setup'])
  const missing = /: missing$/m.test(out)
  assert.match(out, /^WebKitGTK 4\.1: /m)
  assert.match(out, /^the runtime: ok$/m)
  assert.equal(code, missing ? 1 : 0)
  const android = await made.ssc(['setup', '--platform=android'], { env: { ANDROID_HOME: undefined } })
  assert.equal(android.code, 1)
  assert.match(android.out, /the Android SDK: missing\n {2}set ANDROID_HOME/)
  assert.equal((await made.ssc(['setup', '--platform=ios'])).code, 1)
})
