/** Backends that are missing, end, flood, stall or talk nonsense. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { folder, page, processes, until } from './app.js'

const LIMIT = { timeout: 120_000 }
const MIB = 1 << 20

/** A backend in Node without the helper: what it writes is exactly what a test says. */
const cmd = `"${process.execPath}" backend.cjs`

test('a command that is missing is named, with the key of socket.ini', LIMIT, async t => {
  const directory = folder(t)
  const script = 'await backend.open().catch(({ code, message }) => print([code, message]))'
  const none = await page(undefined, script, { directory })
  assert.equal(none.lines[0][0], 'ERR_BACKEND_COMMAND', none.err)
  assert.match(none.lines[0][1], /\[linux\] cmd = node backend\.js/)
  const missing = await page('no-such-program --x', script, { directory })
  assert.equal(missing.lines[0][0], 'ERR_BACKEND_COMMAND', missing.err)
  assert.match(missing.lines[0][1], /`no-such-program`.*`\[linux\] cmd = no-such-program --x`/)
  const file = await page('./missing.sh', script, { directory })
  assert.match(file.lines[0][1], /`\.\/missing\.sh`.*in \/.*socket-backends-/)
})

test('one that ends at once says so, to the page and in the terminal', LIMIT, async t => {
  const { lines, err } = await page('echo last words; exit 7', `
    const exit = heard('backend-exit')
    await backend.open()
    print(await exit)
    print(await backend.request({ event: 'x' }).catch(({ code, message }) => [code, message]))
    print((await backend.open()).cmd)`, { directory: folder(t) })
  assert.equal(lines[0], 7, err)
  assert.equal(lines[1][0], 'ERR_BACKEND_EXITED')
  assert.match(lines[1][1], /the backend ended with 7 \(\[linux\] cmd = echo last words; exit 7\)/)
  assert.match(err, /^last words$/m)
  assert.match(err, /^warning: the backend ended with 7/m)
})

test('a shell that does not find its program', LIMIT, async t => {
  const { lines, err } = await page('cd . && no-such-program', `
    const exit = heard('backend-exit')
    await backend.open()
    print(await exit)`, { directory: folder(t) })
  assert.equal(lines[0], 127)
  assert.match(err, /no-such-program: not found/)
  assert.match(err, /ended with 127: its shell did not find a program \(\[linux\] cmd = cd \. && no-such-program\)/)
})

test('paths and arguments may have any characters', LIMIT, async t => {
  const directory = folder(t, { 'my é "backend" $x.sh': 'printf "%s\\n" "$PWD" "$@" "$SOCKET_BACKEND"' }, 'a b \'c\' é 日本 $x')
  const { err } = await page("sh 'my é \"backend\" $x.sh' 'two  words' \"$HOME\"", `
    const exit = heard('backend-exit')
    await backend.open()
    await exit`, { directory })
  assert.deepEqual(err.split('\n').slice(0, 5), [directory, 'two  words', process.env.HOME, '--ssc-version=v0.0.0', '1'], err)
})

