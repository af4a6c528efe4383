//! Stream: what two peers say on their link that is not about packets. The first byte of the body says what.

use bytes::Bytes;

use crate::id::PeerId;
use crate::io::{Event, Source};
use crate::links::LinkId;
use crate::packet::Kind;
use crate::peer::Peer;
use crate::{Error, membership};

/// Bytes of the application, lossy and unordered.
pub(crate) const BYTES: u8 = 0;
/// Are you there? Number 4 · own NAT 1.
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

/// `Input::Send`.
pub(crate) fn send(peer: &mut Peer, request: u64, to: &PeerId, payload: &[u8]) {
    let Some(link) = peer.links.with(to) else { return peer.refuse(request, Error::NotConnected) };
    if payload.len() > crate::MAX_STREAM {
        let error = Error::TooLong { max: crate::MAX_STREAM, found: payload.len() };
        return peer.refuse(request, error);
    }
    let mut body = Vec::with_capacity(1 + payload.len());
    body.push(BYTES);
    body.extend_from_slice(payload);
    peer.send_frame(link, Kind::Stream, &body);
}

/// Receives one. `None` when it is malformed.
pub(crate) fn receive(peer: &mut Peer, link: LinkId, source: Source, body: &[u8]) -> Option<()> {
    let (&what, body) = body.split_first()?;
    match what {
        BYTES => {
            let now = peer.now;
            let state = peer.links.get_mut(link)?;
            state.membership.used = now;
            let from = *state.peer();
            peer.emit(Event::Stream { peer: from, payload: Bytes::copy_from_slice(body) });
            Some(())
        }
        HEARTBEAT => membership::receive_beat(peer, link, source, body),
        ALIVE => membership::alive(peer, link, source, body),
        CHALLENGE => membership::receive_challenge(peer, link, source, body),
        RESPONSE => membership::receive_response(peer, link, source, body),
        SHUFFLE => membership::receive_shuffle(peer, link, source, body, false),
        SHUFFLED => membership::receive_shuffle(peer, link, source, body, true),
        GOODBYE => membership::receive_goodbye(peer, link, body),
        _ => None,
    }
}
