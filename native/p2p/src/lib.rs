//! The peer-to-peer protocol as a state machine.
//!
//! [`Peer::handle`] takes an [`Input`] (a datagram, a call of the application, time) and returns [`Outputs`]
//! (datagrams, events); [`Peer::timeout`] says when it wants to be called without one. There are no sockets, clocks,
//! threads or outside randomness in here, so that a driver (`native/peer`) and a simulator (`native/p2p-sim`) run the same
//! code, and the same seed gives the same run. `docs/p2p.md` has the wire byte by byte, and why.
//!
//! # The protocol in a page
//!
//! A **peer** is an Ed25519 key. A **cluster** is a shared secret from which a key pair follows for each epoch; its
//! members sign packets with it and encrypt with it. Peers pass on packets of all clusters and can read those of
//! their own.
//!
//! **Finding others.** A peer sends Ping to contacts it was given. Ping and Pong are signed, prove addresses, and agree
//! on a session key: now there is a **link**. Join asks for introductions; Intro tells two peers of each other, with
//! the consent of both, and each lets the other in through its NAT. Links are kept few, diverse, alive; other peers
//! are remembered for the day when a link is lost. (`membership`, `nat`, `on/{ping,pong,intro,join}`)
//!
//! **Spreading.** A message is sealed, signed by its author inside and by the cluster outside, cut into packets of at
//! most 1230 bytes, and published: pushed over a few links and announced by id over all the others. Whoever gets a
//! packet for the first time does the same; whoever hears only of its id waits a moment and pulls it. An announcement
//! is the acknowledgement of a push, and a push that is not acknowledged is made again over another link. Links that
//! bring copies late become lazy: they get announcements only, until a pull shows that they are needed.
//! (`on/{publish,announce}`)
//!
//! **Keeping.** Packets stay in the cache for their time to live, and when it ends are broadcast once more as long as
//! postage lasts, so that those who were away find them. Peers compare what they have by range fingerprints and ask
//! for what is missing, by id or along the causal links (what came before, what comes after). (`cache`,
//! `on/{sync,query,answer}`)
//!
//! **Bytes from peer to peer** that need not be kept go over a link, or through a relay where two NATs let none be
//! made. (`on/stream`)
//!
//! # Order of suspicion
//!
//! Everything from the network is hostile. A datagram is looked at in the order of cost: length and kind, a link or
//! quota for its source, whether it is known already, then its signature, at last its content. Every table has a
//! bound, every drop a counter ([`Dropped`]), and an address that has proven nothing gets at most three bytes and
//! three packets for each one it sent.
#![warn(missing_docs)]

mod cache;
mod cluster;
mod config;
mod crypto;
mod envelope;
mod error;
#[cfg(feature = "simulation")]
pub mod forge;
mod fragment;
pub mod group;
mod handshake;
mod id;
mod io;
mod limits;
mod links;
mod membership;
mod messages;
mod metrics;
mod nat;
mod on;
pub mod packet;
mod peer;
mod rng;
mod sorted;
mod summary;
mod table;
mod talk;
mod time;
mod timers;
mod token;
mod vouch;

pub use cluster::{ClusterSecret, Subcluster, SubclusterSecret};
pub use config::Config;
pub use error::Error;
pub use id::{ClusterId, ClusterTag, PacketId, PeerId, ShortId};
pub use io::{Contact, Direction, Event, Input, KeepAlive, LocalPort, Message, Output, Outputs};
pub use metrics::{Drop, Dropped, Metrics};
pub use nat::NatKind;
pub use peer::Peer;
pub use time::Time;

/// The longest reliable message of [`Input::Send`].
pub const MAX_STREAM: usize = 64 * 1024;
/// The longest bytes of a lossy one.
pub const MAX_LOSSY: usize = 1024;

#[cfg(test)]
extern crate self as socket_p2p;
#[cfg(test)]
#[path = "../tests/common/mod.rs"]
mod common;
#[cfg(test)]
mod tests;
