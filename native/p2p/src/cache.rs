//! Packets kept for others, and ids of those that were seen.
//!
//! Three bounds hold at once, all in real bytes: the whole cache; what one signing key of others occupies; what one
//! source (a subnet that links come from) brought. Whoever exceeds a bound loses their own oldest packets, never
//! another's and never the newest. When the whole is full, the source that occupies most loses its oldest; the own
//! clusters lose nothing as long as they are within their reserve.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;

use crate::crypto::Suite;
use crate::id::{ClusterTag, PacketId, ShortId};
use crate::packet::Data;
use crate::peer::Peer;
use crate::summary::{Range, Sums};
use crate::table::Table;
use crate::timers::Timer;
use crate::{Config, Time, on};

mod lists;
mod memory;

use lists::{Hooks, Kind, List, Slots};
pub(crate) use memory::Memory;

/// What a packet occupies besides its bytes: its entry, its places in four tables and two summaries, with their slack.
/// Added up from sizes, for the worst: a signer, a previous packet and a sum for each. Not measured.
pub(crate) const OVERHEAD: usize = 640;

/// Where a packet came from, for quotas: a /24 or a /48, or ourselves.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Source {
    /// Own clusters, from wherever they came: what the reserve is for.
    Own,
    /// A /24 of IPv4.
    V4([u8; 3]),
    /// A /48 of IPv6.
    V6([u8; 6]),
}

impl Source {
    pub(crate) fn of(address: &SocketAddr) -> Self {
        match address.ip().to_canonical() {
            IpAddr::V4(ip) => {
                let [a, b, c, _] = ip.octets();
                Self::V4([a, b, c])
            }
            IpAddr::V6(ip) => {
                let [a, b, c, d, e, f, ..] = ip.octets();
                Self::V6([a, b, c, d, e, f])
            }
        }
    }
}

/// A packet that is kept.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: PacketId,
    /// As it is passed on: with the hops of its next journey.
    pub(crate) bytes: Bytes,
    pub(crate) expires: Time,
    /// Outlived its postage; kept while there is room, broadcast no more.
    archived: bool,
    signer: ClusterTag,
    previous: PacketId,
    source: Source,
    hooks: Hooks,
}

impl Entry {
    pub(crate) fn data(&self) -> Option<Data<'_>> {
        Data::new(&self.bytes).ok()
    }

    fn size(&self) -> usize {
        self.bytes.len() + OVERHEAD
    }
}

#[derive(Clone, Debug, Default)]
struct Usage {
    bytes: usize,
    /// By age.
    packets: List,
}

#[derive(Clone, Debug, Default)]
struct Signer {
    usage: Usage,
    count: u32,
    sums: Option<Box<Sums>>,
}

/// Sets up to this size are added up when they are asked for: their sums cost more than they save.
const FEW: u32 = 64;

/// Packets.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    limits: Limits,
    entries: Slots,
    /// Entries by what links call them.
    by_short: Table<ShortId, u32>,
    /// The same in order, for ranges.
    order: BTreeMap<PacketId, u32>,
    /// Who follows whom.
    following: Table<PacketId, List>,
    expiry: BTreeSet<(Time, u32)>,
    signers: Table<ClusterTag, Signer>,
    sources: BTreeMap<Source, Usage>,
    largest: BTreeSet<(usize, Source)>,
    /// Of all.
    sums: Option<Box<Sums>>,
    remembered: Memory,
    bytes: usize,
}

#[derive(Debug, Default, Clone, Copy)]
struct Limits {
    bytes: usize,
    signer: usize,
    source: usize,
    own: usize,
}

/// Why a packet was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

