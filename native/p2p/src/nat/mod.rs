//! Which NAT we are behind, and connections through it: what the application asks for, and what follows from links that
//! come and go.

mod offer;
mod reflect;
mod relay;
mod seek;
mod steps;
mod votes;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

pub(crate) use offer::{introduced, opened, unknown};
pub(crate) use reflect::{dial, dial_back, dialled, kind, observed, reflect};
pub(crate) use relay::{load, pass, receive as relayed, refused};
pub(crate) use seek::{receive_found, seek};
pub(crate) use steps::{MAX_STEPS, onwards};

use crate::handshake::{Attempt, Why};
use crate::id::PeerId;
use crate::io::{Contact, Event, LocalPort, Output, Source};
use crate::links::{Link, LinkId};
use crate::membership::view::Known;
use crate::metrics::Drop;
use crate::on::ping;
use crate::on::stream::{self, CONNECT, DISCONNECT};
use crate::packet::{Kind, MAX_DATAGRAM, Sealed};
use crate::peer::Peer;
use crate::timers::Timer;
use crate::{Config, Error, Time};

use offer::Offer;
use relay::{Passing, Relayed};
use seek::Seeks;
use steps::Steps;
use votes::Votes;

/// Peers that the application, or they, want to be connected.
const MAX_WANTED: usize = 64;
/// How long a connection is tried for, and how long one that was lost.
const CONNECTING: Duration = Duration::from_secs(12);
const RECONNECTING: Duration = Duration::from_secs(45);
/// Between two tries.
const RETRY: Duration = Duration::from_secs(1);
/// Between two tries to make a relayed connection a direct one; doubled up to the second. And so long after NATs changed.
const BETTER: (Duration, Duration) = (Duration::from_secs(4), Duration::from_secs(5 * 60));
const CHANGED: Duration = Duration::from_millis(500);

/// What a NAT does with the port, as the seed names it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
#[repr(u8)]
pub enum NatKind {
    /// Not known (yet).
    #[default]
    Unknown = 0,
    /// No NAT, or one that lets anybody in: others can come unasked.
    Static = 1,
    /// The same port for every destination.
    Easy = 2,
    /// Another port for every destination.
    Hard = 3,
}

impl NatKind {
    /// The kind with this number; unknown for any other.
    #[must_use]
    pub fn from_number(number: u8) -> Self {
        match number {
            1 => Self::Static,
            2 => Self::Easy,
            3 => Self::Hard,
            _ => Self::Unknown,
        }
    }
}

/// A peer to be connected with.
#[derive(Clone, Debug)]
struct Wanted {
    /// The application's number, until it was answered.
    request: Option<u64>,
    /// Our application asked; otherwise the other's.
    own: bool,
    /// The application was told that it is there.
    told: bool,
    /// There is a way now. Otherwise: since when there is none.
    up: bool,
    since: Time,
    next: Time,
    address: Option<SocketAddr>,
    /// Whether another passes on what is said, as the application knows it.
    relayed: bool,
    /// When a direct connection is tried instead, and how often it was.
    better: Time,
    tries: u32,
}

impl Wanted {
    fn new(own: bool, now: Time, address: Option<SocketAddr>) -> Self {
        Self {
            request: None,
            own,
            told: false,
            up: false,
            since: now,
            next: now,
            address,
            relayed: false,
            better: now,
            tries: 0,
        }
    }
}

/// Who brought a consent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Introducer {
    /// One with whom there is a link.
    pub(crate) peer: PeerId,
    pub(crate) source: Source,
    /// How many it came by; one has links with both.
    pub(crate) steps: usize,
}

/// What an earlier run found out.
#[derive(Clone, Copy, Debug)]
struct Hint {
    kind: NatKind,
    address: Option<SocketAddr>,
    since: Time,
}

