//! Join: a peer's consent to be introduced to another. It goes to those who have links with both, or know who may, and they
//! pass it on, as it is, in an Intro.
//!
//! Body: session 4 · nonce 16 · time 8 (microseconds since 1970, by the sender's clock) · NAT 1 · flags 1 (1: the
//! application wants a connection, 2: there is a relayed one, and a direct one is wanted) · wanted 32 · answered session 4 ·
//! answered nonce 16 (zero: this asks) · number 1 · that many addresses inside of the own network · number 1 · that many
//! peers that could pass on what goes between the two (id 32 · NAT 1 · load 1 · address).

use std::net::SocketAddr;

use bytes::Bytes;

use crate::Time;
use crate::id::PeerId;
use crate::io::Source;
use crate::metrics::Drop;
use crate::nat::{self, NatKind};
use crate::on::{intro, stream};
use crate::packet::{Kind, Reader, Signed, put_address};
use crate::peer::Peer;

/// The application wants a connection.
pub(crate) const WANTED: u8 = 1;
/// There is a relayed connection: only a direct one is wanted.
pub(crate) const BETTER: u8 = 2;
/// Addresses inside of a network, at most.
const MAX_INSIDE: usize = 2;
/// Peers that could pass on, at most.
pub(crate) const MAX_RELAYS: usize = 3;
/// What asking for introductions costs of a link's budget: so that eight a second are done.
const COST: u64 = 2;

/// One who has a link with the sender and could pass on what goes between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Suggested {
    pub(crate) id: PeerId,
    pub(crate) nat: NatKind,
    /// How much it passes on already: 255 is as much as it will.
    pub(crate) load: u8,
    pub(crate) address: SocketAddr,
}

/// What a Join says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Consent {
    pub(crate) session: u32,
    pub(crate) nonce: [u8; 16],
    pub(crate) time: Time,
    pub(crate) nat: NatKind,
    pub(crate) flags: u8,
    pub(crate) wanted: PeerId,
    /// Session and nonce of the Join that this one answers.
    pub(crate) answers: Option<(u32, [u8; 16])>,
    pub(crate) inside: Vec<SocketAddr>,
    pub(crate) relays: Vec<Suggested>,
}

impl Consent {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(300);
        out.extend_from_slice(&self.session.to_be_bytes());
        out.extend_from_slice(&self.nonce);
        out.extend_from_slice(&self.time.0.to_be_bytes());
        out.extend_from_slice(&[self.nat as u8, self.flags]);
        out.extend_from_slice(&self.wanted.0);
        let (session, nonce) = self.answers.unwrap_or_default();
        out.extend_from_slice(&session.to_be_bytes());
        out.extend_from_slice(&nonce);
        // At most MAX_INSIDE.
        out.push(u8::try_from(self.inside.len()).unwrap_or_default());
        self.inside.iter().for_each(|address| put_address(&mut out, address));
        // At most MAX_RELAYS.
        out.push(u8::try_from(self.relays.len()).unwrap_or_default());
        for relay in &self.relays {
            out.extend_from_slice(&relay.id.0);
            out.extend_from_slice(&[relay.nat as u8, relay.load]);
            put_address(&mut out, &relay.address);
        }
        out
    }

    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let mut reader = Reader(body);
        let (session, nonce, time) = (reader.u32()?, reader.array()?, Time(reader.u64()?));
        let (nat, flags) = (NatKind::from_number(reader.u8()?), reader.u8()?);
        let wanted = PeerId(reader.array()?);
        let answers = (reader.u32()?, reader.array::<16>()?);
        let number = usize::from(reader.u8()?);
        if number > MAX_INSIDE {
            return None;
        }
        let inside = (0..number).map(|_| reader.address()).collect::<Option<Vec<_>>>()?;
        let number = usize::from(reader.u8()?);
        if number > MAX_RELAYS {
            return None;
        }
        let relay = |reader: &mut Reader<'_>| {
            let (id, nat) = (PeerId(reader.array()?), NatKind::from_number(reader.u8()?));
            Some(Suggested { id, nat, load: reader.u8()?, address: reader.address()? })
        };
        let relays = (0..number).map(|_| relay(&mut reader)).collect::<Option<Vec<_>>>()?;
        reader.end()?;
        let answers = (answers != (0, [0; 16])).then_some(answers);
        Some(Self { session, nonce, time, nat, flags, wanted, answers, inside, relays })
    }
}

/// Signs a consent for an introducer.
pub(crate) fn make(peer: &Peer, introducer: &PeerId, consent: &Consent) -> Bytes {
    peer.signed(Kind::Join, introducer, &consent.encode())
}

/// Somebody asks to be introduced.
pub(crate) fn receive(peer: &mut Peer, source: Source, packet: Signed<'_>) {
    let Some(consent) = Consent::read(packet.body()) else { return peer.drop(Drop::Malformed) };
    let (now, from) = (peer.now, packet.from());
    // Only links are introduced, by the address that they have proven.
    let link = peer.links.with(&from).and_then(|id| peer.links.get_mut(id));
    let Some(link) = link.filter(|link| (link.address, link.port) == (source.address, source.port)) else {
        return peer.drop(Drop::Stranger);
    };
    if !link.membership.asks.take(now, 16, COST) {
        return peer.drop(Drop::Rate);
    }
    if packet.to() != peer.id || !packet.verify(peer.config.suite) {
        return peer.drop(Drop::Signature);
    }
    if let Some(to) = peer.links.with(&consent.wanted) {
        intro::pass(peer, to, &source.address, packet.bytes());
    } else if consent.flags & WANTED != 0 {
        nat::onwards(peer, &source.address, packet.bytes(), &from, &consent, &[]);
    } else if let Some(link) = peer.links.with(&from) {
        let mut body = [stream::UNKNOWN; 33];
        body[1..].copy_from_slice(&consent.wanted.0);
        peer.send_frame(link, Kind::Stream, &body);
    }
}
