//! Messages longer than a packet, put together again.
//!
//! The head says how many fragments there are and how long the message is. Nothing is believed of that, and nothing
//! allocated for it, before the bytes are there; each fragment carries its author's signature, so that only pieces
//! that one author made for one head are put together.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;

use crate::envelope::{Content, FRAGMENT, For, Opened, WHOLE};
use crate::id::{PacketId, PeerId};
use crate::packet::Data;
use crate::timers::{Timer, Timers};
use crate::{Config, Time};

/// What a table entry is counted as, its keys and what the allocator adds included.
const ENTRY: usize = 256;
/// What a piece is counted as, its bytes apart.
const PIECE: usize = 128;

/// A message that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Whole {
    /// Of the only packet, or of the head.
    pub(crate) id: PacketId,
    pub(crate) previous: PacketId,
    pub(crate) clock: u32,
    pub(crate) hops: u8,
    pub(crate) author: PeerId,
    pub(crate) audience: For,
    /// When it was written, by the author's clock.
    pub(crate) time: Time,
    pub(crate) payload: Bytes,
}

/// What a packet makes of its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// All of it is here.
    Whole(Whole),
    /// Others are missing. This one is known by its id, and worth asking for.
    Waiting(Option<PacketId>),
    /// It does not fit: counted as `Drop::Fragment`.
    Refused,
}

/// Fragments of one author for one head and one audience.
type Key = (PacketId, PeerId, For);

#[derive(Clone, Debug)]
struct Head {
    previous: PacketId,
    clock: u32,
    hops: u8,
    time: Time,
    count: u32,
    size: usize,
}

#[derive(Clone, Debug)]
struct Partial {
    since: Time,
    head: Option<Head>,
    pieces: BTreeMap<u32, Bytes>,
}

impl Partial {
    /// What it is counted as. All pieces but one are full.
    fn bytes(&self) -> usize {
        ENTRY + self.pieces.len() * (PIECE + FRAGMENT)
    }
}

/// Messages that are not whole yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reassembly {
    partial: BTreeMap<Key, Partial>,
    bytes: usize,
    patience: Duration,
}

impl Reassembly {
    pub(crate) fn new(config: &Config) -> Self {
        Self { partial: BTreeMap::new(), bytes: 0, patience: config.reassembly }
    }

