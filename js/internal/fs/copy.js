/**
 * `fs.cp`. It is made of other functions, so a page needs their routes: `fs.lstat`, `fs.stat`, `fs.copyFile` and
 * `fs.chmod`, for directories `fs.mkdir` and `fs.readdir`, for links `fs.readlink` and `fs.symlink`, to replace
 * what is there `fs.unlink`, and `fs.utimes` to keep times.
 */
import { ERR_INCOMPATIBLE_OPTION_PAIR, ERR_INVALID_RETURN_VALUE } from 'socket:internal/errors'
import * as entries from 'socket:internal/fs/entries'
import { systemError } from 'socket:internal/fs/errors'
import { toPath } from 'socket:internal/fs/path'
import { run, runSync } from 'socket:internal/fs/run'
import { validateBoolean, validateFunction, validateInteger, validateObject } from 'socket:internal/validators'
import { dirname, isAbsolute, join, parse, resolve, sep } from 'socket:path'

/**
 * @typedef {object} CopyOptions
 * @property {boolean} [dereference]
 * @property {boolean} [errorOnExist]
 * @property {(src: string, dest: string) => boolean | Promise<boolean>} [filter]
 * @property {boolean} [force]
 * @property {number} [mode]
 * @property {boolean} [preserveTimestamps]
 * @property {boolean} [recursive]
 * @property {boolean} [verbatimSymlinks]
 */

const DEFAULTS = { dereference: false, errorOnExist: false, force: true, preserveTimestamps: false, recursive: false, verbatimSymlinks: false }

/** @param {any} given @returns {CopyOptions} */
function checkOptions (given) {
  if (given === undefined) return DEFAULTS
  validateObject(given, 'options')
  const options = /** @type {any} */ ({ ...DEFAULTS, ...given })
  for (const name of Object.keys(DEFAULTS)) validateBoolean(options[name], `options.${name}`)
  if (options.mode === undefined || options.mode === null) options.mode = 0
  else validateInteger(options.mode, 'mode', 0, 7)
  if (options.dereference && options.verbatimSymlinks) throw new ERR_INCOMPATIBLE_OPTION_PAIR('dereference', 'verbatimSymlinks')
  if (options.filter !== undefined) validateFunction(options.filter, 'options.filter')
  return options
}

/** @param {any} a @param {any} b */
const identical = (a, b) => Boolean(b.ino && b.dev && a.ino === b.ino && a.dev === b.dev)

/** Whether a path leads into another, going by the names alone. @param {string} parent @param {string} path */
function isInside (parent, path) {
  const names = resolve(path).split(sep).filter(Boolean)
  return resolve(parent).split(sep).filter(Boolean).every((name, index) => names[index] === name)
}

/** @param {string} src @param {string} dest */
const intoItself = (src, dest) => systemError('ERR_FS_CP_EINVAL', 'EINVAL', `cannot copy ${src} to a subdirectory of self ${dest}`, dest)

/*
 * What follows are generators of plans (see run.js), so that waiting and not waiting share them: `yield` gives the
 * answer of a plan, or of a function that is called.
 */

/** @typedef {Generator<any, any, any>} Steps */

/** @param {any} plan @param {any} [instead] what stands for a missing file @returns {Steps} */
function * ifThere (plan, instead = null) {
  try {
    return yield plan
  } catch (error) {
    if (/** @type {any} */ (error).code === 'ENOENT') return instead
    throw error
  }
}

/** @param {string} src @param {string} dest @param {CopyOptions} options @returns {Steps} none: it is left out */
function * check (src, dest, options) {
  if (options.filter && !(yield () => options.filter?.(src, dest))) return undefined
  const stat = options.dereference ? entries.stat : entries.lstat
  const from = yield stat(src, { bigint: true })
  const to = yield * ifThere(stat(dest, { bigint: true }))
  if (to) {
    if (identical(from, to)) throw systemError('ERR_FS_CP_EINVAL', 'EINVAL', 'src and dest cannot be the same', dest)
    if (from.isDirectory() && !to.isDirectory()) {
      throw systemError('ERR_FS_CP_DIR_TO_NON_DIR', 'EISDIR', `cannot overwrite non-directory ${dest} with directory ${src}`, dest)
    }
    if (!from.isDirectory() && to.isDirectory()) {
      throw systemError('ERR_FS_CP_NON_DIR_TO_DIR', 'ENOTDIR', `cannot overwrite directory ${dest} with non-directory ${src}`, dest)
    }
  }
  if (from.isDirectory() && isInside(src, dest)) throw intoItself(src, dest)
  return { from, to }
}

/** No parent of the destination may be the source. @param {string} src @param {any} from @param {string} dest @returns {Steps} */
function * checkParents (src, from, dest) {
  const top = resolve(dirname(src))
  for (let parent = resolve(dirname(dest)); parent !== top && parent !== parse(parent).root; parent = dirname(parent)) {
    const stat = yield * ifThere(entries.stat(parent, { bigint: true }))
    if (stat === null) return
    if (identical(from, stat)) throw intoItself(src, dest)
  }
}

