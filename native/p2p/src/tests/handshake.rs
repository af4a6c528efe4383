//! Handshakes: what is replayed, forged and flooded makes no link, takes none away, and costs a bounded amount.

use std::net::SocketAddr;
use std::time::Duration;

use super::*;
use crate::Output;
use crate::packet::{Packet, Signed};

/// Two peers and every datagram between them, as an attacker on the way would have it.
struct Wire {
    network: Network,
    seen: std::rc::Rc<std::cell::RefCell<Vec<(SocketAddr, SocketAddr, Bytes)>>>,
}

const ALICE: usize = 0;
const BOB: usize = 1;

impl Wire {
    fn new(config: Config) -> Self {
        let mut network = Network::new(5, (1_000, 1_000), 0);
        network.add(config.clone());
        network.add(config);
        let seen = std::rc::Rc::<std::cell::RefCell<Vec<_>>>::default();
        let log = std::rc::Rc::clone(&seen);
        network.filter = Some(Box::new(move |from, to, bytes| {
            log.borrow_mut().push((from, to, bytes.clone()));
            true
        }));
        Self { network, seen }
    }

    /// Alice asks Bob for a link.
    fn linked(mut self) -> Self {
        let contacts = vec![self.network.contact(BOB)];
        self.network.input(ALICE, Input::Join { contacts });
        self.network.run(Duration::from_millis(50));
        assert_eq!(self.peer(ALICE).links.len() + self.peer(BOB).links.len(), 2);
        self
    }

    fn peer(&mut self, index: usize) -> &mut Peer {
        &mut self.network.nodes[index].peer
    }

    fn address(&self, index: usize) -> SocketAddr {
        self.network.nodes[index].address
    }

    fn of_kind(&self, kind: Kind, by: usize) -> Bytes {
        let from = self.address(by);
        let seen = self.seen.borrow();
        let found = seen.iter().find(|(sender, _, bytes)| *sender == from && bytes[0] == kind as u8);
        found.map(|(_, _, bytes)| bytes.clone()).unwrap()
    }

    /// A datagram for Bob from anywhere; what he sends at once.
    fn hand_bob(&mut self, from: SocketAddr, bytes: &[u8]) -> Vec<(SocketAddr, Bytes)> {
        let now = self.network.now;
        let input = Input::Datagram { from, port: LocalPort::MAIN, bytes };
        let outputs = self.peer(BOB).handle(now, input);
        let sent = outputs.into_iter().filter_map(|output| match output {
            Output::Send { to, bytes, .. } => Some((to, bytes)),
            _ => None,
        });
        sent.collect()
    }

    fn session(&mut self, index: usize) -> LinkId {
        *self.peer(index).links.ids().first().unwrap()
    }

    /// Both still understand each other.
    fn works(&mut self) -> bool {
        let (alice, bob) = (self.peer(ALICE).id(), self.peer(BOB).id());
        let before = self.streams(ALICE) + self.streams(BOB);
        self.network.input(ALICE, Input::Send { request: 1, peer: bob, reliable: true, payload: b"there" });
        self.network
            .input(BOB, Input::Send { request: 1, peer: alice, reliable: true, payload: b"and back" });
        self.network.run(Duration::from_millis(50));
        self.streams(ALICE) + self.streams(BOB) == before + 2
    }

    fn streams(&self, index: usize) -> usize {
        let events = &self.network.nodes[index].events;
        events.iter().filter(|(_, event)| matches!(event, crate::Event::Stream { .. })).count()
    }
}

fn signed(bytes: &Bytes) -> Signed<'_> {
    match Packet::decode(bytes) {
        Ok(Packet::Signed(packet)) => packet,
        other => panic!("{other:?}"),
    }
}

/// A genuine Ping by a key of the test's own.
fn ping(number: u64, token: [u8; 16]) -> Bytes {
    let keys = Author::new(number).0;
    let mut body = Vec::new();
    body.extend_from_slice(&(number as u32).to_be_bytes());
    body.extend_from_slice(&[number as u8; 16]);
    body.extend_from_slice(&token);
    body.extend_from_slice(&[0, 0]);
    packet::signed(Kind::Ping, &crate::PeerId(keys.public()), &crate::PeerId::ZERO, &body, |message| {
        keys.sign_control(message)
    })
}

