//! Intro: makes two peers known to each other, with what both consented to.
//!
//! Body: the address that the Join came from · the Join, as it was signed.

use std::net::SocketAddr;

use crate::io::Source;
use crate::links::LinkId;
use crate::metrics::Drop;
use crate::nat;
use crate::on::join::Consent;
use crate::packet::{Kind, MAX_SIGNED_BODY, Packet, Reader, Signed, put_address};
use crate::peer::Peer;

/// What an introduction costs of its introducer's budget.
const COST: u64 = 2;

/// Passes a consent on.
pub(crate) fn pass(peer: &mut Peer, to: LinkId, observed: &SocketAddr, join: &[u8]) {
    let Some(link) = peer.links.get(to) else { return };
    let (whom, address, port) = (*link.peer(), link.address, link.port);
    let mut body = Vec::with_capacity(20 + join.len());
    put_address(&mut body, observed);
    body.extend_from_slice(join);
    if body.len() > MAX_SIGNED_BODY {
        return peer.drop(Drop::Malformed);
    }
    peer.metrics.introduced += 1;
    let bytes = peer.signed(Kind::Intro, &whom, &body);
    peer.send_probe(address, port, bytes);
}

/// Somebody is introduced to us.
pub(crate) fn receive(peer: &mut Peer, source: Source, packet: Signed<'_>) {
    let (now, introducer) = (peer.now, packet.from());
    let link = peer.links.with(&introducer).and_then(|id| peer.links.get_mut(id));
    let Some(link) = link.filter(|link| (link.address, link.port) == (source.address, source.port)) else {
        return peer.drop(Drop::Stranger);
    };
    if !link.membership.intros.take(now, 16, COST) {
        return peer.drop(Drop::Rate);
    }
    let mut reader = Reader(packet.body());
    let Some(observed) = reader.address() else { return peer.drop(Drop::Malformed) };
    let Ok(Packet::Signed(join)) = Packet::decode(reader.0) else { return peer.drop(Drop::Malformed) };
    let Some(consent) = Consent::read(join.body()) else { return peer.drop(Drop::Malformed) };
    // The consent is to this introducer and about us, and not our own that comes back.
    let ours = join.kind == Kind::Join && join.to() == introducer && consent.wanted == peer.id;
    if !ours || join.from() == peer.id || join.from() == introducer {
        return peer.drop(Drop::Consent);
    }
    let suite = peer.config.suite;
    if packet.to() != peer.id || !join.verify(suite) || !packet.verify(suite) {
        return peer.drop(Drop::Signature);
    }
    nat::introduced(peer, &introducer, &source, join.from(), observed, consent);
}
