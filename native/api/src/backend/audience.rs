//! The pages that hear a backend, and how its events reach them: in order, none lost, at the pace of the pages.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use socket_ipc::{Document, Event, IntoMessage, Queue};
use tokio::sync::Notify;

use crate::prelude::*;
use crate::{Context, Host};

/// How long an event waits for the page of a new window to listen.
const BEGIN: Duration = Duration::from_secs(10);
/// How long an event waits for room before its listener counts as stalled: a worker that has ended without saying
/// so, or a page that a developer has stopped.
const STALL: Duration = Duration::from_secs(60);
/// How long what the host says about windows is remembered. Windows that are newer are not ready to listen either.
const WINDOWS: Duration = Duration::from_millis(250);

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Held for a few lines that leave the data whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A page, frame or worker that listens.
#[derive(Clone, Debug)]
struct Listener {
    document: Weak<Document>,
    window: u32,
    queue: Arc<Queue>,
    stalled: bool,
}

impl Listener {
    fn is_gone(&self) -> bool {
        self.document.upgrade().is_none_or(|document| document.is_closed())
    }
}

/// Who listens.
#[derive(Debug, Default)]
pub(super) struct Audience {
    listeners: Mutex<Vec<Listener>>,
    /// Windows whose page does not listen, although it has had the time to begin.
    deaf: Mutex<BTreeSet<u32>>,
    windows: Mutex<Option<(Instant, Vec<u32>)>>,
    joined: Notify,
}

impl Audience {
    /// The calling realm listens from now on.
    pub(super) fn join(&self, cx: &Context) -> Result<()> {
        let queue = cx.queue()?;
        let (document, window) = (Arc::downgrade(&cx.document), cx.document.window);
        let mut listeners = lock(&self.listeners);
        listeners.retain(|listener| !listener.is_gone());
        if !listeners.iter().any(|listener| Arc::ptr_eq(&listener.queue, &queue)) {
            listeners.push(Listener { document, window, queue, stalled: false });
        }
        drop(listeners);
        lock(&self.deaf).remove(&window);
        self.joined.notify_waiters();
        Ok(())
    }

    fn of(&self, window: Option<u32>) -> Vec<Listener> {
        let mut listeners = lock(&self.listeners);
        listeners.retain(|listener| !listener.is_gone());
        let wanted =
            listeners.iter().filter(|listener| window.is_none_or(|window| window == listener.window));
        wanted.cloned().collect()
    }

    /// Tells those who listen now; what does not fit is lost.
    pub(super) fn tell<T: IntoMessage + Clone>(&self, event: &Event<T>, data: &T) {
        for listener in self.of(None) {
            // It is slow or has just gone.
            let _ = listener.queue.emit(event, data.clone());
        }
    }

    /// Tells one window or all, waiting for pages that begin or are slow. `then` runs at once when the last one has
    /// been told, and before any call that a page makes because of that: callers hold `order` while they submit.
    ///
    /// `size` is what the data takes in a queue, or a little more.
    ///
    /// # Errors
    /// [`Code::WINDOW`] when there is no such window; `then` has not run.
    pub(super) async fn deliver<T: IntoMessage + Clone>(
        &self,
        host: &dyn Host,
        window: Option<u32>,
        event: &Event<T>,
        (data, size): (&T, usize),
        order: &Mutex<()>,
        then: impl FnOnce(),
    ) -> Result<()> {
        self.wait_for(host, window).await?;
        let mut left = self.of(window);
        let mut then = Some(then);
        loop {
            let Some(slow) = ({
                let _order = lock(order);
                left.retain(|listener| match listener.queue.emit(event, data.clone()) {
                    Err(error) if error.code() == "ENOBUFS" => !listener.stalled,
                    // Told, or gone.
                    _ => false,
                });
                if left.is_empty() {
                    then.take().into_iter().for_each(|then| then());
                }
                left.first().cloned()
            }) else {
                return Ok(());
            };
            if tokio::time::timeout(STALL, slow.queue.room(size)).await.is_err() {
                self.stalled(&slow);
                left.retain(|listener| !Arc::ptr_eq(&listener.queue, &slow.queue));
            }
        }
    }

    fn stalled(&self, slow: &Listener) {
        let mut listeners = lock(&self.listeners);
        if let Some(listener) =
            listeners.iter_mut().find(|listener| Arc::ptr_eq(&listener.queue, &slow.queue))
        {
            listener.stalled = true;
            eprintln!(
                "warning: a page or worker of window {} has taken no events of the backend for {} s; from now on it \
                 misses those for which it has no room",
                slow.window,
                STALL.as_secs()
            );
        }
    }

    /// Waits until the pages of the windows listen, as they do once they are loaded.
    async fn wait_for(&self, host: &dyn Host, window: Option<u32>) -> Result<()> {
        let listening = self.of(window);
        let windows = match window {
            Some(_) if !listening.is_empty() => return Ok(()),
            Some(window) => {
                host.windows(Some(window)).await?;
                vec![window]
            }
            None => self.windows(host).await,
        };
        for window in windows {
            if listening.iter().any(|listener| listener.window == window)
                || lock(&self.deaf).contains(&window)
            {
                continue;
            }
            let begins = async {
                loop {
                    let joined = self.joined.notified();
                    if !self.of(Some(window)).is_empty() {
                        return;
                    }
                    joined.await;
                }
            };
            if tokio::time::timeout(BEGIN, begins).await.is_err() {
                lock(&self.deaf).insert(window);
                eprintln!(
                    "warning: the page of window {window} does not hear the backend: its Content-Security-Policy \
                     must allow socket: in script-src and ipc://backend.listen in connect-src"
                );
            }
        }
        Ok(())
    }

    async fn windows(&self, host: &dyn Host) -> Vec<u32> {
        if let Some((at, windows)) = &*lock(&self.windows)
            && at.elapsed() < WINDOWS
        {
            return windows.clone();
        }
        // A program without windows still has a document.
        let states = host.windows(None).await.unwrap_or_default();
        let windows: Vec<_> = states.iter().map(|state| state.index).collect();
        *lock(&self.windows) = Some((Instant::now(), windows.clone()));
        windows
    }
}
