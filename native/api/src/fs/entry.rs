//! Names of files: links, renames, copies.

use std::path::{Component, Path as StdPath, PathBuf};
use std::{fs, io};

use super::exact::{Check, Exact, Use, is_link_as_folder};
use super::path::FilePath;
use super::{Found, Path, found, sys};
use crate::prelude::*;
use socket_ipc::Resource;
use socket_ipc::policy::Access;

/// Requests about two files.
#[derive(Deserialize, TS)]
pub(super) struct Pair {
    /// The first, which exists.
    pub(super) path: FilePath,
    /// The second.
    pub(super) dest: FilePath,
}

pub(super) async fn rename(cx: Context, Pair { path, dest }: Pair) -> Result<()> {
    blocking(move || {
        let to = dest.exact(&cx, "fs.rename", Use::ENTRY)?;
        let done = path.with(&cx, "fs.rename", Use::MOVE, |from| fs::rename(from, to?))?;
        done.syscall_between("rename", &path, &dest)
    })
    .await
}

pub(super) async fn link(cx: Context, Pair { path, dest }: Pair) -> Result<()> {
    blocking(move || {
        // Policy is asked about what the path leads to, where that is there; a link itself gets a second name as it is.
        drop(path.exact(&cx, "fs.link", Use::TALK)?);
        let to = dest.exact(&cx, "fs.link", Use::ENTRY)?;
        let done = path.with(&cx, "fs.link", Use::MOVE, |from| fs::hard_link(from, to?))?;
        done.syscall_between("link", &path, &dest)
    })
    .await
}

pub(super) async fn unlink(cx: Context, Path { path }: Path) -> Result<()> {
    blocking(move || {
        let removed = path.with(&cx, "fs.unlink", Use::ENTRY, |held| match path.as_ref() {
            path if cfg!(unix) && is_link_as_folder(path) => Err(io::ErrorKind::NotADirectory.into()),
            _ => sys::unlink(held),
        })?;
        removed.syscall_on("unlink", &path)
    })
    .await
}

/// What a link points to, where the system tells files and directories apart.
#[derive(Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    File,
    Dir,
    Junction,
}

#[derive(Deserialize, TS)]
#[ts(optional_fields)]
pub(super) struct Symlink {
    /// Where it points to.
    pub(super) target: FilePath,
    /// Where it stands.
    pub(super) path: FilePath,
    /// What it points to, for Windows; found out when it is missing.
    kind: Option<Kind>,
}

impl Symlink {
    /// What policy sees beside the link itself: who may make a link must have what it leads to.
    pub(super) fn linked(&self, check: Check<'_>) -> Result<()> {
        let target = self.end();
        check(Resource::read(&target))?;
        check(Resource::write(&target))
    }

    /// Where it leads.
    fn end(&self) -> PathBuf {
        let link: &StdPath = self.path.as_ref();
        link.parent().unwrap_or(link).join(&self.target)
    }
}

pub(super) async fn symlink(cx: Context, request: Symlink) -> Result<()> {
    blocking(move || {
        // The gate asked by names; links on the way to the target are followed here.
        let end = request.end();
        if !end.as_os_str().is_empty() {
            cx.document.admit_followed("fs.symlink", &end, Access::Read)?;
            cx.document.admit_followed("fs.symlink", &end, Access::Write)?;
        }
        let Symlink { target, path, kind } = request;
        let made = |path: &StdPath| sys::symlink(target.as_ref(), path, kind);
        path.with(&cx, "fs.symlink", Use::ENTRY, made)?.syscall_between("symlink", &target, &path)
    })
    .await
}

pub(super) async fn readlink(cx: Context, Path { path }: Path) -> Result<WithBody<Found, Vec<u8>>> {
    blocking(move || {
        let target = path.with(&cx, "fs.readlink", Use::LOOK, |path| sys::readlink(path))?;
        target.map(found).syscall_on("readlink", &path)
    })
    .await
}

#[derive(Deserialize, TS)]
pub(super) struct Realpath {
    /// The file.
    pub(super) path: FilePath,
    /// Whether an error names the whole path, or the first part of it that cannot be followed.
    native: bool,
}

pub(super) async fn realpath(
    cx: Context,
    Realpath { path, native }: Realpath,
) -> Result<WithBody<Found, Vec<u8>>> {
    let real = |held: &Exact, path: &FilePath| match held.real() {
        // Where the app is narrowed, the answer is the path that policy was asked about.
        Some(real) => fs::symlink_metadata(held).map(|_| real.to_path_buf()),
        None => sys::realpath(path.as_ref()),
    };
    blocking(move || match path.exact(&cx, "fs.realpath", Use::READ)?.and_then(|held| real(&held, &path)) {
        Ok(real) => Ok(found(real)),
        Err(error) if native => Err(error).syscall_on("realpath", &path),
        Err(error) => {
            follow(path.as_ref())?;
            Err(error).syscall_on("realpath", &path)
        }
    })
    .await
}

/// Follows a path step by step, to say which one fails.
fn follow(path: &StdPath) -> Result<()> {
    let mut base = PathBuf::new();
    for part in path.components() {
        base.push(part);
        if !matches!(part, Component::Normal(_)) {
            continue;
        }
        if fs::symlink_metadata(&base).syscall_on("lstat", &base)?.is_symlink() {
            fs::metadata(&base).syscall_on("stat", &base)?;
        }
    }
    Ok(())
}

#[derive(Deserialize, TS)]
pub(super) struct CopyFile {
    /// What is copied.
    pub(super) path: FilePath,
    /// Where to.
    pub(super) dest: FilePath,
    /// Sum of `COPYFILE_*`.
    mode: u32,
}

pub(super) async fn copy_file(cx: Context, CopyFile { path, dest, mode }: CopyFile) -> Result<()> {
    blocking(move || {
        let to = dest.exact(&cx, "fs.copyFile", Use::MAKE)?;
        let copied = path.with(&cx, "fs.copyFile", Use::READ, |from| {
            let to = to?;
            sys::copy(from, to.as_ref(), mode, to.real().is_some())
        })?;
        copied.syscall_between("copyfile", &path, &dest)
    })
    .await
}
