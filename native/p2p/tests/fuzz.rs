//! Any bytes, any inputs, any order. What must hold after each: no panic, no timer that is due already, memory within
//! its bounds, and an address that has proven nothing gets at most three times what it sent.
//!
//! `PROPTEST_CASES=100000 cargo test --release -p socket-p2p --test fuzz` runs as long as one likes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use common::Network;
use proptest::prelude::*;
use socket_p2p::packet::{self, Data, Header, Kind, Packet};
use socket_p2p::{
    ClusterId, ClusterSecret, ClusterTag, Config, Contact, Direction, Input, LocalPort, Output, PacketId,
    Peer, PeerId, Subcluster, Time,
};

fn cases(default: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(default);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn header() -> impl Strategy<Value = Header> {
    let numbers = (any::<bool>(), any::<u8>(), any::<u8>(), any::<u16>(), any::<u32>(), any::<u32>());
    let names = any::<[[u8; 32]; 4]>();
    (numbers, names).prop_map(|((group, hops, postage, ttl, clock, index), [cluster, previous, next, to])| {
        Header {
            kind: if group { Kind::Group } else { Kind::Publish },
            hops,
            postage,
            ttl,
            clock,
            index,
            cluster: ClusterTag(cluster),
            previous: PacketId(previous),
            next: PacketId(next),
            to,
        }
    })
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn what_is_encoded_is_decoded(header in header(), body in prop::collection::vec(any::<u8>(), 0..=1024)) {
        let bytes = header.encode(&body);
        let Ok(Packet::Data(data)) = Packet::decode(&bytes) else { panic!("not data") };
        prop_assert_eq!(data.header(), header);
        prop_assert_eq!(data.body(), &body[..]);
    }

    #[test]
    fn any_bytes_are_decoded_or_refused(mut bytes in prop::collection::vec(any::<u8>(), 0..1400), kind in 0u8..14) {
        let _ = Packet::decode(&bytes);
        if let [first, version, ..] = &mut bytes[..] {
            (*first, *version) = (kind, packet::VERSION);
        }
        match Packet::decode(&bytes) {
            Ok(Packet::Data(data)) => prop_assert_eq!(data.bytes().len(), 206 + data.body().len()),
            Ok(Packet::Signed(packet)) => prop_assert_eq!(packet.bytes().len(), 130 + packet.body().len()),
            Ok(Packet::Sealed(frame)) => prop_assert_eq!(bytes.len(), frame.head().len() + frame.sealed().len()),
            Err(_) => {}
        }
        let _ = Data::new(&bytes);
    }
}

/// What a test may do to a peer.
#[derive(Clone, Debug)]
enum Action {
    Noise {
        from: u8,
        port: u16,
        bytes: Vec<u8>,
        kind: u8,
    },
    /// A datagram that was seen in a real run, from anywhere, with some bytes changed.
    Replay {
        from: u8,
        which: usize,
        changes: Vec<(usize, u8)>,
        cut: usize,
    },
    Time(u64),
    Join(u8),
    Leave,
    Subscribe(u8),
    Unsubscribe(u8),
    Publish {
        cluster: u8,
        to: Option<u8>,
        length: usize,
    },
    Query {
        cluster: u8,
        id: u8,
        direction: u8,
    },
    Connect(u8),
    Send(u8, usize),
    Disconnect(u8),
    Opened(u16, u16),
    AddressChanged,
    Suspend,
    Resume,
}

fn action() -> impl Strategy<Value = Action> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..1300);
    prop_oneof![
        4 => (any::<u8>(), any::<u16>(), bytes(), 0u8..13)
            .prop_map(|(from, port, bytes, kind)| Action::Noise { from, port, bytes, kind }),
        16 => (any::<u8>(), any::<usize>(), prop::collection::vec((any::<usize>(), any::<u8>()), 0..3), any::<usize>())
            .prop_map(|(from, which, changes, cut)| Action::Replay { from, which, changes, cut }),
        6 => prop_oneof![0..50_000u64, 0..5_000_000u64, 0..100_000_000_000u64].prop_map(Action::Time),
        1 => any::<u8>().prop_map(Action::Join),
        1 => Just(Action::Leave),
        1 => (0u8..3).prop_map(Action::Subscribe),
        1 => (0u8..3).prop_map(Action::Unsubscribe),
        3 => (0u8..3, prop::option::of(any::<u8>()), 0..5000usize)
            .prop_map(|(cluster, to, length)| Action::Publish { cluster, to, length }),
        1 => (0u8..3, any::<u8>(), 0u8..3).prop_map(|(cluster, id, direction)| Action::Query { cluster, id, direction }),
        1 => any::<u8>().prop_map(Action::Connect),
        1 => (any::<u8>(), 0..1100usize).prop_map(|(to, length)| Action::Send(to, length)),
        1 => any::<u8>().prop_map(Action::Disconnect),
        1 => (any::<u16>(), any::<u16>()).prop_map(|(first, count)| Action::Opened(first, count)),
        1 => Just(Action::AddressChanged),
        1 => Just(Action::Suspend),
        2 => Just(Action::Resume),
    ]
}

