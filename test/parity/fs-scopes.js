/** What calls that reach many files do at the edges of `[capabilities]`: they go no further than what is listed. */
import assert from 'node:assert/strict'
import nodeFs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'

const root = nodeFs.mkdtempSync(path.join(nodeFs.realpathSync(os.tmpdir()), 'socket-scopes-'))
const at = (/** @type {string[]} */ ...names) => path.join(root, ...names)
const entry = (/** @type {string} */ name) => at(name).replaceAll('\\', '/')
process.env.SOCKET_HEADLESS_CAPABILITIES = JSON.stringify({
  read: [entry('mixed'), `${entry('mixed')}/open/**`],
  write: [`${entry('above')}/listed/**`]
})
for (const folder of ['mixed/open/deep', 'mixed/closed/deep', 'elsewhere']) nodeFs.mkdirSync(at(folder), { recursive: true })
for (const file of ['mixed/open/deep/a', 'mixed/closed/secret', 'elsewhere/secret']) nodeFs.writeFileSync(at(file), '')

// After the line above: a static import would come before it.
const { default: fs } = await import('socket:fs')
// The pipe to our native half does not keep this process alive, as no call keeps a page.
const alive = setInterval(() => {}, 1000)
after(() => {
  clearInterval(alive)
  nodeFs.rmSync(root, { recursive: true, force: true })
})

/** @param {Promise<unknown>} call */
const refused = (call) => assert.rejects(call, { code: 'ERR_ACCESS_DENIED' })

test('mkdir with parents makes none that is not listed', async () => {
  await assert.rejects(fs.promises.mkdir(at('above/listed/a/b'), { recursive: true }), (/** @type {any} */ error) => {
    assert.equal(error.code, 'ERR_ACCESS_DENIED')
    assert.equal(error.add, `write[] = ${entry('above')}`)
    return true
  })
  assert.ok(!nodeFs.existsSync(at('above')), 'nothing was made on the way')
  nodeFs.mkdirSync(at('above'))
  assert.equal(await fs.promises.mkdir(at('above/listed/a/b'), { recursive: true }), at('above/listed'))
  assert.ok(nodeFs.statSync(at('above/listed/a/b')).isDirectory())
  assert.equal(await fs.promises.mkdir(at('above/listed/a/b'), { recursive: true }), undefined)
  assert.equal(await fs.promises.mkdir(at('above/listed/a/../c/d'), { recursive: true }), at('above/listed/c'))
  await refused(fs.promises.mkdir(at('above/listed/../other/a'), { recursive: true }))
  assert.deepEqual(nodeFs.readdirSync(at('above')), ['listed'])
})

test('a list of all that is below is refused where a folder of it is not listed, and enters no link', async () => {
  await refused(fs.promises.readdir(at('mixed'), { recursive: true }))
  nodeFs.symlinkSync(at('elsewhere'), at('mixed/open/out'), 'dir')
  nodeFs.symlinkSync(at('mixed/closed'), at('mixed/open/in'), 'dir')
  const names = await fs.promises.readdir(at('mixed/open'), { recursive: true })
  assert.deepEqual(names.sort(), ['deep', path.join('deep', 'a'), 'in', 'out'])
  for (const link of ['in', 'out']) await refused(fs.promises.readdir(at('mixed/open', link)))
})

test('watching all that is below tells no names of folders that are not listed', { skip: process.platform !== 'linux' && 'other systems may tell several changes as one, in any order' }, async () => {
  /** @type {string[]} */
  const told = []
  const watcher = fs.watch(at('mixed'), { recursive: true })
  await new Promise((resolve, reject) => {
    watcher.on('error', reject)
    watcher.on('change', (/** @type {string} */ _, /** @type {string} */ name) => {
      told.push(name)
      // The last that was made, and the system tells in order.
      if (name === path.join('open', 'deep', 'last')) resolve(undefined)
      // Only once it is heard that watching has begun is the rest made.
      if (name === 'begun') {
        for (const file of ['mixed/closed/hidden', 'mixed/closed/deep/hidden', 'mixed/open/seen', 'mixed/open/deep/last']) nodeFs.writeFileSync(at(file), '')
      }
    })
    // `fs.watch` gives a watcher at once and begins in the background: repeated until it is heard.
    const begin = setInterval(() => {
      if (told.length > 0) return clearInterval(begin)
      nodeFs.rmSync(at('mixed/begun'), { force: true })
      nodeFs.writeFileSync(at('mixed/begun'), '')
    }, 50)
  })
  watcher.close()
  assert.deepEqual([...new Set(told)].sort(), ['begun', path.join('open', 'deep', 'last'), path.join('open', 'seen')].sort())
})
