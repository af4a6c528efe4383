//! Answer: what follows, or that nothing does. CORE: being written.

use crate::links::LinkId;
use crate::peer::Peer;

pub(crate) fn receive(_peer: &mut Peer, _link: LinkId, _body: &[u8]) -> Option<()> {
    None
}
