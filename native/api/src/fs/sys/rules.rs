//! What Windows means by its numbers, and what Node makes of them.

use crate::fs::meta::Time;

/// What files are opened for: `_O_*` of the C library and libuv's own, which pages send.
mod flag {
    pub(super) const WRONLY: i32 = 0x1;
    pub(super) const RDWR: i32 = 0x2;
    pub(super) const APPEND: i32 = 0x8;
    pub(super) const RANDOM: i32 = 0x10;
    pub(super) const SEQUENTIAL: i32 = 0x20;
    pub(super) const TEMPORARY: i32 = 0x40;
    pub(super) const CREAT: i32 = 0x100;
    pub(super) const TRUNC: i32 = 0x200;
    pub(super) const EXCL: i32 = 0x400;
    pub(super) const SHORT_LIVED: i32 = 0x1000;
    pub(super) const DIRECT: i32 = 0x0200_0000;
    pub(super) const DSYNC: i32 = 0x0400_0000;
    pub(super) const SYNC: i32 = 0x0800_0000;
    pub(super) const EXLOCK: i32 = 0x1000_0000;
}

/// What becomes of a file that is opened.
#[derive(Debug, PartialEq)]
pub(super) struct Creation {
    /// It is made when it is missing.
    pub(super) create: bool,
    /// It is made and must be missing.
    pub(super) create_new: bool,
    /// It loses its content.
    pub(super) truncate: bool,
    /// Nobody else may have it meanwhile.
    pub(super) alone: bool,
}

pub(super) fn creation(flags: i32) -> Creation {
    let has = |flag| flags & flag != 0;
    // Without `O_CREAT` the other one says nothing.
    let create_new = has(flag::CREAT) && has(flag::EXCL);
    Creation {
        create: has(flag::CREAT) && !create_new,
        create_new,
        truncate: has(flag::TRUNC) && !create_new,
        alone: has(flag::EXLOCK),
    }
}

/// What opening with some flags does.
pub(in crate::fs) struct Opening {
    pub(in crate::fs) reads: bool,
    pub(in crate::fs) writes: bool,
    /// Whether a link at the end of the path is followed.
    pub(in crate::fs) follows: bool,
}

pub(in crate::fs) fn opening(flags: i32) -> Opening {
    let changes = flag::WRONLY | flag::RDWR | flag::APPEND | flag::CREAT | flag::TRUNC | flag::TEMPORARY;
    Opening {
        reads: flags & flag::WRONLY == 0,
        writes: flags & changes != 0,
        follows: !creation(flags).create_new,
    }
}

const FILE_READ: u32 = 0x0012_0089;
const FILE_WRITE: u32 = 0x0012_0116;
const FILE_WRITE_DATA: u32 = 0x2;
const DELETE: u32 = 0x1_0000;

/// Rights that a file is opened with; none for flags that contradict each other.
pub(super) fn access(flags: i32) -> Option<u32> {
    let mut rights = match flags & (flag::WRONLY | flag::RDWR) {
        0 => FILE_READ,
        flag::WRONLY => FILE_WRITE,
        flag::RDWR => FILE_READ | FILE_WRITE,
        _ => return None,
    };
    if flags & flag::APPEND != 0 {
        // Without the right to write anywhere, every write goes to the end: that is how Windows appends.
        rights = (rights | FILE_WRITE) & !FILE_WRITE_DATA;
    }
    if flags & flag::TEMPORARY != 0 {
        rights |= DELETE;
    }
    Some(rights)
}

/// How the system is to handle a file: `FILE_FLAG_*`.
pub(super) fn handling(flags: i32) -> u32 {
    // So that directories can be opened too.
    let mut handling = 0x0200_0000;
    for (flag, meaning) in [
        (flag::RANDOM, 0x1000_0000),
        (flag::SEQUENTIAL, 0x0800_0000),
        (flag::TEMPORARY, 0x0400_0000),
        (flag::DIRECT, 0x2000_0000),
        (flag::DSYNC | flag::SYNC, 0x8000_0000),
    ] {
        if flags & flag != 0 {
            handling |= meaning;
        }
    }
    handling
}

/// What a file is that is created: `FILE_ATTRIBUTE_*`.
pub(super) fn attributes(flags: i32, mode: u32) -> u32 {
    let mut attributes = 0;
    if flags & flag::CREAT != 0 && is_read_only(mode) {
        attributes |= READ_ONLY;
    }
    if flags & (flag::TEMPORARY | flag::SHORT_LIVED) != 0 {
        attributes |= 0x100;
    }
    attributes
}

const READ_ONLY: u32 = 0x1;
const DIRECTORY: u32 = 0x10;

