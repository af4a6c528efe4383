//! Linux, macOS, Android and iOS.

use std::ffi::{CString, OsStr, OsString};
use std::fs::{DirBuilder, File, FileType, Metadata, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::mem::MaybeUninit;
#[cfg(any(target_os = "linux", target_os = "android"))]
use std::os::fd::FromRawFd;
#[cfg(target_os = "linux")]
use std::os::fd::RawFd;
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{DirBuilderExt, FileExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
#[cfg(any(target_os = "linux", target_os = "android"))]
use std::path::Component;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::fs::entry::Kind;
use crate::fs::meta::{Integer, Stat, StatFs, Time};

fn c_string(path: impl AsRef<OsStr>) -> io::Result<CString> {
    Ok(CString::new(path.as_ref().as_bytes())?)
}

fn check(result: i32) -> io::Result<()> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

pub(in crate::fs) fn open(path: &Path, flags: i32, mode: u32) -> io::Result<File> {
    let access = flags & libc::O_ACCMODE;
    OpenOptions::new()
        .read(access != libc::O_WRONLY)
        .write(access != libc::O_RDONLY)
        .custom_flags(flags)
        .mode(mode)
        .open(path)
}

/// What opening with some flags does.
pub(in crate::fs) struct Opening {
    pub(in crate::fs) reads: bool,
    pub(in crate::fs) writes: bool,
    /// Whether a link at the end of the path is followed.
    pub(in crate::fs) follows: bool,
}

pub(in crate::fs) fn opening(flags: i32) -> Opening {
    let access = flags & libc::O_ACCMODE;
    let changes = libc::O_CREAT | libc::O_TRUNC | libc::O_APPEND;
    let exclusive = libc::O_CREAT | libc::O_EXCL;
    Opening {
        reads: access != libc::O_WRONLY,
        writes: access != libc::O_RDONLY || flags & changes != 0,
        follows: flags & libc::O_NOFOLLOW == 0 && flags & exclusive != exclusive,
    }
}

/// Opens a path on which there was no link a moment ago, and fails if there is one now.
pub(in crate::fs) fn open_exact(path: &Path, flags: i32, mode: u32) -> io::Result<File> {
    #[cfg(target_os = "linux")]
    {
        // openat2 refuses bits that open ignores.
        let known = libc::O_ACCMODE
            | libc::O_CREAT
            | libc::O_EXCL
            | libc::O_NOCTTY
            | libc::O_TRUNC
            | libc::O_APPEND
            | libc::O_NONBLOCK
            | libc::O_DSYNC
            | libc::O_SYNC
            | libc::O_DIRECT
            | libc::O_DIRECTORY
            | libc::O_NOFOLLOW
            | libc::O_NOATIME;
        match open_without_links(path, flags & known, mode) {
            // Kernels before 5.6, containers that do not let it through, and flags that open is less strict about.
            Err(error) if matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EPERM | libc::EINVAL)) => {
            }
            opened => return opened.map(File::from),
        }
    }
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let (Some(parent), Some(name)) = (path.parent(), path.file_name()) {
        let parent = walk(parent)?;
        return open(&named(&parent).join(name), flags | libc::O_NOFOLLOW, mode);
    }
    #[cfg(target_vendor = "apple")]
    let without = libc::O_NOFOLLOW_ANY;
    #[cfg(not(target_vendor = "apple"))]
    let without = libc::O_NOFOLLOW;
    open(path, flags | without, mode)
}

#[cfg(target_os = "linux")]
fn open_without_links(path: &Path, flags: i32, mode: u32) -> io::Result<OwnedFd> {
    let path = c_string(path)?;
    // SAFETY: plain numbers, for which zero is a value.
    let mut how: libc::open_how = unsafe { std::mem::zeroed() };
    how.flags = u64::from((flags | libc::O_CLOEXEC).unsigned_abs());
    how.mode = if flags & libc::O_CREAT != 0 { u64::from(mode & 0o7777) } else { 0 };
    how.resolve = libc::RESOLVE_NO_SYMLINKS;
    // SAFETY: the path ends with a null byte, and the structure is as long as said.
    let fd = unsafe {
        libc::syscall(libc::SYS_openat2, libc::AT_FDCWD, path.as_ptr(), &raw const how, size_of_val(&how))
    };
    match RawFd::try_from(fd) {
        // SAFETY: the descriptor is new, and ours alone.
        Ok(fd) if fd >= 0 => Ok(unsafe { OwnedFd::from_raw_fd(fd) }),
        _ => Err(io::Error::last_os_error()),
    }
}

