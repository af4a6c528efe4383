//! The state of the message layer: what is being spread and pulled at the moment, over which links, and what the
//! application was given. The packets themselves are in `cache`; what a kind of packet does stands in `on/`.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::cache::Memory;
use crate::cluster::ClusterSecret;
use crate::group;
use crate::id::{ClusterId, PacketId, ShortId};
use crate::io::{Direction, Event};
use crate::links::{Link, LinkId};
use crate::on;
use crate::packet::Data;
use crate::peer::Peer;
use crate::table::Table;
use crate::timers::Timer;
use crate::{Config, Time};

/// Spreads that are remembered at once. One is about 150 bytes.
const MAX_SPREADS: usize = 2048;
/// After this long nobody asks for or announces a packet as part of its spreading.
const SPREAD_LIFE: Duration = Duration::from_secs(20);
/// After this long it is known which links brought a packet and which did not.
const JUDGED_AFTER: Duration = Duration::from_secs(1);
/// What the absence of a packet counts as, among the lags of a link that was asked to push.
const ABSENT: Duration = Duration::from_millis(400);
/// Between two changes of who pushes to us.
const SWAP_INTERVAL: Duration = Duration::from_millis(500);
/// Between two looks at who pushes to us.
const CHOICE_INTERVAL: Duration = Duration::from_millis(20);
/// A link that nothing is known of.
const UNKNOWN_LAG: Duration = Duration::from_millis(40);
/// Ids of own messages that are remembered, so that none is given to the application twice.
const MAX_DELIVERED: usize = 4096;

/// A set of links, by their slots.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Slots(pub(crate) u64);

impl Slots {
    pub(crate) fn has(self, slot: u8) -> bool {
        self.0 >> slot & 1 == 1
    }

    pub(crate) fn add(&mut self, slot: u8) {
        self.0 |= 1 << slot;
    }

    pub(crate) fn clear(&mut self, slot: u8) {
        self.0 &= !(1 << slot);
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A packet on its way through us: which links have it, which know that we have it, which were asked for it.
#[derive(Clone, Debug)]
pub(crate) struct Spread {
    /// When the first sign of it came.
    pub(crate) at: Time,
    pub(crate) have: Slots,
    pub(crate) told: Slots,
    pub(crate) asked: Slots,
    pub(crate) want: Option<Want>,
    /// Pushes that were made again over another link.
    pub(crate) failovers: u8,
}

impl Spread {
    /// A link ended, or another begins in its slot.
    fn leave(&mut self, slot: u8) {
        self.have.clear(slot);
        self.told.clear(slot);
        self.asked.clear(slot);
    }
}

/// A packet that is known to exist and is not here.
#[derive(Clone, Debug)]
pub(crate) struct Want {
    pub(crate) tries: u8,
    /// Who was asked last, and when.
    pub(crate) asking: Option<(LinkId, Time)>,
    /// Whose announcement it was: it is on this link's account.
    pub(crate) account: LinkId,
    /// A comparison found it: it is old, and others will have it.
    pub(crate) kept: bool,
}

/// A question along causal links that was sent and not answered.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) since: Time,
    /// How many more steps may follow from the answers.
    pub(crate) steps: u8,
    pub(crate) asked: Slots,
}

/// An own packet that nobody is known to have, and the message it is part of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unsent {
    pub(crate) packet: PacketId,
    pub(crate) message: PacketId,
}

#[derive(Clone, Debug)]
pub(crate) struct Messages {
    /// The logical clock.
    pub(crate) clock: u32,
    spreads: Table<ShortId, Spread>,
    order: VecDeque<(Time, ShortId)>,
    judged: VecDeque<(Time, ShortId)>,
    slots: Slots,
    /// Packets that are wanted.
    pub(crate) wants: usize,
    /// Pushes that were not acknowledged yet.
    pub(crate) pushed: Table<(ShortId, LinkId), Time>,
    /// Own packets that nobody is known to have.
    pub(crate) unsent: BTreeMap<ShortId, Unsent>,
    /// Own messages, and how many packets of each nobody is known to have.
    pub(crate) unspread: BTreeMap<PacketId, usize>,
    pub(crate) asks: BTreeMap<(PacketId, Direction), Ask>,
    pub(crate) delivered: Memory,
    /// The newest message of each own cluster, by the author's clock.
    pub(crate) heads: BTreeMap<ClusterId, (u32, PacketId)>,
    swapped: Time,
    /// When it was last looked at who should push.
    chosen: Time,
    /// Empty lists of links, for `publish`.
    pub(crate) scratch: (Vec<LinkId>, Vec<(LinkId, Role)>),
}

