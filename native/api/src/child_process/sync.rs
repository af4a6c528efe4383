//! Programs that a page waits for.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Child;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::Exit;
use super::command::{self, Spawn};
use crate::prelude::*;

#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub(super) struct SpawnSync {
    /// What to start.
    #[serde(flatten)]
    spawn: Spawn,
    /// How long it may run, in milliseconds; 0: as long as it likes.
    timeout: u32,
    /// Number of the signal that ends it then.
    kill_signal: i32,
    /// Bytes of each output that are kept; more ends it, too. `null`: all.
    max_buffer: Option<usize>,
}

impl std::ops::Deref for SpawnSync {
    type Target = Spawn;

    fn deref(&self) -> &Spawn {
        &self.spawn
    }
}

#[derive(Serialize, TS)]
pub(super) struct Ended {
    /// Its number in the system.
    pid: u32,
    /// How it ended.
    exit: Exit,
    /// How much of the body is standard output, in bytes.
    stdout: usize,
    /// Why it was ended: `ETIMEDOUT`, `ENOBUFS`.
    #[ts(type = "{ code: string, errno: number, message: string } | null")]
    error: Option<Error>,
}

pub(super) async fn spawn_sync(_: Context, request: WithBody<SpawnSync>) -> Result<WithBody<Ended, Vec<u8>>> {
    let WithBody { head: SpawnSync { spawn, timeout: limit, kill_signal, max_buffer }, body: input } =
        request;
    let mut child = blocking(move || {
        command::build(&spawn, true).and_then(|mut command| command.spawn()).syscall("spawnSync")
    })
    .await?;
    let pid = child.id().unwrap_or_default();
    let keep = max_buffer.unwrap_or(usize::MAX);
    let (full, mut overflow) = mpsc::channel::<()>(1);
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let streams = async {
        let write = async {
            if let Some(mut stdin) = stdin {
                // A program need not read its input.
                let _ = stdin.write_all(&input).await;
            }
        };
        tokio::join!(write, collect(stdout, &mut out, keep, &full), collect(stderr, &mut err, keep, &full));
    };
    let all = async { tokio::join!(streams, child.wait()).1 };
    let ended = tokio::select! {
        status = all => Ok(status.syscall("spawnSync")?),
        Some(()) = overflow.recv() => Err("ENOBUFS"),
        () = expired(limit) => Err("ETIMEDOUT"),
    };
    let (status, error) = match ended {
        Ok(status) => (status, None),
        Err(code) => {
            end(&mut child, kill_signal).await;
            (child.wait().await.syscall("spawnSync")?, Some(Error::errno(code).syscall("spawnSync")))
        }
    };
    let stdout = out.len();
    out.append(&mut err);
    Ok(WithBody { head: Ended { pid, exit: status.into(), stdout, error }, body: out })
}

/// Reads to the end, or tells that there is more than is kept.
async fn collect(
    stream: Option<impl AsyncReadExt + Unpin>,
    bytes: &mut Vec<u8>,
    keep: usize,
    full: &mpsc::Sender<()>,
) {
    let Some(mut stream) = stream else { return };
    while let Ok(1..) = stream.read_buf(bytes).await {
        if bytes.len() > keep {
            bytes.truncate(keep);
            let _ = full.try_send(());
            return;
        }
    }
}

async fn expired(limit: u32) {
    match limit {
        0 => std::future::pending().await,
        limit => tokio::time::sleep(Duration::from_millis(limit.into())).await,
    }
}

/// How long a program has after the signal that should end it.
const GRACE: Duration = Duration::from_secs(5);

async fn end(child: &mut Child, signal: i32) {
    #[cfg(unix)]
    if let Some(pid) = child.id() {
        let _ = super::send(pid, signal);
        if timeout(GRACE, child.wait()).await.is_ok() {
            return;
        }
    }
    #[cfg(not(unix))]
    let _ = (signal, GRACE, timeout::<std::future::Pending<()>>);
    let _ = child.start_kill();
}
