//! Introductions: a session that two peers agree on by way of a third, and probes between the addresses that it says
//! they have. Nothing is probed without the signed consent of its peer, and little of it at once.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;

use super::{Introducer, NatKind, relay, seek};
use crate::Time;
use crate::cache::Source as Subnet;
use crate::handshake;
use crate::id::PeerId;
use crate::io::{LocalPort, Output, Source};
use crate::limits::is_local;
use crate::links::{Link, LinkId, Session};
use crate::membership;
use crate::metrics::Drop;
use crate::on::join::{self, Consent, Suggested};
use crate::on::stream::{CHALLENGE, RESPONSE};
use crate::packet::{Kind, MAX_DATAGRAM, Sealed};
use crate::peer::Peer;
use crate::timers::Timer;
use crate::vouch;

/// Introductions that are under way.
const MAX_OFFERS: usize = 32;
/// Introductions with probes of one address each that may be under way.
const MAX_DIRECT: usize = 16;
/// Milliseconds after the beginning at which an address is probed.
const DIRECT: [u64; 8] = [0, 30, 90, 200, 400, 750, 1250, 1900];
/// When a direct connection is given up.
const DIRECT_END: Duration = Duration::from_millis(2300);
/// Before an introducer that did not answer is asked again, and others.
const AGAIN: Duration = Duration::from_millis(700);
/// Before the same question gets the same answer again, in case that it was lost.
const ANSWER_AGAIN: Duration = Duration::from_millis(300);
/// Introducers who bring the same question, and by whom it is answered: one may lose it.
const ANSWERED_BY: usize = 2;
/// After the last try of a birthday connection.
const BIRTHDAY_END: Duration = Duration::from_millis(1200);
/// When the hard side sends once more from its ports.
const OPENED_AGAIN: Duration = Duration::from_millis(400);
/// Ports that routers map to.
const FIRST_PORT: u32 = 1024;
const PORTS: u32 = 65_536 - FIRST_PORT;

/// What is being done to reach the other.
#[derive(Clone, Debug)]
pub(crate) enum Way {
    /// The consent is on its way.
    Asked,
    /// Both have one address for all.
    Direct { to: Vec<SocketAddr>, next: usize },
    /// The other has a port for each of those that it sends to: guess one.
    Guess { to: IpAddr, first: u32, step: u32, tried: u32 },
    /// We have: send from many, so that one is guessed.
    Open { to: SocketAddr, first: LocalPort, count: u16, sent: u8 },
}

/// A session that we offered or answered.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) with: PeerId,
    pub(crate) nonce: [u8; 16],
    pub(crate) asker: bool,
    /// The application's, on either side.
    pub(crate) wanted: bool,
    /// There is a relayed connection, which a direct one is to take the place of.
    better: bool,
    pub(crate) since: Time,
    /// Begin of the probes.
    begun: Time,
    asked: Option<Time>,
    via: Option<PeerId>,
    session: Option<Session>,
    nat: NatKind,
    way: Way,
    /// What it answers: the same again gets the same answer, now and then.
    answers: Option<(u32, [u8; 16])>,
    /// The answers that were sent: to whom, and when last.
    sent: Vec<(Introducer, Bytes)>,
    answered: Time,
    /// Who could pass on what goes between us, the best first.
    relays: Vec<Suggested>,
    challenged: Option<Time>,
}

/// Offers to be introduced; the Join goes out with the next `step`. Whether there is room for it.
pub(crate) fn begin(peer: &mut Peer, to: &PeerId, via: Option<PeerId>, wanted: bool, better: bool) -> bool {
    let offers = &peer.nat.offers;
    if offers.values().any(|offer| offer.with == *to && offer.asker) {
        return true;
    }
    if offers.len() >= MAX_OFFERS
        || offers.values().filter(|offer| !offer.wanted).count() >= MAX_OFFERS / 2 && !wanted
    {
        return false;
    }
    let session = peer.new_session();
    let offer = Offer {
        with: *to,
        nonce: peer.rng.array(),
        asker: true,
        wanted,
        better,
        since: peer.now,
        begun: peer.now,
        asked: None,
        via,
        session: None,
        nat: NatKind::Unknown,
        way: Way::Asked,
        answers: None,
        sent: Vec::new(),
        answered: peer.now,
        relays: Vec::new(),
        challenged: None,
    };
    peer.nat.offers.insert(session, offer);
    ask(peer, session);
    true
}

