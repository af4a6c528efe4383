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
  'fonts-dejavu-core': 'text on screenshots'
}

const RUST = '1.88'

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
  const root = process.getuid?.() === 0
  const command = ['apt-get', '-y', '-q', '--no-install-recommends', 'install', ...missing]
  const hint = `run \`${root ? '' : 'sudo '}${command.join(' ')}\` by hand and look at what it says`
  if (!root && await ask('sudo', ['-n', 'true']) === null && process.stdin.isTTY !== true) {
    throw new StepError('system packages are missing, and installing them needs root', { hint })
  }
  const words = ['env', 'DEBIAN_FRONTEND=noninteractive', ...command]
  const apt = (/** @type {string[]} */ line) => root
    ? exec(line[0], line.slice(1), { hint })
    : exec('sudo', line, { hint })
  await apt(['apt-get', '-q', 'update'])
  await apt(words)
  return `installed ${missing.join(' ')}`
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
