//! Every number of the protocol, with its reason. The defaults are the protocol; a simulation changes them to learn.

use std::time::Duration;

use crate::crypto::Suite;

const MINUTE: u64 = 60;
const MIB: usize = 1024 * 1024;

/// What a peer is created with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    pub(crate) suite: Suite,

    // Store and forward: the shape of the seed.
    /// How many peers get a packet that is multicast: at the last rebroadcast, and when nobody asked for it.
    pub fan_out: usize,
    /// A packet that was passed on this often is not passed on again.
    pub max_hops: u8,
    /// Length of a packet's life in a cache, in minutes. A packet may say less, not more than `max_ttl`.
    pub ttl: u16,
    /// The longest life that is believed, in minutes.
    pub max_ttl: u16,
    /// Lives of a packet. Expiring costs one and multicasts it; the last one ends without.
    pub postage: u8,
    /// Keep expired packets of others for the time that `postage` would give them, as long as there is room: for
    /// peers that live long.
    pub archive: bool,
    /// Do so after running this long in any case.
    pub archive_after: Duration,

    /// Memory for frames that were not sent yet: so many bytes at once.
    pub frame_bytes: usize,

    // The cache.
    /// The most that cached packets may occupy, in bytes, tables included.
    pub cache_bytes: usize,
    /// Of this, what one signing key (a cluster's epoch) of others may occupy, in 1/256.
    pub signer_share: usize,
    /// What packets that one link brought may occupy, in 1/256.
    pub source_share: usize,
    /// What is kept free for the own clusters, in 1/256.
    pub own_share: usize,
    /// How many ids are remembered after their packets are gone.
    pub remembered: usize,

    // Announce and pull.
    /// Links that are asked to push new packets to us at once. The others send only their ids.
    pub eager: usize,
    /// Links that are asked to push a moment later, unless the packet is there by then: they make up for those that
    /// lose packets or drop them.
    pub spare: usize,
    /// How long spare links wait.
    pub spare_delay: Duration,
    /// Links that the author pushes to at least: while nobody has it, no copy is redundant.
    pub eager_first: usize,
    /// Links that those push to at least who got it from the author.
    pub eager_second: usize,
    /// How long to wait for a pushed copy after an announcement, before pulling.
    pub pull_patience: Duration,
    /// How long to wait for a packet that another one names, before asking for it.
    pub gap_patience: Duration,
    /// Waiting for an answer: this many times the smoothed round trip, at least `retry_floor`.
    pub retry_factor: u32,
    /// The shortest wait for an answer.
    pub retry_floor: Duration,
    /// The wait for an answer on a link that was never measured.
    pub retry_unknown: Duration,
    /// The longest wait for an answer.
    pub retry_ceiling: Duration,
    /// How many announcers of one packet are remembered.
    pub holders: usize,
    /// How many packets may be awaited at once.
    pub max_pulls: usize,
    /// How long announcements to a link are collected. Zero sends them at once.
    pub announce_delay: Duration,
    /// The shortest time between two frames of announcements or pulls to a link: only under load is there more to say.
    pub announce_pace: Duration,

    // Exchange.
    /// Between two comparisons of the own clusters with a random link.
    pub sync_interval: Duration,
    /// Also compare everything that is cached: for peers that live long.
    pub sync_all: bool,
    /// Packets sent for one frame that asks for many.
    pub answer_packets: usize,
    /// Bytes that a link may ask for, per second.
    pub answer_rate: u32,
    /// New packets that a link may bring, per second.
    pub source_rate: u32,

    // Membership (membership.rs).
    /// Links to keep.
    pub active: usize,
    /// Links to accept.
    pub max_links: usize,
    /// Of the links to keep, those made by ourselves: an attacker cannot fill them by coming to us.
    pub outbound: usize,
    /// Peers remembered without a link.
    pub passive: usize,
    /// Links to one /24 (IPv4) or /48 (IPv6).
    pub max_per_subnet: usize,
    /// Peers remembered in one /24 or /48.
    pub max_passive_per_subnet: usize,
    /// Between two shuffles of the passive view.
    pub shuffle_interval: Duration,
    /// Peers in a shuffle.
    pub shuffle_size: usize,
    /// How long a NAT keeps a mapping, at first.
    pub keep_alive: Duration,
    /// Silence after which an active link is asked whether it is alive.
    pub liveness: Duration,
    /// Silence after which it is lost.
    pub link_timeout: Duration,
    /// The first wait for a Pong; it doubles twice.
    pub ping_retry: Duration,

    // The handshake (handshake.rs).
    /// Links that may be asked for at once.
    pub max_attempts: usize,
    /// Links that others may have begun to ask for. Above half of it they must prove their address first.
    pub max_halves: usize,
    /// Handshakes that one /24 or /48 may begin, per second.
    pub handshake_rate: u32,
    /// Handshakes that all may begin, per second.
    pub handshakes: u32,

    // NAT (nat.rs, token.rs).
    /// Answers needed before the NAT's kind is believed. 0: it is not looked for.
    pub nat_samples: usize,
    /// Different hosts they must come from.
    pub nat_hosts: usize,
    /// Ports opened on the hard side of a birthday connection.
    pub birthday_ports: u16,
    /// Ports tried on the easy side.
    pub birthday_tries: u16,
    /// Between two tries.
    pub birthday_pace: Duration,
    /// Connections that may be probed for at once, whoever introduced them.
    pub max_probings: usize,
    /// Pairs of peers for whom frames are passed on at once, and of them those that one peer is part of.
    pub relay_pairs: usize,
    /// See `relay_pairs`.
    pub relay_pairs_of_one: usize,
    /// Bytes that one link may have passed on, per second, and all of them.
    pub relay_rate: u32,
    /// See `relay_rate`.
    pub relay_rate_all: u32,
    /// How long a consent to be introduced is good for.
    pub consent: Duration,
    /// How long an address token is good for, at least.
    pub token: Duration,
    /// Bytes and packets to an unproven address for each one received from it.
    pub amplification: usize,

    // Fragments and reassembly (fragment.rs).
    /// Messages in reassembly, their bytes in all, and how long they may take.
    pub max_reassembly_bytes: usize,
    /// The longest message.
    pub max_message: usize,
    /// How long fragments are waited for.
    pub reassembly: Duration,

    // Clusters (cluster.rs).
    /// Length of an epoch.
    pub epoch: Duration,
    /// Past epochs whose packets are still read: the longest that a packet may be on its way.
    pub epochs_kept: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            suite: Suite::Real,
            fan_out: 3,
            max_hops: 16,
            ttl: 6 * 60,
            max_ttl: 24 * 60,
            postage: 8,
            archive: false,
            archive_after: Duration::from_secs(24 * 60 * MINUTE),
            frame_bytes: 4096,
            cache_bytes: 16 * MIB,
            signer_share: 32,
            source_share: 64,
            own_share: 64,
            remembered: 8192,
            eager: 1,
            spare: 0,
            spare_delay: Duration::from_millis(60),
            eager_first: 24,
            eager_second: 4,
            pull_patience: Duration::from_millis(5),
            gap_patience: Duration::from_millis(150),
            retry_factor: 2,
            retry_floor: Duration::from_millis(20),
            retry_unknown: Duration::from_millis(120),
            retry_ceiling: Duration::from_millis(500),
            holders: 8,
            max_pulls: 1024,
            announce_delay: Duration::ZERO,
            announce_pace: Duration::from_millis(1),
            sync_interval: Duration::from_secs(10),
            sync_all: false,
            answer_packets: 16,
            answer_rate: 1 << 20,
            source_rate: 2000,
            active: 8,
            max_links: 24,
            outbound: 4,
            passive: 64,
            max_per_subnet: 2,
            max_passive_per_subnet: 4,
            shuffle_interval: Duration::from_secs(10),
            shuffle_size: 8,
            keep_alive: Duration::from_secs(30),
            liveness: Duration::from_secs(1),
            link_timeout: Duration::from_secs(3),
            ping_retry: Duration::from_millis(500),
            max_attempts: 64,
            max_halves: 128,
            handshake_rate: 16,
            handshakes: 256,
            nat_samples: 4,
            nat_hosts: 2,
            birthday_ports: 384,
            birthday_tries: 1000,
            birthday_pace: Duration::from_millis(1),
            max_probings: 4,
            relay_pairs: 32,
            relay_pairs_of_one: 8,
            relay_rate: 1 << 20,
            relay_rate_all: 4 << 20,
            consent: Duration::from_secs(10),
            token: Duration::from_secs(MINUTE),
            amplification: 3,
            max_reassembly_bytes: MIB,
            max_message: 256 * 1024,
            reassembly: Duration::from_secs(60 * MINUTE),
            epoch: Duration::from_secs(24 * 60 * MINUTE),
            epochs_kept: 15,
        }
    }
}

impl Config {
    /// The protocol as it is.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// For a broadcast peer: a device that is always there and keeps, for those who come and go, as much as it can.
    #[must_use]
    pub fn broadcast() -> Self {
        Self::default().into_broadcast()
    }

    /// The same peer as a [broadcast](Self::broadcast) one.
    #[must_use]
    pub fn into_broadcast(self) -> Self {
        Self {
            archive: true,
            sync_all: true,
            active: 32,
            max_links: 128,
            relay_pairs: 256,
            relay_rate_all: 16 << 20,
            ..self
        }
    }

    /// For simulations: hashes take the place of signatures and boxes, with the same lengths and in the same order
    /// of calls. Protects nothing.
    #[cfg(feature = "simulation")]
    #[must_use]
    pub fn simulated() -> Self {
        Self { suite: Suite::Simulated, ..Self::default() }
    }
}
