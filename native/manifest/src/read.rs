//! Reading a file that is what its hashes say.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use crate::CHUNK;
use crate::problem::{Problem, Result};
use crate::text::File;

/// Gives the bytes of a file, or of a part of it. Each piece is read into memory, hashed there, and only then given on:
/// what changes on the disk meanwhile is never seen. After an error it gives nothing more.
pub struct Reader {
    file: fs::File,
    path: Arc<str>,
    entry: File,
    /// Where the next byte stands in the file.
    at: u64,
    /// Where the part ends.
    end: u64,
    buffer: Vec<u8>,
    /// Which piece the buffer holds.
    piece: Option<u64>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("path", &self.path)
            .field("at", &self.at)
            .field("end", &self.end)
            .finish()
    }
}

impl Reader {
    /// The size is compared here, so that lengths that are told to a page are right.
    pub(crate) fn new(file: fs::File, path: &str, entry: &File) -> Result<Reader> {
        let size = file.metadata().map_err(|error| Problem::io("read", path.as_ref(), &error))?.len();
        if size != entry.size {
            return Err(wrong_size(path, entry.size, size));
        }
        Ok(Reader {
            file,
            path: path.into(),
            entry: entry.clone(),
            at: 0,
            end: size,
            buffer: Vec::new(),
            piece: None,
        })
    }

    /// Bytes in the whole file.
    pub fn total(&self) -> u64 {
        self.entry.size
    }

    /// Gives only `length` bytes from `start` on, as far as there are so many.
    #[must_use]
    pub fn part(mut self, start: u64, length: u64) -> Reader {
        self.at = start.min(self.entry.size);
        self.end = start.saturating_add(length).min(self.entry.size);
        self
    }

    /// All of it.
    ///
    /// # Errors
    /// When a piece is not what its hash says, or cannot be read.
    pub fn bytes(mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(usize::try_from(self.end - self.at).unwrap_or(0));
        self.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Looks at all of it and gives nothing.
    ///
    /// # Errors
    /// As for [`Reader::bytes`].
    pub(crate) fn check(mut self) -> Result<()> {
        (0..self.entry.size.div_ceil(CHUNK)).try_for_each(|piece| self.load(piece)).map_err(|error| {
            match error.downcast::<Problem>() {
                Ok(problem) => problem,
                Err(error) => Problem::io("read", self.path.as_ref().as_ref(), &error),
            }
        })
    }

    fn load(&mut self, piece: u64) -> io::Result<()> {
        self.piece = None;
        let start = piece * CHUNK;
        let length = CHUNK.min(self.entry.size - start);
        self.file.seek(SeekFrom::Start(start))?;
        self.buffer.clear();
        (&mut self.file).take(length).read_to_end(&mut self.buffer)?;
        let hash = socket_crypto::sha256(&[&self.buffer]);
        if self.buffer.len() as u64 != length || self.entry.piece(piece) != Some(&hash) {
            self.end = self.at;
            return Err(Problem::altered(&self.path, "its content").into());
        }
        self.piece = Some(piece);
        Ok(())
    }
}

pub(crate) fn wrong_size(path: &str, expected: u64, found: u64) -> Problem {
    Problem::altered(path, &format!("it has {found} bytes, not {expected}"))
}

impl Read for Reader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.end || out.is_empty() {
            return Ok(0);
        }
        let piece = self.at / CHUNK;
        if self.piece != Some(piece) {
            self.load(piece)?;
        }
        // Below CHUNK, so it fits any usize.
        let from = (self.at - piece * CHUNK) as usize;
        let rest = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let count = out.len().min(self.buffer.len() - from).min(rest);
        out[..count].copy_from_slice(&self.buffer[from..from + count]);
        self.at += count as u64;
        Ok(count)
    }
}
