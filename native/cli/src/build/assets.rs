//! Puts files into the tree of an app. Each one is written elsewhere and renamed into place, so that a failed
//! build leaves the old file and a running app keeps the executable it was started from.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::manifest::{self, Manifest, Record, Stamp};
use crate::error::{IoContext, Result};
use crate::target::Layout;

/// What a build did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that were written, relative to the tree.
    pub written: Vec<PathBuf>,
    /// Files that were removed.
    pub removed: Vec<PathBuf>,
    /// How many files stayed as they were.
    pub kept: usize,
}

impl Changes {
    pub(crate) fn describe(&self) -> Cow<'static, str> {
        let files = |count: usize| if count == 1 { "1 file".into() } else { format!("{count} files") };
        let mut words = vec![format!("{} written", files(self.written.len()))];
        if !self.removed.is_empty() {
            words.push(format!("{} removed", self.removed.len()));
        }
        if self.kept > 0 {
            words.push(format!("{} unchanged", self.kept));
        }
        words.join(", ").into()
    }
}

/// The tree of an app while it is built.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    scratch: PathBuf,
    manifest: PathBuf,
    old: Manifest,
    new: Manifest,
    changes: Changes,
    count: usize,
    finished: bool,
}

impl Tree {
    /// Opens the tree of a layout. The caller holds the lock of its output.
    ///
    /// # Errors
    /// When the output directory cannot be made.
    pub fn open(layout: &Layout) -> Result<Tree> {
        let scratch = layout.state().join("scratch");
        // What a build that was killed left behind.
        if scratch.exists() {
            fs::remove_dir_all(&scratch).doing("empty", &scratch)?;
        }
        fs::create_dir_all(&scratch).doing("create", &scratch)?;
        make_folders(&layout.output, &layout.resources)?;
        let manifest = layout.manifest();
        let old = manifest::load(&manifest);
        Ok(Tree {
            root: layout.tree.clone(),
            scratch,
            manifest,
            old,
            new: Manifest::new(),
            changes: Changes::default(),
            count: 0,
            finished: false,
        })
    }

    /// Whether an earlier build put this file there, by its absolute path.
    pub(crate) fn owns(&self, path: &Path) -> bool {
        path.strip_prefix(&self.root).is_ok_and(|path| self.old.contains_key(path))
    }

    /// Copies a file when it has changed. The path is absolute and in the tree.
    ///
    /// # Errors
    /// When the source cannot be read or the copy not written.
    pub fn copy(&mut self, from: &Path, to: &Path) -> Result<()> {
        let mut source = File::open(from).doing("read", from)?;
        let metadata = source.metadata().doing("read", from)?;
        let executable = is_executable(&metadata);
        if self.is_current(&metadata, to) {
            return set_mode(to, executable);
        }
        let stamp = Stamp::unless_fresh(&metadata);
        if same_content(&mut source, metadata.len(), to) {
            set_mode(to, executable)?;
            return self.record(to, stamp, false);
        }
        source = File::open(from).doing("read", from)?;
        let scratch = self.scratch();
        let mut copy = File::create(&scratch).doing("write", &scratch)?;
        stream(&mut source, &mut copy, from, to)?;
        drop(copy);
        set_mode(&scratch, executable)?;
        self.place(&scratch, to)?;
        self.record(to, stamp, true)
    }

    /// Places the runtime executable, by a reflink where the file system has them.
    ///
    /// # Errors
    /// As for [`Tree::copy`].
    pub fn executable(&mut self, from: &Path, to: &Path) -> Result<()> {
        let metadata = fs::metadata(from).doing("read", from)?;
        if self.is_current(&metadata, to) {
            return Ok(());
        }
        let stamp = Stamp::unless_fresh(&metadata);
        if same_content(&mut File::open(from).doing("read", from)?, metadata.len(), to) {
            return self.record(to, stamp, false);
        }
        let scratch = self.scratch();
        fs::copy(from, &scratch).doing("write", to)?;
        set_mode(&scratch, true)?;
        self.place(&scratch, to)?;
        self.record(to, stamp, true)
    }

