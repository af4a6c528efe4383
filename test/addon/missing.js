/**
 * What `ssc` says when the native parts of this machine are not there.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const platform = `${process.platform}-${process.arch}`
const VERSION = '1.2.3'

/**
 * Runs `ssc --version` as it is installed in a `node_modules` with these packages beside it.
 *
 * @param {{ platforms?: string[], packages?: Record<string, { version: string, addon?: string }>, system?: string }} setting
 *   `platforms` is what the release supports; `packages` what is installed, by platform; `system` is JavaScript that
 *   makes Node say that it runs on another one
 */
function ssc ({ platforms = [platform], packages = {}, system = '' }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socket-addon-'))
  try {
    const scope = path.join(folder, 'node_modules', '@socketsupply')
    const wrapper = path.join(scope, 'socket')
    for (const part of ['bin', 'js/addon']) {
      fs.cpSync(path.join(root, part), path.join(wrapper, part), { recursive: true })
    }
    fs.writeFileSync(path.join(wrapper, 'package.json'), JSON.stringify({
      name: '@socketsupply/socket',
      version: VERSION,
      type: 'module',
      optionalDependencies: Object.fromEntries(platforms.map((name) => [`@socketsupply/socket-${name}`, VERSION]))
    }))
    for (const [name, { version, addon }] of Object.entries(packages)) {
      const place = path.join(scope, `socket-${name}`)
      fs.mkdirSync(place)
      fs.writeFileSync(path.join(place, 'package.json'), JSON.stringify({ name: `@socketsupply/socket-${name}`, version }))
      if (addon !== undefined) fs.writeFileSync(path.join(place, 'socket.node'), addon)
    }
    const before = ['--import', `data:text/javascript,${encodeURIComponent(system)}`]
    return spawnSync(process.execPath, [...before, path.join(wrapper, 'bin/ssc.js'), '--version'], { encoding: 'utf8' })
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}

/**
 * @param {Parameters<typeof ssc>[0]} setting
 * @param {RegExp} reason
 * @param {RegExp} fix
 */
function check (setting, reason, fix) {
  const { status, stdout, stderr } = ssc(setting)
  assert.equal(status, 1)
  assert.equal(stdout, '')
  const [first, second, ...rest] = stderr.trimEnd().split('\n')
  assert.match(first, /^ssc: /)
  assert.match(first, reason)
  assert.match(second, /^hint: /)
  assert.match(second, fix)
  assert.deepEqual(rest, [])
}

test('optional dependencies were left out', () => {
  check({}, /socket-\S+ is not installed.*--omit=optional/, /npm install @socketsupply\/socket --include=optional/)
})

test('node_modules was copied from another system', () => {
  const other = platform === 'darwin-arm64' ? 'linux-x64' : 'darwin-arm64'
  check({ packages: { [other]: { version: VERSION } } },
    new RegExp(`the one for ${other} is: node_modules was made on another system`), /delete node_modules/)
})

test('a platform without a package', () => {
  check({ platforms: ['plan9-mips', 'beos-ppc'] },
    new RegExp(`no Socket Runtime for ${platform}`), /supports plan9-mips, beos-ppc/)
})

test('wrapper and platform package of different releases', () => {
  check({ packages: { [platform]: { version: '1.2.2' } } },
    /socket is 1\.2\.3, but .* is 1\.2\.2/, /npm install @socketsupply\/socket@1\.2\.3/)
})

test('an addon that the system refuses', () => {
  check({ packages: { [platform]: { version: VERSION, addon: 'not a library' } } },
    /cannot load .*socket\.node: /, /delete node_modules/)
})

/** What a Node that is linked with musl says of itself. */
const ALPINE = `
  Object.defineProperty(process, 'platform', { value: 'linux' })
  process.report.getReport = () => ({ header: {} })`
const DEBIAN = ALPINE.replace('header: {}', "header: { glibcVersionRuntime: '2.36' }")
const linux = `linux-${process.arch}`

test('musl, and no package for it', () => {
  check({ system: ALPINE, platforms: [linux] }, new RegExp(`for ${linux} needs glibc, and this Linux uses another C library`), /Debian/)
})

test('musl, and its package was left out', () => {
  check({ system: ALPINE, platforms: [linux, `${linux}-musl`] }, new RegExp(`socket-${linux}-musl is not installed.*--omit=optional`), /--include=optional/)
})

test('node_modules was copied between Linuxes with different C libraries', () => {
  const platforms = [linux, `${linux}-musl`]
  check({ system: ALPINE, platforms, packages: { [linux]: { version: VERSION, addon: 'of glibc' } } },
    new RegExp(`socket-${linux}-musl is not installed, but the one for ${linux} is: `), /delete node_modules/)
  check({ system: DEBIAN, platforms, packages: { [`${linux}-musl`]: { version: VERSION, addon: 'of musl' } } },
    new RegExp(`socket-${linux} is not installed, but the one for ${linux}-musl is: `), /delete node_modules/)
})

test('both C libraries\' packages are there: the one for this system is taken', () => {
  const packages = Object.fromEntries([linux, `${linux}-musl`].map((name) => [name, { version: VERSION, addon: 'not a library' }]))
  check({ system: ALPINE, platforms: Object.keys(packages), packages }, new RegExp(`cannot load .*socket-${linux}-musl`), /delete node_modules/)
  check({ system: DEBIAN, platforms: Object.keys(packages), packages }, new RegExp(`cannot load .*socket-${linux}/`), /delete node_modules/)
})
