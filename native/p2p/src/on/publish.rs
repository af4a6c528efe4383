//! Publish: a message is made into packets, packets are checked, spread and given to the application.

use std::time::Duration;

use bytes::Bytes;

use crate::cache::{self, Source};
use crate::cluster::Subcluster;
use crate::id::{ClusterId, PacketId, PeerId, ShortId};
use crate::io::Event;
use crate::links::LinkId;
use crate::membership::{self, Conduct};
use crate::messages::{self, Role, Unsent};
use crate::metrics::Drop;
use crate::on::{announce, deliver};
use crate::packet::{Data, Kind, MAX_DATA};
use crate::peer::Peer;
use crate::timers::Timer;
use crate::{Config, Error};

/// Tries to hand an own packet to a link that does not acknowledge it.
const MAX_FAILOVERS: u8 = 6;
/// So many links are known to have a packet that it spreads without being pushed again.
const SAFE: u32 = 2;
/// Pushes to one link whose acknowledgement is waited for. Beyond that a packet that is lost is heard of from others.
const MAX_PUSHES: usize = 512;

/// `Input::Publish`.
pub(crate) struct Request<'a> {
    pub(crate) request: u64,
    pub(crate) cluster: ClusterId,
    pub(crate) subcluster: Subcluster,
    pub(crate) to: Option<PeerId>,
    pub(crate) previous: Option<PacketId>,
    pub(crate) payload: &'a [u8],
}

/// `Input::Publish`.
pub(crate) fn publish(peer: &mut Peer, request: Request<'_>) {
    match send(peer, Kind::Publish, &request) {
        Ok(id) => peer.emit(Event::Published { request: request.request, id }),
        Err(error) => peer.refuse(request.request, error),
    }
}

/// Makes packets of what we say ourselves and spreads them. The id of the message.
pub(crate) fn send(peer: &mut Peer, kind: Kind, request: &Request<'_>) -> Result<PacketId, Error> {
    if peer.messages.unsent.len() >= max_unsent(&peer.config) {
        return Err(Error::Busy);
    }
    let head = peer.messages.heads.get(&request.cluster).map(|(_, id)| *id);
    let packets = deliver::pack(peer, kind, request, request.previous.or(head).unwrap_or_default())?;
    let id = packets.first().map(|(id, _)| *id).unwrap_or_default();
    peer.messages.delivered.add(id.short());
    if kind == Kind::Publish {
        peer.messages.heads.insert(request.cluster, (peer.messages.clock, id));
    }
    peer.messages.unspread.insert(id, packets.len());
    for (packet, bytes) in packets {
        own(peer, packet, id, bytes);
    }
    Ok(id)
}

/// Packets that may wait for somebody to take them: so few that the cache keeps them all.
fn max_unsent(config: &Config) -> usize {
    (config.cache_bytes / 4 / (MAX_DATA + cache::OVERHEAD)).min(4096)
}

/// Keeps and spreads an own packet of a message, of whatever kind.
fn own(peer: &mut Peer, id: PacketId, message: PacketId, bytes: Bytes) {
    let Ok(data) = Data::new(&bytes) else { return };
    let life = life(&peer.config, &data);
    messages::begin(peer, id.short());
    keep(peer, id, bytes.clone(), life, Source::Own);
    peer.messages.unsent.insert(id.short(), Unsent { packet: id, message });
    spread(peer, &id, &bytes, true);
}

fn keep(peer: &mut Peer, id: PacketId, bytes: Bytes, life: Duration, source: Source) {
    match peer.cache.insert(peer.now, id, bytes, life, source) {
        Ok(evicted) => peer.metrics.evicted += evicted,
        Err(cache::TooLarge) => peer.drop(Drop::Quota),
    }
    cache::schedule(peer);
}

/// The length of a packet's life: what it says, up to what is believed.
pub(crate) fn life(config: &Config, data: &Data<'_>) -> Duration {
    Duration::from_secs(60 * u64::from(data.ttl().min(config.max_ttl)))
}