test('lines that are wrong are reported, and the next one counts', LIMIT, async t => {
  const backend = `
    const out = (text, done) => process.stdout.write(text, done)
    out('ipc://send?event=x&value=%7Bbroken\\n')
    out(Buffer.from('ipc://send?event=\\xff\\n', 'latin1'))
    out('ipc://send?value=1\\nipc://?x=1\\nipc://send?event=x&index=one\\n')
    out('ipc://resolve?seq=R999&state=0\\nipc://unknown?a=b\\nipc://unknown?seq=1\\n')
    out('ipc://send?event=x&index=99&seq=2\\n')
    out('zero\\0byte\\n\\nblank above\\r\\n')
    const parts = Buffer.from('ipc://send?event=whole&value=%22a+b%22&extra=é🙂\\r\\n')
    let at = 0
    const next = () => at < parts.length ? process.stdout.write(parts.subarray(at, ++at), () => setImmediate(next)) : out('ipc://send?event=zero&value=%22%5Cu0000%00%22\\nipc://send?event=ok&value=%22%5Cu0000%22', () => { written = true; over() })
    let heard = ''
    let written = false
    next()
    const over = () => {
      if (written && /seq=1&.*\\n/.test(heard) && /seq=2&.*\\n/.test(heard)) process.stderr.write('ANSWERS ' + heard, () => process.exit())
    }
    process.stdin.on('data', data => { heard += data; over() }).on('end', () => {})`
  const { lines, err } = await page(cmd, `
    const events = Promise.all([heard('whole'), heard('ok'), heard('backend-exit')])
    await backend.open()
    print(await events)`, { directory: folder(t, { 'backend.cjs': backend }) })
  assert.deepEqual(lines[0], ['a b', '\0', 0], err)
  for (const why of ['a value that is not JSON: "ipc://send\\?event=x', 'a line that is not UTF-8', 'an event without a name', 'no command', 'an index that is not a window']) {
    assert.match(err, new RegExp(`^warning: the backend wrote ${why}`, 'm'))
  }
  assert.match(err, /zero\0byte\n\nblank above/)
  assert.match(err, /ipc:\/\/resolve\?seq=1&state=1&value=.*unknown/)
  assert.match(err, /ipc:\/\/resolve\?seq=2&state=1&value=.*ERR_WINDOW/)
})

test('its whole group ends with it, whatever it ignores', LIMIT, async t => {
  const mark = `socket-test-${process.pid}-group`
  const stubborn = `trap '' INT TERM HUP; sh -c 'trap "" INT TERM HUP; while :; do sleep 1; done' ${mark} & while :; do sleep 1; done`
  const { lines } = await page(`sh stubborn.sh ${mark}`, `
    const exit = heard('backend-exit')
    await backend.open()
    const start = Date.now()
    await backend.close()
    print([await exit, Date.now() - start])`, { directory: folder(t, { 'stubborn.sh': stubborn }) })
  assert.equal(lines[0][0], 128 + 9)
  assert.ok(lines[0][1] >= 4000, `SIGINT, SIGTERM, SIGKILL: ${lines[0][1]} ms`)
  await until(() => processes(mark).length === 0)
})

for (const signal of /** @type {const} */ (['SIGKILL', 'SIGTERM'])) {
  test(`its whole group ends with an app that ${signal} ends`, LIMIT, async t => {
    const mark = `socket-test-${process.pid}-${signal}`
    const directory = folder(t, { 'backend.sh': `sh -c 'while :; do sleep 1; done' ${mark} & echo $PPID > app; while :; do sleep 1; done` })
    await page(`sh backend.sh ${mark}; :`, `
      const { existsSync, readFileSync } = await import('node:fs')
      await backend.open()
      const file = ${JSON.stringify(join(directory, 'app'))}
      while (!existsSync(file) || readFileSync(file, 'utf8') === '') await new Promise(resolve => setTimeout(resolve, 20))
      // The app is the parent of the shell that is the parent of the backend.
      const parent = pid => Number(readFileSync('/proc/' + pid + '/stat', 'utf8').split(') ')[1].split(' ')[1])
      process.kill(parent(readFileSync(file, 'utf8').trim()), '${signal}')
      await backend.request({ event: 'x' }).catch(() => {})`, { directory })
    assert.ok(existsSync(join(directory, 'app')) && readFileSync(join(directory, 'app'), 'utf8') !== '')
    await until(() => processes(mark).length === 0)
  })
}

const MEMORY = `
  import { callSync } from 'socket:internal/ipc'
  const memory = () => callSync('process.memoryUsage').rss
  const sleep = ms => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
`

