//! Windows, as Node behaves there.

use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr;

use windows_sys::Wdk::System::SystemInformation::{
    NtQuerySystemInformation, SystemProcessorPerformanceInformation,
};
use windows_sys::Wdk::System::SystemServices::RtlGetVersion;
use windows_sys::Win32::Foundation::{ERROR_INVALID_PARAMETER, ERROR_SUCCESS, HANDLE, RtlNtStatusToDosError};
use windows_sys::Win32::Security::TOKEN_QUERY;
use windows_sys::Win32::System::Registry::{
    HKEY_LOCAL_MACHINE, RRF_RT_REG_DWORD, RRF_RT_REG_SZ, RegGetValueW,
};
use windows_sys::Win32::System::SystemInformation::{
    ComputerNamePhysicalDnsHostname, GetComputerNameExW, GetNativeSystemInfo, GetTickCount64,
    GlobalMemoryStatusEx, MEMORYSTATUSEX, OSVERSIONINFOW, SYSTEM_INFO,
};
use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, GetPriorityClass, OpenProcess, OpenProcessToken, PROCESS_QUERY_LIMITED_INFORMATION,
    PROCESS_SET_INFORMATION, SetPriorityClass,
};
use windows_sys::Win32::System::WindowsProgramming::{
    GetUserNameW, SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION,
};
use windows_sys::Win32::UI::Shell::GetUserProfileDirectoryW;

use super::{Cpu, CpuTimes, Uname, User, rules};
use crate::prelude::*;

