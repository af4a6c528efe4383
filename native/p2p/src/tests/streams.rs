//! Streams: every message once and in order, whatever the way does to datagrams.

use std::time::Duration;

use super::*;
use crate::{Error, Event, PeerId};

const ALICE: usize = 0;
const BOB: usize = 1;

fn linked(loss: u64, seed: u64) -> Network {
    let mut network = Network::new(seed, (5_000, 40_000), 0);
    network.add(Config::default());
    network.add(Config::default());
    let contacts = vec![network.contact(BOB)];
    network.input(ALICE, Input::Join { contacts });
    network.run(Duration::from_secs(1));
    let bob = network.nodes[BOB].peer.id();
    network.input(ALICE, Input::Connect { request: 1, peer: bob, address: None });
    network.run(Duration::from_millis(200));
    network.loss = loss;
    network
}

fn got(network: &Network, index: usize) -> Vec<Bytes> {
    let events = network.nodes[index].events.iter();
    let streams = events.filter_map(|(_, event)| match event {
        Event::Stream { payload, reliable: true, .. } => Some(payload.clone()),
        _ => None,
    });
    streams.collect()
}

fn message(number: u32, length: usize) -> Vec<u8> {
    (0..length).map(|at| (number as usize * 31 + at * 7 + at / 251) as u8).collect()
}

/// Sends when there is room, takes what comes. How long it took.
fn transfer(network: &mut Network, messages: &[Vec<u8>], limit: Duration) -> Duration {
    let bob = network.nodes[BOB].peer.id();
    let alice = network.nodes[ALICE].peer.id();
    let start = network.now;
    let (mut next, mut taken) = (0, 0);
    let already = got(network, BOB).len();
    while got(network, BOB).len() < already + messages.len() {
        assert!(
            network.now.since(start) < limit,
            "{} of {}",
            got(network, BOB).len() - already,
            messages.len()
        );
        while next < messages.len() {
            let before = network.nodes[ALICE].events.len();
            network.input(
                ALICE,
                Input::Send { request: 7, peer: bob, reliable: true, payload: &messages[next] },
            );
            let refused = network.nodes[ALICE].events[before..]
                .iter()
                .any(|(_, event)| matches!(event, Event::Refused { request: 7, error: Error::Busy }));
            if refused {
                break;
            }
            next += 1;
        }
        network.run(Duration::from_millis(20));
        let all = got(network, BOB);
        let fresh: usize = all[already + taken..].iter().map(Bytes::len).sum();
        taken = all.len() - already;
        if fresh > 0 {
            network.input(BOB, Input::Consumed { peer: alice, bytes: fresh });
        }
    }
    assert_eq!(got(network, BOB)[already..], *messages);
    network.now.since(start)
}

#[test]
fn messages_of_all_lengths_come_whole_and_in_order() {
    let mut network = linked(0, 1);
    let lengths = [0, 1, 1023, 1024, 1025, 5000, crate::MAX_STREAM, 3];
    let messages: Vec<_> =
        lengths.iter().enumerate().map(|(at, length)| message(at as u32, *length)).collect();
    transfer(&mut network, &messages, Duration::from_secs(5));
    let bob = network.nodes[BOB].peer.id();
    let long = vec![0; crate::MAX_STREAM + 1];
    network.input(ALICE, Input::Send { request: 9, peer: bob, reliable: true, payload: &long });
    let refused = network.nodes[ALICE].events.last().map(|(_, event)| event.clone());
    assert!(matches!(refused, Some(Event::Refused { request: 9, error: Error::TooLong { .. } })));
    let stranger = PeerId([9; 32]);
    network.input(ALICE, Input::Send { request: 10, peer: stranger, reliable: true, payload: b"x" });
    let refused = network.nodes[ALICE].events.last().map(|(_, event)| event.clone());
    assert!(matches!(refused, Some(Event::Refused { request: 10, error: Error::NotConnected })));
}

#[test]
fn loss_and_reordering_cost_time_only() {
    for (loss, limit) in [(0, 8), (50, 30), (200, 120)] {
        let mut network = linked(loss, 3);
        // Two megabytes: eight times what may wait.
        let messages: Vec<_> = (0..64).map(|number| message(number, 32 * 1024)).collect();
        let took = transfer(&mut network, &messages, Duration::from_secs(limit));
        println!("loss {loss}/1000: 2 MiB in {took:?}");
    }
}

#[test]
fn who_does_not_read_is_not_sent_more_than_its_window() {
    let mut network = linked(0, 5);
    let (alice, bob) = (network.nodes[ALICE].peer.id(), network.nodes[BOB].peer.id());
    let mut refused = 0;
    for number in 0..40 {
        let payload = message(number, 32 * 1024);
        let before = network.nodes[ALICE].events.len();
        network.input(ALICE, Input::Send { request: 7, peer: bob, reliable: true, payload: &payload });
        refused += network.nodes[ALICE].events[before..]
            .iter()
            .filter(|(_, event)| matches!(event, Event::Refused { error: Error::Busy, .. }))
            .count();
        network.run(Duration::from_millis(500));
    }
    assert!(refused > 20, "{refused}");
    let there: usize = got(&network, BOB).iter().map(Bytes::len).sum();
    assert!(there <= 260 * 1024, "{there}");
    let before = got(&network, BOB).len();
    network.input(BOB, Input::Consumed { peer: alice, bytes: there });
    network.run(Duration::from_secs(5));
    assert!(got(&network, BOB).len() > before, "it goes on when there is room");
    let writable = |(_, event): &(crate::Time, Event)| matches!(event, Event::Writable { .. });
    assert!(network.nodes[ALICE].events.iter().any(writable));
}

