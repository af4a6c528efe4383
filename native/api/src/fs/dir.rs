//! Directories.

use std::fs::{self, DirEntry, FileType, ReadDir};
use std::io;
use std::path::{Path as StdPath, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::file::Opened;
use super::path::FilePath;
use super::{Descriptor, Found, Path, found, sys};
use crate::prelude::*;

/// Entries of a directory. Their names follow, each ended by a null byte: names need not be text.
#[derive(Default, Serialize, TS)]
pub(super) struct Entries {
    /// `UV_DIRENT_*` of each entry, a digit each.
    kinds: String,
}

/// Collects entries as they go to a page.
#[derive(Default)]
struct Listing {
    kinds: String,
    names: Vec<u8>,
}

impl Listing {
    fn push(&mut self, kind: char, name: &StdPath) {
        self.kinds.push(kind);
        self.names.extend_from_slice(name.as_os_str().as_encoded_bytes());
        self.names.push(0);
    }

    fn finish(self) -> WithBody<Entries, Vec<u8>> {
        WithBody { head: Entries { kinds: self.kinds }, body: self.names }
    }
}

/// The digit of `UV_DIRENT_*`.
fn kind(entry: &DirEntry) -> char {
    match entry.file_type() {
        Ok(kind) => digit(kind),
        Err(_) => '0',
    }
}

fn digit(kind: FileType) -> char {
    if kind.is_file() {
        '1'
    } else if kind.is_dir() {
        '2'
    } else if kind.is_symlink() {
        '3'
    } else {
        sys::special(kind)
    }
}

#[derive(Deserialize, TS)]
pub(super) struct List {
    /// The directory.
    pub(super) path: FilePath,
    /// Whether to list what is in its directories too.
    recursive: bool,
    /// Whether links to directories count as directories.
    follow: bool,
}

pub(super) async fn list(
    _: Context,
    List { path, recursive, follow }: List,
) -> Result<WithBody<Entries, Vec<u8>>> {
    blocking(move || {
        let mut listing = Listing::default();
        let mut folders = vec![PathBuf::new()];
        let mut next = 0;
        while let Some(folder) = folders.get(next).cloned() {
            next += 1;
            let place = AsRef::<StdPath>::as_ref(&path).join(&folder);
            // Without the separator that joining an empty path adds.
            let place = if next == 1 { AsRef::<StdPath>::as_ref(&path) } else { place.as_path() };
            for entry in sorted(place).syscall_on("scandir", place)? {
                let name = folder.join(entry.file_name());
                let kind = kind(&entry);
                let descend = kind == '2' || (follow && kind == '3' && entry.path().is_dir());
                listing.push(kind, &name);
                if recursive && descend {
                    folders.push(name);
                }
            }
        }
        Ok(listing.finish())
    })
    .await
}

/// Entries sorted by their bytes, as Node has them.
fn sorted(path: &StdPath) -> io::Result<Vec<DirEntry>> {
    let mut entries = sys::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_unstable_by_key(DirEntry::file_name);
    Ok(entries)
}

/// An open directory.
struct OpenDir(Mutex<ReadDir>);

pub(super) async fn open(cx: Context, Path { path }: Path) -> Result<Opened> {
    let entries = blocking(move || sys::read_dir(&path).syscall_on("opendir", &path)).await?;
    Ok(Opened { fd: cx.document.handles.insert(OpenDir(Mutex::new(entries))).syscall("opendir")? })
}

#[derive(Deserialize, TS)]
pub(super) struct Next {
    /// Number of the open directory.
    fd: u32,
    /// How many entries at most.
    count: usize,
}

pub(super) async fn read(cx: Context, Next { fd, count }: Next) -> Result<WithBody<Entries, Vec<u8>>> {
    let dir = cx.document.handles.get::<OpenDir>(fd).syscall("scandir")?;
    blocking(move || {
        let mut listing = Listing::default();
        let mut entries = dir.0.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in entries.by_ref().take(count) {
            let entry = entry.syscall("scandir")?;
            listing.push(kind(&entry), entry.file_name().as_ref());
        }
        Ok(listing.finish())
    })
    .await
}

pub(super) async fn close(cx: Context, Descriptor { fd }: Descriptor) -> Result<()> {
    cx.document.handles.remove::<OpenDir>(fd).syscall("closedir").map(drop)
}

#[derive(Deserialize, TS)]
pub(super) struct Mkdir {
    /// The directory.
    pub(super) path: FilePath,
    /// Permissions of what is made.
    mode: u32,
    /// Whether missing parents are made and an existing directory is no error.
    recursive: bool,
}

pub(super) async fn mkdir(
    _: Context,
    Mkdir { path, mode, recursive }: Mkdir,
) -> Result<WithBody<Found, Vec<u8>>> {
    blocking(move || {
        let first = if recursive {
            mkdir_all(path.as_ref(), mode)
        } else {
            sys::mkdir(path.as_ref(), mode).map(|()| None)
        };
        Ok(found(first.syscall_on("mkdir", &path)?.unwrap_or_default()))
    })
    .await
}

/// Makes a directory with its missing parents; returns the first one made, none when all were there.
fn mkdir_all(path: &StdPath, mode: u32) -> io::Result<Option<PathBuf>> {
    let not_a_directory = |parents: bool| {
        io::Error::from(if parents { io::ErrorKind::NotADirectory } else { io::ErrorKind::AlreadyExists })
    };
    // From the path upwards until one can be made, then down again.
    let mut missing = vec![path.to_owned()];
    let mut first = None;
    while let Some(next) = missing.pop() {
        match sys::mkdir(&next, mode) {
            Ok(()) => {
                first.get_or_insert(next);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let Some(parent) = next.parent().filter(|parent| !parent.as_os_str().is_empty()) else {
                    return Err(error);
                };
                let parent = parent.to_owned();
                missing.extend([next, parent]);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if !fs::metadata(&next)?.is_dir() {
                    return Err(not_a_directory(!missing.is_empty()));
                }
            }
            // A root that cannot be written is a directory all the same.
            Err(error) if !next.is_dir() => return Err(error),
            Err(_) => {}
        }
    }
    Ok(first)
}

pub(super) async fn mkdtemp(_: Context, Path { path }: Path) -> Result<WithBody<Found, Vec<u8>>> {
    blocking(move || {
        let template = super::template(&path);
        sys::mkdtemp(&template).map(found).syscall_on("mkdtemp", &template)
    })
    .await
}

#[derive(Deserialize, TS)]
pub(super) struct Rmdir {
    /// The directory.
    pub(super) path: FilePath,
    /// Whether it may hold something.
    recursive: bool,
}

pub(super) async fn rmdir(_: Context, Rmdir { path, recursive }: Rmdir) -> Result<()> {
    blocking(move || {
        if recursive && fs::symlink_metadata(&path).syscall_on("lstat", &path)?.is_dir() {
            return fs::remove_dir_all(&path).syscall_on("rm", &path);
        }
        fs::remove_dir(&path).syscall_on("rmdir", &path)
    })
    .await
}

#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rm {
    /// The file or directory.
    pub(super) path: FilePath,
    /// Whether a directory goes with all that is in it.
    recursive: bool,
    /// Whether it may be missing.
    force: bool,
    /// How often to try again when it is busy.
    max_retries: u32,
    /// Milliseconds before the first of these; each takes that much longer.
    retry_delay: u32,
}

