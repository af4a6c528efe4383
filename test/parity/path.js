import nodePath from 'node:path'
import { test } from 'node:test'
import * as posix from 'socket:path/posix'
import * as win32 from 'socket:path/win32'
import path from 'socket:path'
import assert from 'node:assert/strict'
import { generator, same, WRONG } from './support/compare.js'

const ONE = ['normalize', 'isAbsolute', 'dirname', 'basename', 'extname', 'parse', 'toNamespacedPath']
const MANY = ['join', 'resolve']
const PIECES = ['/', '/', '\\', '\\', '//', '.', '..', 'a', 'B', 'b.js', '.c', 'd.', 'e.f.g', 'C:', 'c:', 'D:\\', 'C:/', ':', 'CON', 'con:', 'COM1:', 'nul', ' ', '..a', '\\\\server\\share', '//server/share/', '\\\\?\\', '\\\\.\\', 'é', '\u{1f600}', '?', 'x:y']
const random = generator(7)

/** @param {number} most */
function randomPath (most) {
  let result = ''
  for (let left = random(most + 1); left > 0; left--) result += PIECES[random(PIECES.length)]
  return result
}

for (const [name, ours, nodes] of /** @type {[string, any, any][]} */ ([['posix', posix, nodePath.posix], ['win32', win32, nodePath.win32]])) {
  test(`path.${name}: functions of one path`, () => {
    const paths = Array.from({ length: 6000 }, () => [randomPath(6)])
    for (const method of ONE) same(ours[method], nodes[method], paths, method)
  })

  test(`path.${name}: functions of several paths`, () => {
    const lists = Array.from({ length: 6000 }, () => Array.from({ length: random(4) }, () => randomPath(4)))
    for (const method of MANY) same(ours[method], nodes[method], lists, method)
  })

  test(`path.${name}: relative`, () => {
    const pairs = Array.from({ length: 8000 }, () => [randomPath(5), randomPath(5)])
    same(ours.relative, nodes.relative, pairs)
    same(ours.relative, nodes.relative, [['/a/b', '/a/bc'], ['/abc', '/ab'], ['C:\\a', 'C:\\A\\b'], ['C:\\', 'D:\\'], ['\\\\s\\t\\a', '\\\\s\\t\\b'], ['/', '/a'], ['/a', '/']])
  })

  test(`path.${name}: basename with a suffix`, () => {
    const calls = Array.from({ length: 8000 }, () => [randomPath(4), ['.js', 'js', 'a', 'b.js', '', 'B', 'a/', '/', '.c', randomPath(2)][random(10)]])
    same(ours.basename, nodes.basename, calls)
  })

  test(`path.${name}: format`, () => {
    const some = () => [undefined, '', '/', 'a', '.b', 'c.d', 'C:\\', '\\'][random(8)]
    same(ours.format, nodes.format, Array.from({ length: 3000 }, () => [{ root: some(), dir: some(), base: some(), name: some(), ext: some() }]))
  })

  test(`path.${name}: wrong arguments`, () => {
    for (const method of [...ONE, ...MANY, 'relative', 'format']) {
      same(ours[method], nodes[method], WRONG.map((value) => [value]), method)
      if (method !== 'format') same(ours[method], nodes[method], WRONG.map((value) => ['a', value]), method)
    }
  })

  test(`path.${name}: constants`, () => {
    assert.equal(ours.sep, nodes.sep)
    assert.equal(ours.delimiter, nodes.delimiter)
    assert.equal(ours.default.posix, ours.posix)
    assert.equal(ours.default.win32, ours.win32)
  })
}

test('path: is that of the platform, with everything Node has', () => {
  same(path.join, nodePath.join, [['a', '..', 'b/c']])
  const missing = Object.keys(nodePath).filter((key) => !(key in path) && key !== 'matchesGlob' && key !== '_makeLong')
  assert.deepEqual(missing, [])
})
