//! The machine: the native half of `socket:os`. Facts that do not change (platform, folders, host name) come with
//! the page itself, as `socket:internal/args`.

mod network;
/// What Windows means by its numbers: no system is asked, so it is tested everywhere.
#[cfg(any(windows, test))]
mod rules;
#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod sys;

use crate::prelude::*;
use crate::process::ResourceUsage;

routes! { Context;
    /// Memory that programs can have without swapping, in bytes.
    "os.availableMemory" => available_memory;
    /// How many things the machine can do at once.
    "os.availableParallelism" => available_parallelism;
    /// The processors.
    "os.cpus" => cpus;
    /// Memory that is free, in bytes.
    "os.freemem" => available_memory;
    /// Priority of a process.
    "os.getPriority" => get_priority;
    /// How busy the machine was in the last 1, 5 and 15 minutes.
    "os.loadavg" => loadavg;
    /// Addresses of the machine, by interface.
    "os.networkInterfaces" => network_interfaces;
    /// What the app has used of the system.
    "os.rusage" => rusage;
    /// Changes the priority of a process.
    "os.setPriority" => set_priority;
    /// All memory, in bytes.
    "os.totalmem" => total_memory;
    /// Names and versions of system and machine.
    "os.uname" => uname;
    /// Seconds since the machine was started.
    "os.uptime" => uptime;
    /// The user that the app runs as.
    "os.userInfo" => user_info;
}

async fn total_memory(_: Context, (): ()) -> Result<u64> {
    blocking(|| Ok(sys::memory()?.0)).await
}

async fn available_memory(_: Context, (): ()) -> Result<u64> {
    blocking(|| Ok(sys::memory()?.1)).await
}

async fn available_parallelism(_: Context, (): ()) -> Result<usize> {
    Ok(std::thread::available_parallelism().map_or(1, usize::from))
}

async fn loadavg(_: Context, (): ()) -> Result<[f64; 3]> {
    sys::loadavg()
}

async fn uptime(_: Context, (): ()) -> Result<f64> {
    blocking(sys::uptime).await
}

async fn rusage(cx: Context, (): ()) -> Result<ResourceUsage> {
    crate::process::resource_usage(cx, ()).await
}

/// A processor.
#[derive(Clone, Debug, Default, Serialize, TS)]
struct Cpu {
    /// As its maker calls it.
    model: String,
    /// Megahertz now; 0 when the system does not say.
    speed: u64,
    /// What it has done since the start, in milliseconds.
    times: CpuTimes,
}

/// What a processor has done since the start, in milliseconds.
#[derive(Clone, Debug, Default, Serialize, TS)]
struct CpuTimes {
    /// Programs.
    user: u64,
    /// Programs of low priority.
    nice: u64,
    /// The system.
    sys: u64,
    /// Nothing.
    idle: u64,
    /// Interrupts.
    irq: u64,
}

async fn cpus(_: Context, (): ()) -> Result<Vec<Cpu>> {
    blocking(sys::cpus).await
}

/// Names and versions, as `uname` prints them.
#[derive(Serialize, TS)]
struct Uname {
    /// For example `Linux`.
    sysname: String,
    /// Of the kernel, for example `6.1.0`.
    release: String,
    /// How the kernel was built.
    version: String,
    /// For example `x86_64`.
    machine: String,
    /// Name of the machine in its network.
    nodename: String,
}

async fn uname(_: Context, (): ()) -> Result<Uname> {
    sys::uname()
}

/// An address of an interface.
#[derive(Clone, Debug, Serialize, TS)]
struct Address {
    /// Name of the interface.
    name: String,
    /// The address.
    address: String,
    /// Which part of the address names the network.
    netmask: String,
    /// `IPv4` or `IPv6`.
    family: String,
    /// Hardware address.
    mac: String,
    /// Whether only this machine can reach it.
    internal: bool,
    /// The address and the length of its network's part.
    cidr: Option<String>,
    /// Number of the interface, for addresses that are valid in one network only.
    scopeid: Option<u32>,
}

async fn network_interfaces(_: Context, (): ()) -> Result<Vec<Address>> {
    blocking(network::addresses).await
}

#[derive(Deserialize, TS)]
struct Process {
    /// Number of the process; 0: this one.
    pid: i32,
}

async fn get_priority(_: Context, Process { pid }: Process) -> Result<i32> {
    sys::get_priority(pid).syscall("uv_os_getpriority")
}

#[derive(Deserialize, TS)]
struct SetPriority {
    /// Number of the process; 0: this one.
    pid: i32,
    /// From -20 (first) to 19 (last).
    priority: i32,
}

async fn set_priority(_: Context, SetPriority { pid, priority }: SetPriority) -> Result<()> {
    sys::set_priority(pid, priority).syscall("uv_os_setpriority")
}

/// A user; name, home and shell follow, each ended by a null byte: they need not be text.
#[derive(Serialize, TS)]
struct User {
    /// Number of the user; -1 where users have none.
    #[ts(type = "number")]
    uid: i64,
    /// Number of the user's first group; -1 where groups have none.
    #[ts(type = "number")]
    gid: i64,
}

async fn user_info(_: Context, (): ()) -> Result<WithBody<User, Vec<u8>>> {
    blocking(|| sys::user().syscall("uv_os_get_passwd")).await
}
