//! Connections from one peer to another: streams in order, and messages that may be lost.

use socket_ipc::{Endpoint, Resource};
use socket_peer::PeerId;

use super::peer::{Handle, address, endpoint, failed, peer, unhex};
use crate::prelude::*;

#[derive(Deserialize, TS)]
#[ts(optional_fields)]
pub(super) struct ConnectPeer {
    /// Number of the peer.
    id: u32,
    /// Public key of the other.
    peer: String,
    /// Where it was, if that is known; otherwise others are asked.
    address: Option<Endpoint>,
}

impl ConnectPeer {
    /// Whom the network knows was asked about when the peer was opened; an address of the page's own is asked about here.
    pub(super) fn reached(&self, check: &mut dyn FnMut(Resource<'_>) -> Result<()>) -> Result<()> {
        self.address.as_ref().map_or(Ok(()), |address| check(Resource::udp(address)))
    }
}

/// A way from one peer to another.
#[derive(Clone, Debug, Serialize, TS)]
pub(super) struct Connected {
    /// Public key of the other.
    pub(super) peer: String,
    /// Its address; that of the peer who passes the bytes on, if it is relayed.
    pub(super) address: Endpoint,
    /// Whether another peer passes the bytes on, which it cannot read.
    pub(super) relayed: bool,
}

pub(super) async fn connect(cx: Context, request: ConnectPeer) -> Result<Connected> {
    let with = PeerId(unhex(&request.peer, "the key of a peer")?);
    let at = request.address.as_ref().map(address).transpose()?;
    let made = peer(&cx, request.id)?.peer.connect(with, at).await.map_err(|error| failed(&error))?;
    Ok(Connected { peer: request.peer, address: endpoint(made.address), relayed: made.relayed })
}

#[derive(Deserialize, TS)]
pub(super) struct SendTo {
    /// Number of the peer.
    id: u32,
    /// Public key of the other, with whom there is a connection.
    peer: String,
    /// Whether it may be lost and overtaken: at most 1024 bytes then, else 65536.
    lossy: bool,
}

pub(super) async fn send(cx: Context, request: WithBody<SendTo>) -> Result<()> {
    let WithBody { head, body } = request;
    let to = PeerId(unhex(&head.peer, "the key of a peer")?);
    let open = peer(&cx, head.id)?;
    let sent = match head.lossy {
        true => open.peer.send_lossy(to, body).await,
        false => open.peer.send(to, body).await,
    };
    sent.map_err(|error| failed(&error))
}

#[derive(Deserialize, TS)]
pub(super) struct DisconnectPeer {
    /// Number of the peer.
    id: u32,
    /// Public key of the other.
    peer: String,
}

pub(super) async fn disconnect(cx: Context, request: DisconnectPeer) -> Result<()> {
    let from = PeerId(unhex(&request.peer, "the key of a peer")?);
    peer(&cx, request.id)?.peer.disconnect(from).await.map_err(|error| failed(&error))
}

/// Bytes from a connected peer.
#[derive(Clone, Debug, Serialize, TS)]
pub(super) struct Streamed {
    /// The page's number for the peer.
    pub(super) key: u32,
    /// Public key of the other.
    pub(super) peer: String,
    /// Whether they come in order, each message once.
    pub(super) reliable: bool,
}

/// Counters of a peer, by name.
#[derive(Serialize, TS)]
pub(super) struct Counters {
    /// What it has done.
    done: std::collections::BTreeMap<&'static str, f64>,
    /// What it refused, by reason.
    dropped: std::collections::BTreeMap<&'static str, f64>,
}

pub(super) async fn metrics(cx: Context, Handle { id }: Handle) -> Result<Counters> {
    let (done, dropped) = peer(&cx, id)?.peer.metrics().await.map_err(|error| failed(&error))?;
    // Whole below 2^53.
    let number = |(name, count): (&'static str, u64)| (name, count as f64);
    Ok(Counters { done: done.iter().map(number).collect(), dropped: dropped.iter().map(number).collect() })
}