impl Messages {
    pub(crate) fn new(secret: u64) -> Self {
        Self {
            clock: 0,
            spreads: Table::new(secret),
            order: VecDeque::new(),
            judged: VecDeque::new(),
            slots: Slots::default(),
            wants: 0,
            pushed: Table::new(secret),
            unsent: BTreeMap::new(),
            unspread: BTreeMap::new(),
            asks: BTreeMap::new(),
            delivered: Memory::new(MAX_DELIVERED, secret),
            heads: BTreeMap::new(),
            swapped: Time::default(),
            chosen: Time::default(),
            scratch: Default::default(),
        }
    }
}

/// What a link does with new packets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
#[repr(u8)]
pub(crate) enum Role {
    /// Announces them.
    #[default]
    Lazy = 0,
    /// Announces them, and pushes them a moment later unless they are there by then.
    Spare = 1,
    /// Pushes them at once.
    Eager = 2,
}

/// What the message layer knows about a link.
#[derive(Clone, Debug, Default)]
pub(crate) struct LinkMessages {
    pub(crate) slot: u8,
    /// What it asked us to do.
    pub(crate) outward: Role,
    /// What we asked it to do.
    pub(crate) inward: Role,
    /// How long after the first sign of a packet it brings or announces it.
    pub(crate) lag: Option<Duration>,
    /// Wanted packets on its account.
    pub(crate) wanted: usize,
    /// Announcements that wait for `Timer::Flush`, with hops.
    pub(crate) announces: Vec<(ShortId, u8)>,
    /// Pulls that wait for `Timer::Flush`.
    pub(crate) pulls: Vec<ShortId>,
    /// What was pushed to it and may not be acknowledged, and when to give up waiting: oldest first.
    pub(crate) pushes: VecDeque<(Time, ShortId)>,
    /// When something that was pushed to it was not acknowledged in time. Unless it is heard of since then, it may be gone.
    pub(crate) doubted: Option<Time>,
    /// When `Timer::Flush` is due, if it is set, and when it last was.
    pub(crate) flush_at: Option<Time>,
    pub(crate) flushed: Time,
    /// What it may still ask for, in bytes.
    pub(crate) answers: Budget,
    /// What it may still bring, in packets.
    pub(crate) brings: Budget,
    /// Comparisons in a row that found something, and when the last one began.
    pub(crate) rounds: u16,
}

impl LinkMessages {
    pub(crate) fn lag_sample(&mut self, sample: Duration) {
        self.lag = Some(match self.lag {
            None => sample,
            Some(lag) => (lag * 3 + sample) / 4,
        });
    }
}

/// A token bucket: refilled with a number a second, and holding a second's worth.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Budget {
    used: u64,
    at: Time,
}

impl Budget {
    /// Takes `cost`, if it is there.
    pub(crate) fn take(&mut self, now: Time, rate: u32, cost: u64) -> bool {
        let refill = u64::try_from(now.since(self.at).as_micros()).unwrap_or(u64::MAX);
        // A whole refill needs a second; longer absences count as one.
        let refill = refill.min(1_000_000) * u64::from(rate) / 1_000_000;
        if refill > 0 {
            self.used = self.used.saturating_sub(refill);
            self.at = now;
        }
        if self.used + cost > u64::from(rate) {
            return false;
        }
        self.used += cost;
        true
    }

    /// Makes less of it for a while.
    pub(crate) fn penalty(&mut self, rate: u32, cost: u64) {
        self.used = (self.used + cost).min(u64::from(rate));
    }
}

impl Messages {
    pub(crate) fn spread(&self, id: &ShortId) -> Option<&Spread> {
        self.spreads.get(id)
    }

    pub(crate) fn spread_mut(&mut self, id: &ShortId) -> Option<&mut Spread> {
        self.spreads.get_mut(id)
    }

    /// What the tables occupy, about.
    pub(crate) fn bytes(&self) -> usize {
        let ask = size_of::<((PacketId, Direction), Ask)>() * 3 / 2;
        let unsent = size_of::<(ShortId, PacketId)>() * 3 / 2;
        self.spreads.bytes()
            + (self.order.capacity() + self.judged.capacity()) * size_of::<(Time, ShortId)>()
            // And once more in the links' lists.
            + self.pushed.bytes()
            + self.pushed.len() * size_of::<(Time, ShortId)>()
            + self.asks.len() * ask
            + self.unsent.len() * unsent
            + self.delivered.bytes()
    }

