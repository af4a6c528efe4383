//! The queue of events: a calendar of milliseconds. Most events are due within a second, so that inserting one is a push
//! on the list of its millisecond; a list is sorted once, when its time has come.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A page of the calendar, in microseconds, as a power of two.
const PAGE_BITS: u32 = 10;
/// Pages, a power of two: about four seconds.
const PAGES: u64 = 4096;

struct Entry<T> {
    at: u64,
    key: u64,
    value: T,
}

impl<T> Entry<T> {
    fn order(&self) -> (u64, u64) {
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

/// Events in the order of their time, those of one time in the order of their keys. Keys are unique.
pub(crate) struct Queue<T> {
    /// The page that is being taken from.
    page: u64,
    /// It, the next event last.
    current: Vec<Entry<T>>,
    /// What was added to it since it was sorted.
    late: BinaryHeap<Reverse<Entry<T>>>,
    pages: Vec<Vec<Entry<T>>>,
    in_pages: usize,
    /// Beyond the calendar.
    far: BinaryHeap<Reverse<Entry<T>>>,
}

impl<T> Queue<T> {
    pub(crate) fn new(now: u64) -> Self {
        Self {
            page: now >> PAGE_BITS,
            current: Vec::new(),
            late: BinaryHeap::new(),
            pages: (0..PAGES).map(|_| Vec::new()).collect(),
            in_pages: 0,
            far: BinaryHeap::new(),
        }
    }

    /// Adds an event. One in the past counts as one of the current millisecond.
    pub(crate) fn push(&mut self, at: u64, key: u64, value: T) {
        let entry = Entry { at, key, value };
        let page = at >> PAGE_BITS;
        if page <= self.page {
            self.late.push(Reverse(entry));
        } else if page < self.page + PAGES {
            self.in_pages += 1;
            self.pages[(page % PAGES) as usize].push(entry);
        } else {
            self.far.push(Reverse(entry));
        }
    }

    /// When the next event is due. Turns pages.
    pub(crate) fn peek(&mut self) -> Option<u64> {
        loop {
            let late = self.late.peek().map(|Reverse(entry)| entry.at);
            let current = self.current.last().map(|entry| entry.at);
            if let Some(at) = [late, current].into_iter().flatten().min() {
                return Some(at);
            }
            if self.in_pages == 0 {
                // Straight to the page of the next event that is far away.
                self.page = self.far.peek()?.0.at >> PAGE_BITS;
            } else {
                self.page += 1;
            }
            self.turn();
        }
    }

    fn turn(&mut self) {
        std::mem::swap(&mut self.current, &mut self.pages[(self.page % PAGES) as usize]);
        self.in_pages -= self.current.len();
        self.current.sort_unstable_by_key(|entry| Reverse(entry.order()));
        while let Some(Reverse(entry)) = self.far.peek()
            && entry.at >> PAGE_BITS < self.page + PAGES
        {
            if let Some(Reverse(entry)) = self.far.pop() {
                self.push(entry.at, entry.key, entry.value);
            }
        }
    }

    /// Takes the next event that is due before `end`.
    pub(crate) fn pop(&mut self, end: u64) -> Option<(u64, T)> {
        if self.peek()? >= end {
            return None;
        }
        let from_late = match (self.late.peek(), self.current.last()) {
            (Some(Reverse(late)), Some(current)) => late < current,
            (late, _) => late.is_some(),
        };
        let entry = if from_late { self.late.pop()?.0 } else { self.current.pop()? };
        Some((entry.at, entry.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_out_in_order_whatever_way_it_went_in() {
        let mut queue = Queue::new(5_000);
        let mut state = 1_u64;
        let mut expected = Vec::new();
        for key in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Close, within the calendar, and far beyond it.
            let at = 5_000 + (state >> 40) % [900, 3_000_000, 90_000_000][(key % 3) as usize];
            queue.push(at, key, key);
            expected.push((at, key));
        }
        expected.sort_unstable();
        let mut found = Vec::new();
        while let Some((at, key)) = queue.pop(u64::MAX) {
            found.push((at, key));
            if key % 7 == 0 && key < 20_000 {
                // Something that follows at once, and something that follows later.
                queue.push(at, key + 20_000, key + 20_000);
                expected.push((at, key + 20_000));
                queue.push(at + 5_000_000, key + 40_000, key + 40_000);
                expected.push((at + 5_000_000, key + 40_000));
            }
        }
        expected.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn keeps_what_is_not_due() {
        let mut queue = Queue::new(0);
        queue.push(10, 1, 'a');
        assert_eq!(queue.pop(10), None);
        assert_eq!(queue.peek(), Some(10));
        assert_eq!(queue.pop(11), Some((10, 'a')));
        assert_eq!(queue.peek(), None);
    }
}