/// What we consent to.
fn consent(peer: &Peer, id: u32) -> Option<Consent> {
    let offer = peer.nat.offers.get(&id)?;
    let relayed = offer.wanted && !offer.better;
    Some(Consent {
        session: id,
        nonce: offer.nonce,
        time: peer.now,
        nat: super::kind(peer),
        flags: if offer.wanted { join::WANTED } else { 0 } | if offer.better { join::BETTER } else { 0 },
        wanted: offer.with,
        answers: None,
        inside: Vec::new(),
        relays: if relayed { relay::suggest(peer, &offer.with) } else { Vec::new() },
    })
}

/// A new link may be able to introduce us to those that are wanted.
pub(super) fn ask_new(peer: &mut Peer, link: LinkId) {
    let Some(state) = peer.links.get(link) else { return };
    let (whom, address, port) = (*state.peer(), state.address, state.port);
    let open = |offer: &Offer| {
        offer.asker && offer.wanted && !offer.better && offer.session.is_none() && offer.with != whom
    };
    let ids: Vec<u32> = peer.nat.offers.iter().filter(|(_, offer)| open(offer)).map(|(id, _)| *id).collect();
    for id in ids {
        let Some(consent) = consent(peer, id) else { continue };
        let bytes = join::make(peer, &whom, &relay::for_introducer(&consent, &address));
        peer.send_probe(address, port, bytes);
    }
}

/// One with whom we have a link knows a way now: the next question is due sooner, but not before introducers pass it on.
pub(super) fn again(peer: &mut Peer, wanted: &PeerId) {
    let now = peer.now;
    let found = peer.nat.offers.iter_mut().find(|(_, offer)| offer.with == *wanted && offer.asker);
    if let Some((_, offer)) = found.filter(|(_, offer)| offer.wanted && offer.session.is_none()) {
        let half = now - AGAIN / 2;
        offer.asked = offer.asked.map(|at| at.min(half));
        schedule(peer, now + AGAIN / 2);
    }
}

/// Sends the consent to those who might introduce us.
fn ask(peer: &mut Peer, id: u32) {
    let now = peer.now;
    let Some(consent) = consent(peer, id) else { return };
    let Some(offer) = peer.nat.offers.get_mut(&id) else { return };
    offer.asked = Some(now);
    let via = offer.via;
    // The relay has links with both: nobody else is needed for a better way.
    let wanted = offer.wanted && !(offer.better && via.is_some_and(|via| peer.links.with(&via).is_some()));
    let mut links: Vec<(bool, LinkId)> = Vec::new();
    let mut others = peer.links.ids();
    let count = others.len();
    peer.rng.sample(&mut others, count);
    for link in others {
        let Some(state) = peer.links.get(link) else { continue };
        let hinted = via == Some(*state.peer());
        if *state.peer() != consent.wanted && (wanted || hinted) {
            links.push((!hinted, link));
        }
    }
    links.sort_by_key(|(other, _)| *other);
    for (_, link) in links {
        let Some(state) = peer.links.get(link) else { continue };
        let (whom, address, port) = (*state.peer(), state.address, state.port);
        let bytes = join::make(peer, &whom, &relay::for_introducer(&consent, &address));
        peer.send_probe(address, port, bytes);
    }
    schedule(peer, now + AGAIN);
}

pub(crate) fn schedule(peer: &mut Peer, at: Time) {
    peer.timers.set_earlier(Timer::Probe, at);
}

