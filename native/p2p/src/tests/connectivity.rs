//! Ways between two peers: by several introducers, by a relay that is chosen, directly after all; and how long a NAT keeps
//! them open.

use std::net::SocketAddr;
use std::time::Duration;

use super::*;
use crate::on::join::{self, Consent};
use crate::on::stream::{FOUND, QUIET, REFUSED, RELAY, SEEK};
use crate::{Event, KeepAlive, NatKind, Output, PeerId};

/// Links are made as the test says, and no others. What the NAT is, is said by `Input::Remembered`, and never found out.
fn quiet() -> Config {
    Config { active: 1, outbound: 0, passive: 1, nat_samples: usize::MAX, ..Config::default() }
}

fn network(peers: usize, links: &[(usize, usize)]) -> Network {
    let mut network = Network::new(7, (1_000, 5_000), 0);
    for _ in 0..peers {
        network.add(quiet());
    }
    for (from, to) in links {
        link(&mut network, *from, *to);
    }
    for (from, to) in links {
        let to = network.nodes[*to].peer.id();
        assert!(network.nodes[*from].peer.links.with(&to).is_some());
    }
    network
}

fn link(network: &mut Network, from: usize, to: usize) {
    let contacts = vec![network.contact(to)];
    network.input(from, Input::Join { contacts });
    network.run(Duration::from_millis(50));
}

fn is(network: &mut Network, index: usize, nat: NatKind) {
    network.input(index, Input::Remembered { nat, address: None });
}

fn connect(network: &mut Network, from: usize, to: usize) {
    let peer = network.nodes[to].peer.id();
    network.input(from, Input::Connect { request: 4, peer, address: None });
}

/// When a connection came to be, whether it was relayed, and where it goes now.
fn ways(network: &Network, index: usize) -> Vec<(bool, SocketAddr)> {
    let events = network.nodes[index].events.iter().filter_map(|(_, event)| match event {
        Event::Connected { relayed, address, .. } | Event::Way { relayed, address, .. } => {
            Some((*relayed, *address))
        }
        _ => None,
    });
    events.collect()
}

fn says(network: &mut Network, from: usize, to: usize, payload: &[u8]) {
    let peer = network.nodes[to].peer.id();
    network.input(from, Input::Send { request: 9, peer, reliable: true, payload });
}

fn heard(network: &Network, index: usize) -> Vec<Bytes> {
    let events = network.nodes[index].events.iter().filter_map(|(_, event)| match event {
        Event::Stream { payload, .. } => Some(payload.clone()),
        _ => None,
    });
    events.collect()
}

/// 0 — 1 — … — the last one, and nobody else has a link.
fn line(peers: usize) -> Network {
    let links: Vec<_> = (1..peers).map(|at| (at - 1, at)).collect();
    network(peers, &links)
}

#[test]
fn three_introducers_in_a_row_are_enough_and_for_four_it_takes_a_search() {
    for steps in 1..=4 {
        let mut network = line(steps + 2);
        connect(&mut network, 0, steps + 1);
        // Before anybody is looked for.
        network.run(Duration::from_millis(600));
        let direct = |index| ways(&network, index).iter().any(|(relayed, _)| !relayed);
        assert_eq!(direct(0), steps <= 3, "{steps} introducers");
        assert_eq!(direct(steps + 1), steps <= 3, "{steps} introducers");
    }
}

#[test]
fn one_who_is_far_is_found_by_the_id_alone() {
    for peers in [6, 12, 24] {
        let mut network = line(peers);
        connect(&mut network, 0, peers - 1);
        network.run(Duration::from_secs(4));
        assert!(ways(&network, 0).iter().any(|(relayed, _)| !relayed), "{peers} peers");
        assert!(ways(&network, peers - 1).iter().any(|(relayed, _)| !relayed), "{peers} peers");
    }
    // Longer than questions go.
    let mut network = line(40);
    connect(&mut network, 0, 39);
    network.run(Duration::from_secs(15));
    assert!(ways(&network, 0).is_empty());
}

