//! Every timer of a peer, its period and why. There is one deadline to ask for, and a timer that was cleared is gone.

use std::collections::{BTreeMap, BTreeSet};

use crate::Time;
use crate::id::ShortId;
use crate::links::LinkId;

/// What may become due. Periods are in [`Config`](crate::Config).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
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

/// The deadlines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timers {
    by_time: BTreeSet<(Time, Timer)>,
    by_timer: BTreeMap<Timer, Time>,
}

impl Timers {
    /// Due at `at`, whatever was set before.
    pub(crate) fn set(&mut self, timer: Timer, at: Time) {
        let before = self.by_timer.entry(timer).or_insert(Time(u64::MAX));
        if *before == at {
            return;
        }
        let before = std::mem::replace(before, at);
        if before.0 != u64::MAX {
            self.by_time.remove(&(before, timer));
        }
        self.by_time.insert((at, timer));
    }

    /// Due at `at` at the latest.
    pub(crate) fn set_earlier(&mut self, timer: Timer, at: Time) {
        if self.get(timer).is_none_or(|before| at < before) {
            self.set(timer, at);
        }
    }

    pub(crate) fn clear(&mut self, timer: Timer) {
        if let Some(at) = self.by_timer.remove(&timer) {
            self.by_time.remove(&(at, timer));
        }
    }

    pub(crate) fn get(&self, timer: Timer) -> Option<Time> {
        self.by_timer.get(&timer).copied()
    }

    pub(crate) fn next(&self) -> Option<Time> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// Takes the first timer that is due.
    pub(crate) fn pop(&mut self, now: Time) -> Option<Timer> {
        let (at, timer) = *self.by_time.first()?;
        if at > now {
            return None;
        }
        self.by_time.pop_first();
        self.by_timer.remove(&timer);
        Some(timer)
    }

    /// What the tables occupy, about: two trees whose nodes are two thirds full.
    pub(crate) fn bytes(&self) -> usize {
        self.by_time.len() * 3 * size_of::<(Time, Timer)>()
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.by_time.len()
    }
}