/// A consent came by way of an introducer.
pub(crate) fn introduced(
    peer: &mut Peer,
    introducer: &Introducer,
    from: PeerId,
    observed: SocketAddr,
    consent: Consent,
) {
    match consent.answers {
        Some(asked) => answered(peer, introducer, &from, asked, observed, &consent),
        None => asked(peer, introducer, &from, observed, &consent),
    }
}

/// What we asked for is granted.
fn answered(
    peer: &mut Peer,
    introducer: &Introducer,
    from: &PeerId,
    (session, nonce): (u32, [u8; 16]),
    observed: SocketAddr,
    consent: &Consent,
) {
    let now = peer.now;
    let Some(offer) = peer.nat.offers.get_mut(&session) else { return peer.drop(Drop::Unsolicited) };
    if offer.with != *from || offer.nonce != nonce || !offer.asker || offer.session.is_some() {
        return peer.drop(Drop::Unsolicited);
    }
    if now.since(offer.since) > peer.config.consent {
        return peer.drop(Drop::Consent);
    }
    let made = handshake::session(peer, from, consent.session, true, &nonce, &consent.nonce);
    let Some(made) = made else { return peer.drop(Drop::Malformed) };
    start(peer, session, made, introducer, observed, consent);
}

/// Somebody asks for us.
fn asked(peer: &mut Peer, introducer: &Introducer, from: &PeerId, observed: SocketAddr, consent: &Consent) {
    let now = peer.now;
    let asked = (consent.session, consent.nonce);
    // Used once: others bring the same, or it is asked again because no answer came.
    let before =
        peer.nat.offers.iter().find(|(_, offer)| offer.with == *from && offer.answers == Some(asked));
    if let Some(id) = before.map(|(id, _)| *id) {
        return answer_again(peer, id, introducer, consent, observed);
    }
    let wanted = consent.flags & join::WANTED != 0;
    let linked = peer.links.with(from).is_some();
    let better = consent.flags & join::BETTER != 0 && (linked || relay::with(peer, from).is_some());
    if linked && (!wanted || better) {
        return;
    }
    let accepted = wanted || {
        let source = Source { address: observed, port: LocalPort::MAIN };
        membership::accepts(peer, from, &source, false)
    };
    if !accepted || peer.nat.offers.len() >= MAX_OFFERS {
        return peer.drop(Drop::Consent);
    }
    let (session, nonce) = (peer.new_session(), peer.rng.array());
    let made = handshake::session(peer, from, consent.session, false, &consent.nonce, &nonce);
    let Some(made) = made else { return peer.drop(Drop::Malformed) };
    let offer = Offer {
        with: *from,
        nonce,
        asker: false,
        wanted,
        better,
        since: now,
        begun: now,
        asked: None,
        via: None,
        session: None,
        nat: NatKind::Unknown,
        way: Way::Asked,
        answers: Some(asked),
        sent: Vec::new(),
        answered: now,
        relays: Vec::new(),
        challenged: None,
    };
    peer.nat.offers.insert(session, offer);
    answer(peer, session, introducer, consent, observed);
    start(peer, session, made, introducer, observed, consent);
}

/// Our consent goes back by an introducer.
fn answer(peer: &mut Peer, id: u32, introducer: &Introducer, consent: &Consent, observed: SocketAddr) {
    let now = peer.now;
    let Some((with, nonce, better)) =
        peer.nat.offers.get(&id).map(|offer| (offer.with, offer.nonce, offer.better))
    else {
        return;
    };
    // Neighbours behind one router may not reach each other by its address.
    let same = peer.nat.votes.ip() == Some(observed.ip());
    let inside = if same {
        peer.nat.local.iter().copied().filter(|at| is_local(at.ip())).take(2).collect()
    } else {
        Vec::new()
    };
    let wanted = consent.flags & join::WANTED;
    let answer = Consent {
        session: id,
        nonce,
        time: now,
        nat: super::kind(peer),
        flags: wanted | if better { join::BETTER } else { 0 },
        wanted: with,
        answers: Some((consent.session, consent.nonce)),
        inside,
        relays: if wanted != 0 && !better { relay::suggest(peer, &with) } else { Vec::new() },
    };
    let Source { address, port } = introducer.source;
    let bytes = join::make(peer, &introducer.peer, &relay::for_introducer(&answer, &address));
    peer.send_probe(address, port, bytes.clone());
    if let Some(offer) = peer.nat.offers.get_mut(&id) {
        offer.answered = now;
        offer.sent.push((*introducer, bytes));
    }
}

