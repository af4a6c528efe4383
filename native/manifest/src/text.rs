//! The text of a manifest: one form for one content, so that equal apps have equal manifests. What is not exactly in
//! that form is refused.

use std::collections::BTreeMap;
use std::fmt;

use crate::problem::{self, Problem, Result};
use crate::{CHUNK, NAME, SIGNATURE};

/// SHA-256.
pub type Hash = [u8; 32];

const HEAD: &str = "socket-manifest 1";

/// What an app consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The executable that it was built with.
    pub runtime: Option<Runtime>,
    /// By path: relative to the folder of the files, with `/`.
    pub entries: BTreeMap<String, Entry>,
}

/// The executable of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// The hash of the whole file.
    pub hash: Hash,
    /// In bytes.
    pub size: u64,
    /// The file name, without a folder.
    pub name: String,
}

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File(File),
    /// A symbolic link to something else in the folder.
    Link(String),
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Of the whole file.
    pub hash: Hash,
    /// In bytes.
    pub size: u64,
    /// Of each [`CHUNK`] bytes, where the file has more than that.
    pub chunks: Vec<Hash>,
}

impl File {
    /// How many hashes of pieces a file of this size has.
    pub(crate) fn pieces(size: u64) -> u64 {
        if size > CHUNK { size.div_ceil(CHUNK) } else { 0 }
    }

    /// The hash of the piece that begins at this multiple of [`CHUNK`].
    pub(crate) fn piece(&self, number: u64) -> Option<&Hash> {
        match self.chunks.is_empty() {
            true => (number == 0).then_some(&self.hash),
            false => self.chunks.get(usize::try_from(number).ok()?),
        }
    }
}

/// Bytes as lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug)]
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Reads exactly `N` bytes of lower-case hexadecimal digits.
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let text = text.as_bytes();
    if text.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

/// Why a path cannot stand in a manifest.
pub(crate) fn unfit(path: &str) -> Option<&'static str> {
    if path.chars().any(char::is_control) {
        return Some("it has a control character");
    }
    if cfg!(windows) && path.contains(['\\', ':']) {
        return Some("it has a `\\` or a `:`");
    }
    let whole = path.split('/').all(|part| !["", ".", ".."].contains(&part));
    (!whole).then_some("it is no plain path from the folder of the files")
}

/// Whether a link leads to a place in the folder, as far as its text tells.
pub(crate) fn stays(path: &str, target: &str) -> bool {
    let mut depth = path.matches('/').count();
    if target.is_empty() || target.starts_with('/') || target.contains(['\\', ':']) {
        return false;
    }
    target.split('/').all(|part| match part {
        ".." => {
            let inside = depth > 0;
            depth = depth.saturating_sub(1);
            inside
        }
        "" | "." => true,
        _ => {
            depth += 1;
            true
        }
    })
}

impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}")?;
        if let Some(Runtime { hash, size, name }) = &self.runtime {
            writeln!(f, "runtime {} {size} {name}", Hex(hash))?;
        }
        for (path, entry) in &self.entries {
            match entry {
                Entry::File(File { hash, size, chunks }) => {
                    writeln!(f, "file {} {size} {path}", Hex(hash))?;
                    chunks.iter().try_for_each(|chunk| writeln!(f, "- {}", Hex(chunk)))?;
                }
                Entry::Link(target) => writeln!(f, "link {path}\n> {target}")?,
            }
        }
        Ok(())
    }
}

impl Manifest {
    /// Reads the text.
    ///
    /// # Errors
    /// `ERR_MANIFEST_FORMAT`, with the line, when it is not exactly what [`Display`](fmt::Display) writes.
    pub fn parse(bytes: &[u8]) -> Result<Manifest> {
        let wrong = |line: usize, what: &str| {
            let hint = "install the app again, or build it again with the ssc of this version";
            Problem::new(problem::FORMAT, format!("{NAME}, line {line}: {what}"), hint)
        };
        let text = std::str::from_utf8(bytes).map_err(|_| wrong(1, "it is not UTF-8 text"))?;
        let Some(text) = text.strip_suffix('\n') else { return Err(wrong(1, "it does not end with a line")) };
        let mut lines = text.split('\n').enumerate().map(|(index, line)| (index + 1, line)).peekable();
        match lines.next() {
            Some((_, HEAD)) => {}
            Some((_, line)) if line.starts_with("socket-manifest ") => {
                return Err(wrong(1, "it is of a version that this runtime does not know"));
            }
            _ => return Err(wrong(1, &format!("it does not begin with `{HEAD}`"))),
        }
        let mut manifest = Manifest::default();
        while let Some((number, line)) = lines.next() {
            let (kind, rest) = line.split_once(' ').ok_or_else(|| wrong(number, "it has no value"))?;
            if kind == "link" {
                let target = lines.next().and_then(|(_, line)| line.strip_prefix("> "));
                let target =
                    target.filter(|target| stays(rest, target) && !target.chars().any(char::is_control));
                let target = target
                    .ok_or_else(|| wrong(number, "the link leads nowhere in the folder of the files"))?;
                manifest.add(rest, Entry::Link(target.to_owned())).map_err(|what| wrong(number, &what))?;
                continue;
            }
            let mut words = rest.splitn(3, ' ');
            let hash = words.next().and_then(unhex).ok_or_else(|| wrong(number, "it has no SHA-256"))?;
            let size = words.next().filter(|size| *size == "0" || !size.starts_with(['0', '+']));
            let size = size.and_then(|size| size.parse::<u64>().ok());
            let size = size.ok_or_else(|| wrong(number, "it has no size"))?;
            let path = words.next().ok_or_else(|| wrong(number, "it has no path"))?;
            match kind {
                "runtime" if number == 2 => {
                    if unfit(path).is_some() || path.contains('/') {
                        return Err(wrong(number, "the executable has no plain name"));
                    }
                    manifest.runtime = Some(Runtime { hash, size, name: path.to_owned() });
                }
                "file" => {
                    let mut chunks = Vec::new();
                    while let Some((number, line)) = lines.next_if(|(_, line)| line.starts_with("- ")) {
                        chunks.push(unhex(&line[2..]).ok_or_else(|| wrong(number, "it has no SHA-256"))?);
                    }
                    if chunks.len() as u64 != File::pieces(size) {
                        return Err(wrong(
                            number,
                            &format!(
                                "a file of {size} bytes has {} hashes of pieces, not {}",
                                File::pieces(size),
                                chunks.len()
                            ),
                        ));
                    }
                    manifest
                        .add(path, Entry::File(File { hash, size, chunks }))
                        .map_err(|what| wrong(number, &what))?;
                }
                _ => return Err(wrong(number, &format!("there is no `{kind}` here"))),
            }
        }
        Ok(manifest)
    }

    /// Paths come in order, each once.
    fn add(&mut self, path: &str, entry: Entry) -> std::result::Result<(), String> {
        if let Some(why) = unfit(path) {
            return Err(format!("the path cannot be used: {why}"));
        }
        if [NAME, SIGNATURE].contains(&path)
            || self.runtime.as_ref().is_some_and(|runtime| runtime.name == path)
        {
            return Err("that file is not listed as one of the app's".into());
        }
        if self.entries.last_key_value().is_some_and(|(last, _)| last.as_str() >= path) {
            return Err("the paths are not in order".into());
        }
        self.entries.insert(path.to_owned(), entry);
        Ok(())
    }
}
