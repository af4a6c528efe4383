/** `ssc build`. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

import { project } from './project.js'

test('the app stands in the output with what it needs', async (t) => {
  const made = project(t, 'title = "An ; app"\nversion = 2.3.4\n')
  const { code, out, err } = await made.ssc(['build', '--env=GREETING=hi', '--port=0'])
  assert.equal(code, 0, err)
  assert.equal(out, '')
  assert.match(made.resources, /linux\/app-dev_v2\.3\.4-1_\w+\/opt\/app-dev$/)
  assert.equal(made.read('index.html'), '<h1>hello</h1>')
  assert.equal(fs.statSync(path.join(made.resources, 'app-dev')).mode & 0o111, 0o111)
  const config = made.read('socket.ini')
  for (const line of ['title = "An ; app"', 'debug = "true"', 'GREETING = "hi"', 'argv[] = "--port=0"']) {
    assert.ok(config.split('\n').includes(line), `no ${line} in ${config}`)
  }
  const tree = path.resolve(made.resources, '../..')
  const entry = fs.readFileSync(path.join(tree, 'usr/share/applications/app-dev.desktop'), 'utf8')
  assert.match(entry, /^MimeType=x-scheme-handler\/com-example-app;$/m)
})

test('a second build writes nothing', async (t) => {
  const made = project(t)
  await made.ssc(['build'])
  const stamp = () => fs.readdirSync(made.resources).map((name) => {
    const { ino, mtimeMs } = fs.statSync(path.join(made.resources, name))
    return [name, ino, mtimeMs]
  })
  const first = stamp()
  const { err } = await made.ssc(['build'])
  assert.match(err, /\(0 files written, \d+ unchanged\)/)
  assert.deepEqual(stamp(), first)
})

test('--dry-run prints the plan of any platform and does nothing', async (t) => {
  const made = project(t)
  for (const platform of ['linux', 'mac', 'win', 'ios', 'ios-simulator', 'android', 'android-emulator']) {
    const { code, out } = await made.ssc(['build', '--dry-run', `--platform=${platform}`])
    assert.equal(code, 0)
    assert.match(out, new RegExp(`^app-dev for ${platform}, in .*\n  1\\. `))
  }
  assert.ok(!fs.existsSync(path.join(made.folder, 'build')))
})

test('the code of a script that fails is the code of ssc', async (t) => {
  const made = project(t, '[build]\nscript = "echo made > ""$PREFIX/index.html""; exit $CODE"\n')
  const { code, err } = await made.ssc(['build'], { env: { CODE: '9' } })
  assert.equal(code, 9)
  assert.match(err, /ended with 9/)
  assert.equal((await made.ssc(['build'], { env: { CODE: '0' } })).code, 0)
  assert.equal(made.read('index.html'), 'made\n')
})

test('quiet says nothing, and signing says that it is not there yet', async (t) => {
  const made = project(t)
  assert.deepEqual(await made.ssc(['compile', '-q']), { code: 0, out: '', err: '' })
  const { code, err } = await made.ssc(['build', '-p', '-c'])
  assert.equal(code, 1)
  assert.match(err, /--codesign: signing is not there yet/)
})

test('options may stand in .sscrc', async (t) => {
  const made = project(t)
  made.write('.sscrc', '[build]\nplatform = ios\n[settings.meta]\ntitle = Other')
  assert.match((await made.ssc(['build', '--dry-run'])).out, /for ios,/)
  const { code } = await made.ssc(['build', '--platform=linux'])
  assert.equal(code, 0)
  assert.match(made.read('socket.ini'), /^title = Other$/m)
})

test('errors name the file, the line and the fix', async (t) => {
  const made = project(t)
  for (const [text, words] of /** @type {[string, RegExp][]} */ ([
    ['[build', /socket\.ini:1:1: /],
    ['[build]\nnames = x', /socket\.ini:1:1: \[build\] name is missing/],
    ['[build]\nname = app', /bundle_identifier is missing\n hint: .*com\.example\.app/],
    ['[build]\nname = app\n[meta]\nbundle_identifier = a.b\n[window]\nwidth = wide', /socket\.ini:6:9: .*\n hint: .*50%/]
  ])) {
    made.write('socket.ini', text)
    const { code, err } = await made.ssc(['build'])
    assert.equal(code, 1)
    assert.match(err, words)
  }
  fs.rmSync(path.join(made.folder, 'socket.ini'))
  assert.match((await made.ssc(['build'])).err, /there is no such file\n hint: run `ssc init`/)
})

test('a full disk leaves the old build', async (t) => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return t.skip('needs root for a file system of its own')
  const made = project(t)
  await made.ssc(['build'])
  const size = fs.statSync(path.join(made.resources, 'app-dev')).size + 2 ** 20
  const disk = path.join(made.scratch, 'disk')
  fs.mkdirSync(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk], { stdio: 'pipe' })
  } catch (error) {
    return t.skip(`cannot mount: ${error instanceof Error ? error.message : error}`)
  }
  try {
    fs.symlinkSync(disk, path.join(made.folder, 'full'))
    const config = fs.readFileSync(path.join(made.folder, 'socket.ini'), 'utf8')
    made.write('socket.ini', config.replace('[meta]', 'output = full\n[meta]'))
    const before = await made.ssc(['build'])
    assert.equal(before.code, 0, before.err)
    made.write('src/index.html', 'new')
    made.write('src/big.bin', new Uint8Array(2 ** 22))
    const { code, err } = await made.ssc(['build'])
    assert.equal(code, 1)
    assert.match(err, /big\.bin: no (storage )?space.*\n hint: free some space/)
    const tree = fs.readdirSync(path.join(disk, 'linux')).find((name) => name.startsWith('app-dev')) ?? ''
    const resources = path.join(disk, 'linux', tree, 'opt/app-dev')
    assert.ok(!fs.existsSync(path.join(resources, 'big.bin')))
    assert.ok(fs.existsSync(path.join(resources, 'index.html')))
    // With room again, the next build is whole.
    fs.rmSync(path.join(made.folder, 'src/big.bin'))
    assert.equal((await made.ssc(['build'])).code, 0)
    assert.equal(fs.readFileSync(path.join(resources, 'index.html'), 'utf8'), 'new')
  } finally {
    execFileSync('umount', [disk])
  }
})

test('two builds at once', async (t) => {
  const made = project(t)
  for (let number = 0; number < 100; number++) made.write(`src/${number}.txt`, `${number}`)
  const builds = await Promise.all([1, 2, 3].map(() => made.ssc(['build'])))
  assert.deepEqual(builds.map(({ code }) => code), [0, 0, 0])
  for (let number = 0; number < 100; number++) assert.equal(made.read(`${number}.txt`), `${number}`)
})