/** @param {string} src @param {string} dest @param {any} to @param {CopyOptions} options @returns {Steps} */
function * copy (src, dest, to, options) {
  const stat = yield (options.dereference ? entries.stat : entries.lstat)(src)
  if (stat.isDirectory()) {
    if (!options.recursive) throw systemError('ERR_FS_EISDIR', 'EISDIR', `${src} is a directory (not copied)`, src)
    yield * copyFolder(src, dest, to, stat.mode, options)
  } else if (stat.isFile() || stat.isCharacterDevice() || stat.isBlockDevice()) {
    yield * copyOne(src, dest, to, stat.mode, options)
  } else if (stat.isSymbolicLink()) {
    yield * copyLink(src, dest, to, options)
  } else if (stat.isSocket()) {
    throw systemError('ERR_FS_CP_SOCKET', 'EINVAL', `cannot copy a socket file: ${dest}`, dest)
  } else if (stat.isFIFO()) {
    throw systemError('ERR_FS_CP_FIFO_PIPE', 'EINVAL', `cannot copy a FIFO pipe: ${dest}`, dest)
  } else {
    throw systemError('ERR_FS_CP_UNKNOWN', 'EINVAL', `cannot copy an unknown file type: ${dest}`, dest)
  }
}

/** @param {string} src @param {string} dest @param {any} to @param {number} mode @param {CopyOptions} options @returns {Steps} */
function * copyOne (src, dest, to, mode, options) {
  if (to) {
    if (!options.force) {
      if (options.errorOnExist) throw systemError('ERR_FS_CP_EEXIST', 'EEXIST', `${dest} already exists`, dest)
      return
    }
    yield entries.unlink(dest)
  }
  yield entries.copyFile(src, dest, options.mode)
  if (options.preserveTimestamps) {
    // Reading the source has changed the time of its last read.
    const { atime, mtime } = yield entries.stat(src)
    yield entries.utimes(dest, atime, mtime)
  }
  yield entries.chmod(dest, mode)
}

/** @param {string} src @param {string} dest @param {any} to @param {number} mode @param {CopyOptions} options @returns {Steps} */
function * copyFolder (src, dest, to, mode, options) {
  if (!to) yield entries.mkdir(dest)
  for (const name of yield entries.readdir(src)) {
    const checked = yield * check(join(src, name), join(dest, name), options)
    if (checked !== undefined) yield * copy(join(src, name), join(dest, name), checked.to, options)
  }
  if (!to) yield entries.chmod(dest, mode)
}

/** @param {string} src @param {string} dest @param {any} to @param {CopyOptions} options @returns {Steps} */
function * copyLink (src, dest, to, options) {
  let target = yield entries.readlink(src)
  if (!options.verbatimSymlinks && !isAbsolute(target)) target = resolve(dirname(src), target)
  if (to?.isSymbolicLink()) {
    const there = resolve(dirname(dest), yield entries.readlink(dest))
    if (isInside(target, there)) {
      throw systemError('ERR_FS_CP_EINVAL', 'EINVAL', `cannot copy ${target} to a subdirectory of self ${there}`, dest)
    }
    const stat = yield entries.stat(src)
    if (stat.isDirectory() && isInside(there, target)) {
      throw systemError('ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY', 'EINVAL', `cannot overwrite ${there} with ${target}`, dest)
    }
    yield entries.unlink(dest)
  }
  yield entries.symlink(target, dest)
}

/** @param {string} src @param {string} dest @param {CopyOptions} options @returns {Steps} */
function * steps (src, dest, options) {
  const checked = yield * check(src, dest, options)
  if (checked === undefined) return
  yield * checkParents(src, checked.from, dest)
  if ((yield * ifThere(entries.stat(dirname(dest)))) === null) yield entries.mkdir(dirname(dest), { recursive: true })
  yield * copy(src, dest, checked.to, options)
}

/**
 * Checks the arguments; what it returns does the work.
 *
 * @param {import('socket:internal/fs/path').PathLike} src
 * @param {import('socket:internal/fs/path').PathLike} dest
 * @param {CopyOptions} [options]
 */
export function startCopy (src, dest, options = undefined) {
  const checked = checkOptions(options)
  const work = steps(String(toPath(src, 'src')), String(toPath(dest, 'dest')), checked)
  return async () => {
    let step = work.next()
    while (!step.done) {
      const { value } = step
      const result = typeof value === 'function' ? Promise.resolve().then(value) : run(value)
      step = await result.then((answer) => () => work.next(answer), (error) => () => work.throw(error)).then((next) => next())
    }
  }
}

/**
 * @param {import('socket:internal/fs/path').PathLike} src
 * @param {import('socket:internal/fs/path').PathLike} dest
 * @param {CopyOptions} [options]
 */
export async function cp (src, dest, options = undefined) {
  await startCopy(src, dest, options)()
}

/**
 * @param {import('socket:internal/fs/path').PathLike} src
 * @param {import('socket:internal/fs/path').PathLike} dest
 * @param {CopyOptions} [options]
 */
export function cpSync (src, dest, options = undefined) {
  const checked = checkOptions(options)
  const work = steps(String(toPath(src, 'src')), String(toPath(dest, 'dest')), checked)
  let step = work.next()
  while (!step.done) {
    const { value } = step
    let answer
    try {
      answer = typeof value === 'function' ? waitless(value()) : runSync(value)
    } catch (error) {
      step = work.throw(error)
      continue
    }
    step = work.next(answer)
  }
}

/** @param {unknown} answer of a filter */
function waitless (answer) {
  if (typeof (/** @type {any} */ (answer))?.then === 'function') {
    throw new ERR_INVALID_RETURN_VALUE('boolean', 'filter', answer)
  }
  return answer
}
