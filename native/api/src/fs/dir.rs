//! Directories.

use std::fs::{self, DirEntry, FileType, ReadDir};
use std::io;
use std::path::{Component, Path as StdPath, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use socket_ipc::policy::{Access, resolve};

use super::exact::{Exact, Use, exact, is_link_as_folder};
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
    cx: Context,
    List { path, recursive, follow }: List,
) -> Result<WithBody<Entries, Vec<u8>>> {
    blocking(move || {
        let top: &StdPath = path.as_ref();
        let mut listing = Listing::default();
        let mut folders = vec![(PathBuf::new(), false)];
        let mut next = 0;
        while let Some((folder, linked)) = folders.get(next).cloned() {
            next += 1;
            // Without the separator that joining an empty path adds.
            let place = if next == 1 { top.to_path_buf() } else { top.join(&folder) };
            // Each folder is a question of its own: an entry may allow one and not what is below it.
            let held = match exact(&cx.document, "fs.readdir", &place, Use::READ) {
                // It was listed as what it is, and leads where the page may not look.
                Err(_) if linked => continue,
                held => held?.syscall_on("scandir", &place)?,
            };
            for entry in sorted(held.as_ref()).syscall_on("scandir", &place)? {
                let name = folder.join(entry.file_name());
                let kind = kind(&entry);
                let linked = follow && kind == '3';
                let descend = kind == '2' || (linked && leads_to_folder(&cx, &entry, &place));
                listing.push(kind, &name);
                if recursive && descend {
                    folders.push((name, linked));
                }
            }
        }
        Ok(listing.finish())
    })
    .await
}

/// Whether a link leads to a directory, as far as the page may know.
fn leads_to_folder(cx: &Context, entry: &DirEntry, place: &StdPath) -> bool {
    let path = place.join(entry.file_name());
    let held = exact(&cx.document, "fs.readdir", &path, Use::READ);
    held.is_ok_and(|held| held.is_ok_and(|held| held.as_ref().is_dir()))
}

/// Entries sorted by their bytes, as Node has them.
fn sorted(path: &StdPath) -> io::Result<Vec<DirEntry>> {
    let mut entries = sys::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_unstable_by_key(DirEntry::file_name);
    Ok(entries)
}

/// An open directory.
struct OpenDir {
    entries: Mutex<ReadDir>,
    /// Entries are asked for what they are by its path.
    _held: Exact,
}

pub(super) async fn open(cx: Context, Path { path }: Path) -> Result<Opened> {
    let document = cx.document.clone();
    let dir = blocking(move || {
        let held = path.exact(&cx, "fs.opendir", Use::READ)?.syscall_on("opendir", &path)?;
        let entries = sys::read_dir(held.as_ref()).syscall_on("opendir", &path)?;
        Ok(OpenDir { entries: Mutex::new(entries), _held: held })
    })
    .await?;
    Ok(Opened { fd: document.handles.insert(dir).syscall("opendir")? })
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
        let mut entries = dir.entries.lock().unwrap_or_else(PoisonError::into_inner);
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
    cx: Context,
    Mkdir { path, mode, recursive }: Mkdir,
) -> Result<WithBody<Found, Vec<u8>>> {
    blocking(move || {
        let first = if !recursive {
            // Policy is asked about what a link leads to, in whose place nothing is made.
            drop(path.exact(&cx, "fs.mkdir", Use::MAKE)?);
            path.with(&cx, "fs.mkdir", Use::ENTRY, |path| sys::mkdir(path, mode).map(|()| None))?
        } else if cx.document.capabilities().limited()
            && !AsRef::<StdPath>::as_ref(&path).as_os_str().is_empty()
        {
            // Policy is asked about the whole and about each directory above it that is missing; those, and no others, are then
            // made name by name.
            let real = resolve(path.as_ref(), true).syscall_on("mkdir", &path)?;
            cx.document.admit_real("fs.mkdir", &real, Access::Write)?;
            let missing = real.ancestors().take_while(|folder| fs::symlink_metadata(folder).is_err());
            let missing = missing.map(|folder| cx.document.admit_real("fs.mkdir", folder, Access::Write));
            let missing = missing.collect::<Result<Vec<()>>>()?.len();
            match AsRef::<StdPath>::as_ref(&path) {
                // Nothing is made where a link leads that leads nowhere.
                path if path.is_symlink() && !path.exists() => Err(io::ErrorKind::NotFound.into()),
                path => mkdir_below(&real, path, mode, missing),
            }
        } else {
            mkdir_all(path.as_ref(), mode)
        };
        Ok(found(first.syscall_on("mkdir", &path)?.unwrap_or_default()))
    })
    .await
}

