//! Some of the peers, with the networks they are in and the events that await them. What a shard does depends on nothing
//! but what it was given, so that two shards can run at once and a run is the same however many there are.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use bytes::Bytes;
use rand_pcg::Pcg64Mcg;
use rustc_hash::FxHashMap;
use socket_p2p::{Event, Input, LocalPort, Output, Outputs, Peer, Time};

use crate::NodeId;
use crate::attack::Attacker;
use crate::calendar::{Calendar, Entry};
use crate::counters::Counters;
use crate::link::{Links, mix};
use crate::nat::{Site, v4};

/// Microseconds inside of one network.
const INSIDE: u64 = 300;

/// Where a network is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    pub(crate) shard: u8,
    /// Among the shard's.
    pub(crate) local: u32,
    /// Among all.
    pub(crate) global: u32,
}

/// What shards share and none changes.
pub(crate) struct World {
    pub(crate) links: Links,
    pub(crate) routes: FxHashMap<Ipv4Addr, Route>,
    /// The part of the internet that each network is in.
    pub(crate) part: Vec<u8>,
    /// Parts that cannot reach each other.
    pub(crate) cut: Vec<(u8, u8)>,
    /// Whose address attackers put on their datagrams.
    pub(crate) victim: Option<Ipv4Addr>,
    /// Keep all events, for tests.
    pub(crate) record: bool,
}

impl World {
    fn reaches(&self, a: u32, b: u32) -> bool {
        if self.cut.is_empty() {
            return true;
        }
        let part = |site: u32| self.part.get(site as usize).copied().unwrap_or_default();
        let (a, b) = (part(a), part(b));
        !self.cut.iter().any(|cut| *cut == (a, b) || *cut == (b, a))
    }
}

pub(crate) enum Happens {
    /// At a network, from outside.
    Arrives { site: u32, port: u16, from: SocketAddrV4, bytes: Bytes },
    /// At a peer, from inside of its network.
    Inside { site: u32, node: u32, port: LocalPort, from: SocketAddrV4, bytes: Bytes },
    /// A peer's timer.
    Wakes { site: u32, node: u32 },
}

impl Happens {
    /// The network that it is in.
    fn site(&self) -> u32 {
        let (Self::Arrives { site, .. } | Self::Inside { site, .. } | Self::Wakes { site, .. }) = self;
        *site
    }
}

/// A message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its number, from its first four bytes.
    pub message: u32,
    /// To whom.
    pub node: NodeId,
    /// When.
    pub at: Time,
    /// After how many hops.
    pub hops: u8,
    /// Of all of it: whether it is what was said.
    pub digest: u64,
}

/// A digest of a message, for comparison with what was said.
pub(crate) fn digest(payload: &[u8]) -> u64 {
    payload.iter().fold(0, |digest, byte| mix(digest ^ u64::from(*byte)))
}

pub(crate) struct Node {
    pub(crate) id: NodeId,
    /// Among the shard's, and among all.
    pub(crate) site: u32,
    pub(crate) global_site: u32,
    pub(crate) address: SocketAddrV4,
    /// `None` when it is gone.
    pub(crate) peer: Option<Box<Peer>>,
    pub(crate) rng: Pcg64Mcg,
    sequence: u32,
    /// When its next wake is in the queue.
    scheduled: u64,
    pub(crate) hash: u64,
    pub(crate) attacker: Option<Box<Attacker>>,
    /// When it had its first link.
    pub(crate) joined: Option<u64>,
}

impl Node {
    pub(crate) fn new(id: NodeId, site: Route, rng: Pcg64Mcg, peer: Peer) -> Self {
        Self {
            id,
            site: site.local,
            global_site: site.global,
            address: SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0),
            peer: Some(Box::new(peer)),
            rng,
            sequence: 0,
            scheduled: u64::MAX,
            hash: u64::from(id.0),
            attacker: None,
            joined: None,
        }
    }

    /// Where its event stands among those of one time. No two are equal.
    fn key(&mut self) -> u64 {
        self.sequence = self.sequence.wrapping_add(1);
        u64::from(self.id.0) << 32 | u64::from(self.sequence)
    }

    fn log(&mut self, value: u64) {
        self.hash = mix(self.hash ^ value);
    }
}

