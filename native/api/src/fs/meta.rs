//! What is known about files: size, times, owner, permissions.

use serde::Serializer;

use super::exact::Use;
use super::path::FilePath;
use super::{Descriptor, Path, sys};
use crate::prelude::*;

/// An integer that may be above 2^53: it is sent as text then, because JavaScript's numbers end there.
#[derive(Clone, Copy, Debug, TS)]
#[ts(type = "number | string")]
pub(super) struct Integer(pub(super) i128);

impl Serialize for Integer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match i64::try_from(self.0) {
            Ok(number) if number.unsigned_abs() <= 1 << 53 => serializer.serialize_i64(number),
            _ => serializer.collect_str(&self.0),
        }
    }
}

/// Seconds since 1970 and nanoseconds.
pub(super) type Time = (i64, u32);

/// What is known about a file.
#[derive(Serialize, TS)]
pub(super) struct Stat {
    /// Device that holds it.
    pub(super) dev: Integer,
    /// Type and permissions.
    pub(super) mode: u32,
    /// How many names it has.
    pub(super) nlink: Integer,
    /// Owner.
    pub(super) uid: u32,
    /// Group.
    pub(super) gid: u32,
    /// Device that it is.
    pub(super) rdev: Integer,
    /// Best size for reads and writes.
    pub(super) blksize: Integer,
    /// Number on its device.
    pub(super) ino: Integer,
    /// Length in bytes.
    pub(super) size: Integer,
    /// How much of the disk it takes, in units of 512 bytes.
    pub(super) blocks: Integer,
    /// Last read.
    pub(super) atime: Time,
    /// Last change of its content.
    pub(super) mtime: Time,
    /// Last change of its content or of what is known about it.
    pub(super) ctime: Time,
    /// When it was made.
    pub(super) birthtime: Time,
}

pub(super) async fn stat(cx: Context, Path { path }: Path) -> Result<Stat> {
    blocking(move || path.with(&cx, "fs.stat", Use::READ, sys::stat)?.syscall_on("stat", &path)).await
}

pub(super) async fn lstat(cx: Context, Path { path }: Path) -> Result<Stat> {
    blocking(move || path.with(&cx, "fs.lstat", Use::LOOK, sys::lstat)?.syscall_on("lstat", &path)).await
}

pub(super) async fn fstat(cx: Context, request: Descriptor) -> Result<Stat> {
    let file = request.file(&cx, "fstat")?;
    blocking(move || sys::fstat(&file).syscall("fstat")).await
}

/// What is known about a file system.
#[derive(Serialize, TS)]
pub(super) struct StatFs {
    /// Its type.
    #[serde(rename = "type")]
    pub(super) kind: Integer,
    /// Best size for reads and writes; the unit of what follows.
    pub(super) bsize: Integer,
    /// All blocks.
    pub(super) blocks: Integer,
    /// Free blocks.
    pub(super) bfree: Integer,
    /// Free blocks for this user.
    pub(super) bavail: Integer,
    /// All file nodes.
    pub(super) files: Integer,
    /// Free file nodes.
    pub(super) ffree: Integer,
}

pub(super) async fn statfs(cx: Context, Path { path }: Path) -> Result<StatFs> {
    blocking(move || path.with(&cx, "fs.statfs", Use::READ, sys::statfs)?.syscall_on("statfs", &path)).await
}

#[derive(Deserialize, TS)]
pub(super) struct Access {
    /// The file.
    pub(super) path: FilePath,
    /// Sum of `R_OK`, `W_OK` and `X_OK`.
    mode: i32,
}

pub(super) async fn access(cx: Context, Access { path, mode }: Access) -> Result<()> {
    blocking(move || {
        let answer = path.with(&cx, "fs.access", Use::READ, |path| sys::access(path, mode))?;
        answer.syscall_on("access", &path)
    })
    .await
}

pub(super) async fn exists(cx: Context, Path { path }: Path) -> Result<bool> {
    blocking(move || Ok(path.with(&cx, "fs.exists", Use::READ, |path| sys::access(path, 0))?.is_ok())).await
}

#[derive(Deserialize, TS)]
pub(super) struct Chmod {
    /// The file.
    pub(super) path: FilePath,
    /// Its permissions.
    mode: u32,
}

pub(super) async fn chmod(cx: Context, Chmod { path, mode }: Chmod) -> Result<()> {
    blocking(move || {
        let done = path.with(&cx, "fs.chmod", Use::WRITE, |path| sys::chmod(path, mode))?;
        done.syscall_on("chmod", &path)
    })
    .await
}

#[derive(Deserialize, TS)]
pub(super) struct Fchmod {
    /// Number of the open file.
    fd: u32,
    /// Its permissions.
    mode: u32,
}

pub(super) async fn fchmod(cx: Context, Fchmod { fd, mode }: Fchmod) -> Result<()> {
    let file = Descriptor { fd }.changeable(&cx, "fchmod")?;
    blocking(move || sys::fchmod(&file, mode).syscall("fchmod")).await
}

