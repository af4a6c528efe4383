//! Dialogs in which people choose files, of phones: not there yet, and said so.

use std::path::PathBuf;

use socket_api::Dialog;
use socket_ipc::{Code, Error, Result};
use tokio::sync::oneshot;

use super::Surface;

/// Says that there is none.
pub(crate) fn show(_: &Surface, _: &Dialog, sender: oneshot::Sender<Result<Vec<PathBuf>>>) {
    let message = "dialogs for files are there on Linux, macOS and Windows: use <input type=\"file\"> here";
    // Whoever asked may be gone.
    drop(sender.send(Err(Error::new(Code::UNAVAILABLE, message))));
}
