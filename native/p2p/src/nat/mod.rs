//! Which NAT we are behind, and connections through it.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::handshake::{Attempt, Why};
use crate::id::PeerId;
use crate::io::{Contact, Event, LocalPort, Source};
use crate::links::{Link, LinkId};
use crate::membership::view::Known;
use crate::metrics::Drop;
use crate::on::ping;
use crate::packet::{MAX_DATAGRAM, Sealed, Signed};
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

impl NatKind {
    /// The kind with this number; unknown for any other.
    #[must_use]
    pub fn from_number(number: u8) -> Self {
        match number {
            1 => Self::Static,
            2 => Self::Easy,
            3 => Self::Hard,
            _ => Self::Unknown,
        }
    }
}

/// Samples of reflection, probings, direct connections.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nat {
    /// Peers that the application wants to be connected with, and its numbers.
    wanted: BTreeMap<PeerId, Option<u64>>,
}

impl Nat {
    pub(crate) fn new(_config: &Config) -> Self {
        Self::default()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.wanted.len() * 64
    }
}

/// What is known of the own NAT.
pub(crate) fn kind(_peer: &Peer) -> NatKind {
    NatKind::Unknown
}

/// Whether a session is one of ours.
pub(crate) fn owns(_peer: &Peer, _id: LinkId) -> bool {
    false
}

/// A frame of such a session.
pub(crate) fn frame(
    peer: &mut Peer,
    _id: LinkId,
    _source: Source,
    _frame: &Sealed<'_>,
    _buffer: &mut [u8; MAX_DATAGRAM],
) {
    peer.drop(Drop::Session);
}

/// Whether the application wants to be connected with a peer.
pub(crate) fn wants(peer: &Peer, with: &PeerId) -> bool {
    peer.nat.wanted.contains_key(with)
}

/// A Ping that somebody was asked to send to us. Whether it was one.
pub(crate) fn dialled(_peer: &mut Peer, _source: &Source, _packet: &Signed<'_>, _nonce: &[u8; 16]) -> bool {
    false
}

/// What our address looks like from elsewhere.
pub(crate) fn observed(_peer: &mut Peer, _by: &Source, _address: SocketAddr) {}

/// A Ping was not answered, or refused.
pub(crate) fn unanswered(peer: &mut Peer, attempt: &Attempt) {
    if attempt.why == Why::Wanted
        && peer.links.with(&attempt.to).is_none()
        && let Some(Some(request)) = peer.nat.wanted.remove(&attempt.to)
    {
        peer.refuse(request, Error::Unreachable);
    }
}

/// Introductions that are under way for the sake of membership.
pub(crate) fn introductions(_peer: &Peer) -> usize {
    0
}

/// Has a peer introduced that cannot be asked directly. Whether that was begun.
pub(crate) fn introduce(_peer: &mut Peer, _to: &PeerId, _known: &Known) -> bool {
    false
}

/// The application leaves.
pub(crate) fn leave(peer: &mut Peer) {
    for (_, request) in std::mem::take(&mut peer.nat.wanted) {
        if let Some(request) = request {
            peer.refuse(request, Error::Unreachable);
        }
    }
}

/// The other said goodbye.
pub(crate) fn gone(peer: &mut Peer, from: &PeerId) {
    disconnect(peer, from);
}

/// `Timer::Connect`.
pub(crate) fn due(_peer: &mut Peer) {}

/// `Input::Connect`.
pub(crate) fn connect(peer: &mut Peer, request: u64, to: PeerId, address: Option<SocketAddr>) {
    if let Some(link) = peer.links.with(&to).and_then(|id| peer.links.get(id)) {
        let address = link.address;
        peer.nat.wanted.insert(to, None);
        return peer.emit(Event::Connected { request: Some(request), peer: to, address, relayed: false });
    }
    let known = address.or_else(|| peer.membership.view.get(&to).map(|known| known.address));
    let Some(address) = known else { return peer.refuse(request, Error::Unreachable) };
    peer.nat.wanted.insert(to, Some(request));
    ping::open(peer, Contact { address, peer: Some(to), nat: NatKind::Unknown }, Why::Wanted);
}

/// A link was made.
pub(crate) fn up(peer: &mut Peer, id: LinkId) {
    let Some(link) = peer.links.get(id) else { return };
    let (with, address) = (*link.peer(), link.address);
    if let Some(request) = peer.nat.wanted.get_mut(&with) {
        let request = request.take();
        peer.emit(Event::Connected { request, peer: with, address, relayed: false });
    }
}

/// `Input::Disconnect`.
pub(crate) fn disconnect(peer: &mut Peer, from: &PeerId) {
    if peer.nat.wanted.remove(from).is_some() {
        peer.emit(Event::Disconnected { peer: *from });
    }
}

/// `Input::Opened`.
pub(crate) fn opened(_peer: &mut Peer, _first: LocalPort, _count: u16) {}

/// `Input::AddressChanged`.
pub(crate) fn address_changed(_peer: &mut Peer, _local: &[SocketAddr]) {}

/// `Timer::Reflect`.
pub(crate) fn reflect(_peer: &mut Peer) {}

/// `Timer::Probe`.
pub(crate) fn probe(_peer: &mut Peer) {}

/// A link has ended.
pub(crate) fn down(_peer: &mut Peer, _link: &Link) {}
