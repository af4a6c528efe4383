/** The question of create-socket-app, on a terminal: util-linux's `script` makes one. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { test } from 'node:test'

import { ask } from '../../npm/steps.js'
import { command, manager, scratch } from './scratch.js'

const why = process.platform !== 'linux' || !/util-linux/.test(await ask('script', ['--version']) ?? '')
  ? 'needs util-linux\'s `script` (Debian: bsdutils)'
  : false
const DOWN = '\u001b[B'
const ENTER = '\r'
const INTERRUPT = '\u0003'

/** @param {string} word  for a shell */
const quoted = (word) => `'${word.replaceAll('\'', '\'\\\'\'')}'`

/**
 * @param {import('node:test').TestContext} t
 * @param {string[]} args
 */
function terminal (t, args) {
  const made = scratch(t)
  const tools = manager(made, 'npm', 'case "$*" in *install*) mkdir -p node_modules;; esac')
  const line = ['stty cols 100 rows 40;', ...[process.execPath, command, ...args, '--socket', made.socket].map(quoted)].join(' ')
  fs.mkdirSync(path.join(made.folder, 'an app'))
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    cwd: path.join(made.folder, 'an app'),
    env: { ...process.env, ...tools, npm_config_user_agent: undefined, CI: undefined, NO_COLOR: undefined, TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'inherit']
  })
  let text = ''
  /** @type {Set<() => void>} */
  const waiting = new Set()
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += stripVTControlCharacters(chunk)
    for (const look of waiting) look()
  })
  const ended = once(child, 'close')
  t.after(() => child.kill('SIGKILL'))
  return {
    made,
    text: () => text,
    write: (/** @type {string} */ keys) => child.stdin.write(keys),
    ended: async () => (await ended)[0],
    /** Waits until it is on the terminal, behind what was there before. @param {RegExp} pattern @param {number} [from] */
    shown: (pattern, from = 0) => new Promise((resolve, reject) => {
      const look = () => {
        if (!pattern.test(text.slice(from))) return
        waiting.delete(look)
        resolve(text.length)
      }
      waiting.add(look)
      ended.then(([code]) => reject(new Error(`ended with ${code} without showing ${pattern}:\n${text}`)))
      look()
    })
  }
}

test('without a name it asks, and takes what is chosen', { skip: why, timeout: 180_000 }, async (t) => {
  const app = terminal(t, [])
  const asked = await app.shown(/Which template\?/)
  // Behind it the list is drawn with all of the names.
  await app.shown(/Vanilla[^]*Vue/i)
  app.write(DOWN)
  await app.shown(/● Vue/i, asked)
  app.write(ENTER)
  assert.equal(await app.ended(), 0, app.text())
  assert.match(app.text(), /Ready\. Next:/)
  assert.ok(fs.existsSync(path.join(app.made.folder, 'an app/src/App.vue')), app.text())
})

test('^C at the question leaves nothing, and is told by the exit code', { skip: why, timeout: 180_000 }, async (t) => {
  const app = terminal(t, [])
  await app.shown(/Vanilla[^]*Vue/i)
  app.write(INTERRUPT)
  assert.equal(await app.ended(), 130, app.text())
  assert.deepEqual(app.made.names('an app'), [])
})

test('a named template is not asked for', { skip: why, timeout: 180_000 }, async (t) => {
  const app = terminal(t, ['vanilla', 'named'])
  assert.equal(await app.ended(), 0, app.text())
  assert.doesNotMatch(app.text(), /Which template/)
  assert.ok(fs.existsSync(path.join(app.made.folder, 'an app/named/src/index.js')))
})

test('a word that is no template is the directory, as other scaffolders take it', { skip: why, timeout: 180_000 }, async (t) => {
  const app = terminal(t, ['my-app'])
  await app.shown(/Which template for my-app\?/)
  await app.shown(/Vanilla[^]*Vue/i)
  app.write(ENTER)
  assert.equal(await app.ended(), 0, app.text())
  assert.match(app.text(), /Ready\. Next:\s+cd my-app/)
  assert.deepEqual(app.made.names('an app'), ['my-app'])
  assert.ok(fs.existsSync(path.join(app.made.folder, 'an app/my-app/src/index.js')))
})

test('a path is a directory, though it ends like a template', { skip: why, timeout: 180_000 }, async (t) => {
  const app = terminal(t, ['./raect'])
  await app.shown(/Which template for raect\?/)
  app.write(INTERRUPT)
  assert.equal(await app.ended(), 130, app.text())
  assert.deepEqual(app.made.names('an app'), [])
})

test('a template with a letter wrong is not taken for a directory, and --yes asks nothing', { skip: why, timeout: 180_000 }, async (t) => {
  for (const [args, says] of /** @type {[string[], RegExp][]} */ ([
    [['raect'], /there is no template `raect`\s+fix: did you mean react\?[^]*for a directory "raect", name both: create-socket-app react "raect"/],
    [['my-app', '--yes'], /there is no template `my-app`\s+fix: There are react/]
  ])) {
    const app = terminal(t, args)
    assert.equal(await app.ended(), 1, app.text())
    assert.match(app.text(), says)
    assert.deepEqual(app.made.names('an app'), [])
  }
})
