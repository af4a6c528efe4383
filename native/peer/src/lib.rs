//! A real peer: the state machine of `socket-p2p` with UDP sockets, a clock and something that is kept between runs.
//!
//! ```no_run
//! # async fn example() -> Result<(), socket_peer::Error> {
//! use socket_peer::{ClusterSecret, Event, Options, Peer, Publish};
//!
//! let (peer, mut events) = Peer::open(Options::new([7; 32]))?;
//! let cluster = peer.subscribe(ClusterSecret::from_name("example")).await?;
//! peer.join(vec!["203.0.113.5:4500".parse::<std::net::SocketAddr>().expect("an address").into()]).await?;
//! peer.publish(Publish::new(cluster, "hello")).await?;
//! while let Some(event) = events.next().await {
//!     if let Event::Message(message) = event {
//!         println!("{}: {:?}", message.author, message.payload);
//!     }
//! }
//! let state = peer.close().await?;
//! # drop(state); Ok(()) }
//! ```
//!
//! One task drives a peer, on the runtime of whoever calls [`Peer::open`]. It notices by itself that the machine
//! slept or changed networks. What is published is kept until another peer is known to have it; what is not known to be
//! anywhere else when the peer closes is in the [`State`], and is published again when a peer is opened with that.
#![warn(missing_docs)]

mod clock;
mod driver;
mod error;
mod events;
mod network;
mod outbox;
mod socket;
mod state;

use std::net::SocketAddr;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

pub use error::Error;
pub use events::Events;
pub use socket_p2p::group;
pub use socket_p2p::{
    ClusterId, ClusterSecret, Config, Contact, Direction, Dropped, Event, KeepAlive, Message, Metrics,
    NatKind, PacketId, PeerId, Subcluster, SubclusterSecret, Time,
};
pub use state::{State, Unsent};

use driver::Command;
use socket_p2p::group::GroupInput;

/// Commands that may wait for the driver. A caller who is faster waits too.
const COMMANDS: usize = 256;

/// What a peer is opened with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Where the main socket is bound. Port 0 lets the system pick one. By default every IPv6 and IPv4 address.
    pub bind: SocketAddr,
    /// The protocol's parameters.
    pub config: Config,
    /// What is kept of the last run; the identity is in it.
    pub state: State,
}

impl Options {
    /// A new peer whose key follows from these 32 secret bytes.
    #[must_use]
    pub fn new(identity: [u8; 32]) -> Self {
        Self::restore(State::new(identity))
    }

    /// A peer that was here before.
    #[must_use]
    pub fn restore(state: State) -> Self {
        Self { bind: SocketAddr::from(([0_u16; 8], 0)), config: Config::default(), state }
    }
}

/// A message to publish.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Publish {
    /// The cluster, which was subscribed to.
    pub cluster: ClusterId,
    /// The part of it. By default all of it.
    pub subcluster: Subcluster,
    /// The one peer or group that may read it. By default every member.
    pub to: Option<PeerId>,
    /// The message that it follows. By default the newest that is known.
    pub previous: Option<PacketId>,
    /// What it says.
    pub payload: Bytes,
}

impl Publish {
    /// To all of a cluster.
    #[must_use]
    pub fn new(cluster: ClusterId, payload: impl Into<Bytes>) -> Self {
        Self { cluster, subcluster: Subcluster::ALL, to: None, previous: None, payload: payload.into() }
    }

    /// To one peer or group.
    #[must_use]
    pub fn to(mut self, to: PeerId) -> Self {
        self.to = Some(to);
        self
    }

    /// To a part of the cluster.
    #[must_use]
    pub fn subcluster(mut self, subcluster: Subcluster) -> Self {
        self.subcluster = subcluster;
        self
    }
}

/// A connection to one peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Whom with.
    pub peer: PeerId,
    /// Its address; the relay's, if it is relayed.
    pub address: SocketAddr,
    /// Whether another peer passes the bytes on.
    pub relayed: bool,
}

/// A peer that runs. Clones are handles to the same one; it ends with [`close`](Self::close), or when all handles
/// are gone.
#[derive(Clone, Debug)]
pub struct Peer {
    id: PeerId,
    address: SocketAddr,
    commands: mpsc::Sender<Command>,
}

impl Peer {
    /// Binds the main socket and starts.
    ///
    /// # Errors
    /// [`Error::Bind`].
    ///
    /// # Panics
    /// Outside of a tokio runtime with I/O and time.
    pub fn open(options: Options) -> Result<(Self, Events), Error> {
        let (sender, commands) = mpsc::channel(COMMANDS);
        let (driver, events) = driver::Driver::new(options, commands)?;
        let peer = Self { id: driver.id(), address: driver.address(), commands: sender };
        tokio::spawn(driver.run());
        Ok((peer, events))
    }

    /// Its public key.
    #[must_use]
    pub const fn id(&self) -> PeerId {
        self.id
    }

