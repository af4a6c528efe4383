//! A small network, and what tests ask of it.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(unreachable_pub, reason = "a module of several tests")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::Ipv4Addr;
use std::time::Duration;

use socket_p2p::{ClusterId, ClusterSecret, Config, Event, Input};
use socket_p2p_sim::{Latency, Nat, Network, NodeId, Role, Settings, SiteId};

pub const SECOND: Duration = Duration::from_secs(1);

pub fn settings(seed: u64) -> Settings {
    let latency = Latency::Uniform { min_ms: 10., max_ms: 50. };
    Settings { seed, threads: 1, latency, jitter: 0.1, loss: 0. }
}

pub fn network(seed: u64) -> Network {
    let mut net = Network::new(settings(seed));
    net.record();
    net
}

pub fn secret() -> ClusterSecret {
    ClusterSecret([7; 32])
}

pub fn site(net: &mut Network, nat: Nat) -> SiteId {
    let nth = net.nodes().count() as u32;
    net.add_site(Ipv4Addr::from_bits((20 << 24) + (nth << 8) + 1), nat, false, Duration::from_secs(30))
}

/// A peer in a network of its own, in the cluster, told of `contacts`.
pub fn add(net: &mut Network, nat: Nat, role: Role, contacts: &[NodeId]) -> NodeId {
    let site = site(net, nat);
    let identity = net.nodes().count() as u64;
    let node = net.add_peer(site, Config::simulated(), role, identity);
    net.input(node, Input::Subscribe { secret: secret() });
    let contacts = contacts.iter().map(|contact| net.contact(*contact)).collect();
    net.input(node, Input::Join { contacts });
    node
}

/// Honest peers without NATs, each told of four before it.
pub fn many(net: &mut Network, count: usize) -> Vec<NodeId> {
    let mut all: Vec<NodeId> = Vec::new();
    for nth in 0..count {
        let contacts: Vec<NodeId> =
            (1..=4).filter_map(|back| all.get(nth.checked_sub(back * back)?).copied()).collect();
        all.push(add(net, Nat::Static, Role::Honest, &contacts));
        net.run(SECOND / 10);
    }
    net.run(SECOND * 5);
    all
}

pub fn cluster() -> ClusterId {
    secret().id()
}

pub fn publish(net: &mut Network, from: NodeId, payload: &[u8]) {
    let subcluster = Default::default();
    net.input(
        from,
        Input::Publish { request: 1, cluster: cluster(), subcluster, to: None, previous: None, payload },
    );
}

/// How often a peer was given a message that says this.
pub fn times(net: &Network, node: NodeId, payload: &[u8]) -> usize {
    let messages = net.events(node).filter(|(_, event)| match event {
        Event::Message(message) => message.payload == payload,
        _ => false,
    });
    messages.count()
}
