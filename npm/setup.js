/**
 * Finds out what this machine lacks for building and testing, and installs it. Quick when nothing is
 * missing, and the same when run twice. `node npm/setup.js` does it alone; `npm start` and `npm test` do it
 * first.
 */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

import { ask, exec, folder, isMain, main, step, StepError } from './steps.js'

/** Debian packages, each with what it is for. */
const PACKAGES = {
  'build-essential': 'the linker that cargo calls',
  'pkg-config': 'finds the libraries below',
  'libwebkit2gtk-4.1-dev': 'the WebView and GTK',
  xvfb: 'a display where there is none',
  xauth: 'for xvfb-run',
  imagemagick: 'screenshots',
  'x11-utils': 'finds windows in the tests',
  xdotool: 'mouse and keys in the tests',
  openbox: 'a window manager in the tests',
  'fonts-dejavu-core': 'text on screenshots',
  'libdbus-1-dev': 'Bluetooth and notifications',
  dbus: 'a message bus for the tests',
  'python3-dbusmock': 'fake Bluetooth and notifications on it',
  iproute2: 'network namespaces for the tests of NATs',
  nftables: 'the NATs in them',
  shellcheck: 'reads bin/install.sh'
}

/** The least Rust that builds this: what Cargo.toml says. */
const RUST = /^rust-version = "(.*)"$/m.exec(fs.readFileSync(path.join(folder, 'Cargo.toml'), 'utf8'))?.[1] ?? '0'

/** Debian's own current Rust, which it keeps for building browsers; its plain `rustc` is years older. */
const DEBIAN_RUST = ['cargo-web', 'rustc-web']

/**
 * @param {string} text
 * @returns {number[]}
 */
const numbers = (text) => (/\d+(\.\d+)*/.exec(text)?.[0] ?? '0').split('.').map(Number)

/**
 * Whether version `found` is at least `wanted`.
 *
 * @param {string} found
 * @param {string} wanted
 */
export function atLeast (found, wanted) {
  const [a, b] = [numbers(found), numbers(wanted)]
  for (let i = 0; i < b.length; i++) {
    if ((a[i] ?? 0) !== b[i]) return (a[i] ?? 0) > b[i]
  }
  return true
}

async function rust () {
  const home = path.join(process.env.CARGO_HOME ?? path.join(os.homedir(), '.cargo'), 'bin')
  // A fresh rustup is on the PATH of new shells only.
  if (fs.existsSync(home) && !(process.env.PATH ?? '').split(path.delimiter).includes(home)) {
    process.env.PATH = `${home}${path.delimiter}${process.env.PATH ?? ''}`
  }
  const found = await ask('cargo', ['--version'])
  if ((found === null || !atLeast(found, RUST)) && await debianRust()) {
    const installed = await ask('/usr/bin/cargo', ['--version'])
    if (installed !== null && atLeast(installed, RUST)) {
      process.env.PATH = `/usr/bin${path.delimiter}${process.env.PATH ?? ''}`
      return `installed ${installed}`
    }
  }
  const hint = 'install Rust with https://rustup.rs: ' +
    'curl --proto \'=https\' --tlsv1.2 -sSf https://sh.rustup.rs | sh'
  if (found === null) throw new StepError('Rust is missing: there is no `cargo`', { hint })
  if (!atLeast(found, RUST)) {
    throw new StepError(`Rust is too old: ${found}, and ${RUST} is needed`, { hint: 'run `rustup update stable`' })
  }
  return found
}

/** @returns {Promise<string[]>} the packages of the list that dpkg does not have */
async function missingPackages () {
  const names = Object.keys(PACKAGES)
  // eslint-disable-next-line no-template-curly-in-string -- dpkg's own format
  const format = '${db:Status-Status} ${Package}\\n'
  // Fails when one is unknown to dpkg, and still prints those that are known.
  const { stdout } = await exec('dpkg-query', ['-W', '-f', format, ...names],
    { codes: [0, 1] })
  const have = new Set(stdout.split('\n')
    .filter((line) => line.startsWith('installed '))
    .map((line) => line.slice('installed '.length)))
  return names.filter((name) => !have.has(name))
}

/** Installs Debian's current Rust, where there is one that is new enough. */
async function debianRust () {
  if (await ask('dpkg-query', ['--version']) === null) return false
  const enough = async () => {
    const policy = await ask('apt-cache', ['policy', ...DEBIAN_RUST]) ?? ''
    const candidates = [...policy.matchAll(/^ +Candidate: (\S+)/gm)].map(([, version]) => version)
    return candidates.length === DEBIAN_RUST.length && candidates.every((version) => atLeast(version, RUST))
  }
  // The lists of a fresh machine are empty.
  if (!await enough()) await apt(['apt-get', '-q', 'update'], 'run `apt-get update` by hand and look at what it says')
  if (!await enough()) return false
  await install(DEBIAN_RUST)
  return true
}

/**
 * @param {string[]} line
 * @param {string} hint
 */
const apt = (line, hint) => process.getuid?.() === 0
  ? exec(line[0], line.slice(1), { hint })
  : exec('sudo', line, { hint })

/** @param {string[]} names  Debian packages */
async function install (names) {
  const root = process.getuid?.() === 0
  const command = ['apt-get', '-y', '-q', '--no-install-recommends', 'install', ...names]
  const hint = `run \`${root ? '' : 'sudo '}${command.join(' ')}\` by hand and look at what it says`
  if (!root && await ask('sudo', ['-n', 'true']) === null && process.stdin.isTTY !== true) {
    throw new StepError('system packages are missing, and installing them needs root', { hint })
  }
  await apt(['apt-get', '-q', 'update'], hint)
  await apt(['env', 'DEBIAN_FRONTEND=noninteractive', ...command], hint)
  return `installed ${names.join(' ')}`
}

async function systemPackages () {
  if (process.platform !== 'linux') return 'not needed on this system'
  if (await ask('dpkg-query', ['--version']) === null) {
    if (await ask('pkg-config', ['--exists', 'webkit2gtk-4.1']) !== null) return 'webkit2gtk-4.1 is there'
    throw new StepError('this is not Debian or Ubuntu, and webkit2gtk-4.1 is missing', {
      hint: 'install by your own package manager what these Debian packages hold: ' +
        Object.keys(PACKAGES).join(' ')
    })
  }
  const missing = await missingPackages()
  if (missing.length === 0) return 'all there'
  for (const name of missing) {
    console.log(`    missing: ${name} (${PACKAGES[/** @type {keyof typeof PACKAGES} */ (name)]})`)
  }
  return install(missing)
}

/** Runs npm, which on Windows is a script that only a shell can start. */
export const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

/**
 * Installs what a package-lock.json says, unless it is installed already.
 *
 * @param {string} where
 */
export async function npmPackages (where) {
  const time = (/** @type {string} */ name) =>
    fs.statSync(path.join(where, name), { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (time('node_modules/.package-lock.json') > time('package-lock.json')) return 'all there'
  await exec(npm, ['ci', '--no-audit', '--no-fund'], {
    cwd: where,
    hint: 'look at what npm says above; `npm config get registry` tells where it looks'
  })
  return 'installed'
}

/** Everything that building and testing needs. */
export async function setup () {
  if (!atLeast(process.versions.node, '18.19')) {
    throw new StepError(`Node ${process.versions.node} is too old: 18.19 or newer is needed`, {
      hint: 'install a current Node from https://nodejs.org'
    })
  }
  await step('set-up: Rust', rust)
  await step('set-up: system packages', systemPackages)
  await step('set-up: npm packages', () => npmPackages(folder))
}

if (isMain(import.meta.url)) await main(setup)
