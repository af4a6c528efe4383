/** Apps with a backend: in a window, started with the app, ended with it, and alone in a terminal. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { processes, until } from '../backends/app.js'
import { languages, obstacle } from '../backends/languages.js'
import { node18 } from '../oracle.js'
import { go, root, startXvfb, untilGo, withApp } from './app.js'

/** @typedef {Parameters<Parameters<typeof withApp>[3]>[0]} App */

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const timeout = 120_000
const policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'; script-src \'self\' socket:; connect-src ipc:">'
const page = `<!doctype html><meta charset="utf-8"><title>t</title>${policy}<script type="module" src="/index.js"></script>`
const quit = "import { exit, backend } from 'socket:application'\n"

/**
 * @param {string} script
 * @param {{ cmd?: string, autostart?: boolean, html?: string, files?: Record<string, string>, folder?: string }} options
 * @param {Parameters<typeof withApp>[3]} work
 */
function run (script, { cmd, autostart = false, html = page, files = {}, folder }, work) {
  const ini = `${cmd === undefined ? '' : `[linux]\ncmd = ${JSON.stringify(cmd)}\n`}[backend]\nautostart = ${autostart}\n[meta]\nversion = 1.2.3`
  return withApp(xvfb, { 'index.html': html, 'index.js': script, ...files }, { ini, folder }, work)
}

/** Puts the helper for Node where the backend finds it. @param {App} app */
function helper (app) {
  const to = join(app.path, 'node_modules/@socketsupply/socket-node')
  mkdirSync(to, { recursive: true })
  cpSync(join(root, 'js/node'), to, { recursive: true })
}

for (const language of languages) {
  test(`in a window: a backend in ${language.name}`, { timeout }, async t => {
    const why = obstacle(language)
    if (why !== undefined) return t.skip(why)
    await run('', { cmd: language.cmd }, async (app, env) => {
      language.lay(app.path)
      cpSync(join(root, 'test/api/backend.js'), join(app.path, 'conversation.js'))
      const { code, stdout, stderr } = await app.run(['--headless', '--test=/conversation.js'], env).ended
      assert.equal(code, 0, stdout + stderr)
      assert.match(stdout, /^# fail 0$/m, stdout + stderr)
    })
  })
}

test('the documented example: started with the app, heard by a page that imports nothing for it', { timeout }, async () => {
  const backend = `
    import socket from '@socketsupply/socket-node'
    const failed = await socket.send({ window: 0, event: 'ready', value: { message: 'Hello, World' } })
    if (failed) throw failed
    socket.on('calculate', async ({ data, window }) => {
      await socket.send({ window, event: 'calculated', value: data.a * data.b })
    })
    const refused = await socket.send({ window: 7, event: 'nobody' })
    console.log(refused.code, String(await socket.heartbeat()))`
  const script = `
    addEventListener('ready', async ({ detail }) => {
      console.log(detail.message)
      const { getCurrentWindow } = await import('socket:application')
      const window = await getCurrentWindow()
      await window.send({ backend: true, event: 'calculate', value: { a: 6, b: 7 } })
    })
    addEventListener('calculated', async ({ detail }) => {
      console.log(detail)
      const { exit } = await import('socket:application')
      await exit()
    })`
  const folder = 'a b "c" \'d\' é 日本 $x'
  await run(script, { cmd: 'node backend.mjs', autostart: true, files: { 'backend.mjs': backend }, folder }, async (app, env) => {
    helper(app)
    const { code, stdout, stderr } = await app.run(['--headless'], env).ended
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^Hello, World$/m)
    assert.match(stdout, /^42$/m)
  })
})

test('what a page may do with the backend is up to its policy', { timeout }, async () => {
  const script = quit + `
    console.log(await backend.open().then(() => 'opened', error => error.code))
    console.log(await backend.send({ event: 'x' }).then(() => 'sent', error => error.code))
    await exit()`
  const html = page.replace('connect-src ipc:', 'connect-src ipc://application.exit ipc://backend.send')
  await run(script, { cmd: 'cat > /dev/null', html }, async (app, env) => {
    const { stdout, stderr } = await app.run(['--headless'], env).ended
    assert.deepEqual(stdout.split('\n').slice(0, 2), ['ERR_ACCESS_DENIED', 'ERR_BACKEND_CLOSED'], stderr)
  })
})

test('a backend that cannot start with the app says why', { timeout }, async () => {
  const script = quit + untilGo + 'exit()'
  await run(script, { cmd: 'no-such-program --x', autostart: true }, async (app, env) => {
    const running = app.run(['--headless'], env)
    await running.complained(/^error: the backend cannot be started: there is no program `no-such-program`.*\[linux\] cmd = no-such-program --x/m)
    go(app)
    await running.ended
  })
})

