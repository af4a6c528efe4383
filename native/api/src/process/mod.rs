//! The process that holds the app: the native half of `socket:process`. Facts that do not change (arguments,
//! environment, numbers) come with the page itself, as `socket:internal/args`.

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod sys;

#[cfg(any(target_os = "linux", target_os = "android"))]
mod cgroup;
mod signals;

use tokio::io::AsyncReadExt;
use tokio::sync::Mutex;

use crate::prelude::*;

routes! { Context;
    /// How long the process has used the processors, in microseconds.
    "process.cpuUsage" => cpu_usage;
    /// Bytes of memory that the system lets the process have: 0 when it does not say.
    "process.constrainedMemory" => constrained_memory;
    /// Who the process runs as.
    "process.ids" => ids;
    /// Sends a signal to a process of the user; 0 only asks whether it is there.
    "process.kill" => kill, process(pid);
    /// From now on a signal is an event, and no longer does what it does in every program.
    "process.listen" => signals::listen;
    /// How much memory the process has.
    "process.memoryUsage" => memory_usage;
    /// What comes next on standard input, at most 64 KiB; no bytes at its end. All pages read from the same one.
    "process.readStdin" => read_stdin;
    /// What the process has used of the system.
    "process.resourceUsage" => resource_usage;
    /// Which rights new files do not get.
    "process.umask" => umask;
    /// A signal is no event any more.
    "process.unlisten" => signals::unlisten;
    events;
    /// The process received a signal that this page listens to.
    "process.signal" => SIGNAL: Signal, drop_newest;
}

/// A signal.
#[derive(Clone, Copy, Debug, Serialize, TS)]
pub(crate) struct Signal {
    /// Its number.
    signal: i32,
}

/// Users and groups as numbers. Windows has none.
#[derive(Default, Serialize, TS)]
pub(crate) struct Ids {
    uid: u32,
    euid: u32,
    gid: u32,
    egid: u32,
    groups: Vec<u32>,
}

#[derive(Deserialize, TS)]
struct Kill {
    /// Number of the process; below 1 as the system says.
    pid: i32,
    /// Number of the signal.
    signal: i32,
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

async fn ids(_: Context, (): ()) -> Result<Ids> {
    sys::ids()
}

async fn kill(_: Context, Kill { pid, signal }: Kill) -> Result<()> {
    sys::kill(pid, signal).syscall("kill")
}

async fn umask(_: Context, (): ()) -> Result<u32> {
    Ok(sys::umask())
}

async fn constrained_memory(_: Context, (): ()) -> Result<u64> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    return blocking(|| Ok(cgroup::limit())).await;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    Ok(0)
}

/// What a pipe of Linux holds.
const PIECE: usize = 64 << 10;

async fn read_stdin(cx: Context, (): ()) -> Result<WithBody<(), Vec<u8>>> {
    // What it has read when a page goes away waits in it for the next one.
    static STDIN: Mutex<Option<tokio::io::Stdin>> = Mutex::const_new(None);
    let mut body = Vec::new();
    if cx.host.has_stdin() {
        let mut input = STDIN.lock().await;
        let input = input.get_or_insert_with(tokio::io::stdin);
        body.reserve(PIECE);
        input.take(PIECE as u64).read_buf(&mut body).await.syscall("read")?;
        body.shrink_to_fit();
    }
    Ok(WithBody { head: (), body })
}
