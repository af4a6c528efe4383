//! Programs that an app starts: the native half of `socket:child_process`.
//!
//! A program belongs to the document that started it and is killed with it, unless it is detached. Its output waits in
//! the pipes of the system until the page asks for more.

mod command;
mod streams;
mod sync;

use std::process::ExitStatus;
use std::sync::{Mutex, PoisonError};

use tokio::process::Child;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::prelude::*;

use command::Spawn;
use streams::{Streams, end, read, write};
use sync::spawn_sync;

routes! { Context;
    /// Starts a program.
    "child_process.spawn" => spawn, asks(command);
    /// Starts a program and answers when it has ended. The body is its input, and in the answer its output: standard
    /// output, then standard error.
    "child_process.spawnSync" => spawn_sync, asks(command);
    /// Waits for output of a program; no bytes at the end.
    "child_process.read" => read;
    /// Writes to the input of a program; answers when its pipe has taken all.
    "child_process.write" => write;
    /// Ends the input of a program.
    "child_process.end" => end;
    /// Waits for the end of a program.
    "child_process.wait" => wait;
    /// Sends a signal to a program. False: it has ended.
    "child_process.kill" => kill;
    /// Forgets a program that has ended and whose output has been read.
    "child_process.close" => close;
}

#[derive(Deserialize, TS)]
struct Handle {
    /// Number of the program.
    id: u32,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, Default, Serialize, TS)]
struct Exit {
    /// What it said itself.
    code: Option<i32>,
    /// Number of the signal that ended it.
    signal: Option<i32>,
}

impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Exit {
        #[cfg(unix)]
        let signal = std::os::unix::process::ExitStatusExt::signal(&status);
        #[cfg(not(unix))]
        let signal = None;
        Exit { code: status.code(), signal }
    }
}

/// A program of a document.
struct Running {
    pid: u32,
    streams: Streams,
    exit: watch::Receiver<Option<Exit>>,
    /// Owns the child: dropping it kills, unless it is detached.
    waiter: Mutex<Option<JoinHandle<()>>>,
    #[cfg(not(unix))]
    killer: tokio::sync::mpsc::UnboundedSender<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(waiter) = self.waiter.lock().unwrap_or_else(PoisonError::into_inner).take() {
            waiter.abort();
        }
    }
}

impl Running {
    fn new(cx: &Context, mut child: Child) -> Result<Running> {
        let pid = child.id().ok_or_else(|| Error::errno("ESRCH").syscall("spawn"))?;
        let started = cx.document.started(pid);
        let streams = Streams::take(&mut child);
        let (sender, exit) = watch::channel(None);
        #[cfg(not(unix))]
        let (killer, mut kills) = tokio::sync::mpsc::unbounded_channel::<()>();
        let waiter = tokio::spawn(async move {
            #[cfg(unix)]
            let status = child.wait().await;
            #[cfg(not(unix))]
            let status = loop {
                tokio::select! {
                    status = child.wait() => break status,
                    Some(()) = kills.recv() => { let _ = child.start_kill(); }
                }
            };
            // Its number is free now.
            drop(started);
            // A status that the system lost is that of a program that failed.
            let exit = status.map_or(Exit { code: Some(-1), signal: None }, Exit::from);
            let _ = sender.send(Some(exit));
        });
        Ok(Running {
            pid,
            streams,
            exit,
            waiter: Mutex::new(Some(waiter)),
            #[cfg(not(unix))]
            killer,
        })
    }

    fn has_ended(&self) -> bool {
        self.exit.borrow().is_some()
    }

    /// False: it has ended.
    #[cfg(unix)]
    fn kill(&self, signal: i32) -> Result<bool> {
        if self.has_ended() {
            return Ok(false);
        }
        send(self.pid, signal)
    }

    /// False: it has ended. Windows knows no other signal than the end.
    #[cfg(not(unix))]
    fn kill(&self, signal: i32) -> Result<bool> {
        if self.has_ended() {
            return Ok(false);
        }
        Ok(signal == 0 || self.killer.send(()).is_ok())
    }
}

#[cfg(unix)]
fn send(pid: u32, signal: i32) -> Result<bool> {
    let pid = libc::pid_t::try_from(pid).map_err(|_| Error::errno("ESRCH").syscall("kill"))?;
    // SAFETY: numbers alone.
    if unsafe { libc::kill(pid, signal) } == 0 {
        return Ok(true);
    }
    match std::io::Error::last_os_error() {
        error if error.raw_os_error() == Some(libc::ESRCH) => Ok(false),
        error => Err(error).syscall("kill"),
    }
}

#[derive(Serialize, TS)]
struct Started {
    /// Number of the program, for further calls.
    id: u32,
    /// Its number in the system.
    pid: u32,
}

async fn spawn(cx: Context, request: Spawn) -> Result<Started> {
    let detached = request.detached;
    let child = blocking(move || {
        command::build(&request, !detached).and_then(|mut command| command.spawn()).syscall("spawn")
    })
    .await?;
    let running = Running::new(&cx, child)?;
    let pid = running.pid;
    Ok(Started { id: cx.document.handles.insert(running)?, pid })
}

/// The number is free afterwards.
async fn wait(cx: Context, Handle { id }: Handle) -> Result<Exit> {
    let mut exit = cx.document.handles.get::<Running>(id)?.exit.clone();
    // The sender is gone without a word only when the document is.
    let ended = exit.wait_for(Option::is_some).await.map(|exit| exit.unwrap_or_default());
    ended.map_err(|_| Error::new(Code::ABORTED, "the document is closed"))
}

#[derive(Deserialize, TS)]
struct Kill {
    /// Number of the program.
    id: u32,
    /// Number of the signal; 0 only asks whether it runs.
    signal: i32,
}

async fn kill(cx: Context, Kill { id, signal }: Kill) -> Result<bool> {
    cx.document.handles.get::<Running>(id)?.kill(signal)
}

async fn close(cx: Context, Handle { id }: Handle) -> Result<()> {
    cx.document.handles.remove::<Running>(id)?;
    Ok(())
}
