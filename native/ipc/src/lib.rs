//! The contract between a page and native code. Knows no WebView and no operating system.
//!
//! A page calls a *route* (`fs.open`) with a [`Message`]: a JSON head and a raw tail. The [`Router`] finds the
//! route, asks the [`Policy`], runs the handler, and gives back a message or an [`Error`]. What a handler
//! leaves behind (open files, pending calls, undelivered events) belongs to the [`Document`] that called and
//! dies with it. Transports (`runtime/src/webview`, `api/src/bin/headless.rs`) only carry frames.
#![warn(missing_docs)]

mod document;
mod error;
mod event;
mod message;
pub mod policy;
mod route;
#[cfg(feature = "typescript")]
pub mod typescript;

pub use document::{Document, Handles, Started};
pub use error::{Code, Error, Result, SyscallExt};
pub use event::{Batch, Event, EventInfo, Overflow, Queue};
pub use message::{Body, FromMessage, IntoMessage, Message, Reader, WithBody};
pub use policy::{Endpoint, Policy, Resource};
pub use route::{Caller, Module, Route, Router, Seq, invoke};
