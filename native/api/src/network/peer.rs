//! Peers of `socket-peer`, which belong to the document that opened them.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use socket_ipc::{Endpoint, Queue, Resource};
use socket_peer::{
    ClusterId, ClusterSecret, Contact, Direction, Event, NatKind, Options, PacketId, Peer, Publish,
    State as Kept, Subcluster, SubclusterSecret,
};
use tokio::task::JoinHandle;

use super::connection::{Connected, Streamed};
use super::{MESSAGE, STATUS, STREAM};
use crate::prelude::*;

/// A peer of a document. Dropping it ends the peer.
pub(super) struct Open {
    pub(super) peer: Peer,
    hears: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Open {
    fn drop(&mut self) {
        // With the task goes its handle of the peer, with the last handle the peer.
        if let Some(task) = self.hears.lock().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
    }
}

pub(super) fn failed(error: &socket_peer::Error) -> Error {
    Error::from_peer(error.code().to_owned(), error.to_string(), None)
}

pub(super) fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn unhex(text: &str, what: &str) -> Result<[u8; 32]> {
    let wrong =
        || Error::new(Code::INVALID_ARG_VALUE, format!("{what} is 32 bytes as 64 hexadecimal digits"));
    if text.len() != 64 || !text.is_ascii() {
        return Err(wrong());
    }
    let mut bytes = [0; 32];
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(digits).map_err(|_| wrong())?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
    }
    Ok(bytes)
}

fn secret(body: &[u8], what: &str) -> Result<[u8; 32]> {
    body.try_into().map_err(|_| Error::new(Code::INVALID_ARG_VALUE, format!("{what} is 32 bytes")))
}

pub(super) fn address(endpoint: &Endpoint) -> Result<SocketAddr> {
    let ip: IpAddr = endpoint.address.parse().map_err(|_| {
        let text = format!("{:?} is not an IP address", endpoint.address);
        Error::new(Code::INVALID_ARG_VALUE, text)
    })?;
    Ok(SocketAddr::new(ip, endpoint.port))
}

pub(super) fn endpoint(address: SocketAddr) -> Endpoint {
    Endpoint { address: address.ip().to_string(), port: address.port() }
}

#[derive(Deserialize, TS)]
pub(super) struct OpenPeer {
    /// Where its socket is bound. Port 0: the system picks one.
    bind: Endpoint,
    /// The body is what `network.close` gave.
    kept: bool,
    /// The page's own number for the peer: events carry it.
    key: u32,
}

