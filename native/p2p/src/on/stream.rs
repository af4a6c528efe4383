//! Stream: what two peers say on their link that is not about packets. The first byte of the body says what.

use bytes::Bytes;

use crate::id::PeerId;
use crate::io::{Event, Source};
use crate::links::LinkId;
use crate::peer::Peer;
use crate::talk;
use crate::{Error, membership, nat};

pub(crate) use crate::talk::{end, kick};

/// Bytes of the application, lossy and unordered.
pub(crate) const BYTES: u8 = 0;
/// Are you there? Number 4 · own NAT 1 · how much of what it would pass on for others it does, 1: 255 is all.
pub(crate) const HEARTBEAT: u8 = 1;
/// Yes. Its number 4 · the address that it came from.
pub(crate) const ALIVE: u8 = 2;
/// Are you there, at this address? Token 8.
pub(crate) const CHALLENGE: u8 = 3;
/// Yes. Its token 8.
pub(crate) const RESPONSE: u8 = 4;
/// Some peers, and the question for some: any number of (id 32 · NAT 1 · address). The highest bit of NAT: there is a
/// link with it.
pub(crate) const SHUFFLE: u8 = 5;
/// Some peers in return.
pub(crate) const SHUFFLED: u8 = 6;
/// The link ends. Reason 1.
pub(crate) const GOODBYE: u8 = 7;
/// To be passed on. Receiver 32 · a sealed datagram.
pub(crate) const RELAY: u8 = 8;
/// Passed on. Sender 32 · a sealed datagram.
pub(crate) const RELAYED: u8 = 9;
/// There is no link here with one that a Join wanted. Its id 32.
pub(crate) const UNKNOWN: u8 = 10;
/// The application wants this connection.
pub(crate) const CONNECT: u8 = 11;
/// And no longer.
pub(crate) const DISCONNECT: u8 = 12;
/// Have me called by somebody else. Number 16 · names 4 of hosts that are not to.
pub(crate) const DIAL: u8 = 13;
/// Call somebody. Id 32 · number 16 · address.
pub(crate) const DIAL_BACK: u8 = 14;
/// A part of what the application sends. Stream 4 · oldest 4 · number 4 · flags 1 (1: a message ends) · bytes.
pub(crate) const SEGMENT: u8 = 15;
/// What came of it. Stream 4 · next 4 · window 2 · bits 8.
pub(crate) const RECEIVED: u8 = 16;
/// The stream is not known here any more. Stream 4.
pub(crate) const RESET: u8 = 17;
/// Nothing (more) is passed on to this peer. Its id 32.
pub(crate) const REFUSED: u8 = 18;
/// Say nothing for so many seconds, 2, and then something: I want to know whether it comes in.
pub(crate) const QUIET: u8 = 19;
/// Who has a link with a peer? Its id 32 · question 8 · steps 1 that are left.
pub(crate) const SEEK: u8 = 20;
/// Who can introduce. The question's 8 · introducers 1 · named 1 (0: whoever sends this; 1: id 32 · NAT 1 · address).
pub(crate) const FOUND: u8 = 21;

/// `Input::Send`.
pub(crate) fn send(peer: &mut Peer, request: u64, to: &PeerId, reliable: bool, payload: &[u8]) {
    if !nat::reaches(peer, to) {
        return peer.refuse(request, Error::NotConnected);
    }
    let max = if reliable { crate::MAX_STREAM } else { crate::MAX_LOSSY };
    if payload.len() > max {
        return peer.refuse(request, Error::TooLong { max, found: payload.len() });
    }
    if reliable {
        return talk::send(peer, request, to, payload);
    }
    let mut body = Vec::with_capacity(1 + payload.len());
    body.push(BYTES);
    body.extend_from_slice(payload);
    nat::say(peer, to, &body);
}

/// Receives one on a link. `None` when it is malformed.
pub(crate) fn receive(peer: &mut Peer, link: LinkId, source: Source, body: &[u8]) -> Option<()> {
    let (&what, body) = body.split_first()?;
    match what {
        HEARTBEAT => membership::receive_beat(peer, link, source, body),
        ALIVE => membership::alive(peer, link, source, body),
        CHALLENGE => membership::receive_challenge(peer, link, source, body),
        RESPONSE => membership::receive_response(peer, link, source, body),
        SHUFFLE => membership::receive_shuffle(peer, link, source, body, false),
        SHUFFLED => membership::receive_shuffle(peer, link, source, body, true),
        GOODBYE => membership::receive_goodbye(peer, link, body),
        RELAY => nat::pass(peer, link, body),
        RELAYED => nat::relayed(peer, link, body),
        UNKNOWN => nat::unknown(peer, link, body),
        QUIET => membership::receive_quiet(peer, link, body),
        REFUSED => nat::refused(peer, link, body),
        SEEK => nat::seek(peer, link, body),
        FOUND => nat::receive_found(peer, link, body),
        DIAL => nat::dial(peer, link, body),
        DIAL_BACK => nat::dial_back(peer, link, body),
        _ => {
            let now = peer.now;
            let state = peer.links.get_mut(link)?;
            state.membership.used = now;
            let from = *state.peer();
            talk(peer, &from, what, body)
        }
    }
}

/// What two peers say to each other, directly or through a relay.
pub(crate) fn talk(peer: &mut Peer, from: &PeerId, what: u8, body: &[u8]) -> Option<()> {
    match what {
        BYTES => {
            peer.emit(Event::Stream { peer: *from, payload: Bytes::copy_from_slice(body), reliable: false })
        }
        CONNECT => nat::receive_connect(peer, from),
        DISCONNECT => nat::gone(peer, from),
        SEGMENT => talk::segment(peer, from, body)?,
        RECEIVED => talk::received(peer, from, body)?,
        RESET => talk::reset(peer, from, body)?,
        _ => return None,
    }
    Some(())
}