/// The question came again: by another introducer, or because its answer was lost.
fn answer_again(peer: &mut Peer, id: u32, introducer: &Introducer, consent: &Consent, observed: SocketAddr) {
    let now = peer.now;
    let Some(offer) = peer.nat.offers.get_mut(&id) else { return };
    let known = offer.sent.iter().find(|(by, _)| by.peer == introducer.peer);
    match known.map(|(_, bytes)| bytes.clone()) {
        None if offer.sent.len() < ANSWERED_BY => answer(peer, id, introducer, consent, observed),
        Some(bytes) if now.since(offer.answered) >= ANSWER_AGAIN => {
            offer.answered = now;
            peer.send_probe(introducer.source.address, introducer.source.port, bytes);
        }
        _ => {}
    }
}

/// Both have consented: what can be tried is tried.
fn start(
    peer: &mut Peer,
    id: u32,
    session: Session,
    introducer: &Introducer,
    observed: SocketAddr,
    consent: &Consent,
) {
    let now = peer.now;
    let relays = relay::choose(peer, introducer, &consent.relays);
    let (own, other) = (super::kind(peer), consent.nat);
    let probed = |ip: IpAddr| Subnet::of(&SocketAddr::new(ip, 0));
    let birthdays = peer.nat.offers.values().filter_map(|offer| match &offer.way {
        Way::Guess { to, .. } => Some(probed(*to)),
        Way::Open { to, .. } => Some(probed(to.ip())),
        _ => None,
    });
    let birthdays: Vec<_> = birthdays.collect();
    let directs = peer.nat.offers.values().filter(|offer| matches!(offer.way, Way::Direct { .. })).count();
    let may_guess = birthdays.len() < peer.config.max_probings && !birthdays.contains(&probed(observed.ip()));
    let same_net = peer.nat.votes.ip() == Some(observed.ip());
    let mut to = vec![observed];
    if same_net {
        to.extend(consent.inside.iter().copied().filter(|inside| is_local(inside.ip())));
    }
    let random = (peer.rng.u32() % PORTS, step(peer.rng.u32()));
    let first = free_ports(peer);
    let Some(offer) = peer.nat.offers.get_mut(&id) else { return };
    offer.session = Some(session);
    offer.begun = now;
    offer.via = Some(introducer.peer);
    offer.relays = relays;
    offer.nat = other;
    let direct = Way::Direct { to, next: 0 };
    let (way, may) = match (own, other) {
        (NatKind::Hard, NatKind::Hard) => (None, false),
        (NatKind::Hard, NatKind::Static) | (NatKind::Static, _) => (Some(direct), directs < MAX_DIRECT),
        // Who has no wish of the application's is not worth a thousand datagrams.
        (NatKind::Hard, _) | (_, NatKind::Hard) if !offer.wanted => (None, false),
        (NatKind::Hard, _) => {
            let count = peer.config.birthday_ports;
            (Some(Way::Open { to: observed, first, count, sent: 0 }), may_guess)
        }
        (_, NatKind::Hard) => {
            (Some(Way::Guess { to: observed.ip(), first: random.0, step: random.1, tried: 0 }), may_guess)
        }
        _ => (Some(direct), directs < MAX_DIRECT),
    };
    let series = matches!(way, Some(Way::Guess { .. } | Way::Open { .. }));
    let by = (!offer.asker).then_some(introducer.peer);
    let may = may && (!series || vouch::series(peer, by, &observed));
    match way {
        Some(way) if may => {
            if let Way::Open { first, count, .. } = way {
                peer.out_open(first, count);
            }
            if let Some(offer) = peer.nat.offers.get_mut(&id) {
                offer.way = way;
            }
            schedule(peer, now);
        }
        _ => give_up(peer, id),
    }
}