    #[cfg(test)]
    pub(crate) fn spreads(&self) -> usize {
        self.spreads.len()
    }
}

/// The spread of a packet, begun now if there is none. Old ones are let go of.
pub(crate) fn begin(peer: &mut Peer, id: ShortId) -> &mut Spread {
    let now = peer.now;
    if !peer.messages.spreads.has(&id) {
        while let Some(&(at, oldest)) = peer.messages.order.front() {
            if peer.messages.order.len() < MAX_SPREADS && now.since(at) < SPREAD_LIFE {
                break;
            }
            peer.messages.order.pop_front();
            forget(peer, &oldest);
        }
        peer.messages.order.push_back((now, id));
        peer.messages.judged.push_back((now, id));
    }
    let new = || Spread {
        at: now,
        have: Slots::default(),
        told: Slots::default(),
        asked: Slots::default(),
        want: None,
        failovers: 0,
    };
    peer.messages.spreads.get_or(id, new).0
}

fn forget(peer: &mut Peer, id: &ShortId) {
    no_longer_wanted(peer, id);
    peer.messages.spreads.remove(id);
}

/// The packet came, or is given up.
pub(crate) fn no_longer_wanted(peer: &mut Peer, id: &ShortId) -> Option<Want> {
    let want = peer.messages.spreads.get_mut(id)?.want.take()?;
    peer.messages.wants -= 1;
    peer.timers.clear(Timer::Pull(*id));
    if let Some(link) = peer.links.get_mut(want.account) {
        link.messages.wanted = link.messages.wanted.saturating_sub(1);
    }
    Some(want)
}

/// A sign of a packet from a link: an announcement, or itself. The link's lag is measured by it.
pub(crate) fn sign(peer: &mut Peer, id: ShortId, link: LinkId) {
    let now = peer.now;
    let Some(slot) = peer.links.get(link).map(|link| link.messages.slot) else { return };
    let spread = begin(peer, id);
    if spread.have.has(slot) {
        return;
    }
    spread.have.add(slot);
    let lag = now.since(spread.at);
    if lag < JUDGED_AFTER
        && let Some(link) = peer.links.get_mut(link)
    {
        link.messages.lag_sample(lag);
    }
}

/// Looks at packets that had the time to come from everywhere: a link that was asked to push them and gave no sign of
/// them is slow or drops them. Then sees whether other links would be better to be pushed by.
pub(crate) fn judge(peer: &mut Peer) {
    let now = peer.now;
    let mut judged = false;
    while let Some(&(at, id)) = peer.messages.judged.front() {
        if now.since(at) < JUDGED_AFTER {
            break;
        }
        peer.messages.judged.pop_front();
        let Some(spread) = peer.messages.spreads.get(&id) else { continue };
        if spread.want.is_some() {
            continue;
        }
        judged = true;
        for (_, link) in peer.links.iter_mut() {
            if link.messages.inward > Role::Lazy && link.since < at && !spread.have.has(link.messages.slot) {
                link.messages.lag_sample(ABSENT);
            }
        }
    }
    if judged && now.since(peer.messages.chosen) >= CHOICE_INTERVAL {
        choose_inward(peer);
    }
}

/// Keeps as many links pushing to us as there should be, and swaps the slowest for one that is clearly faster.
pub(crate) fn choose_inward(peer: &mut Peer) {
    peer.messages.chosen = peer.now;
    let lag = |link: &Link| link.messages.lag.unwrap_or(UNKNOWN_LAG);
    for (role, most) in [(Role::Eager, peer.config.eager), (Role::Spare, peer.config.spare)] {
        loop {
            let inward = peer.links.iter().filter(|(_, link)| link.messages.inward == role);
            let (mut count, mut worst) = (0, None);
            for (id, link) in inward {
                count += 1;
                worst = worst.max(Some((lag(link), id)));
            }
            let others = peer.links.iter().filter(|(_, link)| link.messages.inward < role);
            let best = others.map(|(id, link)| (lag(link), id)).min();
            match (best, worst) {
                (Some((_, best)), _) if count < most => ask_role(peer, best, role),
                (_, Some((_, worst))) if count > most => ask_role(peer, worst, Role::Lazy),
                (Some((fast, best)), Some((slow, worst)))
                    if fast * 2 < slow && peer.now.since(peer.messages.swapped) >= SWAP_INTERVAL =>
                {
                    peer.messages.swapped = peer.now;
                    let instead = peer.links.get(best).map_or(Role::Lazy, |link| link.messages.inward);
                    ask_role(peer, best, role);
                    ask_role(peer, worst, instead);
                    break;
                }
                _ => break,
            }
        }
    }
}

