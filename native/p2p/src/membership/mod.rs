//! Whom to have links with: an active view that is kept alive and diverse, and a passive one to fill it from.
//!
//! Links are of two kinds. Those we asked for are chosen at random from what is known, few of a subnet: an attacker
//! cannot fill them by coming to us. Those that others asked for are taken while there is room.

mod frames;
mod liveness;
mod lost;
mod score;
pub(crate) mod view;

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

pub(crate) use frames::{
    goodbye, moved, receive_challenge, receive_goodbye, receive_response, receive_shuffle,
};
pub(crate) use liveness::{alive, beat, heartbeat, network, receive_beat, receive_quiet, remembered, slept};
use score::Score;
use view::{Known, View};

use crate::cache::Source as Subnet;
use crate::handshake::{Attempt, Why};
use crate::id::PeerId;
use crate::io::{Contact, Event, KeepAlive, Source};
use crate::limits::is_local;
use crate::links::{Link, LinkId};
use crate::messages::Budget;
use crate::nat::NatKind;
use crate::on::ping;
use crate::peer::Peer;
use crate::timers::Timer;
use crate::{Config, Time, nat};

/// Addresses that the application named.
const MAX_NAMED: usize = 64;
/// Peers that are not taken again for a while.
const MAX_BANNED: usize = 64;
const BAN: Duration = Duration::from_secs(10 * 60);
/// Links asked for at once.
const AT_ONCE: usize = 4;
/// Between two looks at the views, while links are missing; while none are.
const HURRY: Duration = Duration::from_millis(300);
const REST: Duration = Duration::from_secs(4);
/// Between two tries to come back by those the application named; doubled up to the second.
const COME_BACK: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));
/// Between two lists of peers that are worth remembering.
const TELL: Duration = Duration::from_secs(60);
/// Peers in it.
const TOLD: usize = 64;
/// How long one stays for whom there is no room: to hear of others, to be introduced.
const GUEST: Duration = Duration::from_secs(2);
/// Before a link is ended for a better one.
const TRIAL: Duration = Duration::from_secs(20);

#[derive(Clone, Debug, Default)]
pub(crate) struct Membership {
    pub(crate) view: View,
    /// By whom to come (back) into the network: what the application named, and links that lasted.
    named: Vec<Contact>,
    anchors: Vec<Contact>,
    /// Came back by them so often, and when last.
    returns: u32,
    returned: Time,
    /// Peers whose links failed.
    lost: lost::Lost,
    banned: VecDeque<(Time, PeerId)>,
    /// The application left, and did not join again.
    left: bool,
    shuffled: Time,
    told: Time,
    swapped: Time,
    /// How long mappings last, as far as is known.
    pub(crate) keep_alive: liveness::Silences,
    /// The same of networks that this or an earlier run was in, the newest first, and the one it is in now.
    networks: Vec<KeepAlive>,
    /// Peers whose links failed after a silence: when, and how long it was.
    silent: VecDeque<(PeerId, Time, Duration)>,
    network: Option<IpAddr>,
}

/// What there is to know of one link.
#[derive(Clone, Debug, Default)]
pub(crate) struct LinkMembership {
    pub(crate) score: Score,
    /// A packet, an announcement, a stream went over it: it is to be watched closely.
    pub(crate) used: Time,
    /// The heartbeat that was not answered: its number, the first of its kind, how many.
    beat: u32,
    asked: Option<Time>,
    beats: u32,
    /// A silence that is being tried, and one that nothing came through.
    trial: Option<liveness::Trial>,
    failed: Option<Duration>,
    /// The path challenge before.
    challenged: Option<Time>,
    /// When it sent peers: asking for some, and as an answer.
    shuffled: [Option<Time>; 2],
    /// What it may still ask of us: introductions, and introductions of others, bytes to pass on.
    pub(crate) asks: Budget,
    pub(crate) intros: Budget,
    pub(crate) relays: Budget,
    pub(crate) seeks: Budget,
    /// How much of what it would pass on for others it does, of 255.
    pub(crate) load: u8,
    /// Our own address, as the other saw it last.
    observed: Option<SocketAddr>,
}

impl LinkMembership {
    pub(crate) fn is_quiet(&self) -> bool {
        self.trial.is_some()
    }
}