/// A stride through all ports that meets each once.
fn step(random: u32) -> u32 {
    // PORTS is 2^10 · 3^2 · 7.
    let mut step = (random % PORTS) | 1;
    while step.is_multiple_of(3) || step.is_multiple_of(7) {
        step = (step + 2) % PORTS;
    }
    step
}

/// Numbers of sockets that nothing uses.
fn free_ports(peer: &Peer) -> LocalPort {
    let count = peer.config.birthday_ports.max(1);
    let is_used = |first: u16| {
        let range = first..first.saturating_add(count);
        peer.links.iter().any(|(_, link)| range.contains(&link.port.0))
            || peer
                .nat
                .offers
                .values()
                .any(|offer| matches!(offer.way, Way::Open { first, .. } if range.contains(&first.0)))
    };
    let blocks = (u16::MAX - 1) / count;
    let free = (0..blocks).map(|block| 1 + block * count).find(|first| !is_used(*first));
    LocalPort(free.unwrap_or(1))
}

/// `Input::Opened`.
pub(crate) fn opened(peer: &mut Peer, opened_first: LocalPort, opened: u16) {
    let found = peer.nat.offers.iter_mut().find_map(|(id, offer)| match &mut offer.way {
        Way::Open { first, count, .. } if *first == opened_first => Some((*id, count)),
        _ => None,
    });
    let Some((_, count)) = found else {
        // Too late: nobody needs them any more.
        return peer.output(Output::Close { first: opened_first, count: opened });
    };
    *count = opened.min(*count);
    schedule(peer, peer.now);
}

/// `Timer::Probe`: what is due of all probes.
pub(crate) fn due(peer: &mut Peer) {
    let ids: Vec<u32> = peer.nat.offers.keys().copied().collect();
    for id in ids {
        step_one(peer, id);
    }
    let next = peer.nat.offers.values().filter_map(|offer| next(peer, offer)).min();
    if let Some(at) = next {
        schedule(peer, at.max(Time(peer.now.0 + 1)));
    }
}

/// When an offer wants to be looked at.
fn next(peer: &Peer, offer: &Offer) -> Option<Time> {
    let pace = peer.config.birthday_pace.max(Duration::from_micros(100));
    Some(match &offer.way {
        Way::Asked if offer.asker && offer.wanted => {
            offer.asked.map_or(peer.now, |at| at + AGAIN).min(offer.since + peer.config.consent)
        }
        Way::Asked => offer.since + peer.config.consent,
        Way::Direct { next, .. } => match DIRECT.get(*next) {
            Some(at) => offer.begun + Duration::from_millis(*at),
            None => offer.begun + DIRECT_END,
        },
        Way::Guess { tried, .. } if *tried < u32::from(peer.config.birthday_tries) => {
            offer.begun + pace * *tried
        }
        Way::Guess { tried, .. } => offer.begun + pace * *tried + BIRTHDAY_END,
        Way::Open { sent: 0, .. } => offer.begun + BIRTHDAY_END,
        Way::Open { sent: 1, .. } => offer.begun + OPENED_AGAIN,
        Way::Open { .. } => offer.begun + pace * u32::from(peer.config.birthday_tries) + BIRTHDAY_END,
    })
}

fn challenge(peer: &mut Peer, id: u32, to: SocketAddr, port: LocalPort) {
    let token = peer.tokens.path(peer.now, id, to, port);
    let mut body = [CHALLENGE; 9];
    body[1..].copy_from_slice(&token);
    let suite = peer.config.suite;
    let Some(offer) = peer.nat.offers.get_mut(&id) else { return };
    let series = matches!(offer.way, Way::Guess { .. } | Way::Open { .. });
    let by = offer.via.filter(|_| !series);
    let session = offer.session.as_mut();
    if let Some(bytes) = session.and_then(|session| session.seal(suite, Kind::Stream, &body, &mut peer.arena))
    {
        // A series was allowed as a whole.
        if by.is_none_or(|by| vouch::pay(peer, &by, &to, bytes.len())) {
            peer.metrics.probes += 1;
            peer.send_probe(to, port, bytes);
        }
    }
}

