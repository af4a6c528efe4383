//! Lists of packets that run through the entries themselves: adding and taking away cost the same for every packet,
//! however many there are, and allocate nothing.

use super::Entry;

/// "No entry".
const NONE: u32 = u32::MAX;

/// Which list: each entry is in one of each kind.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Of one signer, by age.
    Signer,
    /// Of one source, by age.
    Source,
    /// Of those that follow one packet.
    Following,
}

/// An entry's places in its lists.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hooks([(u32, u32); 3]);

impl Default for Hooks {
    fn default() -> Self {
        Self([(NONE, NONE); 3])
    }
}

/// A list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct List {
    first: u32,
    last: u32,
}

impl Default for List {
    fn default() -> Self {
        Self { first: NONE, last: NONE }
    }
}

/// All entries, by the number that lists call them.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    entries: Vec<Option<Entry>>,
    free: Vec<u32>,
}

impl Slots {
    pub(super) fn get(&self, slot: u32) -> Option<&Entry> {
        self.entries.get(slot as usize)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, slot: u32) -> Option<&mut Entry> {
        self.entries.get_mut(slot as usize)?.as_mut()
    }

    pub(super) fn add(&mut self, entry: Entry) -> u32 {
        if let Some(slot) = self.free.pop() {
            self.entries[slot as usize] = Some(entry);
            return slot;
        }
        self.entries.push(Some(entry));
        // A cache of 2^32 packets does not fit into memory.
        u32::try_from(self.entries.len() - 1).unwrap_or(NONE)
    }

    /// An entry that is in no list any more.
    pub(super) fn take(&mut self, slot: u32) -> Option<Entry> {
        let entry = self.entries.get_mut(slot as usize)?.take()?;
        self.free.push(slot);
        if self.free.len() == self.entries.len() {
            *self = Self::default();
        }
        Some(entry)
    }

    fn hook(&mut self, kind: Kind, slot: u32) -> Option<&mut (u32, u32)> {
        self.get_mut(slot).map(|entry| &mut entry.hooks.0[kind as usize])
    }

    /// Adds an entry at the end.
    pub(super) fn link(&mut self, list: &mut List, kind: Kind, slot: u32) {
        let before = list.last;
        match self.hook(kind, before) {
            Some(last) => last.1 = slot,
            None => list.first = slot,
        }
        list.last = slot;
        if let Some(hook) = self.hook(kind, slot) {
            *hook = (before, NONE);
        }
    }

    /// Takes an entry out of its list.
    pub(super) fn unlink(&mut self, list: &mut List, kind: Kind, slot: u32) {
        let Some((before, after)) = self.hook(kind, slot).map(|hook| std::mem::replace(hook, (NONE, NONE)))
        else {
            return;
        };
        match self.hook(kind, before) {
            Some(hook) => hook.1 = after,
            None => list.first = after,
        }
        match self.hook(kind, after) {
            Some(hook) => hook.0 = before,
            None => list.last = before,
        }
    }

    /// The entries of a list, the oldest first.
    pub(super) fn iter(&self, list: List, kind: Kind) -> impl Iterator<Item = (u32, &Entry)> {
        let mut next = list.first;
        std::iter::from_fn(move || {
            let entry = self.get(next)?;
            let slot = std::mem::replace(&mut next, entry.hooks.0[kind as usize].1);
            Some((slot, entry))
        })
    }
}

impl List {
    pub(super) fn is_empty(&self) -> bool {
        self.first == NONE
    }

    /// The oldest.
    pub(super) fn first(&self) -> Option<u32> {
        (self.first != NONE).then_some(self.first)
    }
}