fn from(number: u32, port: u16) -> SocketAddr {
    SocketAddr::from((std::net::Ipv4Addr::from(0x4d00_0000 | number), port))
}

#[test]
fn a_replayed_ping_never_replaces_a_live_link() {
    let mut wire = Wire::new(Config::default()).linked();
    let (ping, alice) = (wire.of_kind(Kind::Ping, ALICE), wire.address(ALICE));
    let before = wire.session(BOB);
    // At once, and later when the half is long gone; from Alice's address, and from the attacker's.
    for wait in [0, 1, 7, 11, 300] {
        wire.network.run(Duration::from_secs(wait));
        for source in [alice, from(9, 9)] {
            wire.hand_bob(source, &ping);
            wire.network.run(Duration::from_millis(200));
            assert_eq!(wire.session(BOB), before);
        }
        assert!(wire.works());
    }
    assert_eq!(wire.peer(BOB).metrics().links_down, 0);
}

#[test]
fn a_replayed_pong_never_makes_the_same_keys_again() {
    let mut wire = Wire::new(Config::default()).linked();
    let (pong, bob) = (wire.of_kind(Kind::Pong, BOB), wire.address(BOB));
    let session = wire.session(ALICE);
    for during in [true, false] {
        if !during {
            // The link has ended, and its counters with it: the same keys would use them again.
            wire.network.input(ALICE, Input::Leave);
            wire.network.input(ALICE, Input::Join { contacts: vec![] });
            wire.network.nodes[BOB].alive = false;
        }
        let links = wire.peer(ALICE).links.len();
        wire.network.inject(ALICE, bob, &pong);
        assert_eq!(wire.peer(ALICE).links.len(), links);
    }
    assert!(wire.peer(ALICE).links.get(session).is_none());
    assert_eq!(wire.peer(ALICE).dropped().unsolicited, 2);
}

#[test]
fn a_forged_source_makes_no_link() {
    let mut wire = Wire::new(Config::default());
    let victim = from(7, 7);
    for number in 0..200 {
        let bytes = ping(number, [0; 16]);
        let sent = wire.hand_bob(victim, &bytes);
        assert!(sent.iter().all(|(to, _)| *to == victim));
        let total: usize = sent.iter().map(|(_, bytes)| bytes.len()).sum();
        assert!(sent.len() <= 3 && total <= 3 * bytes.len());
    }
    wire.network.run(Duration::from_secs(30));
    assert_eq!(wire.peer(BOB).links.len(), 0, "only a frame under the key of the Pong makes a link");
    assert!(wire.seen.borrow().is_empty(), "and nothing goes to the victim later");
    assert_eq!(wire.peer(BOB).metrics().links_up, 0);
}

#[test]
fn a_half_becomes_a_link_at_its_own_address_only() {
    let mut wire = Wire::new(Config::default());
    let contacts = vec![wire.network.contact(BOB)];
    wire.network.input(ALICE, Input::Join { contacts });
    // The Ping and the Pong arrive, the first frame does not: the attacker has it.
    let alice = wire.address(ALICE);
    let seen = std::rc::Rc::clone(&wire.seen);
    wire.network.filter = Some(Box::new(move |from, to, bytes| {
        seen.borrow_mut().push((from, to, bytes.clone()));
        from != alice || bytes[0] == Kind::Ping as u8
    }));
    wire.network.run(Duration::from_millis(50));
    let frame = wire.of_kind(Kind::Stream, ALICE);
    assert!(wire.hand_bob(from(3, 3), &frame).is_empty());
    assert_eq!((wire.peer(BOB).links.len(), wire.peer(BOB).dropped().stranger), (0, 1));
    wire.hand_bob(alice, &frame);
    assert_eq!(wire.peer(BOB).links.len(), 1);
}

