//! Carries out a scenario: who comes and goes and when, who says what, what happens to the network.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use rand::{Rng as _, SeedableRng as _};
use rand_distr::{Distribution as _, Exp};
use rand_pcg::Pcg64Mcg;
use rustc_hash::FxHashMap;
use socket_p2p::{ClusterId, ClusterSecret, Config, Input, PeerId, Time};

use crate::link::mix;
use crate::network::{Network, START, Settings, SiteId};
use crate::report::{Published, Report, Sample, Usage};
use crate::scenario::{Crypto, Happening, Scenario};
use crate::shard::digest;
use crate::{NodeId, Role};

/// Parts of the internet, for partitions and eclipses.
const REST: u8 = 0;
const ASIDE: u8 = 1;
const HONEST: u8 = 2;
/// Messages whose way is compared with the shortest one.
const COMPARED: usize = 200;
/// Not in networks larger than this: it looks at all links.
const COMPARED_PEERS: usize = 3000;
/// Peers of a large network.
const MANY: usize = 20_000;
/// How long after the last message its spreading is still looked at.
const TAIL: Duration = Duration::from_secs(3);
/// Between two datagrams of an amplifier.
const SPOOF_EVERY: Duration = Duration::from_millis(20);
/// The address that amplifiers pretend to have.
const VICTIM: Ipv4Addr = Ipv4Addr::new(9, 9, 9, 9);

enum Control {
    Arrive(usize),
    Newcomer(usize),
    Depart(NodeId),
    Publish(usize),
    Happens(usize),
    Sample,
    Spoof,
    End,
}

/// What is known of a peer besides itself.
pub(crate) struct Info {
    pub(crate) group: usize,
    pub(crate) came: Time,
    pub(crate) died: Option<Time>,
}

struct Run<'a> {
    scenario: &'a Scenario,
    net: Network,
    rng: Pcg64Mcg,
    agenda: BTreeMap<(u64, u64), Control>,
    agenda_key: u64,
    secret: ClusterSecret,
    cluster: ClusterId,
    info: Vec<Info>,
    by_peer: FxHashMap<PeerId, NodeId>,
    /// Of each group.
    alive: Vec<Vec<NodeId>>,
    /// Of each group, those whom a newcomer can be told of.
    reachable: Vec<Vec<NodeId>>,
    arrived: Vec<usize>,
    shared_sites: BTreeMap<(usize, usize, usize), SiteId>,
    shared_subnets: BTreeMap<(usize, usize), u32>,
    next_subnet: u32,
    published: Vec<Published>,
    samples: Vec<Sample>,
    joins: usize,
    leaves: usize,
    eclipsed: Vec<NodeId>,
    /// Victims of an eclipse that ended, and when it did.
    recovering: Option<(Time, Vec<NodeId>)>,
    recovery: Option<Duration>,
    eclipse_share: Option<f64>,
    begin: Option<Usage>,
    end: Option<Usage>,
}

/// Runs a scenario. `progress` hears of the simulated time from time to time.
#[must_use]
pub fn run(scenario: &Scenario, mut progress: impl FnMut(Duration)) -> Report {
    let started = Instant::now();
    let network = &scenario.network;
    let net = Network::new(Settings {
        seed: scenario.seed,
        threads: scenario.threads,
        latency: network.latency,
        jitter: network.jitter,
        loss: network.loss,
    });
    let secret = ClusterSecret::from_name("a simulation");
    let groups = scenario.peers.len();
    let mut run = Run {
        scenario,
        net,
        rng: Pcg64Mcg::seed_from_u64(mix(scenario.seed ^ 5)),
        agenda: BTreeMap::new(),
        agenda_key: 0,
        cluster: secret.id(),
        secret,
        info: Vec::new(),
        by_peer: FxHashMap::default(),
        alive: vec![Vec::new(); groups],
        reachable: vec![Vec::new(); groups],
        arrived: vec![0; groups],
        shared_sites: BTreeMap::new(),
        shared_subnets: BTreeMap::new(),
        next_subnet: 0,
        published: Vec::new(),
        samples: Vec::new(),
        joins: 0,
        leaves: 0,
        eclipsed: Vec::new(),
        recovering: None,
        recovery: None,
        eclipse_share: None,
        begin: None,
        end: None,
    };
    run.plan();
    let end = START + scenario.duration_s;
    while let Some(next) = run.agenda.first_entry() {
        let at = next.key().0;
        if at > end.0 {
            break;
        }
        let control = next.remove();
        run.net.run_until(Time(at));
        run.carry_out(control);
        progress(run.net.elapsed());
    }
    run.net.run_until(end);
    progress(run.net.elapsed());
    run.report(started.elapsed())
}

