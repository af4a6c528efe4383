//! Names of files: links, renames, copies.

use std::fs;
use std::path::{Component, Path as StdPath, PathBuf};

use super::exact::Check;
use super::path::FilePath;
use super::{Found, Path, found, sys};
use crate::prelude::*;
use socket_ipc::Resource;

/// Requests about two files.
#[derive(Deserialize, TS)]
pub(super) struct Pair {
    /// The first, which exists.
    pub(super) path: FilePath,
    /// The second.
    pub(super) dest: FilePath,
}

pub(super) async fn rename(_: Context, Pair { path, dest }: Pair) -> Result<()> {
    blocking(move || fs::rename(&path, &dest).syscall_between("rename", &path, &dest)).await
}

pub(super) async fn link(_: Context, Pair { path, dest }: Pair) -> Result<()> {
    blocking(move || fs::hard_link(&path, &dest).syscall_between("link", &path, &dest)).await
}

pub(super) async fn unlink(_: Context, Path { path }: Path) -> Result<()> {
    blocking(move || sys::unlink(&path).syscall_on("unlink", &path)).await
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
        let link: &StdPath = self.path.as_ref();
        let target = link.parent().unwrap_or(link).join(&self.target);
        check(Resource::read(&target))?;
        check(Resource::write(&target))
    }
}

pub(super) async fn symlink(_: Context, Symlink { target, path, kind }: Symlink) -> Result<()> {
    blocking(move || {
        sys::symlink(target.as_ref(), path.as_ref(), kind).syscall_between("symlink", &target, &path)
    })
    .await
}

pub(super) async fn readlink(_: Context, Path { path }: Path) -> Result<WithBody<Found, Vec<u8>>> {
    blocking(move || sys::readlink(&path).map(found).syscall_on("readlink", &path)).await
}

#[derive(Deserialize, TS)]
pub(super) struct Realpath {
    /// The file.
    pub(super) path: FilePath,
    /// Whether an error names the whole path, or the first part of it that cannot be followed.
    native: bool,
}

pub(super) async fn realpath(
    _: Context,
    Realpath { path, native }: Realpath,
) -> Result<WithBody<Found, Vec<u8>>> {
    blocking(move || match sys::realpath(path.as_ref()) {
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

pub(super) async fn copy_file(_: Context, CopyFile { path, dest, mode }: CopyFile) -> Result<()> {
    blocking(move || sys::copy(path.as_ref(), dest.as_ref(), mode).syscall_between("copyfile", &path, &dest))
        .await
}
