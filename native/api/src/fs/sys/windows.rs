//! Windows, as Node behaves there.

use std::ffi::{OsStr, OsString};
use std::fs::{File, FileTimes, FileType, OpenOptions, ReadDir};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::windows::ffi::{OsStrExt, OsStringExt};
use std::os::windows::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::os::windows::io::{AsRawHandle, FromRawHandle};
use std::path::{Path, PathBuf};
use std::ptr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_DIRECTORY, ERROR_INVALID_HANDLE, ERROR_INVALID_NAME, ERROR_INVALID_PARAMETER,
    ERROR_PRIVILEGE_NOT_HELD, ERROR_SHARING_VIOLATION, INVALID_HANDLE_VALUE,
};
use windows_sys::Win32::Security::Cryptography::{BCRYPT_USE_SYSTEM_PREFERRED_RNG, BCryptGenRandom};
use windows_sys::Win32::Storage::FileSystem as api;

use super::rules;
use crate::fs::meta::{Integer, Stat, StatFs, Time};

pub(in crate::fs) use super::link::{readlink, realpath, symlink, unlink};

pub(super) fn error(code: u32) -> io::Error {
    io::Error::from_raw_os_error(code.cast_signed())
}

fn is(error: &io::Error, code: u32) -> bool {
    error.raw_os_error() == Some(code.cast_signed())
}