impl Run<'_> {
    fn at(&mut self, after: Duration, control: Control) {
        self.agenda_key += 1;
        self.agenda.insert(((START + after).0, self.agenda_key), control);
    }

    fn soon(&mut self, wait: Duration, control: Control) {
        let after = self.net.elapsed() + wait;
        self.at(after, control);
    }

    fn exponential(&mut self, mean: Duration) -> Duration {
        let mean = mean.as_secs_f64();
        // The mean is above 0: scenarios are checked.
        Duration::from_secs_f64(Exp::new(1. / mean).map_or(mean, |of| of.sample(&mut self.rng)))
    }

    fn plan(&mut self) {
        let scenario = self.scenario;
        for (index, group) in scenario.peers.iter().enumerate() {
            for nth in 0..group.count {
                self.at(
                    group.start_s + group.ramp_s.mul_f64(nth as f64 / group.count as f64),
                    Control::Arrive(index),
                );
            }
            if let Some(life) = group.life_s {
                let first = self.exponential(life / u32::try_from(group.count).unwrap_or(u32::MAX));
                self.at(group.start_s + group.ramp_s + first, Control::Newcomer(index));
            }
            if group.role == Role::Amplifier {
                self.net.set_victim(VICTIM);
                self.at(group.start_s + Duration::from_secs(1), Control::Spoof);
            }
        }
        if let Some(messages) = &scenario.messages {
            for nth in 0..messages.count {
                let after = messages.every_s * u32::try_from(nth).unwrap_or(u32::MAX);
                self.at(messages.start_s + after, Control::Publish(nth));
            }
            let last = messages.every_s * u32::try_from(messages.count).unwrap_or(u32::MAX);
            self.at((messages.start_s + last + TAIL).min(scenario.duration_s), Control::End);
        }
        for (index, event) in scenario.events.iter().enumerate() {
            self.at(event.at(), Control::Happens(index));
        }
        self.at(Duration::ZERO, Control::Sample);
    }

    fn carry_out(&mut self, control: Control) {
        match control {
            Control::Arrive(group) => self.arrive(group),
            Control::Newcomer(group) => {
                self.arrive(group);
                let of = &self.scenario.peers[group];
                if let Some(life) = of.life_s {
                    let wait = self.exponential(life / u32::try_from(of.count).unwrap_or(u32::MAX));
                    self.soon(wait, Control::Newcomer(group));
                }
            }
            Control::Depart(node) => self.depart(node),
            Control::Publish(number) => self.publish(number),
            Control::Happens(index) => self.happens(index),
            Control::Sample => {
                self.sample();
                // A long run is looked at less often.
                let wait = (self.scenario.duration_s / 1000).max(Duration::from_secs(1));
                // So is a large network: it takes long to look at.
                let wait = wait * if self.info.len() > MANY { 4 } else { 1 };
                self.soon(wait, Control::Sample);
            }
            Control::Spoof => {
                for group in 0..self.scenario.peers.len() {
                    if self.scenario.peers[group].role == Role::Amplifier {
                        let nodes = self.alive[group].clone();
                        nodes.into_iter().for_each(|node| self.net.spoof(node));
                    }
                }
                self.soon(SPOOF_EVERY, Control::Spoof);
            }
            Control::End => self.end = Some(Usage::of(&self.net)),
        }
    }

    fn subnet(&mut self) -> u32 {
        let subnet = self.next_subnet;
        self.next_subnet += 1;
        subnet
    }

    fn ip(subnet: u32, host: u32) -> Ipv4Addr {
        // From 11.0.0.0 on, around what is no address of a host on the internet.
        let mut subnet = subnet + (11 << 16);
        for (first, count) in
            [(127 << 16, 1 << 16), ((172 << 16) + (16 << 8), 16 << 8), ((192 << 16) + (168 << 8), 256)]
        {
            if subnet >= first {
                subnet += count;
            }
        }
        Ipv4Addr::from_bits(subnet << 8 | (host % 250 + 1))
    }

    fn site(&mut self, group: usize) -> SiteId {
        let of = &self.scenario.peers[group];
        let (hairpin, expiry) = (self.scenario.network.hairpin, self.scenario.network.nat_expiry_s);
        let at = self.rng.random::<f64>();
        let nat = of.nat.pick(at);
        let Some(subnets) = of.subnets else {
            let subnet = self.subnet();
            return self.net.add_site(Self::ip(subnet, 0), nat, hairpin, expiry);
        };
        let nth = self.arrived[group];
        let (subnet, host) = (nth % subnets, nth / subnets % 250);
        if let Some(site) = self.shared_sites.get(&(group, subnet, host)) {
            return *site;
        }
        let number = match self.shared_subnets.get(&(group, subnet)) {
            Some(number) => *number,
            None => {
                let number = self.subnet();
                self.shared_subnets.insert((group, subnet), number);
                number
            }
        };
        let ip = Self::ip(number, u32::try_from(host).unwrap_or_default());
        let site = self.net.add_site(ip, nat, hairpin, expiry);
        self.shared_sites.insert((group, subnet, host), site);
        site
    }

    fn arrive(&mut self, index: usize) {
        let group = &self.scenario.peers[index];
        let mut config = match self.scenario.crypto {
            Crypto::Simulated => Config::simulated(),
            Crypto::Real => Config::new(),
        };
        if group.broadcast {
            config = match self.scenario.crypto {
                Crypto::Simulated => config.into_broadcast(),
                Crypto::Real => Config::broadcast(),
            };
        }
        group.config.apply(&mut config);
        let site = self.site(index);
        let identity = self.info.len() as u64;
        let node = self.net.add_peer(site, config, group.role, identity);
        self.info.push(Info { group: index, came: self.net.now(), died: None });
        self.arrived[index] += 1;
        self.joins += 1;
        if let Some(peer) = self.net.peer(node) {
            self.by_peer.insert(peer.id(), node);
        }
        if group.subscribed {
            self.net.input(node, Input::Subscribe { secret: self.secret.clone() });
        }
        let contacts = self.contacts(index).into_iter().map(|of| self.net.contact(of)).collect();
        self.net.input(node, Input::Join { contacts });
        self.alive[index].push(node);
        let is_private = self.net.contact(node).address.ip().to_canonical();
        if let std::net::IpAddr::V4(ip) = is_private
            && !ip.is_private()
        {
            self.reachable[index].push(node);
        }
        if let Some(life) = group.life_s {
            let life = self.exponential(life);
            self.soon(life, Control::Depart(node));
        }
    }

    /// Whom a newcomer is told of.
    fn contacts(&mut self, index: usize) -> Vec<NodeId> {
        let group = &self.scenario.peers[index];
        let of: Vec<usize> = (0..self.scenario.peers.len())
            .filter(|other| match &group.contacts_from {
                Some(name) => self.scenario.peers[*other].name == *name,
                None => self.scenario.peers[*other].role == Role::Honest,
            })
            .collect();
        let total: usize = of.iter().map(|group| self.reachable[*group].len()).sum();
        let mut found: Vec<NodeId> = Vec::new();
        if total <= group.contacts {
            of.iter().for_each(|group| found.extend(&self.reachable[*group]));
            return found;
        }
        while found.len() < group.contacts {
            let mut nth = self.rng.random_range(0..total);
            for group in &of {
                let Some(node) = self.reachable[*group].get(nth) else {
                    nth -= self.reachable[*group].len();
                    continue;
                };
                if !found.contains(node) {
                    found.push(*node);
                }
                break;
            }
        }
        found
    }

    fn depart(&mut self, node: NodeId) {
        let info = &mut self.info[node.0 as usize];
        if info.died.is_some() {
            return;
        }
        info.died = Some(self.net.now());
        self.leaves += 1;
        for list in [&mut self.alive[info.group], &mut self.reachable[info.group]] {
            if let Some(at) = list.iter().position(|other| *other == node) {
                list.swap_remove(at);
            }
        }
        self.net.kill(node);
    }

    fn honest(&self) -> impl Iterator<Item = NodeId> + '_ {
        let groups = self.scenario.peers.iter().zip(&self.alive);
        groups.filter(|(group, _)| group.role == Role::Honest).flat_map(|(_, alive)| alive.iter().copied())
    }

    fn publish(&mut self, number: usize) {
        if self.begin.is_none() {
            self.begin = Some(Usage::of(&self.net));
        }
        let Some(messages) = &self.scenario.messages else { return };
        let group = |node: NodeId| &self.scenario.peers[self.info[node.0 as usize].group];
        let eligible: Vec<NodeId> = self
            .honest()
            .filter(|node| group(*node).subscribed && self.net.joined(*node).is_some())
            .collect();
        let authors: Vec<NodeId> = eligible.iter().copied().filter(|node| group(*node).publishes).collect();
        if authors.is_empty() {
            return;
        }
        let author = authors[self.rng.random_range(0..authors.len())];
        let mut payload = vec![0; messages.bytes];
        self.rng.fill(&mut payload[..]);
        payload[..4].copy_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes());
        let best = if number < COMPARED && eligible.len() <= COMPARED_PEERS {
            self.shortest(author)
        } else {
            FxHashMap::default()
        };
        self.published.push(Published {
            number: u32::try_from(number).unwrap_or(u32::MAX),
            at: self.net.now(),
            author,
            eligible,
            best,
            digest: digest(&payload),
            deliveries: Vec::new(),
            fates: Vec::new(),
        });
        self.net.input(
            author,
            Input::Publish {
                request: number as u64,
                cluster: self.cluster,
                subcluster: Default::default(),
                to: None,
                previous: None,
                payload: &payload,
            },
        );
    }

    /// Microseconds that a message needs at least over the links there are: what flooding without loss takes.
    fn shortest(&self, from: NodeId) -> FxHashMap<NodeId, u64> {
        let mut best: FxHashMap<NodeId, u64> = FxHashMap::default();
        let mut queue = std::collections::BinaryHeap::from([std::cmp::Reverse((0, from))]);
        while let Some(std::cmp::Reverse((time, node))) = queue.pop() {
            if best.contains_key(&node) {
                continue;
            }
            best.insert(node, time);
            for (peer, _) in self.net.neighbours(node) {
                let Some(other) = self.by_peer.get(&peer) else { continue };
                if self.info[other.0 as usize].died.is_none() && !best.contains_key(other) {
                    queue.push(std::cmp::Reverse((time + self.net.distance(node, *other), *other)));
                }
            }
        }
        best
    }

    fn happens(&mut self, index: usize) {
        match &self.scenario.events[index] {
            Happening::Partition { share, .. } => {
                for node in self.net.nodes() {
                    let aside = self.rng.random::<f64>() < *share;
                    self.net.set_part(self.net.site(node), if aside { ASIDE } else { REST });
                }
                self.net.cut(vec![(REST, ASIDE)]);
            }
            Happening::Heal { .. } => {
                self.net.cut(Vec::new());
                if !self.eclipsed.is_empty() {
                    let victims = std::mem::take(&mut self.eclipsed);
                    self.eclipse_share = Some(self.honest_share(&victims));
                    self.recovering = Some((self.net.now(), victims));
                }
            }
            Happening::Loss { loss, .. } => self.net.set_loss(*loss),
            Happening::Eclipse { victims, .. } => {
                let mut honest: Vec<NodeId> = self.honest().collect();
                for node in &honest {
                    self.net.set_part(self.net.site(*node), HONEST);
                }
                while self.eclipsed.len() < *victims && !honest.is_empty() {
                    let victim = honest.swap_remove(self.rng.random_range(0..honest.len()));
                    self.net.set_part(self.net.site(victim), ASIDE);
                    self.eclipsed.push(victim);
                }
                self.net.cut(vec![(HONEST, ASIDE), (ASIDE, ASIDE)]);
            }
            Happening::Move { share, .. } => {
                let nodes: Vec<NodeId> = self.alive.iter().flatten().copied().collect();
                for node in nodes {
                    if self.rng.random::<f64>() < *share {
                        let subnet = self.subnet();
                        self.net.move_site(self.net.site(node), Self::ip(subnet, 0));
                    }
                }
            }
            Happening::Crash { share, .. } => {
                let nodes: Vec<NodeId> = self.alive.iter().flatten().copied().collect();
                for node in nodes {
                    if self.rng.random::<f64>() < *share {
                        self.depart(node);
                    }
                }
            }
        }
    }

    fn is_honest(&self, peer: &PeerId) -> bool {
        self.by_peer.get(peer).is_some_and(|node| self.net.role(*node) == Role::Honest)
    }

    /// The mean part of their links that is with honest peers.
    fn honest_share(&self, of: &[NodeId]) -> f64 {
        let mut sum = (0., 0);
        for node in of {
            let (mut honest, mut all) = (0, 0);
            for (peer, _) in self.net.neighbours(*node) {
                all += 1;
                honest += usize::from(self.is_honest(&peer));
            }
            if all > 0 {
                sum.0 += f64::from(honest as u32) / f64::from(all);
                sum.1 += 1;
            }
        }
        if sum.1 == 0 { 0. } else { sum.0 / f64::from(sum.1) }
    }

    fn sample(&mut self) {
        let honest: Vec<NodeId> = self.honest().collect();
        let attacked = self.scenario.peers.iter().any(|group| group.role != Role::Honest);
        let share = if attacked { Some(self.honest_share(&honest)) } else { None };
        let (mut links, mut isolated, mut cache) = (0, 0, 0);
        for node in &honest {
            let count = self.net.links(*node);
            links += count;
            isolated += usize::from(count == 0);
            cache = cache.max(self.net.peer(*node).map_or(0, |peer| peer.cache_bytes()));
        }
        if let Some((since, victims)) = &self.recovering {
            let alone = |node: &NodeId| {
                self.net.peer(*node).is_some()
                    && !self.net.neighbours(*node).any(|(peer, _)| self.is_honest(&peer))
            };
            if !victims.iter().any(alone) {
                self.recovery = Some(self.net.now().since(*since));
                self.recovering = None;
            }
        }
        self.samples.push(Sample {
            at: self.net.elapsed(),
            peers: honest.len(),
            joins: self.joins,
            leaves: self.leaves,
            links: links as f64 / honest.len().max(1) as f64,
            isolated,
            honest_share: share,
            cache,
        });
    }

    fn report(mut self, wall: Duration) -> Report {
        let mut forged = 0;
        for delivery in self.net.take_deliveries() {
            // Messages are published in the order of their numbers; some may have had no author.
            let at = self.published.binary_search_by_key(&delivery.message, |message| message.number);
            match at {
                Ok(at) if self.published[at].digest == delivery.digest => {
                    self.published[at].deliveries.push((delivery.node, delivery.at));
                }
                _ => forged += 1,
            }
        }
        self.published.iter_mut().for_each(|message| message.settle(&self.info));
        let end = self.end.take().unwrap_or_else(|| Usage::of(&self.net));
        let begin = self.begin.take().unwrap_or_else(|| Usage::of(&self.net));
        Report {
            scenario: self.scenario.clone(),
            hash: self.net.hash(),
            simulated: self.net.elapsed(),
            wall,
            total: self.net.counters(),
            begin,
            end,
            peak: crate::report::peak_memory(),
            published: self.published,
            info: self.info,
            samples: self.samples,
            recovery: self.recovery,
            eclipse_share: self.eclipse_share,
            forged,
        }
    }
}