/// Pushes a packet to the links that asked for it (and, near the author, to some more), and announces it to all others. An
/// old one is only announced: they have it, or compare caches themselves.
fn spread(peer: &mut Peer, id: &PacketId, bytes: &Bytes, new: bool) {
    let hops = bytes.get(2).copied().unwrap_or(u8::MAX);
    if hops > peer.config.max_hops {
        return;
    }
    let short = id.short();
    let spread = messages::begin(peer, short);
    let known = spread.have.0 | spread.told.0;
    // Kept from one packet to the next, so that relaying allocates nothing for them.
    let (mut pushes, mut others) = std::mem::take(&mut peer.messages.scratch);
    for (link, state) in peer.links.iter() {
        if known >> state.messages.slot & 1 == 1 {
            continue;
        }
        match state.messages.outward {
            // For who may be gone the name is enough, unless nobody has it.
            _ if hops > 0 && state.is_doubted() => others.push((link, Role::Lazy)),
            Role::Eager if new => pushes.push(link),
            role => others.push((link, role)),
        }
    }
    let least = match hops {
        _ if !new => 0,
        0 => peer.config.eager_first,
        1 => peer.config.eager_second,
        _ => 0,
    };
    if pushes.len() < least && !others.is_empty() {
        // The nearest: over them it is soonest with those whom it would reach by the shortest way.
        let links = &peer.links;
        let far = |id: LinkId| {
            let link = links.get(id).filter(|link| hops == 0 || !link.is_doubted());
            link.map(|link| (link.rtt.smoothed().unwrap_or(Duration::MAX), id))
        };
        others.sort_by_key(|(link, _)| far(*link).map_or((true, None), |far| (false, Some(far))));
        let sure = others.iter().take_while(|(link, _)| far(*link).is_some()).count();
        let more = (least - pushes.len()).min(sure);
        pushes.extend(others.drain(..more).map(|(link, _)| link));
    }
    for link in pushes.drain(..) {
        send_push(peer, link, short, bytes.clone());
    }
    for (link, role) in others.drain(..) {
        announce::tell(peer, link, short, hops);
        if role == Role::Spare {
            peer.timers.set(Timer::Push(short, link), peer.now + peer.config.spare_delay);
        }
    }
    peer.messages.scratch = (pushes, others);
}

fn send_push(peer: &mut Peer, link: LinkId, id: ShortId, bytes: Bytes) {
    if !peer.send_data(link, bytes) {
        return;
    }
    let Some(state) = peer.links.get_mut(link) else { return };
    let (slot, wait) = (state.messages.slot, messages::patience(&peer.config, state, 0));
    if let Some(spread) = peer.messages.spread_mut(&id) {
        spread.told.add(slot);
    }
    let (due, pushes) = (peer.now + wait, &mut state.messages.pushes);
    if pushes.len() >= MAX_PUSHES {
        return;
    }
    pushes.push_back((due, id));
    if pushes.len() == 1 {
        peer.timers.set(Timer::Pushes(link), due);
    }
    peer.messages.pushed.insert((id, link), peer.now);
}

/// `Timer::Pushes`: looks after pushes to a link that were not acknowledged in time.
pub(crate) fn pushes_due(peer: &mut Peer, link: LinkId) {
    while let Some(state) = peer.links.get_mut(link) {
        let Some(&(due, id)) = state.messages.pushes.front() else { return };
        if due > peer.now {
            return peer.timers.set(Timer::Pushes(link), due);
        }
        state.messages.pushes.pop_front();
        if peer.messages.pushed.has(&(id, link)) {
            doubt(peer, link);
            push_due(peer, &id, link);
        }
    }
}

/// What was pushed to a link was not acknowledged in time: it is asked whether it is there, sooner than it would be.
fn doubt(peer: &mut Peer, link: LinkId) {
    let now = peer.now;
    let Some(state) = peer.links.get_mut(link) else { return };
    if !state.is_doubted() {
        state.messages.doubted = Some(now);
        membership::beat(peer, link);
    }
}

/// Pushes a packet that is kept to a link.
pub(crate) fn push(peer: &mut Peer, link: LinkId, id: &PacketId) {
    let Some(bytes) = peer.cache.get(id).map(|entry| entry.bytes.clone()) else { return };
    messages::begin(peer, id.short());
    send_push(peer, link, id.short(), bytes);
}

/// Another peer has a packet. If it is an own one that nobody had, and the last of its message, the application
/// hears that the message is safe.
pub(crate) fn spread_from_us(peer: &mut Peer, id: &ShortId) {
    let Some(Unsent { message, .. }) = peer.messages.unsent.remove(id) else { return };
    let Some(left) = peer.messages.unspread.get_mut(&message) else { return };
    *left = left.saturating_sub(1);
    if *left == 0 {
        peer.messages.unspread.remove(&message);
        peer.emit(Event::Spread { id: message });
    }
}

/// A link has it: what was pushed there is acknowledged.
pub(crate) fn acknowledged(peer: &mut Peer, id: &ShortId, link: LinkId) {
    spread_from_us(peer, id);
    peer.timers.clear(Timer::Push(*id, link));
    if let Some(at) = peer.messages.pushed.remove(&(*id, link)) {
        let sample = peer.now.since(at);
        if let Some(state) = peer.links.get_mut(link) {
            state.rtt.sample(sample);
            let pushes = &mut state.messages.pushes;
            while pushes.front().is_some_and(|(_, id)| !peer.messages.pushed.has(&(*id, link))) {
                pushes.pop_front();
            }
        }
    }
}