#[test]
fn introducers_behind_nats_are_reached_by_those_they_have_links_with() {
    let mut network = Network::new(7, (1_000, 5_000), 0);
    (0..10).for_each(|_| _ = network.add(quiet()));
    // 6 is the one that strangers reach; 7 and 8 are found by way of it.
    [7, 8, 9].into_iter().for_each(|index| is(&mut network, index, NatKind::Easy));
    is(&mut network, 6, NatKind::Static);
    let addresses: Vec<SocketAddr> = network.nodes.iter().map(|node| node.address).collect();
    (1..10).for_each(|at| link(&mut network, at, at - 1));
    // Behind a NAT nobody is reached by one of whom it has not heard.
    let mut known = std::collections::BTreeSet::new();
    (1..10).for_each(|at| _ = known.insert((addresses[at], addresses[at - 1])));
    network.filter = Some(Box::new(move |from, to, _| {
        known.insert((from, to));
        !addresses[7..].contains(&to) || known.contains(&(to, from))
    }));
    connect(&mut network, 0, 9);
    network.run(Duration::from_secs(4));
    assert!(ways(&network, 0).iter().any(|(relayed, _)| !relayed));
    let six = network.nodes[6].peer.id();
    assert!(network.nodes[0].peer.links.with(&six).is_some());
}

fn seek_for(wanted: [u8; 32], question: u64, steps: u8) -> Vec<u8> {
    let mut body = vec![SEEK];
    body.extend_from_slice(&wanted);
    body.extend_from_slice(&question.to_be_bytes());
    body.push(steps);
    body
}

/// How many datagrams as long as a question the victim sends for a frame.
fn asked(pair: &mut Pair, body: &[u8]) -> usize {
    let outputs = pair.send_frame(Kind::Stream, body);
    let long = packet::SEALED_HEADER + seek_for([0; 32], 0, 0).len() + packet::TAG;
    sent(&outputs).iter().filter(|bytes| bytes.len() == long).count()
}

#[test]
fn a_search_goes_one_step_for_each_and_floods_make_no_more() {
    let mut pair = Pair::new(Config::default());
    for _ in 0..6 {
        let other = pair.network.add(quiet());
        let victim = pair.victim;
        link(&mut pair.network, other, victim);
    }
    assert_eq!(asked(&mut pair, &seek_for([9; 32], 1, 255)), 1, "to one of six");
    assert_eq!(asked(&mut pair, &seek_for([9; 32], 2, 1)), 0, "it has come to its end");
    let mut all = 0;
    for question in 3..2000 {
        all += asked(&mut pair, &seek_for([question as u8; 32], question, 32));
        pair.network.now = pair.network.now + Duration::from_millis(1);
    }
    // Sixteen in a second, for two seconds, and a second's worth at once.
    assert!((20..=48).contains(&all), "{all}");
    assert!(pair.victim().dropped().rate > 1900);
    assert!(pair.victim().table_bytes() < 1 << 20);
}

#[test]
fn answers_to_a_search_have_few_addresses_asked_and_once_each() {
    let mut pair = Pair::new(Config::default());
    let answer = |question: u64, nth: u8| {
        let mut body = vec![FOUND];
        body.extend_from_slice(&question.to_be_bytes());
        body.extend_from_slice(&[1, 1]);
        body.extend_from_slice(&[nth; 32]);
        body.push(NatKind::Static as u8);
        packet::put_address(&mut body, &SocketAddr::from(([203, 0, 113, nth], 7)));
        body
    };
    assert_eq!(asked(&mut pair, &answer(5, 1)), 0, "nobody asked");
    assert_eq!(pair.victim().dropped().unsolicited, 1);
    // Its own question, as the attacker sees it.
    let now = pair.network.now;
    let _ = pair.victim().handle(now, Input::Connect { request: 1, peer: PeerId([77; 32]), address: None });
    let (mut question, mut victims) = (None, 0);
    let count = |outputs: &[Output]| {
        let to = outputs.iter().filter_map(|output| match output {
            Output::Send { to, .. } => Some(to.ip()),
            _ => None,
        });
        to.filter(|ip| ip.to_string().starts_with("203.0.113.")).count()
    };
    for _ in 0..20 {
        let outputs = pair.pass(Duration::from_millis(100));
        for bytes in sent(&outputs) {
            let opened = pair.opened(&bytes);
            if let Some((&SEEK, body)) = opened.as_deref().and_then(|body| body.split_first()) {
                question = Some(u64::from_be_bytes(body[32..40].try_into().unwrap()));
            }
        }
        if let Some(question) = question {
            for nth in 0..100 {
                let outputs = pair.send_frame(Kind::Stream, &answer(question, nth));
                victims += count(&outputs);
            }
        }
        victims += count(&outputs);
    }
    assert!(question.is_some());
    // Two questions within two seconds, four answers each.
    assert!((1..=12).contains(&victims), "{victims} datagrams");
}

