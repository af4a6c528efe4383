//! Whole files in one call.

use std::io::{Read, Write};

use super::exact::{self, Check, Use};
use super::path::FilePath;
use super::sys;
use crate::prelude::*;

/// Above this many bytes the transport moves a file without reading it into memory first.
const STREAM_FROM: u64 = 1 << 20;
/// The most that JavaScript can hold in one piece everywhere; Node has the same limit.
const MAX_SIZE: u64 = 0x7fff_ffff;

#[derive(Deserialize, TS)]
pub(super) struct ReadFile {
    /// The file.
    pub(super) path: FilePath,
    /// `O_*` of this platform.
    flags: i32,
}

#[derive(Serialize, TS)]
pub(super) struct Content {
    /// How many bytes follow, as far as known when the file was opened.
    size: u64,
}

impl ReadFile {
    /// What policy sees: flags may make a file or empty it.
    pub(super) fn opened(&self, check: Check<'_>) -> Result<()> {
        exact::resources(self.path.as_ref(), self.flags, check)
    }
}

pub(super) async fn read_file(
    cx: Context,
    ReadFile { path, flags }: ReadFile,
) -> Result<WithBody<Content, Body>> {
    blocking(move || {
        let mut file = exact::open(&cx.document, "fs.readFile", path.as_ref(), flags, 0o666)?;
        let metadata = file.metadata().syscall("fstat")?;
        let size = if metadata.is_file() { metadata.len() } else { 0 };
        if size > MAX_SIZE {
            let text = format!("File size ({size}) is greater than 2 GiB");
            return Err(Error::new(Code::FILE_TOO_LARGE, text));
        }
        if size > STREAM_FROM {
            return Ok(WithBody { head: Content { size }, body: Body::File { file, length: size } });
        }
        // Files of the kernel say that they are empty, and files grow: read to the end whatever the size says.
        let mut body = Vec::with_capacity(usize::try_from(size + 1).unwrap_or(0));
        (&mut file).take(MAX_SIZE).read_to_end(&mut body).syscall("read")?;
        Ok(WithBody { head: Content { size: body.len() as u64 }, body: body.into() })
    })
    .await
}

#[derive(Deserialize, TS)]
pub(super) struct WriteFile {
    /// The file.
    pub(super) path: FilePath,
    /// `O_*` of this platform.
    flags: i32,
    /// Permissions of a file that is created.
    mode: u32,
    /// Whether to wait until it is on the disk.
    flush: bool,
}

pub(super) async fn write_file(cx: Context, request: WithBody<WriteFile>) -> Result<()> {
    let WithBody { head: WriteFile { path, flags, mode, flush }, body } = request;
    blocking(move || {
        let mut file = exact::open(&cx.document, "fs.writeFile", path.as_ref(), flags, mode)?;
        file.write_all(&body).syscall("write")?;
        if flush {
            file.sync_all().syscall("fsync")?;
        }
        sys::close(file).syscall("close")
    })
    .await
}

#[derive(Deserialize, TS)]
pub(super) struct Truncate {
    /// The file.
    pub(super) path: FilePath,
    /// Its new length.
    length: u64,
}

pub(super) async fn truncate(cx: Context, Truncate { path, length }: Truncate) -> Result<()> {
    blocking(move || {
        let open = |path: &std::path::Path| std::fs::OpenOptions::new().read(true).write(true).open(path);
        let file = path.with(&cx, "fs.truncate", Use::WRITE, open)?;
        file.syscall_on("open", &path)?.set_len(length).syscall("ftruncate")
    })
    .await
}
