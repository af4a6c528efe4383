//! Ping: asks for a link.
//!
//! Body: session 4 · nonce 16 · token 16 (zero: none) · NAT 1 · flags 1 (1: has no links yet; 2: wants to be introduced).

use bytes::Bytes;

use crate::handshake::{self, Attempt, Why};
use crate::id::PeerId;
use crate::io::{Contact, LocalPort, Source};
use crate::links::LinkId;
use crate::metrics::Drop;
use crate::nat::NatKind;
use crate::on::pong;
use crate::packet::{Kind, Reader, Signed};
use crate::peer::Peer;
use crate::timers::Timer;
use crate::{membership, nat, token, vouch};

/// The asker has no links: room is made for it.
pub(crate) const ALONE: u8 = 1;
/// The asker wants to be introduced to somebody: there is room for it for a moment.
pub(crate) const GUEST: u8 = 2;
/// Pings in one attempt, to an address that may be asked again.
const TRIES: u8 = 3;

/// Asks a peer for a link, at an address that has proven itself or that our application named. Whether it is being asked.
pub(crate) fn open(peer: &mut Peer, contact: Contact, why: Why) -> bool {
    open_named(peer, contact, why, None)
}

/// The same at an address that somebody named: each datagram is at that one's cost.
pub(crate) fn open_named(peer: &mut Peer, contact: Contact, why: Why, by: Option<PeerId>) -> bool {
    let to = contact.peer.unwrap_or(PeerId::ZERO);
    if to == peer.id || peer.suspended {
        return false;
    }
    if why != Why::Wanted
        && (peer.links.with(&to).is_some() || peer.links.at(contact.address, LocalPort::MAIN).is_some())
    {
        return false;
    }
    let (mut count, mut again) = (0, false);
    for attempt in peer.handshakes.attempts() {
        count += 1;
        again |= attempt.address == contact.address && attempt.to == to;
    }
    if again || count >= peer.config.max_attempts {
        return again;
    }
    let session = peer.new_session();
    let nonce = peer.rng.array();
    let attempt = Attempt {
        to,
        address: contact.address,
        nonce,
        token: token::NONE,
        why,
        by,
        sent: peer.now,
        tries: 0,
    };
    peer.handshakes.insert(session, attempt);
    if !send(peer, session) {
        peer.handshakes.remove(session);
        peer.timers.clear(Timer::Attempt(session));
        return false;
    }
    true
}

/// Whether it was sent: who named the address may have nothing left.
fn send(peer: &mut Peer, session: u32) -> bool {
    let (now, first) = (peer.now, peer.config.ping_retry);
    let kind = nat::kind(peer) as u8;
    let alone = if peer.links.is_empty() { ALONE } else { 0 };
    let Some(attempt) = peer.handshakes.attempt(session) else { return false };
    let flags = if attempt.why == Why::Found { GUEST } else { 0 } | alone;
    attempt.sent = now;
    let wait = first * (1 << attempt.tries.min(4));
    attempt.tries += 1;
    let (to, address, by) = (attempt.to, attempt.address, attempt.by);
    let mut body = Vec::with_capacity(38);
    body.extend_from_slice(&session.to_be_bytes());
    body.extend_from_slice(&attempt.nonce);
    body.extend_from_slice(&attempt.token);
    body.extend_from_slice(&[kind, flags]);
    let bytes = peer.signed(Kind::Ping, &to, &body);
    peer.timers.set(Timer::Attempt(session), now + wait);
    let may = by.is_none_or(|by| vouch::pay(peer, &by, &address, bytes.len()));
    if may {
        peer.send_probe(address, LocalPort::MAIN, bytes);
    }
    may
}

/// The answerer wants a token: the same again, with it.
pub(crate) fn again(peer: &mut Peer, session: u32, token: [u8; 16]) {
    if let Some(attempt) = peer.handshakes.attempt(session) {
        attempt.token = token;
        attempt.tries = attempt.tries.saturating_sub(1);
        // It answers there.
        attempt.by = None;
        send(peer, session);
    }
}

/// `Timer::Attempt`: no answer.
pub(crate) fn due(peer: &mut Peer, session: u32) {
    let Some(attempt) = peer.handshakes.attempt(session) else { return };
    // An address that only others named gets one datagram, and that is all they can have us send there.
    let most = if matches!(attempt.why, Why::View | Why::Lost | Why::Found) { 1 } else { TRIES };
    if attempt.tries < most {
        send(peer, session);
        return;
    }
    if let Some(attempt) = peer.handshakes.remove(session) {
        membership::failed(peer, &attempt);
        nat::unanswered(peer, &attempt);
    }
}

/// Someone asks for a link.
pub(crate) fn receive(peer: &mut Peer, source: Source, packet: Signed<'_>) {
    let mut reader = Reader(packet.body());
    let read = (reader.u32(), reader.array::<16>(), reader.array::<16>(), reader.u8(), reader.u8());
    let ((Some(remote), Some(nonce), Some(token), Some(kind), Some(flags)), Some(())) = (read, reader.end())
    else {
        return peer.drop(Drop::Malformed);
    };
    let from = packet.from();
    if !peer.handshakes.may(peer.now, &peer.config, &source.address) {
        return peer.drop(Drop::Rate);
    }
    let asked = (remote, nonce);
    if let Some(pong) = peer.handshakes.again(&from, &source, &asked) {
        // It did not arrive, or the Ping arrived twice.
        let pong: Bytes = pong.clone();
        peer.send_reply(source, pong);
        return;
    }
    if nat::dialled(peer, &source, &nonce) {
        return;
    }
    if handshake::wants_token(peer, &source, &token) {
        if token != token::NONE {
            peer.drop(Drop::Token);
        }
        let bytes = pong::answer(peer, &source, &from, pong::RETRY, (0, [0; 16]), &asked);
        peer.send_reply(source, bytes);
        return;
    }
    if !packet.verify(peer.config.suite) {
        return peer.drop(Drop::Signature);
    }
    let own = (peer.new_session(), peer.rng.array::<16>());
    let Some(session) = handshake::session(peer, &from, remote, false, &nonce, &own.1) else {
        return peer.drop(Drop::Malformed);
    };
    let accepted = membership::accepts(peer, &from, &source, flags & (ALONE | GUEST) != 0);
    let status = if accepted { pong::LINK } else { pong::FULL };
    let bytes = pong::answer(peer, &source, &from, status, own, &asked);
    if accepted {
        let kind = NatKind::from_number(kind);
        if !handshake::keep(peer, LinkId(own.0), session, &source, kind, asked, bytes.clone()) {
            return peer.drop(Drop::Rate);
        }
    }
    peer.send_reply(source, bytes);
}