    /// Writes a file that is made here, when it has changed.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, bytes: &[u8], to: &Path) -> Result<()> {
        let stamp = Stamp::generated(bytes.len());
        if fs::read(to).is_ok_and(|current| current == bytes) {
            set_mode(to, false)?;
            return self.record(to, stamp, false);
        }
        let scratch = self.scratch();
        fs::write(&scratch, bytes).doing("write", to)?;
        set_mode(&scratch, false)?;
        self.place(&scratch, to)?;
        self.record(to, stamp, true)
    }

    /// Makes a symbolic link, when it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn link(&mut self, target: &Path, to: &Path) -> Result<()> {
        let stamp = Stamp::generated(0);
        if fs::read_link(to).is_ok_and(|current| current == target) {
            return self.record(to, stamp, false);
        }
        let scratch = self.scratch();
        #[cfg(unix)]
        std::os::unix::fs::symlink(target, &scratch).doing("write", to)?;
        // Elsewhere nothing follows it; a package for Linux needs its target.
        #[cfg(not(unix))]
        fs::write(&scratch, target.as_os_str().as_encoded_bytes()).doing("write", to)?;
        self.place(&scratch, to)?;
        self.record(to, stamp, true)
    }

    /// Removes what earlier builds put there and this one did not, and remembers what is there now.
    ///
    /// # Errors
    /// When something cannot be removed or the manifest not be written.
    pub fn finish(mut self) -> Result<Changes> {
        let old = std::mem::take(&mut self.old);
        for (path, record) in &old {
            let absolute = self.root.join(path);
            let ours =
                fs::symlink_metadata(&absolute).is_ok_and(|metadata| Stamp::of(&metadata) == record.copy);
            // What someone else has written since is theirs.
            if self.new.contains_key(path) || !ours {
                continue;
            }
            fs::remove_file(&absolute).doing("remove", &absolute)?;
            self.changes.removed.push(path.clone());
            // Directories that are empty now go too; the first that is not ends this.
            let parents = absolute
                .ancestors()
                .skip(1)
                .take_while(|parent| parent.starts_with(&self.root) && *parent != self.root);
            for parent in parents {
                if fs::remove_dir(parent).is_err() {
                    break;
                }
            }
        }
        if self.new != old {
            self.save()?;
        }
        self.finished = true;
        Ok(std::mem::take(&mut self.changes))
    }

    fn save(&mut self) -> Result<()> {
        let scratch = self.scratch();
        fs::write(&scratch, manifest::encode(&self.new)).doing("write", &self.manifest)?;
        fs::rename(&scratch, &self.manifest).doing("write", &self.manifest)
    }

    fn scratch(&mut self) -> PathBuf {
        self.count += 1;
        self.scratch.join(self.count.to_string())
    }

    fn relative(&self, to: &Path) -> PathBuf {
        to.strip_prefix(&self.root).unwrap_or(to).to_owned()
    }

    /// Whether the copy of such a source is still what an earlier build made of it; then it is recorded.
    fn is_current(&mut self, source: &fs::Metadata, to: &Path) -> bool {
        let path = self.relative(to);
        let Some(&record) = self.old.get(&path) else { return false };
        let current = record.source == Stamp::of(source)
            && fs::symlink_metadata(to).is_ok_and(|copy| copy.is_file() && Stamp::of(&copy) == record.copy);
        if current {
            self.new.insert(path, record);
            self.changes.kept += 1;
        }
        current
    }

    fn record(&mut self, to: &Path, source: Stamp, written: bool) -> Result<()> {
        let copy = Stamp::of(&fs::symlink_metadata(to).doing("read", to)?);
        let path = self.relative(to);
        match written {
            true => self.changes.written.push(path.clone()),
            false => self.changes.kept += 1,
        }
        self.new.insert(path, Record { source, copy });
        Ok(())
    }

    /// Moves what was written into its place. A directory that an earlier build made of an equal name gives way
    /// when it is empty otherwise.
    fn place(&mut self, scratch: &Path, to: &Path) -> Result<()> {
        if let Some(parent) = to.parent() {
            self.make_way(parent)?;
            make_folders(&self.root, parent)?;
        }
        if to.is_dir() && !to.is_symlink() {
            let owned: Vec<PathBuf> = self
                .old
                .keys()
                .map(|path| self.root.join(path))
                .filter(|path| path.starts_with(to))
                .collect();
            for path in owned.iter().filter(|path| path.exists()) {
                fs::remove_file(path).doing("remove", path)?;
            }
            remove_empty(to).doing("replace the directory", to)?;
        }
        fs::rename(scratch, to).doing("write", to)
    }

    /// A file of an earlier build that stands where a directory is needed now.
    fn make_way(&self, folder: &Path) -> Result<()> {
        let above = folder.ancestors().take_while(|path| path.starts_with(&self.root) && *path != self.root);
        for path in above {
            if path.is_file() && self.owns(path) {
                fs::remove_file(path).doing("remove", path)?;
            }
        }
        Ok(())
    }
}

impl Drop for Tree {
    /// A build that failed remembers what it has put there, beside what was there before.
    fn drop(&mut self) {
        if !self.finished {
            let new = std::mem::take(&mut self.new);
            self.new = std::mem::take(&mut self.old);
            self.new.extend(new);
            // Without it the next build compares contents.
            let _ = self.save();
        }
        // The next build empties it otherwise.
        let _ = fs::remove_dir_all(&self.scratch);
    }
}

/// Makes folders below `root` whose mode does not depend on who builds: the same app comes out for everyone.
fn make_folders(root: &Path, folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent().filter(|parent| parent.starts_with(root)) {
        make_folders(root, parent)?;
    } else {
        return fs::create_dir_all(folder).doing("create", folder);
    }
    match fs::create_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        made => made.doing("create", folder),
    }?;
    set_mode(folder, true)
}

/// Whether its owner may run a file.
#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    false
}

/// Gives a file or a folder of an app its mode, whatever the umask and the mode of its source are.
pub(super) fn set_mode(path: &Path, executable: bool) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = if executable { 0o755 } else { 0o644 };
        let current = fs::metadata(path).doing("read", path)?.permissions().mode() & 0o7777;
        if current != mode {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).doing("write", path)?;
        }
    }
    let _ = (path, executable);
    Ok(())
}

fn remove_empty(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_empty(&entry.path())?;
        }
    }
    fs::remove_dir(folder)
}

/// Reads and writes, so that a copy never shares its storage with a file of the user.
fn stream(source: &mut File, copy: &mut File, from: &Path, to: &Path) -> Result<()> {
    let mut buffer = vec![0; 128 * 1024];
    loop {
        match source.read(&mut buffer).doing("read", from)? {
            0 => return Ok(()),
            count => copy.write_all(&buffer[..count]).doing("write", to)?,
        }
    }
}

fn same_content(source: &mut File, size: u64, to: &Path) -> bool {
    let Ok(mut copy) = File::open(to) else { return false };
    if !copy.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() == size) {
        return false;
    }
    let (mut left, mut right) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        let Ok(count) = source.read(&mut left) else { return false };
        if count == 0 {
            return true;
        }
        if copy.read_exact(&mut right[..count]).is_err() || left[..count] != right[..count] {
            return false;
        }
    }
}
