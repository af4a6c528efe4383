//! Pong: answers a Ping.
//!
//! Body: status 1 (0 link, 1 retry with the token, 2 full) · session 4 · nonce 16 · the Ping's session 4 · the Ping's
//! nonce 16 · token 16 · NAT 1 · the address that the Ping came from · number 1 · that many peers (id 32 · NAT 1 ·
//! address), with whom the asker may have more luck.

use bytes::Bytes;

use crate::handshake;
use crate::id::PeerId;
use crate::io::{LocalPort, Source};
use crate::links::{Link, LinkId};
use crate::metrics::Drop;
use crate::nat::NatKind;
use crate::on::ping;
use crate::packet::{Kind, Reader, Signed, put_address};
use crate::peer::Peer;
use crate::timers::Timer;
use crate::{membership, nat, token, vouch};

pub(crate) const LINK: u8 = 0;
pub(crate) const RETRY: u8 = 1;
pub(crate) const FULL: u8 = 2;
/// Peers named by one who is full: so many that the answer is less than three times the question.
const NAMED: usize = 4;

/// Makes one. `own` is our session and nonce.
pub(crate) fn answer(
    peer: &mut Peer,
    source: &Source,
    to: &PeerId,
    status: u8,
    own: (u32, [u8; 16]),
    asked: &(u32, [u8; 16]),
) -> Bytes {
    let mut body = Vec::with_capacity(300);
    body.push(status);
    body.extend_from_slice(&own.0.to_be_bytes());
    body.extend_from_slice(&own.1);
    body.extend_from_slice(&asked.0.to_be_bytes());
    body.extend_from_slice(&asked.1);
    match status {
        RETRY => body.extend_from_slice(&peer.tokens.address(peer.now, source.address, source.port)),
        _ => body.extend_from_slice(&token::NONE),
    }
    body.push(nat::kind(peer) as u8);
    put_address(&mut body, &source.address);
    let named = if status == FULL { membership::some(peer, to, NAMED) } else { Vec::new() };
    // At most NAMED.
    body.push(u8::try_from(named.len()).unwrap_or_default());
    for (id, nat, address) in named {
        body.extend_from_slice(&id.0);
        body.push(nat as u8);
        put_address(&mut body, &address);
    }
    peer.signed(Kind::Pong, to, &body)
}

struct Body {
    status: u8,
    own: (u32, [u8; 16]),
    asked: (u32, [u8; 16]),
    token: [u8; 16],
    nat: NatKind,
    observed: std::net::SocketAddr,
    named: Vec<(PeerId, NatKind, std::net::SocketAddr)>,
}

fn read(body: &[u8]) -> Option<Body> {
    let mut reader = Reader(body);
    let status = reader.u8()?;
    let own = (reader.u32()?, reader.array()?);
    let asked = (reader.u32()?, reader.array()?);
    let token = reader.array()?;
    let nat = NatKind::from_number(reader.u8()?);
    let observed = reader.address()?;
    let number = reader.u8()?;
    let mut named = Vec::new();
    for _ in 0..number {
        named.push((PeerId(reader.array()?), NatKind::from_number(reader.u8()?), reader.address()?));
    }
    reader.end()?;
    Some(Body { status, own, asked, token, nat, observed, named })
}

/// An answer to something that was asked, or not.
pub(crate) fn receive(peer: &mut Peer, source: Source, packet: Signed<'_>) {
    let Some(body) = read(packet.body()) else { return peer.drop(Drop::Malformed) };
    let from = packet.from();
    let id = body.asked.0;
    let Some(attempt) = peer.handshakes.attempt(id) else { return peer.drop(Drop::Unsolicited) };
    let asked_here = attempt.address == source.address && source.port == LocalPort::MAIN;
    let asked_them = attempt.to.is_zero() || attempt.to == from;
    if attempt.nonce != body.asked.1 || !asked_here || !asked_them {
        return peer.drop(Drop::Unsolicited);
    }
    let given = attempt.token;
    if !packet.verify(peer.config.suite) {
        return peer.drop(Drop::Signature);
    }
    if body.status == RETRY && given == token::NONE && body.token != token::NONE {
        return ping::again(peer, id, body.token);
    }
    // Whatever it says, it is said once: the same Pong again finds no attempt, and makes no key a second time.
    peer.timers.clear(Timer::Attempt(id));
    let Some(attempt) = peer.handshakes.remove(id) else { return };
    vouch::earn_former(peer, from, packet.bytes().len());
    nat::observed(peer, &source, body.observed);
    if body.status != LINK {
        membership::refused(peer, from, &attempt, &source, &body.named);
        return nat::unanswered(peer, &attempt);
    }
    let Some(session) = handshake::session(peer, &from, body.own.0, true, &attempt.nonce, &body.own.1) else {
        return peer.drop(Drop::Malformed);
    };
    let mut link = Link::new(session, source.address, source.port, true, body.nat, peer.now);
    if attempt.tries == 1 {
        link.rtt.sample(peer.now.since(attempt.sent));
    }
    peer.link_up(LinkId(id), link);
}
