//! Pong. NET: to be filled in by `net`.
//!
//! Body: session 4 · nonce 16 · the Ping's session 4 · the Ping's nonce 16.

use crate::io::Source;
use crate::links::{Link, LinkId, Rtt, Window};
use crate::metrics::Drop;
use crate::nat::NatKind;
use crate::packet::{Reader, Signed};
use crate::peer::Peer;

/// A link that was asked for is there.
pub(crate) fn receive(peer: &mut Peer, source: Source, packet: Signed<'_>) {
    let mut reader = Reader(packet.body());
    let (Some(remote), Some(nonce), Some(session), Some(own)) =
        (reader.u32(), reader.array::<16>(), reader.u32(), reader.array::<16>())
    else {
        return peer.drop(Drop::Malformed);
    };
    if own != peer.keys_nonce(session) || peer.links.get(LinkId(session)).is_some() {
        return peer.drop(Drop::Unsolicited);
    }
    if !packet.verify(peer.config.suite) {
        return peer.drop(Drop::Signature);
    }
    let from = packet.from();
    let Some(keys) = peer.keys.session(peer.config.suite, &from, true, &own, &nonce) else {
        return peer.drop(Drop::Malformed);
    };
    let link = Link {
        peer: from,
        address: source.address,
        port: source.port,
        remote,
        keys,
        sent: 0,
        window: Window::default(),
        outbound: true,
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
