/** `ssc run`: the app's output, code and signals are those of `ssc`. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

import { has, project } from './project.js'

const env = { DISPLAY: ':none' }
// Traps run between the short sleeps, and none of them outlives the script for long.
const FOREVER = 'while :; do sleep 0.05; done'

test('output, exit code and arguments', async (t) => {
  const made = project(t)
  await made.app('echo "out $*"; echo err >&2; exit 7')
  const done = await made.ssc(['run', '--port=80', '--', '--own', 'two words'], { env })
  assert.deepEqual(done, { code: 7, out: 'out --port=80 --own two words\n', err: 'err\n' })
})

test('an app that is not built', async (t) => {
  const { code, err } = await project(t).ssc(['run'])
  assert.equal(code, 1)
  assert.match(err, /not built.*\n hint: run `ssc build`/)
})

test('an app that a signal ends', async (t) => {
  const made = project(t)
  await made.app('kill -KILL $$')
  assert.equal((await made.ssc(['run'], { env })).code, 128 + 9)
})

for (const [signal, code] of /** @type {[NodeJS.Signals, number][]} */ ([['SIGINT', 3], ['SIGTERM', 4], ['SIGHUP', 5]])) {
  test(`${signal} reaches the app`, async (t) => {
    const made = project(t)
    await made.app(`trap 'exit 3' INT; trap 'exit 4' TERM; trap 'exit 5' HUP; echo ready; ${FOREVER}`)
    const done = await made.ssc(['run'], {
      env,
      started: (child) => child.stdout?.once('data', () => child.kill(signal))
    })
    assert.equal(done.code, code)
  })
}

test('without a display', async (t) => {
  const made = project(t)
  await made.app('echo never')
  const { code, out, err } = await made.ssc(['run'])
  assert.deepEqual([code, out], [1, ''])
  assert.match(err, /there is no display.*\n hint: .*--headless/)
})

test('--headless brings a private display and takes it away', async (t) => {
  if (!has('Xvfb')) return t.skip('Xvfb is not installed')
  const made = project(t)
  await made.app('echo "$DISPLAY"; echo "$XAUTHORITY"; stat -c %a "$XAUTHORITY"; exit 6')
  const { code, out, err } = await made.ssc(['run', '--headless'])
  assert.equal(code, 6, err)
  const [display, authority, mode] = out.split('\n')
  assert.match(display, /^:\d+$/)
  assert.equal(mode, '600')
  assert.ok(!fs.existsSync(authority))
  assert.ok(!fs.existsSync(`/tmp/.X11-unix/X${display.slice(1)}`))
})

test('the display goes with an app that is ended', async (t) => {
  if (!has('Xvfb')) return t.skip('Xvfb is not installed')
  const made = project(t)
  await made.app('echo "$DISPLAY"; while :; do sleep 0.05; done')
  const { code, out } = await made.ssc(['run', '--headless'], {
    started: (child) => child.stdout?.once('data', () => child.kill('SIGINT'))
  })
  assert.equal(code, 128 + 2)
  assert.ok(!fs.existsSync(`/tmp/.X11-unix/X${out.trim().slice(1)}`))
})

test('a running app may be built again', async (t) => {
  const made = project(t)
  await made.app(`trap 'exit 8' TERM; echo ready; ${FOREVER}`)
  /** @type {Promise<import('./project.js').Done> | undefined} */
  let again
  const { code } = await made.ssc(['run'], {
    env,
    started: (child) => child.stdout?.once('data', () => {
      made.write('src/new.txt', 'new')
      again = made.ssc(['build'])
      again.finally(() => child.kill('SIGTERM'))
    })
  })
  assert.equal(code, 8)
  assert.equal((await again)?.code, 0)
  assert.equal(made.read('new.txt'), 'new')
  assert.ok(fs.statSync(path.join(made.resources, 'app-dev')).size > 0)
})
