//! What one says all hear, once, whatever attackers do.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{SECOND, add, many, network, publish, times};
use socket_p2p_sim::{Nat, Role};

#[test]
fn a_message_reaches_everybody_once() {
    let mut net = network(1);
    let peers = many(&mut net, 60);
    publish(&mut net, peers[17], b"hello");
    net.run(SECOND);
    for peer in &peers {
        assert_eq!(times(&net, *peer, b"hello"), usize::from(*peer != peers[17]), "{peer:?}");
    }
}

#[test]
fn a_long_message_comes_whole() {
    let mut net = network(2);
    let peers = many(&mut net, 20);
    let long: Vec<u8> = (0..20_000_u32).map(|at| (at * 7 + at / 256) as u8).collect();
    publish(&mut net, peers[3], &long);
    net.run(SECOND * 3);
    assert!(peers.iter().all(|peer| times(&net, *peer, &long) == usize::from(*peer != peers[3])));
}

#[test]
fn a_lossy_network_delivers_too() {
    let mut net = network(3);
    let peers = many(&mut net, 40);
    net.set_loss(0.2);
    for nth in 0..10_u8 {
        publish(&mut net, peers[usize::from(nth)], &[nth; 100]);
        net.run(SECOND);
    }
    net.run(SECOND * 30);
    for nth in 0..10_u8 {
        let missing = peers.iter().filter(|peer| times(&net, **peer, &[nth; 100]) == 0).count();
        assert_eq!(missing, 1, "all but the author have message {nth}");
    }
}

/// A fifth of the network does what the role does; everybody else hears everything once.
fn with(role: Role) -> socket_p2p_sim::Network {
    let mut net = network(4);
    let peers = many(&mut net, 40);
    for nth in 0..10 {
        add(&mut net, Nat::Static, role, &peers[nth * 4..nth * 4 + 4]);
    }
    net.run(SECOND * 3);
    for nth in 0..10_u8 {
        publish(&mut net, peers[usize::from(nth) * 3], &[nth; 300]);
        net.run(SECOND);
    }
    net.run(SECOND * 5);
    for (nth, peer) in peers.iter().enumerate() {
        for message in 0..10_u8 {
            let expected = usize::from(nth != usize::from(message) * 3);
            assert_eq!(times(&net, *peer, &[message; 300]), expected, "{role:?} {peer:?} {message}");
        }
    }
    net
}

#[test]
fn droppers_stop_nothing() {
    assert!(with(Role::Dropper).counters().withheld > 0);
}

#[test]
fn liars_stop_nothing() {
    assert!(with(Role::Liar).counters().withheld > 0);
}

#[test]
fn poisoners_poison_nothing() {
    let net = with(Role::Poisoner);
    assert!(net.counters().forged > 0);
    assert!(net.totals().1.signature > 0, "they were noticed");
}

#[test]
fn replayers_bring_nothing_twice() {
    let net = with(Role::Replayer);
    assert!(net.counters().forged > 0);
    assert!(net.totals().1.replayed > 0, "they were noticed");
}
