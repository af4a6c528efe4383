//! Links of Windows: files and directories have different ones, and junctions are a third kind.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::windows::ffi::{OsStrExt, OsStringExt};
use std::os::windows::fs::{FileTypeExt, symlink_dir, symlink_file};
use std::os::windows::io::AsRawHandle;
use std::path::{Path, PathBuf};
use std::ptr;

use windows_sys::Win32::Foundation::{
    ERROR_FILENAME_EXCED_RANGE, ERROR_SYMLINK_NOT_SUPPORTED, GENERIC_WRITE,
};
use windows_sys::Win32::System::IO::DeviceIoControl;
use windows_sys::Win32::System::Ioctl::FSCTL_SET_REPARSE_POINT;

use super::rules;
use super::windows::{check, error, open_for};
use crate::fs::entry::Kind;

pub(in crate::fs) fn readlink(path: impl AsRef<Path>) -> io::Result<PathBuf> {
    fs::read_link(path).map_err(|failure| match failure.raw_os_error() {
        Some(_) => failure,
        // The library knows links and junctions; what it does not know is no link.
        None => error(ERROR_SYMLINK_NOT_SUPPORTED),
    })
}

pub(in crate::fs) fn symlink(target: &Path, path: &Path, kind: Option<Kind>) -> io::Result<()> {
    // Relative targets begin where the link stands.
    let place = path.parent().unwrap_or(Path::new("")).join(target);
    let kind = kind.unwrap_or(if place.is_dir() { Kind::Dir } else { Kind::File });
    // Links are followed by the kernel, which knows one separator only.
    let slash = u16::from(b'/');
    let target: Vec<u16> = target.as_os_str().encode_wide().collect();
    let target: Vec<u16> =
        target.iter().map(|&unit| if unit == slash { u16::from(b'\\') } else { unit }).collect();
    let target = OsString::from_wide(&target);
    match kind {
        Kind::File => symlink_file(target, path),
        Kind::Dir => symlink_dir(target, path),
        Kind::Junction => junction(&place, path),
    }
}

/// A junction is an empty directory with a note; it needs no privilege and always names its target in full.
fn junction(target: &Path, path: &Path) -> io::Result<()> {
    let target: Vec<u16> = std::path::absolute(target)?.as_os_str().encode_wide().collect();
    let note = rules::junction(&target).ok_or_else(|| error(ERROR_FILENAME_EXCED_RANGE))?;
    fs::create_dir(path)?;
    let written = write_note(path, &note);
    if written.is_err() {
        // An empty directory is no link; that it cannot be removed says less than why it failed.
        let _ = fs::remove_dir(path);
    }
    written
}

fn write_note(path: &Path, note: &[u8]) -> io::Result<()> {
    let directory = open_for(path, GENERIC_WRITE, false)?;
    let mut returned = 0;
    // SAFETY: the directory is open, the note is as long as is said, and nothing comes back.
    check(unsafe {
        DeviceIoControl(
            directory.as_raw_handle(),
            FSCTL_SET_REPARSE_POINT,
            note.as_ptr().cast(),
            note.len() as u32,
            ptr::null_mut(),
            0,
            &raw mut returned,
            ptr::null_mut(),
        )
    })
}

/// Removes a file or a link, whatever that points to.
pub(in crate::fs) fn unlink(path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref();
    if fs::symlink_metadata(path)?.file_type().is_symlink_dir() {
        return fs::remove_dir(path);
    }
    fs::remove_file(path)
}

pub(in crate::fs) fn realpath(path: &Path) -> io::Result<PathBuf> {
    let real: Vec<u16> = fs::canonicalize(path)?.as_os_str().encode_wide().collect();
    Ok(OsString::from_wide(&rules::plain(&real)).into())
}