fn step_one(peer: &mut Peer, id: u32) {
    let now = peer.now;
    let pace = peer.config.birthday_pace.max(Duration::from_micros(100));
    let tries = u32::from(peer.config.birthday_tries);
    let Some(offer) = peer.nat.offers.get_mut(&id) else { return };
    let age = now.since(offer.begun);
    let mut probes: Vec<(SocketAddr, LocalPort)> = Vec::new();
    let mut over = false;
    match &mut offer.way {
        Way::Asked if now.since(offer.since) >= peer.config.consent => {
            peer.nat.offers.remove(&id);
            return;
        }
        Way::Asked if offer.asker && offer.wanted && offer.asked.is_none_or(|at| now.since(at) >= AGAIN) => {
            let (with, better) = (offer.with, offer.better);
            let again = offer.asked.is_some();
            ask(peer, id);
            if again && !better {
                // Nobody near knows it.
                seek::begin(peer, with);
            }
            return;
        }
        Way::Asked => {}
        Way::Direct { to, next } => {
            while DIRECT.get(*next).is_some_and(|at| age >= Duration::from_millis(*at)) {
                *next += 1;
                if probes.is_empty() {
                    probes.extend(to.iter().map(|to| (*to, LocalPort::MAIN)));
                }
            }
            over = age >= DIRECT_END;
        }
        Way::Guess { to, first, step, tried } => {
            let due = u32::try_from(age.as_micros() / pace.as_micros() + 1).unwrap_or(tries).min(tries);
            // After a pause only some at once: their pace is the promise.
            for _ in 0..due.saturating_sub(*tried).min(8) {
                let port = FIRST_PORT
                    + (u64::from(*first) + u64::from(*tried) * u64::from(*step)).rem_euclid(u64::from(PORTS))
                        as u32;
                *tried += 1;
                probes.push((SocketAddr::new(*to, u16::try_from(port).unwrap_or(u16::MAX)), LocalPort::MAIN));
            }
            over = *tried >= tries && age >= pace * tries + BIRTHDAY_END;
        }
        Way::Open { to, first, count, sent } => {
            if *sent == 0 || (*sent == 1 && age >= OPENED_AGAIN) {
                *sent += 1;
                probes.extend((0..*count).map(|nth| (*to, LocalPort(first.0 + nth))));
            }
            over = age >= pace * tries + BIRTHDAY_END;
        }
    }
    if over {
        return give_up(peer, id);
    }
    for (to, port) in probes {
        challenge(peer, id, to, port);
    }
}

/// No direct way: through another, if the application wants it and there is none yet.
fn give_up(peer: &mut Peer, id: u32) {
    let Some(offer) = end(peer, id, None) else { return };
    let (wanted, with) = (offer.wanted, offer.with);
    if offer.better && relay::with(peer, &with).is_some() {
        return;
    }
    if let (true, Some(session)) = (wanted, offer.session) {
        let by = offer.via.unwrap_or(PeerId::ZERO);
        relay::begin(peer, id, session, by, offer.relays, offer.nat, offer.asker);
    } else if !wanted {
        peer.membership.view.failed(&with);
    }
}

/// Takes an offer away and closes its sockets, but for one.
fn end(peer: &mut Peer, id: u32, keep: Option<LocalPort>) -> Option<Offer> {
    let offer = peer.nat.offers.remove(&id)?;
    if let Way::Open { first, count, .. } = offer.way {
        let last = first.0 + count;
        let middle = keep.filter(|port| (first.0..last).contains(&port.0)).map_or(last, |port| port.0);
        if middle > first.0 {
            peer.output(Output::Close { first, count: middle - first.0 });
        }
        if last > middle + 1 {
            peer.output(Output::Close { first: LocalPort(middle + 1), count: last - middle - 1 });
        }
    }
    Some(offer)
}

