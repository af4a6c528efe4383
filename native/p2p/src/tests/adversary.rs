//! What the predecessor let through, and what a link without manners may try.

use std::time::Duration;

use super::*;
use crate::messages::Role;
use crate::on;
use crate::packet::{HEADER, MAX_DATA, SIGNATURE};

/// A genuine message of the victim's cluster, as a member would send it.
fn genuine() -> (Pair, Bytes) {
    let mut pair = Pair::new(Config::default());
    let member = pair.network.add(Config::default());
    let cluster = pair.network.subscribe(member, [1; 32]);
    assert_eq!(cluster, pair.cluster);
    pair.network.publish(member, cluster, b"genuine");
    let peer = &pair.network.nodes[member].peer;
    let id = peer.messages.unsent.values().next().unwrap().packet;
    let bytes = peer.cache.get(&id).unwrap().bytes.clone();
    (pair, bytes)
}

#[test]
fn no_byte_that_matters_can_be_changed() {
    let (mut pair, bytes) = genuine();
    for at in (0..bytes.len()).filter(|at| !(2..4).contains(at)) {
        let mut forged = bytes.to_vec();
        forged[at] ^= 1 + (at % 255) as u8;
        let outputs = pair.send(&forged);
        assert_eq!((messages(&outputs), data_packets(&outputs)), (0, 0), "byte {at} changed");
        pair.pass(Duration::from_millis(100));
    }
    assert_eq!(pair.victim().metrics().packets_new, 0);
    // A forgery does not stand in the genuine packet's way, not even one that differs in the signature alone.
    let outputs = pair.send(&bytes);
    assert_eq!(messages(&outputs), 1);
}

#[test]
fn hops_and_postage_can_be_changed_and_help_nobody() {
    let (mut pair, bytes) = genuine();
    let mut far = bytes.to_vec();
    far[2] = 17;
    pair.send(&far);
    far[2] = 255;
    pair.send(&far);
    assert_eq!(pair.victim().dropped().hops, 2);
    let mut stamped = bytes.to_vec();
    stamped[3] = 255;
    assert_eq!(messages(&pair.send(&stamped)), 1);
    let id = packet::Data::new(&bytes).unwrap().id(Default::default());
    assert_eq!(pair.victim().cache.get(&id).unwrap().bytes[3], 8, "postage is no more than anybody's");
    // The same packet with other mutable bytes is the same packet.
    assert_eq!(messages(&pair.send(&bytes)), 0);
    assert_eq!(pair.victim().metrics().packets_again, 1);
}

#[test]
fn outsiders_cannot_publish_in_a_cluster() {
    let (mut pair, bytes) = genuine();
    let outsider = Author::new(66);
    let mut header = packet::Data::new(&bytes).unwrap().header();
    header.clock += 1;
    let (_, forged) = outsider.packet(&header, b"poison");
    assert_eq!(messages(&pair.send(&forged)), 0);
    assert_eq!(pair.victim().dropped().signature, 1);
    assert_eq!(pair.victim().cache.len(), 0);
}

#[test]
fn what_cannot_be_opened_is_never_emitted() {
    let mut pair = Pair::new(Config::default());
    let keys = pair.victim().clusters.published().next().copied().unwrap();
    let epoch_keys = pair.victim().clusters.find(&keys).unwrap().keys.clone();
    let member = Author(epoch_keys);
    for (number, length) in [0, 1, 40, 200, 1024].into_iter().enumerate() {
        let mut header = member.header();
        header.clock = number as u32;
        let (_, bytes) = member.packet(&header, &vec![number as u8; length]);
        assert_eq!(messages(&pair.send(&bytes)), 0);
    }
    assert_eq!(pair.victim().metrics().messages, 0);
    assert_eq!(pair.victim().dropped().envelope, 5);
}

