//! `socket.ini`, `.sscrc` and `.ssc.env` as typed configuration.
//!
//! [`Config::load`] reads a project's `socket.ini`; [`Rc`] finds the `.sscrc` files, whose settings override it;
//! [`Config::to_ini`] is what a built app carries and reads again with this crate. Every key is a line of the
//! table in `table.rs`.

mod error;
mod ini;
mod keys;
mod load;
mod rc;
mod reference;
mod table;
mod value;
mod write;

pub use error::{
    COLLISION, COMMENT, Error, MISSING, NOT_FOUND, Problem, READ, Result, SYNTAX, TWICE, UNKNOWN, VALUE,
    Warning,
};
pub use keys::{Free, Key, Preset};
pub use load::{Config, Map, Overrides};
pub use rc::{Rc, RcOption, Search, env_file, pairs};
pub use reference::reference;
pub use table::*;
pub use value::{
    AppType, BundleIdentifier, Headers, Items, Length, Name, Paths, Protocol, TitlebarStyle, Version, Words,
};
