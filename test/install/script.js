/**
 * bin/install.sh: what it says it will do on each distribution, how it refuses, and a real installation of this
 * checkout whose `ssc` works without Node. `npm run install:check` does the same in a bare Debian.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'

import { ask, folder, targetFolder } from '../../npm/steps.js'

const SCRIPT = path.join(folder, 'bin', 'install.sh')
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'socket-install-test-'))
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }))

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, stdin?: string }} [options]
 */
async function run (command, args, { env, cwd = scratch, stdin } = {}) {
  const child = spawn(command, args, { env, cwd, stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] })
  let [out, errors] = ['', '']
  child.stdout?.on('data', (chunk) => { out += chunk })
  child.stderr?.on('data', (chunk) => { errors += chunk })
  child.stdin?.end(stdin)
  const [code] = await once(child, 'close')
  return { code, out, errors }
}

// What every system has, and nothing that an installation asks for.
const BARE = ['bash', 'sh', 'env', 'sed', 'awk', 'sort', 'head', 'tr', 'uname', 'id', 'dirname', 'mktemp', 'rm', 'cat', 'mkdir']

/**
 * A PATH with these commands alone.
 *
 * @param {string[]} [more]
 */
function bare (more = []) {
  const bin = fs.mkdtempSync(path.join(scratch, 'bin-'))
  for (const name of [...BARE, ...more]) {
    const file = ['/usr/bin', '/bin', '/usr/sbin'].map((where) => path.join(where, name)).find((one) => fs.existsSync(one))
    assert.ok(file !== undefined, `this test needs ${name}`)
    fs.symlinkSync(file, path.join(bin, name))
  }
  return bin
}

/** @param {string} text */
function release (text) {
  const file = path.join(fs.mkdtempSync(path.join(scratch, 'etc-')), 'os-release')
  fs.writeFileSync(file, text)
  return file
}

/**
 * The script on a system that has nothing, as a new user runs it: from a pipe.
 *
 * @param {string} text  os-release
 * @param {string[]} args
 */
const on = (text, args, { stdin = fs.readFileSync(SCRIPT, 'utf8') } = {}) => run('bash', ['-s', '--', ...args], {
  stdin,
  env: { PATH: bare(['sudo'].filter((name) => fs.existsSync(`/usr/bin/${name}`))), HOME: scratch, SOCKET_OS_RELEASE: release(text) }
})

test('each distribution gets its own packages, and nothing happens in a dry run', async () => {
  const systems = [
    ['ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n', 'apt-get', ['build-essential', 'libwebkit2gtk-4.1-dev', 'pkg-config', 'git', 'nodejs npm']],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"\n', 'apt-get', ['libwebkit2gtk-4.1-dev']],
    ['ID=fedora\n', 'dnf -y install', ['webkit2gtk4.1-devel', 'pkgconf-pkg-config', 'gcc']],
    ['ID=manjaro\nID_LIKE=arch\n', 'pacman -S', ['webkit2gtk-4.1', 'base-devel']],
    ['ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n', 'zypper -n install', ['webkit2gtk3-devel']],
    ['ID=alpine\n', 'apk add', ['webkit2gtk-4.1-dev', 'build-base']]
  ]
  for (const [text, manager, packages] of /** @type {[string, string, string[]][]} */ (systems)) {
    const { code, out, errors } = await on(text, ['--dry-run', '--prefix', path.join(scratch, 'never')])
    if (process.getuid?.() !== 0 && !fs.existsSync('/usr/bin/sudo')) {
      assert.equal(code, 1)
      assert.match(errors, /needs root/)
      continue
    }
    assert.equal(code, 0, errors)
    assert.equal(out, '')
    for (const name of [manager, ...packages, 'rustup', 'clone']) assert.ok(errors.includes(name), `${name} for ${text}: ${errors}`)
    assert.ok(!fs.existsSync(path.join(scratch, 'never')))
  }
})

test('a system that it does not know is named, with what to do', async () => {
  const { code, errors } = await on('ID=plan9\nPRETTY_NAME="Plan 9"\n', ['--yes'])
  assert.equal(code, 1)
  assert.match(errors, /Plan 9/)
  assert.match(errors, /by hand/)
})

