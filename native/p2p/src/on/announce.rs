//! Announce: names of packets that the sender has. It acknowledges what was pushed, and offers what was not.
//!
//! Body: any number of (short id 16 · hops 1).

use crate::id::{PacketId, ShortId};
use crate::links::LinkId;
use crate::membership::{self, Conduct};
use crate::messages::{self, Want};
use crate::metrics::Drop;
use crate::on::{publish, query};
use crate::packet::{Kind, MAX_SEALED_BODY, Reader};
use crate::peer::Peer;
use crate::timers::Timer;

/// A short id and its hops.
const ENTRY: usize = 17;
/// Announcements in one frame.
const MAX_ENTRIES: usize = MAX_SEALED_BODY / ENTRY;
/// Wanted packets on the account of one link.
const MAX_WANTED: usize = 256;
/// How often a packet is asked for.
const MAX_TRIES: u8 = 16;
/// Holders that are asked besides the first, at most.
const MORE: usize = 3;
/// Packets of little travel that are offered to a new link.
const OFFERS: usize = 3;

/// Receives one. `None` when it is malformed.
pub(crate) fn receive(peer: &mut Peer, link: LinkId, body: &[u8]) -> Option<()> {
    if body.is_empty() || !body.len().is_multiple_of(ENTRY) {
        return None;
    }
    let now = peer.now;
    peer.links.get_mut(link)?.membership.used = now;
    let mut reader = Reader(body);
    while let (Some(id), Some(_hops)) = (reader.array::<16>(), reader.u8()) {
        let id = ShortId(id);
        publish::acknowledged(peer, &id, link);
        if peer.cache.knows_short(&id) {
            // Worth a note only while it spreads.
            if peer.messages.spread(&id).is_some() {
                messages::sign(peer, id, link);
            }
            continue;
        }
        want(peer, id, link, peer.config.pull_patience, false);
    }
    Some(())
}

/// A packet that a link has and we do not.
fn want(peer: &mut Peer, id: ShortId, link: LinkId, patience: std::time::Duration, kept: bool) {
    let limit = peer.config.max_pulls;
    let new = peer.messages.spread(&id).is_none_or(|spread| spread.want.is_none());
    let Some(state) = peer.links.get_mut(link) else { return };
    if new && (state.messages.wanted >= MAX_WANTED || peer.messages.wants >= limit) {
        return peer.drop(Drop::Rate);
    }
    messages::sign(peer, id, link);
    if !new {
        return;
    }
    if let Some(state) = peer.links.get_mut(link) {
        state.messages.wanted += 1;
    }
    peer.messages.wants += 1;
    let at = peer.now + patience;
    messages::begin(peer, id).want = Some(Want { tries: 0, asking: None, account: link, kept });
    peer.timers.set(Timer::Pull(id), at);
}

/// A packet that must exist and was not announced: it may be on its way, so there is no hurry.
pub(crate) fn want_later(peer: &mut Peer, id: &PacketId, link: LinkId) {
    if !peer.cache.knows(id) && !peer.messages.delivered.has(&id.short()) {
        want(peer, id.short(), link, peer.config.gap_patience, false);
    }
}

/// A packet that a comparison found.
pub(crate) fn want_now(peer: &mut Peer, id: ShortId, link: LinkId) {
    want(peer, id, link, std::time::Duration::ZERO, true);
}

/// The fastest link that has a packet and was not asked for it. One that was never measured comes after those that were.
fn best(peer: &Peer, have: messages::Slots, asked: messages::Slots) -> Option<LinkId> {
    let holders =
        peer.links.iter().filter(|(_, link)| have.has(link.messages.slot) && !asked.has(link.messages.slot));
    let by = |link: &crate::links::Link| link.rtt.smoothed().unwrap_or(std::time::Duration::MAX);
    holders.min_by_key(|(id, link)| (by(link), *id)).map(|(id, _)| id)
}

