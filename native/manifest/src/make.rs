//! The manifest of a folder.

use std::fs::{self, FileType};
use std::io::Read;
use std::path::Path;

use socket_crypto::Sha256;

use crate::problem::{self, Problem, Result};
use crate::text::{self, Entry, File, Manifest, Runtime};
use crate::{CHUNK, NAME, SIGNATURE, is_litter};

/// What a walk finds at a path.
pub(crate) enum Node {
    File(u64),
    Link(String),
    /// A socket, a pipe, a device.
    Other,
}

/// Everything in a folder but the manifest, its signature, the executable and litter; folders themselves do not count.
/// `found` gets the path from the root, with `/`.
pub(crate) fn walk(
    root: &Path,
    executable: Option<&str>,
    found: &mut dyn FnMut(String, Node) -> Result<()>,
) -> Result<()> {
    // A list instead of a recursion: how deep folders are is up to whoever made them.
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let absolute = root.join(&folder);
        let entries = fs::read_dir(&absolute).map_err(|error| Problem::io("read", &absolute, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| Problem::io("read", &absolute, &error))?;
            let os = entry.file_name();
            let name = os.to_str().ok_or_else(|| {
                let message = format!("the name of {} is not UTF-8", entry.path().display());
                Problem::new(problem::NAME, message, "rename the file")
            })?;
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            let kind = entry.file_type().map_err(|error| Problem::io("read", &entry.path(), &error))?;
            let own = folder.is_empty() && ([NAME, SIGNATURE].contains(&name) || executable == Some(name));
            if own || (kind.is_file() && is_litter(name)) {
                continue;
            }
            if kind.is_dir() {
                folders.push(path);
                continue;
            }
            found(path, node(&entry, kind)?)?;
        }
    }
    Ok(())
}

fn node(entry: &fs::DirEntry, kind: FileType) -> Result<Node> {
    let io = |error| Problem::io("read", &entry.path(), &error);
    if kind.is_symlink() {
        let target = fs::read_link(entry.path()).map_err(io)?;
        return Ok(target.to_str().map_or(Node::Other, |target| Node::Link(target.to_owned())));
    }
    if kind.is_file() {
        return Ok(Node::File(entry.metadata().map_err(io)?.len()));
    }
    Ok(Node::Other)
}

impl Manifest {
    /// Hashes what is in a folder. `executable` is left out of the files where it stands among them.
    ///
    /// # Errors
    /// When something cannot be read, has a name that cannot be written down, is a link that leads out of the folder, or
    /// is neither file nor link.
    pub fn make(root: &Path, executable: Option<&Path>) -> Result<Manifest> {
        let mut manifest = Manifest::default();
        let mut own = None;
        if let Some(executable) = executable {
            let name = executable.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            own = (executable.parent() == Some(root)).then(|| name.clone());
            let File { hash, size, .. } = File::of(executable)?;
            manifest.runtime = Some(Runtime { hash, size, name });
        }
        walk(root, own.as_deref(), &mut |path, node| {
            let refuse = |why: &str, hint: &str| {
                let message = format!("{} cannot be part of an app: {why}", root.join(&path).display());
                Err(Problem::new(problem::NAME, message, hint))
            };
            if let Some(why) = text::unfit(&path) {
                return refuse(why, "rename the file");
            }
            // Elsewhere, as in a bundle of macOS; the text has one thing of that name.
            if manifest.runtime.as_ref().is_some_and(|runtime| runtime.name == path) {
                return refuse("it has the name of the executable", "rename the file");
            }
            let entry = match node {
                Node::File(_) => Entry::File(File::of(&root.join(&path))?),
                Node::Link(target) if text::stays(&path, &target) => Entry::Link(target),
                Node::Link(_) => return refuse("the link leads out of it", "copy what it leads to"),
                Node::Other => return refuse("it is neither a file nor a link", "remove it"),
            };
            manifest.entries.insert(path, entry);
            Ok(())
        })?;
        Ok(manifest)
    }
}

impl File {
    /// Hashes a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(path: &Path) -> Result<File> {
        let io = |error| Problem::io("read", path, &error);
        File::read(fs::File::open(path).map_err(io)?, u64::MAX).map_err(io)
    }

    /// Hashes what a reader gives, at most `limit` bytes of it.
    ///
    /// # Errors
    /// When it fails, or has more than that.
    pub fn read(mut source: impl Read, limit: u64) -> std::io::Result<File> {
        let mut whole = Sha256::default();
        let mut chunks = Vec::new();
        let mut size = 0;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let count = (&mut source).take(CHUNK).read_to_end(&mut buffer)? as u64;
            size += count;
            if size > limit {
                return Err(std::io::Error::other(format!("it has more than {limit} bytes")));
            }
            whole.update(&buffer);
            if count > 0 {
                chunks.push(socket_crypto::sha256(&[&buffer]));
            }
            if count < CHUNK {
                break;
            }
        }
        if size <= CHUNK {
            chunks.clear();
        }
        Ok(File { hash: whole.finish(), size, chunks })
    }
}
