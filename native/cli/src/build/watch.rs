//! `ssc build --watch`: builds again when sources change.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::manifest::Stamp;
use crate::error::{Error, Result};
use crate::launch::Event;

/// Editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(75);

/// Files up to this size are compared by what is in them: a script that writes the same again changes nothing.
const COMPARED: u64 = 1 << 20;

/// What is watched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sources {
    /// Files, and directories with everything in them.
    pub(crate) paths: Vec<PathBuf>,
    /// Those of them that are directories: when one comes to be, it has to be watched as such.
    pub(crate) folders: Vec<PathBuf>,
    /// What is built, which is never a source.
    pub(crate) output: PathBuf,
}

/// What the sources held at one time.
pub(crate) type State = BTreeMap<PathBuf, (Option<Stamp>, u64)>;

impl Sources {
    pub(crate) fn new(paths: Vec<PathBuf>, output: PathBuf) -> Sources {
        let folders = paths.iter().filter(|path| path.is_dir()).cloned().collect();
        Sources { paths, folders, output }
    }

    pub(crate) fn state(&self) -> State {
        let mut state = State::new();
        self.paths.iter().for_each(|path| self.add(path, &mut state, 0));
        state
    }

    fn add(&self, path: &Path, state: &mut State, depth: usize) {
        // What cannot be read now is an error of the build, not of the watch.
        let Ok(metadata) = fs::metadata(path) else { return };
        if metadata.is_dir() {
            // Deeper than any path can be: a link to a directory above it.
            if depth > 100 || path == self.output {
                return;
            }
            let entries = fs::read_dir(path).into_iter().flatten().flatten();
            return entries.for_each(|entry| self.add(&entry.path(), state, depth + 1));
        }
        let mut hash = DefaultHasher::new();
        let stamp = match metadata.is_file() && metadata.len() <= COMPARED {
            true => {
                fs::read(path).ok().hash(&mut hash);
                None
            }
            false => Some(Stamp::of(&metadata)),
        };
        state.insert(path.to_owned(), (stamp, hash.finish()));
    }

    /// Sends an event for every change. Stops when dropped.
    pub(crate) fn watch(&self, events: Sender<Event>) -> Result<RecommendedWatcher> {
        let failed = |error: notify::Error| {
            let hint = match error.kind {
                notify::ErrorKind::MaxFilesWatch => {
                    "raise the limit: sysctl fs.inotify.max_user_watches=524288"
                }
                _ => "check that the sources can be read",
            };
            Error::new("ERR_WATCH", format!("cannot watch the sources: {error}")).hint(hint)
        };
        let output = self.output.clone();
        let handler = move |event: notify::Result<notify::Event>| {
            let ours = |event: &notify::Event| {
                event.kind.is_access()
                    || (!event.paths.is_empty() && event.paths.iter().all(|path| path.starts_with(&output)))
            };
            if !event.is_ok_and(|event| ours(&event)) {
                // Nobody may be listening any more.
                let _ = events.send(Event::Changed);
            }
        };
        let mut watcher = notify::recommended_watcher(handler).map_err(failed)?;
        for path in &self.paths {
            // Editors replace a file, so it is its directory that is watched; so is that of one yet to come.
            let (path, mode) = match self.folders.contains(path) {
                true => (path.as_path(), RecursiveMode::Recursive),
                false => (path.parent().unwrap_or(path), RecursiveMode::NonRecursive),
            };
            if path.exists() {
                watcher.watch(path, mode).map_err(failed)?;
            }
        }
        Ok(watcher)
    }
}

/// Waits until changes stop arriving. Anything else that happens meanwhile is returned, to be answered later.
pub(crate) fn settle(events: &Receiver<Event>) -> Vec<Event> {
    let mut others = Vec::new();
    let mut end = Instant::now() + QUIET;
    loop {
        match events.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(Event::Changed) => end = Instant::now() + QUIET,
            // A signal or the end of the app does not wait.
            Ok(other) => {
                others.push(other);
                return others;
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return others,
        }
    }
}
