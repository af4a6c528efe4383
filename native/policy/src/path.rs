//! Files: what a path really names, and patterns of such names.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{Error, ErrorKind, Result};
use std::path::{Component, Path, PathBuf};

use crate::capability::{Places, Wrong};

/// As many links as Linux follows.
const MAX_LINKS: usize = 40;

/// The place that a path names once the system has followed its links: absolute, without `.`, `..` and links. What is
/// not there yet stays as it is written, also behind a link that leads nowhere: opening such a link creates its target.
///
/// `follow`: whether the last name is followed, too; calls that work on an entry itself (remove, rename) do not.
///
/// # Errors
/// When the links lead in circles, when `..` follows something that is not there (what that names can change before
/// the path is used), or when a link cannot be read.
pub fn resolve(path: &Path, follow: bool) -> Result<PathBuf> {
    if path.as_os_str().is_empty() {
        // Not the current directory: to the system it is the name of nothing.
        return Err(ErrorKind::NotFound.into());
    }
    #[cfg(target_os = "linux")]
    if let Some(found) = asked(path, follow) {
        return Ok(found);
    }
    let absolute = if path.is_absolute() { path.to_path_buf() } else { std::env::current_dir()?.join(path) };
    // A slash at the end, or `.`, means what the name leads to.
    let follow = follow || ends_in_directory(path);
    let mut rest = VecDeque::new();
    let mut at = PathBuf::new();
    push_front(&mut rest, &mut at, &absolute);
    let (mut links, mut missing) = (0, false);
    while let Some(part) = rest.pop_front() {
        if part == ".." {
            if missing {
                return Err(Error::new(ErrorKind::NotFound, "`..` follows a name that is not there"));
            }
            at.pop();
            continue;
        }
        let next = at.join(&part);
        if missing || (rest.is_empty() && !follow) {
            at = next;
            continue;
        }
        match std::fs::symlink_metadata(&next) {
            Ok(found) if found.file_type().is_symlink() => {
                links += 1;
                if links > MAX_LINKS {
                    // ELOOP, and what Windows calls it.
                    let code = if cfg!(windows) {
                        1921
                    } else if cfg!(target_vendor = "apple") {
                        62
                    } else {
                        40
                    };
                    return Err(Error::from_raw_os_error(code));
                }
                let target = std::fs::read_link(&next)?;
                push_front(&mut rest, &mut at, &target);
            }
            Ok(_) => at = next,
            Err(_) => {
                missing = true;
                at = next;
            }
        }
    }
    Ok(long_form(at))
}

/// The same in three calls of the system, for what is there; none where only following name by name tells.
///
/// Links of `/proc`, which lead where no name does, are none of it: a name that the system has for such a file may be
/// another's. Neither is what was removed meanwhile.
#[cfg(target_os = "linux")]
fn asked(path: &Path, follow: bool) -> Option<PathBuf> {
    use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
    use std::os::unix::ffi::OsStrExt;

    if !follow && !ends_in_directory(path) {
        // The last name stays as it is.
        let name = path.file_name()?;
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        return Some(asked(parent.unwrap_or(Path::new(".")), true)?.join(name));
    }
    // With a null byte at the end; most are short.
    let bytes = path.as_os_str().as_bytes();
    let mut name = [0_u8; 512];
    if bytes.len() >= name.len() || bytes.contains(&0) {
        return None;
    }
    name[..bytes.len()].copy_from_slice(bytes);
    // SAFETY: plain numbers, for which zero is a value.
    let mut how: libc::open_how = unsafe { std::mem::zeroed() };
    how.flags = u64::from((libc::O_PATH | libc::O_CLOEXEC).unsigned_abs());
    how.resolve = libc::RESOLVE_NO_MAGICLINKS;
    // SAFETY: the path ends with a null byte, and the structure is as long as said.
    let found = unsafe {
        libc::syscall(libc::SYS_openat2, libc::AT_FDCWD, name.as_ptr(), &raw const how, size_of_val(&how))
    };
    let found = RawFd::try_from(found).ok().filter(|found| *found >= 0)?;
    // SAFETY: the descriptor is new, and ours alone.
    let found = unsafe { OwnedFd::from_raw_fd(found) };
    let real = std::fs::read_link(format!("/proc/self/fd/{}", found.as_raw_fd())).ok()?;
    let known = is_plain(&real) || real == Path::new("/");
    (known && !real.as_os_str().as_bytes().ends_with(b" (deleted)")).then_some(real)
}

