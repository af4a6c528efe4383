//! Linux and Android: what the kernel tells in files.

use std::fs;

use crate::os::{Cpu, CpuTimes};
use crate::prelude::*;

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
        Some(Cpu { model, speed: speed(number).unwrap_or(0), times: CpuTimes { user, nice, sys, idle, irq } })
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
