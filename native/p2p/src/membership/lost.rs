//! Peers whose links failed: some of them are asked again, at growing distances. Two halves of a network that could not
//! reach each other know nobody else of the other half.

use std::time::Duration;

use crate::cache::Source as Subnet;
use crate::id::PeerId;
use crate::io::Contact;
use crate::limits::is_local;
use crate::rng::Rng;
use crate::{Config, Time};

/// Peers that are remembered.
const MOST: usize = 32;
/// Of those that the application is told to keep.
pub(crate) const KEPT: usize = 16;
/// Before the first try; doubled up to the second.
const AGAIN: (Duration, Duration) = (Duration::from_secs(8), Duration::from_secs(10 * 60));
/// Between two tries, of whomever.
const PACE: Duration = Duration::from_secs(1);
/// Once something has changed, all are tried within this.
const SOON: Duration = Duration::from_secs(10);

#[derive(Clone, Debug)]
struct Failed {
    peer: PeerId,
    contact: Contact,
    /// How long there was a link.
    lasted: Duration,
    since: Time,
    next: Time,
    tries: u32,
}

impl Failed {
    /// Who was there for long is likely to come back, and for as long as that: what lives long goes on living. One who
    /// makes links for a moment takes the place of nobody.
    fn worth(&self, now: Time) -> u128 {
        self.lasted.as_micros() * 1000 / (now.since(self.since) + AGAIN.0).as_micros()
    }
}

/// Half of it to half more: nobody is to be in step with others.
fn around(rng: &mut Rng, wait: Duration) -> Duration {
    let micros = usize::try_from(wait.as_micros()).unwrap_or(usize::MAX);
    wait / 2 + Duration::from_micros(rng.below(micros) as u64)
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Lost {
    failed: Vec<Failed>,
    tried: Time,
}

impl Lost {
    /// A link did not answer any more.
    pub(crate) fn add(
        &mut self,
        config: &Config,
        rng: &mut Rng,
        now: Time,
        peer: PeerId,
        contact: Contact,
        lasted: Duration,
    ) {
        self.remove(&peer);
        let next = now + around(rng, AGAIN.0);
        let new = Failed { peer, contact, lasted, since: now, next, tries: 0 };
        let subnet = Subnet::of(&contact.address);
        let local = is_local(contact.address.ip());
        let near = |one: &Failed| !local && Subnet::of(&one.contact.address) == subnet;
        let crowded = self.failed.iter().filter(|one| near(one)).count() >= config.max_per_subnet;
        if crowded || self.failed.len() >= MOST {
            let places = self.failed.iter().enumerate().filter(|(_, one)| !crowded || near(one));
            let least = places.map(|(at, one)| (one.worth(now), at)).min();
            match least {
                Some((worth, at)) if worth <= new.worth(now) => self.failed.swap_remove(at),
                _ => return,
            };
        }
        self.failed.push(new);
    }

    /// There is a link again, or there is to be none.
    pub(crate) fn remove(&mut self, peer: &PeerId) -> bool {
        let at = self.failed.iter().position(|one| one.peer == *peer);
        at.map(|at| self.failed.swap_remove(at)).is_some()
    }

    /// Something has changed: one came back, or we are elsewhere. What did not answer may do so now.
    pub(crate) fn soon(&mut self, rng: &mut Rng, now: Time) {
        for one in &mut self.failed {
            let at = now + around(rng, SOON / 2);
            one.next = one.next.min(at);
        }
    }

    /// Whom to ask now, if anybody.
    pub(crate) fn due(&mut self, rng: &mut Rng, now: Time) -> Option<Contact> {
        if self.failed.is_empty() || now.since(self.tried) < PACE {
            return None;
        }
        let one =
            self.failed.iter_mut().filter(|one| one.next <= now).min_by_key(|one| (one.next, one.peer))?;
        one.tries += 1;
        one.next = now + around(rng, (AGAIN.0 * (1 << one.tries.min(16))).min(AGAIN.1));
        self.tried = now;
        Some(one.contact)
    }

    /// Those that are worth most.
    pub(crate) fn best(&self, now: Time, count: usize) -> Vec<Contact> {
        let mut all: Vec<&Failed> = self.failed.iter().collect();
        all.sort_by_key(|one| (std::cmp::Reverse(one.worth(now)), one.peer));
        all.into_iter().take(count).map(|one| one.contact).collect()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.failed.capacity() * size_of::<Failed>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NatKind;

    fn contact(peer: PeerId, net: [u8; 3], host: u8) -> Contact {
        let address = ([net[0], net[1], net[2], host], 7).into();
        Contact { address, peer: Some(peer), nat: NatKind::Static }
    }

    /// None of those that it is filled with.
    fn other(nth: u8) -> PeerId {
        let mut id = [nth; 32];
        id[0] = !nth;
        PeerId(id)
    }

    fn filled(now: Time, count: u8, lasted: Duration) -> (Lost, Rng) {
        let (mut lost, mut rng) = (Lost::default(), Rng::new([1; 32]));
        for nth in 0..count {
            let peer = PeerId([nth; 32]);
            lost.add(&Config::default(), &mut rng, now, peer, contact(peer, [9, 9, nth], 1), lasted);
        }
        (lost, rng)
    }

    #[test]
    fn short_links_take_the_place_of_none_that_lasted_and_a_subnet_has_its_share() {
        let now = Time::from_secs(1000);
        let (mut lost, mut rng) = filled(now, 200, Duration::from_secs(600));
        assert_eq!(lost.failed.len(), MOST);
        let kept = |lost: &Lost| lost.failed.iter().filter(|one| one.lasted.as_secs() == 600).count();
        let later = now + Duration::from_secs(300);
        for nth in 0..=255 {
            let peer = other(nth);
            let at = contact(peer, [8, 8, nth], 1);
            lost.add(&Config::default(), &mut rng, later, peer, at, Duration::from_secs(2));
        }
        assert!(kept(&lost) >= MOST - 1, "{}", kept(&lost));
        let (mut lost, mut rng) = filled(now, 8, Duration::from_secs(600));
        for nth in 0..=255 {
            let peer = other(nth);
            let at = contact(peer, [7, 7, 7], nth);
            lost.add(&Config::default(), &mut rng, now, peer, at, Duration::from_secs(6000));
        }
        let of_net = lost.failed.iter().filter(|one| one.contact.address.ip().to_string().starts_with("7."));
        assert_eq!(of_net.count(), Config::default().max_per_subnet);
        assert!(lost.bytes() < 16 * 1024);
    }

    #[test]
    fn the_dead_cost_less_and_less_and_all_are_tried_when_something_changes() {
        let mut now = Time::from_secs(1000);
        let (mut lost, mut rng) = filled(now, 32, Duration::from_secs(60));
        let mut tries = Vec::new();
        for hour in 0..3 {
            tries.push(0);
            for _ in 0..3600 {
                now = now + Duration::from_secs(1);
                tries[hour] += usize::from(lost.due(&mut rng, now).is_some());
            }
        }
        // 32 peers: each once in ten minutes, in the end.
        assert!(tries[0] < 32 * 14 && tries[2] <= 32 * 8 && tries[2] >= 32 * 4, "{tries:?}");
        lost.soon(&mut rng, now);
        let tried = (0..60).filter(|_| {
            now = now + Duration::from_secs(1);
            lost.due(&mut rng, now).is_some()
        });
        assert!(tried.count() >= 32, "no more than one a second, and all of them");
    }
}
