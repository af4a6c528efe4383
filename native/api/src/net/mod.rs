//! TCP connections and servers, and sockets of the file system: the native half of `socket:net`.
//!
//! A page asks for each piece that it reads and for each connection that it accepts, so one that does neither makes the
//! other side wait: what is not asked for stays in the system's buffers. Bytes travel as the bodies of calls.

mod connection;
mod listener;

use std::io;
use std::net::SocketAddr;

use socket_ipc::Endpoint;
use tokio::net::TcpSocket;

use crate::address;
#[cfg(unix)]
use crate::fs::exact::{Use, exact};
use crate::prelude::*;

use connection::{Connection, Stream, close, end, read, set_option, write};
use listener::{accept, listen, listen_path};

routes! { Context;
    /// Connects to a TCP end.
    "net.connect" => connect, tcp(peer);
    /// Connects to a socket of the file system.
    "net.connectPath" => connect_path, read(path), write(path);
    /// Waits for bytes of a connection; none at its end.
    "net.read" => read;
    /// Writes to a connection; answers when the system has taken all.
    "net.write" => write;
    /// Says to the peer that nothing more comes.
    "net.end" => end;
    /// Closes a connection or a server. What waits for it ends.
    "net.close" => close;
    /// Sets an option of a connection.
    "net.setOption" => set_option;
    /// Listens at a TCP end.
    "net.listen" => listen, tcp(local);
    /// Listens at a socket of the file system, which it makes.
    "net.listenPath" => listen_path, write(path);
    /// Waits for the next connection to a server.
    "net.accept" => accept;
}

#[derive(Deserialize, TS)]
struct Handle {
    /// Number of the connection or server.
    id: u32,
}

/// A connection and its ends.
#[derive(Serialize, TS)]
struct Connected {
    /// Number of the connection.
    id: u32,
    /// The end here; none of a socket of the file system.
    local: Option<Endpoint>,
    /// The end there.
    remote: Option<Endpoint>,
}

#[derive(Deserialize, TS)]
struct Connect {
    /// Where to.
    peer: Endpoint,
    /// The end here, where it matters. Port 0: the system picks one.
    local: Option<Endpoint>,
}

fn parse(end: &Endpoint) -> Result<SocketAddr> {
    address::parse(end).ok_or_else(|| Error::errno("EINVAL"))
}

async fn connect(cx: Context, Connect { peer, local }: Connect) -> Result<Connected> {
    let peer = parse(&peer).syscall("connect")?;
    let local = local.as_ref().map(parse).transpose().syscall("bind")?;
    let socket = match peer {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    };
    let socket = socket.syscall("socket")?;
    if let Some(local) = local {
        // As Node does: a port whose last connection has just ended can be used again.
        #[cfg(unix)]
        socket.set_reuseaddr(true).syscall("bind")?;
        socket.bind(local).syscall("bind")?;
    }
    let stream = socket.connect(peer).await.syscall("connect")?;
    keep(&cx, Stream::Tcp(stream))
}

#[derive(Deserialize, TS)]
struct ConnectPath {
    /// The socket's file.
    path: String,
}

#[cfg(unix)]
async fn connect_path(cx: Context, ConnectPath { path }: ConnectPath) -> Result<Connected> {
    let to = exact(&cx.document, "net.connectPath", path.as_ref(), Use::TALK)?.syscall("connect")?;
    let stream = tokio::net::UnixStream::connect(&to).await.syscall("connect")?;
    keep(&cx, Stream::Unix(stream))
}

#[cfg(not(unix))]
async fn connect_path(_: Context, ConnectPath { path: _ }: ConnectPath) -> Result<Connected> {
    Err(Error::errno("ENOTSUP").syscall("connect"))
}

/// Gives a connection to the document that called.
fn keep(cx: &Context, stream: Stream) -> Result<Connected> {
    let ends = |end: io::Result<SocketAddr>| end.ok().map(address::endpoint);
    let (local, remote) = match &stream {
        Stream::Tcp(stream) => (ends(stream.local_addr()), ends(stream.peer_addr())),
        #[cfg(unix)]
        Stream::Unix(_) => (None, None),
    };
    Ok(Connected { id: cx.document.handles.insert(Connection::new(stream))?, local, remote })
}
