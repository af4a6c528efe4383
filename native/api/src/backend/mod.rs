//! The app's backend: a process of the app's own, in any language, that speaks docs/backend-protocol.md. There is one
//! for all windows; it outlives pages and ends with the app.

mod audience;
mod command;
mod lines;
mod running;
mod wire;

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod sys;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use socket_manifest::Seal;

use crate::Host;
use crate::prelude::*;
use audience::{Audience, lock};
use running::{Running, split};
use wire::Value;

routes! { Context;
    /// Starts the backend, unless it runs.
    "backend.open" => open;
    /// Ends the backend.
    "backend.close" => close;
    /// Sends the backend an event; done when it is written to its standard input.
    "backend.send" => send;
    /// The same, and the answer of the backend.
    "backend.request" => request;
    /// The calling realm hears the backend from now on.
    "backend.listen" => listen;

    events;
    /// The backend sent an event.
    "backend.event" => EVENT: WithBody<Sent>, wait;
    /// The backend wrote to its standard error.
    "backend.error" => ERROR: Said, drop_oldest;
    /// The backend ended.
    "backend.exit" => EXIT: Exited, wait;
}

/// What starts the backend of an app.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A line for the shell; none: the app has no backend.
    pub cmd: Option<String>,
    /// The key of socket.ini that says so, for people.
    pub key: &'static str,
    /// Where it starts: the directory of the app's files.
    pub directory: PathBuf,
    /// What the app itself was started with, and what tells the backend about it.
    pub args: Vec<String>,
    /// The files of a build for users: none is run that is not what the app was built with.
    pub seal: Option<Arc<Seal>>,
}

/// Where what a backend sends goes.
enum Output {
    /// To the pages.
    Pages(Arc<dyn Host>),
    /// To the terminal: the app has no windows this time.
    Terminal,
}

/// What a process of the backend needs of the app.
struct Shared {
    audience: Audience,
    output: Output,
    /// Held while pages are told and while lines of pages join the queue: an answer comes before what follows from it.
    order: Mutex<()>,
}

/// The backend of an app.
pub struct Backend {
    options: Options,
    shared: Arc<Shared>,
    /// Held while it starts or ends.
    gate: tokio::sync::Mutex<()>,
    current: Mutex<Option<Arc<Running>>>,
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backend").field("options", &self.options).finish()
    }
}

impl Backend {
    /// A backend that does not run yet. `host` knows the windows.
    pub fn new(options: Options, host: Arc<dyn Host>) -> Arc<Backend> {
        Backend::with(options, Output::Pages(host))
    }

    fn with(options: Options, output: Output) -> Arc<Backend> {
        let shared = Shared { audience: Audience::default(), output, order: Mutex::default() };
        Arc::new(Backend {
            options,
            shared: Arc::new(shared),
            gate: tokio::sync::Mutex::default(),
            current: Mutex::default(),
        })
    }

    /// Starts it, unless it runs; `force` ends the one that runs first.
    ///
    /// # Errors
    /// When socket.ini names no command, or one that is not there, or the system refuses.
    pub async fn open(self: &Arc<Self>, force: bool) -> Result<Opened> {
        let this = self.clone();
        // On the runtime's own thread (see `Running::start`), and to its end whatever becomes of the page.
        let opening = tokio::spawn(async move { this.start(force).await });
        opening.await.unwrap_or_else(|_| Err(Error::new(Code::INTERNAL, "the backend could not be started")))
    }

    async fn start(&self, force: bool) -> Result<Opened> {
        let _gate = self.gate.lock().await;
        let Options { cmd, key, directory, args, seal: _ } = &self.options;
        let Some(cmd) = cmd.as_deref().map(str::trim).filter(|cmd| !cmd.is_empty()) else {
            let text = format!(
                "the app has no backend: say in socket.ini how it is started, as in `{key} = node backend.js`"
            );
            return Err(Error::new(Code::BACKEND_COMMAND, text));
        };
        let opened = Opened {
            cmd: cmd.to_owned(),
            argv: args.clone(),
            path: directory.to_string_lossy().into_owned(),
        };
        let running = lock(&self.current).clone();
        if let Some(running) = running.filter(|running| running.is_alive()) {
            if !force {
                return Ok(opened);
            }
            running.close().await;
        }
        if let Some(program) = command::missing(cmd, directory) {
            let place = directory.display();
            let text = format!(
                "the backend cannot be started: there is no program `{program}` in PATH or, if it is a path, in {place}; \
                 socket.ini says `{key} = {cmd}`"
            );
            return Err(Error::new(Code::BACKEND_COMMAND, text));
        }
        if let Some(seal) = self.options.seal.clone() {
            // All of them: which ones the command reads, nobody knows.
            blocking(move || {
                let denied =
                    |problem: socket_manifest::Problem| Error::new(Code::ALTERED, problem.to_string());
                seal.check_all(&|_| {}).map_err(denied)
            })
            .await?;
        }
        let running = Running::start(&self.options, cmd, args, &self.shared)?;
        *lock(&self.current) = Some(running);
        Ok(opened)
    }

