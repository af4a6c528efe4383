//! The files of an app, as its pages get them. Which file an address stands for, `socket_policy::Resources` says.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use socket_ipc::{Body, Reader};

use crate::app::{App, Sealed};

/// Up to this size a file is checked before the answer begins, so that the answer can say that it was altered.
const SMALL: u64 = 1 << 20;

/// A file, or the part of it that a `Range` header asks for.
pub(super) struct Part {
    /// Gives that part.
    pub(super) body: Body,
    /// First byte.
    pub(super) start: u64,
    /// Bytes to send.
    pub(super) length: u64,
    /// Bytes in the whole file.
    pub(super) total: u64,
}

/// Opens what is to be sent; `Ok(None)`: the range does not fit the file.
pub(super) fn open(app: &Arc<App>, path: &Path, range: Option<&str>) -> std::io::Result<Option<Part>> {
    let source = match app.sealed(path) {
        Some(sealed) => Source::Sealed(sealed?),
        None => Source::Plain(File::open(path)?),
    };
    let total = match &source {
        Source::Sealed(sealed) => sealed.total(),
        Source::Plain(file) => file.metadata()?.len(),
    };
    let (start, length) = match range.map(|range| parse_range(range, total)) {
        None | Some(Range::Ignore) => (0, total),
        Some(Range::Part(start, length)) => (start, length),
        Some(Range::Unsatisfiable) => return Ok(None),
    };
    let body = match source {
        Source::Plain(mut file) => {
            file.seek(SeekFrom::Start(start))?;
            Body::File { file, length }
        }
        Source::Sealed(sealed) if length <= SMALL => sealed.part(start, length).bytes()?.into(),
        Source::Sealed(sealed) => {
            Body::Reader { reader: Reader(Box::new(sealed.part(start, length))), length }
        }
    };
    Ok(Some(Part { body, start, length, total }))
}

/// Where the bytes of a file come from.
enum Source {
    Plain(File),
    /// Checked as they are read.
    Sealed(Sealed),
}

/// The whole text of a page.
pub(super) fn read_text(app: &Arc<App>, path: &Path) -> std::io::Result<String> {
    Ok(String::from_utf8(app.read(path)?)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

#[derive(Debug, PartialEq)]
enum Range {
    /// Not a range that we serve (several parts, other units): the whole file is the right answer.
    Ignore,
    /// First byte and length.
    Part(u64, u64),
    /// Outside the file.
    Unsatisfiable,
}

fn parse_range(header: &str, total: u64) -> Range {
    let Some((first, last)) = header.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-'))
    else {
        return Range::Ignore;
    };
    let bounds = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if last < first => return Range::Ignore,
        (Ok(first), Ok(last)) => (first, last.min(total.saturating_sub(1))),
        (Ok(first), Err(_)) if last.is_empty() => (first, total.saturating_sub(1)),
        (Err(_), Ok(0)) if first.is_empty() => return Range::Unsatisfiable,
        (Err(_), Ok(count)) if first.is_empty() => (total.saturating_sub(count), total.saturating_sub(1)),
        _ => return Range::Ignore,
    };
    if bounds.0 >= total { Range::Unsatisfiable } else { Range::Part(bounds.0, bounds.1 - bounds.0 + 1) }
}

/// The type of a file by its extension. A short table instead of a database crate: the runtime is part of
/// every app, and these are the types that a page can use.
pub(super) fn mime(path: &Path) -> &'static str {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match extension.as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "js" | "mjs" | "cjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" | "webmanifest" => "application/json; charset=utf-8",
        "txt" | "md" | "log" | "ini" | "ts" | "tsx" | "jsx" | "vue" | "svelte" => "text/plain; charset=utf-8",
        "xml" | "rss" | "atom" => "application/xml; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "vtt" => "text/vtt; charset=utf-8",
        "svg" | "svgz" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "jxl" => "image/jxl",
        "bmp" => "image/bmp",
        "ico" | "cur" => "image/x-icon",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "wasm" => "application/wasm",
        "pdf" => "application/pdf",
        "mp3" => "audio/mpeg",
        "m4a" | "aac" => "audio/mp4",
        "wav" => "audio/wav",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "flac" => "audio/flac",
        "weba" => "audio/webm",
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        "ogv" => "video/ogg",
        "mov" => "video/quicktime",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_http() {
        assert_eq!(parse_range("bytes=0-3", 10), Range::Part(0, 4));
        assert_eq!(parse_range("bytes=8-", 10), Range::Part(8, 2));
        assert_eq!(parse_range("bytes=-3", 10), Range::Part(7, 3));
        assert_eq!(parse_range("bytes=-30", 10), Range::Part(0, 10));
        assert_eq!(parse_range("bytes=5-99", 10), Range::Part(5, 5));
        assert_eq!(parse_range("bytes=10-", 10), Range::Unsatisfiable);
        assert_eq!(parse_range("bytes=-0", 10), Range::Unsatisfiable);
        for other in ["bytes=3-1", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b", "bytes=", "bytes=-"] {
            assert_eq!(parse_range(other, 10), Range::Ignore, "{other}");
        }
    }
}