#[test]
fn strangers_are_not_listened_to() {
    let (mut pair, bytes) = genuine();
    let now = pair.network.now;
    let from = "203.0.113.9:9".parse().unwrap();
    let input = Input::Datagram { from, port: LocalPort::MAIN, bytes: &bytes };
    assert!(pair.victim().handle(now, input).is_empty());
    assert_eq!(pair.victim().dropped().stranger, 1);
    assert_eq!(pair.victim().metrics().verified, 0, "nothing expensive is done for a stranger");
}

#[test]
fn a_flood_of_packets_is_cut_before_signatures_are_looked_at() {
    let mut pair = Pair::new(Config::default());
    let flooder = Author::new(1);
    let mut body = [0; 8];
    for number in 0..10_000u64 {
        body.copy_from_slice(&number.to_be_bytes());
        let bytes = flooder.header().encode(&body);
        pair.send(&bytes);
    }
    let rate = u64::from(pair.victim().config().source_rate);
    // Each bad signature costs a hundred times as much as a good one.
    assert!(pair.victim().metrics().verified <= rate / 100 + 1, "{}", pair.victim().metrics().verified);
    assert!(pair.victim().dropped().rate > 9_000);
    // It lasts a second, and for the others it never was.
    pair.pass(Duration::from_secs(2));
    let (_, bytes) = flooder.numbered(1, 8);
    pair.send(&bytes);
    assert_eq!(pair.victim().metrics().packets_new, 1);
}

#[test]
fn announcements_of_nothing_fill_no_table() {
    let mut pair = Pair::new(Config::default());
    let mut number = 0u64;
    let mut out = 0;
    let mut frames = 0;
    for _ in 0..500 {
        let mut body = Vec::new();
        for _ in 0..70 {
            number += 1;
            body.extend_from_slice(&[&number.to_be_bytes()[..], &[7; 9]].concat());
        }
        frames += body.len();
        out += sent(&pair.send_frame(Kind::Announce, &body)).iter().map(Bytes::len).sum::<usize>();
        out += sent(&pair.pass(Duration::from_millis(5))).iter().map(Bytes::len).sum::<usize>();
        let victim = pair.victim();
        assert!(victim.messages.wants <= 256, "{}", victim.messages.wants);
        assert!(victim.messages.spreads() <= 2048 && victim.timers.len() < 4096);
    }
    assert!(pair.victim().dropped().rate > 0);
    assert!(out < 3 * frames, "{out} bytes for {frames}");
    pair.pass(Duration::from_secs(60));
    assert_eq!(pair.victim().messages.wants, 0, "in the end they are given up");
    assert!(pair.victim().metrics().pulls_failed > 0);
}

#[test]
fn a_liar_that_announces_first_does_not_keep_a_packet_from_us() {
    let mut pair = Pair::new(Config::default());
    let honest = pair.network.add(Config::default());
    let contacts = vec![pair.network.contact(pair.victim)];
    pair.network.input(honest, Input::Join { contacts });
    pair.network.run(Duration::from_millis(50));
    let (id, bytes) = Author::new(3).numbered(1, 100);
    // The liar announces and never sends.
    let announce = [&id.short().0[..], &[1]].concat();
    let frame = pair.frame(Kind::Announce, &announce);
    let from = pair.network.nodes[pair.attacker].address;
    pair.network.filter = Some(Box::new(move |by, _, _| by != from));
    pair.network.inject(pair.victim, from, &frame);
    // The honest one announces too, and has it.
    let now = pair.network.now;
    let peer = &mut pair.network.nodes[honest].peer;
    peer.cache.insert(now, id, bytes, Duration::from_secs(60), crate::cache::Source::Own).unwrap();
    let link = *peer.links.ids().first().unwrap();
    on::announce::tell(peer, link, id.short(), 1);
    pair.network.input(honest, Input::Timeout);
    pair.network.run(Duration::from_secs(2));
    assert!(pair.victim().cache.get(&id).is_some());
}

