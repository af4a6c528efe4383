/** How an app begins, fails and ends. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { go, makeApp, startXvfb, untilGo, withApp } from './app.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const timeout = 120_000
const quit = "import { exit } from 'socket:application'\n"
const page = '<!doctype html><title>t</title><script type="module" src="/index.js"></script>'

/**
 * @param {string} script
 * @param {Parameters<typeof withApp>[2]} options
 * @param {Parameters<typeof withApp>[3]} work
 */
const run = (script, options, work) => withApp(xvfb, { 'index.html': page, 'index.js': script }, options, work)

test('the exit code is the one that the page gives', { timeout }, async () => {
  await run(quit + 'await exit(7)', {}, async (app, env) => {
    assert.equal((await app.run([], env).ended).code, 7)
    assert.equal((await app.run(['--headless'], env).ended).code, 7)
  })
})

test('a page reads standard input, and lines of it', { timeout }, async () => {
  const script = quit + `
    import process from 'socket:process'
    import { createInterface } from 'socket:readline'
    for await (const line of createInterface({ input: process.stdin })) console.log('line', line)
    await exit()`
  await run(script, {}, async (app, env) => {
    const text = 'first\nünïcode\n' + 'x'.repeat(200_000)
    const { stdout, code } = await app.run(['--headless'], env, text).ended
    assert.equal(stdout, `line first\nline ünïcode\nline ${'x'.repeat(200_000)}\n`)
    assert.equal(code, 0)
    assert.equal((await app.run(['--headless'], env).ended).stdout, '')
  })
})

test('signals are events of a page that listens, and end the app otherwise', { timeout }, async () => {
  const script = quit + `
    import process from 'socket:process'
    process.once('SIGINT', (name) => console.log('heard', name))
    process.on('SIGUSR2', () => exit(5))
    try { process.on('SIGUSR1', () => {}) } catch (error) { console.log(error.code, error.syscall) }
    console.log('ready', process.kill(process.pid, 0))`
  await run(script, {}, async (app, env) => {
    const running = app.run(['--headless'], env)
    await running.printed(/EINVAL uv_signal_start\nready true/)
    running.child.kill('SIGINT')
    await running.printed(/heard SIGINT/)
    running.child.kill('SIGINT')
    assert.equal((await running.ended).signal, 'SIGINT')
    const other = app.run(['--headless'], env)
    await other.printed(/ready/)
    other.child.kill('SIGUSR2')
    assert.equal((await other.ended).code, 5)
  })
})

test('console text is formatted and goes to the right stream', { timeout }, async () => {
  const script = quit + `
    console.log('%s is %d', 'x', 1, { a: [1, 'two', null] })
    console.log('ünïcode', new Uint8Array([1, 2]))
    console.error(new TypeError('bad').message)
    console.warn('w')
    await exit()`
  await run(script, {}, async (app, env) => {
    const { stdout, stderr } = await app.run(['--headless'], env).ended
    assert.equal(stdout, "x is 1 { a: [ 1, 'two', null ] }\nünïcode Uint8Array(2) [ 1, 2 ]\n")
    assert.equal(stderr, 'bad\nw\n')
  })
})

test('a page that throws before it is loaded says so', { timeout }, async () => {
  const files = { 'index.html': '<!doctype html><script>setTimeout(() => {}, 0); throw new Error("too early")</script><script type="module" src="/index.js"></script>', 'index.js': quit + `Promise.reject(new RangeError("nobody"))\n${untilGo}\nexit(3)` }
  const app = makeApp(files)
  try {
    const running = app.run(['--headless'], { DISPLAY: xvfb.display })
    await running.complained(/Uncaught Error: too early/)
    await running.complained(/RangeError: nobody/)
    go(app)
    assert.equal((await running.ended).code, 3)
  } finally {
    app.remove()
  }
})

test('a page whose process crashes is loaded again', { timeout }, async () => {
  await run("console.log('loaded')", {}, async (app, env) => {
    const running = app.run(['--headless'], env)
    await running.printed(/loaded/)
    process.kill(webProcess(running.child.pid ?? 0), 'SIGKILL')
    await running.complained(/the process of the page .* crashed; loading the page again/)
    await running.printed(/loaded\nloaded/)
    running.child.kill()
    assert.equal((await running.ended).signal, 'SIGTERM')
  })
})