/// The datagram of a Join as its signer sends it.
fn join_of(asker: &Peer, to: &PeerId, wanted: PeerId, number: u32) -> Bytes {
    let consent = Consent {
        session: number,
        nonce: [number as u8; 16],
        time: asker.now,
        nat: NatKind::Easy,
        flags: join::WANTED,
        wanted,
        answers: None,
        inside: Vec::new(),
        relays: Vec::new(),
    };
    join::make(asker, to, &consent)
}

#[test]
fn a_question_makes_few_others_and_floods_make_no_more() {
    // 0 asks 1, who has links with seven others; nobody knows who is wanted.
    let links: Vec<_> = [(0, 1)].into_iter().chain((2..9).map(|other| (other, 1))).collect();
    let mut network = network(9, &links);
    let (from, hub) = (network.nodes[0].address, network.nodes[1].peer.id());
    let ask = |network: &mut Network, number: u32| {
        let bytes = join_of(&network.nodes[0].peer, &hub, PeerId([9; 32]), number);
        let now = network.now;
        let input = Input::Datagram { from, port: LocalPort::MAIN, bytes: &bytes };
        let outputs: Vec<Output> = network.nodes[1].peer.handle(now, input).into_iter().collect();
        // Links are asked whether they are alive meanwhile.
        sent(&outputs).iter().filter(|bytes| bytes[0] == Kind::Intro as u8).count()
    };
    assert_eq!(ask(&mut network, 1), 3);
    assert_eq!(ask(&mut network, 1), 0, "the same is passed on once");
    let mut all = 0;
    for number in 2..2000 {
        all += ask(&mut network, number);
        network.now = network.now + Duration::from_millis(1);
    }
    // Two seconds: eight a second and a second's worth at once, three each.
    assert!((24..=75).contains(&all), "{all}");
    assert!(network.nodes[1].peer.dropped().rate > 1900);
    assert!(network.nodes[1].peer.table_bytes() < 1 << 20);
}

#[test]
fn what_introducers_sign_is_bound_to_each_of_them() {
    // 0 — 1 — 2 — 3: 3 sees the question as 2 passes it on.
    let mut network = network(4, &[(0, 1), (1, 2), (2, 3)]);
    let [asker, first, second, wanted] = [0, 1, 2, 3].map(|index| network.nodes[index].peer.id());
    let (from, address) = (network.nodes[2].address, network.nodes[0].address);
    let join = join_of(&network.nodes[0].peer, &first, wanted, 5);
    let intro = |by: usize, to: &PeerId, came: &[u8]| {
        crate::on::intro::make(&network.nodes[by].peer, to, &address, came).unwrap()
    };
    let good = intro(2, &wanted, &intro(1, &second, &join));
    // By one whom the asker did not ask; by one to whom the first did not pass it; by the same one twice; four in a row.
    let other = join_of(&network.nodes[0].peer, &second, wanted, 6);
    let mut bad = vec![
        intro(2, &wanted, &intro(1, &second, &other)),
        intro(2, &wanted, &intro(1, &wanted, &join)),
        intro(2, &wanted, &intro(2, &second, &intro(1, &second, &join))),
        intro(2, &wanted, &intro(1, &second, &intro(2, &first, &intro(1, &second, &join)))),
        intro(2, &wanted, &intro(0, &second, &join_of(&network.nodes[0].peer, &asker, wanted, 7))),
    ];
    for at in 66..good.len() {
        let mut changed = good.to_vec();
        changed[at] ^= 1;
        bad.push(changed.into());
    }
    let now = network.now;
    let mut answers = |bytes: &Bytes, later: u64| {
        let now = now + Duration::from_secs(later);
        let peer = &mut network.nodes[3].peer;
        // Timers first: they have nothing to do with it.
        let _ = peer.handle(now, Input::Timeout);
        let outputs = peer.handle(now, Input::Datagram { from, port: LocalPort::MAIN, bytes });
        let to =
            |output: &&Output| matches!(output, Output::Send { to, .. } if *to == from || *to == address);
        let signed = |output: &&Output| match output {
            Output::Send { bytes, .. } => bytes[0] == Kind::Join as u8 || bytes[0] == Kind::Stream as u8,
            _ => false,
        };
        outputs.iter().filter(to).filter(signed).count()
    };
    // Not so late that the link is asked whether it is alive.
    for bytes in bad.iter().take(14) {
        assert_eq!(answers(bytes, 0), 0, "{bytes:?}");
    }
    for bytes in bad.iter().skip(14) {
        let packet = packet::Packet::decode(bytes);
        // The budget is eight a second; what follows is looked at without it.
        if let Ok(packet::Packet::Signed(packet)) = packet {
            assert!(!packet.verify(Default::default()));
        }
    }
    assert!(answers(&good, 1) >= 1, "and the good one is answered");
}