#[derive(Deserialize, TS)]
pub(super) struct Chown {
    /// The file.
    pub(super) path: FilePath,
    /// Owner; -1 leaves it.
    uid: i64,
    /// Group; -1 leaves it.
    gid: i64,
}

/// `None` for -1, which leaves the owner as it is.
fn id(number: i64) -> Option<u32> {
    u32::try_from(number).ok()
}

pub(super) async fn chown(cx: Context, Chown { path, uid, gid }: Chown) -> Result<()> {
    blocking(move || {
        let done = path.with(&cx, "fs.chown", Use::WRITE, |path| sys::chown(path, id(uid), id(gid)))?;
        done.syscall_on("chown", &path)
    })
    .await
}

pub(super) async fn lchown(cx: Context, Chown { path, uid, gid }: Chown) -> Result<()> {
    blocking(move || {
        let done = path.with(&cx, "fs.lchown", Use::ENTRY, |path| sys::lchown(path, id(uid), id(gid)))?;
        done.syscall_on("lchown", &path)
    })
    .await
}

#[derive(Deserialize, TS)]
pub(super) struct Fchown {
    /// Number of the open file.
    fd: u32,
    /// Owner; -1 leaves it.
    uid: i64,
    /// Group; -1 leaves it.
    gid: i64,
}

pub(super) async fn fchown(cx: Context, Fchown { fd, uid, gid }: Fchown) -> Result<()> {
    let file = Descriptor { fd }.changeable(&cx, "fchown")?;
    blocking(move || sys::fchown(&file, id(uid), id(gid)).syscall("fchown")).await
}

#[derive(Deserialize, TS)]
pub(super) struct Utimes {
    /// The file.
    pub(super) path: FilePath,
    /// Last read, in seconds since 1970; no number: `EINVAL`.
    atime: Option<f64>,
    /// Last change, in seconds since 1970; no number: `EINVAL`.
    mtime: Option<f64>,
}

fn times(atime: Option<f64>, mtime: Option<f64>) -> Result<(Time, Time)> {
    let time = |seconds: Option<f64>| -> Result<Time> {
        let invalid = || Error::errno("EINVAL");
        let seconds = seconds.filter(|seconds| seconds.abs() < 1e15).ok_or_else(invalid)?;
        // Whole microseconds, as Node has them: a double has no more at present dates.
        let micros = (seconds.fract() * 1e6) as i64;
        let whole = seconds as i64 + micros.div_euclid(1_000_000);
        Ok((whole, u32::try_from(micros.rem_euclid(1_000_000)).map_err(|_| invalid())? * 1000))
    };
    Ok((time(atime)?, time(mtime)?))
}

pub(super) async fn utimes(cx: Context, Utimes { path, atime, mtime }: Utimes) -> Result<()> {
    blocking(move || {
        let (atime, mtime) = times(atime, mtime).syscall_on("utime", &path)?;
        let done = path.with(&cx, "fs.utimes", Use::WRITE, |path| sys::utimes(path, atime, mtime, true))?;
        done.syscall_on("utime", &path)
    })
    .await
}

pub(super) async fn lutimes(cx: Context, Utimes { path, atime, mtime }: Utimes) -> Result<()> {
    blocking(move || {
        let (atime, mtime) = times(atime, mtime).syscall_on("lutime", &path)?;
        let done = path.with(&cx, "fs.lutimes", Use::ENTRY, |path| sys::utimes(path, atime, mtime, false))?;
        done.syscall_on("lutime", &path)
    })
    .await
}

#[derive(Deserialize, TS)]
pub(super) struct Futimes {
    /// Number of the open file.
    fd: u32,
    /// Last read, in seconds since 1970; no number: `EINVAL`.
    atime: Option<f64>,
    /// Last change, in seconds since 1970; no number: `EINVAL`.
    mtime: Option<f64>,
}

pub(super) async fn futimes(cx: Context, Futimes { fd, atime, mtime }: Futimes) -> Result<()> {
    let file = Descriptor { fd }.changeable(&cx, "futime")?;
    blocking(move || {
        let (atime, mtime) = times(atime, mtime).syscall("futime")?;
        sys::futimes(&file, atime, mtime).syscall("futime")
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_whole_microseconds_and_never_negative() {
        let one = |seconds| times(Some(seconds), Some(0.0)).map(|times| times.0);
        assert_eq!(one(1.5), Ok((1, 500_000_000)));
        assert_eq!(one(-1.5), Ok((-2, 500_000_000)));
        assert_eq!(one(-0.25), Ok((-1, 750_000_000)));
        assert_eq!(one(1e16).expect_err("too far").code(), "EINVAL");
        assert_eq!(times(None, Some(0.0)).expect_err("no number").code(), "EINVAL");
    }

    #[test]
    fn integers_that_a_double_cannot_hold_are_text() {
        let json = |number| serde_json::to_string(&Integer(number)).expect("JSON");
        assert_eq!(json(-5), "-5");
        assert_eq!(json((1 << 53) + 1), "\"9007199254740993\"");
        assert_eq!(json(i128::from(u64::MAX)), "\"18446744073709551615\"");
    }
}
