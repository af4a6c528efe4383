//! Links: peers with whom there is a session key and a proven address. Owned here: the tables, frames in and out,
//! replay protection, round-trip times. When to make and end one is `membership`'s affair.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use crate::crypto::SessionKeys;
use crate::id::PeerId;
use crate::io::LocalPort;
use crate::messages::LinkMessages;
use crate::nat::NatKind;
use crate::{Config, Time};

/// A link: the session number that we chose, by which the other peer's frames name it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct LinkId(pub(crate) u32);

#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) peer: PeerId,
    pub(crate) address: SocketAddr,
    pub(crate) port: LocalPort,
    /// The session number that the other chose: what our frames carry.
    pub(crate) remote: u32,
    pub(crate) keys: SessionKeys,
    pub(crate) sent: u32,
    pub(crate) window: Window,
    /// Whether we made it.
    pub(crate) outbound: bool,
    pub(crate) nat: NatKind,
    pub(crate) since: Time,
    pub(crate) heard: Time,
    pub(crate) spoke: Time,
    pub(crate) rtt: Rtt,
    /// What the message layer knows about it.
    pub(crate) messages: LinkMessages,
    /// What `membership` knows about it.
    pub(crate) membership: crate::membership::LinkMembership,
}

impl Link {
    /// How long to wait for an answer.
    pub(crate) fn patience(&self, config: &Config) -> Duration {
        self.rtt.timeout(config)
    }
}

/// All links.
#[derive(Clone, Debug, Default)]
pub(crate) struct Links {
    by_id: BTreeMap<LinkId, Link>,
    by_address: BTreeMap<(SocketAddr, LocalPort), LinkId>,
    by_peer: BTreeMap<PeerId, LinkId>,
}

impl Links {
    /// Adds a link; one with the same peer must have been removed before.
    pub(crate) fn insert(&mut self, id: LinkId, link: Link) {
        self.by_address.insert((link.address, link.port), id);
        self.by_peer.insert(link.peer, id);
        self.by_id.insert(id, link);
    }

    pub(crate) fn remove(&mut self, id: LinkId) -> Option<Link> {
        let link = self.by_id.remove(&id)?;
        // Entries that a newer link has taken over stay.
        if self.by_address.get(&(link.address, link.port)) == Some(&id) {
            self.by_address.remove(&(link.address, link.port));
        }
        if self.by_peer.get(&link.peer) == Some(&id) {
            self.by_peer.remove(&link.peer);
        }
        Some(link)
    }

    /// The link's peer proved that it is elsewhere now.
    pub(crate) fn moved(&mut self, id: LinkId, address: SocketAddr, port: LocalPort) {
        let Some(link) = self.by_id.get_mut(&id) else { return };
        let before = (link.address, link.port);
        (link.address, link.port) = (address, port);
        if self.by_address.get(&before) == Some(&id) {
            self.by_address.remove(&before);
        }
        self.by_address.insert((address, port), id);
    }

    pub(crate) fn get(&self, id: LinkId) -> Option<&Link> {
        self.by_id.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: LinkId) -> Option<&mut Link> {
        self.by_id.get_mut(&id)
    }

    pub(crate) fn at(&self, address: SocketAddr, port: LocalPort) -> Option<LinkId> {
        self.by_address.get(&(address, port)).copied()
    }

    pub(crate) fn with(&self, peer: &PeerId) -> Option<LinkId> {
        self.by_peer.get(peer).copied()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (LinkId, &Link)> {
        self.by_id.iter().map(|(id, link)| (*id, link))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (LinkId, &mut Link)> {
        self.by_id.iter_mut().map(|(id, link)| (*id, link))
    }

    pub(crate) fn ids(&self) -> Vec<LinkId> {
        self.by_id.keys().copied().collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }
}

/// Which frame counters were seen: the newest and the 128 before it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Window {
    /// One more than the newest.
    next: u64,
    seen: u128,
}

impl Window {
    /// Whether a frame is new, without remembering it: it may still be a forgery.
    pub(crate) fn is_new(&self, counter: u32) -> bool {
        let counter = u64::from(counter);
        if counter >= self.next {
            return true;
        }
        let age = self.next - 1 - counter;
        age < 128 && self.seen & (1 << age) == 0
    }

    /// Remembers a genuine frame.
    pub(crate) fn see(&mut self, counter: u32) {
        let counter = u64::from(counter);
        if counter >= self.next {
            let shift = counter + 1 - self.next;
            self.seen = if shift < 128 { self.seen << shift } else { 0 };
            self.seen |= 1;
            self.next = counter + 1;
        } else {
            let age = self.next - 1 - counter;
            if age < 128 {
                self.seen |= 1 << age;
            }
        }
    }
}

/// Round trips, smoothed as TCP does (RFC 6298).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rtt {
    smoothed: Option<Duration>,
    variation: Duration,
}

impl Rtt {
    pub(crate) fn sample(&mut self, sample: Duration) {
        match self.smoothed {
            None => {
                self.smoothed = Some(sample);
                self.variation = sample / 2;
            }
            Some(smoothed) => {
                self.variation = (self.variation * 3 + smoothed.abs_diff(sample)) / 4;
                self.smoothed = Some((smoothed * 7 + sample) / 8);
            }
        }
    }

    /// `None` while it was never measured.
    pub(crate) fn smoothed(&self) -> Option<Duration> {
        self.smoothed
    }

    pub(crate) fn timeout(&self, config: &Config) -> Duration {
        match self.smoothed {
            None => config.retry_unknown,
            Some(smoothed) => (smoothed + 4 * self.variation)
                .min(smoothed * config.retry_factor)
                .clamp(config.retry_floor, config.retry_ceiling),
        }
    }
}
