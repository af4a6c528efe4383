/**
 * The generated manifests.
 */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'

import { licences } from '../../npm/licences.js'
import { folder } from '../../npm/steps.js'
import { packageName, root, targets } from '../../npm/targets.js'

const manifest = (/** @type {string} */ name) => JSON.parse(fs.readFileSync(new URL(name, root), 'utf8'))

for (const target of targets) {
  test(`npm chooses ${target.name} on its own platform alone`, () => {
    const { name, version, os, cpu, libc, files } = manifest(`npm/${target.name}/package.json`)
    assert.equal(name, packageName(target))
    assert.equal(version, manifest('package.json').version)
    assert.equal(target.name, `${os}-${cpu}${target.libc === 'musl' ? '-musl' : ''}`)
    assert.deepEqual(libc, target.libc === undefined ? undefined : [target.libc])
    assert.equal(target.libc !== undefined, target.os === 'linux')
    assert.deepEqual(files, [`bin/${target.runtime}`, 'socket.node', 'hashes.json', 'THIRD-PARTY-LICENSES'])
  })
}

test('what is inside of the platform packages is named with its terms, for every target', async () => {
  for (const { name, triple } of targets) {
    const text = await licences(triple)
    for (const part of [/^wry \d/m, /^tokio \d/m, /^libsodium-sys \d/m, /^readable-stream \d/m]) assert.match(text, part, name)
    assert.match(text, /Frank Denis/, 'libsodium itself')
    assert.equal(/^webkit2gtk \d/m.test(text), name.startsWith('linux'), `${name}: what is linked there, and nothing else`)
    assert.equal(text.includes(folder), false, 'no path of this machine')
  }
})
