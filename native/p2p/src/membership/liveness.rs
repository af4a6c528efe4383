//! Is a link alive? A link in use is asked after a second of silence and lost after three. One that is not in use is asked
//! as often as its NATs' mappings need it.
//!
//! How often that is, is found out by halving what is between the longest silence that was survived and the shortest that
//! was not: a link whose peer strangers reach is left alone by both for a while, then its peer says something. When that
//! comes in, the mapping was still there.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use crate::handshake::Why;
use crate::id::PeerId;
use crate::io::{Event, KeepAlive, Source};
use crate::links::LinkId;
use crate::nat::{self, NatKind};
use crate::on::ping;
use crate::on::stream::{ALIVE, HEARTBEAT, QUIET};
use crate::packet::{Kind, Reader, put_address};
use crate::peer::Peer;
use crate::timers::Timer;
use crate::{Config, Time};

/// A link that nothing went over for this long is not in use.
const IN_USE: Duration = Duration::from_secs(30);
/// How often a silent link is asked before it is lost.
const ASKS: u32 = 7;
/// What is learned about mappings is not less than this.
const LEAST: Duration = Duration::from_secs(5);
/// Sent this much before a mapping ends.
const MARGIN: Duration = Duration::from_secs(3);
/// Longer silences are not tried: so long a peer may be gone without being missed.
const MOST: Duration = Duration::from_secs(120);
/// Nearer than this the longest good silence and the shortest bad one need not be.
const NEAR: Duration = Duration::from_secs(5);
/// How long after a silence the other has to be heard, before it is taken for one that cost the mapping.
const HEARD: Duration = Duration::from_millis(1500);
/// Between two trials.
const TRIALS: Duration = Duration::from_secs(10);
/// Networks that are remembered.
const MAX_NETWORKS: usize = 8;
/// Peers whose links failed after a silence, and how long after it they are taken for ones that were there all the time.
const MAX_SILENT: usize = 8;
const BACK: Duration = Duration::from_secs(60);

/// How long mappings last.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Silences {
    /// A silence that they survive, as far as is known.
    pub(crate) good: Duration,
    /// The shortest that they did not.
    bad: Option<Duration>,
    tried: Time,
}

impl Silences {
    pub(crate) fn new(config: &Config) -> Self {
        Self { good: config.keep_alive, ..Self::default() }
    }

    /// The silence to be tried next. `None`: it is known well enough.
    fn next(&self) -> Option<Duration> {
        let end = self.bad.unwrap_or(MOST).min(MOST);
        let gap = end.saturating_sub(self.good);
        // Whole seconds are what is said on the wire.
        (gap > NEAR).then(|| Duration::from_secs((self.good + gap / 2).as_secs()))
    }

    fn survived(&mut self, silence: Duration) {
        self.good = self.good.max(silence);
        if self.bad.is_some_and(|bad| bad <= self.good) {
            self.bad = None;
        }
    }

    fn did_not_survive(&mut self, silence: Duration) {
        self.bad = Some(self.bad.map_or(silence, |bad| bad.min(silence)));
        if self.good >= silence {
            self.good = (silence * 3 / 4).max(LEAST + MARGIN);
        }
    }
}

/// A silence on a link, to find out what it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trial {
    since: Time,
    length: Duration,
    /// Whether it is ours; otherwise the other's, which we are to end by saying something.
    own: bool,
}

/// The name of a network: addresses of IPv6 differ within one.
fn name(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into(),
        ip => ip,
    }
}

/// Our address from outside is known: what is known of its network is to be gone on with.
pub(crate) fn network(peer: &mut Peer, ip: IpAddr) {
    let ip = name(ip);
    if peer.membership.network.replace(ip) == Some(ip) {
        return;
    }
    peer.membership.keep_alive = Silences::new(&peer.config);
    if let Some(known) = peer.membership.networks.iter().find(|known| known.network == ip) {
        let silences = &mut peer.membership.keep_alive;
        (silences.good, silences.bad) = (known.good, known.bad);
        // It may be less than what links were watched by.
        for link in peer.links.ids() {
            watch(peer, link);
        }
    }
}

