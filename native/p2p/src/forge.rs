//! What an attacker can make who has keys: a link's, a peer's, a cluster's. Fuzzing says with it whatever it likes in
//! genuine frames. There is none of it in a build without the feature `simulation`.

use std::net::SocketAddr;

use bytes::Bytes;

use crate::id::{ClusterId, PeerId};
use crate::packet::{self, Header, Kind, MAX_BODY, MAX_SIGNED_BODY};
use crate::peer::Peer;

/// A frame on a link of this peer's, and where it goes. `None`: there is no such link, or the body is too long.
#[must_use]
pub fn frame(peer: &mut Peer, to: &PeerId, kind: Kind, body: &[u8]) -> Option<(SocketAddr, Bytes)> {
    let suite = peer.config.suite;
    let link = peer.links.with(to)?;
    let link = peer.links.get_mut(link)?;
    let bytes = link.session.seal(suite, kind, body, &mut peer.arena)?;
    Some((link.address, bytes))
}

/// A control packet that this peer signs. `None`: the body is too long.
#[must_use]
pub fn signed(peer: &Peer, kind: Kind, to: &PeerId, body: &[u8]) -> Option<Bytes> {
    (body.len() <= MAX_SIGNED_BODY)
        .then(|| packet::signed(kind, &peer.id, to, body, |message| peer.keys.sign_control(message)))
}

/// A data packet that is signed with the key of a cluster that this peer is in. The header's cluster counts for nothing.
/// `None`: it is in no such cluster, or the body is too long.
#[must_use]
pub fn data(peer: &Peer, cluster: &ClusterId, header: &Header, body: &[u8]) -> Option<Bytes> {
    let epoch = peer.clusters.current(cluster).filter(|_| body.len() <= MAX_BODY)?;
    let header = Header { cluster: epoch.tag, ..*header };
    Some(header.seal(body, peer.config.suite, |message| epoch.keys.sign(message)).1)
}
