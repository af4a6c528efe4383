//! A folder with its manifest.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::make::{Node, walk};
use crate::problem::{self, Problem, Result};
use crate::read::{Reader, wrong_size};
use crate::text::{Entry, Manifest};
use crate::{NAME, SIGNATURE, sign};

/// How many problems one message names.
const NAMED: usize = 5;
/// A manifest of a million files is far below this.
const LARGEST: u64 = 512 << 20;

/// A folder whose files are those of its manifest, or are refused.
#[derive(Debug)]
pub struct Seal {
    root: PathBuf,
    manifest: Manifest,
}

impl Seal {
    /// Whether a folder has a manifest.
    pub fn is_there(root: &Path) -> bool {
        fs::symlink_metadata(root.join(NAME)).is_ok()
    }

    /// Reads the manifest of a folder and, with a key, checks its signature. Files are not looked at.
    ///
    /// # Errors
    /// When it is missing or broken, or its signature is.
    pub fn load(root: &Path, key: Option<&sign::PublicKey>) -> Result<Seal> {
        let path = root.join(NAME);
        let bytes = bounded(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Problem::new(
                problem::MISSING,
                format!("there is no {}, and a build for users has one", path.display()),
                "install the app again, or build it again with `ssc build --prod`",
            ),
            _ => Problem::io("read", &path, &error),
        })?;
        if let Some(key) = key {
            let path = root.join(SIGNATURE);
            let text = match bounded(&path) {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Err(Problem::new(
                        problem::SIGNATURE,
                        format!(
                            "there is no {}, and socket.ini names the key that signs this app",
                            path.display()
                        ),
                        "install the app again from where you trust it",
                    ));
                }
                Err(error) => return Err(Problem::io("read", &path, &error)),
            };
            sign::check(&bytes, &text, key)?;
        }
        // The real path, because files are found by theirs.
        let root = root.canonicalize().map_err(|error| Problem::io("open", root, &error))?;
        Ok(Seal { root, manifest: Manifest::parse(&bytes)? })
    }

    /// What the manifest says.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Compares names, kinds and sizes of everything in the folder with the manifest; contents are not read. Costs a walk.
    ///
    /// # Errors
    /// Names what is missing, additional or of another size.
    pub fn check_names(&self) -> Result<()> {
        let mut problems = Vec::new();
        let mut left: BTreeSet<&str> = self.manifest.entries.keys().map(String::as_str).collect();
        let executable = self.manifest.runtime.as_ref().map(|runtime| runtime.name.as_str());
        walk(&self.root, executable, &mut |path, node| {
            let Some(entry) = self.manifest.entries.get(&path) else {
                let message = format!("{path} is not part of the app");
                let hint = "remove it; the app's own folder is not a place to keep data";
                problems.push(Problem::new(problem::EXTRA, message, hint));
                return Ok(());
            };
            left.remove(path.as_str());
            problems.extend(match (entry, node) {
                (Entry::File(file), Node::File(size)) if file.size == size => None,
                (Entry::File(file), Node::File(size)) => Some(wrong_size(&path, file.size, size)),
                (Entry::Link(target), Node::Link(found)) if *target == found => None,
                (Entry::Link(target), Node::Link(found)) => {
                    Some(Problem::altered(&path, &format!("the link leads to {found}, not to {target}")))
                }
                _ => Some(Problem::altered(&path, "it is of another kind")),
            });
            Ok(())
        })?;
        problems.extend(left.into_iter().map(|path| {
            let message = format!("{path} is missing");
            Problem::new(problem::MISSING, message, "install the app again")
        }));
        join(problems)
    }

    /// Checks everything: names, and the content of every file. `progress` hears of bytes as they are hashed.
    ///
    /// # Errors
    /// Names what is not as it should be.
    pub fn check_all(&self, progress: &dyn Fn(u64)) -> Result<()> {
        self.check_names()?;
        let files: Vec<&str> = self
            .manifest
            .entries
            .iter()
            .filter(|(_, entry)| matches!(entry, Entry::File(_)))
            .map(|(path, _)| path.as_str())
            .collect();
        let mut problems = Vec::new();
        for path in files {
            let read = self.open(path).and_then(|reader| {
                let total = reader.total();
                reader.check().map(|()| total)
            });
            match read {
                Ok(size) => progress(size),
                Err(problem) => problems.push(problem),
            }
        }
        join(problems)
    }

    /// Opens one of the app's files, by its path from the folder, with `/`.
    ///
    /// # Errors
    /// When it is not one of the app's, has another size, or cannot be opened. Its content is checked as it is read.
    pub fn open(&self, path: &str) -> Result<Reader> {
        let Some(Entry::File(entry)) = self.manifest.entries.get(path) else {
            let message = format!("{path} is not part of the app");
            return Err(Problem::new(problem::EXTRA, message, "remove it, or build the app again with it"));
        };
        let file = self.root.join(path);
        let file = fs::File::open(&file).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                Problem::new(problem::MISSING, format!("{path} is missing"), "install the app again")
            }
            _ => Problem::io("read", &file, &error),
        })?;
        Reader::new(file, path, entry)
    }

    /// The same by a real, absolute path.
    ///
    /// # Errors
    /// As for [`Seal::open`].
    pub fn open_path(&self, path: &Path) -> Result<Reader> {
        let inside = path.strip_prefix(&self.root).ok().and_then(|path| {
            let parts: Option<Vec<_>> = path.iter().map(|part| part.to_str()).collect();
            parts.map(|parts| parts.join("/"))
        });
        match inside {
            Some(inside) => self.open(&inside),
            None => {
                let message = format!("{} is not part of the app", path.display());
                Err(Problem::new(problem::EXTRA, message, "pages get the app's own files"))
            }
        }
    }

    /// Checks bytes that were read from a file already.
    ///
    /// # Errors
    /// When they are not the file's.
    pub fn check_bytes(&self, path: &str, bytes: &[u8]) -> Result<()> {
        match self.manifest.entries.get(path) {
            Some(Entry::File(file)) if file.hash == socket_crypto::sha256(&[bytes]) => Ok(()),
            Some(_) => Err(Problem::altered(path, "its content")),
            None => Err(Problem::new(
                problem::MISSING,
                format!("{NAME} does not list {path}"),
                "build the app again with `ssc build --prod`",
            )),
        }
    }
}

fn bounded(path: &Path) -> io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other("it is larger than any manifest"));
    }
    Ok(bytes)
}

/// One error that names several.
fn join(mut problems: Vec<Problem>) -> Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    problems.sort_by(|a, b| a.message.cmp(&b.message));
    let more = problems.len().saturating_sub(NAMED);
    let first = problems[0].clone();
    let mut message: Vec<_> = problems.into_iter().take(NAMED).map(|problem| problem.message).collect();
    if more > 0 {
        message.push(format!("and {more} more"));
    }
    Err(Problem { message: message.join("\n"), ..first })
}
