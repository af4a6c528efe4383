//! What went wrong in a configuration file, where, and how to put it right.

use std::fmt;
use std::path::{Path, PathBuf};

/// An error that stops loading.
pub type Error = Problem;

/// Something worth saying that does not stop loading.
pub type Warning = Problem;

/// The result of reading configuration.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A problem in a configuration file. `Display` gives `file:line:column: message`; the hint is apart, so that
/// a caller can show it on a line of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// For programs: one of the `ERR_CONFIG_*` and `WARN_CONFIG_*` constants of this module.
    pub code: &'static str,
    /// What was wrong.
    pub message: String,
    /// The file, or empty when the value came from somewhere else (the command line).
    pub file: PathBuf,
    /// From 1; 0 when the problem is about the whole file.
    pub line: u32,
    /// From 1, in characters; 0 when the problem is about the whole line.
    pub column: u32,
    /// What to do about it.
    pub hint: Option<String>,
}

/// The file is not there.
pub const NOT_FOUND: &str = "ERR_CONFIG_NOT_FOUND";
/// The file is there and cannot be read.
pub const READ: &str = "ERR_CONFIG_READ";
/// A line is not part of the dialect.
pub const SYNTAX: &str = "ERR_CONFIG_SYNTAX";
/// A value does not fit its key.
pub const VALUE: &str = "ERR_CONFIG_VALUE";
/// A required key is missing.
pub const MISSING: &str = "ERR_CONFIG_MISSING";
/// No such key.
pub const UNKNOWN: &str = "WARN_CONFIG_UNKNOWN";
/// A key is set more than once.
pub const TWICE: &str = "WARN_CONFIG_TWICE";
/// Two different spellings mean the same key.
pub const COLLISION: &str = "WARN_CONFIG_COLLISION";
/// A value may have lost its end to a comment.
pub const COMMENT: &str = "WARN_CONFIG_COMMENT";

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: std::sync::Arc<Path>,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Default for Place {
    fn default() -> Self {
        Place { file: Path::new("").into(), line: 0, column: 0 }
    }
}

impl Problem {
    pub(crate) fn at(code: &'static str, place: &Place, message: impl Into<String>) -> Self {
        Problem {
            code,
            message: message.into(),
            file: place.file.to_path_buf(),
            line: place.line,
            column: place.column,
            hint: None,
        }
    }

    pub(crate) fn in_file(code: &'static str, file: &Path, message: impl Into<String>) -> Self {
        Problem { code, message: message.into(), file: file.into(), line: 0, column: 0, hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.as_os_str().is_empty() {
            write!(f, "{}:", self.file.display())?;
            if self.line > 0 {
                write!(f, "{}:", self.line)?;
            }
            if self.column > 0 {
                write!(f, "{}:", self.column)?;
            }
            f.write_str(" ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}
