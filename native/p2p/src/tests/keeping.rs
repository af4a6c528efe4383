//! Quotas, eviction, time to live, postage, exchange.

use std::time::Duration;

use super::*;
use crate::cache::{Cache, OVERHEAD, Source};
use crate::packet::Data;
use crate::{Event, Time};

const LIFE: Duration = Duration::from_secs(6 * 3600);

fn put(cache: &mut Cache, author: &Author, number: u64, source: Source) -> PacketId {
    let (id, bytes) = author.numbered(number, 360);
    cache.insert(Time::from_secs(number), id, bytes, LIFE, source).unwrap();
    id
}

const SIZE: usize = 206 + 360 + OVERHEAD;

fn small() -> Config {
    // Room for 64 packets; a signer may have 16, a source 32.
    Config { cache_bytes: 64 * SIZE, signer_share: 64, source_share: 128, own_share: 64, ..Config::default() }
}

#[test]
fn the_newest_is_never_evicted_and_the_whole_never_exceeded() {
    let mut cache = Cache::new(&small(), 1);
    for number in 0..1000 {
        let source = Source::V4([1, 1, (number % 7) as u8]);
        let id = put(&mut cache, &Author::new(number % 13), number, source);
        assert!(cache.get(&id).is_some(), "packet {number}");
        assert!(cache.bytes() <= 64 * SIZE);
        assert_eq!(cache.bytes(), cache.len() * SIZE);
    }
    assert!(cache.len() > 56);
}

#[test]
fn a_flood_evicts_itself() {
    let mut cache = Cache::new(&small(), 1);
    let honest: Vec<_> = (0..20u64)
        .map(|number| put(&mut cache, &Author::new(100 + number), number, Source::V4([1, 1, number as u8])))
        .collect();
    // One key, from everywhere.
    for number in 100..400 {
        put(&mut cache, &Author::new(1), number, Source::V4([2, (number % 200) as u8, 1]));
    }
    assert!(honest.iter().all(|id| cache.get(id).is_some()));
    assert_eq!(cache.len(), 20 + 16);
    // One source, with a new key for every packet.
    for number in 400..800 {
        put(&mut cache, &Author::new(number), number, Source::V4([3, 3, 3]));
    }
    assert!(
        honest.iter().all(|id| cache.get(id).is_some()),
        "twenty sources with a packet each are left alone"
    );
}

#[test]
fn the_own_clusters_have_a_reserve() {
    let mut cache = Cache::new(&small(), 1);
    let own: Vec<_> =
        (0..16u64).map(|number| put(&mut cache, &Author::new(1), number, Source::Own)).collect();
    for number in 100..1000 {
        put(&mut cache, &Author::new(number), number, Source::V4([3, (number % 250) as u8, 3]));
    }
    assert!(own.iter().all(|id| cache.get(id).is_some()));
    // Beyond it they are as others.
    for number in 2000..2200 {
        put(&mut cache, &Author::new(1), number, Source::Own);
    }
    assert!(cache.bytes() <= 64 * SIZE);
}

#[test]
fn what_was_evicted_is_remembered_and_not_taken_again() {
    let config = Config { remembered: 100, ..small() };
    let mut cache = Cache::new(&config, 1);
    let first = put(&mut cache, &Author::new(1), 0, Source::V4([1, 1, 1]));
    (1..50).for_each(|number| {
        put(&mut cache, &Author::new(1), number, Source::V4([1, 1, 1]));
    });
    assert!(cache.get(&first).is_none() && cache.knows(&first) && cache.knows_short(&first.short()));
    (50..300).for_each(|number| {
        put(&mut cache, &Author::new(1), number, Source::V4([1, 1, 1]));
    });
    assert!(!cache.knows(&first), "there is an end to memory");
}

#[test]
fn tables_are_empty_when_the_cache_is() {
    let mut cache = Cache::new(&small(), 1);
    for number in 0..200 {
        put(&mut cache, &Author::new(number % 5), number, Source::V4([1, 1, (number % 3) as u8]));
    }
    let tags: Vec<_> = (0..5).map(|number| ClusterTag(Author::new(number).0.public())).collect();
    let counted: usize = tags.iter().map(|tag| cache.of_signer(tag).len()).sum();
    assert_eq!(counted, cache.len());
    let all = cache.count(None, crate::summary::Range::ALL);
    assert_eq!(all, cache.len());
}

