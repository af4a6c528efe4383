import commonjs, { builtins, Cache, createRequire, Loader, Module, Package } from 'socket:commonjs'
import * as module from 'socket:module'
import { test } from 'socket:test'

test('commonjs: is module', (t) => {
  t.ok(builtins === module.builtins && createRequire === module.createRequire && Module === module.Module, 'the same')
  t.equal(createRequire('/index.js')('socket:commonjs').Cache, Cache, 'and required it is itself')
  t.equal(commonjs.Loader, Loader, 'the default export')
})

test('commonjs: Cache', (t) => {
  const cache = new Cache({})
  cache.set('/a.js', { id: '/a.js' }).set('__proto__', 1)
  t.deepEqual([cache.size, cache.has('/a.js'), cache.get('/a.js').id, cache.has('toString'), cache.get('__proto__')], [2, true, '/a.js', false, 1], 'has what was set')
  t.deepEqual([...cache.keys()], ['/a.js', '__proto__'], 'keys')
  t.deepEqual([...cache].length, [...cache.values()].length, 'entries and values')
  /** @type {string[]} */
  const ids = []
  cache.forEach((_, id) => ids.push(id))
  t.equal(ids.length, 2, 'forEach')
  t.deepEqual([cache.delete('/a.js'), cache.delete('/a.js'), cache.size], [true, false, 1], 'delete')
  cache.clear()
  t.equal(cache.size, 0, 'clear')
  new Cache().set('/kept.js', new Module('/kept.js'))
  t.ok(Module._cache['/kept.js'], 'a view of what require has run')
  new Cache().delete('/kept.js')
  t.throws(() => new Cache(/** @type {any} */ (5)), /"records" argument must be of type object/, 'a wrong type')
})

test('commonjs: Package', (t) => {
  const one = new Package({ name: 'one', version: '1.0.0', exports: { '.': './main.js', './part': './lib/part.js', './hidden': null } }, '/packages/one')
  t.deepEqual([one.name, one.version, one.type, one.main], ['one', '1.0.0', 'commonjs', undefined], 'what it says')
  t.ok(one.resolve().replaceAll('\\', '/').endsWith('/packages/one/main.js'), 'the main file')
  t.ok(one.resolve('part').replaceAll('\\', '/').endsWith('/packages/one/lib/part.js'), 'a part')
  t.equal(/** @type {any} */ (t.throws(() => one.resolve('./hidden'), /is not defined by "exports"/, 'not a part')).code, 'ERR_PACKAGE_PATH_NOT_EXPORTED', 'with its code')
  t.equal(/** @type {any} */ (t.throws(() => Package.load('there-is-no-such-package'), /Cannot find package/, 'no package')).code, 'MODULE_NOT_FOUND', 'with its code')
  t.throws(() => new Package(/** @type {any} */ (null)), /"info" argument/, 'a wrong type')
})

test('commonjs: Loader', (t) => {
  const loader = new Loader()
  t.deepEqual([loader.resolve('fs'), loader.resolve('node:path')], ['fs', 'node:path'], 'built-in modules')
  t.equal(loader.load('fs').type, 'builtin', 'have no text')
  t.equal(loader.status('no-such-file.js'), 'missing', 'status')
  t.ok(loader.paths()[0].endsWith('node_modules'), 'paths')
  t.equal(/** @type {any} */ (t.throws(() => loader.resolve('./no-such-file.js'), /Cannot find module/, 'what is not there')).code, 'MODULE_NOT_FOUND', 'with its code')
  t.throws(() => loader.resolve(''), /non-empty string/, 'no name')
  t.throws(() => new Loader({ folder: /** @type {any} */ (5) }), /options.folder/, 'a wrong type')
})
