//! Servers.

use std::io;
use std::time::Duration;

use socket_ipc::Endpoint;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

use super::connection::{Closing, Stream};
use super::{Connected, Handle, keep, parse};
use crate::address;
#[cfg(unix)]
use crate::fs::exact::{Exact, Use, exact};
use crate::prelude::*;

/// How long a server whose process has no descriptor left waits before it says so: whoever accepts again at once must
/// not keep the machine busy.
const EXHAUSTED: Duration = Duration::from_millis(100);

enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix {
        listener: UnixListener,
        _named: Named,
    },
}

/// The file of a socket, removed with it.
#[cfg(unix)]
struct Named {
    path: Exact,
    identity: Option<(u64, u64)>,
}

#[cfg(unix)]
impl Named {
    fn identity(path: &std::path::Path) -> Option<(u64, u64)> {
        use std::os::unix::fs::MetadataExt;
        let found = std::fs::symlink_metadata(path).ok()?;
        Some((found.dev(), found.ino()))
    }
}

#[cfg(unix)]
impl Drop for Named {
    fn drop(&mut self) {
        // Someone else may have put another one in its place.
        if self.identity.is_some() && Named::identity(self.path.as_ref()) == self.identity {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// A server of a document.
pub(super) struct Server {
    listener: std::sync::Mutex<Option<std::sync::Arc<Listener>>>,
    closing: Closing,
}

impl Server {
    fn new(listener: Listener) -> Server {
        Server { listener: std::sync::Mutex::new(Some(listener.into())), closing: Closing::new() }
    }

    fn listener(&self) -> Option<std::sync::Arc<Listener>> {
        self.listener.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// The port is free as soon as whoever waits for a connection has heard of it.
    pub(super) fn close(&self) {
        self.closing.close();
        self.listener.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
    }
}

#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listen {
    /// Where; port 0: the system picks one.
    pub(super) local: Endpoint,
    /// How many connections may wait to be accepted.
    backlog: i32,
    /// An IPv6 server hears no IPv4.
    ipv6_only: bool,
}

#[derive(Serialize, TS)]
pub(super) struct Listening {
    /// Number of the server.
    id: u32,
    /// Where it listens; none of a socket of the file system.
    local: Option<Endpoint>,
}

pub(super) async fn listen(cx: Context, request: Listen) -> Result<Listening> {
    let listener = open(&request).syscall("listen")?;
    let local = Some(address::endpoint(listener.local_addr().syscall("getsockname")?));
    let id = cx.document.handles.insert(Server::new(Listener::Tcp(listener)))?;
    Ok(Listening { id, local })
}

fn open(request: &Listen) -> Result<TcpListener> {
    let address = parse(&request.local)?;
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(request.ipv6_only)?;
    }
    // On Windows it would take the port from whoever has it.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(request.backlog)?;
    Ok(TcpListener::from_std(socket.into())?)
}

#[derive(Deserialize, TS)]
#[cfg_attr(not(unix), expect(dead_code, reason = "pages say it everywhere, and only Unix listens"))]
pub(super) struct ListenPath {
    /// The socket's file, which must not be there yet.
    pub(super) path: String,
    /// How many connections may wait to be accepted.
    backlog: i32,
    /// Every user may connect, not only the app's.
    everyone: bool,
}

#[cfg(unix)]
pub(super) async fn listen_path(cx: Context, request: ListenPath) -> Result<Listening> {
    let to = exact(&cx.document, "net.listenPath", request.path.as_ref(), Use::MAKE)?.syscall("listen")?;
    let listener = blocking(move || open_path(to, &request).syscall("listen")).await?;
    let id = cx.document.handles.insert(Server::new(listener))?;
    Ok(Listening { id, local: None })
}

#[cfg(unix)]
fn open_path(to: Exact, ListenPath { backlog, everyone, .. }: &ListenPath) -> io::Result<Listener> {
    use std::os::unix::fs::PermissionsExt;
    let path = to.as_ref();
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    socket.bind(&socket2::SockAddr::unix(path)?)?;
    let identity = Named::identity(path);
    let everyone = everyone.then(|| std::fs::set_permissions(path, PermissionsExt::from_mode(0o777)));
    let named = Named { path: to, identity };
    everyone.transpose()?;
    socket.listen(*backlog)?;
    Ok(Listener::Unix { listener: UnixListener::from_std(socket.into())?, _named: named })
}

#[cfg(not(unix))]
pub(super) async fn listen_path(_: Context, _: ListenPath) -> Result<Listening> {
    Err(Error::errno("ENOTSUP").syscall("listen"))
}

pub(super) async fn accept(cx: Context, Handle { id }: Handle) -> Result<Connected> {
    let server = cx.document.handles.get::<Server>(id).syscall("accept")?;
    let Some(listener) = server.listener() else { return Err(Error::errno("ECANCELED").syscall("accept")) };
    let next = async {
        loop {
            let accepted = match &*listener {
                Listener::Tcp(listener) => listener.accept().await.map(|(stream, _)| Stream::Tcp(stream)),
                #[cfg(unix)]
                Listener::Unix { listener, .. } => {
                    listener.accept().await.map(|(stream, _)| Stream::Unix(stream))
                }
            };
            match accepted {
                Ok(stream) => return Ok(stream),
                // It has gone again already.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    let error = Error::from(error);
                    if matches!(error.code(), "EMFILE" | "ENFILE" | "ENOBUFS" | "ENOMEM") {
                        tokio::time::sleep(EXHAUSTED).await;
                    }
                    return Err(error);
                }
            }
        }
    };
    let stream = server.closing.or(next).await.syscall("accept")?;
    keep(&cx, stream)
}
