//! The process that holds the app: the native half of `socket:process`. Facts that do not change (arguments,
//! environment, numbers) come with the page itself, as `socket:internal/args`.

use crate::prelude::*;

routes! { Context;
    /// How long the process has used the processors, in microseconds.
    "process.cpuUsage" => cpu_usage;
    /// How much memory the process has.
    "process.memoryUsage" => memory_usage;
    /// What the process has used of the system.
    "process.resourceUsage" => resource_usage;
}

/// Time on the processors, in microseconds.
#[derive(Serialize, TS)]
pub(crate) struct CpuUsage {
    /// In the program itself.
    user: u64,
    /// In the system on its behalf.
    system: u64,
}

/// Memory of the process.
#[derive(Serialize, TS)]
pub(crate) struct MemoryUsage {
    /// Bytes in memory.
    rss: u64,
}

/// What the process has used, with Node's names.
#[derive(Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResourceUsage {
    /// Microseconds on the processors, in the program itself.
    #[serde(rename = "userCPUTime")]
    user_cpu_time: u64,
    /// Microseconds on the processors, in the system on its behalf.
    #[serde(rename = "systemCPUTime")]
    system_cpu_time: u64,
    /// Kilobytes in memory at most.
    #[serde(rename = "maxRSS")]
    max_rss: u64,
    /// Kept for programs that read it; systems do not fill it.
    shared_memory_size: u64,
    /// Kept for programs that read it; systems do not fill it.
    unshared_data_size: u64,
    /// Kept for programs that read it; systems do not fill it.
    unshared_stack_size: u64,
    /// Pages found in memory.
    minor_page_fault: u64,
    /// Pages read from the disk.
    major_page_fault: u64,
    /// How often it was swapped out.
    swapped_out: u64,
    /// Reads from the disk.
    fs_read: u64,
    /// Writes to the disk.
    fs_write: u64,
    /// Messages sent.
    ipc_sent: u64,
    /// Messages received.
    ipc_received: u64,
    /// Signals received.
    signals_count: u64,
    /// How often it gave up the processor.
    voluntary_context_switches: u64,
    /// How often the processor was taken from it.
    involuntary_context_switches: u64,
}

async fn cpu_usage(_: Context, (): ()) -> Result<CpuUsage> {
    let usage = usage()?;
    Ok(CpuUsage { user: usage.user_cpu_time, system: usage.system_cpu_time })
}

async fn memory_usage(_: Context, (): ()) -> Result<MemoryUsage> {
    Ok(MemoryUsage { rss: resident()? })
}

/// Shared with `os.rusage`.
pub(crate) async fn resource_usage(_: Context, (): ()) -> Result<ResourceUsage> {
    usage()
}

#[cfg(unix)]
fn usage() -> Result<ResourceUsage> {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: the system fills the structure.
    if unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) } == -1 {
        return Err(std::io::Error::last_os_error()).syscall("uv_getrusage");
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
#[cfg(unix)]
fn count(number: impl TryInto<u64>) -> u64 {
    number.try_into().unwrap_or(0)
}

#[cfg(not(unix))]
fn usage() -> Result<ResourceUsage> {
    Err(Error::errno("ENOSYS").syscall("uv_getrusage"))
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn resident() -> Result<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").syscall("uv_resident_set_memory")?;
    // SAFETY: a question about a constant of the system.
    let page = u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096);
    let pages: Option<u64> = text.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    Ok(pages.unwrap_or(0) * page)
}

/// The most it ever had: what it has now only the kernel's own interfaces tell there.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
fn resident() -> Result<u64> {
    Ok(usage()?.max_rss * 1024)
}

#[cfg(not(unix))]
fn resident() -> Result<u64> {
    Err(Error::errno("ENOSYS").syscall("uv_resident_set_memory"))
}
