//! Everything that enters a peer and everything that leaves it.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;

use crate::cluster::{ClusterSecret, Subcluster, SubclusterSecret};
use crate::group::GroupInput;
use crate::id::{ClusterId, PacketId, PeerId};
use crate::nat::NatKind;
use crate::{Error, Time};

/// One of a peer's sockets: 0 is the one that is always there, the others are opened and closed by
/// [`Output::Open`] and [`Output::Close`]. A number that core and driver share, not a UDP port.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct LocalPort(pub u16);

impl LocalPort {
    /// The socket that is always there.
    pub const MAIN: Self = Self(0);
}

/// Where to find a peer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Contact {
    /// Its address, as seen from outside of its NAT.
    pub address: SocketAddr,
    /// Its key, where it is known: then only it is accepted.
    pub peer: Option<PeerId>,
    /// What its NAT is, where that is known.
    pub nat: NatKind,
}

impl From<SocketAddr> for Contact {
    fn from(address: SocketAddr) -> Self {
        Self { address, peer: None, nat: NatKind::Unknown }
    }
}

/// How long the NAT of a network keeps a way that nothing goes over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeepAlive {
    /// The network, by its address from outside; of IPv6 the first 64 bits count.
    pub network: IpAddr,
    /// A silence that ways survived.
    pub good: Duration,
    /// The shortest that they did not.
    pub bad: Option<Duration>,
}

/// What enters.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Input<'a> {
    /// A datagram arrived.
    Datagram {
        /// From where.
        from: SocketAddr,
        /// At which socket.
        port: LocalPort,
        /// All of it.
        bytes: &'a [u8],
    },
    /// The time that [`Peer::timeout`](crate::Peer::timeout) asked for has come (or any other: it does no harm).
    Timeout,
    /// What an earlier run found out about the own NAT. It is believed until this run has found out, and not at all when
    /// others see another address.
    Remembered {
        /// Its kind.
        nat: NatKind,
        /// The own address from outside, where there was one.
        address: Option<SocketAddr>,
    },
    /// What earlier runs learned of silences in networks they were in: for when this one is there, too.
    KeepAlives {
        /// As [`Event::KeepAlives`] said it.
        networks: Vec<KeepAlive>,
    },
    /// Enter the network by these peers; again to add some.
    Join {
        /// Known from an earlier run, from a configuration, from the local network.
        contacts: Vec<Contact>,
    },
    /// Leave the network: links are closed, nothing is sent any more.
    Leave,
    /// Take part in a cluster. Ends in [`Event::Subscribed`].
    Subscribe {
        /// What its members have in common.
        secret: ClusterSecret,
    },
    /// No longer take part in a cluster.
    Unsubscribe {
        /// Which.
        cluster: ClusterId,
    },
    /// Take part in a part of a cluster. Its id is [`SubclusterSecret::id`].
    Enter {
        /// Chosen by the caller, returned in [`Event::Refused`].
        request: u64,
        /// One that was subscribed to.
        cluster: ClusterId,
        /// What those in it have in common.
        secret: SubclusterSecret,
    },
    /// No longer take part in a part of a cluster.
    Exit {
        /// The cluster.
        cluster: ClusterId,
        /// Which part.
        subcluster: Subcluster,
    },
    /// Hold, advertise, look up identity groups.
    Group {
        /// Chosen by the caller, returned in [`Event::Refused`].
        request: u64,
        /// What to do.
        input: GroupInput,
    },
    /// Publish a message to a cluster. Ends in [`Event::Published`] or [`Event::Refused`]. While there are no links
    /// it is cached, and goes out with the first.
    Publish {
        /// Chosen by the caller, returned in the event.
        request: u64,
        /// One that was subscribed to.
        cluster: ClusterId,
        /// A part of it, or all of it.
        subcluster: Subcluster,
        /// Who alone may read it, and their groups (unless pinned). `None`: every member.
        to: Option<PeerId>,
        /// What the message follows; `None`: the newest message of the cluster that is known here.
        previous: Option<PacketId>,
        /// The message.
        payload: &'a [u8],
    },
    /// Ask the network for packets before or after one that is known.
    Query {
        /// Of one that was subscribed to.
        cluster: ClusterId,
        /// The known packet, or the wanted one.
        id: PacketId,
        /// Which way.
        direction: Direction,
    },
    /// Connect to a peer, through its NAT if need be, or through another peer. Ends in [`Event::Connected`] or
    /// [`Event::Refused`].
    Connect {
        /// Chosen by the caller, returned in the event.
        request: u64,
        /// Whom.
        peer: PeerId,
        /// Where it was, if the caller knows.
        address: Option<SocketAddr>,
    },
    /// Send a message to a connected peer. A reliable one arrives whole, once and in order while the connection lasts;
    /// it is refused with [`Error::Busy`] when too much waits already, and [`Event::Writable`] says when there is
    /// room. A lossy one may be lost.
    Send {
        /// Chosen by the caller, returned in the event.
        request: u64,
        /// Whom.
        peer: PeerId,
        /// Whether it is to arrive.
        reliable: bool,
        /// At most [`MAX_STREAM`](crate::MAX_STREAM) bytes, lossy at most [`MAX_LOSSY`](crate::MAX_LOSSY).
        payload: &'a [u8],
    },
    /// The application took reliable messages of [`Event::Stream`]: the other may send more.
    Consumed {
        /// Whose.
        peer: PeerId,
        /// How many bytes.
        bytes: usize,
    },
    /// Close the connection to a peer.
    Disconnect {
        /// Whom.
        peer: PeerId,
    },
    /// The sockets that [`Output::Open`] asked for: which are open now.
    Opened {
        /// First of them.
        first: LocalPort,
        /// How many; less than asked for when the system gave no more.
        count: u16,
    },
    /// The machine changed networks: mappings are gone, addresses may have changed.
    AddressChanged {
        /// The own addresses on local networks, with the main socket's port.
        local: Vec<SocketAddr>,
    },
    /// The machine goes to sleep: nothing is sent until [`Input::Resume`].
    Suspend,
    /// The machine is awake again.
    Resume,
}