/// Calls of the system answer 0 when they fail.
pub(super) fn check(result: i32) -> io::Result<()> {
    if result == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// A path for calls of the system, of any length.
pub(super) fn wide(path: &Path) -> io::Result<Vec<u16>> {
    // Longer ones the system takes in one form only. Room is left for the name of a file in a directory.
    const LONG: usize = 248;
    let mut wide: Vec<u16> = path.as_os_str().encode_wide().collect();
    if wide.contains(&0) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    if wide.len() >= LONG {
        wide = rules::verbatim(&std::path::absolute(path)?.as_os_str().encode_wide().collect::<Vec<_>>());
    }
    wide.push(0);
    Ok(wide)
}

/// Opens a file or directory for what is known about it; the link itself when it is not to be followed.
pub(super) fn open_for(path: &Path, rights: u32, follow: bool) -> io::Result<File> {
    let reparse = if follow { 0 } else { api::FILE_FLAG_OPEN_REPARSE_POINT };
    OpenOptions::new().access_mode(rights).custom_flags(api::FILE_FLAG_BACKUP_SEMANTICS | reparse).open(path)
}

pub(in crate::fs) use rules::{Opening, opening};

/// Windows has no way to open a path without links in it: what was decided about a moment ago is opened.
pub(in crate::fs) fn open_exact(path: &Path, flags: i32, mode: u32) -> io::Result<File> {
    open(path, flags, mode)
}

/// What keeps a file in its place while it is used by a path: nothing here.
pub(in crate::fs) enum Held {}

/// Windows has no path for what is open: what was decided about a moment ago is used by its real name.
#[allow(clippy::unnecessary_wraps, reason = "other systems are asked")]
pub(in crate::fs) fn hold(path: &Path) -> io::Result<(PathBuf, Option<Held>)> {
    Ok((path.to_path_buf(), None))
}

/// An entry of it.
pub(in crate::fs) fn hold_in(
    folder: &Path,
    _: Option<&Held>,
    name: &OsStr,
) -> io::Result<(PathBuf, Option<Held>)> {
    hold(&folder.join(name))
}

/// There is a link where none is followed.
pub(in crate::fs) fn link() -> io::Error {
    io::ErrorKind::InvalidInput.into()
}

/// Whether that was why. Nothing here says so.
pub(in crate::fs) fn is_link(_: &io::Error) -> bool {
    false
}

/// What a file was not opened for, the system refuses by itself.
#[allow(clippy::unnecessary_wraps, reason = "other systems are asked")]
pub(in crate::fs) fn is_writable(_: &File) -> io::Result<bool> {
    Ok(true)
}

pub(in crate::fs) fn open(path: &Path, flags: i32, mode: u32) -> io::Result<File> {
    let invalid = || error(ERROR_INVALID_PARAMETER);
    let mut options = OpenOptions::new();
    // The library wants to write where it creates; which rights are asked for is said by `access_mode` alone.
    options.read(true).write(true);
    options.access_mode(rules::access(flags).ok_or_else(invalid)?);
    let rules::Creation { create, create_new, truncate, alone } = rules::creation(flags);
    if alone {
        options.share_mode(0);
    }
    options.create(create).create_new(create_new).truncate(create && truncate);
    options.custom_flags(rules::handling(flags)).attributes(rules::attributes(flags, mode));
    let file = options.open(path).map_err(|failure| {
        // A directory is there and cannot be created again as a file.
        if create && path.is_dir() { io::ErrorKind::IsADirectory.into() } else { failure }
    })?;
    if truncate && !create {
        // The system's own way asks for a right that the library's do not include.
        file.set_len(0)?;
    }
    Ok(file)
}

/// Closes a file: Windows reports failed writes when they are made.
#[allow(clippy::unnecessary_wraps, reason = "other systems report failed writes here")]
pub(in crate::fs) fn close(file: File) -> io::Result<()> {
    drop(file);
    Ok(())
}

/// The file was opened for something else: Node's `EBADF`.
fn not_opened_for_it(failure: io::Error) -> io::Error {
    if is(&failure, ERROR_ACCESS_DENIED) { error(ERROR_INVALID_HANDLE) } else { failure }
}

/// Does something at a position and leaves the file's own position where it was, which Windows would move.
fn apart<T>(mut file: &File, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    // Pipes have no position; what is wrong with others, the work itself reports.
    let before = file.stream_position();
    let result = work();
    if let Ok(before) = before {
        file.seek(SeekFrom::Start(before))?;
    }
    result
}

pub(in crate::fs) fn read(mut file: &File, buffer: &mut [u8], position: Option<u64>) -> io::Result<usize> {
    let result = match position {
        Some(position) => apart(file, || file.seek_read(buffer, position)),
        None => file.read(buffer),
    };
    result.map_err(not_opened_for_it)
}

pub(in crate::fs) fn write(mut file: &File, bytes: &[u8], position: Option<u64>) -> io::Result<usize> {
    let result = match position {
        Some(position) => apart(file, || file.seek_write(bytes, position)),
        None => file.write(bytes),
    };
    result.map_err(not_opened_for_it)
}

/// Entries of a directory are files, directories and links; more is not told.
pub(in crate::fs) fn special(_: FileType) -> char {
    '0'
}

pub(in crate::fs) fn read_dir(path: impl AsRef<Path>) -> io::Result<ReadDir> {
    std::fs::read_dir(path).map_err(|failure| {
        if is(&failure, ERROR_DIRECTORY) { io::ErrorKind::NotADirectory.into() } else { failure }
    })
}

pub(in crate::fs) fn stat(path: &Path) -> io::Result<Stat> {
    match open_for(path, api::FILE_READ_ATTRIBUTES, true) {
        Ok(file) => fstat(&file),
        Err(failure) => locked(path, failure),
    }
}

pub(in crate::fs) fn lstat(path: &Path) -> io::Result<Stat> {
    let file = match open_for(path, api::FILE_READ_ATTRIBUTES, false) {
        Ok(file) => file,
        Err(failure) => return locked(path, failure),
    };
    // Devices have no attributes.
    let attributes = file.metadata().map_or(0, |metadata| metadata.file_attributes());
    if attributes & api::FILE_ATTRIBUTE_REPARSE_POINT == 0 {
        return fstat(&file);
    }
    // Clouds and backups mark their files as well: only what says where it points to is a link.
    match readlink(path) {
        Ok(target) => known(&file, Some(target.as_os_str().as_encoded_bytes().len())),
        Err(_) => stat(path),
    }
}

pub(in crate::fs) fn fstat(file: &File) -> io::Result<Stat> {
    known(file, None)
}

/// What the directory knows about a file that nobody else may open, as the system's own.
fn locked(path: &Path, failure: io::Error) -> io::Result<Stat> {
    if !is(&failure, ERROR_ACCESS_DENIED) && !is(&failure, ERROR_SHARING_VIOLATION) {
        return Err(failure);
    }
    // The library asks the directory when a file cannot be opened.
    let metadata = std::fs::symlink_metadata(path).map_err(|_| failure)?;
    let time = |ticks: u64| rules::time(ticks.cast_signed());
    Ok(Stat {
        mode: rules::mode(metadata.file_attributes(), metadata.is_symlink()),
        nlink: Integer(1),
        size: Integer(metadata.file_size().into()),
        blocks: Integer(metadata.file_size().div_ceil(512).into()),
        atime: time(metadata.last_access_time()),
        mtime: time(metadata.last_write_time()),
        ctime: time(metadata.last_write_time()),
        birthtime: time(metadata.creation_time()),
        ..nothing()
    })
}

fn nothing() -> Stat {
    let none = Integer(0);
    Stat {
        dev: none,
        mode: 0,
        nlink: none,
        uid: 0,
        gid: 0,
        rdev: none,
        blksize: Integer(4096),
        ino: none,
        size: none,
        blocks: none,
        atime: (0, 0),
        mtime: (0, 0),
        ctime: (0, 0),
        birthtime: (0, 0),
    }
}

fn query<T: Default>(file: &File, class: api::FILE_INFO_BY_HANDLE_CLASS) -> io::Result<T> {
    let mut answer = T::default();
    let size = size_of::<T>() as u32;
    // SAFETY: the file is open, and the system fills as many bytes as the structure of this class has.
    check(unsafe {
        api::GetFileInformationByHandleEx(file.as_raw_handle(), class, (&raw mut answer).cast(), size)
    })?;
    Ok(answer)
}

/// What is known about an open file; with the length of its target when it is a link.
fn known(file: &File, link: Option<usize>) -> io::Result<Stat> {
    // SAFETY: the file is open.
    let device = match unsafe { api::GetFileType(file.as_raw_handle()) } {
        api::FILE_TYPE_CHAR => Some(0o020_666),
        api::FILE_TYPE_PIPE => Some(0o010_666),
        _ => None,
    };
    if let Some(mode) = device {
        return Ok(Stat { mode, nlink: Integer(1), ..nothing() });
    }
    let mut numbers = api::BY_HANDLE_FILE_INFORMATION::default();
    // SAFETY: the file is open, and the system fills the structure.
    check(unsafe { api::GetFileInformationByHandle(file.as_raw_handle(), &raw mut numbers) })?;
    let times: api::FILE_BASIC_INFO = query(file, api::FileBasicInfo)?;
    let sizes: api::FILE_STANDARD_INFO = query(file, api::FileStandardInfo)?;
    let size = match link {
        Some(length) => length as i128,
        None if sizes.Directory => 0,
        None => sizes.EndOfFile.into(),
    };
    let number = (u64::from(numbers.nFileIndexHigh) << 32) | u64::from(numbers.nFileIndexLow);
    Ok(Stat {
        dev: Integer(numbers.dwVolumeSerialNumber.into()),
        mode: rules::mode(times.FileAttributes, link.is_some()),
        nlink: Integer(numbers.nNumberOfLinks.into()),
        ino: Integer(number.into()),
        size: Integer(size),
        blocks: Integer((sizes.AllocationSize / 512).into()),
        atime: rules::time(times.LastAccessTime),
        mtime: rules::time(times.LastWriteTime),
        ctime: rules::time(times.ChangeTime),
        birthtime: rules::time(times.CreationTime),
        ..nothing()
    })
}

pub(in crate::fs) fn statfs(path: &Path) -> io::Result<StatFs> {
    // Through links, and with the error of a file that is missing.
    let path = wide(&std::fs::canonicalize(path)?)?;
    let mut root = vec![0; path.len().max(64)];
    let (mut sectors, mut bytes, mut free_clusters, mut clusters) = (0, 0, 0, 0);
    let (mut available, mut total, mut free) = (0_u64, 0_u64, 0_u64);
    // SAFETY: path and root end with null characters, root has the room that is said, and the rest are numbers.
    unsafe {
        check(api::GetVolumePathNameW(path.as_ptr(), root.as_mut_ptr(), root.len() as u32))?;
        let root = root.as_ptr();
        // The size of a cluster comes from here, the counts do not: they end at 32 bits.
        check(api::GetDiskFreeSpaceW(
            root,
            &raw mut sectors,
            &raw mut bytes,
            &raw mut free_clusters,
            &raw mut clusters,
        ))?;
        check(api::GetDiskFreeSpaceExW(root, &raw mut available, &raw mut total, &raw mut free))?;
    }
    let size = (u64::from(sectors) * u64::from(bytes)).max(1);
    let in_clusters = |bytes: u64| Integer((bytes / size).into());
    Ok(StatFs {
        kind: Integer(0),
        bsize: Integer(size.into()),
        blocks: in_clusters(total),
        bfree: in_clusters(free),
        bavail: in_clusters(available),
        files: Integer(0),
        ffree: Integer(0),
    })
}

pub(in crate::fs) fn access(path: &Path, mode: i32) -> io::Result<()> {
    let attributes = std::fs::symlink_metadata(path)?.file_attributes();
    if rules::is_allowed(attributes, mode) { Ok(()) } else { Err(error(ERROR_PRIVILEGE_NOT_HELD)) }
}

/// Permission to write is all that there is to change.
fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    let attributes = rules::with_mode(file.metadata()?.file_attributes(), mode);
    // Times of 0 stay as they are.
    let change = api::FILE_BASIC_INFO { FileAttributes: attributes, ..Default::default() };
    let size = size_of_val(&change) as u32;
    // SAFETY: the file is open, and the structure is the one of this class.
    check(unsafe {
        api::SetFileInformationByHandle(
            file.as_raw_handle(),
            api::FileBasicInfo,
            (&raw const change).cast(),
            size,
        )
    })
}