    /// Where the main socket is bound. Not what others see of it: that is in [`Event::Nat`].
    #[must_use]
    pub const fn local_address(&self) -> SocketAddr {
        self.address
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(command(reply)).await.map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)
    }

    /// Enters the network by these peers, besides those that are remembered. Ends in [`Event::Joined`], when one
    /// of them answers; until then, and whenever all links are lost, it is tried again.
    ///
    /// # Errors
    /// [`Error::Closed`]; [`Error::Address`] for a contact that nothing can be sent to.
    pub async fn join(&self, contacts: Vec<Contact>) -> Result<(), Error> {
        for contact in &contacts {
            network::check(contact.address)?;
        }
        self.ask(|reply| Command::Join { contacts, reply }).await
    }

    /// Closes all links and stays silent until [`join`](Self::join) is called again.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub async fn leave(&self) -> Result<(), Error> {
        self.ask(Command::Leave).await
    }

    /// Takes part in a cluster.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub async fn subscribe(&self, secret: ClusterSecret) -> Result<ClusterId, Error> {
        self.ask(|reply| Command::Subscribe { secret, reply }).await
    }

    /// No longer takes part in a cluster.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub async fn unsubscribe(&self, cluster: ClusterId) -> Result<(), Error> {
        self.ask(|reply| Command::Unsubscribe { cluster, reply }).await
    }

    /// Takes part in a part of a cluster.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::Refused`] for a cluster that was not subscribed to.
    pub async fn enter(&self, cluster: ClusterId, secret: SubclusterSecret) -> Result<Subcluster, Error> {
        let subcluster = secret.id();
        self.ask(|reply| Command::Enter { cluster, secret, reply }).await?.map(|()| subcluster)
    }

    /// No longer takes part in a part of a cluster.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub async fn exit(&self, cluster: ClusterId, subcluster: Subcluster) -> Result<(), Error> {
        self.ask(|reply| Command::Exit { cluster, subcluster, reply }).await
    }

    /// Publishes a message. Returns its id as soon as it is on its way, or waits for the first link to go over.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::Refused`].
    pub async fn publish(&self, message: Publish) -> Result<PacketId, Error> {
        self.ask(|reply| Command::Publish { message, reply }).await?
    }

    /// Asks the network for packets before or after one that is known. What comes is an [`Event::Message`].
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub async fn query(&self, cluster: ClusterId, id: PacketId, direction: Direction) -> Result<(), Error> {
        self.ask(|reply| Command::Query { cluster, id, direction, reply }).await
    }

    /// Connects to a peer, through its NAT if need be, or through another peer.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::Refused`], [`Error::Address`].
    pub async fn connect(&self, peer: PeerId, address: Option<SocketAddr>) -> Result<Connection, Error> {
        address.map_or(Ok(()), network::check)?;
        self.ask(|reply| Command::Connect { peer, address, reply }).await?
    }

    /// Sends a message of at most 64 KiB to a connected peer. Messages arrive whole, each once and in order, as long as
    /// the connection lasts; when it ends, [`Event::Disconnected`] says so, and what was sent last may not have
    /// arrived. Returns when there is room for it: the other's application, too, must read what comes.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::Refused`] when there is no connection or the bytes are too many.
    pub async fn send(&self, peer: PeerId, payload: impl Into<Bytes>) -> Result<(), Error> {
        let message = driver::Send { peer, payload: payload.into(), reliable: true };
        self.ask(|reply| Command::Send { message, reply }).await?
    }

    /// Sends at most 1024 bytes to a connected peer, at once, lossy and unordered.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::Refused`] when there is no connection or the bytes are too many.
    pub async fn send_lossy(&self, peer: PeerId, payload: impl Into<Bytes>) -> Result<(), Error> {
        let message = driver::Send { peer, payload: payload.into(), reliable: false };
        self.ask(|reply| Command::Send { message, reply }).await?
    }

    /// Closes the connection to a peer.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub async fn disconnect(&self, peer: PeerId) -> Result<(), Error> {
        self.ask(|reply| Command::Disconnect { peer, reply }).await
    }

    /// Holds, advertises or looks up identity groups.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::Refused`].
    pub async fn group(&self, input: GroupInput) -> Result<(), Error> {
        self.ask(|reply| Command::Group { input, reply }).await?
    }

    /// The machine is about to sleep: nothing is sent until [`resume`](Self::resume). Not calling it does no harm.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub async fn suspend(&self) -> Result<(), Error> {
        self.ask(Command::Suspend).await
    }

    /// The machine is awake again.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub async fn resume(&self) -> Result<(), Error> {
        self.ask(Command::Resume).await
    }

    /// What is worth keeping now.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub async fn state(&self) -> Result<State, Error> {
        self.ask(Command::State).await
    }

    /// Counters.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub async fn metrics(&self) -> Result<(Metrics, Dropped), Error> {
        self.ask(Command::Metrics).await
    }

    /// Peers with whom there are links, and their addresses.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub async fn neighbours(&self) -> Result<Vec<(PeerId, SocketAddr)>, Error> {
        self.ask(Command::Neighbours).await
    }

    /// Says goodbye, ends, and returns what is worth keeping, messages that no other peer has among it. Every other
    /// handle's calls fail with [`Error::Closed`] from then on.
    ///
    /// # Errors
    /// [`Error::Closed`] when it was closed already.
    pub async fn close(&self) -> Result<State, Error> {
        self.ask(Command::Close).await
    }
}