test('a gigabyte of text does not stay in the app', LIMIT, async t => {
  const { lines } = await page("head -c 1073741824 /dev/zero | tr '\\0' x; :", `${MEMORY}
    const before = memory()
    const exit = heard('backend-exit')
    let most = 0
    const timer = setInterval(() => { most = Math.max(most, memory()) }, 20)
    await backend.open()
    const code = await exit
    clearInterval(timer)
    print([code, most - before])`, { directory: folder(t), quiet: true })
  const [code, more] = lines[0]
  assert.equal(code, 0)
  t.diagnostic(`${(more / MIB).toFixed(1)} MiB more at most`)
  assert.ok(more < 64 * MIB, `${more} bytes more`)
})

test('a page that does not listen for a while makes the backend wait: nothing grows, nothing is lost', LIMIT, async t => {
  const backend = `
    const line = Buffer.from('ipc://send?event=block&value=%22' + 'x'.repeat(${MIB}) + '%22\\n')
    let left = 64
    const next = () => left-- > 0 ? process.stdout.write(line, next) : process.stdout.write('ipc://send?event=done\\n')
    next()
    process.stdin.resume()`
  const { lines } = await page(cmd, `${MEMORY}
    const before = memory()
    let count = 0
    let most = 0
    page.addEventListener('block', ({ detail }) => {
      if (detail.length === ${MIB}) count++
      if (count === 10) {
        const until = Date.now() + 2000
        while (Date.now() < until) { sleep(50); most = Math.max(most, memory()) }
      }
      if (count % 16 === 0) most = Math.max(most, memory())
    })
    const done = heard('done')
    await backend.open()
    await done
    print([count, most - before])
    await backend.close()`, { directory: folder(t, { 'backend.cjs': backend }) })
  const [count, more] = lines[0]
  assert.equal(count, 64)
  t.diagnostic(`${(more / MIB).toFixed(1)} MiB more at most`)
  assert.ok(more < 64 * MIB, `${more} bytes more`)
})

test('a backend that does not read makes the page wait', LIMIT, async t => {
  // It reads when the page has seen that nothing is taken for a second.
  const backend = `
    const { existsSync } = require('node:fs')
    const timer = setInterval(() => { if (existsSync('seen')) { clearInterval(timer); process.stdin.resume() } }, 20)
    process.stdout.write('ipc://send?event=ready\\n')`
  const directory = folder(t, { 'backend.cjs': backend })
  const { lines } = await page(cmd, `${MEMORY}
    const { writeFileSync } = await import('node:fs')
    const ready = heard('ready')
    await backend.open()
    await ready
    const before = memory()
    let sent = 0
    let most = 0
    const body = new Uint8Array(${MIB})
    let early
    setTimeout(() => {
      early = sent
      writeFileSync(${JSON.stringify(join(directory, 'seen'))}, '')
    }, 1000)
    for (; sent < 100; sent++) {
      await backend.send({ event: 'x', value: body })
      most = Math.max(most, memory())
    }
    print([early, sent, most - before])
    await backend.close()`, { directory })
  const [early, sent, more] = lines[0]
  assert.ok(early <= 1, `${early} sent while nobody reads`)
  assert.equal(sent, 100)
  assert.ok(more < 64 * MIB, `${more} bytes more`)
})

test('a page that does not wait is told when it is too much', LIMIT, async t => {
  const { lines } = await page(cmd, `
    await backend.open()
    const body = new Uint8Array(${64 * MIB})
    const sent = Array.from({ length: 6 }, () => backend.send({ event: 'x', value: body }).then(() => 'sent', error => error.code))
    print(await Promise.race(sent))
    await backend.close()
    print(await Promise.all(sent))`, { directory: folder(t, { 'backend.cjs': 'setInterval(() => {}, 1000)' }) })
  assert.equal(lines[0], 'ERR_BACKEND_FULL')
  assert.deepEqual(new Set(lines[1]), new Set(['ERR_BACKEND_FULL', 'ERR_BACKEND_EXITED']))
})