/// Samples of reflection, probings, direct connections.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nat {
    votes: Votes,
    /// What the application was told of the own NAT.
    told: (NatKind, Option<SocketAddr>),
    /// What an earlier run found out, until it is confirmed or refuted.
    hint: Option<Hint>,
    /// Own addresses on local networks.
    local: Vec<SocketAddr>,
    reflections: u32,
    wanted: BTreeMap<PeerId, Wanted>,
    offers: BTreeMap<u32, Offer>,
    relayed: BTreeMap<LinkId, Relayed>,
    passing: Passing,
    steps: Steps,
    seeks: Seeks,
}

impl Nat {
    pub(crate) fn new(_config: &Config) -> Self {
        Self::default()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.votes.bytes()
            + self.wanted.len() * 3 / 2 * size_of::<(PeerId, Wanted)>()
            + self.offers.len() * 2 * size_of::<Offer>()
            + self.relayed.len() * 2 * size_of::<Relayed>()
            + self.passing.bytes()
            + self.steps.bytes()
            + self.seeks.bytes()
    }

    /// Something was passed on for two that do not exist.
    #[cfg(test)]
    pub(crate) fn occupy(&mut self, now: Time, number: u8) {
        let config = Config { relay_pairs: 64, ..Config::default() };
        self.passing.admits(&config, now, PeerId([number; 32]), PeerId([!number; 32]));
    }

    #[cfg(test)]
    pub(crate) fn admits(&mut self, config: &Config, now: Time, one: PeerId, other: PeerId) -> bool {
        self.passing.admits(config, now, one, other)
    }

    #[cfg(test)]
    pub(crate) fn is_relayed(&self) -> bool {
        !self.relayed.is_empty()
    }

    #[cfg(test)]
    pub(crate) fn pairs(&self) -> usize {
        self.passing.pairs()
    }

    /// Something is sent there, for the first time perhaps.
    pub(crate) fn contacted(&mut self, now: Time, to: SocketAddr) {
        self.votes.contacted(now, to.ip());
    }
}

/// Whether a session is one of ours.
pub(crate) fn owns(peer: &Peer, id: LinkId) -> bool {
    peer.nat.offers.contains_key(&id.0) || peer.nat.relayed.contains_key(&id)
}

/// A frame of such a session.
pub(crate) fn frame(
    peer: &mut Peer,
    id: LinkId,
    source: Source,
    frame: &Sealed<'_>,
    buffer: &mut [u8; MAX_DATAGRAM],
) {
    match peer.nat.offers.contains_key(&id.0) {
        true => offer::frame(peer, id.0, source, frame, buffer),
        // What is relayed comes out of frames of the relay's link.
        false => peer.drop(Drop::Session),
    }
}

/// Whether our application wants to be connected with a peer.
pub(crate) fn wants(peer: &Peer, with: &PeerId) -> bool {
    peer.nat.wanted.get(with).is_some_and(|wanted| wanted.own)
}

/// A Ping was not answered, or refused. Other ways go on.
pub(crate) fn unanswered(peer: &mut Peer, attempt: &Attempt) {
    if attempt.why == Why::Wanted && peer.nat.wanted.contains_key(&attempt.to) {
        soon(peer);
    }
}

fn soon(peer: &mut Peer) {
    let now = peer.now;
    peer.timers.set_earlier(Timer::Connect, now);
}

/// Introductions that are under way for the sake of membership.
pub(crate) fn introductions(peer: &Peer) -> usize {
    peer.nat.offers.values().filter(|offer| offer.asker && !offer.wanted).count()
}

/// Has a peer introduced that cannot be asked directly. `None`: it can.
pub(crate) fn introduce(peer: &mut Peer, to: &PeerId, known: &Known) -> Option<bool> {
    let own = kind(peer);
    let behind = matches!(known.nat, NatKind::Easy | NatKind::Hard);
    let via = known.via.filter(|via| peer.links.with(via).is_some());
    let via = match via {
        Some(via) if behind => via,
        _ => return None,
    };
    // Guessing ports is for connections that the application wants.
    let guessing = known.nat == NatKind::Hard && own != NatKind::Static || own == NatKind::Hard;
    Some(!guessing && offer::begin(peer, to, Some(via), false, false))
}

