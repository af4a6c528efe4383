//! Input and output of programs, a piece for each call: a page that reads slowly makes the program wait.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use tokio::sync::Mutex;

use super::{Handle, Running};
use crate::prelude::*;

/// What a pipe of Linux holds.
const PIECE: usize = 64 << 10;

pub(super) struct Streams {
    input: Mutex<Option<ChildStdin>>,
    output: Mutex<Option<ChildStdout>>,
    errors: Mutex<Option<ChildStderr>>,
}

impl Streams {
    pub(super) fn take(child: &mut Child) -> Streams {
        Streams {
            input: Mutex::new(child.stdin.take()),
            output: Mutex::new(child.stdout.take()),
            errors: Mutex::new(child.stderr.take()),
        }
    }
}

#[derive(Deserialize, TS)]
pub(super) struct Read {
    /// Number of the program.
    id: u32,
    /// 1: standard output; 2: standard error.
    stream: u8,
}

pub(super) async fn read(cx: Context, Read { id, stream }: Read) -> Result<WithBody<(), Vec<u8>>> {
    let running = cx.document.handles.get::<Running>(id).syscall("read")?;
    let streams = &running.streams;
    let body = match stream {
        1 => piece(&mut *streams.output.lock().await).await?,
        2 => piece(&mut *streams.errors.lock().await).await?,
        _ => return Err(Error::errno("EBADF").syscall("read")),
    };
    Ok(WithBody { head: (), body })
}

/// What is there; nothing at the end, and then the pipe is closed.
async fn piece(stream: &mut Option<impl AsyncReadExt + Unpin>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let Some(open) = stream else { return Ok(bytes) };
    bytes.reserve(PIECE);
    open.read_buf(&mut bytes).await.syscall("read")?;
    if bytes.is_empty() {
        *stream = None;
    }
    bytes.shrink_to_fit();
    Ok(bytes)
}

pub(super) async fn write(cx: Context, request: WithBody<Handle>) -> Result<()> {
    let running = cx.document.handles.get::<Running>(request.id).syscall("write")?;
    let mut input = running.streams.input.lock().await;
    let Some(open) = input.as_mut() else { return Err(Error::errno("EPIPE").syscall("write")) };
    open.write_all(&request.body).await.syscall("write")
}

pub(super) async fn end(cx: Context, Handle { id }: Handle) -> Result<()> {
    let running = cx.document.handles.get::<Running>(id).syscall("shutdown")?;
    *running.streams.input.lock().await = None;
    Ok(())
}
