//! The state of spreading, pulling and comparing. CORE: being written.

use crate::Time;
use crate::cluster::ClusterSecret;
use crate::group;
use crate::id::ClusterId;
use crate::io::Event;
use crate::links::{Link, LinkId};
use crate::peer::Peer;
use crate::timers::Timer;

#[derive(Debug, Default)]
pub(crate) struct Messages {
    /// The logical clock.
    pub(crate) clock: u32,
}

/// What the message layer knows about a link.
#[derive(Debug, Default)]
pub(crate) struct LinkMessages {}

/// `Input::Subscribe`.
pub(crate) fn subscribe(peer: &mut Peer, secret: ClusterSecret) {
    let cluster = peer.clusters.subscribe(&peer.config, secret, peer.now);
    epoch(peer);
    peer.emit(Event::Subscribed { cluster });
}

/// `Input::Unsubscribe`.
pub(crate) fn unsubscribe(peer: &mut Peer, cluster: &ClusterId) {
    peer.clusters.unsubscribe(cluster);
    epoch(peer);
}

/// `Timer::Epoch`.
pub(crate) fn epoch(peer: &mut Peer) {
    let next: Option<Time> = peer.clusters.advance(&peer.config, peer.now);
    match next {
        Some(at) => peer.timers.set(Timer::Epoch, at),
        None => peer.timers.clear(Timer::Epoch),
    }
    group::epoch(peer);
}

/// A link was made.
pub(crate) fn up(_peer: &mut Peer, _link: LinkId) {}

/// A link has ended.
pub(crate) fn down(_peer: &mut Peer, _id: LinkId, _link: &Link) {}
