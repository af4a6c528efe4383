//! Whom to have links with. NET: to be filled in by `net`; what is here makes links with everybody it is told of.
//!
//! Called by `peer.rs`: the functions below, with these signatures. Everything else is free.
//! A link is made by `Peer::link_up` and ended by `Peer::link_down`.

use crate::io::{Contact, Source};
use crate::links::{Link, LinkId};
use crate::peer::Peer;
use crate::{Config, on};

/// The active and passive view, scores, anchors.
#[derive(Clone, Debug, Default)]
pub(crate) struct Membership {}

/// What there is to know of one link: score, pending heartbeat, who introduced it …
#[derive(Clone, Debug, Default)]
pub(crate) struct LinkMembership {}

impl Membership {
    pub(crate) fn new(_config: &Config) -> Self {
        Self {}
    }
}

/// The application names peers.
pub(crate) fn join(peer: &mut Peer, contacts: Vec<Contact>) {
    for contact in contacts {
        on::ping::open(peer, contact);
    }
}

/// The application leaves the network.
pub(crate) fn leave(peer: &mut Peer) {
    for id in peer.links.ids() {
        peer.link_down(id);
    }
}

/// Mappings are gone and addresses may have changed.
pub(crate) fn address_changed(_peer: &mut Peer) {}

/// The machine goes to sleep.
pub(crate) fn suspend(_peer: &mut Peer) {}

/// The machine is awake; `peer.now` may be much later than it was.
pub(crate) fn resume(_peer: &mut Peer) {}

/// `Timer::Heartbeat`.
pub(crate) fn heartbeat(_peer: &mut Peer, _link: LinkId) {}

/// `Timer::Maintain`.
pub(crate) fn maintain(_peer: &mut Peer) {}

/// A genuine frame of a link came from another address than the link's.
pub(crate) fn moved(_peer: &mut Peer, _link: LinkId, _source: Source) {}

/// A link was made.
pub(crate) fn up(_peer: &mut Peer, _link: LinkId) {}

/// A link has ended and is no longer in `peer.links`.
pub(crate) fn down(_peer: &mut Peer, _id: LinkId, _link: &Link) {}

/// The message layer reports on a link's behaviour, for its score (gossipsub v1.1's inputs).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Conduct {
    /// First to bring a packet.
    First,
    /// Sent a packet that is not genuine, or too much.
    Invalid,
    /// Announced a packet and did not send it, or did not acknowledge one.
    Broken,
}

/// Counts conduct.
pub(crate) fn conduct(_peer: &mut Peer, _link: LinkId, _conduct: Conduct) {}
