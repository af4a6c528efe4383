//! Which NAT we are behind, and connections through it. NET: to be filled in by `net`.
//!
//! Called by `peer.rs`: the functions below, with these signatures. Everything else is free.

use std::net::SocketAddr;

use crate::id::PeerId;
use crate::io::LocalPort;
use crate::links::Link;
use crate::peer::Peer;
use crate::{Config, Error};

/// What a NAT does with the port, as the seed names it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
#[repr(u8)]
pub enum NatKind {
    /// Not known (yet).
    #[default]
    Unknown = 0,
    /// No NAT, or one that lets anybody in: others can come unasked.
    Static = 1,
    /// The same port for every destination.
    Easy = 2,
    /// Another port for every destination.
    Hard = 3,
}

/// Samples of reflection, probings, direct connections.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nat {}

impl Nat {
    pub(crate) fn new(_config: &Config) -> Self {
        Self {}
    }
}

/// `Input::Connect`.
pub(crate) fn connect(peer: &mut Peer, request: u64, _to: PeerId, _address: Option<SocketAddr>) {
    peer.refuse(request, Error::Unreachable);
}

/// `Input::Disconnect`.
pub(crate) fn disconnect(_peer: &mut Peer, _from: &PeerId) {}

/// `Input::Opened`.
pub(crate) fn opened(_peer: &mut Peer, _first: LocalPort, _count: u16) {}

/// `Input::AddressChanged`.
pub(crate) fn address_changed(_peer: &mut Peer, _local: &[SocketAddr]) {}

/// `Timer::Reflect`.
pub(crate) fn reflect(_peer: &mut Peer) {}

/// `Timer::Probe`.
pub(crate) fn probe(_peer: &mut Peer) {}

/// `Timer::Attempt`.
pub(crate) fn attempt_due(_peer: &mut Peer, _attempt: u32) {}

/// A link has ended.
pub(crate) fn down(_peer: &mut Peer, _link: &Link) {}