/// A path without `.`, `..` and slashes too many, as it is written: a link before a `..` is taken for a folder.
pub(crate) fn lexical(path: &Path) -> Option<PathBuf> {
    if cfg!(windows) {
        return None;
    }
    let mut at = if path.is_absolute() { PathBuf::new() } else { std::env::current_dir().ok()? };
    for component in path.components() {
        match component {
            Component::RootDir => at.push("/"),
            Component::Normal(name) => at.push(name),
            Component::ParentDir => {
                at.pop();
            }
            Component::CurDir | Component::Prefix(_) => {}
        }
    }
    Some(at)
}

/// Whether a path is written as [`resolve`] would write it if there were no links: absolute, without `.`, `..`, a slash at
/// the end or two of them. Never on Windows, where one file has many names.
pub fn is_plain(path: &Path) -> bool {
    if cfg!(windows) {
        return false;
    }
    let Some(names) = path.as_os_str().as_encoded_bytes().strip_prefix(b"/") else { return false };
    names.split(|byte| *byte == b'/').all(|name| !matches!(name, b"" | b"." | b".."))
}

/// Puts the names of a path before those that wait; an absolute one begins anew.
fn push_front(rest: &mut VecDeque<OsString>, at: &mut PathBuf, path: &Path) {
    let mut names = Vec::new();
    for component in path.components() {
        match component {
            Component::Prefix(_) => *at = PathBuf::from(component.as_os_str()),
            Component::RootDir => {
                // On Windows the drive stays before the root.
                let prefix = at.components().next().filter(|part| matches!(part, Component::Prefix(_)));
                let mut root = prefix.map(|part| PathBuf::from(part.as_os_str())).unwrap_or_default();
                root.push(component.as_os_str());
                *at = root;
            }
            Component::CurDir => {}
            Component::ParentDir => names.push("..".into()),
            Component::Normal(name) => names.push(name.to_owned()),
        }
    }
    for name in names.into_iter().rev() {
        rest.push_front(name);
    }
}

fn ends_in_directory(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    let slash = |byte: &u8| *byte == b'/' || (cfg!(windows) && *byte == b'\\');
    bytes.last().is_some_and(slash)
        || bytes
            .strip_suffix(b".")
            .is_some_and(|rest| rest.is_empty() || rest.last().is_some_and(slash) || rest.ends_with(b"/."))
}

/// `C:/…`
fn has_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [drive, b':', b'/', ..] if drive.is_ascii_alphabetic())
}

/// Windows has a short and a long name for each file; patterns are compared with the long ones.
fn long_form(path: PathBuf) -> PathBuf {
    if !cfg!(windows) {
        return path;
    }
    for ancestor in path.ancestors() {
        if let (Ok(real), Ok(tail)) = (ancestor.canonicalize(), path.strip_prefix(ancestor)) {
            return if tail.as_os_str().is_empty() { real } else { real.join(tail) };
        }
    }
    path
}

/// One entry of `read[]` or `write[]`: a place, then what may stand below it.
#[derive(Clone, Debug)]
pub struct FilePattern {
    /// Resolved; none where this machine has no such place.
    base: Option<PathBuf>,
    /// A glob for the names below; empty for the place itself.
    rest: String,
}

