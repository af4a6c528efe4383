//! What the own NAT is: one vote for each host that says what our address looks like from there. Two forged answers
//! decide nothing while there are honest ones.

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::NatKind;
use crate::{Config, Time};

/// Hosts whose word is kept.
const MAX_VOTERS: usize = 32;
/// How long a vote counts.
const VOTE: Duration = Duration::from_secs(150);
/// How long it counts that somebody came in who was never sent anything.
const OPEN: Duration = Duration::from_secs(30 * 60);
/// So long after the first question nobody is waited for any more who could have come in.
const DIAL: Duration = Duration::from_secs(2);
/// Hosts that were sent something, and for how long that opens a NAT for them.
const MAX_CONTACTED: usize = 512;
const CONTACTED: Duration = Duration::from_secs(10 * 60);
/// Questions that wait for a call.
const MAX_DIALS: usize = 8;

#[derive(Clone, Copy, Debug)]
struct Vote {
    address: SocketAddr,
    at: Time,
    times: u8,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Votes {
    hosts: BTreeMap<IpAddr, Vote>,
    open: Option<Time>,
    /// When somebody was first asked to have us called, and the numbers that callers must know.
    asked: Option<Time>,
    dials: VecDeque<[u8; 16]>,
    contacted: VecDeque<(Time, IpAddr)>,
}

impl Votes {
    /// Everything may be different now.
    pub(crate) fn forget(&mut self) {
        self.hosts.clear();
        (self.open, self.asked) = (None, None);
        self.dials.clear();
    }

    /// A host says what our address looks like.
    pub(crate) fn add(&mut self, now: Time, host: IpAddr, address: SocketAddr) {
        self.hosts.retain(|_, vote| now.since(vote.at) < VOTE);
        if self.hosts.len() >= MAX_VOTERS && !self.hosts.contains_key(&host) {
            let oldest =
                self.hosts.iter().min_by_key(|(host, vote)| (vote.at, **host)).map(|(host, _)| *host);
            oldest.map(|oldest| self.hosts.remove(&oldest));
        }
        let vote = self.hosts.entry(host).or_insert(Vote { address, at: now, times: 0 });
        if vote.address != address {
            (vote.address, vote.times) = (address, 0);
        }
        vote.at = now;
        vote.times = vote.times.saturating_add(1);
    }

    /// A host was sent something: that it can come in says nothing about strangers.
    pub(crate) fn contacted(&mut self, now: Time, host: IpAddr) {
        if self.contacted.back().is_some_and(|(_, last)| *last == host) {
            return;
        }
        while self.contacted.len() >= MAX_CONTACTED
            || self.contacted.front().is_some_and(|(at, _)| now.since(*at) >= CONTACTED)
        {
            self.contacted.pop_front();
        }
        self.contacted.push_back((now, host));
    }

    pub(crate) fn was_contacted(&self, host: IpAddr) -> bool {
        self.contacted.iter().any(|(_, known)| *known == host)
    }

    /// Hosts that were sent something.
    pub(crate) fn hosts(&self) -> impl Iterator<Item = IpAddr> {
        self.contacted.iter().map(|(_, host)| *host)
    }

    /// Somebody is asked to have us called by a stranger who knows this number.
    pub(crate) fn dial(&mut self, now: Time, number: [u8; 16]) {
        self.asked.get_or_insert(now);
        if self.dials.len() >= MAX_DIALS {
            self.dials.pop_front();
        }
        self.dials.push_back(number);
    }

    pub(crate) fn is_dial(&self, number: &[u8; 16]) -> bool {
        self.dials.contains(number)
    }

    /// A stranger came in.
    pub(crate) fn came_in(&mut self, now: Time) {
        self.open = Some(now);
    }

    pub(crate) fn is_open(&self, now: Time) -> bool {
        self.open.is_some_and(|at| now.since(at) < OPEN)
    }

    /// What follows, and the address from outside, where there is one.
    pub(crate) fn kind(&self, config: &Config, now: Time) -> (NatKind, Option<SocketAddr>) {
        let fresh = || self.hosts.values().filter(|vote| now.since(vote.at) < VOTE);
        let hosts = fresh().count();
        let samples: usize = fresh().map(|vote| usize::from(vote.times)).sum();
        if config.nat_samples == 0 || hosts < config.nat_hosts.max(1) || samples < config.nat_samples {
            return (NatKind::Unknown, None);
        }
        let mut named: BTreeMap<SocketAddr, usize> = BTreeMap::new();
        fresh().for_each(|vote| *named.entry(vote.address).or_default() += 1);
        let best = named.into_iter().max_by_key(|(address, count)| (*count, *address));
        match best {
            Some((address, count)) if count * 2 > hosts => {
                if self.is_open(now) {
                    (NatKind::Static, Some(address))
                } else if self.asked.is_some_and(|at| now.since(at) >= DIAL) {
                    (NatKind::Easy, Some(address))
                } else {
                    (NatKind::Unknown, Some(address))
                }
            }
            _ => (NatKind::Hard, None),
        }
    }

