//! Packets kept for others, and ids of those that were seen.
//!
//! Three bounds hold at once, all in real bytes: the whole cache; what one signing key of others occupies; what one
//! source (a subnet that links come from) brought. Whoever exceeds a bound loses their own oldest packets, never
//! another's and never the newest. When the whole is full, the source that occupies most loses its oldest; the own
//! clusters lose nothing as long as they are within their reserve.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;

use crate::id::{ClusterTag, PacketId, ShortId};
use crate::packet::Data;
use crate::peer::Peer;
use crate::summary::{Range, Summary};
use crate::timers::Timer;
use crate::{Config, Time, on};

/// What a packet occupies besides its bytes: its place in seven ordered tables, with their slack. Added up from the
/// sizes of their entries, not measured.
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
#[derive(Debug)]
pub(crate) struct Entry {
    /// As it is passed on: with the hops of its next journey.
    pub(crate) bytes: Bytes,
    pub(crate) expires: Time,
    /// Outlived its postage; kept while there is room, broadcast no more.
    archived: bool,
    sequence: u64,
    signer: ClusterTag,
    source: Source,
}

impl Entry {
    pub(crate) fn data(&self) -> Option<Data<'_>> {
        Data::new(&self.bytes).ok()
    }

    fn size(&self) -> usize {
        self.bytes.len() + OVERHEAD
    }
}

#[derive(Debug, Default)]
struct Usage {
    bytes: usize,
    /// By age.
    packets: BTreeMap<u64, PacketId>,
}

#[derive(Debug, Default)]
struct Signer {
    usage: Usage,
    summary: Summary,
}

/// Packets.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    limits: Limits,
    entries: BTreeMap<PacketId, Entry>,
    /// Who follows whom.
    following: BTreeSet<(PacketId, PacketId)>,
    expiry: BTreeSet<(Time, PacketId)>,
    signers: BTreeMap<ClusterTag, Signer>,
    sources: BTreeMap<Source, Usage>,
    largest: BTreeSet<(usize, Source)>,
    summary: Summary,
    remembered: Memory,
    bytes: usize,
    sequence: u64,
}

#[derive(Debug, Default, Clone, Copy)]
struct Limits {
    bytes: usize,
    signer: usize,
    source: usize,
    own: usize,
}

/// Why a packet was not kept.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