#[test]
fn a_frame_is_heard_once() {
    let (mut pair, _) = genuine();
    let bytes = pair.frame(Kind::Query, &[2, 2]);
    pair.send(&bytes);
    let link = pair.link();
    let role = |pair: &mut Pair| pair.victim().links.get(link).unwrap().messages.outward;
    assert_eq!(role(&mut pair), Role::Eager);
    let lazy = pair.frame(Kind::Query, &[2, 0]);
    pair.send(&lazy);
    pair.send(&bytes);
    assert_eq!(role(&mut pair), Role::Lazy, "the replayed frame did nothing");
    assert_eq!(pair.victim().dropped().replayed, 1);
    let mut forged = pair.frame(Kind::Query, &[2, 2]).to_vec();
    for at in 0..forged.len() {
        forged[at] ^= 1;
        pair.send(&forged);
        forged[at] ^= 1;
    }
    assert_eq!(role(&mut pair), Role::Lazy);
    pair.send(&forged);
    assert_eq!(role(&mut pair), Role::Eager);
}

fn fill(pair: &mut Pair, count: u64, length: usize) {
    let now = pair.network.now;
    for number in 0..count {
        // Many signers and sources, so that no quota but the whole's is met.
        let author = Author::new(number % 64);
        let (id, bytes) = author.numbered(number, length);
        let source = crate::cache::Source::V4([1, 2, (number % 61) as u8]);
        let _ = pair.victim().cache.insert(now, id, bytes, Duration::from_secs(3600), source);
    }
}

#[test]
fn a_comparison_answers_with_little() {
    let mut pair = Pair::new(Config::default());
    fill(&mut pair, 3000, 16);
    // All sixteen parts of everything, with fingerprints of nothing: everything differs.
    let mut body = vec![0];
    for part in crate::summary::Range::ALL.parts().flat_map(crate::summary::Range::parts).take(49) {
        body.extend_from_slice(&[0, part.digits()]);
        body.extend_from_slice(&part.bits().to_be_bytes());
        body.extend_from_slice(&[0; 20]);
    }
    let outputs = pair.send_frame(Kind::Sync, &body);
    let (bytes, frames) = (sent(&outputs).iter().map(Bytes::len).sum::<usize>(), sent(&outputs).len());
    assert!(frames <= 8 && bytes <= 8 * 1232, "{frames} frames, {bytes} bytes");
    // Whoever asks without end gets a budget's worth a second, and no more.
    let mut total = 0;
    for _ in 0..1000 {
        let outputs = pair.send_frame(Kind::Sync, &body);
        total += sent(&outputs).iter().map(Bytes::len).sum::<usize>();
    }
    let rate = pair.victim().config().answer_rate as usize;
    assert!(total <= rate + 8 * 1232 + 1000 * 70, "{total} bytes in no time");
    assert!(pair.victim().dropped().rate > 0);
    // The same frame from an address without a link, in or out of a session: nothing.
    let frame = pair.frame(Kind::Sync, &body);
    let now = pair.network.now;
    let from = "203.0.113.9:9".parse().unwrap();
    let mut unknown = frame.to_vec();
    unknown[2..6].copy_from_slice(&[0; 4]);
    let input = Input::Datagram { from, port: LocalPort::MAIN, bytes: &unknown };
    assert!(pair.victim().handle(now, input).is_empty());
}

#[test]
fn packets_that_are_pulled_are_counted_against_a_budget() {
    let config = Config { answer_rate: 20_000, ..Config::default() };
    let mut pair = Pair::new(config);
    fill(&mut pair, 300, 1000);
    let ids = pair.victim().cache.range(None, crate::summary::Range::ALL, 300);
    let mut total = 0;
    for chunk in ids.chunks(16).cycle().take(500) {
        let mut body = vec![0];
        chunk.iter().for_each(|id| body.extend_from_slice(&id.short().0));
        let outputs = pair.send_frame(Kind::Query, &body);
        assert!(data_packets(&outputs) <= 16);
        total += sent(&outputs).iter().map(Bytes::len).sum::<usize>();
    }
    assert!(total <= 20_000 + MAX_DATA, "{total}");
}

