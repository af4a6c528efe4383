//! Ping. NET: to be filled in by `net` (tokens, reflection, quotas, retries). What is here opens a link in one round
//! trip and proves no address.
//!
//! Body: session 4 · nonce 16.

use crate::id::PeerId;
use crate::io::{Contact, LocalPort, Source};
use crate::links::{Link, LinkId, Rtt, Window};
use crate::metrics::Drop;
use crate::nat::NatKind;
use crate::packet::{Kind, Reader, Signed};
use crate::peer::Peer;

/// Asks a peer for a link.
pub(crate) fn open(peer: &mut Peer, contact: Contact) {
    let to = contact.peer.unwrap_or(PeerId::ZERO);
    if to == peer.id || peer.links.with(&to).is_some() {
        return;
    }
    let session = peer.new_session();
    let nonce: [u8; 16] = peer.keys_nonce(session);
    let mut body = Vec::with_capacity(20);
    body.extend_from_slice(&session.to_be_bytes());
    body.extend_from_slice(&nonce);
    let bytes = peer.signed(Kind::Ping, &to, &body);
    peer.send_probe(contact.address, LocalPort::MAIN, bytes);
}

/// Someone asks for a link.
pub(crate) fn receive(peer: &mut Peer, source: Source, packet: Signed<'_>) {
    let mut reader = Reader(packet.body());
    let (Some(remote), Some(nonce)) = (reader.u32(), reader.array::<16>()) else {
        return peer.drop(Drop::Malformed);
    };
    if !packet.verify(peer.config.suite) {
        return peer.drop(Drop::Signature);
    }
    let from = packet.from();
    // Both ask at the same time: the one with the smaller id is the one who made it.
    let own: [u8; 16] = peer.rng.array();
    let Some(keys) = peer.keys.session(peer.config.suite, &from, false, &nonce, &own) else {
        return peer.drop(Drop::Malformed);
    };
    let session = peer.new_session();
    let mut body = Vec::with_capacity(40);
    body.extend_from_slice(&session.to_be_bytes());
    body.extend_from_slice(&own);
    body.extend_from_slice(&remote.to_be_bytes());
    body.extend_from_slice(&nonce);
    let bytes = peer.signed(Kind::Pong, &from, &body);
    if !peer.send_reply(source, bytes) {
        return;
    }
    let link = Link {
        peer: from,
        address: source.address,
        port: source.port,
        remote,
        keys,
        sent: 0,
        window: Window::default(),
        outbound: false,
        nat: NatKind::Unknown,
        since: peer.now,
        heard: peer.now,
        spoke: peer.now,
        rtt: Rtt::default(),
        messages: Default::default(),
        membership: Default::default(),
    };
    peer.link_up(LinkId(session), link);
}

impl Peer {
    /// The nonce of a session that is being asked for, without keeping a table of them.
    pub(crate) fn keys_nonce(&self, session: u32) -> [u8; 16] {
        self.config.suite.keyed_hash(&self.id.0, &[b"nonce", &session.to_be_bytes()])
    }
}