/// The application leaves.
pub(crate) fn leave(peer: &mut Peer) {
    let wanted: Vec<PeerId> = peer.nat.wanted.keys().copied().collect();
    for with in wanted {
        over(peer, &with, Error::Unreachable);
    }
    offer::end_all(peer, None);
    peer.nat.relayed.clear();
    peer.timers.clear(Timer::Probe);
    peer.timers.clear(Timer::Connect);
    peer.timers.clear(Timer::Reflect);
}

/// A connection has ended, or there will be none.
fn over(peer: &mut Peer, with: &PeerId, error: Error) {
    offer::end_all(peer, Some(with));
    relay::end(peer, with);
    stream::end(peer, with);
    let Some(wanted) = peer.nat.wanted.remove(with) else { return };
    if wanted.told {
        peer.emit(Event::Disconnected { peer: *with });
    }
    if let Some(request) = wanted.request {
        peer.refuse(request, error);
    }
}

/// The other said goodbye.
pub(crate) fn gone(peer: &mut Peer, from: &PeerId) {
    over(peer, from, Error::Unreachable);
}

/// `Input::Disconnect`.
pub(crate) fn disconnect(peer: &mut Peer, from: &PeerId) {
    say(peer, from, &[DISCONNECT]);
    over(peer, from, Error::NotConnected);
}

/// Sends a body to a peer, over the link or through a relay. Whether there was a way.
pub(crate) fn say(peer: &mut Peer, to: &PeerId, body: &[u8]) -> bool {
    if let Some(link) = peer.links.with(to) {
        return peer.send_frame(link, Kind::Stream, body);
    }
    match relay::with(peer, to) {
        Some(id) => relay::send(peer, id, body),
        None => false,
    }
}

/// Whether there is a way to a peer, or one is being looked for.
pub(crate) fn reaches(peer: &Peer, to: &PeerId) -> bool {
    peer.links.with(to).is_some()
        || relay::with(peer, to).is_some()
        || peer.nat.wanted.get(to).is_some_and(|wanted| wanted.told)
}

/// `Input::Connect`.
pub(crate) fn connect(peer: &mut Peer, request: u64, to: PeerId, address: Option<SocketAddr>) {
    if to == peer.id || to.is_zero() {
        return peer.refuse(request, Error::BadPeer);
    }
    if !peer.nat.wanted.contains_key(&to) && peer.nat.wanted.len() >= MAX_WANTED {
        return peer.refuse(request, Error::Busy);
    }
    let now = peer.now;
    let wanted = peer.nat.wanted.entry(to).or_insert_with(|| Wanted::new(true, now, address));
    let before = wanted.request.replace(request);
    wanted.own = true;
    wanted.address = address.or(wanted.address);
    if let Some(before) = before {
        // Its answer would be this one's.
        peer.refuse(before, Error::Busy);
    }
    if let Some(link) = peer.links.with(&to) {
        return up(peer, link);
    }
    if relay::with(peer, &to).is_some() {
        return connected(peer, &to, true);
    }
    if !attempt(peer, &to) {
        over(peer, &to, Error::Unreachable);
    }
}

/// Looks for a way: where it was, and by introduction, at once. Whether there is anything to try.
fn attempt(peer: &mut Peer, to: &PeerId) -> bool {
    let now = peer.now;
    let known = peer.membership.view.get(to).map(|known| (known.address, known.via, known.by));
    let Some(wanted) = peer.nat.wanted.get_mut(to) else { return false };
    wanted.next = now + RETRY;
    let own = wanted.address.map(|address| (address, None));
    let address = own.or(known.map(|(address, _, by)| (address, by)));
    let mut tried = false;
    if let Some((address, by)) = address {
        let contact = Contact { address, peer: Some(*to), nat: NatKind::Unknown };
        tried |= ping::open_named(peer, contact, Why::Wanted, by);
    }
    if !peer.links.is_empty() {
        tried |= offer::begin(peer, to, known.and_then(|(_, via, _)| via), true, false);
    }
    peer.timers.set_earlier(Timer::Connect, now + RETRY);
    tried
}

