//! Sync: finds differences between two sets of packets. CORE: being written.

use crate::links::LinkId;
use crate::peer::Peer;

pub(crate) fn receive(_peer: &mut Peer, _link: LinkId, _body: &[u8]) -> Option<()> {
    None
}

/// `Timer::Sync`.
pub(crate) fn due(_peer: &mut Peer) {}
