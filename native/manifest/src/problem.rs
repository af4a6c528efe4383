//! What can be wrong with an app.

use std::fmt;
use std::io;
use std::path::Path;

/// The result of everything that can fail here.
pub type Result<T, E = Problem> = std::result::Result<T, E>;

/// What is wrong, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// For programs: `ERR_MANIFEST_…`.
    pub code: &'static str,
    /// For people.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// The text of a manifest or of a signature cannot be read.
pub(crate) const FORMAT: &str = "ERR_MANIFEST_FORMAT";
/// A file is not what it was when the app was built.
pub(crate) const ALTERED: &str = "ERR_MANIFEST_ALTERED";
/// A file, or the manifest, is not there.
pub(crate) const MISSING: &str = "ERR_MANIFEST_MISSING";
/// A file is there that the app was not built with.
pub(crate) const EXTRA: &str = "ERR_MANIFEST_EXTRA";
/// The signature is not one of the key, or not there.
pub(crate) const SIGNATURE: &str = "ERR_MANIFEST_SIGNATURE";
/// A name that no manifest can hold.
pub(crate) const NAME: &str = "ERR_MANIFEST_NAME";
/// The system refused.
pub(crate) const IO: &str = "ERR_MANIFEST_IO";
/// A key that is none.
pub(crate) const KEY: &str = "ERR_MANIFEST_KEY";

impl Problem {
    pub(crate) fn new(code: &'static str, message: impl Into<String>, hint: &str) -> Problem {
        Problem { code, message: message.into(), hint: hint.into() }
    }

    pub(crate) fn io(what: &str, path: &Path, error: &io::Error) -> Problem {
        let text = error.to_string();
        let reason = text.split(" (os error").next().unwrap_or(&text).to_lowercase();
        let message = format!("cannot {what} {}: {reason}", path.display());
        Problem::new(IO, message, "check the owner and the permissions of the file and its directory")
    }

    pub(crate) fn altered(path: &str, how: &str) -> Problem {
        let message = format!("{path} is not what it was when the app was built: {how}");
        Problem::new(ALTERED, message, "install the app again from where you trust it")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n hint: {}", self.message, self.hint)
    }
}

impl std::error::Error for Problem {}

impl From<Problem> for io::Error {
    fn from(problem: Problem) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, problem)
    }
}
