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
