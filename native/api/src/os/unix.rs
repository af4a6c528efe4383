//! Linux, macOS, Android and iOS.

use std::ffi::CStr;
use std::io;
use std::mem::MaybeUninit;
use std::ptr;

use super::{Uname, User};
use crate::prelude::*;

fn text(chars: &[libc::c_char]) -> String {
    // A C char is signed on some processors and unsigned on others.
    let bytes: Vec<u8> = chars.iter().map(|&char| char as u8).take_while(|&byte| byte != 0).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn uname() -> Result<Uname> {
    let mut names = MaybeUninit::<libc::utsname>::uninit();
    // SAFETY: the system fills the structure.
    if unsafe { libc::uname(names.as_mut_ptr()) } == -1 {
        return Err(io::Error::last_os_error()).syscall("uv_os_uname");
    }
    // SAFETY: filled, because the call succeeded.
    let names = unsafe { names.assume_init() };
    Ok(Uname {
        sysname: text(&names.sysname),
        release: text(&names.release),
        version: text(&names.version),
        machine: text(&names.machine),
        nodename: text(&names.nodename),
    })
}

#[allow(clippy::useless_conversion, reason = "the types differ between systems")]
fn target(pid: i32) -> Result<libc::id_t, io::Error> {
    libc::id_t::try_from(pid).map_err(|_| io::Error::from_raw_os_error(libc::ESRCH))
}

pub(super) fn get_priority(pid: i32) -> io::Result<i32> {
    let pid = target(pid)?;
    // -1 is a priority too, so only the error number tells; set it to none first.
    // SAFETY: the pointer is that of this thread's error number.
    unsafe { *errno() = 0 };
    // SAFETY: takes and gives numbers.
    let priority = unsafe { libc::getpriority(libc::PRIO_PROCESS, pid) };
    let error = io::Error::last_os_error();
    if priority == -1 && error.raw_os_error() != Some(0) { Err(error) } else { Ok(priority) }
}

#[cfg(target_os = "linux")]
unsafe fn errno() -> *mut i32 {
    // SAFETY: always a valid pointer.
    unsafe { libc::__errno_location() }
}

#[cfg(target_os = "android")]
unsafe fn errno() -> *mut i32 {
    // SAFETY: always a valid pointer.
    unsafe { libc::__errno() }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
unsafe fn errno() -> *mut i32 {
    // SAFETY: always a valid pointer.
    unsafe { libc::__error() }
}

pub(super) fn set_priority(pid: i32, priority: i32) -> io::Result<()> {
    let pid = target(pid)?;
    // SAFETY: takes and gives numbers.
    let result = unsafe { libc::setpriority(libc::PRIO_PROCESS, pid, priority) };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

pub(super) fn user() -> io::Result<WithBody<User, Vec<u8>>> {
    let mut space = vec![0; 1024];
    loop {
        let mut entry = MaybeUninit::<libc::passwd>::uninit();
        let mut found = ptr::null_mut();
        // SAFETY: the structure, the space for its texts and the place for the result are ours.
        let error = unsafe {
            libc::getpwuid_r(
                libc::geteuid(),
                entry.as_mut_ptr(),
                space.as_mut_ptr(),
                space.len(),
                &raw mut found,
            )
        };
        match error {
            libc::ERANGE => space.resize(space.len() * 2, 0),
            0 if found.is_null() => return Err(io::Error::from_raw_os_error(libc::ENOENT)),
            0 => {
                // SAFETY: filled, because the call succeeded and found an entry; its texts lie in `space`.
                let entry = unsafe { entry.assume_init() };
                let mut body = Vec::new();
                for text in [entry.pw_name, entry.pw_dir, entry.pw_shell] {
                    // SAFETY: texts of an entry end with a null byte.
                    body.extend_from_slice(unsafe { CStr::from_ptr(text) }.to_bytes_with_nul());
                }
                return Ok(WithBody {
                    head: User { uid: entry.pw_uid.into(), gid: entry.pw_gid.into() },
                    body,
                });
            }
            error => return Err(io::Error::from_raw_os_error(error)),
        }
    }
}

#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "linux.rs")]
#[cfg_attr(target_vendor = "apple", path = "macos.rs")]
mod kernel;
pub(super) use kernel::{cpus, loadavg, memory, uptime};