/// What keeps a file in its place while it is used by a path.
pub(in crate::fs) type Held = OwnedFd;

/// Holds what a path names on which there was no link a moment ago, and fails if there is one now. The path that comes
/// back leads to it for as long as it is held, whatever is renamed meanwhile.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(in crate::fs) fn hold(path: &Path) -> io::Result<(PathBuf, Option<Held>)> {
    #[cfg(target_os = "linux")]
    let held = match open_without_links(path, libc::O_PATH, 0) {
        Err(error) if matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EPERM)) => walk(path),
        held => held,
    }?;
    // Android ends apps that make a system call which it does not know.
    #[cfg(target_os = "android")]
    let held = walk(path)?;
    Ok((named(&held), Some(held)))
}

/// Holds an entry of what is held.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(in crate::fs) fn hold_in(
    folder: &Path,
    held: Option<&Held>,
    name: &OsStr,
) -> io::Result<(PathBuf, Option<Held>)> {
    match held {
        Some(held) => step(held, name).map(|next| (named(&next), Some(next))),
        None => hold(&folder.join(name)),
    }
}

/// Apple's systems have no path for a descriptor.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(in crate::fs) fn hold(path: &Path) -> io::Result<(PathBuf, Option<Held>)> {
    Ok((path.to_path_buf(), None))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(in crate::fs) fn hold_in(
    folder: &Path,
    _: Option<&Held>,
    name: &OsStr,
) -> io::Result<(PathBuf, Option<Held>)> {
    hold(&folder.join(name))
}

/// The same without the system's help: name by name, from the root.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn walk(path: &Path) -> io::Result<OwnedFd> {
    // SAFETY: a constant path.
    let root = unsafe { libc::open(c"/".as_ptr(), libc::O_PATH | libc::O_CLOEXEC) };
    check(root)?;
    // SAFETY: the descriptor is new, and ours alone.
    let root = unsafe { OwnedFd::from_raw_fd(root) };
    let mut names = path.components().filter(|part| matches!(part, Component::Normal(_)));
    names.try_fold(root, |at, name| step(&at, name.as_os_str()))
}

/// One name further.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn step(at: &OwnedFd, name: &OsStr) -> io::Result<OwnedFd> {
    let name = c_string(name)?;
    // SAFETY: the directory is open and the name ends with a null byte.
    let next = unsafe {
        libc::openat(at.as_raw_fd(), name.as_ptr(), libc::O_PATH | libc::O_CLOEXEC | libc::O_NOFOLLOW)
    };
    check(next)?;
    // SAFETY: the descriptor is new, and ours alone.
    let next = File::from(unsafe { OwnedFd::from_raw_fd(next) });
    // What such a descriptor of a link tells is the link's own.
    if next.metadata()?.is_symlink() { Err(link()) } else { Ok(next.into()) }
}

/// A path to what a descriptor holds.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn named(held: &OwnedFd) -> PathBuf {
    format!("/proc/self/fd/{}", held.as_raw_fd()).into()
}

/// There is a link where none is followed.
pub(in crate::fs) fn link() -> io::Error {
    io::Error::from_raw_os_error(libc::ELOOP)
}

/// Whether that was why.
pub(in crate::fs) fn is_link(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ELOOP)
}

/// Whether a file was opened for writing.
pub(in crate::fs) fn is_writable(file: &File) -> io::Result<bool> {
    // SAFETY: the descriptor is open.
    let flags = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GETFL) };
    check(flags)?;
    Ok(flags & libc::O_ACCMODE != libc::O_RDONLY)
}

/// Closes a file and tells what the system says to that: some report a failed write only here.
pub(in crate::fs) fn close(file: File) -> io::Result<()> {
    // SAFETY: the descriptor was just taken out of its only owner.
    check(unsafe { libc::close(file.into_raw_fd()) })
}

pub(in crate::fs) fn read(mut file: &File, buffer: &mut [u8], position: Option<u64>) -> io::Result<usize> {
    match position {
        Some(position) => file.read_at(buffer, position),
        None => file.read(buffer),
    }
}