#[test]
fn a_packet_lives_as_long_as_its_postage_and_no_longer() {
    let mut pair = Pair::new(Config { archive_after: Duration::MAX, ..Config::default() });
    let (id, bytes) = Author::new(1).numbered(1, 100);
    pair.send(&bytes);
    let start = pair.network.now;
    let mut announced = 0;
    // A step less than the time to live, so that the moment is seen.
    while pair.victim().cache.get(&id).is_some() {
        let outputs = pair.pass(Duration::from_secs(600));
        announced += sent(&outputs).len();
        assert!(pair.network.now.since(start) < Duration::from_secs(49 * 3600), "it never goes");
    }
    let lived = pair.network.now.since(start);
    assert!(lived >= Duration::from_secs(48 * 3600 - 600), "{lived:?}");
    assert_eq!(pair.victim().metrics().rebroadcast, 7);
    assert_eq!(pair.victim().metrics().expired, 8);
    assert!(announced >= 7);
    assert!(pair.victim().cache.knows(&id), "and does not come back");
    assert_eq!(pair.victim().cache.bytes(), 0);
}

#[test]
fn a_time_to_live_is_believed_up_to_a_bound() {
    let mut pair = Pair::new(Config { archive_after: Duration::MAX, ..Config::default() });
    let author = Author::new(1);
    let mut header = author.header();
    header.ttl = 0;
    let (_, bytes) = author.packet(&header, &[1; 9]);
    pair.send(&bytes);
    assert_eq!(pair.victim().dropped().expired, 1);
    header.ttl = u16::MAX;
    header.postage = 1;
    let (id, bytes) = author.packet(&Header { postage: 1, ..header }, &[2; 9]);
    pair.send(&bytes);
    pair.pass(Duration::from_secs(24 * 3600 - 5));
    assert!(pair.victim().cache.get(&id).is_some());
    pair.pass(Duration::from_secs(10));
    assert!(pair.victim().cache.get(&id).is_none());
}

#[test]
fn those_who_live_long_keep_what_has_no_postage_left() {
    let mut pair = Pair::new(Config { archive: true, ..Config::default() });
    let (id, bytes) = Author::new(1).numbered(1, 100);
    pair.send(&bytes);
    pair.pass(Duration::from_secs(14 * 24 * 3600));
    assert!(pair.victim().cache.get(&id).is_some());
    assert_eq!(pair.victim().metrics().rebroadcast, 7, "but say so no longer");
}

#[test]
fn a_message_published_alone_goes_out_with_the_first_link() {
    let mut network = Network::new(1, (5_000, 5_000), 0);
    let (a, b) = (network.add(Config::default()), network.add(Config::default()));
    let cluster = network.subscribe(a, [1; 32]);
    network.subscribe(b, [1; 32]);
    network.publish(a, cluster, b"is anybody there?");
    network.run(Duration::from_secs(3600));
    network.join_all(1);
    network.run(Duration::from_secs(1));
    assert_eq!(network.messages(b).len(), 1);
    assert!(network.nodes[a].peer.messages.unsent.is_empty());
}

#[test]
fn what_cannot_be_kept_until_somebody_comes_is_refused() {
    let config = Config { cache_bytes: 64 * 1024, ..Config::default() };
    let mut network = Network::new(1, (5_000, 5_000), 0);
    let a = network.add(config);
    let cluster = network.subscribe(a, [1; 32]);
    for _ in 0..100 {
        network.publish(a, cluster, &[1; 500]);
    }
    let refused =
        |(_, event): &&(Time, Event)| matches!(event, Event::Refused { error: crate::Error::Busy, .. });
    let refused = network.nodes[a].events.iter().filter(refused).count();
    let peer = &network.nodes[a].peer;
    assert_eq!(refused + peer.messages.unsent.len(), 100, "none is lost without a word");
    assert!(refused > 0 && peer.messages.unsent.values().all(|own| peer.cache.get(&own.packet).is_some()));
}

#[test]
fn who_comes_late_catches_up() {
    let mut network = Network::new(3, (5_000, 20_000), 0);
    let (a, relay) = (network.add(Config::default()), network.add(Config::default()));
    let cluster = network.subscribe(a, [1; 32]);
    let contacts = vec![network.contact(a)];
    network.input(relay, Input::Join { contacts });
    network.run(Duration::from_millis(200));
    for number in 0..100u8 {
        network.publish(a, cluster, &[number; 50]);
        network.run(Duration::from_millis(20));
    }
    network.run(Duration::from_secs(1));
    assert_eq!(network.nodes[relay].peer.cache.len(), 100, "kept by one who cannot read it");
    network.input(a, Input::Leave);
    let late = network.add(Config::default());
    network.subscribe(late, [1; 32]);
    let contacts = vec![network.contact(relay)];
    network.input(late, Input::Join { contacts });
    network.run(Duration::from_secs(20));
    assert_eq!(network.messages(late).len(), 100);
}

