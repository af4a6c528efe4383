//! Datagrams: the native half of `socket:dgram`.
//!
//! What arrives is gathered for as long as more is there and told to the page as one event; what the page sends
//! together comes as one call. Both carry the same records (`records.rs`), never JSON.

mod address;
mod many;
mod options;
mod receive;
mod records;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use socket_ipc::Endpoint;
use socket2::{Domain, Protocol, SockAddr, SockRef, Socket, Type};
use tokio::io::Interest;
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

use crate::prelude::*;

pub(crate) use address::Family;
use options::{buffer_size, membership, multicast_interface, set_option};
use receive::{Failed, Received};
use records::records;

routes! { Context;
    /// Opens a socket at a local end and delivers what it receives, until it is closed.
    "dgram.bind" => bind, udp(local);
    /// Fixes the peer of a socket: it sends to that one alone and hears that one alone.
    "dgram.connect" => connect, udp(peer);
    /// Undoes `dgram.connect`.
    "dgram.disconnect" => disconnect;
    /// Sends datagrams. The body holds a record for each: index of its peer (u32; 0xffffffff: the connected one),
    /// length (u32), bytes; numbers are little endian.
    "dgram.send" => send, udp(peers);
    /// Closes a socket. When it has answered, the port is free.
    "dgram.close" => close;
    /// Sets an option of a socket.
    "dgram.setOption" => set_option;
    /// Sets, or with size 0 only reads, the length of a buffer of the system, in bytes.
    "dgram.bufferSize" => buffer_size;
    /// Joins or leaves a multicast group.
    "dgram.membership" => membership, udp(group);
    /// Says by which interface multicast datagrams leave.
    "dgram.multicastInterface" => multicast_interface;

    events;
    /// Datagrams arrived. The body holds a record for each: index of its peer (u32), length (u32), bytes. Without
    /// room they are dropped and counted.
    "dgram.messages" => MESSAGES: WithBody<Received>, wait;
    /// A socket heard of a failure, mostly that the peer of an earlier datagram refused it.
    "dgram.failed" => FAILED: Failed, drop_newest;
}

