/** What create-socket-app says and leaves behind, without a registry: a script stands for the package manager. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

import { nameFor } from '../../create-socket-app/lib/project.js'
import { manager, scratch } from './scratch.js'

const NAMES = ['react', 'react-ts', 'svelte', 'tonic', 'vanilla', 'vue']
const TREE = ['.gitignore', 'build.js', 'package.json', 'socket.ini', 'src', 'test']
const posix = { skip: process.platform === 'win32' ? 'shell scripts stand for package managers' : false }

test('--help lists the templates, --version is the version', async (t) => {
  const made = scratch(t)
  const { code, out } = await made.create(['--help'])
  assert.equal(code, 0)
  for (const name of NAMES) assert.match(out, new RegExp(`^  ${name} `, 'm'))
  const { version } = JSON.parse(fs.readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  assert.equal((await made.create(['--version'])).out, `${version}\n`)
})

test('wrong arguments: what is wrong and the fix, exit code 1, nothing written', async (t) => {
  const made = scratch(t)
  /** @type {[args: string[], says: RegExp][]} */
  const cases = [
    [['raect', 'app'], /no template `raect`[^]*did you mean react\? There are react, react-ts, svelte, tonic, vanilla, vue/],
    [['--template=nothing-like-it', 'app'], /no template `nothing-like-it`\nfix: There are react/],
    [['vanilla', 'a', 'b'], /too many words: b/],
    [['--unknown'], /--unknown/],
    // Without a terminal nobody can be asked, so a single word is a template.
    [['my-app'], /no template `my-app`\nfix: There are react, .*vue; for a directory "my-app", name both: create-socket-app vanilla "my-app"\n/],
    [['./my-app'], /no template `\.\/my-app`/],
    [['my-app', '--yes'], /no template `my-app`/],
    [[], /no template was named, and there is no terminal[^]*--yes/],
    [['vanilla', 'node_modules'], /npm refuses `node_modules`/],
    [['vanilla', 'http'], /npm refuses `http`/],
    [['vanilla', 'a'.repeat(300)], /^error: the name a{32}… has 300 bytes, and file systems take 255\nfix: choose a shorter name\n$/],
    [['vanilla', `new/${'ü'.repeat(200)}/app`], /has 400 bytes/],
    [['vanilla', 'b/'.repeat(4000)], /^error: cannot look at .*ENAMETOOLONG[^]*\nfix: /]
  ]
  for (const [args, says] of cases) {
    const { code, out, err } = await made.create(args)
    assert.equal(code, 1, args.join(' '))
    assert.match(err, says)
    assert.equal(out, '')
    assert.doesNotMatch(err, /\n {4}at /)
  }
  assert.deepEqual(made.names(), [])
})

test('names of directories become names that npm and ssc take', () => {
  for (const [directory, name] of [['My App', 'my-app'], ['.hidden', 'hidden'], ['Größe', 'gro-e'], ['世界', 'socket-app'], ['a.b@c', 'a-b-c'],
    ['x'.repeat(300), 'x'.repeat(60)]]) {
    assert.equal(nameFor(path.join(path.sep, 'somewhere', directory)), name)
  }
})

test('a directory that is not empty is refused, with what is in the way', async (t) => {
  const made = scratch(t)
  made.write('used/index.js', '')
  made.write('used/package.json', '{ broken')
  const { code, err } = await made.create(['vanilla', 'used'])
  assert.equal(code, 1)
  assert.match(err, /used is not empty; in the way: index\.js, package\.json\n/)
  assert.deepEqual(made.names('used'), ['index.js', 'package.json'])
  made.write('file', '')
  assert.match((await made.create(['vanilla', 'file'])).err, /file is not a directory/)
})

test('with --template a single word is the directory', posix, async (t) => {
  const made = scratch(t)
  const env = manager(made, 'npm', 'mkdir node_modules')
  const { code, err } = await made.create(['my-app', '--template', 'vue'], { env })
  assert.equal(code, 0, err)
  assert.ok(made.names('my-app/src').includes('App.vue'))
  // A directory may have the name of a template.
  assert.equal((await made.create(['vue', '-t', 'vanilla'], { env })).code, 0)
  assert.ok(made.names('vue/src').includes('index.js'))
})

