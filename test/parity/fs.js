import nodeFs from 'node:fs'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import assert from 'node:assert/strict'
import fs from 'socket:fs'
// Errors name values with its formatter when it is there.
import 'socket:util'
import { WRONG } from './support/compare.js'
import { twins } from './support/twins.js'

const BYTES = new Uint8Array([0x72, 0xff, 0x80])

/** Files of every kind, good and bad, below a folder. @param {string} dir @returns {any[]} */
const paths = (dir) => [
  `${dir}/file`, `${dir}/empty`, `${dir}/missing`, `${dir}/missing/below`, `${dir}/file/below`, `${dir}/folder`, `${dir}/folder/`,
  `${dir}/link`, `${dir}/folderlink`, `${dir}/folderlink/`, `${dir}/broken`, `${dir}/loop`, `${dir}/none`, `${dir}/é ☃ 😀`, `${dir}/${'x'.repeat(300)}`,
  `${dir}/lone\ud800surrogate`, Buffer.from(`${dir}/file`), Buffer.concat([Buffer.from(`${dir}/`), BYTES]),
  pathToFileURL(`${dir}/é ☃ 😀`), pathToFileURL(`${dir}/missing`), `${dir}/folder/../file`, `${dir}//file`
]

/** Values that are no path. */
const BAD_PATHS = [
  ...WRONG.filter((/** @type {unknown} */ value) => !(value instanceof Uint8Array) && typeof value !== 'string'), '', 'a\0b', Buffer.from('a\0b'), new URL('http://x/y'), new URL('file://host/y'),
  new URL('file:///a%2fb'), new URL('file:///a%00b')
]

const COUNT = paths('').length

/** @param {number} index @param {any[]} rest @returns {(dir: string) => any[]} */
const at = (index, ...rest) => (dir) => [paths(dir)[index], ...rest]

const ONE_PATH = ['access', 'stat', 'lstat', 'readFile', 'readdir', 'readlink', 'realpath', 'rmdir', 'unlink', 'mkdir', 'rm', 'truncate', 'statfs']

for (const method of ONE_PATH) {
  test(`fs.${method}: every kind of file`, async (t) => {
    const { compare } = twins(t)
    for (let index = 0; index < COUNT; index++) {
      // Node makes text of these bytes before it looks for the file; ours finds it.
      const only = method === 'realpath' && index === 17 ? ['promise'] : undefined
      await compare(method, at(index), { only })
    }
  })

  test(`fs.${method}: what is no path`, async (t) => {
    const { compare } = twins(t)
    for (const value of BAD_PATHS) {
      // An integer is a descriptor there, in this process and not in ours.
      if ((method === 'readFile' || method === 'truncate') && typeof value === 'number') continue
      await compare(method, () => [value], { disk: false })
    }
  })
}

test('fs.exists', async (t) => {
  const { compare } = twins(t)
  for (let index = 0; index < COUNT; index++) await compare('exists', at(index), { only: ['sync', 'callback'] })
  for (const value of BAD_PATHS) await compare('exists', () => [value], { only: ['sync', 'callback'], disk: false })
})

test('fs.access and fs.copyFile: modes', async (t) => {
  const { compare } = twins(t)
  for (const mode of [0, 1, 2, 4, 6, 7]) for (const index of [0, 2, 5]) await compare('access', at(index, mode), { disk: false })
  for (const mode of [0, 1, 2, 3, 8, -1, 1.5, '1', null]) await compare('copyFile', (dir) => [`${dir}/file`, `${dir}/empty`, mode])
  await compare('copyFile', (dir) => [`${dir}/file`, `${dir}/new`, 4], { disk: false })
})

