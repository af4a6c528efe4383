//! Introductions: with the consent of both, to those who have links, a few at once; and relays that see nothing.

use std::net::SocketAddr;
use std::time::Duration;

use super::*;
use crate::on::join::{self, Consent};
use crate::{Event, NatKind, Output, PeerId, Time};

/// A hub in the middle, and peers that have a link with it and nothing else.
fn star(peers: usize) -> (Network, usize) {
    star_of(peers, Config::default())
}

fn star_of(peers: usize, config: Config) -> (Network, usize) {
    let mut network = Network::new(5, (1_000, 5_000), 0);
    let config = Config { active: 1, outbound: 0, ..config };
    let hub = network.add(config.clone());
    for _ in 0..peers {
        let index = network.add(config.clone());
        let contacts = vec![network.contact(hub)];
        network.input(index, Input::Join { contacts });
        network.run(Duration::from_millis(50));
    }
    (network, hub)
}

fn consent(wanted: PeerId, number: u32, nat: NatKind, time: Time) -> Consent {
    Consent {
        session: number,
        nonce: [number as u8; 16],
        time,
        nat,
        flags: join::WANTED,
        wanted,
        answers: None,
        inside: Vec::new(),
        relays: Vec::new(),
    }
}

/// An Intro by the hub for a sibyl of its own, who is said to be at `observed`.
fn intro(hub: &Peer, to: &PeerId, sybil: u64, observed: SocketAddr, nat: NatKind, time: Time) -> Bytes {
    let keys = Author::new(sybil).0;
    let consent = consent(*to, sybil as u32, nat, time);
    let join = packet::signed(Kind::Join, &PeerId(keys.public()), &hub.id(), &consent.encode(), |message| {
        keys.sign_control(message)
    });
    let mut body = Vec::new();
    packet::put_address(&mut body, &observed);
    body.extend_from_slice(&join);
    hub.signed(Kind::Intro, to, &body)
}

fn towards(network: &mut Network, index: usize, victim: SocketAddr, from: SocketAddr, bytes: &[u8]) -> usize {
    let now = network.now;
    let input = Input::Datagram { from, port: LocalPort::MAIN, bytes };
    let outputs = network.nodes[index].peer.handle(now, input);
    count(outputs, victim)
}

fn count(outputs: Outputs, victim: SocketAddr) -> usize {
    outputs
        .into_iter()
        .filter(|output| matches!(output, Output::Send { to, .. } if to.ip() == victim.ip()))
        .count()
}

/// Lets a peer's timers run, alone. How many datagrams go to the victim.
fn alone(network: &mut Network, index: usize, time: Duration, victim: SocketAddr) -> usize {
    let end = network.now + time;
    let mut sent = 0;
    while let Some(at) = network.nodes[index].peer.timeout().filter(|at| *at <= end) {
        sent += count(network.nodes[index].peer.handle(at, Input::Timeout), victim);
    }
    network.now = end;
    sent
}

#[test]
fn two_who_know_one_connect() {
    let (mut network, hub) = star(2);
    let other = network.nodes[2].peer.id();
    network.input(1, Input::Connect { request: 4, peer: other, address: None });
    network.run(Duration::from_secs(1));
    let connected = |(_, event): &(Time, Event)| matches!(event, Event::Connected { relayed: false, .. });
    assert!(network.nodes[1].events.iter().any(connected) && network.nodes[2].events.iter().any(connected));
    assert!(network.nodes[1].peer.links.with(&other).is_some());
    assert!(network.nodes[hub].peer.metrics().introduced == 2);
}

#[test]
fn nobody_is_introduced_without_consent() {
    let (mut network, hub) = star(2);
    let (from, victim) = (network.nodes[hub].address, "203.0.113.7:7".parse().unwrap());
    let (to, now) = (network.nodes[1].peer.id(), network.now);
    let good = intro(&network.nodes[hub].peer, &to, 3, victim, NatKind::Static, now);
    // Signed by another than the hub; the consent changed; for another introducer; from an address without a link.
    let mut forged = good.to_vec();
    for at in [70, 120, 200, 300, good.len() - 1] {
        forged[at] ^= 1;
        assert_eq!(towards(&mut network, 1, victim, from, &forged), 0, "byte {at}");
        network.run(Duration::from_millis(300));
        forged[at] ^= 1;
    }
    let elsewhere = "203.0.113.8:8".parse().unwrap();
    assert_eq!(towards(&mut network, 1, victim, elsewhere, &good), 0);
    let other = intro(&network.nodes[2].peer, &to, 3, victim, NatKind::Static, now);
    assert_eq!(towards(&mut network, 1, victim, from, &other), 0);
    assert_eq!(alone(&mut network, 1, Duration::from_secs(3), victim), 0);
    assert!(network.nodes[1].peer.dropped().signature > 0);
}