/// A short run of four peers: what a real network looks like, to be tampered with. The peer that is tested is the
/// first; it begins where the run ended.
struct Recording {
    datagrams: Vec<(SocketAddr, Bytes)>,
    subject: Peer,
    now: Time,
    contacts: Vec<SocketAddr>,
    known: Vec<PeerId>,
}

const CACHE: usize = 256 * 1024;

fn record() -> Recording {
    let mut config = Config::default();
    config.cache_bytes = CACHE;
    let mut network = Network::new(11, (5_000, 20_000), 50);
    let seen = Rc::new(RefCell::new(Vec::new()));
    for _ in 0..4 {
        network.add(config.clone());
    }
    let subject = network.nodes[0].address;
    let log = Rc::clone(&seen);
    network.filter = Some(Box::new(move |from, to, bytes| {
        if to == subject {
            log.borrow_mut().push((from, bytes.clone()));
        }
        true
    }));
    let clusters: Vec<_> = (0..4).map(|index| network.subscribe(index, [1; 32])).collect();
    network.join_all(3);
    network.run(Duration::from_secs(1));
    for round in 0..2u8 {
        for (index, cluster) in clusters.iter().enumerate().take(3) {
            network.publish(index, *cluster, &[round; 700]);
            network.run(Duration::from_millis(50));
        }
    }
    // What comes from now on was not received yet: half of what is replayed is new to the subject.
    network.nodes[0].alive = false;
    for round in 0..2u8 {
        for (index, cluster) in clusters.iter().enumerate().skip(1) {
            network.publish(index, *cluster, &[round; 300]);
            network.run(Duration::from_millis(20));
        }
    }
    let now = network.now;
    let contacts = network.nodes.iter().map(|node| node.address).collect();
    let known = network.nodes.iter().map(|node| node.peer.id()).collect();
    drop(network.filter.take());
    let subject = network.nodes.swap_remove(0).peer;
    let datagrams = seen.borrow().clone();
    Recording { datagrams, subject, now, contacts, known }
}

fn secret(number: u8) -> ClusterSecret {
    ClusterSecret([1 + number; 32])
}

