//! Answer: what follows, or that there is nothing. Packets themselves travel as Publish, before it.
//!
//! Body: operation 1, then
//! - 0, missing: any number of short ids 16 that were pulled and are not here.
//! - 1, suggestions: direction 1 · id 32 that was asked about · any number of ids 32 that lie in that direction.

use crate::id::{PacketId, ShortId};
use crate::io::Direction;
use crate::links::LinkId;
use crate::metrics::Drop;
use crate::on::{announce, query};
use crate::packet::{Kind, Reader};
use crate::peer::Peer;

const MISSING: u8 = 0;
const SUGGESTIONS: u8 = 1;

/// Receives one. `None` when it is malformed.
pub(crate) fn receive(peer: &mut Peer, link: LinkId, body: &[u8]) -> Option<()> {
    let mut reader = Reader(body);
    match reader.u8()? {
        MISSING => {
            let (ids, []) = reader.0.as_chunks::<16>() else { return None };
            for id in ids {
                announce::refused(peer, &ShortId(*id), link);
            }
        }
        SUGGESTIONS => {
            let direction = query::direction(reader.u8()?)?;
            let about = PacketId(reader.array()?);
            let (ids, []) = reader.0.as_chunks::<32>() else { return None };
            suggested(peer, link, about, direction, ids);
        }
        _ => return None,
    }
    Some(())
}

fn suggested(peer: &mut Peer, link: LinkId, about: PacketId, direction: Direction, ids: &[[u8; 32]]) {
    let slot = peer.links.get(link).map(|link| link.messages.slot);
    let key = (about, direction);
    let Some(ask) =
        peer.messages.asks.get_mut(&key).filter(|ask| slot.is_some_and(|slot| ask.asked.has(slot)))
    else {
        return peer.drop(Drop::Unsolicited);
    };
    if let Some(slot) = slot {
        ask.asked.clear(slot);
    }
    let steps = ask.steps;
    if !ids.is_empty() || ask.asked.is_empty() {
        peer.messages.asks.remove(&key);
    }
    for id in ids.iter().map(|id| PacketId(*id)).take(usize::from(steps)) {
        // The packet should have come before this; if it was lost, or if it is elsewhere, it is asked for.
        announce::want_later(peer, &id, link);
        if direction != Direction::This && steps > 1 {
            query::follow(peer, &id, direction, steps / 2);
        }
    }
}

/// Says that packets are not here.
pub(crate) fn send_missing(peer: &mut Peer, link: LinkId, ids: &[ShortId]) {
    let mut body = Vec::with_capacity(1 + 16 * ids.len());
    body.push(MISSING);
    ids.iter().for_each(|id| body.extend_from_slice(&id.0));
    peer.send_frame(link, Kind::Answer, &body);
}

/// Says what lies in a direction.
pub(crate) fn send_suggestions(
    peer: &mut Peer,
    link: LinkId,
    about: &PacketId,
    direction: Direction,
    ids: &[PacketId],
) {
    let mut body = Vec::with_capacity(34 + 32 * ids.len());
    body.push(SUGGESTIONS);
    body.push(direction as u8);
    body.extend_from_slice(&about.0);
    ids.iter().for_each(|id| body.extend_from_slice(&id.0));
    peer.send_frame(link, Kind::Answer, &body);
}