    /// Our address, as most say.
    pub(crate) fn ip(&self) -> Option<IpAddr> {
        let mut named: BTreeMap<IpAddr, usize> = BTreeMap::new();
        self.hosts.values().for_each(|vote| *named.entry(vote.address.ip()).or_default() += 1);
        named.into_iter().max_by_key(|(ip, count)| (*count, *ip)).map(|(ip, _)| ip)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.hosts.len() * 96 + self.contacted.len() * size_of::<(Time, IpAddr)>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn host(number: u8) -> IpAddr {
        IpAddr::from([20, number, 7, 1])
    }

    fn seen(port: u16) -> SocketAddr {
        SocketAddr::from(([99, 1, 1, 1], port))
    }

    const NOW: Time = Time::from_secs(1000);

    fn votes(of: &[(u8, u16)]) -> Votes {
        let mut votes = Votes::default();
        votes.dial(Time::from_secs(900), [1; 16]);
        of.iter().for_each(|(number, port)| votes.add(NOW, host(*number), seen(*port)));
        votes
    }

    fn kind(of: &[(u8, u16)]) -> NatKind {
        votes(of).kind(&Config::default(), NOW).0
    }

    #[test]
    fn four_samples_of_two_hosts_are_needed() {
        assert_eq!(kind(&[(1, 5), (2, 5), (1, 5)]), NatKind::Unknown);
        assert_eq!(kind(&[(1, 5), (1, 5), (1, 5), (1, 5)]), NatKind::Unknown);
        assert_eq!(kind(&[(1, 5), (1, 5), (1, 5), (2, 5)]), NatKind::Easy);
        assert_eq!(kind(&[(1, 5), (2, 6), (3, 7), (4, 8)]), NatKind::Hard);
    }

    #[test]
    fn two_liars_decide_nothing() {
        assert_eq!(kind(&[(1, 5), (2, 5), (3, 5), (4, 66), (5, 66)]), NatKind::Easy);
        assert_eq!(kind(&[(1, 5), (2, 6), (3, 7), (4, 66), (5, 66)]), NatKind::Hard);
        let (_, address) = votes(&[(1, 5), (2, 5), (3, 5), (4, 66), (5, 66)]).kind(&Config::default(), NOW);
        assert_eq!(address, Some(seen(5)));
    }

    #[test]
    fn static_is_who_is_found_by_strangers() {
        let mut votes = votes(&[(1, 5), (2, 5), (3, 5), (4, 5)]);
        votes.came_in(NOW);
        assert_eq!(votes.kind(&Config::default(), NOW).0, NatKind::Static);
        votes.forget();
        assert_eq!(votes.kind(&Config::default(), NOW).0, NatKind::Unknown);
    }

    #[test]
    fn votes_grow_old() {
        let votes = votes(&[(1, 5), (2, 5), (3, 5), (4, 5)]);
        assert_eq!(votes.kind(&Config::default(), NOW + VOTE).0, NatKind::Unknown);
    }

    proptest! {
        /// Whoever lies, and however often: while most hosts are honest, the kind is the true one.
        #[test]
        fn the_honest_majority_is_right(
            honest in 4u8..12,
            liars in prop::collection::vec((0u8..8, any::<u16>()), 0..40),
            is_hard in any::<bool>(),
        ) {
            let mut votes = Votes::default();
            votes.dial(Time::from_secs(900), [1; 16]);
            // So many hosts lie at most: fewer than half as many as do not.
            let lying = (honest - 1) / 2;
            for number in 0..honest {
                let port = if is_hard { 2000 + u16::from(number) } else { 5 };
                votes.add(NOW, host(100 + number), seen(port));
                votes.add(NOW, host(100 + number), seen(port));
            }
            for (number, port) in liars {
                votes.add(NOW, host(number % lying), seen(port));
            }
            let expected = if is_hard { NatKind::Hard } else { NatKind::Easy };
            prop_assert_eq!(votes.kind(&Config::default(), NOW).0, expected);
        }

        #[test]
        fn tables_are_bounded(of in prop::collection::vec((any::<u32>(), any::<u16>()), 0..2000)) {
            let mut votes = Votes::default();
            for (ip, port) in of {
                votes.add(NOW, IpAddr::from(ip.to_be_bytes()), seen(port));
                votes.contacted(NOW, IpAddr::from(ip.to_be_bytes()));
                votes.dial(NOW, [1; 16]);
            }
            prop_assert!(votes.hosts.len() <= MAX_VOTERS && votes.contacted.len() <= MAX_CONTACTED);
            prop_assert!(votes.dials.len() <= MAX_DIALS);
        }
    }
}
