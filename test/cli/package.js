/** `ssc build --package`, as Debian's own tools see it. What is in each package is in native/cli/tests/package.rs. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { project } from './project.js'

/** Root of its own user namespace at least: dpkg gives files to root. */
const ROOT = process.getuid?.() === 0 ? [] : ['unshare', '--map-root-user']

/** @param {string[]} words */
function run (...words) {
  const [program, ...args] = [...ROOT, ...words]
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

test('dpkg installs, verifies and removes what ssc packaged', async (t) => {
  const made = project(t, 'title = My App\napplication_protocol = my-app\nmaintainer = Me <me@example.com>\n')
  const { code, err } = await made.ssc(['build', '--prod', '--package'])
  assert.equal(code, 0, err)
  const folder = path.join(made.folder, 'build', 'linux')
  const name = fs.readdirSync(folder).find((name) => name.endsWith('.deb'))
  assert.ok(name, 'a package beside the tree')
  assert.match(err, /package app for linux \(.*\.deb, \d+ KB\)/)
  const deb = path.join(folder, name)
  const field = (/** @type {string} */ name) => run('dpkg-deb', '-f', deb, name).trim()
  assert.equal(field('Package'), 'app')
  assert.equal(field('Version'), '1.0.0-1')
  assert.match(field('Depends'), /^libwebkit2gtk-4\.1-0, /)
  assert.match(field('Installed-Size'), /^[1-9]\d*$/)

  const root = path.join(made.scratch, 'root')
  const database = path.join(root, 'var/lib/dpkg')
  for (const part of ['info', 'updates']) fs.mkdirSync(path.join(database, part), { recursive: true })
  fs.writeFileSync(path.join(database, 'status'), '')
  // An empty system has none of what it depends on.
  run('dpkg', `--root=${root}`, '--force-depends', '--install', deb)
  assert.match(run('dpkg-query', `--admindir=${database}`, '-W', '-f', '$' + '{Status}', 'app'), /^install ok installed/)
  assert.equal(run('dpkg', `--root=${root}`, '--verify', 'app'), '')
  const inside = (/** @type {string} */ name) => path.join(root, name)
  assert.equal(fs.readFileSync(inside('opt/app/index.html'), 'utf8'), '<h1>hello</h1>')
  assert.equal(fs.statSync(inside('opt/app/app')).mode & 0o777, 0o755)
  assert.equal(fs.readlinkSync(inside('usr/local/bin/app')), '/opt/app/app')
  assert.match(fs.readFileSync(inside('usr/share/applications/app.desktop'), 'utf8'), /^MimeType=x-scheme-handler\/my-app;$/m)
  run('dpkg', `--root=${root}`, '--purge', 'app')
  assert.equal(fs.existsSync(inside('opt')), false)
})