impl Membership {
    pub(crate) fn new(config: &Config) -> Self {
        Self { keep_alive: liveness::Silences::new(config), ..Self::default() }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.view.bytes()
            + self.lost.bytes()
            + self.silent.len() * size_of::<(PeerId, Time, Duration)>()
            + self.networks.len() * size_of::<KeepAlive>()
            + (self.named.len() + self.anchors.len()) * size_of::<Contact>()
            + self.banned.len() * size_of::<(Time, PeerId)>()
    }

    fn is_banned(&self, now: Time, peer: &PeerId) -> bool {
        self.banned.iter().any(|(at, banned)| banned == peer && now.since(*at) < BAN)
    }
}

/// The application names peers.
pub(crate) fn join(peer: &mut Peer, contacts: Vec<Contact>) {
    peer.membership.left = false;
    for contact in contacts {
        let named = &mut peer.membership.named;
        match named.iter_mut().find(|known| known.address == contact.address) {
            Some(known) => *known = contact,
            None => {
                if named.len() >= MAX_NAMED {
                    named.remove(0);
                }
                named.push(contact);
            }
        }
        ping::open(peer, contact, Why::Named);
    }
    (peer.membership.returns, peer.membership.returned) = (0, peer.now);
    hurry(peer);
}

/// The application leaves the network.
pub(crate) fn leave(peer: &mut Peer) {
    for id in peer.links.ids() {
        goodbye(peer, id, frames::LEAVING);
        peer.link_down(id);
    }
    for session in peer.handshakes.sessions() {
        peer.handshakes.remove(session);
        peer.timers.clear(Timer::Attempt(session));
    }
    nat::leave(peer);
    peer.membership.left = true;
    peer.timers.clear(Timer::Maintain);
}

/// Whether the application left.
pub(crate) fn has_left(peer: &Peer) -> bool {
    peer.membership.left
}

/// Mappings are gone and addresses may have changed: others learn of it by what comes from the new ones.
pub(crate) fn address_changed(peer: &mut Peer) {
    slept(peer);
    // Another network, perhaps, with another NAT.
    peer.membership.keep_alive = liveness::Silences::new(&peer.config);
    peer.membership.network = None;
    for id in peer.links.ids() {
        beat(peer, id);
    }
    let Peer { membership, rng, now, .. } = peer;
    membership.lost.soon(rng, *now);
}

/// The machine goes to sleep.
pub(crate) fn suspend(_peer: &mut Peer) {}

/// The machine is awake; `peer.now` may be much later than it was. Others may have given us up.
pub(crate) fn resume(peer: &mut Peer) {
    address_changed(peer);
    let links: Vec<Contact> = peer.links.iter().map(|(_, link)| contact(link)).collect();
    for contact in links {
        ping::open(peer, contact, Why::Wanted);
    }
    hurry(peer);
}

fn contact(link: &Link) -> Contact {
    Contact { address: link.address, peer: Some(*link.peer()), nat: link.nat }
}

/// Looks at the views soon.
fn hurry(peer: &mut Peer) {
    if !peer.membership.left {
        let at = peer.now + HURRY;
        peer.timers.set_earlier(Timer::Maintain, at);
    }
}

/// Links by subnet, and whether so many subnets are there that none needs more than one.
fn subnets(peer: &Peer) -> (BTreeMap<Subnet, usize>, bool) {
    let mut subnets = BTreeMap::new();
    let mut local = 0;
    for (_, link) in peer.links.iter() {
        if is_local(link.address.ip()) {
            local += 1;
        } else {
            *subnets.entry(Subnet::of(&link.address)).or_default() += 1;
        }
    }
    let diverse = subnets.len() + local >= peer.config.active;
    (subnets, diverse)
}

/// How many links of one subnet there may be now.
fn subnet_limit(config: &Config, diverse: bool) -> usize {
    if diverse { config.max_per_subnet.div_ceil(2) } else { config.max_per_subnet }
}

/// Whether a link that somebody asks for is taken.
pub(crate) fn accepts(peer: &Peer, from: &PeerId, source: &Source, alone: bool) -> bool {
    if peer.membership.left || peer.membership.is_banned(peer.now, from) {
        return false;
    }
    if peer.links.with(from).is_some() || nat::wants(peer, from) {
        return true;
    }
    if !is_local(source.address.ip()) {
        let (subnets, diverse) = subnets(peer);
        let same = subnets.get(&Subnet::of(&source.address)).copied().unwrap_or_default();
        // Two behind one router who know the same few peers: neither is to be left alone.
        if same >= subnet_limit(&peer.config, diverse && !alone) {
            return false;
        }
    }
    // Who has no link at all is let in; somebody else goes then.
    peer.links.len() < peer.config.max_links + if alone { peer.config.max_links / 4 } else { 0 }
}