#[test]
fn a_pong_counts_from_where_it_was_asked_for() {
    let mut wire = Wire::new(Config::default());
    let (bob, contact) = (wire.address(BOB), wire.network.contact(BOB));
    let id = wire.peer(BOB).id();
    let contacts = vec![crate::Contact { peer: Some(id), ..contact }];
    wire.network.filter = Some(Box::new(|_, _, _| false));
    wire.network.input(ALICE, Input::Join { contacts });
    let now = wire.network.now;
    let attempt = wire.peer(ALICE).handshakes.sessions()[0];
    let nonce = wire.peer(ALICE).handshakes.attempt(attempt).unwrap().nonce;
    let (alice, address) = (wire.peer(ALICE).id(), wire.address(ALICE));
    let source = crate::io::Source { address, port: LocalPort::MAIN };
    let pong = crate::on::pong::answer(wire.peer(BOB), &source, &alice, 0, (5, [5; 16]), &(attempt, nonce));
    let wrong =
        crate::on::pong::answer(wire.peer(BOB), &source, &alice, 0, (5, [5; 16]), &(attempt, [0; 16]));
    let another = {
        let body = signed(&pong).body().to_vec();
        let keys = Author::new(8).0;
        packet::signed(Kind::Pong, &crate::PeerId(keys.public()), &alice, &body, |message| {
            keys.sign_control(message)
        })
    };
    let mut forged = pong.to_vec();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    let mut try_from = |source: SocketAddr, bytes: &[u8]| {
        let input = Input::Datagram { from: source, port: LocalPort::MAIN, bytes };
        drop(wire.peer(ALICE).handle(now, input));
        wire.peer(ALICE).links.len()
    };
    assert_eq!(try_from(from(1, 1), &pong), 0, "from elsewhere");
    assert_eq!(try_from(bob, &wrong), 0, "to another nonce");
    assert_eq!(try_from(bob, &another), 0, "by another key than was asked");
    assert_eq!(try_from(bob, &forged), 0, "not signed");
    assert_eq!(try_from(bob, &pong), 1, "none of them used up the attempt");
}

#[test]
fn the_same_ping_again_gets_the_same_answer() {
    let mut wire = Wire::new(Config::default());
    let bytes = ping(1, [0; 16]);
    let first = wire.hand_bob(from(1, 1), &bytes);
    assert_eq!(first.len(), 1);
    assert_eq!(wire.hand_bob(from(1, 1), &bytes), first);
    assert_eq!(wire.peer(BOB).handshakes.halves(), 1);
}

#[test]
fn a_flood_from_everywhere_takes_no_place_from_who_proves_an_address() {
    let mut wire = Wire::new(Config::default());
    let limit = wire.peer(BOB).config().max_halves;
    let mut retries = 0;
    for number in 0..3000u64 {
        // Forged sources in as many subnets: nobody hears what is sent there.
        let source = from((number as u32) << 8, 7);
        let sent = wire.hand_bob(source, &ping(number, [0; 16]));
        retries += sent.iter().filter(|(_, bytes)| signed(bytes).body()[0] == 1).count();
        assert!(wire.peer(BOB).handshakes.halves() <= limit / 2 + 1);
        wire.network.run(Duration::from_millis(6));
    }
    assert!(retries > 500, "{retries} were asked for a token");
    assert!(wire.peer(BOB).table_bytes() < 1 << 20);
    // A token of another address does not help.
    let now = wire.network.now;
    let foreign = wire.peer(BOB).tokens.address(now, from(1, 1), LocalPort::MAIN);
    wire.hand_bob(from(0x00ff_0000, 7), &ping(5000, foreign));
    assert_eq!(wire.peer(BOB).dropped().token, 1);
    // Alice is asked for one, and brings it.
    wire.linked();
}

#[test]
fn a_subnet_may_begin_so_many_handshakes() {
    let mut wire = Wire::new(Config::default());
    let mut answered = 0;
    for number in 0..2000u64 {
        let source = from(number as u32 % 250, 1000 + number as u16);
        answered += wire.hand_bob(source, &ping(number, [0; 16])).len();
    }
    assert!(answered <= 16, "{answered}");
    assert_eq!(wire.peer(BOB).dropped().rate, 2000 - answered as u64);
    wire.linked();
}