    /// Ends it: its standard input ends; then SIGINT, SIGTERM and SIGKILL to its process group, two seconds apart.
    pub async fn close(self: &Arc<Self>) -> Result<()> {
        let this = self.clone();
        let closing = tokio::spawn(async move {
            let _gate = this.gate.lock().await;
            let running = lock(&this.current).take();
            if let Some(running) = running {
                running.close().await;
            }
        });
        closing.await.map_err(|_| Error::new(Code::INTERNAL, "the backend could not be ended"))
    }

    /// Ends it with the app. Blocks for two seconds at most.
    pub fn end(&self) {
        let running = lock(&self.current).take();
        if let Some(running) = running {
            running.end();
        }
    }

    fn running(&self) -> Result<Arc<Running>> {
        lock(&self.current).clone().ok_or_else(|| {
            let text = "the backend is not running: call open() of `backend` from socket:application first, or set \
                        `autostart = true` in [backend] of socket.ini";
            Error::new(Code::BACKEND_CLOSED, text)
        })
    }
}

/// Runs a backend without windows: what it sends is printed. Gives the exit code of the app.
///
/// # Errors
/// As [`Backend::open`].
pub async fn run(options: Options) -> Result<i32> {
    let backend = Backend::with(options, Output::Terminal);
    backend.open(false).await?;
    let running = backend.running()?;
    let code = tokio::select! {
        code = running.over() => code,
        () = running.asked() => {
            running.close().await;
            running.over().await
        }
    };
    let said = *lock(&running.said_exit);
    Ok(said.unwrap_or(code))
}

#[derive(Deserialize, TS)]
#[ts(optional_fields)]
struct Open {
    /// End the one that runs, and start anew.
    force: Option<bool>,
}

/// How the backend was started.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Opened {
    /// The line for the shell.
    pub cmd: String,
    /// The arguments behind it.
    pub argv: Vec<String>,
    /// The directory that it was started in.
    pub path: String,
}

async fn open(cx: Context, Open { force }: Open) -> Result<Opened> {
    cx.backend.open(force.unwrap_or(false)).await
}

async fn close(cx: Context, (): ()) -> Result<()> {
    cx.backend.close().await
}

/// What a value is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
enum Format {
    /// Nothing.
    #[default]
    None,
    /// JSON.
    Json,
    /// Bytes.
    Bytes,
}

#[derive(Deserialize, TS)]
#[ts(optional_fields)]
struct Send {
    /// Name of the event.
    event: String,
    /// JSON of the value when it is short.
    value: Option<String>,
    /// What the body is, when it is not.
    format: Option<Format>,
}

impl Send {
    fn message(request: WithBody<Send>) -> Result<(String, Value)> {
        let WithBody { head: Send { event, value, format }, body } = request;
        if event.is_empty() {
            return Err(Error::new(Code::INVALID_ARG_VALUE, "an event has a name"));
        }
        let value = match (value, format.unwrap_or_default()) {
            (Some(json), _) => Value::Json(json.into()),
            (None, Format::None) => Value::None,
            (None, Format::Json) => Value::Json(body),
            (None, Format::Bytes) => Value::Bytes(body),
        };
        Ok((event, value))
    }
}

async fn send(cx: Context, request: WithBody<Send>) -> Result<()> {
    let (event, value) = Send::message(request)?;
    let running = cx.backend.running()?;
    running.send(&cx.backend.shared, cx.document.window, &event, value, false).await?;
    Ok(())
}

/// The answer of a backend; the value is the body.
#[derive(Serialize, TS)]
struct Answer {
    /// What it is.
    format: Format,
}

async fn request(cx: Context, request: WithBody<Send>) -> Result<WithBody<Answer>> {
    let (event, value) = Send::message(request)?;
    let running = cx.backend.running()?;
    let value = running.send(&cx.backend.shared, cx.document.window, &event, value, true).await?;
    let (format, body) = split(value);
    Ok(WithBody { head: Answer { format }, body })
}

async fn listen(cx: Context, (): ()) -> Result<()> {
    cx.backend.shared.audience.join(&cx)
}

/// An event of the backend; the value is the body.
#[derive(Clone, Serialize, TS)]
struct Sent {
    /// Its name.
    event: String,
    /// What the value is.
    format: Format,
}

/// What the backend wrote to its standard error.
#[derive(Clone, Serialize, TS)]
struct Said {
    /// Some of it; not always whole lines.
    text: String,
}

/// The end of the backend.
#[derive(Clone, Serialize, TS)]
struct Exited {
    /// Its exit code; 128 and more for a signal.
    code: i32,
}
