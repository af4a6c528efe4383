//! How much memory Linux lets the process have: the limit of its control group.

use std::fs;

/// In bytes; the largest number when there is no limit, 0 when the system does not say.
pub(super) fn limit() -> u64 {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    // With groups of both kinds the older ones have the limits, and are listed first.
    if let Some(path) = groups.lines().next().and_then(|line| line.strip_prefix("0::")) {
        let own = format!("/sys/fs/cgroup/{}", path.trim_matches('/'));
        return [own.as_str(), "/sys/fs/cgroup"].into_iter().find_map(unified).unwrap_or(0);
    }
    let memory = groups.lines().find_map(|line| line.split_once(":memory:")).map_or("", |(_, path)| path);
    let own = format!("/sys/fs/cgroup/memory/{}", memory.trim_matches('/'));
    [own.as_str(), "/sys/fs/cgroup/memory"].into_iter().find_map(separate).unwrap_or(0)
}

/// The lower of the two limits that a group of the older kind has.
fn separate(group: &str) -> Option<u64> {
    let read = |name| fs::read_to_string(format!("{group}/{name}")).ok().map(|text| rounded(amount(&text)));
    match (read("memory.limit_in_bytes"), read("memory.soft_limit_in_bytes")) {
        (Some(hard), Some(soft)) => Some(hard.min(soft)),
        (one, other) => one.or(other),
    }
}

/// No limit is written as the largest number of whole pages, whose size differs.
fn rounded(limit: u64) -> u64 {
    const LARGEST_PAGE: u64 = 64 << 10;
    if limit >= i64::MAX.unsigned_abs() - LARGEST_PAGE { u64::MAX } else { limit }
}

/// The lower of the two limits that a group of the newer kind has.
fn unified(group: &str) -> Option<u64> {
    let read = |name| fs::read_to_string(format!("{group}/{name}")).ok().map(|text| amount(&text));
    match (read("memory.max"), read("memory.high")) {
        (Some(max), Some(high)) => Some(max.min(high)),
        (one, other) => one.or(other),
    }
}

fn amount(text: &str) -> u64 {
    match text.trim() {
        "max" => u64::MAX,
        number => number.parse().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_numbers_or_no_limit() {
        assert_eq!(amount("max\n"), u64::MAX);
        assert_eq!(amount("1048576\n"), 1 << 20);
        assert_eq!(amount(""), 0);
        assert_eq!(rounded(9_223_372_036_854_771_712), u64::MAX);
        assert_eq!(rounded(1 << 20), 1 << 20);
    }
}
