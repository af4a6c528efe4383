//! Messages reach everyone, once, decrypted.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::Network;
use socket_p2p::Config;

#[test]
fn two_peers_join_publish_and_receive() {
    let mut network = Network::new(1, (10_000, 50_000), 0);
    let (a, b) = (network.add(Config::default()), network.add(Config::default()));
    let cluster = network.subscribe(a, [1; 32]);
    assert_eq!(cluster, network.subscribe(b, [1; 32]));
    network.join_all(1);
    network.run(Duration::from_secs(1));
    network.publish(a, cluster, b"hello");
    network.run(Duration::from_millis(200));
    let got = network.messages(b);
    assert_eq!(got.len(), 1);
    assert_eq!(&got[0].1.payload[..], b"hello");
    assert_eq!(got[0].1.author, network.nodes[a].peer.id());
    assert!(network.messages(a).is_empty(), "one's own messages do not come back");
}

struct Run {
    reached: Vec<Duration>,
    missed: usize,
    copies: u64,
    new: u64,
    bytes: u64,
    datagrams: u64,
}

fn reach(seed: u64, peers: usize, messages: usize, loss: u64, config: &Config) -> Run {
    let mut network = Network::new(seed, (10_000, 50_000), loss);
    let clusters: Vec<_> = (0..peers)
        .map(|_| {
            let index = network.add(config.clone());
            network.subscribe(index, [1; 32])
        })
        .collect();
    network.join_all(4);
    network.run(Duration::from_secs(5));
    let before: Vec<_> = network.nodes.iter().map(|node| node.peer.metrics().clone()).collect();
    let mut run = Run { reached: Vec::new(), missed: 0, copies: 0, new: 0, bytes: 0, datagrams: 0 };
    for number in 0..messages {
        let author = network.dice.below(peers as u64) as usize;
        let payload = [number as u8; 200];
        let start = network.now;
        network.publish(author, clusters[0], &payload);
        network.run(Duration::from_secs(2));
        for index in (0..peers).filter(|index| *index != author) {
            let got = network.messages(index);
            match got.iter().find(|(_, message)| message.payload[..] == payload) {
                Some((at, _)) => run.reached.push(at.since(start)),
                None => run.missed += 1,
            }
        }
    }
    for (node, before) in network.nodes.iter().zip(before) {
        let now = node.peer.metrics();
        run.copies += now.packets_in - before.packets_in;
        run.new += now.packets_new - before.packets_new;
        run.bytes += now.bytes_in - before.bytes_in;
        run.datagrams += now.datagrams_in - before.datagrams_in;
    }
    run.reached.sort();
    run
}

#[test]
fn a_message_reaches_everyone_soon_and_seldom_twice() {
    let run = reach(7, 60, 10, 0, &Config::default());
    assert_eq!(run.missed, 0);
    let last = run.reached.last().unwrap();
    let redundancy = run.copies as f64 / run.new as f64 - 1.0;
    println!("last {last:?} redundancy {redundancy:.2}");
    assert!(*last < Duration::from_millis(300), "the last peer got it after {last:?}");
    assert!(redundancy < 1.0, "{redundancy}");
}

/// Prints what parameters do: `cargo test --release -p socket-p2p --features simulation --test publish -- --ignored --nocapture`.
#[test]
#[ignore = "prints figures and checks none"]
fn figures() {
    let number = |name: &str, default: u64| {
        std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
    };
    let mut config = Config::default();
    config.eager = number("EAGER", config.eager as u64) as usize;
    config.spare = number("SPARE", config.spare as u64) as usize;
    config.spare_delay = Duration::from_millis(number("DELAY", config.spare_delay.as_millis() as u64));
    config.eager_first = number("FIRST", config.eager_first as u64) as usize;
    config.eager_second = number("SECOND", config.eager_second as u64) as usize;
    config.pull_patience = Duration::from_millis(number("PATIENCE", config.pull_patience.as_millis() as u64));
    let losses: &[u64] = if number("PEERS", 150) == 150 { &[0, 100, 400] } else { &[0] };
    for &loss in losses {
        let run = reach(number("SEED", 3), number("PEERS", 150) as usize, 20, loss, &config);
        let at = |part: f64| run.reached[((run.reached.len() - 1) as f64 * part) as usize].as_millis();
        let within = |limit: u64| {
            let inside = run.reached.iter().filter(|at| **at <= Duration::from_millis(limit)).count();
            inside as f64 / (run.reached.len() + run.missed) as f64 * 100.0
        };
        println!(
            "loss {loss}: p50 {} p90 {} p99 {} p99.9 {} max {} ms, missed {}, within 0.3 s {:.3} % 0.5 s {:.3} %; RMR {:.2}, {} B and {:.1} datagrams per peer and message",
            at(0.5),
            at(0.9),
            at(0.99),
            at(0.999),
            at(1.0),
            run.missed,
            within(300),
            within(500),
            run.copies as f64 / run.new as f64 - 1.0,
            run.bytes / run.new,
            run.datagrams as f64 / run.new as f64,
        );
    }
}
