//! What a peer costs. `cargo bench -p socket-p2p --features simulation`; rows that need no signatures use the
//! simulation's, which cost next to nothing, and say so.
#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

#[path = "../../tests/common/mod.rs"]
mod common;
mod cpu;

use std::hint::black_box;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use common::Network;
use cpu::CpuTime;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use socket_p2p::packet::Packet;
use socket_p2p::{Config, Input, LocalPort, Output, Outputs, Peer, Time};

const LINKS: usize = 8;

/// A peer with links, and the address of one of them.
struct Hub {
    peer: Peer,
    from: SocketAddr,
    now: Time,
}

fn open(mut config: Config) -> Config {
    // What is measured is work, not the limits on it.
    config.source_rate = u32::MAX;
    config.answer_rate = u32::MAX;
    config
}

/// `config` decides the cryptography too. The hub is a member of the cluster if it reads along. Its neighbours know each
/// other, as in a network: each asks one of its links to push, so the hub pushes to few and announces to the others.
fn hub(config: &Config, reads: bool) -> Hub {
    let mut network = Network::new(1, (1_000, 2_000), 0);
    for _ in 0..=LINKS {
        network.add(open(config.clone()));
    }
    if reads {
        network.subscribe(0, [1; 32]);
    }
    for other in 1..=LINKS {
        let contacts = (0..other).map(|known| network.contact(known)).collect();
        network.input(other, Input::Join { contacts });
    }
    network.run(Duration::from_secs(1));
    let (from, now) = (network.nodes[1].address, network.now);
    let peer = network.nodes.swap_remove(0).peer;
    assert!(peer.neighbours().count() == LINKS);
    Hub { peer, from, now }
}

/// Packets of one cluster, as they leave their author.
fn packets(config: &Config, count: usize, length: usize) -> Vec<Bytes> {
    let mut network = Network::new(2, (1_000, 1_000), 0);
    let (author, other) = (network.add(open(config.clone())), network.add(open(config.clone())));
    let cluster = network.subscribe(author, [1; 32]);
    let contacts = vec![network.contact(author)];
    network.input(other, Input::Join { contacts });
    network.run(Duration::from_millis(100));
    let mut packets = Vec::with_capacity(count);
    while packets.len() < count {
        let payload = vec![packets.len() as u8; length];
        let now = network.now;
        for output in network.nodes[author].peer.handle(now, common::publish(cluster, &payload)) {
            if let Output::Send { bytes, .. } = output
                && matches!(Packet::decode(&bytes), Ok(Packet::Data(_)))
            {
                packets.push(bytes);
            }
        }
        // It is acknowledged, or the author would soon publish no more.
        network.run(Duration::from_millis(1));
        let acknowledged = packets.last().cloned();
        if let Some(bytes) = acknowledged {
            let from = network.nodes[author].address;
            network.inject(other, from, &bytes);
            network.run(Duration::from_millis(4));
        }
    }
    packets
}

/// The same, when others have passed them on so often. Near the author packets are pushed to all, later to few.
fn travelled(packets: &[Bytes], hops: u8) -> Vec<Bytes> {
    let far = |packet: &Bytes| {
        let mut packet = packet.to_vec();
        packet[2] = hops;
        Bytes::from(packet)
    };
    packets.iter().map(far).collect()
}

fn feed(hub: &mut Hub, outputs: &mut Outputs, bytes: &[u8]) -> usize {
    hub.now = hub.now + Duration::from_micros(10);
    let input = Input::Datagram { from: hub.from, port: LocalPort::MAIN, bytes };
    hub.peer.handle_into(hub.now, input, outputs);
    outputs.drain().count()
}