#[test]
fn subscribing_reads_what_was_kept_for_others() {
    let mut network = Network::new(3, (5_000, 20_000), 0);
    let (a, b) = (network.add(Config::default()), network.add(Config::default()));
    let cluster = network.subscribe(a, [1; 32]);
    network.join_all(1);
    network.run(Duration::from_millis(200));
    network.publish(a, cluster, b"before");
    network.run(Duration::from_millis(500));
    assert!(network.messages(b).is_empty());
    network.subscribe(b, [1; 32]);
    assert_eq!(network.messages(b).len(), 1);
    network.subscribe(b, [1; 32]);
    assert_eq!(network.messages(b).len(), 1, "once");
}

#[test]
fn one_packet_is_enough_to_find_those_before_and_after() {
    let config = Config { sync_interval: Duration::from_secs(1 << 30), ..Config::default() };
    let mut network = Network::new(3, (5_000, 20_000), 0);
    let (a, b) = (network.add(config.clone()), network.add(config));
    let cluster = network.subscribe(a, [1; 32]);
    let mut ids = Vec::new();
    for number in 0..20u8 {
        network.publish(a, cluster, &[number; 50]);
        let Some((_, Event::Published { id, .. })) = network.nodes[a].events.last() else { panic!() };
        ids.push(*id);
    }
    // Nothing is pushed, announced or compared: only asked for.
    network.nodes[a].peer.messages.unsent.clear();
    network.filter =
        Some(Box::new(|_, _, bytes| bytes[0] != Kind::Sync as u8 && bytes[0] != Kind::Announce as u8));
    network.join_all(1);
    network.run(Duration::from_millis(100));
    network.subscribe(b, [1; 32]);
    assert!(network.messages(b).is_empty());
    let (id, direction) = (ids[10], crate::Direction::This);
    network.input(b, Input::Query { cluster, id, direction });
    network.run(Duration::from_secs(10));
    let got: Vec<_> = network.messages(b).iter().map(|(_, message)| message.id).collect();
    assert_eq!(got, ids[..=10].iter().rev().copied().collect::<Vec<_>>(), "backwards by itself");
    for direction in [crate::Direction::Next, crate::Direction::Next] {
        let id = *network
            .messages(b)
            .iter()
            .map(|(_, message)| (message.clock, message.id))
            .max()
            .map(|(_, id)| id)
            .iter()
            .next()
            .unwrap();
        network.input(b, Input::Query { cluster, id, direction });
        network.run(Duration::from_secs(10));
    }
    let mut got: Vec<_> = network.messages(b).iter().map(|(_, message)| message.id).collect();
    got.sort();
    ids.sort();
    assert_eq!(got, ids);
}

#[test]
fn two_full_caches_become_one() {
    let config = Config {
        sync_all: true,
        sync_interval: Duration::from_secs(2),
        source_rate: 100_000,
        ..Config::default()
    };
    let mut network = Network::new(3, (5_000, 5_000), 0);
    let (a, b) = (network.add(config.clone()), network.add(config));
    let now = network.now;
    for number in 0..900u64 {
        let (id, bytes) = Author::new(number % 50).numbered(number, 20);
        let source = Source::V4([9, 9, (number % 50) as u8]);
        for (node, wanted) in [(a, number < 600), (b, number >= 300)] {
            if wanted {
                network.nodes[node].peer.cache.insert(now, id, bytes.clone(), LIFE, source).unwrap();
            }
        }
    }
    network.join_all(1);
    network.run(Duration::from_secs(30));
    assert_eq!((network.nodes[a].peer.cache.len(), network.nodes[b].peer.cache.len()), (900, 900));
    let moved = network.nodes[a].peer.metrics().packets_in + network.nodes[b].peer.metrics().packets_in;
    assert!(moved < 700, "{moved} packets for 600 that were missing");
    // When nothing differs, a comparison is one frame.
    let before = network.sent;
    network.run(Duration::from_secs(20));
    assert!(network.sent - before < 60, "{}", network.sent - before);
    let data = network.nodes[a].peer.cache.range(None, crate::summary::Range::ALL, 1);
    assert!(Data::new(&network.nodes[a].peer.cache.get(&data[0]).unwrap().bytes).is_ok());
}