/// Some peers for one who cannot have us.
pub(crate) fn some(peer: &mut Peer, not: &PeerId, count: usize) -> Vec<(PeerId, NatKind, SocketAddr)> {
    let linked = peer.links.iter().filter(|(_, link)| link.nat != NatKind::Hard && link.nat != NatKind::Easy);
    let mut all: Vec<_> = linked.map(|(_, link)| (*link.peer(), link.nat, link.address)).collect();
    all.retain(|(id, ..)| id != not);
    peer.rng.sample(&mut all, count);
    all
}

/// Whether an address that somebody named may be believed to be one: a private one only by a neighbour.
pub(crate) fn is_plausible(named: &SocketAddr, by: &SocketAddr) -> bool {
    let ip = named.ip();
    let odd = ip.is_unspecified() || ip.is_multicast() || named.port() == 0;
    !odd && (!is_local(ip) || is_local(by.ip()))
}

/// Somebody has no room for us, and names others.
pub(crate) fn refused(
    peer: &mut Peer,
    by: PeerId,
    attempt: &Attempt,
    source: &Source,
    named: &[(PeerId, NatKind, SocketAddr)],
) {
    for (id, nat, address) in named.iter().take(AT_ONCE) {
        remember(peer, *id, Known::named(*address, *nat, None, by), source);
    }
    if attempt.why == Why::Lost {
        back(peer, attempt);
    } else if attempt.why != Why::Found && !attempt.to.is_zero() {
        peer.membership.view.failed(&attempt.to);
    }
    hurry(peer);
}

/// One whose link had failed is there, but has no room: the view has it from now on, and perhaps the others are there again,
/// too.
fn back(peer: &mut Peer, attempt: &Attempt) {
    let Peer { membership, config, rng, now, .. } = peer;
    if membership.lost.remove(&attempt.to) {
        let known = Known::met(attempt.address, NatKind::Unknown);
        membership.view.add(config, rng, attempt.to, known);
        membership.view.tried(&attempt.to, *now);
        membership.lost.soon(rng, *now);
    }
}

fn remember(peer: &mut Peer, id: PeerId, named: Known, source: &Source) {
    let now = peer.now;
    let Peer { membership, config, rng, links, .. } = peer;
    if id == peer.id || links.with(&id).is_some() || membership.is_banned(now, &id) {
        return;
    }
    if is_plausible(&named.address, &source.address) {
        membership.view.add(config, rng, id, named);
    }
}

/// A Ping was not answered.
pub(crate) fn failed(peer: &mut Peer, attempt: &Attempt) {
    if matches!(attempt.why, Why::Lost | Why::Found) {
        return;
    }
    if !attempt.to.is_zero() {
        peer.membership.view.failed(&attempt.to);
    }
    hurry(peer);
}

/// A link was made.
pub(crate) fn up(peer: &mut Peer, id: LinkId) {
    let Some(link) = peer.links.get(id) else { return };
    let (with, outbound) = (*link.peer(), link.outbound);
    peer.membership.view.remove(&with);
    liveness::came_back(peer, &with);
    if peer.membership.lost.remove(&with) {
        // The way between is there again, perhaps: then it is for others, too.
        let Peer { membership, rng, now, .. } = peer;
        membership.lost.soon(rng, *now);
    }
    peer.membership.returns = 0;
    // Our first frame: it makes the other's half of it a link. The answer is the first measure of the way.
    if outbound {
        beat(peer, id);
        frames::shuffle(peer, id);
    } else {
        liveness::watch(peer, id);
    }
    // Who is to go again for want of room has time to hear of others before.
    hurry(peer);
}

/// A link has ended and is no longer in `peer.links`.
pub(crate) fn down(peer: &mut Peer, _id: LinkId, link: &Link) {
    let now = peer.now;
    let Peer { membership, config, rng, .. } = peer;
    if !membership.is_banned(now, link.peer()) {
        let known = Known::met(link.address, link.nat);
        membership.view.add(config, rng, *link.peer(), known);
        membership.view.tried(link.peer(), now);
    }
    hurry(peer);
}

