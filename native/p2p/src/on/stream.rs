//! Stream: bytes from peer to peer, directly or through a relay. NET: to be filled in by `net`.
//!
//! Frames of membership and NAT that travel on a link (shuffle, heartbeat, path challenge, relayed stream, …) may
//! be sub-kinds of Stream: a first byte that says which.

use bytes::Bytes;

use crate::Error;
use crate::id::PeerId;
use crate::io::Event;
use crate::links::LinkId;
use crate::packet::Kind;
use crate::peer::Peer;

/// `Input::Send`.
pub(crate) fn send(peer: &mut Peer, request: u64, to: &PeerId, payload: &[u8]) {
    match peer.links.with(to) {
        Some(link) => {
            peer.send_frame(link, Kind::Stream, payload);
        }
        None => peer.refuse(request, Error::NotConnected),
    }
}

/// Receives one. `None` when it is malformed.
pub(crate) fn receive(peer: &mut Peer, link: LinkId, body: &[u8]) -> Option<()> {
    let from = peer.links.get(link)?.peer;
    peer.emit(Event::Stream { peer: from, payload: Bytes::copy_from_slice(body) });
    Some(())
}