test('in a test run a crash ends the app', { timeout }, async () => {
  await run("console.log('loaded')", {}, async (app, env) => {
    const running = app.run(['--headless', '--test=/index.js'], env)
    await running.printed(/loaded/)
    process.kill(webProcess(running.child.pid ?? 0), 'SIGKILL')
    const { code, stderr } = await running.ended
    assert.equal(code, 70)
    assert.match(stderr, /crashed; giving up/)
  })
})

/**
 * The page's process, by its parent.
 *
 * @param {number} parent
 */
function webProcess (parent) {
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    let stat
    try { stat = readFileSync(`/proc/${pid}/stat`, 'utf8') } catch { continue }
    const [, name, rest] = stat.match(/^\d+ \((.*)\) . (\d+)/s) ?? []
    if (name === 'WebKitWebProces' && Number(rest) === parent) return Number(pid)
  }
  throw new Error(`the app ${parent} has no page process`)
}

test('what is missing is said in one line', { timeout }, async () => {
  await run('', {}, async (app, env) => {
    const { code, stderr } = await app.run([], { DISPLAY: '', WAYLAND_DISPLAY: '' }).ended
    assert.equal(code, 69)
    assert.match(stderr, /^error: there is no display: .*\n$/)

    const broken = await app.run([], { DISPLAY: ':987', WAYLAND_DISPLAY: '' }).ended
    assert.equal(broken.code, 69)
    assert.match(broken.stderr, /error: the display :987 cannot be opened/)

    writeFileSync(join(app.path, 'socket.ini'), '[build\nname = x')
    const ini = await app.run([], env).ended
    assert.equal(ini.code, 78)
    assert.match(ini.stderr, /socket\.ini:1/)

    rmSync(join(app.path, 'socket.ini'))
    const none = await app.run([], env).ended
    assert.equal(none.code, 78)
    assert.match(none.stderr, /socket\.ini/)
  })
})

test('folders may have any name', { timeout }, async () => {
  const folder = 'a b "c" \'d\' é 日本 #?%20 &;$x'
  await run(quit + "const r = await fetch('/data/ü %25.txt'); console.log(r.status, await r.text()); await exit()", { folder }, async (app, env) => {
    const data = join(app.path, 'data')
    mkdirSync(data)
    writeFileSync(join(data, 'ü %.txt'), 'here')
    const { code, stdout, stderr } = await app.run(['--headless'], env).ended
    assert.equal(code, 0, stderr)
    assert.equal(stdout, '200 here\n')
  })
})

test('a development server is the page when the build says so', { timeout }, async () => {
  const server = createServer((request, response) => {
    response.setHeader('content-type', request.url?.endsWith('.js') ? 'text/javascript' : 'text/html')
    response.end(request.url === '/index.js' ? quit + "console.log('from', location.protocol); await exit(4)" : page)
  })
  await new Promise(resolve => server.listen(0, 'localhost', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  try {
    await run('', {}, async (app, env) => {
      const { code, stdout, stderr } = await app.run(['--headless', `--port=${port}`], env).ended
      assert.equal(stdout, 'from http:\n', stderr)
      assert.equal(code, 4)
    })
  } finally {
    server.close()
  }
})

test('variables reach the page only when socket.ini names them', { timeout }, async () => {
  const script = quit + "import args from 'socket:internal/args'\nconsole.log(JSON.stringify(args.env)); await exit()"
  const ini = '[build]\nenv = SHOWN\n[env]\nGIVEN = "a; b"'
  await run(script, { ini }, async (app, env) => {
    const { stdout } = await app.run(['--headless'], { ...env, SHOWN: '1', HIDDEN: '2', RUN: '3', SSC_APP_ENV: 'RUN' }).ended
    assert.deepEqual(JSON.parse(stdout), { SHOWN: '1', RUN: '3', GIVEN: 'a; b' })
  })
})