pub(crate) struct Shard {
    pub(crate) index: u8,
    queue: Calendar<Happens>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) sites: Vec<Site>,
    /// For other shards: whose, when, in which order, what.
    pub(crate) outbox: Vec<(u8, u64, u64, Happens)>,
    pub(crate) counters: Counters,
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) recorded: Vec<(Time, NodeId, Event)>,
    outputs: Outputs,
    /// The end of the stretch of time that is being carried out, and what else happens in it in the network that is.
    end: u64,
    soon: BinaryHeap<Reverse<Entry<Happens>>>,
    stretch: Stretch,
}

/// What happens in a stretch of time, by network. Kept from one to the next for its memory.
#[derive(Default)]
struct Stretch {
    all: Vec<Entry<Happens>>,
    /// For each event, one more than the one before it in the same network; 0: it is the first.
    before: Vec<u32>,
    /// For each network, one more than its last event.
    last: Vec<u32>,
    /// Networks that something happens in.
    sites: Vec<u32>,
}

impl Shard {
    pub(crate) fn new(index: u8, now: u64) -> Self {
        Self {
            index,
            queue: Calendar::new(now),
            nodes: Vec::new(),
            sites: Vec::new(),
            outbox: Vec::new(),
            counters: Counters::default(),
            deliveries: Vec::new(),
            recorded: Vec::new(),
            outputs: Outputs::default(),
            end: 0,
            soon: BinaryHeap::new(),
            stretch: Stretch::default(),
        }
    }

    /// When the next event is due.
    pub(crate) fn next(&mut self) -> Option<u64> {
        self.queue.next()
    }

    /// Something is to happen.
    pub(crate) fn push(&mut self, at: u64, key: u64, what: Happens) {
        if at < self.end {
            // Nothing else than what is in the same network can be so near.
            self.soon.push(Reverse(Entry { at, key, value: what }));
        } else {
            self.queue.push(at, key, what);
        }
    }

    /// Carries out all that is due before `end`: no longer than the shortest way between two networks, so that what
    /// happens in one of them matters to no other until then. So one after the other has its turn, and the memory of its
    /// peers is fetched once for all that happens to them.
    pub(crate) fn run(&mut self, world: &World, end: u64) {
        let mut stretch = std::mem::take(&mut self.stretch);
        self.queue.take(end, &mut stretch.all);
        stretch.last.resize(self.sites.len(), 0);
        for (number, entry) in (1..).zip(&stretch.all) {
            let last = &mut stretch.last[entry.value.site() as usize];
            if *last == 0 {
                stretch.sites.push(entry.value.site());
            }
            stretch.before.push(std::mem::replace(last, number));
        }
        let mut list: Vec<u32> = Vec::new();
        self.end = end;
        let sites = std::mem::take(&mut stretch.sites);
        for &site in &sites {
            let mut next = std::mem::take(&mut stretch.last[site as usize]);
            while let Some(number) = next.checked_sub(1) {
                list.push(number);
                next = stretch.before[number as usize];
            }
            list.sort_unstable_by_key(|number| Reverse(stretch.all[*number as usize].order()));
            loop {
                let planned = list.last().map(|number| stretch.all[*number as usize].order());
                let soon = self.soon.peek().map(|Reverse(entry)| entry.order());
                let (at, what) = match (planned, soon) {
                    (None, None) => break,
                    (planned, Some(soon)) if planned.is_none_or(|planned| soon < planned) => {
                        let Some(Reverse(entry)) = self.soon.pop() else { break };
                        (entry.at, entry.value)
                    }
                    _ => {
                        let Some(number) = list.pop() else { break };
                        let entry = &mut stretch.all[number as usize];
                        (entry.at, std::mem::replace(&mut entry.value, Happens::Wakes { site: 0, node: 0 }))
                    }
                };
                self.carry_out(world, at, what);
            }
        }
        self.end = 0;
        stretch.sites = sites;
        stretch.sites.clear();
        stretch.all.clear();
        stretch.before.clear();
        self.stretch = stretch;
    }

