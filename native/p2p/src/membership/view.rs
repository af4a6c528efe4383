//! Peers that are remembered without a link: some of those that others named, at random, few of one subnet.

use std::net::SocketAddr;
use std::time::Duration;

use crate::cache::Source as Subnet;
use crate::id::PeerId;
use crate::limits::is_local;
use crate::nat::NatKind;
use crate::rng::Rng;
use crate::sorted::Sorted;
use crate::{Config, Time};

/// Between two tries of one peer, for each that failed.
const AGAIN: Duration = Duration::from_secs(4);
/// After this many tries it is forgotten.
const MAX_FAILURES: u8 = 2;

/// A peer that is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) address: SocketAddr,
    pub(crate) nat: NatKind,
    /// Who named it, and could introduce us.
    pub(crate) via: Option<PeerId>,
    /// Who named its address, and pays for what goes there; none: it was met there.
    pub(crate) by: Option<PeerId>,
    tried: Option<Time>,
    failures: u8,
}

impl Known {
    /// One that was met there.
    pub(crate) fn met(address: SocketAddr, nat: NatKind) -> Self {
        Self { address, nat, via: None, by: None, tried: None, failures: 0 }
    }

    /// One that another named.
    pub(crate) fn named(address: SocketAddr, nat: NatKind, via: Option<PeerId>, by: PeerId) -> Self {
        Self { address, nat, via, by: Some(by), tried: None, failures: 0 }
    }

    /// We had a link with it, or an answer: it was really there.
    pub(crate) fn is_met(&self) -> bool {
        self.by.is_none()
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    known: Sorted<PeerId, Known>,
}

impl View {
    /// Remembers a peer, if its subnet has not enough of them; when there is no room, instead of a random one.
    pub(crate) fn add(&mut self, config: &Config, rng: &mut Rng, peer: PeerId, new: Known) {
        let Known { address, nat, via, by, .. } = new;
        let met = new.is_met();
        if let Some(known) = self.known.get_mut(&peer) {
            // Where it was met counts for more than what others say.
            if met || !known.is_met() {
                (known.address, known.by) = (address, by);
            }
            known.nat = if nat == NatKind::Unknown { known.nat } else { nat };
            known.via = via.or(known.via);
            if met {
                (known.failures, known.tried) = (0, None);
            }
            return;
        }
        if !is_local(address.ip()) {
            let subnet = Subnet::of(&address);
            let same: Vec<PeerId> = self
                .known
                .pairs()
                .filter(|(_, known)| Subnet::of(&known.address) == subnet)
                .map(|(id, _)| *id)
                .collect();
            if same.len() >= config.max_passive_per_subnet {
                let Some(gone) = rng.pick(&same).filter(|_| met) else { return };
                self.known.remove(gone);
            }
        }
        while self.known.keys().len() >= config.passive.max(1) {
            // Those that were met go last.
            let strangers = self.known.pairs().filter(|(_, known)| !known.is_met());
            let mut ids: Vec<PeerId> = strangers.map(|(id, _)| *id).collect();
            if ids.is_empty() {
                ids = self.known.keys().to_vec();
            }
            let Some(gone) = rng.pick(&ids) else { break };
            self.known.remove(gone);
        }
        self.known.insert(peer, new);
    }

    pub(crate) fn get(&self, peer: &PeerId) -> Option<&Known> {
        self.known.get(peer)
    }

    pub(crate) fn remove(&mut self, peer: &PeerId) {
        self.known.remove(peer);
    }

    /// It was asked for a link now.
    pub(crate) fn tried(&mut self, peer: &PeerId, now: Time) {
        if let Some(known) = self.known.get_mut(peer) {
            known.tried = Some(now);
        }
    }

    /// It did not answer.
    pub(crate) fn failed(&mut self, peer: &PeerId) {
        let Some(known) = self.known.get_mut(peer) else { return };
        known.failures += 1;
        if known.failures >= MAX_FAILURES {
            self.known.remove(peer);
        }
    }

    /// Those that may be asked for a link now.
    pub(crate) fn candidates(&self, now: Time) -> Vec<(PeerId, Known)> {
        let rested = |known: &Known| {
            known.tried.is_none_or(|at| now.since(at) >= AGAIN * (1 + u32::from(known.failures)))
        };
        self.known.pairs().filter(|(_, known)| rested(known)).map(|(id, known)| (*id, *known)).collect()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&PeerId, &Known)> {
        self.known.pairs()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.known.keys().len() * size_of::<(PeerId, Known)>() * 3 / 2
    }
}