#[test]
fn a_stream_goes_on_over_the_next_link() {
    let mut network = linked(0, 7);
    let messages: Vec<_> = (0..20).map(|number| message(number, 3000)).collect();
    transfer(&mut network, &messages[..10], Duration::from_secs(5));
    // Nothing passes for eight seconds: the link is lost on both sides.
    network.filter = Some(Box::new(|_, _, _| false));
    let bob = network.nodes[BOB].peer.id();
    for message in &messages[10..] {
        network.input(ALICE, Input::Send { request: 7, peer: bob, reliable: true, payload: message });
    }
    network.run(Duration::from_secs(8));
    assert!(network.nodes[ALICE].peer.links.is_empty() && network.nodes[BOB].peer.links.is_empty());
    network.filter = None;
    network.run(Duration::from_secs(10));
    assert_eq!(got(&network, BOB), messages);
    assert!(
        !network.nodes[ALICE].events.iter().any(|(_, event)| matches!(event, Event::Disconnected { .. }))
    );
}

/// Each tries to send all the time, from before the connection is there: what is not refused comes, once and in order,
/// though datagrams are lost, come in another order, or do not come at all for some time.
#[test]
fn what_is_taken_comes_from_the_first_moment_on() {
    let mut early = 0;
    for seed in 0..240 {
        let mut network = Network::new(seed, (1_000, 40_000), [0, 100, 300][seed as usize % 3]);
        let nodes = [network.add(Config::default()), network.add(Config::default())];
        let ids = nodes.map(|index| network.nodes[index].peer.id());
        let address = Some(network.nodes[BOB].address);
        network.input(ALICE, Input::Connect { request: 1, peer: ids[BOB], address });
        let mut taken = [Vec::new(), Vec::new()];
        for number in 0..200_u32 {
            for from in nodes {
                let payload = number.to_string().into_bytes();
                let before = network.nodes[from].events.len();
                let peer = ids[1 - from];
                network.input(from, Input::Send { request: 7, peer, reliable: true, payload: &payload });
                let answer = network.nodes[from].events[before..].iter().find_map(|(_, event)| match event {
                    Event::Refused { request: 7, error } => Some(error),
                    _ => None,
                });
                match answer {
                    None => taken[from].push(payload),
                    Some(Error::NotConnected) => early += 1,
                    Some(other) => panic!("seed {seed}: {other}"),
                }
            }
            if seed % 2 == 1 && u64::from(number) == 20 + seed % 60 {
                // Longer than a link lasts that nothing comes by.
                network.filter = Some(Box::new(|_, _, _| false));
                network.run(Duration::from_secs(8));
                network.filter = None;
            }
            network.run(Duration::from_millis(3));
        }
        let limit = network.now + Duration::from_secs(300);
        while network.now < limit
            && nodes.iter().any(|from| got(&network, 1 - from).len() < taken[*from].len())
        {
            network.run(Duration::from_millis(100));
        }
        for from in nodes {
            assert_eq!(got(&network, 1 - from), taken[from], "seed {seed}: what {from} sent");
            let ended = |(_, event): &(crate::Time, Event)| matches!(event, Event::Disconnected { .. });
            assert!(!network.nodes[from].events.iter().any(ended), "seed {seed}");
        }
    }
    assert!(early > 0, "some was refused before");
}

#[test]
fn an_end_is_told_and_a_new_start_is_noticed() {
    let mut network = linked(0, 9);
    transfer(&mut network, &[message(1, 10)], Duration::from_secs(1));
    let bob = network.nodes[BOB].peer.id();
    network.input(ALICE, Input::Disconnect { peer: bob });
    network.run(Duration::from_millis(200));
    for index in [ALICE, BOB] {
        let ends = network.nodes[index].events.iter();
        assert_eq!(ends.filter(|(_, event)| matches!(event, Event::Disconnected { .. })).count(), 1);
    }
    // Whoever lost all it knew says so, and nothing is put together from two streams.
    network.input(ALICE, Input::Connect { request: 2, peer: bob, address: None });
    network.run(Duration::from_millis(200));
    transfer(&mut network, &[message(2, 10)], Duration::from_secs(1));
    network.nodes[BOB].peer.talks = Default::default();
    network.input(ALICE, Input::Send { request: 3, peer: bob, reliable: true, payload: b"lost" });
    network.run(Duration::from_secs(1));
    let ends = network.nodes[ALICE].events.iter();
    assert_eq!(ends.filter(|(_, event)| matches!(event, Event::Disconnected { .. })).count(), 2);
    assert_eq!(got(&network, BOB).len(), 2);
}

#[test]
fn segments_of_nothing_fill_no_table() {
    let mut pair = Pair::new(Config::default());
    let mut number = 2_u32;
    for _ in 0..4000 {
        let mut body = vec![crate::on::stream::SEGMENT];
        body.extend_from_slice(&7_u32.to_be_bytes());
        body.extend_from_slice(&0_u32.to_be_bytes());
        body.extend_from_slice(&number.to_be_bytes());
        body.push(0);
        body.resize(14 + 1024, 1);
        number = number.wrapping_mul(5).wrapping_add(1) % 1000;
        let bytes: usize = sent(&pair.send_frame(Kind::Stream, &body)).iter().map(Bytes::len).sum();
        assert!(bytes < 200, "an acknowledgement at most");
    }
    assert!(pair.victim().talks.bytes() < 512 * 1024, "{}", pair.victim().talks.bytes());
    assert!(pair.victim().table_bytes() < 2 << 20);
}