pub(in crate::fs) fn write(mut file: &File, bytes: &[u8], position: Option<u64>) -> io::Result<usize> {
    match position {
        Some(position) => file.write_at(bytes, position),
        None => file.write(bytes),
    }
}

pub(in crate::fs) fn special(kind: FileType) -> char {
    if kind.is_fifo() {
        '4'
    } else if kind.is_socket() {
        '5'
    } else if kind.is_char_device() {
        '6'
    } else if kind.is_block_device() {
        '7'
    } else {
        '0'
    }
}

pub(in crate::fs) fn stat(path: &Path) -> io::Result<Stat> {
    std::fs::metadata(path).map(|metadata| known(&metadata))
}

pub(in crate::fs) fn lstat(path: &Path) -> io::Result<Stat> {
    std::fs::symlink_metadata(path).map(|metadata| known(&metadata))
}

pub(in crate::fs) fn fstat(file: &File) -> io::Result<Stat> {
    file.metadata().map(|metadata| known(&metadata))
}

fn known(metadata: &Metadata) -> Stat {
    let birthtime = metadata.created().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let time = |seconds, nanoseconds: i64| (seconds, u32::try_from(nanoseconds).unwrap_or(0));
    Stat {
        dev: Integer(metadata.dev().into()),
        mode: metadata.mode(),
        nlink: Integer(metadata.nlink().into()),
        uid: metadata.uid(),
        gid: metadata.gid(),
        rdev: Integer(metadata.rdev().into()),
        blksize: Integer(metadata.blksize().into()),
        ino: Integer(metadata.ino().into()),
        size: Integer(metadata.size().into()),
        blocks: Integer(metadata.blocks().into()),
        atime: time(metadata.atime(), metadata.atime_nsec()),
        mtime: time(metadata.mtime(), metadata.mtime_nsec()),
        ctime: time(metadata.ctime(), metadata.ctime_nsec()),
        birthtime: birthtime
            .map_or((0, 0), |time| (i64::try_from(time.as_secs()).unwrap_or(i64::MAX), time.subsec_nanos())),
    }
}

#[allow(clippy::useless_conversion, clippy::unnecessary_cast, reason = "the types differ between systems")]
pub(in crate::fs) fn statfs(path: &Path) -> io::Result<StatFs> {
    let path = c_string(path)?;
    let mut stats = MaybeUninit::<libc::statfs>::uninit();
    // SAFETY: the path ends with a null byte and the system fills the structure.
    check(unsafe { libc::statfs(path.as_ptr(), stats.as_mut_ptr()) })?;
    // SAFETY: filled, because the call succeeded.
    let stats = unsafe { stats.assume_init() };
    Ok(StatFs {
        kind: Integer(stats.f_type as i128),
        bsize: Integer(stats.f_bsize as i128),
        blocks: Integer(stats.f_blocks as i128),
        bfree: Integer(stats.f_bfree as i128),
        bavail: Integer(stats.f_bavail as i128),
        files: Integer(stats.f_files as i128),
        ffree: Integer(stats.f_ffree as i128),
    })
}

pub(in crate::fs) fn access(path: &Path, mode: i32) -> io::Result<()> {
    let path = c_string(path)?;
    // SAFETY: the path ends with a null byte.
    check(unsafe { libc::access(path.as_ptr(), mode) })
}

pub(in crate::fs) fn chmod(path: &Path, mode: u32) -> io::Result<()> {
    std::fs::set_permissions(path, Permissions::from_mode(mode))
}

pub(in crate::fs) fn fchmod(file: &File, mode: u32) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(mode))
}

pub(in crate::fs) use std::os::unix::fs::{chown, fchown, lchown};

fn specs(atime: Time, mtime: Time) -> [libc::timespec; 2] {
    [atime, mtime].map(|(seconds, nanoseconds)| {
        // SAFETY: plain numbers, for which zero is a value; some systems have padding fields besides.
        let mut spec: libc::timespec = unsafe { std::mem::zeroed() };
        spec.tv_sec = seconds as libc::time_t;
        // Below 10^9 always.
        spec.tv_nsec = nanoseconds as _;
        spec
    })
}

