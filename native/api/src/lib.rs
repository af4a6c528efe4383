//! What an app can ask of the machine: the native half of the `socket:` modules.
//!
//! Each module is a file here, a file in `js/api` and a file in `test/api`. Nothing in this crate knows a
//! WebView; what needs a desktop goes through [`Host`].
#![warn(missing_docs)]

mod address;
mod context;
mod host;
pub mod menu;
mod prelude;

pub use context::Context;
pub use host::{
    Dialog, DialogFilter, DialogKind, Dropped, Headless, Host, Length, Permission, Popup, Reply, Screen,
    Theme, WindowOptions, WindowState, WindowStatus,
};

use std::sync::Arc;

use socket_ipc::{Module, Policy, Router};

macro_rules! modules {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// The table of every module.
        pub fn modules() -> Vec<Module<Context>> {
            vec![$($name::module()),*]
        }

        /// Names of the modules that have a native half.
        pub const MODULES: &[&str] = &[$(stringify!($name)),*];
    };
}

modules! {
    application,
    backend,
    bluetooth,
    child_process,
    console,
    crypto,
    dgram,
    dns,
    fs,
    ipc,
    module,
    net,
    network,
    notification,
    os,
    process,
    window,
}

/// All routes behind one policy.
pub fn router(policy: Arc<dyn Policy>) -> Router<Context> {
    Router::new(modules(), policy)
}

/// Tells a document what happened to its windows; called by the host.
pub mod events {
    pub use crate::window::{CHANGED, CHOSEN, CLOSED, Closed, MESSAGE, WindowMessage};
}

/// The backend process, started and ended by the host.
pub mod backend_process {
    pub use crate::backend::{Backend, Opened, Options, run};
}
