//! The file that policy decided about, and no other that takes its place in the meantime.

use std::fs::File;
use std::path::Path;

use socket_ipc::{Document, Resource};

use super::sys;
use crate::prelude::*;

/// What a request shows policy goes here, one after the other.
pub(super) type Check<'a> = &'a mut dyn FnMut(Resource<'_>) -> Result<()>;

/// What opening with these flags does with a file.
pub(super) fn resources(path: &Path, flags: i32, check: Check<'_>) -> Result<()> {
    for resource in of(path, flags).into_iter().flatten() {
        check(resource)?;
    }
    Ok(())
}

fn of(path: &Path, flags: i32) -> [Option<Resource<'_>>; 2] {
    let sys::Opening { reads, writes, follows } = sys::opening(flags);
    let read = if follows { Resource::read(path) } else { Resource::look(path) };
    let write = if follows { Resource::write(path) } else { Resource::entry(path) };
    [reads.then_some(read), writes.then_some(write)]
}

/// Opens a file. Where `[capabilities]` narrows the app, links are followed here, policy is asked about where they lead,
/// and the system is told to follow none on the way there: a link that was put in the way after the first question
/// leads nowhere.
pub(super) fn open(document: &Document, route: &str, path: &Path, flags: i32, mode: u32) -> Result<File> {
    if !document.capabilities().limited() {
        return sys::open(path, flags, mode).syscall_on("open", path);
    }
    let follows = sys::opening(flags).follows;
    let resolved = socket_ipc::policy::resolve(path, follows).syscall_on("open", path)?;
    for resource in of(&resolved, flags).into_iter().flatten() {
        document.admit(route, &resource)?;
    }
    sys::open_exact(&resolved, flags, mode).syscall_on("open", path)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;
    use std::sync::Arc;

    use socket_ipc::policy::{Capabilities, Lists, Places, PolicyList};

    use super::*;

    #[test]
    fn a_link_in_the_way_leads_nowhere() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let own = folder.path().canonicalize().expect("there").join("own");
        std::fs::create_dir_all(own.join("real")).expect("made");
        std::fs::write(own.join("real/a.txt"), "a").expect("written");
        std::fs::write(folder.path().join("secret"), "no").expect("written");
        symlink("real", own.join("alias")).expect("linked");
        symlink("../secret", own.join("out")).expect("linked");
        let mut places = Places::default();
        places.set("DATA", &own);
        let lists = Lists { read: vec!["$DATA/**".into()], ..Lists::default() };
        let limits = Capabilities::new(Some(&lists), places).expect("valid");
        let document = Document::new(0, "socket://a", PolicyList::default()).limited(Arc::new(limits));
        let opened = |path: &str| open(&document, "fs.open", &own.join(path), libc::O_RDONLY, 0);
        assert!(opened("real/a.txt").is_ok());
        assert!(opened("alias/a.txt").is_ok(), "where it leads is listed");
        assert_eq!(opened("out").expect_err("refused").code(), "ERR_ACCESS_DENIED");
        let written = open(&document, "fs.open", &own.join("real/a.txt"), libc::O_RDONLY | libc::O_TRUNC, 0);
        assert_eq!(written.expect_err("refused").code(), "ERR_ACCESS_DENIED");
        // What the decision was about had no link in it; one that came since is not followed, wherever it stands.
        for path in ["out", "alias/a.txt"] {
            let error = sys::open_exact(&own.join(path), libc::O_RDONLY, 0);
            assert!(!cfg!(target_os = "linux") || error.is_err(), "{path}");
        }
    }

    #[test]
    fn a_file_that_was_opened_for_reading_is_not_writable() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let opened = |flags| sys::open(file.path(), flags, 0).expect("opened");
        assert!(!sys::is_writable(&opened(libc::O_RDONLY)).expect("asked"));
        assert!(sys::is_writable(&opened(libc::O_RDWR)).expect("asked"));
        assert!(sys::is_writable(&opened(libc::O_WRONLY)).expect("asked"));
    }
}
