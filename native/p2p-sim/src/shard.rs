//! Some of the peers, with the networks they are in and the events that await them. What a shard does depends on nothing
//! but what it was given, so that two shards can run at once and a run is the same however many there are.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use bytes::Bytes;
use rand_pcg::Pcg64Mcg;
use rustc_hash::FxHashMap;
use socket_p2p::{Event, Input, LocalPort, Output, Outputs, Peer, Time};

use crate::NodeId;
use crate::attack::Attacker;
use crate::counters::Counters;
use crate::link::{Links, mix};
use crate::nat::{Site, v4};
use crate::queue::Queue;

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
    Inside { node: u32, port: LocalPort, from: SocketAddrV4, bytes: Bytes },
    /// A peer's timer.
    Wakes(u32),
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
    pub(crate) queue: Queue<Happens>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) sites: Vec<Site>,
    /// For other shards: whose, when, in which order, what.
    pub(crate) outbox: Vec<(u8, u64, u64, Happens)>,
    pub(crate) counters: Counters,
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) recorded: Vec<(Time, NodeId, Event)>,
    outputs: Outputs,
}

impl Shard {
    pub(crate) fn new(index: u8, now: u64) -> Self {
        Self {
            index,
            queue: Queue::new(now),
            nodes: Vec::new(),
            sites: Vec::new(),
            outbox: Vec::new(),
            counters: Counters::default(),
            deliveries: Vec::new(),
            recorded: Vec::new(),
            outputs: Outputs::default(),
        }
    }

    /// Carries out all that is due before `end`.
    pub(crate) fn run(&mut self, world: &World, end: u64) {
        while let Some((at, what)) = self.queue.pop(end) {
            match what {
                Happens::Arrives { site, port, from, bytes } => {
                    match self.sites[site as usize].inbound(at, port, from) {
                        Some((local, port)) => self.datagram(world, local, at, from, port, &bytes),
                        None => self.counters.filtered += 1,
                    }
                }
                Happens::Inside { node, port, from, bytes } => {
                    self.datagram(world, node, at, from, port, &bytes);
                }
                Happens::Wakes(local) => self.wake(world, local, at),
            }
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
            let key = node.key();
            self.queue.push(due.0, key, Happens::Wakes(local));
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
                    let (id, hops) = (node.id, message.hops);
                    self.deliveries.push(Delivery { message: message_number, node: id, at: Time(at), hops });
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
                    let key = node.key();
                    self.queue.push(
                        at + INSIDE,
                        key,
                        Happens::Inside { node: other, port, from: inside, bytes },
                    );
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
            self.queue.push(at + travel, key, arrives);
        } else {
            self.outbox.push((route.shard, at + travel, key, arrives));
        }
    }
}
