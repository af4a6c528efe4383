/** `ssc audit --used`: what the tests of an app use, as the runtime saw it decide. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

import { has, project } from '../cli/project.js'
import { runtime } from './app.js'

const timeout = 180_000

const page = (/** @type {string} */ policy) => `<!doctype html>\r
<meta charset="utf-8"><meta content='${policy}'
      http-equiv="Content-Security-Policy" >\r
<title>é</title><script type="module" src="/index.js"></script>\r
`
/** With entities for the quotes, because they stand in the quotes of an attribute. */
const policy = (/** @type {string} */ connect) => `default-src &#39;self&#39;; script-src &#39;self&#39; socket:; connect-src ${connect}; img-src *`

const TEST = `
  import os from 'socket:os'
  import fs from 'socket:fs/promises'
  import test from 'socket:test'
  test('what is used', async (t) => {
    t.equal(await fs.readFile('index.js', 'utf8'), '// nothing')
    try { os.availableParallelism(); t.ok(globalThis.expected !== 'refusal') } catch (error) { t.equal(error.code, 'ERR_ACCESS_DENIED') }
  })`

/**
 * @param {import('node:test').TestContext} t
 * @param {string} [config]
 */
function app (t, config) {
  const made = project(t, config)
  // For `ssc` as a bare executable; the wrapper finds its own.
  fs.copyFileSync(runtime(), path.join(made.home, 'bin/socket-runtime'))
  made.write('src/index.js', '// nothing')
  made.write('test/index.js', TEST)
  return made
}

/**
 * @param {ReturnType<typeof app>} made
 * @param {string[]} options
 */
async function used (made, ...options) {
  const { code, out, err } = await made.ssc(['audit', '--used', '--json', '--test=test/index.js', ...options])
  assert.ok(out.startsWith('{'), err)
  return { ...JSON.parse(out), code, err }
}

const skip = process.platform === 'linux' && has('Xvfb') ? false : 'needs Xvfb'

test('granted and not used, used and not granted, and the policy that fits', { timeout, skip }, async (t) => {
  const made = app(t)
  made.write('src/index.html', page(policy('ipc://fs.* https://a.example ipc://dns.lookup')))
  made.write('src/other.html', page(policy('ipc:')))
  const before = fs.readFileSync(path.join(made.folder, 'src/index.html'), 'utf8')
  const first = await used(made)
  assert.equal(first.code, 0, first.err)
  assert.deepEqual(first.documents, [
    { path: 'index.html', seen: true, used: ['fs.readFile'], unused: ['ipc://dns.lookup'], wide: ['ipc://fs.*'], denied: ['os.availableParallelism'], missing: [] },
    { path: 'other.html', seen: false, used: [], unused: [], wide: ['ipc:'], denied: [], missing: [] }
  ])
  assert.equal((await used(made, '--strict')).code, 1)

  const shown = await used(made, '--fix', '--dry-run')
  assert.deepEqual(shown.changes, [path.join(made.folder, 'src/index.html')])
  assert.equal(fs.readFileSync(path.join(made.folder, 'src/index.html'), 'utf8'), before)

  const fixed = await used(made, '--fix')
  assert.equal(fixed.code, 0, fixed.err)
  const after = fs.readFileSync(path.join(made.folder, 'src/index.html'), 'utf8')
  assert.equal(after, before.replace('ipc://fs.* https://a.example ipc://dns.lookup', 'ipc://fs.readFile ipc://os.availableParallelism https://a.example'))
  assert.equal(fs.readFileSync(path.join(made.folder, 'src/other.html'), 'utf8'), page(policy('ipc:')), 'nobody opened it')

  const again = await used(made, '--strict')
  assert.equal(again.code, 0, again.err)
  const [{ used: all, unused, wide, denied }] = again.documents
  assert.deepEqual([all, unused, wide, denied], [['fs.readFile', 'os.availableParallelism'], [], [], []])
})

