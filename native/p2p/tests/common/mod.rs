//! A small network for tests: every datagram arrives after its link's latency, unless it is lost. Deterministic.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use socket_p2p::{
    ClusterId, ClusterSecret, Config, Contact, Event, Input, LocalPort, Message, Output, Peer, Time,
};

/// SplitMix64: latencies and losses are the test's, not the peers'.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut out = self.0;
        out = (out ^ (out >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        out = (out ^ (out >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        out ^ (out >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        if end == 0 { 0 } else { self.next() % end }
    }
}

pub struct Node {
    pub peer: Peer,
    pub address: SocketAddr,
    pub events: Vec<(Time, Event)>,
    pub alive: bool,
}

enum Happens {
    Arrives { to: SocketAddr, from: SocketAddr, bytes: Bytes },
    Wakes(usize),
}

pub type Filter = Box<dyn FnMut(SocketAddr, SocketAddr, &Bytes) -> bool>;

pub struct Network {
    pub now: Time,
    pub nodes: Vec<Node>,
    pub latency: (u64, u64),
    pub loss: u64,
    pub dice: Dice,
    /// Sees every datagram; what it answers `false` to is lost.
    pub filter: Option<Filter>,
    /// Shows a filter what time it is.
    pub clock: Option<Rc<Cell<Time>>>,
    by_address: BTreeMap<SocketAddr, usize>,
    queue: BTreeMap<(Time, u64), Happens>,
    wakes: BTreeMap<usize, Time>,
    sequence: u64,
    pub sent: u64,
}

impl Network {
    /// Latencies are microseconds, loss is in parts of 1000.
    pub fn new(seed: u64, latency: (u64, u64), loss: u64) -> Self {
        Self {
            now: Time::from_secs(1_700_000_000),
            nodes: Vec::new(),
            latency,
            loss,
            dice: Dice(seed),
            filter: None,
            clock: None,
            by_address: BTreeMap::new(),
            queue: BTreeMap::new(),
            wakes: BTreeMap::new(),
            sequence: 0,
            sent: 0,
        }
    }

    pub fn add(&mut self, config: Config) -> usize {
        let index = self.nodes.len();
        let mut identity = [7; 32];
        identity[..8].copy_from_slice(&(index as u64).to_be_bytes());
        let mut seed = [9; 32];
        seed[..8].copy_from_slice(&self.dice.next().to_be_bytes());
        // Far apart, so that diversity rules do not see neighbours.
        let ip = Ipv4Addr::new(20 + (index / 250) as u8, (index % 250) as u8, 7, 1);
        let address = SocketAddr::from((ip, 4000));
        self.by_address.insert(address, index);
        let peer = Peer::new(config, &identity, seed, self.now);
        self.nodes.push(Node { peer, address, events: Vec::new(), alive: true });
        index
    }

    pub fn input(&mut self, index: usize, input: Input<'_>) {
        let now = self.now;
        self.clock.iter().for_each(|clock| clock.set(now));
        let node = &mut self.nodes[index];
        if !node.alive {
            return;
        }
        let from = node.address;
        let outputs = node.peer.handle(now, input);
        if let Some(at) = node.peer.timeout() {
            assert!(at > now, "a timer in the past: {at:?} at {now:?}");
        }
        for output in outputs {
            match output {
                Output::Send { to, port, bytes } => {
                    // There is one socket here; a series of probes opens none.
                    if port != LocalPort::MAIN {
                        continue;
                    }
                    assert!(bytes.len() <= socket_p2p::packet::MAX_DATAGRAM);
                    self.sent += 1;
                    let lost = self.dice.below(1000) < self.loss;
                    let latency = self.latency.0 + self.dice.below(self.latency.1 - self.latency.0 + 1);
                    let passes = self.filter.as_mut().is_none_or(|filter| filter(from, to, &bytes));
                    if !lost && passes {
                        self.schedule(
                            now + Duration::from_micros(latency),
                            Happens::Arrives { to, from, bytes },
                        );
                    }
                }
                Output::Event(event) => self.nodes[index].events.push((now, event)),
                _ => {}
            }
        }
        if let Some(at) = self.nodes[index].peer.timeout()
            && self.wakes.get(&index).is_none_or(|before| at < *before || *before <= now)
        {
            self.wakes.insert(index, at);
            self.schedule(at, Happens::Wakes(index));
        }
    }

    fn schedule(&mut self, at: Time, what: Happens) {
        self.sequence += 1;
        self.queue.insert((at, self.sequence), what);
    }

    /// A datagram from anywhere, now.
    pub fn inject(&mut self, to: usize, from: SocketAddr, bytes: &[u8]) {
        self.input(to, Input::Datagram { from, port: LocalPort::MAIN, bytes });
    }

    pub fn run(&mut self, for_: Duration) {
        let end = self.now + for_;
        while let Some((&(at, _), _)) = self.queue.first_key_value() {
            if at > end {
                break;
            }
            let Some((_, what)) = self.queue.pop_first() else { break };
            self.now = at;
            match what {
                Happens::Arrives { to, from, bytes } => {
                    if let Some(&index) = self.by_address.get(&to) {
                        self.input(index, Input::Datagram { from, port: LocalPort::MAIN, bytes: &bytes });
                    }
                }
                Happens::Wakes(index) => {
                    if self.wakes.get(&index) == Some(&at) {
                        self.wakes.remove(&index);
                        self.input(index, Input::Timeout);
                    }
                }
            }
        }
        self.now = end;
    }

    pub fn contact(&self, index: usize) -> Contact {
        self.nodes[index].address.into()
    }

    /// Everyone knows `count` of those before.
    pub fn join_all(&mut self, count: usize) {
        for index in 1..self.nodes.len() {
            let mut known = BTreeSet::new();
            while known.len() < count.min(index) {
                known.insert(self.dice.below(index as u64) as usize);
            }
            let contacts = known.into_iter().map(|other| self.contact(other)).collect();
            self.input(index, Input::Join { contacts });
        }
    }

    pub fn subscribe(&mut self, index: usize, secret: [u8; 32]) -> ClusterId {
        self.input(index, Input::Subscribe { secret: ClusterSecret(secret) });
        let found = self.nodes[index].events.iter().rev().find_map(|(_, event)| match event {
            Event::Subscribed { cluster } => Some(*cluster),
            _ => None,
        });
        found.unwrap()
    }

    pub fn publish(&mut self, index: usize, cluster: ClusterId, payload: &[u8]) {
        self.input(index, publish(cluster, payload));
    }

    pub fn messages(&self, index: usize) -> Vec<(Time, &Message)> {
        let of = self.nodes[index].events.iter().filter_map(|(at, event)| match event {
            Event::Message(message) => Some((*at, message)),
            _ => None,
        });
        of.collect()
    }
}

pub fn publish(cluster: ClusterId, payload: &[u8]) -> Input<'_> {
    Input::Publish { request: 1, cluster, subcluster: Default::default(), to: None, previous: None, payload }
}