test('nothing happens without a yes', async () => {
  const env = { ...process.env, SOCKET_OS_RELEASE: release('ID=debian\n') }
  // A session of its own has no terminal to ask on.
  const { code, errors } = await run('setsid', ['--wait', 'bash', SCRIPT, '--prefix', path.join(scratch, 'no')], { env })
  assert.equal(code, 1)
  assert.match(errors, /no terminal to ask on/)
  assert.match(errors, /--yes/)
  assert.ok(!fs.existsSync(path.join(scratch, 'no')))
})

test('wrong options are refused', async () => {
  for (const [args, message] of /** @type {[string[], RegExp][]} */ ([
    [['--bogus'], /no option --bogus/],
    [['--prefix'], /--prefix needs a value/],
    [['--prefix='], /--prefix needs a value/],
    [['--source', path.join(scratch, 'nowhere')], /is not there/],
    [['--source', scratch], /not a checkout/],
    [['--ref', 'v1'], /fresh clone/]
  ])) {
    const { code, errors } = await run('bash', [SCRIPT, ...args])
    assert.equal(code, 1, errors)
    assert.match(errors, message)
  }
})

test('--no-deps stops where something is missing', async () => {
  const { code, errors } = await on('ID=debian\n', ['--yes', '--no-deps', '--prefix', path.join(scratch, 'none')])
  assert.equal(code, 1)
  assert.match(errors, process.getuid?.() === 0 || fs.existsSync('/usr/bin/sudo') ? /--no-deps/ : /needs root/)
})

test('a shell that sources it goes on', async () => {
  const { code, out } = await run('bash', ['-c', '. "$1" --bogus; echo "still here"', 'bash', SCRIPT])
  assert.equal(code, 0)
  assert.equal(out, 'still here\n')
})

test('a script that arrived cut short runs nothing', async () => {
  const whole = fs.readFileSync(SCRIPT, 'utf8')
  const { code, out } = await on('ID=debian\n', ['--dry-run'], { stdin: whole.slice(0, whole.lastIndexOf('socket_install "$@"')) })
  assert.equal(out, '')
  assert.equal(code, 0)
  const half = await on('ID=debian\n', ['--dry-run'], { stdin: whole.slice(0, whole.length / 2) })
  assert.notEqual(half.code, 0)
})

test('the shell finds nothing to complain about', async (t) => {
  if (await ask('shellcheck', ['--version']) === null) return t.skip('shellcheck is not installed')
  const { code, out } = await run('shellcheck', [SCRIPT])
  assert.equal(code, 0, out)
})

test('installs this checkout; ssc works without Node; --uninstall removes it', { timeout: 15 * 60_000 }, async () => {
  const prefix = path.join(scratch, 'a prefix – ü')
  const installed = await run('bash', [SCRIPT, '--yes', '--no-deps', '--prefix', prefix],
    { env: { ...process.env, CARGO_TARGET_DIR: targetFolder } })
  assert.equal(installed.code, 0, installed.errors)
  assert.deepEqual(fs.readdirSync(path.join(prefix, 'bin')).sort(), ['socket-runtime', 'ssc'])

  const ssc = path.join(prefix, 'bin', 'ssc')
  const env = { PATH: bare(), HOME: scratch, LANG: 'C.UTF-8' }
  const { version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const said = await run(ssc, ['--version'], { env })
  assert.ok(said.out.includes(version), said.out)

  const app = path.join(scratch, 'an app')
  fs.mkdirSync(app)
  for (const args of [['init'], ['build', '--prod']]) {
    const { code, errors } = await run(ssc, args, { env, cwd: app })
    assert.equal(code, 0, errors)
  }
  const files = fs.readdirSync(path.join(app, 'build'), { recursive: true, encoding: 'utf8' })
  assert.ok(files.some((name) => name.endsWith('index.html')), files.join(' '))
  // The licences of what was linked came with it, and are in the app.
  const licences = files.find((name) => path.basename(name) === 'THIRD-PARTY-LICENSES')
  assert.ok(licences, files.join(' '))
  assert.match(fs.readFileSync(path.join(app, 'build', licences), 'utf8'), /^tokio \d/m)

  const removed = await run('bash', [SCRIPT, '--uninstall', '--prefix', prefix])
  assert.equal(removed.code, 0, removed.errors)
  assert.deepEqual(fs.readdirSync(path.join(prefix, 'bin')), [])
  assert.deepEqual(fs.readdirSync(path.join(prefix, 'share')), [])
})