impl Cache {
    /// `secret`: of this peer, and no other's.
    pub(crate) fn new(config: &Config, secret: u64) -> Self {
        // In two steps, so that it fits a usize of 32 bits too.
        let share = |share: usize| {
            config.cache_bytes / 256 * share.min(256) + config.cache_bytes % 256 * share.min(256) / 256
        };
        Self {
            limits: Limits {
                bytes: config.cache_bytes,
                signer: share(config.signer_share),
                source: share(config.source_share),
                own: share(config.own_share),
            },
            entries: Slots::default(),
            by_short: Table::new(secret),
            order: BTreeMap::new(),
            following: Table::new(secret),
            expiry: BTreeSet::new(),
            signers: Table::new(secret),
            sources: BTreeMap::new(),
            largest: BTreeSet::new(),
            sums: None,
            remembered: Memory::new(config.remembered, secret),
            bytes: 0,
        }
    }

    /// What packets occupy, tables included.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether the packet is here, or was.
    pub(crate) fn knows(&self, id: &PacketId) -> bool {
        self.knows_short(&id.short())
    }

    /// The same by its name on links.
    pub(crate) fn knows_short(&self, id: &ShortId) -> bool {
        self.by_short.has(id) || self.remembered.has(id)
    }

    pub(crate) fn get(&self, id: &PacketId) -> Option<&Entry> {
        self.get_short(&id.short()).filter(|entry| entry.id == *id)
    }

    pub(crate) fn get_short(&self, id: &ShortId) -> Option<&Entry> {
        self.entries.get(*self.by_short.get(id)?)
    }

    /// Keeps a verified packet that is not here. Evicts what must go; the number of packets that went.
    pub(crate) fn insert(
        &mut self,
        now: Time,
        id: PacketId,
        bytes: Bytes,
        life: Duration,
        source: Source,
    ) -> Result<u64, TooLarge> {
        let Ok(data) = Data::new(&bytes) else { return Err(TooLarge) };
        let (signer, previous) = (data.cluster(), data.previous());
        let size = bytes.len() + OVERHEAD;
        let own = source == Source::Own;
        let signer_limit = if own { self.limits.bytes } else { self.limits.signer };
        let source_limit = if own { self.limits.bytes } else { self.limits.source };
        if size > self.limits.bytes || size > signer_limit || size > source_limit {
            return Err(TooLarge);
        }
        let mut evicted = 0;
        while let Some(oldest) =
            self.signers.get(&signer).and_then(|signer| signer.usage.over(signer_limit, size))
        {
            self.evict(oldest);
            evicted += 1;
        }
        while let Some(oldest) = self.sources.get(&source).and_then(|usage| usage.over(source_limit, size)) {
            self.evict(oldest);
            evicted += 1;
        }
        while self.bytes + size > self.limits.bytes {
            let Some(victim) = self.victim() else { return Err(TooLarge) };
            self.evict(victim);
            evicted += 1;
        }
        let expires = now + life;
        let hooks = Hooks::default();
        let slot =
            self.entries.add(Entry { id, bytes, expires, archived: false, signer, previous, source, hooks });
        self.bytes += size;
        self.by_short.insert(id.short(), slot);
        self.order.insert(id, slot);
        self.expiry.insert((expires, slot));
        if !previous.is_zero() {
            let (list, _) = self.following.get_or(previous, List::default);
            self.entries.link(list, Kind::Following, slot);
        }
        let (of_signer, _) = self.signers.get_or(signer, Signer::default);
        of_signer.usage.bytes += size;
        self.entries.link(&mut of_signer.usage.packets, Kind::Signer, slot);
        of_signer.count += 1;
        match &mut of_signer.sums {
            Some(sums) => sums.insert(&id),
            None if of_signer.count > FEW => {
                let all = self.entries.iter(of_signer.usage.packets, Kind::Signer);
                of_signer.sums = Some(Box::new(Sums::of(all.map(|(_, entry)| &entry.id))));
            }
            None => {}
        }
        match &mut self.sums {
            Some(sums) => sums.insert(&id),
            None if self.order.len() > FEW as usize => {
                self.sums = Some(Box::new(Sums::of(self.order.keys())));
            }
            None => {}
        }
        self.resize(source, |usage, entries| {
            usage.bytes += size;
            entries.link(&mut usage.packets, Kind::Source, slot);
        });
        Ok(evicted)
    }

