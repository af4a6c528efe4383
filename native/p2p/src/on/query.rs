//! Query: asks for packets. CORE: being written.

use crate::id::{ClusterId, PacketId};
use crate::io::Direction;
use crate::links::LinkId;
use crate::peer::Peer;

pub(crate) fn receive(_peer: &mut Peer, _link: LinkId, _body: &[u8]) -> Option<()> {
    None
}

/// `Input::Query`.
pub(crate) fn ask(_peer: &mut Peer, _cluster: &ClusterId, _id: &PacketId, _direction: Direction) {}
