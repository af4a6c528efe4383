//! The owner of everything that a page leaves in native code.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use socket_policy::{Access, Capabilities, Grants, PolicyList};
use tokio::sync::oneshot;

use crate::event::Queue;
use crate::route::Seq;
use crate::{Code, Error, Event, IntoMessage, Result, SyscallExt};

/// Locks that are held for a few lines and cannot be left half-way: a panic elsewhere does not spoil the data.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many pages, frames and workers of one document may listen to events.
const MAX_REALMS: usize = 256;

/// One document of one window: what it may do and what it holds.
///
/// Closing it (navigation, window closed, transport gone) cancels its calls, drops its handles and ends its
/// events. Another document cannot name any of them.
#[derive(Debug)]
pub struct Document {
    /// Index of the window.
    pub window: u32,
    /// Origin as the transport established it; scripts cannot choose it.
    pub origin: String,
    /// The policies that the document was served with.
    pub csp: Mutex<PolicyList>,
    /// What it has open.
    pub handles: Handles,
    capabilities: Arc<Capabilities>,
    grants: Mutex<Grants>,
    /// Programs that it started and that still run, by their numbers in the system.
    started: Mutex<BTreeSet<u32>>,
    calls: Mutex<BTreeMap<Seq, oneshot::Sender<()>>>,
    queues: Mutex<BTreeMap<String, Arc<Queue>>>,
    /// Policies of realms beside those of the document.
    realms: Mutex<BTreeMap<String, Arc<PolicyList>>>,
    closed: AtomicBool,
}

impl Document {
    /// A document that holds nothing yet.
    pub fn new(window: u32, origin: impl Into<String>, csp: PolicyList) -> Document {
        Document {
            window,
            origin: origin.into(),
            csp: Mutex::new(csp),
            handles: Handles::default(),
            capabilities: Arc::default(),
            grants: Mutex::default(),
            started: Mutex::default(),
            calls: Mutex::default(),
            queues: Mutex::default(),
            realms: Mutex::default(),
            closed: AtomicBool::new(false),
        }
    }

    /// Narrows what its calls may reach.
    #[must_use]
    pub fn limited(mut self, capabilities: Arc<Capabilities>) -> Document {
        self.capabilities = capabilities;
        self
    }

    /// What its calls may reach.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Gives it a file, or a directory with all that is below: people chose it in a picker or dropped it here.
    /// [`Access::Write`] includes reading. Ends with the document.
    ///
    /// # Errors
    /// When the path cannot be resolved.
    pub fn grant(&self, path: impl AsRef<Path>, access: Access) -> Result<()> {
        let path = path.as_ref();
        lock(&self.grants).give(path, access).syscall_on("open", path)
    }

    pub(crate) fn grants(&self) -> &Mutex<Grants> {
        &self.grants
    }

    /// Remembers that it started a program, which may get its signals for as long as what comes back is there. Keep that no
    /// longer than the program: the system gives its number to another then.
    pub fn started(self: &Arc<Self>, pid: u32) -> Started {
        lock(&self.started).insert(pid);
        Started { document: Arc::downgrade(self), pid }
    }

    /// Whether a program that runs was started by it.
    pub fn has_started(&self, pid: u32) -> bool {
        lock(&self.started).contains(&pid)
    }

    /// Whether the document is gone.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Cancels its calls, drops its handles, ends its events.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Release);
        // Dropping a sender wakes the call that waits for it.
        lock(&self.calls).clear();
        for queue in std::mem::take(&mut *lock(&self.queues)).into_values() {
            queue.close();
        }
        self.handles.close();
    }

    /// The events of one realm (page, frame or worker) of this document.
    ///
    /// # Errors
    /// `ENOBUFS` when a document has more realms than any real one: names are the page's to choose, memory is not.
    pub fn queue(&self, realm: &str) -> Result<Arc<Queue>> {
        let mut queues = lock(&self.queues);
        if !queues.contains_key(realm) && queues.len() >= MAX_REALMS {
            return Err(Error::errno("ENOBUFS"));
        }
        let queue = queues.entry(realm.to_owned()).or_default().clone();
        if self.is_closed() {
            queue.close();
        }
        Ok(queue)
    }

    /// Says what a realm's own page was served with, where that is not the document's page: what it hears of the
    /// document's events is a matter of both.
    pub fn govern(&self, realm: &str, policies: &Arc<PolicyList>) {
        let mut realms = lock(&self.realms);
        // As many as may listen.
        if realms.len() < MAX_REALMS || realms.contains_key(realm) {
            realms.insert(realm.to_owned(), policies.clone());
        }
    }

    /// Tells every realm of the document that listens, if its policies let the document hear it: an event of a module is
    /// for those that may call a route of that module, or name the event as they would name a route.
    pub fn emit<T: IntoMessage + Clone>(&self, event: &Event<T>, data: T) -> Result<()> {
        if !lock(&self.csp).hears(event.name) {
            return Ok(());
        }
        let realms = lock(&self.realms).clone();
        let hears = |realm: &String| realms.get(realm).is_none_or(|policies| policies.hears(event.name));
        let queues: Vec<_> = lock(&self.queues)
            .iter()
            .filter(|(realm, _)| hears(realm))
            .map(|(_, queue)| queue.clone())
            .collect();
        queues.iter().try_for_each(|queue| queue.emit(event, data.clone()))
    }

    /// Ends a call early; it answers with an `AbortError`. Unknown ones have ended already.
    pub fn cancel(&self, seq: &Seq) {
        lock(&self.calls).remove(seq);
    }

    pub(crate) fn begin(&self, seq: &Seq) -> Result<Pending<'_>> {
        if self.is_closed() {
            return Err(Error::new(Code::ABORTED, "the document is closed"));
        }
        let (sender, receiver) = oneshot::channel();
        if lock(&self.calls).insert(seq.clone(), sender).is_some() {
            // The older of the two was cancelled by the insertion; neither can be told from the other.
            lock(&self.calls).remove(seq);
            return Err(Error::new(Code::FRAME, format!("two calls are named {seq}")));
        }
        Ok(Pending { document: self, seq: seq.clone(), cancelled: receiver })
    }
}

