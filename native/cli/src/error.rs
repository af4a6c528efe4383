//! Errors for people: what went wrong, where, and the fix.

use std::fmt;
use std::io::{self, IsTerminal};
use std::path::Path;

use socket_config::Problem;

/// The result of everything that can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How `ssc` ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It did what was asked.
    Success,
    /// It did not.
    Failure,
    /// The code of the app or of the project's own script.
    Of(i32),
}

impl Exit {
    pub(crate) fn code(self) -> i32 {
        match self {
            Exit::Success => 0,
            Exit::Failure => 1,
            Exit::Of(code) => code,
        }
    }
}

/// An error, printed once, in `lib.rs`.
#[derive(Clone, Debug)]
pub struct Error {
    /// For programs and tests, as in `ERR_CONFIG_MISSING`.
    pub code: &'static str,
    /// What went wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// How `ssc` ends.
    pub exit: Exit,
    /// Already formatted: the argument parser's own text.
    pub(crate) formatted: bool,
}

impl Error {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Error { code, message: message.into(), hint: None, exit: Exit::Failure, formatted: false }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    pub(crate) fn render(&self) -> String {
        let colour = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let paint = |code: &str, text: &str| match colour {
            true => format!("\x1b[{code}m{text}\x1b[0m"),
            false => text.to_owned(),
        };
        if self.formatted {
            return self.message.trim_end().to_owned();
        }
        let mut text = format!("{} {}", paint("1;31", "error:"), self.message);
        if let Some(hint) = &self.hint {
            text += &format!("\n {} {hint}", paint("1;36", "hint:"));
        }
        text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        let error = Error::new(problem.code, problem.to_string());
        match problem.hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

/// Says at the call what could not be done, and to which file.
pub(crate) trait IoContext<T> {
    fn doing(self, what: &str, path: &Path) -> Result<T>;
}

impl<T> IoContext<T> for io::Result<T> {
    fn doing(self, what: &str, path: &Path) -> Result<T> {
        self.map_err(|error| {
            let text = error.to_string();
            let reason = text.split(" (os error").next().unwrap_or(&text).to_lowercase();
            let (code, hint) = match error.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => (
                    "ERR_DISK_FULL",
                    Some("free some space and build again; what was built before is still there"),
                ),
                io::ErrorKind::InvalidFilename => {
                    ("ERR_PATH", Some("the path or a name in it is too long for this system; shorten it"))
                }
                io::ErrorKind::PermissionDenied => (
                    "ERR_PERMISSION",
                    Some("check the owner and the permissions of the file and its directory"),
                ),
                io::ErrorKind::ReadOnlyFilesystem => {
                    ("ERR_PERMISSION", Some("choose another place with [build] output"))
                }
                io::ErrorKind::NotFound => ("ERR_NOT_FOUND", None),
                _ => ("ERR_IO", None),
            };
            let error = Error::new(code, format!("cannot {what} {}: {reason}", shorten(path)));
            match hint {
                Some(hint) => error.hint(hint),
                None => error,
            }
        })
    }
}

/// A path for a message; the middle of one that is longer than a screen says nothing.
fn shorten(path: &Path) -> String {
    let text = path.display().to_string();
    let count = text.chars().count();
    if count <= 400 {
        return text;
    }
    let head: String = text.chars().take(150).collect();
    let tail: String = text.chars().skip(count - 150).collect();
    format!("{head}…{tail} ({} bytes)", path.as_os_str().len())
}
