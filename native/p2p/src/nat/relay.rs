//! Connections through a third peer, for two NATs that let none be made. It passes on frames that it cannot read, between
//! links of its own, and nothing else. Who it is, both suggest: those whom strangers reach before those behind NATs, and of
//! those who pass on least first. It has quotas, and says when they are used up.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use super::{Introducer, NatKind};
use crate::Time;
use crate::handshake::Why;
use crate::id::PeerId;
use crate::io::Contact;
use crate::limits::is_local;
use crate::links::{LinkId, Session};
use crate::membership::is_plausible;
use crate::messages::Budget;
use crate::metrics::Drop;
use crate::on::join::{Consent, MAX_RELAYS, Suggested};
use crate::on::ping;
use crate::on::stream::{self, ALIVE, HEARTBEAT, REFUSED, RELAY, RELAYED};
use crate::packet::{Kind, MAX_DATAGRAM, MAX_SEALED_BODY, Packet};
use crate::peer::Peer;
use crate::timers::Timer;

/// Relayed connections at once.
const MAX_RELAYED: usize = 64;
/// Between two frames that say that we are there, until the other was heard.
const KNOCK: Duration = Duration::from_millis(150);
/// How long one relay has until the other is heard through it, and all of them together.
const OPENING: (Duration, Duration) = (Duration::from_millis(1200), Duration::from_secs(6));
/// Silence after which the other is asked, and after which it is lost.
const SILENCE: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(6));
/// A pair for whom nothing was passed on for this long has no part of the quotas any more.
const IDLE: Duration = Duration::from_secs(30);

/// What is passed on for others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Passing {
    /// Pairs (the smaller id first), and when something was last passed on between them.
    pairs: BTreeMap<(PeerId, PeerId), Time>,
    all: Budget,
}

impl Passing {
    pub(crate) fn bytes(&self) -> usize {
        self.pairs.len() * 2 * size_of::<((PeerId, PeerId), Time)>()
    }

    #[cfg(test)]
    pub(super) fn pairs(&self) -> usize {
        self.pairs.len()
    }

    /// Whether this pair is, or becomes, one of those for whom something is passed on.
    pub(super) fn admits(&mut self, config: &crate::Config, now: Time, one: PeerId, other: PeerId) -> bool {
        let pair = (one.min(other), one.max(other));
        if let Some(at) = self.pairs.get_mut(&pair) {
            *at = now;
            return true;
        }
        self.pairs.retain(|_, at| now.since(*at) < IDLE);
        let of = |who: PeerId| self.pairs.keys().filter(|(a, b)| *a == who || *b == who).count();
        if self.pairs.len() >= config.relay_pairs || of(one).max(of(other)) >= config.relay_pairs_of_one {
            return false;
        }
        self.pairs.insert(pair, now);
        true
    }

    /// How much of the quota is used: 255 is all of it.
    fn load(&self, config: &crate::Config, now: Time) -> u8 {
        let pairs = self.pairs.values().filter(|at| now.since(**at) < IDLE).count();
        u8::try_from(pairs * 255 / config.relay_pairs.max(1)).unwrap_or(u8::MAX)
    }
}

/// How much we pass on, as we tell others.
pub(crate) fn load(peer: &Peer) -> u8 {
    match peer.config.relay_pairs {
        0 => u8::MAX,
        _ => peer.nat.passing.load(&peer.config, peer.now),
    }
}

/// Whom strangers reach, then whom we can hope to reach.
fn rank(nat: NatKind) -> u8 {
    match nat {
        NatKind::Static => 0,
        NatKind::Easy => 1,
        NatKind::Unknown => 2,
        NatKind::Hard => 3,
    }
}

/// Links of ours that could pass on what goes to a peer.
pub(crate) fn suggest(peer: &Peer, to: &PeerId) -> Vec<Suggested> {
    let links = peer
        .links
        .iter()
        .filter(|(_, link)| link.peer() != to && link.membership.load < u8::MAX && link.nat != NatKind::Hard);
    let mut links: Vec<_> = links
        .map(|(_, link)| {
            let (id, nat, load) = (*link.peer(), link.nat, link.membership.load);
            let far = link.rtt.smoothed().unwrap_or(Duration::MAX);
            (rank(nat), load, far, Suggested { id, nat, load, address: link.address })
        })
        .collect();
    links.sort_unstable_by_key(|(rank, load, far, one)| (*rank, *load, *far, one.id));
    links.into_iter().take(MAX_RELAYS).map(|(.., one)| one).collect()
}

