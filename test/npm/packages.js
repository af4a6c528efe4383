/**
 * The generated manifests.
 */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'

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
    assert.deepEqual(files, [`bin/${target.runtime}`, 'socket.node', 'hashes.json'])
  })
}