#[test]
fn a_friend_is_chosen_once() {
    let mut pair = Pair::new(Config::default());
    for seed in 0..200 {
        let mut chosen: Vec<_> = (0..5).collect();
        pair.victim().rng = crate::rng::Rng::new([seed; 32]);
        pair.victim().rng.sample(&mut chosen, 3);
        chosen.sort_unstable();
        chosen.dedup();
        assert_eq!(chosen.len(), 3);
    }
}

#[test]
fn lengths_of_data_packets_are_checked() {
    let (mut pair, bytes) = genuine();
    for length in 0..HEADER + SIGNATURE {
        pair.send(&bytes[..length]);
    }
    let long = [&bytes[..], &[0; MAX_DATA]].concat();
    pair.send(&long[..MAX_DATA + 1]);
    pair.send(&long);
    assert_eq!(pair.victim().dropped().malformed, (HEADER + SIGNATURE) as u64 + 2);
}

/// What goes to a /24: datagrams, bytes.
fn to_net(outputs: &[crate::Output]) -> (usize, usize) {
    let lengths = outputs.iter().filter_map(|output| match output {
        crate::Output::Send { to: std::net::SocketAddr::V4(to), bytes, .. }
            if to.ip().octets()[..2] == [203, 0] =>
        {
            Some(bytes.len())
        }
        _ => None,
    });
    lengths.fold((0, 0), |(datagrams, bytes), length| (datagrams + 1, bytes + length))
}

/// Has the attacker name peers that do not exist, `names` in each frame, as often as anybody listens: at addresses of one
/// /24, or each in its own. Bytes that it says so with; datagrams that go there, and their bytes.
fn naming(names: u16, spread: bool) -> (usize, usize, usize) {
    let mut pair = Pair::new(Config::default());
    let (mut number, mut brought, mut datagrams, mut bytes) = (0_u16, 0, 0, 0);
    let wait = pair.victim().config().shuffle_interval / 4;
    // What the link's making brought: a Ping and a first frame.
    brought += 1000;
    for _ in 0..60 {
        let mut outputs = Vec::new();
        for what in [on::stream::SHUFFLE, on::stream::SHUFFLED] {
            let mut body = vec![what];
            for _ in 0..names {
                number += 1;
                let [high, low] = number.to_be_bytes();
                body.extend_from_slice(&[&[99; 30][..], &[high, low, 1]].concat());
                let host = if spread { [203, 0, low, high] } else { [203, 0, 113, low] };
                packet::put_address(&mut body, &(host, 1024 + number).into());
            }
            let frame = pair.frame(Kind::Stream, &body);
            brought += frame.len();
            outputs.extend(pair.send(&frame));
        }
        outputs.extend(pair.pass(wait));
        let (more, longer) = to_net(&outputs);
        (datagrams, bytes) = (datagrams + more, bytes + longer);
    }
    (brought, datagrams, bytes)
}

#[test]
fn who_names_a_victim_pays_for_what_goes_there() {
    for (names, spread) in [(8, false), (8, true), (1, false), (1, true)] {
        let (brought, datagrams, bytes) = naming(names, spread);
        println!(
            "{names} names, spread {spread}: {brought} bytes bring {datagrams} datagrams of {bytes} bytes"
        );
        assert!(datagrams > 0, "those that are named are asked at all");
        assert!(bytes <= 3 * brought, "{datagrams} datagrams of {bytes} bytes for {brought}");
    }
}