/// Along the causal links of a message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Direction {
    /// The packet itself.
    This,
    /// What its author knew before.
    Previous,
    /// What follows it.
    Next,
}

/// What leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// Send a datagram.
    Send {
        /// Where.
        to: SocketAddr,
        /// From which socket.
        port: LocalPort,
        /// All of it. Copies share their memory.
        bytes: Bytes,
    },
    /// Open sockets on ports that the system picks, numbered from `first`. Answer with [`Input::Opened`].
    Open {
        /// Number of the first.
        first: LocalPort,
        /// How many.
        count: u16,
    },
    /// Close sockets. The main one is never among them.
    Close {
        /// Number of the first.
        first: LocalPort,
        /// How many.
        count: u16,
    },
    /// Tell the application.
    Event(Event),
}

/// What the application hears.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A message of a cluster, decrypted, its author's signature verified.
    Message(Message),
    /// A message was published.
    Published {
        /// The caller's number.
        request: u64,
        /// The id of the message: of its only packet, or of its head.
        id: PacketId,
    },
    /// Every packet of a message that was published here is known to be at another peer: it can be no longer lost
    /// with this one.
    Spread {
        /// As in [`Event::Published`].
        id: PacketId,
    },
    /// The cluster's id.
    Subscribed {
        /// As the application will name it.
        cluster: ClusterId,
    },
    /// The first link is there: the peer is in the network.
    Joined,
    /// The last link is gone. The peer tries to come back by itself.
    Isolated,
    /// A connection to a peer is there.
    Connected {
        /// The caller's number, where it was asked for.
        request: Option<u64>,
        /// Who.
        peer: PeerId,
        /// Its address; the relay's, if it is relayed.
        address: SocketAddr,
        /// Whether another peer passes the bytes on.
        relayed: bool,
    },
    /// A connection goes another way now: a direct one instead of a relayed one, or the other way round.
    Way {
        /// Whom with.
        peer: PeerId,
        /// Its address; the relay's, if it is relayed.
        address: SocketAddr,
        /// Whether another peer passes the bytes on.
        relayed: bool,
    },
    /// A connection has ended.
    Disconnected {
        /// Who.
        peer: PeerId,
    },
    /// After [`Error::Busy`]: there is room for messages to a peer.
    Writable {
        /// Who.
        peer: PeerId,
    },
    /// A message from a connected peer.
    Stream {
        /// Who.
        peer: PeerId,
        /// Whether it is in order; then it counts until [`Input::Consumed`].
        reliable: bool,
        /// What.
        payload: Bytes,
    },
    /// An identity group was heard of, or found after [`GroupInput::Lookup`].
    Group {
        /// Whom was asked for; the first member of one that was not asked for.
        peer: PeerId,
        /// The group: conversations with its members go there from now on.
        group: PeerId,
        /// All its members, who all consented.
        members: Vec<PeerId>,
        /// The group that it says it takes the place of.
        replaces: Option<PeerId>,
    },
    /// What was learned about the own NAT.
    Nat {
        /// Its kind.
        kind: NatKind,
        /// The own address from outside, where there is one.
        address: Option<SocketAddr>,
    },
    /// Peers worth remembering until the next start.
    Contacts(Vec<Contact>),
    /// What is known of silences, worth remembering until the next start: the newest first.
    KeepAlives(Vec<KeepAlive>),
    /// An input was not carried out.
    Refused {
        /// The caller's number.
        request: u64,
        /// Why.
        error: Error,
    },
}

/// A message of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id: of its only packet, or of its head.
    pub id: PacketId,
    /// What its author knew last.
    pub previous: PacketId,
    /// The author's logical clock.
    pub clock: u32,
    /// The cluster.
    pub cluster: ClusterId,
    /// The part of it.
    pub subcluster: Subcluster,
    /// Who wrote it: verified.
    pub author: PeerId,
    /// Whether it was for us alone, or for a group that we are in.
    pub private: bool,
    /// The group it was for.
    pub group: Option<PeerId>,
    /// When it was written, by the author's clock.
    pub time: Time,
    /// How far it came.
    pub hops: u8,
    /// What it says.
    pub payload: Bytes,
}

/// What follows from an input, in order.
#[derive(Clone, Debug, Default)]
pub struct Outputs(pub(crate) Vec<Output>);

impl Outputs {
    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes all of them and keeps the memory for the next call.
    pub fn drain(&mut self) -> std::vec::Drain<'_, Output> {
        self.0.drain(..)
    }

    /// Looks at them.
    pub fn iter(&self) -> std::slice::Iter<'_, Output> {
        self.0.iter()
    }
}

impl IntoIterator for Outputs {
    type Item = Output;
    type IntoIter = std::vec::IntoIter<Output>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// A datagram's origin, and what may be sent back to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Source {
    pub(crate) address: SocketAddr,
    pub(crate) port: LocalPort,
}