/// Feeds each packet once; a new hub when all were.
fn each_once(bench: &mut Criterion<CpuTime>, name: &str, config: &Config, reads: bool, packets: &[Bytes]) {
    let mut group = bench.benchmark_group("peer");
    group.sample_size(10).throughput(Throughput::Elements(packets.len() as u64));
    group.bench_function(name, |bench| {
        bench.iter_batched(
            || hub(config, reads),
            |mut hub| {
                let mut outputs = Outputs::default();
                let mut sent = 0;
                for packet in packets {
                    sent += feed(&mut hub, &mut outputs, packet);
                }
                assert_eq!(hub.peer.metrics().packets_new, packets.len() as u64);
                black_box((hub, sent))
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn relay(bench: &mut Criterion<CpuTime>) {
    let real = travelled(&packets(&Config::default(), 2000, 600), 3);
    each_once(bench, "new packet, verified and relayed to 8 links", &Config::default(), false, &real);
    each_once(bench, "new packet, verified, opened and delivered", &Config::default(), true, &real);

    let mut hub = hub(&Config::default(), false);
    let mut outputs = Outputs::default();
    feed(&mut hub, &mut outputs, &real[0]);
    let mut group = bench.benchmark_group("peer");
    group.throughput(Throughput::Elements(1));
    group.bench_function("packet that is known (decode, SHA-256, dedupe)", |bench| {
        bench.iter(|| feed(&mut hub, &mut outputs, &real[0]));
    });
    group.finish();
}

#[cfg(feature = "simulation")]
fn simulated(bench: &mut Criterion<CpuTime>) {
    let config = Config::simulated();
    let first = packets(&config, 20_000, 600);
    let many = travelled(&first, 3);
    each_once(bench, "new packet without signatures, relayed to 8 links", &config, false, &many);
    let name = "the same from its author, pushed to all 8";
    each_once(bench, name, &config, false, &first);
    // A tenth of the room: nine of ten packets evict another.
    let mut full = config;
    full.cache_bytes /= 10;
    full.signer_share = 256;
    full.source_share = 256;
    each_once(
        bench,
        "new packet without signatures, relayed to 8 links, into a full cache",
        &full,
        false,
        &many,
    );
}

#[cfg(not(feature = "simulation"))]
fn simulated(_: &mut Criterion<CpuTime>) {
    println!("rows without signatures are left out: --features simulation");
}

/// Frames on links, with a full cache: what keeps a link alive and what spreads ids.
fn frames(bench: &mut Criterion<CpuTime>) {
    let mut config = Config::default();
    config.signer_share = 256;
    config.source_share = 256;
    config.cache_bytes = 2 * 1024 * 1024;
    let packets = packets(&config, 2500, 600);
    let mut network = Network::new(1, (1_000, 2_000), 0);
    let (a, b) = (network.add(open(config.clone())), network.add(open(config)));
    network.subscribe(b, [1; 32]);
    let contacts = vec![network.contact(a)];
    network.input(b, Input::Join { contacts });
    network.run(Duration::from_millis(100));
    let from = network.nodes[b].address;
    for packet in &packets {
        network.inject(a, from, packet);
    }
    network.run(Duration::from_secs(1));
    println!("cache: {} bytes", network.nodes[a].peer.cache_bytes());
    let mut group = bench.benchmark_group("full cache");
    group.bench_function("comparison of a cluster begun (Sync out)", |bench| {
        // Subscribing again compares again.
        bench.iter(|| {
            network.now = network.now + Duration::from_secs(11);
            let now = network.now;
            network.nodes[b].peer.handle(now, Input::Timeout).len()
        });
    });
    group.finish();
}

/// Two peers with caches of different packets, until both have all.
fn reconcile(bench: &mut Criterion<CpuTime>) {
    let mut config = Config::default();
    config.signer_share = 256;
    config.source_share = 256;
    let packets = packets(&config, 4000, 100);
    let mut group = bench.benchmark_group("reconciliation");
    group.sample_size(10);
    group.bench_function("2 caches of 4000 packets that differ in 200", |bench| {
        bench.iter_batched(
            || {
                let mut network = Network::new(1, (1_000, 2_000), 0);
                let nodes: Vec<_> = (0..4).map(|_| network.add(open(config.clone()))).collect();
                for (node, source) in [(nodes[0], nodes[2]), (nodes[1], nodes[3])] {
                    let contacts = vec![network.contact(node)];
                    network.input(source, Input::Join { contacts });
                }
                network.run(Duration::from_millis(100));
                for (at, packet) in packets.iter().enumerate() {
                    for (node, source, skip) in [(nodes[0], nodes[2], 0), (nodes[1], nodes[3], 20)] {
                        if at % 40 != skip {
                            let from = network.nodes[source].address;
                            network.inject(node, from, packet);
                        }
                    }
                }
                network.run(Duration::from_secs(1));
                network.input(nodes[2], Input::Leave);
                network.input(nodes[3], Input::Leave);
                // Members compare.
                network.subscribe(nodes[0], [1; 32]);
                network.subscribe(nodes[1], [1; 32]);
                network
            },
            |mut network| {
                let contacts = vec![network.contact(1)];
                network.input(0, Input::Join { contacts });
                network.run(Duration::from_secs(12));
                for node in 0..2 {
                    assert_eq!(network.messages(node).len(), packets.len());
                }
                network
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime);
    targets = relay, simulated, frames, reconcile
}
criterion_main!(benches);