#[test]
fn who_is_full_says_so_within_bounds_and_names_others() {
    let config = Config { max_links: 4, active: 2, outbound: 0, ..Config::default() };
    let mut network = Network::new(5, (1_000, 1_000), 0);
    let hub = network.add(config);
    for _ in 0..12 {
        let index = network.add(Config::default());
        let contacts = vec![network.contact(hub)];
        network.input(index, Input::Join { contacts });
        network.run(Duration::from_millis(20));
    }
    network.run(Duration::from_secs(20));
    assert!(network.nodes[hub].peer.links.len() <= 4);
    for node in &network.nodes {
        assert!(!node.peer.links.is_empty(), "those that were sent away found others");
    }
    let address = network.nodes[hub].address;
    let source = crate::io::Source { address, port: LocalPort::MAIN };
    let peer = &mut network.nodes[hub].peer;
    let pong = crate::on::pong::answer(peer, &source, &crate::PeerId::ZERO, 2, (1, [1; 16]), &(1, [1; 16]));
    assert!(pong.len() <= 3 * ping(1, [0; 16]).len());
}

#[test]
fn both_at_once_end_with_one_link() {
    for seed in 0..20 {
        let mut network = Network::new(seed, (1_000, 30_000), 0);
        network.add(Config::default());
        network.add(Config::default());
        for index in [ALICE, BOB] {
            let contacts = vec![network.contact(1 - index)];
            network.input(index, Input::Join { contacts });
        }
        network.run(Duration::from_secs(10));
        let sessions: Vec<_> = network.nodes.iter().map(|node| node.peer.links.iter().count()).collect();
        assert_eq!(sessions, [1, 1]);
        let mut wire = Wire { network, seen: Default::default() };
        assert!(wire.works(), "seed {seed}: both kept the same one");
    }
}

#[test]
fn a_frame_from_elsewhere_moves_a_link_only_when_its_peer_is_there() {
    let mut wire = Wire::new(Config::default()).linked();
    let (alice, session) = (wire.address(ALICE), wire.session(BOB));
    let to = *wire.peer(ALICE).links.ids().first().unwrap();
    let attacker = from(4, 4);
    // The attacker takes a frame from the wire and sends it on from its own address.
    let mut outputs = Outputs::default();
    assert!(wire.peer(ALICE).send_frame(to, Kind::Query, &[2, 0]));
    wire.peer(ALICE).take_outputs(&mut outputs);
    let Some(Output::Send { bytes, .. }) = outputs.into_iter().next() else { panic!() };
    let sent = wire.hand_bob(attacker, &bytes);
    assert_eq!(sent.len(), 1, "a challenge");
    assert!(sent[0].0 == attacker && sent[0].1.len() <= 3 * bytes.len() && sent[0].1.len() == 35);
    // It cannot answer, and a copy of what was sent to it does not either.
    wire.hand_bob(attacker, &sent[0].1);
    let address = |wire: &mut Wire| wire.peer(BOB).links.get(session).unwrap().address;
    assert_eq!(address(&mut wire), alice);
    assert!(wire.works());
    // Alice herself, at another address, can.
    let now = wire.network.now + Duration::from_secs(1);
    let mut outputs = Outputs::default();
    assert!(wire.peer(ALICE).send_frame(to, Kind::Query, &[2, 0]));
    wire.peer(ALICE).take_outputs(&mut outputs);
    let Some(Output::Send { bytes, .. }) = outputs.into_iter().next() else { panic!() };
    wire.network.now = now;
    let moved = from(5, 5);
    let challenge = wire.hand_bob(moved, &bytes).remove(0).1;
    let bob = wire.address(BOB);
    let input = Input::Datagram { from: bob, port: LocalPort::MAIN, bytes: &challenge };
    let answer = sent_to(wire.peer(ALICE).handle(now, input), bob);
    wire.hand_bob(moved, &answer);
    assert_eq!(address(&mut wire), moved);
}

fn sent_to(outputs: Outputs, whom: SocketAddr) -> Bytes {
    let found = outputs.into_iter().find_map(|output| match output {
        Output::Send { to, bytes, .. } if to == whom => Some(bytes),
        _ => None,
    });
    found.unwrap()
}