for (const method of ['rename', 'link', 'copyFile', 'symlink']) {
  test(`fs.${method}: two files`, async (t) => {
    const { compare } = twins(t)
    const pairs = [['file', 'new'], ['file', 'empty'], ['file', 'file'], ['missing', 'new'], ['folder', 'new'], ['folder', 'none'], ['none', 'folder'], ['file', 'folder'],
      ['folder', 'file'], ['file', 'missing/new'], ['link', 'new'], ['broken', 'new'], ['file', 'broken'], ['file', 'link'], ['folder', 'folder/deep/in'], ['file/x', 'new'], ['file', 'file/x']]
    for (const [one, two] of pairs) await compare(method, (dir) => [`${dir}/${one}`, `${dir}/${two}`])
    for (const value of BAD_PATHS) {
      await compare(method, (dir) => [value, `${dir}/new`])
      await compare(method, (dir) => [`${dir}/file`, value])
    }
  })
}

test('fs.symlink: types', async (t) => {
  const { compare } = twins(t)
  for (const type of ['file', 'dir', 'junction', 'other', '', null, 5]) await compare('symlink', (dir) => ['target', `${dir}/new`, type])
})

test('fs.readFile: options', async (t) => {
  const { compare } = twins(t)
  const options = ['utf8', 'UTF-8', 'hex', 'base64', 'latin1', 'ascii', 'utf16le', 'buffer', 'nothing', '', null, undefined, {}, { encoding: 'hex' }, { encoding: 'x' },
    { flag: 'r+' }, { flag: 'a+' }, { flag: 'w+' }, { flag: 'wx' }, { flag: 'no' }, { flag: 0 }, 5, true, { signal: 5 }, { signal: AbortSignal.abort() }]
  for (const option of options) await compare('readFile', at(0, option))
  await compare('readFile', at(13, 'utf8'))
  await compare('readFile', at(17, 'utf8'))
  await compare('readFile', () => ['/proc/version', 'utf8'], { disk: false })
})

for (const method of ['writeFile', 'appendFile']) {
  test(`fs.${method}`, async (t) => {
    const { compare } = twins(t)
    const data = ['text', 'é', '', Buffer.from('bytes'), new Uint16Array([1, 2]), new DataView(new ArrayBuffer(3))]
    for (const item of data) await compare(method, at(0, item))
    for (let index = 0; index < COUNT; index++) await compare(method, at(index, 'data'))
    const options = ['utf8', 'hex', 'latin1', 'nothing', { flag: 'a' }, { flag: 'wx' }, { flag: 'r+' }, { flag: 'r' }, { flag: 'no' }, { mode: 0o600 }, { mode: '600' }, { mode: '9' }, { mode: -1 },
      { mode: 1.5 }, { flush: true }, { flush: 1 }, null, 5, { signal: AbortSignal.abort() }]
    for (const option of options) {
      await compare(method, at(0, '6869', option))
      await compare(method, at(2, '6869', option))
    }
    for (const item of WRONG.filter((/** @type {unknown} */ value) => typeof value !== 'string' && !ArrayBuffer.isView(value))) {
      const iterable = typeof (/** @type {any} */ (item))?.[Symbol.iterator] === 'function'
      await compare(method, at(0, item), { only: iterable ? ['sync', 'callback'] : undefined })
    }
    await compare(method, at(0, ['a', 'b', Buffer.from('c')]), { only: ['promise'] })
    await compare(method, at(0, (async function * () { yield 'a'; yield 'b' })()), { only: [] })
  })
}

test('fs.readdir: options', async (t) => {
  const { compare } = twins(t)
  for (const option of ['utf8', 'hex', 'latin1', 'buffer', { encoding: 'buffer' }, { withFileTypes: true }, { withFileTypes: true, encoding: 'buffer' }, { recursive: false }, { recursive: 1 }, 'no', 5]) {
    // Its promise form looks at `recursive` without checking it.
    const only = /** @type {any} */ (option).recursive === 1 ? ['sync', 'callback'] : undefined
    await compare('readdir', (dir) => [dir, option], { only })
  }
})

