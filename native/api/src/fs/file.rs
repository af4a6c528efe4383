//! Open files.

use std::fs::File;
use std::sync::Arc;

use serde::de::Deserializer;

use super::exact::{self, Check};
use super::path::FilePath;
use super::{Descriptor, sys};
use crate::prelude::*;

/// The most that one call reads; systems take no more either.
const MAX_READ: usize = 0x7fff_ffff;

impl Descriptor {
    /// The open file; `EBADF` when there is none.
    pub(super) fn file(&self, cx: &Context, syscall: &'static str) -> Result<Arc<File>> {
        cx.document.handles.get(self.fd).syscall(syscall)
    }

    /// The same for calls that change what is known about a file: systems let them through for a file that was opened for
    /// reading, and where the app is narrowed to reading, policy must not.
    pub(super) fn changeable(&self, cx: &Context, syscall: &'static str) -> Result<Arc<File>> {
        let file = self.file(cx, syscall)?;
        if cx.document.capabilities().limited() && !sys::is_writable(&file).syscall(syscall)? {
            return Err(Error::errno("EPERM").syscall(syscall));
        }
        Ok(file)
    }
}

#[derive(Deserialize, TS)]
pub(super) struct Open {
    /// The file.
    pub(super) path: FilePath,
    /// `O_*` of this platform.
    flags: i32,
    /// Permissions of a file that is created.
    mode: u32,
}

#[derive(Serialize, TS)]
pub(super) struct Opened {
    /// Number of the open file.
    pub(super) fd: u32,
}

impl Open {
    /// What policy sees.
    pub(super) fn opened(&self, check: Check<'_>) -> Result<()> {
        exact::resources(self.path.as_ref(), self.flags, check)
    }
}

pub(super) async fn open(cx: Context, Open { path, flags, mode }: Open) -> Result<Opened> {
    let document = cx.document.clone();
    let file = blocking(move || exact::open(&document, "fs.open", path.as_ref(), flags, mode)).await?;
    Ok(Opened { fd: cx.document.handles.insert(file).syscall("open")? })
}

pub(super) async fn close(cx: Context, Descriptor { fd }: Descriptor) -> Result<()> {
    let file = cx.document.handles.remove::<File>(fd).syscall("close")?;
    match Arc::into_inner(file) {
        Some(file) => blocking(move || sys::close(file).syscall("close")).await,
        // A call that still reads or writes closes it when it is done.
        None => Ok(()),
    }
}

#[derive(Deserialize, TS)]
pub(super) struct Read {
    /// Number of the open file.
    fd: u32,
    /// How many bytes at most.
    length: usize,
    /// Where to begin; `null`: where the last read or write ended.
    #[serde(deserialize_with = "position")]
    #[ts(type = "number | string | null")]
    position: Option<u64>,
}

#[derive(Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(super) struct BytesRead {
    /// How many bytes follow; 0 at the end of the file.
    bytes_read: usize,
}

pub(super) async fn read(
    cx: Context,
    Read { fd, length, position }: Read,
) -> Result<WithBody<BytesRead, Vec<u8>>> {
    let file = Descriptor { fd }.file(&cx, "read")?;
    blocking(move || {
        // Zeroed pages cost nothing until they are touched.
        let mut body = vec![0; length.min(MAX_READ)];
        let bytes_read = sys::read(&file, &mut body, position).syscall("read")?;
        body.truncate(bytes_read);
        Ok(WithBody { head: BytesRead { bytes_read }, body })
    })
    .await
}

#[derive(Deserialize, TS)]
pub(super) struct Write {
    /// Number of the open file.
    fd: u32,
    /// Where to begin; `null`: where the last read or write ended.
    #[serde(deserialize_with = "position")]
    #[ts(type = "number | string | null")]
    position: Option<u64>,
}

#[derive(Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(super) struct BytesWritten {
    /// How many bytes were written.
    bytes_written: usize,
}

pub(super) async fn write(cx: Context, request: WithBody<Write>) -> Result<BytesWritten> {
    let file = Descriptor { fd: request.fd }.file(&cx, "write")?;
    let WithBody { head: Write { position, .. }, body } = request;
    blocking(move || {
        let bytes_written = sys::write(&file, &body, position).syscall("write")?;
        Ok(BytesWritten { bytes_written })
    })
    .await
}

#[derive(Deserialize, TS)]
pub(super) struct Ftruncate {
    /// Number of the open file.
    fd: u32,
    /// Its new length.
    length: u64,
}

pub(super) async fn ftruncate(cx: Context, Ftruncate { fd, length }: Ftruncate) -> Result<()> {
    let file = Descriptor { fd }.file(&cx, "ftruncate")?;
    blocking(move || file.set_len(length).syscall("ftruncate")).await
}

pub(super) async fn fsync(cx: Context, request: Descriptor) -> Result<()> {
    let file = request.file(&cx, "fsync")?;
    blocking(move || file.sync_all().syscall("fsync")).await
}

pub(super) async fn fdatasync(cx: Context, request: Descriptor) -> Result<()> {
    let file = request.file(&cx, "fdatasync")?;
    blocking(move || file.sync_data().syscall("fdatasync")).await
}

/// A place in a file: above 2^53 it comes as text, because JavaScript's numbers end there.
fn position<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Position {
        Number(u64),
        Text(String),
    }
    match Option::<Position>::deserialize(deserializer)? {
        None => Ok(None),
        Some(Position::Number(number)) => Ok(Some(number)),
        Some(Position::Text(text)) => text.parse().map(Some).map_err(serde::de::Error::custom),
    }
}
