//! What Windows means by its numbers, and what Node makes of them.

/// Priorities as Node counts them, from first to last, each with its class of Windows.
const CLASSES: [(i32, u32); 6] = [
    (-20, 0x100), // REALTIME_PRIORITY_CLASS
    (-14, 0x80),  // HIGH_PRIORITY_CLASS
    (-7, 0x8000), // ABOVE_NORMAL_PRIORITY_CLASS
    (0, 0x20),    // NORMAL_PRIORITY_CLASS
    (10, 0x4000), // BELOW_NORMAL_PRIORITY_CLASS
    (19, 0x40),   // IDLE_PRIORITY_CLASS
];

/// The priority of a class; the last one for classes that are no priorities.
pub(super) fn priority(class: u32) -> i32 {
    CLASSES.iter().find(|(_, known)| *known == class).map_or(19, |(priority, _)| *priority)
}

/// The class for a priority: the last one that begins at or before it. None outside of Node's range.
pub(super) fn class(priority: i32) -> Option<u32> {
    let classes = CLASSES.iter().rev();
    let class = classes.filter(|(start, _)| *start <= priority).map(|(_, class)| *class).next();
    class.filter(|_| priority <= 19)
}

/// Name of the system. Windows 11 still calls itself 10 where programs look.
pub(super) fn product(name: &str, build: u32) -> String {
    if build >= 22000 { name.replacen("Windows 10", "Windows 11", 1) } else { name.to_owned() }
}

/// What `uname` calls a processor, from `PROCESSOR_ARCHITECTURE_*` and its level.
pub(super) fn machine(architecture: u16, level: u16) -> String {
    match architecture {
        0 => format!("i{}86", level.clamp(3, 6)),
        5 => "arm".to_owned(),
        6 => "ia64".to_owned(),
        9 => "x86_64".to_owned(),
        12 => "arm64".to_owned(),
        _ => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities_are_those_of_node() {
        for (start, known) in CLASSES {
            assert_eq!(class(start), Some(known));
            assert_eq!(priority(known), start);
        }
        assert_eq!(class(-15), Some(0x100));
        assert_eq!(class(9), Some(0x20));
        assert_eq!(class(18), Some(0x4000));
        assert_eq!((class(-21), class(20)), (None, None));
        assert_eq!(priority(0), 19);
    }

    #[test]
    fn eleven_is_told_by_its_build() {
        assert_eq!(product("Windows 10 Pro", 19045), "Windows 10 Pro");
        assert_eq!(product("Windows 10 Pro", 22631), "Windows 11 Pro");
        assert_eq!(product("Windows Server 2022", 22631), "Windows Server 2022");
    }

    #[test]
    fn machines_have_the_names_of_uname() {
        assert_eq!([machine(9, 6), machine(12, 0), machine(0, 15)], ["x86_64", "arm64", "i686"]);
    }
}
