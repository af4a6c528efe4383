//! A network of peers: time, and everything that can be done to it from outside.
//!
//! Shards run at once for as long as the shortest way between two networks takes: nothing that one does can matter to
//! another before. Then they exchange what they sent. Changes from outside happen between such rounds.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;

use rand::SeedableRng as _;
use rand_pcg::Pcg64Mcg;
use socket_p2p::{Config, Contact, Dropped, Event, Input, LocalPort, Metrics, NatKind, Peer, PeerId, Time};

use crate::attack::{Attacker, Role};
use crate::counters::Counters;
use crate::link::{Latency, Links, mix};
use crate::nat::{Nat, Site};
use crate::shard::{Delivery, Node, Route, Shard, World};

/// A peer, by the order of creation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub u32);

/// A network with one address, by the order of creation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SiteId(pub u32);

/// What a network is created with.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Everything follows from it.
    pub seed: u64,
    /// Threads, and shards. The run is the same with any number.
    pub threads: u8,
    /// The way between two networks.
    pub latency: Latency,
    /// The part of a latency that one datagram may take longer.
    pub jitter: f64,
    /// The part of datagrams that is lost.
    pub loss: f64,
}

/// When every simulation begins.
pub const START: Time = Time::from_secs(1_700_000_000);

/// The network.
pub struct Network {
    seed: u64,
    now: u64,
    lookahead: u64,
    world: World,
    shards: Vec<Shard>,
    places: Vec<(u8, u32)>,
    sites: Vec<Route>,
    gone: (Metrics, Dropped),
}

