//! What the user sees while something happens: a spinner on a terminal, a plain line elsewhere, nothing with
//! `--quiet`. All of it on standard error.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::error::{IoContext, Result};

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Volume {
    Quiet,
    Normal,
    Verbose,
}

#[derive(Clone, Debug)]
pub(crate) struct Progress {
    volume: Volume,
    terminal: bool,
}

impl Progress {
    pub(crate) fn new(volume: Volume) -> Self {
        Progress { volume, terminal: io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() }
    }

    /// Does something and says what and how long it took. What `work` returns beside its result is added.
    pub(crate) fn step<T>(
        &self,
        text: &str,
        work: impl FnOnce() -> Result<(T, Cow<'static, str>)>,
    ) -> Result<T> {
        let start = Instant::now();
        let spinner = (self.terminal && self.volume > Volume::Quiet).then(|| {
            let spinner = ProgressBar::new_spinner().with_message(text.to_owned());
            spinner.set_style(ProgressStyle::default_spinner());
            // A step that is over at once draws nothing.
            spinner.enable_steady_tick(Duration::from_millis(100));
            spinner
        });
        let result = work();
        if let Some(spinner) = spinner {
            spinner.finish_and_clear();
        }
        let (value, note) = result?;
        let note = if note.is_empty() { note } else { format!(" ({note})").into() };
        self.line(&format!("{text}{note}"), Some(start.elapsed()));
        Ok(value)
    }

    /// One line.
    pub(crate) fn say(&self, text: &str) {
        self.line(text, None);
    }

    /// One line with `--verbose`.
    pub(crate) fn detail(&self, text: &str) {
        if self.volume == Volume::Verbose {
            self.line(text, None);
        }
    }

    /// A warning; shown with `--quiet` too.
    pub(crate) fn warn(&self, text: &str, hint: Option<&str>) {
        let label = if self.terminal { "\x1b[1;33mwarning:\x1b[0m" } else { "warning:" };
        complain(&format!("{label} {text}"));
        if let Some(hint) = hint {
            let label = if self.terminal { "\x1b[1;36mhint:\x1b[0m" } else { "hint:" };
            complain(&format!(" {label} {hint}"));
        }
    }

    fn line(&self, text: &str, took: Option<Duration>) {
        if self.volume == Volume::Quiet {
            return;
        }
        let took = took.map(|took| format!(" {} ms", took.as_millis())).unwrap_or_default();
        match self.terminal {
            true => complain(&format!("\x1b[32m•\x1b[0m {text}\x1b[2m{took}\x1b[0m")),
            false => complain(&format!("• {text}{took}")),
        }
    }
}

/// A line on standard error. There is nobody left to tell when that is closed, and `eprintln!` would panic.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Prints to standard output. A reader that has gone away (`ssc env | head -1`) is no error.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    let mut text = Cow::Borrowed(text);
    if !text.ends_with('\n') && !text.is_empty() {
        text.to_mut().push('\n');
    }
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.doing("write to", "standard output".as_ref()),
    }
}
