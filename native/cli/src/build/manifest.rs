//! What the last build put where, so that the next one touches only what changed and removes only its own.
//!
//! Records end with a NUL byte, because a path may hold any other: `source-size source-mtime size mtime path`.
//! A manifest that cannot be read is as good as none.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const HEAD: &[u8] = b"ssc 1\0";

/// What tells without reading whether a file is still the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    size: u64,
    /// Nanoseconds since 1970; -1 never equals a file's.
    time: i128,
}

impl Stamp {
    pub(crate) fn of(metadata: &Metadata) -> Stamp {
        let time = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Stamp { size: metadata.len(), time: time.map_or(-1, |time| time.as_nanos() as i128) }
    }

    /// The stamp of a source that may still change within the resolution of its clock: not to be trusted.
    pub(crate) fn unless_fresh(metadata: &Metadata) -> Stamp {
        let now = SystemTime::now();
        let fresh = metadata
            .modified()
            .is_ok_and(|time| now.duration_since(time).is_ok_and(|age| age < Duration::from_millis(50)));
        let stamp = Stamp::of(metadata);
        if fresh { Stamp { time: -1, ..stamp } } else { stamp }
    }

    /// Something that was not copied from a file.
    pub(crate) fn generated(size: usize) -> Stamp {
        Stamp { size: size as u64, time: 0 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) source: Stamp,
    pub(crate) copy: Stamp,
}

/// By path, relative to the tree.
pub(crate) type Manifest = BTreeMap<PathBuf, Record>;

pub(crate) fn load(path: &Path) -> Manifest {
    std::fs::read(path).ok().and_then(|bytes| decode(&bytes)).unwrap_or_default()
}

pub(crate) fn encode(manifest: &Manifest) -> Vec<u8> {
    let mut bytes = HEAD.to_vec();
    for (path, Record { source, copy }) in manifest {
        bytes.extend(format!("{} {} {} {} ", source.size, source.time, copy.size, copy.time).bytes());
        bytes.extend(path.as_os_str().as_encoded_bytes());
        bytes.push(0);
    }
    bytes
}

fn decode(bytes: &[u8]) -> Option<Manifest> {
    let records = bytes.strip_prefix(HEAD)?.split_inclusive(|&byte| byte == 0);
    records.map(|record| decode_record(record.strip_suffix(b"\0")?)).collect()
}

fn decode_record(record: &[u8]) -> Option<(PathBuf, Record)> {
    let mut parts = record.splitn(5, |&byte| byte == b' ');
    let mut number = || std::str::from_utf8(parts.next()?).ok()?.parse::<i128>().ok();
    let mut stamp = || Some(Stamp { size: number()?.try_into().ok()?, time: number()? });
    let record = Record { source: stamp()?, copy: stamp()? };
    Some((path(parts.next()?)?, record))
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(std::ffi::OsStr::from_bytes(bytes).into())
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> Option<PathBuf> {
    String::from_utf8(bytes.into()).ok().map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_wrote() {
        let stamp = |size, time| Stamp { size, time };
        let record = Record { source: stamp(1, -1), copy: stamp(u64::MAX, 1 << 80) };
        let manifest: Manifest =
            ["a b", "\n\u{fc}", "x y z"].map(|path| (PathBuf::from(path), record)).into();
        assert_eq!(decode(&encode(&manifest)), Some(manifest));
        assert_eq!(decode(b"ssc 1\x001 2 3"), None);
        assert_eq!(decode(b"something"), None);
    }
}