pub(in crate::fs) fn utimes(path: &Path, atime: Time, mtime: Time, follow: bool) -> io::Result<()> {
    let path = c_string(path)?;
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path ends with a null byte, and there are two times.
    check(unsafe { libc::utimensat(libc::AT_FDCWD, path.as_ptr(), specs(atime, mtime).as_ptr(), flags) })
}

pub(in crate::fs) fn futimes(file: &File, atime: Time, mtime: Time) -> io::Result<()> {
    // SAFETY: the file is open, and there are two times.
    check(unsafe { libc::futimens(file.as_raw_fd(), specs(atime, mtime).as_ptr()) })
}

pub(in crate::fs) fn mkdir(path: &Path, mode: u32) -> io::Result<()> {
    DirBuilder::new().mode(mode).create(path)
}

/// Makes a directory; its name is the template with other letters for the last six.
pub(in crate::fs) fn mkdtemp(template: &OsStr) -> io::Result<PathBuf> {
    let mut path = c_string(template)?.into_bytes_with_nul();
    // SAFETY: the template ends with a null byte and is ours to be written.
    if unsafe { libc::mkdtemp(path.as_mut_ptr().cast()) }.is_null() {
        return Err(io::Error::last_os_error());
    }
    path.pop();
    Ok(OsString::from_vec(path).into())
}

pub(in crate::fs) use std::fs::{read_dir, read_link as readlink, remove_file as unlink};

pub(in crate::fs) fn symlink(target: &Path, path: &Path, _: Option<Kind>) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

pub(in crate::fs) fn realpath(path: &Path) -> io::Result<PathBuf> {
    std::fs::canonicalize(path)
}

const EXCLUSIVE: u32 = 1;
const CLONE: u32 = 2;
const CLONE_ONLY: u32 = 4;

/// `exact`: no link is followed at the end of the destination.
pub(in crate::fs) fn copy(path: &Path, dest: &Path, mode: u32, exact: bool) -> io::Result<()> {
    #[cfg(target_vendor = "apple")]
    if mode & (CLONE | CLONE_ONLY) != 0 {
        match clone(path, dest) {
            Err(error) if mode & CLONE_ONLY != 0 => return Err(error),
            Err(_) => {}
            Ok(()) => return Ok(()),
        }
    }
    let mut from = File::open(path)?;
    let metadata = from.metadata()?;
    let mut options = OpenOptions::new();
    options.write(true).mode(metadata.mode()).custom_flags(if exact { libc::O_NOFOLLOW } else { 0 });
    if mode & EXCLUSIVE != 0 {
        options.create_new(true)
    } else {
        options.create(true)
    };
    let mut to = options.open(dest)?;
    let there = to.metadata()?;
    if (there.dev(), there.ino()) == (metadata.dev(), metadata.ino()) {
        return Ok(());
    }
    let copied = copy_content(&mut from, &mut to, &metadata, mode);
    if copied.is_err() {
        // Half a copy is worse than none; that it cannot be removed says less than why it failed.
        let _ = std::fs::remove_file(dest);
    }
    copied
}

#[cfg_attr(
    target_vendor = "apple",
    expect(unused_variables, reason = "a clone was tried before there was a file")
)]
fn copy_content(from: &mut File, to: &mut File, metadata: &Metadata, mode: u32) -> io::Result<()> {
    to.set_len(0)?;
    to.set_permissions(metadata.permissions())?;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if mode & (CLONE | CLONE_ONLY) != 0 {
        match clone(from, to) {
            Err(error) if mode & CLONE_ONLY != 0 => return Err(error),
            Err(_) => {}
            Ok(()) => return Ok(()),
        }
    }
    io::copy(from, to).map(drop)
}

/// Lets two files share their blocks until one of them changes.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn clone(from: &File, to: &File) -> io::Result<()> {
    // SAFETY: both files are open, and this request takes a descriptor.
    check(unsafe { libc::ioctl(to.as_raw_fd(), libc::FICLONE as _, from.as_raw_fd()) })
}

/// Makes a file that shares its blocks with another until one of them changes; its name must be free.
#[cfg(target_vendor = "apple")]
fn clone(path: &Path, dest: &Path) -> io::Result<()> {
    let [path, dest] = [c_string(path)?, c_string(dest)?];
    // SAFETY: both paths end with null bytes.
    check(unsafe { libc::clonefile(path.as_ptr(), dest.as_ptr(), 0) })
}