impl OpenPeer {
    /// Its own end, and any other: the network introduces it to peers whose addresses nobody knows before.
    pub(super) fn reached(&self, check: &mut dyn FnMut(Resource<'_>) -> Result<()>) -> Result<()> {
        let anybody = Endpoint { address: "*".to_owned(), port: 0 };
        check(Resource::udp(&self.bind))?;
        check(Resource::udp(&anybody))
    }
}

#[derive(Serialize, TS)]
pub(super) struct Opened {
    /// Number of the peer.
    id: u32,
    /// Its public key, 64 hexadecimal digits.
    peer: String,
    /// Where its socket is bound.
    address: Endpoint,
}

pub(super) async fn open(cx: Context, request: WithBody<OpenPeer>) -> Result<Opened> {
    let queue = cx.queue()?;
    let kept = match request.kept {
        true => Kept::decode(&request.body).map_err(|error| failed(&error))?,
        false => Kept::new(secret(&request.body, "the seed of a key")?),
    };
    let mut options = Options::restore(kept);
    options.bind = address(&request.bind)?;
    let (peer, mut events) = Peer::open(options).map_err(|error| failed(&error))?;
    let key = request.key;
    let opened = (hex(peer.id().as_bytes()), endpoint(peer.local_address()));
    let hears = tokio::spawn(async move {
        while let Some(event) = events.next().await {
            if hand(&queue, key, event).await.is_err() {
                return;
            }
        }
    });
    let hears = Mutex::new(Some(hears));
    let id = cx.document.handles.insert(Open { peer, hears })?;
    Ok(Opened { id, peer: opened.0, address: opened.1 })
}

/// A message of a cluster.
#[derive(Clone, Debug, Serialize, TS)]
pub(super) struct Received {
    /// The page's number for the peer.
    key: u32,
    /// Its id.
    id: String,
    /// The message that its author knew last.
    previous: String,
    /// The cluster.
    cluster: String,
    /// The part of it.
    subcluster: String,
    /// Public key of whoever wrote it: verified.
    author: String,
    /// Whether it was for this peer, or a group that it is in, alone.
    private: bool,
    /// When it was written, by the author's clock, in milliseconds.
    time: f64,
    /// How far it came.
    hops: u8,
}

/// What happened to a peer.
#[derive(Clone, Debug, Serialize, TS)]
pub(super) struct Status {
    /// The page's number for the peer.
    key: u32,
    /// What.
    what: What,
}

/// What may happen to a peer.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase", tag = "event")]
pub(super) enum What {
    /// It is in the network.
    Joined,
    /// It has lost the network, and tries to come back.
    Isolated,
    /// A message that it published is known to be elsewhere, too.
    Spread {
        /// The message.
        id: String,
    },
    /// What was learned about its NAT.
    Nat {
        /// Its kind.
        kind: String,
        /// Its address from outside.
        address: Option<Endpoint>,
    },
    /// A connection to another peer is there, whoever asked for it.
    Connected(Connected),
    /// A connection goes another way now: directly, or by way of another peer.
    Way(Connected),
    /// A connection has ended.
    Disconnected {
        /// Public key of the other.
        peer: String,
    },
    /// An identity group was heard of.
    Group {
        /// Who was asked for, or its first member.
        peer: String,
        /// Its public key.
        group: String,
        /// All its members, who all consented.
        members: Vec<String>,
        /// The group that it takes the place of.
        replaces: Option<String>,
    },
}

async fn hand(queue: &Arc<Queue>, key: u32, event: Event) -> Result<()> {
    let what = match event {
        Event::Message(message) => {
            let head = Received {
                key,
                id: hex(message.id.as_bytes()),
                previous: hex(message.previous.as_bytes()),
                cluster: hex(message.cluster.as_bytes()),
                subcluster: hex(&message.subcluster.0),
                author: hex(message.author.as_bytes()),
                private: message.private,
                time: message.time.0 as f64 / 1000.0,
                hops: message.hops,
            };
            // A page that does not collect makes the peer wait, which drops streamed bytes first.
            return queue.emit_wait(&MESSAGE, WithBody { head, body: message.payload }).await;
        }
        Event::Joined => What::Joined,
        Event::Isolated => What::Isolated,
        Event::Spread { id } => What::Spread { id: hex(id.as_bytes()) },
        Event::Nat { kind, address } => {
            What::Nat { kind: nat(kind).to_owned(), address: address.map(endpoint) }
        }
        Event::Stream { peer, reliable, payload } => {
            let head = Streamed { key, peer: hex(peer.as_bytes()), reliable };
            // As for messages; a sender of what is reliable waits as well.
            return queue.emit_wait(&STREAM, WithBody { head, body: payload }).await;
        }
        Event::Connected { peer, address, relayed, .. } => {
            What::Connected(Connected { peer: hex(peer.as_bytes()), address: endpoint(address), relayed })
        }
        Event::Way { peer, address, relayed } => {
            What::Way(Connected { peer: hex(peer.as_bytes()), address: endpoint(address), relayed })
        }
        Event::Disconnected { peer } => What::Disconnected { peer: hex(peer.as_bytes()) },
        Event::Group { peer, group, members, replaces } => What::Group {
            peer: hex(peer.as_bytes()),
            group: hex(group.as_bytes()),
            members: members.iter().map(|member| hex(member.as_bytes())).collect(),
            replaces: replaces.map(|group| hex(group.as_bytes())),
        },
        _ => return Ok(()),
    };
    queue.emit_wait(&STATUS, Status { key, what }).await
}

fn nat(kind: NatKind) -> &'static str {
    match kind {
        NatKind::Unknown => "unknown",
        NatKind::Static => "static",
        NatKind::Easy => "easy",
        NatKind::Hard => "hard",
    }
}

pub(super) fn peer(cx: &Context, id: u32) -> Result<Arc<Open>> {
    cx.document.handles.get::<Open>(id)
}

#[derive(Deserialize, TS)]
pub(super) struct Handle {
    /// Number of the peer.
    pub(super) id: u32,
}

#[derive(Deserialize, TS)]
pub(super) struct Join {
    /// Number of the peer.
    id: u32,
    /// Peers that are known.
    pub(super) contacts: Vec<Endpoint>,
}

pub(super) async fn join(cx: Context, Join { id, contacts }: Join) -> Result<()> {
    let contacts =
        contacts.iter().map(|contact| address(contact).map(Contact::from)).collect::<Result<_>>()?;
    peer(&cx, id)?.peer.join(contacts).await.map_err(|error| failed(&error))
}

pub(super) async fn leave(cx: Context, Handle { id }: Handle) -> Result<()> {
    peer(&cx, id)?.peer.leave().await.map_err(|error| failed(&error))
}

#[derive(Serialize, TS)]
pub(super) struct Cluster {
    /// Its id, 64 hexadecimal digits.
    cluster: String,
}

pub(super) async fn subscribe(cx: Context, request: WithBody<Handle>) -> Result<Cluster> {
    let bytes = ClusterSecret(secret(&request.body, "the secret of a cluster")?);
    let cluster = peer(&cx, request.id)?.peer.subscribe(bytes).await.map_err(|error| failed(&error))?;
    Ok(Cluster { cluster: hex(cluster.as_bytes()) })
}

#[derive(Deserialize, TS)]
pub(super) struct Enter {
    /// Number of the peer.
    id: u32,
    /// A cluster that it takes part in.
    cluster: String,
}