    fn carry_out(&mut self, world: &World, at: u64, what: Happens) {
        match what {
            Happens::Arrives { site, port, from, bytes } => {
                match self.sites[site as usize].inbound(at, port, from) {
                    Some((local, port)) => self.datagram(world, local, at, from, port, &bytes),
                    None => self.counters.filtered += 1,
                }
            }
            Happens::Inside { node, port, from, bytes, .. } => {
                self.datagram(world, node, at, from, port, &bytes);
            }
            Happens::Wakes { node, .. } => self.wake(world, node, at),
        }
    }

    fn wake(&mut self, world: &World, local: u32, at: u64) {
        let node = &mut self.nodes[local as usize];
        if node.scheduled != at {
            return;
        }
        node.scheduled = u64::MAX;
        let due = node.peer.as_ref().and_then(|peer| peer.timeout());
        if due.is_some_and(|due| due.0 <= at) {
            self.counters.wakes += 1;
            self.input(world, local, at, Input::Timeout);
        } else {
            self.schedule(local);
        }
    }

    fn schedule(&mut self, local: u32) {
        let node = &mut self.nodes[local as usize];
        let Some(due) = node.peer.as_ref().and_then(|peer| peer.timeout()) else { return };
        if due.0 < node.scheduled {
            node.scheduled = due.0;
            let (key, site) = (node.key(), node.site);
            self.push(due.0, key, Happens::Wakes { site, node: local });
        }
    }

    fn datagram(
        &mut self,
        world: &World,
        local: u32,
        at: u64,
        from: SocketAddrV4,
        port: LocalPort,
        bytes: &Bytes,
    ) {
        let node = &mut self.nodes[local as usize];
        if node.peer.is_none() {
            self.counters.gone += 1;
            return;
        }
        let tail = bytes.last_chunk::<8>().map_or(0, |tail| u64::from_le_bytes(*tail));
        node.log(at ^ mix(tail ^ u64::from(from.ip().to_bits()) << 16 ^ u64::from(from.port())));
        self.counters.received(bytes);
        self.input(world, local, at, Input::Datagram { from: SocketAddr::V4(from), port, bytes });
        if let Some(mut attacker) = self.nodes[local as usize].attacker.take() {
            let node = &mut self.nodes[local as usize];
            let extra =
                node.peer.as_ref().map(|peer| attacker.received(at, peer, from, bytes, &mut node.rng));
            node.attacker = Some(attacker);
            for (to, bytes) in extra.into_iter().flatten() {
                self.counters.forged += 1;
                self.send(world, local, at, LocalPort::MAIN, to, bytes);
            }
        }
    }

    /// Hands something to a peer and carries out what follows.
    pub(crate) fn input(&mut self, world: &World, local: u32, at: u64, input: Input<'_>) {
        let mut outputs = std::mem::take(&mut self.outputs);
        let node = &mut self.nodes[local as usize];
        let Some(peer) = &mut node.peer else { return };
        peer.handle_into(Time(at), input, &mut outputs);
        let mut opened = Vec::new();
        for output in outputs.drain() {
            match output {
                Output::Send { to, port, bytes } => self.out(world, local, at, port, to, bytes),
                Output::Open { first, count } => opened.push((first, count)),
                Output::Close { first, count } => {
                    let node = &self.nodes[local as usize];
                    let ports = first.0..=first.0.saturating_add(count.saturating_sub(1));
                    self.sites[node.site as usize].close(local, |port| ports.contains(&port.0));
                }
                Output::Event(event) => self.event(world, local, at, event),
                _ => {}
            }
        }
        self.outputs = outputs;
        for (first, count) in opened {
            self.input(world, local, at, Input::Opened { first, count });
        }
        self.schedule(local);
    }

