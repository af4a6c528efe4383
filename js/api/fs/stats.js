/**
 * What is known about a file or a file system.
 */
import args from 'socket:internal/args'
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK } from 'socket:fs/constants'

/** @typedef {import('../../internal/routes.d.ts').fs.Stat} NativeStat */
/** @typedef {import('../../internal/routes.d.ts').fs.StatFs} NativeStatFs */

/** Types of files that Windows does not have. */
const absent = new Set(args.platform === 'win32' ? [S_IFIFO, S_IFBLK, S_IFSOCK] : [])

/** @param {any} stats @param {number} type */
function isType (stats, type) {
  return !absent.has(type) && (Number(stats.mode) & S_IFMT) === type
}

class StatsBase {
  isDirectory () { return isType(this, S_IFDIR) }
  isFile () { return isType(this, S_IFREG) }
  isBlockDevice () { return isType(this, S_IFBLK) }
  isCharacterDevice () { return isType(this, S_IFCHR) }
  isSymbolicLink () { return isType(this, S_IFLNK) }
  isFIFO () { return isType(this, S_IFIFO) }
  isSocket () { return isType(this, S_IFSOCK) }
}

/** @param {number | bigint} ms */
function date (ms) {
  // Date cuts fractions off towards zero; the nearest millisecond is wanted.
  return new Date(Math.round(Number(ms)))
}

export class Stats extends StatsBase {
  /**
   * @param {number} dev @param {number} mode @param {number} nlink @param {number} uid @param {number} gid
   * @param {number} rdev @param {number} blksize @param {number} ino @param {number} size @param {number} blocks
   * @param {number} atimeMs @param {number} mtimeMs @param {number} ctimeMs @param {number} birthtimeMs
   */
  constructor (dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, atimeMs, mtimeMs, ctimeMs, birthtimeMs) {
    super()
    this.dev = dev
    this.mode = mode
    this.nlink = nlink
    this.uid = uid
    this.gid = gid
    this.rdev = rdev
    this.blksize = blksize
    this.ino = ino
    this.size = size
    this.blocks = blocks
    this.atimeMs = atimeMs
    this.mtimeMs = mtimeMs
    this.ctimeMs = ctimeMs
    this.birthtimeMs = birthtimeMs
    this.atime = date(atimeMs)
    this.mtime = date(mtimeMs)
    this.ctime = date(ctimeMs)
    this.birthtime = date(birthtimeMs)
  }
}

export class BigIntStats extends StatsBase {
  /**
   * @param {bigint} dev @param {bigint} mode @param {bigint} nlink @param {bigint} uid @param {bigint} gid
   * @param {bigint} rdev @param {bigint} blksize @param {bigint} ino @param {bigint} size @param {bigint} blocks
   * @param {bigint} atimeNs @param {bigint} mtimeNs @param {bigint} ctimeNs @param {bigint} birthtimeNs
   */
  constructor (dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, atimeNs, mtimeNs, ctimeNs, birthtimeNs) {
    super()
    this.dev = dev
    this.mode = mode
    this.nlink = nlink
    this.uid = uid
    this.gid = gid
    this.rdev = rdev
    this.blksize = blksize
    this.ino = ino
    this.size = size
    this.blocks = blocks
    this.atimeMs = atimeNs / 1_000_000n
    this.mtimeMs = mtimeNs / 1_000_000n
    this.ctimeMs = ctimeNs / 1_000_000n
    this.birthtimeMs = birthtimeNs / 1_000_000n
    this.atimeNs = atimeNs
    this.mtimeNs = mtimeNs
    this.ctimeNs = ctimeNs
    this.birthtimeNs = birthtimeNs
    this.atime = date(this.atimeMs)
    this.mtime = date(this.mtimeMs)
    this.ctime = date(this.ctimeMs)
    this.birthtime = date(this.birthtimeMs)
  }
}

export class StatFs {
  /** @param {any} type @param {any} bsize @param {any} blocks @param {any} bfree @param {any} bavail @param {any} files @param {any} ffree */
  constructor (type, bsize, blocks, bfree, bavail, files, ffree) {
    this.type = type
    this.bsize = bsize
    this.blocks = blocks
    this.bfree = bfree
    this.bavail = bavail
    this.files = files
    this.ffree = ffree
  }
}

/** @param {[number, number]} time seconds and nanoseconds */
const milliseconds = ([seconds, nanoseconds]) => seconds * 1000 + nanoseconds / 1_000_000
/** @param {[number, number]} time */
const nanoseconds = ([seconds, nanoseconds]) => BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)

/**
 * @param {NativeStat} stat
 * @param {boolean | undefined} bigint
 * @returns {any}
 */
export function fromNative (stat, bigint) {
  const { dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, atime, mtime, ctime, birthtime } = stat
  const numbers = [dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks]
  const times = [atime, mtime, ctime, birthtime]
  return bigint
    // @ts-expect-error: as many as there are parameters
    ? new BigIntStats(...numbers.map(BigInt), ...times.map(nanoseconds))
    // @ts-expect-error: the same
    : new Stats(...numbers.map(Number), ...times.map(milliseconds))
}

/**
 * @param {NativeStatFs} stat
 * @param {boolean | undefined} bigint
 */
export function fromNativeStatFs ({ type, bsize, blocks, bfree, bavail, files, ffree }, bigint) {
  const kind = bigint ? BigInt : Number
  return new StatFs(kind(type), kind(bsize), kind(blocks), kind(bfree), kind(bavail), kind(files), kind(ffree))
}

export default { Stats, BigIntStats, StatFs }
