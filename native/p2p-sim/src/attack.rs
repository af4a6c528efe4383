//! Attackers. Each is a real peer that joins, answers, keeps links alive: what makes it an attacker is what it does
//! besides, and what it does not.

use std::collections::VecDeque;
use std::net::SocketAddrV4;

use bytes::{Bytes, BytesMut};
use rand::Rng as _;
use rand_pcg::Pcg64Mcg;
use serde::Deserialize;
use socket_p2p::Peer;
use socket_p2p::packet::Kind;

use crate::counters::kind;
use crate::nat::v4;

/// What a peer is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Does what the protocol says.
    #[default]
    Honest,
    /// Takes packets and passes none on: no data, no announcement, no acknowledgement, no answer.
    Dropper,
    /// Announces and acknowledges everything, and never sends it.
    Liar,
    /// Changes a bit in each packet that it gets and sends it to all its links.
    Poisoner,
    /// Sends datagrams that it got, or sent, again and again.
    Replayer,
    /// Sends what it sends a second time with the address of a victim as the sender's.
    Amplifier,
}

/// Microseconds between two datagrams that a replayer makes up: two of them would keep each other busy for ever.
const REPLAY_EVERY: u64 = 10_000;
/// Microseconds between two packets that a poisoner forges, for the same reason.
const POISON_EVERY: u64 = 2_000;
/// Datagrams that a replayer remembers.
const REMEMBERED: usize = 64;

/// An attacker's state.
#[derive(Debug)]
pub(crate) struct Attacker {
    role: Role,
    remembered: VecDeque<Bytes>,
    replayed: u64,
    /// Its own packets, with their receivers: what it sends under another's address.
    pub(crate) own: VecDeque<(SocketAddrV4, Bytes)>,
}

impl Attacker {
    /// `None` for the honest.
    pub(crate) fn new(role: Role) -> Option<Box<Self>> {
        let attacker = Self { role, remembered: VecDeque::new(), replayed: 0, own: VecDeque::new() };
        (role != Role::Honest).then(|| Box::new(attacker))
    }

    pub(crate) fn role(&self) -> Role {
        self.role
    }

    /// Whether it lets its peer send this.
    pub(crate) fn sends(&mut self, to: SocketAddrV4, bytes: &Bytes) -> bool {
        let is = |kinds: &[Kind]| kinds.iter().any(|of| *of as usize == kind(bytes));
        match self.role {
            Role::Dropper => {
                !is(&[Kind::Publish, Kind::Group, Kind::Announce, Kind::Sync, Kind::Query, Kind::Answer])
            }
            Role::Liar => !is(&[Kind::Publish, Kind::Group]),
            Role::Amplifier | Role::Replayer => {
                remember(&mut self.own, (to, bytes.clone()));
                true
            }
            Role::Honest | Role::Poisoner => true,
        }
    }

    /// Its peer got a datagram: what the attacker sends because of it.
    pub(crate) fn received(
        &mut self,
        now: u64,
        peer: &Peer,
        from: SocketAddrV4,
        bytes: &Bytes,
        rng: &mut Pcg64Mcg,
    ) -> Vec<(SocketAddrV4, Bytes)> {
        match self.role {
            Role::Poisoner
                if kind(bytes) == Kind::Publish as usize && now >= self.replayed + POISON_EVERY =>
            {
                self.replayed = now;
                let mut forged = BytesMut::from(&bytes[..]);
                // Anywhere behind kind and version: in a mutable byte, the header, the signature, the body.
                let at = rng.random_range(2..forged.len());
                forged[at] ^= 1 << rng.random_range(0..8);
                let forged = forged.freeze();
                let neighbours = peer.neighbours().filter_map(|(_, to)| v4(to));
                neighbours.map(|to| (to, forged.clone())).collect()
            }
            Role::Replayer => {
                remember(&mut self.remembered, bytes.clone());
                let mut out = Vec::new();
                if now < self.replayed + REPLAY_EVERY {
                    return out;
                }
                self.replayed = now;
                if let Some(again) = pick(&self.remembered, rng) {
                    out.push((from, again.clone()));
                }
                if let Some((to, again)) = pick(&self.own, rng) {
                    out.push((*to, again.clone()));
                }
                out
            }
            _ => Vec::new(),
        }
    }

    /// What it sends now under the victim's address.
    pub(crate) fn spoofs(&self, rng: &mut Pcg64Mcg) -> Option<(SocketAddrV4, Bytes)> {
        (self.role == Role::Amplifier).then(|| pick(&self.own, rng).cloned()).flatten()
    }
}

fn pick<'a, T>(of: &'a VecDeque<T>, rng: &mut Pcg64Mcg) -> Option<&'a T> {
    if of.is_empty() { None } else { of.get(rng.random_range(0..of.len())) }
}

fn remember<T>(list: &mut VecDeque<T>, item: T) {
    if list.len() == REMEMBERED {
        list.pop_front();
    }
    list.push_back(item);
}
