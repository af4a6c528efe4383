//! Where the engine keeps what pages store: databases, `localStorage`, caches, cookies. One place for all windows of an
//! app, kept between its runs, and nobody else's.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use wry::{WebContext, WebViewBuilder};

use crate::app::App;

/// What temporary places are called.
const TEMPORARY: &str = "socket-webview-";

/// Held in them by their process.
const LOCK: &str = "lock";

/// A place that ends with its process.
struct Temporary {
    folder: PathBuf,
    _lock: File,
}

/// The storage of an app.
pub(crate) struct Storage {
    context: WebContext,
    /// Removed at the end.
    temporary: Option<Temporary>,
}

impl Storage {
    /// Opens the place that the app has, or a temporary one: where it runs headless or for a test, unless it is told a
    /// place, and where its own cannot be made.
    pub(crate) fn open(app: &App) -> io::Result<Storage> {
        let kept = if app.options.headless || app.options.test.is_some() {
            app.options.storage.clone()
        } else {
            app.storage()
        };
        let made = kept.map(|folder| make(&folder).map(|()| folder));
        let folder = match made {
            Some(Ok(folder)) => Some(folder),
            Some(Err(error)) => {
                app.warn_once(&format!("{error}: what pages store is lost when the app ends"));
                None
            }
            None => None,
        };
        let temporary = if folder.is_none() { Some(temporary()?) } else { None };
        if let Some(folder) = &folder
            && app.options.storage.is_none()
        {
            cache(app, folder);
        }
        let context =
            WebContext::new(folder.or_else(|| temporary.as_ref().map(|temporary| temporary.folder.clone())));
        Ok(Storage { context, temporary })
    }

    /// A builder of views that share it; `ephemeral`: of a view that stores in memory, for itself.
    pub(crate) fn builder(&mut self, ephemeral: bool) -> WebViewBuilder<'_> {
        WebViewBuilder::new_with_web_context(&mut self.context).with_incognito(ephemeral)
    }

    /// Removes what is temporary. The engine may still be writing: what is left is removed at the next start.
    pub(crate) fn end(&self) {
        if let Some(temporary) = &self.temporary {
            let _ = fs::remove_dir_all(&temporary.folder);
        }
    }
}

/// Makes a folder that only its owner can look into, and so the one above, which is the app's.
fn make(folder: &Path) -> io::Result<()> {
    let failed = |error: io::Error| {
        io::Error::new(error.kind(), format!("{} cannot be made: {error}", folder.display()))
    };
    let above = folder.parent().filter(|above| !above.exists());
    for place in above.into_iter().chain([folder]) {
        builder().recursive(true).create(place).map_err(failed)?;
    }
    private(folder).map_err(failed)
}

#[cfg(unix)]
fn builder() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

#[cfg(not(unix))]
fn builder() -> DirBuilder {
    DirBuilder::new()
}

/// One that an earlier version made, or something else, may be open to others.
#[cfg(unix)]
fn private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn private(_: &Path) -> io::Result<()> {
    // Folders of a user's own profile are that user's.
    Ok(())
}

/// What can be fetched again belongs below the caches of the user; WebKitGTK is told one folder for everything.
#[cfg(target_os = "linux")]
fn cache(app: &App, folder: &Path) {
    let Some(cache) = app.cache() else { return };
    let link = folder.join("WebKitCache");
    if link.read_link().is_ok_and(|target| target == cache) && cache.is_dir() {
        return;
    }
    // Where it cannot be, caches lie with everything else.
    let _ = fs::remove_file(&link);
    if make(&cache).is_ok() && !link.exists() {
        let _ = std::os::unix::fs::symlink(&cache, &link);
    }
}

#[cfg(not(target_os = "linux"))]
fn cache(_: &App, _: &Path) {}

/// A new folder for this process, and an end to those of processes that were killed.
fn temporary() -> io::Result<Temporary> {
    let above = std::env::temp_dir();
    for entry in fs::read_dir(&above).into_iter().flatten().flatten() {
        let named = entry.file_name().to_str().is_some_and(|name| name.starts_with(TEMPORARY));
        if named && entry.file_type().is_ok_and(|kind| kind.is_dir()) && is_abandoned(&entry.path()) {
            // Another app may be doing the same, and those of other users are not ours to remove.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let folder = above.join(format!("{TEMPORARY}{}", super::token()));
    builder().create(&folder)?;
    let lock = File::create(folder.join(LOCK))?;
    lock.lock()?;
    Ok(Temporary { folder, _lock: lock })
}

/// Whether the process that a folder is of has ended: nobody holds its lock. One without a lock is just being made,
/// unless it is old.
fn is_abandoned(folder: &Path) -> bool {
    match File::open(folder.join(LOCK)) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(_) => {
            let made = fs::metadata(folder).and_then(|metadata| metadata.modified());
            made.is_ok_and(|made| made.elapsed().is_ok_and(|age| age > Duration::from_secs(60)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_processes_that_run_are_left_alone() {
        let own = temporary().expect("made");
        assert!(!is_abandoned(&own.folder));
        drop(temporary().expect("made"));
        assert!(own.folder.is_dir());
        let new = tempfile::tempdir().expect("made");
        assert!(!is_abandoned(new.path()), "its lock may follow");
        let Temporary { folder, _lock } = own;
        drop(_lock);
        assert!(is_abandoned(&folder));
        drop(temporary().expect("made"));
        assert!(!folder.exists());
    }
}
