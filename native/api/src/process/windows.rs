//! Windows.

use std::io;

use windows_sys::Win32::Foundation::{CloseHandle, ERROR_INVALID_PARAMETER, FILETIME};
use windows_sys::Win32::System::ProcessStatus::{K32GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS};
use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, GetProcessIoCounters, GetProcessTimes, IO_COUNTERS, OpenProcess,
    PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_TERMINATE, TerminateProcess,
};

use super::{Ids, ResourceUsage};
use crate::prelude::*;

fn check(result: i32) -> io::Result<()> {
    if result == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

fn memory() -> io::Result<PROCESS_MEMORY_COUNTERS> {
    let mut memory = PROCESS_MEMORY_COUNTERS::default();
    // SAFETY: this process is always there, and the system fills as many bytes as the structure has.
    check(unsafe {
        let size = size_of_val(&memory) as u32;
        K32GetProcessMemoryInfo(GetCurrentProcess(), &raw mut memory, size)
    })?;
    Ok(memory)
}

/// Microseconds; the system counts 100 nanoseconds.
fn micros(time: FILETIME) -> u64 {
    ((u64::from(time.dwHighDateTime) << 32) | u64::from(time.dwLowDateTime)) / 10
}

pub(super) fn usage() -> Result<ResourceUsage> {
    let [mut created, mut ended, mut system, mut user] = [FILETIME::default(); 4];
    let mut transfers = IO_COUNTERS::default();
    // SAFETY: this process is always there, and the system fills the structures.
    unsafe {
        let this = GetCurrentProcess();
        check(GetProcessTimes(this, &raw mut created, &raw mut ended, &raw mut system, &raw mut user))
            .syscall("uv_getrusage")?;
        check(GetProcessIoCounters(this, &raw mut transfers)).syscall("uv_getrusage")?;
    }
    let memory = memory().syscall("uv_getrusage")?;
    Ok(ResourceUsage {
        user_cpu_time: micros(user),
        system_cpu_time: micros(system),
        max_rss: memory.PeakWorkingSetSize as u64 / 1024,
        // Both kinds are counted together.
        major_page_fault: memory.PageFaultCount.into(),
        fs_read: transfers.ReadOperationCount,
        fs_write: transfers.WriteOperationCount,
        ..ResourceUsage::default()
    })
}

pub(super) fn resident() -> Result<u64> {
    Ok(memory().syscall("uv_resident_set_memory")?.WorkingSetSize as u64)
}

pub(super) fn ids() -> Result<Ids> {
    Err(Error::errno("ENOSYS").syscall("getuid"))
}

/// Windows knows no other signal than the end.
pub(super) fn kill(pid: i32, signal: i32) -> io::Result<()> {
    let no_process = || io::Error::from_raw_os_error(ERROR_INVALID_PARAMETER as i32);
    let pid = u32::try_from(pid).map_err(|_| no_process())?;
    let rights = if signal == 0 { PROCESS_QUERY_LIMITED_INFORMATION } else { PROCESS_TERMINATE };
    // SAFETY: a number alone; the handle is closed below.
    let process = unsafe { OpenProcess(rights, 0, pid) };
    if process.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is open and has this right.
    let result = if signal == 0 { Ok(()) } else { check(unsafe { TerminateProcess(process, 1) }) };
    // SAFETY: the handle is open, and not used any more.
    unsafe { CloseHandle(process) };
    result
}

/// Windows has none.
pub(super) fn umask() -> u32 {
    0
}

const SIGHUP: i32 = 1;
const SIGINT: i32 = 2;
const SIGTERM: i32 = 15;
const SIGBREAK: i32 = 21;

/// What a console sends.
pub(super) enum Caught {
    Interrupt(tokio::signal::windows::CtrlC),
    Break(tokio::signal::windows::CtrlBreak),
    Close(tokio::signal::windows::CtrlClose),
    /// May be listened to, and never comes.
    Never,
}

impl Caught {
    pub(super) async fn next(&mut self) -> Option<()> {
        match self {
            Caught::Interrupt(signals) => signals.recv().await,
            Caught::Break(signals) => signals.recv().await,
            Caught::Close(signals) => signals.recv().await,
            Caught::Never => None,
        }
    }
}

pub(super) fn catch(signal: i32) -> io::Result<Caught> {
    use tokio::signal::windows;
    match signal {
        SIGINT => windows::ctrl_c().map(Caught::Interrupt),
        SIGBREAK => windows::ctrl_break().map(Caught::Break),
        SIGHUP => windows::ctrl_close().map(Caught::Close),
        SIGTERM => Ok(Caught::Never),
        _ => Err(io::ErrorKind::InvalidInput.into()),
    }
}

/// What the signal does in a program that does not catch it: it ends.
pub(super) fn default_action(_: i32) {
    std::process::exit(1);
}
