//! Whether a document may make a call. Every route call passes [`Policy::check`] before its handler runs.
//!
//! The rule in force is [`CspPolicy`]: the document has the app's own origin, its Content Security Policies name the
//! route in `connect-src`, and `[capabilities]` of socket.ini lists what the call is about. The WebView enforces the
//! same policies; this gate does not rely on it.

mod engine;
mod gate;
mod resource;

pub use gate::CspPolicy;
pub use resource::{Endpoint, Resource};
pub use socket_policy::{
    Access, Capabilities, Grants, Lists, Places, PolicyList, PolicySource, is_plain, resolve,
};

use crate::{Document, Result};

/// The gate.
pub trait Policy: Send + Sync {
    /// `Err` with [`crate::Code::ACCESS_DENIED`] refuses. Called once with [`Resource::None`] before the request is
    /// read, then once for each resource that the route's table names.
    fn check(&self, document: &Document, route: &str, resource: &Resource<'_>) -> Result<()>;
}