/// `Input::KeepAlives`.
pub(crate) fn remembered(peer: &mut Peer, networks: Vec<KeepAlive>) {
    // What was kept may have been damaged.
    let sound = |one: &KeepAlive| {
        (LEAST + MARGIN..=MOST).contains(&one.good) && one.bad.is_none_or(|bad| bad > one.good)
    };
    for one in networks.into_iter().filter(sound).take(MAX_NETWORKS) {
        let network = name(one.network);
        if peer.membership.networks.iter().all(|known| known.network != network) {
            peer.membership.networks.push(KeepAlive { network, ..one });
        }
    }
    peer.membership.networks.truncate(MAX_NETWORKS);
    if let Some(ip) = peer.membership.network.take() {
        network(peer, ip);
    }
}

/// Something new is known of the network that we are in.
fn learned(peer: &mut Peer) {
    let Some(network) = peer.membership.network else { return };
    let Silences { good, bad, .. } = peer.membership.keep_alive;
    let networks = &mut peer.membership.networks;
    networks.retain(|known| known.network != network);
    networks.insert(0, KeepAlive { network, good, bad });
    networks.truncate(MAX_NETWORKS);
    let all = networks.clone();
    peer.emit(Event::KeepAlives(all));
}

/// How long a link may be silent.
fn patience(peer: &Peer, id: LinkId) -> Duration {
    let Some(link) = peer.links.get(id) else { return peer.config.liveness };
    let used = link.membership.used.max(link.since);
    let busy = peer.now.since(used) < IN_USE || nat::wants(peer, link.peer());
    if busy { peer.config.liveness } else { keep_alive(peer) }
}

/// How often something must be sent.
pub(crate) fn keep_alive(peer: &Peer) -> Duration {
    peer.membership.keep_alive.good.saturating_sub(MARGIN).max(LEAST).max(peer.config.liveness)
}

/// How long an answer is waited for in all.
fn grace(peer: &Peer) -> Duration {
    peer.config.link_timeout.saturating_sub(peer.config.liveness)
}

/// Sets the link's timer.
pub(crate) fn watch(peer: &mut Peer, id: LinkId) {
    let patience = patience(peer, id);
    let Some(link) = peer.links.get(id) else { return };
    if let Some(Trial { since, length, own }) = link.membership.trial {
        let end = since + length + if own { HEARD } else { Duration::ZERO };
        return peer.timers.set(Timer::Heartbeat(id), end.max(peer.now + Duration::from_millis(1)));
    }
    // What comes in keeps no mapping open: something must go out, too.
    let at =
        (link.heard + patience).min(link.spoke + peer.membership.keep_alive.good.max(peer.config.liveness));
    peer.timers.set(Timer::Heartbeat(id), at.max(peer.now + Duration::from_millis(1)));
}

/// Asks whether the link is alive.
pub(crate) fn beat(peer: &mut Peer, id: LinkId) {
    let now = peer.now;
    let wait = grace(peer) / ASKS;
    let (kind, load) = (nat::kind(peer) as u8, nat::load(peer));
    let Some(link) = peer.links.get_mut(id) else { return };
    let state = &mut link.membership;
    state.beat = state.beat.wrapping_add(1);
    state.beats += 1;
    state.asked.get_or_insert(now);
    let number = state.beat.to_be_bytes();
    peer.send_frame(id, Kind::Stream, &[HEARTBEAT, number[0], number[1], number[2], number[3], kind, load]);
    peer.timers.set(Timer::Heartbeat(id), now + wait.max(Duration::from_millis(1)));
}

/// `Timer::Heartbeat`.
pub(crate) fn heartbeat(peer: &mut Peer, id: LinkId) {
    let (now, grace, patience) = (peer.now, grace(peer), patience(peer, id));
    if let Some(link) = peer.links.get(id).filter(|link| link.session.is_worn()) {
        // A counter is used once for a key: a new session long before they end.
        let contact = super::contact(link);
        ping::open(peer, contact, Why::Wanted);
    }
    if trial_ends(peer, id) {
        return;
    }
    let Some(link) = peer.links.get_mut(id) else { return };
    let state = &mut link.membership;
    if state.asked.is_some_and(|at| link.heard >= at && now > at) {
        // Anything genuine is an answer.
        state.asked = None;
        state.beats = 0;
    }
    match state.asked {
        Some(at) if now.since(at) >= grace && now.since(link.heard) >= grace => lost(peer, id),
        Some(_) => beat(peer, id),
        None if now.since(link.heard) >= patience
            || now.since(link.spoke) >= peer.membership.keep_alive.good =>
        {
            beat(peer, id);
        }
        None => watch(peer, id),
    }
}

