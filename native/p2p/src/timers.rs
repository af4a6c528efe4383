//! Every timer of a peer, its period and why. There is one deadline to ask for, and a timer that was cleared is gone.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::Time;
use crate::id::ShortId;
use crate::links::LinkId;
use crate::table::Table;

/// What may become due. Periods are in [`Config`](crate::Config).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Timer {
    /// A packet was announced and has not come: ask (another) one who has it.
    Pull(ShortId),
    /// The oldest push to a link that was not acknowledged: push the packet to another one. One timer for all of them.
    Pushes(LinkId),
    /// A spare link is to push a packet, unless it is there by now.
    Push(ShortId, LinkId),
    /// Collected announcements to a link go out: one datagram instead of many.
    Flush(LinkId),
    /// The oldest cached packet expires: broadcast it once more, or let go of it.
    Expire,
    /// Compare the own clusters' packets with a link: finds what was published while we were away.
    Sync,
    /// Fragments of a message have waited too long for the others.
    Reassembly,
    /// `membership`: is a link alive; keeps the NAT's mapping open.
    Heartbeat(LinkId),
    /// `membership`: what came over a link was not to be borne.
    Unbearable(LinkId),
    /// `membership`: links to make, shuffles, the size of the views.
    Maintain,
    /// `talk`: a segment was not acknowledged.
    Talk,
    /// `nat`: ask others for our address again.
    Reflect,
    /// `nat`: the next datagram of a paced series of probes.
    Probe,
    /// A Ping has had its time.
    Attempt(u32),
    /// `nat`: an introduction or a connection has had its time.
    Connect,
    /// A new epoch of a cluster begins.
    Epoch,
}

/// Stale entries of the heap that are let be.
const SLACK: usize = 32;

/// The deadlines: a heap of them, where those that were changed or cleared stay until they come to the top, and a table
/// that says which count. The top always counts. Ten times less of memory is touched than with two ordered trees.
#[derive(Clone, Debug)]
pub(crate) struct Timers {
    heap: BinaryHeap<Reverse<(Time, Timer)>>,
    due: Table<Timer, Time>,
}

impl Timers {
    /// `secret`: of this peer, and no other's.
    pub(crate) fn new(secret: u64) -> Self {
        Self { heap: BinaryHeap::new(), due: Table::new(secret) }
    }

    /// Due at `at`, whatever was set before.
    pub(crate) fn set(&mut self, timer: Timer, at: Time) {
        if self.due.insert(timer, at) != Some(at) {
            self.heap.push(Reverse((at, timer)));
            self.tidy();
        }
    }

    /// Due at `at` at the latest.
    pub(crate) fn set_earlier(&mut self, timer: Timer, at: Time) {
        if self.get(timer).is_none_or(|before| at < before) {
            self.set(timer, at);
        }
    }

    pub(crate) fn clear(&mut self, timer: Timer) {
        if self.due.remove(&timer).is_some() {
            self.tidy();
        }
    }

    pub(crate) fn get(&self, timer: Timer) -> Option<Time> {
        self.due.get(&timer).copied()
    }

    pub(crate) fn next(&self) -> Option<Time> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// Takes the first timer that is due.
    pub(crate) fn pop(&mut self, now: Time) -> Option<Timer> {
        let Reverse((at, timer)) = *self.heap.peek()?;
        if at > now {
            return None;
        }
        self.heap.pop();
        self.due.remove(&timer);
        self.tidy();
        Some(timer)
    }

    /// Takes away what no longer counts: from the top, and everywhere when it is most of the heap.
    fn tidy(&mut self) {
        while let Some(Reverse((at, timer))) = self.heap.peek()
            && self.due.get(timer) != Some(at)
        {
            self.heap.pop();
        }
        if self.heap.len() > 2 * self.due.len() + SLACK {
            let mut entries = std::mem::take(&mut self.heap).into_vec();
            // The same entry twice: set, changed, and set back.
            entries.sort_unstable();
            entries.dedup();
            entries.retain(|Reverse((at, timer))| self.due.get(timer) == Some(at));
            entries.shrink_to(2 * self.due.len() + SLACK);
            self.heap = entries.into();
        }
    }

    /// What the tables occupy, about.
    pub(crate) fn bytes(&self) -> usize {
        self.heap.capacity() * size_of::<(Time, Timer)>() + self.due.bytes()
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.due.len()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Copy, Debug)]
    enum Step {
        Set(u8, u16),
        Earlier(u8, u16),
        Clear(u8),
        Pass(u16),
    }

    fn step() -> impl Strategy<Value = Step> {
        let timer = || 0u8..40;
        prop_oneof![
            4 => (timer(), any::<u16>()).prop_map(|(timer, at)| Step::Set(timer, at)),
            2 => (timer(), any::<u16>()).prop_map(|(timer, at)| Step::Earlier(timer, at)),
            2 => timer().prop_map(Step::Clear),
            1 => any::<u16>().prop_map(Step::Pass),
        ]
    }

    proptest! {
        /// As a list of deadlines says it, in the order of time and then of timers.
        #[test]
        fn each_comes_once_when_it_is_due(steps in prop::collection::vec(step(), 0..600)) {
            let (mut timers, mut plain) = (Timers::new(7), BTreeMap::<u8, Time>::new());
            let of = |number: u8| Timer::Attempt(u32::from(number));
            for step in steps {
                match step {
                    Step::Set(timer, at) => {
                        timers.set(of(timer), Time(at.into()));
                        plain.insert(timer, Time(at.into()));
                    }
                    Step::Earlier(timer, at) => {
                        timers.set_earlier(of(timer), Time(at.into()));
                        let before = plain.entry(timer).or_insert(Time(at.into()));
                        *before = (*before).min(Time(at.into()));
                    }
                    Step::Clear(timer) => {
                        timers.clear(of(timer));
                        plain.remove(&timer);
                    }
                    Step::Pass(until) => {
                        let until = Time(until.into());
                        let mut expected: Vec<_> =
                            plain.iter().filter(|(_, at)| **at <= until).map(|(timer, at)| (*at, of(*timer))).collect();
                        expected.sort_unstable();
                        plain.retain(|_, at| *at > until);
                        let found: Vec<_> = std::iter::from_fn(|| timers.pop(until)).collect();
                        prop_assert!(found.iter().eq(expected.iter().map(|(_, timer)| timer)));
                    }
                }
                prop_assert_eq!(timers.next(), plain.values().min().copied());
                prop_assert_eq!(timers.len(), plain.len());
                prop_assert!(timers.heap.len() <= 2 * plain.len() + SLACK);
            }
        }
    }
}
