//! One build at a time in an output directory.

use std::fs::{self, File, TryLockError};

use crate::context::Context;
use crate::error::{IoContext, Result};
use crate::target::Layout;

/// Held while an output directory is written. The system lets go of it however the process ends.
pub(crate) struct Lock(#[expect(dead_code, reason = "held for its drop")] File);

pub(crate) fn lock(layout: &Layout, context: &Context) -> Result<Lock> {
    let state = layout.state();
    fs::create_dir_all(&state).doing("create", &state)?;
    let path = state.join("lock");
    let file = File::create(&path).doing("write", &path)?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => {
            context
                .progress
                .say(&format!("waiting for another ssc that builds into {}", layout.root.display()));
            file.lock().doing("lock", &path)?;
            Ok(Lock(file))
        }
        Err(TryLockError::Error(error)) => Err(error).doing("lock", &path),
    }
}