/// `Timer::Maintain`: links to make, links to part with, shuffles.
pub(crate) fn maintain(peer: &mut Peer) {
    if peer.membership.left {
        return;
    }
    trim(peer);
    let missing = fill(peer);
    if peer.links.is_empty() {
        come_back(peer);
    }
    ask_lost(peer);
    swap(peer);
    liveness::longer(peer);
    let now = peer.now;
    if now.since(peer.membership.shuffled) >= peer.config.shuffle_interval {
        peer.membership.shuffled = now;
        let links = peer.links.talkative();
        if let Some(link) = peer.rng.pick(&links).copied() {
            frames::shuffle(peer, link);
        }
    }
    if now.since(peer.membership.told) >= TELL && !peer.links.is_empty() {
        tell(peer);
    }
    let wait = if missing { HURRY } else { REST };
    // Nobody is to be in step with others.
    let micros = usize::try_from(wait.as_micros()).unwrap_or(usize::MAX);
    let wait = wait / 2 + Duration::from_micros(peer.rng.below(micros) as u64);
    peer.timers.set(Timer::Maintain, now + wait);
}

/// Asks for links that are missing. Whether some are.
fn fill(peer: &mut Peer) -> bool {
    let now = peer.now;
    let (mut subnets, diverse) = subnets(peer);
    let outbound = peer.links.iter().filter(|(_, link)| link.outbound).count();
    // Of one subnet one counts: the others may be the same one's.
    let local = peer.links.iter().filter(|(_, link)| is_local(link.address.ip())).count();
    let all = subnets.len() + local;
    let pending = peer
        .handshakes
        .attempts()
        .filter(|attempt| !matches!(attempt.why, Why::Wanted | Why::Lost | Why::Found))
        .count();
    let pending = pending + nat::introductions(peer);
    let missing = peer.config.active.saturating_sub(all).max(peer.config.outbound.saturating_sub(outbound));
    let wanted = missing.saturating_sub(pending).min(AT_ONCE);
    if wanted == 0 || peer.links.len() >= peer.config.max_links {
        return missing > 0;
    }
    for attempt in peer.handshakes.attempts() {
        *subnets.entry(Subnet::of(&attempt.address)).or_default() += 1;
    }
    let mut candidates = peer.membership.view.candidates(now);
    let count = candidates.len();
    peer.rng.sample(&mut candidates, count);
    // Where we know that somebody was there it is more likely that somebody is.
    candidates.sort_by_key(|(_, known)| !known.is_met());
    if peer.rng.below(4) == 0 {
        candidates.reverse();
    }
    let mut begun = 0;
    for (id, known) in candidates {
        let subnet = Subnet::of(&known.address);
        let limit = subnet_limit(&peer.config, diverse);
        let same = subnets.get(&subnet).copied().unwrap_or_default();
        if begun == wanted || (same >= limit && !is_local(known.address.ip())) {
            continue;
        }
        peer.membership.view.tried(&id, now);
        let contact = Contact { address: known.address, peer: Some(id), nat: known.nat };
        let asked = nat::introduce(peer, &id, &known)
            .unwrap_or_else(|| ping::open_named(peer, contact, Why::View, known.by));
        if asked {
            begun += 1;
            *subnets.entry(subnet).or_default() += 1;
        }
    }
    missing > 0
}

/// Asks one whose link failed whether it is there again, however many links there are: perhaps all of them are of one part
/// of the network.
fn ask_lost(peer: &mut Peer) {
    if peer.links.len() >= peer.config.max_links {
        return;
    }
    let Peer { membership, rng, now, .. } = peer;
    if let Some(contact) = membership.lost.due(rng, *now) {
        ping::open(peer, contact, Why::Lost);
    }
}

/// Alone: back by those the application named, and by links that lasted.
fn come_back(peer: &mut Peer) {
    let (first, most) = COME_BACK;
    let wait = (first * (1 << peer.membership.returns.min(5))).min(most);
    if peer.now.since(peer.membership.returned) < wait {
        return;
    }
    peer.membership.returned = peer.now;
    peer.membership.returns += 1;
    let mut contacts = peer.membership.anchors.clone();
    contacts.extend(peer.membership.named.iter().copied());
    for contact in contacts {
        ping::open(peer, contact, Why::Named);
    }
}

