//! One connection, read and written a piece for each call.

use std::io;
use std::net::Shutdown;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio::sync::{Mutex, Semaphore};

use super::Handle;
use super::listener::Server;
use crate::prelude::*;

/// The most that one answer carries.
const MOST: usize = 256 << 10;
/// What is asked of the system at a time.
const PIECE: usize = 64 << 10;

pub(super) enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

macro_rules! either {
    ($stream:expr, $name:ident => $do:expr) => {
        match $stream {
            Stream::Tcp($name) => $do,
            #[cfg(unix)]
            Stream::Unix($name) => $do,
        }
    };
}

impl Stream {
    async fn readable(&self) -> io::Result<()> {
        either!(self, stream => stream.readable().await)
    }

    async fn writable(&self) -> io::Result<()> {
        either!(self, stream => stream.writable().await)
    }

    fn try_read(&self, into: &mut Vec<u8>) -> io::Result<usize> {
        either!(self, stream => stream.try_read_buf(into))
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        either!(self, stream => stream.try_write(bytes))
    }

    fn socket(&self) -> SockRef<'_> {
        either!(self, stream => SockRef::from(stream))
    }
}

/// Tells everyone who waits that a handle is closed. A semaphore that never has a permit: waiting for one ends when
/// it is closed, before and after alike.
pub(super) struct Closing(Semaphore);

impl Closing {
    pub(super) fn new() -> Closing {
        Closing(Semaphore::const_new(0))
    }

    pub(super) fn close(&self) {
        self.0.close();
    }

    /// Does the work unless the handle is closed first: `ECANCELED`.
    pub(super) async fn or<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            biased;
            answer = work => answer,
            _ = self.0.acquire() => Err(Error::errno("ECANCELED")),
        }
    }
}

/// A connection of a document.
pub(super) struct Connection {
    stream: Stream,
    closing: Closing,
    /// Pieces keep their order whatever a page asks for at once.
    reading: Mutex<()>,
    writing: Mutex<()>,
}

impl Connection {
    pub(super) fn new(stream: Stream) -> Connection {
        Connection { stream, closing: Closing::new(), reading: Mutex::default(), writing: Mutex::default() }
    }

    /// What is there, or what comes next; nothing at the end.
    async fn read(&self) -> io::Result<Vec<u8>> {
        let _turn = self.reading.lock().await;
        let mut bytes = Vec::new();
        loop {
            bytes.reserve(PIECE);
            match self.stream.try_read(&mut bytes) {
                Ok(0) => break,
                // A piece that is not full was all there is.
                Ok(read) if read < PIECE || bytes.len() >= MOST => break,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => match bytes.is_empty() {
                    true => self.stream.readable().await?,
                    false => break,
                },
                // What came before it counts; the next call hears of the end.
                Err(_) if !bytes.is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        bytes.shrink_to_fit();
        Ok(bytes)
    }

    async fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        let _turn = self.writing.lock().await;
        while !bytes.is_empty() {
            match self.stream.try_write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.stream.writable().await?,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

pub(super) async fn read(cx: Context, Handle { id }: Handle) -> Result<WithBody<(), Vec<u8>>> {
    let connection = cx.document.handles.get::<Connection>(id).syscall("read")?;
    let body = connection.closing.or(async { Ok(connection.read().await?) }).await.syscall("read")?;
    Ok(WithBody { head: (), body })
}

pub(super) async fn write(cx: Context, request: WithBody<Handle>) -> Result<()> {
    let connection = cx.document.handles.get::<Connection>(request.id).syscall("write")?;
    connection.closing.or(async { Ok(connection.write(&request.body).await?) }).await.syscall("write")
}

pub(super) async fn end(cx: Context, Handle { id }: Handle) -> Result<()> {
    let connection = cx.document.handles.get::<Connection>(id).syscall("shutdown")?;
    // After what is still being written.
    let _turn = connection.writing.lock().await;
    match connection.stream.socket().shutdown(Shutdown::Write) {
        // The peer was first.
        Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
        done => done.syscall("shutdown"),
    }
}

#[derive(Deserialize, TS)]
pub(super) struct Close {
    /// Number of the connection or server.
    id: u32,
    /// The peer hears that the connection broke off, not that it ended.
    reset: bool,
}

pub(super) async fn close(cx: Context, Close { id, reset }: Close) -> Result<()> {
    if let Ok(server) = cx.document.handles.remove::<Server>(id) {
        server.close();
        return Ok(());
    }
    let connection = cx.document.handles.remove::<Connection>(id).syscall("close")?;
    if reset && matches!(connection.stream, Stream::Tcp(_)) {
        connection.stream.socket().set_linger(Some(Duration::ZERO)).syscall("close")?;
    }
    connection.closing.close();
    Ok(())
}

#[derive(Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
enum SocketOption {
    /// Small pieces leave at once (0 or 1).
    NoDelay,
    /// An idle connection is probed after this many seconds; 0: after as many as the system likes; less: never.
    KeepAlive,
}

#[derive(Deserialize, TS)]
pub(super) struct SetOption {
    /// Number of the connection.
    id: u32,
    /// Which one.
    option: SocketOption,
    /// Its value.
    value: i32,
}

pub(super) async fn set_option(cx: Context, SetOption { id, option, value }: SetOption) -> Result<()> {
    let connection = cx.document.handles.get::<Connection>(id)?;
    if !matches!(connection.stream, Stream::Tcp(_)) {
        return Ok(());
    }
    let socket = connection.stream.socket();
    match (option, u64::try_from(value)) {
        (SocketOption::NoDelay, _) => socket.set_tcp_nodelay(value != 0)?,
        (SocketOption::KeepAlive, Err(_)) => socket.set_keepalive(false)?,
        (SocketOption::KeepAlive, Ok(0)) => socket.set_keepalive(true)?,
        (SocketOption::KeepAlive, Ok(seconds)) => {
            socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(Duration::from_secs(seconds)))?;
        }
    }
    Ok(())
}