/// Ends all offers with a peer, or all.
pub(crate) fn end_all(peer: &mut Peer, with: Option<&PeerId>) {
    let ids: Vec<u32> = peer
        .nat
        .offers
        .iter()
        .filter(|(_, offer)| with.is_none_or(|with| offer.with == *with))
        .map(|(id, _)| *id)
        .collect();
    for id in ids {
        end(peer, id, None);
    }
}

/// A frame of an offered session, directly.
pub(crate) fn frame(
    peer: &mut Peer,
    id: u32,
    source: Source,
    frame: &Sealed<'_>,
    buffer: &mut [u8; MAX_DATAGRAM],
) {
    let (now, suite) = (peer.now, peer.config.suite);
    let Some(offer) = peer.nat.offers.get_mut(&id) else { return peer.drop(Drop::Session) };
    let Some(session) = &mut offer.session else { return peer.drop(Drop::Session) };
    let body = match session.open(suite, frame, buffer) {
        Ok(body) => body,
        Err(reason) => return peer.drop(reason),
    };
    let (what, token) = match body.split_first() {
        Some((what, token)) if frame.kind == Kind::Stream => (*what, <[u8; 8]>::try_from(token).ok()),
        _ => (u8::MAX, None),
    };
    match (what, token) {
        (RESPONSE, Some(token)) => {
            if !peer.tokens.is_path(now, token, id, source.address, source.port) {
                return peer.drop(Drop::Token);
            }
            let Some(Offer { session: Some(session), asker, nat, wanted, .. }) =
                end(peer, id, Some(source.port))
            else {
                return;
            };
            let link = Link::new(session, source.address, source.port, asker, nat, now);
            super::meant(peer, &link, wanted, asker);
            peer.link_up(LinkId(id), link);
        }
        (CHALLENGE, Some(token)) => {
            let mut answer = [RESPONSE; 9];
            answer[1..].copy_from_slice(&token);
            if let Some(bytes) = session.seal(suite, Kind::Stream, &answer, &mut peer.arena) {
                peer.send_reply(source, bytes);
            }
            ours(peer, id, source);
        }
        // The other has its link already: it is not known yet here that it is where this comes from.
        _ => ours(peer, id, source),
    }
}

/// Our own challenge, to where a genuine frame came from.
fn ours(peer: &mut Peer, id: u32, source: Source) {
    let (now, suite) = (peer.now, peer.config.suite);
    let token = peer.tokens.path(now, id, source.address, source.port);
    let Some(offer) = peer.nat.offers.get_mut(&id) else { return };
    if offer.challenged.is_some_and(|at| now.since(at) < Duration::from_millis(20)) {
        return;
    }
    offer.challenged = Some(now);
    let mut body = [CHALLENGE; 9];
    body[1..].copy_from_slice(&token);
    let Some(session) = &mut offer.session else { return };
    if let Some(bytes) = session.seal(suite, Kind::Stream, &body, &mut peer.arena) {
        peer.send_reply(source, bytes);
    }
}

/// A relayed frame of an offered session: the other has given up the direct way, and so do we.
pub(crate) fn relayed(peer: &mut Peer, id: u32) -> bool {
    if peer.nat.offers.get(&id).is_some_and(|offer| offer.session.is_some() && offer.wanted) {
        give_up(peer, id);
        return true;
    }
    false
}

/// Somebody who was asked to introduce us does not know the other.
pub(crate) fn unknown(peer: &mut Peer, _by: LinkId, body: &[u8]) -> Option<()> {
    let wanted = PeerId(body.try_into().ok()?);
    // Others were asked, too; one that only had been named by this one is given up.
    let found =
        peer.nat.offers.iter().find(|(_, offer)| offer.with == wanted && offer.asker && !offer.wanted);
    if let Some(id) = found.map(|(id, _)| *id)
        && peer.nat.offers.get(&id).is_some_and(|offer| offer.session.is_none())
    {
        end(peer, id, None);
        peer.membership.view.failed(&wanted);
    }
    Some(())
}