fn ask_role(peer: &mut Peer, link: LinkId, role: Role) {
    if let Some(link) = peer.links.get_mut(link) {
        link.messages.inward = role;
    }
    on::query::send_role(peer, link, role);
}

/// `Input::Subscribe`.
pub(crate) fn subscribe(peer: &mut Peer, secret: ClusterSecret) {
    let cluster = peer.clusters.subscribe(&peer.config, secret, peer.now);
    epoch(peer);
    peer.emit(Event::Subscribed { cluster });
    // What was kept for others until now.
    let tags: Vec<_> = peer.clusters.tags().copied().collect();
    for tag in tags {
        for id in peer.cache.of_signer(&tag) {
            let Some(bytes) = peer.cache.get(&id).map(|entry| entry.bytes.clone()) else { continue };
            let Ok(data) = Data::new(&bytes) else { continue };
            on::publish::deliver(peer, &id, data, None);
        }
    }
    peer.timers.set_earlier(Timer::Sync, peer.now);
}

/// `Input::Unsubscribe`.
pub(crate) fn unsubscribe(peer: &mut Peer, cluster: &ClusterId) {
    peer.clusters.unsubscribe(cluster);
    peer.messages.heads.remove(cluster);
    epoch(peer);
}

/// `Timer::Epoch`.
pub(crate) fn epoch(peer: &mut Peer) {
    match peer.clusters.advance(&peer.config, peer.now) {
        Some(at) => peer.timers.set(Timer::Epoch, at),
        None => peer.timers.clear(Timer::Epoch),
    }
    group::epoch(peer);
}

/// A link was made.
pub(crate) fn up(peer: &mut Peer, id: LinkId) {
    // `membership` keeps fewer links than there are slots; one more shares a slot, which costs duplicates only.
    let slot = u8::try_from(peer.messages.slots.0.trailing_ones().min(63)).unwrap_or(63);
    peer.messages.slots.add(slot);
    peer.messages.spreads.each_mut(|_, spread| spread.leave(slot));
    if let Some(link) = peer.links.get_mut(id) {
        link.messages.slot = slot;
    }
    choose_inward(peer);
    let unsent: Vec<_> = peer.messages.unsent.values().map(|unsent| unsent.packet).collect();
    for packet in unsent {
        on::publish::push(peer, id, &packet);
    }
    on::announce::offer(peer, id);
    on::sync::begin(peer, id);
    let next = peer.now + peer.config.sync_interval;
    if peer.timers.get(Timer::Sync).is_none() {
        peer.timers.set(Timer::Sync, next);
    }
}

/// A link has ended.
pub(crate) fn down(peer: &mut Peer, id: LinkId, link: &Link) {
    let slot = link.messages.slot;
    if !peer.links.iter().any(|(_, other)| other.messages.slot == slot) {
        peer.messages.slots.clear(slot);
    }
    for (_, packet) in &link.messages.pushes {
        // As if it had not been acknowledged, at once.
        if peer.messages.pushed.has(&(*packet, id)) {
            on::publish::push_due(peer, packet, id);
        }
    }
    let mut again = Vec::new();
    peer.messages.spreads.each_mut(|packet, spread| {
        spread.leave(slot);
        if let Some(want) = &spread.want
            && want.asking.is_some_and(|(asked, _)| asked == id)
        {
            again.push(*packet);
        }
    });
    again.sort_unstable();
    for packet in again {
        on::announce::pull_due(peer, &packet);
    }
    if link.messages.inward > Role::Lazy {
        choose_inward(peer);
    }
    if peer.links.is_empty() {
        peer.timers.clear(Timer::Sync);
    }
}

/// How long to wait for something from a link.
pub(crate) fn patience(config: &Config, link: &Link, tries: u8) -> Duration {
    let base = link.patience(config);
    (base * (1 + u32::from(tries) / 4)).min(config.retry_ceiling)
}