#[test]
fn an_introducer_that_lies_has_few_datagrams_sent() {
    let (mut network, hub) = star(1);
    let (from, to) = (network.nodes[hub].address, network.nodes[1].peer.id());
    let victim: SocketAddr = "203.0.113.7:7".parse().unwrap();
    let (mut sent, mut asked) = (0, 0);
    for number in 0..500 {
        let now = network.now;
        let bytes = intro(&network.nodes[hub].peer, &to, 100 + number, victim, NatKind::Hard, now);
        sent += towards(&mut network, 1, victim, from, &bytes);
        asked += 1;
        sent += alone(&mut network, 1, Duration::from_millis(10), victim);
    }
    // Five seconds: one series of guesses goes to a subnet in half a minute.
    println!("{sent} datagrams for {asked} introductions");
    assert!(sent > 0 && sent <= 1000, "{sent} datagrams for {asked} introductions");
    assert!(network.nodes[1].peer.dropped().rate > 0);
    assert!(network.nodes[1].peer.table_bytes() < 1 << 20);
    let plain: SocketAddr = "203.0.114.7:7".parse().unwrap();
    network.run(Duration::from_secs(20));
    let mut sent = 0;
    for number in 0..200 {
        let now = network.now;
        let bytes = intro(&network.nodes[hub].peer, &to, 1000 + number, plain, NatKind::Static, now);
        sent += towards(&mut network, 1, plain, from, &bytes);
        sent += alone(&mut network, 1, Duration::from_millis(10), plain);
    }
    assert!(sent <= 200, "{sent} datagrams of 35 bytes for 200 introductions of 370");
}

#[test]
fn series_of_guesses_are_few_wherever_they_go() {
    // The hub says nothing but introductions, and its link is to last all the same.
    let long = Duration::from_secs(1 << 30);
    let config = Config { liveness: long, keep_alive: long * 2, link_timeout: long * 2, ..Config::default() };
    let (mut network, hub) = star_of(1, config);
    let (from, to) = (network.nodes[hub].address, network.nodes[1].peer.id());
    let mut sent = 0;
    let victims: Vec<SocketAddr> = (0..60).map(|net| ([203, 0, net, 7], 7).into()).collect();
    for (number, victim) in victims.iter().enumerate() {
        let now = network.now;
        let bytes = intro(&network.nodes[hub].peer, &to, 100 + number as u64, *victim, NatKind::Hard, now);
        let input = Input::Datagram { from, port: LocalPort::MAIN, bytes: &bytes };
        let mut outputs: Vec<_> = network.nodes[1].peer.handle(now, input).into_iter().collect();
        network.now = network.now + Duration::from_millis(900);
        while let Some(at) = network.nodes[1].peer.timeout().filter(|at| *at <= network.now) {
            outputs.extend(network.nodes[1].peer.handle(at, Input::Timeout));
        }
        let there = |output: &&Output| matches!(output, Output::Send { to, .. } if victims.contains(&SocketAddr::new(to.ip(), 7)));
        sent += outputs.iter().filter(there).count();
    }
    println!("{sent} datagrams for 60 introductions in 54 s");
    // One introducer has four series in a minute, whatever keys it makes up.
    assert!(sent > 1000 && sent <= 4 * 1000, "{sent}");
}

#[test]
fn a_consent_is_used_once() {
    let (mut network, hub) = star(1);
    let (from, to, now) = (network.nodes[hub].address, network.nodes[1].peer.id(), network.now);
    let victim: SocketAddr = "203.0.113.7:7".parse().unwrap();
    let bytes = intro(&network.nodes[hub].peer, &to, 3, victim, NatKind::Static, now);
    towards(&mut network, 1, victim, from, &bytes);
    let sessions = network.nodes[1].peer.nat.bytes();
    for _ in 0..20 {
        let input = Input::Datagram { from, port: LocalPort::MAIN, bytes: &bytes };
        let outputs = network.nodes[1].peer.handle(now, input);
        assert_eq!(sent(&outputs.into_iter().collect::<Vec<_>>()).len(), 0, "it is not answered again");
    }
    assert_eq!(network.nodes[1].peer.nat.bytes(), sessions);
}

#[test]
fn strangers_are_not_introduced() {
    let (mut network, hub) = star(2);
    let (wanted, now) = (network.nodes[2].peer.id(), network.now);
    let keys = Author::new(7).0;
    let hub_id = network.nodes[hub].peer.id();
    let body = consent(wanted, 9, NatKind::Static, now).encode();
    let bytes = packet::signed(Kind::Join, &PeerId(keys.public()), &hub_id, &body, |message| {
        keys.sign_control(message)
    });
    let input =
        Input::Datagram { from: "203.0.113.7:7".parse().unwrap(), port: LocalPort::MAIN, bytes: &bytes };
    assert!(network.nodes[hub].peer.handle(now, input).is_empty());
    assert_eq!(network.nodes[hub].peer.dropped().stranger, 1);
    assert_eq!(network.nodes[hub].peer.metrics().introduced, 0);
}
