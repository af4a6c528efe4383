//! Announce: ids of packets that the sender has. CORE: being written.

use crate::id::ShortId;
use crate::links::LinkId;
use crate::peer::Peer;

pub(crate) fn receive(_peer: &mut Peer, _link: LinkId, _body: &[u8]) -> Option<()> {
    None
}

/// `Timer::Pull`.
pub(crate) fn pull_due(_peer: &mut Peer, _id: &ShortId) {}

/// `Timer::Flush`.
pub(crate) fn flush(_peer: &mut Peer, _link: LinkId) {}