const ATTRIBUTES: u32 = api::FILE_READ_ATTRIBUTES | api::FILE_WRITE_ATTRIBUTES;

pub(in crate::fs) fn chmod(path: &Path, mode: u32) -> io::Result<()> {
    set_mode(&open_for(path, ATTRIBUTES, true)?, mode)
}

pub(in crate::fs) fn fchmod(file: &File, mode: u32) -> io::Result<()> {
    let share = api::FILE_SHARE_READ | api::FILE_SHARE_WRITE | api::FILE_SHARE_DELETE;
    // A file that is open for reading may be changed so too, which its handle does not allow.
    // SAFETY: the file is open.
    let handle =
        unsafe { api::ReOpenFile(file.as_raw_handle(), ATTRIBUTES, share, api::FILE_FLAG_BACKUP_SEMANTICS) };
    if handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: a new handle that nobody else has.
    set_mode(&unsafe { File::from_raw_handle(handle) }, mode)
}

/// Owners have no numbers here: Node lets it pass.
#[allow(clippy::unnecessary_wraps, reason = "other systems can refuse")]
pub(in crate::fs) fn chown(_: impl AsRef<Path>, _: Option<u32>, _: Option<u32>) -> io::Result<()> {
    Ok(())
}

pub(in crate::fs) use chown as lchown;

