//! Linux, macOS, Android and iOS.

use std::io;
use std::mem::MaybeUninit;

use super::{Ids, ResourceUsage};
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

pub(super) fn ids() -> Result<Ids> {
    // SAFETY: these questions cannot fail.
    let (uid, euid, gid, egid) =
        unsafe { (libc::getuid(), libc::geteuid(), libc::getgid(), libc::getegid()) };
    // SAFETY: no room is given, and only the count is asked for.
    let count = unsafe { libc::getgroups(0, std::ptr::null_mut()) };
    let Ok(room) = usize::try_from(count) else {
        return Err(io::Error::last_os_error()).syscall("getgroups");
    };
    let mut groups: Vec<libc::gid_t> = vec![0; room];
    // SAFETY: as many as there is room for are written.
    let found = unsafe { libc::getgroups(count, groups.as_mut_ptr()) };
    groups.truncate(usize::try_from(found).unwrap_or(0));
    // As in Node the effective group is always among them.
    if !groups.contains(&egid) {
        groups.push(egid);
    }
    Ok(Ids { uid, euid, gid, egid, groups })
}

pub(super) fn kill(pid: i32, signal: i32) -> io::Result<()> {
    // SAFETY: numbers alone.
    match unsafe { libc::kill(pid, signal) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Linux tells it; elsewhere it is only told by setting it, for a moment.
pub(super) fn umask() -> u32 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let told = status.lines().find_map(|line| line.strip_prefix("Umask:"));
    if let Some(mask) = told.and_then(|text| u32::from_str_radix(text.trim(), 8).ok()) {
        return mask;
    }
    // SAFETY: cannot fail; a file made by another thread in between has no rights for others.
    let mask = unsafe { libc::umask(0o077) };
    // SAFETY: as above.
    unsafe { libc::umask(mask) };
    #[allow(clippy::useless_conversion, reason = "the type differs between systems")]
    mask.into()
}

/// Signals of one kind as they come.
pub(super) struct Caught(tokio::signal::unix::Signal);

impl Caught {
    pub(super) async fn next(&mut self) -> Option<()> {
        self.0.recv().await
    }
}

pub(super) fn catch(signal: i32) -> io::Result<Caught> {
    // JavaScriptCore stops its threads with it there, and crashes the app when it comes from elsewhere.
    if cfg!(target_os = "linux") && signal == libc::SIGUSR1 {
        return Err(io::Error::from_raw_os_error(libc::EINVAL));
    }
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(signal)).map(Caught)
}

/// What the signal does in a program that does not catch it.
pub(super) fn default_action(signal: i32) {
    let mut caught = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: all zeros are an action: the default one, without flags.
    let default: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: both structures are as the system wants them, and `caught` is only used when it was filled. The signal
    // reaches this thread itself, so that its action is over when `raise` returns, if it does.
    unsafe {
        if libc::sigaction(signal, &raw const default, caught.as_mut_ptr()) == 0 {
            libc::raise(signal);
            // Still here: the action is to ignore it, or to stop for a while.
            libc::sigaction(signal, caught.as_ptr(), std::ptr::null_mut());
        }
    }
}