for (const [how, end] of /** @type {[string, (child: import('node:child_process').ChildProcess) => void][]} */ ([
  ['is told to end', child => child.kill('SIGTERM')], ['is killed', child => child.kill('SIGKILL')]
])) {
  test(`an app that ${how} takes all of its backend along`, { timeout }, async () => {
    const mark = `socket-test-${process.pid}-${how.replaceAll(' ', '-')}`
    const files = { 'backend.sh': `sh -c 'while :; do sleep 1; done' ${mark} & printf 'ipc://send?event=up\\n'; while :; do sleep 1; done` }
    await run("addEventListener('up', () => console.log('up'))", { cmd: `sh backend.sh ${mark}; :`, autostart: true, files }, async (app, env) => {
      const running = app.run(['--headless'], env)
      await running.printed(/^up$/m)
      assert.ok(processes(mark).length >= 2)
      end(running.child)
      await running.ended
      await until(() => processes(mark).length === 0)
    })
  })
}

test('an app that ends by itself takes its backend along', { timeout }, async () => {
  const mark = `socket-test-${process.pid}-exit`
  const files = { 'backend.sh': 'printf "ipc://send?event=up\\n"; while read -r line; do :; done; echo "its input has ended"' }
  await run(quit + "addEventListener('up', () => exit(5))", { cmd: `sh backend.sh ${mark}`, autostart: true, files }, async (app, env) => {
    const { code } = await app.run(['--headless'], env).ended
    assert.equal(code, 5)
    assert.equal(processes(mark).length, 0)
  })
})

test('in a terminal the backend answers alone, without a display', { timeout }, async () => {
  const backend = `
    import socket from '@socketsupply/socket-node'
    console.log('printed')
    await socket.send({ event: 'x', value: 'sent' })
    await socket.send({ event: 'x', value: { words: process.argv.slice(2) } })
    process.exitCode = 9
    process.stdin.destroy()`
  await run('', { cmd: 'node backend.mjs', files: { 'backend.mjs': backend } }, async app => {
    helper(app)
    const none = { DISPLAY: '', WAYLAND_DISPLAY: '' }
    const { code, stdout, stderr } = await app.run(['add', '--to=x y'], none).ended
    assert.equal(code, 9, stderr)
    const [printed, sent, said] = stdout.split('\n')
    assert.deepEqual([printed, sent], ['printed', 'sent'])
    const { words } = JSON.parse(said)
    assert.deepEqual(words.slice(0, 2), ['add', '--to=x y'])
    assert.equal(words[2], `--cwd=${process.cwd()}`)
    assert.match(words[3], /^--ssc-version=v\d/)
    assert.deepEqual(words.slice(4), ['--version=v1.2.3', '--name=test-app', '--debug=1'])
  })
})

test('in a terminal: the code that a message says, a command that is missing, no backend at all', { timeout }, async () => {
  const none = { DISPLAY: '', WAYLAND_DISPLAY: '' }
  const files = { 'exit.sh': "echo 'ipc://exit?value=4'; cat" }
  await run('', { cmd: 'sh exit.sh', files }, async app => {
    assert.equal((await app.run(['--version'], none).ended).code, 4)
  })
  await run('', { cmd: './missing' }, async app => {
    const { code, stderr } = await app.run(['--help'], none).ended
    assert.equal(code, 1)
    assert.match(stderr, /^error: .*`\.\/missing`/)
  })
  await run('', {}, async app => {
    const { code, stderr } = await app.run(['add'], none).ended
    assert.equal(code, 1)
    assert.match(stderr, /^error: the app has no backend: .*`\[linux\] cmd = /)
  })
})

test('a backend in CommonJS, on the oldest Node', { timeout }, async t => {
  const node = await node18().catch(error => error)
  if (node instanceof Error) return t.skip(node.message)
  const backend = `
    const socket = require('@socketsupply/socket-node')
    socket.on('which', () => ({ version: process.versions.node, bytes: Buffer.from('é') }))
    socket.on('bytes', ({ data }) => data.map(byte => byte + 1))`
  const script = `${quit}
    await backend.open()
    const { version } = await backend.request({ event: 'which' })
    console.log(version, ...await backend.request({ event: 'bytes', value: new Uint8Array([1, 2]) }))
    await exit()`
  await run(script, { cmd: `'${node}' backend.cjs`, files: { 'backend.cjs': backend } }, async (app, env) => {
    helper(app)
    const { code, stdout, stderr } = await app.run(['--headless'], env).ended
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^18\.\d+\.\d+ 2 3$/m, stdout + stderr)
  })
})
