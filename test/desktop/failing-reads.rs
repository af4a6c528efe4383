//! Loaded before the C library: reads of `failing.bin` past its second mebibyte fail as on a broken disk, and a
//! `shrinking-….bin` is cut off there when a read comes so far. Everything else is the system's own.

use std::ffi::{CString, c_char, c_int, c_long, c_void};

unsafe extern "C" {
    fn syscall(number: c_long, ...) -> c_long;
    fn lseek(file: c_int, offset: i64, whence: c_int) -> i64;
    fn readlink(path: *const c_char, space: *mut u8, size: usize) -> isize;
    fn truncate(path: *const c_char, length: i64) -> c_int;
    fn __errno_location() -> *mut c_int;
}

const LIMIT: i64 = 2 << 20;
const EIO: c_int = 5;
const SEEK_CUR: c_int = 1;
/// The numbers of `read` and `pread64`.
#[cfg(target_arch = "x86_64")]
const CALLS: [c_long; 2] = [0, 17];
#[cfg(target_arch = "aarch64")]
const CALLS: [c_long; 2] = [63, 67];

/// Where a file is.
fn path_of(file: c_int) -> Option<Vec<u8>> {
    let mut space = [0_u8; 4096];
    let link = CString::new(format!("/proc/self/fd/{file}")).ok()?;
    // SAFETY: the path ends with a zero, and the space has the size that is said.
    let length = unsafe { readlink(link.as_ptr(), space.as_mut_ptr(), space.len()) };
    space.get(..usize::try_from(length).ok()?).map(<[u8]>::to_vec)
}

/// How much of a read the system does; or what is answered in its place.
fn limited(file: c_int, size: usize, at: impl FnOnce() -> i64) -> Result<usize, isize> {
    let Some(path) = path_of(file) else { return Ok(size) };
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let (fails, shrinks) = (name == b"failing.bin", name.starts_with(b"shrinking-"));
    if !fails && !shrinks {
        return Ok(size);
    }
    let left = LIMIT - at();
    if left > 0 {
        return Ok(size.min(left as usize));
    }
    if fails {
        // SAFETY: the place is this thread's own.
        unsafe { *__errno_location() = EIO };
        return Err(-1);
    }
    if let Ok(path) = CString::new(path) {
        // SAFETY: the path ends with a zero.
        unsafe { truncate(path.as_ptr(), LIMIT) };
    }
    Ok(size)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn read(file: c_int, space: *mut c_void, size: usize) -> isize {
    // SAFETY: as the caller says; nothing of it is changed but the size, which does not grow.
    match limited(file, size, || unsafe { lseek(file, 0, SEEK_CUR) }) {
        Ok(size) => unsafe { syscall(CALLS[0], file, space, size) as isize },
        Err(answer) => answer,
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn pread64(file: c_int, space: *mut c_void, size: usize, at: i64) -> isize {
    match limited(file, size, || at) {
        // SAFETY: as the caller says; nothing of it is changed but the size, which does not grow.
        Ok(size) => unsafe { syscall(CALLS[1], file, space, size, at) as isize },
        Err(answer) => answer,
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn pread(file: c_int, space: *mut c_void, size: usize, at: i64) -> isize {
    // SAFETY: the same function by its other name.
    unsafe { pread64(file, space, size, at) }
}
