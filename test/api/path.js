import path, { DOWNLOADS, HOME, Path, posix, RESOURCES, win32 } from 'socket:path'
import * as posixModule from 'socket:path/posix'
import * as win32Module from 'socket:path/win32'
import wellKnown from 'socket:path/well-known'
import args from 'socket:internal/args'
import { test } from 'socket:test'

test('path: is that of the system', (t) => {
  t.equal(path.sep, args.platform === 'win32' ? '\\' : '/', 'separator')
  t.equal(path.resolve('a'), path.join(path.cwd(), 'a'), 'resolves from the working directory')
  t.equal(posix, posixModule.default, 'posix is the module path/posix')
  t.equal(win32, win32Module.default, 'win32 is the module path/win32')
})

test('path: both kinds on any system', (t) => {
  t.equal(posix.join('a', '..', 'b', './c'), 'b/c', 'posix.join')
  t.equal(win32.join('a', '..', 'b', './c'), 'b\\c', 'win32.join')
  t.deepEqual(win32.parse('C:\\dir\\file.tar.gz'), { root: 'C:\\', dir: 'C:\\dir', base: 'file.tar.gz', ext: '.gz', name: 'file.tar' }, 'win32.parse')
  t.equal(posix.relative('/a/b/c', '/a/d'), '../../d', 'posix.relative')
  const error = t.throws(() => posix.join(/** @type {any} */ (5)), TypeError, 'a number is no path')
  t.equal(error.code, 'ERR_INVALID_ARG_TYPE', 'code')
  t.equal(error.message, 'The "path" argument must be of type string. Received type number (5)', 'message')
})

test('path: Path and the well-known folders', (t) => {
  const file = new Path('a/../b/file.txt', path.resolve('/base'))
  t.equal(String(file), path.normalize('b/file.txt'), 'reads as the path')
  t.equal(file.value, path.resolve('/base', 'b/file.txt'), 'from the root')
  t.deepEqual([file.name, file.ext, file.isRelative], ['file', '.txt', true], 'its parts')
  t.match(file.toURL().href, /^file:\/\/\/.*b\/file\.txt$/, 'as a URL')
  for (const [name, value] of Object.entries(wellKnown)) t.ok(value === null || typeof value === 'string', name)
  t.deepEqual([DOWNLOADS, HOME, RESOURCES], [wellKnown.DOWNLOADS, wellKnown.HOME, wellKnown.RESOURCES], 'the same names from socket:path')
})