/// An introduced link is about to be made.
fn meant(peer: &mut Peer, link: &Link, wanted: bool, asker: bool) {
    if wanted && !asker {
        others(peer, link.peer());
    }
}

/// The other's application wants to be connected with us.
fn others(peer: &mut Peer, with: &PeerId) {
    let now = peer.now;
    if peer.nat.wanted.contains_key(with) || peer.nat.wanted.len() >= MAX_WANTED {
        return;
    }
    peer.nat.wanted.insert(*with, Wanted::new(false, now, None));
}

/// Says `CONNECT` to us.
pub(crate) fn receive_connect(peer: &mut Peer, from: &PeerId) {
    others(peer, from);
    match peer.links.with(from) {
        Some(link) => up(peer, link),
        None => connected(peer, from, false),
    }
}

/// A link was made.
pub(crate) fn up(peer: &mut Peer, id: LinkId) {
    let Some(link) = peer.links.get(id) else { return };
    let (with, address) = (*link.peer(), link.address);
    reflect::up(peer, id);
    if let Some(wanted) = peer.nat.wanted.get_mut(&with) {
        let first = !std::mem::replace(&mut wanted.told, true);
        (wanted.up, wanted.address) = (true, Some(address));
        let other_way = std::mem::replace(&mut wanted.relayed, false);
        let (request, own) = (wanted.request.take(), wanted.own);
        // The direct way is there; the others are not needed.
        offer::end_all(peer, Some(&with));
        relay::end(peer, &with);
        if own {
            peer.send_frame(id, Kind::Stream, &[CONNECT]);
        }
        if first || request.is_some() {
            peer.emit(Event::Connected { request, peer: with, address, relayed: false });
        } else if other_way {
            peer.emit(Event::Way { peer: with, address, relayed: false });
        }
    }
    offer::ask_new(peer, id);
    stream::kick(peer, &with);
}

/// A relayed connection is there.
fn connected(peer: &mut Peer, with: &PeerId, asker: bool) {
    if !asker {
        others(peer, with);
    }
    let Some(id) = relay::with(peer, with) else { return };
    let Some(address) = relay::address(peer, id) else { return };
    let Some(wanted) = peer.nat.wanted.get_mut(with) else { return };
    let first = !std::mem::replace(&mut wanted.told, true);
    wanted.up = true;
    (wanted.better, wanted.tries) = (peer.now + BETTER.0, 0);
    let other_way = !std::mem::replace(&mut wanted.relayed, true);
    let request = wanted.request.take();
    if first || request.is_some() {
        peer.emit(Event::Connected { request, peer: *with, address, relayed: true });
    } else if other_way {
        peer.emit(Event::Way { peer: *with, address, relayed: true });
    }
    stream::kick(peer, with);
}

/// A way that was tried leads nowhere; the next look tries again.
fn unreachable(peer: &mut Peer, with: &PeerId) {
    if let Some(wanted) = peer.nat.wanted.get_mut(with) {
        wanted.next = wanted.next.max(peer.now + RETRY / 2);
        soon(peer);
    }
}

/// The way to a peer is gone.
fn lost(peer: &mut Peer, with: &PeerId) {
    let now = peer.now;
    if peer.links.with(with).is_some() || relay::with(peer, with).is_some() {
        return;
    }
    if let Some(wanted) = peer.nat.wanted.get_mut(with)
        && wanted.up
    {
        (wanted.up, wanted.since, wanted.next) = (false, now, now);
        soon(peer);
    }
}

/// NATs or addresses have changed: what was only possible by a relay may be possible directly now.
fn may_be_better(peer: &mut Peer, with: &PeerId) {
    let now = peer.now;
    if let Some(wanted) = peer.nat.wanted.get_mut(with).filter(|wanted| wanted.relayed && wanted.up) {
        (wanted.better, wanted.tries) = (now + CHANGED, 0);
        peer.timers.set_earlier(Timer::Connect, now + CHANGED);
    }
}

/// The same for all relayed connections.
fn all_may_be_better(peer: &mut Peer) {
    let relayed: Vec<PeerId> = peer.nat.relayed.values().map(|relayed| *relayed.with()).collect();
    relay::knock_all(peer);
    relayed.iter().for_each(|with| may_be_better(peer, with));
}