/// Calls of the system answer 0 when they fail.
fn check(result: i32) -> io::Result<()> {
    if result == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Text of the system.
///
/// # Safety
///
/// Null or ends with a null character.
pub(super) unsafe fn text(start: *const u16) -> String {
    if start.is_null() {
        return String::new();
    }
    // SAFETY: there is a null character before the end.
    let length = (0..).take_while(|&index| unsafe { *start.add(index) } != 0).count();
    // SAFETY: as many characters were just read.
    String::from_utf16_lossy(unsafe { std::slice::from_raw_parts(start, length) })
}

/// Text that the system writes into a space; longer ones than 1024 characters are of no name.
fn written(write: impl FnOnce(*mut u16, *mut u32) -> i32) -> io::Result<String> {
    let mut space = [0; 1024];
    // One character is left for the null that ends it.
    let mut size = space.len() as u32 - 1;
    check(write(space.as_mut_ptr(), &raw mut size))?;
    // SAFETY: the last character is null.
    Ok(unsafe { text(space.as_ptr()) })
}

fn system() -> SYSTEM_INFO {
    let mut info = SYSTEM_INFO::default();
    // SAFETY: the system fills the structure.
    unsafe { GetNativeSystemInfo(&raw mut info) };
    info
}

pub(super) fn uname() -> Result<Uname> {
    let mut version =
        OSVERSIONINFOW { dwOSVersionInfoSize: size_of::<OSVERSIONINFOW>() as u32, ..Default::default() };
    // Not GetVersionEx, which tells programs without a manifest that they run on an older system.
    // SAFETY: the system fills the structure.
    nt(unsafe { RtlGetVersion(&raw mut version) }).syscall("uv_os_uname")?;
    let build = version.dwBuildNumber;
    let product = registry_text(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion", "ProductName");
    let info = system();
    // SAFETY: both parts of the union are numbers.
    let architecture = unsafe { info.Anonymous.Anonymous.wProcessorArchitecture };
    Ok(Uname {
        sysname: "Windows_NT".to_owned(),
        release: format!("{}.{}.{build}", version.dwMajorVersion, version.dwMinorVersion),
        version: rules::product(&product.unwrap_or_else(|| "Windows".to_owned()), build),
        machine: rules::machine(architecture, info.wProcessorLevel),
        // SAFETY: the system writes at most as many characters as are said.
        nodename: written(|name, size| unsafe {
            GetComputerNameExW(ComputerNamePhysicalDnsHostname, name, size)
        })
        .syscall("uv_os_uname")?,
    })
}

/// Calls of the kernel answer below 0 when they fail.
fn nt(status: i32) -> io::Result<()> {
    if status >= 0 {
        return Ok(());
    }
    // SAFETY: takes and gives numbers.
    Err(io::Error::from_raw_os_error(unsafe { RtlNtStatusToDosError(status) }.cast_signed()))
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

fn registry_text(key: &str, name: &str) -> Option<String> {
    let [key, name] = [wide(key), wide(name)];
    let mut space = [0_u16; 256];
    let mut size = size_of_val(&space) as u32;
    // SAFETY: the names end with null characters, and the system writes at most as many bytes as are said.
    let result = unsafe {
        let space = space.as_mut_ptr().cast();
        let key = (HKEY_LOCAL_MACHINE, key.as_ptr());
        RegGetValueW(key.0, key.1, name.as_ptr(), RRF_RT_REG_SZ, ptr::null_mut(), space, &raw mut size)
    };
    // SAFETY: this call ends every text with a null character.
    (result == ERROR_SUCCESS).then(|| unsafe { text(space.as_ptr()) })
}

fn registry_number(key: &str, name: &str) -> Option<u32> {
    let [key, name] = [wide(key), wide(name)];
    let mut number = 0_u32;
    let mut size = size_of_val(&number) as u32;
    // SAFETY: the names end with null characters, and the system writes at most as many bytes as are said.
    let result = unsafe {
        let number = (&raw mut number).cast();
        let key = (HKEY_LOCAL_MACHINE, key.as_ptr());
        RegGetValueW(key.0, key.1, name.as_ptr(), RRF_RT_REG_DWORD, ptr::null_mut(), number, &raw mut size)
    };
    (result == ERROR_SUCCESS).then_some(number)
}

/// A process, opened for something; `None` is this one, whose handle needs no opening.
fn process(pid: i32, rights: u32) -> Result<Option<OwnedHandle>> {
    if pid == 0 {
        return Ok(None);
    }
    // SAFETY: takes numbers and gives a handle or null.
    let handle = unsafe { OpenProcess(rights, 0, pid.cast_unsigned()) };
    if handle.is_null() {
        let failure = io::Error::last_os_error();
        let missing = failure.raw_os_error() == Some(ERROR_INVALID_PARAMETER.cast_signed());
        return Err(if missing { Error::errno("ESRCH") } else { failure.into() });
    }
    // SAFETY: a new handle that nobody else has.
    Ok(Some(unsafe { OwnedHandle::from_raw_handle(handle) }))
}

fn raw(process: Option<&OwnedHandle>) -> HANDLE {
    // SAFETY: a constant that stands for this process.
    process.map_or_else(|| unsafe { GetCurrentProcess() }, AsRawHandle::as_raw_handle)
}

pub(super) fn get_priority(pid: i32) -> Result<i32> {
    let process = process(pid, PROCESS_QUERY_LIMITED_INFORMATION)?;
    // SAFETY: the process is open.
    let class = unsafe { GetPriorityClass(raw(process.as_ref())) };
    if class == 0 { Err(io::Error::last_os_error().into()) } else { Ok(rules::priority(class)) }
}

pub(super) fn set_priority(pid: i32, priority: i32) -> Result<()> {
    let class = rules::class(priority).ok_or_else(|| Error::errno("EINVAL"))?;
    let process = process(pid, PROCESS_SET_INFORMATION)?;
    // SAFETY: the process is open.
    Ok(check(unsafe { SetPriorityClass(raw(process.as_ref()), class) })?)
}

pub(super) fn user() -> io::Result<WithBody<User, Vec<u8>>> {
    let mut token = ptr::null_mut();
    // SAFETY: this process is always there, and the system writes the handle.
    check(unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) })?;
    // SAFETY: a new handle that nobody else has.
    let token = unsafe { OwnedHandle::from_raw_handle(token) };
    // SAFETY: the system writes at most as many characters as are said.
    let name = written(|name, size| unsafe { GetUserNameW(name, size) })?;
    // SAFETY: as above; the token is open.
    let home = written(|home, size| unsafe { GetUserProfileDirectoryW(token.as_raw_handle(), home, size) })?;
    // Shells are not part of a user here.
    let body = [name, home, String::new()].map(|text| text + "\0").concat().into_bytes();
    Ok(WithBody { head: User { uid: -1, gid: -1 }, body })
}

/// All memory and what of it is available, in bytes.
pub(super) fn memory() -> Result<(u64, u64)> {
    let mut status = MEMORYSTATUSEX { dwLength: size_of::<MEMORYSTATUSEX>() as u32, ..Default::default() };
    // SAFETY: the system fills the structure.
    check(unsafe { GlobalMemoryStatusEx(&raw mut status) }).syscall("uv_get_total_memory")?;
    Ok((status.ullTotalPhys, status.ullAvailPhys))
}

#[allow(clippy::unnecessary_wraps, reason = "other systems can fail")]
pub(super) fn uptime() -> Result<f64> {
    // SAFETY: takes nothing and gives a number.
    Ok(unsafe { GetTickCount64() } as f64 / 1000.0)
}

/// Windows does not count it; Node answers this.
#[allow(clippy::unnecessary_wraps, reason = "other systems can fail")]
pub(super) fn loadavg() -> Result<[f64; 3]> {
    Ok([0.0; 3])
}

pub(super) fn cpus() -> Result<Vec<Cpu>> {
    let count = system().dwNumberOfProcessors as usize;
    let mut loads = vec![SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION::default(); count];
    let mut size = 0;
    // SAFETY: the system fills at most as many bytes as there are.
    nt(unsafe {
        NtQuerySystemInformation(
            SystemProcessorPerformanceInformation,
            loads.as_mut_ptr().cast(),
            size_of_val(&loads[..]) as u32,
            &raw mut size,
        )
    })
    .syscall("uv_cpu_info")?;
    loads.truncate(size as usize / size_of::<SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION>());
    let cpus = loads.iter().enumerate().map(|(number, load)| {
        let key = format!(r"HARDWARE\DESCRIPTION\System\CentralProcessor\{number}");
        // The system counts 100 nanoseconds.
        let time = |ticks: i64| u64::try_from(ticks / 10_000).unwrap_or(0);
        Cpu {
            model: registry_text(&key, "ProcessorNameString").unwrap_or_else(|| "unknown".to_owned()),
            speed: registry_number(&key, "~MHz").unwrap_or(0).into(),
            times: CpuTimes {
                user: time(load.UserTime),
                nice: 0,
                // What the system did while it did nothing is counted in both.
                sys: time(load.KernelTime - load.IdleTime),
                idle: time(load.IdleTime),
                irq: time(load.Reserved1[1]),
            },
        }
    });
    Ok(cpus.collect())
}
