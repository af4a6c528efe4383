//! The desktop executable that every app carries: windows, WebViews, and the routes behind them.
//!
//! It reads `socket.ini` beside itself (in `Contents/Resources` of a macOS bundle), serves the files there to its pages,
//! and ends with the app's exit code. `ssc build` puts it in place; it is never changed.
#![cfg_attr(windows, windows_subsystem = "windows")]

mod app;
mod audit;
mod event_loop;
mod host;
mod instance;
mod options;
mod webview;
mod window;

use std::process::ExitCode;

/// No display, or no WebView: the service that the app needs is unavailable (EX_UNAVAILABLE).
const UNAVAILABLE: u8 = 69;
/// The app runs already and does not answer (EX_TEMPFAIL).
const BUSY: u8 = 75;
/// socket.ini is missing or broken (EX_CONFIG).
const CONFIG: u8 = 78;

fn main() -> ExitCode {
    let app = match app::App::load() {
        Ok(app) => app,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(CONFIG);
        }
    };
    if app.options.command {
        return command(&app);
    }
    let first = match single(&app) {
        Ok(Some(instance::Claim::HandedOver)) => return ExitCode::SUCCESS,
        Ok(Some(instance::Claim::First(first))) => Some(first),
        Ok(None) => None,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(BUSY);
        }
    };
    // It does not return: the event loop of some systems ends the process itself.
    let Err(error) = event_loop::run(app, first);
    eprintln!("error: {error}");
    ExitCode::from(UNAVAILABLE)
}

/// Asks to be the only process of the app, where it is to be the only one.
fn single(app: &app::App) -> std::io::Result<Option<instance::Claim>> {
    let options = &app.options;
    if options.headless || options.test.is_some() || !app.config.application.single_instance {
        return Ok(None);
    }
    instance::claim(app, &app.start()).map(Some)
}

/// Runs the backend alone, without a display: it was started as a command of the terminal.
fn command(app: &app::App) -> ExitCode {
    match app.tokio.block_on(socket_api::backend_process::run(app.backend())) {
        Ok(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