test('what a frame uses, the page around it has to allow, too', { timeout, skip }, async (t) => {
  const made = app(t)
  made.write('src/index.html', page(policy('ipc:')) + '<iframe src="frame.html"></iframe>')
  made.write('src/frame.html', page(policy('ipc://os.* ipc://fs.*')).replace('index.js', 'frame.js'))
  made.write('src/frame.js', `
    import os from 'socket:os'
    addEventListener('message', () => parent.postMessage(os.availableParallelism()))
    parent.postMessage('ready')`)
  made.write('test/index.js', `
    import test from 'socket:test'
    test('the frame answers', async (t) => {
      const frame = document.querySelector('iframe')
      const answer = new Promise(resolve => addEventListener('message', ({ data }) => typeof data === 'number' ? resolve(data) : frame.contentWindow.postMessage('go')))
      frame.contentWindow.postMessage('go')
      t.ok(await answer > 0)
    })`)
  const first = await used(made, '--fix')
  assert.equal(first.code, 0, first.err)
  for (const name of ['index.html', 'frame.html']) {
    assert.match(fs.readFileSync(path.join(made.folder, 'src', name), 'utf8'), /connect-src ipc:\/\/os\.availableParallelism; img-src/, name)
  }
  const again = await used(made, '--strict')
  assert.equal(again.code, 0, again.err)
})

test('a policy in a header, and capabilities', { timeout, skip }, async (t) => {
  const made = app(t, '[webview]\nheaders[] = "Content-Security-Policy: default-src \'self\'; script-src \'self\' socket:; connect-src ipc:" ; all of them\n[capabilities]\n; what the app keeps\nread[] = $DATA/** ; all of it\n\n; the end\n')
  made.write('src/index.html', '<!doctype html><script type="module" src="/index.js"></script>')
  made.write('test/index.js', `
    import fs from 'socket:fs/promises'
    import test from 'socket:test'
    test('a file that is not listed', async (t) => {
      try { await fs.stat('/etc/passwd'); t.fail('allowed') } catch (error) { t.equal(error.code, 'ERR_ACCESS_DENIED') }
    })`)
  const file = path.join(made.folder, 'socket.ini')
  const before = fs.readFileSync(file, 'utf8')
  const result = await used(made, '--fix')
  assert.equal(result.code, 0, result.err)
  const [document] = result.documents
  assert.deepEqual([document.used, document.denied, document.missing], [['fs.stat'], [], [{ key: 'read', entry: '/etc/passwd' }]])
  assert.deepEqual([result.notes, result.changes], [[], [file]])
  assert.equal(fs.readFileSync(file, 'utf8'), before.replace('connect-src ipc:"', 'connect-src ipc://fs.stat"')
    .replace('; all of it\n', '; all of it\nread[] = /etc/passwd\n'))
  // With that the same call runs, and the policy is what is used.
  made.write('test/index.js', fs.readFileSync(path.join(made.folder, 'test/index.js'), 'utf8').replace("; t.fail('allowed')", '; t.ok(true)'))
  const again = await used(made, '--strict')
  assert.equal(again.code, 0, again.err)
  assert.deepEqual(again.documents[0].missing, [])
})

test('tests that fail are said to, and builds for users write nothing down', { timeout, skip }, async (t) => {
  const made = app(t)
  made.write('src/index.html', page(policy('ipc://fs.readFile')))
  made.write('test/index.js', "import test from 'socket:test'\ntest('no', t => t.fail('on purpose'))")
  const failed = await used(made)
  assert.equal(failed.code, 1)
  assert.match(failed.err, /the tests ended with 1: what is listed may not be all/)

  // The page may not end the app; a run of tests may, in a build for users as well.
  made.write('test/index.js', TEST)
  const log = path.join(made.scratch, 'log')
  const { code, out, err } = await made.ssc(['build', '--prod', '--headless', '--test=test/index.js', '-r'], { env: { SOCKET_AUDIT_LOG: log } })
  assert.equal(code, 0, out + err)
  assert.match(out, /# pass \d/)
  assert.equal(fs.existsSync(log), false)
})