/// Parts with links beyond what there may be: the worst of those that others asked for, and those of subnets that have
/// more than their part.
fn trim(peer: &mut Peer) {
    let (mut subnets, diverse) = subnets(peer);
    if diverse {
        let limit = subnet_limit(&peer.config, diverse);
        let mut newest: Vec<_> = peer
            .links
            .iter()
            .filter(|(_, link)| {
                !link.outbound && !is_local(link.address.ip()) && !nat::wants(peer, link.peer())
            })
            .map(|(id, link)| (std::cmp::Reverse(link.since), id, Subnet::of(&link.address)))
            .collect();
        newest.sort_unstable();
        for (_, id, subnet) in newest {
            let count = subnets.entry(subnet).or_default();
            if *count > limit {
                *count -= 1;
                part(peer, id, frames::FULL);
            }
        }
    }
    while peer.links.len() > peer.config.max_links {
        let Some((_, since, id)) = worst(peer, |link| !link.outbound) else { break };
        if peer.now.since(since.0) < GUEST {
            break;
        }
        part(peer, id, frames::FULL);
    }
}

/// The link that did least, the newest of them.
fn worst(peer: &mut Peer, which: impl Fn(&Link) -> bool) -> Option<(i32, std::cmp::Reverse<Time>, LinkId)> {
    let now = peer.now;
    let wanted: Vec<PeerId> =
        peer.links.iter().map(|(_, link)| *link.peer()).filter(|id| nat::wants(peer, id)).collect();
    let links = peer.links.iter_mut().filter(|(_, link)| which(link) && !wanted.contains(link.peer()));
    links.map(|(id, link)| (link.membership.score.points(now), std::cmp::Reverse(link.since), id)).min()
}

/// Ends a link that does clearly less than the others, when there is somebody to take its place.
fn swap(peer: &mut Peer) {
    let now = peer.now;
    if now.since(peer.membership.swapped) < TRIAL || peer.links.len() < peer.config.active {
        return;
    }
    peer.membership.swapped = now;
    let mut points: Vec<i32> =
        peer.links.iter_mut().map(|(_, link)| link.membership.score.points(now)).collect();
    points.sort_unstable();
    let median = points.get(points.len() / 2).copied().unwrap_or_default();
    let old = |link: &Link| now.since(link.since) >= TRIAL;
    if let Some((points, _, id)) = worst(peer, old)
        && points < median - 16
        && !peer.membership.view.candidates(now).is_empty()
    {
        part(peer, id, frames::FULL);
    }
}

fn part(peer: &mut Peer, id: LinkId, reason: u8) {
    goodbye(peer, id, reason);
    peer.link_down(id);
}

/// Tells the application whom to remember: links that we asked for first, the oldest first.
fn tell(peer: &mut Peer) {
    peer.membership.told = peer.now;
    let mut links: Vec<_> =
        peer.links.iter().map(|(_, link)| (!link.outbound, link.since, contact(link))).collect();
    links.sort_unstable_by_key(|(inbound, since, contact)| (*inbound, *since, contact.peer));
    let mut contacts: Vec<Contact> = links.into_iter().map(|(_, _, contact)| contact).collect();
    peer.membership.anchors = contacts.iter().take(AT_ONCE).copied().collect();
    contacts.extend(peer.membership.lost.best(peer.now, lost::KEPT));
    // The next run would ask them as what its application named: only what was met may be.
    let view = peer.membership.view.iter().filter(|(_, known)| known.is_met());
    contacts.extend(view.map(|(id, known)| Contact {
        address: known.address,
        peer: Some(*id),
        nat: known.nat,
    }));
    contacts.truncate(TOLD);
    peer.emit(Event::Contacts(contacts));
}

/// The message layer reports on a link's behaviour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Conduct {
    /// First to bring a packet.
    First,
    /// Sent a packet that is not genuine, or too much.
    Invalid,
    /// Sent a genuine frame that says nothing.
    Malformed,
    /// Announced a packet and did not send it, or did not acknowledge one.
    Broken,
}

/// Counts conduct. A link that is not to be borne ends at the next look at the views, not here: callers go on with it.
pub(crate) fn conduct(peer: &mut Peer, id: LinkId, conduct: Conduct) {
    let now = peer.now;
    let Some(link) = peer.links.get_mut(id) else { return };
    if !link.membership.score.count(now, conduct) {
        let with = *link.peer();
        if !peer.membership.is_banned(now, &with) {
            if peer.membership.banned.len() >= MAX_BANNED {
                peer.membership.banned.pop_front();
            }
            peer.membership.banned.push_back((now, with));
        }
        peer.timers.set(Timer::Unbearable(id), now);
    }
}

/// `Timer::Unbearable`.
pub(crate) fn unbearable(peer: &mut Peer, id: LinkId) {
    if peer.links.get(id).is_some() {
        part(peer, id, frames::CONDUCT);
    }
}