#[test]
fn who_asks_for_calls_to_a_victim_pays_for_them_and_a_subnet_gets_few() {
    let mut pair = Pair::new(Config::default());
    let (mut brought, mut datagrams, mut bytes) = (1000, 0, 0);
    for number in 0..600_u16 {
        let mut body = vec![on::stream::DIAL_BACK];
        body.extend_from_slice(&[8; 32]);
        body.extend_from_slice(&[number as u8; 16]);
        packet::put_address(&mut body, &([203, 0, 113, number as u8], 1024 + number).into());
        let frame = pair.frame(Kind::Stream, &body);
        brought += frame.len();
        let mut outputs = pair.send(&frame);
        outputs.extend(pair.pass(Duration::from_millis(10)));
        let (more, longer) = to_net(&outputs);
        (datagrams, bytes) = (datagrams + more, bytes + longer);
    }
    println!("{brought} bytes in 6 s bring {datagrams} datagrams of {bytes} bytes");

    assert!(datagrams > 0 && bytes <= 3 * brought);
    // A subnet's share: 2048 bytes at once, and a second.
    assert!(bytes <= 2048 * 7, "{bytes}");
}

#[test]
fn all_links_together_have_a_subnet_sent_its_share_and_no_more() {
    let mut network = Network::new(6, (1_000, 1_000), 0);
    let long = Duration::from_secs(1 << 30);
    let config = Config {
        liveness: long,
        keep_alive: long * 2,
        link_timeout: long * 2,
        active: 1,
        ..Config::default()
    };
    let victim = network.add(config.clone());
    let attackers: Vec<usize> = (0..12).map(|_| network.add(config.clone())).collect();
    for attacker in &attackers {
        let contacts = vec![network.contact(victim)];
        network.input(*attacker, Input::Join { contacts });
        network.run(Duration::from_millis(50));
    }
    let (mut bytes, mut brought) = (0, 0);
    let id = network.nodes[victim].peer.id();
    for second in 0..10_u8 {
        for (nth, attacker) in attackers.iter().enumerate() {
            for number in 0..8_u8 {
                let mut body = vec![on::stream::DIAL_BACK];
                body.extend_from_slice(&[8; 32]);
                body.extend_from_slice(&[second ^ number; 16]);
                let port = 1024 + u16::from(number) + 100 * nth as u16;
                packet::put_address(&mut body, &([203, 0, 113, number], port).into());
                let from = network.nodes[*attacker].address;
                let peer = &mut network.nodes[*attacker].peer;
                let Some(link) = peer.links.with(&id) else { continue };
                let mut outputs = Outputs::default();
                assert!(peer.send_frame(link, Kind::Stream, &body));
                peer.take_outputs(&mut outputs);
                let now = network.now;
                for frame in sent(&outputs.into_iter().collect::<Vec<_>>()) {
                    brought += frame.len();
                    let input = Input::Datagram { from, port: LocalPort::MAIN, bytes: &frame };
                    let outputs: Vec<_> = network.nodes[victim].peer.handle(now, input).into_iter().collect();
                    bytes += to_net(&outputs).1;
                }
            }
        }
        network.now = network.now + Duration::from_secs(1);
        let now = network.now;
        let outputs: Vec<_> = network.nodes[victim].peer.handle(now, Input::Timeout).into_iter().collect();
        bytes += to_net(&outputs).1;
    }
    println!("{brought} bytes of twelve links in 10 s: {bytes} bytes to a /24");
    assert!(bytes > 2048, "all were heard");
    assert!(bytes <= 2048 * 11, "{bytes}");
}

#[test]
fn names_of_a_link_outlive_it_but_cost_what_it_brought() {
    let mut pair = Pair::new(Config::default());
    let link = pair.link();
    let by = *pair.victim().links.get(link).unwrap().peer();
    let left = pair.victim().links.get(link).unwrap().vouched;
    assert!(left > 0);
    let peer = pair.victim();
    peer.link_down(link);
    let to = "203.0.113.7:7".parse().unwrap();
    assert!(crate::vouch::pay(peer, &by, &to, 1));
    assert!(!crate::vouch::pay(peer, &by, &to, left), "it was spent");
    assert!(!crate::vouch::pay(peer, &crate::PeerId([9; 32]), &to, 1), "nobody else has anything");
    // Many come and go: what they leave is bounded.
    for number in 0..=255 {
        crate::vouch::leave(peer, crate::PeerId([number; 32]), 168);
    }
    assert!(peer.vouched.bytes() < 16 * 1024);
}
