//! Paths on their way from a page.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fmt, io};

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use socket_ipc::Result;
use ts_rs::TS;

use super::exact::{Exact, Use, exact};
use crate::Context;

/// The path of a file, whose bytes need not be text.
///
/// A page sends a byte that is no UTF-8 as the lone surrogate U+DC00 + byte, which no text contains: each name
/// has exactly one form, and nothing is replaced on the way.
#[derive(Debug, TS)]
#[ts(type = "string")]
pub(super) struct FilePath(PathBuf);

impl AsRef<Path> for FilePath {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl FilePath {
    /// Does something with the file that policy decided about: what is called gets a path that leads to it, and to no
    /// other. Handlers give the path to the system in no other way.
    ///
    /// # Errors
    /// What policy says. The inner error is that of the work, or of the system on the way there.
    pub(super) fn with<T>(
        &self,
        cx: &Context,
        route: &str,
        how: Use,
        work: impl FnOnce(&Path) -> io::Result<T>,
    ) -> Result<io::Result<T>> {
        Ok(self.exact(cx, route, how)?.and_then(|exact| work(exact.as_ref())))
    }

    /// The file that policy decided about, for what takes longer.
    pub(super) fn exact(&self, cx: &Context, route: &str, how: Use) -> Result<io::Result<Exact>> {
        exact(&cx.document, route, &self.0, how)
    }
}

impl<'de> Deserialize<'de> for FilePath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<FilePath, D::Error> {
        // As bytes: that is how serde_json hands over text with lone surrogates.
        deserializer.deserialize_bytes(PathVisitor)
    }
}

struct PathVisitor;

impl Visitor<'_> for PathVisitor {
    type Value = FilePath;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path without null bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> std::result::Result<FilePath, E> {
        if bytes.contains(&0) {
            return Err(E::custom("a path must be without null bytes"));
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(FilePath(text.into())),
            Err(_) => {
                let bytes = unescape(bytes).ok_or_else(|| E::custom("a path holds a lone surrogate"))?;
                let raw = os_string(bytes).ok_or_else(|| E::custom("a path must be UTF-8 here"))?;
                Ok(FilePath(raw.into()))
            }
        }
    }
}

/// Turns the surrogates U+DC80 to U+DCFF (ED B2 80 to ED B3 BF) into the bytes that they stand for.
fn unescape(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        match (first, tail) {
            (0xED, [second @ 0xB2..=0xB3, third, ..]) => {
                plain.push(((second & 0x03) << 6) | (third & 0x3F));
                rest = &tail[2..];
            }
            (0xED, [0xA0..=0xBF, ..]) => return None,
            _ => {
                plain.push(*first);
                rest = tail;
            }
        }
    }
    Some(plain)
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> Option<OsString> {
    Some(std::os::unix::ffi::OsStringExt::from_vec(bytes))
}

#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> Option<OsString> {
    String::from_utf8(bytes).ok().map(OsString::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> std::result::Result<FilePath, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn text_stays_text() {
        let path = parse(r#""/tmp/é \ud83d\ude00""#).expect("text");
        assert_eq!(path.as_ref(), Path::new("/tmp/é \u{1f600}"));
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_come_through() {
        let path = parse(r#""/tmp/\udcff\udc80é""#).expect("bytes");
        let bytes = path.as_ref().as_os_str().as_encoded_bytes();
        assert_eq!(bytes, b"/tmp/\xff\x80\xc3\xa9");
    }

    #[test]
    fn null_bytes_and_other_surrogates_are_refused() {
        for json in [r#""a\u0000b""#, r#""\ud800""#, r#""\udcff\u0000""#, "3", "null"] {
            assert!(parse(json).is_err(), "{json}");
        }
    }
}
