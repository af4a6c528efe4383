/**
 * The numbers of `socket:fs`, those of the platform the app runs on.
 */
import args from 'socket:internal/args'

const { platform, arch } = /** @type {{ platform: string, arch: string }} */ (args)
const linux = platform === 'linux' || platform === 'android'
const windows = platform === 'win32'
const apple = platform === 'darwin' || platform === 'ios'
const arm = arch === 'arm64' || arch === 'arm'

/**
 * @param {number} onLinux
 * @param {number | undefined} onApple
 * @param {number | undefined} [onWindows]
 */
const of = (onLinux, onApple, onWindows = undefined) =>
  /** @type {number} */ (linux ? onLinux : apple ? onApple : windows ? onWindows : undefined)

export const UV_FS_SYMLINK_DIR = 1
export const UV_FS_SYMLINK_JUNCTION = 2

export const UV_DIRENT_UNKNOWN = 0
export const UV_DIRENT_FILE = 1
export const UV_DIRENT_DIR = 2
export const UV_DIRENT_LINK = 3
export const UV_DIRENT_FIFO = 4
export const UV_DIRENT_SOCKET = 5
export const UV_DIRENT_CHAR = 6
export const UV_DIRENT_BLOCK = 7

export const O_RDONLY = 0
export const O_WRONLY = 1
export const O_RDWR = 2
export const O_CREAT = of(0o100, 0x200, 0x100)
export const O_EXCL = of(0o200, 0x800, 0x400)
export const UV_FS_O_FILEMAP = windows ? 0x20000000 : 0
export const O_NOCTTY = of(0o400, 0x20000)
export const O_TRUNC = of(0o1000, 0x400, 0x200)
export const O_APPEND = of(0o2000, 0x8, 0x8)
export const O_DIRECTORY = of(arm ? 0o40000 : 0o200000, 0x100000)
export const O_NOATIME = of(0o1000000, undefined)
export const O_NOFOLLOW = of(arm ? 0o100000 : 0o400000, 0x100)
export const O_SYNC = of(0o4010000, 0x80)
export const O_DSYNC = of(0o10000, 0x400000)
export const O_SYMLINK = of(/** @type {any} */ (undefined), 0x200000)
export const O_DIRECT = of(arm ? 0o200000 : 0o40000, undefined)
export const O_NONBLOCK = of(0o4000, 0x4)
export const O_NDELAY = O_NONBLOCK
export const O_ASYNC = of(0o20000, 0x40)
export const O_CLOEXEC = of(0o2000000, 0x1000000)
export const O_LARGEFILE = of(arm ? 0o400000 : 0o100000, undefined)
export const O_PATH = of(0o10000000, undefined)
export const O_TMPFILE = O_DIRECTORY === undefined ? O_DIRECTORY : of(0o20000000 | O_DIRECTORY, undefined)

export const S_IFMT = 0o170000
export const S_IFREG = 0o100000
export const S_IFDIR = 0o040000
export const S_IFCHR = 0o020000
export const S_IFBLK = 0o060000
export const S_IFIFO = 0o010000
export const S_IFLNK = 0o120000
export const S_IFSOCK = 0o140000
export const S_IRWXU = 0o700
export const S_IRUSR = 0o400
export const S_IWUSR = 0o200
export const S_IXUSR = 0o100
export const S_IRWXG = 0o070
export const S_IRGRP = 0o040
export const S_IWGRP = 0o020
export const S_IXGRP = 0o010
export const S_IRWXO = 0o007
export const S_IROTH = 0o004
export const S_IWOTH = 0o002
export const S_IXOTH = 0o001

export const F_OK = 0
export const R_OK = 4
export const W_OK = 2
export const X_OK = 1

export const COPYFILE_EXCL = 1
export const COPYFILE_FICLONE = 2
export const COPYFILE_FICLONE_FORCE = 4
export const UV_FS_COPYFILE_EXCL = COPYFILE_EXCL
export const UV_FS_COPYFILE_FICLONE = COPYFILE_FICLONE
export const UV_FS_COPYFILE_FICLONE_FORCE = COPYFILE_FICLONE_FORCE
