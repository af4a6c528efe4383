//! What a handler may touch.

use std::fmt;
use std::sync::Arc;

use socket_ipc::{Caller, Code, Document, Error, Event, IntoMessage, Queue, Result};

use crate::Host;
use crate::backend::Backend;

/// Given to every handler: who called, and the desktop around it. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// The calling document: owner of handles.
    pub document: Arc<Document>,
    /// The realm (page, frame or worker) of the document that called: where its events go.
    pub realm: Arc<str>,
    /// The desktop.
    pub host: Arc<dyn Host>,
    /// The app's backend.
    pub backend: Arc<Backend>,
}

impl Context {
    /// Events on their way to the caller.
    pub fn queue(&self) -> Result<Arc<Queue>> {
        self.document.queue(&self.realm)
    }

    /// Tells the calling realm.
    pub fn emit<T: IntoMessage>(&self, event: &Event<T>, data: T) -> Result<()> {
        self.queue()?.emit(event, data)
    }
}

impl Caller for Context {
    fn document(&self) -> &Document {
        &self.document
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("document", &self.document).field("realm", &self.realm).finish()
    }
}

/// Runs what may block on the pool for such work.
///
/// A call that is cancelled meanwhile leaves the work to finish alone: the system cannot take a `read` back.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
        Err(Error::new(Code::INTERNAL, "the operation failed in a way that it should not"))
    })
}
