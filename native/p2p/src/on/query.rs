//! Query: asks for packets.
//!
//! Body: operation 1, then
//! - 0, pull: any number of short ids 16. Answered by the packets.
//! - 1, along causal links: direction 1 (0 this, 1 previous, 2 next) · id 32. Answered by packets and an Answer.
//! - 2, role: role 1. What is to be done with new packets from now on: 0 announce them to the sender, 1 and push them
//!   a moment later unless it has them by then, 2 push them at once.

use bytes::Bytes;

use crate::Error;
use crate::id::{ClusterId, PacketId, ShortId};
use crate::io::{Direction, Event};
use crate::links::LinkId;
use crate::messages::{Ask, Role, Slots};
use crate::metrics::Drop;
use crate::on::{answer, publish};
use crate::packet::{Kind, MAX_SEALED_BODY, Reader};
use crate::peer::Peer;
use crate::timers::Timer;

const PULL: u8 = 0;
const CAUSAL: u8 = 1;
const ROLE: u8 = 2;
/// Pulls in one frame.
const MAX_PULLS: usize = (MAX_SEALED_BODY - 1) / 16;
/// Packets in answer to a question along causal links.
const MAX_NEXT: usize = 8;
/// Questions that may be open at once.
const MAX_ASKS: usize = 64;
/// Steps that answers may lead to.
const MAX_STEPS: u8 = 32;
/// Links that a question is put to.
const ASKED_LINKS: usize = 3;

/// Receives one. `None` when it is malformed.
pub(crate) fn receive(peer: &mut Peer, link: LinkId, body: &[u8]) -> Option<()> {
    let mut reader = Reader(body);
    match reader.u8()? {
        PULL => {
            let (ids, []) = reader.0.as_chunks::<16>() else { return None };
            if ids.is_empty() {
                return None;
            }
            let ids: Vec<_> = ids.iter().map(|id| ShortId(*id)).collect();
            pulled(peer, link, &ids);
        }
        CAUSAL => {
            let direction = direction(reader.u8()?)?;
            let id = PacketId(reader.array()?);
            reader.end()?;
            causal(peer, link, id, direction);
        }
        ROLE => {
            let role = match reader.u8()? {
                0 => Role::Lazy,
                1 => Role::Spare,
                2 => Role::Eager,
                _ => return None,
            };
            reader.end()?;
            peer.links.get_mut(link)?.messages.outward = role;
        }
        _ => return None,
    }
    Some(())
}

pub(crate) fn direction(number: u8) -> Option<Direction> {
    match number {
        0 => Some(Direction::This),
        1 => Some(Direction::Previous),
        2 => Some(Direction::Next),
        _ => None,
    }
}

fn pulled(peer: &mut Peer, link: LinkId, ids: &[ShortId]) {
    let mut missing = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        match peer.cache.get_short(id).map(|entry| entry.bytes.clone()) {
            // What does not fit is asked for again, or elsewhere.
            Some(_) if at >= peer.config.answer_packets => {
                peer.drop(Drop::Rate);
                break;
            }
            Some(bytes) => {
                if !supply(peer, link, &bytes) {
                    break;
                }
                if let Some(slot) = peer.links.get(link).map(|link| link.messages.slot)
                    && let Some(spread) = peer.messages.spread_mut(id)
                {
                    spread.told.add(slot);
                }
                publish::spread_from_us(peer, id);
                peer.timers.clear(Timer::Push(*id, link));
            }
            None => missing.push(*id),
        }
    }
    if !missing.is_empty() {
        answer::send_missing(peer, link, &missing);
    }
}

/// Sends a packet that was asked for, within what the link may ask for.
fn supply(peer: &mut Peer, link: LinkId, bytes: &Bytes) -> bool {
    let (now, rate) = (peer.now, peer.config.answer_rate);
    let Some(state) = peer.links.get_mut(link) else { return false };
    if !state.messages.answers.take(now, rate, bytes.len() as u64) {
        peer.drop(Drop::Rate);
        return false;
    }
    let most = peer.config.max_hops;
    let bytes = match crate::packet::Data::new(bytes) {
        // At the end of its way a packet still goes to whoever asks for it.
        Ok(data) if data.hops() > most => data.with(most, data.postage()),
        _ => bytes.clone(),
    };
    peer.send_data(link, bytes)
}

fn causal(peer: &mut Peer, link: LinkId, id: PacketId, direction: Direction) {
    let found: Vec<PacketId> = match direction {
        Direction::This => vec![id],
        Direction::Previous => {
            let previous = peer.cache.get(&id).and_then(|entry| entry.data().map(|data| data.previous()));
            previous.into_iter().filter(|id| !id.is_zero()).collect()
        }
        Direction::Next => peer.cache.after(&id).take(MAX_NEXT).copied().collect(),
    };
    let mut suggestions = Vec::new();
    for id in found {
        let Some(bytes) = peer.cache.get(&id).map(|entry| entry.bytes.clone()) else {
            // Known to exist, not here: still a suggestion.
            suggestions.push(id);
            continue;
        };
        if !supply(peer, link, &bytes) {
            break;
        }
        suggestions.push(id);
    }
    answer::send_suggestions(peer, link, &id, direction, &suggestions);
}

/// `Input::Query`.
pub(crate) fn ask(peer: &mut Peer, cluster: &ClusterId, id: &PacketId, direction: Direction) {
    if peer.clusters.current(cluster).is_none() {
        peer.emit(Event::Refused { request: 0, error: Error::UnknownCluster });
        return;
    }
    follow(peer, id, direction, MAX_STEPS);
}

/// Asks some links, those that answer fastest.
pub(crate) fn follow(peer: &mut Peer, id: &PacketId, direction: Direction, steps: u8) {
    let key = (*id, direction);
    if peer.messages.asks.len() >= MAX_ASKS && !peer.messages.asks.contains_key(&key) {
        // The oldest question has had its time.
        let oldest =
            peer.messages.asks.iter().min_by_key(|(key, ask)| (ask.since, **key)).map(|(key, _)| *key);
        if let Some(oldest) = oldest {
            peer.messages.asks.remove(&oldest);
        }
    }
    let mut links: Vec<_> = peer.links.iter().map(|(id, link)| (link.rtt.smoothed(), id)).collect();
    links.sort_unstable();
    let mut asked = Slots::default();
    for (_, link) in links.into_iter().take(ASKED_LINKS) {
        if let Some(state) = peer.links.get(link) {
            asked.add(state.messages.slot);
        }
        let mut body = [0; 34];
        body[0] = CAUSAL;
        body[1] = direction as u8;
        body[2..].copy_from_slice(&id.0);
        peer.send_frame(link, Kind::Query, &body);
    }
    if !asked.is_empty() {
        peer.messages.asks.insert(key, Ask { since: peer.now, steps, asked });
    }
}

/// Tells a link what to do with new packets.
pub(crate) fn send_role(peer: &mut Peer, link: LinkId, role: Role) {
    peer.send_frame(link, Kind::Query, &[ROLE, role as u8]);
}

/// Asks a link for packets that it has.
pub(crate) fn send_pulls(peer: &mut Peer, link: LinkId, ids: &[ShortId]) {
    let most = MAX_PULLS.min(peer.config.answer_packets).max(1);
    let mut body = [0; MAX_SEALED_BODY];
    body[0] = PULL;
    for chunk in ids.chunks(most) {
        for (entry, id) in body[1..].chunks_exact_mut(16).zip(chunk) {
            entry.copy_from_slice(&id.0);
        }
        peer.send_frame(link, Kind::Query, &body[..1 + 16 * chunk.len()]);
    }
}