pub(super) async fn rm(_: Context, request: Rm) -> Result<()> {
    let tries = request.max_retries;
    let delay = request.retry_delay;
    let request = std::sync::Arc::new(request);
    for tried in 0..=tries {
        let work = request.clone();
        let result = blocking(move || remove(&work)).await;
        match result {
            Err(error) if tried < tries && is_passing(&error) => {
                tokio::time::sleep(Duration::from_millis(u64::from(tried + 1) * u64::from(delay))).await;
            }
            other => return other,
        }
    }
    Ok(())
}

/// Failures that may end by themselves.
fn is_passing(error: &Error) -> bool {
    ["EBUSY", "EMFILE", "ENFILE", "ENOTEMPTY", "EPERM"].contains(&error.code())
}

fn remove(Rm { path, recursive, force, .. }: &Rm) -> Result<()> {
    let metadata = match fs::symlink_metadata(path) {
        Err(error) if *force && error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other.syscall_on("lstat", path)?,
    };
    if metadata.is_dir() && !recursive {
        let place = AsRef::<StdPath>::as_ref(path).display();
        let text = format!("Path is a directory: rm returned EISDIR (is a directory) {place}");
        return Err(Error::new(Code::FS_EISDIR, text).syscall("rm").path(path));
    }
    // The standard library's walk cannot be led out of the directory by links that appear meanwhile; what it does
    // not tell is which entry failed.
    let (result, syscall) =
        if metadata.is_dir() { (fs::remove_dir_all(path), "rm") } else { (sys::unlink(path), "unlink") };
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.syscall_on(syscall, path),
    }
}
