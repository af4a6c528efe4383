//! Linux, macOS, Android and iOS.

use std::ffi::CStr;
use std::io;
use std::mem::MaybeUninit;
use std::ptr;

use super::{Cpu, Uname, User};
use crate::prelude::*;

fn text(chars: &[libc::c_char]) -> String {
    // A C char is signed on some processors and unsigned on others.
    let bytes: Vec<u8> = chars.iter().map(|&char| char as u8).take_while(|&byte| byte != 0).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn uname() -> Result<Uname> {
    let mut names = MaybeUninit::<libc::utsname>::uninit();
    // SAFETY: the system fills the structure.
    if unsafe { libc::uname(names.as_mut_ptr()) } == -1 {
        return Err(io::Error::last_os_error()).syscall("uv_os_uname");
    }
    // SAFETY: filled, because the call succeeded.
    let names = unsafe { names.assume_init() };
    Ok(Uname {
        sysname: text(&names.sysname),
        release: text(&names.release),
        version: text(&names.version),
        machine: text(&names.machine),
        nodename: text(&names.nodename),
    })
}

#[allow(clippy::useless_conversion, reason = "the types differ between systems")]
fn target(pid: i32) -> Result<libc::id_t, io::Error> {
    libc::id_t::try_from(pid).map_err(|_| io::Error::from_raw_os_error(libc::ESRCH))
}

pub(super) fn get_priority(pid: i32) -> io::Result<i32> {
    let pid = target(pid)?;
    // -1 is a priority too, so only the error number tells; set it to none first.
    // SAFETY: the pointer is that of this thread's error number.
    unsafe { *errno() = 0 };
    // SAFETY: takes and gives numbers.
    let priority = unsafe { libc::getpriority(libc::PRIO_PROCESS, pid) };
    let error = io::Error::last_os_error();
    if priority == -1 && error.raw_os_error() != Some(0) { Err(error) } else { Ok(priority) }
}

#[cfg(target_os = "linux")]
unsafe fn errno() -> *mut i32 {
    // SAFETY: always a valid pointer.
    unsafe { libc::__errno_location() }
}

#[cfg(target_os = "android")]
unsafe fn errno() -> *mut i32 {
    // SAFETY: always a valid pointer.
    unsafe { libc::__errno() }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
unsafe fn errno() -> *mut i32 {
    // SAFETY: always a valid pointer.
    unsafe { libc::__error() }
}

pub(super) fn set_priority(pid: i32, priority: i32) -> io::Result<()> {
    let pid = target(pid)?;
    // SAFETY: takes and gives numbers.
    let result = unsafe { libc::setpriority(libc::PRIO_PROCESS, pid, priority) };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

pub(super) fn user() -> io::Result<WithBody<User, Vec<u8>>> {
    let mut space = vec![0; 1024];
    loop {
        let mut entry = MaybeUninit::<libc::passwd>::uninit();
        let mut found = ptr::null_mut();
        // SAFETY: the structure, the space for its texts and the place for the result are ours.
        let error = unsafe {
            libc::getpwuid_r(
                libc::geteuid(),
                entry.as_mut_ptr(),
                space.as_mut_ptr(),
                space.len(),
                &raw mut found,
            )
        };
        match error {
            libc::ERANGE => space.resize(space.len() * 2, 0),
            0 if found.is_null() => return Err(io::Error::from_raw_os_error(libc::ENOENT)),
            0 => {
                // SAFETY: filled, because the call succeeded and found an entry; its texts lie in `space`.
                let entry = unsafe { entry.assume_init() };
                let mut body = Vec::new();
                for text in [entry.pw_name, entry.pw_dir, entry.pw_shell] {
                    // SAFETY: texts of an entry end with a null byte.
                    body.extend_from_slice(unsafe { CStr::from_ptr(text) }.to_bytes_with_nul());
                }
                return Ok(WithBody { head: User { uid: entry.pw_uid, gid: entry.pw_gid }, body });
            }
            error => return Err(io::Error::from_raw_os_error(error)),
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) use linux::{cpus, loadavg, memory, uptime};
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) use unknown::{cpus, loadavg, memory, uptime};

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux {
    use std::fs;

    use super::*;
    use crate::os::CpuTimes;

    /// All memory and what of it is available, in bytes.
    pub(in crate::os) fn memory() -> Result<(u64, u64)> {
        let text = fs::read_to_string("/proc/meminfo").syscall("uv_get_total_memory")?;
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            let kilobytes = line.and_then(|line| line.split_ascii_whitespace().next()?.parse::<u64>().ok());
            kilobytes.map(|kilobytes| kilobytes * 1024)
        };
        let total = field("MemTotal").unwrap_or(0);
        Ok((total, field("MemAvailable").or_else(|| field("MemFree")).unwrap_or(0)))
    }

    pub(in crate::os) fn uptime() -> Result<f64> {
        let text = fs::read_to_string("/proc/uptime").syscall("uv_uptime")?;
        let seconds = text.split(' ').next().and_then(|seconds| seconds.parse().ok());
        seconds.ok_or_else(|| Error::errno("EIO").syscall("uv_uptime"))
    }

    pub(in crate::os) fn loadavg() -> Result<[f64; 3]> {
        let text = fs::read_to_string("/proc/loadavg").syscall("uv_loadavg")?;
        let mut loads = text.split(' ').map(|load| load.parse().unwrap_or(0.0));
        Ok(std::array::from_fn(|_| loads.next().unwrap_or(0.0)))
    }

    pub(in crate::os) fn cpus() -> Result<Vec<Cpu>> {
        let stat = fs::read_to_string("/proc/stat").syscall("uv_cpu_info")?;
        let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        // SAFETY: a question about a constant of the system.
        let hertz = u64::try_from(unsafe { libc::sysconf(libc::_SC_CLK_TCK) }).unwrap_or(100).max(1);
        Ok(parse(&stat, &info, hertz, |number| {
            let path = format!("/sys/devices/system/cpu/cpu{number}/cpufreq/scaling_cur_freq");
            fs::read_to_string(path).ok()?.trim().parse::<u64>().ok().map(|kilohertz| kilohertz / 1000)
        }))
    }

    /// Processors that run, in the order of their numbers.
    fn parse(stat: &str, info: &str, hertz: u64, speed: impl Fn(u64) -> Option<u64>) -> Vec<Cpu> {
        let mut models = std::collections::BTreeMap::new();
        let mut number = None;
        for (key, value) in info.lines().filter_map(|line| line.split_once(':')) {
            match key.trim() {
                "processor" => number = value.trim().parse::<u64>().ok(),
                "model name" | "Processor" => {
                    models.extend(number.map(|number| (number, value.trim().to_owned())));
                }
                _ => {}
            }
        }
        let lines = stat.lines().filter_map(|line| line.strip_prefix("cpu")?.split_once(' '));
        let cpus = lines.filter_map(|(number, times)| {
            let number = number.parse().ok()?;
            let times: Vec<u64> = times
                .split_ascii_whitespace()
                .map(|ticks| ticks.parse::<u64>().unwrap_or(0) * 1000 / hertz)
                .collect();
            let &[user, nice, sys, idle, _iowait, irq, ..] = &times[..] else { return None };
            let model = models.get(&number).cloned().unwrap_or_else(|| "unknown".to_owned());
            Some(Cpu {
                model,
                speed: speed(number).unwrap_or(0),
                times: CpuTimes { user, nice, sys, idle, irq },
            })
        });
        cpus.collect()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn cpus_are_those_that_run() {
            let stat = "cpu  3 0 3 0 0 0 0\ncpu0 1 2 3 4 5 6 7 8\ncpu2 10 20 30 40 50 60 70\nintr 1 2\n";
            let info = "processor\t: 0\nmodel name\t: One\n\nprocessor\t: 2\nmodel name\t: Two: 2\n";
            let cpus = parse(stat, info, 100, |number| (number == 2).then_some(1800));
            assert_eq!(cpus.len(), 2);
            assert_eq!((cpus[0].model.as_str(), cpus[0].speed, cpus[0].times.irq), ("One", 0, 60));
            assert_eq!((cpus[1].model.as_str(), cpus[1].speed, cpus[1].times.user), ("Two: 2", 1800, 100));
        }
    }
}

/// What only interfaces of the kernel's own tell.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod unknown {
    use super::*;

    pub(in crate::os) fn memory() -> Result<(u64, u64)> {
        Err(Error::errno("ENOSYS").syscall("uv_get_total_memory"))
    }

    pub(in crate::os) fn uptime() -> Result<f64> {
        Err(Error::errno("ENOSYS").syscall("uv_uptime"))
    }

    pub(in crate::os) fn loadavg() -> Result<[f64; 3]> {
        let mut loads = [0.0; 3];
        // SAFETY: there is room for three.
        if unsafe { libc::getloadavg(loads.as_mut_ptr(), 3) } < 3 {
            return Err(Error::errno("ENOSYS").syscall("uv_loadavg"));
        }
        Ok(loads)
    }

    pub(in crate::os) fn cpus() -> Result<Vec<Cpu>> {
        Err(Error::errno("ENOSYS").syscall("uv_cpu_info"))
    }
}