impl Network {
    /// An empty one.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let Settings { seed, threads, latency, jitter, loss } = settings;
        let lookahead = u64::try_from(latency.least().as_micros()).unwrap_or(u64::MAX).max(1);
        Self {
            seed,
            now: START.0,
            lookahead,
            world: World {
                links: Links::new(mix(seed ^ 1), latency, jitter, loss),
                routes: Default::default(),
                part: Vec::new(),
                cut: Vec::new(),
                victim: None,
                record: false,
            },
            shards: (0..threads.max(1)).map(|index| Shard::new(index, START.0)).collect(),
            places: Vec::new(),
            sites: Vec::new(),
            gone: Default::default(),
        }
    }

    /// Keeps all events of all peers, for [`events`](Self::events).
    pub fn record(&mut self) {
        self.world.record = true;
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Time {
        Time(self.now)
    }

    /// Since the beginning.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.now().since(START)
    }

    /// A network at this address.
    pub fn add_site(&mut self, ip: Ipv4Addr, nat: Nat, hairpin: bool, expiry: Duration) -> SiteId {
        let global = u32::try_from(self.sites.len()).unwrap_or(u32::MAX);
        let shard = (global as usize % self.shards.len()) as u8;
        let sites = &mut self.shards[usize::from(shard)].sites;
        let route = Route { shard, local: u32::try_from(sites.len()).unwrap_or(u32::MAX), global };
        sites.push(Site::new(ip, nat, hairpin, expiry));
        self.world.routes.insert(ip, route);
        self.world.part.push(0);
        self.sites.push(route);
        SiteId(global)
    }

    /// A peer in a network. `identity` tells apart; equal ones are the same peer, come back.
    pub fn add_peer(&mut self, site: SiteId, config: Config, role: Role, identity: u64) -> NodeId {
        let route = self.sites[site.0 as usize];
        let id = NodeId(u32::try_from(self.places.len()).unwrap_or(u32::MAX));
        let mut key = [0x5a; 32];
        key[..8].copy_from_slice(&mix(self.seed ^ 2).to_be_bytes());
        key[8..16].copy_from_slice(&identity.to_be_bytes());
        let mut seed = [0xa5; 32];
        seed[..8].copy_from_slice(&mix(self.seed ^ 3).to_be_bytes());
        seed[8..12].copy_from_slice(&id.0.to_be_bytes());
        let peer = Peer::new(config, &key, seed, Time(self.now));
        let rng = Pcg64Mcg::seed_from_u64(mix(self.seed ^ 4) ^ u64::from(id.0));
        let shard = &mut self.shards[usize::from(route.shard)];
        let local = u32::try_from(shard.nodes.len()).unwrap_or(u32::MAX);
        let mut node = Node::new(id, route, rng, peer);
        node.attacker = Attacker::new(role);
        node.address = shard.sites[route.local as usize].add(local);
        shard.nodes.push(node);
        self.places.push((route.shard, local));
        id
    }

    fn node(&self, id: NodeId) -> &Node {
        let (shard, local) = self.places[id.0 as usize];
        &self.shards[usize::from(shard)].nodes[local as usize]
    }

    fn node_mut(&mut self, id: NodeId) -> &mut Node {
        let (shard, local) = self.places[id.0 as usize];
        &mut self.shards[usize::from(shard)].nodes[local as usize]
    }

    /// All that were ever there.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.places.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// The peer, unless it is gone.
    #[must_use]
    pub fn peer(&self, id: NodeId) -> Option<&Peer> {
        self.node(id).peer.as_deref()
    }

    /// What it is.
    #[must_use]
    pub fn role(&self, id: NodeId) -> Role {
        self.node(id).attacker.as_ref().map_or(Role::Honest, |attacker| attacker.role())
    }

    /// When it had its first link.
    #[must_use]
    pub fn joined(&self, id: NodeId) -> Option<Time> {
        self.node(id).joined.map(Time)
    }

    /// Its network.
    #[must_use]
    pub fn site(&self, id: NodeId) -> SiteId {
        SiteId(self.node(id).global_site)
    }

    /// Where to find it: what an application is configured with. Behind a NAT, an address that only neighbours reach.
    #[must_use]
    pub fn contact(&self, id: NodeId) -> Contact {
        let node = self.node(id);
        let peer = node.peer.as_ref().map(|peer| peer.id());
        Contact { address: SocketAddr::V4(node.address), peer, nat: NatKind::Unknown }
    }

    /// Hands something to a peer, now.
    pub fn input(&mut self, id: NodeId, input: Input<'_>) {
        let (shard, local) = self.places[id.0 as usize];
        self.shards[usize::from(shard)].input(&self.world, local, self.now, input);
        self.exchange();
    }

    /// A peer is gone, without a word.
    pub fn kill(&mut self, id: NodeId) {
        let (shard, local) = self.places[id.0 as usize];
        let shard = &mut self.shards[usize::from(shard)];
        let node = &mut shard.nodes[local as usize];
        let Some(peer) = node.peer.take() else { return };
        shard.sites[node.site as usize].close(local, |_| true);
        add(&mut self.gone, &peer);
    }

    /// Moves a peer's network to another address: its mappings are gone, and the peer is told.
    pub fn move_site(&mut self, site: SiteId, to: Ipv4Addr) {
        let route = self.sites[site.0 as usize];
        let shard = &mut self.shards[usize::from(route.shard)];
        let of = &mut shard.sites[route.local as usize];
        self.world.routes.remove(&of.ip);
        of.ip = to;
        of.forget();
        self.world.routes.insert(to, route);
        let mut told = Vec::new();
        for node in shard.nodes.iter_mut().filter(|node| node.site == route.local && node.peer.is_some()) {
            if !node.address.ip().is_private() {
                node.address.set_ip(to);
            }
            told.push((node.id, node.address));
        }
        for (id, address) in told {
            self.input(id, Input::AddressChanged { local: vec![SocketAddr::V4(address)] });
        }
    }

    /// Lets all time pass until `end`.
    pub fn run_until(&mut self, end: Time) {
        while self.now < end.0 {
            let next = self.shards.iter_mut().filter_map(|shard| shard.next()).min();
            let Some(next) = next.filter(|next| *next < end.0) else { break };
            // Up to here nothing that one shard does can reach another.
            let horizon = next.max(self.now).saturating_add(self.lookahead).min(end.0);
            self.round(horizon);
            self.now = horizon;
        }
        self.now = self.now.max(end.0);
    }

    /// Lets time pass.
    pub fn run(&mut self, time: Duration) {
        self.run_until(self.now() + time);
    }

    fn round(&mut self, horizon: u64) {
        let world = &self.world;
        match &mut self.shards[..] {
            [only] => only.run(world, horizon),
            [first, others @ ..] => std::thread::scope(|scope| {
                for shard in others {
                    scope.spawn(move || shard.run(world, horizon));
                }
                first.run(world, horizon);
            }),
            [] => {}
        }
        self.exchange();
    }

    fn exchange(&mut self) {
        for index in 0..self.shards.len() {
            let mut outbox = std::mem::take(&mut self.shards[index].outbox);
            for (to, at, key, what) in outbox.drain(..) {
                self.shards[usize::from(to)].push(at, key, what);
            }
            self.shards[index].outbox = outbox;
        }
    }

    /// The part of datagrams that is lost from now on.
    pub fn set_loss(&mut self, loss: f64) {
        self.world.links.loss = loss;
    }

    /// Puts a network into a part of the internet; all begin in 0.
    pub fn set_part(&mut self, site: SiteId, part: u8) {
        self.world.part[site.0 as usize] = part;
    }

    /// Parts of the internet that cannot reach each other, or themselves, from now on.
    pub fn cut(&mut self, cut: Vec<(u8, u8)>) {
        self.world.cut = cut;
    }

    /// Whose address amplifiers put on their datagrams.
    pub fn set_victim(&mut self, victim: Ipv4Addr) {
        self.world.victim = Some(victim);
    }

    /// An amplifier sends a datagram under the victim's address.
    pub fn spoof(&mut self, id: NodeId) {
        let Some(victim) = self.world.victim else { return };
        let (shard, local) = self.places[id.0 as usize];
        let shard = &mut self.shards[usize::from(shard)];
        let node = &mut shard.nodes[local as usize];
        let Some(attacker) = &node.attacker else { return };
        let Some((to, bytes)) = attacker.spoofs(&mut node.rng) else { return };
        shard.counters.spoofed_packets += 1;
        shard.counters.spoofed_bytes += bytes.len() as u64;
        let from = SocketAddrV4::new(victim, 4000);
        shard.travel(&self.world, local, self.now, from, to, bytes);
        self.exchange();
    }

    /// Hands a peer a datagram from anywhere, now.
    pub fn inject(&mut self, to: NodeId, from: SocketAddr, bytes: &[u8]) {
        self.input(to, Input::Datagram { from, port: LocalPort::MAIN, bytes });
    }

    /// What was seen on the wire until now.
    #[must_use]
    pub fn counters(&self) -> Counters {
        let mut all = Counters::default();
        self.shards.iter().for_each(|shard| all.add(&shard.counters));
        all
    }

    /// What all honest peers did and refused, those that are gone included.
    #[must_use]
    pub fn totals(&self) -> (Metrics, Dropped) {
        let mut all = self.gone.clone();
        for shard in &self.shards {
            let honest = shard.nodes.iter().filter(|node| node.attacker.is_none());
            honest.filter_map(|node| node.peer.as_ref()).for_each(|peer| add(&mut all, peer));
        }
        all
    }

    /// Takes the deliveries since the last call, in the order of their time.
    pub fn take_deliveries(&mut self) -> Vec<Delivery> {
        let mut all: Vec<Delivery> =
            self.shards.iter_mut().flat_map(|shard| std::mem::take(&mut shard.deliveries)).collect();
        all.sort_unstable_by_key(|delivery| (delivery.at, delivery.node, delivery.message));
        all
    }

    /// Events of a peer since the beginning, if they are [recorded](Self::record).
    pub fn events(&self, id: NodeId) -> impl Iterator<Item = (Time, &Event)> {
        let (shard, _) = self.places[id.0 as usize];
        let recorded = self.shards[usize::from(shard)].recorded.iter();
        recorded.filter(move |(_, node, _)| *node == id).map(|(at, _, event)| (*at, event))
    }

    /// How many links a peer has.
    #[must_use]
    pub fn links(&self, id: NodeId) -> usize {
        self.peer(id).map_or(0, Peer::links)
    }

    /// Links of a peer, as its peers' numbers, where they are known.
    pub fn neighbours(&self, id: NodeId) -> impl Iterator<Item = (PeerId, IpAddr)> {
        self.peer(id).into_iter().flat_map(|peer| peer.neighbours().map(|(id, at)| (id, at.ip())))
    }

    /// Microseconds between two peers' networks, without jitter.
    #[must_use]
    pub fn distance(&self, a: NodeId, b: NodeId) -> u64 {
        self.world.links.base(self.node(a).global_site, self.node(b).global_site)
    }

    /// Of all that happened to every peer, in order. Equal hashes: equal runs.
    #[must_use]
    pub fn hash(&self) -> u64 {
        self.nodes().fold(self.seed, |hash, id| mix(hash ^ self.node(id).hash))
    }

    /// Tells an attacker's peer apart, or makes one of an honest peer.
    pub fn set_role(&mut self, id: NodeId, role: Role) {
        self.node_mut(id).attacker = Attacker::new(role);
    }
}

fn add(to: &mut (Metrics, Dropped), peer: &Peer) {
    to.0.add(peer.metrics());
    to.1.add(peer.dropped());
}