#[derive(Serialize, TS)]
pub(super) struct Entered {
    /// Its id, 64 hexadecimal digits.
    subcluster: String,
}

pub(super) async fn enter(cx: Context, request: WithBody<Enter>) -> Result<Entered> {
    let bytes = SubclusterSecret(secret(&request.body, "the secret of a part of a cluster")?);
    let cluster = ClusterId(unhex(&request.cluster, "the id of a cluster")?);
    let open = peer(&cx, request.id)?;
    let subcluster = open.peer.enter(cluster, bytes).await.map_err(|error| failed(&error))?;
    Ok(Entered { subcluster: hex(&subcluster.0) })
}

#[derive(Deserialize, TS)]
pub(super) struct Exit {
    /// Number of the peer.
    id: u32,
    /// The cluster.
    cluster: String,
    /// The part of it.
    subcluster: String,
}

pub(super) async fn exit(cx: Context, Exit { id, cluster, subcluster }: Exit) -> Result<()> {
    let cluster = ClusterId(unhex(&cluster, "the id of a cluster")?);
    let subcluster = Subcluster(unhex(&subcluster, "the id of a part of a cluster")?);
    peer(&cx, id)?.peer.exit(cluster, subcluster).await.map_err(|error| failed(&error))
}

#[derive(Deserialize, TS)]
#[ts(optional_fields)]
pub(super) struct PublishMessage {
    /// Number of the peer.
    id: u32,
    /// A cluster that it takes part in.
    cluster: String,
    /// A part of it; all of it when it is missing.
    subcluster: Option<String>,
    /// Public key of the one peer or group that may read it; every member when it is missing.
    to: Option<String>,
    /// The message that it follows; the newest that is known when it is missing.
    previous: Option<String>,
}

#[derive(Serialize, TS)]
pub(super) struct Published {
    /// The id of the message.
    message: String,
}

pub(super) async fn publish(cx: Context, request: WithBody<PublishMessage>) -> Result<Published> {
    let WithBody { head, body } = request;
    let mut message = Publish::new(ClusterId(unhex(&head.cluster, "the id of a cluster")?), body);
    if let Some(subcluster) = &head.subcluster {
        message.subcluster = Subcluster(unhex(subcluster, "the id of a part of a cluster")?);
    }
    message.to = head.to.map(|to| unhex(&to, "the key of a peer")).transpose()?.map(Into::into);
    let previous = head.previous.map(|id| unhex(&id, "the id of a message")).transpose()?;
    message.previous = previous.map(PacketId);
    let id = peer(&cx, head.id)?.peer.publish(message).await.map_err(|error| failed(&error))?;
    Ok(Published { message: hex(id.as_bytes()) })
}

#[derive(Deserialize, TS)]
pub(super) struct Query {
    /// Number of the peer.
    id: u32,
    /// A cluster that it takes part in.
    cluster: String,
    /// The message that is known, or that is wanted.
    message: String,
    /// Which one of its neighbours.
    direction: Way,
}

/// Along the causal links of messages.
#[derive(Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub(super) enum Way {
    /// The message itself.
    This,
    /// What its author knew before.
    Previous,
    /// What follows it.
    Next,
}

pub(super) async fn query(cx: Context, request: Query) -> Result<()> {
    let cluster = ClusterId(unhex(&request.cluster, "the id of a cluster")?);
    let message = PacketId(unhex(&request.message, "the id of a message")?);
    let direction = match request.direction {
        Way::This => Direction::This,
        Way::Previous => Direction::Previous,
        Way::Next => Direction::Next,
    };
    let open = peer(&cx, request.id)?;
    open.peer.query(cluster, message, direction).await.map_err(|error| failed(&error))
}

/// A peer that there is a link to.
#[derive(Serialize, TS)]
pub(super) struct Neighbour {
    /// Its public key.
    peer: String,
    /// Where it is.
    address: Endpoint,
}

pub(super) async fn neighbours(cx: Context, Handle { id }: Handle) -> Result<Vec<Neighbour>> {
    let all = peer(&cx, id)?.peer.neighbours().await.map_err(|error| failed(&error))?;
    let neighbour = |(peer, address): (socket_peer::PeerId, SocketAddr)| Neighbour {
        peer: hex(peer.as_bytes()),
        address: endpoint(address),
    };
    Ok(all.into_iter().map(neighbour).collect())
}

pub(super) async fn save(cx: Context, Handle { id }: Handle) -> Result<WithBody<(), Vec<u8>>> {
    let kept = peer(&cx, id)?.peer.state().await.map_err(|error| failed(&error))?;
    Ok(WithBody { head: (), body: kept.encode() })
}

pub(super) async fn close(cx: Context, Handle { id }: Handle) -> Result<WithBody<(), Vec<u8>>> {
    let open = cx.document.handles.remove::<Open>(id)?;
    let kept = open.peer.close().await.map_err(|error| failed(&error))?;
    Ok(WithBody { head: (), body: kept.encode() })
}