    /// Takes a packet that was opened. `id` and `data` are its.
    pub(crate) fn add(
        &mut self,
        config: &Config,
        now: Time,
        timers: &mut Timers,
        (id, data): (&PacketId, Data<'_>),
        opened: Opened,
    ) -> Progress {
        let Opened { author, audience, content } = opened;
        let index = data.index();
        let most = config.max_message.div_ceil(FRAGMENT);
        match content {
            Content::Whole { time, payload } if index == 0 => Progress::Whole(Whole {
                id: *id,
                previous: data.previous(),
                clock: data.clock(),
                hops: data.hops(),
                author,
                audience,
                time,
                payload,
            }),
            Content::Head { time, count, size } if index == 0 => {
                let size = usize::try_from(size).unwrap_or(usize::MAX);
                let sound = size > WHOLE
                    && size <= config.max_message
                    && usize::try_from(count).is_ok_and(|count| count == size.div_ceil(FRAGMENT));
                if !sound {
                    return Progress::Refused;
                }
                let (previous, clock, hops) = (data.previous(), data.clock(), data.hops());
                let key = (*id, author, audience);
                let partial = self.entry(key, now);
                // A fragment that came before it and does not fit is no more than that.
                let before = partial.bytes();
                partial.pieces.retain(|index, piece| piece_fits(*index, piece.len(), count, size));
                partial.head = Some(Head { previous, clock, hops, time, count, size });
                self.bytes -= before - partial.bytes();
                self.progress(config, now, timers, key, PacketId::ZERO)
            }
            Content::Fragment { bytes } => {
                let key = (data.previous(), author, audience);
                let fits = match self.partial.get(&key).and_then(|partial| partial.head.as_ref()) {
                    Some(head) => piece_fits(index, bytes.len(), head.count, head.size),
                    None => {
                        (1..=most).contains(&usize::try_from(index).unwrap_or(usize::MAX))
                            && (1..=FRAGMENT).contains(&bytes.len())
                    }
                };
                if !fits {
                    return Progress::Refused;
                }
                let next = data.next();
                // Its own memory: a slice would keep the whole envelope.
                let bytes = Bytes::copy_from_slice(&bytes);
                let partial = self.entry(key, now);
                let before = partial.bytes();
                partial.pieces.entry(index).or_insert(bytes);
                let missing = match partial.pieces.contains_key(&index.saturating_add(1)) {
                    true => PacketId::ZERO,
                    false => next,
                };
                self.bytes += partial.bytes() - before;
                self.progress(config, now, timers, key, missing)
            }
            Content::Whole { .. } | Content::Head { .. } => Progress::Refused,
        }
    }

    fn entry(&mut self, key: Key, now: Time) -> &mut Partial {
        let bytes = &mut self.bytes;
        self.partial.entry(key).or_insert_with(|| {
            *bytes += ENTRY;
            Partial { since: now, head: None, pieces: BTreeMap::new() }
        })
    }

    /// Finishes an entry that is complete; otherwise keeps it, if there is room.
    fn progress(
        &mut self,
        config: &Config,
        now: Time,
        timers: &mut Timers,
        key: Key,
        missing: PacketId,
    ) -> Progress {
        let Some(partial) = self.partial.get(&key) else { return Progress::Refused };
        if let Some(head) = &partial.head
            && usize::try_from(head.count).is_ok_and(|count| count == partial.pieces.len())
        {
            let mut payload = Vec::with_capacity(head.size);
            partial.pieces.values().for_each(|piece| payload.extend_from_slice(piece));
            let whole = Whole {
                id: key.0,
                previous: head.previous,
                clock: head.clock,
                hops: head.hops,
                author: key.1,
                audience: key.2,
                time: head.time,
                payload: Bytes::from(payload),
            };
            self.remove(&key);
            self.schedule(timers);
            return Progress::Whole(whole);
        }
        self.make_room(config, now);
        self.schedule(timers);
        match self.partial.contains_key(&key) {
            true => Progress::Waiting((!missing.is_zero()).then_some(missing)),
            false => Progress::Refused,
        }
    }

    /// Lets go of the oldest of whoever takes most: a member that floods loses its own messages.
    fn make_room(&mut self, config: &Config, now: Time) {
        if self.bytes <= config.max_reassembly_bytes {
            return;
        }
        self.remove_old(now);
        while self.bytes > config.max_reassembly_bytes {
            let mut by_author = BTreeMap::<PeerId, usize>::new();
            for ((_, author, _), partial) in &self.partial {
                *by_author.entry(*author).or_default() += partial.bytes();
            }
            let Some(author) = by_author.iter().max_by_key(|(_, bytes)| **bytes).map(|(author, _)| *author)
            else {
                return;
            };
            let oldest =
                self.partial.iter().filter(|((_, by, _), _)| *by == author).min_by_key(|(_, of)| of.since);
            let Some(key) = oldest.map(|(key, _)| *key) else { return };
            self.remove(&key);
        }
    }

    fn remove(&mut self, key: &Key) {
        if let Some(partial) = self.partial.remove(key) {
            self.bytes -= partial.bytes();
        }
    }

    fn remove_old(&mut self, now: Time) {
        let patience = self.patience;
        let (bytes, partial) = (&mut self.bytes, &mut self.partial);
        partial.retain(|_, partial| {
            let keep = now.since(partial.since) < patience;
            if !keep {
                *bytes -= partial.bytes();
            }
            keep
        });
    }

    fn schedule(&self, timers: &mut Timers) {
        match self.partial.values().map(|partial| partial.since).min() {
            Some(oldest) => timers.set(Timer::Reassembly, oldest + self.patience),
            None => timers.clear(Timer::Reassembly),
        }
    }

    /// `Timer::Reassembly`: gives up what has waited too long.
    pub(crate) fn expire(&mut self, now: Time, timers: &mut Timers) {
        self.remove_old(now);
        self.schedule(timers);
    }

    /// Bytes that it occupies, tables included.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// All pieces are full but the last, which has the rest.
fn piece_fits(index: u32, length: usize, count: u32, size: usize) -> bool {
    let Ok(before) = usize::try_from(index.saturating_sub(1)) else { return false };
    let expected = before.checked_mul(FRAGMENT).and_then(|start| size.checked_sub(start));
    index >= 1 && index <= count && expected.is_some_and(|rest| length == rest.min(FRAGMENT))
}

#[cfg(test)]
mod tests;