fn lost(peer: &mut Peer, id: LinkId) {
    let Some(link) = peer.links.get(id) else { return };
    let (with, contact, lasted) = (*link.peer(), super::contact(link), link.heard.since(link.since));
    let idle = peer.now.since(link.since) > IN_USE && patience(peer, id) > peer.config.liveness;
    if idle {
        // Either the silence cost the way, or it is gone: that is known when it comes back.
        let (now, silence) = (peer.now, keep_alive(peer));
        let silent = &mut peer.membership.silent;
        silent.retain(|(_, at, _)| now.since(*at) < BACK);
        silent.truncate(MAX_SILENT - 1);
        silent.push_front((with, now, silence));
    }
    peer.link_down(id);
    // It was there, and no longer is: others first.
    peer.membership.view.failed(&with);
    // Behind a NAT it has to ask us.
    if !matches!(contact.nat, NatKind::Easy | NatKind::Hard) && !peer.membership.is_banned(peer.now, &with) {
        let Peer { membership, config, rng, now, .. } = peer;
        membership.lost.add(config, rng, *now, with, contact, lasted);
    }
}

/// There is a link again with one whose last one failed after a silence: it was there, and the way was not.
pub(crate) fn came_back(peer: &mut Peer, with: &PeerId) {
    let now = peer.now;
    let silent = &mut peer.membership.silent;
    let found = silent.iter().position(|(peer, at, _)| peer == with && now.since(*at) < BACK);
    if let Some((_, _, silence)) = found.and_then(|at| silent.remove(at)) {
        peer.membership.keep_alive.did_not_survive(silence);
        learned(peer);
    }
}

/// A link did not survive its silence: mappings may last less long than was thought.
fn shorter(peer: &mut Peer) {
    let before = peer.membership.keep_alive.good;
    peer.membership.keep_alive.did_not_survive(before);
    learned(peer);
}

/// Tries a longer silence, on a link that nobody needs at the moment. Called now and then.
pub(crate) fn longer(peer: &mut Peer) {
    let now = peer.now;
    let own = nat::kind(peer);
    let Some(length) = peer.membership.keep_alive.next() else { return };
    let trying = peer.links.iter().any(|(_, link)| link.membership.trial.is_some_and(|trial| trial.own));
    if own == NatKind::Unknown || trying || now.since(peer.membership.keep_alive.tried) < TRIALS {
        return;
    }
    // The other's own NAT must have no part in it.
    let idle = |link: &crate::links::Link| {
        link.nat == NatKind::Static
            && link.membership.trial.is_none()
            && link.membership.asked.is_none()
            && now.since(link.membership.used.max(link.since)) >= IN_USE
    };
    let links: Vec<LinkId> = peer
        .links
        .iter()
        .filter(|(_, link)| idle(link) && !nat::wants(peer, link.peer()))
        .map(|(id, _)| id)
        .collect();
    let Some(id) = peer.rng.pick(&links).copied() else { return };
    peer.membership.keep_alive.tried = now;
    let seconds = u16::try_from(length.as_secs()).unwrap_or(u16::MAX).to_be_bytes();
    peer.send_frame(id, Kind::Stream, &[QUIET, seconds[0], seconds[1]]);
    if let Some(link) = peer.links.get_mut(id) {
        link.membership.trial = Some(Trial { since: now, length, own: true });
    }
    watch(peer, id);
}

