/** `require` of files against Node's own, over one tree of packages. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import node from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import ours from 'socket:module'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'socket-module-')))
after(() => rmSync(root, { recursive: true, force: true }))

const files = {
  'package.json': '{"name":"own","exports":{".":"./index.js","./lib/*":"./lib/*.js"},"imports":{"#dep":"plain","#local/*":"./lib/*.js","#gone":null,"#bad":"../x.js"}}',
  'index.js': 'module.exports = "index"',
  'lib/a.js': 'exports.done = false; exports.other = require("./b").done; exports.done = true; exports.id = module.id; exports.parent = module.children.length',
  'lib/b.js': 'exports.early = require("./a").done; exports.done = true',
  'lib/n.js': 'exports.names = [__filename, __dirname, require.resolve("./a"), typeof require.cache, typeof module.require, module.loaded, this === module.exports]',
  'lib/self.js': 'module.exports = require("own/lib/deep")',
  'lib/deep.js': 'module.exports = "deep"',
  'lib/data.json': '{"a":[1,2]}',
  'lib/bom.json': '\uFEFF{"a":1}',
  'lib/broken.json': '{"a":',
  'lib/dir/index.json': '{"index":true}',
  'lib/both.js': 'module.exports = "both.js"',
  'lib/both/index.js': 'module.exports = "both/"',
  'lib/throws.js': 'globalThis.timesThrown = (globalThis.timesThrown ?? 0) + 1; throw new RangeError("on purpose")',
  'lib/hashbang.js': '#!/usr/bin/env node\nmodule.exports = 1',
  'lib/strict.js': '"use strict"; module.exports = (function () { return this })()',
  'lib/noext': 'module.exports = "no extension"',
  'lib/m.mjs': 'export default 1',
  'node_modules/plain/package.json': '{"main":"main"}',
  'node_modules/plain/main.js': 'module.exports = [require("inner"), require("../plain/other")]',
  'node_modules/plain/other.js': 'module.exports = "other"',
  'node_modules/plain/node_modules/inner/index.js': 'module.exports = "inner of plain"',
  'node_modules/inner/index.js': 'module.exports = "inner of root"',
  'node_modules/nomain/package.json': '{"main":"./gone.js"}',
  'node_modules/nomain/index.js': 'module.exports = "fell back"',
  'node_modules/broken/package.json': '{"main":',
  'node_modules/deadmain/package.json': '{"main":"./gone.js"}',
  'node_modules/@scope/name/package.json': '{"exports":{".":[{"import":"./i.mjs"},"./r.js"],"./features/*.js":"./src/*.js","./features/private/*":null,"./json":"./d.json","./dir/":"./src/","./bad":"./../x.js","./nested":{"node":{"import":"./i.mjs","require":"./r.js"},"default":"./d.json"},"./none":{"browser":"./r.js"}}}',
  'node_modules/@scope/name/r.js': 'module.exports = "scoped"',
  'node_modules/@scope/name/src/x.js': 'module.exports = "feature x"',
  'node_modules/@scope/name/src/y/z.js': 'module.exports = "feature y/z"',
  'node_modules/@scope/name/d.json': '{"d":1}',
  'node_modules/esm/package.json': '{"type":"module","main":"i.js"}',
  'node_modules/esm/i.js': 'export default 1',
  'node_modules/fs/index.js': 'module.exports = "not the built-in"'
}
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, name)), { recursive: true })
  writeFileSync(join(root, name), text)
}
symlinkSync(join(root, 'lib'), join(root, 'linked'))

const requires = [ours, node].map((one) => one.createRequire(join(root, 'main.js')))

/** @param {any} require @param {string} id @param {any} [how] */
function outcome (require, id, how) {
  try {
    const value = how === undefined ? require(id) : require.resolve(id, how)
    return { value: typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : value }
  } catch (error) {
    const { name, code, message, requireStack, path } = /** @type {any} */ (error)
    // The engines word errors of syntax; Node's own loader is told apart by its first line.
    const text = name === 'SyntaxError' ? '' : message.split('\n').slice(0, 3).join('\n').replace(/ imported from .*/, '')
    return { name, code, text, requireStack, path }
  }
}

const ids = [
  './index', './index.js', '.', './', './lib/a', './lib/a.js', './lib/n', './lib/self', './lib/data', './lib/data.json', './lib/bom.json', './lib/dir', './lib/dir/',
  './lib/both', './lib/both/', './lib/hashbang', './lib/strict', './lib/noext', './linked/deep', 'plain', 'inner', 'nomain', 'plain/other', 'plain/other.js',
  '@scope/name', '@scope/name/features/x.js', '@scope/name/features/y/z.js', '@scope/name/json', '@scope/name/nested', '#dep', '#local/deep', 'own', 'own/lib/deep', 'fs/',
  join(root, 'lib/deep'), join(root, 'lib/deep.js'),
  './missing', './lib', 'missing', 'missing/sub', '@scope', '@scope/missing', '@scope/name/missing', '@scope/name/features/private/x', '@scope/name/none', '#missing', '#gone', '#',
  'own/other', 'plain/missing', './lib/throws', './lib/broken.json', './missing.json', 'deadmain', '../missing', '/missing', 'plain/'
]

for (const id of ids) {
  test(`module: require(${JSON.stringify(id.replace(root, ''))})`, () => {
    const [a, b] = requires.map((require) => outcome(require, id))
    assert.deepEqual(a, b)
    const [c, d] = requires.map((require) => outcome(require, id, {}))
    assert.deepEqual(c, d, 'resolve')
  })
}

test('module: a file that throws is run again, one that does not is not', () => {
  const before = /** @type {any} */ (globalThis).timesThrown
  assert.throws(() => requires[0]('./lib/throws'), RangeError)
  assert.equal(/** @type {any} */ (globalThis).timesThrown, before + 1)
  assert.equal(requires[0]('./lib/a'), requires[0]('./lib/a.js'))
  const file = join(root, 'lib/a.js')
  const old = requires[0]('./lib/a')
  delete requires[0].cache[file]
  assert.notEqual(requires[0]('./lib/a'), old, 'what is deleted from the cache is run again')
})

test('module: resolve with paths, resolve.paths, modules of ES', () => {
  const paths = { paths: [join(root, 'node_modules/plain')] }
  assert.equal(requires[0].resolve('inner', paths), requires[1].resolve('inner', paths))
  for (const request of ['x', './x', 'fs', '../x']) assert.deepEqual(requires[0].resolve.paths(request)?.[0], requires[1].resolve.paths(request)?.[0], request)
  for (const id of ['./lib/m.mjs', 'esm']) assert.throws(() => requires[0](id), { code: 'ERR_REQUIRE_ESM' })
})