/// A socket of a document. Dropping it ends delivery and closes the descriptor.
struct Udp {
    socket: Arc<UdpSocket>,
    family: Family,
    receiver: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Udp {
    fn drop(&mut self) {
        if let Some(receiver) = self.take_receiver() {
            receiver.abort();
        }
    }
}

impl Udp {
    fn take_receiver(&self) -> Option<JoinHandle<()>> {
        self.receiver.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn local(&self) -> Result<Endpoint> {
        Ok(crate::address::endpoint(self.socket.local_addr().syscall("getsockname")?))
    }
}

#[derive(Deserialize, TS)]
struct Handle {
    /// Number of the socket.
    id: u32,
}

#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
struct Bind {
    /// `udp4` or `udp6`.
    family: Family,
    /// Where to listen; port 0: the system picks one.
    local: Endpoint,
    /// Another socket may be bound to the same end.
    reuse_addr: bool,
    /// A `udp6` socket hears no IPv4.
    ipv6_only: bool,
    /// Length of the system's buffer for what arrives, in bytes; 0: the system's own choice.
    recv_buffer_size: u32,
    /// Length of the system's buffer for what leaves, in bytes; 0: the system's own choice.
    send_buffer_size: u32,
    /// The page's own number for the socket: events carry it.
    key: u32,
}

#[derive(Serialize, TS)]
struct Bound {
    /// Number of the socket.
    id: u32,
    /// Its local end.
    local: Endpoint,
}

async fn bind(cx: Context, request: Bind) -> Result<Bound> {
    let queue = cx.queue()?;
    let address = request.family.parse(&request.local).syscall("bind")?;
    let socket = Arc::new(open(&request, address).syscall("bind")?);
    let task = receive::run(socket.clone(), queue, request.key);
    let receiver = Mutex::new(Some(tokio::spawn(task)));
    let udp = Udp { socket, family: request.family, receiver };
    let local = udp.local()?;
    Ok(Bound { id: cx.document.handles.insert(udp)?, local })
}

fn open(request: &Bind, address: SocketAddr) -> io::Result<UdpSocket> {
    let domain = if request.family == Family::Udp4 { Domain::IPV4 } else { Domain::IPV6 };
    let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    if request.family == Family::Udp6 {
        socket.set_only_v6(request.ipv6_only)?;
    }
    if request.reuse_addr {
        // BSD's word for what Linux and Windows call an address used again.
        #[cfg(target_vendor = "apple")]
        socket.set_reuse_port(true)?;
        #[cfg(not(target_vendor = "apple"))]
        socket.set_reuse_address(true)?;
    }
    if request.recv_buffer_size > 0 {
        socket.set_recv_buffer_size(request.recv_buffer_size as usize)?;
    }
    if request.send_buffer_size > 0 {
        socket.set_send_buffer_size(request.send_buffer_size as usize)?;
    }
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}

#[derive(Deserialize, TS)]
struct Connect {
    /// Number of the socket.
    id: u32,
    /// The only peer from now on.
    peer: Endpoint,
}

async fn connect(cx: Context, Connect { id, peer }: Connect) -> Result<Endpoint> {
    let udp = cx.document.handles.get::<Udp>(id).syscall("connect")?;
    let address = udp.family.parse(&peer).syscall("connect")?;
    // Of a datagram socket it only notes the address: nothing waits.
    SockRef::from(&*udp.socket).connect(&address.into()).syscall("connect")?;
    udp.local()
}

async fn disconnect(cx: Context, Handle { id }: Handle) -> Result<Endpoint> {
    let udp = cx.document.handles.get::<Udp>(id).syscall("connect")?;
    address::forget_peer(&udp.socket).syscall("connect")?;
    udp.local()
}

#[derive(Deserialize, TS)]
struct Send {
    /// Number of the socket.
    id: u32,
    /// Where the datagrams go.
    peers: Vec<Endpoint>,
}

#[derive(Serialize, TS)]
struct Sent {
    /// Those that the system refused.
    refused: Vec<Refused>,
}

#[derive(Serialize, TS)]
struct Refused {
    /// Which of the datagrams, from 0.
    index: usize,
    /// Why.
    #[ts(type = "{ code: string, errno: number, message: string }")]
    error: Error,
}

async fn send(cx: Context, request: WithBody<Send>) -> Result<Sent> {
    let udp = cx.document.handles.get::<Udp>(request.id).syscall("send")?;
    let peers: Vec<_> = request.peers.iter().map(|peer| udp.family.parse(peer)).collect();
    let mut refused = Vec::new();
    let (mut indexes, mut list) = (Vec::new(), Vec::new());
    for (index, record) in records(&request.body)?.into_iter().enumerate() {
        let peer = match record.peer.map(|peer| peers.get(peer)) {
            None => Ok(None),
            Some(Some(Ok(peer))) => Ok(Some(SockAddr::from(*peer))),
            Some(Some(Err(error))) => Err(error.clone().syscall("send")),
            Some(None) => Err(records::broken()),
        };
        match peer {
            Ok(peer) => {
                indexes.push(index);
                list.push((peer, record.bytes));
            }
            Err(error) => refused.push(Refused { index, error }),
        }
    }
    let mut next = 0;
    while next < list.len() {
        match udp.socket.async_io(Interest::WRITABLE, || send_some(&udp.socket, &list[next..])).await {
            Ok(sent) => next += sent,
            Err(error) => {
                refused.push(Refused { index: indexes[next], error: Error::from(error).syscall("send") });
                next += 1;
            }
        }
    }
    Ok(Sent { refused })
}

/// Sends the first datagrams of a list and says how many: at least one.
fn send_some(socket: &UdpSocket, list: &[(Option<SockAddr>, &[u8])]) -> io::Result<usize> {
    #[cfg(target_os = "linux")]
    return many::send(socket, list);
    #[cfg(not(target_os = "linux"))]
    match list {
        [] => Ok(0),
        [(Some(peer), bytes), ..] => SockRef::from(socket).send_to(bytes, peer).map(|_| 1),
        [(None, bytes), ..] => SockRef::from(socket).send(bytes).map(|_| 1),
    }
}

async fn close(cx: Context, Handle { id }: Handle) -> Result<()> {
    let udp = cx.document.handles.remove::<Udp>(id).syscall("close")?;
    if let Some(receiver) = udp.take_receiver() {
        receiver.abort();
        // It holds the descriptor, too; that it was ended is what it says.
        let _ = receiver.await;
    }
    Ok(())
}
