import { builtinModules, builtins, createRequire, isBuiltin } from 'socket:module'
import path from 'socket:path'
import { test } from 'socket:test'

test('module: require', (t) => {
  const require = createRequire(import.meta.url)
  t.equal(require('path'), path, 'a built-in module')
  t.equal(require('node:path'), path, 'by Node\'s name')
  t.equal(require('socket:path'), path, 'and by ours')
  t.equal(require.resolve('path'), 'path', 'resolve')
  const error = t.throws(() => require('unknown'), /Cannot find module 'unknown'/, 'one that is not there')
  t.equal(error.code, 'MODULE_NOT_FOUND', 'with its code')
  t.deepEqual([isBuiltin('fs'), isBuiltin('node:fs'), isBuiltin('unknown')], [true, true, false], 'isBuiltin')
  t.ok(builtinModules.includes('fs/promises') && builtins.path === path, 'names')
  t.throws(() => createRequire('relative'), /must be a file URL/, 'from nowhere')
})
