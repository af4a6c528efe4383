//! Running an app: its streams are ours, its exit code is ours, and signals reach it.

pub(crate) mod process;
pub(crate) mod signals;
pub(crate) mod webkit;
#[cfg(unix)]
mod xvfb;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::mpsc::Sender;

use socket_config::Config;

use crate::context::Context;
use crate::error::{Error, Exit, Result};
use crate::target::Target;
use crate::tools::code;
use process::Process;
use signals::Signal;

/// What can happen while an app runs.
#[derive(Debug)]
pub(crate) enum Event {
    /// The app with this number has ended.
    Exited(u32, ExitStatus),
    #[cfg_attr(not(unix), expect(dead_code, reason = "elsewhere the console tells the app by itself"))]
    Signal(Signal),
    /// A watched file has changed.
    Changed,
}

/// An app that can be started, more than once.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) executable: PathBuf,
    pub(crate) args: Vec<OsString>,
    pub(crate) vars: Vec<(String, OsString)>,
    pub(crate) headless: bool,
    pub(crate) runner: Option<(String, Vec<String>)>,
    /// What it prints is not what `ssc` was asked for.
    pub(crate) aside: bool,
}

impl App {
    /// Takes what runs apps without a display from the configuration.
    pub(crate) fn runner(config: &Config) -> Option<(String, Vec<String>)> {
        let all = &config.headless;
        let (runner, flags) = match Target::host() {
            Target::Linux => (&all.runner_linux, &all.runner_linux_flags),
            Target::Mac => (&all.runner_mac, &all.runner_mac_flags),
            _ => (&all.runner_win32, &all.runner_win32_flags),
        };
        let (runner, flags) =
            if runner.is_some() { (runner, flags) } else { (&all.runner, &all.runner_flags) };
        Some((runner.clone()?, flags.as_deref().map(words).unwrap_or_default()))
    }
}

/// Splits at spaces outside of quotes, as a shell does.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for char in text.chars() {
        match (quote, char) {
            (Some(open), _) if char == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(char);
                word.get_or_insert_default();
            }
            (None, _) if char.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(char),
        }
    }
    words.extend(word);
    words
}

/// Somewhere an app can be shown, or not shown; gone when dropped.
#[derive(Default)]
pub(crate) struct Display {
    vars: Vec<(String, OsString)>,
    #[cfg(unix)]
    _server: Option<xvfb::Xvfb>,
}

/// Finds or starts a display for the app.
pub(crate) fn display(app: &App, context: &Context) -> Result<Display> {
    if Target::host() != Target::Linux
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| context.var(name).is_some())
    {
        return Ok(Display::default());
    }
    if !app.headless {
        return Err(Error::new(
            "ERR_DISPLAY",
            "there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set",
        )
        .hint("run it with --headless, or in a desktop session"));
    }
    if app.runner.is_some() {
        return Ok(Display::default());
    }
    #[cfg(unix)]
    {
        let server = xvfb::Xvfb::start(context)?;
        Ok(Display { vars: server.vars(), _server: Some(server) })
    }
    #[cfg(not(unix))]
    Ok(Display::default())
}

/// Starts the app. Its end arrives as an event.
pub(crate) fn start(
    app: &App,
    display: &Display,
    context: &Context,
    events: Sender<Event>,
) -> Result<Process> {
    let mut command: Vec<OsString> = Vec::new();
    if let Some((runner, flags)) = app.runner.as_ref().filter(|_| app.headless) {
        let path = context.tools().find(runner).ok_or_else(|| {
            Error::new("ERR_TOOL", format!("the headless runner `{runner}` is not installed"))
                .hint("install it, or remove `runner` from [headless]: ssc starts Xvfb by itself")
        })?;
        command.push(path.into());
        command.extend(flags.iter().map(OsString::from));
    }
    command.push(app.executable.clone().into());
    command.extend(app.args.iter().cloned());
    let shown: Vec<_> = command.iter().map(|word| word.to_string_lossy()).collect();
    context.progress.detail(&format!("run {}", shown.join(" ")));
    let vars: Vec<_> = app.vars.iter().chain(&display.vars).cloned().collect();
    Process::start(context.tools().app(&command, &vars, app.aside)?, events)
}

/// Runs the app to its end.
pub(crate) fn run(app: &App, context: &Context) -> Result<Exit> {
    let (sender, events) = std::sync::mpsc::channel();
    // Before anything is started that a signal would have to end.
    let _signals = signals::listen(sender.clone())?;
    let display = display(app, context)?;
    let process = start(app, &display, context, sender)?;
    loop {
        // The sender of the signals lives as long as this.
        match events.recv() {
            Ok(Event::Signal(signal)) => process.forward(signal),
            Ok(Event::Exited(_, status)) => return ended(status),
            Ok(Event::Changed) => {}
            Err(_) => return Err(Error::new("ERR_RUN", "lost sight of the app")),
        }
    }
}

/// What the end of an app means for us.
pub(crate) fn ended(status: ExitStatus) -> Result<Exit> {
    let code = code(status);
    match webkit::explain(code) {
        Some(error) => Err(error.exit(Exit::Of(code))),
        None => Ok(Exit::Of(code)),
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_as_a_shell_splits_them() {
        assert_eq!(words(" -a  '-s -screen 0' \"\" b\"c d\"e"), ["-a", "-s -screen 0", "", "bc de"]);
        assert!(words("  ").is_empty());
    }
}