test('the tree of a project; what was there stays as it was', posix, async (t) => {
  const made = scratch(t)
  const env = manager(made, 'npm', 'mkdir node_modules; echo "$@" > node_modules/arguments')
  for (const [name, text] of [['.gitignore', 'mine'], ['LICENSE', 'mine'], ['README.md', 'mine'], ['docs/x.md', 'mine']]) made.write(`app/${name}`, text)
  const { code, out } = await made.create(['--yes'], { cwd: 'app', env })
  assert.equal(code, 0)
  assert.match(out, /^Vanilla: installing with npm\n\nReady\. Next:\n\n {2}npm start\n/)
  // eslint-disable-next-line no-control-regex -- no colours beyond terminals
  assert.doesNotMatch(out, /\x1b/)
  assert.deepEqual(made.names('app'), [...TREE, 'LICENSE', 'README.md', 'docs', 'node_modules'].sort())
  assert.equal(made.read('app/.gitignore'), 'mine')
  assert.deepEqual(made.names('app/src'), ['icon.png', 'index.css', 'index.html', 'index.js'])
  assert.deepEqual(made.names('app/test'), ['index.js', 'test-context.js'])
  assert.match(made.read('app/node_modules/arguments'), /^install --prefer-offline/)
  assert.deepEqual(made.names(), ['app', 'tools'])
  const { name, scripts } = JSON.parse(made.read('app/package.json'))
  assert.equal(name, 'app')
  assert.deepEqual(Object.keys(scripts), ['start', 'build', 'test'])
  const config = made.read('app/socket.ini')
  for (const line of ['name = app', 'script = node build.js', 'forward_arguments = true', 'bundle_identifier = com.app']) {
    assert.match(config, new RegExp(`^${line}$`, 'm'))
  }
  assert.doesNotMatch(config, /\{\{|^copy/m)
})

test('the package manager that started it installs', posix, async (t) => {
  const made = scratch(t)
  for (const [agent, name, says] of /** @type {const} */ ([
    ['pnpm/10.0.0 npm/? node/v20.0.0 linux x64', 'pnpm', 'pnpm start'],
    ['yarn/1.22.0 npm/? node/v20.0.0 linux x64', 'yarn', 'yarn start'],
    ['yarn/4.1.0 npm/? node/v20.0.0 linux x64', 'yarn', 'yarn start']
  ])) {
    const folder = agent.slice(0, 6).replace('/', '-')
    const env = { ...manager(made, name, 'mkdir -p node_modules; echo "$@" >> installed'), npm_config_user_agent: agent }
    const { code, out, err } = await made.create(['vanilla', folder], { env })
    assert.equal(code, 0, err)
    assert.match(out, new RegExp(`cd ${folder}\n {2}${says}`))
    assert.match(made.read(`${folder}/installed`), /^install/)
  }
  assert.match(made.read('pnpm-1/pnpm-workspace.yaml'), /esbuild/)
  assert.match(made.read('pnpm-1/installed'), /--offline/)
  assert.equal(fs.existsSync(path.join(made.folder, 'pnpm-1/node_modules')), true)
  assert.match(made.read('yarn-4/.yarnrc.yml'), /node-modules/)
})

test('an installation that fails leaves nothing behind, and its words are shown', posix, async (t) => {
  const made = scratch(t)
  const failing = { env: manager(made, 'npm', 'touch half; echo "no network at all" >&2; exit 3') }
  const { code, err } = await made.create(['vanilla', 'deep/er/app'], failing)
  assert.equal(code, 1)
  assert.match(err, /npm install .* ended with 3:\n {4}no network at all\nfix: /)
  assert.deepEqual(made.names(), ['tools'])
  const lost = await made.create(['vanilla', 'app'], { env: manager(made, 'npm', 'echo "npm error code ENOTFOUND" >&2; exit 1') })
  assert.equal(lost.code, 1)
  assert.match(lost.err, /^error: the registry cannot be reached \(ENOTFOUND\), and npm has not all packages in its cache:\n {4}npm error code ENOTFOUND\nfix: check the network/)
  fs.mkdirSync(path.join(made.folder, 'empty'))
  assert.equal((await made.create(['vanilla'], { ...failing, cwd: 'empty' })).code, 1)
  assert.deepEqual(made.names('empty'), [])
  const missing = await made.create(['vanilla', 'app'], { env: { PATH: '/nonexistent' } })
  assert.match(missing.err, /npm cannot be run: it is not on the PATH\nfix: install Node\.js/)
  assert.equal(missing.code, 1)
  assert.deepEqual(made.names(), ['empty', 'tools'])
})

test('a directory that may not be written to', posix, async (t) => {
  const made = scratch(t)
  const locked = path.join(made.folder, 'locked')
  fs.mkdirSync(locked, { mode: 0o555 })
  // Root may write anywhere but where the kernel says no.
  const targets = process.getuid?.() === 0 ? ['/proc/app'] : [locked, path.join(locked, 'app'), path.join(locked, 'deep/app')]
  for (const target of targets) {
    const { code, err } = await made.create(['vanilla', target])
    assert.equal(code, 1)
    assert.match(err, /^error: cannot (create|write into) \/.*(EACCES|ENOENT|EPERM)[^]*\nfix: check who may write there/)
  }
  assert.deepEqual(made.names(), ['locked'])
})

test('Ctrl-C during the installation ends everything and leaves nothing behind', { ...posix, timeout: 180_000 }, async (t) => {
  const made = scratch(t)
  const ready = path.join(made.folder, 'ready')
  const env = manager(made, 'npm', `sleep 600 & touch "${ready}"; wait`)
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child
  const ended = made.create(['vanilla', 'app'], { env, started: (one) => { child = one } })
  await new Promise((resolve) => {
    const watcher = fs.watch(made.folder, () => look())
    const look = () => {
      if (!fs.existsSync(ready)) return
      watcher.close()
      resolve(undefined)
    }
    look()
  })
  child?.kill('SIGINT')
  // What the package manager has started holds its output: that this ends says that it has ended, too.
  const { code, err } = await ended
  assert.equal(code, 130)
  assert.match(err, /cancelled: nothing was left behind/)
  assert.deepEqual(made.names().filter((name) => name.includes('app')), [])
})