#[test]
fn a_lost_answer_is_given_again() {
    let mut network = network(3, &[(0, 1), (2, 1)]);
    let (hub, start) = (network.nodes[1].address, network.now);
    let (asker, wanted) = (network.nodes[0].address, network.nodes[2].address);
    let mut lost = 0;
    network.filter = Some(Box::new(move |from, to, bytes| {
        let answer = (from, to) == (wanted, hub) && bytes[0] == Kind::Join as u8;
        lost += usize::from(answer);
        // The first answer does not arrive, and nothing directly before it does.
        !(answer && lost == 1) && (from, to) != (wanted, asker) || lost > 1
    }));
    connect(&mut network, 0, 2);
    network.run(Duration::from_secs(3));
    let at = network.nodes[0].events.iter().find(|(_, event)| matches!(event, Event::Connected { .. }));
    let waited = at.unwrap().0.since(start);
    assert!(waited < Duration::from_millis(1200), "{waited:?}");
    assert_eq!(ways(&network, 0)[0].1, wanted);
}

/// Two behind hard NATs and relays between them.
fn hard_pair(links: &[(usize, usize)], peers: usize) -> Network {
    let mut network = network(peers, links);
    for index in [0, 1] {
        is(&mut network, index, NatKind::Hard);
    }
    nothing_between(&mut network, 0, 1);
    network
}

/// Nothing goes between two directly.
fn nothing_between(network: &mut Network, one: usize, other: usize) {
    let [one, other] = [one, other].map(|index| network.nodes[index].address);
    network.filter =
        Some(Box::new(move |from, to, _| (from, to) != (one, other) && (from, to) != (other, one)));
}

/// Everybody has said what it is, in heartbeats.
fn tell(network: &mut Network) {
    network.run(Duration::from_secs(6));
}

#[test]
fn the_relay_is_the_one_that_strangers_reach_and_that_has_least_to_do() {
    // 2, 3 and 4 have links with both.
    let mut network = hard_pair(&[(0, 2), (1, 2), (0, 3), (1, 3), (0, 4), (1, 4)], 5);
    is(&mut network, 2, NatKind::Easy);
    is(&mut network, 3, NatKind::Static);
    is(&mut network, 4, NatKind::Static);
    // 3 passes something on for others already.
    let now = network.now;
    for number in 0..8 {
        network.nodes[3].peer.nat.occupy(now, number);
    }
    tell(&mut network);
    connect(&mut network, 0, 1);
    network.run(Duration::from_secs(2));
    let idle = network.nodes[4].address;
    assert_eq!(ways(&network, 0), [(true, idle)]);
    assert_eq!(ways(&network, 1), [(true, idle)]);
    assert_eq!(network.nodes[3].peer.metrics().relayed, 0);
}

#[test]
fn a_relay_with_whom_only_one_has_a_link_is_asked_for_another() {
    // 0 — 3 — 4 — 1: nobody has links with both. Both 3 and 4 are reached by strangers.
    let mut network = hard_pair(&[(0, 3), (3, 4), (4, 1)], 5);
    is(&mut network, 3, NatKind::Static);
    is(&mut network, 4, NatKind::Static);
    tell(&mut network);
    connect(&mut network, 0, 1);
    network.run(Duration::from_secs(3));
    assert!(ways(&network, 0).iter().all(|(relayed, _)| *relayed) && !ways(&network, 0).is_empty());
    says(&mut network, 0, 1, b"by another");
    network.run(Duration::from_secs(1));
    assert_eq!(heard(&network, 1), [&b"by another"[..]]);
}