/// Tries to make relayed connections direct ones. Both sides do, each in its own time.
fn better(peer: &mut Peer) {
    let (now, own) = (peer.now, kind(peer));
    let relayed: Vec<(PeerId, PeerId, NatKind)> = peer
        .nat
        .relayed
        .values()
        .filter(|relayed| relayed.is_up())
        .map(|relayed| (*relayed.with(), *relayed.via(), relayed.nat()))
        .collect();
    for (with, via, nat) in relayed {
        let random = u64::from(peer.rng.u32() % 1000);
        let Some(wanted) = peer.nat.wanted.get_mut(&with) else { continue };
        if !wanted.up || now < wanted.better {
            continue;
        }
        let wait = (BETTER.0 * (1 << wanted.tries.min(7))).min(BETTER.1);
        // Not both at once: then two would be probed for, and one be enough.
        wanted.better = now + wait / 2 + wait * u32::try_from(random).unwrap_or(0) / 1000;
        wanted.tries = wanted.tries.saturating_add(1);
        // Two hard ones cannot; they wait until one of them is something else.
        let hopeless = own == NatKind::Hard && nat == NatKind::Hard;
        if !hopeless && peer.links.with(&with).is_none() {
            offer::begin(peer, &with, Some(via), true, true);
        }
    }
}

/// `Timer::Connect`.
pub(crate) fn due(peer: &mut Peer) {
    let now = peer.now;
    let mut next = relay::due(peer);
    better(peer);
    let open: Vec<PeerId> =
        peer.nat.wanted.iter().filter(|(_, wanted)| !wanted.up).map(|(id, _)| *id).collect();
    for with in open {
        let Some(wanted) = peer.nat.wanted.get(&with) else { continue };
        let patience = if wanted.told { RECONNECTING } else { CONNECTING };
        if now.since(wanted.since) >= patience {
            over(peer, &with, Error::Unreachable);
            continue;
        }
        let busy = peer.nat.offers.values().any(|offer| offer.with == with)
            || peer.nat.relayed.values().any(|relayed| *relayed.with() == with);
        // The other side looks for us, too, if it was it that wanted the connection.
        if wanted.own && !busy && now >= wanted.next {
            attempt(peer, &with);
        }
        let at = now + RETRY / 2;
        next = Some(next.map_or(at, |next| next.min(at)));
    }
    if let Some(at) = next {
        peer.timers.set_earlier(Timer::Connect, at);
    }
}

/// `Timer::Probe`.
pub(crate) fn probe(peer: &mut Peer) {
    offer::due(peer);
}

/// `Input::Remembered`.
pub(crate) fn remembered(peer: &mut Peer, kind: NatKind, address: Option<SocketAddr>) {
    let hint = Hint { kind, address, since: peer.now };
    peer.nat.hint = (kind != NatKind::Unknown && peer.config.nat_samples > 0).then_some(hint);
    all_may_be_better(peer);
}

/// `Input::AddressChanged`.
pub(crate) fn address_changed(peer: &mut Peer, local: &[SocketAddr]) {
    // The first one says what there is at the start; what is remembered may still be so.
    if !peer.nat.local.is_empty() && peer.nat.local != local {
        peer.nat.hint = None;
    }
    peer.nat.local = local.to_vec();
    peer.nat.votes.forget();
    peer.nat.reflections = 0;
    reflect::again(peer);
    all_may_be_better(peer);
}

/// A link is no longer there, perhaps because another takes its place.
pub(crate) fn unlinked(peer: &mut Peer, link: &Link) {
    if link.port != LocalPort::MAIN {
        peer.output(Output::Close { first: link.port, count: 1 });
    }
}

/// A link has ended.
pub(crate) fn down(peer: &mut Peer, link: &Link) {
    let via = *link.peer();
    if peer.nat.relayed.values().any(|relayed| *relayed.via() == via) {
        soon(peer);
    }
    lost(peer, &via);
}
