//! What a document may do, decided from text that people can read: the Content Security Policies that it was served
//! with ([`PolicyList`]) and the section `[capabilities]` of socket.ini ([`Capabilities`]).
//!
//! A leaf: knows no route table, no WebView and no configuration file. `socket-ipc` asks it before every call,
//! `socket-runtime` when it serves pages, `socket-cli` when it reads an app.
#![warn(missing_docs)]

mod capability;
mod command;
mod csp;
mod endpoint;
mod grant;
pub mod html;
mod path;
mod resources;
mod source;

pub use capability::{Access, Capabilities, KEYS, Lists, Missing, Places, VARIABLES, Wrong};
pub use csp::{Directive, PLUMBING, Policy, PolicyList, PolicySource};
pub use grant::Grants;
pub use path::{FilePattern, is_plain, resolve};
pub use resources::{Found, Resources};
pub use source::{HashAlgorithm, Source, Url};
