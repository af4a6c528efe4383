//! macOS and iOS: what the kernel tells when it is asked.
#![allow(deprecated, reason = "libc has what is needed; another crate would be for two names")]

use std::ffi::CStr;
use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::slice;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::os::{Cpu, CpuTimes};
use crate::prelude::*;

/// A value of the kernel by its name, in `space`; how many bytes of it there are.
fn ask(name: &CStr, space: &mut [u8]) -> io::Result<usize> {
    let mut size = space.len();
    // SAFETY: the name ends with a null byte, and the kernel fills at most as many bytes as are said.
    let result = unsafe {
        libc::sysctlbyname(name.as_ptr(), space.as_mut_ptr().cast(), &raw mut size, ptr::null_mut(), 0)
    };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(size) }
}

fn number(name: &CStr) -> io::Result<u64> {
    let mut space = [0; 8];
    // Some are half as long; the bytes that are not written stay zero and are the high ones.
    ask(name, &mut space)?;
    Ok(u64::from_le_bytes(space))
}

fn text(name: &CStr) -> Option<String> {
    let mut space = [0; 512];
    let size = ask(name, &mut space).ok()?;
    let text = space[..size].split(|&byte| byte == 0).next()?;
    Some(String::from_utf8_lossy(text).into_owned())
}

/// Mach has errors of its own; Node calls all of them invalid arguments.
fn check(result: libc::kern_return_t, syscall: &'static str) -> Result<()> {
    if result == libc::KERN_SUCCESS { Ok(()) } else { Err(Error::errno("EINVAL").syscall(syscall)) }
}

/// All memory and what of it is free, in bytes.
pub(in crate::os) fn memory() -> Result<(u64, u64)> {
    let total = number(c"hw.memsize").syscall("uv_get_total_memory")?;
    let mut pages = MaybeUninit::<libc::vm_statistics64>::zeroed();
    let mut count = libc::HOST_VM_INFO64_COUNT;
    // SAFETY: the kernel fills at most as many numbers as the structure has.
    let result = unsafe {
        let host = libc::mach_host_self();
        libc::host_statistics64(host, libc::HOST_VM_INFO64, pages.as_mut_ptr().cast(), &raw mut count)
    };
    check(result, "uv_get_free_memory")?;
    // SAFETY: plain numbers, zero where the kernel filled none.
    let free = unsafe { pages.assume_init() }.free_count;
    // SAFETY: a question about a constant of the system.
    let page = u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096);
    Ok((total, u64::from(free) * page))
}

pub(in crate::os) fn uptime() -> Result<f64> {
    let mut space = [0; size_of::<libc::timeval>()];
    ask(c"kern.boottime", &mut space).syscall("uv_uptime")?;
    // SAFETY: the kernel answers with this structure, which is plain numbers; read as it lies.
    let start: libc::timeval = unsafe { ptr::read_unaligned(space.as_ptr().cast()) };
    let start = UNIX_EPOCH + Duration::from_secs(u64::try_from(start.tv_sec).unwrap_or(0));
    Ok(SystemTime::now().duration_since(start).map_or(0.0, |time| time.as_secs() as f64))
}

pub(in crate::os) fn loadavg() -> Result<[f64; 3]> {
    let mut loads = [0.0; 3];
    // SAFETY: there is room for three.
    if unsafe { libc::getloadavg(loads.as_mut_ptr(), 3) } < 3 {
        return Err(Error::errno("EINVAL").syscall("uv_loadavg"));
    }
    Ok(loads)
}

pub(in crate::os) fn cpus() -> Result<Vec<Cpu>> {
    let model = text(c"machdep.cpu.brand_string").unwrap_or_else(|| "unknown".to_owned());
    // Apple's own processors do not say.
    let speed = number(c"hw.cpufrequency").unwrap_or(0) / 1_000_000;
    // SAFETY: a question about a constant of the system.
    let hertz = u64::try_from(unsafe { libc::sysconf(libc::_SC_CLK_TCK) }).unwrap_or(100).max(1);
    let (mut count, mut size) = (0, 0);
    let mut loads = ptr::null_mut();
    // SAFETY: the kernel writes where its list begins and how long it is.
    let result = unsafe {
        libc::host_processor_info(
            libc::mach_host_self(),
            libc::PROCESSOR_CPU_LOAD_INFO,
            &raw mut count,
            &raw mut loads,
            &raw mut size,
        )
    };
    check(result, "uv_cpu_info")?;
    // SAFETY: the list has one such structure a processor and is ours until it is given back below.
    let list =
        unsafe { slice::from_raw_parts(loads.cast::<libc::processor_cpu_load_info>(), count as usize) };
    let time = |load: &libc::processor_cpu_load_info, state: libc::c_int| {
        u64::from(load.cpu_ticks[state as usize]) * 1000 / hertz
    };
    let cpus = list.iter().map(|load| Cpu {
        model: model.clone(),
        speed,
        times: CpuTimes {
            user: time(load, libc::CPU_STATE_USER),
            nice: time(load, libc::CPU_STATE_NICE),
            sys: time(load, libc::CPU_STATE_SYSTEM),
            idle: time(load, libc::CPU_STATE_IDLE),
            irq: 0,
        },
    });
    let cpus = cpus.collect();
    // SAFETY: the kernel's list, given back once; nothing of it is used any more.
    unsafe {
        let size = size as usize * size_of::<libc::integer_t>();
        libc::vm_deallocate(libc::mach_task_self(), loads as libc::vm_address_t, size);
    }
    Ok(cpus)
}