/// A consent as an introducer may see it: private addresses are for neighbours only.
pub(crate) fn for_introducer(consent: &Consent, introducer: &SocketAddr) -> Consent {
    let mut consent = consent.clone();
    consent.relays.retain(|relay| !is_local(relay.address.ip()) || is_local(introducer.ip()));
    consent
}

/// Relays in the order in which they are tried: those with whom both have links, then those that can be asked for one.
pub(crate) fn choose(peer: &Peer, introducer: &Introducer, suggested: &[Suggested]) -> Vec<Suggested> {
    let mut all: Vec<(bool, Suggested)> = Vec::new();
    for relay in suggested {
        let linked = peer.links.with(&relay.id).is_some();
        let reachable =
            relay.nat == NatKind::Static && is_plausible(&relay.address, &introducer.source.address);
        if relay.id != peer.id && (linked || reachable) {
            all.push((!linked, *relay));
        }
    }
    // Who introduced us alone has links with both.
    if introducer.steps == 1
        && !all.iter().any(|(_, relay)| relay.id == introducer.peer)
        && let Some(link) = peer.links.with(&introducer.peer).and_then(|id| peer.links.get(id))
    {
        let (id, nat, load) = (introducer.peer, link.nat, link.membership.load);
        all.push((false, Suggested { id, nat, load, address: link.address }));
    }
    all.sort_unstable_by_key(|(far, relay)| (*far, rank(relay.nat), relay.load, relay.id));
    all.into_iter().map(|(_, relay)| relay).collect()
}

/// A session whose frames another peer passes on.
#[derive(Clone, Debug)]
pub(crate) struct Relayed {
    session: Session,
    via: PeerId,
    /// Who introduced us, and named the others.
    by: PeerId,
    /// When what it sent was last heard, and when it was chosen.
    through: Time,
    chosen: Time,
    /// Others that may be tried.
    others: Vec<Suggested>,
    /// The other's NAT.
    nat: NatKind,
    asker: bool,
    since: Time,
    heard: Option<Time>,
    knocked: Time,
}

impl Relayed {
    pub(crate) fn with(&self) -> &PeerId {
        &self.session.peer
    }

    pub(crate) fn is_up(&self) -> bool {
        self.heard.is_some()
    }

    pub(crate) fn via(&self) -> &PeerId {
        &self.via
    }

    pub(crate) fn nat(&self) -> NatKind {
        self.nat
    }
}

/// Both sides turn to a relay by themselves; each goes by the one through which it hears the other.
pub(crate) fn begin(
    peer: &mut Peer,
    id: u32,
    session: Session,
    by: PeerId,
    relays: Vec<Suggested>,
    nat: NatKind,
    asker: bool,
) {
    if peer.nat.relayed.len() >= MAX_RELAYED || relays.is_empty() {
        return super::unreachable(peer, &session.peer);
    }
    let now = peer.now;
    let others: Vec<Suggested> = relays.into_iter().rev().collect();
    let via = PeerId::ZERO;
    let relayed = Relayed {
        session,
        via,
        by,
        through: now,
        chosen: now,
        others,
        nat,
        asker,
        since: now,
        heard: None,
        knocked: now,
    };
    peer.nat.relayed.insert(LinkId(id), relayed);
    next(peer, LinkId(id));
    peer.timers.set_earlier(Timer::Connect, now + KNOCK);
}

/// Tries the next relay. Whether there is one.
fn next(peer: &mut Peer, id: LinkId) -> bool {
    let now = peer.now;
    while let Some(relayed) = peer.nat.relayed.get_mut(&id) {
        let Some(relay) = relayed.others.pop() else { return false };
        (relayed.via, relayed.chosen, relayed.through) = (relay.id, now, now);
        let by = relayed.by;
        if peer.links.with(&relay.id).is_some() {
            knock(peer, id);
            return true;
        }
        let contact = Contact { address: relay.address, peer: Some(relay.id), nat: relay.nat };
        if relay.nat == NatKind::Static && ping::open_named(peer, contact, Why::Wanted, Some(by)) {
            return true;
        }
    }
    false
}