#[test]
fn a_full_relay_says_so_and_the_next_is_taken() {
    let mut network = hard_pair(&[(0, 2), (1, 2), (0, 3), (1, 3)], 4);
    is(&mut network, 2, NatKind::Static);
    is(&mut network, 3, NatKind::Easy);
    tell(&mut network);
    // Full since its last heartbeat.
    let now = network.now;
    for number in 0..200 {
        network.nodes[2].peer.nat.occupy(now, number);
    }
    connect(&mut network, 0, 1);
    network.run(Duration::from_secs(1));
    assert_eq!(ways(&network, 0), [(true, network.nodes[3].address)]);
    assert!(network.nodes[2].peer.dropped().quota > 0 && network.nodes[2].peer.metrics().relayed == 0);
    assert!(network.nodes[2].peer.table_bytes() < 1 << 20);
}

#[test]
fn one_peer_has_its_part_of_a_relay() {
    let mut pair = Pair::new(Config::default());
    let (mut passed, mut refused) = (0, 0);
    for number in 0..40_u8 {
        // To peers with whom there is no link: refused, without a place in any table.
        let mut body = vec![RELAY];
        body.extend_from_slice(&[number; 32]);
        body.extend_from_slice(&[0; 60]);
        let outputs = pair.send_frame(Kind::Stream, &body);
        match sent(&outputs).len() {
            0 => passed += 1,
            _ => refused += 1,
        }
    }
    assert_eq!((passed, refused), (0, 40));
    assert_eq!(pair.victim().nat.pairs(), 0);
    let config = Config::default();
    let (now, me) = (pair.network.now, PeerId([1; 32]));
    let admitted =
        (0..40_u8).filter(|other| pair.victim().nat.admits(&config, now, me, PeerId([100 + other; 32])));
    assert_eq!(admitted.count(), config.relay_pairs_of_one);
    let frame = pair.frame(Kind::Stream, &[REFUSED, 1, 2, 3]);
    pair.send(&frame);
    assert_eq!(pair.victim().dropped().malformed, 1, "what is no id is malformed");
}

#[test]
fn a_relayed_connection_becomes_a_direct_one_when_nats_change() {
    let mut network = hard_pair(&[(0, 2), (1, 2)], 3);
    is(&mut network, 2, NatKind::Static);
    tell(&mut network);
    connect(&mut network, 0, 1);
    network.run(Duration::from_secs(60));
    let relay = network.nodes[2].address;
    assert_eq!(ways(&network, 0), [(true, relay)], "two hard ones stay with their relay");
    // One of them comes into another network.
    network.filter = None;
    is(&mut network, 1, NatKind::Static);
    is(&mut network, 0, NatKind::Hard);
    for number in 0..50_u8 {
        says(&mut network, 0, 1, &[number]);
        network.run(Duration::from_millis(100));
    }
    network.run(Duration::from_secs(3));
    let [one, other] = [0, 1].map(|index| network.nodes[index].address);
    assert_eq!(ways(&network, 0), [(true, relay), (false, other)]);
    assert_eq!(ways(&network, 1), [(true, relay), (false, one)]);
    let all: Vec<Bytes> = (0..50_u8).map(|number| Bytes::from(vec![number])).collect();
    assert_eq!(heard(&network, 1), all, "nothing is lost on the way from one to the other");
    assert!(!network.nodes[0].peer.nat.is_relayed() && !network.nodes[1].peer.nat.is_relayed());
}

#[test]
fn a_direct_way_that_was_not_there_at_first_is_tried_again() {
    let mut network = network(3, &[(0, 2), (1, 2)]);
    let [one, other] = [0, 1].map(|index| network.nodes[index].address);
    for index in [0, 1] {
        is(&mut network, index, NatKind::Easy);
    }
    is(&mut network, 2, NatKind::Static);
    tell(&mut network);
    nothing_between(&mut network, 0, 1);
    connect(&mut network, 0, 1);
    network.run(Duration::from_secs(60));
    assert_eq!(ways(&network, 0).iter().map(|(relayed, _)| *relayed).collect::<Vec<_>>(), [true]);
    let probes: u64 = [0, 1].iter().map(|index| network.nodes[*index].peer.metrics().probes).sum();
    // 16 for each try of both; the tries become rare.
    assert!((32..16 * 14).contains(&probes), "{probes}");
    network.filter = None;
    for index in [0, 1] {
        is(&mut network, index, NatKind::Easy);
    }
    network.run(Duration::from_secs(90));
    assert_eq!(ways(&network, 0).last(), Some(&(false, other)));
    assert_eq!(ways(&network, 1).last(), Some(&(false, one)));
}