fn run(recording: Recording, actions: Vec<Action>) -> Result<(), TestCaseError> {
    let Recording { datagrams, subject: mut peer, mut now, contacts, known } = recording;
    let clusters: Vec<ClusterId> = (0..3).map(|number| secret(number).id()).collect();
    // Addresses that have proven nothing: what they sent, what they got. Proven are those of the run, and those that the
    // application names. Links count for nothing here: whoever gets one by forgery is to be found out.
    let mut credit: BTreeMap<SocketAddr, (usize, usize)> = BTreeMap::new();
    let mut trusted: BTreeSet<SocketAddr> = contacts.iter().copied().collect();
    let peer_of = |number: u8| known.get(usize::from(number)).copied().unwrap_or(PeerId([number; 32]));
    for action in actions {
        let mut payload = Vec::new();
        let mut origin = None;
        let input = match &action {
            Action::Noise { from, port, bytes, kind } => {
                payload.clone_from(bytes);
                if let [first, version, ..] = &mut payload[..] {
                    (*first, *version) = (*kind, packet::VERSION);
                }
                let address = match contacts.get(usize::from(*from)) {
                    Some(address) => *address,
                    None => SocketAddr::from(([77, 7, 7, *from], *port)),
                };
                origin = Some(address);
                Input::Datagram { from: address, port: LocalPort::MAIN, bytes: &payload }
            }
            Action::Replay { from, which, changes, cut } => {
                let (address, bytes) = &datagrams[which % datagrams.len()];
                payload.extend_from_slice(bytes);
                for (at, with) in changes {
                    let length = payload.len();
                    payload[at % length] = *with;
                }
                if cut % 8 == 0 {
                    payload.truncate(cut / 8 % (payload.len() + 1));
                }
                let address = if from % 2 == 0 { *address } else { SocketAddr::from(([77, 7, 7, *from], 7)) };
                origin = Some(address);
                Input::Datagram { from: address, port: LocalPort::MAIN, bytes: &payload }
            }
            Action::Time(by) => {
                now = now + Duration::from_micros(*by);
                Input::Timeout
            }
            Action::Join(which) => {
                let address = contacts[usize::from(*which) % contacts.len()];
                trusted.insert(address);
                Input::Join { contacts: vec![Contact::from(address)] }
            }
            Action::Leave => Input::Leave,
            Action::Subscribe(number) => Input::Subscribe { secret: secret(*number) },
            Action::Unsubscribe(number) => Input::Unsubscribe { cluster: clusters[usize::from(*number)] },
            Action::Publish { cluster, to, length } => {
                payload.resize(*length, 5);
                Input::Publish {
                    request: 1,
                    cluster: clusters[usize::from(*cluster)],
                    subcluster: Subcluster::ALL,
                    to: to.map(peer_of),
                    previous: None,
                    payload: &payload,
                }
            }
            Action::Query { cluster, id, direction } => Input::Query {
                cluster: clusters[usize::from(*cluster)],
                id: PacketId([*id; 32]),
                direction: [Direction::This, Direction::Previous, Direction::Next][usize::from(*direction)],
            },
            Action::Connect(to) => Input::Connect { request: 2, peer: peer_of(*to), address: None },
            Action::Send(to, length) => {
                payload.resize(*length, 6);
                Input::Send { request: 3, peer: peer_of(*to), reliable: length % 2 == 0, payload: &payload }
            }
            Action::Disconnect(from) => Input::Disconnect { peer: peer_of(*from) },
            Action::Opened(first, count) => Input::Opened { first: LocalPort(*first), count: *count },
            Action::AddressChanged => Input::AddressChanged { local: vec![contacts[0]] },
            Action::Suspend => Input::Suspend,
            Action::Resume => Input::Resume,
        };
        if let (Some(address), Input::Datagram { bytes, .. }) = (origin, &input) {
            let (credit_bytes, credit_packets) = credit.entry(address).or_default();
            *credit_bytes += 3 * bytes.len();
            *credit_packets += 3;
        }
        let outputs = peer.handle(now, input);
        for output in outputs {
            let Output::Send { to, bytes, .. } = output else { continue };
            prop_assert!(bytes.len() <= packet::MAX_DATAGRAM, "a datagram of {} bytes", bytes.len());
            if trusted.contains(&to) {
                continue;
            }
            let entry = credit.get_mut(&to);
            prop_assert!(entry.is_some(), "a datagram to {to}, which never sent one, after {action:?}");
            let Some((left, packets)) = entry else { continue };
            prop_assert!(
                *left >= bytes.len() && *packets > 0,
                "more than three times to {to}, after {action:?}"
            );
            *left -= bytes.len();
            *packets -= 1;
        }
        if let Some(at) = peer.timeout() {
            prop_assert!(at > now, "a timer in the past after {action:?}");
        }
        prop_assert!(peer.cache_bytes() <= CACHE);
        prop_assert!(peer.table_bytes() <= 2 * 1024 * 1024, "{} bytes of tables", peer.table_bytes());
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn any_inputs_in_any_order(actions in prop::collection::vec(action(), 1..120)) {
        run(record(), actions)?;
    }
}
