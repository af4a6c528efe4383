//! What differs between systems: the same functions in each file, over the standard library where it can.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(super) use unix::*;

#[cfg(windows)]
mod link;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(super) use windows::*;

/// What Windows means by its numbers: no system is asked, so it is tested everywhere.
#[cfg(any(windows, test))]
mod rules;
