//! Sync: finds differences between two sets of packets. Each side sends fingerprints of ranges; where they differ the
//! other sends those of the range's parts, or, when there are few, the ids. What one lacks it pulls, what the other
//! lacks it announces.
//!
//! Body: scope 1 (0 all, 1 one signer's · tag 32), then any number of
//! - 0 · digits 1 · bits 2 · count 4 · fingerprint 16
//! - 1 · digits 1 · bits 2 · number 1 · that many short ids 16

use crate::id::{ClusterTag, PacketId, ShortId};
use crate::links::LinkId;
use crate::metrics::Drop;
use crate::on::announce;
use crate::packet::{Kind, MAX_SEALED_BODY, Reader};
use crate::peer::Peer;
use crate::summary::{DEPTH, Range};
use crate::timers::Timer;

const FINGERPRINT: u8 = 0;
const IDS: u8 = 1;
/// Ranges with at most this many ids are listed.
const FEW: usize = 16;
/// No list is longer: more ids than this below three digits are found by later comparisons or not at all.
const MANY: usize = 64;
/// Frames in answer to one.
const MAX_FRAMES: usize = 8;
/// Comparisons in a row, while they find something.
const MAX_ROUNDS: u16 = 32;

#[derive(Clone, Copy)]
struct Scope(Option<ClusterTag>);

/// Answers of one kind, in as many frames as they need and as there may be.
struct Frames {
    scope: Scope,
    body: Vec<u8>,
    sent: usize,
    link: LinkId,
}

impl Frames {
    fn new(link: LinkId, scope: Scope) -> Self {
        Self { scope, body: Self::head(scope), sent: 0, link }
    }

    fn head(scope: Scope) -> Vec<u8> {
        match scope.0 {
            None => vec![0],
            Some(tag) => {
                let mut head = vec![1];
                head.extend_from_slice(&tag.0);
                head
            }
        }
    }

    fn add(&mut self, peer: &mut Peer, item: &[u8]) {
        if self.body.len() + item.len() > MAX_SEALED_BODY {
            self.send(peer);
        }
        self.body.extend_from_slice(item);
    }

    fn send(&mut self, peer: &mut Peer) {
        let body = std::mem::replace(&mut self.body, Self::head(self.scope));
        if body.len() <= self.body.len() || self.sent >= MAX_FRAMES {
            return;
        }
        self.sent += 1;
        let (now, rate) = (peer.now, peer.config.answer_rate);
        let Some(link) = peer.links.get_mut(self.link) else { return };
        if link.messages.answers.take(now, rate, body.len() as u64) {
            peer.send_frame(self.link, Kind::Sync, &body);
        } else {
            peer.drop(Drop::Rate);
        }
    }
}

fn put_range(item: &mut Vec<u8>, kind: u8, range: Range) {
    item.push(kind);
    item.push(range.digits());
    item.extend_from_slice(&range.bits().to_be_bytes());
}

fn fingerprint(peer: &Peer, scope: Scope, range: Range) -> [u8; 16] {
    peer.cache.fingerprint(peer.config.suite, scope.0.as_ref(), range)
}

fn count(peer: &Peer, scope: Scope, range: Range) -> usize {
    peer.cache.count(scope.0.as_ref(), range)
}

fn put_fingerprint(item: &mut Vec<u8>, peer: &Peer, scope: Scope, range: Range) {
    put_range(item, FINGERPRINT, range);
    let count = u32::try_from(count(peer, scope, range)).unwrap_or(u32::MAX);
    item.extend_from_slice(&count.to_be_bytes());
    item.extend_from_slice(&fingerprint(peer, scope, range));
}

/// Begins to compare with a link: the own clusters, and everything for those who keep everything.
pub(crate) fn begin(peer: &mut Peer, link: LinkId) {
    let mut scopes: Vec<_> = peer.clusters.tags().map(|tag| Scope(Some(*tag))).collect();
    // What nobody could have published yet, and nobody has, need not be compared.
    let current: Vec<_> = peer.clusters.published().copied().collect();
    scopes.retain(|scope| {
        scope.0.is_none_or(|tag| current.contains(&tag) || count(peer, *scope, Range::ALL) > 0)
    });
    if peer.config.sync_all {
        scopes.push(Scope(None));
    }
    for scope in scopes {
        compare(peer, link, scope);
    }
}