/// Nobody said that it came. The link is told about it again, at less cost, and the packet is pushed
/// over a link that does not have it. Or, `Timer::Push`, if it was not pushed yet: now a spare link pushes it.
pub(crate) fn push_due(peer: &mut Peer, id: &ShortId, link: LinkId) {
    let pushed = peer.messages.pushed.remove(&(*id, link)).is_some();
    let Some(entry) = peer.cache.get_short(id) else { return };
    let bytes = entry.bytes.clone();
    if !pushed {
        return send_push(peer, link, *id, bytes);
    }
    let Some(spread) = peer.messages.spread_mut(id) else { return };
    if spread.failovers >= MAX_FAILOVERS {
        return;
    }
    spread.failovers += 1;
    let have = spread.have;
    // Others have it and announce it: it will be asked for, if it is missing.
    let safe = have.0.count_ones() >= SAFE;
    let hops = bytes.get(2).copied().unwrap_or_default();
    peer.metrics.pushes_failed_over += 1;
    let pushed = |other: LinkId| peer.messages.pushed.has(&(*id, other));
    let others = peer
        .links
        .iter()
        .filter(|(other, state)| *other != link && !have.has(state.messages.slot) && !pushed(*other));
    // The best of those that do not have it; the same one again, where there is no other and nobody has it.
    let best = others.min_by_key(|(id, state)| (state.rtt.smoothed(), *id)).map(|(id, _)| id);
    if peer.links.get(link).is_some() {
        membership::conduct(peer, link, Conduct::Broken);
        if best.is_none() && have.is_empty() {
            return send_push(peer, link, *id, bytes);
        }
        announce::tell(peer, link, *id, hops);
    }
    if let Some(best) = best.filter(|_| !safe) {
        send_push(peer, best, *id, bytes);
    }
}

/// A data packet came on a link.
pub(crate) fn receive(peer: &mut Peer, link: LinkId, data: Data<'_>) {
    peer.metrics.packets_in += 1;
    let suite = peer.config.suite;
    let (now, rate) = (peer.now, peer.config.source_rate);
    let Some(state) = peer.links.get_mut(link) else { return };
    if !state.messages.brings.take(now, rate, 1) {
        return peer.drop(Drop::Rate);
    }
    let source = Source::of(&state.address);
    let slot = state.messages.slot;
    if data.hops() > peer.config.max_hops {
        return peer.drop(Drop::Hops);
    }
    if data.ttl() == 0 {
        return peer.drop(Drop::Expired);
    }
    let id = data.id(suite);
    let short = id.short();
    if peer.cache.knows(&id) {
        return again(peer, link, short);
    }
    peer.metrics.verified += 1;
    if !data.verify(&id, suite, &mut peer.verifiers) {
        // Its id is not remembered: the genuine packet has the same.
        if let Some(link) = peer.links.get_mut(link) {
            link.messages.brings.penalty(rate, 100);
        }
        membership::conduct(peer, link, Conduct::Invalid);
        return peer.drop(Drop::Signature);
    }
    peer.metrics.packets_new += 1;
    if let Some(state) = peer.links.get_mut(link) {
        state.heard = now;
        state.membership.used = now;
    }
    messages::sign(peer, short, link);
    let asked = peer.messages.spread(&short).is_some_and(|spread| spread.asked.has(slot));
    let want = messages::no_longer_wanted(peer, &short);
    if let Some(want) = &want
        && let Some((asking, at)) = want.asking
        && asking == link
        && want.tries == 1
        && let Some(state) = peer.links.get_mut(link)
    {
        state.rtt.sample(now.since(at));
    }
    membership::conduct(peer, link, Conduct::First);
    if !asked {
        // The acknowledgement.
        announce::tell(peer, link, short, data.hops().saturating_add(1));
    }
    let postage = data.postage().min(peer.config.postage);
    let bytes = data.with(data.hops().saturating_add(1), postage);
    let own = peer.clusters.find(&data.cluster()).is_some();
    let life = life(&peer.config, &data);
    keep(peer, id, bytes.clone(), life, if own { Source::Own } else { source });
    spread(peer, &id, &bytes, want.is_none_or(|want| !want.kept));
    if own {
        deliver(peer, &id, data, Some(link));
    }
    messages::judge(peer);
}

/// A packet that is known came again.
fn again(peer: &mut Peer, link: LinkId, id: ShortId) {
    peer.metrics.packets_again += 1;
    messages::sign(peer, id, link);
    acknowledged(peer, &id, link);
    let Some(slot) = peer.links.get(link).map(|link| link.messages.slot) else { return };
    if peer.messages.spread(&id).is_some_and(|spread| !spread.told.has(slot) && !spread.asked.has(slot)) {
        announce::tell(peer, link, id, 0);
    }
}

/// Gives a verified packet of an own cluster to the application, and asks for what it shows to be missing.
pub(crate) fn deliver(peer: &mut Peer, id: &PacketId, data: Data<'_>, from: Option<LinkId>) {
    let missing = deliver::deliver(peer, id, data);
    let Some(from) = from else { return };
    if let Some(missing) = missing {
        announce::want_later(peer, &missing, from);
    }
    // What the author knew and we do not, or the head of a fragment: the sender of this one probably has it.
    if !data.previous().is_zero() {
        announce::want_later(peer, &data.previous(), from);
    }
}