/// The same for a real path, each directory in the one that was made or found before it, whatever is put in its place
/// meanwhile. `path`: as the page calls it; `missing`: how many of the last names may be made.
fn mkdir_below(real: &StdPath, path: &StdPath, mode: u32, missing: usize) -> io::Result<Option<PathBuf>> {
    let (mut at, mut held) = sys::hold(real.ancestors().last().unwrap_or(real))?;
    let mut first = None;
    let names: Vec<_> = real.components().filter(|part| matches!(part, Component::Normal(_))).collect();
    for (index, name) in names.iter().enumerate() {
        let next = at.join(name);
        let made = match index + missing < names.len() {
            true => Err(io::ErrorKind::AlreadyExists.into()),
            false => sys::mkdir(&next, mode),
        };
        match made {
            Ok(()) => {
                // As many names from the end as the page's own path has then.
                let made = path.ancestors().nth(names.len() - index - 1).unwrap_or(path);
                first.get_or_insert_with(|| made.to_path_buf());
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if !fs::symlink_metadata(&next)?.is_dir() {
                    let last = index + 1 == names.len();
                    return Err(if last { error } else { io::ErrorKind::NotADirectory.into() });
                }
            }
            // What cannot be written is a directory all the same.
            Err(error) if !next.is_dir() => return Err(error),
            Err(_) => {}
        }
        (at, held) = sys::hold_in(&at, held.as_ref(), name.as_os_str())?;
    }
    Ok(first)
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

pub(super) async fn mkdtemp(cx: Context, Path { path }: Path) -> Result<WithBody<Found, Vec<u8>>> {
    blocking(move || {
        let template = super::template(&path);
        let held = exact(&cx.document, "fs.mkdtemp", template.as_ref(), Use::ENTRY)?;
        let made = held.and_then(|held| sys::mkdtemp(held.as_ref().as_os_str()));
        // As the page calls its place.
        let named = |made: PathBuf| made.file_name().map(|name| StdPath::new(&template).with_file_name(name));
        made.map(|made| found(named(made).unwrap_or_default())).syscall_on("mkdtemp", &template)
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

pub(super) async fn rmdir(cx: Context, Rmdir { path, recursive }: Rmdir) -> Result<()> {
    blocking(move || {
        let first = if recursive { "lstat" } else { "rmdir" };
        let held = path.exact(&cx, "fs.rmdir", Use::ENTRY)?.syscall_on(first, &path)?;
        if recursive && fs::symlink_metadata(&held).syscall_on("lstat", &path)?.is_dir() {
            return fs::remove_dir_all(&held).syscall_on("rm", &path);
        }
        if cfg!(unix) && is_link_as_folder(path.as_ref()) {
            return Err(io::Error::from(io::ErrorKind::NotADirectory)).syscall_on("rmdir", &path);
        }
        fs::remove_dir(&held).syscall_on("rmdir", &path)
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

pub(super) async fn rm(cx: Context, request: Rm) -> Result<()> {
    let tries = request.max_retries;
    let delay = request.retry_delay;
    let request = std::sync::Arc::new(request);
    for tried in 0..=tries {
        let (cx, work) = (cx.clone(), request.clone());
        let result = blocking(move || remove(&cx, &work)).await;
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

fn remove(cx: &Context, Rm { path, recursive, force, .. }: &Rm) -> Result<()> {
    let held = path.exact(cx, "fs.rm", Use::ENTRY)?;
    let found = held.and_then(|held| fs::symlink_metadata(&held).map(|metadata| (held, metadata)));
    let (held, metadata) = match found {
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
        if metadata.is_dir() { (fs::remove_dir_all(&held), "rm") } else { (sys::unlink(&held), "unlink") };
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.syscall_on(syscall, path),
    }
}
