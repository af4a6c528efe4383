//! Changes of files and directories, on `notify`: inotify, FSEvents, ReadDirectoryChangesW.

use std::path::{Path as StdPath, PathBuf};

use notify::event::{EventKind, ModifyKind, RenameMode};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use socket_ipc::Document;
use socket_ipc::policy::Access;

use super::exact::{Exact, Use};
use super::path::FilePath;
use super::{CHANGED, Descriptor};
use crate::prelude::*;

#[derive(Deserialize, TS)]
pub(super) struct Watch {
    /// A file or a directory.
    pub(super) path: FilePath,
    /// Whether to watch everything below it too.
    recursive: bool,
}

#[derive(Serialize, TS)]
pub(super) struct Watching {
    /// Number of the watcher.
    fd: u32,
}

/// Something happened to a watched file. The bytes are its path, relative to what is watched; of a watched
/// file itself, its name.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(super) struct Changed {
    /// Number of the watcher.
    fd: u32,
    /// What happened, in Node's words.
    event_type: EventType,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub(super) enum EventType {
    /// It came, went, or has another name.
    Rename,
    /// Its content or what is known about it.
    Change,
}

/// Dropping it ends the watching.
struct Open {
    _watcher: RecommendedWatcher,
    /// What is watched recursively is found by its path.
    _held: Exact,
}

/// What Node calls an event; nothing for those that it does not tell.
fn kind(event: EventKind) -> Option<EventType> {
    match event {
        // Told already as the two halves that it consists of.
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => None,
        EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) => {
            Some(EventType::Rename)
        }
        EventKind::Modify(_) => Some(EventType::Change),
        EventKind::Any | EventKind::Access(_) | EventKind::Other => None,
    }
}

/// How a page knows the file: relative to the root; the root itself by its name, as the page calls it.
fn name(root: &StdPath, path: &StdPath, shown: &StdPath) -> Option<Vec<u8>> {
    let below = path.strip_prefix(root).ok()?;
    let name = if below.as_os_str().is_empty() { StdPath::new(shown.file_name()?) } else { below };
    Some(name.as_os_str().as_encoded_bytes().to_vec())
}

/// The errno of a refusal.
fn error(error: notify::Error, path: &StdPath) -> Error {
    let code = match error.kind {
        notify::ErrorKind::Io(io) => return Error::from(io).syscall("watch").path(path),
        notify::ErrorKind::PathNotFound => "ENOENT",
        notify::ErrorKind::MaxFilesWatch => "ENOSPC",
        _ => "EINVAL",
    };
    Error::errno(code).syscall("watch").path(path)
}

pub(super) async fn start(cx: Context, Watch { path, recursive }: Watch) -> Result<Watching> {
    blocking(move || {
        let held = path.exact(&cx, "fs.watch", Use::READ)?.syscall_on("watch", &path)?;
        let path: &StdPath = path.as_ref();
        // A file that is not there is an error in all systems, not something to wait for.
        std::fs::metadata(&held).syscall_on("watch", path)?;
        // What events name is absolute where the system reports it so.
        let root: PathBuf = std::path::absolute(&held).syscall_on("watch", path)?;
        // What is held is reached by a link, which would be taken for one that is not to be followed.
        let by_link = cfg!(any(target_os = "linux", target_os = "android"));
        let root = if by_link && held.real().is_some() && root.is_dir() { root.join(".") } else { root };
        let shown: PathBuf = std::path::absolute(path).syscall_on("watch", path)?;
        // Links below would lead out of what policy was asked about.
        let config = notify::Config::default().with_follow_symlinks(held.real().is_none());
        let mode = if recursive { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        // The number is known once the watcher exists, and the watcher needs it: events that come before find it unset.
        let number = std::sync::Arc::new(std::sync::OnceLock::new());
        let (own, base, to) = (number.clone(), root.clone(), cx.clone());
        // Names are told of folders that the page may read: an entry may list one and not what is below it.
        let real = held.real().map(StdPath::to_path_buf);
        let may_know = move |document: &Document, path: &StdPath, base: &StdPath| {
            let (Some(real), Ok(below)) = (&real, path.strip_prefix(base)) else { return true };
            let Some(folder) = below.parent() else { return true };
            document.admit_real("fs.watch", &real.join(folder), Access::Read).is_ok()
        };
        let told = move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            let (Some(kind), fd) = (kind(event.kind), own.wait()) else { return };
            for path in event.paths {
                if !may_know(&to.document, &path, &base) {
                    continue;
                }
                let Some(body) = name(&base, &path, &shown) else { continue };
                // Ends with the document: then nobody listens any more.
                let _ = to.emit(&CHANGED, WithBody { head: Changed { fd: *fd, event_type: kind }, body });
            }
        };
        let mut watcher = RecommendedWatcher::new(told, config).map_err(|refused| error(refused, path))?;
        watcher.watch(&root, mode).map_err(|refused| error(refused, path))?;
        let fd = cx.document.handles.insert(Open { _watcher: watcher, _held: held });
        // Also when the document is gone: the thread that waits for it must end.
        let _ = number.set(fd.as_ref().copied().unwrap_or_default());
        Ok(Watching { fd: fd? })
    })
    .await
}

pub(super) async fn stop(cx: Context, Descriptor { fd }: Descriptor) -> Result<()> {
    let open = cx.document.handles.remove::<Open>(fd)?;
    // Ending waits for the thread that reads events.
    blocking(move || {
        drop(open);
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{AccessKind, CreateKind, DataChange, MetadataKind, RemoveKind};

    #[test]
    fn events_have_the_names_that_node_gives_them() {
        let told = |event| kind(event);
        assert_eq!(told(EventKind::Create(CreateKind::File)), Some(EventType::Rename));
        assert_eq!(told(EventKind::Remove(RemoveKind::Folder)), Some(EventType::Rename));
        assert_eq!(told(EventKind::Modify(ModifyKind::Name(RenameMode::From))), Some(EventType::Rename));
        assert_eq!(told(EventKind::Modify(ModifyKind::Name(RenameMode::Both))), None);
        assert_eq!(told(EventKind::Modify(ModifyKind::Data(DataChange::Any))), Some(EventType::Change));
        assert_eq!(told(EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any))), Some(EventType::Change));
        assert_eq!(told(EventKind::Access(AccessKind::Any)), None);
    }

    #[test]
    fn names_are_relative_to_what_is_watched() {
        let name = |root: &str, path: &str| {
            let name = name(root.as_ref(), path.as_ref(), root.as_ref());
            name.map(|name| String::from_utf8(name).expect("text"))
        };
        assert_eq!(name("/a/b", "/a/b/c"), Some("c".into()));
        assert_eq!(name("/a/b", "/a/b/c/d"), Some("c/d".into()));
        assert_eq!(name("/a/b", "/a/b"), Some("b".into()));
        assert_eq!(name("/a/b", "/a/x"), None);
    }
}