    /// Whose oldest packet goes when the whole is full.
    fn victim(&self) -> Option<u32> {
        let own = self.sources.get(&Source::Own).map_or(0, |usage| usage.bytes);
        let spared = own <= self.limits.own;
        let mut sources = self.largest.iter().rev().map(|(_, source)| *source);
        let source = sources.find(|source| !spared || *source != Source::Own).or(Some(Source::Own))?;
        self.sources.get(&source)?.packets.first()
    }

    fn resize(&mut self, source: Source, change: impl FnOnce(&mut Usage, &mut Slots)) {
        let usage = self.sources.entry(source).or_default();
        self.largest.remove(&(usage.bytes, source));
        change(usage, &mut self.entries);
        if usage.packets.is_empty() {
            self.sources.remove(&source);
        } else {
            self.largest.insert((usage.bytes, source));
        }
    }

    fn evict(&mut self, slot: u32) {
        if let Some(entry) = self.remove(slot) {
            self.remembered.add(entry.id.short());
        }
    }

    /// Takes a packet away, without remembering that it was here.
    fn remove(&mut self, slot: u32) -> Option<Entry> {
        let entry = self.entries.get(slot)?;
        let (id, size, expires) = (entry.id, entry.size(), entry.expires);
        let (signer, source, previous) = (entry.signer, entry.source, entry.previous);
        self.bytes -= size;
        self.by_short.remove(&id.short());
        self.order.remove(&id);
        self.expiry.remove(&(expires, slot));
        if let Some(list) = self.following.get_mut(&previous) {
            self.entries.unlink(list, Kind::Following, slot);
            if list.is_empty() {
                self.following.remove(&previous);
            }
        }
        if let Some(of_signer) = self.signers.get_mut(&signer) {
            of_signer.usage.bytes -= size;
            of_signer.count -= 1;
            self.entries.unlink(&mut of_signer.usage.packets, Kind::Signer, slot);
            if of_signer.count < FEW / 2 {
                of_signer.sums = None;
            }
            if let Some(sums) = &mut of_signer.sums {
                sums.remove(&id);
            }
            if of_signer.count == 0 {
                self.signers.remove(&signer);
            }
        }
        if self.order.len() < FEW as usize / 2 {
            self.sums = None;
        }
        if let Some(sums) = &mut self.sums {
            sums.remove(&id);
        }
        self.resize(source, |usage, entries| {
            usage.bytes -= size;
            entries.unlink(&mut usage.packets, Kind::Source, slot);
        });
        self.entries.take(slot)
    }

    /// Packets whose previous one this is.
    pub(crate) fn after(&self, id: &PacketId) -> impl Iterator<Item = &PacketId> {
        let list = self.following.get(id).copied().unwrap_or_default();
        self.entries.iter(list, Kind::Following).map(|(_, entry)| &entry.id)
    }

    /// Ids in a range, of all packets or of a signer's, in order.
    pub(crate) fn range(&self, scope: Option<&ClusterTag>, range: Range, most: usize) -> Vec<PacketId> {
        let (first, last) = range.bounds();
        let within = self.order.range(first..=last);
        match scope {
            None => within.map(|(id, _)| *id).take(most).collect(),
            // Few: theirs are looked through, not all that there are.
            Some(tag) if self.signers.get(tag).is_none_or(|signer| signer.sums.is_none()) => {
                let mut ids: Vec<_> = self.ids_of(tag).filter(|id| range.contains(id)).copied().collect();
                ids.sort_unstable();
                ids.truncate(most);
                ids
            }
            Some(tag) => {
                let of = |slot: u32| self.entries.get(slot).is_some_and(|entry| entry.signer == *tag);
                within.filter(|(_, slot)| of(**slot)).map(|(id, _)| *id).take(most).collect()
            }
        }
    }

    fn ids_of(&self, tag: &ClusterTag) -> impl Iterator<Item = &PacketId> {
        let list = self.signers.get(tag).map(|signer| signer.usage.packets).unwrap_or_default();
        self.entries.iter(list, Kind::Signer).map(|(_, entry)| &entry.id)
    }