/// The only permission that Windows keeps with a file.
pub(super) fn is_read_only(mode: u32) -> bool {
    mode & 0o200 == 0
}

/// Attributes after a change of permissions. Never none: that would leave them as they are.
pub(super) fn with_mode(attributes: u32, mode: u32) -> u32 {
    const NORMAL: u32 = 0x80;
    let others = attributes & !READ_ONLY;
    match (others, is_read_only(mode)) {
        (others, true) => others | READ_ONLY,
        (0, false) => NORMAL,
        (others, false) => others,
    }
}

/// Type and permissions as Node shows them; links are told apart by what they are, not by an attribute.
pub(super) fn mode(attributes: u32, link: bool) -> u32 {
    let kind = match (link, attributes & DIRECTORY != 0) {
        (true, _) => 0o120_000,
        (false, true) => 0o040_000,
        (false, false) => 0o100_000,
    };
    kind | if attributes & READ_ONLY == 0 { 0o666 } else { 0o444 }
}

/// Whether a file can be used so: only writing to files that are marked is refused.
pub(super) fn is_allowed(attributes: u32, mode: i32) -> bool {
    mode & 2 == 0 || attributes & READ_ONLY == 0 || attributes & DIRECTORY != 0
}

/// Seconds between 1601, when times of Windows begin, and 1970.
const EPOCH: i64 = 11_644_473_600;

/// A time of Windows: how many times 100 nanoseconds since 1601.
pub(super) fn time(ticks: i64) -> Time {
    let nanoseconds = u32::try_from(ticks.rem_euclid(10_000_000) * 100).unwrap_or(0);
    (ticks.div_euclid(10_000_000) - EPOCH, nanoseconds)
}