/// `Timer::Pull`: asks the best link that has it and was not asked yet; all of them again, when all were.
pub(crate) fn pull_due(peer: &mut Peer, id: &ShortId) {
    let Some(spread) = peer.messages.spread_mut(id) else { return };
    let Some(want) = &mut spread.want else { return };
    let disappointed = want.asking.take().map(|(link, _)| link);
    let mut asked = spread.asked;
    let have = spread.have;
    let tries = want.tries;
    let holder = best(peer, have, asked).or_else(|| {
        asked = messages::Slots::default();
        best(peer, have, asked)
    });
    let holder = holder.filter(|_| tries < MAX_TRIES);
    let retried = disappointed.is_some();
    let Some(holder) = holder else {
        messages::no_longer_wanted(peer, id);
        peer.metrics.pulls_failed += 1;
        return;
    };
    let Some(link) = peer.links.get_mut(holder) else { return };
    let wait = messages::patience(&peer.config, link, tries);
    let slot = link.messages.slot;
    link.messages.pulls.push(*id);
    asked.add(slot);
    // What was asked for may be lost on its way, or be with one who drops it: each further try asks one more.
    let mut others = [None; MORE];
    for other in others.iter_mut().take(tries.into()) {
        let Some(id_of) = best(peer, have, asked) else { break };
        let Some(link) = peer.links.get_mut(id_of) else { break };
        link.messages.pulls.push(*id);
        asked.add(link.messages.slot);
        *other = Some(id_of);
    }
    if let Some(spread) = peer.messages.spread_mut(id) {
        spread.asked = asked;
        if let Some(want) = &mut spread.want {
            want.tries = tries + 1;
            want.asking = Some((holder, peer.now));
        }
    }
    peer.metrics.pulls += 1;
    peer.metrics.pulls_retried += u64::from(retried);
    peer.timers.set(Timer::Pull(*id), peer.now + wait);
    flush_later(peer, holder, std::time::Duration::ZERO);
    others.into_iter().flatten().for_each(|other| flush_later(peer, other, std::time::Duration::ZERO));
    if let Some(link) = disappointed
        && peer.links.get(link).is_some()
    {
        membership::conduct(peer, link, Conduct::Broken);
    }
}

/// A holder said that it does not have it: the next one is asked at once.
pub(crate) fn refused(peer: &mut Peer, id: &ShortId, link: LinkId) {
    let Some(slot) = peer.links.get(link).map(|link| link.messages.slot) else { return };
    let Some(spread) = peer.messages.spread_mut(id) else { return };
    spread.have.clear(slot);
    if spread.want.as_ref().is_some_and(|want| want.asking.is_some_and(|(asked, _)| asked == link)) {
        pull_due(peer, id);
    }
}

/// Tells a link that we have a packet, with what else there is to tell it now.
pub(crate) fn tell(peer: &mut Peer, link: LinkId, id: ShortId, hops: u8) {
    let Some(state) = peer.links.get_mut(link) else { return };
    state.messages.announces.push((id, hops));
    let slot = state.messages.slot;
    if let Some(spread) = peer.messages.spread_mut(&id) {
        spread.told.add(slot);
    }
    let delay = peer.config.announce_delay;
    flush_later(peer, link, delay);
}

/// Has `Timer::Flush` come after this wait, and not sooner than `announce_pace` after the last time: under load one
/// frame holds many names, and without load nothing waits.
fn flush_later(peer: &mut Peer, link: LinkId, wait: std::time::Duration) {
    let (now, pace) = (peer.now, peer.config.announce_pace);
    let Some(state) = peer.links.get_mut(link) else { return };
    let at = (now + wait).max(state.messages.flushed + pace);
    if state.messages.flush_at.is_none_or(|before| at < before) {
        state.messages.flush_at = Some(at);
        peer.timers.set(Timer::Flush(link), at);
    }
}

/// Tells some random links about a packet whose life begins again.
pub(crate) fn multicast(peer: &mut Peer, id: &PacketId) {
    let mut links = peer.links.ids();
    let count = peer.config.fan_out;
    peer.rng.sample(&mut links, count);
    let hops = peer.cache.get(id).and_then(|entry| entry.bytes.get(2).copied()).unwrap_or_default();
    for link in links {
        tell(peer, link, id.short(), hops);
    }
}

/// Offers a new link some of what travelled least.
pub(crate) fn offer(peer: &mut Peer, link: LinkId) {
    for id in peer.cache.offers(OFFERS) {
        let hops = peer.cache.get(&id).and_then(|entry| entry.bytes.get(2).copied()).unwrap_or_default();
        tell(peer, link, id.short(), hops);
    }
}

/// `Timer::Flush`: sends what was collected for a link.
pub(crate) fn flush(peer: &mut Peer, link: LinkId) {
    let now = peer.now;
    let Some(state) = peer.links.get_mut(link) else { return };
    state.messages.flush_at = None;
    state.messages.flushed = now;
    let mut announces = std::mem::take(&mut state.messages.announces);
    let mut pulls = std::mem::take(&mut state.messages.pulls);
    let mut body = [0; MAX_SEALED_BODY];
    for chunk in announces.chunks(MAX_ENTRIES) {
        for (entry, (id, hops)) in body.chunks_exact_mut(ENTRY).zip(chunk) {
            entry[..16].copy_from_slice(&id.0);
            entry[16] = *hops;
        }
        peer.send_frame(link, Kind::Announce, &body[..chunk.len() * ENTRY]);
    }
    query::send_pulls(peer, link, &pulls);
    // The memory is kept for the next time, unless there was much.
    announces.clear();
    pulls.clear();
    announces.shrink_to(8);
    pulls.shrink_to(8);
    if let Some(state) = peer.links.get_mut(link) {
        state.messages.announces = announces;
        state.messages.pulls = pulls;
    }
}