#[allow(clippy::unnecessary_wraps, reason = "other systems can refuse")]
pub(in crate::fs) fn fchown(_: &File, _: Option<u32>, _: Option<u32>) -> io::Result<()> {
    Ok(())
}

pub(in crate::fs) fn futimes(file: &File, atime: Time, mtime: Time) -> io::Result<()> {
    let time = |(seconds, nanoseconds): Time| -> io::Result<SystemTime> {
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let base = if seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
        let time = base.and_then(|base| base.checked_add(Duration::from_nanos(nanoseconds.into())));
        time.ok_or_else(|| error(ERROR_INVALID_PARAMETER))
    };
    file.set_times(FileTimes::new().set_accessed(time(atime)?).set_modified(time(mtime)?))
}

pub(in crate::fs) fn utimes(path: &Path, atime: Time, mtime: Time, follow: bool) -> io::Result<()> {
    futimes(&open_for(path, api::FILE_WRITE_ATTRIBUTES, follow)?, atime, mtime)
}

pub(in crate::fs) fn mkdir(path: &Path, _: u32) -> io::Result<()> {
    std::fs::create_dir(path).map_err(|failure| {
        // A name that cannot be is no missing file.
        let impossible = is(&failure, ERROR_INVALID_NAME) || is(&failure, ERROR_DIRECTORY);
        if impossible { error(ERROR_INVALID_PARAMETER) } else { failure }
    })
}

/// Makes a directory; its name is the template with other letters for the last six.
pub(in crate::fs) fn mkdtemp(template: &OsStr) -> io::Result<PathBuf> {
    let template: Vec<u16> = template.encode_wide().collect();
    let base = OsString::from_wide(template.get(..template.len().saturating_sub(6)).unwrap_or_default());
    loop {
        let mut random = [0; 6];
        // SAFETY: the system fills the bytes, as many as there are.
        let status = unsafe {
            BCryptGenRandom(ptr::null_mut(), random.as_mut_ptr(), 6, BCRYPT_USE_SYSTEM_PREFERRED_RNG)
        };
        if status < 0 {
            return Err(io::Error::other("no random numbers"));
        }
        let mut path = base.clone();
        path.push(rules::letters(random));
        match mkdir(path.as_ref(), 0o700) {
            Err(failure) if failure.kind() == io::ErrorKind::AlreadyExists => {}
            result => return result.map(|()| path.into()),
        }
    }
}

const EXCLUSIVE: u32 = 1;
const CLONE_ONLY: u32 = 4;

pub(in crate::fs) fn copy(path: &Path, dest: &Path, mode: u32, _exact: bool) -> io::Result<()> {
    if mode & CLONE_ONLY != 0 {
        return Err(io::ErrorKind::Unsupported.into());
    }
    let exclusive = i32::from(mode & EXCLUSIVE != 0);
    let [from, to] = [wide(path)?, wide(dest)?];
    // SAFETY: both paths end with null characters.
    match check(unsafe { api::CopyFileW(from.as_ptr(), to.as_ptr(), exclusive) }) {
        // A file is its own copy already.
        Err(failure) if is(&failure, ERROR_SHARING_VIOLATION) && is_same(path, dest) => Ok(()),
        result => result,
    }
}

fn is_same(path: &Path, dest: &Path) -> bool {
    match (stat(path), stat(dest)) {
        (Ok(one), Ok(other)) => (one.dev.0, one.ino.0) == (other.dev.0, other.ino.0),
        _ => false,
    }
}
