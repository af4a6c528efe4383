//! Windows.

use std::io;

use windows_sys::Win32::Foundation::FILETIME;
use windows_sys::Win32::System::ProcessStatus::{K32GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS};
use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, GetProcessIoCounters, GetProcessTimes, IO_COUNTERS,
};

use super::ResourceUsage;
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
