//! Intro: makes two peers known to each other, with what both consented to. One who has no link with the wanted peer passes
//! the consent on to others, who may: three introducers in a row at most, each of whom signs to whom it passes what on.
//!
//! Body: the address that what follows came from · the Join, as it was signed; or the Intro of the introducer before.

use std::net::SocketAddr;

use bytes::Bytes;

use crate::id::PeerId;
use crate::io::Source;
use crate::links::LinkId;
use crate::metrics::Drop;
use crate::nat::{self, MAX_STEPS};
use crate::on::join::{self, Consent};
use crate::packet::{Kind, MAX_SIGNED_BODY, Packet, Reader, Signed, put_address};
use crate::peer::Peer;
use crate::vouch;

/// What an introduction costs of its introducer's budget.
const COST: u64 = 2;

/// A consent, and the way that it came.
struct Chain<'a> {
    join: Signed<'a>,
    /// Where the Join came from.
    observed: SocketAddr,
    /// Introducers that passed it on, the last one first.
    steps: Vec<Signed<'a>>,
}

impl<'a> Chain<'a> {
    /// Takes an Intro apart. Signatures are not looked at.
    fn read(packet: Signed<'a>) -> Option<Self> {
        let mut steps = vec![packet];
        loop {
            let mut reader = Reader(steps.last()?.body());
            let observed = reader.address()?;
            let Ok(Packet::Signed(inner)) = Packet::decode(reader.0) else { return None };
            match inner.kind {
                Kind::Join => return Some(Self { join: inner, observed, steps }),
                Kind::Intro if steps.len() < MAX_STEPS => steps.push(inner),
                _ => return None,
            }
        }
    }

    /// Whether each was meant for the next, nobody comes twice, and none of them is us or the one who asks.
    fn fits(&self, us: &PeerId) -> bool {
        let from: Vec<PeerId> = self.steps.iter().map(Signed::from).collect();
        let bound =
            self.steps.iter().skip(1).chain([&self.join]).zip(&from).all(|(inner, by)| inner.to() == *by);
        let once = from.iter().enumerate().all(|(at, by)| !from[..at].contains(by));
        bound && once && !from.contains(us) && !from.contains(&self.join.from()) && self.join.from() != *us
    }
}

/// Signs for the next one what came. `None`: it has become too long.
pub(crate) fn make(peer: &Peer, to: &PeerId, observed: &SocketAddr, came: &[u8]) -> Option<Bytes> {
    let mut body = Vec::with_capacity(20 + came.len());
    put_address(&mut body, observed);
    body.extend_from_slice(came);
    (body.len() <= MAX_SIGNED_BODY).then(|| peer.signed(Kind::Intro, to, &body))
}

/// Passes a consent on over a link. Whether it was sent.
pub(crate) fn pass(peer: &mut Peer, to: LinkId, observed: &SocketAddr, came: &[u8]) -> bool {
    let Some(link) = peer.links.get(to) else { return false };
    let (whom, address, port) = (*link.peer(), link.address, link.port);
    let Some(bytes) = make(peer, &whom, observed, came) else {
        peer.drop(Drop::Malformed);
        return false;
    };
    peer.metrics.introduced += 1;
    peer.send_probe(address, port, bytes);
    true
}

/// Somebody is introduced to us, or to another by way of us.
pub(crate) fn receive(peer: &mut Peer, source: Source, packet: Signed<'_>) {
    let (now, introducer) = (peer.now, packet.from());
    let link = peer.links.with(&introducer).and_then(|id| peer.links.get_mut(id));
    let Some(link) = link.filter(|link| (link.address, link.port) == (source.address, source.port)) else {
        return peer.drop(Drop::Stranger);
    };
    if !link.membership.intros.take(now, 16, COST) {
        return peer.drop(Drop::Rate);
    }
    let Some(chain) = Chain::read(packet) else { return peer.drop(Drop::Malformed) };
    let Some(consent) = Consent::read(chain.join.body()) else { return peer.drop(Drop::Malformed) };
    let ours = consent.wanted == peer.id;
    // What is passed on is what an application asked for, and its answer.
    let may_pass = consent.flags & join::WANTED != 0 && consent.wanted != chain.join.from();
    if !chain.fits(&peer.id) || !(ours || may_pass) {
        return peer.drop(Drop::Consent);
    }
    let suite = peer.config.suite;
    if packet.to() != peer.id
        || !chain.join.verify(suite)
        || !chain.steps.iter().all(|step| step.verify(suite))
    {
        return peer.drop(Drop::Signature);
    }
    vouch::earn_former(peer, introducer, packet.bytes().len());
    let Chain { join, observed, steps } = chain;
    match ours {
        true => {
            let introducer = nat::Introducer { peer: introducer, source, steps: steps.len() };
            nat::introduced(peer, &introducer, join.from(), observed, consent);
        }
        false => {
            let path: Vec<PeerId> = steps.iter().map(Signed::from).collect();
            nat::onwards(peer, &source.address, packet.bytes(), &join.from(), &consent, &path);
        }
    }
}