    fn event(&mut self, world: &World, local: u32, at: u64, event: Event) {
        let node = &mut self.nodes[local as usize];
        match &event {
            Event::Message(message) => {
                if let Some(number) = message.payload.first_chunk::<4>() {
                    let message_number = u32::from_be_bytes(*number);
                    node.log(at ^ u64::from(message_number));
                    let (node, hops, digest) = (node.id, message.hops, digest(&message.payload));
                    let delivery = Delivery { message: message_number, node, at: Time(at), hops, digest };
                    self.deliveries.push(delivery);
                }
            }
            Event::Joined => {
                node.log(at ^ 1);
                node.joined.get_or_insert(at);
            }
            Event::Isolated => node.log(at ^ 2),
            _ => {}
        }
        if world.record {
            self.recorded.push((Time(at), self.nodes[local as usize].id, event));
        }
    }

    /// A peer sends: an attacker among them may see to it that it does not, or does something else.
    fn out(&mut self, world: &World, local: u32, at: u64, port: LocalPort, to: SocketAddr, bytes: Bytes) {
        let Some(to) = v4(to) else { return };
        if let Some(attacker) = &mut self.nodes[local as usize].attacker
            && !attacker.sends(to, &bytes)
        {
            self.counters.withheld += 1;
            return;
        }
        self.counters.sent(&bytes);
        self.send(world, local, at, port, to, bytes);
    }

    fn send(&mut self, world: &World, local: u32, at: u64, port: LocalPort, to: SocketAddrV4, bytes: Bytes) {
        let node = &mut self.nodes[local as usize];
        let site = &mut self.sites[node.site as usize];
        if to.ip().is_private() {
            // To a neighbour in the same network, or to nobody.
            let inside = SocketAddrV4::new(*node.address.ip(), 4000_u16.wrapping_add(port.0));
            match site.find_inside(to) {
                Some((other, port)) if node.address.ip().is_private() && other != local => {
                    let (key, site) = (node.key(), node.site);
                    let what = Happens::Inside { site, node: other, port, from: inside, bytes };
                    self.push(at + INSIDE, key, what);
                }
                _ => self.counters.unroutable += 1,
            }
            return;
        }
        if *to.ip() == site.ip && !site.hairpin && site.nat != crate::Nat::Static {
            self.counters.filtered += 1;
            return;
        }
        let Some(from) = site.outbound(at, &mut node.rng, (local, port), to) else { return };
        self.travel(world, local, at, from, to, bytes);
    }

    /// On its way through the internet, from whatever address stands on it.
    pub(crate) fn travel(
        &mut self,
        world: &World,
        local: u32,
        at: u64,
        from: SocketAddrV4,
        to: SocketAddrV4,
        bytes: Bytes,
    ) {
        if world.victim == Some(*to.ip()) {
            self.counters.victim_bytes += bytes.len() as u64;
            self.counters.victim_packets += 1;
            return;
        }
        let node = &mut self.nodes[local as usize];
        let Some(route) = world.routes.get(to.ip()) else {
            self.counters.unroutable += 1;
            return;
        };
        if !world.reaches(node.global_site, route.global) {
            self.counters.cut += 1;
            return;
        }
        let travel = if route.global == node.global_site {
            INSIDE
        } else {
            match world.links.travel(&mut node.rng, node.global_site, route.global) {
                Some(travel) => travel,
                None => {
                    self.counters.lost += 1;
                    return;
                }
            }
        };
        let key = node.key();
        let arrives = Happens::Arrives { site: route.local, port: to.port(), from, bytes };
        if route.shard == self.index {
            self.push(at + travel, key, arrives);
        } else {
            self.outbox.push((route.shard, at + travel, key, arrives));
        }
    }
}
