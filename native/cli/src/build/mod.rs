//! Building: a plan that is computed first and can be printed, then the steps that carry it out.

pub(crate) mod assets;
pub(crate) mod copy_map;
pub(crate) mod desktop;
pub(crate) mod lock;
pub(crate) mod manifest;
pub(crate) mod plan;
pub(crate) mod runtime;
pub(crate) mod seal;
pub(crate) mod step;
pub(crate) mod test_file;
pub(crate) mod walk;
pub(crate) mod watch;