test('fs.readdir: recursive, in whatever order', async (t) => {
  const { folders } = twins(t)
  const { populate } = await import('./support/twins.js')
  populate(folders.ours)
  for (const withFileTypes of [false, true]) {
    const names = async (/** @type {any} */ which) => [
      which.readdirSync(folders.ours, { recursive: true, withFileTypes }),
      await which.promises.readdir(folders.ours, { recursive: true, withFileTypes })
    ].map((list) => list.map((/** @type {any} */ entry) => withFileTypes ? [entry.parentPath, entry.name, entry.isDirectory(), entry.isSymbolicLink()].join() : entry).sort())
    assert.deepEqual(await names(fs), await names(nodeFs))
  }
})

test('fs.mkdir, fs.rm, fs.rmdir, fs.mkdtemp: options', async (t) => {
  const { compare } = twins(t)
  const names = ['new', 'new/a/b', 'new/a/b/', 'folder', 'folder/deep/x/y', 'file', 'file/x', 'file/x/y', 'link', 'broken', 'none/../new/x', '.', 'folderlink/new/x']
  for (const name of names) {
    await compare('mkdir', (dir) => [`${dir}/${name}`, { recursive: true }])
    await compare('mkdir', (dir) => [`${dir}/${name}`, { recursive: true, mode: 0o700 }])
  }
  for (const option of [0o700, '700', '8', -1, { mode: 0o711 }, { recursive: 1 }, { recursive: 'x' }, null]) await compare('mkdir', (dir) => [`${dir}/new`, option])
  for (const name of ['file', 'missing', 'folder', 'none', 'link', 'folderlink', 'broken', 'file/x']) {
    for (const option of [{}, { force: true }, { recursive: true }, { recursive: true, force: true, maxRetries: 2 }]) {
      // Its waiting form leaves one question out then, and fails at the next: 'unlink' instead of 'lstat'.
      const only = name === 'file/x' && option.force && option.recursive ? ['callback', 'promise'] : undefined
      await compare('rm', (dir) => [`${dir}/${name}`, option], { only })
    }
    await compare('rmdir', (dir) => [`${dir}/${name}`, {}])
  }
  for (const option of [{ force: 1 }, { recursive: 'x' }, { maxRetries: -1 }, { retryDelay: -1 }, { maxRetries: 'x' }, null, 5, 'x']) await compare('rm', (dir) => [`${dir}/file`, option])
  await compare('mkdtemp', (dir) => [`${dir}/temp-`], { disk: false })
  await compare('mkdtemp', (dir) => [`${dir}/temp-`, 'nothing'], { disk: false })
  await compare('mkdtemp', (dir) => [`${dir}/missing/temp-`], { disk: false })
  for (const value of BAD_PATHS.filter((value) => value !== '')) await compare('mkdtemp', () => [value], { disk: false })
})

test('fs: owners, permissions, times, lengths', async (t) => {
  const { compare } = twins(t)
  for (const method of ['chown', 'lchown']) {
    for (const [uid, gid] of [[1, 2], [-1, -1], [-2, 0], [2 ** 32, 0], [0, 1.5], ['0', 0], [undefined, undefined]]) await compare(method, at(0, uid, gid))
    for (const index of [2, 7, 10]) await compare(method, at(index, 1, 1))
  }
  for (const mode of [0o600, '755', 'abc', -1, 2 ** 32, 1.5, undefined, null, {}]) await compare('chmod', at(0, mode))
  for (const index of [2, 5, 7, 10]) await compare('chmod', at(index, 0o711))
  for (const method of ['utimes', 'lutimes']) {
    for (const index of [0, 2, 5, 7, 10]) await compare(method, at(index, 10, 20))
    for (const time of [1.5, '17', 'x', new Date(5000), -1, null, undefined, {}, true, Infinity, NaN]) await compare(method, at(0, time, 5))
    for (const time of ['x', null, {}]) await compare(method, at(0, 5, time))
  }
  for (const length of [0, 3, 20, -1, 1.5, '3', null, undefined, 2 ** 60]) await compare('truncate', at(0, length))
})