/// The other asks for silence, after which we are to say something.
pub(crate) fn receive_quiet(peer: &mut Peer, id: LinkId, body: &[u8]) -> Option<()> {
    let seconds = u16::from_be_bytes(body.try_into().ok()?);
    let (now, length) = (peer.now, Duration::from_secs(u64::from(seconds)));
    let wanted = nat::wants(peer, peer.links.get(id)?.peer());
    let link = peer.links.get_mut(id)?;
    // A link that is needed is watched, whatever the other asks for.
    let used = now.since(link.membership.used.max(link.since)) < IN_USE;
    if length > MOST || used || wanted || link.membership.trial.is_some() {
        return Some(());
    }
    link.membership.trial = Some(Trial { since: now, length, own: false });
    link.membership.asked = None;
    link.membership.beats = 0;
    watch(peer, id);
    Some(())
}

/// Something came over a link, or went: what does it say about a trial?
fn trial_ends(peer: &mut Peer, id: LinkId) -> bool {
    let now = peer.now;
    let Some(link) = peer.links.get_mut(id) else { return false };
    let Some(trial) = link.membership.trial else { return false };
    let end = trial.since + trial.length;
    let disturbed = link.spoke > trial.since || link.membership.used > trial.since;
    let heard = link.heard > trial.since;
    let early = heard && link.heard + HEARD / 2 < end;
    if disturbed || early {
        // It was no silence.
        link.membership.trial = None;
        return false;
    }
    match trial.own {
        true if heard => {
            link.membership.trial = None;
            peer.membership.keep_alive.survived(trial.length);
            learned(peer);
            false
        }
        true if now >= end + HEARD => {
            // Nothing came. If the other answers us now, it was the silence that it did not get through.
            link.membership.trial = None;
            link.membership.failed = Some(trial.length);
            // So far it was not to be heard from.
            link.heard = now;
            beat(peer, id);
            true
        }
        false if now >= end => {
            link.membership.trial = None;
            link.heard = now;
            beat(peer, id);
            true
        }
        _ => {
            watch(peer, id);
            true
        }
    }
}

/// Receives a heartbeat.
pub(crate) fn receive_beat(peer: &mut Peer, id: LinkId, source: Source, body: &[u8]) -> Option<()> {
    trial_ends(peer, id);
    let mut reader = Reader(body);
    let number: [u8; 4] = reader.array()?;
    let (kind, load) = (NatKind::from_number(reader.u8()?), reader.u8()?);
    reader.end()?;
    let link = peer.links.get_mut(id)?;
    (link.nat, link.membership.load) = (kind, load);
    let mut answer = Vec::with_capacity(24);
    answer.push(ALIVE);
    answer.extend_from_slice(&number);
    put_address(&mut answer, &source.address);
    peer.send_frame(id, Kind::Stream, &answer);
    Some(())
}

/// Receives an answer: the other is there, and says what our address looks like.
pub(crate) fn alive(peer: &mut Peer, id: LinkId, source: Source, body: &[u8]) -> Option<()> {
    let mut reader = Reader(body);
    let (number, observed) = (reader.u32()?, reader.address()?);
    reader.end()?;
    let now = peer.now;
    let link = peer.links.get_mut(id)?;
    let state = &mut link.membership;
    if number == state.beat {
        if state.beats == 1
            && let Some(at) = state.asked
        {
            link.rtt.sample(now.since(at));
        }
        state.asked = None;
        state.beats = 0;
    }
    let failed = link.membership.failed.take();
    let before = link.membership.observed.replace(observed);
    let silent = now.since(link.membership.used.max(link.since)) >= IN_USE;
    if silent && before.is_some_and(|before| before.ip() == observed.ip() && before.port() != observed.port())
    {
        // The same router gave us another port: the old mapping was gone.
        shorter(peer);
    }
    if let Some(silence) = failed {
        // It is there, and what it said at the end of the silence did not come in.
        peer.membership.keep_alive.did_not_survive(silence);
        learned(peer);
    }
    nat::observed(peer, &source, observed);
    watch(peer, id);
    Some(())
}

/// We slept, or were not let run: silence until now says nothing.
pub(crate) fn slept(peer: &mut Peer) {
    let now = peer.now;
    for (_, link) in peer.links.iter_mut() {
        link.heard = now;
        link.membership.asked = None;
        link.membership.beats = 0;
        link.membership.trial = None;
        link.membership.failed = None;
    }
}
