//! Linux, macOS, Android and iOS.

use std::io;
use std::mem::MaybeUninit;

use super::ResourceUsage;
use crate::prelude::*;

pub(super) fn usage() -> Result<ResourceUsage> {
    let mut usage = MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: the system fills the structure.
    if unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) } == -1 {
        return Err(io::Error::last_os_error()).syscall("uv_getrusage");
    }
    // SAFETY: filled, because the call succeeded.
    let usage = unsafe { usage.assume_init() };
    #[allow(clippy::unnecessary_cast, reason = "the types differ between systems")]
    let micros = |time: libc::timeval| count(time.tv_sec as i64) * 1_000_000 + count(time.tv_usec as i64);
    // macOS counts bytes here.
    let unit = if cfg!(target_vendor = "apple") { 1024 } else { 1 };
    Ok(ResourceUsage {
        user_cpu_time: micros(usage.ru_utime),
        system_cpu_time: micros(usage.ru_stime),
        max_rss: count(usage.ru_maxrss) / unit,
        shared_memory_size: count(usage.ru_ixrss),
        unshared_data_size: count(usage.ru_idrss),
        unshared_stack_size: count(usage.ru_isrss),
        minor_page_fault: count(usage.ru_minflt),
        major_page_fault: count(usage.ru_majflt),
        swapped_out: count(usage.ru_nswap),
        fs_read: count(usage.ru_inblock),
        fs_write: count(usage.ru_oublock),
        ipc_sent: count(usage.ru_msgsnd),
        ipc_received: count(usage.ru_msgrcv),
        signals_count: count(usage.ru_nsignals),
        voluntary_context_switches: count(usage.ru_nvcsw),
        involuntary_context_switches: count(usage.ru_nivcsw),
    })
}

/// A counter of the system; none is ever below zero.
fn count(number: impl TryInto<u64>) -> u64 {
    number.try_into().unwrap_or(0)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn resident() -> Result<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").syscall("uv_resident_set_memory")?;
    // SAFETY: a question about a constant of the system.
    let page = u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096);
    let pages: Option<u64> = text.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    Ok(pages.unwrap_or(0) * page)
}

#[cfg(target_vendor = "apple")]
#[allow(deprecated, reason = "libc has what is needed; another crate would be for two names")]
pub(super) fn resident() -> Result<u64> {
    let mut info = MaybeUninit::<libc::mach_task_basic_info>::uninit();
    let mut count = libc::MACH_TASK_BASIC_INFO_COUNT;
    // SAFETY: the system fills at most as many numbers as the structure has.
    let result = unsafe {
        let task = libc::mach_task_self();
        libc::task_info(task, libc::MACH_TASK_BASIC_INFO, info.as_mut_ptr().cast(), &raw mut count)
    };
    if result != libc::KERN_SUCCESS {
        return Err(Error::errno("EINVAL").syscall("uv_resident_set_memory"));
    }
    // SAFETY: filled, because the call succeeded.
    Ok(unsafe { info.assume_init() }.resident_size)
}