/// A path as people write it, from the form that Windows answers with: `\\?\C:\x`, `\\?\UNC\server\share`.
pub(super) fn plain(path: &[u16]) -> Vec<u16> {
    let wide = |text: &str| text.encode_utf16().collect::<Vec<_>>();
    if let Some(rest) = path.strip_prefix(wide(r"\\?\UNC\").as_slice()) {
        return [&wide(r"\\"), rest].concat();
    }
    match path.strip_prefix(wide(r"\\?\").as_slice()) {
        // Volumes without a letter have no other form.
        Some(rest) if rest.get(1) == Some(&u16::from(b':')) => rest.to_vec(),
        _ => path.to_vec(),
    }
}

/// The form in which Windows takes paths of any length; the path is absolute.
pub(super) fn verbatim(path: &[u16]) -> Vec<u16> {
    let wide = |text: &str| text.encode_utf16().collect::<Vec<_>>();
    if path.starts_with(&wide(r"\\?\")) || path.starts_with(&wide(r"\\.\")) {
        return path.to_vec();
    }
    match path.strip_prefix(wide(r"\\").as_slice()) {
        Some(rest) => [&wide(r"\\?\UNC\"), rest].concat(),
        None => [&wide(r"\\?\"), path].concat(),
    }
}

/// Letters for the end of a name that nobody uses.
pub(super) fn letters(random: [u8; 6]) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    random.iter().map(|&byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()])).collect()
}

/// What a junction holds: `REPARSE_DATA_BUFFER` for a mount point. None when the target is too long.
///
/// ```text
/// u32 tag  u16 length of what follows the reserved field  u16 reserved
/// u16 offset, u16 length of the name the system follows   u16 offset, u16 length of the name people see
/// the names, each ended by a null character that its length leaves out
/// ```
pub(super) fn junction(target: &[u16]) -> Option<Vec<u8>> {
    const MOUNT_POINT: u32 = 0xA000_0003;
    // The system refuses more.
    const MAX_SIZE: usize = 16 * 1024;
    let shown = plain(target);
    let followed = [&r"\??\".encode_utf16().collect::<Vec<_>>(), shown.as_slice()].concat();
    let [followed_size, shown_size] = [&followed, &shown].map(|name| name.len() * 2);
    let size = 8 + followed_size + 2 + shown_size + 2;
    if size + 8 > MAX_SIZE {
        return None;
    }
    let mut bytes = MOUNT_POINT.to_le_bytes().to_vec();
    for number in [size, 0, 0, followed_size, followed_size + 2, shown_size] {
        bytes.extend(u16::try_from(number).ok()?.to_le_bytes());
    }
    for name in [followed, shown] {
        bytes.extend(name.iter().chain([&0]).flat_map(|unit| unit.to_le_bytes()));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn flags_that_change_a_file_write() {
        let writes = [flag::RDWR, flag::APPEND, flag::CREAT, flag::TRUNC, flag::TEMPORARY];
        assert!(writes.into_iter().all(|flags| opening(flags).writes && opening(flags).reads));
        let (read, write) = (opening(0), opening(flag::WRONLY));
        assert!(read.reads && !read.writes && write.writes && !write.reads && read.follows);
        assert!(!opening(flag::CREAT | flag::EXCL).follows && opening(flag::EXCL).follows);
    }

    #[test]
    fn appending_takes_the_right_to_write_elsewhere() {
        assert_eq!(access(0), Some(FILE_READ));
        assert_eq!(access(flag::RDWR), Some(FILE_READ | FILE_WRITE));
        assert_eq!(access(flag::WRONLY | flag::APPEND), Some(FILE_WRITE & !FILE_WRITE_DATA));
        assert_eq!(access(flag::WRONLY | flag::RDWR), None);
        assert_eq!(access(flag::TEMPORARY).map(|rights| rights & DELETE), Some(DELETE));
    }

    #[test]
    fn files_are_made_as_node_makes_them() {
        let flags = |create, create_new, truncate, alone| Creation { create, create_new, truncate, alone };
        assert_eq!(creation(0), flags(false, false, false, false));
        // 'w', 'wx', 'a', 'r+' with what only some programs add.
        assert_eq!(creation(flag::WRONLY | flag::CREAT | flag::TRUNC), flags(true, false, true, false));
        assert_eq!(creation(flag::CREAT | flag::TRUNC | flag::EXCL), flags(false, true, false, false));
        assert_eq!(creation(flag::WRONLY | flag::CREAT | flag::APPEND), flags(true, false, false, false));
        assert_eq!(creation(flag::RDWR | flag::EXCL | flag::EXLOCK), flags(false, false, false, true));
        assert_eq!(creation(flag::WRONLY | flag::TRUNC), flags(false, false, true, false));
    }

    #[test]
    fn what_is_created_without_the_right_to_write_is_marked() {
        assert_eq!(attributes(flag::CREAT, 0o666), 0);
        assert_eq!(attributes(flag::CREAT, 0o444), READ_ONLY);
        assert_eq!(attributes(0, 0o444), 0);
        assert_eq!(attributes(flag::SHORT_LIVED, 0o666), 0x100);
        assert_eq!(handling(flag::SYNC), 0x8200_0000);
    }

    #[test]
    fn modes_are_those_of_node() {
        assert_eq!(mode(0x20, false), 0o100_666);
        assert_eq!(mode(0x21, false), 0o100_444);
        assert_eq!(mode(DIRECTORY, false), 0o040_666);
        assert_eq!(mode(DIRECTORY | 0x400, true), 0o120_666);
        assert_eq!(with_mode(READ_ONLY, 0o600), 0x80);
        assert_eq!(with_mode(0x21, 0o600), 0x20);
        assert_eq!(with_mode(0x20, 0o444), 0x21);
        assert!(
            is_allowed(READ_ONLY, 4) && !is_allowed(READ_ONLY, 2) && is_allowed(READ_ONLY | DIRECTORY, 2)
        );
    }

    #[test]
    fn times_begin_in_1601() {
        assert_eq!(time(116_444_736_000_000_000), (0, 0));
        assert_eq!(time(116_444_736_000_000_000 + 15_000_001), (1, 500_000_100));
        assert_eq!(time(116_444_736_000_000_000 - 1), (-1, 999_999_900));
    }

    #[test]
    fn paths_lose_and_get_their_prefix() {
        for (path, form) in [(r"C:\x", r"\\?\C:\x"), (r"\\server\share\x", r"\\?\UNC\server\share\x")] {
            assert_eq!(verbatim(&wide(path)), wide(form));
            assert_eq!(plain(&wide(form)), wide(path));
            assert_eq!(verbatim(&wide(form)), wide(form));
            assert_eq!(plain(&wide(path)), wide(path));
        }
        let volume = wide(r"\\?\Volume{1}\x");
        assert_eq!(plain(&volume), volume);
    }

    #[test]
    fn letters_are_of_names() {
        assert_eq!(letters([0, 25, 26, 61, 62, 255]), "azA9ah");
    }

    #[test]
    fn a_junction_is_a_mount_point() {
        let bytes = junction(&wide(r"\\?\C:\a")).expect("short enough");
        // Names of 8 and 4 characters.
        let mut expected = vec![3, 0, 0, 0xA0, 8 + 18 + 10, 0, 0, 0, 0, 0, 16, 0, 18, 0, 8, 0];
        expected.extend(wide("\\??\\C:\\a\0C:\\a\0").iter().flat_map(|unit| unit.to_le_bytes()));
        assert_eq!(bytes, expected);
        assert_eq!(junction(&vec![97; 5000]), None);
    }
}
