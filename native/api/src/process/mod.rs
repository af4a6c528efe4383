//! The process that holds the app: the native half of `socket:process`. Facts that do not change (arguments,
//! environment, numbers) come with the page itself, as `socket:internal/args`.

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod sys;

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
#[derive(Default, Serialize, TS)]
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
    let usage = sys::usage()?;
    Ok(CpuUsage { user: usage.user_cpu_time, system: usage.system_cpu_time })
}

async fn memory_usage(_: Context, (): ()) -> Result<MemoryUsage> {
    Ok(MemoryUsage { rss: sys::resident()? })
}

/// Shared with `os.rusage`.
pub(crate) async fn resource_usage(_: Context, (): ()) -> Result<ResourceUsage> {
    sys::usage()
}