impl Cache {
    pub(crate) fn new(config: &Config) -> Self {
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
            remembered: Memory::new(config.remembered),
            ..Self::default()
        }
    }

    /// What packets occupy, tables included.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether the packet is here, or was.
    pub(crate) fn knows(&self, id: &PacketId) -> bool {
        self.entries.contains_key(id) || self.remembered.has(&id.short())
    }

    /// The same by its name on links.
    pub(crate) fn knows_short(&self, id: &ShortId) -> bool {
        self.get_short(id).is_some() || self.remembered.has(id)
    }

    pub(crate) fn get(&self, id: &PacketId) -> Option<&Entry> {
        self.entries.get(id)
    }

    pub(crate) fn get_short(&self, id: &ShortId) -> Option<(&PacketId, &Entry)> {
        let (mut first, mut last) = ([0; 32], [0xff; 32]);
        first[..16].copy_from_slice(&id.0);
        last[..16].copy_from_slice(&id.0);
        self.entries.range(PacketId(first)..=PacketId(last)).next()
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
            self.evict(&oldest);
            evicted += 1;
        }
        while let Some(oldest) = self.sources.get(&source).and_then(|usage| usage.over(source_limit, size)) {
            self.evict(&oldest);
            evicted += 1;
        }
        while self.bytes + size > self.limits.bytes {
            let Some(victim) = self.victim() else { return Err(TooLarge) };
            self.evict(&victim);
            evicted += 1;
        }
        self.sequence += 1;
        let expires = now + life;
        let entry = Entry { bytes, expires, archived: false, sequence: self.sequence, signer, source };
        self.bytes += size;
        self.expiry.insert((expires, id));
        if !previous.is_zero() {
            self.following.insert((previous, id));
        }
        let of_signer = self.signers.entry(signer).or_default();
        of_signer.usage.add(entry.sequence, id, size);
        of_signer.summary.insert(&id);
        self.resize(source, |usage| usage.add(entry.sequence, id, size));
        self.summary.insert(&id);
        self.entries.insert(id, entry);
        Ok(evicted)
    }

    /// Whose oldest packet goes when the whole is full.
    fn victim(&self) -> Option<PacketId> {
        let own = self.sources.get(&Source::Own).map_or(0, |usage| usage.bytes);
        let spared = own <= self.limits.own;
        let mut sources = self.largest.iter().rev().map(|(_, source)| *source);
        let source = sources.find(|source| !spared || *source != Source::Own).or(Some(Source::Own))?;
        self.sources.get(&source)?.packets.values().next().copied()
    }

    fn resize(&mut self, source: Source, change: impl FnOnce(&mut Usage)) {
        let usage = self.sources.entry(source).or_default();
        self.largest.remove(&(usage.bytes, source));
        change(usage);
        if usage.packets.is_empty() {
            self.sources.remove(&source);
        } else {
            self.largest.insert((usage.bytes, source));
        }
    }

    fn evict(&mut self, id: &PacketId) {
        self.remove(id);
        self.remembered.add(id.short());
    }

    /// Takes a packet away, without remembering that it was here.
    fn remove(&mut self, id: &PacketId) -> Option<Entry> {
        let entry = self.entries.remove(id)?;
        let size = entry.size();
        self.bytes -= size;
        self.expiry.remove(&(entry.expires, *id));
        self.summary.remove(id);
        if let Some(data) = entry.data() {
            self.following.remove(&(data.previous(), *id));
        }
        if let Some(signer) = self.signers.get_mut(&entry.signer) {
            signer.usage.remove(entry.sequence, size);
            signer.summary.remove(id);
            if signer.usage.packets.is_empty() {
                self.signers.remove(&entry.signer);
            }
        }
        self.resize(entry.source, |usage| usage.remove(entry.sequence, size));
        Some(entry)
    }

    /// Packets whose previous one this is.
    pub(crate) fn after(&self, id: &PacketId) -> impl Iterator<Item = &PacketId> {
        self.following.range((*id, PacketId::ZERO)..=(*id, PacketId([0xff; 32]))).map(|(_, after)| after)
    }

    /// Ids in a range, of all packets or of a signer's.
    pub(crate) fn range(&self, scope: Option<&ClusterTag>, range: Range, most: usize) -> Vec<PacketId> {
        let (first, last) = range.bounds();
        let within = self.entries.range(first..=last);
        match scope {
            None => within.map(|(id, _)| *id).take(most).collect(),
            Some(tag) => {
                within.filter(|(_, entry)| entry.signer == *tag).map(|(id, _)| *id).take(most).collect()
            }
        }
    }

    /// The summary of all packets or of a signer's. `None` when there is none of it.
    pub(crate) fn summary(&self, scope: Option<&ClusterTag>) -> Option<&Summary> {
        match scope {
            None => Some(&self.summary),
            Some(tag) => self.signers.get(tag).map(|signer| &signer.summary),
        }
    }

    /// Ids of a signer's packets, oldest first.
    pub(crate) fn of_signer(&self, tag: &ClusterTag) -> Vec<PacketId> {
        self.signers.get(tag).map_or_else(Vec::new, |signer| signer.usage.packets.values().copied().collect())
    }

    /// Of the newest packets, those that travelled least: what a peer offers to one it meets.
    pub(crate) fn offers(&self, count: usize) -> Vec<PacketId> {
        const LOOKED_AT: usize = 64;
        let newest = self.expiry.iter().rev().take(LOOKED_AT);
        let mut found: Vec<_> = newest
            .filter_map(|(_, id)| {
                self.entries.get(id).filter(|entry| !entry.archived).map(|entry| (entry.bytes[2], *id))
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
    fn add(&mut self, sequence: u64, id: PacketId, size: usize) {
        self.bytes += size;
        self.packets.insert(sequence, id);
    }

    fn remove(&mut self, sequence: u64, size: usize) {
        self.bytes -= size;
        self.packets.remove(&sequence);
    }

    /// The oldest packet, if there is no room for another `size`.
    fn over(&self, limit: usize, size: usize) -> Option<PacketId> {
        if self.bytes + size <= limit {
            return None;
        }
        self.packets.values().next().copied()
    }
}

/// The newest so many ids; the oldest is forgotten for a new one.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    limit: usize,
    order: VecDeque<ShortId>,
    ids: BTreeSet<ShortId>,
}

impl Memory {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    /// Whether it was new.
    pub(crate) fn add(&mut self, id: ShortId) -> bool {
        if self.limit == 0 || !self.ids.insert(id) {
            return self.limit == 0;
        }
        self.order.push_back(id);
        if self.order.len() > self.limit
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }

    pub(crate) fn has(&self, id: &ShortId) -> bool {
        self.ids.contains(id)
    }

    pub(crate) fn bytes(&self) -> usize {
        // In a ring, and in a tree whose nodes are two thirds full.
        self.order.len() * (16 + 24)
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
    while let Some(&(at, id)) = peer.cache.expiry.first() {
        if at > peer.now {
            break;
        }
        let Some(entry) = peer.cache.entries.get_mut(&id) else {
            peer.cache.expiry.remove(&(at, id));
            continue;
        };
        let Ok(data) = Data::new(&entry.bytes) else { break };
        let postage = data.postage().saturating_sub(1);
        peer.metrics.expired += 1;
        if postage == 0 && !archive {
            peer.cache.evict(&id);
            continue;
        }
        let life = on::publish::life(&peer.config, &data);
        let bytes = data.with(data.hops(), postage);
        peer.cache.expiry.remove(&(at, id));
        entry.archived = postage == 0;
        entry.bytes = bytes;
        entry.expires = peer.now + life;
        peer.cache.expiry.insert((entry.expires, id));
        if postage > 0 {
            again.push(id);
        }
    }
    for id in again {
        peer.metrics.rebroadcast += 1;
        on::announce::multicast(peer, &id);
    }
    schedule(peer);
}