test('fs.stat: numbers and bigints', async (t) => {
  const { compare, folders } = twins(t)
  for (const method of ['stat', 'lstat', 'statfs']) for (const bigint of [true, false]) await compare(method, at(0, { bigint }))
  for (const method of ['statSync', 'lstatSync']) {
    for (const option of [undefined, { bigint: true }]) {
      assert.deepEqual({ .../** @type {any} */ (fs)[method](folders.ours, option) }, { .../** @type {any} */ (nodeFs)[method](folders.ours, option) }, 'the same file in full')
    }
  }
  for (const method of ['stat', 'lstat']) await compare(method, (dir) => [`${dir}/missing`, { throwIfNoEntry: false }])
  assert.deepEqual({ ...fs.statSync('/dev/null') }, { ...nodeFs.statSync('/dev/null') })
})

test('fs.cp', async (t) => {
  const { compare } = twins(t)
  const pairs = [['file', 'new'], ['file', 'empty'], ['folder', 'new'], ['folder', 'none'], ['folder', 'file'], ['file', 'folder'], ['missing', 'new'], ['folder', 'folder/deep/x'], ['file', 'file'],
    ['link', 'new'], ['link', 'broken'], ['file', 'a/b/c'], ['folderlink', 'new']]
  for (const option of [{}, { recursive: true }, { recursive: true, force: false }, { recursive: true, force: false, errorOnExist: true }, { recursive: true, dereference: true }, { verbatimSymlinks: true }]) {
    for (const [one, two] of pairs) {
      // Its waiting form gives the first error the number of EINVAL, and looks where a broken link points to.
      const only = (one === 'folder' && !option.recursive) || two === 'broken' ? ['callback', 'promise'] : undefined
      await compare('cp', (dir) => [`${dir}/${one}`, `${dir}/${two}`, option], { only })
    }
  }
  await compare('cp', (dir) => [`${dir}/folder`, `${dir}/new`, { recursive: true, filter: (/** @type {string} */ name) => !name.endsWith('/a') }])
  for (const option of [{ force: 1 }, { recursive: 'x' }, { mode: 9 }, { filter: 5 }, { dereference: true, verbatimSymlinks: true }, 5]) await compare('cp', (dir) => [`${dir}/file`, `${dir}/new`, option])
})

test('fs: every name', () => {
  const names = Object.keys(nodeFs)
  assert.deepEqual(names.filter((name) => !(name in fs)), [])
  assert.deepEqual(Object.keys(nodeFs.promises).filter((name) => !(name in fs.promises)), [])
  assert.deepEqual(Object.fromEntries(Object.keys(nodeFs.constants).filter((name) => !name.startsWith('EXT')).map((name) => [name, /** @type {any} */ (fs.constants)[name]])),
    Object.fromEntries(Object.entries(nodeFs.constants).filter(([name]) => !name.startsWith('EXT'))))
})

test('fs: without a callback', () => {
  const two = ['rename', 'link', 'symlink', 'copyFile', 'writeFile', 'appendFile', 'chmod', 'cp']
  for (const method of [...ONE_PATH.filter((name) => name !== 'rm'), ...two, 'exists', 'opendir', 'mkdtemp']) {
    for (const args of [['/missing/x'], ['/missing/x', undefined]]) {
      const [ours, nodes] = [fs, nodeFs].map((which) => {
        try {
          const names = two.includes(method) ? [...args, ...args.slice(0, 1)].reverse() : args
          const call = /** @type {any} */ (which)[method]
          call(...names)
        } catch (error) {
          const { name, code } = /** @type {any} */ (error)
          return { name, code }
        }
        return undefined
      })
      assert.deepEqual(ours, nodes, `${method}(${args})`)
    }
  }
})