/// Says to the others what our NAT is now.
pub(crate) fn knock_all(peer: &mut Peer) {
    let ids: Vec<LinkId> = peer.nat.relayed.keys().copied().collect();
    ids.into_iter().for_each(|id| knock(peer, id));
}

fn knock(peer: &mut Peer, id: LinkId) {
    let (kind, load, now) = (super::kind(peer) as u8, load(peer), peer.now);
    if let Some(relayed) = peer.nat.relayed.get_mut(&id) {
        relayed.knocked = now;
    }
    send(peer, id, &[HEARTBEAT, 0, 0, 0, 0, kind, load]);
}

/// A relay passes nothing on to this peer (any more).
pub(crate) fn refused(peer: &mut Peer, link: LinkId, body: &[u8]) -> Option<()> {
    let to = PeerId(body.try_into().ok()?);
    let via = *peer.links.get(link)?.peer();
    let ids: Vec<LinkId> = peer
        .nat
        .relayed
        .iter()
        .filter(|(_, relayed)| relayed.via == via && *relayed.with() == to)
        .map(|(id, _)| *id)
        .collect();
    for id in ids {
        if !next(peer, id) {
            give_up(peer, id);
        }
    }
    Some(())
}

/// There is no way by a relay.
fn give_up(peer: &mut Peer, id: LinkId) {
    let Some(relayed) = peer.nat.relayed.remove(&id) else { return };
    let (with, was_up) = (*relayed.with(), relayed.is_up());
    match was_up {
        true => super::lost(peer, &with),
        false => super::unreachable(peer, &with),
    }
}

/// Sends a body to the other end.
pub(crate) fn send(peer: &mut Peer, id: LinkId, body: &[u8]) -> bool {
    let suite = peer.config.suite;
    let Some(relayed) = peer.nat.relayed.get_mut(&id) else { return false };
    let Some(link) = peer.links.with(&relayed.via) else { return false };
    let Some(inner) = relayed.session.seal(suite, Kind::Stream, body, &mut peer.arena) else { return false };
    if 33 + inner.len() > MAX_SEALED_BODY {
        return false;
    }
    let mut frame = Vec::with_capacity(33 + inner.len());
    frame.push(RELAY);
    frame.extend_from_slice(&relayed.session.peer.0);
    frame.extend_from_slice(&inner);
    peer.send_frame(link, Kind::Stream, &frame)
}

/// A link has something passed on.
pub(crate) fn pass(peer: &mut Peer, link: LinkId, body: &[u8]) -> Option<()> {
    let (to, inner) = body.split_first_chunk::<32>()?;
    let now = peer.now;
    let state = peer.links.get_mut(link)?;
    let from = *state.peer();
    state.membership.used = now;
    let length = inner.len() as u64;
    if !state.membership.relays.take(now, peer.config.relay_rate, length)
        || !peer.nat.passing.all.take(now, peer.config.relay_rate_all, length)
    {
        peer.drop(Drop::Rate);
        return Some(());
    }
    let other = peer.links.with(&PeerId(*to)).filter(|other| *other != link);
    let admitted = |peer: &mut Peer| peer.nat.passing.admits(&peer.config, now, from, PeerId(*to));
    let Some(other) = other.filter(|_| admitted(peer)) else {
        peer.drop(if other.is_some() { Drop::Quota } else { Drop::Receiver });
        let mut body = [REFUSED; 33];
        body[1..].copy_from_slice(to);
        peer.send_frame(link, Kind::Stream, &body);
        return Some(());
    };
    if let Some(state) = peer.links.get_mut(other) {
        state.membership.used = now;
    }
    let mut frame = [0; MAX_SEALED_BODY];
    let end = 33 + inner.len();
    let frame = frame.get_mut(..end)?;
    frame[0] = RELAYED;
    frame[1..33].copy_from_slice(&from.0);
    frame[33..].copy_from_slice(inner);
    peer.metrics.relayed += 1;
    peer.send_frame(other, Kind::Stream, frame);
    Some(())
}

