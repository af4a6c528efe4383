//! The events of a shard: a calendar of milliseconds. Most events are due within a second, so that adding one is a push on
//! the list of its millisecond. They are taken in stretches of time, in no order: whoever takes them sorts those of each
//! network, because only these can matter to each other within a stretch.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A page of the calendar, in microseconds, as a power of two.
const PAGE_BITS: u32 = 10;
/// Pages, a power of two: about four seconds.
const PAGES: u64 = 4096;

/// An event, when it is due, and its place among those of one time. Keys are unique.
pub(crate) struct Entry<T> {
    pub(crate) at: u64,
    pub(crate) key: u64,
    pub(crate) value: T,
}

impl<T> Entry<T> {
    pub(crate) fn order(&self) -> (u64, u64) {
        (self.at, self.key)
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }
}

/// The calendar.
pub(crate) struct Calendar<T> {
    /// The first page that may hold something.
    page: u64,
    pages: Vec<Vec<Entry<T>>>,
    /// Lists of pages that are past, for those to come.
    spare: Vec<Vec<Entry<T>>>,
    in_pages: usize,
    /// Beyond the pages.
    far: BinaryHeap<Reverse<Entry<T>>>,
}

impl<T> Calendar<T> {
    pub(crate) fn new(now: u64) -> Self {
        Self {
            page: now >> PAGE_BITS,
            pages: (0..PAGES).map(|_| Vec::new()).collect(),
            spare: Vec::new(),
            in_pages: 0,
            far: BinaryHeap::new(),
        }
    }

    fn list(&mut self, page: u64) -> &mut Vec<Entry<T>> {
        &mut self.pages[(page % PAGES) as usize]
    }

    /// Adds an event. One before the current page is found with it.
    pub(crate) fn push(&mut self, at: u64, key: u64, value: T) {
        let entry = Entry { at, key, value };
        let page = (at >> PAGE_BITS).max(self.page);
        if page < self.page + PAGES {
            self.in_pages += 1;
            let list = &mut self.pages[(page % PAGES) as usize];
            if list.capacity() == 0 {
                *list = self.spare.pop().unwrap_or_default();
            }
            list.push(entry);
        } else {
            self.far.push(Reverse(entry));
        }
    }

    /// Brings what was far away into the pages.
    fn bring(&mut self) {
        let end = self.page + PAGES;
        while self.far.peek().is_some_and(|Reverse(entry)| entry.at >> PAGE_BITS < end) {
            if let Some(Reverse(Entry { at, key, value })) = self.far.pop() {
                self.push(at, key, value);
            }
        }
    }

    /// When the next event is due.
    pub(crate) fn next(&mut self) -> Option<u64> {
        if self.in_pages == 0 {
            // Straight to the page of the next event that is far away.
            self.page = self.far.peek()?.0.at >> PAGE_BITS;
            self.bring();
        }
        while self.list(self.page).is_empty() {
            self.page += 1;
            self.bring();
        }
        self.list(self.page).iter().map(|entry| entry.at).min()
    }

    /// Moves all events that are due before `end` to a list.
    pub(crate) fn take(&mut self, end: u64, into: &mut Vec<Entry<T>>) {
        while self.next().is_some_and(|at| at < end) {
            let before = into.len();
            let current = self.page;
            let list = self.list(current);
            if (current + 1) << PAGE_BITS <= end {
                into.append(list);
                let list = std::mem::take(list);
                self.spare.push(list);
            } else {
                into.extend(list.extract_if(.., |entry| entry.at < end));
            }
            self.in_pages -= into.len() - before;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_comes_out_once_in_the_stretch_that_it_is_due_in() {
        let mut calendar = Calendar::new(5_000);
        let mut state = 1_u64;
        let mut expected = Vec::new();
        for key in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Close, within the calendar, and far beyond it.
            let at = 5_000 + (state >> 40) % [900, 3_000_000, 90_000_000][(key % 3) as usize];
            calendar.push(at, key, key);
            expected.push((at, key));
        }
        expected.sort_unstable();
        let (mut found, mut end) = (Vec::new(), 5_000);
        while let Some(next) = calendar.next() {
            assert_eq!(expected.get(found.len()).map(|(at, _)| *at), Some(next));
            let begin = end;
            end = next.max(begin) + 7_300;
            let mut stretch = Vec::new();
            calendar.take(end, &mut stretch);
            assert!(stretch.iter().all(|entry| (begin..end).contains(&entry.at)));
            stretch.sort_unstable();
            let follows: Vec<u64> =
                stretch.iter().map(|entry| entry.key).filter(|key| *key < 2_000).collect();
            found.extend(stretch.into_iter().map(|entry| (entry.at, entry.key)));
            for key in follows {
                // Something that follows at once, and something that follows later.
                for (wait, key) in [(0, key + 20_000), (5_000_000, key + 40_000)] {
                    calendar.push(end + wait, key, key);
                    expected.push((end + wait, key));
                }
            }
            expected.sort_unstable();
        }
        assert_eq!(found, expected);
    }

    #[test]
    fn keeps_what_is_not_due() {
        let mut calendar = Calendar::new(0);
        calendar.push(10, 1, 'a');
        let mut taken = Vec::new();
        calendar.take(10, &mut taken);
        assert!(taken.is_empty());
        assert_eq!(calendar.next(), Some(10));
        calendar.take(11, &mut taken);
        assert_eq!(taken.len(), 1);
        assert_eq!(calendar.next(), None);
    }
}
