//! A hash table for names that others choose: ids of packets, keys. Looking one up costs a tenth of what an ordered map
//! costs. Its hash depends on a secret of the peer, so that nobody can choose names that fall together; and there is no way
//! to go through it in an order, so that nothing can come to depend on one.
#![expect(clippy::disallowed_types, reason = "its order is not to be seen from outside of this file")]

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use foldhash::SharedSeed;
use foldhash::quality::SeedableRandomState;

/// The part of the seed that all tables have in common; the other part makes the difference.
static SHARED: SharedSeed = SharedSeed::from_u64(0x736f_636b_6574_7032);

#[derive(Clone)]
pub(crate) struct Table<K, V>(HashMap<K, V, SeedableRandomState>);

impl<K: Hash + Eq, V> Table<K, V> {
    /// `secret`: nobody else may know it.
    pub(crate) fn new(secret: u64) -> Self {
        Self(HashMap::with_hasher(SeedableRandomState::with_seed(secret, &SHARED)))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn has(&self, key: &K) -> bool {
        self.0.contains_key(key)
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.0.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.0.get_mut(key)
    }

    /// What was there before, if something was.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.0.insert(key, value)
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let value = self.0.remove(key)?;
        // After a flood, the memory of it goes too.
        if self.0.capacity() > 64 && self.0.len() < self.0.capacity() / 8 {
            self.0.shrink_to(self.0.len() * 2);
        }
        Some(value)
    }

    /// The value of a key, made now if there is none, and whether it was made.
    pub(crate) fn get_or(&mut self, key: K, make: impl FnOnce() -> V) -> (&mut V, bool) {
        match self.0.entry(key) {
            Entry::Occupied(entry) => (entry.into_mut(), false),
            Entry::Vacant(entry) => (entry.insert(make()), true),
        }
    }

    /// Does the same to each, whatever comes first.
    pub(crate) fn each_mut(&mut self, mut change: impl FnMut(&K, &mut V)) {
        self.0.iter_mut().for_each(|(key, value)| change(key, value));
    }

    /// What it occupies, about: places are at least half full, except in small tables, and each has a byte of its own.
    pub(crate) fn bytes(&self) -> usize {
        self.0.capacity() * 8 / 7 * (size_of::<(K, V)>() + 1)
    }
}

impl<K, V> std::fmt::Debug for Table<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Table({})", self.0.len())
    }
}