impl Drop for Document {
    fn drop(&mut self) {
        self.close();
    }
}

/// A program of a document that runs; dropping it forgets it.
#[derive(Debug)]
pub struct Started {
    document: Weak<Document>,
    pid: u32,
}

impl Drop for Started {
    fn drop(&mut self) {
        if let Some(document) = self.document.upgrade() {
            lock(&document.started).remove(&self.pid);
        }
    }
}

/// A call that has begun; dropping it forgets it.
pub(crate) struct Pending<'a> {
    document: &'a Document,
    seq: Seq,
    pub(crate) cancelled: oneshot::Receiver<()>,
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        lock(&self.document.calls).remove(&self.seq);
    }
}

/// What a document has open, by number. Numbers start at 3, as descriptors do, and are not used twice.
#[derive(Default)]
pub struct Handles {
    state: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    next: u32,
    closed: bool,
    open: BTreeMap<u32, Arc<dyn Any + Send + Sync>>,
}

impl Handles {
    /// Keeps a value until it is removed or the document closes.
    pub fn insert<T: Any + Send + Sync>(&self, value: T) -> Result<u32> {
        let mut table = lock(&self.state);
        if table.closed {
            return Err(Error::new(Code::ABORTED, "the document is closed"));
        }
        let id = table.next + 3;
        table.next += 1;
        table.open.insert(id, Arc::new(value));
        Ok(id)
    }

    /// The value of a number; `EBADF` when there is none of this type.
    pub fn get<T: Any + Send + Sync>(&self, id: u32) -> Result<Arc<T>> {
        let value = lock(&self.state).open.get(&id).cloned();
        value.and_then(|value| value.downcast().ok()).ok_or_else(|| Error::errno("EBADF"))
    }

    /// Takes the value out. Whoever still uses it keeps it until done.
    pub fn remove<T: Any + Send + Sync>(&self, id: u32) -> Result<Arc<T>> {
        let mut table = lock(&self.state);
        match table.open.get(&id).cloned().map(Arc::downcast) {
            Some(Ok(value)) => {
                table.open.remove(&id);
                Ok(value)
            }
            _ => Err(Error::errno("EBADF")),
        }
    }

    /// How many are open.
    pub fn len(&self) -> usize {
        lock(&self.state).open.len()
    }

    /// Whether none is open.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn close(&self) {
        let mut table = lock(&self.state);
        table.closed = true;
        let open = std::mem::take(&mut table.open);
        // Values may take locks when they are dropped.
        drop(table);
        drop(open);
    }
}

impl fmt::Debug for Handles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handles").field("open", &self.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_typed_and_die_with_the_document() {
        let document = Document::new(0, "socket://app", PolicyList::default());
        let value = Arc::new(());
        let id = document.handles.insert(value.clone()).expect("open");
        assert_eq!(id, 3);
        assert_eq!(document.handles.get::<String>(id).expect_err("another type").code(), "EBADF");
        document.handles.get::<Arc<()>>(id).expect("the same type");
        document.close();
        assert_eq!(Arc::strong_count(&value), 1, "dropped with the document");
        assert_eq!(document.handles.get::<Arc<()>>(id).expect_err("closed").code(), "EBADF");
        assert_eq!(document.handles.insert(0_u8).expect_err("closed").code(), "ABORT_ERR");
    }

    #[test]
    fn removed_numbers_are_not_used_again() {
        let handles = Handles::default();
        let first = handles.insert(1_u8).expect("open");
        handles.remove::<u8>(first).expect("there");
        assert_ne!(handles.insert(2_u8).expect("open"), first);
        assert_eq!(handles.remove::<u8>(first).expect_err("gone").code(), "EBADF");
    }
}