#[test]
fn what_an_earlier_run_found_out_is_a_hint() {
    let mut network = Network::new(7, (1_000, 5_000), 0);
    for _ in 0..4 {
        network.add(Config { active: 3, ..Config::default() });
    }
    let seen = network.nodes[0].address;
    let kind = |network: &Network| crate::nat::kind(&network.nodes[0].peer);
    // Seen at the same address as before: believed, until it is refuted.
    network.input(0, Input::Remembered { nat: NatKind::Hard, address: Some(seen) });
    assert_eq!(kind(&network), NatKind::Hard);
    link(&mut network, 0, 1);
    assert_eq!(kind(&network), NatKind::Hard);
    assert!(!network.nodes[0].events.iter().any(|(_, event)| matches!(event, Event::Nat { .. })));
    link(&mut network, 2, 3);
    link(&mut network, 1, 2);
    link(&mut network, 0, 2);
    link(&mut network, 0, 3);
    network.run(Duration::from_secs(20));
    assert_eq!(kind(&network), NatKind::Static, "one port for all, and strangers get in");
    // From another address, it was another network.
    let mut network = self::network(2, &[]);
    let elsewhere = "99.1.1.1:5".parse().unwrap();
    network.input(0, Input::Remembered { nat: NatKind::Hard, address: Some(elsewhere) });
    assert_eq!(kind(&network), NatKind::Hard);
    link(&mut network, 0, 1);
    assert_eq!(kind(&network), NatKind::Unknown);
    // And it does not last for ever.
    let mut network = self::network(2, &[]);
    is(&mut network, 0, NatKind::Static);
    network.run(Duration::from_secs(121));
    network.input(0, Input::Timeout);
    assert_eq!(kind(&network), NatKind::Unknown);
}

/// A network where one peer's NAT forgets a way after `life` seconds without anything sent on it.
fn behind_a_nat(life: u64) -> Network {
    let mut network = Network::new(7, (1_000, 5_000), 0);
    for _ in 0..6 {
        network.add(Config { active: 5, outbound: 5, passive: 8, ..Config::default() });
    }
    let inside = network.nodes[0].address;
    let mut sent = std::collections::BTreeMap::<SocketAddr, crate::Time>::new();
    let clock = std::rc::Rc::new(std::cell::Cell::new(network.now));
    let now = clock.clone();
    network.filter = Some(Box::new(move |from, to, _| {
        if from == inside {
            sent.insert(to, now.get());
        }
        to != inside || sent.get(&from).is_some_and(|at| now.get().since(*at) < Duration::from_secs(life))
    }));
    network.clock = Some(clock);
    for to in 1..6 {
        link(&mut network, 0, to);
    }
    for to in 2..6 {
        link(&mut network, to, 1);
    }
    network
}

#[test]
fn how_long_a_nat_keeps_a_way_is_found_out_in_both_directions() {
    for (life, from, to) in [(89, 79, 89), (30, 22, 31), (20, 10, 21), (1000, 110, 121)] {
        let mut network = behind_a_nat(life);
        network.run(Duration::from_secs(25 * 60));
        let good = network.nodes[0].peer.membership.keep_alive.good.as_secs();
        assert!((from..to).contains(&good), "{good} s for a NAT that keeps ways {life} s");
        // It has cost no connection, except where less than the first assumption is kept.
        let down = network.nodes[0].peer.metrics().links_down;
        assert!(life < 30 || down == 0, "{down} links were lost with {life} s");
        let before = network.nodes[0].peer.metrics().datagrams_out;
        network.run(Duration::from_secs(600));
        assert_eq!(network.nodes[0].peer.metrics().links_down, down, "no link is lost any more");
        let links = network.nodes[0].peer.links.len();
        assert_eq!(links, 5, "all links live");
        println!(
            "{life} s: {good} s, {} datagrams in ten minutes",
            network.nodes[0].peer.metrics().datagrams_out - before
        );
    }
}

