//! A map for the few: links, of which a peer has a dozen. Keys lie side by side in their order, and so do values: finding
//! one touches a line or two of memory, and going through all of them is going straight on. An ordered tree of large
//! values costs a miss of the cache for each step, which is what a network of many peers in one process spends its time on.

/// The map.
#[derive(Clone, Debug)]
pub(crate) struct Sorted<K, V> {
    keys: Vec<K>,
    values: Vec<V>,
}

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Self { keys: Vec::new(), values: Vec::new() }
    }
}

/// Room that is made at once: values are large, and there are few.
const STEP: usize = 4;

impl<K: Ord + Copy, V> Sorted<K, V> {
    pub(crate) fn insert(&mut self, key: K, value: V) {
        match self.keys.binary_search(&key) {
            Ok(at) => self.values[at] = value,
            Err(at) => {
                if self.keys.len() == self.keys.capacity() {
                    self.keys.reserve_exact(STEP);
                }
                if self.values.len() == self.values.capacity() {
                    self.values.reserve_exact(STEP);
                }
                self.keys.insert(at, key);
                self.values.insert(at, value);
            }
        }
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let at = self.keys.binary_search(key).ok()?;
        self.keys.remove(at);
        Some(self.values.remove(at))
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.keys.binary_search(key).ok().map(|at| &self.values[at])
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.keys.binary_search(key).ok().map(|at| &mut self.values[at])
    }

    pub(crate) fn keys(&self) -> &[K] {
        &self.keys
    }

    /// By key.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.keys.iter().copied().zip(&self.values)
    }

    /// By key, and as it lies there.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&K, &V)> {
        self.keys.iter().zip(&self.values)
    }

    /// By key.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (K, &mut V)> {
        self.keys.iter().copied().zip(&mut self.values)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_a_map_in_order(steps in prop::collection::vec((any::<bool>(), 0u8..20, any::<u16>()), 0..200)) {
            let (mut sorted, mut map) = (Sorted::default(), BTreeMap::new());
            for (add, key, value) in steps {
                if add {
                    sorted.insert(key, value);
                    map.insert(key, value);
                } else {
                    prop_assert_eq!(sorted.remove(&key), map.remove(&key));
                }
                prop_assert_eq!(sorted.get(&key), map.get(&key));
                prop_assert_eq!(sorted.get_mut(&key).copied(), map.get(&key).copied());
            }
            prop_assert!(sorted.iter().map(|(key, value)| (key, *value)).eq(map.iter().map(|(key, value)| (*key, *value))));
            prop_assert!(sorted.keys().iter().eq(map.keys()));
        }
    }
}
