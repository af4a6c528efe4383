//! What every module begins with.

#[allow(unused_imports, reason = "not every module needs all of them")]
pub(crate) use crate::context::{Context, blocking};
#[allow(unused_imports, reason = "not every module needs all of them")]
pub(crate) use serde::{Deserialize, Serialize};
#[allow(unused_imports, reason = "not every module needs all of them")]
pub(crate) use socket_ipc::{Body, Code, Error, Result, SyscallExt, WithBody, routes};
#[allow(unused_imports, reason = "not every module needs all of them")]
pub(crate) use ts_rs::TS;
