/**
 * The same calls to node:fs and to socket:fs, in two folders that begin alike, must end alike: answers, errors and
 * what is on the disk afterwards.
 */
import assert from 'node:assert/strict'
import nodeFs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fs from 'socket:fs'

/** What a folder holds at the beginning. @param {string} dir */
export function populate (dir) {
  nodeFs.rmSync(dir, { recursive: true, force: true })
  nodeFs.mkdirSync(dir)
  nodeFs.writeFileSync(`${dir}/file`, 'hello world', { mode: 0o640 })
  nodeFs.writeFileSync(`${dir}/empty`, '')
  nodeFs.writeFileSync(`${dir}/é ☃ 😀`, 'snow')
  nodeFs.writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0x72, 0xff, 0x80])]), 'raw')
  nodeFs.mkdirSync(`${dir}/folder/deep/deeper`, { recursive: true })
  nodeFs.writeFileSync(`${dir}/folder/b`, 'b')
  nodeFs.writeFileSync(`${dir}/folder/a`, 'a')
  nodeFs.writeFileSync(`${dir}/folder/deep/c`, 'c')
  nodeFs.mkdirSync(`${dir}/none`)
  nodeFs.symlinkSync('file', `${dir}/link`)
  nodeFs.symlinkSync('folder', `${dir}/folderlink`)
  nodeFs.symlinkSync('nowhere', `${dir}/broken`)
  nodeFs.symlinkSync('loop', `${dir}/loop`)
  nodeFs.chmodSync(`${dir}/folder`, 0o750)
  for (const name of ['file', 'folder', 'empty']) nodeFs.utimesSync(`${dir}/${name}`, 1000, 2000)
}

/** Everything under a folder. @param {string} dir @param {string} [root] @returns {any} */
export function snapshot (dir, root = dir) {
  return nodeFs.readdirSync(dir, 'latin1').map((name) => {
    const file = Buffer.concat([Buffer.from(`${dir}/`), Buffer.from(name, 'latin1')])
    const stat = nodeFs.lstatSync(file)
    const content = stat.isSymbolicLink() ? nodeFs.readlinkSync(file).replace(root, '<dir>') : stat.isDirectory() ? snapshot(file.toString(), root) : nodeFs.readFileSync(file, 'latin1')
    return [name, stat.mode, stat.nlink, stat.uid, stat.gid, content]
  })
}

const TYPES = ['isDirectory', 'isFile', 'isSymbolicLink', 'isFIFO', 'isSocket', 'isBlockDevice', 'isCharacterDevice']
/** What two files never have in common. */
const UNEQUAL = new Set(['ino', 'atime', 'atimeMs', 'atimeNs', 'mtime', 'mtimeMs', 'mtimeNs', 'ctime', 'ctimeMs', 'ctimeNs', 'birthtime', 'birthtimeMs', 'birthtimeNs', 'bfree', 'bavail', 'ffree'])

/**
 * A value as it can be compared: without the folder's name, without the class of its Buffers.
 *
 * @param {any} value
 * @param {string} dir
 * @returns {any}
 */
export function plain (value, dir) {
  if (typeof value === 'string') return value.replaceAll(dir, '<dir>').replace(/temp-[A-Za-z0-9]{6}/, 'temp-<random>')
  if (value instanceof Uint8Array) return { bytes: plain(Buffer.from(value).toString('latin1'), dir) }
  if (Array.isArray(value)) return value.map((item) => plain(item, dir))
  if (value instanceof Date) return 'date'
  if (value === null || typeof value !== 'object') return value
  /** @type {Record<string, any>} */
  const copy = {}
  for (const [key, item] of Object.entries(value)) copy[key] = UNEQUAL.has(key) ? typeof item : plain(item, dir)
  for (const type of TYPES) if (typeof value[type] === 'function') copy[type] = value[type]()
  return copy
}

/** @param {any} error @param {string} dir */
export function plainError (error, dir) {
  if (!(error instanceof Error)) return { thrown: plain(error, dir) }
  const { name, code, errno, syscall, path, dest, message, info } = /** @type {any} */ (error)
  return plain({ name, code, errno, syscall, path, dest, message, info }, dir)
}

/** The three ways to call a function, each ending in something that can be compared. @type {Record<string, (fs: any, method: string, args: any[], dir: string) => Promise<any>>} */
export const forms = {
  async sync (fs, method, args, dir) {
    try {
      return { value: plain(fs[`${method}Sync`](...args), dir) }
    } catch (error) {
      return { error: plainError(error, dir) }
    }
  },

  async callback (fs, method, args, dir) {
    try {
      const [error, ...results] = await new Promise((resolve, reject) => {
        try {
          fs[method](...args, (/** @type {any[]} */ ...answer) => resolve(answer))
        } catch (error) {
          reject(error)
        }
      })
      return error instanceof Error ? { error: plainError(error, dir) } : { error, results: plain(results, dir) }
    } catch (error) {
      return { thrown: plainError(error, dir) }
    }
  },

  async promise (fs, method, args, dir) {
    return fs.promises[method](...args).then(
      (/** @type {any} */ value) => ({ value: plain(value, dir) }),
      (/** @type {any} */ error) => ({ error: plainError(error, dir) }))
  }
}

/** @param {any} value @returns {string} */
function text (value) {
  if (value instanceof Uint8Array) return `<${Buffer.from(value).toString('latin1')}>`
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') return String(value)
  return JSON.stringify(value) ?? String(value)
}

/**
 * Two folders that are removed when the tests have run.
 *
 * @param {import('node:test').TestContext} t
 */
export function twins (t) {
  const root = nodeFs.mkdtempSync(path.join(os.tmpdir(), 'parity-fs-'))
  t.after(() => nodeFs.rmSync(root, { recursive: true, force: true }))
  const folders = { ours: `${root}/one`, nodes: `${root}/two` }

  /**
   * @param {string} method
   * @param {(dir: string) => any[]} make arguments for a folder
   * @param {{ only?: string[], disk?: boolean }} [options]
   */
  async function compare (method, make, { only = Object.keys(forms), disk = true } = {}) {
    for (const form of only) {
      const results = []
      for (const [which, dir] of /** @type {[any, string][]} */ ([[fs, folders.ours], [nodeFs, folders.nodes]])) {
        populate(dir)
        const args = make(dir)
        const outcome = await forms[form](which, method, args, dir)
        results.push({ outcome, disk: disk ? snapshot(dir) : undefined })
      }
      const what = `${form} ${method}(${make('<dir>').map(text).join(', ')})`
      assert.deepEqual(results[0].outcome, results[1].outcome, what)
      assert.deepEqual(results[0].disk, results[1].disk, `${what}: the disk`)
    }
  }

  return { root, folders, compare }
}
