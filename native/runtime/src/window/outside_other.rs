//! What the desktop opens for an app: addresses in the programs that are for them, files in the file manager.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use socket_ipc::{Code, Error, Result};

/// Opens an address in the program that the user has for it.
pub(crate) fn open(url: &str, done: impl FnOnce(Result<()>)) {
    let url = OsStr::new(url);
    // No shell reads it: it is one argument.
    done(if cfg!(windows) {
        start("rundll32", &[OsStr::new("url.dll,FileProtocolHandler"), url])
    } else {
        start("open", &[url])
    });
}

/// Shows a file among those beside it.
pub(crate) fn reveal(path: &Path, done: impl FnOnce(Result<()>)) {
    done(if cfg!(windows) {
        let mut select = OsStr::new("/select,").to_owned();
        select.push(path);
        start("explorer", &[&select])
    } else {
        start("open", &[OsStr::new("-R"), path.as_os_str()])
    });
}

fn start(program: &str, words: &[&OsStr]) -> Result<()> {
    let started = Command::new(program).args(words).stdin(Stdio::null()).stdout(Stdio::null()).spawn();
    let failed =
        |error: std::io::Error| Error::new(Code::WINDOW, format!("{program} does not start: {error}"));
    let mut child = started.map_err(failed)?;
    // Waited for, so that nothing of it stays.
    let waiting = std::thread::Builder::new().name("opened".into()).spawn(move || child.wait());
    waiting.map(drop).map_err(failed)
}