    /// How many ids are in a range, of all packets or of a signer's.
    pub(crate) fn count(&self, scope: Option<&ClusterTag>, range: Range) -> usize {
        self.sums(scope, range, |sums, range| sums.count(range) as usize)
    }

    /// What is compared.
    pub(crate) fn fingerprint(&self, suite: Suite, scope: Option<&ClusterTag>, range: Range) -> [u8; 16] {
        self.sums(scope, range, |sums, range| sums.fingerprint(suite, range))
    }

    fn sums<T>(&self, scope: Option<&ClusterTag>, range: Range, read: impl FnOnce(&Sums, Range) -> T) -> T {
        let kept = match scope {
            None => self.sums.as_deref(),
            Some(tag) => self.signers.get(tag).and_then(|signer| signer.sums.as_deref()),
        };
        match (kept, scope) {
            (Some(sums), _) => read(sums, range),
            (None, None) => read(&Sums::only(range, self.order.keys()), range),
            (None, Some(tag)) => read(&Sums::only(range, self.ids_of(tag)), range),
        }
    }

    /// Ids of a signer's packets, oldest first.
    pub(crate) fn of_signer(&self, tag: &ClusterTag) -> Vec<PacketId> {
        self.ids_of(tag).copied().collect()
    }

    /// Of the newest packets, those that travelled least: what a peer offers to one it meets.
    pub(crate) fn offers(&self, count: usize) -> Vec<PacketId> {
        const LOOKED_AT: usize = 64;
        let newest = self.expiry.iter().rev().take(LOOKED_AT);
        let mut found: Vec<_> = newest
            .filter_map(|(_, slot)| {
                let entry = self.entries.get(*slot).filter(|entry| !entry.archived)?;
                Some((entry.bytes[2], entry.id))
            })
            .collect();
        found.sort_unstable();
        found.into_iter().take(count).map(|(_, id)| id).collect()
    }

    /// When the next packet expires.
    pub(crate) fn next_expiry(&self) -> Option<Time> {
        self.expiry.first().map(|(at, _)| *at)
    }

    /// The bytes that the ids of packets that are gone occupy, about.
    pub(crate) fn memory(&self) -> usize {
        self.remembered.bytes()
    }
}

impl Usage {
    /// The oldest packet, if there is no room for another `size`.
    fn over(&self, limit: usize, size: usize) -> Option<u32> {
        if self.bytes + size <= limit {
            return None;
        }
        self.packets.first()
    }
}

/// Sets the timer for the next packet that expires.
pub(crate) fn schedule(peer: &mut Peer) {
    match peer.cache.next_expiry() {
        Some(at) => peer.timers.set(Timer::Expire, at),
        None => peer.timers.clear(Timer::Expire),
    }
}

/// `Timer::Expire`: a life costs one postage; while some is left the packet is announced to a few and kept for
/// another life. Without, it goes, or is archived by peers that live long.
pub(crate) fn expire(peer: &mut Peer) {
    let archive = peer.config.archive || peer.now.since(peer.started) >= peer.config.archive_after;
    let mut again = Vec::new();
    while let Some(&(at, slot)) = peer.cache.expiry.first() {
        if at > peer.now {
            break;
        }
        let Some(entry) = peer.cache.entries.get_mut(slot) else {
            peer.cache.expiry.remove(&(at, slot));
            continue;
        };
        let Ok(data) = Data::new(&entry.bytes) else { break };
        let postage = data.postage().saturating_sub(1);
        peer.metrics.expired += 1;
        if postage == 0 && !archive {
            peer.cache.evict(slot);
            continue;
        }
        let life = on::publish::life(&peer.config, &data);
        let bytes = data.with(data.hops(), postage);
        peer.cache.expiry.remove(&(at, slot));
        entry.archived = postage == 0;
        entry.bytes = bytes;
        entry.expires = peer.now + life;
        peer.cache.expiry.insert((entry.expires, slot));
        if postage > 0 {
            again.push(entry.id);
        }
    }
    for id in again {
        peer.metrics.rebroadcast += 1;
        on::announce::multicast(peer, &id);
    }
    schedule(peer);
}
