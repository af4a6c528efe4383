/** `[build] copy` of a backend: what lies in the app, and that it runs from there. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { project } from './project.js'

const helper = fileURLToPath(new URL('../../js/node', import.meta.url))

// The page's files in a folder of their own, so that pages cannot read the backend.
const CONFIG = `[build]
copy[] = "src;dst=page"
copy[] = "backend;dst=backend"
[webview]
root = page
[linux]
cmd = ./backend/run.sh
`
const BACKEND = `import fs from 'node:fs'
import '@socketsupply/socket-node'
import { sum } from './lib/sum.js'

const unit = fs.readFileSync(new URL('data/unit.txt', import.meta.url), 'utf8')
const [, ...numbers] = process.argv.slice(2).filter((word) => !word.startsWith('--'))
console.log(sum(numbers.map(Number)), unit)
process.exit(numbers.length === 0 ? 3 : 0)
`

/** @param {import('node:test').TestContext} t */
function withBackend (t) {
  const made = project(t, CONFIG)
  made.script(path.join(made.folder, 'backend/run.sh'), 'exec node "$(dirname "$0")/index.mjs" "$@"')
  made.write('backend/index.mjs', BACKEND)
  made.write('backend/package.json', '{ "type": "module" }')
  made.write('backend/lib/sum.js', 'export const sum = (numbers) => numbers.reduce((a, b) => a + b, 0)')
  made.write('backend/data/unit.txt', 'apples')
  made.write('backend/old.txt', 'old')
  const modules = path.join(made.folder, 'backend/node_modules')
  fs.cpSync(helper, path.join(modules, '@socketsupply/socket-node'), { recursive: true })
  // As npm makes them.
  made.script(path.join(modules, 'tool/cli.sh'), 'echo tool')
  fs.mkdirSync(path.join(modules, '.bin'))
  fs.symlinkSync('../tool/cli.sh', path.join(modules, '.bin/tool'))
  return made
}

/**
 * Starts the app as a command of the terminal, which needs no display and runs the backend alone.
 *
 * @param {string} executable
 * @param {string[]} args
 */
async function start (executable, args) {
  const child = spawn(executable, args, { cwd: '/', env: { ...process.env, DISPLAY: undefined, WAYLAND_DISPLAY: undefined }, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text) => { out += text })
  child.stderr.setEncoding('utf8').on('data', (text) => { err += text })
  const [code] = await once(child, 'close')
  return { code, out, err }
}

test('a backend that [build] copy names lies in the app and runs there', async (t) => {
  const made = withBackend(t)
  const built = await made.ssc(['build'])
  assert.equal(built.code, 0, built.err)
  const mode = (/** @type {string} */ name) => fs.lstatSync(path.join(made.resources, name)).mode & 0o777
  assert.equal(made.read('page/index.html'), '<h1>hello</h1>')
  assert.deepEqual([mode('backend/run.sh'), mode('backend/data/unit.txt')], [0o755, 0o644])
  // A link is copied as what it leads to: the app stands alone.
  assert.ok(fs.lstatSync(path.join(made.resources, 'backend/node_modules/.bin/tool')).isFile())
  assert.equal(mode('backend/node_modules/.bin/tool'), 0o755)
  const executable = path.join(made.resources, 'app-dev')

  // Nothing of the project is needed once it is built.
  fs.renameSync(path.join(made.folder, 'backend'), path.join(made.folder, 'away'))
  assert.deepEqual(await start(executable, ['sum', '2', '40']), { code: 0, out: '42 apples\n', err: '' })
  assert.equal((await start(executable, ['sum'])).code, 3)
  fs.renameSync(path.join(made.folder, 'away'), path.join(made.folder, 'backend'))

  // What changes and what goes is followed.
  fs.rmSync(path.join(made.folder, 'backend/old.txt'))
  made.write('backend/data/unit.txt', 'pears')
  const again = await made.ssc(['build'])
  assert.match(again.err, /\(1 file written, 1 removed, \d+ unchanged\)/)
  assert.equal(fs.existsSync(path.join(made.resources, 'backend/old.txt')), false)
  assert.equal((await start(executable, ['sum', '1'])).out, '1 pears\n')
})

test('a build for users does not run a backend that was altered', async (t) => {
  const made = withBackend(t)
  const built = await made.ssc(['build', '--prod'])
  assert.equal(built.code, 0, built.err)
  const root = path.join(made.folder, 'build/linux')
  const tree = fs.readdirSync(root).find((name) => name.startsWith('app_'))
  assert.ok(tree)
  const files = path.join(root, tree, 'opt/app')
  assert.deepEqual(await start(path.join(files, 'app'), ['sum', '2', '40']), { code: 0, out: '42 apples\n', err: '' })
  // Of the same size, so that names and sizes do not tell.
  fs.writeFileSync(path.join(files, 'backend/lib/sum.js'), fs.readFileSync(path.join(files, 'backend/lib/sum.js'), 'utf8').replace('a + b', 'a - b'))
  const { code, out, err } = await start(path.join(files, 'app'), ['sum', '2', '40'])
  assert.equal(out, '')
  assert.notEqual(code, 0)
  assert.match(err, /backend\/lib\/sum\.js is not what it was when the app was built/)
})

test('a directory of the backend that is not there', async (t) => {
  const made = project(t, CONFIG)
  const { code, err } = await made.ssc(['build'])
  assert.equal(code, 1)
  assert.match(err, /socket\.ini:\d+:\d+: .*there is no .*backend\n hint: /)
})
