//! The fingerprint of an app. `ssc build --prod` writes [`NAME`] beside `socket.ini`: the hash of every file that
//! belongs to the app. The runtime compares names and sizes when it starts, and gives a page no byte of a file whose
//! hash it has not checked. The format is in docs/security.md.
//!
//! [`Manifest`] is the text, [`Seal`] a folder with its manifest, [`sign`] what binds it to a key.
#![warn(missing_docs)]

mod make;
mod problem;
mod read;
mod seal;
pub mod sign;
mod text;

pub use problem::{Problem, Result};
pub use read::Reader;
pub use seal::Seal;
pub use text::{Entry, File, Hash, Hex, Manifest, Runtime, unhex};

/// The file, in the folder of the app's files.
pub const NAME: &str = "socket.manifest";
/// The signature of the file, beside it.
pub const SIGNATURE: &str = "socket.manifest.sig";

/// Files above this size have a hash for each piece of it, so that a part can be checked without the rest.
pub const CHUNK: u64 = 256 << 10;

/// What desktops leave in folders. It is neither part of an app nor shown to its pages.
const LITTER: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// Whether a file of this name, without its folder, is not for the manifest.
pub fn is_litter(name: &str) -> bool {
    LITTER.contains(&name)
}