fn compare(peer: &mut Peer, link: LinkId, scope: Scope) {
    let mut frames = Frames::new(link, scope);
    let mut item = Vec::new();
    put_fingerprint(&mut item, peer, scope, Range::ALL);
    frames.add(peer, &item);
    frames.send(peer);
}

/// `Timer::Sync`: compares with a random link.
pub(crate) fn due(peer: &mut Peer) {
    let links = peer.links.talkative();
    if let Some(link) = peer.rng.pick(&links).copied() {
        begin(peer, link);
    }
    if !peer.links.is_empty() {
        let next = peer.now + peer.config.sync_interval;
        peer.timers.set(Timer::Sync, next);
    }
}

/// Receives one. `None` when it is malformed.
pub(crate) fn receive(peer: &mut Peer, link: LinkId, body: &[u8]) -> Option<()> {
    let mut reader = Reader(body);
    let scope = match reader.u8()? {
        0 => Scope(None),
        1 => Scope(Some(ClusterTag(reader.array()?))),
        _ => return None,
    };
    let mut frames = Frames::new(link, scope);
    while !reader.0.is_empty() {
        let kind = reader.u8()?;
        let range = Range::new(reader.u8()?, reader.u16()?)?;
        match kind {
            FINGERPRINT => {
                let (_count, theirs) = (reader.u32()?, reader.array::<16>()?);
                if theirs != fingerprint(peer, scope, range) {
                    differs(peer, &mut frames, range);
                }
            }
            IDS => {
                let number = usize::from(reader.u8()?);
                let (ids, _) = reader.take(16 * number)?.as_chunks::<16>();
                listed(peer, link, &mut frames, range, ids);
            }
            _ => return None,
        }
    }
    frames.send(peer);
    Some(())
}

/// A range differs: the next smaller ones, or what is in it.
fn differs(peer: &mut Peer, frames: &mut Frames, range: Range) {
    let scope = frames.scope;
    let mut item = Vec::new();
    if range.digits() == DEPTH || count(peer, scope, range) <= FEW {
        put_list(&mut item, peer, scope, range);
        return frames.add(peer, &item);
    }
    for part in range.parts() {
        item.clear();
        put_fingerprint(&mut item, peer, scope, part);
        frames.add(peer, &item);
    }
}

fn put_list(item: &mut Vec<u8>, peer: &Peer, scope: Scope, range: Range) {
    let ids = peer.cache.range(scope.0.as_ref(), range, MANY);
    put_range(item, IDS, range);
    // At most MANY.
    item.push(u8::try_from(ids.len()).unwrap_or(u8::MAX));
    ids.iter().for_each(|id| item.extend_from_slice(&id.short().0));
}

/// What the other has in a range: what is new is pulled, what is missing there is announced.
fn listed(peer: &mut Peer, link: LinkId, frames: &mut Frames, range: Range, theirs: &[[u8; 16]]) {
    let mut found = 0;
    for id in theirs.iter().map(|id| ShortId(*id)) {
        if !peer.cache.knows_short(&id) {
            announce::want_now(peer, id, link);
            found += 1;
        }
    }
    // Cut short on their side: what is beyond the end is not known to be missing.
    let cut = theirs.len() >= MANY;
    let ours: Vec<PacketId> = peer.cache.range(frames.scope.0.as_ref(), range, MANY);
    let mut missing = 0;
    for id in ours.iter().filter(|id| !theirs.contains(&id.short().0)) {
        if cut && theirs.last().is_some_and(|last| id.short().0 > *last) {
            break;
        }
        let hops = peer.cache.get(id).and_then(|entry| entry.bytes.get(2).copied()).unwrap_or_default();
        announce::tell(peer, link, id.short(), hops);
        missing += 1;
    }
    peer.metrics.reconciled += found + missing;
    if found + missing > 0
        && let Some(state) = peer.links.get_mut(link)
    {
        // There may be more than one round can tell of.
        state.messages.rounds = state.messages.rounds.saturating_add(1);
        if state.messages.rounds <= MAX_ROUNDS {
            let soon = peer.now + peer.config.retry_ceiling;
            peer.timers.set_earlier(Timer::Sync, soon);
        }
    }
}