impl FilePattern {
    /// Reads an entry: an absolute path or one of the places (`$HOME`), whose later names may be globs.
    ///
    /// # Errors
    /// What is wrong with the entry, and the fix.
    pub fn parse(text: &str, places: &Places) -> std::result::Result<FilePattern, Wrong> {
        let text = text.trim();
        if cfg!(windows) && text.contains('\\') {
            return Err(Wrong::new(text, "it has a backslash", "write paths with `/` on every system"));
        }
        let (base, rest) = match text.strip_prefix('$') {
            Some(named) => {
                let (name, rest) = named.split_once('/').unwrap_or((named, ""));
                if !crate::VARIABLES.iter().any(|(known, _)| *known == name) {
                    let all: Vec<_> = crate::VARIABLES.iter().map(|(name, _)| format!("${name}")).collect();
                    let fix = format!("there are: {}", all.join(", "));
                    return Err(Wrong::new(text, &format!("${name} is no place"), &fix));
                }
                (places.get(name).map(Path::to_path_buf), rest)
            }
            None if Path::new(text).is_absolute() => (Some(PathBuf::new()), text),
            // An absolute path of another system, which one socket.ini may name beside those of this one.
            None if text.starts_with('/') || has_drive(text) => (None, text),
            None => {
                let fix = "begin with a place, as in `$HOME/notes/**`, or write an absolute path";
                return Err(Wrong::new(text, "it is a relative path", fix));
            }
        };
        let parts: Vec<_> = rest.split('/').collect();
        if parts.contains(&"..") {
            return Err(Wrong::new(text, "it has `..`", "write the path without it"));
        }
        let is_glob = |part: &str| part.contains(['*', '?', '[', ']', '{', '}', '\\']);
        let literal = parts.iter().take_while(|part| !is_glob(part)).count();
        let glob = parts[literal..].join("/");
        if let Err(problem) = fast_glob::validate(&glob) {
            return Err(Wrong::new(text, &format!("it is no pattern: {problem}"), "see docs/security.md"));
        }
        if glob.starts_with('!') {
            let fix = "list what is allowed; everything else is refused";
            return Err(Wrong::new(text, "a name with a glob begins with `!`", fix));
        }
        let prefix = parts[..literal].join("/");
        // An absolute path keeps its root although the list of its names begins with an empty one.
        let prefix = if base.as_deref() == Some(Path::new("")) && !prefix.starts_with('/') && !cfg!(windows) {
            format!("/{prefix}")
        } else {
            prefix
        };
        let base = base.map(|base| if prefix.is_empty() { base } else { base.join(prefix) });
        // A place that cannot be resolved allows nothing.
        Ok(FilePattern { base: base.and_then(|base| resolve(&base, true).ok()), rest: glob })
    }

    /// Whether a path that [`resolve`] made is one of those.
    pub fn matches(&self, resolved: &Path) -> bool {
        let Some(base) = &self.base else { return false };
        // Asked for each call about a file: where one path has one form, bytes are compared and nothing is copied.
        #[cfg(unix)]
        {
            let base = match base.as_os_str().as_encoded_bytes() {
                b"/" => b"",
                base => base,
            };
            match resolved.as_os_str().as_encoded_bytes().strip_prefix(base) {
                Some(b"" | b"/") => self.rest.is_empty() || self.rest == "**",
                Some([b'/', ..]) if self.rest == "**" => true,
                Some([b'/', below @ ..]) => !self.rest.is_empty() && fast_glob::glob_match(&self.rest, below),
                _ => false,
            }
        }
        #[cfg(not(unix))]
        {
            let Ok(below) = resolved.strip_prefix(base) else { return false };
            if self.rest.is_empty() || below.as_os_str().is_empty() {
                return below.as_os_str().is_empty() && (self.rest.is_empty() || self.rest == "**");
            }
            let names: Vec<&[u8]> = below.iter().map(|name| name.as_encoded_bytes()).collect();
            fast_glob::glob_match(&self.rest, names.join(&b'/'))
        }
    }
}