fn learned(network: &Network) -> Vec<KeepAlive> {
    let events = network.nodes[0].events.iter().rev().find_map(|(_, event)| match event {
        Event::KeepAlives(networks) => Some(networks.clone()),
        _ => None,
    });
    events.unwrap_or_default()
}

#[test]
fn a_peer_that_dies_in_a_silence_says_nothing_about_nats() {
    let mut network = Network::new(7, (1_000, 5_000), 0);
    (0..6).for_each(|_| _ = network.add(Config { active: 5, outbound: 5, passive: 8, ..Config::default() }));
    (1..6).for_each(|to| link(&mut network, 0, to));
    (2..6).for_each(|to| link(&mut network, to, 1));
    network.run(Duration::from_secs(300));
    let good = network.nodes[0].peer.membership.keep_alive.good;
    assert!(good > Config::default().keep_alive);
    network.nodes[4].alive = false;
    network.nodes[5].alive = false;
    network.run(Duration::from_secs(300));
    assert_eq!(network.nodes[0].peer.links.len(), 3, "they are gone");
    assert!(network.nodes[0].peer.membership.keep_alive.good >= good);
}

#[test]
fn what_was_learned_of_a_network_is_kept_for_when_it_is_there_again() {
    let mut network = behind_a_nat(89);
    let ip = network.nodes[0].address.ip();
    network.run(Duration::from_secs(25 * 60));
    let kept = learned(&network);
    assert!(kept.len() == 1 && kept[0].network == ip && kept[0].good >= Duration::from_secs(79), "{kept:?}");
    // Another run, and later another network with another NAT.
    let mut network = behind_a_nat(89);
    let elsewhere =
        KeepAlive { network: "203.0.113.9".parse().unwrap(), good: Duration::from_secs(50), bad: None };
    let damaged = [
        KeepAlive { good: Duration::from_secs(100_000), ..kept[0] },
        KeepAlive { good: Duration::ZERO, ..kept[0] },
        KeepAlive { bad: Some(Duration::from_secs(1)), ..kept[0] },
    ];
    network.input(0, Input::KeepAlives { networks: damaged.to_vec() });
    assert_eq!(network.nodes[0].peer.membership.keep_alive.good, Config::default().keep_alive);
    network.input(0, Input::KeepAlives { networks: vec![elsewhere, kept[0]] });
    network.run(Duration::from_secs(3));
    assert_eq!(network.nodes[0].peer.membership.keep_alive.good, kept[0].good, "believed at once");
    network.run(Duration::from_secs(600));
    assert_eq!(network.nodes[0].peer.metrics().links_down, 0);
    network.input(0, Input::AddressChanged { local: vec!["10.7.7.7:7".parse().unwrap()] });
    assert_eq!(network.nodes[0].peer.membership.keep_alive.good, Config::default().keep_alive);
    network.run(Duration::from_secs(60));
    assert_eq!(
        network.nodes[0].peer.membership.keep_alive.good, kept[0].good,
        "it was the same, seen from outside"
    );
    // What is kept has an end, too.
    let many = (0..100).map(|nth| KeepAlive { network: [9, 9, 9, nth].into(), ..kept[0] });
    network.input(0, Input::KeepAlives { networks: many.collect() });
    assert!(network.nodes[0].peer.table_bytes() < 1 << 20);
}

#[test]
fn who_asks_for_silence_has_no_more_than_two_minutes_and_no_link_that_is_needed() {
    let mut pair = Pair::new(Config::default());
    let link = pair.link();
    let quiet = |pair: &mut Pair, seconds: u16| {
        let [high, low] = seconds.to_be_bytes();
        pair.send_frame(Kind::Stream, &[QUIET, high, low]);
        pair.victim().links.get(link).is_some_and(|link| link.membership.is_quiet())
    };
    assert!(!quiet(&mut pair, 60), "it has just been made");
    pair.pass(Duration::from_secs(40));
    assert!(!quiet(&mut pair, 121));
    assert!(quiet(&mut pair, 60));
    let said = pair.pass(Duration::from_secs(61));
    assert!(!sent(&said).is_empty(), "and then it says something");
}
