/**
 * Every name that apps of earlier versions import is exported: names.json lists them, by module.
 */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'
import { namespaces } from 'socket:internal/builtins'

/** @type {Record<string, string>} names, separated by spaces */
const LIST = JSON.parse(fs.readFileSync(new URL('names.json', import.meta.url), 'utf8'))

/** These import the table of all others. */
const RESOLVERS = ['commonjs', 'module']

/** Modules and names that are not there, with the reason. @type {Record<string, string | Record<string, string>>} */
const ABSENT = {
  ai: 'models are not part of a runtime: an app brings its own',
  'shared-worker': 'the engine lets none load the files of an app: docs/architecture.md'
}

for (const [module, list] of Object.entries(LIST)) {
  test(`socket:${module} has every name that apps know`, async () => {
    const absent = ABSENT[module] ?? {}
    const namespace = namespaces[module] ?? (RESOLVERS.includes(module) ? await import(`socket:${module}`) : undefined)
    if (namespace === undefined) return assert.equal(typeof absent, 'string', `there is no module socket:${module}: build it, or give a reason in test/parity/names.js`)
    assert.equal(typeof absent, 'object', `socket:${module} is there: take it out of test/parity/names.js`)
    const missing = list.split(' ').filter((name) => !(name in namespace) && !(name in Object(absent)))
    assert.deepEqual(missing, [], 'export these, or give a reason in test/parity/names.js')
  })
}

test('nothing that is there is called absent', () => {
  for (const [module, absent] of Object.entries(ABSENT)) {
    if (typeof absent === 'string') continue
    assert.deepEqual(Object.keys(absent).filter((name) => name in (namespaces[module] ?? {})), [], `socket:${module}: take these out of test/parity/names.js`)
  }
})
