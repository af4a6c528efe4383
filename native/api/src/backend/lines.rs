//! Lines out of chunks that are cut anywhere.

use super::wire::{self, SCHEME};

/// The longest message: what a backend that never ends its line can make the app hold.
const MAX_LINE: usize = 1 << 30;
/// Text without line feeds is passed on in pieces of this size.
const MAX_TEXT: usize = 64 << 10;
/// Memory of a line that was longer is given back.
const KEPT: usize = 1 << 20;

/// What a backend has written.
#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    /// A line of the protocol, without its end.
    Message(Vec<u8>),
    /// Anything else: for the terminal, as it is.
    Text(Vec<u8>),
    /// A line of the protocol that is longer than any that is taken; the beginning of it.
    TooLong(Vec<u8>),
}

/// What the line that is being collected is.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Too short to say.
    Unknown,
    Message,
    Text,
    /// The rest of a line that was given up.
    Skipped,
}

/// Collects.
#[derive(Debug)]
pub(super) struct Lines {
    line: Vec<u8>,
    kind: Kind,
    limit: usize,
    /// Whether the line before was text: an empty line behind it belongs to the text, any other means nothing.
    text: bool,
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Kind::Unknown => "unknown",
            Kind::Message => "message",
            Kind::Text => "text",
            Kind::Skipped => "skipped",
        })
    }
}

impl Default for Lines {
    fn default() -> Lines {
        Lines { line: Vec::new(), kind: Kind::Unknown, limit: MAX_LINE, text: false }
    }
}

impl Lines {
    /// Takes from the front of a chunk until there is a piece, or nothing left.
    pub(super) fn next(&mut self, chunk: &mut &[u8]) -> Option<Piece> {
        while !chunk.is_empty() {
            let end = memchr::memchr(b'\n', chunk);
            let (part, rest) = chunk.split_at(end.map_or(chunk.len(), |end| end + 1));
            *chunk = rest;
            if self.kind != Kind::Skipped {
                self.line.extend_from_slice(part);
            }
            if self.kind == Kind::Unknown {
                self.kind = kind(&self.line);
            }
            if let Some(piece) = self.piece(end.is_some()) {
                return Some(piece);
            }
        }
        None
    }

    /// What is left without a line feed.
    pub(super) fn end(&mut self) -> Option<Piece> {
        (!self.line.is_empty()).then(|| self.piece(true))?
    }

    fn piece(&mut self, whole: bool) -> Option<Piece> {
        match self.kind {
            Kind::Skipped if whole => self.kind = Kind::Unknown,
            Kind::Message if self.line.len() > self.limit => {
                let mut start = self.take();
                start.truncate(200);
                self.kind = if whole { Kind::Unknown } else { Kind::Skipped };
                self.text = false;
                return Some(Piece::TooLong(start));
            }
            Kind::Text if !whole && self.line.len() >= MAX_TEXT => {
                return Some(Piece::Text(self.take()));
            }
            Kind::Skipped | Kind::Unknown | Kind::Message | Kind::Text if !whole => {}
            Kind::Message => {
                let mut line = self.take();
                let end = line.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r'));
                line.truncate(end.map_or(0, |end| end + 1));
                (self.kind, self.text) = (Kind::Unknown, false);
                return Some(Piece::Message(line));
            }
            _ => {
                let line = self.take();
                self.kind = Kind::Unknown;
                let empty = matches!(&line[..], b"\n" | b"\r\n");
                if !empty || self.text {
                    self.text = true;
                    return Some(Piece::Text(line));
                }
            }
        }
        None
    }

    fn take(&mut self) -> Vec<u8> {
        let room = if self.line.len() > KEPT { 0 } else { self.line.len() };
        std::mem::replace(&mut self.line, Vec::with_capacity(room))
    }
}

fn kind(line: &[u8]) -> Kind {
    let length = line.len().min(SCHEME.len());
    match line[..length].eq_ignore_ascii_case(&SCHEME[..length]) {
        false => Kind::Text,
        true if wire::is_message(line) => Kind::Message,
        true => Kind::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &mut Lines, text: &[u8], size: usize) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for mut chunk in text.chunks(size) {
            while let Some(piece) = lines.next(&mut chunk) {
                pieces.push(piece);
            }
        }
        pieces
    }

    #[test]
    fn chunks_may_be_cut_anywhere() {
        let text = "ipc://a?value=é\r\nhello\n\nIPC://b\n\n\r\nip\nipc:/x\nipc://c\0\nrest".as_bytes();
        let message = |text: &str| Piece::Message(text.into());
        let printed = |text: &str| Piece::Text(text.into());
        let expected = [
            message("ipc://a?value=é"),
            printed("hello\n"),
            printed("\n"),
            message("IPC://b"),
            printed("ip\n"),
            printed("ipc:/x\n"),
            message("ipc://c\0"),
        ];
        for size in 1..=text.len() {
            let mut lines = Lines::default();
            assert_eq!(read(&mut lines, text, size), expected, "{size} bytes at once");
            assert_eq!(lines.end(), Some(printed("rest")));
            assert_eq!(lines.end(), None);
        }
    }

    #[test]
    fn text_that_never_ends_is_passed_on() {
        let mut lines = Lines::default();
        let text = vec![b'x'; 10 * MAX_TEXT];
        let pieces = read(&mut lines, &text, 1000);
        assert!(pieces.len() >= 9, "{}", pieces.len());
        assert!(lines.line.len() < MAX_TEXT + 1000);
    }

    #[test]
    fn a_message_that_never_ends_is_given_up() {
        let mut lines = Lines { limit: 1000, ..Lines::default() };
        let text = format!("ipc://a?value={}\nipc://b\n", "x".repeat(5000));
        let pieces = read(&mut lines, text.as_bytes(), 100);
        assert!(matches!(&pieces[0], Piece::TooLong(start) if start.starts_with(b"ipc://a")));
        assert_eq!(pieces[1..], [Piece::Message("ipc://b".into())]);
        assert!(lines.line.capacity() <= 2000);
    }
}
