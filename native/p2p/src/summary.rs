//! A summary of a set of packet ids, kept while the set changes: for every prefix of up to three hexadecimal digits the
//! number of ids with it and their sum. Two peers compare sums from the root down and look only where they differ
//! (range-based set reconciliation); nothing is ever hashed again.

use crate::crypto::Suite;
use crate::id::PacketId;
use crate::table::Table;

/// Digits of the longest prefix with a sum of its own.
pub(crate) const DEPTH: u8 = 3;

/// The ids that begin with `digits` hexadecimal digits of `bits`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Range {
    digits: u8,
    bits: u16,
}

impl Range {
    /// All ids.
    pub(crate) const ALL: Self = Self { digits: 0, bits: 0 };

    /// From the wire. `None` when it is no range.
    pub(crate) fn new(digits: u8, bits: u16) -> Option<Self> {
        (digits <= DEPTH && u32::from(bits) < 1 << (4 * digits)).then_some(Self { digits, bits })
    }

    pub(crate) fn digits(self) -> u8 {
        self.digits
    }

    pub(crate) fn bits(self) -> u16 {
        self.bits
    }

    /// The range with this many digits that an id is in.
    fn of(id: &PacketId, digits: u8) -> Self {
        let bits = u16::from_be_bytes([id.0[0], id.0[1]]);
        // A shift by 16 is no shift in u16.
        Self { digits, bits: u16::try_from(u32::from(bits) >> (16 - 4 * u32::from(digits))).unwrap_or(0) }
    }

    /// Its sixteen parts; none at the deepest level.
    pub(crate) fn parts(self) -> impl Iterator<Item = Self> {
        let count = if self.digits < DEPTH { 16 } else { 0 };
        (0..count).map(move |digit| Self { digits: self.digits + 1, bits: self.bits << 4 | digit })
    }

    /// The first and the last id that may be in it.
    pub(crate) fn bounds(self) -> (PacketId, PacketId) {
        let (mut first, mut last) = ([0; 32], [0xff; 32]);
        let shift = 16 - 4 * u32::from(self.digits);
        let low = u32::from(self.bits) << shift;
        let high = low | ((1 << shift) - 1);
        // Both have 16 bits: the bits of the prefix, shifted to the top.
        first[..2].copy_from_slice(&low.to_be_bytes()[2..]);
        last[..2].copy_from_slice(&high.to_be_bytes()[2..]);
        (PacketId(first), PacketId(last))
    }

    pub(crate) fn contains(self, id: &PacketId) -> bool {
        Self::of(id, self.digits) == self
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Node {
    count: u32,
    // The id as two numbers, each added up: an id can be taken away again.
    sum: (u128, u128),
}

/// The sums of a set: for each range in which there is an id.
#[derive(Clone, Debug)]
pub(crate) struct Sums {
    nodes: Table<Range, Node>,
}

fn halves(id: &PacketId) -> (u128, u128) {
    let (mut high, mut low) = ([0; 16], [0; 16]);
    high.copy_from_slice(&id.0[..16]);
    low.copy_from_slice(&id.0[16..]);
    (u128::from_be_bytes(high), u128::from_be_bytes(low))
}

impl Sums {
    fn new() -> Self {
        // No secret: there are 4369 ranges, and no more whatever anybody does.
        Self { nodes: Table::new(0) }
    }

    /// Of these.
    pub(crate) fn of<'a>(ids: impl Iterator<Item = &'a PacketId>) -> Self {
        let mut sums = Self::new();
        ids.for_each(|id| sums.insert(id));
        sums
    }

    /// Of these, and only the one of `range`.
    pub(crate) fn only<'a>(range: Range, ids: impl Iterator<Item = &'a PacketId>) -> Self {
        let mut node = Node::default();
        ids.filter(|id| range.contains(id)).for_each(|id| node.add(halves(id)));
        let mut sums = Self::new();
        if node.count > 0 {
            sums.nodes.insert(range, node);
        }
        sums
    }

    /// Adds an id that is not in the set.
    pub(crate) fn insert(&mut self, id: &PacketId) {
        let halves = halves(id);
        for digits in 0..=DEPTH {
            self.nodes.get_or(Range::of(id, digits), Node::default).0.add(halves);
        }
    }

    /// Takes away an id that is in the set.
    pub(crate) fn remove(&mut self, id: &PacketId) {
        let (high, low) = halves(id);
        for digits in 0..=DEPTH {
            let range = Range::of(id, digits);
            let Some(node) = self.nodes.get_mut(&range) else { return };
            node.count -= 1;
            node.sum = (node.sum.0.wrapping_sub(high), node.sum.1.wrapping_sub(low));
            if node.count == 0 {
                self.nodes.remove(&range);
            }
        }
    }

    pub(crate) fn count(&self, range: Range) -> u32 {
        self.nodes.get(&range).map_or(0, |node| node.count)
    }

    /// What is compared: a hash of count and sum.
    pub(crate) fn fingerprint(&self, suite: Suite, range: Range) -> [u8; 16] {
        let Node { count, sum } = self.nodes.get(&range).copied().unwrap_or_default();
        let hash = suite.hash(&[&count.to_be_bytes(), &sum.0.to_be_bytes(), &sum.1.to_be_bytes()]);
        let mut out = [0; 16];
        out.copy_from_slice(&hash[..16]);
        out
    }

    #[cfg(test)]
    fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

impl Node {
    fn add(&mut self, (high, low): (u128, u128)) {
        self.count += 1;
        self.sum = (self.sum.0.wrapping_add(high), self.sum.1.wrapping_add(low));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> PacketId {
        PacketId(Suite::Real.hash(&[&number.to_be_bytes()]))
    }

    #[test]
    fn sums_do_not_depend_on_the_way_there() {
        let (mut one, mut other) = (Sums::new(), Sums::new());
        (0..1000).for_each(|number| one.insert(&id(number)));
        (500..2000).for_each(|number| other.insert(&id(number)));
        (1000..2000).for_each(|number| other.remove(&id(number)));
        (0..500).rev().for_each(|number| other.insert(&id(number)));
        let all =
            (0..=DEPTH).flat_map(|digits| (0..1 << (4 * digits)).map(move |bits| Range { digits, bits }));
        for range in all {
            assert_eq!(one.nodes.get(&range), other.nodes.get(&range));
        }
        other.remove(&id(3));
        let differing: Vec<_> = Range::ALL
            .parts()
            .filter(|part| one.fingerprint(Suite::Real, *part) != other.fingerprint(Suite::Real, *part))
            .collect();
        assert_eq!(differing, [Range::of(&id(3), 1)]);
    }

    #[test]
    fn ranges_cover_what_they_contain() {
        for number in 0..200 {
            let id = id(number);
            for digits in 0..=DEPTH {
                let range = Range::of(&id, digits);
                let (first, last) = range.bounds();
                assert!(first <= id && id <= last && range.contains(&id));
                assert!(digits == DEPTH || range.parts().filter(|part| part.contains(&id)).count() == 1);
            }
        }
        assert_eq!(Range::new(4, 0), None);
        assert_eq!(Range::new(1, 16), None);
    }

    #[test]
    fn an_emptied_summary_is_empty() {
        let mut summary = Sums::new();
        (0..100).for_each(|number| summary.insert(&id(number)));
        (0..100).for_each(|number| summary.remove(&id(number)));
        assert!(summary.is_empty());
    }
}