/// Something that another peer passed on.
pub(crate) fn receive(peer: &mut Peer, link: LinkId, body: &[u8]) -> Option<()> {
    let (from, inner) = body.split_first_chunk::<32>()?;
    let from = PeerId(*from);
    let via = *peer.links.get(link)?.peer();
    let Ok(Packet::Sealed(frame)) = Packet::decode(inner) else { return None };
    let id = LinkId(frame.session());
    if !peer.nat.relayed.contains_key(&id) && !super::offer::relayed(peer, id.0) {
        peer.drop(Drop::Session);
        return Some(());
    }
    let (now, suite) = (peer.now, peer.config.suite);
    let Some(relayed) = peer.nat.relayed.get_mut(&id).filter(|relayed| relayed.session.peer == from) else {
        peer.drop(Drop::Session);
        return Some(());
    };
    let mut buffer = [0; MAX_DATAGRAM];
    let body = match relayed.session.open(suite, &frame, &mut buffer) {
        Ok(body) if frame.kind == Kind::Stream => body,
        Ok(_) => return None,
        Err(reason) => {
            peer.drop(reason);
            return Some(());
        }
    };
    // Each may come by another relay; one that is silent is left for the one that is heard.
    if relayed.via == via {
        relayed.through = now;
    } else if relayed.heard.is_none() || now.since(relayed.through) >= SILENCE.0 {
        (relayed.via, relayed.through, relayed.chosen) = (via, now, now);
    }
    let first = relayed.heard.replace(now).is_none();
    let asker = relayed.asker;
    if first {
        // Older ones with the same peer are over.
        let old: Vec<LinkId> = peer
            .nat
            .relayed
            .iter()
            .filter(|(other, relayed)| **other != id && *relayed.with() == from)
            .map(|(id, _)| *id)
            .collect();
        for id in old {
            peer.nat.relayed.remove(&id);
        }
        super::connected(peer, &from, asker);
    }
    let (&what, rest) = body.split_first()?;
    match what {
        HEARTBEAT => {
            // Number 4 · NAT 1 · load 1, as on links.
            let nat = NatKind::from_number(*rest.get(4)?);
            if let Some(relayed) = peer.nat.relayed.get_mut(&id)
                && std::mem::replace(&mut relayed.nat, nat) != nat
            {
                super::may_be_better(peer, &from);
            }
            send(peer, id, &[ALIVE]);
        }
        ALIVE => {}
        _ => stream::talk(peer, &from, what, rest)?,
    }
    Some(())
}

/// The relayed session with a peer, if it is there.
pub(crate) fn with(peer: &Peer, other: &PeerId) -> Option<LinkId> {
    peer.nat.relayed.iter().find(|(_, relayed)| relayed.with() == other && relayed.is_up()).map(|(id, _)| *id)
}

/// The relay's address.
pub(crate) fn address(peer: &Peer, id: LinkId) -> Option<SocketAddr> {
    let via = peer.nat.relayed.get(&id)?.via;
    peer.links.with(&via).and_then(|link| peer.links.get(link)).map(|link| link.address)
}

/// Ends those with a peer.
pub(crate) fn end(peer: &mut Peer, other: &PeerId) {
    peer.nat.relayed.retain(|_, relayed| relayed.with() != other);
}

/// `Timer::Connect`: knocks, heartbeats, ends. When it wants to be called again.
pub(crate) fn due(peer: &mut Peer) -> Option<Time> {
    let now = peer.now;
    let ids: Vec<LinkId> = peer.nat.relayed.keys().copied().collect();
    for id in ids {
        let Some(relayed) = peer.nat.relayed.get(&id) else { continue };
        let linked = peer.links.with(&relayed.via).is_some();
        let (over, change, ask) = match relayed.heard {
            // One that we have no link with yet is being asked for one.
            None => (now.since(relayed.since) >= OPENING.1, now.since(relayed.chosen) >= OPENING.0, linked),
            Some(at) => {
                let silent = now.since(at);
                // However much is said: what the NAT is, is said as well.
                let ask = silent >= SILENCE.0 || now.since(relayed.knocked) >= SILENCE.1;
                (silent >= SILENCE.1, !linked, ask)
            }
        };
        if over || (change && !next(peer, id) && !linked) {
            give_up(peer, id);
        } else if ask {
            knock(peer, id);
        }
    }
    let opening = peer.nat.relayed.values().any(|relayed| !relayed.is_up());
    let any = !peer.nat.relayed.is_empty();
    any.then(|| now + if opening { KNOCK } else { Duration::from_secs(1) })
}
