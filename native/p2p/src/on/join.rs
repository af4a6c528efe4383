//! Join. NET: to be filled in by `net`.

use crate::io::Source;
use crate::metrics::Drop;
use crate::packet::Signed;
use crate::peer::Peer;

/// Receives one.
pub(crate) fn receive(peer: &mut Peer, _source: Source, _packet: Signed<'_>) {
    peer.drop(Drop::Unsolicited);
}
